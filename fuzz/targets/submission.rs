//! See `vaekstspejl_fuzz::submission`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vaekstspejl_fuzz::submission(data));
