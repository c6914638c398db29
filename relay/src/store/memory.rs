//! The reference store: the contract in the fewest words, in memory. Everything happens under one
//! lock and every future is ready at once, so a simulation is deterministic on it. It refuses to
//! be durable: it is for tests and simulations, and no relay is run on it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use vaekstspejl_envelope::{CapabilityHash, Mid, Sid};
use vaekstspejl_mailbox::wire::{Kind, RowState};

use super::{
    Created, Deleter, Found, Listed, Posted, Reader, Row, State, Store, StoreError, Swept, Usage,
    counts_as_open_room,
};
use crate::mailbox::{
    self, Admission, Earlier, Letter, Mailbox, NewMailbox, NewRow, Now, Quotas, acknowledged,
    is_forgotten, receipt, withdrawing_is_news,
};

/// Mailboxes in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    quotas: Quotas,
    world: Mutex<World>,
}

#[derive(Debug, Default)]
struct World {
    boxes: BTreeMap<Mid, Box>,
    swept: Option<mailbox::Swept>,
}

#[derive(Debug)]
struct Box {
    mailbox: Mailbox,
    rows: BTreeMap<u64, Kept>,
    by_sid: BTreeMap<Sid, u64>,
}

/// A row with what the list does not show.
#[derive(Debug)]
struct Kept {
    row: Row,
    expires_day: u32,
    delete: CapabilityHash,
}

impl MemoryStore {
    /// An empty one.
    pub fn new(quotas: Quotas) -> Self {
        Self {
            quotas,
            world: Mutex::default(),
        }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        // every change below is complete before anything in it could panic
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World {
    /// The mailbox, unless it is gone.
    fn find(&mut self, mid: &Mid, now: Now) -> Option<&mut Box> {
        self.boxes
            .get_mut(mid)
            .filter(|found| !found.mailbox.is_gone(now))
    }

    fn owned(&mut self, mid: &Mid, owner: &CapabilityHash, now: Now) -> Option<&mut Box> {
        self.find(mid, now)
            .filter(|found| found.mailbox.is_owner(owner))
    }

    /// Today, but never before a day that was swept already: a clock that went back makes no
    /// letter older than it is.
    fn day(&self, now: Now) -> u32 {
        now.day().max(self.swept.map_or(0, |swept| swept.day))
    }

    /// Rooms that are gone leave nothing; how many there were.
    fn sweep_rooms(&mut self, now: Now) -> u64 {
        let before = self.boxes.len();
        self.boxes.retain(|_, found| !found.mailbox.is_gone(now));
        count(before.saturating_sub(self.boxes.len()))
    }

    fn bytes(&self) -> u64 {
        let all = self.boxes.values();
        all.map(|found| found.mailbox.waiting_bytes).sum()
    }
}

impl Box {
    fn earlier(&self, sid: &Sid) -> Option<Earlier> {
        let kept = self.rows.get(self.by_sid.get(sid)?)?;
        Some(Earlier {
            sha256: kept.row.sha256,
            day: kept.row.day,
            expires_day: kept.expires_day,
        })
    }

    fn write(&mut self, new: &NewRow, letter: Letter) {
        self.mailbox.wrote(new);
        self.mailbox.received(size(&letter.bytes));
        self.by_sid.insert(letter.sid, new.seq);
        self.rows.insert(
            new.seq,
            Kept {
                row: row(new, letter.sid, letter.sha256, Some(letter.bytes)),
                expires_day: new.expires_day,
                delete: letter.delete,
            },
        );
    }

    /// Takes the bytes of a row away.
    fn wipe(&mut self, seq: u64, state: RowState) {
        let Some(kept) = self.rows.get_mut(&seq) else {
            return;
        };
        kept.row.state = state;
        if let Some(bytes) = kept.row.body.take() {
            self.mailbox.released(size(&bytes));
        }
    }

    /// Wipes a letter and appends the news, unless it is none.
    fn withdraw(&mut self, seq: u64, day: u32) {
        let Some(kept) = self.rows.get(&seq) else {
            return;
        };
        if !withdrawing_is_news(kept.row.state) {
            return;
        }
        let (sid, sha256, delete) = (kept.row.sid, kept.row.sha256, kept.delete);
        let news = self.mailbox.next_row(&sid, &sha256, day);
        self.wipe(seq, RowState::Deleted);
        self.mailbox.wrote(&news);
        self.rows.insert(
            news.seq,
            Kept {
                row: Row {
                    state: RowState::Withdrawn,
                    ..row(&news, sid, sha256, None)
                },
                expires_day: news.expires_day,
                delete,
            },
        );
    }

    /// Deletes by age; how many letters and how many tombstones.
    fn expire(&mut self, day: u32) -> (u64, u64) {
        let old: Vec<u64> = self
            .rows
            .values()
            .filter(|kept| kept.row.state == RowState::Stored && kept.expires_day <= day)
            .map(|kept| kept.row.seq)
            .collect();
        for seq in &old {
            self.wipe(*seq, RowState::Expired);
        }
        let before = self.rows.len();
        self.rows
            .retain(|_, kept| !is_forgotten(kept.row.state, kept.row.day, day));
        let rows = &self.rows;
        self.by_sid.retain(|_, seq| rows.contains_key(seq));
        let forgotten = before.saturating_sub(self.rows.len());
        (count(old.len()), count(forgotten))
    }
}

fn row(new: &NewRow, sid: Sid, sha256: [u8; 32], body: Option<Vec<u8>>) -> Row {
    Row {
        seq: new.seq,
        sid,
        day: new.day,
        state: RowState::Stored,
        sha256,
        chain: new.chain,
        body,
    }
}

fn size(bytes: &[u8]) -> u64 {
    count(bytes.len())
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

impl Store for MemoryStore {
    async fn create_mailbox(
        &self,
        mid: Mid,
        new: NewMailbox,
        now: Now,
    ) -> Result<Created, StoreError> {
        let mut world = self.world();
        if let Some(found) = world.find(&mid, now) {
            return Ok(match found.mailbox.is_same(&new) {
                true => Created::Same,
                false => Created::Different,
            });
        }
        if let Some(grant) = &new.grant {
            let open = world
                .boxes
                .values()
                .filter(|found| counts_as_open_room(&found.mailbox, grant, now))
                .count();
            if count(open) >= self.quotas.rooms_per_grant {
                return Ok(Created::TooManyRooms);
            }
        }
        world.boxes.insert(
            mid,
            Box {
                mailbox: Mailbox::new(&new, now),
                rows: BTreeMap::new(),
                by_sid: BTreeMap::new(),
            },
        );
        Ok(Created::New)
    }

    async fn post(
        &self,
        mid: Mid,
        post: CapabilityHash,
        letter: Letter,
        now: Now,
    ) -> Result<Posted, StoreError> {
        let mut world = self.world();
        let day = world.day(now);
        let store_is_full = self.quotas.is_full(world.bytes());
        let Some(found) = world.find(&mid, now) else {
            return Ok(Posted::NoSuchMailbox);
        };
        if !found.mailbox.may_post(&post, now) {
            return Ok(Posted::NoSuchMailbox);
        }
        let earlier = found.earlier(&letter.sid);
        let admission =
            found
                .mailbox
                .admit(&letter, earlier, day, now, &self.quotas, store_is_full);
        Ok(match admission {
            Admission::Store(new) => {
                let stored = Earlier {
                    sha256: letter.sha256,
                    day: new.day,
                    expires_day: new.expires_day,
                };
                let receipt = receipt(&letter.sid, &stored);
                found.write(&new, letter);
                Posted::Stored(receipt)
            }
            Admission::Same(earlier) => Posted::Same(receipt(&letter.sid, &earlier)),
            Admission::Conflict => Posted::Conflict,
            Admission::WrongKind => Posted::WrongKind,
            Admission::Closed => Posted::Closed,
            Admission::Full => Posted::Full,
        })
    }

    async fn state(&self, mid: Mid, reader: Reader, now: Now) -> Result<Option<State>, StoreError> {
        let mut world = self.world();
        let Some(found) = world.find(&mid, now) else {
            return Ok(None);
        };
        let mailbox = found.mailbox.clone();
        Ok(match reader {
            Reader::Post(hash) if mailbox.may_post(&hash, now) => Some(State {
                mailbox,
                oldest_day: None,
            }),
            Reader::Owner(hash) if mailbox.is_owner(&hash) => Some(State {
                mailbox,
                oldest_day: found
                    .rows
                    .values()
                    .filter(|kept| kept.row.state == RowState::Stored)
                    .map(|kept| kept.row.day)
                    .min(),
            }),
            Reader::Post(_) | Reader::Owner(_) => None,
        })
    }

    async fn list(
        &self,
        mid: Mid,
        owner: CapabilityHash,
        after: u64,
        limit: u32,
        now: Now,
    ) -> Result<Option<Listed>, StoreError> {
        let mut world = self.world();
        let Some(found) = world.owned(&mid, &owner, now) else {
            return Ok(None);
        };
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut rest = found
            .rows
            .values()
            .filter(|kept| kept.row.seq > after)
            .map(|kept| kept.row.clone());
        let rows = rest.by_ref().take(limit).collect();
        let more = rest.next().is_some();
        Ok(Some(Listed { rows, more }))
    }

    async fn ack(
        &self,
        mid: Mid,
        owner: CapabilityHash,
        seqs: Vec<u64>,
        now: Now,
    ) -> Result<Found, StoreError> {
        let mut world = self.world();
        let Some(found) = world.owned(&mid, &owner, now) else {
            return Ok(Found::Nothing);
        };
        for seq in seqs {
            let state = found.rows.get(&seq).map(|kept| kept.row.state);
            if let Some(collected) = state.and_then(acknowledged) {
                found.wipe(seq, collected);
            }
        }
        Ok(Found::Done)
    }

    async fn delete(&self, mid: Mid, sid: Sid, by: Deleter, now: Now) -> Result<Found, StoreError> {
        let mut world = self.world();
        let day = world.day(now);
        let Some(found) = world.find(&mid, now) else {
            return Ok(Found::Nothing);
        };
        let Some(seq) = found.by_sid.get(&sid).copied() else {
            return Ok(Found::Nothing);
        };
        let allowed = match by {
            Deleter::Owner(hash) => found.mailbox.is_owner(&hash),
            Deleter::Sender(hash) => found.rows.get(&seq).is_some_and(|kept| kept.delete == hash),
        };
        if !allowed {
            return Ok(Found::Nothing);
        }
        found.withdraw(seq, day);
        Ok(Found::Done)
    }

    async fn rotate_post(
        &self,
        mid: Mid,
        owner: CapabilityHash,
        post: CapabilityHash,
        overlap_s: u64,
        now: Now,
    ) -> Result<Found, StoreError> {
        let mut world = self.world();
        let Some(found) = world.owned(&mid, &owner, now) else {
            return Ok(Found::Nothing);
        };
        found.mailbox.rotate_post(post, overlap_s, now);
        Ok(Found::Done)
    }

    async fn close(&self, mid: Mid, owner: CapabilityHash, now: Now) -> Result<Found, StoreError> {
        let mut world = self.world();
        let Some(found) = world.owned(&mid, &owner, now) else {
            return Ok(Found::Nothing);
        };
        found.mailbox.close(now);
        Ok(Found::Done)
    }

    async fn delete_mailbox(
        &self,
        mid: Mid,
        owner: CapabilityHash,
        now: Now,
    ) -> Result<Found, StoreError> {
        let mut world = self.world();
        if world.owned(&mid, &owner, now).is_none() {
            return Ok(Found::Nothing);
        }
        world.boxes.remove(&mid);
        Ok(Found::Done)
    }

    async fn sweep_rooms(&self, now: Now) -> Result<u64, StoreError> {
        Ok(self.world().sweep_rooms(now))
    }

    async fn expire(&self, now: Now) -> Result<Swept, StoreError> {
        let mut world = self.world();
        let reached = mailbox::Swept::next(world.swept, now);
        world.swept = Some(reached);
        let day = reached.day;
        let mut swept = Swept {
            day,
            rooms: world.sweep_rooms(now),
            ..Swept::default()
        };
        for found in world.boxes.values_mut() {
            // a room's letters live exactly as long as the room
            if found.mailbox.kind == Kind::Office {
                let (letters, tombstones) = found.expire(day);
                swept.letters = swept.letters.saturating_add(letters);
                swept.tombstones = swept.tombstones.saturating_add(tombstones);
            }
        }
        Ok(swept)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn usage(&self) -> Result<Usage, StoreError> {
        let world = self.world();
        let boxes = world.boxes.values();
        Ok(Usage {
            mailboxes: count(world.boxes.len()),
            waiting: boxes.map(|found| found.mailbox.waiting).sum(),
            bytes: world.bytes(),
            quota: self.quotas.store_bytes,
        })
    }
}
