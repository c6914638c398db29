//! What a room's picture shows, and when. The checks are written from the reader's side: what somebody
//! can work out who knows who came and who left, and who has kept every picture.

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use vaekstspejl_engine::{NeedId, ScaleId, SegmentId};
use vaekstspejl_workshop::{
    answer::{Answer, Level, Person},
    picture::{Picture, Room, Waiting},
};

const SCALES: [&str; 3] = ["cash", "sales", "team"];
const NEEDS: [&str; 4] = ["export", "finance", "hiring", "law"];
const STAGES: [&str; 3] = ["idea", "growth", "crisis"];

/// Level 0 and stage 3 are unknown.
fn answer(levels: &[u8], needs: &[bool], stage: usize) -> Answer {
    let levels = SCALES.iter().zip(levels);
    Answer {
        levels: levels
            .filter_map(|(scale, level)| Some((ScaleId::from(*scale), Level::new(*level)?)))
            .collect(),
        needs: NEEDS
            .iter()
            .zip(needs)
            .filter(|it| *it.1)
            .map(|it| NeedId::from(*it.0))
            .collect(),
        stage: STAGES.get(stage).map(|it| SegmentId::from(*it)),
    }
}

fn with_level(level: u8) -> Answer {
    answer(&[level], &[], 3)
}

fn with_need(has: bool) -> Answer {
    answer(&[], &[has], 3)
}

fn room(answers: impl IntoIterator<Item = Answer>) -> Room {
    let mut room = Room::new();
    for (who, answer) in (0..).zip(answers) {
        room.answer(Person(who), answer);
    }
    room
}

fn picture(answers: impl IntoIterator<Item = Answer>) -> Picture {
    room(answers)
        .publish()
        .expect("five people, and no picture before")
        .clone()
}

#[test]
fn four_people_are_no_picture_and_five_are() {
    let mut four = room((0..4).map(|_| with_level(3)));
    assert_eq!(four.publish(), Err(Waiting::ForPeople));
    assert_eq!(four.picture(), None);
    four.answer(Person(4), with_level(3));
    assert_eq!(four.publish().unwrap().people, 5);
}

#[test]
fn the_next_picture_waits_for_three_different_people() {
    let mut room = room((0..6).map(|_| with_level(3)));
    room.publish().unwrap();
    for level in [1, 2, 4] {
        room.answer(Person(0), with_level(level));
        assert_eq!(
            room.publish(),
            Err(Waiting::ForChanges),
            "one person changing thrice is one"
        );
    }
    room.withdraw(Person(1));
    assert_eq!(room.publish(), Err(Waiting::ForChanges));
    room.answer(Person(9), with_level(3));
    assert_eq!(room.publish().map(|it| (it.number, it.people)), Ok((2, 6)));
}

#[test]
fn a_room_that_changes_back_is_no_new_picture() {
    let mut room = room((0..8).map(|it| with_level(1 + it % 5)));
    room.publish().unwrap();
    for who in 8..11 {
        room.answer(Person(who), with_level(2));
    }
    room.publish().unwrap();
    // three leave again: it differs from the second picture by three, but from the first by none
    for who in 8..11 {
        room.withdraw(Person(who));
    }
    assert_eq!(room.publish(), Err(Waiting::ForChanges));
    room.answer(Person(11), with_level(2));
    room.answer(Person(12), with_level(2));
    assert_eq!(
        room.publish(),
        Err(Waiting::ForChanges),
        "two more than in the first"
    );
    room.answer(Person(13), with_level(2));
    assert_eq!(room.publish().map(|it| it.number), Ok(3));
}

#[test]
fn a_closed_room_adds_nobody() {
    let mut left = room((0..5).map(|_| with_level(3)));
    left.publish().unwrap();
    left.answer(Person(5), with_level(3));
    left.answer(Person(6), with_level(3));
    left.close();
    assert_eq!(
        left.picture().map(|it| it.people),
        Some(5),
        "a remainder of two is in no picture"
    );
    for who in 7..20 {
        left.answer(Person(who), with_level(3));
    }
    assert_eq!(left.publish(), Err(Waiting::Closed));
    assert_eq!(left.arrivals(), 7);

    let mut whole = room((0..5).map(|_| with_level(3)));
    whole.close();
    assert_eq!(
        whole.picture().map(|it| it.people),
        Some(5),
        "the last picture is made at the end"
    );
}

#[test]
fn the_counter_shows_arrivals_and_nothing_else() {
    let mut room = room((0..3).map(|_| with_level(3)));
    room.answer(Person(0), with_level(5));
    room.withdraw(Person(1));
    assert_eq!(room.arrivals(), 3);
    room.answer(Person(1), with_level(1));
    assert_eq!(room.arrivals(), 3, "who comes back has arrived already");
    assert!(!format!("{room:?}").contains("cash"));
}

#[test]
fn a_need_is_told_when_three_have_it_and_three_do_not() {
    let told = |with: usize, of: usize| {
        let picture = picture((0..of).map(|it| with_need(it < with)));
        picture.needs.first().map(|it| (it.people, it.of))
    };
    assert_eq!(told(2, 8), None);
    assert_eq!(told(3, 8), Some((3, 8)));
    assert_eq!(told(5, 8), Some((5, 8)));
    assert_eq!(told(6, 8), None, "two would be left over");
    assert_eq!(
        told(8, 8),
        None,
        "then everybody would know it of everybody"
    );
}

#[test]
fn a_need_of_one_newcomer_is_not_told_by_the_difference() {
    let mut room = room((0..8).map(|it| with_need(it < 4)));
    room.publish().unwrap();
    for who in 8..12 {
        room.answer(Person(who), with_need(who == 8));
    }
    let next = room.publish().unwrap();
    assert_eq!(next.people, 12);
    assert_eq!(
        next.needs.first().map(|it| (it.people, it.of)),
        Some((4, 8)),
        "as it was"
    );
    for who in 12..16 {
        room.answer(Person(who), with_need(who < 15));
    }
    // of eight newcomers now four have it and four do not
    let next = room.publish().unwrap();
    assert_eq!(
        next.needs.first().map(|it| (it.people, it.of)),
        Some((8, 16))
    );
}

#[test]
fn one_who_left_does_not_stop_a_number_for_ever() {
    let mut room = room((0..10).map(|it| with_need(it < 5)));
    room.publish().unwrap();
    room.withdraw(Person(0));
    for who in 10..18 {
        room.answer(Person(who), with_need(who % 2 == 0));
    }
    // four more or three more and the one: which cannot be told
    let next = room.publish().unwrap();
    assert_eq!(
        next.needs.first().map(|it| (it.people, it.of)),
        Some((8, 17))
    );
}

#[test]
fn stages_leave_no_one_or_two_over() {
    let told = |counts: [usize; 4]| {
        let stages = counts.iter().enumerate();
        let stages = stages.flat_map(|(stage, count)| std::iter::repeat_n(stage, *count));
        let picture = picture(stages.map(|stage| answer(&[], &[], stage)));
        let told = picture
            .stages
            .iter()
            .map(|it| (it.stage.to_string(), it.people));
        told.collect::<Vec<_>>()
    };
    let is = |stage: &str, people: usize| (stage.to_owned(), people);
    assert_eq!(
        told([6, 5, 4, 0]),
        [is("idea", 6), is("growth", 5), is("crisis", 4)]
    );
    assert_eq!(
        told([6, 5, 2, 0]),
        [is("idea", 6)],
        "else 13 less 11 were the two"
    );
    assert_eq!(
        told([6, 5, 2, 1]),
        [is("idea", 6), is("growth", 5)],
        "the two or the one?"
    );
    assert_eq!(
        told([6, 5, 2, 2]),
        [is("idea", 6)],
        "four in twos are known to be two and two"
    );
    assert_eq!(
        told([9, 0, 0, 0]),
        [],
        "then everybody would know it of everybody"
    );
    assert_eq!(told([9, 1, 0, 0]), []);
}

#[test]
fn bars_come_with_twelve_and_merge_small_ones() {
    let bars = |counts: [usize; 5]| {
        let levels = (1..).zip(counts);
        let levels = levels.flat_map(|(level, count)| std::iter::repeat_n(level, count));
        let picture = picture(levels.map(with_level));
        let bar = |it: &vaekstspejl_workshop::picture::Bar| {
            (it.levels.from.get(), it.levels.to.get(), it.people)
        };
        picture.dimensions[0]
            .bars
            .iter()
            .map(bar)
            .collect::<Vec<_>>()
    };
    assert_eq!(bars([0, 4, 4, 3, 0]), [], "eleven");
    assert_eq!(
        bars([0, 5, 4, 3, 0]),
        [(1, 1, 0), (2, 2, 5), (3, 3, 4), (4, 4, 3), (5, 5, 0)]
    );
    assert_eq!(bars([1, 5, 4, 3, 1]), [(1, 2, 6), (3, 3, 4), (4, 5, 4)]);
    assert_eq!(
        bars([2, 1, 5, 4, 1]),
        [(1, 3, 8), (4, 5, 5)],
        "three in the two lowest is small"
    );
    assert_eq!(
        bars([0, 0, 12, 0, 0]),
        [],
        "then everybody would know it of everybody"
    );
}

#[test]
fn strengths_are_where_half_the_room_is_strong() {
    let all = (0..9).map(|it| answer(&[if it < 4 { 1 } else { 4 }, 3, 5], &[], 3));
    let picture = picture(all);
    let strengths: Vec<&str> = picture
        .strengths()
        .into_iter()
        .map(ScaleId::as_str)
        .collect();
    assert_eq!(strengths, ["team", "cash"]);
}

/// All ways to put `people` into `cells`.
fn ways(people: usize, cells: usize) -> Vec<Vec<usize>> {
    if cells == 1 {
        return vec![vec![people]];
    }
    let first = (0..=people).flat_map(|first| {
        let rest = ways(people - first, cells - 1).into_iter();
        rest.map(move |mut rest| {
            rest.push(first);
            rest
        })
    });
    first.collect()
}

/// Groups all ways that look the same to a reader and looks for categories that must hold one or two,
/// however they are added up; and for a category that must hold everybody.
fn nothing_small_is_known(people: usize, cells: usize, show: impl Fn(&[usize]) -> String) -> usize {
    let mut alike: BTreeMap<String, Vec<Vec<usize>>> = BTreeMap::new();
    for way in ways(people, cells) {
        alike.entry(show(&way)).or_default().push(way);
    }
    for (shown, ways) in &alike {
        for some in 1u32..(1 << cells) - 1 {
            let count = |way: &Vec<usize>| {
                let inside = way.iter().enumerate().filter(|(at, _)| some >> at & 1 == 1);
                inside.map(|(_, count)| count).sum::<usize>()
            };
            let small = ways.iter().all(|way| (1..3).contains(&count(way)));
            assert!(
                !small,
                "{people} people, categories {some:06b} in {shown}: {ways:?}"
            );
            let all = some.count_ones() == 1 && ways.iter().all(|way| count(way) == people);
            assert!(
                !all,
                "{people} people are known to be {some:06b} in {shown}"
            );
        }
    }
    alike.len()
}

#[test]
fn no_dimension_tells_of_one_or_two() {
    // everything there can be: levels 1 to 5 and unknown
    for people in 5..=14 {
        let looks = nothing_small_is_known(people, 6, |counts| {
            let levels = (0..).zip(counts);
            let levels = levels.flat_map(|(level, count)| std::iter::repeat_n(level, *count));
            format!("{:?}", picture(levels.map(with_level)).dimensions)
        });
        assert!(looks > 5, "something is told of {people}");
    }
}

#[test]
fn no_stage_tells_of_one_or_two() {
    for people in 5..=16 {
        nothing_small_is_known(people, 4, |counts| {
            let stages = counts.iter().enumerate();
            let stages = stages.flat_map(|(stage, count)| std::iter::repeat_n(stage, *count));
            format!(
                "{:?}",
                picture(stages.map(|stage| answer(&[], &[], stage))).stages
            )
        });
    }
}

#[derive(Clone, Debug)]
enum Step {
    Answer(u32, Answer),
    Withdraw(u32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let any = (
        proptest::collection::vec(0u8..6, 3),
        proptest::collection::vec(any::<bool>(), 4),
        0usize..4,
    );
    let any = any.prop_map(|(levels, needs, stage)| answer(&levels, &needs, stage));
    // few answers, so that people often answer as before, and numbers often are the same
    let few = (0u8..3).prop_map(|it| answer(&[it, 3, it], &[it == 1, true], it.into()));
    let any = prop_oneof![any, few];
    // half of the rooms have few places, so that people come and go
    let room = prop_oneof![Just(9u32), Just(40u32)];
    room.prop_flat_map(move |places| {
        let step = prop_oneof![
            4 => (0..places, any.clone()).prop_map(|(who, answer)| Step::Answer(who, answer)),
            1 => (0..places).prop_map(Step::Withdraw),
        ];
        proptest::collection::vec(step, 0..70)
    })
}

/// Whether some of so many who came (and so many who left) are known to be one or two, when the count
/// of them all grew by `more`: by going through all that can have been.
fn known_to_be_few(came: usize, left: usize, more: isize) -> bool {
    let can = (0..=came).flat_map(|a| (0..=left).map(move |b| (a, b)));
    let can: Vec<(usize, usize)> = can
        .filter(|(a, b)| *a as isize - *b as isize == more)
        .collect();
    let few = |count: &dyn Fn(&(usize, usize)) -> usize| {
        !can.is_empty() && can.iter().all(|it| (1..3).contains(&count(it)))
    };
    few(&|it| it.0) || few(&|it| came - it.0) || few(&|it| it.1) || few(&|it| left - it.1)
}

type Set = BTreeMap<u32, Answer>;

fn changed<T: PartialEq>(a: &Set, b: &Set, value: impl Fn(&Answer) -> T) -> (usize, usize, usize) {
    let people: BTreeSet<&u32> = a.keys().chain(b.keys()).collect();
    let (mut came, mut left, mut all) = (0, 0, 0);
    for who in people {
        let (before, now) = (a.get(who).map(&value), b.get(who).map(&value));
        if before != now {
            all += 1;
            left += usize::from(before.is_some());
            came += usize::from(now.is_some());
        }
    }
    (came, left, all)
}

fn orders() -> u32 {
    std::env::var("VAEKST_ORDERS")
        .ok()
        .and_then(|it| it.parse().ok())
        .unwrap_or(400)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: orders(), failure_persistence: None, ..ProptestConfig::default() })]

    /// Everybody arrives, changes and leaves in any order, and a picture is asked for after each step.
    /// `VAEKST_ORDERS=100000` tries as many.
    #[test]
    fn no_picture_and_no_two_pictures_tell_of_one_or_two(steps in steps()) {
        let mut room = Room::new();
        let mut now = Set::new();
        let mut sets: Vec<Set> = Vec::new();
        let mut last: Option<Picture> = None;
        // each need's and dimension's numbers, with the set they were counted in
        let mut needs: BTreeMap<NeedId, Vec<(usize, usize)>> = BTreeMap::new();
        let mut scales: BTreeMap<ScaleId, Vec<usize>> = BTreeMap::new();
        let mut arrived = BTreeSet::new();
        for step in steps {
            match step {
                Step::Answer(who, answer) => {
                    arrived.insert(who);
                    now.insert(who, answer.clone());
                    room.answer(Person(who), answer);
                }
                Step::Withdraw(who) => {
                    now.remove(&who);
                    room.withdraw(Person(who));
                }
            }
            prop_assert_eq!(room.arrivals(), arrived.len());
            let near = sets.iter().any(|it| changed(it, &now, Clone::clone).2 < 3);
            let shown = room.publish().cloned();
            prop_assert_eq!(shown.is_ok(), now.len() >= 5 && !near);
            let Ok(shown) = shown else {
                prop_assert_eq!(room.picture(), last.as_ref());
                continue;
            };
            let set = sets.len();
            sets.push(now.clone());
            prop_assert_eq!(shown.people, now.len());
            for need in &shown.needs {
                prop_assert!(need.people >= 3 && need.of - need.people >= 3);
                if last.as_ref().is_some_and(|it| it.needs.contains(need)) {
                    continue;
                }
                let have = now.values().filter(|it| it.needs.contains(&need.need)).count();
                prop_assert_eq!((need.people, need.of), (have, now.len()));
                let earlier = needs.entry(need.need.clone()).or_default();
                for (before, people) in earlier.iter() {
                    let has = |it: &Answer| it.needs.contains(&need.need);
                    let (came, left, all) = changed(&sets[*before], &now, has);
                    prop_assert!(all == 0 || all >= 3);
                    let more = need.people as isize - *people as isize;
                    prop_assert!(!known_to_be_few(came, left, more), "{} {} {}", came, left, more);
                }
                earlier.push((set, need.people));
            }
            for it in &shown.dimensions {
                let level = |answer: &Answer| answer.levels.get(&it.scale).copied();
                for bar in &it.bars {
                    prop_assert!(!(1..3).contains(&bar.people));
                }
                if last.as_ref().is_some_and(|last| last.dimensions.contains(it)) {
                    continue;
                }
                prop_assert_eq!(it.of, now.len());
                let known: usize = now.values().filter_map(level).count();
                prop_assert!(known >= 5);
                let in_bars: usize = it.bars.iter().map(|it| it.people).sum();
                prop_assert!(in_bars == 0 || (in_bars == known && known >= 12));
                let earlier = scales.entry(it.scale.clone()).or_default();
                for before in earlier.iter() {
                    let all = changed(&sets[*before], &now, level).2;
                    prop_assert!(all == 0 || all >= 3);
                }
                earlier.push(set);
            }
            let staged: usize = shown.stages.iter().map(|it| it.people).sum();
            if let Some(of) = shown.stages.first().map(|it| it.of) {
                prop_assert!(shown.stages.iter().all(|it| it.people >= 3 && of - it.people >= 3));
                prop_assert!(!(1..3).contains(&(of - staged)));
            }
            last = Some(shown);
        }
    }
}
