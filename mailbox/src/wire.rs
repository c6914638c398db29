//! What goes over the line: paths, headers, JSON bodies, problems.
//!
//! A letter itself is bytes (`application/octet-stream`); everything else is JSON. Unknown fields
//! are ignored, so that either side may be newer.

use serde::{Deserialize, Serialize};

/// The type of a letter's body.
pub const LETTER_TYPE: &str = "application/octet-stream";
/// The type of every error (RFC 9457).
pub const PROBLEM_TYPE: &str = "application/problem+json";
/// The header that carries the hash of the sender's secret for deleting: 64 hexadecimal digits.
pub const DELETE_HASH: &str = "vmb-delete-hash";
/// The header that carries the number of what a room tells its phones.
pub const NUMBER: &str = "vmb-number";
/// What every problem's `type` begins with.
pub const PROBLEM_PREFIX: &str = "urn:vaekstspejl:problem:";
/// The most letters in one page of the list.
pub const MOST_LISTED: u32 = 100;
/// The most letters in one acknowledgement.
pub const MOST_ACKNOWLEDGED: usize = 500;
/// The most pieces in one `PUT …/places`: as many people as a room has at most.
pub const MOST_PIECES: usize = 1_000;
/// The longest wait of a long poll (seconds).
pub const LONGEST_WAIT: u32 = 20;

/// What a mailbox is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An office's, for months.
    Office,
    /// A workshop room's, for hours.
    Room,
}

/// Body of `PUT /v1/mailboxes/{mid}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMailbox {
    /// What it is for.
    pub kind: Kind,
    /// SHA-256 of the post capability, 64 hexadecimal digits.
    pub post_hash: String,
    /// SHA-256 of the owner capability, 64 hexadecimal digits.
    pub owner_hash: String,
    /// How long a letter is kept (seconds); for a room, how long the room lives.
    pub ttl_s: u64,
}

/// Body of 201 and 200 of `PUT /v1/mailboxes/{mid}/messages/{sid}`: it is on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Version of the receipt: 1.
    pub v: u8,
    /// The letter.
    pub sid: String,
    /// SHA-256 of the letter's bytes, 64 hexadecimal digits. The sender compares.
    pub sha256: String,
    /// The day it was stored: days since 1970-01-01.
    pub stored_day: u32,
    /// The day it is deleted at the latest.
    pub expires_day: u32,
}

/// Body of `GET /v1/mailboxes/{mid}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxState {
    /// What it is for.
    pub kind: Kind,
    /// Takes letters.
    pub open: bool,
    /// Versions of the envelope it takes.
    pub envelopes: Vec<u8>,
    /// The one size of a letter (bytes).
    pub letter_bytes: u32,
    /// Seconds until it closes; rooms only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes_in_s: Option<u64>,
    /// For the owner only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<OwnerState>,
}

/// What only the owner is told of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerState {
    /// Letters waiting.
    pub waiting: u64,
    /// Day of the oldest letter waiting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest_day: Option<u32>,
    /// The sequence number of the last row; 0: none yet.
    pub last_seq: u64,
    /// The chain's head, 64 hexadecimal digits; 64 zeros before the first row.
    pub chain: String,
    /// The number of what the room tells its phones; 0: nothing, also when a relay that was
    /// started again has forgotten it. Rooms only.
    #[serde(default)]
    pub places_number: u64,
}

/// What a row of the list says about its letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// Here, with its bytes.
    Stored,
    /// Acknowledged by the office: only the tombstone is left.
    Collected,
    /// Withdrawn by the sender or deleted by the owner: only the tombstone is left.
    Deleted,
    /// Deleted by age.
    Expired,
    /// Not a letter but the news that the letter `sid` was withdrawn.
    Withdrawn,
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its number in the mailbox, in the order of committing, from 1.
    pub seq: u64,
    /// The letter.
    pub sid: String,
    /// The day it came.
    pub day: u32,
    /// What there is of it.
    pub state: RowState,
    /// SHA-256 of the letter's bytes, 64 hexadecimal digits, also when only the tombstone is left.
    pub sha256: String,
    /// The chain's value at this row, 64 hexadecimal digits.
    pub chain: String,
    /// The letter, base64 with padding; only when stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_b64: Option<String>,
}

/// Body of `GET …/messages`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Rows after the number asked for, in order.
    pub rows: Vec<Row>,
    /// There are more after these.
    pub more: bool,
}

/// Body of `GET …/places/{tag}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The number under which the room told it; 0: it has told nothing.
    pub number: u64,
    /// The piece, base64 with padding; absent: nothing is told to this tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub piece_b64: Option<String>,
}

/// Body of `POST …/ack`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ack {
    /// The rows that are safe at the office.
    pub seqs: Vec<u64>,
}

/// Body of `POST …/rotate-post`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotatePost {
    /// SHA-256 of the new post capability, 64 hexadecimal digits.
    pub post_hash: String,
    /// How long the old one still works (seconds).
    pub overlap_s: u64,
}

/// What the client should do about a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// The same again will always fail.
    Never,
    /// The same again may work later.
    Later,
    /// The office's settings may have changed: read them once more.
    Config,
}

/// Body of every error (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// [`PROBLEM_PREFIX`] and a slug.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short sentence in English for people who run relays.
    pub title: String,
    /// The status again.
    pub status: u16,
    /// What to do.
    pub retry: Retry,
    /// What exactly is wrong with a letter, as a slug.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The number under which the relay's log has more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The task of a proof of work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<String>,
}

/// The path of a mailbox.
pub fn mailbox(mid: &str) -> String {
    ["/v1/mailboxes/", mid].concat()
}

/// The path of a letter.
pub fn message(mid: &str, sid: &str) -> String {
    ["/v1/mailboxes/", mid, "/messages/", sid].concat()
}

/// The path of everything a room tells its phones.
pub fn places(mid: &str) -> String {
    ["/v1/mailboxes/", mid, "/places"].concat()
}

/// The path of what a room tells one phone.
pub fn place(mid: &str, tag: &str) -> String {
    ["/v1/mailboxes/", mid, "/places/", tag].concat()
}
