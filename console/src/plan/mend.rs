//! When the room has changed since the plan was made: what has changed, and the smallest change.
//! Nothing is changed here: a change is shown first.

use super::{
    answer,
    groups::{pairs, with_rounds},
    people, programme, taken_by_rounds,
};
use std::collections::BTreeSet;
use vaekstspejl_workshop::{
    answer::Person,
    groups::judge,
    hall::{Hall, Seated, Slotted},
    repair,
    slots::{Adviser, AdviserId, Seat, Time},
};

/// What has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// Who has come since.
    pub came: Vec<Person>,
    /// Who has left since.
    pub left: Vec<Person>,
    /// Sizes, advisers or times are others than those the plan was made with.
    pub otherwise: bool,
}

impl News {
    /// Nothing has.
    pub fn is_none(&self) -> bool {
        self.came.is_empty() && self.left.is_empty() && !self.otherwise
    }

    fn between(planned: &BTreeSet<Person>, here: &BTreeSet<Person>) -> Self {
        Self {
            came: here.difference(planned).copied().collect(),
            left: planned.difference(here).copied().collect(),
            otherwise: false,
        }
    }
}

/// What has changed since groups were made; nothing before there are any.
pub fn of_groups(hall: &Hall) -> News {
    let Some(seated) = hall.seated() else {
        return News::default();
    };
    let sat = seated.rounds.iter().flatten().flatten();
    let sat = sat.map(|it| Person(*it)).collect();
    let (smallest, largest) = (hall.programme().smallest, hall.programme().largest);
    let fits = |group: &BTreeSet<u32>| {
        group.is_empty() || (usize::from(smallest)..=largest.into()).contains(&group.len())
    };
    News {
        otherwise: !seated.rounds.iter().flatten().all(fits),
        ..News::between(&sat, &people(hall))
    }
}

/// What has changed since slots were given; nothing before there are any.
pub fn of_slots(hall: &Hall) -> News {
    let Some(slotted) = hall.slotted() else {
        return News::default();
    };
    let given = slotted.slots.iter().map(|it| it.2);
    let known = given.chain(slotted.waiting.iter().map(|it| it.0));
    let known = known.map(Person).collect();
    let seek = hall.register().given().map(|(entry, _)| entry.person);
    let seats: BTreeSet<Seat> = {
        let given = slotted.slots.iter().map(|it| (it.0, it.1));
        let all = given.chain(slotted.unused.iter().copied());
        let all = all.map(|(time, adviser)| Seat {
            time: Time(time),
            adviser: AdviserId(adviser),
        });
        all.collect()
    };
    let advisers = advisers(hall);
    let now = advisers.iter().flat_map(|it| {
        it.times.iter().map(|time| Seat {
            time: *time,
            adviser: it.id,
        })
    });
    News {
        otherwise: seats != now.collect(),
        ..News::between(&known, &seek.collect())
    }
}

/// The advisers at the slots that the programme has.
pub fn advisers(hall: &Hall) -> Vec<Adviser> {
    let slots = hall.programme().slots;
    let row = |it: &vaekstspejl_workshop::hall::AdviserRow| {
        let mut adviser = it.adviser();
        adviser.times.retain(|time| u16::from(time.0) < slots);
        adviser
    };
    hall.advisers().iter().map(row).collect()
}

/// The smallest change to groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MendedGroups {
    /// Of each round.
    pub rounds: Vec<repair::groups::Change>,
    /// What is then.
    pub seated: Seated,
}

/// Why groups cannot be repaired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Not {
    /// There is nothing to repair.
    Nothing,
    /// The round, from 0, and why.
    Round(usize, repair::groups::Error),
}

/// The smallest change to the groups of every round.
pub fn groups(hall: &Hall) -> Result<MendedGroups, Not> {
    let seated = hall.seated().ok_or(Not::Nothing)?;
    let present = people(hall);
    let rules = repair::groups::Rules {
        smallest: hall.programme().smallest.into(),
        largest: hall.programme().largest.into(),
        together: pairs(&seated.together),
        apart: pairs(&seated.apart),
    };
    let entries = hall.register().entries().iter();
    let answers: Vec<_> = entries.map(|it| (it.person, answer(it))).collect();
    let quality = judge(&answers, seated.likeness);
    let quality = |group: &BTreeSet<Person>| i64::from(quality(group).hundredths());
    let (mut changes, mut all) = (Vec::new(), Vec::new());
    for (number, round) in seated.groups().iter().enumerate() {
        let change = repair::groups::repair(round, &present, &rules, quality);
        let change = change.map_err(|error| Not::Round(number, error))?;
        all.push(change.apply(round).map_err(|_| Not::Nothing)?);
        changes.push(change);
    }
    Ok(MendedGroups {
        rounds: changes,
        seated: with_rounds(seated, &all, seated.repeated.1),
    })
}

/// The smallest change to slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MendedSlots {
    /// What changes.
    pub change: repair::slots::Change,
    /// What is then.
    pub slotted: Slotted,
}

/// The smallest change to slots; `None` when there are none or too many for any plan.
pub fn slots(hall: &Hall) -> Option<MendedSlots> {
    let plan = hall.slotted()?.plan();
    let taken = taken_by_rounds(&programme(hall).unwrap_or_default());
    let seekers = hall.register().seekers(&taken);
    let change = repair::slots::repair(&plan, &seekers, &advisers(hall)).ok()?;
    let slotted = Slotted::of(&change.apply(&plan).ok()?);
    Some(MendedSlots { change, slotted })
}
