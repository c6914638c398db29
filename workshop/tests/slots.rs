//! Who speaks with whom, and when: claims about slots, each against a small room or against every
//! possible plan of a small room.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use proptest::{collection, prelude::*};
use std::collections::{BTreeMap, BTreeSet};
use vaekstspejl_engine::NeedId;
use vaekstspejl_workshop::{
    answer::{Answer, Person},
    slots::{
        Adviser, AdviserId, Competence, Error, MOST_ADVISERS, MOST_PEOPLE, MOST_TIMES, Most, Plan,
        Reason, Seeker, Slot, Time, Urgency, Wish, fit, plan,
    },
};

fn adviser(id: u16, competences: &[(&str, u8)], times: &[u8]) -> Adviser {
    Adviser {
        id: AdviserId(id),
        competences: competences
            .iter()
            .map(|(need, how)| (NeedId::from(*need), Competence::new(*how).unwrap()))
            .collect(),
        times: times.iter().copied().map(Time).collect(),
    }
}

fn seeker(person: u32, needs: &[(&str, u8)]) -> Seeker {
    Seeker {
        person: Person(person),
        needs: needs
            .iter()
            .map(|(need, how)| (NeedId::from(*need), Urgency::new(*how).unwrap()))
            .collect(),
        wishes: Vec::new(),
        taken: BTreeSet::new(),
    }
}

fn planned(people: &[Seeker], advisers: &[Adviser]) -> Plan {
    plan(people, advisers, Most::One).unwrap()
}

/// As `person@time/adviser:need`.
fn shown(slots: &[Slot]) -> Vec<String> {
    let shown = slots.iter().map(|it| {
        let (person, time, adviser) = (it.person.0, it.seat.time.0, it.seat.adviser.0);
        format!("{person}@{time}/{adviser}:{}", it.need)
    });
    shown.collect()
}

fn reasons(plan: &Plan) -> Vec<(u32, Reason)> {
    let waiting = plan.waiting.iter();
    waiting.map(|it| (it.person.0, it.reason)).collect()
}

#[test]
fn somebody_who_can_go_to_anybody_leaves_the_only_helper_to_others() {
    // Person 0 fits the lawyer best and came first, but only the lawyer can help person 1.
    let people = [
        seeker(0, &[("law", 5), ("tax", 1)]),
        seeker(1, &[("law", 1)]),
    ];
    let advisers = [
        adviser(0, &[("law", 3)], &[0]),
        adviser(1, &[("tax", 1)], &[0]),
    ];
    assert_eq!(
        shown(&planned(&people, &advisers).slots),
        ["1@0/0:law", "0@0/1:tax"]
    );
}

#[test]
fn with_too_few_slots_the_most_urgent_are_served_and_then_who_came_first() {
    let people = [
        seeker(0, &[("tax", 2)]),
        seeker(1, &[("tax", 5)]),
        seeker(2, &[("tax", 2)]),
        seeker(3, &[("tax", 1)]),
    ];
    let plan = planned(&people, &[adviser(0, &[("tax", 1)], &[0, 1])]);
    let served: BTreeSet<u32> = plan.slots.iter().map(|it| it.person.0).collect();
    assert_eq!(served, BTreeSet::from([0, 1]));
    assert_eq!(
        reasons(&plan),
        [(2, Reason::NoSlotLeft), (3, Reason::NoSlotLeft)]
    );
}

#[test]
fn an_urgent_need_nobody_here_can_help_with_gives_no_place_in_the_line() {
    let people = [
        seeker(0, &[("patents", 5), ("tax", 1)]),
        seeker(1, &[("tax", 2)]),
    ];
    let advisers = [
        adviser(0, &[("tax", 3)], &[0]),
        // could help with patents, but is never there
        adviser(1, &[("patents", 3)], &[]),
    ];
    assert_eq!(shown(&planned(&people, &advisers).slots), ["1@0/0:tax"]);
}

#[test]
fn wishes_decide_where_and_not_whether() {
    let mut keen = seeker(1, &[("tax", 3)]);
    keen.wishes = vec![Wish::Adviser(AdviserId(1))];
    let people = [seeker(0, &[("tax", 3)]), keen];
    let one = [adviser(1, &[("tax", 3)], &[0])];
    assert_eq!(shown(&planned(&people, &one).slots), ["0@0/1:tax"]);
    // The wish is worth more than competence 1 instead of 3 at urgency 3, which is 6.
    let two = [
        adviser(0, &[("tax", 3)], &[0]),
        adviser(1, &[("tax", 1)], &[0]),
    ];
    assert_eq!(
        shown(&planned(&people, &two).slots),
        ["0@0/0:tax", "1@0/1:tax"]
    );
}

#[test]
fn a_slot_is_about_the_need_where_urgency_times_competence_is_greatest() {
    let person = seeker(0, &[("law", 2), ("tax", 3)]);
    let lawyer = adviser(0, &[("law", 3), ("tax", 1)], &[0]);
    assert_eq!(fit(&person, &lawyer), Some((&NeedId::from("law"), 6)));
    // Of equally great ones, the first by its id.
    let tax = adviser(0, &[("law", 3), ("tax", 2)], &[0]);
    assert_eq!(fit(&person, &tax), Some((&NeedId::from("law"), 6)));
    let neither = adviser(1, &[("export", 3)], &[0]);
    assert_eq!(fit(&person, &neither), None);
}

#[test]
fn earlier_times_are_used_before_later_ones() {
    let people = [seeker(0, &[("tax", 3)]), seeker(1, &[("tax", 3)])];
    let plan = planned(&people, &[adviser(0, &[("tax", 3)], &[3, 1, 2, 0])]);
    let times: Vec<u8> = plan.slots.iter().map(|it| it.seat.time.0).collect();
    assert_eq!(times, [0, 1]);
    let unused: Vec<u8> = plan.unused.iter().map(|it| it.time.0).collect();
    assert_eq!(unused, [2, 3]);
}

#[test]
fn each_way_of_getting_no_slot_has_its_reason() {
    let mut busy = seeker(0, &[("tax", 5)]);
    busy.taken = BTreeSet::from([Time(0), Time(1)]);
    let people = [
        busy,
        seeker(1, &[]),
        seeker(2, &[("patents", 4)]),
        seeker(3, &[("tax", 4)]),
        seeker(4, &[("tax", 4)]),
        seeker(5, &[("tax", 1)]),
    ];
    let plan = planned(&people, &[adviser(0, &[("tax", 3)], &[0, 1])]);
    assert_eq!(
        reasons(&plan),
        [
            (0, Reason::OnlyWhenTaken),
            (5, Reason::NoSlotLeft),
            (1, Reason::NoNeed),
            (2, Reason::NobodyHelps),
        ]
    );
}

#[test]
fn a_second_slot_is_with_somebody_else_about_something_else_at_another_time() {
    let people = [seeker(0, &[("law", 3), ("tax", 2)])];
    let advisers = [
        adviser(0, &[("law", 3), ("tax", 3)], &[0, 1, 2]),
        adviser(1, &[("law", 3)], &[1]),
        adviser(2, &[("tax", 1)], &[0, 2]),
    ];
    let plan = plan(&people, &advisers, Most::Two).unwrap();
    assert_eq!(shown(&plan.slots), ["0@0/0:law", "0@2/2:tax"]);
}

#[test]
fn answers_of_the_room_become_needs_of_the_usual_urgency_unless_said() {
    let answer = Answer {
        needs: ["law", "tax"].into_iter().map(NeedId::from).collect(),
        ..Answer::default()
    };
    let now = Urgency::new(5).unwrap();
    let said = BTreeMap::from([(NeedId::from("tax"), now), (NeedId::from("export"), now)]);
    let found = Seeker::of(Person(7), &answer, &said);
    assert_eq!(found, seeker(7, &[("law", 3), ("tax", 5)]));
}

#[test]
fn what_is_too_large_or_twice_is_an_error_and_not_a_plan() {
    let error = |people: &[Seeker], advisers: &[Adviser]| plan(people, advisers, Most::One).err();
    let crowd: Vec<Seeker> = (0..=1000).map(|it| seeker(it, &[])).collect();
    assert_eq!(error(&crowd, &[]), Some(Error::TooManyPeople(1001)));
    assert_eq!(error(crowd.get(1..).unwrap(), &[]), None);
    let many: Vec<Adviser> = (0..=60).map(|it| adviser(it, &[], &[])).collect();
    assert_eq!(error(&[], &many), Some(Error::TooManyAdvisers(61)));
    let late = [adviser(0, &[], &[0, MOST_TIMES])];
    assert_eq!(error(&[], &late), Some(Error::NoSuchTime(Time(24))));
    let twice = [seeker(3, &[]), seeker(4, &[]), seeker(3, &[])];
    assert_eq!(error(&twice, &[]), Some(Error::PersonTwice(Person(3))));
    let twice = [adviser(3, &[], &[]), adviser(3, &[], &[])];
    assert_eq!(error(&[], &twice), Some(Error::AdviserTwice(AdviserId(3))));
}

/// At the largest numbers there may be, nothing overflows (tests are built with checks) and the
/// people at the front of the line are served, each with the largest fit.
#[test]
fn the_largest_numbers_still_fit() {
    let advisers: Vec<Adviser> = (0..60)
        .map(|it| adviser(it, &[("tax", 3)], &[23]))
        .collect();
    assert_eq!(advisers.len(), MOST_ADVISERS);
    let people: Vec<Seeker> = (0..1000).map(|it| seeker(it, &[("tax", 5)])).collect();
    assert_eq!(people.len(), MOST_PEOPLE);
    let plan = planned(&people, &advisers);
    let served: BTreeSet<u32> = plan.slots.iter().map(|it| it.person.0).collect();
    assert_eq!(served, (0..60).collect());
    assert_eq!(plan.waiting.len(), 940);
}

const NEEDS: [&str; 3] = ["export", "law", "tax"];

fn needs(largest: u8) -> impl Strategy<Value = Vec<(&'static str, u8)>> {
    collection::btree_map(0..NEEDS.len(), 1..=largest, 0..=NEEDS.len()).prop_map(|it| {
        let needs = it.into_iter();
        needs.map(|(need, how)| (NEEDS[need], how)).collect()
    })
}

fn times(most: u8) -> impl Strategy<Value = BTreeSet<Time>> {
    collection::btree_set((0..most).prop_map(Time), 0..=usize::from(most))
}

fn wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        (0..3u16).prop_map(|it| Wish::Adviser(AdviserId(it))),
        (0..NEEDS.len()).prop_map(|it| Wish::Need(NeedId::from(NEEDS[it]))),
    ]
}

/// Rooms of so many people, with up to three advisers and so many times.
fn rooms(people: usize, most: u8) -> impl Strategy<Value = (Vec<Seeker>, Vec<Adviser>)> {
    let person = (needs(5), collection::vec(wish(), 0..4), times(most));
    let people = collection::vec(person, 0..=people).prop_map(|people| {
        let people = people.into_iter().zip(0..);
        let seekers = people.map(|((needs, wishes, taken), index)| Seeker {
            wishes,
            taken,
            ..seeker(index, &needs)
        });
        seekers.collect()
    });
    let advisers = collection::vec((needs(3), times(most)), 0..=3).prop_map(|advisers| {
        let advisers = advisers.into_iter().zip(0..);
        let advisers = advisers.map(|((needs, times), index)| Adviser {
            times,
            ..adviser(index, &needs, &[])
        });
        advisers.collect()
    });
    (people, advisers)
}

/// How good a plan is; greater is better. Written from the rule, not from the program: how many
/// are served; who, going down the line; points for fit; and earliness.
type Goodness = (usize, Vec<bool>, u32, i32);

fn line(people: &[Seeker], advisers: &[Adviser]) -> Vec<Seeker> {
    let urgency = |seeker: &Seeker| {
        let mut most = 0;
        for adviser in advisers.iter().filter(|it| !it.times.is_empty()) {
            for need in adviser.competences.keys() {
                most = most.max(seeker.needs.get(need).map_or(0, |it| it.get()));
            }
        }
        most
    };
    let mut line = people.to_vec();
    line.sort_by_key(|it| (5 - urgency(it), it.person));
    line
}

fn points(seeker: &Seeker, adviser: &Adviser) -> u32 {
    let products = seeker.needs.iter().map(|(need, urgency)| {
        let how = adviser.competences.get(need).map_or(0, |it| it.get());
        u32::from(how) * u32::from(urgency.get())
    });
    let best = products.max().unwrap_or(0);
    if best == 0 {
        return 0;
    }
    for (wish, worth) in seeker.wishes.iter().zip([10, 6, 3, 1, 1, 1]) {
        let is_fulfilled = match wish {
            Wish::Adviser(id) => *id == adviser.id,
            Wish::Need(need) => {
                seeker.needs.contains_key(need) && adviser.competences.contains_key(need)
            }
        };
        if is_fulfilled {
            return best + worth;
        }
    }
    best
}

/// The best of all plans, tried one by one.
fn best(line: &[Seeker], advisers: &[Adviser]) -> Goodness {
    fn on(
        line: &[Seeker],
        advisers: &[Adviser],
        given: &mut Vec<(u16, u8)>,
        so_far: &Goodness,
        best: &mut Goodness,
    ) {
        let Some((seeker, rest)) = line.split_first() else {
            if so_far > best {
                *best = so_far.clone();
            }
            return;
        };
        let mut next = so_far.clone();
        next.1.push(false);
        on(rest, advisers, given, &next, best);
        for adviser in advisers {
            let points = points(seeker, adviser);
            for time in adviser.times.difference(&seeker.taken) {
                let seat = (adviser.id.0, time.0);
                if points == 0 || given.contains(&seat) {
                    continue;
                }
                let mut next = so_far.clone();
                next.0 += 1;
                next.1.push(true);
                next.2 += points;
                next.3 -= i32::from(time.0);
                given.push(seat);
                on(rest, advisers, given, &next, best);
                given.pop();
            }
        }
    }
    let nothing = (0, Vec::new(), 0, 0);
    let mut found = (0, vec![false; line.len()], 0, -1000);
    on(line, advisers, &mut Vec::new(), &nothing, &mut found);
    found
}

fn goodness(plan: &Plan, line: &[Seeker], advisers: &[Adviser]) -> Goodness {
    let served = |it: &Seeker| plan.of(it.person).next().is_some();
    let person = |slot: &Slot| line.iter().find(|it| it.person == slot.person).unwrap();
    let with = |slot: &Slot| {
        advisers
            .iter()
            .find(|it| it.id == slot.seat.adviser)
            .unwrap()
    };
    let slots = || plan.slots.iter();
    (
        slots().count(),
        line.iter().map(served).collect(),
        slots().map(|it| points(person(it), with(it))).sum(),
        slots().map(|it| -i32::from(it.seat.time.0)).sum(),
    )
}

fn assert_possible(plan: &Plan, people: &[Seeker], advisers: &[Adviser]) {
    let mut seats = BTreeSet::new();
    let mut places = BTreeSet::new();
    for slot in &plan.slots {
        let seeker = people.iter().find(|it| it.person == slot.person).unwrap();
        let adviser = advisers
            .iter()
            .find(|it| it.id == slot.seat.adviser)
            .unwrap();
        assert!(adviser.times.contains(&slot.seat.time), "is there");
        assert!(adviser.competences.contains_key(&slot.need), "can help");
        assert!(seeker.needs.contains_key(&slot.need), "needs it");
        assert!(!seeker.taken.contains(&slot.seat.time), "not elsewhere");
        assert!(seats.insert(slot.seat), "one person on a seat");
        assert!(
            places.insert((slot.person, slot.seat.time)),
            "one place at a time"
        );
    }
    for seat in &plan.unused {
        assert!(seats.insert(*seat), "free means free");
    }
    let all: usize = advisers.iter().map(|it| it.times.len()).sum();
    assert_eq!(seats.len(), all, "every seat is given or free");
    for seeker in people {
        let waits = plan.waiting.iter().filter(|it| it.person == seeker.person);
        let has = plan.of(seeker.person).next().is_some();
        assert_eq!(waits.count(), usize::from(!has), "served or waiting, once");
    }
}

proptest! {
    #[test]
    fn no_plan_at_all_is_better((people, advisers) in rooms(5, 2)) {
        let plan = planned(&people, &advisers);
        assert_possible(&plan, &people, &advisers);
        let line = line(&people, &advisers);
        prop_assert_eq!(goodness(&plan, &line, &advisers), best(&line, &advisers));
        let waiting: Vec<Person> = plan.waiting.iter().map(|it| it.person).collect();
        let without = line.iter().map(|it| it.person);
        let without: Vec<Person> = without.filter(|it| plan.of(*it).next().is_none()).collect();
        prop_assert_eq!(waiting, without, "the waiting list is in the line's order");
    }

    #[test]
    fn the_order_in_which_people_and_advisers_are_given_changes_nothing(
        (people, advisers) in rooms(12, 4),
        most in prop_oneof![Just(Most::One), Just(Most::Two)],
        turn in 0..12usize,
    ) {
        let first = plan(&people, &advisers, most).unwrap();
        let (mut people, mut advisers) = (people, advisers);
        if !people.is_empty() {
            let turn = turn % people.len();
            people.rotate_left(turn);
        }
        people.reverse();
        advisers.reverse();
        prop_assert_eq!(first, plan(&people, &advisers, most).unwrap());
    }

    #[test]
    fn second_slots_take_nothing_from_anybody((people, advisers) in rooms(8, 4)) {
        let one = planned(&people, &advisers);
        let two = plan(&people, &advisers, Most::Two).unwrap();
        assert_possible(&two, &people, &advisers);
        prop_assert!(one.slots.iter().all(|it| two.slots.contains(it)));
        prop_assert_eq!(&one.waiting, &two.waiting);
        for person in people.iter().map(|it| it.person) {
            let slots: Vec<&Slot> = two.of(person).collect();
            prop_assert!(slots.len() <= 2);
            if let [first, second] = slots.as_slice() {
                prop_assert_ne!(first.seat.adviser, second.seat.adviser);
                prop_assert_ne!(&first.need, &second.need);
            }
        }
    }

    /// Somebody who is more urgent, or came earlier, never makes it worse by that.
    #[test]
    fn whoever_is_served_is_served_as_well_when_more_urgent(
        (people, advisers) in rooms(8, 2),
        who in 0..8usize,
    ) {
        let before = planned(&people, &advisers);
        let mut people = people;
        if let Some(seeker) = people.get_mut(who) {
            let was_served = before.of(seeker.person).next().is_some();
            let person = seeker.person;
            seeker.needs.values_mut().for_each(|it| *it = Urgency::new(5).unwrap());
            let after = planned(&people, &advisers);
            prop_assert!(!was_served || after.of(person).next().is_some());
        }
    }

    /// With a wish more or less, the same people are served.
    #[test]
    fn nobody_is_served_or_left_out_for_their_wishes((people, advisers) in rooms(8, 2)) {
        let served = |plan: Plan| -> BTreeSet<Person> {
            plan.slots.iter().map(|it| it.person).collect()
        };
        let mut without = people.clone();
        without.iter_mut().for_each(|it| it.wishes.clear());
        prop_assert_eq!(
            served(planned(&people, &advisers)),
            served(planned(&without, &advisers))
        );
    }
}
