//! The plan: what, who, by when. The person's own; taken home as print, calendar file or text.

use crate::{Date, NeedId, OfferId, ScaleId};
use serde::{Deserialize, Serialize};

/// What an entry of the plan is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Use an offer.
    Offer(OfferId),
    /// The first step of a need.
    Need(NeedId),
    /// The first step of a dimension, at its band.
    Scale(ScaleId),
    /// The person's own words.
    Own(String),
}

/// One line of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanEntry {
    /// What is to be done.
    pub what: Action,
    /// Who does it, in the person's own words; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub who: String,
    /// By when, if said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Date>,
    /// Whether it is done.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub done: bool,
}

/// The person's own words are cut here: long enough for a sentence or two.
pub const LONGEST_TEXT: usize = 300;

/// The most entries a plan keeps.
pub const MOST_ENTRIES: usize = 40;

/// Days until a first step is due when nothing is said: a fortnight.
pub const DAYS_TO_FIRST_STEP: u16 = 14;

/// A plan entry in words, for a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The day it is due.
    pub day: Date,
    /// What is to be done.
    pub title: String,
    /// Who, where, and the link.
    pub details: String,
}

/// A calendar file (RFC 5545) with one all-day event for each entry. `stamp` is the day it is
/// made. The same entries give the same ids, so that a second import does not double them.
pub fn calendar(events: &[Event], stamp: Date) -> String {
    let mut file = String::new();
    let mut line = |text: &str| fold(&mut file, text);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//Vaekstspejl//Plan//DA");
    for event in events {
        line("BEGIN:VEVENT");
        line(&format!(
            "UID:{:016x}-{}@vaekstspejl",
            fingerprint(&event.title),
            compact(event.day)
        ));
        line(&format!("DTSTAMP:{}T000000Z", compact(stamp)));
        line(&format!("DTSTART;VALUE=DATE:{}", compact(event.day)));
        line(&format!(
            "DTEND;VALUE=DATE:{}",
            compact(event.day.plus_days(1))
        ));
        line(&format!("SUMMARY:{}", escaped(&event.title)));
        if !event.details.is_empty() {
            line(&format!("DESCRIPTION:{}", escaped(&event.details)));
        }
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    file
}

/// A date as calendars write it: RFC 5545 §3.3.4.
pub fn compact(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

/// Text as a value in a calendar, RFC 5545 §3.3.11: backslash, semicolon, comma and line ends are
/// escaped; other control characters go.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.replace("\r\n", "\n").chars() {
        match letter {
            '\\' | ';' | ',' => escaped.extend(['\\', letter]),
            '\n' | '\r' => escaped.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// Adds a line to a calendar, RFC 5545 §3.1: no line longer than 75 octets; a folded line begins
/// with a space.
pub fn fold(file: &mut String, text: &str) {
    let mut room = 75;
    for letter in text.chars() {
        if letter.len_utf8() > room {
            file.push_str("\r\n ");
            room = 74;
        }
        file.push(letter);
        room -= letter.len_utf8();
    }
    file.push_str("\r\n");
}

/// FNV-1a, 64 bits: a stable name for a text, not a secret.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
