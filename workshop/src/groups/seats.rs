//! Seats: which numbers of groups fit, and a first way to seat everybody as wished.

use super::Impossible;
use crate::chance::Chance;

/// After this many tries the search for a first way gives up.
const TRIES: usize = 20_000;

/// How many groups, and of which sizes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seats {
    pub(crate) number: usize,
    pub(crate) smallest: usize,
    pub(crate) largest: usize,
}

/// Those who are seated as one: a person, or people who sit together.
pub(crate) struct Units {
    /// The people of each, in order.
    pub(crate) members: Vec<Vec<usize>>,
    /// The units that must not sit with each, in order; a unit that contradicts itself is in its own.
    pub(crate) apart: Vec<Vec<usize>>,
}

/// What came of looking for a way: the group of each unit.
pub(crate) enum Found {
    Way(Vec<usize>),
    None,
    GaveUp,
}

/// The numbers of groups that these people fit into, smallest first.
pub(crate) fn numbers(
    people: usize,
    smallest: usize,
    largest: usize,
) -> Result<Vec<usize>, Impossible> {
    if smallest == 0 || largest < smallest {
        return Err(Impossible::Sizes { smallest, largest });
    }
    let fewest = people.div_ceil(largest);
    let most = people / smallest;
    if fewest <= most {
        return Ok((fewest..=most).collect());
    }
    // they fit between so many full groups and one more of the smallest
    let fewer = most.saturating_mul(largest);
    let more = (most + 1).saturating_mul(smallest);
    Err(Impossible::People {
        people,
        smallest,
        largest,
        fewer,
        more,
    })
}

/// Up to five of these, the first and the last among them: few and large groups have most strengths
/// each, many and small ones are most alike.
pub(crate) fn some(seats: &[Seats]) -> Vec<Seats> {
    let last = seats.len().saturating_sub(1);
    let places: std::collections::BTreeSet<usize> = (0..5).map(|it| it * last / 4).collect();
    places
        .into_iter()
        .filter_map(|it| seats.get(it).copied())
        .collect()
}

/// A first way for each of these that has one.
pub(crate) fn starts(units: &Units, seats: &[Seats], seed: u64) -> Vec<(Seats, Vec<usize>)> {
    let way = |seats: &Seats| match seat(units, *seats, seed) {
        Found::Way(way) => Some((*seats, way)),
        Found::None | Found::GaveUp => None,
    };
    seats.iter().filter_map(way).collect()
}

impl Seats {
    /// The smallest and the largest size that a group can have, if everybody is seated.
    pub(crate) fn sizes(self, people: usize) -> (usize, usize) {
        let others = self.number.saturating_sub(1);
        let smallest = people
            .saturating_sub(others * self.largest)
            .max(self.smallest);
        let largest = people
            .saturating_sub(others * self.smallest)
            .min(self.largest);
        (smallest, largest)
    }
}

impl Units {
    pub(crate) fn new(
        people: usize,
        together: &[(usize, usize)],
        apart: &[(usize, usize)],
    ) -> Self {
        let mut first: Vec<usize> = (0..people).collect();
        for (a, b) in together {
            let (a, b) = (first[*a], first[*b]);
            for it in &mut first {
                if *it == a.max(b) {
                    *it = a.min(b);
                }
            }
        }
        let mut unit = vec![0; people];
        let mut members: Vec<Vec<usize>> = Vec::new();
        for person in 0..people {
            if first[person] == person {
                unit[person] = members.len();
                members.push(Vec::new());
            } else {
                unit[person] = unit[first[person]];
            }
            members[unit[person]].push(person);
        }
        let mut not = vec![Vec::new(); members.len()];
        for (a, b) in apart {
            let (a, b) = (unit[*a], unit[*b]);
            not[a].push(b);
            not[b].push(a);
        }
        for it in &mut not {
            it.sort_unstable();
            it.dedup();
        }
        Self {
            members,
            apart: not,
        }
    }

    pub(crate) fn size(&self, unit: usize) -> usize {
        self.members[unit].len()
    }

    pub(crate) fn is_apart(&self, unit: usize, other: usize) -> bool {
        self.apart[unit].binary_search(&other).is_ok()
    }
}

/// A way to seat everybody, any by the seed: the hardest to place first, each in the emptiest group
/// that will do, and back again when stuck.
pub(crate) fn seat(units: &Units, seats: Seats, seed: u64) -> Found {
    let all = units.members.len();
    if (0..all).any(|it| units.size(it) > seats.largest || units.is_apart(it, it)) {
        return Found::None;
    }
    let mut chance = Chance::new(seed);
    let mut order: Vec<usize> = (0..all).collect();
    chance.shuffle(&mut order);
    // those without any wish last: they go where there is room
    order.sort_by_key(|it| core::cmp::Reverse((units.size(*it), units.apart[*it].len())));
    let people: usize = (0..all).map(|it| units.size(it)).sum();
    let mut search = Seating {
        units,
        seats,
        order,
        group: vec![usize::MAX; all],
        sizes: vec![0; seats.number],
        left: people,
        tries: 0,
    };
    match search.place(0) {
        Some(true) => Found::Way(search.group),
        Some(false) => Found::None,
        None => Found::GaveUp,
    }
}

struct Seating<'a> {
    units: &'a Units,
    seats: Seats,
    order: Vec<usize>,
    group: Vec<usize>,
    sizes: Vec<usize>,
    left: usize,
    tries: usize,
}

impl Seating<'_> {
    /// Places the units from `at` on. `None`: gave up. Goes as deep as there are units with wishes;
    /// the rest are single people without any, for whom there is room if there is room at all.
    fn place(&mut self, at: usize) -> Option<bool> {
        let missing: usize = self
            .sizes
            .iter()
            .map(|it| self.seats.smallest.saturating_sub(*it))
            .sum();
        let free: usize = self.sizes.iter().map(|it| self.seats.largest - it).sum();
        if missing > self.left || free < self.left {
            return Some(false);
        }
        let Some(unit) = self.order.get(at).copied() else {
            return Some(true);
        };
        let size = self.units.size(unit);
        if size == 1 && self.units.apart[unit].is_empty() {
            self.place_free(at);
            return Some(true);
        }
        self.tries += 1;
        if self.tries > TRIES {
            return None;
        }
        let mut groups: Vec<usize> = (0..self.seats.number).collect();
        groups.sort_by_key(|it| self.sizes[*it]);
        let mut empty = false;
        for group in groups {
            // empty groups are all the same
            if self.sizes[group] == 0 && core::mem::replace(&mut empty, true) {
                continue;
            }
            let taken = self.units.apart[unit]
                .iter()
                .any(|it| self.group[*it] == group);
            if taken || self.sizes[group] + size > self.seats.largest {
                continue;
            }
            self.group[unit] = group;
            self.sizes[group] += size;
            self.left -= size;
            if self.place(at + 1)? {
                return Some(true);
            }
            self.group[unit] = usize::MAX;
            self.sizes[group] -= size;
            self.left += size;
        }
        Some(false)
    }

    fn place_free(&mut self, from: usize) {
        for at in from..self.order.len() {
            let group = (0..self.seats.number)
                .min_by_key(|it| self.sizes[*it])
                .unwrap_or(0);
            self.group[self.order[at]] = group;
            self.sizes[group] += 1;
        }
    }
}

/// Which of the wishes, by place, contradict each other: leaves out one after the other as long as
/// the rest cannot be fulfilled. And whether that is proven.
pub(crate) fn contradiction(
    people: usize,
    together: &[(usize, usize)],
    apart: &[(usize, usize)],
    numbers: &[Seats],
    seed: u64,
) -> (Vec<usize>, Vec<usize>, bool) {
    let mut kept: Vec<(bool, usize)> = (0..together.len()).map(|it| (true, it)).collect();
    kept.extend((0..apart.len()).map(|it| (false, it)));
    // `Some`: there is no way; whether that is proven
    let none = |kept: &[(bool, usize)]| {
        let of = |kind: bool, wishes: &[(usize, usize)]| {
            let kept = kept.iter().filter(|it| it.0 == kind);
            kept.map(|it| wishes[it.1]).collect::<Vec<(usize, usize)>>()
        };
        let units = Units::new(people, &of(true, together), &of(false, apart));
        let mut proven = true;
        for seats in numbers {
            match seat(&units, *seats, seed) {
                Found::Way(_) => return None,
                Found::None => {}
                Found::GaveUp => proven = false,
            }
        }
        Some(proven)
    };
    let mut proven = none(&kept).unwrap_or(true);
    let mut at = 0;
    while at < kept.len() {
        let out = kept.remove(at);
        match none(&kept) {
            Some(sure) => proven = sure,
            None => {
                kept.insert(at, out);
                at += 1;
            }
        }
    }
    let of = |kind: bool| {
        kept.iter()
            .filter(|it| it.0 == kind)
            .map(|it| it.1)
            .collect()
    };
    (of(true), of(false), proven)
}
