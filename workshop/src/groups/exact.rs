//! Everything: for small rooms, all ways to seat people, but those that cannot be better than the best
//! way known (branch and bound).

use super::{
    seats::{Seats, Units},
    table::{Strengths, Table},
};

/// With more people than this it is not tried.
const PEOPLE: usize = 26;

/// After this many seatings of a person it gives up.
const NODES: usize = 100_000;

/// The best there is and how good its worst group is; `None` if the room is too large, or it gave up.
pub(super) fn exact(
    table: &Table,
    units: &Units,
    seats: &[Seats],
    way: &[usize],
    bound: u32,
) -> Option<(u32, Vec<usize>)> {
    if table.people > PEOPLE {
        return None;
    }
    let number = way.iter().max().map_or(0, |it| it + 1);
    let mut groups = vec![Vec::new(); number];
    for (unit, group) in way.iter().enumerate() {
        groups[*group].extend(&units.members[unit]);
    }
    let judge = |people: &Vec<usize>| {
        let (likeness, mix) = table.judge(people);
        table.weigh(likeness, mix)
    };
    let worst = groups.iter().map(judge).min().unwrap_or(0);
    // those who sit together first, then those who have most in common with others
    let mut order: Vec<usize> = (0..table.units).collect();
    let all = |unit: &usize| table.row(*unit).iter().sum::<u32>();
    order.sort_by_key(|it| core::cmp::Reverse((units.size(*it), all(it))));
    let mut search = Everything {
        left: remaining(table, units, &order),
        table,
        units,
        order,
        seats: Seats::default(),
        groups: Vec::new(),
        of: vec![usize::MAX; table.units],
        best: worst,
        way: way.to_vec(),
        bound,
        nodes: 0,
    };
    for seats in seats {
        search.seats = *seats;
        search.groups.clear();
        search.place(0)?;
    }
    Some((search.best, search.way))
}

/// A group that is not full.
#[derive(Clone)]
struct Open {
    size: usize,
    sum: u32,
    strengths: Strengths,
    /// What each person has in common with those in it.
    common: Vec<u32>,
}

/// Those who are not seated yet, after so many units.
struct Left {
    people: Vec<usize>,
    /// For each of them, the sums of the most they have in common with others of them.
    company: Vec<Vec<u32>>,
    strengths: Strengths,
    /// The numbers of strengths a person has, summed from the most downwards.
    counts: Vec<u32>,
}

fn remaining(table: &Table, units: &Units, order: &[usize]) -> Vec<Left> {
    let left = |from: usize| {
        let units = order.iter().skip(from).map(|it| &units.members[*it]);
        let people: Vec<usize> = units.flatten().copied().collect();
        let sums = |mut values: Vec<u32>| {
            values.sort_unstable_by(|a, b| b.cmp(a));
            let mut sum = 0;
            let sums = values.into_iter().map(|it| {
                sum += it;
                sum
            });
            std::iter::once(0)
                .chain(sums.collect::<Vec<u32>>())
                .collect::<Vec<u32>>()
        };
        let others = |person: &usize| {
            let others = people.iter().filter(|it| *it != person);
            sums(others.map(|it| table.alike(*person, *it)).collect())
        };
        let strong = |it: &usize| table.strong_person[*it];
        Left {
            company: people.iter().map(others).collect(),
            strengths: people.iter().fold(Strengths::default(), |all, it| {
                all.and(Strengths {
                    once: strong(it),
                    twice: 0,
                })
            }),
            counts: sums(people.iter().map(|it| strong(it).count_ones()).collect()),
            people,
        }
    };
    (0..=order.len()).map(left).collect()
}

struct Everything<'a> {
    table: &'a Table,
    units: &'a Units,
    order: Vec<usize>,
    left: Vec<Left>,
    seats: Seats,
    groups: Vec<Open>,
    of: Vec<usize>,
    best: u32,
    way: Vec<usize>,
    bound: u32,
    nodes: usize,
}

impl Everything<'_> {
    /// All ways from here on. `None`: gave up.
    fn place(&mut self, at: usize) -> Option<()> {
        if self.best >= self.bound {
            return Some(());
        }
        let left = self.left[at].people.len();
        let Seats {
            number,
            smallest,
            largest,
        } = self.seats;
        let closed = number - self.groups.len();
        let sizes = || self.groups.iter().map(|it| it.size);
        let missing: usize = sizes().map(|it| smallest.saturating_sub(it)).sum();
        let free: usize = sizes().map(|it| largest - it).sum();
        if missing + closed * smallest > left || free + closed * largest < left {
            return Some(());
        }
        let Some(unit) = self.order.get(at).copied() else {
            // every group was judged when somebody came last
            let worst = self
                .groups
                .iter()
                .map(|it| self.most(it, at))
                .min()
                .unwrap_or(0);
            if worst > self.best {
                self.best = worst;
                self.way.clone_from(&self.of);
            }
            return Some(());
        };
        if self.groups.iter().any(|it| self.most(it, at) <= self.best) {
            return Some(());
        }
        let members = &self.units.members[unit];
        let last = if closed > 0 {
            self.groups.len()
        } else {
            self.groups.len() - 1
        };
        for group in 0..=last {
            self.nodes += 1;
            if self.nodes > NODES {
                return None;
            }
            let before = match self.groups.get(group) {
                Some(open) => open.clone(),
                None => Open {
                    size: 0,
                    sum: 0,
                    strengths: Strengths::default(),
                    common: vec![0; self.table.people],
                },
            };
            let apart = |it: &usize| {
                self.of[*it] == group && self.order.iter().take(at).any(|seated| seated == it)
            };
            if before.size + members.len() > largest || self.units.apart[unit].iter().any(apart) {
                continue;
            }
            let mut open = before.clone();
            open.size += members.len();
            open.sum += members.iter().map(|it| before.common[*it]).sum::<u32>();
            open.sum += self.table.within[unit];
            open.strengths = open.strengths.and(self.table.strong[unit]);
            for person in members {
                for (common, more) in open.common.iter_mut().zip(self.table.alike_row(*person)) {
                    *common += more;
                }
            }
            let is_new = group == self.groups.len();
            if is_new {
                self.groups.push(open);
            } else {
                self.groups[group] = open;
            }
            self.of[unit] = group;
            self.place(at + 1)?;
            self.of[unit] = usize::MAX;
            if is_new {
                self.groups.pop();
            } else {
                self.groups[group] = before;
            }
        }
        Some(())
    }

    /// The most that a group can come to, if those left could all be chosen freely for it.
    fn most(&self, open: &Open, at: usize) -> u32 {
        let left = &self.left[at];
        let least = self.seats.smallest.max(open.size);
        let most = self.seats.largest.min(open.size + left.people.len());
        let mut best = 0;
        let mut values = Vec::with_capacity(left.people.len());
        for size in least..=most {
            let come = size - open.size;
            values.clear();
            values.extend(
                left.people
                    .iter()
                    .zip(&left.company)
                    .map(|(person, company)| {
                        let company = company.get(come.saturating_sub(1)).copied().unwrap_or(0);
                        2 * open.common[*person] + company
                    }),
            );
            values.sort_unstable_by(|a, b| b.cmp(a));
            let twice: u32 = values.iter().take(come).sum();
            let likeness = Table::likeness(open.sum + twice / 2, size);
            let all = open.strengths.and(left.strengths).count();
            let some = open.strengths.count() + left.counts.get(come).copied().unwrap_or(0);
            let mix = if come == 0 {
                open.strengths.count()
            } else {
                all.min(some)
            };
            best = best.max(self.table.weigh(likeness.min(10_000), self.table.mix(mix)));
        }
        best
    }
}
