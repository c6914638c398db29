//! The report after a workshop: sums that can be passed on without telling of anybody.
//!
//! The rules are those of an office's statistics
//! ([`inbox_statistics`](vaekstspejl_engine::inbox_statistics), docs/adr/0015): what is under five
//! is withheld, so is enough besides that subtraction does not give it, and what is left is rounded
//! to fives. Of a room under five, nothing is told; of a usual room of sixteen to twenty, little.
//!
//! One report is published of a workshop. A second one with a person more or less would tell of
//! that person.

use crate::{
    answer::{Answer, Level, Person},
    slots::{Plan, Reason},
};
use std::collections::BTreeSet;
use vaekstspejl_engine::{
    NeedId, ScaleId, SegmentId,
    inbox_statistics::{Cell, part, published, table},
};

/// What is counted, in the order in which it is told: from the content, never from the answers, so
/// that neither order nor absence tells anything.
#[derive(Clone, Copy, Debug)]
pub struct Categories<'a> {
    /// The segments.
    pub segments: &'a [SegmentId],
    /// The needs.
    pub needs: &'a [NeedId],
    /// The dimensions.
    pub scales: &'a [ScaleId],
}

/// What may be told of a workshop. Counts of people are multiples of five; `None`: withheld, or
/// none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Those who gave answers to the room.
    pub people: Option<u32>,
    /// By segment; the last is for those of whom it could not be said.
    pub segments: Vec<Cell>,
    /// By need; a person has several.
    pub needs: Vec<Cell>,
    /// By level, for each dimension.
    pub scales: Vec<Levels>,
    /// What became of those who sought a slot.
    pub slots: Slots,
}

/// The levels of one dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Levels {
    /// The dimension.
    pub scale: ScaleId,
    /// From `1` to `5`, and the unknown.
    pub levels: Vec<Cell>,
}

/// What became of those who sought a slot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slots {
    /// Seats there were. It tells of advisers, not of people, and is exact.
    pub offered: usize,
    /// People by what became of them: the ids in [`OUTCOMES`], in that order.
    pub outcomes: Vec<Cell>,
    /// Those who had a slot about a need, by need.
    pub about: Vec<Cell>,
}

/// What can become of a person who seeks a slot.
pub const OUTCOMES: [&str; 5] = [
    "served",
    "no_need",
    "nobody_helps",
    "only_when_taken",
    "no_slot_left",
];

/// What may be told of these answers and this plan.
pub fn report(categories: Categories<'_>, answers: &[Answer], plan: &Plan) -> Report {
    let people = u32::try_from(answers.len()).unwrap_or(u32::MAX);
    let ids = categories.segments.iter().map(SegmentId::as_str);
    let stages = answers.iter().map(|it| it.stage.as_ref());
    let needs = categories.needs.iter().map(|need| {
        let with = answers.iter().filter(|it| it.needs.contains(need));
        cell(need.as_str(), part(with.count(), answers.len()))
    });
    let scales = categories.scales.iter().map(|scale| Levels {
        scale: scale.clone(),
        levels: levels(scale, answers),
    });
    Report {
        people: published(&[people]).first().copied().flatten(),
        segments: table(ids, stages.map(|it| it.map(SegmentId::as_str))),
        needs: needs.collect(),
        scales: scales.collect(),
        slots: slots(categories.needs, plan),
    }
}

fn levels(scale: &ScaleId, answers: &[Answer]) -> Vec<Cell> {
    const NAMES: [&str; 5] = ["1", "2", "3", "4", "5"];
    let name = |level: &Level| NAMES.get(usize::from(level.get()).checked_sub(1)?).copied();
    let levels = answers.iter().map(|it| it.levels.get(scale).and_then(name));
    table(NAMES.into_iter(), levels)
}

fn slots(needs: &[NeedId], plan: &Plan) -> Slots {
    let served: BTreeSet<Person> = plan.slots.iter().map(|it| it.person).collect();
    let waiting = |reason| plan.waiting.iter().filter(|it| it.reason == reason).count();
    let counts = [
        served.len(),
        waiting(Reason::NoNeed),
        waiting(Reason::NobodyHelps),
        waiting(Reason::OnlyWhenTaken),
        waiting(Reason::NoSlotLeft),
    ];
    let counts = counts.map(|it| u32::try_from(it).unwrap_or(u32::MAX));
    let outcomes = OUTCOMES.into_iter().zip(published(&counts));
    let about = needs.iter().map(|need| {
        let with = plan.slots.iter().filter(|it| it.need == *need);
        let with: BTreeSet<Person> = with.map(|it| it.person).collect();
        cell(need.as_str(), part(with.len(), served.len()))
    });
    Slots {
        offered: plan.slots.len() + plan.unused.len(),
        outcomes: outcomes.map(|(id, count)| cell(id, count)).collect(),
        about: about.collect(),
    }
}

fn cell(id: &str, count: Option<u32>) -> Cell {
    Cell {
        id: Some(id.to_owned()),
        count,
    }
}
