//! Secrets that open one thing each at the relay, and the hashes by which it knows them.
//!
//! A capability travels only in the header `Authorization: Bearer …`, never in an address. The
//! relay stores its SHA-256 and compares without telling by time how much was right.

use crate::receipt::{hex, sha256, unhex};
use base64ct::{Base64UrlUnpadded, Encoding};
use core::fmt;
use subtle::ConstantTimeEq;

/// Text that is not a capability of the kind asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotACapability;

macro_rules! capability {
    ($name:ident, $bytes:literal, $prefix:literal, $what:literal) => {
        #[doc = $what]
        #[derive(Clone)]
        pub struct $name(pub [u8; $bytes]);

        impl $name {
            /// How many bytes it has.
            pub const BYTES: usize = $bytes;
            /// What its text begins with.
            pub const PREFIX: &str = $prefix;

            /// Reads what [`to_text`](Self::to_text) writes; only the one canonical form.
            pub fn parse(text: &str) -> Result<Self, NotACapability> {
                let encoded = text.strip_prefix($prefix).ok_or(NotACapability)?;
                let mut bytes = [0; $bytes];
                match Base64UrlUnpadded::decode(encoded, &mut bytes) {
                    Ok(read) if read.len() == $bytes => Ok(Self(bytes)),
                    _ => Err(NotACapability),
                }
            }

            /// The secret itself as text. There is no `Display`, so that no log has it by mistake.
            pub fn to_text(&self) -> String {
                [$prefix, &Base64UrlUnpadded::encode_string(&self.0)].concat()
            }

            /// The value of the header `Authorization` that presents it.
            pub fn authorization(&self) -> String {
                ["Bearer ", &self.to_text()].concat()
            }

            /// What the relay knows of it: SHA-256 of its bytes.
            pub fn hash(&self) -> CapabilityHash {
                CapabilityHash(sha256(&self.0))
            }

            /// A new one.
            #[cfg(feature = "seal")]
            pub fn random(rng: &mut impl rand_core::CryptoRng) -> Self {
                let mut bytes = [0; $bytes];
                rng.fill_bytes(&mut bytes);
                Self(bytes)
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.ct_eq(&other.0).into()
            }
        }

        impl Eq for $name {}

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

capability!(
    Post,
    16,
    "vmb1_p_",
    "May put letters into one mailbox. An office publishes it; a room's is in its link."
);
capability!(
    Owner,
    32,
    "vmb1_o_",
    "May list, acknowledge, close and delete one mailbox. Made from the key file."
);
capability!(
    Delete,
    32,
    "vmb1_d_",
    "May withdraw one letter. The sender keeps it; the relay was told its hash with the letter."
);
capability!(
    Admin,
    32,
    "vmb1_a_",
    "May create office mailboxes at one relay. The operator's."
);
capability!(
    Grant,
    32,
    "vmb1_g_",
    "May create rooms at one relay. An office's, and the operator may take it back."
);

#[cfg(feature = "open")]
impl Owner {
    /// The owner of a mailbox: HKDF-SHA256 (RFC 5869) of the seed in the key file, without salt,
    /// info "vmb1/owner" ‖ mailbox.
    pub fn derive(seed: &[u8; 32], mid: &crate::Mid) -> Self {
        let mut bytes = [0; Self::BYTES];
        hkdf::Hkdf::<sha2::Sha256>::new(None, seed)
            .expand_multi_info(&[b"vmb1/owner", &mid.0], &mut bytes)
            .expect("32 bytes are far below the 8,160 that HKDF-SHA256 gives");
        Self(bytes)
    }
}

/// SHA-256 of a capability: what is stored and sent in place of it.
#[derive(Clone, Copy)]
pub struct CapabilityHash(pub [u8; 32]);

impl CapabilityHash {
    /// Reads 64 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, NotACapability> {
        unhex(text).map(Self).ok_or(NotACapability)
    }
}

/// Takes the same time wherever two hashes differ.
impl PartialEq for CapabilityHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for CapabilityHash {}

impl fmt::Display for CapabilityHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for CapabilityHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CapabilityHash({self})")
    }
}

/// A capability as somebody presented it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// For putting letters in.
    Post(Post),
    /// For the owner of a mailbox.
    Owner(Owner),
    /// For withdrawing a letter.
    Delete(Delete),
    /// For creating office mailboxes.
    Admin(Admin),
    /// For creating rooms.
    Grant(Grant),
}

impl Bearer {
    /// Reads the value of a header `Authorization` (RFC 6750 §2.1; the scheme's case does not
    /// matter, RFC 9110 §11.1).
    pub fn parse(value: &str) -> Result<Self, NotACapability> {
        let (scheme, token) = value.split_once(' ').ok_or(NotACapability)?;
        if !scheme.eq_ignore_ascii_case("Bearer") {
            return Err(NotACapability);
        }
        let token = token.trim_matches(' ');
        match token.get(..7) {
            Some(Post::PREFIX) => Post::parse(token).map(Self::Post),
            Some(Owner::PREFIX) => Owner::parse(token).map(Self::Owner),
            Some(Delete::PREFIX) => Delete::parse(token).map(Self::Delete),
            Some(Admin::PREFIX) => Admin::parse(token).map(Self::Admin),
            Some(Grant::PREFIX) => Grant::parse(token).map(Self::Grant),
            _ => Err(NotACapability),
        }
    }

    /// What the relay compares.
    pub fn hash(&self) -> CapabilityHash {
        match self {
            Self::Post(it) => it.hash(),
            Self::Owner(it) => it.hash(),
            Self::Delete(it) => it.hash(),
            Self::Admin(it) => it.hash(),
            Self::Grant(it) => it.hash(),
        }
    }
}
