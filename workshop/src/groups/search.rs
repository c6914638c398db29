//! The search: exchanges of two people, or moves of one, first also for the worse within a threshold
//! that falls to nothing (threshold accepting: Dueck and Scheuer 1990), then only where the worst group
//! gets better. The amount of work depends on the number of people alone.

use super::{
    seats::{Seats, Units},
    table::{FULL, Strengths, Table},
};
use crate::chance::Chance;

/// Groups, with everything that tells quickly what an exchange would change.
#[derive(Clone)]
struct State<'a> {
    table: &'a Table,
    units: &'a Units,
    seats: Seats,
    group: Vec<usize>,
    members: Vec<Vec<usize>>,
    sizes: Vec<usize>,
    /// Of each group, what its pairs have in common.
    sums: Vec<u32>,
    /// Of each group and unit, what it has in common with those in the group but itself.
    common: Vec<u32>,
    quality: Vec<u32>,
    strong: Vec<Held>,
}

/// The strengths of a group: those that at least one, two and three units have.
#[derive(Clone, Copy, Default)]
struct Held {
    strengths: Strengths,
    thrice: u128,
}

/// A change to be judged: a unit goes to a group, and perhaps another comes back.
#[derive(Clone, Copy)]
struct Change {
    unit: usize,
    to: usize,
    back: Option<usize>,
}

/// The qualities of both groups after a change: of the one left and the one entered.
#[derive(Clone, Copy)]
struct After {
    left: u32,
    entered: u32,
}

impl<'a> State<'a> {
    fn new(table: &'a Table, units: &'a Units, seats: Seats, group: Vec<usize>) -> Self {
        let number = seats.number;
        let mut state = Self {
            table,
            units,
            seats,
            members: vec![Vec::new(); number],
            sizes: vec![0; number],
            sums: vec![0; number],
            common: vec![0; number * table.units],
            quality: vec![0; number],
            strong: vec![Held::default(); number],
            group,
        };
        for unit in 0..table.units {
            let to = state.group[unit];
            state.enter(unit, to);
        }
        for group in 0..number {
            state.hold(group);
            state.quality[group] = state.judge(group, None, None, 0, 0);
        }
        state
    }

    fn common(&self, unit: usize, group: usize) -> u32 {
        self.common[group * self.table.units + unit]
    }

    fn enter(&mut self, unit: usize, group: usize) {
        self.sums[group] += self.table.within[unit] + self.common(unit, group);
        let all = self.table.units;
        let column = &mut self.common[group * all..(group + 1) * all];
        for (common, more) in column.iter_mut().zip(self.table.row(unit)) {
            *common += more;
        }
        self.members[group].push(unit);
        self.sizes[group] += self.units.size(unit);
        self.group[unit] = group;
    }

    fn leave(&mut self, unit: usize) {
        let group = self.group[unit];
        let all = self.table.units;
        let column = &mut self.common[group * all..(group + 1) * all];
        for (common, less) in column.iter_mut().zip(self.table.row(unit)) {
            *common -= less;
        }
        self.sums[group] -= self.table.within[unit] + self.common(unit, group);
        self.members[group].retain(|it| *it != unit);
        self.sizes[group] -= self.units.size(unit);
    }

    /// The quality of a group without one and with another, its sum being `sum + more - less`.
    fn judge(
        &self,
        group: usize,
        without: Option<usize>,
        with: Option<usize>,
        more: u32,
        less: u32,
    ) -> u32 {
        let of = |unit: Option<usize>| unit.map_or(0, |it| self.units.size(it));
        let size = self.sizes[group] + of(with) - of(without);
        let likeness = Table::likeness(self.sums[group] + more - less, size);
        let mix = if self.table.mixes() {
            let strengths = without.map_or(self.strong[group].strengths, |it| self.lose(group, it));
            let strengths = with.map_or(strengths, |it| strengths.and(self.table.strong[it]));
            self.table.mix(strengths.count())
        } else {
            0
        };
        self.table.weigh(likeness, mix)
    }

    /// The strengths of a group without one of it.
    fn lose(&self, group: usize, unit: usize) -> Strengths {
        let strong = self.table.strong[unit];
        if strong.twice == 0 {
            // each strength of the unit is there once less
            let Held {
                strengths: Strengths { once, twice },
                thrice,
            } = self.strong[group];
            let not = !strong.once;
            return Strengths {
                once: twice | (once & not),
                twice: thrice | (twice & not),
            };
        }
        let stay = self.members[group].iter().filter(|it| **it != unit);
        stay.fold(Strengths::default(), |all, it| {
            all.and(self.table.strong[*it])
        })
    }

    /// Counts the strengths of a group.
    fn hold(&mut self, group: usize) {
        let mut held = Held::default();
        for unit in &self.members[group] {
            let Strengths { once, twice } = self.table.strong[*unit];
            held.thrice |= (held.strengths.twice & once) | (held.strengths.once & twice);
            held.strengths = held.strengths.and(self.table.strong[*unit]);
        }
        self.strong[group] = held;
    }

    /// What a change would give; `None` if the wishes forbid it.
    fn after(&self, change: Change) -> Option<After> {
        let Change { unit, to, back } = change;
        let from = self.group[unit];
        if from == to {
            return None;
        }
        let size = self.units.size(unit);
        let size_back = back.map_or(0, |it| self.units.size(it));
        let (small, large) = (self.seats.smallest, self.seats.largest);
        let fits = |size: usize| small <= size && size <= large;
        let one_in = self.sizes[to] + size - size_back;
        if !fits(one_in) || !fits(self.sizes[from] + size_back - size) {
            return None;
        }
        let apart = |unit: usize, group: usize, but: Option<usize>| {
            let mut apart = self.units.apart[unit].iter();
            apart.any(|it| self.group[*it] == group && Some(*it) != but)
        };
        if apart(unit, to, back) || back.is_some_and(|it| apart(it, from, Some(unit))) {
            return None;
        }
        let table = self.table;
        let within = |unit: usize| table.within[unit];
        let (mut left_more, mut entered_less, mut shared) = (0, 0, 0);
        if let Some(back) = back {
            shared = table.between(unit, back);
            left_more = within(back) + self.common(back, from);
            entered_less = within(back) + self.common(back, to);
        }
        let left_less = within(unit) + self.common(unit, from) + shared;
        let entered_more = within(unit) + self.common(unit, to);
        Some(After {
            left: self.judge(from, Some(unit), back, left_more, left_less),
            entered: self.judge(to, back, Some(unit), entered_more, entered_less + shared),
        })
    }

    fn make(&mut self, change: Change, after: After) {
        let from = self.group[change.unit];
        self.leave(change.unit);
        if let Some(back) = change.back {
            self.leave(back);
            self.enter(back, from);
        }
        self.enter(change.unit, change.to);
        if self.table.mixes() {
            self.hold(from);
            self.hold(change.to);
        }
        self.quality[from] = after.left;
        self.quality[change.to] = after.entered;
    }

    /// Better is more: the worst group, then the mean of all in hundredths of hundredths.
    fn standing(&self) -> (u32, u64) {
        let sum: u64 = self.quality.iter().map(|it| u64::from(*it)).sum();
        let mean = (sum * 100).checked_div(self.quality.len() as u64);
        (
            self.quality.iter().copied().min().unwrap_or(0),
            mean.unwrap_or(0),
        )
    }

    fn worst(&self) -> usize {
        (0..self.quality.len())
            .min_by_key(|it| self.quality[*it])
            .unwrap_or(0)
    }

    /// An exchange of any two people in different groups, or now and then a move of any one.
    fn any(&self, chance: &mut Chance) -> Change {
        let unit = chance.below(self.table.units);
        if self.seats.smallest < self.seats.largest && chance.below(8) == 0 {
            return Change {
                unit,
                to: chance.below(self.seats.number),
                back: None,
            };
        }
        let back = chance.below(self.table.units);
        Change {
            unit,
            to: self.group[back],
            back: Some(back),
        }
    }

    /// Any changes, for the worse too as long as the threshold allows. With few groups, back to the
    /// best on the way: the sum of costs that is walked by is not quite what counts.
    fn wander(&mut self, chance: &mut Chance, steps: usize, doubling: u32, start: u64) {
        let few = self.quality.len() <= FEW;
        let mut best = (self.standing(), self.group.clone());
        let mean = (self.standing().1 / 100) as u32;
        let cost = costs(mean, doubling);
        let unit = cost[mean.min(FULL) as usize];
        let start = unit.saturating_mul(start) / 16;
        for step in 0..steps {
            let change = self.any(chance);
            let Some(after) = self.after(change) else {
                continue;
            };
            let from = self.group[change.unit];
            let of = |quality: u32| cost[quality.min(FULL) as usize];
            let before = of(self.quality[from]) + of(self.quality[change.to]);
            let now = of(after.left) + of(after.entered);
            let threshold = start / steps as u64 * (steps - step) as u64;
            if now <= before + threshold {
                self.make(change, after);
                if few && self.standing() > best.0 {
                    best = (self.standing(), self.group.clone());
                }
            }
        }
        if few && best.0 > self.standing() {
            *self = Self::new(self.table, self.units, self.seats, best.1);
        }
    }

    /// Changes that make the worst group better, and the other no worse than it was, until there is
    /// none. Takes from `work` what it does.
    fn polish(&mut self, work: &mut usize) {
        while *work > 0 {
            let worst = self.worst();
            let before = self.quality[worst];
            let mut best: Option<((u32, u32), Change, After)> = None;
            let mut consider = |state: &Self, change: Change| {
                let Some(after) = state.after(change) else {
                    return;
                };
                let value = (after.left.min(after.entered), after.left.max(after.entered));
                if value.0 > before && best.is_none_or(|(best, ..)| value > best) {
                    best = Some((value, change, after));
                }
            };
            for unit in 0..self.table.units {
                if self.group[unit] == worst {
                    for to in 0..self.seats.number {
                        consider(
                            self,
                            Change {
                                unit,
                                to,
                                back: None,
                            },
                        );
                    }
                    continue;
                }
                consider(
                    self,
                    Change {
                        unit,
                        to: worst,
                        back: None,
                    },
                );
                for back in &self.members[worst] {
                    consider(
                        self,
                        Change {
                            unit,
                            to: worst,
                            back: Some(*back),
                        },
                    );
                }
            }
            *work = work.saturating_sub(self.table.units * (self.members[worst].len() + 2));
            match best {
                Some((_, change, after)) => self.make(change, after),
                None => return,
            }
        }
    }
}

/// Up to so many groups are few.
const FEW: usize = 8;

/// What a group of each quality costs: it doubles with every `doubling` hundredths below `mean` and
/// some above, so that in a sum of costs the worst groups weigh most.
fn costs(mean: u32, doubling: u32) -> Vec<u64> {
    // 2^(k/8), in 4096ths
    const PARTS: [u64; 8] = [4096, 4467, 4871, 5312, 5793, 6317, 6889, 7512];
    let cost = |quality: u32| {
        let below = (mean + 4 * doubling).saturating_sub(quality);
        let eighths = (below * 8 / doubling).min(8 * 40);
        PARTS[(eighths % 8) as usize] << (eighths / 8)
    };
    (0..=FULL).map(cost).collect()
}

/// How many changes are judged, for so many people: for few, enough to be as good as certain; for
/// many, what a browser does in the time that a facilitator waits.
fn work(people: usize) -> usize {
    300_000 + 45 * people.min(2_000) * people.min(150)
}

/// The best groups that were found, from these starts; none can be better than `bound`.
pub(super) fn search(
    table: &Table,
    units: &Units,
    starts: &[(Seats, Vec<usize>)],
    seed: u64,
    bound: u32,
) -> Vec<usize> {
    let mut chance = Chance::new(seed);
    let total = work(table.people);
    // few people: many short attempts; many: few long ones
    let rounds = (400 / table.people.max(1)).clamp(1, 8);
    let steps = total / 4 / (rounds * starts.len().max(1));
    let mut best: Option<State<'_>> = None;
    for _ in 0..rounds {
        for (seats, way) in starts {
            let mut state = State::new(table, units, *seats, way.clone());
            state.wander(&mut chance, steps / 2, 400, 16);
            state.wander(&mut chance, steps / 2, 120, 4);
            let mut polish = steps;
            state.polish(&mut polish);
            if best
                .as_ref()
                .is_none_or(|it| state.standing() > it.standing())
            {
                best = Some(state);
            }
            if best.as_ref().is_some_and(|it| it.standing().0 >= bound) {
                return best.map(|it| it.group).unwrap_or_default();
            }
        }
    }
    let Some(mut best) = best else {
        return Vec::new();
    };
    // the best number of groups is known by now: once more, longer, with many people
    let mut state = best.clone();
    state.wander(&mut chance, total / 4, 400, 16);
    state.wander(&mut chance, total / 4, 120, 4);
    state.polish(&mut (total / 4));
    if state.standing() > best.standing() {
        best.clone_from(&state);
    } else {
        state.clone_from(&best);
    }
    let mut left = total / 4;
    while left > 0 && best.standing().0 < bound {
        // a few changes at the worst group, and polished again: kept if it is no worse
        for _ in 0..1 + chance.below(4) {
            let worst = state.worst();
            let back = state.members[worst]
                .get(chance.below(state.members[worst].len()))
                .copied();
            let unit = chance.below(table.units);
            let change = Change {
                unit,
                to: worst,
                back,
            };
            if let Some(after) = state.after(change) {
                state.make(change, after);
            }
            left = left.saturating_sub(1);
        }
        state.polish(&mut left);
        if state.standing() >= best.standing() {
            best.clone_from(&state);
        } else {
            state.clone_from(&best);
        }
    }
    best.group
}

/// Everybody in turn to the group that becomes best with them, groups being filled evenly.
pub(super) fn greedy(table: &Table, units: &Units, starts: &[(Seats, Vec<usize>)]) -> Vec<usize> {
    let Some((seats, start)) = starts.first() else {
        return Vec::new();
    };
    let full = table.people.div_ceil(seats.number.max(1));
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); seats.number];
    let mut of = vec![usize::MAX; table.units];
    for unit in 0..table.units {
        let fits = |group: &usize| {
            let apart = units.apart[unit].iter().any(|it| of[*it] == *group);
            // no group runs ahead of the others by more than one person
            let emptiest = groups.iter().map(Vec::len).min().unwrap_or(0);
            let size = groups[*group].len();
            !apart && size + units.size(unit) <= full && size <= emptiest
        };
        let value = |group: &usize| {
            let mut people = groups[*group].clone();
            people.extend(&units.members[unit]);
            let (likeness, mix) = table.judge(&people);
            table.weigh(likeness, mix)
        };
        let Some(group) = (0..seats.number).filter(fits).max_by_key(value) else {
            return start.clone();
        };
        groups[group].extend(&units.members[unit]);
        of[unit] = group;
    }
    if groups.iter().any(|it| it.len() < seats.smallest) {
        return start.clone();
    }
    of
}
