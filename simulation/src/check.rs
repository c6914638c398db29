//! What must hold, known to somebody who sees everything: which letters were queued, which were
//! withdrawn, what was in them.

use crate::random::Random;
use crate::relay::now;
use crate::world::World;
use std::collections::{BTreeMap, BTreeSet};
use vaekstspejl_envelope::receipt::chain;
use vaekstspejl_envelope::{LetterKind, Sid, open};
use vaekstspejl_mailbox::call::Request;
use vaekstspejl_mailbox::outbox::{Item, State};
use vaekstspejl_mailbox::wire::{Ack, RowState};
use vaekstspejl_relay::store::{Reader, Row, Store};

/// Who sees everything.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    /// Payloads by their numbers.
    payloads: Vec<Vec<u8>>,
    /// Letters whose queueing was confirmed or at least committed.
    letters: BTreeMap<Sid, u64>,
    withdrawn: BTreeSet<u64>,
}

impl Oracle {
    /// Something a person might send: its number first, so that no two are alike.
    pub(crate) fn new_payload(&mut self, random: &mut Random) -> (u64, Vec<u8>) {
        let number = count(self.payloads.len());
        let length = random.index(LetterKind::Submission.room() - 8);
        let mut payload = number.to_be_bytes().to_vec();
        payload.extend((0..length).map(|at| u8::try_from(at % 251).unwrap_or(0)));
        self.payloads.push(payload.clone());
        (number, payload)
    }

    pub(crate) fn queued_as(&mut self, sid: Sid, payload: u64) {
        self.letters.insert(sid, payload);
    }

    pub(crate) fn withdrawn_as(&mut self, sid: &Sid) {
        self.withdrawn.extend(self.letters.get(sid));
    }

    /// The payload of a letter.
    pub(crate) fn payload_of(&self, sid: &Sid) -> Option<(u64, Vec<u8>)> {
        let number = *self.letters.get(sid)?;
        let payload = self.payloads.get(usize::try_from(number).ok()?)?;
        Some((number, payload.clone()))
    }

    /// Only a program with a mistake does this.
    pub(crate) fn sealed_again(&mut self, old: &Sid, new: Sid) {
        if let Some(number) = self.letters.get(old).copied() {
            self.letters.insert(new, number);
        }
    }

    pub(crate) fn queued(&self) -> u64 {
        count(self.letters.len())
    }

    pub(crate) fn withdrawn(&self) -> u64 {
        count(self.withdrawn.len())
    }
}

impl World {
    /// What is acknowledged is on the office's disk, or was withdrawn.
    pub(crate) fn check_acknowledgement(&mut self, request: &Request) {
        if !request.url.ends_with("/ack") {
            return;
        }
        let Ok(Ack { seqs }) = serde_json::from_slice(&request.body) else {
            return;
        };
        let rows = self.rows();
        for row in rows.iter().filter(|row| seqs.contains(&row.seq)) {
            let stored = row.state == RowState::Stored;
            if stored && !self.office.letters.contains_key(&row.sid) {
                let seq = row.seq;
                self.fail(&format!("row {seq} is acknowledged and not stored"));
            }
        }
    }

    fn rows(&self) -> Vec<Row> {
        let at = self.relay.time(self.now_ms);
        let listed = self
            .relay
            .store()
            .list(self.mid, self.owner.hash(), 0, u32::MAX, at);
        now(listed).ok().flatten().map_or(Vec::new(), |it| it.rows)
    }

    /// Nobody has anything left to do.
    pub(crate) fn is_at_rest(&self) -> bool {
        let items = self.devices.iter().flat_map(|device| device.items());
        let done = |item: &Item| matches!(item.state, State::Accepted { .. } | State::Withdrawn);
        self.office.quiet_rounds > 1 && items.into_iter().all(|it| done(&it))
    }

    /// What is not at rest.
    pub(crate) fn restlessness(&self) -> String {
        let items = self.devices.iter().flat_map(|device| device.items());
        let done = |item: &Item| matches!(item.state, State::Accepted { .. } | State::Withdrawn);
        let open: Vec<String> = items
            .filter(|it| !done(it))
            .map(|it| format!("{} {:?}", it.sid, it.state))
            .collect();
        let rounds = self.office.quiet_rounds;
        format!("no rest: quiet rounds of the office {rounds}, letters {open:?}")
    }

    /// Everything that must hold when nothing is on its way.
    pub(crate) fn check_everything(&mut self) {
        let found = self
            .check_letters()
            .and_then(|()| self.check_devices())
            .and_then(|()| self.check_rows());
        if let Err(what) = found {
            self.fail(&what);
        }
    }

    /// Each letter that was queued and not withdrawn is exactly once at the office, to the byte;
    /// none that was withdrawn is there.
    fn check_letters(&self) -> Result<(), String> {
        let mut times: BTreeMap<u64, u64> = BTreeMap::new();
        for (sid, letter) in &self.office.letters {
            let opened = open(letter, &self.mid, &self.keys)
                .map_err(|why| format!("the office cannot open {sid}: {why:?}"))?;
            let (number, payload) = self
                .oracle
                .payload_of(sid)
                .ok_or_else(|| format!("nobody sent {sid}, and it is at the office"))?;
            if opened.payload != payload {
                return Err(format!("letter {sid} is not what was sent"));
            }
            *times.entry(number).or_insert(0) += 1;
        }
        for (sid, number) in &self.oracle.letters {
            let here = times.get(number).copied().unwrap_or(0);
            let withdrawn = self.oracle.withdrawn.contains(number);
            match (here, withdrawn) {
                (1, false) | (0, true) => {}
                (_, false) => return Err(format!("{sid} is {here} times at the office")),
                (_, true) => return Err(format!("{sid} was withdrawn and is at the office")),
            }
        }
        Ok(())
    }

    /// What a device believes is so: withdrawn letters are nowhere, and none is forgotten.
    fn check_devices(&self) -> Result<(), String> {
        let mut on_devices = BTreeMap::new();
        for device in &self.devices {
            if device.unreadable {
                return Err(String::from("a device cannot read its own record"));
            }
            on_devices.extend(device.items().into_iter().map(|it| (it.sid, it.state)));
        }
        let rows = self.rows();
        for (sid, number) in &self.oracle.letters {
            let withdrawn = self.oracle.withdrawn.contains(number);
            let state = on_devices.get(sid);
            let as_asked = match state {
                Some(State::Accepted { .. }) => !withdrawn,
                Some(State::Withdrawn) => withdrawn,
                _ => false,
            };
            if !as_asked {
                return Err(format!("withdrawn is {withdrawn}, and {sid} is {state:?}"));
            }
            let kept = rows.iter().any(|row| row.sid == *sid && row.body.is_some());
            if withdrawn && kept {
                return Err(format!("{sid} was withdrawn and is at the relay"));
            }
        }
        Ok(())
    }

    /// The relay's rows are numbered without gaps, follow from each other, and no letter has two.
    fn check_rows(&self) -> Result<(), String> {
        let mut head = [0; 32];
        let mut letters = BTreeSet::new();
        let mut waiting = 0;
        for (seq, row) in (1_u64..).zip(self.rows()) {
            if row.seq != seq {
                return Err(format!("row {seq} of the relay is missing"));
            }
            head = chain(&head, seq, &row.sid, &row.sha256);
            if row.chain != head {
                return Err(format!("row {seq} of the relay does not follow"));
            }
            if row.state != RowState::Withdrawn && !letters.insert(row.sid) {
                return Err(format!("letter {} has two rows", row.sid));
            }
            waiting += u64::from(row.body.is_some());
        }
        let at = self.relay.time(self.now_ms);
        let reader = Reader::Owner(self.owner.hash());
        let state = now(self.relay.store().state(self.mid, reader, at));
        match state {
            Ok(Some(state)) if state.mailbox.chain == head && state.mailbox.waiting == waiting => {
                Ok(())
            }
            other => Err(format!("the mailbox does not fit its rows: {other:?}")),
        }
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
