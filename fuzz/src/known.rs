//! Things with known insides: randomness, letters and key files that no program of ours makes.

use std::convert::Infallible;

use base64ct::{Base64, Encoding};
use hpke::{
    Deserializable, OpModeS, Serializable, aead::ChaCha20Poly1305, kdf::HkdfSha256,
    kem::X25519HkdfSha256, single_shot_seal_with_rng,
};
use rand_core::{TryCryptoRng, TryRng};
use vaekstspejl_envelope::letter::SUITE;
use vaekstspejl_envelope::receipt::sha256;
use vaekstspejl_envelope::{Header, KeyFile, KeyFileError, LetterKind, PublicKey, Sid, seal};
use vaekstspejl_mailbox::outbox::Item;

/// SHA-256 of a counter.
pub struct Seeded(u64);

impl Seeded {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed << 32)
    }
}

impl TryRng for Seeded {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), Infallible> {
        for part in into.chunks_mut(32) {
            self.0 += 1;
            part.copy_from_slice(&sha256(&self.0.to_be_bytes())[..part.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Seeded {}

/// A letter around any frame, also a wrong one.
pub fn sealed_frame(kind: LetterKind, to: &PublicKey, frame: &[u8]) -> Vec<u8> {
    let header = Header {
        suite: SUITE,
        kind,
        kid: to.kid(),
        mid: to.mid(),
        sid: Sid([7; 16]),
    }
    .to_bytes();
    let info = [b"vaekstspejl/vmb/1".as_slice(), &header[4..8]].concat();
    let to = Deserializable::from_bytes(to.as_bytes()).expect("a public key");
    let (enc, sealed) =
        single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &to,
            &info,
            frame,
            &header,
            &mut Seeded::new(3),
        )
        .expect("sealing to a good key");
    [&header, enc.to_bytes().as_slice(), &sealed].concat()
}

/// Any bytes in the armour of a key file, with the hash that belongs to them.
pub fn armoured(bytes: &[u8]) -> String {
    let body = Base64::encode_string(&[bytes, &sha256(bytes)].concat());
    format!("-----BEGIN VAEKSTSPEJL KEY FILE-----\n{body}\n-----END VAEKSTSPEJL KEY FILE-----\n")
}

/// Opens with a passphrase that was never used; but where Argon2 would really run, seconds each
/// time, only for one in 256, and else the answer that is expected of it.
pub fn opened_if_cheap(text: &str) -> Result<KeyFile, KeyFileError> {
    let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    let bytes = Base64::decode_vec(&body).unwrap_or_default();
    let costly = bytes.starts_with(b"VSK1\x01\x00") && bytes.get(14).is_some_and(|salt| *salt != 0);
    if costly {
        return Err(KeyFileError::WrongPassphrase);
    }
    KeyFile::from_text(text, "")
}

/// A letter in an outbox.
pub fn item(to: &PublicKey) -> Item {
    let mut rng = Seeded::new(4);
    let (post, delete) = crate::post_and_delete();
    let sid = Sid::random(&mut rng);
    let letter = seal(LetterKind::RoomAnswer, to, &to.mid(), &sid, b"4", &mut rng);
    let letter = letter.expect("four bytes have room");
    Item::new(
        letter,
        "https://relay.example",
        &post,
        &delete,
        "Havneby",
        0,
    )
    .expect("a letter was just sealed")
}
