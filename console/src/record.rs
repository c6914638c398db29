//! How letters lie on this device: sealed, each as one record of text under its id.
//!
//! | key | record |
//! |---|---|
//! | `letter/<sid>` | `<seq> <day> <base64 of the sealed bytes>` |
//! | `handled/<sid>` | empty: somebody has dealt with it |
//! | `ledger` | what the collector remembers, JSON |
//! | `idle` | minutes without use after which the mailbox is locked |
//!
//! Nothing here is secret: whoever reads the device finds what the relay has.

use base64ct::{Base64, Encoding};
use vaekstspejl_envelope::{Mid, Sid};

/// The key of the ledger.
pub const LEDGER: &str = "ledger";
/// The key of the minutes.
pub const IDLE: &str = "idle";

const LETTER: &str = "letter/";
const HANDLED: &str = "handled/";

/// The name of a mailbox's database.
pub fn database(mid: &Mid) -> String {
    ["vaekst-mailbox-", &mid.to_string()].concat()
}

/// A letter as it lies here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its id.
    pub sid: Sid,
    /// Its number in the mailbox.
    pub seq: u64,
    /// The day it came.
    pub day: u32,
    /// The sealed bytes.
    pub bytes: Vec<u8>,
}

/// What a key says that its record is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// A letter.
    Letter(Sid),
    /// A letter that has been dealt with.
    Handled(Sid),
}

/// The key and record of a letter.
pub fn letter(letter: &Stored) -> (String, String) {
    let body = Base64::encode_string(&letter.bytes);
    let record = [
        &letter.seq.to_string(),
        " ",
        &letter.day.to_string(),
        " ",
        &body,
    ]
    .concat();
    (letter_key(letter.sid), record)
}

/// The key of a letter.
pub fn letter_key(sid: Sid) -> String {
    [LETTER, &sid.to_string()].concat()
}

/// The key that says that a letter has been dealt with.
pub fn handled_key(sid: Sid) -> String {
    [HANDLED, &sid.to_string()].concat()
}

/// What a key is of; `None` for the single ones, and for what a newer program has left.
pub fn sid(key: &str) -> Option<Of> {
    if let Some(sid) = key.strip_prefix(HANDLED) {
        return Sid::parse(sid).ok().map(Of::Handled);
    }
    let sid = key.strip_prefix(LETTER)?;
    Sid::parse(sid).ok().map(Of::Letter)
}

/// Reads a letter; `None`: damaged, and left alone.
pub fn read(key: &str, record: &str) -> Option<Stored> {
    let Some(Of::Letter(sid)) = sid(key) else {
        return None;
    };
    let mut parts = record.splitn(3, ' ');
    Some(Stored {
        sid,
        seq: parts.next()?.parse().ok()?,
        day: parts.next()?.parse().ok()?,
        bytes: Base64::decode_vec(parts.next()?).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_lies_here_as_it_came() {
        let stored = Stored {
            sid: Sid([7; 16]),
            seq: u64::MAX,
            day: 20_777,
            bytes: (0..=255).collect(),
        };
        let (key, record) = letter(&stored);
        assert_eq!(read(&key, &record), Some(stored));
    }

    #[test]
    fn what_cannot_be_read_is_left_alone() {
        let sid = Sid([7; 16]).to_string();
        for (key, record) in [
            ("letter/", "1 2 AAAA"),
            (&["letter/", &sid].concat(), "1 2"),
            (&["letter/", &sid].concat(), "1 2 ???"),
            (&["letter/", &sid].concat(), "-1 2 AAAA"),
            (&["handled/", &sid].concat(), "1 2 AAAA"),
            ("idle", "1 2 AAAA"),
        ] {
            assert_eq!(read(key, record), None, "{key}");
        }
    }
}
