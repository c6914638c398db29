//! The key file: what an office keeps, and without which nobody reads its letters.
//!
//! Text that survives mail and printing: a line between BEGIN and END that people can read (and
//! that nothing relies on), and in base64, with numbers big-endian:
//!
//! | bytes | what |
//! |---|---|
//! | 4 | `VSK1` |
//! | 1 | kdf 1: Argon2id, version 0x13 (RFC 9106) |
//! | 4, 4, 1 | its memory (KiB), passes, lanes |
//! | 16 | salt |
//! | 12 | nonce |
//! | 32 | commitment to the key |
//! | … | ciphertext: ChaCha20Poly1305 (RFC 8439), associated data is all before |
//! | 32 | SHA-256 of all before |
//!
//! Argon2id of the passphrase gives, by HKDF-SHA256, the key ("vmb1/key-file/key") and the
//! commitment ("vmb1/key-file/commitment"). The commitment tells a wrong passphrase from damage,
//! and binds the file to one key, which ChaCha20Poly1305 alone does not. The hash at the end
//! tells damage without a passphrase; whoever can write the file can also write the hash, so it
//! protects against accidents only. Memory and passes are checked before anything is allocated.
//!
//! The secret part: version 1; office id, name and relay, each as length (u16) and UTF-8;
//! mailbox (16); owner seed (32); post capability (16); number of keys (1); and for each key:
//! suite (1), day made (u32), state (1: 1 active, 2 retired), day since (u32), secret (32).
//! Nothing may follow. Public keys and ids are computed, so that they cannot disagree.

use crate::bytes::{take, take_slice};
use crate::capability::{Owner, Post};
use crate::id::{Kid, Mid};
use crate::key::{Key, KeyState, SecretKey};
use crate::letter::SUITE;
use crate::passphrase::normalise;
use crate::receipt::sha256;
use argon2::{Algorithm, Argon2, Params, Version};
use base64ct::{Base64, Encoding};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key as CipherKey, Nonce};
use hkdf::Hkdf;
use rand_core::CryptoRng;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

const BEGIN: &str = "-----BEGIN VAEKSTSPEJL KEY FILE-----";
const END: &str = "-----END VAEKSTSPEJL KEY FILE-----";
const COLUMNS: usize = 64;
/// More than any key file is (bytes of text).
pub const LONGEST_TEXT: usize = 65_536;
/// The most keys a file holds; one every 90 days, kept 210, are three.
pub const MOST_KEYS: usize = 64;
/// The longest id, name or address of an office (bytes).
pub const LONGEST_NAME: usize = 300;
/// How long a retired key is kept (days): letters sealed to it may still come. 60 in a sender's
/// outbox, 30 in an old copy of the office's settings, 90 at the relay, 30 to spare.
pub const KEEP_RETIRED_DAYS: u32 = 210;

const FORM: u8 = b'1';
const KDF: u8 = 1;
const CONTENT_VERSION: u8 = 1;
const SALT_BYTES: usize = 16;
const NONCE_BYTES: usize = 12;
const COMMITMENT_BYTES: usize = 32;
const CHECKSUM_BYTES: usize = 32;
/// More than any content is (bytes), reserved at once so that growing leaves no copies.
const CONTENT_ROOM: usize = 4096;

/// Why a key file was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFileError {
    /// Something else.
    NotAKeyFile,
    /// Far longer than a key file.
    TooLong,
    /// Not what was written: cut off, retyped, changed.
    Damaged,
    /// Intact, but the passphrase is another.
    WrongPassphrase,
    /// Made by a newer program.
    Newer {
        /// The number not known here.
        version: u8,
    },
    /// Asks for more work than any program of ours writes, or for less than is safe.
    Cost,
}

/// How much work a guess at the passphrase is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
}

impl Cost {
    /// The least that is accepted, OWASP's minimum for Argon2id with more passes: for tests.
    pub const LEAST: Self = Self {
        memory_kib: 19_456,
        passes: 1,
    };

    /// 19,456 to 262,144 KiB of memory and 1 to 10 passes; otherwise nothing. There is always
    /// one lane, because a browser has one thread here.
    pub fn new(memory_kib: u32, passes: u32) -> Option<Self> {
        let legal = (19_456..=262_144).contains(&memory_kib) && (1..=10).contains(&passes);
        legal.then_some(Self { memory_kib, passes })
    }
}

/// 64 MiB, 3 passes: the second choice of RFC 9106 §4.
impl Default for Cost {
    fn default() -> Self {
        Self {
            memory_kib: 65_536,
            passes: 3,
        }
    }
}

/// Text that cannot be an office's id, name or relay: empty, over [`LONGEST_NAME`] bytes, or with
/// line breaks and other control characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadOffice;

/// Whose key file it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    id: String,
    name: String,
    relay: String,
}

impl Office {
    /// An office with its relay's address.
    pub fn new(id: &str, name: &str, relay: &str) -> Result<Self, BadOffice> {
        let legal = |text: &str| {
            !text.trim().is_empty()
                && text.len() <= LONGEST_NAME
                && !text.chars().any(char::is_control)
        };
        if ![id, name, relay].into_iter().all(legal) {
            return Err(BadOffice);
        }
        Ok(Self {
            id: id.into(),
            name: name.into(),
            relay: relay.into(),
        })
    }

    /// Its id in the content.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its relay's address.
    pub fn relay(&self) -> &str {
        &self.relay
    }
}

/// What is in a key file. The office's mailbox, and every key it still needs.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyFile {
    /// Whose it is.
    pub office: Office,
    /// The mailbox; it stays when keys change.
    pub mid: Mid,
    /// What senders need; published with the key.
    pub post: Post,
    owner_seed: Zeroizing<[u8; 32]>,
    keys: Vec<Key>,
}

impl core::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "KeyFile({}, {:?}, …)", self.office.id, self.mid)
    }
}

/// What a key file says of itself without a passphrase. Anybody may have written it: it helps to
/// find the right file, and no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The office's name.
    pub office: String,
    /// The day its newest key was made, as 2026-11-20.
    pub created: String,
    /// Its newest key.
    pub kid: String,
}

impl KeyFile {
    /// A new mailbox with its first key. `day` is today: days since 1970-01-01.
    pub fn create(office: Office, rng: &mut impl CryptoRng, day: u32) -> Self {
        let key = Key::random(rng, day);
        let mut owner_seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(owner_seed.as_mut_slice());
        Self {
            office,
            mid: key.public.mid(),
            post: Post::random(rng),
            owner_seed,
            keys: vec![key],
        }
    }

    /// A new key; the one until now is retired. Publish the new one only when the changed file
    /// is safe and has been opened once. Nothing happens when the file is full.
    pub fn rotate(&mut self, rng: &mut impl CryptoRng, day: u32) -> Option<Kid> {
        if self.keys.len() >= MOST_KEYS {
            return None;
        }
        let new = Key::random(rng, day);
        let kid = new.kid;
        for key in &mut self.keys {
            if key.state == KeyState::Active {
                key.state = KeyState::Retired;
                key.since = day;
            }
        }
        self.keys.push(new);
        Some(kid)
    }

    /// The key that letters are sealed to now.
    pub fn active(&self) -> &Key {
        self.keys
            .iter()
            .rev()
            .find(|key| key.state == KeyState::Active)
            .expect("there is always one: create makes it, rotate renews it, reading demands it")
    }

    /// All keys, oldest first. Each opens letters.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// Retired keys that no letter can need any more, if `day` is right. They are not taken away
    /// by themselves: a clock may be years off, and what only they open would be lost.
    pub fn expired(&self, day: u32) -> Vec<Kid> {
        self.keys
            .iter()
            .filter(|key| key.state == KeyState::Retired)
            .filter(|key| key.since.saturating_add(KEEP_RETIRED_DAYS) < day)
            .map(|key| key.kid)
            .collect()
    }

    /// Destroys a retired key; true if it was there. Letters sealed to it can never be opened
    /// again.
    pub fn destroy(&mut self, kid: Kid) -> bool {
        let before = self.keys.len();
        self.keys
            .retain(|key| key.kid != kid || key.state == KeyState::Active);
        self.keys.len() != before
    }

    /// What the mailbox obeys.
    pub fn owner(&self) -> Owner {
        Owner::derive(&self.owner_seed, &self.mid)
    }

    /// The whole text of the file, under a passphrase (as [`normalise`] makes it).
    pub fn to_text(&self, passphrase: &str, rng: &mut impl CryptoRng, cost: Cost) -> String {
        let (mut salt, mut nonce) = ([0; SALT_BYTES], [0; NONCE_BYTES]);
        rng.fill_bytes(&mut salt);
        rng.fill_bytes(&mut nonce);
        let keys = FileKeys::derive(passphrase, &salt, cost);
        let mut bytes = Vec::with_capacity(LONGEST_TEXT);
        bytes.extend(*b"VSK");
        bytes.extend([FORM, KDF]);
        bytes.extend(cost.memory_kib.to_be_bytes());
        bytes.extend(cost.passes.to_be_bytes());
        bytes.push(1);
        bytes.extend(salt);
        bytes.extend(nonce);
        bytes.extend(keys.commitment);
        let sealed = Payload {
            msg: &self.content(),
            aad: &bytes,
        };
        let sealed = ChaCha20Poly1305::new(&CipherKey::from(*keys.key))
            .encrypt(&Nonce::from(nonce), sealed)
            .expect("a few kilobytes are far below the 256 GiB of RFC 8439");
        bytes.extend(sealed);
        bytes.extend(sha256(&bytes));
        armour(&self.label(), &bytes)
    }

    /// Opens the text of a key file, whatever a mail program did to its lines.
    pub fn from_text(text: &str, passphrase: &str) -> Result<Self, KeyFileError> {
        let bytes = Lines::of(text)?.decode()?;
        let (body, sum) = bytes
            .split_last_chunk::<CHECKSUM_BYTES>()
            .ok_or(KeyFileError::Damaged)?;
        if sha256(body) != *sum {
            return Err(KeyFileError::Damaged);
        }
        let content = decrypt(body, passphrase)?;
        Self::from_content(&content)
    }

    /// The part that is encrypted, read without any encryption.
    #[cfg(feature = "testing")]
    pub fn from_secret_part(bytes: &[u8]) -> Result<Self, KeyFileError> {
        Self::from_content(bytes)
    }

    /// The part that is encrypted, as it is before.
    #[cfg(feature = "testing")]
    pub fn to_secret_part(&self) -> Zeroizing<Vec<u8>> {
        self.content()
    }

    fn label(&self) -> String {
        let newest = self.active();
        let name = self.office.name.replace('|', "/");
        let (year, month, day) = civil(newest.created);
        format!(
            "| {name} | {year:04}-{month:02}-{day:02} | {} |",
            newest.kid
        )
    }

    fn content(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(CONTENT_ROOM));
        bytes.push(CONTENT_VERSION);
        for text in [&self.office.id, &self.office.name, &self.office.relay] {
            // `Office` holds no text longer than LONGEST_NAME
            bytes.extend(u16::try_from(text.len()).unwrap_or_default().to_be_bytes());
            bytes.extend(text.as_bytes());
        }
        bytes.extend(self.mid.0);
        bytes.extend(self.owner_seed.iter());
        bytes.extend(self.post.0);
        // never more than MOST_KEYS
        bytes.push(u8::try_from(self.keys.len()).unwrap_or_default());
        for key in &self.keys {
            bytes.push(SUITE);
            bytes.extend(key.created.to_be_bytes());
            bytes.push(match key.state {
                KeyState::Active => 1,
                KeyState::Retired => 2,
            });
            bytes.extend(key.since.to_be_bytes());
            bytes.extend(key.secret.as_bytes());
        }
        bytes
    }

    fn from_content(content: &[u8]) -> Result<Self, KeyFileError> {
        let rest = &mut &*content;
        let [version] = take(rest).ok_or(KeyFileError::Damaged)?;
        if version != CONTENT_VERSION {
            return Err(KeyFileError::Newer { version });
        }
        let file = Self::read_content(rest).ok_or(KeyFileError::Damaged)?;
        rest.is_empty().then_some(file).ok_or(KeyFileError::Damaged)
    }

    fn read_content(rest: &mut &[u8]) -> Option<Self> {
        let office = Office::new(take_text(rest)?, take_text(rest)?, take_text(rest)?).ok()?;
        let mid = Mid(take(rest)?);
        let owner_seed = Zeroizing::new(take(rest)?);
        let post = Post(take(rest)?);
        let [count] = take(rest)?;
        if usize::from(count) > MOST_KEYS {
            return None;
        }
        let keys: Vec<Key> = (0..count).map(|_| take_key(rest)).collect::<Option<_>>()?;
        keys.iter()
            .any(|key| key.state == KeyState::Active)
            .then_some(Self {
                office,
                mid,
                post,
                owner_seed,
                keys,
            })
    }
}

/// What a key file says of itself, without its passphrase.
pub fn peek(text: &str) -> Result<Label, KeyFileError> {
    let lines = Lines::of(text)?;
    let label = lines.label.join(" ");
    let mut fields = label
        .split('|')
        .skip(1)
        .map(|field| field.trim().to_owned());
    let mut field = || fields.next().ok_or(KeyFileError::Damaged);
    Ok(Label {
        office: field()?,
        created: field()?,
        kid: field()?,
    })
}

/// The lines between BEGIN and END.
struct Lines<'a> {
    /// Those that people read.
    label: Vec<&'a str>,
    /// Those in base64.
    body: Vec<&'a str>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Result<Self, KeyFileError> {
        if text.len() > LONGEST_TEXT {
            return Err(KeyFileError::TooLong);
        }
        // mail programs indent, quote with `>`, and end lines as they like
        let around = |c: char| c.is_whitespace() || c == '>' || c == '\u{feff}';
        let mut lines = text
            .split(['\n', '\r'])
            .map(|line| line.trim_matches(around))
            .filter(|line| !line.is_empty());
        if !lines.any(|line| line == BEGIN) {
            return Err(KeyFileError::NotAKeyFile);
        }
        let mut inside = Vec::new();
        loop {
            match lines.next() {
                None => return Err(KeyFileError::Damaged),
                Some(END) => break,
                Some(line) => inside.push(line),
            }
        }
        // A label too long for a mail program may have become several lines. Its last character
        // is one that base64 has not, so the last line that is not base64 ends it.
        let is_base64 = |line: &&str| {
            line.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b))
        };
        let after = inside.iter().rposition(|line| !is_base64(line));
        let body = inside.split_off(after.map_or(0, |last| last.saturating_add(1)));
        Ok(Self {
            label: inside,
            body,
        })
    }

    fn decode(&self) -> Result<Vec<u8>, KeyFileError> {
        Base64::decode_vec(&self.body.concat()).map_err(|_| KeyFileError::Damaged)
    }
}

fn armour(label: &str, bytes: &[u8]) -> String {
    let encoded = Base64::encode_string(bytes);
    let mut text = [BEGIN, "\n", label, "\n\n"].concat();
    for line in encoded.as_bytes().chunks(COLUMNS) {
        text.extend(line.iter().copied().map(char::from));
        text.push('\n');
    }
    text.push_str(END);
    text.push('\n');
    text
}

/// What the passphrase gives.
struct FileKeys {
    key: Zeroizing<[u8; 32]>,
    commitment: [u8; COMMITMENT_BYTES],
}

impl FileKeys {
    fn derive(passphrase: &str, salt: &[u8; SALT_BYTES], cost: Cost) -> Self {
        let params = Params::new(cost.memory_kib, cost.passes, 1, Some(32))
            .expect("a Cost is within the bounds of Argon2");
        let mut stretched = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(
                normalise(passphrase).as_bytes(),
                salt,
                stretched.as_mut_slice(),
            )
            .expect("a passphrase is far below 4 GiB and the salt has 16 bytes");
        let expand = Hkdf::<Sha256>::new(None, stretched.as_slice());
        let mut keys = Self {
            key: Zeroizing::new([0; 32]),
            commitment: [0; COMMITMENT_BYTES],
        };
        expand
            .expand(b"vmb1/key-file/key", keys.key.as_mut_slice())
            .and_then(|()| expand.expand(b"vmb1/key-file/commitment", &mut keys.commitment))
            .expect("32 bytes are far below the 8,160 that HKDF-SHA256 gives");
        keys
    }
}

/// The secret part of a file whose hash was right.
fn decrypt(body: &[u8], passphrase: &str) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    let rest = &mut &*body;
    let magic: [u8; 4] = take(rest).ok_or(KeyFileError::Damaged)?;
    match magic {
        [b'V', b'S', b'K', FORM] => {}
        [b'V', b'S', b'K', digit @ b'2'..=b'9'] => {
            let version = digit.wrapping_sub(b'0');
            return Err(KeyFileError::Newer { version });
        }
        _ => return Err(KeyFileError::NotAKeyFile),
    }
    let [kdf] = take(rest).ok_or(KeyFileError::Damaged)?;
    if kdf != KDF {
        return Err(KeyFileError::Newer { version: kdf });
    }
    let cost = take_cost(rest)?;
    let salt = take(rest).ok_or(KeyFileError::Damaged)?;
    let nonce: [u8; NONCE_BYTES] = take(rest).ok_or(KeyFileError::Damaged)?;
    let commitment: [u8; COMMITMENT_BYTES] = take(rest).ok_or(KeyFileError::Damaged)?;
    let (aad, _) = body
        .split_at_checked(body.len().saturating_sub(rest.len()))
        .ok_or(KeyFileError::Damaged)?;
    let keys = FileKeys::derive(passphrase, &salt, cost);
    if !bool::from(keys.commitment.ct_eq(&commitment)) {
        return Err(KeyFileError::WrongPassphrase);
    }
    ChaCha20Poly1305::new(&CipherKey::from(*keys.key))
        .decrypt(&Nonce::from(nonce), Payload { msg: rest, aad })
        .map(Zeroizing::new)
        .map_err(|_| KeyFileError::Damaged)
}

fn take_cost(rest: &mut &[u8]) -> Result<Cost, KeyFileError> {
    let memory_kib = u32::from_be_bytes(take(rest).ok_or(KeyFileError::Damaged)?);
    let passes = u32::from_be_bytes(take(rest).ok_or(KeyFileError::Damaged)?);
    let [lanes] = take(rest).ok_or(KeyFileError::Damaged)?;
    Cost::new(memory_kib, passes)
        .filter(|_| lanes == 1)
        .ok_or(KeyFileError::Cost)
}

fn take_text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let length = u16::from_be_bytes(take(rest)?);
    core::str::from_utf8(take_slice(rest, usize::from(length))?).ok()
}

fn take_key(rest: &mut &[u8]) -> Option<Key> {
    let [suite] = take(rest)?;
    if suite != SUITE {
        return None;
    }
    let created = u32::from_be_bytes(take(rest)?);
    let state = match take(rest)? {
        [1] => KeyState::Active,
        [2] => KeyState::Retired,
        _ => return None,
    };
    let since = u32::from_be_bytes(take(rest)?);
    let secret = SecretKey::from_bytes(take(rest)?);
    Some(Key {
        state,
        since,
        ..Key::new(secret, created)
    })
}

/// Year, month and day of a day since 1970-01-01 in the Gregorian calendar.
#[allow(
    clippy::arithmetic_side_effects,
    reason = "a u32 of days is 11.8 million years; no step comes near the bounds of u64"
)]
fn civil(day: u32) -> (u64, u64, u64) {
    // counted from 0000-03-01, so that the leap day is a year's last
    let days = u64::from(day) + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::civil;

    #[test]
    fn a_day_is_written_as_in_the_calendar() {
        // 1970-01-01 is day 0 by definition; 2000-02-29 is day 11,016 and 2000-03-01 the next:
        // 30 years of 365 days, 7 leap days (1972 … 1996), 31 days of January, 28 of February
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(11_017), (2000, 3, 1));
        assert_eq!(civil(u32::MAX).0, 11_761_191);
    }
}
