//! Turns, replacing what waits, leaving, the end, and the record.

use super::*;
use getrandom::{SysRng, rand_core::UnwrapErr};
use vaekstspejl_engine::NeedId;
use vaekstspejl_envelope::{Post, PublicKey};
use vaekstspejl_mailbox::call::Reply;
use vaekstspejl_workshop::{
    answer::{Answer, Level},
    letter::Given,
    slots::Urgency,
};

const NOW: u64 = 1_800_000_000_000;

fn sealer() -> Sealer<UnwrapErr<SysRng>> {
    Sealer {
        chance: UnwrapErr(SysRng),
        now_ms: NOW,
    }
}

/// A room whose key nobody has.
fn link() -> RoomLink {
    let mut base = [0; 32];
    base[0] = 9; // the base point of the curve
    RoomLink {
        public: PublicKey::from_bytes(base).expect("a point that gives secrets"),
        post: Post([7; 16]),
    }
}

fn joined() -> Rooms {
    let name = Pseudonym {
        word: 37,
        number: 12,
    };
    let person = PersonKey::from_bytes([3; 32]);
    let here = Membership::new(link(), String::new(), person, name, &mut sealer());
    Rooms {
        here,
        leaving: Vec::new(),
    }
}

fn given(level: u8) -> What {
    let mut answer = Answer::default();
    let level = Level::new(level).expect("1 to 5");
    answer.levels.insert("economy".into(), level);
    answer.needs.insert("finance".into());
    What::Gives(Given {
        answer,
        urgency: [(NeedId::from("finance"), Urgency::USUAL)].into(),
        wish: None,
    })
}

fn here(rooms: &Rooms) -> &Membership {
    rooms.here.as_ref().expect("somebody is in the room")
}

/// The relay takes the letter and says so.
fn received(rooms: &mut Rooms, sid: Sid) {
    rooms.change(sid, |item| {
        let begun = item.begin(NOW);
        let (asked, _) = begun.request().expect("it is sent");
        let body = format!(
            r#"{{"v":1,"sid":"{}","sha256":"{}","stored_day":1,"expires_day":2}}"#,
            begun.sid, begun.sha256
        );
        let reply = Reply {
            status: 201,
            content_type: "application/json".into(),
            body: body.into_bytes(),
            ..Reply::default()
        };
        begun.answered(asked, Some(&reply), NOW, 0)
    });
}

/// The relay answers with a problem.
fn refused(rooms: &mut Rooms, sid: Sid, status: u16, slug: &str, retry: &str) {
    rooms.change(sid, |item| {
        let begun = item.begin(NOW);
        let (asked, _) = begun.request().expect("it is sent");
        let body = format!(
            r#"{{"type":"urn:vaekstspejl:problem:{slug}","title":"x","status":{status},"retry":"{retry}"}}"#
        );
        let reply = Reply {
            status,
            content_type: "application/problem+json".into(),
            body: body.into_bytes(),
            ..Reply::default()
        };
        begun
            .answered(asked, Some(&reply), NOW, 0)
            .configured(None)
    });
}

#[test]
fn who_goes_in_says_so_and_nothing_else() {
    let rooms = joined();
    let member = here(&rooms);
    assert_eq!((member.letter.turn, &member.letter.what), (1, &What::Here));
    assert_eq!(member.item.letter.len(), LetterKind::RoomAnswer.total());
    assert_eq!(rooms.items().len(), 1);
}

#[test]
fn a_later_word_takes_the_place_of_one_that_waits() {
    let mut rooms = joined();
    let first = here(&rooms).item.sid;
    assert!(rooms.say(given(2), &mut sealer()));
    assert!(rooms.say(given(4), &mut sealer()));
    assert_eq!(here(&rooms).letter.turn, 3);
    assert_eq!(here(&rooms).letter.what, given(4));
    assert_eq!(rooms.items().len(), 1);
    assert_ne!(here(&rooms).item.sid, first);
    // What comes back for the word that was replaced changes nothing.
    let before = rooms.clone();
    assert_eq!(rooms.change(first, Item::hurried), None);
    assert_eq!(rooms, before);
}

#[test]
fn the_same_is_not_said_twice() {
    let mut rooms = joined();
    rooms.say(given(2), &mut sealer());
    let before = rooms.clone();
    assert!(rooms.say(given(2), &mut sealer()));
    assert_eq!(rooms, before);
}

#[test]
fn taking_back_is_a_word_of_its_own() {
    let mut rooms = joined();
    rooms.say(given(2), &mut sealer());
    assert!(rooms.say(What::Here, &mut sealer()));
    assert_eq!(
        (here(&rooms).letter.turn, &here(&rooms).letter.what),
        (3, &What::Here)
    );
}

#[test]
fn who_leaves_is_out_at_once_and_the_letter_goes_on_until_it_has_arrived() {
    let mut rooms = joined();
    let sid = here(&rooms).item.sid;
    received(&mut rooms, sid);
    rooms.leave(&mut sealer());
    assert_eq!(rooms.here, None);
    assert_eq!(rooms.leaving.len(), 1);
    assert!(!rooms.tidy(NOW) && !rooms.is_empty());
    let record = rooms.to_record();
    assert!(!record.contains("person"), "{record}");
    let sid = rooms.leaving[0].sid;
    received(&mut rooms, sid);
    rooms.tidy(NOW);
    assert!(rooms.is_empty());
}

#[test]
fn a_room_that_has_never_heard_of_somebody_need_not_hear_that_they_leave() {
    let mut rooms = joined();
    rooms.leave(&mut sealer());
    assert!(rooms.is_empty());
}

#[test]
fn leaving_a_closed_room_keeps_nothing() {
    let mut rooms = joined();
    rooms.say(given(2), &mut sealer());
    rooms.leave(&mut sealer());
    let sid = rooms.leaving[0].sid;
    refused(&mut rooms, sid, 410, "mailbox-closed", "never");
    rooms.tidy(NOW);
    assert!(rooms.is_empty());
}

#[test]
fn a_room_is_over_by_the_hour_by_its_own_word_and_by_its_relays() {
    let mut by_hour = joined();
    by_hour.here.as_mut().expect("in").closes_ms = Some(NOW + 1_000);
    assert!(!by_hour.tidy(NOW + 999));
    assert!(by_hour.tidy(NOW + 1_000) && by_hour.is_empty());

    let mut by_word = joined();
    let person = here(&by_word).letter.person.clone();
    let last = Place {
        number: 9,
        closed: true,
        ..Place::default()
    };
    assert!(by_word.told(&person, last));
    assert!(by_word.tidy(NOW) && by_word.is_empty());

    for (status, slug, retry) in [
        (410, "mailbox-closed", "never"),
        (404, "no-such-mailbox", "config"),
    ] {
        let mut by_relay = joined();
        let sid = here(&by_relay).item.sid;
        refused(&mut by_relay, sid, status, slug, retry);
        assert!(by_relay.tidy(NOW) && by_relay.is_empty(), "{status}");
    }
}

#[test]
fn a_letter_that_is_refused_for_another_reason_does_not_end_the_room() {
    let mut rooms = joined();
    let sid = here(&rooms).item.sid;
    refused(&mut rooms, sid, 422, "bad-envelope", "never");
    assert!(!rooms.tidy(NOW));
    assert!(matches!(here(&rooms).item.state, State::Parked { .. }));
}

#[test]
fn only_a_higher_number_is_believed_and_only_for_this_person() {
    let mut rooms = joined();
    let person = here(&rooms).letter.person.clone();
    let place = |number, group| Place {
        number,
        rounds: vec![group],
        ..Place::default()
    };
    assert!(rooms.told(&person, place(2, 3)));
    assert!(!rooms.told(&person, place(1, 7)));
    assert!(!rooms.told(&person, place(2, 7)));
    assert!(!rooms.told(&PersonKey::from_bytes([4; 32]), place(9, 7)));
    let rounds = here(&rooms).place.as_ref().map(|it| it.rounds.clone());
    assert_eq!(rounds, Some(vec![3]));
}

#[test]
fn a_place_opens_for_its_person_alone() {
    let rooms = joined();
    let member = here(&rooms);
    let told = Place {
        v: vaekstspejl_workshop::place::VERSION,
        number: 1,
        rounds: vec![3],
        ..Place::default()
    };
    let chance = &mut UnwrapErr(SysRng);
    let seal = |key: &PersonKey, chance| key.seal(&member.link.mid(), &told.to_json(), chance);
    let mine = seal(&member.letter.person, chance).expect("short");
    assert_eq!(member.open(&mine), Ok(told.clone()));
    let chance = &mut UnwrapErr(SysRng);
    let another = seal(&PersonKey::from_bytes([4; 32]), chance).expect("short");
    assert_eq!(member.open(&another), Err(NotForMe));
    assert_eq!(member.open(&mine[1..]), Err(NotForMe));
}

#[test]
fn a_record_is_read_as_it_was_written() {
    let mut rooms = joined();
    rooms.say(given(5), &mut sealer());
    let sid = here(&rooms).item.sid;
    received(&mut rooms, sid);
    let member = rooms.here.as_mut().expect("in");
    member.closes_ms = Some(NOW);
    member.place = Some(Place {
        v: vaekstspejl_workshop::place::VERSION,
        number: 4,
        waits: true,
        ..Place::default()
    });
    let mut left = joined();
    left.say(given(1), &mut sealer());
    left.leave(&mut sealer());
    rooms.leaving = left.leaving;
    assert_eq!(Rooms::from_record(&rooms.to_record()), Ok(rooms));
}

#[test]
fn what_a_newer_program_wrote_or_is_damaged_is_not_guessed_at() {
    let record = joined().to_record();
    for other in [
        record.replacen("\"v\":1", "\"v\":2", 1),
        record.replace("\\\"turn\\\":1", "\\\"turn\\\":0"),
        record[..record.len() / 2].to_owned(),
        String::new(),
        "{}".to_owned(),
    ] {
        assert_ne!(other, record);
        assert_eq!(Rooms::from_record(&other), Err(Unread), "{other}");
    }
}
