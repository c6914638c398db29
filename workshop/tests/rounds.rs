//! Rounds: who meets again, against what is known of the social golfer problem; and the timer.

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use vaekstspejl_workshop::{
    answer::Person,
    groups::Impossible,
    rounds::{Now, Schedule, Timer, Turn, Wishes, rounds},
};

fn schedule(people: usize, smallest: usize, largest: usize, count: usize) -> Schedule {
    let people: Vec<Person> = (0..people as u32).map(Person).collect();
    let wishes = Wishes {
        smallest,
        largest,
        rounds: count,
        apart: Vec::new(),
    };
    rounds(&people, &wishes, 1).expect("these sizes fit")
}

/// Counted once more, meeting by meeting.
fn meetings(schedule: &Schedule) -> BTreeMap<(Person, Person), usize> {
    let mut met = BTreeMap::new();
    for group in schedule.rounds.iter().flatten() {
        for a in group {
            for b in group.iter().filter(|b| *b > a) {
                *met.entry((*a, *b)).or_default() += 1;
            }
        }
    }
    met
}

fn check(schedule: &Schedule, people: usize) {
    for round in &schedule.rounds {
        let mut all: Vec<Person> = round.iter().flatten().copied().collect();
        all.sort();
        assert!(all.into_iter().eq((0..people as u32).map(Person)));
    }
    let met = meetings(schedule);
    assert_eq!(
        met.values().map(|it| it - 1).sum::<usize>(),
        schedule.repeated
    );
    assert_eq!(
        met.values().copied().max().unwrap_or(0),
        schedule.most_often
    );
    assert!(schedule.bound <= schedule.repeated);
}

/// Groups, people in each, rounds: schedules that are known to exist without anybody meeting again.
const PUBLISHED: [(usize, usize, usize); 32] = [
    // Kirkman's schoolgirls (1850), and triples of more
    (5, 3, 7),
    (7, 3, 10),
    (9, 3, 13),
    (6, 3, 8),
    (8, 3, 11),
    // the golfers as they were first asked about (CSPLib 10): eight fours
    (8, 4, 6),
    (8, 4, 7),
    (8, 4, 8),
    (8, 4, 9),
    // planes
    (3, 3, 4),
    (4, 4, 5),
    (5, 5, 6),
    (7, 7, 8),
    (8, 8, 9),
    (9, 9, 10),
    (11, 11, 12),
    (13, 13, 14),
    // latin squares where there is no plane
    (6, 6, 3),
    (10, 10, 3),
    // and others
    (4, 3, 4),
    (5, 4, 5),
    (6, 4, 6),
    (6, 5, 5),
    (7, 4, 9),
    (7, 5, 7),
    (7, 6, 7),
    (9, 4, 11),
    (10, 3, 14),
    (10, 4, 13),
    (6, 5, 6),
    (8, 5, 8),
    (12, 12, 4),
];

#[test]
fn published_schedules_are_reached_without_anybody_meeting_again() {
    let mut missed = Vec::new();
    for (number, size, count) in PUBLISHED {
        let schedule = schedule(number * size, size, size, count);
        check(&schedule, number * size);
        assert_eq!(schedule.rounds.len(), count);
        assert_eq!(schedule.bound, 0);
        if schedule.repeated > 0 {
            missed.push((number, size, count, schedule.repeated));
        }
    }
    assert_eq!(missed, []);
}

/// Those that are known and that are not reached: ten rounds of eight fours (Aguado 2004; with one
/// more there must be 32 repeats), and four
/// rounds of ten tens (from two orthogonal squares of order ten). What is reached may only get better.
#[test]
fn schedules_that_are_not_reached_are_known() {
    for (number, size, count, reached) in [(8, 4, 10, 16), (8, 4, 11, 62), (10, 10, 4, 36)] {
        let schedule = schedule(number * size, size, size, count);
        check(&schedule, number * size);
        assert!(schedule.repeated <= reached, "{}", schedule.repeated);
    }
}

#[test]
fn one_round_more_than_there_can_be_repeats_little() {
    // everybody has met everybody, so the next round is all repeated: as the bound says
    for (number, size, count) in [(5, 3, 8), (7, 7, 9), (4, 4, 6), (10, 4, 14)] {
        let schedule = schedule(number * size, size, size, count);
        check(&schedule, number * size);
        assert!(
            schedule.repeated * 100 <= schedule.bound * 105,
            "{number}-{size}-{count}: {} of {}",
            schedule.repeated,
            schedule.bound
        );
    }
}

#[test]
fn larger_groups_than_there_are_groups_must_repeat_and_do_so_least() {
    // five groups of twelve: in a later group at least 3 + 3 + 1 + 1 + 1 pairs have met
    let schedule = schedule(60, 12, 12, 3);
    check(&schedule, 60);
    assert_eq!((schedule.bound, schedule.repeated), (90, 90));
}

#[test]
fn a_room_that_does_not_divide_evenly_has_groups_of_two_sizes() {
    for people in [23, 31, 58, 73] {
        let schedule = schedule(people, 4, 9, 4);
        check(&schedule, people);
        let sizes = schedule.rounds.iter().flatten().map(Vec::len);
        assert!(sizes.clone().max().unwrap() - sizes.min().unwrap() <= 1);
        assert_eq!(schedule.repeated, schedule.bound, "{people} people");
    }
}

#[test]
fn who_should_be_apart_never_meets() {
    let people: Vec<Person> = (0..32).map(Person).collect();
    let apart = vec![
        (Person(0), Person(1)),
        (Person(0), Person(9)),
        (Person(5), Person(6)),
    ];
    let wishes = Wishes {
        smallest: 4,
        largest: 4,
        rounds: 6,
        apart: apart.clone(),
    };
    let schedule = rounds(&people, &wishes, 1).unwrap();
    check(&schedule, 32);
    let met = meetings(&schedule);
    assert!(apart.iter().all(|it| !met.contains_key(it)));
    assert_eq!(schedule.repeated, 0);
}

#[test]
fn five_who_are_all_apart_do_not_go_into_four_groups() {
    let people: Vec<Person> = (0..16).map(Person).collect();
    let apart: Vec<_> = (0..5)
        .flat_map(|a| (0..a).map(move |b| (Person(b), Person(a))))
        .collect();
    let wishes = Wishes {
        smallest: 4,
        largest: 4,
        rounds: 2,
        apart: apart.clone(),
    };
    let error = rounds(&people, &wishes, 1).unwrap_err();
    assert_eq!(
        error,
        Impossible::Wishes {
            together: Vec::new(),
            apart,
            proven: true
        }
    );
}

#[test]
fn no_rounds_and_no_people_are_an_empty_schedule() {
    assert_eq!(schedule(20, 4, 5, 0).rounds.len(), 0);
    assert_eq!(
        schedule(0, 4, 5, 2).rounds,
        [[[]; 0], [[]; 0]] as [[[Person; 0]; 0]; 2]
    );
}

#[test]
fn the_same_seed_gives_the_same_rounds() {
    assert_eq!(schedule(29, 4, 6, 5), schedule(29, 4, 6, 5));
}

#[test]
fn everybody_has_two_minutes_and_then_it_is_over() {
    let timer = Timer {
        people: 12,
        seconds: Timer::USUAL,
    };
    assert_eq!(timer.length(), 24 * 60);
    let first = Turn {
        index: 0,
        start: 0,
        end: 120,
    };
    assert_eq!(
        timer.at(0),
        Now::Turn {
            turn: first,
            left: 120
        }
    );
    assert_eq!(
        timer.at(119),
        Now::Turn {
            turn: first,
            left: 1
        }
    );
    let second = Turn {
        index: 1,
        start: 120,
        end: 240,
    };
    assert_eq!(
        timer.at(120),
        Now::Turn {
            turn: second,
            left: 120
        }
    );
    assert!(matches!(
        timer.at(24 * 60 - 1),
        Now::Turn {
            turn: Turn { index: 11, .. },
            left: 1
        }
    ));
    assert_eq!(timer.at(24 * 60), Now::Over);
    assert_eq!(
        timer.at(u64::MAX),
        Now::Over,
        "a laptop that slept until the end of time"
    );
    assert_eq!(
        Timer {
            people: 12,
            seconds: 0
        }
        .at(0),
        Now::Over
    );
    assert_eq!(
        Timer {
            people: 0,
            seconds: 120
        }
        .at(0),
        Now::Over
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every second belongs to one turn, and turns follow each other without a gap.
    #[test]
    fn every_second_is_somebodys(people in 0usize..20, seconds in 0u32..300, elapsed in 0u64..7_000) {
        let timer = Timer { people, seconds };
        let turns: Vec<Turn> = timer.turns().collect();
        prop_assert!(turns.windows(2).all(|it| it[0].end == it[1].start));
        let now = turns.iter().find(|it| it.start <= elapsed && elapsed < it.end);
        let now = now.map_or(Now::Over, |turn| Now::Turn { turn: *turn, left: turn.end - elapsed });
        prop_assert_eq!(timer.at(elapsed), now);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is wished: everybody is in one group of each round, of a size that was asked for, and
    /// those who should be apart are, or there is a reason.
    #[test]
    fn a_schedule_holds_what_it_says(
        people in 1usize..40, smallest in 1usize..6, more in 0usize..4, count in 0usize..5, seed: u64,
        apart in proptest::collection::vec((0u32..40, 0u32..40), 0..12),
    ) {
        let all: Vec<Person> = (0..people as u32).map(Person).collect();
        let apart: Vec<(Person, Person)> = apart
            .into_iter()
            .map(|(a, b)| (Person(a % people as u32), Person(b % people as u32)))
            .collect();
        let wishes = Wishes { smallest, largest: smallest + more, rounds: count, apart };
        let Ok(schedule) = rounds(&all, &wishes, seed) else {
            let fits = people.div_ceil(smallest + more) <= people / smallest;
            prop_assert!(!fits || !wishes.apart.is_empty());
            return Ok(());
        };
        prop_assert_eq!(schedule.rounds.len(), count);
        check(&schedule, people);
        for group in schedule.rounds.iter().flatten() {
            prop_assert!((smallest..=smallest + more).contains(&group.len()));
        }
        let met = meetings(&schedule);
        for (a, b) in &wishes.apart {
            prop_assert!(!met.contains_key(&(*a.min(b), *a.max(b))));
        }
    }
}

#[test]
fn a_schedule_can_begin_with_given_groups_and_nobody_meets_more_often() {
    let plan = schedule(41, 10, 15, 3);
    // whom the groups bring together has nothing to do with the schedule
    let mut people: Vec<Person> = (0..41).map(|it| Person(it * 17 % 41)).collect();
    let sizes = plan.rounds[0].iter().map(Vec::len);
    let groups: Vec<Vec<Person>> = sizes.map(|it| people.drain(..it).collect()).collect();
    let other = plan.beginning_with(&groups).unwrap();
    let sorted = |groups: &[Vec<Person>]| {
        let groups = groups.iter();
        groups
            .map(|it| it.iter().copied().collect::<BTreeSet<_>>())
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(sorted(&other.rounds[0]), sorted(&groups));
    assert_ne!(sorted(&plan.rounds[0]), sorted(&groups));
    check(&other, 41);
    assert_eq!(other.repeated, plan.repeated);
    // other people or other sizes cannot begin it
    let mut absent = groups.clone();
    absent[0][0] = Person(99);
    assert_eq!(plan.beginning_with(&absent), None);
    let mut moved = groups;
    let last = moved[0].pop().unwrap();
    moved[1].push(last);
    moved[1].push(Person(98));
    assert_eq!(plan.beginning_with(&moved), None);
}
