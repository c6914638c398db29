//! vaekst.
fn main() {}
