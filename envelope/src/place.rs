//! What a room tells one phone: sealed to that person alone, by a key only phone and room have.
//!
//! A phone draws a [`PersonKey`] and puts it into its sealed answer. From then on the room can tell
//! that phone its group, its rounds and its slots over the relay, which can read none of it, and
//! nobody else in the room can either. A piece is 512 bytes, whatever it says:
//!
//! | bytes | what |
//! |---:|---|
//! | 8 | the person's [`Tag`], by which the phone asks for it |
//! | 12 | nonce, random |
//! | 476 | ciphertext: ChaCha20Poly1305 (RFC 8439) of u16 length ‖ text ‖ zeros |
//! | 16 | its tag; bound to mailbox and person |
//!
//! The relay may hold an older piece back or hand it out again; the text inside carries a number,
//! and a phone believes only a higher one.

use crate::bytes::take;
use crate::id::{Mid, NotAnId};
use crate::receipt::sha256;
use base64ct::{Base64UrlUnpadded, Encoding};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key as CipherKey, Nonce};
use core::fmt;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

pub use crate::id::Tag;
pub use crate::piece::PIECE_BYTES;

/// Most bytes of the text in it.
pub const LONGEST_TEXT: usize = PADDED_BYTES - LENGTH_BYTES;

const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;
const LENGTH_BYTES: usize = 2;
const PADDED_BYTES: usize = PIECE_BYTES - Tag::BYTES - NONCE_BYTES - TAG_BYTES;
/// Bound to every piece, so that one of another use of the key never opens.
const LABEL: &[u8] = b"vaekstspejl/place/1";

/// Who somebody in a room is: drawn by the phone, known to phone and room only.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonKey(Zeroizing<[u8; 32]>);

/// Without the secret.
impl fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonKey({:?})", self.tag())
    }
}

/// A text of more than [`LONGEST_TEXT`] bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

/// Bytes that are no piece for this person: damaged, another's, or not a piece at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotForMe;

impl PersonKey {
    /// How many bytes it has.
    pub const BYTES: usize = 32;

    /// A new person.
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0; Self::BYTES]);
        rng.fill_bytes(bytes.as_mut_slice());
        Self(bytes)
    }

    /// The person with this secret.
    pub fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// As text for the sealed answer and the phone's own note: base64url, 43 characters.
    pub fn to_text(&self) -> String {
        Base64UrlUnpadded::encode_string(self.0.as_slice())
    }

    /// Reads what [`Self::to_text`] writes.
    pub fn parse(text: &str) -> Result<Self, NotAnId> {
        let mut bytes = [0; Self::BYTES];
        match Base64UrlUnpadded::decode(text, &mut bytes) {
            Ok(read) if read.len() == Self::BYTES => Ok(Self::from_bytes(bytes)),
            _ => Err(NotAnId),
        }
    }

    /// The name under which this phone asks. It tells nothing of the key.
    pub fn tag(&self) -> Tag {
        let hash = sha256(&[b"vmb1/tag\0".as_slice(), self.0.as_slice()].concat());
        Tag(hash.first_chunk().copied().unwrap_or_default())
    }

    /// Seals what this person is told in this room.
    pub fn seal(
        &self,
        mid: &Mid,
        text: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, TooLong> {
        let length = u16::try_from(text.len()).map_err(|_| TooLong)?;
        if text.len() > LONGEST_TEXT {
            return Err(TooLong);
        }
        let mut padded = [length.to_be_bytes().as_slice(), text].concat();
        padded.resize(PADDED_BYTES, 0);
        let mut nonce = [0; NONCE_BYTES];
        rng.fill_bytes(&mut nonce);
        let tag = self.tag();
        let payload = Payload {
            msg: &padded,
            aad: &bound(mid, &tag),
        };
        let sealed = self
            .cipher()
            .encrypt(&Nonce::from(nonce), payload)
            .expect("half a kilobyte is far below the 256 GiB of RFC 8439");
        Ok([tag.0.as_slice(), &nonce, &sealed].concat())
    }

    /// Opens what this person is told in this room.
    pub fn open(&self, mid: &Mid, piece: &[u8]) -> Result<Vec<u8>, NotForMe> {
        if piece.len() != PIECE_BYTES {
            return Err(NotForMe);
        }
        let rest = &mut &*piece;
        let tag = Tag(take(rest).ok_or(NotForMe)?);
        let nonce: [u8; NONCE_BYTES] = take(rest).ok_or(NotForMe)?;
        if tag != self.tag() {
            return Err(NotForMe);
        }
        let payload = Payload {
            msg: rest,
            aad: &bound(mid, &tag),
        };
        let padded = self
            .cipher()
            .decrypt(&Nonce::from(nonce), payload)
            .map_err(|_| NotForMe)?;
        let rest = &mut padded.as_slice();
        let length = usize::from(u16::from_be_bytes(take(rest).ok_or(NotForMe)?));
        let (text, zeros) = rest.split_at_checked(length).ok_or(NotForMe)?;
        match zeros.iter().all(|it| *it == 0) {
            true => Ok(text.to_vec()),
            false => Err(NotForMe),
        }
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new(&CipherKey::from(*self.0))
    }
}

fn bound(mid: &Mid, tag: &Tag) -> Vec<u8> {
    [LABEL, &mid.0, &tag.0].concat()
}
