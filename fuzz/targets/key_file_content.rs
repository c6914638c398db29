//! See `vaekstspejl_fuzz::key_file_content`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vaekstspejl_fuzz::key_file_content(data));
