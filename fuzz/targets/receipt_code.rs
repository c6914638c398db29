//! See `vaekstspejl_fuzz::receipt_code`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vaekstspejl_fuzz::receipt_code(data));
