//! See `vaekstspejl_fuzz::relay_answer`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vaekstspejl_fuzz::relay_answer(data));
