//! See `vaekstspejl_fuzz::profile_file`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vaekstspejl_fuzz::profile_file(data));
