//! The keys of an office or a room: X25519, as HPKE uses them (RFC 9180 §7.1).
//!
//! A public key is published; a secret key lives in a key file and is wiped from memory after
//! use. A key is known by the hash of its public half. Nothing here prints a secret.

use crate::id::Kid;
use crate::letter::SUITE;
use base64ct::{Base64UrlUnpadded, Encoding};
use core::fmt;

#[cfg(feature = "open")]
use hpke::{Deserializable, Kem, Serializable, kem::X25519HkdfSha256};
#[cfg(feature = "open")]
use rand_core::CryptoRng;
#[cfg(feature = "open")]
use zeroize::Zeroizing;

/// Bytes or text that is not a public key to seal to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAPublicKey;

/// What letters are sealed to.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// How many bytes it has.
    pub const BYTES: usize = 32;

    /// Takes 32 bytes, but not a point of low order: with such a one everybody knows the shared
    /// secret, which is then all zero (RFC 9180 §7.1.4, RFC 7748 §6.1).
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, NotAPublicKey> {
        // Any scalar is a multiple of 8 after clamping, so it tells by giving zero.
        match x25519_dalek::x25519([1; 32], bytes) {
            [0, rest @ ..] if rest == [0; 31] => Err(NotAPublicKey),
            _ => Ok(Self(bytes)),
        }
    }

    /// Reads what `Display` writes: base64url without padding, 43 characters.
    pub fn parse(text: &str) -> Result<Self, NotAPublicKey> {
        let mut bytes = [0; 32];
        match Base64UrlUnpadded::decode(text, &mut bytes) {
            Ok(read) if read.len() == Self::BYTES => Self::from_bytes(bytes),
            _ => Err(NotAPublicKey),
        }
    }

    /// Its bytes, as RFC 7748 writes them.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Its id.
    pub fn kid(&self) -> Kid {
        Kid::of(SUITE, &self.0)
    }

    /// The mailbox whose first key this is.
    pub fn mid(&self) -> crate::Mid {
        crate::Mid::of(SUITE, &self.0)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Base64UrlUnpadded::encode_string(&self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

/// What opens letters. Wiped from memory when dropped.
#[cfg(feature = "open")]
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey(Zeroizing<[u8; 32]>);

#[cfg(feature = "open")]
impl SecretKey {
    /// How many bytes it has.
    pub const BYTES: usize = 32;

    /// A new one: DeriveKeyPair of 32 random bytes (RFC 9180 §7.1.3).
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut_slice());
        let (secret, _) = X25519HkdfSha256::derive_keypair(seed.as_slice());
        Self(Zeroizing::new(secret.to_bytes().into()))
    }

    /// Takes 32 bytes; every 32 bytes are a secret key (RFC 7748 §5).
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The public key that goes with it.
    pub fn public(&self) -> PublicKey {
        let public = X25519HkdfSha256::sk_to_pk(&self.to_hpke());
        PublicKey(public.to_bytes().into())
    }

    /// In HPKE's type, clamped (RFC 9180 §7.1.2).
    pub(crate) fn to_hpke(&self) -> <X25519HkdfSha256 as Kem>::PrivateKey {
        Deserializable::from_bytes(self.0.as_slice()).expect("32 bytes are a secret key")
    }
}

#[cfg(feature = "open")]
impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// Whether new letters are sealed to a key.
#[cfg(feature = "open")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Published: letters are sealed to it.
    Active,
    /// A newer one took its place. It still opens what was sealed before, and by those who have
    /// not heard yet.
    Retired,
}

/// A key with its story.
#[cfg(feature = "open")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its id.
    pub kid: Kid,
    /// What opens.
    pub secret: SecretKey,
    /// What is published.
    pub public: PublicKey,
    /// The day it was made: days since 1970-01-01.
    pub created: u32,
    /// Whether letters are sealed to it.
    pub state: KeyState,
    /// The day it came into this state.
    pub since: u32,
}

#[cfg(feature = "open")]
impl Key {
    /// A new active one.
    pub fn random(rng: &mut impl CryptoRng, day: u32) -> Self {
        Self::new(SecretKey::random(rng), day)
    }

    /// An active one from its secret.
    pub fn new(secret: SecretKey, day: u32) -> Self {
        let public = secret.public();
        Self {
            kid: public.kid(),
            secret,
            public,
            created: day,
            state: KeyState::Active,
            since: day,
        }
    }
}
