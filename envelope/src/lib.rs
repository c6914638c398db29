//! Sealed letters, key files and room codes: bytes in, bytes out.
//!
//! No I/O, no clock; randomness is an argument. Without features there is only what the relay
//! needs: ids, headers, hashes. `seal` adds what a sender needs, `open` what an office needs.
//! Nothing here panics on what comes from outside, and nothing allocates by a number it was told.

#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::unwrap_used
    )
)]

mod bytes;
pub mod capability;
pub mod id;
#[cfg(feature = "seal")]
pub mod key;
#[cfg(feature = "open")]
pub mod key_file;
pub mod letter;
#[cfg(feature = "open")]
pub mod passphrase;
pub mod piece;
#[cfg(feature = "seal")]
pub mod place;
pub mod receipt;
#[cfg(feature = "seal")]
pub mod room;
#[cfg(feature = "seal")]
mod text;
#[cfg(feature = "testing")]
pub mod vectors;

pub use capability::{Admin, Bearer, CapabilityHash, Delete, Grant, Owner, Post};
pub use id::{Kid, Mid, Sid, Tag};
#[cfg(feature = "open")]
pub use key::{Key, KeyState, SecretKey};
#[cfg(feature = "seal")]
pub use key::{NotAPublicKey, PublicKey};
#[cfg(feature = "open")]
pub use key_file::{Cost, KeyFile, KeyFileError, Office};
pub use letter::{BadLetter, Header, LetterKind};
#[cfg(feature = "open")]
pub use letter::{OpenError, Opened, open};
#[cfg(feature = "seal")]
pub use letter::{SealError, seal};
#[cfg(feature = "seal")]
pub use place::PersonKey;
#[cfg(feature = "seal")]
pub use room::RoomLink;
