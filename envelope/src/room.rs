//! The link of a workshop room: everything a phone needs to answer, in 73 characters.
//!
//! The part of the address after `#`: `1` and base64url of version ‖ suite ‖ public key (32) ‖
//! post capability (16) ‖ first 4 bytes of the SHA-256 of all before. The mailbox follows from
//! the key. It is secret towards everybody who is not in the room, so it must never come into a
//! path or a query. Reading is generous with what mails and chats do to links
//! and strict with what is left: one character wrong is told, never guessed.

use crate::bytes::take;
use crate::capability::Post;
use crate::id::Mid;
use crate::key::PublicKey;
use crate::letter::SUITE;
use crate::receipt::sha256;
use crate::text::is_invisible;
use base64ct::{Base64UrlUnpadded, Encoding};

/// Characters of the part after `#`.
pub const FRAGMENT_CHARACTERS: usize = 73;
/// The version of the link.
const VERSION: u8 = 1;
/// The same as the first character, by which a reader knows the length of the rest.
const PREFIX: char = '1';
const CHECKSUM_BYTES: usize = 4;
const BYTES: usize = 1 + 1 + PublicKey::BYTES + Post::BYTES + CHECKSUM_BYTES;
/// More than any program wraps around a link (characters).
const LONGEST_INPUT: usize = 8192;

/// What a room's link says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomLink {
    /// What answers are sealed to.
    pub public: PublicKey,
    /// What opens the room's mailbox for answers.
    pub post: Post,
}

/// Why text is not the link of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRoomLink {
    /// Too short or too long: a piece of it is missing, or it is something else.
    Length,
    /// A character no link has.
    Character,
    /// One or more characters are wrong.
    Checksum,
    /// Made by a newer program.
    Version,
    /// Sealed in a way not known here.
    Suite,
    /// A key nobody may seal to.
    Key,
}

impl RoomLink {
    /// The room's mailbox.
    pub fn mid(&self) -> Mid {
        self.public.mid()
    }

    /// The part of the address after `#`.
    pub fn to_fragment(&self) -> String {
        let body = [
            &[VERSION, SUITE],
            self.public.as_bytes().as_slice(),
            &self.post.0,
        ]
        .concat();
        let checked = [body.as_slice(), &checksum(&body)].concat();
        [
            String::from(PREFIX),
            Base64UrlUnpadded::encode_string(&checked),
        ]
        .concat()
    }

    /// Reads a link, or the part after `#`, or what became of either on the way.
    pub fn parse(input: &str) -> Result<Self, BadRoomLink> {
        let fragment = clean(input)?;
        if fragment.len() != FRAGMENT_CHARACTERS {
            return Err(BadRoomLink::Length);
        }
        let encoded = fragment.strip_prefix(PREFIX).ok_or(BadRoomLink::Version)?;
        let mut bytes = [0; BYTES];
        let bytes =
            Base64UrlUnpadded::decode(encoded, &mut bytes).map_err(|_| BadRoomLink::Character)?;
        Self::from_bytes(bytes)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, BadRoomLink> {
        let (body, sum) = bytes
            .split_last_chunk::<CHECKSUM_BYTES>()
            .ok_or(BadRoomLink::Length)?;
        if checksum(body) != *sum {
            return Err(BadRoomLink::Checksum);
        }
        let rest = &mut &*body;
        let [version, suite] = take(rest).ok_or(BadRoomLink::Length)?;
        if version != VERSION {
            return Err(BadRoomLink::Version);
        }
        if suite != SUITE {
            return Err(BadRoomLink::Suite);
        }
        let public = take(rest).ok_or(BadRoomLink::Length)?;
        let post = take(rest).ok_or(BadRoomLink::Length)?;
        Ok(Self {
            public: PublicKey::from_bytes(public).map_err(|_| BadRoomLink::Key)?,
            post: Post(post),
        })
    }

    /// Three words that phone and facilitator's screen show alike, 33 bits of the SHA-256 of the
    /// key with a list of 2,048: who sees others is in another room. Nothing with an empty list.
    pub fn check_words<'a>(&self, words: &[&'a str]) -> Option<[&'a str; 3]> {
        let hash = sha256(self.public.as_bytes());
        let rest = &mut hash.as_slice();
        let mut word = || {
            let number = usize::try_from(u32::from_be_bytes(take(rest)?)).ok()?;
            words.get(number.checked_rem(words.len())?).copied()
        };
        Some([word()?, word()?, word()?])
    }
}

fn checksum(body: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let hash = sha256(body);
    hash.first_chunk().copied().unwrap_or_default()
}

/// The part after the last `#` (also as `%23`, which mail filters make of it, and `%2523`), up to
/// what a filter hangs on behind, without spaces, line breaks and what nobody sees, and without
/// the full stop of the sentence it stood in.
fn clean(input: &str) -> Result<String, BadRoomLink> {
    if input.len() > LONGEST_INPUT {
        return Err(BadRoomLink::Length);
    }
    let seen: String = input
        .chars()
        .filter(|character| !character.is_whitespace() && !is_invisible(*character))
        .collect();
    let after = ["%2523", "%23", "#"]
        .iter()
        .find_map(|mark| seen.rsplit_once(mark).map(|(_, after)| after))
        .unwrap_or(&seen);
    let of_link = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    let fragment = after
        .split(['&', '?'])
        .next()
        .unwrap_or_default()
        .trim_end_matches([
            '.', ',', ';', ':', '!', ')', '>', ']', '"', '\'', '“', '”', '»', '«',
        ]);
    if fragment.is_empty() {
        return Err(BadRoomLink::Length);
    }
    if !fragment.chars().all(of_link) {
        return Err(BadRoomLink::Character);
    }
    Ok(String::from(fragment))
}
