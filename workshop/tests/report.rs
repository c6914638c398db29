//! The report afterwards tells sums, and of nobody.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use proptest::{collection, prelude::*};
use std::collections::{BTreeMap, BTreeSet};
use vaekstspejl_engine::{NeedId, ScaleId, SegmentId, inbox_statistics::Cell};
use vaekstspejl_workshop::{
    answer::{Answer, Level, Person},
    report::{Categories, OUTCOMES, Report, report},
    slots::{AdviserId, Plan, Reason, Seat, Slot, Time, Waiting},
};

fn told(answers: &[Answer], plan: &Plan) -> Report {
    let segments = ["idea", "startup"].map(SegmentId::from);
    let needs = ["law", "tax"].map(NeedId::from);
    let scales = ["economy"].map(ScaleId::from);
    let categories = Categories {
        segments: &segments,
        needs: &needs,
        scales: &scales,
    };
    report(categories, answers, plan)
}

/// So many people of this stage, level and need.
fn people(count: usize, stage: Option<&str>, level: u8, need: &str) -> Vec<Answer> {
    let answer = Answer {
        levels: BTreeMap::from([(ScaleId::from("economy"), Level::new(level).unwrap())]),
        needs: BTreeSet::from([NeedId::from(need)]),
        stage: stage.map(SegmentId::from),
    };
    vec![answer; count]
}

fn counts(cells: &[Cell]) -> Vec<Option<u32>> {
    cells.iter().map(|it| it.count).collect()
}

/// So many people with a slot about tax, so many seats free, and so many waiting for each reason.
fn slots(served: u32, free: u32, waiting: &[(Reason, u32)]) -> Plan {
    let seat = |index: u32| Seat {
        time: Time(0),
        adviser: AdviserId(u16::try_from(index).unwrap()),
    };
    let slot = |index| Slot {
        seat: seat(index),
        person: Person(index),
        need: NeedId::from("tax"),
    };
    let all = waiting.iter();
    let all = all.flat_map(|(reason, count)| (0..*count).map(|_| *reason));
    let waiting = all.zip(served..);
    let waiting = waiting.map(|(reason, index)| Waiting {
        person: Person(index),
        reason,
    });
    Plan {
        slots: (0..served).map(slot).collect(),
        waiting: waiting.collect(),
        unused: (served..served + free).map(seat).collect(),
    }
}

#[test]
fn of_a_room_of_four_nothing_is_told() {
    let found = told(&people(4, Some("idea"), 2, "tax"), &slots(4, 0, &[]));
    assert_eq!(found.people, None);
    let cells = found
        .segments
        .iter()
        .chain(&found.needs)
        .chain(&found.slots.outcomes);
    let cells = cells.chain(&found.slots.about);
    let cells = cells.chain(found.scales.iter().flat_map(|it| &it.levels));
    assert!(cells.map(|it| it.count).all(|it| it.is_none()));
}

#[test]
fn a_large_room_is_told_in_fives() {
    let mut room = people(12, Some("idea"), 2, "tax");
    room.extend(people(9, Some("startup"), 4, "law"));
    let found = told(&room, &slots(12, 3, &[(Reason::NoSlotLeft, 8)]));
    assert_eq!(found.people, Some(20));
    assert_eq!(counts(&found.segments), [Some(10), Some(10), None]);
    assert_eq!(counts(&found.needs), [Some(10), Some(10)]);
    let levels = &found.scales.first().unwrap().levels;
    assert_eq!(counts(levels), [None, Some(10), None, Some(10), None, None]);
    assert_eq!(found.slots.offered, 15);
    assert_eq!(
        counts(&found.slots.outcomes),
        [Some(10), None, None, None, Some(10)]
    );
    // Everybody's slot was about tax: nobody is in the rest, so it tells of nobody.
    assert_eq!(counts(&found.slots.about), [None, Some(10)]);
}

#[test]
fn one_person_of_another_stage_cannot_be_found_by_subtraction() {
    let mut room = people(12, Some("idea"), 2, "tax");
    room.extend(people(9, Some("startup"), 2, "tax"));
    room.extend(people(1, None, 2, "tax"));
    let found = told(&room, &Plan::default());
    // With 22 in all, 12 and 9 told would leave 1; so the smaller of them is withheld too.
    assert_eq!(counts(&found.segments), [Some(10), None, None]);
}

#[test]
fn a_need_that_all_but_two_have_is_not_told() {
    let mut room = people(18, None, 2, "tax");
    room.extend(people(2, None, 2, "law"));
    assert_eq!(counts(&told(&room, &Plan::default()).needs), [None, None]);
}

#[test]
fn a_stage_the_content_does_not_know_is_counted_with_those_not_told() {
    let mut room = people(6, Some("pirate"), 2, "tax");
    room.extend(people(7, None, 2, "tax"));
    let found = told(&room, &Plan::default());
    assert_eq!(counts(&found.segments), [None, None, Some(15)]);
}

#[test]
fn whoever_has_two_slots_is_one_person_served() {
    let mut plan = slots(5, 0, &[]);
    let second = plan.slots.iter().map(|it| Slot {
        seat: Seat {
            time: Time(1),
            ..it.seat
        },
        need: NeedId::from("law"),
        ..it.clone()
    });
    let second: Vec<Slot> = second.collect();
    plan.slots.extend(second);
    let found = told(&[], &plan);
    assert_eq!(found.slots.offered, 10);
    assert_eq!(counts(&found.slots.outcomes).first(), Some(&Some(5)));
    assert_eq!(counts(&found.slots.about), [Some(5), Some(5)]);
}

#[test]
fn outcomes_stand_in_the_order_of_their_ids() {
    let all = [
        (Reason::NoNeed, 10),
        (Reason::NobodyHelps, 15),
        (Reason::OnlyWhenTaken, 20),
        (Reason::NoSlotLeft, 25),
    ];
    let found = told(&[], &slots(5, 0, &all));
    let ids: Vec<Option<&str>> = found
        .slots
        .outcomes
        .iter()
        .map(|it| it.id.as_deref())
        .collect();
    assert_eq!(ids, OUTCOMES.map(Some));
    assert_eq!(counts(&found.slots.outcomes), [5, 10, 15, 20, 25].map(Some));
}

fn answer() -> impl Strategy<Value = Answer> {
    let level = proptest::option::of(1..=5u8);
    let stage = proptest::option::of(prop_oneof![Just("idea"), Just("startup")]);
    let needs = collection::btree_set(prop_oneof![Just("law"), Just("tax")], 0..=2);
    (level, stage, needs).prop_map(|(level, stage, needs)| Answer {
        levels: level
            .map(|it| (ScaleId::from("economy"), Level::new(it).unwrap()))
            .into_iter()
            .collect(),
        needs: needs.into_iter().map(NeedId::from).collect(),
        stage: stage.map(SegmentId::from),
    })
}

proptest! {
    #[test]
    fn every_count_that_is_told_is_a_multiple_of_five_and_of_five_or_more(
        room in collection::vec(answer(), 0..40),
        served in 0..12u32,
        left in 0..12u32,
    ) {
        let found = told(&room, &slots(served, 2, &[(Reason::NoSlotLeft, left)]));
        let cells = found.segments.iter().chain(&found.needs).chain(&found.slots.outcomes);
        let cells = cells.chain(&found.slots.about);
        let cells = cells.chain(found.scales.iter().flat_map(|it| &it.levels));
        for count in cells.filter_map(|it| it.count).chain(found.people) {
            prop_assert!(count >= 5 && count % 5 == 0);
        }
    }

    /// The order of arrival would tell who is who to those who saw people arrive.
    #[test]
    fn the_order_of_the_answers_changes_nothing(room in collection::vec(answer(), 0..40)) {
        let mut other = room.clone();
        other.reverse();
        prop_assert_eq!(told(&room, &Plan::default()), told(&other, &Plan::default()));
    }
}
