//! Tells the commands which kind of machine they run on: releases are named by it.

fn main() {
    let host = std::env::var("TARGET").unwrap_or_default();
    println!("cargo::rustc-env=VAEKST_HOST={host}");
    println!("cargo::rerun-if-changed=build.rs");
}
