//! Slots when the room has changed: an adviser is ill or comes later, somebody has left, come late
//! or is taken at another time.
//!
//! [`repair`] finds, of all ways to give each person at most one slot, the best in this order:
//!
//! 1. Nobody whose slot is still possible loses it to somebody else (they may be moved), as many
//!    as possible of those whose slot has gone get another, and as many as possible of those who
//!    waited or came late get one. All three are fulfilled at once, for the reason given in
//!    [`crate::slots`], and together they are the most people that can be served.
//! 2. **The least disturbance**: somebody who is moved counts one; a second slot that is given to
//!    another person, or given up because of a move, counts two, for it is taken away.
//! 3. The greatest sum of places in the waiting list, counted from its end: those whose slot has
//!    gone stand first, by urgency, then those who waited, then those who came late, by urgency.
//! 4. The greatest sum of [`fit`].
//!
//! So nobody is moved unless more people are served by it. Then second slots that have gone are
//! given again out of what is left, without moving anybody. What becomes free besides stays free:
//! more second slots would be a change that nobody asked for.

use super::{Move, OtherPlan};
use crate::{
    answer::Person,
    assignment,
    slots::{
        Adviser, AdviserId, BEST_FIT, Error, MOST_PEOPLE, Plan, Room, Seat, Seeker, Slot, Waiting,
        check, fit, fit_without, seated,
    },
};
use std::collections::{BTreeMap, BTreeSet};
use vaekstspejl_engine::NeedId;

/// Where a person is in a plan of slots: on a seat, about a need.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Booking {
    /// The seat.
    pub seat: Seat,
    /// The need.
    pub need: NeedId,
}

/// A change to a plan of slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Who goes where, by person.
    pub moves: Vec<Move<Booking>>,
    /// Who waits before and after.
    pub waiting: (Vec<Waiting>, Vec<Waiting>),
    /// The free seats before and after.
    pub unused: (Vec<Seat>, Vec<Seat>),
}

impl Change {
    /// Whether nothing changes.
    pub fn is_nothing(&self) -> bool {
        self.moves.is_empty() && self.waiting.0 == self.waiting.1 && self.unused.0 == self.unused.1
    }

    /// The plan with this change.
    pub fn apply(&self, plan: &Plan) -> Result<Plan, OtherPlan> {
        if plan.waiting != self.waiting.0 || plan.unused != self.unused.0 {
            return Err(OtherPlan);
        }
        let slot = |person: Person, it: &Booking| Slot {
            seat: it.seat,
            person,
            need: it.need.clone(),
        };
        let mut slots: BTreeSet<Slot> = plan.slots.iter().cloned().collect();
        for it in &self.moves {
            let from = it.from.as_ref().map(|from| slot(it.person, from));
            if from.is_some_and(|from| !slots.remove(&from)) {
                return Err(OtherPlan);
            }
        }
        for it in &self.moves {
            let to = it.to.as_ref().map(|to| slot(it.person, to));
            if to.is_some_and(|to| !slots.insert(to)) {
                return Err(OtherPlan);
            }
        }
        Ok(Plan {
            slots: slots.into_iter().collect(),
            waiting: self.waiting.1.clone(),
            unused: self.unused.1.clone(),
        })
    }

    /// The plan without this change again.
    pub fn undo(&self, plan: &Plan) -> Result<Plan, OtherPlan> {
        self.reversed().apply(plan)
    }

    /// The change that takes this one back.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self {
            moves: self.moves.iter().map(Move::reversed).collect(),
            waiting: (self.waiting.1.clone(), self.waiting.0.clone()),
            unused: (self.unused.1.clone(), self.unused.0.clone()),
        }
    }
}

/// The smallest change that makes `plan` fit the people and advisers who are here now: an adviser
/// who is ill is not among them, one who is late has fewer times, a person who left is not among
/// them. The plan is one that [`crate::slots::plan`] or this made.
pub fn repair(plan: &Plan, people: &[Seeker], advisers: &[Adviser]) -> Result<Change, Error> {
    check(people, advisers)?;
    let room = Room::of(people, advisers);
    let standing = Standing::of(plan, &room);
    let mut slots = first_slots(&room, &standing);
    keep_second_slots(&standing, &mut slots);
    let again = second_slots_again(plan, &room, &slots);
    slots.extend(again);
    slots.sort();

    let served: BTreeSet<Person> = slots.iter().map(|it| it.person).collect();
    let given: BTreeSet<Seat> = slots.iter().map(|it| it.seat).collect();
    let waiting = standing.queue.iter().map(|(it, _)| it);
    let waiting = waiting.filter(|it| !served.contains(&it.person));
    Ok(Change {
        moves: moves(&plan.slots, &slots),
        waiting: (
            plan.waiting.clone(),
            waiting.map(|it| room.waiting(it)).collect(),
        ),
        unused: (
            plan.unused.clone(),
            room.seats.difference(&given).copied().collect(),
        ),
    })
}

/// What of a plan is still possible.
struct Standing<'a> {
    /// Those who still have a slot, by person: the earliest, and the others.
    seated: Vec<(&'a Seeker, Slot, Vec<Slot>)>,
    /// All others, in the order in which they are served, with the class they count in.
    queue: Vec<(&'a Seeker, i64)>,
    /// Who has a seat as a second slot.
    second: BTreeMap<Seat, Person>,
}

/// What a person counts who must be served first of all, then, and last.
const SEATED: i64 = 3;
const UNSEATED: i64 = 2;
const WAITING: i64 = 1;

impl<'a> Standing<'a> {
    fn of(plan: &Plan, room: &Room<'a>) -> Self {
        let mut seated = Vec::new();
        let mut unseated = Vec::new();
        let mut late = Vec::new();
        let mut waiting: BTreeMap<Person, &Seeker> = BTreeMap::new();
        let waited: BTreeSet<Person> = plan.waiting.iter().map(|it| it.person).collect();
        for &seeker in &room.line {
            let mut possible = plan
                .of(seeker.person)
                .filter_map(|it| still(it, seeker, room));
            if let Some(held) = possible.next() {
                seated.push((seeker, held, possible.collect::<Vec<Slot>>()));
            } else if plan.of(seeker.person).next().is_some() {
                unseated.push((seeker, UNSEATED));
            } else if waited.contains(&seeker.person) {
                waiting.insert(seeker.person, seeker);
            } else {
                late.push((seeker, WAITING));
            }
        }
        let mut queue = unseated;
        let waiting = plan.waiting.iter().filter_map(|it| waiting.get(&it.person));
        queue.extend(waiting.map(|it| (*it, WAITING)));
        queue.extend(late);
        let second = seated.iter().flat_map(|(seeker, _, others)| {
            let person = seeker.person;
            others.iter().map(move |it: &Slot| (it.seat, person))
        });
        let second = second.collect();
        Self {
            seated,
            queue,
            second,
        }
    }
}

/// The slot, if it is still possible; about another need, if the old one is not.
fn still(slot: &Slot, seeker: &Seeker, room: &Room<'_>) -> Option<Slot> {
    let adviser = room.advisers.get(&slot.seat.adviser)?;
    if !room.seats.contains(&slot.seat) || seeker.taken.contains(&slot.seat.time) {
        return None;
    }
    let is_same =
        seeker.needs.contains_key(&slot.need) && adviser.competences.contains_key(&slot.need);
    let need = if is_same {
        &slot.need
    } else {
        fit(seeker, adviser)?.0
    };
    Some(Slot {
        need: need.clone(),
        ..slot.clone()
    })
}

/// What one person can have: for each adviser the need and its fit, without what second slots they
/// have, and regardless of them.
struct Choice<'a> {
    seeker: &'a Seeker,
    class: i64,
    /// Counted from the end of the queue; 0 for those who are seated.
    place: i64,
    held: Option<&'a Slot>,
    others: &'a [Slot],
    beside: BTreeMap<AdviserId, (&'a NeedId, u32)>,
    alone: BTreeMap<AdviserId, (&'a NeedId, u32)>,
}

/// What a move disturbs, and a second slot that is lost. One person on one seat can be moved,
/// take another's second slot and lose their own.
const MOVED: i64 = 1;
const LOST: i64 = 2;

/// Weights, from the smallest place to the largest:
///
/// - a fit counts 0 to 25, so all together less than [`PLACE`];
/// - a place counts 0 to 1,000 times `PLACE`, all different, so all together less than [`CALM`];
/// - what is not disturbed counts 0 to 5 times `CALM`, so all together less than [`CLASS`];
/// - a class counts 1 to 3 times `CLASS`.
///
/// A sum of 1,000 weights is below 1.9 · 10¹⁷, and 63 bits hold 9.2 · 10¹⁸.
const PLACE: i64 = BEST_FIT as i64 * MOST_PEOPLE as i64 + 1;
const CALM: i64 = PLACE * (MOST_PEOPLE as i64 * (MOST_PEOPLE as i64 + 1) / 2 + 1);
const MOST_CALM: i64 = MOVED + 2 * LOST;
const CLASS: i64 = CALM * (MOST_CALM * MOST_PEOPLE as i64 + 1);
const _: () = assert!(CLASS < i64::MAX / ((SEATED + 1) * (MOST_PEOPLE as i64 + 1)));

fn first_slots(room: &Room<'_>, standing: &Standing<'_>) -> Vec<Slot> {
    let seats: Vec<Seat> = room.seats.iter().copied().collect();
    let fits = |seeker, done: &BTreeSet<&NeedId>, known: &BTreeSet<AdviserId>| {
        let others = room.advisers.iter().filter(|(id, _)| !known.contains(id));
        let fits = others.filter_map(|(id, it)| Some((*id, fit_without(seeker, it, done)?)));
        fits.collect::<BTreeMap<AdviserId, _>>()
    };
    let seated = standing.seated.iter().map(|(seeker, held, others)| Choice {
        seeker,
        class: SEATED,
        place: 0,
        held: Some(held),
        others,
        beside: fits(
            *seeker,
            &others.iter().map(|it| &it.need).collect(),
            &others.iter().map(|it| it.seat.adviser).collect(),
        ),
        alone: fits(*seeker, &BTreeSet::new(), &BTreeSet::new()),
    });
    let length = standing.queue.len();
    let queue = standing.queue.iter().enumerate();
    let queue = queue.map(|(index, (seeker, class))| Choice {
        seeker,
        class: *class,
        place: i64::try_from(length.saturating_sub(index)).unwrap_or(0),
        held: None,
        others: &[],
        beside: fits(*seeker, &BTreeSet::new(), &BTreeSet::new()),
        alone: BTreeMap::new(),
    });
    let people: Vec<Choice<'_>> = seated.chain(queue).collect();
    let weight = |row: usize, column: usize| match (people.get(row), seats.get(column)) {
        (Some(choice), Some(seat)) => choice.on(*seat, &standing.second).map_or(0, |it| it.1),
        _ => 0,
    };
    let pairs = assignment::best(people.len(), seats.len(), weight);
    let pairs = pairs.into_iter().zip(&people);
    let slots = pairs.filter_map(|(column, choice)| {
        let seat = *seats.get(column?)?;
        let (need, _) = choice.on(seat, &standing.second)?;
        Some(Slot {
            seat,
            person: choice.seeker.person,
            need: need.clone(),
        })
    });
    slots.collect()
}

impl<'a> Choice<'a> {
    /// What a seat would be about for this person, and what it weighs.
    fn on(&self, seat: Seat, second: &BTreeMap<Seat, Person>) -> Option<(&'a NeedId, i64)> {
        let weight = |fit: u32, disturbances: i64| {
            self.class * CLASS
                + (MOST_CALM - disturbances) * CALM
                + self.place * PLACE
                + i64::from(fit)
        };
        if let Some(held) = self.held.filter(|it| it.seat == seat) {
            let fit = self.alone.get(&seat.adviser)?.1;
            return Some((&held.need, weight(fit, 0)));
        }
        if self.seeker.taken.contains(&seat.time) {
            return None;
        }
        let moved = if self.held.is_some() { MOVED } else { 0 };
        // The seat of one's own second slot: no move, but one slot less.
        if let Some(own) = self.others.iter().find(|it| it.seat == seat) {
            let fit = self.alone.get(&seat.adviser)?.1;
            return Some((&own.need, weight(fit, LOST)));
        }
        let taken = if second.contains_key(&seat) { LOST } else { 0 };
        let is_beside = self.others.iter().all(|it| it.seat.time != seat.time);
        if is_beside && let Some((need, fit)) = self.beside.get(&seat.adviser) {
            return Some((need, weight(*fit, moved + taken)));
        }
        let (need, fit) = self.alone.get(&seat.adviser)?;
        Some((need, weight(*fit, moved + taken + LOST)))
    }
}

/// Second slots stay where they are not in the way.
fn keep_second_slots(standing: &Standing<'_>, slots: &mut Vec<Slot>) {
    for (_, _, others) in &standing.seated {
        for other in others {
            let is_in_the_way = |it: &Slot| {
                let is_own = it.person == other.person;
                let is_like = it.seat.time == other.seat.time
                    || it.seat.adviser == other.seat.adviser
                    || it.need == other.need;
                it.seat == other.seat || is_own && is_like
            };
            if !slots.iter().any(is_in_the_way) {
                slots.push(other.clone());
            }
        }
    }
}

/// A second slot for those who had two and have one.
fn second_slots_again(plan: &Plan, room: &Room<'_>, slots: &[Slot]) -> Vec<Slot> {
    let given: BTreeSet<Seat> = slots.iter().map(|it| it.seat).collect();
    let has_lost = |it: &&&Seeker| {
        let now = slots.iter().filter(|slot| slot.person == it.person);
        plan.of(it.person).count() > 1 && now.count() == 1
    };
    let line: Vec<&Seeker> = room.line.iter().filter(has_lost).copied().collect();
    seated(room, &line, &given, slots)
}

fn moves(before: &[Slot], after: &[Slot]) -> Vec<Move<Booking>> {
    let booking = |it: &Slot| Booking {
        seat: it.seat,
        need: it.need.clone(),
    };
    let gone = before.iter().filter(|it| !after.contains(it));
    let come = after.iter().filter(|it| !before.contains(it));
    let mut of_person: BTreeMap<Person, (Vec<Booking>, Vec<Booking>)> = BTreeMap::new();
    for it in gone {
        of_person.entry(it.person).or_default().0.push(booking(it));
    }
    for it in come {
        of_person.entry(it.person).or_default().1.push(booking(it));
    }
    let mut moves = Vec::new();
    for (person, (gone, come)) in of_person {
        let (mut gone, mut come) = (gone.into_iter(), come.into_iter());
        loop {
            let (from, to) = (gone.next(), come.next());
            if from.is_none() && to.is_none() {
                break;
            }
            moves.push(Move { person, from, to });
        }
    }
    moves
}
