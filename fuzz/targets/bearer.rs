//! See `vaekstspejl_fuzz::bearer`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vaekstspejl_fuzz::bearer(data));
