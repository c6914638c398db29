//! The rules of a mailbox, once for every store: who may do what, what a repeat is, when it is
//! full, closed or gone. Pure: no clock, no database, no HTTP. It refuses to know a letter's
//! content; a letter here is an id, a hash and bytes.

use vaekstspejl_envelope::receipt::{chain, sha256};
use vaekstspejl_envelope::{CapabilityHash, Header, LetterKind, Mid, Sid};
use vaekstspejl_mailbox::wire::{Kind, Receipt, RowState};

/// Seconds of a day.
const DAY: u64 = 86_400;
/// How long a closed room is still there to be read (seconds); then everything of it is gone.
pub const ROOM_GRACE_S: u64 = 600;
/// How long a tombstone is kept (days), so that a late repeat is still known.
pub const TOMBSTONE_DAYS: u32 = 400;
/// The longest an office's letter may be kept (seconds): 180 days.
pub const LONGEST_OFFICE_TTL_S: u64 = 180 * DAY;
/// The longest a room may live (seconds): 24 hours.
pub const LONGEST_ROOM_TTL_S: u64 = DAY;
/// The longest a replaced post capability may still work (seconds): 180 days.
pub const LONGEST_OVERLAP_S: u64 = 180 * DAY;

/// A moment: seconds since 1970-01-01T00:00Z. Always an argument; only `clock.rs` asks the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Now(pub u64);

impl Now {
    /// The day of this moment: days since 1970-01-01.
    pub fn day(self) -> u32 {
        u32::try_from(self.0 / DAY).unwrap_or(u32::MAX)
    }
}

/// Between two steps of [`Swept`] at least (seconds). Half the time between two sweeps, so that
/// no sweep comes too early because a clock was set by a second.
const STEP_S: u64 = 1_800;

/// How far a store has deleted by age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swept {
    /// The day by which it deletes.
    pub day: u32,
    /// When this day was reached (second, by the clock of then). 0: not known.
    pub at_s: u64,
}

impl Swept {
    /// How far it deletes now: never back, at most one day further, and not a second time within
    /// half an hour, however often a relay starts and however many share the store.
    ///
    /// A clock that jumps years ahead for an hour then costs a day's letters or two, not all.
    /// Sweeps are hourly, so a relay that was off for a month has caught up after 30 hours. A
    /// last step that lies in the future was made by a clock that has been set right since.
    #[must_use]
    pub fn next(last: Option<Self>, now: Now) -> Self {
        let reached = |day| Self { day, at_s: now.0 };
        match last {
            None => reached(now.day()),
            Some(last) if now.day() <= last.day => last,
            Some(last) if (last.at_s..last.at_s.saturating_add(STEP_S)).contains(&now.0) => last,
            Some(last) => reached(last.day.saturating_add(1)),
        }
    }
}

/// How much fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Letters waiting in an office's mailbox.
    pub office_letters: u64,
    /// Bytes of letters waiting in an office's mailbox.
    pub office_bytes: u64,
    /// Letters in a room.
    pub room_letters: u64,
    /// Rooms open at a time for each grant.
    pub rooms_per_grant: u64,
    /// Bytes of the whole store. The last tenth is kept for owners, who make room by collecting.
    /// `None`: as much as the disk holds.
    pub store_bytes: Option<u64>,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            office_letters: 10_000,
            office_bytes: 64 << 20,
            room_letters: 2_000,
            rooms_per_grant: 200,
            store_bytes: None,
        }
    }
}

impl Quotas {
    /// What letters may fill of the store: nine tenths of it.
    pub fn for_letters(&self) -> Option<u64> {
        self.store_bytes.map(|bytes| bytes - bytes / 10)
    }

    /// No room for another letter when the store already holds this many bytes.
    pub fn is_full(&self, used: u64) -> bool {
        self.for_letters().is_some_and(|most| used >= most)
    }
}

/// A mailbox to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMailbox {
    /// What it is for.
    pub kind: Kind,
    /// Who may put letters in.
    pub post: CapabilityHash,
    /// Who may list, acknowledge, close and delete.
    pub owner: CapabilityHash,
    /// Office: how long a letter is kept. Room: how long the room lives. Seconds.
    pub ttl_s: u64,
    /// The grant under which a room is opened; counted for [`Quotas::rooms_per_grant`].
    pub grant: Option<CapabilityHash>,
}

impl NewMailbox {
    /// A time to live that is allowed for this kind: an office a day to 180 days, a room a minute
    /// to 24 hours.
    pub fn ttl_is_allowed(&self) -> bool {
        match self.kind {
            Kind::Office => (DAY..=LONGEST_OFFICE_TTL_S).contains(&self.ttl_s),
            Kind::Room => (60..=LONGEST_ROOM_TTL_S).contains(&self.ttl_s),
        }
    }
}

/// A letter whose header was read and belongs to the address it was sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Its id.
    pub sid: Sid,
    /// What it is.
    pub kind: LetterKind,
    /// Its bytes, which nobody here can read.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// The hash of the sender's secret for withdrawing it.
    pub delete: CapabilityHash,
}

/// Why bytes are no letter for this address.
pub type BadEnvelope = &'static str;

impl Letter {
    /// Reads the header (no cryptography but SHA-256): exact length, magic, version, suite, kind,
    /// and both ids as in the address. The error is the `reason` of the problem.
    pub fn read(
        bytes: Vec<u8>,
        mid: &Mid,
        sid: &Sid,
        delete: CapabilityHash,
    ) -> Result<Self, BadEnvelope> {
        let header = Header::parse(&bytes).map_err(|bad| bad.slug())?;
        if header.mid != *mid {
            return Err("mailbox");
        }
        if header.sid != *sid {
            return Err("letter");
        }
        Ok(Self {
            sid: *sid,
            kind: header.kind,
            sha256: sha256(&bytes),
            bytes,
            delete,
        })
    }
}

/// What a store remembers of a mailbox beside its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// What it is for.
    pub kind: Kind,
    /// Who may put letters in.
    pub post: CapabilityHash,
    /// Who also may, until that second: the capability before the last rotation.
    pub earlier_post: Option<(CapabilityHash, u64)>,
    /// Who may list, acknowledge, close and delete.
    pub owner: CapabilityHash,
    /// The grant a room was opened under.
    pub grant: Option<CapabilityHash>,
    /// As in [`NewMailbox::ttl_s`].
    pub ttl_s: u64,
    /// From when it takes no more letters (second). An office that was closed: 0.
    pub closes_s: Option<u64>,
    /// The number of the last row; 0: none yet.
    pub last_seq: u64,
    /// The chain's head; zeros before the first row.
    pub chain: [u8; 32],
    /// Letters waiting.
    pub waiting: u64,
    /// Their bytes.
    pub waiting_bytes: u64,
}

/// What is known of a letter that came before, also when only its tombstone is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// The day it was stored.
    pub day: u32,
    /// The day it is deleted at the latest.
    pub expires_day: u32,
}

/// A row to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewRow {
    /// Its number.
    pub seq: u64,
    /// The chain's value at it.
    pub chain: [u8; 32],
    /// Today.
    pub day: u32,
    /// The day its letter is deleted at the latest.
    pub expires_day: u32,
}

/// What becomes of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// To be stored as this row.
    Store(NewRow),
    /// It came before; nothing is stored.
    Same(Earlier),
    /// Another letter came under this id.
    Conflict,
    /// The mailbox takes letters of another kind.
    WrongKind,
    /// The mailbox takes no letters any more.
    Closed,
    /// The mailbox or the store is full.
    Full,
}

impl Mailbox {
    /// A new one.
    pub fn new(new: &NewMailbox, now: Now) -> Self {
        Self {
            kind: new.kind,
            post: new.post,
            earlier_post: None,
            owner: new.owner,
            grant: new.grant,
            ttl_s: new.ttl_s,
            closes_s: match new.kind {
                Kind::Office => None,
                Kind::Room => Some(now.0.saturating_add(new.ttl_s)),
            },
            last_seq: 0,
            chain: [0; 32],
            waiting: 0,
            waiting_bytes: 0,
        }
    }

    /// Creating it again with the same words changes nothing.
    pub fn is_same(&self, new: &NewMailbox) -> bool {
        self.kind == new.kind
            && self.ttl_s == new.ttl_s
            && self.post == new.post
            && self.owner == new.owner
    }

    /// Everything of a room is gone ten minutes after it closed, also before anybody swept.
    pub fn is_gone(&self, now: Now) -> bool {
        self.gone().is_some_and(|gone| now >= gone)
    }

    /// From when everything of a room is gone, as it stands now; an office never is by itself.
    pub fn gone(&self) -> Option<Now> {
        let closes = self.closes_s.filter(|_| self.kind == Kind::Room)?;
        Some(Now(closes.saturating_add(ROOM_GRACE_S)))
    }

    /// Takes letters.
    pub fn is_open(&self, now: Now) -> bool {
        self.closes_s.is_none_or(|closes| now.0 < closes)
    }

    /// Whether this capability may put letters in.
    pub fn may_post(&self, hash: &CapabilityHash, now: Now) -> bool {
        let earlier = self
            .earlier_post
            .is_some_and(|(earlier, until)| (earlier == *hash) & (now.0 < until));
        (self.post == *hash) | earlier
    }

    /// Whether this capability is the owner's.
    pub fn is_owner(&self, hash: &CapabilityHash) -> bool {
        self.owner == *hash
    }

    /// The one size of a letter (bytes).
    pub fn letter_bytes(&self) -> u32 {
        u32::try_from(self.takes().total()).unwrap_or(u32::MAX)
    }

    fn takes(&self) -> LetterKind {
        match self.kind {
            Kind::Office => LetterKind::Submission,
            Kind::Room => LetterKind::RoomAnswer,
        }
    }

    /// Seconds until it closes; rooms that are open only.
    pub fn closes_in_s(&self, now: Now) -> Option<u64> {
        match self.kind {
            Kind::Office => None,
            Kind::Room => self.closes_s.map(|closes| closes.saturating_sub(now.0)),
        }
    }

    /// What becomes of a letter. `earlier` is what the store knows under the letter's id, `day`
    /// today, `store_is_full` whether the store as a whole has no room for letters.
    ///
    /// A repeat is recognised before anything else is asked, so that a lost answer can be asked
    /// for again when the mailbox is closed or full by then.
    pub fn admit(
        &self,
        letter: &Letter,
        earlier: Option<Earlier>,
        day: u32,
        now: Now,
        quotas: &Quotas,
        store_is_full: bool,
    ) -> Admission {
        match earlier {
            Some(earlier) if earlier.sha256 == letter.sha256 => return Admission::Same(earlier),
            Some(_) => return Admission::Conflict,
            None => {}
        }
        if letter.kind != self.takes() {
            return Admission::WrongKind;
        }
        if !self.is_open(now) {
            return Admission::Closed;
        }
        if store_is_full || self.is_full(letter, quotas) {
            return Admission::Full;
        }
        Admission::Store(self.next_row(&letter.sid, &letter.sha256, day))
    }

    fn is_full(&self, letter: &Letter, quotas: &Quotas) -> bool {
        let bytes = u64::try_from(letter.bytes.len()).unwrap_or(u64::MAX);
        match self.kind {
            Kind::Office => {
                self.waiting >= quotas.office_letters
                    || self.waiting_bytes.saturating_add(bytes) > quotas.office_bytes
            }
            Kind::Room => self.waiting >= quotas.room_letters,
        }
    }

    /// The row after the last one, for a letter or for the news that it was withdrawn.
    pub fn next_row(&self, sid: &Sid, sha256: &[u8; 32], day: u32) -> NewRow {
        let seq = self.last_seq.saturating_add(1);
        NewRow {
            seq,
            chain: chain(&self.chain, seq, sid, sha256),
            day,
            expires_day: self.expires_day(day),
        }
    }

    /// The row was written: it is the last one now.
    pub fn wrote(&mut self, row: &NewRow) {
        self.last_seq = row.seq;
        self.chain = row.chain;
    }

    /// A letter of so many bytes waits now.
    pub fn received(&mut self, bytes: u64) {
        self.waiting = self.waiting.saturating_add(1);
        self.waiting_bytes = self.waiting_bytes.saturating_add(bytes);
    }

    /// A letter of so many bytes waits no more.
    pub fn released(&mut self, bytes: u64) {
        self.waiting = self.waiting.saturating_sub(1);
        self.waiting_bytes = self.waiting_bytes.saturating_sub(bytes);
    }

    /// The day a letter of today is deleted at the latest. A room's letters go with the room.
    fn expires_day(&self, day: u32) -> u32 {
        let days = match self.kind {
            Kind::Office => self.ttl_s.div_ceil(DAY),
            Kind::Room => self.ttl_s.saturating_add(ROOM_GRACE_S).div_ceil(DAY),
        };
        day.saturating_add(u32::try_from(days).unwrap_or(u32::MAX))
    }

    /// Closes it for good. A room is gone ten minutes later.
    pub fn close(&mut self, now: Now) {
        self.closes_s = Some(match self.kind {
            Kind::Office => 0,
            Kind::Room => self.closes_s.map_or(now.0, |closes| closes.min(now.0)),
        });
    }

    /// Puts a new post capability in place; the old one works a while longer. Doing it again with
    /// the same one changes nothing, so an answer that was lost does no harm.
    pub fn rotate_post(&mut self, new: CapabilityHash, overlap_s: u64, now: Now) {
        if self.post == new {
            return;
        }
        let until = now.0.saturating_add(overlap_s.min(LONGEST_OVERLAP_S));
        self.earlier_post = Some((self.post, until));
        self.post = new;
    }
}

/// The receipt of a letter.
pub fn receipt(sid: &Sid, letter: &Earlier) -> Receipt {
    Receipt {
        v: 1,
        sid: sid.to_string(),
        sha256: vaekstspejl_envelope::receipt::hex(&letter.sha256),
        stored_day: letter.day,
        expires_day: letter.expires_day,
    }
}

/// What acknowledging makes of a row; `None`: it stays as it is.
pub fn acknowledged(state: RowState) -> Option<RowState> {
    (state == RowState::Stored).then_some(RowState::Collected)
}

/// Whether withdrawing a letter in this state is news, for which a row is appended. A copy may be
/// at the office whatever the state is; only the second time it is no news.
pub fn withdrawing_is_news(state: RowState) -> bool {
    match state {
        RowState::Stored | RowState::Collected | RowState::Expired => true,
        RowState::Deleted | RowState::Withdrawn => false,
    }
}

/// Whether a row of that day is only remembered, and long enough.
pub fn is_forgotten(state: RowState, day: u32, swept_day: u32) -> bool {
    state != RowState::Stored && day.saturating_add(TOMBSTONE_DAYS) <= swept_day
}
