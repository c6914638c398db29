//! Making groups: what is asked for, the work in steps, and what can be said of the outcome.

use super::{answer, present};
use std::collections::{BTreeMap, BTreeSet};
use vaekstspejl_workshop::{
    answer::{Answer, Person},
    groups::{self, Impossible, Pair, Plan},
    hall::{Hall, Programme, Seated},
    repair::{self, groups::Groups},
    rounds::{self, Schedule},
};

/// What the facilitator asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Sizes and rounds.
    pub programme: Programme,
    /// How much likeness weighs against mix, 0–100.
    pub likeness: u8,
    /// These sit together in every round.
    pub together: Vec<Pair>,
    /// These never do.
    pub apart: Vec<Pair>,
    /// The same one gives the same groups.
    pub seed: u64,
}

impl Wanted {
    /// As the groups that stand were asked for, or as usual.
    pub fn of(hall: &Hall) -> Self {
        let seated = hall.seated();
        Self {
            programme: hall.programme().clone(),
            likeness: seated.map_or(50, |it| it.likeness),
            together: seated.map_or_else(Vec::new, |it| pairs(&it.together)),
            apart: seated.map_or_else(Vec::new, |it| pairs(&it.apart)),
            seed: seated.map_or(1, |it| it.seed),
        }
    }
}

/// Pairs as a hall keeps them.
pub fn pairs(kept: &[(u32, u32)]) -> Vec<Pair> {
    let pairs = kept.iter().map(|(a, b)| (Person(*a), Person(*b)));
    pairs.collect()
}

/// Why there are no groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Not {
    /// There is nobody.
    Nobody,
    /// The sizes or the wishes.
    Impossible(Impossible),
}

/// Groups in the making: a few steps, between which the page has its turn.
#[derive(Clone, Debug)]
pub struct Making {
    wanted: Wanted,
    people: Vec<(Person, Answer)>,
    schedule: Option<Schedule>,
    first: Option<Plan>,
}

/// How far it is.
#[derive(Clone, Debug)]
pub enum Step {
    /// There is more to do.
    More(Box<Making>),
    /// Done.
    Made(Seated),
}

impl Making {
    /// Of everybody in the room. Wishes about people who are not there are left out.
    pub fn new(hall: &Hall, wanted: Wanted) -> Self {
        let people = present(hall);
        let here: BTreeSet<Person> = people.iter().map(|(person, _)| *person).collect();
        let kept = |pairs: Vec<Pair>| {
            let pairs = pairs.into_iter();
            let pairs = pairs.filter(|(a, b)| here.contains(a) && here.contains(b) && a != b);
            pairs.collect()
        };
        let wanted = Wanted {
            together: kept(wanted.together),
            apart: kept(wanted.apart),
            ..wanted
        };
        Self {
            wanted,
            people,
            schedule: None,
            first: None,
        }
    }

    /// The next step.
    pub fn step(mut self) -> Result<Step, Not> {
        if self.people.is_empty() {
            return Err(Not::Nobody);
        }
        let Some(schedule) = &self.schedule else {
            self.schedule = Some(self.rounds().map_err(Not::Impossible)?);
            return Ok(Step::More(Box::new(self)));
        };
        let Some(first) = &self.first else {
            self.first = Some(self.groups(schedule).map_err(Not::Impossible)?);
            return Ok(Step::More(Box::new(self)));
        };
        Ok(Step::Made(self.together(schedule, first)))
    }

    /// All steps at once.
    pub fn run(mut self) -> Result<Seated, Not> {
        loop {
            match self.step()? {
                Step::More(making) => self = *making,
                Step::Made(seated) => return Ok(seated),
            }
        }
    }

    fn rounds(&self) -> Result<Schedule, Impossible> {
        let people: Vec<Person> = self.people.iter().map(|(person, _)| *person).collect();
        let programme = &self.wanted.programme;
        let wishes = rounds::Wishes {
            smallest: programme.smallest.into(),
            largest: programme.largest.into(),
            rounds: programme.rounds.into(),
            apart: self.wanted.apart.clone(),
        };
        rounds::rounds(&people, &wishes, self.wanted.seed)
    }

    /// The first round by what people need and can: in groups of the schedule's sizes, or where the
    /// wishes do not let that be, in any that were asked for.
    fn groups(&self, schedule: &Schedule) -> Result<Plan, Impossible> {
        let sizes = || schedule.rounds.iter().flatten().map(Vec::len);
        let wishes = groups::Wishes {
            smallest: sizes().min().unwrap_or(1),
            largest: sizes().max().unwrap_or(1),
            likeness: self.wanted.likeness,
            together: self.wanted.together.clone(),
            apart: self.wanted.apart.clone(),
        };
        match groups::groups(&self.people, &wishes, self.wanted.seed) {
            Err(Impossible::Wishes { .. }) => {
                let wishes = groups::Wishes {
                    smallest: self.wanted.programme.smallest.into(),
                    largest: self.wanted.programme.largest.into(),
                    ..wishes
                };
                groups::groups(&self.people, &wishes, self.wanted.seed)
            }
            other => other,
        }
    }

    /// The first round is the groups; the others follow as the schedule has them, and keep the
    /// wishes with the fewest moves.
    fn together(&self, schedule: &Schedule, first: &Plan) -> Seated {
        let members: Vec<Vec<Person>> = first.groups.iter().map(|it| it.people.clone()).collect();
        let later = schedule.beginning_with(&members);
        let later = later.as_ref().unwrap_or(schedule);
        let mut all: Vec<Groups> = vec![first.seated()];
        for round in later.rounds.iter().skip(1) {
            let round: Groups = round
                .iter()
                .map(|it| it.iter().copied().collect())
                .collect();
            all.push(self.kept(round).unwrap_or_else(|| first.seated()));
        }
        let pairs = |pairs: &[Pair]| pairs.iter().map(|(a, b)| (a.0, b.0)).collect();
        let seated = Seated {
            likeness: self.wanted.likeness,
            together: pairs(&self.wanted.together),
            apart: pairs(&self.wanted.apart),
            seed: self.wanted.seed,
            rounds: Vec::new(),
            repeated: (0, 0),
        };
        let least = u32::try_from(schedule.bound).unwrap_or(u32::MAX);
        with_rounds(&seated, &all, least)
    }

    fn kept(&self, round: Groups) -> Option<Groups> {
        let wanted = &self.wanted;
        if keeps(&round, &wanted.together, &wanted.apart) {
            return Some(round);
        }
        let here = self.people.iter().map(|(person, _)| *person).collect();
        let rules = repair::groups::Rules {
            smallest: wanted.programme.smallest.into(),
            largest: wanted.programme.largest.into(),
            together: wanted.together.clone(),
            apart: wanted.apart.clone(),
        };
        let change = repair::groups::repair(&round, &here, &rules, |_| 0).ok()?;
        let round = change.apply(&round).ok()?;
        Some(round.into_iter().filter(|it| !it.is_empty()).collect())
    }
}

/// Whether groups keep the wishes.
pub fn keeps(groups: &Groups, together: &[Pair], apart: &[Pair]) -> bool {
    let place = |who: &Person| groups.iter().position(|it| it.contains(who));
    let one = |(a, b): &Pair| place(a) == place(b);
    together.iter().all(one) && !apart.iter().any(one)
}

/// The same with other groups, and how many meet again in them.
pub fn with_rounds(seated: &Seated, rounds: &[Groups], least: u32) -> Seated {
    let seated = seated.with_groups(rounds);
    let repeated = meet_again(rounds);
    Seated {
        repeated: (repeated, least.min(repeated)),
        ..seated
    }
}

/// Pairs that meet more than once, counted once for each time more.
pub fn meet_again(rounds: &[Groups]) -> u32 {
    let mut met: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    for group in rounds.iter().flatten() {
        for a in group {
            for b in group.range(..*a) {
                *met.entry((b.0, a.0)).or_default() += 1;
            }
        }
    }
    let again = met.values().map(|it| it.saturating_sub(1));
    again.fold(0, u32::saturating_add)
}

/// How good the groups of a round are, and why; the groups that are not empty, in their order.
pub fn judged(hall: &Hall, seated: &Seated, round: usize) -> Plan {
    let groups = seated.groups().into_iter().nth(round).unwrap_or_default();
    let entries = hall.register().entries().iter();
    let people = entries.filter(|it| groups.iter().any(|group| group.contains(&it.person)));
    let people: Vec<(Person, Answer)> = people.map(|it| (it.person, answer(it))).collect();
    let wishes = groups::Wishes {
        smallest: hall.programme().smallest.into(),
        largest: hall.programme().largest.into(),
        likeness: seated.likeness,
        ..groups::Wishes::default()
    };
    groups::judged(&people, &wishes, &groups)
}
