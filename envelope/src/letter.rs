//! A sealed letter: everything in it that is not for the relay is readable to one office only.
//!
//! | bytes | what |
//! |---|---|
//! | 0–3 | `VSM1` |
//! | 4 | version 1 |
//! | 5 | suite 1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305 (RFC 9180 §7) |
//! | 6 | kind |
//! | 7 | flags, 0 |
//! | 8–15 | key it is sealed to |
//! | 16–31 | mailbox |
//! | 32–47 | letter |
//! | 48–79 | HPKE's encapsulated key |
//! | 80– | ciphertext with its tag of 16 bytes |
//!
//! Bytes 0–47 are bound to the ciphertext as associated data, bytes 4–7 also by HPKE's `info`,
//! and the encapsulated key by HPKE itself, so no bit can change unseen. What is encrypted is the
//! payload's length (u32, big-endian), the payload, and zeros up to the one size of its kind: a
//! letter's length says nothing. HPKE's base mode in a single shot; there is no proof of who
//! sent, and none is wanted.
//!
//! The relay reads the header and nothing else ([`Header::parse`] needs no cryptography).

use crate::bytes::take;
use crate::id::{Kid, Mid, Sid};

#[cfg(feature = "seal")]
use crate::key::PublicKey;
#[cfg(feature = "seal")]
use hpke::{
    Deserializable, OpModeS, Serializable, aead::ChaCha20Poly1305, kdf::HkdfSha256,
    kem::X25519HkdfSha256, single_shot_seal_with_rng,
};
#[cfg(feature = "seal")]
use rand_core::CryptoRng;
#[cfg(feature = "seal")]
use zeroize::Zeroizing;

#[cfg(feature = "open")]
use crate::key::Key;
#[cfg(feature = "open")]
use hpke::{Kem, OpModeR, single_shot_open};

/// What every letter begins with.
pub const MAGIC: [u8; 4] = *b"VSM1";
/// The version of the envelope.
pub const VERSION: u8 = 1;
/// The one suite: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305. 2 is reserved for
/// X-Wing.
pub const SUITE: u8 = 1;

/// Bytes of the header, which is also the associated data.
pub const HEADER_BYTES: usize = 48;
/// Bytes of the encapsulated key (RFC 9180 §7.1, Nenc).
pub const ENC_BYTES: usize = 32;
/// Bytes of the tag (RFC 9180 §7.3, Nt).
pub const TAG_BYTES: usize = 16;
/// Bytes of the payload's length.
const LENGTH_BYTES: usize = 4;
/// What of a letter is not payload or padding.
const FRAME_BYTES: usize = HEADER_BYTES + ENC_BYTES + TAG_BYTES + LENGTH_BYTES;
#[cfg(feature = "seal")]
const INFO: &[u8; 17] = b"vaekstspejl/vmb/1";

/// What a letter is, and so how long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LetterKind {
    /// A profile sent to an office: 4,096 bytes.
    Submission,
    /// An answer in a workshop room: 1,024 bytes.
    RoomAnswer,
}

impl LetterKind {
    /// The one length of a letter of this kind (bytes).
    pub const fn total(self) -> usize {
        match self {
            Self::Submission => 4096,
            Self::RoomAnswer => 1024,
        }
    }

    /// The longest payload (bytes): 3,996 and 924. The total less header (48), encapsulated key
    /// (32), tag (16) and the payload's length (4).
    pub const fn room(self) -> usize {
        self.total().saturating_sub(FRAME_BYTES)
    }

    const fn byte(self) -> u8 {
        match self {
            Self::Submission => 1,
            Self::RoomAnswer => 2,
        }
    }
}

/// Bytes that are not a letter, by the header alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadLetter {
    /// Not the one length of its kind, or too short for a header.
    Length,
    /// Does not begin with `VSM1`.
    Magic,
    /// A version not known here; perhaps newer.
    Version,
    /// A suite not known here.
    Suite,
    /// A kind not known here.
    Kind,
    /// Flags, of which there are none yet.
    Flags,
}

impl BadLetter {
    /// Its name on the line, as `reason` of a problem.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Magic => "magic",
            Self::Version => "version",
            Self::Suite => "suite",
            Self::Kind => "kind",
            Self::Flags => "flags",
        }
    }
}

/// What the relay may know of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// How it is sealed; [`SUITE`].
    pub suite: u8,
    /// What it is.
    pub kind: LetterKind,
    /// The key it is sealed to.
    pub kid: Kid,
    /// The mailbox it is for.
    pub mid: Mid,
    /// Its own id.
    pub sid: Sid,
}

impl Header {
    /// Reads the header of a whole letter and checks the letter's length. No cryptography.
    pub fn parse(letter: &[u8]) -> Result<Self, BadLetter> {
        let rest = &mut &*letter;
        let magic = take(rest).ok_or(BadLetter::Length)?;
        let [version, suite, kind, flags] = take(rest).ok_or(BadLetter::Length)?;
        if magic != MAGIC {
            return Err(BadLetter::Magic);
        }
        if version != VERSION {
            return Err(BadLetter::Version);
        }
        if suite != SUITE {
            return Err(BadLetter::Suite);
        }
        let kind = match kind {
            1 => LetterKind::Submission,
            2 => LetterKind::RoomAnswer,
            _ => return Err(BadLetter::Kind),
        };
        if flags != 0 {
            return Err(BadLetter::Flags);
        }
        if letter.len() != kind.total() {
            return Err(BadLetter::Length);
        }
        Ok(Self {
            suite,
            kind,
            kid: Kid(take(rest).ok_or(BadLetter::Length)?),
            mid: Mid(take(rest).ok_or(BadLetter::Length)?),
            sid: Sid(take(rest).ok_or(BadLetter::Length)?),
        })
    }

    /// Its bytes as they stand in the letter.
    pub fn to_bytes(&self) -> [u8; HEADER_BYTES] {
        let fixed = [VERSION, self.suite, self.kind.byte(), 0];
        let parts = MAGIC
            .iter()
            .chain(&fixed)
            .chain(&self.kid.0)
            .chain(&self.mid.0)
            .chain(&self.sid.0);
        let mut bytes = [0; HEADER_BYTES];
        for (to, from) in bytes.iter_mut().zip(parts) {
            *to = *from;
        }
        bytes
    }

    /// HPKE's `info`: "vaekstspejl/vmb/1" ‖ header bytes 4–7.
    #[cfg(feature = "seal")]
    fn info(&self) -> [u8; 21] {
        let fixed = [VERSION, self.suite, self.kind.byte(), 0];
        let mut info = [0; 21];
        for (to, from) in info.iter_mut().zip(INFO.iter().chain(&fixed)) {
            *to = *from;
        }
        info
    }
}

/// Why a letter could not be sealed.
#[cfg(feature = "seal")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealError {
    /// The payload is longer than [`LetterKind::room`].
    TooLong,
    /// HPKE refused the key. [`PublicKey`] does not let such a key through.
    BadKey,
}

/// Seals a payload to a key, for a mailbox. The letter's length says nothing of the payload's.
#[cfg(feature = "seal")]
pub fn seal(
    kind: LetterKind,
    to: &PublicKey,
    mid: &Mid,
    sid: &Sid,
    payload: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let header = Header {
        suite: SUITE,
        kind,
        kid: to.kid(),
        mid: *mid,
        sid: *sid,
    };
    let aad = header.to_bytes();
    let plaintext = pad(kind, payload).ok_or(SealError::TooLong)?;
    let to = Deserializable::from_bytes(to.as_bytes()).map_err(|_| SealError::BadKey)?;
    let (enc, ciphertext) = single_shot_seal_with_rng::<
        ChaCha20Poly1305,
        HkdfSha256,
        X25519HkdfSha256,
    >(&OpModeS::Base, &to, &header.info(), &plaintext, &aad, rng)
    .map_err(|_| SealError::BadKey)?;
    Ok([&aad, enc.to_bytes().as_slice(), &ciphertext].concat())
}

/// The length, the payload, zeros; nothing when the payload is too long.
#[cfg(feature = "seal")]
fn pad(kind: LetterKind, payload: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let padding = kind.room().checked_sub(payload.len())?;
    let length = u32::try_from(payload.len()).ok()?.to_be_bytes();
    // reserved at once: a growing vector would leave copies behind that nobody wipes
    let mut plaintext = Zeroizing::new(Vec::with_capacity(kind.total()));
    plaintext.extend_from_slice(&length);
    plaintext.extend_from_slice(payload);
    plaintext.extend(core::iter::repeat_n(0, padding));
    Some(plaintext)
}

/// The payload, when the length fits and the padding is zeros.
#[cfg(feature = "open")]
fn unpad(plaintext: &[u8]) -> Option<&[u8]> {
    let rest = &mut &*plaintext;
    let length = usize::try_from(u32::from_be_bytes(take(rest)?)).ok()?;
    let (payload, padding) = rest.split_at_checked(length)?;
    padding.iter().all(|byte| *byte == 0).then_some(payload)
}

/// A letter that was opened.
#[cfg(feature = "open")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Its header, now known to be what the sender wrote.
    pub header: Header,
    /// What the sender wrote. Nothing is known of its form.
    pub payload: Vec<u8>,
}

/// Why a letter was not opened.
#[cfg(feature = "open")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// Not a letter at all.
    Bad(BadLetter),
    /// For another mailbox.
    OtherMailbox,
    /// Sealed to a key that is not here; keep it, another key file may have it.
    UnknownKey(Kid),
    /// Changed on the way, or not sealed to the key it names.
    NotAuthentic,
    /// Sealed by a program that does not keep to the rules.
    BadPadding,
}

/// Opens a letter that was found in a mailbox.
#[cfg(feature = "open")]
pub fn open(letter: &[u8], mid: &Mid, keys: &[Key]) -> Result<Opened, OpenError> {
    let header = Header::parse(letter).map_err(OpenError::Bad)?;
    if header.mid != *mid {
        return Err(OpenError::OtherMailbox);
    }
    let key = keys
        .iter()
        .find(|key| key.kid == header.kid)
        .ok_or(OpenError::UnknownKey(header.kid))?;
    let plaintext = decrypt(letter, &header, key).ok_or(OpenError::NotAuthentic)?;
    let payload = unpad(&plaintext).ok_or(OpenError::BadPadding)?.to_vec();
    Ok(Opened { header, payload })
}

#[cfg(feature = "open")]
fn decrypt(letter: &[u8], header: &Header, key: &Key) -> Option<Zeroizing<Vec<u8>>> {
    let (aad, sealed) = letter.split_at_checked(HEADER_BYTES)?;
    let (enc, ciphertext) = sealed.split_at_checked(ENC_BYTES)?;
    let enc = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(enc).ok()?;
    single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &key.secret.to_hpke(),
        &enc,
        &header.info(),
        ciphertext,
        aad,
    )
    .ok()
    .map(Zeroizing::new)
}
