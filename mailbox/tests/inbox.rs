//! The office's collector: what is taken, what may be acknowledged, which past is believed.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use base64ct::{Base64, Encoding};
use proptest::prelude::*;
use std::collections::BTreeMap;
use vaekstspejl_envelope::receipt::{chain, hex, sha256};
use vaekstspejl_envelope::{Mid, Owner, Sid};
use vaekstspejl_mailbox::call::{Reply, Trouble};
use vaekstspejl_mailbox::inbox::{BadRow, Event, History, Ledger, page, state};
use vaekstspejl_mailbox::wire::{Ack, OwnerState, Page, Row, RowState};

const MID: Mid = Mid([7; 16]);
const OWNER: Owner = Owner([8; 32]);
const RELAY: &str = "https://post.example";

/// A relay that tells the truth.
#[derive(Clone, Default)]
struct Truth {
    rows: Vec<Row>,
    head: [u8; 32],
}

fn sid(number: u16) -> Sid {
    let mut bytes = [0; 16];
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    Sid(bytes)
}

fn bytes(number: u16) -> Vec<u8> {
    format!("letter {number}").into_bytes()
}

impl Truth {
    fn with(letters: u16) -> Self {
        let mut truth = Self::default();
        (1..=letters).for_each(|number| truth.comes(number));
        truth
    }

    fn row(&mut self, number: u16, state: RowState) -> Row {
        let seq = u64::try_from(self.rows.len()).unwrap() + 1;
        let hash = sha256(&bytes(number));
        self.head = chain(&self.head, seq, &sid(number), &hash);
        Row {
            seq,
            sid: sid(number).to_string(),
            day: 20_777,
            state,
            sha256: hex(&hash),
            chain: hex(&self.head),
            body_b64: None,
        }
    }

    fn comes(&mut self, number: u16) {
        let mut row = self.row(number, RowState::Stored);
        row.body_b64 = Some(Base64::encode_string(&bytes(number)));
        self.rows.push(row);
    }

    fn wipe(&mut self, number: u16, state: RowState) {
        let own = sid(number).to_string();
        let row = self.rows.iter_mut().find(|row| row.sid == own).unwrap();
        row.state = state;
        row.body_b64 = None;
    }

    fn is_withdrawn(&mut self, number: u16) {
        self.wipe(number, RowState::Deleted);
        let news = self.row(number, RowState::Withdrawn);
        self.rows.push(news);
    }

    fn after(&self, seq: u64) -> Page {
        let rows = self.rows.iter().filter(|row| row.seq > seq);
        Page {
            rows: rows.take(100).cloned().collect(),
            more: false,
        }
    }

    fn answer(&self, url: &str) -> Page {
        let (_, query) = url.split_once("?after=").unwrap();
        self.after(query.split('&').next().unwrap().parse().unwrap())
    }

    fn list(&self, ledger: &mut Ledger) -> Vec<Event> {
        ledger.take(&self.answer(&ledger.list_request(RELAY, &OWNER).url))
    }

    fn owner_state(&self) -> OwnerState {
        OwnerState {
            waiting: 0,
            oldest_day: None,
            last_seq: u64::try_from(self.rows.len()).unwrap(),
            chain: hex(&self.head),
            places_number: 0,
        }
    }
}

fn new(number: u16) -> Event {
    Event::New {
        sid: sid(number),
        day: 20_777,
        letter: bytes(number),
    }
}

fn acked(ledger: &Ledger, sids: &[Sid]) -> Vec<u64> {
    let requests = ledger.acknowledge(sids, RELAY, &OWNER);
    let seqs = |body: &[u8]| serde_json::from_slice::<Ack>(body).unwrap().seqs;
    requests
        .iter()
        .flat_map(|it| seqs(&it.request.body))
        .collect()
}

fn all(letters: u16) -> Vec<Sid> {
    (1..=letters).map(sid).collect()
}

fn json(body: &impl serde::Serialize) -> Reply {
    Reply {
        status: 200,
        content_type: String::from("application/json"),
        retry_after: None,
        body: serde_json::to_vec(body).unwrap(),
    }
}

#[test]
fn a_letter_is_new_until_it_is_stored_and_then_a_duplicate() {
    let truth = Truth::with(1);
    let mut ledger = Ledger::new(&MID);
    assert_eq!(truth.list(&mut ledger), [new(1)]);
    assert_eq!(ledger.take(&truth.after(0)), [new(1)]);
    ledger.stored(&[sid(1)]);
    assert_eq!(
        ledger.take(&truth.after(0)),
        [Event::Duplicate { sid: sid(1) }]
    );
    assert_eq!(truth.list(&mut ledger), []);
}

#[test]
fn only_what_is_confirmed_as_stored_is_acknowledged() {
    let truth = Truth::with(3);
    let mut ledger = Ledger::new(&MID);
    truth.list(&mut ledger);
    assert!(acked(&ledger, &all(3)).is_empty());
    ledger.stored(&[sid(2), sid(9)]);
    assert_eq!(acked(&ledger, &all(9)), [2]);
    assert_eq!(ledger.unacknowledged(), [sid(2)]);
}

#[test]
fn an_acknowledgement_has_at_most_five_hundred_rows_and_counts_only_when_answered() {
    let truth = Truth::with(600);
    let mut ledger = Ledger::new(&MID);
    while !truth.list(&mut ledger).is_empty() {}
    ledger.stored(&all(600));
    let requests = ledger.acknowledge(&all(600), RELAY, &OWNER);
    let sizes: Vec<usize> = requests.iter().map(|it| it.sids.len()).collect();
    assert_eq!(sizes, [500, 100]);
    let portal = Reply {
        status: 200,
        ..Reply::default()
    };
    for lost in [None, Some(&portal)] {
        let later = Err(Trouble::Later { after_s: None });
        assert_eq!(ledger.acknowledged(&requests[0], lost), later);
    }
    assert_eq!(ledger.unacknowledged().len(), 600);
    let done = Reply {
        status: 204,
        ..Reply::default()
    };
    assert_eq!(ledger.acknowledged(&requests[0], Some(&done)), Ok(()));
    assert_eq!(ledger.unacknowledged().len(), 100);
}

#[test]
fn what_a_crash_left_unconfirmed_is_asked_for_again() {
    let truth = Truth::with(150);
    let mut ledger = Ledger::new(&MID);
    while !truth.list(&mut ledger).is_empty() {}
    let mut stored = all(150);
    stored.retain(|it| *it != sid(5) && *it != sid(140));
    ledger.stored(&stored);
    let mut ledger = Ledger::from_record(&ledger.to_record(), &MID).unwrap();
    let first = ledger.owed_request(0, RELAY, &OWNER).unwrap();
    assert!(first.url.ends_with("/messages?after=4&limit=100"));
    assert_eq!(ledger.take(&truth.answer(&first.url))[0], new(5));
    let second = ledger.owed_request(104, RELAY, &OWNER).unwrap();
    assert_eq!(ledger.take(&truth.answer(&second.url))[0], new(140));
    ledger.stored(&[sid(5), sid(140)]);
    assert_eq!(ledger.owed_request(0, RELAY, &OWNER), None);
}

#[test]
fn a_withdrawal_is_told_until_the_copy_is_gone_also_when_the_ledger_forgot_it() {
    let mut truth = Truth::with(1);
    let mut ledger = Ledger::new(&MID);
    truth.list(&mut ledger);
    ledger.stored(&[sid(1)]);
    truth.is_withdrawn(1);
    let withdrawn = Event::Withdrawn { sid: sid(1) };
    assert_eq!(truth.list(&mut ledger), std::slice::from_ref(&withdrawn));
    assert!(!ledger.has(&sid(1)));
    let mut again = Ledger::from_record(&ledger.to_record(), &MID).unwrap();
    let owed = again.owed_request(0, RELAY, &OWNER).unwrap();
    assert_eq!(
        again.take(&truth.answer(&owed.url)),
        std::slice::from_ref(&withdrawn)
    );
    again.removed(&[sid(1)]);
    assert_eq!(again.owed_request(0, RELAY, &OWNER), None);
    assert_eq!(again.take(&truth.after(0)), []);
    // a ledger that was lost does not know what the disk has
    let told = Ledger::new(&MID).take(&truth.after(0));
    assert!(told.contains(&withdrawn));
}

#[test]
fn what_others_collected_or_time_took_is_told_and_is_not_here() {
    let mut truth = Truth::with(2);
    truth.wipe(1, RowState::Collected);
    truth.wipe(2, RowState::Expired);
    let mut ledger = Ledger::new(&MID);
    let missed = |number, state| Event::Missed {
        sid: sid(number),
        state,
    };
    let expected = [missed(1, RowState::Collected), missed(2, RowState::Expired)];
    assert_eq!(truth.list(&mut ledger), expected);
    assert!(!ledger.has(&sid(1)));
}

#[test]
fn a_row_that_cannot_be_read_blocks_nothing_and_is_never_acknowledged() {
    let truth = Truth::with(5);
    let mut page = truth.after(0);
    page.rows[0].body_b64 = None;
    page.rows[1].body_b64 = Some(String::from("***"));
    page.rows[2].body_b64 = Some(Base64::encode_string(&bytes(9)));
    page.rows[3].sid = String::from("no id");
    let mut ledger = Ledger::new(&MID);
    let events = ledger.take(&page);
    let bad = |seq, why| Event::Bad { seq, why };
    for expected in [
        bad(1, BadRow::Body),
        bad(2, BadRow::Body),
        bad(3, BadRow::Hash),
        bad(4, BadRow::Id),
        new(5),
    ] {
        assert!(events.contains(&expected), "{expected:?}");
    }
    ledger.stored(&all(5));
    assert_eq!(acked(&ledger, &all(5)), [5]);
    // it was the way here: asked for again, they are whole
    let owed = ledger.owed_request(0, RELAY, &OWNER).unwrap();
    let events = ledger.take(&truth.answer(&owed.url));
    assert_eq!(events[..4], [new(1), new(2), new(3), new(4)]);
}

#[test]
fn another_letter_under_a_known_id_is_not_taken_for_it() {
    let mut ledger = Ledger::new(&MID);
    Truth::with(1).list(&mut ledger);
    ledger.stored(&[sid(1)]);
    let mut other = Truth::with(1).after(0);
    other.rows[0].body_b64 = Some(Base64::encode_string(&bytes(2)));
    other.rows[0].sha256 = hex(&sha256(&bytes(2)));
    let why = BadRow::OtherLetter;
    assert_eq!(ledger.take(&other), [Event::Bad { seq: 1, why }]);
}

#[test]
fn a_row_taken_out_or_changed_is_reported_and_the_others_are_taken() {
    let mut page = Truth::with(4).after(0);
    page.rows.remove(1);
    let mut ledger = Ledger::new(&MID);
    let missing = History::Missing {
        after: 1,
        before: 3,
    };
    let expected = [new(1), Event::History(missing), new(3), new(4)];
    assert_eq!(ledger.take(&page), expected);

    let mut page = Truth::with(3).after(0);
    page.rows[1].chain = hex(&[9; 32]);
    let changed = |at| Event::History(History::Changed { at });
    let expected = [new(1), changed(2), new(2), changed(3), new(3)];
    assert_eq!(Ledger::new(&MID).take(&page), expected);
}

#[test]
fn a_past_that_the_relay_forgot_before_anybody_looked_is_no_broken_history() {
    let mut page = Truth::with(4).after(0);
    page.rows.drain(..2);
    assert_eq!(Ledger::new(&MID).take(&page), [new(3), new(4)]);
}

#[test]
fn a_relay_that_was_set_back_is_noticed_and_nothing_of_its_new_past_is_missed() {
    let mut ledger = Ledger::new(&MID);
    Truth::with(5).list(&mut ledger);
    ledger.stored(&all(5));
    let mut back = Truth::with(2);
    let rolled_back = History::RolledBack { seen: 5, last: 2 };
    let same = Truth::with(5).owner_state();
    assert_eq!(ledger.clone().compare(&same), None);
    assert_eq!(ledger.compare(&back.owner_state()), Some(rolled_back));
    back.comes(8);
    let known = |number| Event::Duplicate { sid: sid(number) };
    assert_eq!(back.list(&mut ledger), [known(1), known(2), new(8)]);
    // what was row 3 is here, but row 3 is another letter now and not stored yet
    assert_eq!(acked(&ledger, &all(9)), [1, 2]);
    assert!(ledger.has(&sid(3)));
}

#[test]
fn a_relay_that_was_set_back_and_has_grown_past_what_was_seen_is_noticed_too() {
    let mut ledger = Ledger::new(&MID);
    Truth::with(3).list(&mut ledger);
    ledger.stored(&all(3));
    let mut back = Truth::with(2);
    for number in [8, 9] {
        back.comes(number);
    }
    // By what the relay says of itself it could be the same. Only its list tells: row 3 is not
    // letter 3 any more, and must not be acknowledged as such.
    assert_eq!(ledger.clone().compare(&back.owner_state()), None);
    assert!(!ledger.is_followed_by(&back.after(3)));
    let mut grown = Truth::with(4);
    grown.comes(5);
    assert!(ledger.is_followed_by(&grown.after(3)));
    let changed = Event::History(History::Changed { at: 4 });
    assert_eq!(back.list(&mut ledger), [changed]);
    let events = back.list(&mut ledger);
    assert!(events.contains(&new(8)) && events.contains(&new(9)));

    let mut ledger = Ledger::new(&MID);
    Truth::with(3).list(&mut ledger);
    let mut same_length = Truth::with(2);
    same_length.comes(8);
    let changed = Some(History::Changed { at: 3 });
    assert_eq!(ledger.compare(&same_length.owner_state()), changed);
}

#[test]
fn what_is_no_page_of_the_relay_means_later() {
    let good = json(&Truth::with(1).after(0));
    assert_eq!(page(Some(&good)), Ok(Truth::with(1).after(0)));
    let cut = Reply {
        body: good.body[..30].to_vec(),
        ..good.clone()
    };
    let html = Reply {
        content_type: String::from("text/html"),
        ..good
    };
    for lost in [None, Some(&cut), Some(&html)] {
        assert_eq!(page(lost), Err(Trouble::Later { after_s: None }));
        assert_eq!(state(lost), Err(Trouble::Later { after_s: None }));
    }
}

#[test]
fn a_ledger_of_another_mailbox_or_a_damaged_one_is_not_used() {
    let ledger = Ledger::new(&MID);
    let record = ledger.to_record();
    assert_eq!(Ledger::from_record(&record, &MID), Ok(ledger));
    assert!(Ledger::from_record(&record, &Mid([6; 16])).is_err());
    for record in [
        &record[1..],
        &record.replace("\"v\":1", "\"v\":2"),
        &record.replace("0000", "000"),
    ] {
        assert!(Ledger::from_record(record, &MID).is_err());
    }
}

fn any_state() -> impl Strategy<Value = RowState> {
    prop::sample::select(vec![
        RowState::Stored,
        RowState::Collected,
        RowState::Deleted,
        RowState::Expired,
        RowState::Withdrawn,
    ])
}

/// A row that is often nearly right.
fn any_row() -> impl Strategy<Value = Row> {
    let seq = prop_oneof![4 => 0_u64..8, 1 => any::<u64>()];
    let hash = prop_oneof![
        (1_u16..8).prop_map(|number| hex(&sha256(&bytes(number)))),
        Just(hex(&[0; 32])),
        ".{0,66}",
    ];
    let body = prop_oneof![
        (1_u16..8).prop_map(|number| Some(Base64::encode_string(&bytes(number)))),
        Just(None),
        ".{0,20}".prop_map(Some),
    ];
    let id = prop_oneof![
        4 => (1_u16..8).prop_map(|number| sid(number).to_string()),
        1 => ".{0,24}"
    ];
    (seq, id, any::<u32>(), any_state(), hash.clone(), hash, body).prop_map(
        |(seq, sid, day, state, sha256, chain, body_b64)| Row {
            seq,
            sid,
            day,
            state,
            sha256,
            chain,
            body_b64,
        },
    )
}

/// What an office goes through.
#[derive(Clone, Debug)]
enum Happens {
    Comes,
    Withdrawn(u16),
    Listed,
    Stored(u16),
    Crash,
    LedgerWritten,
    Owed,
    Acknowledged,
}

fn anything() -> impl Strategy<Value = Happens> {
    prop_oneof![
        3 => Just(Happens::Comes),
        1 => (1_u16..20).prop_map(Happens::Withdrawn),
        3 => Just(Happens::Listed),
        2 => (1_u16..20).prop_map(Happens::Stored),
        1 => Just(Happens::Crash),
        1 => Just(Happens::LedgerWritten),
        1 => Just(Happens::Owed),
        1 => Just(Happens::Acknowledged),
    ]
}

/// An office with a disk.
struct Office {
    ledger: Ledger,
    written: String,
    disk: BTreeMap<Sid, Vec<u8>>,
    /// Handed over and not written yet.
    hands: Vec<Event>,
}

impl Office {
    fn write(&mut self, only: Option<u16>) {
        for event in core::mem::take(&mut self.hands) {
            match event {
                Event::New {
                    sid: it,
                    ref letter,
                    ..
                } if only.is_none_or(|n| it == sid(n)) => {
                    self.disk.insert(it, letter.clone());
                    self.ledger.stored(&[it]);
                }
                Event::Withdrawn { sid } => {
                    self.disk.remove(&sid);
                    self.ledger.removed(&[sid]);
                }
                _ => {}
            }
        }
    }

    fn owed(&mut self, truth: &Truth) {
        let mut above = 0;
        while let Some(request) = self.ledger.owed_request(above, RELAY, &OWNER) {
            let page = truth.answer(&request.url);
            let Some(last) = page.rows.last() else { break };
            above = last.seq;
            self.hands.extend(self.ledger.take(&page));
        }
    }
}

proptest! {
    #[test]
    fn whatever_a_page_says_nothing_panics_and_only_what_was_stored_is_acknowledged(
        pages in prop::collection::vec((prop::collection::vec(any_row(), 0..6), any::<bool>()), 0..10)
    ) {
        let mut ledger = Ledger::new(&MID);
        let mut given = Vec::new();
        for (rows, confirm) in pages {
            for event in ledger.take(&Page { rows, more: false }) {
                match event {
                    Event::New { sid, letter, .. } if confirm => {
                        prop_assert!((1..8).any(|number| letter == bytes(number)));
                        given.push(sid);
                        ledger.stored(&[sid]);
                    }
                    _ => {}
                }
            }
            prop_assert!(ledger.unacknowledged().iter().all(|sid| given.contains(sid)));
            prop_assert_eq!(&Ledger::from_record(&ledger.to_record(), &MID).unwrap(), &ledger);
        }
    }

    #[test]
    fn through_crashes_every_letter_arrives_and_every_withdrawn_one_goes(
        life in prop::collection::vec(anything(), 0..80)
    ) {
        let mut truth = Truth::default();
        let mut letters = 0_u16;
        let mut withdrawn = Vec::new();
        let fresh = Ledger::new(&MID);
        let mut office = Office {
            written: fresh.to_record(),
            ledger: fresh,
            disk: BTreeMap::new(),
            hands: Vec::new(),
        };
        for what in life {
            match what {
                Happens::Comes => {
                    letters += 1;
                    truth.comes(letters);
                }
                Happens::Withdrawn(number) if number <= letters && !withdrawn.contains(&number) => {
                    withdrawn.push(number);
                    truth.is_withdrawn(number);
                }
                Happens::Withdrawn(_) => {}
                Happens::Listed => office.hands.extend(truth.list(&mut office.ledger)),
                Happens::Stored(number) => {
                    office.write(Some(number));
                    office.written = office.ledger.to_record();
                }
                Happens::Crash => {
                    office.hands.clear();
                    office.ledger = Ledger::from_record(&office.written, &MID).unwrap();
                }
                Happens::LedgerWritten => office.written = office.ledger.to_record(),
                Happens::Owed => office.owed(&truth),
                Happens::Acknowledged => {
                    for sid in office.ledger.unacknowledged() {
                        prop_assert!(office.disk.contains_key(&sid));
                    }
                }
            }
        }
        loop {
            let events = truth.list(&mut office.ledger);
            if events.is_empty() { break }
            office.hands.extend(events);
        }
        office.owed(&truth);
        office.write(None);
        for number in 1..=letters {
            let expected = (!withdrawn.contains(&number)).then(|| bytes(number));
            prop_assert_eq!(office.disk.get(&sid(number)), expected.as_ref());
        }
    }
}
