//! The sender's queue: what is believed, what is tried again, what is never lost.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use proptest::prelude::*;
use vaekstspejl_envelope::receipt::{hex, sha256};
use vaekstspejl_envelope::{Delete, Header, Kid, LetterKind, Mid, Post, Sid};
use vaekstspejl_mailbox::call::{Reply, Request};
use vaekstspejl_mailbox::outbox::{
    ABANDONED_MS, ABSENCES, Asked, Item, LONGEST_ON_ITS_WAY_MS, LONGEST_PAUSE_MS, MOST_DAYS,
    Office, SHORTEST_PAUSE_MS, State, Why, due, rest_ms,
};
use vaekstspejl_mailbox::wire::{Problem, Receipt, Retry};

const DAY: u64 = 86_400_000;
/// A Friday in 2026.
const NOW: u64 = 20_777 * DAY + 12 * 3_600_000;
const MID: Mid = Mid([7; 16]);

fn letter(sid: u8) -> Vec<u8> {
    let header = Header {
        suite: 1,
        kind: LetterKind::Submission,
        kid: Kid([3; 8]),
        mid: MID,
        sid: Sid([sid; 16]),
    };
    let mut bytes = header.to_bytes().to_vec();
    bytes.resize(LetterKind::Submission.total(), sid);
    bytes
}

fn item() -> Item {
    let relay = "https://post.example/";
    Item::new(
        letter(1),
        relay,
        &Post([4; 16]),
        &Delete([2; 32]),
        "Byen",
        NOW,
    )
    .unwrap()
}

fn begun(item: Item, now: u64) -> (Item, Asked, Request) {
    let item = item.begin(now);
    let (asked, request) = item.request().unwrap();
    (item, asked, request)
}

fn sent(reply: Option<&Reply>) -> Item {
    let (item, asked, _) = begun(item(), NOW);
    item.answered(asked, reply, NOW, 0)
}

fn receipt_for(letter: &[u8], sid: &Sid) -> Reply {
    let receipt = Receipt {
        v: 1,
        sid: sid.to_string(),
        sha256: hex(&sha256(letter)),
        stored_day: 20_777,
        expires_day: 20_867,
    };
    json(201, "application/json", &receipt)
}

fn receipt() -> Reply {
    receipt_for(&letter(1), &Sid([1; 16]))
}

fn json(status: u16, content_type: &str, body: &impl serde::Serialize) -> Reply {
    Reply {
        status,
        content_type: String::from(content_type),
        retry_after: None,
        body: serde_json::to_vec(body).unwrap(),
    }
}

fn problem(status: u16, slug: &str, retry: Retry) -> Reply {
    let problem = Problem {
        kind: ["urn:vaekstspejl:problem:", slug].concat(),
        title: String::from("…"),
        status,
        retry,
        reason: None,
        instance: None,
        challenge: None,
    };
    json(status, "application/problem+json", &problem)
}

fn portal(status: u16) -> Reply {
    Reply {
        status,
        content_type: String::from("text/html"),
        retry_after: None,
        body: b"<html>Velkommen til hotellets net</html>".to_vec(),
    }
}

/// Waits, and how long (milliseconds).
fn waits(item: &Item) -> u64 {
    match item.state {
        State::Sealed { .. } => item.rest_ms(NOW).unwrap(),
        _ => panic!("{:?}", item.state),
    }
}

fn is_accepted(item: &Item) -> bool {
    matches!(item.state, State::Accepted { .. })
}

fn withdrawing_after(item: Item, now: u64, reply: Option<&Reply>) -> Item {
    let (item, asked, request) = begun(item, now);
    assert_eq!((asked, request.method), (Asked::Withdraw, "DELETE"));
    item.answered(asked, reply, now, 0)
}

#[test]
fn a_letter_is_put_at_its_own_address_with_its_secrets_in_headers_only() {
    let (_, asked, request) = begun(item(), NOW);
    assert_eq!((asked, request.method), (Asked::Post, "PUT"));
    let (mid, sid) = (MID.to_string(), Sid([1; 16]).to_string());
    let address = format!("https://post.example/v1/mailboxes/{mid}/messages/{sid}");
    assert_eq!(request.url, address);
    let expected = [
        ("authorization", Post([4; 16]).authorization()),
        ("vmb-delete-hash", Delete([2; 32]).hash().to_string()),
        ("content-type", String::from("application/octet-stream")),
    ];
    assert_eq!(request.headers, expected);
    assert_eq!(request.body, letter(1));
}

#[test]
fn a_receipt_with_the_letters_own_id_and_hash_is_believed() {
    assert!(is_accepted(&sent(Some(&receipt()))));
    let repeat = Reply {
        status: 200,
        content_type: String::from("Application/JSON; charset=utf-8"),
        ..receipt()
    };
    assert!(is_accepted(&sent(Some(&repeat))));
}

#[test]
fn what_is_no_receipt_of_this_letter_means_later() {
    let truncated = Reply {
        body: receipt().body[..40].to_vec(),
        ..receipt()
    };
    let as_html = Reply {
        content_type: String::from("text/html"),
        ..receipt()
    };
    let empty = Reply {
        body: Vec::new(),
        ..receipt()
    };
    let half_a_problem = Reply {
        body: problem(422, "bad-envelope", Retry::Never).body[..30].to_vec(),
        ..problem(422, "bad-envelope", Retry::Never)
    };
    let told_as_another = Reply {
        status: 502,
        ..problem(422, "bad-envelope", Retry::Never)
    };
    let of_others = Reply {
        body: br#"{"type":"about:blank","title":"","status":403,"retry":"never"}"#.to_vec(),
        ..problem(403, "", Retry::Never)
    };
    let accepted = Reply {
        status: 202,
        ..receipt()
    };
    let later = [
        portal(200),
        portal(302),
        portal(404),
        portal(502),
        truncated,
        as_html,
        empty,
        accepted,
        half_a_problem,
        told_as_another,
        of_others,
        receipt_for(&letter(2), &Sid([1; 16])),
        receipt_for(&letter(1), &Sid([2; 16])),
        problem(507, "full", Retry::Later),
        problem(503, "overloaded", Retry::Later),
    ];
    for reply in &later {
        assert!(waits(&sent(Some(reply))) > 0, "{reply:?}");
    }
    assert!(waits(&sent(None)) > 0);
}

#[test]
fn what_will_never_work_is_parked_with_its_reason_and_the_letter_is_kept() {
    let item = sent(Some(&problem(422, "bad-envelope", Retry::Never)));
    let State::Parked { why, .. } = &item.state else {
        panic!("{:?}", item.state)
    };
    let expected = Why::Refused {
        status: 422,
        slug: String::from("bad-envelope"),
        reason: None,
    };
    assert_eq!(*why, expected);
    assert_eq!(item.letter, letter(1));
    assert_eq!(due(std::slice::from_ref(&item), u64::MAX), None);
    assert_eq!(due(&[item.unparked(NOW)], NOW), Some(0));
}

#[test]
fn an_unknown_mailbox_has_the_settings_read_once_and_is_parked_then() {
    let unknown = problem(404, "no-such-mailbox", Retry::Config);
    let item = sent(Some(&unknown));
    assert!(item.needs_settings());
    let rotated = Post([9; 16]);
    let office = Office {
        relay: "https://other.example",
        mid: MID,
        post: &rotated,
    };
    let (item, asked, request) = begun(item.configured(Some(&office)), NOW);
    assert!(request.url.starts_with("https://other.example/v1/"));
    assert_eq!(request.headers[0].1, rotated.authorization());
    let item = item.answered(asked, Some(&unknown), NOW, 0);
    let parked = matches!(
        item.state,
        State::Parked {
            why: Why::NoSuchMailbox,
            ..
        }
    );
    assert!(parked, "{:?}", item.state);
}

#[test]
fn an_office_with_another_mailbox_or_none_parks_what_is_sealed_to_the_old() {
    let wanting = sent(Some(&problem(404, "no-such-mailbox", Retry::Config)));
    let office = Office {
        relay: "https://post.example",
        mid: Mid([8; 16]),
        post: &Post([9; 16]),
    };
    let parked = |item: &Item, expected: Why| match &item.state {
        State::Parked { why, .. } => assert_eq!(*why, expected),
        other => panic!("{other:?}"),
    };
    parked(
        &wanting.clone().configured(Some(&office)),
        Why::OtherMailbox,
    );
    parked(&wanting.configured(None), Why::NoSuchMailbox);
}

#[test]
fn settings_that_cannot_be_read_do_not_stop_a_letter_for_ever() {
    let wanting = sent(Some(&problem(404, "no-such-mailbox", Retry::Config)));
    assert_eq!(due(&[wanting], NOW + LONGEST_PAUSE_MS), Some(0));
}

#[test]
fn the_relays_wish_to_wait_is_obeyed_up_to_an_hour() {
    let asking = |seconds| Reply {
        retry_after: Some(seconds),
        ..problem(429, "slow-down", Retry::Later)
    };
    assert_eq!(waits(&sent(Some(&asking(120)))), 120_000);
    assert_eq!(waits(&sent(Some(&asking(u32::MAX)))), 3_600_000);
}

#[test]
fn a_clock_that_goes_back_makes_no_letter_wait() {
    let item = sent(None);
    assert_eq!(due(std::slice::from_ref(&item), NOW), None);
    assert_eq!(due(&[item], NOW - 1), Some(0));
    let (sending, ..) = begun(self::item(), NOW);
    assert_eq!(due(&[sending], NOW - 1), Some(0));
}

#[test]
fn what_a_closed_tab_left_is_taken_up_after_a_minute_or_at_the_next_start() {
    let (sending, ..) = begun(item(), NOW);
    assert_eq!(
        due(std::slice::from_ref(&sending), NOW + ABANDONED_MS - 1),
        None
    );
    assert_eq!(
        due(std::slice::from_ref(&sending), NOW + ABANDONED_MS),
        Some(0)
    );
    assert_eq!(due(&[sending.recovered()], NOW), Some(0));
}

#[test]
fn after_sixty_days_a_letter_is_parked_and_said_so() {
    let last_day = NOW + u64::from(MOST_DAYS) * DAY;
    assert!(item().begin(last_day).request().is_some());
    let old = item().begin(last_day + DAY);
    let too_old = matches!(
        old.state,
        State::Parked {
            why: Why::TooOld,
            ..
        }
    );
    assert!(too_old && old.request().is_none() && !old.letter.is_empty());
    assert_eq!(due(std::slice::from_ref(&old), last_day + DAY), None);
    // it was the clock: back at the right time it goes on by itself
    assert_eq!(due(std::slice::from_ref(&old), NOW), Some(0));
    assert!(old.begin(NOW).request().is_some());
}

#[test]
fn a_letter_that_was_never_begun_is_withdrawn_at_once() {
    let item = item().withdrawn();
    assert_eq!(item.state, State::Withdrawn);
    assert!(item.letter.is_empty());
    assert_eq!(due(&[item.begin(NOW)], NOW), None);
}

#[test]
fn an_accepted_letter_is_withdrawn_when_the_relay_says_so() {
    let gone = Reply {
        status: 204,
        ..Reply::default()
    };
    let absent = problem(404, "no-such-mailbox", Retry::Config);
    let item = sent(Some(&receipt())).withdrawn();
    let elsewhere = problem(404, "no-such-path", Retry::Config);
    for lost in [
        None,
        Some(&portal(404)),
        Some(&portal(200)),
        Some(&elsewhere),
    ] {
        let still = withdrawing_after(item.clone(), NOW, lost);
        assert!(matches!(still.state, State::Withdrawing { .. }), "{lost:?}");
    }
    for done in [&gone, &absent] {
        let done = withdrawing_after(item.clone(), NOW, Some(done));
        assert_eq!(done.state, State::Withdrawn);
    }
}

#[test]
fn a_letter_that_may_still_be_on_its_way_is_looked_for_until_it_cannot_be() {
    let absent = problem(404, "no-such-mailbox", Retry::Config);
    let mut item = sent(None).withdrawn();
    let mut now = NOW;
    for _ in 1..ABSENCES {
        item = withdrawing_after(item, now, Some(&absent));
        assert_eq!(item.rest_ms(now), Some(LONGEST_ON_ITS_WAY_MS));
        assert_eq!(item.clone().hurried(), item);
        now += LONGEST_ON_ITS_WAY_MS;
    }
    item = withdrawing_after(item, now, Some(&absent));
    assert_eq!(item.state, State::Withdrawn);
}

#[test]
fn a_receipt_that_comes_after_the_withdrawal_does_not_undo_it() {
    let (sending, asked, _) = begun(item(), NOW);
    let item = sending
        .withdrawn()
        .answered(asked, Some(&receipt()), NOW, 0);
    let State::Withdrawing { confirmed, .. } = item.state else {
        panic!("{:?}", item.state)
    };
    assert!(confirmed);
}

#[test]
fn an_answer_that_comes_late_takes_nothing_back() {
    let accepted = sent(Some(&receipt()));
    let refused = problem(422, "bad-envelope", Retry::Never);
    let again = accepted
        .clone()
        .answered(Asked::Post, Some(&refused), NOW, 0);
    assert_eq!(again, accepted);
}

#[test]
fn withdrawals_come_first_and_then_what_was_tried_least() {
    let fresh = item();
    let tried = sent(None).hurried();
    let withdrawn = sent(None).withdrawn();
    let all = [tried, fresh, withdrawn];
    assert_eq!(due(&all, NOW), Some(2));
    assert_eq!(due(&all[..2], NOW), Some(1));
    assert_eq!(due(&[], NOW), None);
    assert_eq!(rest_ms(&all, NOW), Some(0));
    assert_eq!(rest_ms(&[sent(Some(&receipt()))], NOW), None);
}

#[test]
fn no_secret_is_shown_to_whoever_prints_a_letter_or_its_request() {
    let (item, _, request) = begun(item(), NOW);
    let printed = format!("{item:?} {request:?}");
    for secret in [Post([4; 16]).to_text(), Delete([2; 32]).to_text()] {
        let (_, secret) = secret.rsplit_once('_').unwrap();
        assert!(!printed.contains(secret));
    }
}

#[test]
fn a_record_that_is_damaged_or_newer_is_not_guessed_at() {
    let record = item().to_record();
    assert_eq!(Item::from_record(&record), Ok(item()));
    let damaged = [
        record.replacen("\"v\":1", "\"v\":2", 1),
        record.replacen("sealed\"", "thought\"", 1),
        record.replacen("vmb1_d_", "vmb1_p_", 1),
        record.replacen("AQEBAQEBAQEBAQ", "AQEBAQEBAQECAQ", 1),
        String::from(&record[..record.len() / 2]),
        String::new(),
    ];
    for record in &damaged {
        assert!(Item::from_record(record).is_err(), "{record}");
    }
}

/// Something that comes back.
fn any_reply() -> impl Strategy<Value = Option<Reply>> {
    let retry = prop_oneof![Just(Retry::Never), Just(Retry::Later), Just(Retry::Config)];
    let status = prop::sample::select(vec![200, 201, 204, 302, 400, 404, 409, 410, 422, 429, 503]);
    let problems =
        (status.clone(), retry, any::<Option<u32>>()).prop_map(|(status, retry, after)| Reply {
            retry_after: after,
            ..problem(status, "something", retry)
        });
    let noise = (
        status,
        prop::sample::select(vec!["", "text/html", "application/json"]),
        prop::collection::vec(any::<u8>(), 0..60),
    );
    let noise = noise.prop_map(|(status, content_type, body)| Reply {
        status,
        content_type: String::from(content_type),
        retry_after: None,
        body,
    });
    let cut = (0..receipt().body.len()).prop_map(|end| Reply {
        body: receipt().body[..end].to_vec(),
        ..receipt()
    });
    let of_another = any::<u8>()
        .prop_filter("another", |sid| *sid != 1)
        .prop_map(|sid| receipt_for(&letter(sid), &Sid([sid; 16])));
    prop_oneof![
        1 => Just(None),
        3 => problems.prop_map(Some),
        2 => noise.prop_map(Some),
        1 => cut.prop_map(Some),
        1 => of_another.prop_map(Some),
    ]
}

/// Something that happens to a letter; none of it is its receipt.
#[derive(Clone, Debug)]
enum Happens {
    Begun,
    Answered(Option<Reply>, u32),
    Configured(bool),
    Recovered,
    Hurried,
    Unparked,
    ClockTo(u64),
    Reloaded,
}

fn anything() -> impl Strategy<Value = Happens> {
    prop_oneof![
        3 => Just(Happens::Begun),
        3 => (any_reply(), any::<u32>()).prop_map(|(reply, jitter)| Happens::Answered(reply, jitter)),
        1 => any::<bool>().prop_map(Happens::Configured),
        1 => Just(Happens::Recovered),
        1 => Just(Happens::Hurried),
        1 => Just(Happens::Unparked),
        1 => prop_oneof![any::<u64>(), NOW - DAY..NOW + 100 * DAY].prop_map(Happens::ClockTo),
        1 => Just(Happens::Reloaded),
    ]
}

fn happen(item: Item, what: &Happens, now: &mut u64) -> Item {
    match what {
        Happens::Begun => item.begin(*now),
        Happens::Answered(reply, jitter) => match item.request() {
            Some((asked, _)) => item.answered(asked, reply.as_ref(), *now, *jitter),
            None => item,
        },
        Happens::Configured(there) => {
            let post = Post([5; 16]);
            let office = Office {
                relay: "https://post.example",
                mid: MID,
                post: &post,
            };
            item.configured(there.then_some(&office))
        }
        Happens::Recovered => item.recovered(),
        Happens::Hurried => item.hurried(),
        Happens::Unparked => item.unparked(*now),
        Happens::ClockTo(then) => {
            *now = *then;
            item
        }
        Happens::Reloaded => Item::from_record(&item.to_record()).unwrap(),
    }
}

proptest! {
    #[test]
    fn no_answer_but_its_receipt_makes_a_letter_accepted_and_none_loses_it(
        all in prop::collection::vec(anything(), 0..60)
    ) {
        let (mut item, mut now) = (item(), NOW);
        for what in &all {
            item = happen(item, what, &mut now);
            prop_assert!(!is_accepted(&item));
            prop_assert_eq!(&item.letter, &letter(1));
            prop_assert_eq!(&Item::from_record(&item.to_record()).unwrap(), &item);
        }
        // and whatever it went through, its receipt is believed in the end
        let (item, asked, _) = begun(item.begin(now).unparked(now), now);
        prop_assert!(is_accepted(&item.answered(asked, Some(&receipt()), now, 0)));
    }

    #[test]
    fn a_pause_is_bounded_and_no_clock_makes_it_longer(
        attempts in 1_u32..200, jitter in any::<u32>(), now in any::<u64>()
    ) {
        let mut item = item();
        for _ in 0..attempts {
            let (sending, asked, _) = begun(item.hurried(), NOW);
            item = sending.answered(asked, None, NOW, jitter);
        }
        let rest = item.rest_ms(NOW).unwrap();
        prop_assert!((SHORTEST_PAUSE_MS..=LONGEST_PAUSE_MS).contains(&rest));
        prop_assert!(item.rest_ms(now).unwrap() <= LONGEST_PAUSE_MS);
    }

    #[test]
    fn a_withdrawn_letter_is_never_posted_again(
        before in prop::collection::vec(anything(), 0..20),
        after in prop::collection::vec(anything(), 0..40)
    ) {
        let (mut item, mut now) = (item(), NOW);
        for what in &before {
            item = happen(item, what, &mut now);
        }
        item = item.withdrawn();
        for what in &after {
            item = happen(item, what, &mut now);
            prop_assert!(item.letter.is_empty());
            prop_assert!(item.request().is_none_or(|(asked, _)| asked == Asked::Withdraw));
        }
    }
}
