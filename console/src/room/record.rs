//! How a room lies on this device, in a database of its own:
//!
//! | key | record |
//! |---|---|
//! | `room` | the secrets and the hours, JSON |
//! | `deed/<number>` | a deed, JSON, in the order they were done |
//! | `unread/<sid>` | why a letter could not be read |
//! | `ledger` | what the collector remembers, JSON |
//!
//! Unlike an office's letters these lie open here: whoever has the computer has the room. They go
//! when the room is deleted, and by themselves ten minutes after its hours.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::{Deserialize, Serialize};
use std::fmt;
use vaekstspejl_envelope::{
    Mid, Owner, Post,
    key::{Key, SecretKey},
    room::RoomLink,
};
use vaekstspejl_workshop::hall::Deed;

/// The name of the database.
pub const DATABASE: &str = "vaekst-room";
/// The key of the record itself.
pub const ROOM: &str = "room";
/// The key of the ledger.
pub const LEDGER: &str = "ledger";
/// How long a room is on this device after its hours (milliseconds); the relay's as well.
pub const AFTER_MS: u64 = 10 * 60 * 1_000;
/// The hours a room may live.
pub const HOURS: std::ops::RangeInclusive<u64> = 2..=24;
/// The hours it lives unless told otherwise.
pub const USUAL_HOURS: u64 = 4;

const VERSION: u8 = 1;
const DEED: &str = "deed/";
const UNREAD: &str = "unread/";

/// A room as it lies here.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    v: u8,
    /// Where its mailbox is; empty: a rehearsal, which has none.
    pub relay: String,
    secret: String,
    post: String,
    owner: String,
    /// Opened at (milliseconds since 1970, by this device's clock).
    pub opened_ms: u64,
    /// Closes at.
    pub closes_ms: u64,
    /// The relay has said that the mailbox is there.
    pub sure: bool,
    /// The relay has said that it takes no more letters.
    pub shut: bool,
    /// The number under which phones were told their places last.
    pub places: u32,
    /// The seed of the invented people.
    pub seed: u64,
}

/// Without the secrets.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("relay", &self.relay)
            .field("closes_ms", &self.closes_ms)
            .finish_non_exhaustive()
    }
}

/// Why text is no record that this program may touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Of a newer program.
    Newer,
    /// Damaged.
    Damaged,
}

/// What opens, and may do, what in a room.
pub struct Secrets {
    /// Opens its letters.
    pub key: Key,
    /// Its mailbox.
    pub mid: Mid,
    /// Owns its mailbox.
    pub owner: Owner,
    /// What phones get to know.
    pub link: RoomLink,
}

impl Record {
    /// A new room.
    pub fn new(
        relay: &str,
        secret: &SecretKey,
        post: &Post,
        owner_seed: &[u8; 32],
        opened_ms: u64,
        hours: u64,
    ) -> Self {
        Self {
            v: VERSION,
            relay: relay.to_owned(),
            secret: Base64UrlUnpadded::encode_string(secret.as_bytes()),
            post: post.to_text(),
            owner: Base64UrlUnpadded::encode_string(owner_seed),
            opened_ms,
            closes_ms: opened_ms.saturating_add(hours.saturating_mul(3_600_000)),
            sure: false,
            shut: false,
            places: 0,
            // the seed decides who is invented, and nothing secret
            seed: owner_seed
                .first_chunk()
                .map_or(0, |it| u64::from_be_bytes(*it)),
        }
    }

    /// Reads a record.
    pub fn read(text: &str) -> Result<Self, Unread> {
        #[derive(Deserialize)]
        struct Version {
            v: u8,
        }
        let Version { v } = serde_json::from_str(text).map_err(|_| Unread::Damaged)?;
        if v > VERSION {
            return Err(Unread::Newer);
        }
        let record: Self = serde_json::from_str(text).map_err(|_| Unread::Damaged)?;
        record.secrets().ok_or(Unread::Damaged)?;
        Ok(record)
    }

    /// As text.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether it has no relay and its people are invented.
    pub fn is_rehearsal(&self) -> bool {
        self.relay.is_empty()
    }

    /// What is needed to open and to own it.
    pub fn secrets(&self) -> Option<Secrets> {
        let secret = SecretKey::from_bytes(bytes(&self.secret)?);
        let post = Post::parse(&self.post).ok()?;
        let key = Key::new(secret, 0);
        let mid = key.public.mid();
        Some(Secrets {
            owner: Owner::derive(&bytes(&self.owner)?, &mid),
            link: RoomLink {
                public: key.public,
                post,
            },
            mid,
            key,
        })
    }

    /// Seconds until it closes, by a clock.
    pub fn left_s(&self, now_ms: u64) -> u64 {
        self.closes_ms.saturating_sub(now_ms).div_ceil(1_000)
    }

    /// Whether its time on this device is over, by a clock.
    pub fn is_over(&self, now_ms: u64) -> bool {
        now_ms >= self.closes_ms.saturating_add(AFTER_MS)
    }

    /// Whether it is over even if the clock is wrong by a day: the longest that a room may live.
    pub fn is_long_over(&self, now_ms: u64) -> bool {
        now_ms >= self.closes_ms.saturating_add(24 * 3_600_000)
    }
}

fn bytes(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let read = Base64UrlUnpadded::decode(text, &mut bytes).ok()?.len();
    (read == 32).then_some(bytes)
}

/// The address of the room on phones. `page`: the office's page, which stands below the app.
pub fn join_address(page: &str, origin: &str, relay: &str, link: &RoomLink) -> String {
    let app = page
        .trim_end_matches("index.html")
        .trim_end_matches("console/");
    let host = match relay == origin {
        true => None,
        false => relay.split_once("://").map(|it| it.1),
    };
    let behind = host.map_or_else(String::new, |it| ["/", it].concat());
    [app, "#/join/", &link.to_fragment(), &behind].concat()
}

/// The key of a deed, so that their order is the order of the keys.
pub fn deed_key(number: usize) -> String {
    format!("{DEED}{number:08}")
}

/// Whether a key is of a deed.
pub fn is_deed(key: &str) -> bool {
    key.starts_with(DEED)
}

/// A deed as text.
pub fn deed(deed: &Deed) -> String {
    serde_json::to_string(deed).unwrap_or_default()
}

/// Reads a deed.
pub fn read_deed(text: &str) -> Option<Deed> {
    serde_json::from_str(text).ok()
}

/// The key that says that a letter could not be read.
pub fn unread_key(sid: &str) -> String {
    [UNREAD, sid].concat()
}

/// Whether a key is of a letter that could not be read.
pub fn is_unread(key: &str) -> bool {
    key.starts_with(UNREAD)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

    use super::*;
    use vaekstspejl_workshop::hall::Programme;

    fn record() -> Record {
        let secret = SecretKey::from_bytes([7; 32]);
        Record::new(
            "https://post.example.dk",
            &secret,
            &Post([8; 16]),
            &[9; 32],
            1_000,
            4,
        )
    }

    #[test]
    fn a_room_lies_here_as_it_was_opened() {
        let record = record();
        assert_eq!(Record::read(&record.to_text()), Ok(record.clone()));
        assert_eq!(record.closes_ms, 4 * 3_600_000 + 1_000);
        let (one, other) = (record.secrets().unwrap(), record.secrets().unwrap());
        assert_eq!(one.link, other.link);
        assert_eq!(one.mid, one.link.mid());
        assert_eq!(one.owner, other.owner);
        assert!(!format!("{record:?}").contains(&record.secret));
    }

    #[test]
    fn what_a_newer_program_wrote_is_told_and_what_is_damaged_too() {
        let text = record().to_text();
        let newer = text.replacen("\"v\":1", "\"v\":2", 1);
        assert_eq!(Record::read(&newer), Err(Unread::Newer));
        assert_eq!(Record::read("{\"v\":9,\"other\":[]}"), Err(Unread::Newer));
        let cut = text.replacen("vmb1_p_", "vmb1_x_", 1);
        for damaged in ["", "{}", "[1]", cut.as_str()] {
            assert_eq!(Record::read(damaged), Err(Unread::Damaged), "{damaged}");
        }
    }

    #[test]
    fn deeds_are_read_as_they_were_done_and_in_their_order() {
        let deeds = [
            Deed::Said("{}".into()),
            Deed::Shown,
            Deed::Marked {
                person: 3,
                left: true,
            },
            Deed::Programme(Programme::default()),
            Deed::Undone,
            Deed::Closed,
        ];
        for it in deeds {
            assert_eq!(read_deed(&deed(&it)), Some(it));
        }
        assert_eq!(read_deed("{\"danced\":1}"), None);
        assert!(deed_key(9) < deed_key(10) && deed_key(999) < deed_key(1_000));
        assert!(is_deed(&deed_key(0)) && !is_deed(ROOM) && !is_deed(&unread_key("x")));
    }

    #[test]
    fn the_hours_end_by_the_clock_and_ten_minutes_later_it_is_over() {
        let record = record();
        assert_eq!(record.left_s(1_000), 4 * 3_600);
        assert_eq!(record.left_s(record.closes_ms), 0);
        assert!(!record.is_over(record.closes_ms + AFTER_MS - 1));
        assert!(record.is_over(record.closes_ms + AFTER_MS));
        assert!(!record.is_long_over(record.closes_ms + AFTER_MS));
        // a clock that went back
        assert!(!record.is_over(0));
    }

    #[test]
    fn the_way_in_names_the_relay_only_where_it_is_another() {
        let link = record().secrets().unwrap().link;
        let fragment = link.to_fragment();
        let (page, origin) = ("https://a.dk/v/console/", "https://a.dk");
        let same = join_address(page, origin, origin, &link);
        assert_eq!(same, format!("https://a.dk/v/#/join/{fragment}"));
        let other = join_address(page, origin, "https://b.dk:8443", &link);
        assert_eq!(other, format!("https://a.dk/v/#/join/{fragment}/b.dk:8443"));
        let file = join_address("https://a.dk/console/index.html", origin, origin, &link);
        assert!(file.starts_with("https://a.dk/#/join/1"));
    }
}
