//! Ids of mailboxes, letters and keys, and how they are written: base64url without padding.

use base64ct::{Base64UrlUnpadded, Encoding};
use core::fmt;
use sha2::{Digest, Sha256};

/// An id of so many bytes that is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

macro_rules! id {
    ($name:ident, $bytes:literal, $what:literal) => {
        #[doc = $what]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $bytes]);

        impl $name {
            /// How many bytes it has.
            pub const BYTES: usize = $bytes;

            /// Reads what `Display` writes; only the one canonical form.
            pub fn parse(text: &str) -> Result<Self, NotAnId> {
                let mut bytes = [0; $bytes];
                match Base64UrlUnpadded::decode(text, &mut bytes) {
                    Ok(read) if read.len() == $bytes => Ok(Self(bytes)),
                    _ => Err(NotAnId),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&Base64UrlUnpadded::encode_string(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }
    };
}

id!(
    Mid,
    16,
    "A mailbox: the hash of its first public key, so it certifies itself."
);
id!(
    Sid,
    16,
    "A letter: random, chosen once when sealing. The same letter again has the same id."
);
id!(Kid, 8, "A key: the hash of the public key.");
id!(
    Tag,
    8,
    "Somebody in a room: the hash of their key, by which a phone asks for what it is told."
);

impl Mid {
    /// The mailbox whose first key this is: SHA-256("vmb1/mid\\0" ‖ suite ‖ public key), 16 bytes.
    pub fn of(suite: u8, first_public_key: &[u8; 32]) -> Self {
        Self(hash_of_key(b"vmb1/mid\0", suite, first_public_key))
    }
}

impl Kid {
    /// The id of a key: SHA-256("vmb1/kid\\0" ‖ suite ‖ public key), 8 bytes.
    pub fn of(suite: u8, public_key: &[u8; 32]) -> Self {
        Self(hash_of_key(b"vmb1/kid\0", suite, public_key))
    }
}

#[cfg(feature = "seal")]
impl Sid {
    /// A new one: 128 random bits, so that two letters never share one.
    pub fn random(rng: &mut impl rand_core::CryptoRng) -> Self {
        let mut bytes = [0; Self::BYTES];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }
}

fn hash_of_key<const N: usize>(label: &[u8], suite: u8, public_key: &[u8; 32]) -> [u8; N] {
    let hash = Sha256::new()
        .chain_update(label)
        .chain_update([suite])
        .chain_update(public_key)
        .finalize();
    let mut id = [0; N];
    for (to, from) in id.iter_mut().zip(hash) {
        *to = from;
    }
    id
}
