//! See `vaekstspejl_fuzz::letter_header`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vaekstspejl_fuzz::letter_header(data));
