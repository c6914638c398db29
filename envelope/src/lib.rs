//! Sealed letters, key files and room codes: bytes in, bytes out.
//!
//! No I/O, no clock; randomness is an argument. Without features there is only what the relay
//! needs: ids, headers, hashes. `seal` adds what a sender needs, `open` what an office needs.

pub mod id;

pub use id::{Kid, Mid, Sid};
