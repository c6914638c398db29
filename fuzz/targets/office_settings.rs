//! See `vaekstspejl_fuzz::office_settings`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vaekstspejl_fuzz::office_settings(data));
