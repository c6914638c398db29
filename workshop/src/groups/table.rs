//! The room as numbers: what each pair has in common, and who has which strength.

use super::seats::Units;
use crate::{
    answer::{Answer, Level},
    picture::STRONG,
};
use std::collections::{BTreeMap, BTreeSet};
use vaekstspejl_engine::{NeedId, ScaleId};

/// The most, in hundredths.
pub(super) const FULL: u32 = 10_000;

/// More strengths than this do not take part; the content has 35 dimensions.
const STRENGTHS: usize = 128;

/// Whether a dimension at this level is a strength.
pub(super) fn is_strong(level: Level) -> bool {
    level.get() >= STRONG
}

/// Which strengths there are among some people: at least once, and at least twice.
#[derive(Clone, Copy, Default)]
pub(super) struct Strengths {
    pub(super) once: u128,
    pub(super) twice: u128,
}

impl Strengths {
    /// Those of both.
    pub(super) const fn and(self, other: Self) -> Self {
        Self {
            once: self.once | other.once,
            twice: self.twice | other.twice | (self.once & other.once),
        }
    }

    /// Each strength counted up to twice.
    pub(super) const fn count(self) -> u32 {
        self.once.count_ones() + self.twice.count_ones()
    }
}

pub(super) struct Table {
    /// How many people.
    pub(super) people: usize,
    /// How many units: people, or those who sit together.
    pub(super) units: usize,
    /// What two people have in common, 0 to [`FULL`].
    alike: Vec<u32>,
    /// The sum of it over the pairs between two units, and within each.
    between: Vec<u32>,
    pub(super) within: Vec<u32>,
    /// The strengths of each unit.
    pub(super) strong: Vec<Strengths>,
    /// The strengths of each person, which has each once at most.
    pub(super) strong_person: Vec<u128>,
    /// How many people have each strength.
    pub(super) holders: Vec<usize>,
    /// What a group counts that has each strength as often as it can count.
    pub(super) reach: u32,
    /// The strengths in the room.
    pub(super) strengths: Vec<ScaleId>,
    likeness: u32,
}

impl Table {
    pub(super) fn new(answers: &[&Answer], units: &Units, likeness: u32) -> Self {
        let people = answers.len();
        let needs: BTreeSet<&NeedId> = answers.iter().flat_map(|it| &it.needs).collect();
        let needs: BTreeMap<&NeedId, usize> = needs
            .into_iter()
            .enumerate()
            .map(|(at, need)| (need, at))
            .collect();
        let blocks = needs.len().div_ceil(64);
        let mut has = vec![0u64; people * blocks];
        for (person, answer) in answers.iter().enumerate() {
            for at in answer.needs.iter().filter_map(|need| needs.get(need)) {
                has[person * blocks + at / 64] |= 1 << (at % 64);
            }
        }
        let row = |person: usize| &has[person * blocks..(person + 1) * blocks];
        let count = |row: &[u64]| row.iter().map(|it| it.count_ones()).sum::<u32>();
        let counts: Vec<u32> = (0..people).map(|it| count(row(it))).collect();
        let mut alike = vec![0; people * people];
        for a in 0..people {
            for b in 0..a {
                let both: u32 = row(a)
                    .iter()
                    .zip(row(b))
                    .map(|(a, b)| (a & b).count_ones())
                    .sum();
                if both > 0 {
                    let common = FULL * 2 * both / (counts[a] + counts[b]);
                    alike[a * people + b] = common;
                    alike[b * people + a] = common;
                }
            }
        }

        let strong = |answer: &Answer| -> Vec<ScaleId> {
            let strong = answer.levels.iter().filter(|(_, level)| is_strong(**level));
            strong.map(|(scale, _)| scale.clone()).collect()
        };
        let strengths: BTreeSet<ScaleId> = answers.iter().flat_map(|it| strong(it)).collect();
        let strengths: Vec<ScaleId> = strengths.into_iter().take(STRENGTHS).collect();
        let mask = |answer: &&Answer| {
            let places = strong(answer);
            let places = places
                .iter()
                .filter_map(|scale| strengths.binary_search(scale).ok());
            places.fold(0u128, |mask, at| mask | (1 << at))
        };
        let strong_person: Vec<u128> = answers.iter().map(mask).collect();
        let holders: Vec<usize> = (0..strengths.len())
            .map(|at| strong_person.iter().filter(|it| *it >> at & 1 == 1).count())
            .collect();
        let reach = holders.iter().map(|it| (*it).min(2) as u32).sum();

        let number = units.members.len();
        let mut between = alike.clone();
        let mut within = vec![0; number];
        if number < people {
            between = vec![0; number * number];
            for (a, first) in units.members.iter().enumerate() {
                for (b, second) in units.members.iter().enumerate() {
                    let pairs = first
                        .iter()
                        .flat_map(|p| second.iter().map(move |q| (p, q)));
                    let sum: u32 = pairs.map(|(p, q)| alike[p * people + q]).sum();
                    if a == b {
                        within[a] = sum / 2;
                    } else {
                        between[a * number + b] = sum;
                    }
                }
            }
        }
        let unit = |members: &Vec<usize>| {
            members.iter().fold(Strengths::default(), |all, it| {
                all.and(Strengths {
                    once: strong_person[*it],
                    twice: 0,
                })
            })
        };
        let strong = units.members.iter().map(unit).collect();
        Self {
            people,
            units: number,
            alike,
            between,
            within,
            strong,
            strong_person,
            holders,
            reach,
            strengths,
            likeness,
        }
    }

    /// What these two people have in common.
    pub(super) fn alike(&self, person: usize, other: usize) -> u32 {
        self.alike[person * self.people + other]
    }

    /// What one person has in common with each.
    pub(super) fn alike_row(&self, person: usize) -> &[u32] {
        &self.alike[person * self.people..(person + 1) * self.people]
    }

    /// What one unit has in common with each.
    pub(super) fn row(&self, unit: usize) -> &[u32] {
        &self.between[unit * self.units..(unit + 1) * self.units]
    }

    pub(super) fn between(&self, unit: usize, other: usize) -> u32 {
        self.between[unit * self.units + other]
    }

    /// Likeness of a group, from the sum over its pairs.
    pub(super) fn likeness(sum: u32, size: usize) -> u32 {
        let pairs = (size * size.saturating_sub(1) / 2) as u32;
        sum.checked_div(pairs).unwrap_or(0)
    }

    /// Mix of a group, from what it counts of strengths.
    pub(super) fn mix(&self, count: u32) -> u32 {
        (FULL * count).checked_div(self.reach).unwrap_or(0)
    }

    /// Whether strengths count at all.
    pub(super) const fn mixes(&self) -> bool {
        self.likeness < 100
    }

    /// Whether needs count at all.
    pub(super) const fn likens(&self) -> bool {
        self.likeness > 0
    }

    /// Both, weighted. It grows with either.
    pub(super) const fn weigh(&self, likeness: u32, mix: u32) -> u32 {
        (self.likeness * likeness + (100 - self.likeness) * mix) / 100
    }

    /// Likeness and mix of these people.
    pub(super) fn judge(&self, people: &[usize]) -> (u32, u32) {
        let pairs = people.iter().enumerate();
        let pairs = pairs.flat_map(|(at, a)| people[..at].iter().map(move |b| (*a, *b)));
        let sum = pairs.map(|(a, b)| self.alike(a, b)).sum();
        let strengths = people.iter().fold(Strengths::default(), |all, it| {
            all.and(Strengths {
                once: self.strong_person[*it],
                twice: 0,
            })
        });
        (
            Self::likeness(sum, people.len()),
            self.mix(strengths.count()),
        )
    }
}
