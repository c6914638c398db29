//! `vaekst-relay`: the mailbox as a program.

fn main() {}
