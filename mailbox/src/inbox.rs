//! The office's collector: what it has seen of its mailbox, what is safe on its own disk, and
//! what the relay may therefore delete. Pure: requests and answers are plain data. It carries
//! bytes and refuses to look into them; an unknown key or a damaged payload is not its business.
//!
//! The order is list → store → confirm → acknowledge. Only what the shell has confirmed as stored
//! can ever be acknowledged. The relay may tell a row as often as it likes: a letter is known by
//! its id and hash, so on the office's screen it is there once.
//!
//! # What a shell does
//!
//! 1. [`Ledger::state_request`] → [`Ledger::compare`], [`Ledger::list_request`] →
//!    [`Ledger::take`]. At the start, and after trouble, also [`Ledger::owed_request`].
//! 2. For each [`Event`]: write a new letter under its id, delete a withdrawn one. **When that is
//!    confirmed**, [`Ledger::stored`] and [`Ledger::removed`].
//! 3. Write the ledger's record. It may be written at any moment, or get lost: what was taken and
//!    not confirmed is owed and asked for again, and an older ledger takes letters again that the
//!    shell then writes over with the same bytes.
//! 4. When the office wishes it, [`Ledger::acknowledge`] → [`Ledger::acknowledged`], right after a
//!    [`Ledger::compare`] that found no difference and a page of the list that
//!    [`Ledger::is_followed_by`] found to follow. The first alone does not do: a relay that was set
//!    back and has taken more letters since than it lost looks the same to it, and has other
//!    letters under the numbers.
//!
//! # History
//!
//! Rows are numbered without gaps, and each row's chain value covers all before it. When the relay
//! tells another past than before (an old backup, a row taken out), that is reported as
//! [`History`] and does not stop anything. The list is then read from the beginning, because the
//! other past may have letters in it which are new here.

use crate::call::{Reply, Request, Trouble, trouble};
use crate::wire::{self, Ack, MOST_ACKNOWLEDGED, MailboxState, OwnerState, Page, Row, RowState};
use base64ct::{Base64, Encoding};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use vaekstspejl_envelope::receipt::{chain, hex, sha256, unhex};
use vaekstspejl_envelope::{Mid, Owner, Sid};

const VERSION: u8 = 1;
/// The chain before the first row.
const BEFORE_ALL: [u8; 32] = [0; 32];

/// What an office remembers of its mailbox. Nothing in it is secret or personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    v: u8,
    mid: String,
    /// The number of the last row seen.
    cursor: u64,
    /// The chain's value at that row, in hexadecimal digits.
    head: String,
    /// By the letter's id.
    letters: BTreeMap<String, Known>,
    /// Rows whose letter could not be read as it came.
    bad: BTreeSet<u64>,
}

/// What is known of a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    /// The row that speaks of it: its own, or while leaving the news of its withdrawal. 0: since
    /// the relay tells another past, no row has.
    seq: u64,
    sha256: String,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    /// Handed to the shell, not confirmed.
    Taken,
    /// On the office's disk.
    Stored,
    /// On the office's disk, and the relay knows.
    Acknowledged,
    /// Withdrawn; the shell has not confirmed that its copy is gone.
    Leaving,
    /// Withdrawn and gone.
    Gone,
}

/// What a page of the list means for the office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A letter to write under its id. Comes again until [`Ledger::stored`].
    New {
        /// Its id.
        sid: Sid,
        /// The day it came to the relay (days since 1970-01-01).
        day: u32,
        /// Its bytes; the hash fits.
        letter: Vec<u8>,
    },
    /// A letter that is here already.
    Duplicate {
        /// Its id.
        sid: Sid,
    },
    /// Its sender, or the office elsewhere, took it back: delete the copy, if there is one. Comes
    /// again until [`Ledger::removed`].
    Withdrawn {
        /// Its id.
        sid: Sid,
    },
    /// The relay has no bytes of it any more, and it was never here: another console collected it,
    /// or it was too old.
    Missed {
        /// Its id.
        sid: Sid,
        /// What became of it.
        state: RowState,
    },
    /// A row that cannot be read. It is not acknowledged and is asked for again at the next start;
    /// the rows after it come all the same.
    Bad {
        /// Its number.
        seq: u64,
        /// Why.
        why: BadRow,
    },
    /// The relay tells another past than before.
    History(History),
}

/// Why a row cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRow {
    /// The id is none.
    Id,
    /// There should be a letter and is none, or not as base64.
    Body,
    /// The letter's hash is not the row's.
    Hash,
    /// Another letter is here under this id.
    OtherLetter,
}

/// How the relay's past differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// Rows between two numbers are not told. Also when nobody looked for the 400 days after
    /// which the relay forgets.
    Missing {
        /// The last before them.
        after: u64,
        /// The first after them.
        before: u64,
    },
    /// A row's chain value does not follow from those before it.
    Changed {
        /// The row.
        at: u64,
    },
    /// The relay has fewer rows than were seen: it was set back.
    RolledBack {
        /// The last row seen here.
        seen: u64,
        /// The last row it has.
        last: u64,
    },
}

/// Text that is not a ledger of this mailbox, or of a newer program. Beginning with a new one loses
/// nothing that the relay still has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotALedger;

impl Ledger {
    /// Nothing seen yet.
    pub fn new(mid: &Mid) -> Self {
        Self {
            v: VERSION,
            mid: mid.to_string(),
            cursor: 0,
            head: hex(&BEFORE_ALL),
            letters: BTreeMap::new(),
            bad: BTreeSet::new(),
        }
    }

    /// As a record for the disk: JSON.
    pub fn to_record(&self) -> String {
        serde_json::to_string(self).expect("text and numbers under text become JSON")
    }

    /// Reads a record of this mailbox.
    pub fn from_record(record: &str, mid: &Mid) -> Result<Self, NotALedger> {
        let ledger: Self = serde_json::from_str(record).map_err(|_| NotALedger)?;
        let whole = ledger.v == VERSION
            && ledger.mid == mid.to_string()
            && unhex(&ledger.head).is_some()
            && ledger.letters.keys().all(|sid| Sid::parse(sid).is_ok());
        whole.then_some(ledger).ok_or(NotALedger)
    }

    /// Asks how the mailbox is; see [`compare`](Self::compare).
    pub fn state_request(&self, relay: &str, owner: &Owner) -> Request {
        Request::new("GET", relay, &wire::mailbox(&self.mid), &owner.to_text())
    }

    /// Asks for the rows after the last one seen, at most [`wire::MOST_LISTED`].
    pub fn list_request(&self, relay: &str, owner: &Owner) -> Request {
        self.list_after(self.cursor, relay, owner)
    }

    /// The same, answered as soon as there is a row, and without one after so many seconds at the
    /// latest; at most [`wire::LONGEST_WAIT`]. For rooms, where people wait for each other.
    pub fn wait_request(&self, relay: &str, owner: &Owner, wait_s: u32) -> Request {
        let mut request = self.list_request(relay, owner);
        let wait = wait_s.min(wire::LONGEST_WAIT);
        request.url = format!("{}&wait={wait}", request.url);
        request
    }

    /// Asks again for what was seen and is not confirmed, beginning with the first such row above
    /// a number; `None`: nothing is owed there. After each page go on above its last row; an empty
    /// page ends it.
    pub fn owed_request(&self, above: u64, relay: &str, owner: &Owner) -> Option<Request> {
        let letters = self.letters.values();
        let owed = letters
            .filter(|known| matches!(known.stage, Stage::Taken | Stage::Leaving))
            .map(|known| known.seq)
            .chain(self.bad.iter().copied())
            .filter(|seq| *seq > above)
            .min()?;
        Some(self.list_after(owed.saturating_sub(1), relay, owner))
    }

    fn list_after(&self, after: u64, relay: &str, owner: &Owner) -> Request {
        let mailbox = wire::mailbox(&self.mid);
        let limit = wire::MOST_LISTED;
        let path = format!("{mailbox}/messages?after={after}&limit={limit}");
        Request::new("GET", relay, &path, &owner.to_text())
    }

    /// Compares what the relay says of itself with what was seen. After a difference the list is
    /// read from the beginning.
    pub fn compare(&mut self, relay: &OwnerState) -> Option<History> {
        let differs = if relay.last_seq < self.cursor {
            History::RolledBack {
                seen: self.cursor,
                last: relay.last_seq,
            }
        } else if relay.last_seq == self.cursor && relay.chain != self.head {
            History::Changed { at: self.cursor }
        } else {
            return None;
        };
        self.read_from_the_beginning();
        Some(differs)
    }

    fn read_from_the_beginning(&mut self) {
        self.cursor = 0;
        self.head = hex(&BEFORE_ALL);
        self.bad.clear();
        // a number may be another letter's now, which must not be acknowledged in its place
        for known in self.letters.values_mut() {
            known.seq = 0;
        }
    }

    /// Whether the page that [`list_request`](Self::list_request) brought goes on where this ends,
    /// so that the numbers known here still are of the same letters.
    pub fn is_followed_by(&self, page: &Page) -> bool {
        let first = page.rows.first();
        first.is_none_or(|row| self.follow(row, self.cursor).is_none())
    }

    /// Takes a page of the list. Whatever is in it, the rows that can be read are read.
    pub fn take(&mut self, page: &Page) -> Vec<Event> {
        let mut events = Vec::new();
        let start = self.cursor;
        for row in &page.rows {
            if row.seq > self.cursor {
                if let Some(history) = self.follow(row, start) {
                    events.push(Event::History(history));
                    // The other past may have letters that are new here. Not when it was read
                    // from the beginning already: then this is how it is.
                    if start > 0 && self.cursor == start {
                        self.read_from_the_beginning();
                        return events;
                    }
                }
                self.cursor = row.seq;
                self.head.clone_from(&row.chain);
            }
            self.bad.remove(&row.seq);
            match self.read(row) {
                Ok(event) => events.extend(event),
                Err(why) => {
                    self.bad.insert(row.seq);
                    events.push(Event::Bad { seq: row.seq, why });
                }
            }
        }
        if unhex(&self.head).is_none() {
            // what is no chain value is never continued
            self.head = hex(&BEFORE_ALL);
        }
        events
    }

    /// Whether a row follows from the last one. The beginning of a long life may be forgotten.
    fn follow(&self, row: &Row, start: u64) -> Option<History> {
        let expected = self.cursor.saturating_add(1);
        if row.seq != expected {
            let forgotten = self.cursor == 0 && start == 0;
            return (!forgotten).then_some(History::Missing {
                after: self.cursor,
                before: row.seq,
            });
        }
        let value = || {
            let sid = Sid::parse(&row.sid).ok()?;
            Some(chain(
                &unhex(&self.head)?,
                row.seq,
                &sid,
                &unhex(&row.sha256)?,
            ))
        };
        let follows = value().is_some_and(|value| hex(&value) == row.chain);
        (!follows).then_some(History::Changed { at: row.seq })
    }

    fn read(&mut self, row: &Row) -> Result<Option<Event>, BadRow> {
        let sid = Sid::parse(&row.sid).map_err(|_| BadRow::Id)?;
        match row.state {
            RowState::Stored => self.read_letter(sid, row).map(Some),
            RowState::Collected | RowState::Expired => Ok(self.read_tombstone(sid, row)),
            RowState::Deleted | RowState::Withdrawn => Ok(self.read_withdrawal(sid, row)),
        }
    }

    fn read_letter(&mut self, sid: Sid, row: &Row) -> Result<Event, BadRow> {
        let body = row.body_b64.as_deref().ok_or(BadRow::Body)?;
        let letter = Base64::decode_vec(body).map_err(|_| BadRow::Body)?;
        if hex(&sha256(&letter)) != row.sha256 {
            return Err(BadRow::Hash);
        }
        let known = self.letters.entry(row.sid.clone()).or_insert(Known {
            seq: row.seq,
            sha256: row.sha256.clone(),
            stage: Stage::Taken,
        });
        if known.sha256 != row.sha256 {
            return Err(BadRow::OtherLetter);
        }
        match known.stage {
            Stage::Taken => {
                known.seq = row.seq;
                Ok(Event::New {
                    sid,
                    day: row.day,
                    letter,
                })
            }
            Stage::Stored | Stage::Acknowledged => {
                // a relay that was set back has it again, perhaps under another number
                known.seq = row.seq;
                known.stage = Stage::Stored;
                Ok(Event::Duplicate { sid })
            }
            Stage::Leaving => {
                known.seq = row.seq;
                Ok(Event::Withdrawn { sid })
            }
            Stage::Gone => Ok(Event::Duplicate { sid }),
        }
    }

    fn read_tombstone(&mut self, sid: Sid, row: &Row) -> Option<Event> {
        let missed = Event::Missed {
            sid,
            state: row.state,
        };
        let Some(known) = self.letters.get_mut(&row.sid) else {
            return Some(missed);
        };
        match known.stage {
            Stage::Taken => {
                self.letters.remove(&row.sid);
                Some(missed)
            }
            Stage::Stored => {
                known.stage = Stage::Acknowledged;
                None
            }
            Stage::Acknowledged | Stage::Leaving | Stage::Gone => None,
        }
    }

    /// Also for a letter that is not known: the shell may have written it just before it ended.
    fn read_withdrawal(&mut self, sid: Sid, row: &Row) -> Option<Event> {
        let known = self.letters.entry(row.sid.clone()).or_insert(Known {
            seq: row.seq,
            sha256: row.sha256.clone(),
            stage: Stage::Leaving,
        });
        if known.stage == Stage::Gone {
            return None;
        }
        known.seq = row.seq;
        known.stage = Stage::Leaving;
        Some(Event::Withdrawn { sid })
    }

    /// These letters are on the office's disk now.
    pub fn stored(&mut self, sids: &[Sid]) {
        self.confirm(sids, Stage::Taken, Stage::Stored);
    }

    /// The copies of these withdrawn letters are gone from the office's disk now.
    pub fn removed(&mut self, sids: &[Sid]) {
        self.confirm(sids, Stage::Leaving, Stage::Gone);
    }

    fn confirm(&mut self, sids: &[Sid], from: Stage, to: Stage) {
        for sid in sids {
            if let Some(known) = self.letters.get_mut(&sid.to_string())
                && known.stage == from
            {
                known.stage = to;
            }
        }
    }

    /// Whether a letter is here: confirmed as stored, and not withdrawn.
    pub fn has(&self, sid: &Sid) -> bool {
        let known = self.letters.get(&sid.to_string());
        known.is_some_and(|it| matches!(it.stage, Stage::Stored | Stage::Acknowledged))
    }

    /// Letters that are here and still at the relay.
    pub fn unacknowledged(&self) -> Vec<Sid> {
        let letters = self.letters.iter();
        letters
            .filter(|(_, known)| known.stage == Stage::Stored)
            .filter_map(|(sid, _)| Sid::parse(sid).ok())
            .collect()
    }

    /// Tells the relay that these are safe here, so that it deletes them: requests with at most
    /// [`MOST_ACKNOWLEDGED`] rows each. Letters that are not confirmed as stored are left out.
    pub fn acknowledge(&self, sids: &[Sid], relay: &str, owner: &Owner) -> Vec<Acknowledgement> {
        let stored: Vec<(Sid, u64)> = sids
            .iter()
            .filter_map(|sid| {
                let known = self.letters.get(&sid.to_string())?;
                (known.stage == Stage::Stored && known.seq > 0).then_some((*sid, known.seq))
            })
            .collect();
        stored
            .chunks(MOST_ACKNOWLEDGED)
            .map(|chunk| self.acknowledgement(chunk, relay, owner))
            .collect()
    }

    fn acknowledgement(&self, rows: &[(Sid, u64)], relay: &str, owner: &Owner) -> Acknowledgement {
        let path = [&wire::mailbox(&self.mid), "/ack"].concat();
        let mut request = Request::new("POST", relay, &path, &owner.to_text());
        let json = String::from(crate::call::JSON_TYPE);
        request.headers.push(("content-type", json));
        let seqs = rows.iter().map(|(_, seq)| *seq).collect();
        request.body = serde_json::to_vec(&Ack { seqs }).expect("numbers become JSON");
        Acknowledgement {
            sids: rows.iter().map(|(sid, _)| *sid).collect(),
            request,
        }
    }

    /// What came back to an acknowledgement. When it was not 204, nothing has changed here; the
    /// same again does no harm.
    pub fn acknowledged(
        &mut self,
        of: &Acknowledgement,
        reply: Option<&Reply>,
    ) -> Result<(), Trouble> {
        if reply.is_none_or(|it| it.status != 204) {
            return Err(trouble(reply));
        }
        self.confirm(&of.sids, Stage::Stored, Stage::Acknowledged);
        Ok(())
    }

    /// Deletes a letter at the relay, also for colleagues with the same key. The news of it comes
    /// with the list, as of any withdrawal.
    pub fn delete_request(&self, sid: &Sid, relay: &str, owner: &Owner) -> Request {
        let path = wire::message(&self.mid, &sid.to_string());
        Request::new("DELETE", relay, &path, &owner.to_text())
    }
}

/// An acknowledgement to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The letters in it.
    pub sids: Vec<Sid>,
    /// What to send.
    pub request: Request,
}

/// The page in an answer to a list.
pub fn page(reply: Option<&Reply>) -> Result<Page, Trouble> {
    let page = reply.and_then(|it| it.json(&[200]));
    page.ok_or_else(|| trouble(reply))
}

/// What the owner is told in an answer about the mailbox.
pub fn state(reply: Option<&Reply>) -> Result<OwnerState, Trouble> {
    let state: Option<MailboxState> = reply.and_then(|it| it.json(&[200]));
    state.and_then(|it| it.owner).ok_or_else(|| trouble(reply))
}
