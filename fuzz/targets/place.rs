//! See `vaekstspejl_fuzz::place`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vaekstspejl_fuzz::place(data));
