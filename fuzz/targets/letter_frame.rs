//! See `vaekstspejl_fuzz::letter_frame`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vaekstspejl_fuzz::letter_frame(data));
