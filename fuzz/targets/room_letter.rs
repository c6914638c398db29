//! See `vaekstspejl_fuzz::room_letter`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vaekstspejl_fuzz::room_letter(data));
