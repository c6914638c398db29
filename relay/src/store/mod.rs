//! What a store must do, whatever keeps the bytes. [`memory`] is the reference, [`sqlite`] is
//! what most relays run on, `postgres` what several relays share. The rules themselves are in
//! [`crate::mailbox`]; a store only applies them inside its transactions. No store looks at a clock, and none learns an address.
//!
//! Promises of every implementation, each a test of the shared suite:
//! - An outcome is only returned when it is durable: after the commit, on disk.
//! - Rows get their numbers in the order of committing, without gaps, and the chain's head in the
//!   same transaction. A reader that saw row n never later finds a new row with a lower number.
//! - A letter's bytes are gone when it is acknowledged, withdrawn or too old. Its tombstone (id
//!   and hash) stays for 400 days, so a late repeat is recognised.
//! - A wrong capability is the same outcome as a mailbox that does not exist.

pub mod memory;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod sqlite;

use std::fmt;
use std::future::Future;

use vaekstspejl_envelope::{CapabilityHash, Mid, Sid};
use vaekstspejl_mailbox::wire::{Kind, Receipt, RowState};

use crate::mailbox::{Letter, Mailbox, NewMailbox, Now};

/// Why a store could not do anything at all. Nothing was changed; the same may work later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// No space: disk or quota.
    Full,
    /// The disk is read-only or broken, the database is away, the store is stopping. The text is
    /// for the operator's log and has nothing of any letter or person.
    Unavailable(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("no space left for the store"),
            Self::Unavailable(why) => write!(f, "the store is unavailable: {why}"),
        }
    }
}

impl std::error::Error for StoreError {}

/// Of creating a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    /// It is there now.
    New,
    /// It was there, with the same words.
    Same,
    /// Another is there under this id.
    Different,
    /// The grant has as many open rooms as it may.
    TooManyRooms,
}

/// Of putting a letter in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// It is on disk.
    Stored(Receipt),
    /// It came before; also when it has been collected or withdrawn since. Nothing was stored.
    Same(Receipt),
    /// Another letter came before under this id.
    Conflict,
    /// This mailbox takes letters of another kind.
    WrongKind,
    /// The mailbox takes no more letters.
    Closed,
    /// Mailbox or store are full.
    Full,
    /// No such mailbox, or not with this capability.
    NoSuchMailbox,
}

/// Who asks about a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A sender.
    Post(CapabilityHash),
    /// The owner.
    Owner(CapabilityHash),
}

/// Who takes a letter away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deleter {
    /// The owner of the mailbox.
    Owner(CapabilityHash),
    /// The sender, with the letter's own secret.
    Sender(CapabilityHash),
}

/// A mailbox as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// What is remembered of it.
    pub mailbox: Mailbox,
    /// Day of the oldest letter waiting; only when the owner asked.
    pub oldest_day: Option<u32>,
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number, from 1, in the order of committing.
    pub seq: u64,
    /// The letter.
    pub sid: Sid,
    /// The day the row was written.
    pub day: u32,
    /// What there is of the letter.
    pub state: RowState,
    /// SHA-256 of the letter.
    pub sha256: [u8; 32],
    /// The chain's value at this row.
    pub chain: [u8; 32],
    /// The letter, when stored.
    pub body: Option<Vec<u8>>,
}

/// Rows in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The rows.
    pub rows: Vec<Row>,
    /// There are more after these.
    pub more: bool,
}

/// Whether something was there to act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It was, and it is done.
    Done,
    /// Nothing there, or not with this capability.
    Nothing,
}

/// What a sweep took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// The day up to which is deleted now; see [`crate::mailbox::Swept`].
    pub day: u32,
    /// Letters deleted by age.
    pub letters: u64,
    /// Tombstones forgotten.
    pub tombstones: u64,
    /// Rooms that are gone.
    pub rooms: u64,
}

/// How much there is, for the operator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Mailboxes.
    pub mailboxes: u64,
    /// Letters waiting in all of them.
    pub waiting: u64,
    /// Bytes that the store takes.
    pub bytes: u64,
    /// Bytes that it may take.
    pub quota: Option<u64>,
}

/// Where mailboxes live. See the module's head for what each implementation promises.
///
/// The methods may be called from any number of tasks. A future that is dropped may still be
/// carried out: whoever asks again learns it.
pub trait Store: Send + Sync + 'static {
    /// Creates a mailbox. Whether the asker may is decided before.
    fn create_mailbox(
        &self,
        mid: Mid,
        new: NewMailbox,
        now: Now,
    ) -> impl Future<Output = Result<Created, StoreError>> + Send;

    /// Puts a letter in.
    fn post(
        &self,
        mid: Mid,
        post: CapabilityHash,
        letter: Letter,
        now: Now,
    ) -> impl Future<Output = Result<Posted, StoreError>> + Send;

    /// The mailbox as it is; `None`: no such mailbox, or not with this capability.
    fn state(
        &self,
        mid: Mid,
        reader: Reader,
        now: Now,
    ) -> impl Future<Output = Result<Option<State>, StoreError>> + Send;

    /// At most `limit` rows with numbers above `after`; `None`: no such mailbox for this owner.
    fn list(
        &self,
        mid: Mid,
        owner: CapabilityHash,
        after: u64,
        limit: u32,
        now: Now,
    ) -> impl Future<Output = Result<Option<Listed>, StoreError>> + Send;

    /// These rows are safe at the office: their bytes go, their tombstones stay. Rows that are
    /// not there or were acknowledged before are passed over.
    fn ack(
        &self,
        mid: Mid,
        owner: CapabilityHash,
        seqs: Vec<u64>,
        now: Now,
    ) -> impl Future<Output = Result<Found, StoreError>> + Send;

    /// Takes a letter away and appends the news of it, once.
    fn delete(
        &self,
        mid: Mid,
        sid: Sid,
        by: Deleter,
        now: Now,
    ) -> impl Future<Output = Result<Found, StoreError>> + Send;

    /// A new post capability; the old one works for `overlap_s` more.
    fn rotate_post(
        &self,
        mid: Mid,
        owner: CapabilityHash,
        post: CapabilityHash,
        overlap_s: u64,
        now: Now,
    ) -> impl Future<Output = Result<Found, StoreError>> + Send;

    /// Takes no more letters from now on.
    fn close(
        &self,
        mid: Mid,
        owner: CapabilityHash,
        now: Now,
    ) -> impl Future<Output = Result<Found, StoreError>> + Send;

    /// Wipes a mailbox and every row of it.
    fn delete_mailbox(
        &self,
        mid: Mid,
        owner: CapabilityHash,
        now: Now,
    ) -> impl Future<Output = Result<Found, StoreError>> + Send;

    /// Deletes rooms that are gone, with their bytes on disk; how many. To be called every few
    /// minutes, because a room's end is promised in minutes. A store that can do without may leave
    /// it to [`Store::expire`].
    fn sweep_rooms(&self, _now: Now) -> impl Future<Output = Result<u64, StoreError>> + Send {
        async { Ok(0) }
    }

    /// Deletes what is too old and makes all deletion real on disk. To be called hourly: each call
    /// goes at most one day further, and none that follows another within half an hour.
    fn expire(&self, now: Now) -> impl Future<Output = Result<Swept, StoreError>> + Send;

    /// Writes something and has it on disk: whether letters could be taken now.
    fn ping(&self) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// How much there is.
    fn usage(&self) -> impl Future<Output = Result<Usage, StoreError>> + Send;
}

/// Whether a room counts against its grant.
pub(crate) fn counts_as_open_room(mailbox: &Mailbox, grant: &CapabilityHash, now: Now) -> bool {
    mailbox.kind == Kind::Room && mailbox.grant == Some(*grant) && mailbox.is_open(now)
}
