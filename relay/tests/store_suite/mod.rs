//! What every store must do, once for all of them. Each function is one claim on an empty store;
//! `store_claims!` makes a test of each. Bodies are made-up bytes behind a real header: no store
//! looks further.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::collections::BTreeSet;

use vaekstspejl_envelope::receipt::{chain, hex};
use vaekstspejl_envelope::{CapabilityHash, Header, Kid, LetterKind, Mid, Sid};
use vaekstspejl_mailbox::wire::{Kind, Receipt, RowState};
use vaekstspejl_relay::mailbox::{Letter, NewMailbox, Now, Quotas};
use vaekstspejl_relay::store::{Created, Deleter, Found, Listed, Posted, Reader, Row, Store};

/// Makes a test of every claim. `$open` is an async function from [`Quotas`] to whatever holds
/// the store (it must dereference or refer to it by `.store()`), on an empty store.
#[macro_export]
macro_rules! store_claims {
    ($open:path) => {
        store_claims!($open;
            a_letter_is_listed_with_its_bytes_and_receipt
            the_same_letter_again_is_the_same_receipt_and_no_second_row
            other_bytes_under_the_same_id_are_a_conflict
            a_repeat_after_collection_is_known_and_stores_nothing
            a_repeat_after_withdrawal_is_known_and_stores_nothing
            a_wrong_capability_is_the_same_as_no_mailbox
            creating_twice_is_the_same_and_otherwise_different
            numbers_have_no_gaps_and_the_chain_holds
            pages_follow_each_other_without_loss
            acknowledging_takes_the_bytes_and_leaves_the_tombstone
            a_letter_withdrawn_is_news_exactly_once
            withdrawing_after_collection_is_still_news
            only_the_sender_or_the_owner_withdraws
            a_replaced_capability_works_until_the_overlap_ends
            a_closed_office_refuses_new_letters_and_knows_old_ones
            a_room_closes_by_itself_and_is_gone_ten_minutes_later
            a_mailbox_takes_only_letters_of_its_kind
            a_full_mailbox_refuses_until_the_office_collects
            a_full_store_keeps_room_for_the_owner
            a_grant_has_so_many_rooms_and_no_more
            letters_die_by_age_and_tombstones_later
            a_clock_years_ahead_costs_no_letters
            a_thousand_starts_within_the_hour_cost_no_letters
            a_clock_that_went_back_makes_no_letter_older
            a_deleted_mailbox_leaves_nothing
            mailboxes_do_not_see_each_other
            many_writers_at_once_get_numbers_without_gaps
            what_the_owner_is_told_is_right
            a_ping_is_answered
        );
    };
    ($open:path; $($claim:ident)*) => {
        $(
            #[test]
            fn $claim() {
                tokio::runtime::Builder::new_multi_thread()
                    .worker_threads(2)
                    .enable_all()
                    .build()
                    .unwrap()
                    .block_on(async {
                        let held = $open(store_suite::quotas_of(stringify!($claim))).await;
                        store_suite::$claim(held.store()).await;
                    });
            }
        )*
    };
}

/// A day in the years of these tests.
const DAY: u32 = 20_000;
/// Its seventh hour.
const NOW: Now = Now(DAY as u64 * 86_400 + 7 * 3600);
const DAYS_90: u64 = 90 * 86_400;

/// The moment so many days later.
fn days_later(days: u64) -> Now {
    Now(NOW.0 + days * 86_400)
}

fn seconds_later(seconds: u64) -> Now {
    Now(NOW.0 + seconds)
}

/// The quotas a claim is made under: the usual ones unless it is about them.
pub fn quotas_of(claim: &str) -> Quotas {
    let usual = Quotas::default();
    match claim {
        "a_full_mailbox_refuses_until_the_office_collects" => Quotas {
            office_letters: 3,
            ..usual
        },
        "a_full_store_keeps_room_for_the_owner" => Quotas {
            store_bytes: Some(1 << 20),
            ..usual
        },
        "a_grant_has_so_many_rooms_and_no_more" => Quotas {
            rooms_per_grant: 2,
            ..usual
        },
        _ => usual,
    }
}

/// A capability's hash that stands for `name`.
fn hash(name: &str) -> CapabilityHash {
    CapabilityHash(vaekstspejl_envelope::receipt::sha256(name.as_bytes()))
}

fn mid(number: u8) -> Mid {
    Mid([number; 16])
}

fn sid(number: u32) -> Sid {
    let mut bytes = [7; 16];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    Sid(bytes)
}

/// Letter `number` for a mailbox, with bytes that differ from those of all others.
fn letter_of(kind: LetterKind, mid: Mid, number: u32) -> Letter {
    letter_saying(kind, mid, number, number)
}

fn letter_saying(kind: LetterKind, mid: Mid, number: u32, content: u32) -> Letter {
    let header = Header {
        suite: 1,
        kind,
        kid: Kid([1; 8]),
        mid,
        sid: sid(number),
    };
    let mut bytes = header.to_bytes().to_vec();
    bytes.extend(content.to_be_bytes().iter().cycle().take(kind.total() - 48));
    Letter::read(bytes, &mid, &sid(number), hash(&format!("delete {number}"))).unwrap()
}

fn letter(number: u32) -> Letter {
    letter_of(LetterKind::Submission, mid(1), number)
}

fn office() -> NewMailbox {
    NewMailbox {
        kind: Kind::Office,
        post: hash("post"),
        owner: hash("owner"),
        ttl_s: DAYS_90,
        grant: None,
    }
}

fn room() -> NewMailbox {
    NewMailbox {
        kind: Kind::Room,
        ttl_s: 4 * 3600,
        grant: Some(hash("grant")),
        ..office()
    }
}

async fn with_office(store: &impl Store) {
    let created = store.create_mailbox(mid(1), office(), NOW).await.unwrap();
    assert_eq!(created, Created::New);
}

async fn post(store: &impl Store, letter: Letter, now: Now) -> Posted {
    store.post(mid(1), hash("post"), letter, now).await.unwrap()
}

async fn stored(store: &impl Store, number: u32) -> Receipt {
    match post(store, letter(number), NOW).await {
        Posted::Stored(receipt) => receipt,
        other => panic!("{other:?}"),
    }
}

async fn rows(store: &impl Store, now: Now) -> Vec<Row> {
    let owner = hash("owner");
    store
        .list(mid(1), owner, 0, 100, now)
        .await
        .unwrap()
        .unwrap()
        .rows
}

async fn states(store: &impl Store, now: Now) -> Vec<RowState> {
    rows(store, now).await.iter().map(|row| row.state).collect()
}

async fn ack(store: &impl Store, seqs: &[u64]) -> Found {
    store
        .ack(mid(1), hash("owner"), seqs.to_vec(), NOW)
        .await
        .unwrap()
}

async fn withdraw(store: &impl Store, number: u32) -> Found {
    let by = Deleter::Sender(hash(&format!("delete {number}")));
    store.delete(mid(1), sid(number), by, NOW).await.unwrap()
}

pub async fn a_letter_is_listed_with_its_bytes_and_receipt(store: &impl Store) {
    with_office(store).await;
    let receipt = stored(store, 1).await;
    let sent = letter(1);
    // an office's letter is kept for 90 days
    assert_eq!(
        receipt,
        Receipt {
            v: 1,
            sid: sid(1).to_string(),
            sha256: hex(&sent.sha256),
            stored_day: DAY,
            expires_day: DAY + 90,
        }
    );
    let expected = Row {
        seq: 1,
        sid: sid(1),
        day: DAY,
        state: RowState::Stored,
        sha256: sent.sha256,
        chain: chain(&[0; 32], 1, &sid(1), &sent.sha256),
        body: Some(sent.bytes),
    };
    assert_eq!(rows(store, NOW).await, [expected]);
}

pub async fn the_same_letter_again_is_the_same_receipt_and_no_second_row(store: &impl Store) {
    with_office(store).await;
    let first = stored(store, 1).await;
    // also days later, when the receipt still says the first day
    let again = post(store, letter(1), days_later(3)).await;
    assert_eq!(again, Posted::Same(first));
    assert_eq!(rows(store, NOW).await.len(), 1);
}

pub async fn other_bytes_under_the_same_id_are_a_conflict(store: &impl Store) {
    with_office(store).await;
    stored(store, 1).await;
    let other = letter_saying(LetterKind::Submission, mid(1), 1, 99);
    assert_eq!(post(store, other, NOW).await, Posted::Conflict);
    assert_eq!(rows(store, NOW).await[0].body, Some(letter(1).bytes));
}

pub async fn a_repeat_after_collection_is_known_and_stores_nothing(store: &impl Store) {
    with_office(store).await;
    let first = stored(store, 1).await;
    ack(store, &[1]).await;
    assert_eq!(post(store, letter(1), NOW).await, Posted::Same(first));
    let other = letter_saying(LetterKind::Submission, mid(1), 1, 99);
    assert_eq!(post(store, other, NOW).await, Posted::Conflict);
    assert_eq!(states(store, NOW).await, [RowState::Collected]);
}

pub async fn a_repeat_after_withdrawal_is_known_and_stores_nothing(store: &impl Store) {
    with_office(store).await;
    let first = stored(store, 1).await;
    assert_eq!(withdraw(store, 1).await, Found::Done);
    assert_eq!(post(store, letter(1), NOW).await, Posted::Same(first));
    assert_eq!(
        states(store, NOW).await,
        [RowState::Deleted, RowState::Withdrawn]
    );
}

pub async fn a_wrong_capability_is_the_same_as_no_mailbox(store: &impl Store) {
    with_office(store).await;
    stored(store, 1).await;
    let wrong = hash("wrong");
    for (mid, post, owner) in [
        (mid(1), wrong, wrong),
        (mid(2), hash("post"), hash("owner")),
        // one capability is not the other
        (mid(1), hash("owner"), hash("post")),
    ] {
        let letter = letter_of(LetterKind::Submission, mid, 2);
        let posted = store.post(mid, post, letter, NOW).await.unwrap();
        assert_eq!(posted, Posted::NoSuchMailbox);
        for reader in [Reader::Post(post), Reader::Owner(owner)] {
            assert_eq!(store.state(mid, reader, NOW).await.unwrap(), None);
        }
        assert_eq!(store.list(mid, owner, 0, 9, NOW).await.unwrap(), None);
        let nothing = [
            store.ack(mid, owner, vec![1], NOW).await.unwrap(),
            store.rotate_post(mid, owner, wrong, 0, NOW).await.unwrap(),
            store.close(mid, owner, NOW).await.unwrap(),
            store.delete_mailbox(mid, owner, NOW).await.unwrap(),
            store
                .delete(mid, sid(1), Deleter::Owner(owner), NOW)
                .await
                .unwrap(),
        ];
        assert_eq!(nothing, [Found::Nothing; 5]);
    }
    assert_eq!(states(store, NOW).await, [RowState::Stored]);
}

pub async fn creating_twice_is_the_same_and_otherwise_different(store: &impl Store) {
    with_office(store).await;
    stored(store, 1).await;
    let again = store.create_mailbox(mid(1), office(), days_later(1)).await;
    assert_eq!(again.unwrap(), Created::Same);
    for other in [
        NewMailbox {
            owner: hash("thief"),
            ..office()
        },
        NewMailbox {
            post: hash("other"),
            ..office()
        },
        NewMailbox {
            ttl_s: 86_400,
            ..office()
        },
        NewMailbox {
            kind: Kind::Room,
            ..office()
        },
    ] {
        let created = store.create_mailbox(mid(1), other, NOW).await.unwrap();
        assert_eq!(created, Created::Different);
    }
    assert_eq!(rows(store, NOW).await.len(), 1);
}

pub async fn numbers_have_no_gaps_and_the_chain_holds(store: &impl Store) {
    with_office(store).await;
    for number in 1..=5 {
        stored(store, number).await;
        // what is refused takes no number
        let other = letter_saying(LetterKind::Submission, mid(1), number, 99);
        assert_eq!(post(store, other, NOW).await, Posted::Conflict);
    }
    withdraw(store, 2).await;
    stored(store, 6).await;
    let rows = rows(store, NOW).await;
    let mut head = [0; 32];
    for (row, expected) in rows.iter().zip(1..) {
        assert_eq!(row.seq, expected);
        head = chain(&head, row.seq, &row.sid, &row.sha256);
        assert_eq!(row.chain, head);
    }
    assert_eq!(rows.len(), 7);
    let owner = Reader::Owner(hash("owner"));
    let state = store.state(mid(1), owner, NOW).await.unwrap().unwrap();
    assert_eq!(state.mailbox.chain, head);
    assert_eq!(state.mailbox.last_seq, 7);
}

pub async fn pages_follow_each_other_without_loss(store: &impl Store) {
    with_office(store).await;
    for number in 1..=7 {
        stored(store, number).await;
    }
    let mut seen = Vec::new();
    let mut more = true;
    while more {
        let after = seen.last().copied().unwrap_or(0);
        let listed = store.list(mid(1), hash("owner"), after, 3, NOW).await;
        let Listed { rows, more: rest } = listed.unwrap().unwrap();
        assert!(rows.len() == 3 || !rest);
        seen.extend(rows.iter().map(|row| row.seq));
        more = rest;
    }
    assert_eq!(seen, [1, 2, 3, 4, 5, 6, 7]);
    let beyond = store.list(mid(1), hash("owner"), u64::MAX, 3, NOW).await;
    assert_eq!(beyond.unwrap().unwrap().rows, []);
}

pub async fn acknowledging_takes_the_bytes_and_leaves_the_tombstone(store: &impl Store) {
    with_office(store).await;
    for number in 1..=3 {
        stored(store, number).await;
    }
    // numbers that are not there, and the same again, do no harm
    for _ in 0..2 {
        assert_eq!(ack(store, &[1, 3, 3, 99, u64::MAX]).await, Found::Done);
    }
    let rows = rows(store, NOW).await;
    assert_eq!(
        states(store, NOW).await,
        [RowState::Collected, RowState::Stored, RowState::Collected]
    );
    assert_eq!(rows[0].body, None);
    assert_eq!(rows[0].sha256, letter(1).sha256);
    assert_eq!(rows[1].body, Some(letter(2).bytes));
    assert_eq!(store.usage().await.unwrap().waiting, 1);
}

pub async fn a_letter_withdrawn_is_news_exactly_once(store: &impl Store) {
    with_office(store).await;
    stored(store, 1).await;
    stored(store, 2).await;
    for _ in 0..3 {
        assert_eq!(withdraw(store, 1).await, Found::Done);
    }
    let by_owner = Deleter::Owner(hash("owner"));
    let found = store.delete(mid(1), sid(1), by_owner, NOW).await.unwrap();
    assert_eq!(found, Found::Done);
    let rows = rows(store, NOW).await;
    assert_eq!(
        states(store, NOW).await,
        [RowState::Deleted, RowState::Stored, RowState::Withdrawn]
    );
    assert_eq!(rows[0].body, None);
    assert_eq!((rows[2].seq, rows[2].sid), (3, sid(1)));
    assert_eq!(rows[2].sha256, letter(1).sha256);
    // the news itself is not a letter that could be collected
    ack(store, &[3]).await;
    assert_eq!(states(store, NOW).await[2], RowState::Withdrawn);
}

pub async fn withdrawing_after_collection_is_still_news(store: &impl Store) {
    with_office(store).await;
    stored(store, 1).await;
    ack(store, &[1]).await;
    assert_eq!(withdraw(store, 1).await, Found::Done);
    assert_eq!(
        states(store, NOW).await,
        [RowState::Deleted, RowState::Withdrawn]
    );
    assert_eq!(store.usage().await.unwrap().waiting, 0);
}

pub async fn only_the_sender_or_the_owner_withdraws(store: &impl Store) {
    with_office(store).await;
    stored(store, 1).await;
    stored(store, 2).await;
    for (number, by) in [
        (1, Deleter::Sender(hash("delete 2"))),
        (1, Deleter::Sender(hash("owner"))),
        (1, Deleter::Owner(hash("delete 1"))),
        (1, Deleter::Owner(hash("post"))),
        (9, Deleter::Sender(hash("delete 9"))),
        (9, Deleter::Owner(hash("owner"))),
    ] {
        let found = store.delete(mid(1), sid(number), by, NOW).await.unwrap();
        assert_eq!(found, Found::Nothing);
    }
    assert_eq!(states(store, NOW).await, [RowState::Stored; 2]);
    let by_owner = Deleter::Owner(hash("owner"));
    let found = store.delete(mid(1), sid(2), by_owner, NOW).await.unwrap();
    assert_eq!(found, Found::Done);
}

pub async fn a_replaced_capability_works_until_the_overlap_ends(store: &impl Store) {
    with_office(store).await;
    let new = hash("new post");
    let rotate = || store.rotate_post(mid(1), hash("owner"), new, 3600, NOW);
    assert_eq!(rotate().await.unwrap(), Found::Done);
    // asking again, because the answer was lost, must not end the overlap
    assert_eq!(rotate().await.unwrap(), Found::Done);
    let with_new = |number, now| store.post(mid(1), new, letter(number), now);
    let with_old = |number, now| store.post(mid(1), hash("post"), letter(number), now);
    let is_stored = |posted| matches!(posted, Ok(Posted::Stored(_)));
    assert!(is_stored(with_old(1, seconds_later(3599)).await));
    assert!(is_stored(with_new(2, NOW).await));
    assert_eq!(
        with_old(3, seconds_later(3600)).await.unwrap(),
        Posted::NoSuchMailbox
    );
    assert!(is_stored(with_new(3, seconds_later(3600)).await));
}

pub async fn a_closed_office_refuses_new_letters_and_knows_old_ones(store: &impl Store) {
    with_office(store).await;
    let first = stored(store, 1).await;
    let closed = store.close(mid(1), hash("owner"), NOW).await.unwrap();
    assert_eq!(closed, Found::Done);
    assert_eq!(post(store, letter(2), NOW).await, Posted::Closed);
    assert_eq!(post(store, letter(1), NOW).await, Posted::Same(first));
    // also for a clock that went back, and months later
    assert_eq!(post(store, letter(2), Now(1)).await, Posted::Closed);
    let later = days_later(60);
    assert_eq!(states(store, later).await, [RowState::Stored]);
    let sender = Reader::Post(hash("post"));
    let state = store.state(mid(1), sender, later).await.unwrap().unwrap();
    assert!(!state.mailbox.is_open(later));
}

pub async fn a_room_closes_by_itself_and_is_gone_ten_minutes_later(store: &impl Store) {
    let created = store.create_mailbox(mid(1), room(), NOW).await.unwrap();
    assert_eq!(created, Created::New);
    let answer = |number| letter_of(LetterKind::RoomAnswer, mid(1), number);
    let lives = 4 * 3600;
    let last_second = seconds_later(lives - 1);
    assert!(matches!(
        post(store, answer(1), last_second).await,
        Posted::Stored(_)
    ));
    assert_eq!(
        post(store, answer(2), seconds_later(lives)).await,
        Posted::Closed
    );
    let last_look = seconds_later(lives + 599);
    assert_eq!(states(store, last_look).await, [RowState::Stored]);
    let gone = seconds_later(lives + 600);
    let owner = hash("owner");
    assert_eq!(store.list(mid(1), owner, 0, 9, gone).await.unwrap(), None);
    assert_eq!(post(store, answer(1), gone).await, Posted::NoSuchMailbox);
    assert_eq!(store.expire(gone).await.unwrap().rooms, 1);
    assert_eq!(store.usage().await.unwrap().mailboxes, 0);
}

pub async fn a_mailbox_takes_only_letters_of_its_kind(store: &impl Store) {
    with_office(store).await;
    let answer = letter_of(LetterKind::RoomAnswer, mid(1), 1);
    assert_eq!(post(store, answer, NOW).await, Posted::WrongKind);
    store.create_mailbox(mid(2), room(), NOW).await.unwrap();
    let submission = letter_of(LetterKind::Submission, mid(2), 1);
    let posted = store.post(mid(2), hash("post"), submission, NOW).await;
    assert_eq!(posted.unwrap(), Posted::WrongKind);
}

pub async fn a_full_mailbox_refuses_until_the_office_collects(store: &impl Store) {
    with_office(store).await;
    let first = stored(store, 1).await;
    stored(store, 2).await;
    stored(store, 3).await;
    assert_eq!(post(store, letter(4), NOW).await, Posted::Full);
    assert_eq!(post(store, letter(1), NOW).await, Posted::Same(first));
    ack(store, &[2]).await;
    stored(store, 4).await;
    assert_eq!(post(store, letter(5), NOW).await, Posted::Full);
}

pub async fn a_full_store_keeps_room_for_the_owner(store: &impl Store) {
    with_office(store).await;
    let mut number = 0;
    while matches!(post(store, letter(number), NOW).await, Posted::Stored(_)) {
        number += 1;
        assert!(number < 300, "a store of 1 MiB cannot hold 300 letters");
    }
    assert_eq!(post(store, letter(number), NOW).await, Posted::Full);
    // withdrawing appends a row, and there is room for it
    assert_eq!(withdraw(store, 0).await, Found::Done);
    for seqs in (1..=u64::from(number)).collect::<Vec<_>>().chunks(50) {
        assert_eq!(ack(store, seqs).await, Found::Done);
    }
    let posted = post(store, letter(number), NOW).await;
    assert!(matches!(posted, Posted::Stored(_)), "{posted:?}");
}

pub async fn a_grant_has_so_many_rooms_and_no_more(store: &impl Store) {
    let create = |number, grant: &str, now| {
        let grant = Some(hash(grant));
        store.create_mailbox(mid(number), NewMailbox { grant, ..room() }, now)
    };
    assert_eq!(create(1, "a", NOW).await.unwrap(), Created::New);
    assert_eq!(create(2, "a", NOW).await.unwrap(), Created::New);
    assert_eq!(create(3, "a", NOW).await.unwrap(), Created::TooManyRooms);
    assert_eq!(create(1, "a", NOW).await.unwrap(), Created::Same);
    assert_eq!(create(3, "b", NOW).await.unwrap(), Created::New);
    // a closed room makes place, before it is swept
    let closed = store.close(mid(1), hash("owner"), NOW).await.unwrap();
    assert_eq!(closed, Found::Done);
    assert_eq!(create(4, "a", NOW).await.unwrap(), Created::New);
    // and a room that is gone, but not swept yet, may be opened anew
    let created = create(1, "a", days_later(2)).await.unwrap();
    assert_eq!(created, Created::New);
    assert_eq!(rows(store, days_later(2)).await, []);
}

/// Sweeps every hour, as a relay does, from one day to another.
async fn sweep_days(store: &impl Store, days: std::ops::RangeInclusive<u64>) {
    for day in days {
        store.expire(days_later(day)).await.unwrap();
    }
}

pub async fn letters_die_by_age_and_tombstones_later(store: &impl Store) {
    with_office(store).await;
    let first = stored(store, 1).await;
    stored(store, 2).await;
    ack(store, &[2]).await;
    sweep_days(store, 0..=89).await;
    assert_eq!(
        states(store, days_later(89)).await,
        [RowState::Stored, RowState::Collected]
    );
    let swept = store.expire(days_later(90)).await.unwrap();
    assert_eq!((swept.letters, swept.tombstones), (1, 0));
    assert_eq!(
        states(store, days_later(90)).await,
        [RowState::Expired, RowState::Collected]
    );
    assert_eq!(store.usage().await.unwrap().waiting, 0);
    let again = post(store, letter(1), days_later(90)).await;
    assert_eq!(again, Posted::Same(first));
    sweep_days(store, 91..=399).await;
    assert_eq!(rows(store, days_later(399)).await.len(), 2);
    let swept = store.expire(days_later(400)).await.unwrap();
    assert_eq!((swept.letters, swept.tombstones), (0, 2));
    assert_eq!(rows(store, days_later(400)).await, []);
    // numbers and chain go on where they were
    let posted = post(store, letter(3), days_later(400)).await;
    assert!(matches!(posted, Posted::Stored(_)));
    assert_eq!(rows(store, days_later(400)).await[0].seq, 3);
}

pub async fn a_clock_years_ahead_costs_no_letters(store: &impl Store) {
    with_office(store).await;
    store.expire(NOW).await.unwrap();
    stored(store, 1).await;
    let years = days_later(3650);
    for hour in 0..24 {
        let now = Now(years.0 + hour * 3_600);
        assert_eq!(store.expire(now).await.unwrap().letters, 0);
    }
    assert_eq!(states(store, NOW).await, [RowState::Stored]);
}

/// A relay sweeps when it starts. One that crashes and starts every two seconds, with a clock
/// that is years ahead, must not use up the days of the letters in minutes.
pub async fn a_thousand_starts_within_the_hour_cost_no_letters(store: &impl Store) {
    with_office(store).await;
    store.expire(NOW).await.unwrap();
    stored(store, 1).await;
    let years = days_later(3650);
    for start in 0..1_000 {
        let now = Now(years.0 + 2 * start);
        assert_eq!(store.expire(now).await.unwrap().letters, 0);
    }
    assert_eq!(states(store, NOW).await, [RowState::Stored]);
    // 2,000 seconds: a step at the first start and one half an hour later
    let day = store.expire(Now(years.0 + 2_000)).await.unwrap().day;
    assert_eq!(day, DAY + 2);
    // the clock is set right, three days after the beginning: the days go on from there
    assert_eq!(store.expire(days_later(3)).await.unwrap().day, DAY + 3);
}

pub async fn a_clock_that_went_back_makes_no_letter_older(store: &impl Store) {
    with_office(store).await;
    store.expire(NOW).await.unwrap();
    let Posted::Stored(receipt) = post(store, letter(1), Now(86_400)).await else {
        panic!("not stored");
    };
    assert_eq!(receipt.stored_day, DAY);
    assert_eq!(store.expire(Now(0)).await.unwrap().day, DAY);
    assert_eq!(store.expire(NOW).await.unwrap().letters, 0);
}

pub async fn a_deleted_mailbox_leaves_nothing(store: &impl Store) {
    with_office(store).await;
    stored(store, 1).await;
    let delete = || store.delete_mailbox(mid(1), hash("owner"), NOW);
    assert_eq!(delete().await.unwrap(), Found::Done);
    assert_eq!(delete().await.unwrap(), Found::Nothing);
    assert_eq!(post(store, letter(2), NOW).await, Posted::NoSuchMailbox);
    let usage = store.usage().await.unwrap();
    assert_eq!((usage.mailboxes, usage.waiting), (0, 0));
    // one that is made anew begins anew
    with_office(store).await;
    stored(store, 1).await;
    assert_eq!(rows(store, NOW).await[0].seq, 1);
}

pub async fn mailboxes_do_not_see_each_other(store: &impl Store) {
    with_office(store).await;
    let created = store.create_mailbox(mid(2), office(), NOW).await.unwrap();
    assert_eq!(created, Created::New);
    stored(store, 1).await;
    // the same id in another mailbox is another letter
    let other = letter_of(LetterKind::Submission, mid(2), 1);
    let posted = store.post(mid(2), hash("post"), other.clone(), NOW).await;
    assert!(matches!(posted, Ok(Posted::Stored(_))));
    withdraw(store, 1).await;
    let listed = store.list(mid(2), hash("owner"), 0, 9, NOW).await;
    let rows = listed.unwrap().unwrap().rows;
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].seq, rows[0].body.clone()), (1, Some(other.bytes)));
    let deleted = store.delete_mailbox(mid(1), hash("owner"), NOW).await;
    assert_eq!(deleted.unwrap(), Found::Done);
    let listed = store.list(mid(2), hash("owner"), 0, 9, NOW).await;
    assert_eq!(listed.unwrap().unwrap().rows.len(), 1);
}

pub async fn many_writers_at_once_get_numbers_without_gaps(store: &impl Store) {
    with_office(store).await;
    // each letter is sent twice at the same time, as by two tabs
    let posts = (0..200).map(|number| post(store, letter(number / 2), NOW));
    let outcomes = all(posts).await;
    let new = |posted: &&Posted| matches!(posted, Posted::Stored(_));
    assert_eq!(outcomes.iter().filter(new).count(), 100);
    let same = |posted: &&Posted| matches!(posted, Posted::Same(_));
    assert_eq!(outcomes.iter().filter(same).count(), 100);
    let rows = rows(store, NOW).await;
    let seqs: Vec<u64> = rows.iter().map(|row| row.seq).collect();
    assert_eq!(seqs, (1..=100).collect::<Vec<_>>());
    let sids: BTreeSet<Sid> = rows.iter().map(|row| row.sid).collect();
    assert_eq!(sids.len(), 100);
}

/// Runs futures side by side in one task.
async fn all<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut running: Vec<_> = futures
        .map(|future| (Some(Box::pin(future)), None))
        .collect();
    std::future::poll_fn(|context| {
        let mut ready = true;
        for (future, outcome) in &mut running {
            let Some(pending) = future else { continue };
            match pending.as_mut().poll(context) {
                std::task::Poll::Ready(value) => {
                    *outcome = Some(value);
                    *future = None;
                }
                std::task::Poll::Pending => ready = false,
            }
        }
        match ready {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    running
        .into_iter()
        .filter_map(|(_, outcome)| outcome)
        .collect()
}

pub async fn what_the_owner_is_told_is_right(store: &impl Store) {
    with_office(store).await;
    let owner = Reader::Owner(hash("owner"));
    let state = store.state(mid(1), owner, NOW).await.unwrap().unwrap();
    assert_eq!(state.oldest_day, None);
    assert_eq!((state.mailbox.last_seq, state.mailbox.chain), (0, [0; 32]));
    stored(store, 1).await;
    post(store, letter(2), days_later(2)).await;
    post(store, letter(3), days_later(5)).await;
    ack(store, &[1]).await;
    let state = store.state(mid(1), owner, NOW).await.unwrap().unwrap();
    assert_eq!(state.oldest_day, Some(DAY + 2));
    assert_eq!((state.mailbox.waiting, state.mailbox.last_seq), (2, 3));
    // 4,096 bytes each
    assert_eq!(state.mailbox.waiting_bytes, 8192);
}

pub async fn a_ping_is_answered(store: &impl Store) {
    for _ in 0..3 {
        assert_eq!(store.ping().await, Ok(()));
    }
}
