//! When somebody comes late, leaves or is ill: claims about the smallest change, against every
//! possible one in small rooms.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use proptest::{collection, prelude::*};
use std::collections::{BTreeMap, BTreeSet};
use vaekstspejl_workshop::{
    answer::Person,
    repair::{
        Move, OtherPlan,
        groups::{self, Error, Groups, Rules},
        slots::{self, Booking},
    },
    slots::{
        Adviser, AdviserId, Competence, Most, Plan, Reason, Seat, Seeker, Slot, Time, Urgency,
        Waiting, Wish, fit, plan, urgency,
    },
};

// ── groups ──────────────────────────────────────────────────────────────────────────────────────

fn grouped(groups: &[&[u32]]) -> Groups {
    let group = |it: &&[u32]| it.iter().copied().map(Person).collect();
    groups.iter().map(group).collect()
}

fn present(people: impl IntoIterator<Item = u32>) -> BTreeSet<Person> {
    people.into_iter().map(Person).collect()
}

fn sizes(smallest: usize, largest: usize) -> Rules {
    Rules {
        smallest,
        largest,
        together: Vec::new(),
        apart: Vec::new(),
    }
}

fn pairs(pairs: &[(u32, u32)]) -> Vec<(Person, Person)> {
    let pair = |&(one, other): &(u32, u32)| (Person(one), Person(other));
    pairs.iter().map(pair).collect()
}

/// All groups are equally good.
fn alike(_: &BTreeSet<Person>) -> i64 {
    0
}

/// The groups after the smallest change, and how many had to move.
fn repaired(
    before: &Groups,
    here: &BTreeSet<Person>,
    rules: &Rules,
) -> Result<(Groups, usize), Error> {
    let change = groups::repair(before, here, rules, alike)?;
    let after = change.apply(before).unwrap();
    assert_eq!(change.undo(&after).as_ref(), Ok(before));
    Ok((after, change.moved()))
}

#[test]
fn who_comes_late_goes_into_the_smallest_group_with_room_and_nobody_moves() {
    let before = grouped(&[&[0, 1, 2], &[3, 4], &[5, 6, 7]]);
    let found = repaired(&before, &present(0..=8), &sizes(2, 4));
    assert_eq!(
        found,
        Ok((grouped(&[&[0, 1, 2], &[3, 4, 8], &[5, 6, 7]]), 0))
    );
}

#[test]
fn who_comes_late_goes_where_it_is_best_when_groups_have_a_quality() {
    let before = grouped(&[&[0, 1, 2], &[3, 4], &[5, 6, 7]]);
    let with_seven = |it: &BTreeSet<Person>| i64::from(it.is_superset(&present([7, 8])));
    let change = groups::repair(&before, &present(0..=8), &sizes(2, 4), with_seven).unwrap();
    assert_eq!(
        change.moves,
        [Move {
            person: Person(8),
            from: None,
            to: Some(2)
        }]
    );
}

#[test]
fn a_group_that_is_too_small_is_filled_before_quality_is_asked() {
    let before = grouped(&[&[0, 1, 2], &[3, 4, 5]]);
    let with_zero = |it: &BTreeSet<Person>| match it.contains(&Person(0)) {
        true => i64::try_from(it.len()).unwrap(),
        false => 0,
    };
    let here = present([0, 1, 2, 3, 4, 6]);
    let change = groups::repair(&before, &here, &sizes(3, 4), with_zero).unwrap();
    let after = change.apply(&before).unwrap();
    assert_eq!(after, grouped(&[&[0, 1, 2], &[3, 4, 6]]));
}

#[test]
fn who_is_bound_to_others_cannot_be_spared() {
    let before = grouped(&[&[0, 1, 2], &[3, 4]]);
    let mut rules = sizes(2, 4);
    rules.together = pairs(&[(0, 1), (1, 2)]);
    let found = repaired(&before, &present(0..=3), &rules);
    assert_eq!(found, Ok((grouped(&[&[0, 1, 2, 3], &[]]), 1)));
}

#[test]
fn another_group_than_the_smallest_is_closed_when_that_moves_fewer() {
    // 0 and 1 can go nowhere together without a third person who makes room; 2 and 3 can go.
    let before = grouped(&[&[0, 1], &[2, 3], &[4, 5, 6]]);
    let mut rules = sizes(3, 4);
    rules.together = pairs(&[(0, 1)]);
    rules.apart = pairs(&[(0, 2)]);
    let found = repaired(&before, &present(0..=6), &rules);
    assert_eq!(found, Ok((grouped(&[&[0, 1, 3], &[], &[2, 4, 5, 6]]), 2)));
}

#[test]
fn more_people_than_a_room_holds_are_an_error() {
    let before = grouped(&[]);
    let found = groups::repair(&before, &present(0..=1000), &sizes(10, 15), alike);
    assert_eq!(found, Err(Error::TooManyPeople(1001)));
    assert!(groups::repair(&before, &present(0..1000), &sizes(10, usize::MAX), alike).is_ok());
}

#[test]
fn when_all_groups_are_full_one_more_person_opens_a_group_with_the_fewest_moves() {
    // Two groups of four are full. Three groups of three need two people beside the late one.
    let before = grouped(&[&[0, 1, 2, 3], &[4, 5, 6, 7]]);
    let (after, moved) = repaired(&before, &present(0..=8), &sizes(3, 4)).unwrap();
    assert_eq!(moved, 2);
    assert_eq!(
        after.iter().map(BTreeSet::len).collect::<Vec<_>>(),
        [3, 3, 3]
    );
}

#[test]
fn a_group_that_becomes_too_small_gets_one_from_a_group_that_can_spare_one() {
    let before = grouped(&[&[0, 1, 2], &[3, 4, 5, 6], &[7, 8, 9]]);
    let here = present((0..=9).filter(|it| *it != 1));
    let found = repaired(&before, &here, &sizes(3, 4));
    assert_eq!(
        found,
        Ok((grouped(&[&[0, 2, 6], &[3, 4, 5], &[7, 8, 9]]), 1))
    );
}

#[test]
fn when_nobody_can_be_spared_a_group_is_closed_and_the_others_keep_their_numbers() {
    let before = grouped(&[&[0, 1, 2], &[3, 4, 5], &[6, 7, 8]]);
    let here = present((0..=8).filter(|it| *it != 4));
    let found = repaired(&before, &here, &sizes(3, 4));
    assert_eq!(
        found,
        Ok((grouped(&[&[0, 1, 2, 3], &[], &[5, 6, 7, 8]]), 2))
    );
}

#[test]
fn a_closed_group_is_opened_again_before_a_new_number_is_used() {
    let before = grouped(&[&[0, 1], &[], &[2, 3]]);
    let found = repaired(&before, &present(0..=5), &sizes(2, 2));
    assert_eq!(found, Ok((grouped(&[&[0, 1], &[4, 5], &[2, 3]]), 0)));
}

#[test]
fn who_comes_late_with_a_friend_goes_to_the_friend_if_there_is_room_or_room_is_made() {
    let before = grouped(&[&[0, 1, 2], &[3, 4]]);
    let mut rules = sizes(2, 4);
    rules.together = pairs(&[(5, 0)]);
    let found = repaired(&before, &present(0..=5), &rules);
    assert_eq!(found, Ok((grouped(&[&[0, 1, 2, 5], &[3, 4]]), 0)));
    // With room for three only, one person moves: the friend, or somebody to make room.
    rules.largest = 3;
    let (after, moved) = repaired(&before, &present(0..=5), &rules).unwrap();
    assert_eq!(moved, 1);
    assert!(after.iter().any(|it| it.is_superset(&present([0, 5]))));
}

#[test]
fn two_who_are_kept_apart_never_end_in_one_group() {
    let before = grouped(&[&[0, 1], &[2, 3, 4]]);
    let mut rules = sizes(2, 4);
    // The smaller group would be the usual one.
    rules.apart = pairs(&[(5, 1)]);
    let found = repaired(&before, &present(0..=5), &rules);
    assert_eq!(found, Ok((grouped(&[&[0, 1], &[2, 3, 4, 5]]), 0)));
}

#[test]
fn rules_that_contradict_each_other_are_told_and_not_broken() {
    let before = grouped(&[&[0, 1], &[2, 3]]);
    let four = present(0..4);
    let error = |rules: &Rules, here| repaired(&before, here, rules).err();
    assert_eq!(error(&sizes(0, 4), &four), Some(Error::Sizes));
    assert_eq!(error(&sizes(3, 2), &four), Some(Error::Sizes));
    assert_eq!(error(&sizes(5, 6), &four), Some(Error::NoSuchGroups(4)));
    assert_eq!(error(&sizes(3, 3), &four), Some(Error::NoSuchGroups(4)));
    let mut rules = sizes(2, 3);
    rules.together = pairs(&[(0, 1), (1, 2)]);
    rules.apart = pairs(&[(2, 0)]);
    let both = Error::TogetherAndApart(Person(2), Person(0));
    assert_eq!(error(&rules, &four), Some(both));
    rules.apart.clear();
    rules.together.push((Person(2), Person(3)));
    let all: Vec<Person> = four.iter().copied().collect();
    assert_eq!(error(&rules, &four), Some(Error::TooManyTogether(all)));
    // Three who are kept apart from each other need three groups, and four people fill only two.
    rules.together.clear();
    rules.apart = pairs(&[(0, 1), (1, 2), (0, 2)]);
    assert_eq!(error(&rules, &four), Some(Error::Contradictory));
    let twice = grouped(&[&[0, 1], &[1, 2]]);
    let found = groups::repair(&twice, &four, &sizes(2, 4), alike);
    assert_eq!(found, Err(Error::Twice(Person(1))));
}

#[test]
fn when_everybody_has_left_all_groups_are_closed() {
    let before = grouped(&[&[0, 1], &[2]]);
    let found = repaired(&before, &BTreeSet::new(), &sizes(2, 3));
    assert_eq!(found, Ok((grouped(&[&[], &[]]), 0)));
}

#[test]
fn a_change_to_groups_is_refused_by_others_than_it_was_made_for() {
    let before = grouped(&[&[0, 1, 2], &[3, 4, 5, 6]]);
    let here = present((0..=6).filter(|it| *it != 1));
    let change = groups::repair(&before, &here, &sizes(3, 4), alike).unwrap();
    let others = [
        grouped(&[&[0, 1, 2]]),
        grouped(&[&[0, 1, 2], &[3, 4, 5, 6], &[]]),
        grouped(&[&[0, 2], &[3, 4, 5, 6]]),
        grouped(&[&[0, 1, 2, 6], &[3, 4, 5]]),
    ];
    for other in &others {
        assert_eq!(change.apply(other), Err(OtherPlan));
    }
    let after = change.apply(&before).unwrap();
    assert_eq!(change.apply(&after), Err(OtherPlan));
}

/// Three hundred people with pairs, a third of them gone at once: whoever runs a room has to have
/// an answer, and one that keeps the rules.
#[test]
fn a_large_room_that_loses_a_third_of_its_people_is_repaired() {
    let before: Groups = (0..25).map(|it| present(it * 12..(it + 1) * 12)).collect();
    let here = present((0..300).filter(|it| it % 3 != 0));
    let mut rules = sizes(10, 15);
    rules.together = (0..10)
        .map(|it| (Person(it * 30 + 1), Person(it * 30 + 14)))
        .collect();
    rules.apart = (0..10)
        .map(|it| (Person(it * 30 + 2), Person(it * 30 + 4)))
        .collect();
    let (after, _) = repaired(&before, &here, &rules).unwrap();
    assert_eq!(broken(&after, &here, &rules), None);
}

/// What rule these groups break.
fn broken(groups: &Groups, here: &BTreeSet<Person>, rules: &Rules) -> Option<&'static str> {
    let all: Vec<Person> = groups.iter().flatten().copied().collect();
    if all.len() != here.len() || all.iter().any(|it| !here.contains(it)) {
        return Some("everybody who is here, once");
    }
    let is_wrong = |it: &BTreeSet<Person>| {
        !it.is_empty() && (it.len() < rules.smallest || it.len() > rules.largest)
    };
    if groups.iter().any(is_wrong) {
        return Some("the sizes");
    }
    let both_here = |(one, other): &&(Person, Person)| here.contains(one) && here.contains(other);
    let is_one_group = |(one, other): &(Person, Person)| {
        groups
            .iter()
            .any(|it| it.contains(one) && it.contains(other))
    };
    if !rules.together.iter().filter(both_here).all(is_one_group) {
        return Some("together");
    }
    if rules.apart.iter().filter(both_here).any(is_one_group) {
        return Some("apart");
    }
    None
}

/// The fewest moves of all groups that keep the rules; every way is tried.
fn fewest(before: &Groups, here: &BTreeSet<Person>, rules: &Rules) -> Option<usize> {
    let people: Vec<Person> = here.iter().copied().collect();
    let was = |person: &Person| before.iter().position(|it| it.contains(person));
    let mut best = None;
    // (which group each of the first people is in, how many groups there are)
    let mut open = vec![(Vec::<usize>::new(), before.len())];
    while let Some((seats, count)) = open.pop() {
        if let Some(_person) = people.get(seats.len()) {
            for group in 0..=count {
                let mut seats = seats.clone();
                seats.push(group);
                open.push((seats, count.max(group + 1)));
            }
            continue;
        }
        let mut groups = vec![BTreeSet::new(); count];
        let mut moved = 0;
        for (person, seat) in people.iter().zip(&seats) {
            groups[*seat].insert(*person);
            moved += usize::from(was(person).is_some_and(|it| it != *seat));
        }
        if best.is_none_or(|best| moved < best) && broken(&groups, here, rules).is_none() {
            best = Some(moved);
        }
    }
    best
}

fn pair(people: u32) -> impl Strategy<Value = (Person, Person)> {
    (0..people, 1..people).prop_map(move |(one, step)| (Person(one), Person((one + step) % people)))
}

prop_compose! {
    fn rooms_with_groups(people: u32, most: usize)(
        groups in collection::vec(0..=most, people as usize),
        here in collection::vec(any::<bool>(), people as usize),
        smallest in 1..=3usize,
        more in 0..=2usize,
        together in collection::vec(pair(people), 0..=1),
        apart in collection::vec(pair(people), 0..=3),
    ) -> (Groups, BTreeSet<Person>, Rules) {
        let mut before = vec![BTreeSet::new(); most];
        for (person, group) in (0..).zip(groups) {
            // the last number: has no group yet
            if let Some(group) = before.get_mut(group) {
                group.insert(Person(person));
            }
        }
        let here = (0..people).zip(here).filter(|(_, it)| *it);
        let here = here.map(|(person, _)| Person(person)).collect();
        let rules = Rules { smallest, largest: smallest + more, together, apart };
        (before, here, rules)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_other_change_to_groups_moves_fewer((before, here, rules) in rooms_with_groups(5, 3)) {
        match groups::repair(&before, &here, &rules, alike) {
            Ok(change) => {
                let after = change.apply(&before).unwrap();
                prop_assert_eq!(broken(&after, &here, &rules), None);
                prop_assert_eq!(Some(change.moved()), fewest(&before, &here, &rules));
                prop_assert!(change.is_least);
                prop_assert_eq!(change.undo(&after), Ok(before));
            }
            Err(Error::NotFound) => prop_assert!(false, "a room of five is never too large"),
            Err(_) => prop_assert_eq!(fewest(&before, &here, &rules), None),
        }
    }
}

proptest! {
    #[test]
    fn larger_groups_are_repaired_by_the_rules_and_the_change_can_be_undone(
        (before, here, rules) in rooms_with_groups(24, 5),
    ) {
        if let Ok(change) = groups::repair(&before, &here, &rules, alike) {
            let after = change.apply(&before).unwrap();
            prop_assert_eq!(broken(&after, &here, &rules), None);
            prop_assert_eq!(change.undo(&after), Ok(before));
        }
    }
}

// ── slots ───────────────────────────────────────────────────────────────────────────────────────

fn adviser(id: u16, competences: &[(&str, u8)], times: &[u8]) -> Adviser {
    let competences = competences.iter();
    let competences = competences.map(|(need, it)| ((*need).into(), Competence::new(*it).unwrap()));
    Adviser {
        id: AdviserId(id),
        competences: competences.collect(),
        times: times.iter().copied().map(Time).collect(),
    }
}

fn seeker(person: u32, needs: &[(&str, u8)]) -> Seeker {
    let needs = needs.iter();
    let needs = needs.map(|(need, it)| ((*need).into(), Urgency::new(*it).unwrap()));
    Seeker {
        person: Person(person),
        needs: needs.collect(),
        wishes: Vec::new(),
        taken: BTreeSet::new(),
    }
}

/// As `person: time/adviser → time/adviser`.
fn shown(change: &slots::Change) -> Vec<String> {
    let place = |it: &Option<Booking>| match it {
        Some(it) => format!("{}/{}", it.seat.time.0, it.seat.adviser.0),
        None => "-".to_owned(),
    };
    let moves = change.moves.iter();
    let moves = moves.map(|it| format!("{}: {} → {}", it.person.0, place(&it.from), place(&it.to)));
    moves.collect()
}

fn waiting(list: &[Waiting]) -> Vec<(u32, Reason)> {
    list.iter().map(|it| (it.person.0, it.reason)).collect()
}

#[test]
fn when_an_adviser_is_ill_only_their_people_move_if_that_is_enough() {
    let people = [seeker(0, &[("tax", 3)]), seeker(1, &[("tax", 3)])];
    let advisers = [
        adviser(0, &[("tax", 3)], &[0]),
        adviser(1, &[("tax", 2)], &[0, 1]),
    ];
    let before = plan(&people, &advisers, Most::One).unwrap();
    let well = advisers.get(1..).unwrap();
    let change = slots::repair(&before, &people, well).unwrap();
    assert_eq!(shown(&change), ["0: 0/0 → 1/1"]);
    let after = change.apply(&before).unwrap();
    assert_eq!(after.waiting, []);
    assert_eq!(after.unused, []);
}

#[test]
fn another_is_moved_when_only_that_gives_everybody_a_slot() {
    // Person 1 sits with the only one left who knows law, and can go to the one who knows tax.
    let people = [
        seeker(0, &[("law", 3)]),
        seeker(1, &[("law", 3), ("tax", 2)]),
    ];
    let advisers = [
        adviser(0, &[("law", 3)], &[0]),
        adviser(1, &[("law", 3)], &[1]),
        adviser(2, &[("tax", 3)], &[1]),
    ];
    let before = plan(&people, &advisers, Most::One).unwrap();
    assert_eq!(
        before
            .slots
            .iter()
            .map(|it| it.seat.adviser.0)
            .collect::<Vec<_>>(),
        [0, 1]
    );
    let change = slots::repair(&before, &people, advisers.get(1..).unwrap()).unwrap();
    assert_eq!(shown(&change), ["0: 0/0 → 1/1", "1: 1/1 → 1/2"]);
}

#[test]
fn who_loses_a_slot_waits_in_front_of_those_who_waited_and_takes_it_from_nobody() {
    let people = [
        seeker(0, &[("tax", 3)]),
        seeker(1, &[("tax", 5)]),
        seeker(2, &[("tax", 2)]),
        seeker(3, &[("tax", 1)]),
    ];
    let advisers = [
        adviser(0, &[("tax", 3)], &[0, 1]),
        adviser(1, &[("tax", 2)], &[2]),
    ];
    let before = plan(&people, &advisers, Most::One).unwrap();
    assert_eq!(waiting(&before.waiting), [(3, Reason::NoSlotLeft)]);
    // The adviser comes one slot late.
    let late = [
        adviser(0, &[("tax", 3)], &[1]),
        adviser(1, &[("tax", 2)], &[2]),
    ];
    let change = slots::repair(&before, &people, &late).unwrap();
    let lost = before
        .slots
        .iter()
        .find(|it| it.seat.time == Time(0))
        .unwrap();
    let expected = format!("{}: 0/0 → -", lost.person.0);
    assert_eq!(shown(&change), [expected]);
    assert_eq!(
        waiting(&change.waiting.1),
        [(lost.person.0, Reason::NoSlotLeft), (3, Reason::NoSlotLeft)]
    );
}

#[test]
fn when_somebody_leaves_the_first_who_waits_gets_the_slot_and_who_comes_late_stands_behind() {
    let mut people = vec![
        seeker(0, &[("tax", 3)]),
        seeker(1, &[("tax", 2)]),
        seeker(2, &[("tax", 1)]),
    ];
    let advisers = [adviser(0, &[("tax", 3)], &[0])];
    let before = plan(&people, &advisers, Most::One).unwrap();
    people.remove(0);
    people.push(seeker(3, &[("tax", 5)]));
    let change = slots::repair(&before, &people, &advisers).unwrap();
    assert_eq!(shown(&change), ["0: 0/0 → -", "1: - → 0/0"]);
    assert_eq!(
        waiting(&change.waiting.1),
        [(2, Reason::NoSlotLeft), (3, Reason::NoSlotLeft)]
    );
}

#[test]
fn a_second_slot_is_given_up_before_somebody_is_left_without() {
    let mut other = seeker(1, &[("tax", 2)]);
    other.wishes = vec![Wish::Adviser(AdviserId(2))];
    let people = [seeker(0, &[("law", 3), ("tax", 3)]), other];
    let both = [
        adviser(0, &[("law", 3)], &[0]),
        adviser(1, &[("tax", 3)], &[1]),
        adviser(2, &[("tax", 1)], &[0]),
    ];
    let before = plan(&people, &both, Most::Two).unwrap();
    assert_eq!(before.of(Person(0)).count(), 2);
    let change = slots::repair(&before, &people, both.get(..2).unwrap()).unwrap();
    assert_eq!(shown(&change), ["0: 1/1 → -", "1: 0/2 → 1/1"]);
}

#[test]
fn who_lost_a_slot_goes_before_who_waited_even_if_somebody_has_to_move() {
    // 0 loses the lawyer; the other one who knows law has 1, who can go where 2 sat. 3 waited for
    // just that seat, and nobody would have to move for it.
    let mut lawyers = seeker(0, &[("law", 3)]);
    lawyers.wishes = vec![Wish::Adviser(AdviserId(0))];
    let people = [
        lawyers,
        seeker(1, &[("law", 3), ("tax", 2)]),
        seeker(2, &[("tax", 3)]),
        seeker(3, &[("export", 1)]),
    ];
    let advisers = [
        adviser(0, &[("law", 3)], &[0]),
        adviser(1, &[("law", 3)], &[1]),
        adviser(2, &[("tax", 3), ("export", 3)], &[1]),
    ];
    let before = plan(&people, &advisers, Most::One).unwrap();
    assert_eq!(waiting(&before.waiting), [(3, Reason::NoSlotLeft)]);
    let now = [people[0].clone(), people[1].clone(), people[3].clone()];
    let change = slots::repair(&before, &now, advisers.get(1..).unwrap()).unwrap();
    assert_eq!(
        shown(&change),
        ["0: 0/0 → 1/1", "1: 1/1 → 1/2", "2: 1/2 → -"]
    );
}

#[test]
fn a_free_seat_is_taken_before_a_better_one_that_is_somebodys_second() {
    let mut other = seeker(1, &[("tax", 3)]);
    other.wishes = vec![Wish::Adviser(AdviserId(3))];
    let people = [seeker(0, &[("law", 5), ("tax", 5)]), other];
    let advisers = [
        adviser(0, &[("law", 3)], &[0]),
        adviser(1, &[("tax", 3)], &[1]),
        adviser(2, &[("tax", 1)], &[2]),
        adviser(3, &[("tax", 3)], &[0]),
    ];
    let before = plan(&people, &advisers, Most::Two).unwrap();
    assert_eq!(before.of(Person(0)).count(), 2);
    let change = slots::repair(&before, &people, advisers.get(..3).unwrap()).unwrap();
    assert_eq!(shown(&change), ["1: 0/3 → 2/2"]);
}

/// Person 1 has the lawyer and, as a second slot, somebody for export; then the other lawyer is
/// ill, and only the first one's seat can help person 0.
fn moved_beside_a_second_slot(others: &[Adviser]) -> Vec<String> {
    let mut zero = seeker(0, &[("law", 3)]);
    zero.wishes = vec![Wish::Adviser(AdviserId(9))];
    let mut one = seeker(1, &[("law", 5), ("export", 4), ("tax", 1)]);
    one.wishes = vec![Wish::Adviser(AdviserId(0))];
    let people = [zero, one];
    let mut advisers = vec![
        adviser(0, &[("law", 3)], &[0]),
        adviser(1, &[("export", 3)], &[1]),
    ];
    advisers.extend(others.iter().cloned());
    advisers.push(adviser(9, &[("law", 3)], &[0]));
    let before = plan(&people, &advisers, Most::Two).unwrap();
    let adviser = |it: &Slot| it.seat.adviser.0;
    assert_eq!(
        before.of(Person(1)).map(adviser).collect::<Vec<_>>(),
        [0, 1]
    );
    advisers.pop();
    let change = slots::repair(&before, &people, &advisers).unwrap();
    shown(&change)
}

#[test]
fn who_is_moved_keeps_a_second_slot_even_if_another_seat_would_fit_better() {
    let better_at_the_same_time = adviser(2, &[("tax", 3)], &[1]);
    let worse = adviser(3, &[("tax", 1)], &[2]);
    assert_eq!(
        moved_beside_a_second_slot(&[better_at_the_same_time, worse]),
        ["0: 0/9 → 0/0", "1: 0/0 → 2/3"]
    );
}

#[test]
fn who_keeps_only_a_second_slot_is_not_moved_to_a_worse_one() {
    // 1/2 is at the time of the second slot: staying on that one alone costs no more.
    let same_time = adviser(2, &[("tax", 3)], &[1]);
    assert_eq!(
        moved_beside_a_second_slot(&[same_time]),
        ["0: 0/9 → 0/0", "1: 0/0 → -"]
    );
}

#[test]
fn two_slots_of_one_person_never_end_at_the_same_time() {
    // The second slot's adviser is the only one who can help 2 as well, so that two have to give.
    let people = [
        seeker(0, &[("law", 3)]),
        seeker(1, &[("law", 5), ("export", 4), ("tax", 1)]),
        seeker(2, &[("export", 1)]),
    ];
    let advisers = [
        adviser(0, &[("law", 3)], &[0]),
        adviser(1, &[("export", 3)], &[1]),
        adviser(2, &[("tax", 3)], &[1]),
    ];
    let seat = |time, adviser| Seat {
        time: Time(time),
        adviser: AdviserId(adviser),
    };
    let slot = |time, adviser, need: &str| Slot {
        seat: seat(time, adviser),
        person: Person(1),
        need: need.into(),
    };
    let before = Plan {
        slots: vec![slot(0, 0, "law"), slot(1, 1, "export")],
        waiting: Vec::new(),
        unused: vec![seat(1, 2)],
    };
    let change = slots::repair(&before, &people, &advisers).unwrap();
    let after = change.apply(&before).unwrap();
    assert_eq!(after.waiting, []);
    assert_eq!(
        shown(&change),
        ["0: - → 0/0", "1: 0/0 → 1/2", "1: 1/1 → -", "2: - → 1/1"]
    );
}

#[test]
fn a_second_slot_that_has_gone_is_given_again_when_there_is_a_free_seat() {
    let people = [seeker(0, &[("law", 5), ("tax", 3)])];
    let all = [
        adviser(0, &[("law", 3)], &[0]),
        adviser(1, &[("tax", 3)], &[1]),
        adviser(2, &[("tax", 1)], &[0, 1]),
    ];
    let before = plan(&people, &all, Most::Two).unwrap();
    let well = [all[0].clone(), all[2].clone()];
    let change = slots::repair(&before, &people, &well).unwrap();
    assert_eq!(shown(&change), ["0: 1/1 → 1/2"]);
}

#[test]
fn where_nothing_has_changed_nothing_is_changed() {
    let people = [seeker(0, &[("tax", 3)]), seeker(1, &[("law", 3)])];
    let advisers = [adviser(0, &[("tax", 3)], &[0, 1])];
    let before = plan(&people, &advisers, Most::One).unwrap();
    let change = slots::repair(&before, &people, &advisers).unwrap();
    assert!(change.is_nothing());
    assert_eq!(change.apply(&before), Ok(before));
}

#[test]
fn a_change_to_slots_is_refused_by_a_plan_it_was_not_made_for() {
    let people = [seeker(0, &[("tax", 3)]), seeker(1, &[("tax", 3)])];
    let advisers = [
        adviser(0, &[("tax", 3)], &[0]),
        adviser(1, &[("tax", 2)], &[0, 1]),
    ];
    let before = plan(&people, &advisers, Most::One).unwrap();
    let change = slots::repair(&before, &people, advisers.get(1..).unwrap()).unwrap();
    let after = change.apply(&before).unwrap();
    assert_eq!(change.apply(&after), Err(OtherPlan));
    let mut other = before.clone();
    other
        .slots
        .iter_mut()
        .for_each(|it| it.person = Person(it.person.0 + 5));
    assert_eq!(change.apply(&other), Err(OtherPlan));
}

const NEEDS: [&str; 3] = ["export", "law", "tax"];

fn needs(largest: u8) -> impl Strategy<Value = Vec<(&'static str, u8)>> {
    collection::btree_map(0..NEEDS.len(), 1..=largest, 0..=NEEDS.len()).prop_map(|it| {
        let needs = it.into_iter();
        needs.map(|(need, how)| (NEEDS[need], how)).collect()
    })
}

fn times(least: usize, most: u8) -> impl Strategy<Value = BTreeSet<Time>> {
    collection::btree_set((0..most).prop_map(Time), least..=usize::from(most))
}

#[derive(Clone, Debug)]
struct Changed {
    people: Vec<Seeker>,
    advisers: Vec<Adviser>,
    /// As they are afterwards.
    people_now: Vec<Seeker>,
    advisers_now: Vec<Adviser>,
}

/// A room in which some leave, some come late, and advisers are there at fewer times.
fn changed(people: usize, most: u8) -> impl Strategy<Value = Changed> {
    // 0: leaves, 1: comes late, others: stays
    let person = (needs(5), times(0, 1), 0..6u8);
    let people = collection::vec(person, 1..=people);
    let there = (needs(3), times(1, most), times(0, most), 0..3u8);
    let advisers = collection::vec(there, 1..=3);
    (people, advisers).prop_map(|(people, advisers)| {
        let mut room = Changed {
            people: Vec::new(),
            advisers: Vec::new(),
            people_now: Vec::new(),
            advisers_now: Vec::new(),
        };
        for (index, (needs, taken, fate)) in (0..).zip(people) {
            let seeker = Seeker {
                taken,
                ..seeker(index, &needs)
            };
            if fate != 1 {
                room.people.push(seeker.clone());
            }
            if fate != 0 {
                room.people_now.push(seeker);
            }
        }
        for (index, (needs, times, gone, fate)) in (0..).zip(advisers) {
            let adviser = Adviser {
                times,
                ..adviser(index, &needs, &[])
            };
            room.advisers.push(adviser.clone());
            if fate != 0 {
                room.advisers_now.push(adviser);
            } else {
                let times = adviser.times.difference(&gone).copied().collect();
                room.advisers_now.push(Adviser { times, ..adviser });
            }
        }
        room
    })
}

/// How good the slots after a repair are; greater is better. Lost slots of people who could have
/// kept theirs, re-seated people, people from the waiting list, moved people (all the fewer the
/// better or the more the better as the rule says), places, fit.
type Goodness = (i32, i32, i32, i32, i32, i32);

/// Everybody in the order of the rule, with the seat that is still possible, and their place
/// counted from the end of the queue.
fn queue(before: &Plan, room: &Changed) -> Vec<(Seeker, Option<Seat>, bool, i32)> {
    let seats: BTreeSet<Seat> = seats(room).into_iter().collect();
    let mut kept = Vec::new();
    let mut rest = Vec::new();
    for seeker in &room.people_now {
        let had = before.of(seeker.person).next().map(|it| it.seat);
        match had.filter(|it| seats.contains(it)) {
            Some(seat) => kept.push((seeker.clone(), Some(seat), false, 0)),
            None => {
                let waited = before
                    .waiting
                    .iter()
                    .position(|it| it.person == seeker.person);
                let urgent =
                    urgency(seeker, &room.advisers_now).map_or(0, |it| i32::from(it.get()));
                let class = if had.is_some() {
                    0
                } else {
                    1 + i32::from(waited.is_none())
                };
                let key = (class, waited, -urgent, seeker.person);
                rest.push((key, seeker.clone(), had.is_some()));
            }
        }
    }
    rest.sort_by_key(|(key, _, _)| *key);
    let length = i32::try_from(rest.len()).unwrap();
    for ((_, seeker, had), index) in rest.into_iter().zip(0..) {
        kept.push((seeker, None, had, length - index));
    }
    kept
}

fn seats(room: &Changed) -> Vec<Seat> {
    let advisers = room.advisers_now.iter();
    let seats = advisers.flat_map(|adviser| {
        let times = adviser.times.iter();
        times.map(|&time| Seat {
            time,
            adviser: adviser.id,
        })
    });
    seats.collect()
}

fn counted(
    so_far: Goodness,
    (seeker, held, had, place): &(Seeker, Option<Seat>, bool, i32),
    seat: Option<Seat>,
    room: &Changed,
) -> Option<Goodness> {
    let Some(seat) = seat else {
        let lost = i32::from(held.is_some());
        return Some((
            so_far.0 - lost,
            so_far.1,
            so_far.2,
            so_far.3,
            so_far.4,
            so_far.5,
        ));
    };
    let adviser = room.advisers_now.iter().find(|it| it.id == seat.adviser)?;
    let (_, fit) = fit(seeker, adviser)?;
    if seeker.taken.contains(&seat.time) {
        return None;
    }
    Some((
        so_far.0,
        so_far.1 + i32::from(*had),
        so_far.2 + i32::from(held.is_none() && !had),
        so_far.3 - i32::from(held.is_some_and(|it| it != seat)),
        so_far.4 + place,
        so_far.5 + i32::try_from(fit).ok()?,
    ))
}

fn best(
    queue: &[(Seeker, Option<Seat>, bool, i32)],
    seats: &[Seat],
    so_far: Goodness,
    room: &Changed,
) -> Option<Goodness> {
    let Some((person, rest)) = queue.split_first() else {
        return Some(so_far);
    };
    let mut found = best(rest, seats, counted(so_far, person, None, room)?, room);
    for (index, seat) in seats.iter().enumerate() {
        if let Some(next) = counted(so_far, person, Some(*seat), room) {
            let mut left = seats.to_vec();
            left.remove(index);
            found = found.max(best(rest, &left, next, room));
        }
    }
    found
}

fn assert_possible(plan: &Plan, room: &Changed) {
    let mut free: BTreeSet<Seat> = seats(room).into_iter().collect();
    let mut places = BTreeSet::new();
    for slot in &plan.slots {
        let here = |it: &&Seeker| it.person == slot.person;
        let seeker = room.people_now.iter().find(here).unwrap();
        let adviser = room
            .advisers_now
            .iter()
            .find(|it| it.id == slot.seat.adviser)
            .unwrap();
        assert!(
            free.remove(&slot.seat),
            "one person on a seat that is there"
        );
        assert!(adviser.competences.contains_key(&slot.need), "can help");
        assert!(seeker.needs.contains_key(&slot.need), "needs it");
        assert!(!seeker.taken.contains(&slot.seat.time), "not elsewhere");
        assert!(
            places.insert((slot.person, slot.seat.time)),
            "one place at a time"
        );
    }
    assert_eq!(free.into_iter().collect::<Vec<_>>(), plan.unused);
    let mut all: BTreeMap<Person, usize> = BTreeMap::new();
    for it in &plan.waiting {
        *all.entry(it.person).or_default() += 1;
    }
    for seeker in &room.people_now {
        let has = plan.of(seeker.person).next().is_some();
        assert_eq!(
            all.get(&seeker.person).copied().unwrap_or(0),
            usize::from(!has)
        );
    }
    assert!(plan.waiting.len() <= room.people_now.len());
}

proptest! {
    #[test]
    fn no_other_repair_of_slots_is_better(room in changed(5, 2)) {
        let before = plan(&room.people, &room.advisers, Most::One).unwrap();
        let change = slots::repair(&before, &room.people_now, &room.advisers_now).unwrap();
        let after = change.apply(&before).unwrap();
        assert_possible(&after, &room);
        let queue = queue(&before, &room);
        let mut found = (0, 0, 0, 0, 0, 0);
        for person in &queue {
            let seat = after.of(person.0.person).next().map(|it| it.seat);
            found = counted(found, person, seat, &room).unwrap();
        }
        let best = best(&queue, &seats(&room), (0, 0, 0, 0, 0, 0), &room);
        prop_assert_eq!(Some(found), best);
        prop_assert_eq!(found.0, 0, "nobody loses a slot that is still possible");
        let order: Vec<Person> = queue.iter().map(|it| it.0.person).collect();
        let place = |it: &Waiting| order.iter().position(|person| *person == it.person);
        prop_assert!(after.waiting.iter().map(place).is_sorted(), "the front of the list");
    }

    #[test]
    fn a_repair_can_be_undone_and_repairing_again_changes_nothing(
        room in changed(10, 4),
        most in prop_oneof![Just(Most::One), Just(Most::Two)],
    ) {
        let before = plan(&room.people, &room.advisers, most).unwrap();
        let change = slots::repair(&before, &room.people_now, &room.advisers_now).unwrap();
        let after = change.apply(&before).unwrap();
        assert_possible(&after, &room);
        prop_assert_eq!(change.undo(&after), Ok(before));
        let again = slots::repair(&after, &room.people_now, &room.advisers_now).unwrap();
        let others = again.moves.iter().filter(|it| it.is_disturbance());
        prop_assert_eq!(others.count(), 0, "{:?}", again);
    }

    #[test]
    fn as_many_are_served_as_by_a_new_plan(room in changed(10, 4)) {
        let before = plan(&room.people, &room.advisers, Most::Two).unwrap();
        let change = slots::repair(&before, &room.people_now, &room.advisers_now).unwrap();
        let after = change.apply(&before).unwrap();
        let anew = plan(&room.people_now, &room.advisers_now, Most::One).unwrap();
        prop_assert_eq!(after.waiting.len(), anew.waiting.len());
    }
}
