//! See `vaekstspejl_fuzz::room_link`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vaekstspejl_fuzz::room_link(data));
