//! See `vaekstspejl_fuzz::offer_sheet`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vaekstspejl_fuzz::offer_sheet(data));
