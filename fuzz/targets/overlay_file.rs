//! See `vaekstspejl_fuzz::overlay_file`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vaekstspejl_fuzz::overlay_file(data));
