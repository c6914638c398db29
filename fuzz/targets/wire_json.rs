//! See `vaekstspejl_fuzz::wire_json`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vaekstspejl_fuzz::wire_json(data));
