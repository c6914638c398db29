//! Test vectors, run the same natively and in a browser. Not in the product: only with the
//! feature `testing`, which no program of ours asks for.
//!
//! One pure function, [`run`]: the text of `tests/vectors/envelope.json` in, the number of checks
//! out. `tests/vectors.rs` calls it natively; `examples/browser_vectors.rs` gives it to a page.

use std::convert::Infallible;

use crate::key::{Key, PublicKey, SecretKey};
use crate::letter::{OpenError, open};
use crate::receipt::unhex;
use base64ct::{Base64, Encoding};
use hpke::aead::{AeadCtxR, AeadCtxS, ChaCha20Poly1305};
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable, setup_receiver};
use rand_core::{TryCryptoRng, TryRng};
use serde_json::Value;

type Sender = AeadCtxS<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>;
type Receiver = AeadCtxR<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>;
type Checks = Result<usize, String>;

/// Runs every vector; how many checks held, or the first that did not.
pub fn run(json: &str) -> Checks {
    let all: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let mut checks = 0_usize;
    for (name, check) in [
        ("hpke", check_hpke as fn(&Value) -> Checks),
        ("letters", check_letter),
        ("refused_keys", check_refused_key),
    ] {
        let vectors = list(&all, name)?;
        for (number, vector) in vectors.iter().enumerate() {
            let held = check(vector).map_err(|error| format!("{name} {number}: {error}"))?;
            checks = checks.saturating_add(held);
        }
    }
    Ok(checks)
}

/// RFC 9180, Appendix A, base mode. The library shows nothing of the key schedule, so that the
/// values between are seen in what they give: encapsulated key, ciphertexts, exports.
fn check_hpke(vector: &Value) -> Checks {
    let hex = |name: &str| unhex_any(text(vector, name)?);
    for (ikm, secret, public) in [("ikmE", "skEm", "pkEm"), ("ikmR", "skRm", "pkRm")] {
        let (derived_secret, derived_public) = X25519HkdfSha256::derive_keypair(&hex(ikm)?);
        // RFC 9180 writes secrets as they are derived, this library clamped: compare what they do
        let written = SecretKey::from_bytes(array(&hex(secret)?)?);
        let derived = SecretKey::from_bytes(derived_secret.to_bytes().into());
        same(
            secret,
            derived.public().as_bytes(),
            written.public().as_bytes(),
        )?;
        same(public, &derived_public.to_bytes(), &hex(public)?)?;
    }
    let recipient = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(&hex("pkRm")?);
    let secret = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(&hex("skRm")?);
    let enc = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(&hex("enc")?);
    let (recipient, secret, enc) = (ok(recipient)?, ok(secret)?, ok(enc)?);
    let info = hex("info")?;
    let mut once = Once(hex("ikmE")?);
    let (sent, mut sender): (_, Sender) = ok(hpke::setup_sender_with_rng(
        &OpModeS::Base,
        &recipient,
        &info,
        &mut once,
    ))?;
    same("enc", &sent.to_bytes(), &hex("enc")?)?;
    let mut receiver: Receiver = ok(setup_receiver(&OpModeR::Base, &secret, &enc, &info))?;

    let encryptions = check_encryptions(vector, &mut sender, &mut receiver)?;
    let mut exports = 0_usize;
    for export in list(vector, "exports")? {
        let context = unhex_any(text(export, "exporter_context")?)?;
        let expected = unhex_any(text(export, "exported_value")?)?;
        for exported in [
            exported(|out| sender.export(&context, out)),
            exported(|out| receiver.export(&context, out)),
        ] {
            same("export", &exported?, &expected)?;
        }
        exports = exports.saturating_add(2);
    }
    Ok(encryptions.saturating_add(exports).saturating_add(5))
}

/// The vectors name some of the messages of one context; those between are sent too.
fn check_encryptions(vector: &Value, sender: &mut Sender, receiver: &mut Receiver) -> Checks {
    let mut checks = 0_usize;
    let mut next = 0;
    for encryption in list(vector, "encryptions")? {
        let named = encryption["seq"].as_u64().ok_or("seq is missing")?;
        let plaintext = unhex_any(text(encryption, "pt")?)?;
        let aad = unhex_any(text(encryption, "aad")?)?;
        while next < named {
            let between = ok(sender.seal(&plaintext, b"between"))?;
            ok(receiver.open(&between, b"between"))?;
            next = next.saturating_add(1);
        }
        let sealed = ok(sender.seal(&plaintext, &aad))?;
        same("ct", &sealed, &unhex_any(text(encryption, "ct")?)?)?;
        same("pt", &ok(receiver.open(&sealed, &aad))?, &plaintext)?;
        next = next.saturating_add(1);
        checks = checks.saturating_add(2);
    }
    Ok(checks)
}

/// A letter made elsewhere, and what has to become of it.
fn check_letter(vector: &Value) -> Checks {
    let secret = SecretKey::from_bytes(array(&unhex_any(text(vector, "secret")?)?)?);
    let mid = crate::Mid(array(&unhex_any(text(vector, "mid")?)?)?);
    let letter = Base64::decode_vec(text(vector, "letter")?).map_err(|error| error.to_string())?;
    let opened = open(&letter, &mid, &[Key::new(secret, 0)]);
    let is = match &opened {
        Ok(_) => "opened",
        Err(OpenError::Bad(_)) => "bad-length",
        Err(OpenError::OtherMailbox) => "other-mailbox",
        Err(OpenError::UnknownKey(_)) => "unknown-key",
        Err(OpenError::NotAuthentic) => "not-authentic",
        Err(OpenError::BadPadding) => "bad-padding",
    };
    let comment = text(vector, "comment")?;
    same(comment, is.as_bytes(), text(vector, "expect")?.as_bytes())?;
    if let Ok(opened) = opened {
        same(
            comment,
            &opened.payload,
            text(vector, "payload")?.as_bytes(),
        )?;
    }
    Ok(1)
}

fn check_refused_key(vector: &Value) -> Checks {
    let key = vector.as_str().ok_or("not a text")?;
    match PublicKey::from_bytes(array(&unhex_any(key)?)?) {
        Err(_) => Ok(1),
        Ok(_) => Err(format!("{key} was taken")),
    }
}

fn exported(export: impl Fn(&mut [u8]) -> Result<(), hpke::HpkeError>) -> Result<[u8; 32], String> {
    let mut out = [0; 32];
    ok(export(&mut out))?;
    Ok(out)
}

fn same(what: &str, is: &[u8], expected: &[u8]) -> Result<(), String> {
    if is == expected {
        return Ok(());
    }
    let (is, expected) = (crate::receipt::hex(is), crate::receipt::hex(expected));
    Err(format!("{what}: {is}, not {expected}"))
}

fn ok<T>(result: Result<T, hpke::HpkeError>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str, String> {
    let found = value.get(name).and_then(Value::as_str);
    found.ok_or_else(|| format!("{name} is missing"))
}

fn list<'a>(value: &'a Value, name: &str) -> Result<&'a Vec<Value>, String> {
    let found = value.get(name).and_then(Value::as_array);
    found.ok_or_else(|| format!("{name} is missing"))
}

fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N], String> {
    bytes.try_into().map_err(|_| format!("not {N} bytes"))
}

/// Hexadecimal of any length, through [`unhex`], which takes 32 bytes at a time.
fn unhex_any(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    for part in text.as_bytes().chunks(64) {
        let part = core::str::from_utf8(part).map_err(|error| error.to_string())?;
        let all = unhex(&format!("{part:0<64}")).ok_or("not hexadecimal")?;
        bytes.extend(all.iter().take(part.len() / 2));
    }
    Ok(bytes)
}

/// Randomness that is known: what the vectors call ikmE, once.
struct Once(Vec<u8>);

impl TryRng for Once {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), Infallible> {
        for (to, from) in into.iter_mut().zip(self.0.drain(..)) {
            *to = from;
        }
        Ok(())
    }
}

impl TryCryptoRng for Once {}
