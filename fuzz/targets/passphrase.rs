//! See `vaekstspejl_fuzz::passphrase`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vaekstspejl_fuzz::passphrase(data));
