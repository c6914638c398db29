//! Slots of twenty minutes with advisers of different competence, as well as they can be given.
//!
//! Every adviser is there at some times and can help with some needs; every person has needs, may
//! have wishes, and is taken at some times, for instance by a round of their group. Nobody is at
//! two places at once. Of all ways to give each person at most one slot with somebody who can help
//! with one of their needs, [`plan`] finds the best in this order:
//!
//! 1. **As many people as possible get a slot.**
//! 2. **The most urgent first.** People stand in a line: by the urgency of their most urgent need
//!    that somebody here can help with, then by arrival. Going down the line, everybody is served
//!    who can be served without taking the possibility from those before. Wishes play no part in
//!    who is served: otherwise it would pay to have many.
//! 3. **Wishes and competence**: the greatest sum of [`fit`].
//! 4. **Earlier times**: the smallest sum of the times' numbers.
//!
//! What is still equal is decided by the order of people and advisers by number, never by the
//! order in which they are given.
//!
//! 1 and 2 do not contradict each other: sets of people who can be served together form a matroid
//! (a transversal one), in which going down the line greedily ends with a set of the greatest
//! size; and the same set has the greatest sum for any positive weights that fall along the line
//! (Edmonds 1971). So it is enough to weigh people by their place in the line, and one assignment
//! with whole numbers gives the optimum of all four.
//!
//! Only then, and only if it is wanted, second slots are given out of what is left, in the same
//! way: with another adviser, about another need, at another time. So nobody has a second slot
//! while somebody who could be served has none.

use crate::{
    answer::{Answer, Person, fifth},
    assignment,
};
use std::collections::{BTreeMap, BTreeSet};
use vaekstspejl_engine::{Assessment, NeedId, need::SHOWN};

/// The most people a plan is made for.
pub const MOST_PEOPLE: usize = 1000;

/// The most advisers.
pub const MOST_ADVISERS: usize = 60;

/// The most times: 24 slots of twenty minutes are eight hours.
pub const MOST_TIMES: u8 = 24;

/// The largest [`fit`]: the most urgent need, the best competence and a first wish.
pub const BEST_FIT: u32 = 25;

/// An adviser of this workshop, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AdviserId(pub u16);

/// One of the times at which slots begin, counted from 0, all equally long and none overlapping.
/// When that is by the clock, the run sheet knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub u8);

/// How well an adviser can help with a need: 1 (knows of it), 2 (well), 3 (it is their trade).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Competence(u8);

/// How urgent a need is to a person: 1 (some day) to 5 (now).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Urgency(u8);

/// Somebody who gives slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adviser {
    /// Which adviser.
    pub id: AdviserId,
    /// What they can help with. A need that is missing is one they cannot help with.
    pub competences: BTreeMap<NeedId, Competence>,
    /// When they are there.
    pub times: BTreeSet<Time>,
}

/// Somebody who seeks a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeker {
    /// Who.
    pub person: Person,
    /// What they need help with, and how urgently.
    pub needs: BTreeMap<NeedId, Urgency>,
    /// What they wish, the dearest first. A wish for somebody who cannot help with any of their
    /// needs, or for a need they do not have, has no effect.
    pub wishes: Vec<Wish>,
    /// When they are somewhere else, for instance in a round of their group.
    pub taken: BTreeSet<Time>,
}

/// What a person wishes of a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// This adviser.
    Adviser(AdviserId),
    /// Somebody who can help with this need.
    Need(NeedId),
}

/// An adviser at a time. Ordered by time, then by adviser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seat {
    /// When.
    pub time: Time,
    /// With whom.
    pub adviser: AdviserId,
}

/// A seat that is given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// Which.
    pub seat: Seat,
    /// To whom.
    pub person: Person,
    /// What it is about: of the needs this adviser can help with, the one with the greatest
    /// urgency times competence.
    pub need: NeedId,
}

/// How many slots a person can have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Most {
    /// One.
    #[default]
    One,
    /// A second one when there are seats left.
    Two,
}

/// Why a person has no slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Said no need.
    NoNeed,
    /// No adviser who is there can help with any of their needs.
    NobodyHelps,
    /// Those who can help are there only when the person is somewhere else.
    OnlyWhenTaken,
    /// All seats that would have been possible are given.
    NoSlotLeft,
}

/// Somebody without a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Who.
    pub person: Person,
    /// Why.
    pub reason: Reason,
}

/// Who has which slot. Made by [`plan`], changed by [`crate::repair`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What is given, by time and adviser.
    pub slots: Vec<Slot>,
    /// Who has no slot, in the order in which they are to be asked when one becomes free.
    pub waiting: Vec<Waiting>,
    /// What is not given, by time and adviser.
    pub unused: Vec<Seat>,
}

/// Why there is no plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// More than [`MOST_PEOPLE`]; how many there are.
    TooManyPeople(usize),
    /// More than [`MOST_ADVISERS`]; how many there are.
    TooManyAdvisers(usize),
    /// A time that is not below [`MOST_TIMES`].
    NoSuchTime(Time),
    /// A person twice.
    PersonTwice(Person),
    /// An adviser twice.
    AdviserTwice(AdviserId),
}

impl Competence {
    /// A competence, if it is 1 to 3.
    pub const fn new(competence: u8) -> Option<Self> {
        match competence {
            1..=3 => Some(Self(competence)),
            _ => None,
        }
    }

    /// The number, 1 to 3.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Urgency {
    /// When nothing is said of it.
    pub const USUAL: Self = Self(3);

    /// An urgency, if it is 1 to 5.
    pub const fn new(urgency: u8) -> Option<Self> {
        match urgency {
            1..=5 => Some(Self(urgency)),
            _ => None,
        }
    }

    /// The number, 1 to 5.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Seeker {
    /// A person with the needs they gave to the room, without wishes and never taken. A need of
    /// which nothing is said in `urgency` is [`Urgency::USUAL`].
    pub fn of(person: Person, answer: &Answer, urgency: &BTreeMap<NeedId, Urgency>) -> Self {
        let needs = answer.needs.iter().map(|need| {
            let said = urgency.get(need).copied();
            (need.clone(), said.unwrap_or(Urgency::USUAL))
        });
        Self {
            person,
            needs: needs.collect(),
            wishes: Vec::new(),
            taken: BTreeSet::new(),
        }
    }
}

/// How urgent the needs are that the person is shown, and so also those that
/// [`answer_of`](crate::answer::answer_of) gives to the room: the fifth
/// that the need's strength is in.
pub fn urgency_of(assessment: &Assessment<'_>) -> BTreeMap<NeedId, Urgency> {
    let needs = assessment.needs.iter().take(SHOWN);
    let needs = needs.map(|it| {
        let hundredths = u16::from(it.strength) * 100;
        (it.need.clone(), Urgency(fifth(hundredths)))
    });
    needs.collect()
}

impl Plan {
    /// The slots of a person, the earliest first.
    pub fn of(&self, person: Person) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(move |it| it.person == person)
    }
}

/// What a slot with this adviser would be about and how well it fits, 1 to [`BEST_FIT`]; `None`
/// when they cannot help with any of the person's needs.
///
/// Urgency times competence of the need it is about (1–15), and 10 when a first wish is fulfilled,
/// 6 for a second, 3 for a third, 1 for any further one; the dearest that is fulfilled counts.
pub fn fit<'s>(seeker: &'s Seeker, adviser: &Adviser) -> Option<(&'s NeedId, u32)> {
    fit_without(seeker, adviser, &BTreeSet::new())
}

/// As [`fit`], but about none of these needs.
pub(crate) fn fit_without<'s>(
    seeker: &'s Seeker,
    adviser: &Adviser,
    done: &BTreeSet<&NeedId>,
) -> Option<(&'s NeedId, u32)> {
    let helped = |need: &NeedId| !done.contains(need) && adviser.competences.contains_key(need);
    let products = seeker.needs.iter().filter(|(need, _)| helped(need));
    let products = products.filter_map(|(need, urgency)| {
        let competence = adviser.competences.get(need)?;
        Some((need, u32::from(urgency.get()) * u32::from(competence.get())))
    });
    // The first of those that are equal, by the need's id.
    let (need, product) = products.reduce(|best, it| if it.1 > best.1 { it } else { best })?;
    let is_fulfilled = |wish: &Wish| match wish {
        Wish::Adviser(id) => *id == adviser.id,
        Wish::Need(need) => seeker.needs.contains_key(need) && helped(need),
    };
    let wish = match seeker.wishes.iter().position(is_fulfilled) {
        Some(0) => 10,
        Some(1) => 6,
        Some(2) => 3,
        Some(_) => 1,
        None => 0,
    };
    Some((need, product + wish))
}

/// The urgency that counts: of the most urgent need that somebody here can help with; `None`
/// when there is no such need. An adviser who is never there does not count.
pub fn urgency(seeker: &Seeker, advisers: &[Adviser]) -> Option<Urgency> {
    let here = || advisers.iter().filter(|it| !it.times.is_empty());
    let needs = seeker.needs.iter();
    let helped = needs.filter(|(need, _)| here().any(|it| it.competences.contains_key(*need)));
    helped.map(|(_, urgency)| *urgency).max()
}

/// The best plan (see the module's head for what is best), in any order of people and advisers.
pub fn plan(people: &[Seeker], advisers: &[Adviser], most: Most) -> Result<Plan, Error> {
    check(people, advisers)?;
    let room = Room::of(people, advisers);
    let mut slots = seated(&room, &room.line, &BTreeSet::new(), &[]);
    if most == Most::Two {
        // Of those who have none, nobody can use what is left: otherwise more would be served.
        let given: BTreeSet<Seat> = slots.iter().map(|it| it.seat).collect();
        let served: BTreeSet<Person> = slots.iter().map(|it| it.person).collect();
        let line = room.line.iter().copied();
        let line: Vec<&Seeker> = line.filter(|it| served.contains(&it.person)).collect();
        let second = seated(&room, &line, &given, &slots);
        slots.extend(second);
    }
    slots.sort();
    let given: BTreeSet<Seat> = slots.iter().map(|it| it.seat).collect();
    let served: BTreeSet<Person> = slots.iter().map(|it| it.person).collect();
    let without = room.line.iter().filter(|it| !served.contains(&it.person));
    Ok(Plan {
        waiting: without.map(|it| room.waiting(it)).collect(),
        unused: room.seats.difference(&given).copied().collect(),
        slots,
    })
}

/// Whether the solver's numbers are large enough for this room, and everybody is one person.
pub(crate) fn check(people: &[Seeker], advisers: &[Adviser]) -> Result<(), Error> {
    if people.len() > MOST_PEOPLE {
        return Err(Error::TooManyPeople(people.len()));
    }
    if advisers.len() > MOST_ADVISERS {
        return Err(Error::TooManyAdvisers(advisers.len()));
    }
    let times = advisers.iter().flat_map(|it| &it.times);
    if let Some(time) = times.max().filter(|it| it.0 >= MOST_TIMES) {
        return Err(Error::NoSuchTime(*time));
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = people.iter().find(|it| !seen.insert(it.person)) {
        return Err(Error::PersonTwice(twice.person));
    }
    let mut seen = BTreeSet::new();
    match advisers.iter().find(|it| !seen.insert(it.id)) {
        Some(twice) => Err(Error::AdviserTwice(twice.id)),
        None => Ok(()),
    }
}

/// People and advisers in the orders that decide, whatever order they were given in.
pub(crate) struct Room<'a> {
    /// The most urgent first, then the earliest arrival.
    pub(crate) line: Vec<&'a Seeker>,
    /// By number.
    pub(crate) advisers: BTreeMap<AdviserId, &'a Adviser>,
    /// Every adviser at every time they are there.
    pub(crate) seats: BTreeSet<Seat>,
}

impl<'a> Room<'a> {
    pub(crate) fn of(people: &'a [Seeker], advisers: &'a [Adviser]) -> Self {
        let mut line: Vec<&Seeker> = people.iter().collect();
        line.sort_by_cached_key(|it| {
            // whom nobody can help stands last
            (core::cmp::Reverse(urgency(it, advisers)), it.person)
        });
        let seats = advisers.iter().flat_map(|it| {
            let adviser = it.id;
            it.times.iter().map(move |&time| Seat { time, adviser })
        });
        Self {
            line,
            advisers: advisers.iter().map(|it| (it.id, it)).collect(),
            seats: seats.collect(),
        }
    }

    /// A person without a slot, and why.
    pub(crate) fn waiting(&self, seeker: &Seeker) -> Waiting {
        let helpers = || {
            let advisers = self.advisers.values();
            advisers.filter(|it| !it.times.is_empty() && fit(seeker, it).is_some())
        };
        let is_free = |it: &&Adviser| it.times.difference(&seeker.taken).next().is_some();
        let reason = if seeker.needs.is_empty() {
            Reason::NoNeed
        } else if helpers().next().is_none() {
            Reason::NobodyHelps
        } else if helpers().any(is_free) {
            Reason::NoSlotLeft
        } else {
            Reason::OnlyWhenTaken
        };
        Waiting {
            person: seeker.person,
            reason,
        }
    }
}

/// Weights for [`seated`], from the smallest place to the largest:
///
/// - a time counts 0 to 23, so all times together less than [`FIT`];
/// - a fit counts 1 to 25 times `FIT`, so all fits and times together less than [`PLACE`];
/// - a place in the line counts 1 to 1,000 times `PLACE`.
///
/// The largest weight is below 1,001 · `PLACE`, and a sum of 1,000 of them below 6.1 · 10¹⁴.
const FIT: i64 = MOST_TIMES as i64 * MOST_PEOPLE as i64 + 1;
const PLACE: i64 = FIT * (BEST_FIT as i64 * MOST_PEOPLE as i64 + 1);
const _: () = assert!((MOST_PEOPLE as i64 + 1).checked_mul(PLACE).is_some());
const _: () = assert!(PLACE < i64::MAX / ((MOST_PEOPLE as i64 + 1) * (MOST_PEOPLE as i64 + 1)));

/// One slot for as many of the line as possible, out of the seats that are not `given`. Nobody
/// gets one at a time, with an adviser or about a need that they have among `earlier`.
pub(crate) fn seated(
    room: &Room<'_>,
    line: &[&Seeker],
    given: &BTreeSet<Seat>,
    earlier: &[Slot],
) -> Vec<Slot> {
    let seats: Vec<Seat> = room.seats.difference(given).copied().collect();
    // For each person, what each adviser is to them; advisers are far fewer than seats.
    let people = line.iter().map(|seeker| {
        let before = || earlier.iter().filter(|it| it.person == seeker.person);
        let done: BTreeSet<&NeedId> = before().map(|it| &it.need).collect();
        let known: BTreeSet<AdviserId> = before().map(|it| it.seat.adviser).collect();
        let mut busy = seeker.taken.clone();
        busy.extend(before().map(|it| it.seat.time));
        let others = room.advisers.iter().filter(|(id, _)| !known.contains(id));
        let fits = others.filter_map(|(id, it)| Some((*id, fit_without(seeker, it, &done)?)));
        let fits: BTreeMap<AdviserId, (&NeedId, u32)> = fits.collect();
        (*seeker, busy, fits)
    });
    let people: Vec<_> = people.filter(|(_, _, fits)| !fits.is_empty()).collect();
    let weight = |row: usize, column: usize| {
        let (Some((_, busy, fits)), Some(seat)) = (people.get(row), seats.get(column)) else {
            return 0;
        };
        match fits.get(&seat.adviser) {
            Some((_, fit)) if !busy.contains(&seat.time) => {
                let place = people.len().saturating_sub(row);
                let place = i64::try_from(place).unwrap_or(0);
                let earliness = i64::from(MOST_TIMES.saturating_sub(1).saturating_sub(seat.time.0));
                place * PLACE + i64::from(*fit) * FIT + earliness
            }
            _ => 0,
        }
    };
    let pairs = assignment::best(people.len(), seats.len(), weight);
    let pairs = pairs.into_iter().zip(&people);
    let slots = pairs.filter_map(|(column, (seeker, _, fits))| {
        let seat = *seats.get(column?)?;
        let (need, _) = fits.get(&seat.adviser)?;
        Some(Slot {
            seat,
            person: seeker.person,
            need: (*need).clone(),
        })
    });
    slots.collect()
}
