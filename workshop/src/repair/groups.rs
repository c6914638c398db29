//! Groups when the room has changed: somebody comes late, somebody leaves.
//!
//! Groups have a smallest and a largest size; some people stay together, some are kept apart.
//! [`repair`] finds new groups that keep all of that, in which **as few people as possible who had
//! a group are in another one**. Whoever comes late, or leaves, is not counted. A group may be
//! closed (all its people move) or opened; its number is then empty or new, and no other group
//! changes its number. Between equally few, the quality decides step by step: that is a
//! tie-break, not a promise of the best.
//!
//! # How the fewest are found
//!
//! People without a pair are alike but for their group, so once it is known which groups are open
//! and where people with pairs sit, the fewest moves of all others follow by counting.
//! Which groups and which seats that is, is searched: with 0 moves, with 1,
//! with 2 … so that the first that is found is the least. The search is limited ([`MOST_STEPS`]);
//! where it had to give up before, [`Change::is_least`] says so.

use super::{Move, OtherPlan};
use crate::{answer::Person, slots::MOST_PEOPLE};
use std::collections::{BTreeMap, BTreeSet};

/// Who sits with whom; a group's number is its place, from 0. An empty one is closed.
pub type Groups = Vec<BTreeSet<Person>>;

/// Steps of the search for each number of moves; far more than a room with a few pairs needs.
pub const MOST_STEPS: u32 = 200_000;

/// What groups have to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The fewest people in a group that is not closed; at least 1.
    pub smallest: usize,
    /// The most.
    pub largest: usize,
    /// Pairs that stay together. A pair with somebody who is not here means nothing.
    pub together: Vec<(Person, Person)>,
    /// Pairs that are kept apart.
    pub apart: Vec<(Person, Person)>,
}

/// A change to groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Who goes from which group to which, by person.
    pub moves: Vec<Move<usize>>,
    /// How many groups there are before and after, closed ones included.
    pub groups: (usize, usize),
    /// Fewer moves are impossible. When it is not so, the search was too long, and fewer may be
    /// possible.
    pub is_least: bool,
}

/// Why groups cannot be repaired.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The smallest size is 0 or above the largest.
    Sizes,
    /// More people than [`MOST_PEOPLE`]; how many are here.
    TooManyPeople(usize),
    /// A person is in two groups.
    Twice(Person),
    /// These are to be together, perhaps by way of others, and apart.
    TogetherAndApart(Person, Person),
    /// These are to be together, and are more than the largest group.
    TooManyTogether(Vec<Person>),
    /// No number of groups of these sizes has so many people; how many there are.
    NoSuchGroups(usize),
    /// Every way was tried, and none keeps all rules.
    Contradictory,
    /// No way was found before the search was too long. There may be one.
    NotFound,
}

impl Change {
    /// How many people who had a group have another one.
    pub fn moved(&self) -> usize {
        let moved = self.moves.iter().filter(|it| it.is_disturbance());
        moved.count()
    }

    /// The groups with this change.
    pub fn apply(&self, groups: &Groups) -> Result<Groups, OtherPlan> {
        let (before, after) = self.groups;
        let mut changed = groups.clone();
        if changed.len() != before {
            return Err(OtherPlan);
        }
        changed.resize(before.max(after), BTreeSet::new());
        for it in &self.moves {
            let Some(from) = it.from else { continue };
            let was_there = changed
                .get_mut(from)
                .is_some_and(|group| group.remove(&it.person));
            if !was_there {
                return Err(OtherPlan);
            }
        }
        for it in &self.moves {
            if changed.iter().any(|group| group.contains(&it.person)) {
                return Err(OtherPlan);
            }
            let Some(to) = it.to else { continue };
            changed.get_mut(to).ok_or(OtherPlan)?.insert(it.person);
        }
        if changed.iter().skip(after).any(|it| !it.is_empty()) {
            return Err(OtherPlan);
        }
        changed.truncate(after);
        Ok(changed)
    }

    /// The groups without this change again.
    pub fn undo(&self, groups: &Groups) -> Result<Groups, OtherPlan> {
        self.reversed().apply(groups)
    }

    /// The change that takes this one back.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self {
            moves: self.moves.iter().map(Move::reversed).collect(),
            groups: (self.groups.1, self.groups.0),
            is_least: self.is_least,
        }
    }
}

/// The smallest change after which `groups` hold exactly the people who are `present` and keep the
/// rules. `quality` says how good a group is (more is better); it decides between people and
/// groups when the number of moves is the same, and after it the smaller group.
pub fn repair(
    groups: &Groups,
    present: &BTreeSet<Person>,
    rules: &Rules,
    quality: impl Fn(&BTreeSet<Person>) -> i64,
) -> Result<Change, Error> {
    let room = Room::of(groups, present, rules)?;
    let (after, is_least) = if present.is_empty() {
        (vec![BTreeSet::new(); groups.len()], true)
    } else {
        let (found, is_least) = room.search()?;
        (room.filled(&found, &quality), is_least)
    };
    let group_of = |groups: &Groups, person: Person| {
        let mut groups = groups.iter();
        groups.position(|it| it.contains(&person))
    };
    let mut people: BTreeSet<Person> = groups.iter().flatten().copied().collect();
    people.extend(present);
    let moves = people.into_iter().map(|person| Move {
        person,
        from: group_of(groups, person),
        to: group_of(&after, person),
    });
    Ok(Change {
        moves: moves.filter(|it| it.from != it.to).collect(),
        groups: (groups.len(), after.len()),
        is_least,
    })
}

/// People who have to sit in the same group.
struct Unit {
    people: Vec<Person>,
    /// How many of them were in which group.
    from: BTreeMap<usize, usize>,
    /// Units that must not be in the same group.
    apart: BTreeSet<usize>,
}

struct Room {
    smallest: usize,
    largest: usize,
    /// Of the people who are here, and their groups before.
    before: Groups,
    /// Those with pairs, the most bound first.
    units: Vec<Unit>,
    /// Those without pairs, by their group before.
    free: Vec<BTreeSet<Person>>,
    /// Those without pairs who had no group.
    late: BTreeSet<Person>,
    people: usize,
}

/// Which groups are open, and where the units sit.
#[derive(Clone)]
struct Open {
    is_open: Vec<bool>,
    /// People of units by group.
    bound: Vec<usize>,
    /// The group of each unit that is placed.
    seats: Vec<usize>,
    /// People of units who have another group than before.
    cost: usize,
}

/// The fewest moves of people without pairs.
struct Count {
    /// From groups that would be too large, for each group.
    out: Vec<usize>,
    /// More people that groups which would be too small need from others.
    more: usize,
    moves: usize,
}

impl Room {
    fn of(groups: &Groups, present: &BTreeSet<Person>, rules: &Rules) -> Result<Self, Error> {
        if rules.smallest == 0 || rules.smallest > rules.largest {
            return Err(Error::Sizes);
        }
        if present.len() > MOST_PEOPLE {
            return Err(Error::TooManyPeople(present.len()));
        }
        let mut group_of: BTreeMap<Person, usize> = BTreeMap::new();
        for (index, group) in groups.iter().enumerate() {
            for person in group {
                if group_of.insert(*person, index).is_some() {
                    return Err(Error::Twice(*person));
                }
            }
        }
        let people = present.len();
        let fewest = people.div_ceil(rules.largest);
        if fewest * rules.smallest > people {
            return Err(Error::NoSuchGroups(people));
        }
        let clusters = clusters(present, rules);
        let cluster_of = |person: &Person| clusters.iter().position(|it| it.contains(person));
        let mut apart = vec![BTreeSet::new(); clusters.len()];
        for (one, other) in &rules.apart {
            let (Some(a), Some(b)) = (cluster_of(one), cluster_of(other)) else {
                continue;
            };
            if a == b {
                return Err(Error::TogetherAndApart(*one, *other));
            }
            for (from, to) in [(a, b), (b, a)] {
                if let Some(set) = apart.get_mut(from) {
                    set.insert(to);
                }
            }
        }
        if let Some(many) = clusters.iter().find(|it| it.len() > rules.largest) {
            return Err(Error::TooManyTogether(many.iter().copied().collect()));
        }
        let here = |group: &BTreeSet<Person>| group.intersection(present).copied().collect();
        let before: Groups = groups.iter().map(here).collect();
        let mut room = Self {
            smallest: rules.smallest,
            // more than all there are makes no difference, and cannot be added up
            largest: rules.largest.min(people),
            free: vec![BTreeSet::new(); before.len()],
            before,
            units: Vec::new(),
            late: BTreeSet::new(),
            people,
        };
        let mut bound = Vec::new();
        for (index, (cluster, apart)) in clusters.iter().zip(&apart).enumerate() {
            let is_bound = cluster.len() > 1 || !apart.is_empty();
            match cluster.first() {
                Some(_) if is_bound => bound.push(index),
                Some(person) => match group_of.get(person).and_then(|it| room.free.get_mut(*it)) {
                    Some(group) => _ = group.insert(*person),
                    None => _ = room.late.insert(*person),
                },
                None => {}
            }
        }
        let ties = |index: &usize| {
            let apart = apart.get(*index).map_or(0, BTreeSet::len);
            let size = clusters.get(*index).map_or(0, BTreeSet::len);
            core::cmp::Reverse((apart, size))
        };
        bound.sort_by_key(ties);
        for index in &bound {
            let (Some(cluster), Some(apart)) = (clusters.get(*index), apart.get(*index)) else {
                continue;
            };
            let mut from = BTreeMap::new();
            for group in cluster.iter().filter_map(|it| group_of.get(it)) {
                *from.entry(*group).or_insert(0) += 1;
            }
            let apart = apart.iter();
            let apart = apart.filter_map(|it| bound.iter().position(|other| other == it));
            room.units.push(Unit {
                people: cluster.iter().copied().collect(),
                from,
                apart: apart.collect(),
            });
        }
        Ok(room)
    }

    /// The state with the fewest moves, and whether fewer are impossible.
    fn search(&self) -> Result<(Open, bool), Error> {
        let order = self.by_size();
        let usual = self.usual(&order);
        // As if nobody had a pair: less is not possible.
        let least = usual.first().map(|(fewest, _)| *fewest);
        let Some(least) = least else {
            return Err(Error::NoSuchGroups(self.people));
        };
        let mut is_complete = true;
        let mut most = least;
        while most <= self.people {
            let mut steps = MOST_STEPS;
            let known = usual.iter().filter(|(fewest, _)| *fewest <= most);
            for (_, start) in known {
                if let Some(found) = self.placed(start.clone(), most, &mut steps) {
                    return Ok((found, is_complete));
                }
            }
            let closed = vec![false; self.before.len()];
            if let Some(found) = self.closing(&order, closed, 0, most, &mut steps) {
                return Ok((found, is_complete));
            }
            is_complete &= steps > 0;
            // Where the search had to give up, it is soon better to allow more than to try all.
            most = if is_complete {
                most + 1
            } else if most < self.people {
                (2 * most + 1).min(self.people)
            } else {
                break;
            };
        }
        Err(if is_complete {
            Error::Contradictory
        } else {
            Error::NotFound
        })
    }

    /// Groups that are not empty, the smallest first.
    fn by_size(&self) -> Vec<usize> {
        let groups = self.before.iter().enumerate();
        let groups = groups.filter(|(_, it)| !it.is_empty());
        let mut order: Vec<usize> = groups.map(|(index, _)| index).collect();
        order.sort_by_key(|index| self.before.get(*index).map_or(0, BTreeSet::len));
        order
    }

    /// For every number of groups to close and to open the smallest ones, and the fewest moves as
    /// if nobody had a pair; the fewest first. Closing a smaller group instead of a larger one
    /// never moves more people without pairs.
    fn usual(&self, order: &[usize]) -> Vec<(usize, Open)> {
        let mut usual = Vec::new();
        let mut closed = vec![false; self.before.len()];
        for to_close in 0..=order.len() {
            if let Some(index) = to_close.checked_sub(1).and_then(|it| order.get(it))
                && let Some(place) = closed.get_mut(*index)
            {
                *place = true;
            }
            for opened in self.openings(order.len().saturating_sub(to_close)) {
                let start = self.open(&closed, opened);
                if let Some(fewest) = self.fewest_without_pairs(&start) {
                    usual.push((fewest, start));
                }
            }
        }
        // A stable sort: of equally many moves, the fewest groups closed, then opened.
        usual.sort_by_key(|(fewest, _)| *fewest);
        usual
    }

    /// How many groups can be opened beside so many that stay open; none if these are too many.
    fn openings(&self, stay: usize) -> core::ops::Range<usize> {
        let fewest = self.people.div_ceil(self.largest);
        let most = self.people / self.smallest;
        fewest.saturating_sub(stay)..(most + 1).saturating_sub(stay)
    }

    /// Before anybody with a pair is placed. New groups take the numbers of closed ones first.
    fn open(&self, closed: &[bool], opened: usize) -> Open {
        let groups = self.before.iter().zip(closed);
        let mut is_open: Vec<bool> = groups
            .map(|(group, is_closed)| !group.is_empty() && !is_closed)
            .collect();
        let mut left = opened;
        for (place, group) in is_open.iter_mut().zip(&self.before) {
            if group.is_empty() && left > 0 {
                *place = true;
                left -= 1;
            }
        }
        is_open.resize(is_open.len() + left, true);
        Open {
            bound: vec![0; is_open.len()],
            is_open,
            seats: Vec::new(),
            cost: 0,
        }
    }

    /// Tries every other set of groups to close, as long as their people are not more than `most`.
    fn closing(
        &self,
        order: &[usize],
        closed: Vec<bool>,
        moved: usize,
        most: usize,
        steps: &mut u32,
    ) -> Option<Open> {
        let Some((index, rest)) = order.split_first() else {
            let stay = self.before.iter().zip(&closed);
            let stay = stay.filter(|(group, is_closed)| !group.is_empty() && !**is_closed);
            for opened in self.openings(stay.count()) {
                if *steps == 0 {
                    return None;
                }
                let start = self.open(&closed, opened);
                let fewest = self.fewest_without_pairs(&start);
                if fewest.is_some_and(|it| it <= most)
                    && let Some(found) = self.placed(start, most, steps)
                {
                    return Some(found);
                }
                *steps = steps.saturating_sub(1);
            }
            return None;
        };
        if let Some(found) = self.closing(rest, closed.clone(), moved, most, steps) {
            return Some(found);
        }
        let moved = moved + self.before.get(*index).map_or(0, BTreeSet::len);
        if moved > most || *steps == 0 {
            return None;
        }
        let mut closed = closed;
        *closed.get_mut(*index)? = true;
        self.closing(rest, closed, moved, most, steps)
    }

    /// The units placed, one after the other, so that there are at most so many moves in all.
    fn placed(&self, state: Open, most: usize, steps: &mut u32) -> Option<Open> {
        let Some(unit) = self.units.get(state.seats.len()) else {
            let count = state.fewest(self)?;
            return (state.cost + count.moves <= most).then_some(state);
        };
        let had: usize = unit.from.values().sum();
        let size = |group: usize| {
            let free = self.free.get(group).map_or(0, BTreeSet::len);
            state.bound.get(group).map_or(0, |bound| bound + free)
        };
        let groups = state.is_open.iter().enumerate().filter(|(_, it)| **it);
        let choices = groups.map(|(group, _)| {
            let cost = had - unit.from.get(&group).copied().unwrap_or(0);
            (cost, size(group), group)
        });
        let mut choices: Vec<(usize, usize, usize)> = choices.collect();
        choices.sort_unstable();
        for (cost, _, group) in choices {
            if state.cost + cost > most {
                break;
            }
            let bound = state.bound.get(group)? + unit.people.len();
            let sits_apart =
                |(index, seat): (usize, &usize)| *seat != group || !unit.apart.contains(&index);
            if bound > self.largest || !state.seats.iter().enumerate().all(sits_apart) {
                continue;
            }
            if *steps == 0 {
                return None;
            }
            *steps -= 1;
            let mut next = state.clone();
            *next.bound.get_mut(group)? = bound;
            next.seats.push(group);
            next.cost += cost;
            if let Some(found) = self.placed(next, most, steps) {
                return Some(found);
            }
        }
        None
    }

    fn fewest_without_pairs(&self, state: &Open) -> Option<usize> {
        let nobody = vec![0; state.is_open.len()];
        let late = self.people - self.before.iter().map(BTreeSet::len).sum::<usize>();
        let count = counted(self, &state.is_open, &nobody, &self.before, late)?;
        Some(count.moves)
    }

    /// The groups of a state, people without pairs chosen by quality.
    fn filled(&self, state: &Open, quality: &impl Fn(&BTreeSet<Person>) -> i64) -> Groups {
        let mut groups: Groups = vec![BTreeSet::new(); state.is_open.len()];
        for (unit, seat) in self.units.iter().zip(&state.seats) {
            if let Some(group) = groups.get_mut(*seat) {
                group.extend(&unit.people);
            }
        }
        let mut pool: Vec<Person> = self.late.iter().copied().collect();
        for (index, people) in self.free.iter().enumerate() {
            match groups.get_mut(index) {
                Some(group) if state.is_open.get(index) == Some(&true) => group.extend(people),
                _ => pool.extend(people),
            }
        }
        let Some(count) = state.fewest(self) else {
            return groups;
        };
        for (index, out) in count.out.iter().enumerate() {
            for _ in 0..*out {
                pool.extend(self.leaver(&mut groups, [index], quality));
            }
        }
        for _ in 0..count.more {
            let sizes = groups.iter().enumerate();
            let large = sizes.filter(|(_, it)| it.len() > self.smallest);
            let large: Vec<usize> = large.map(|(index, _)| index).collect();
            pool.extend(self.leaver(&mut groups, large, quality));
        }
        pool.sort_unstable();
        for (index, person) in pool.iter().enumerate() {
            let left = pool.len() - index;
            let lacks = |(group, is_open): (&BTreeSet<Person>, &bool)| {
                let lacks = self.smallest.saturating_sub(group.len());
                if *is_open { lacks } else { 0 }
            };
            let lacking: usize = groups.iter().zip(&state.is_open).map(lacks).sum();
            let limit = if lacking >= left {
                self.smallest
            } else {
                self.largest
            };
            let is_possible = |index: &usize| {
                let has_room = groups.get(*index).is_some_and(|it| it.len() < limit);
                has_room && state.is_open.get(*index) == Some(&true)
            };
            let best = (0..groups.len()).filter(is_possible).max_by_key(|index| {
                let group = groups.get(*index);
                let gain = group.map(|it| {
                    let mut with = it.clone();
                    with.insert(*person);
                    quality(&with).saturating_sub(quality(it))
                });
                let size = group.map_or(0, BTreeSet::len);
                (gain, core::cmp::Reverse((size, *index)))
            });
            if let Some(group) = best.and_then(|it| groups.get_mut(it)) {
                group.insert(*person);
            }
        }
        groups
    }

    /// Takes somebody without pairs out of one of these groups: whose leaving is best for the
    /// group's quality; then out of the largest, then who came last.
    fn leaver(
        &self,
        groups: &mut Groups,
        of: impl IntoIterator<Item = usize>,
        quality: &impl Fn(&BTreeSet<Person>) -> i64,
    ) -> Option<Person> {
        let mut best = None;
        for index in of {
            let (Some(group), Some(free)) = (groups.get(index), self.free.get(index)) else {
                continue;
            };
            for person in group.intersection(free) {
                let mut without = group.clone();
                without.remove(person);
                let gain = quality(&without).saturating_sub(quality(group));
                best = best.max(Some((gain, group.len(), *person, index)));
            }
        }
        let (_, _, person, index) = best?;
        groups.get_mut(index)?.remove(&person);
        Some(person)
    }
}

impl Open {
    /// The fewest moves of people without pairs, when everybody else sits where they do; `None`
    /// when the sizes are impossible.
    ///
    /// Groups that would be too large have to give people away; closed ones give all. These and
    /// those who came late first fill the groups that would be too small. If they are not enough,
    /// as many more have to come from groups that can spare them; if they are too many, the rest
    /// goes where there is room. Nobody moves without one of these causes, so fewer is impossible.
    fn fewest(&self, room: &Room) -> Option<Count> {
        counted(
            room,
            &self.is_open,
            &self.bound,
            &room.free,
            room.late.len(),
        )
    }
}

fn counted(
    room: &Room,
    is_open: &[bool],
    bound: &[usize],
    free: &[BTreeSet<Person>],
    late: usize,
) -> Option<Count> {
    let mut count = Count {
        out: vec![0; is_open.len()],
        more: 0,
        moves: 0,
    };
    let (mut lacking, mut spare, mut space) = (0, 0, 0);
    for (index, is_open) in is_open.iter().enumerate() {
        let free = free.get(index).map_or(0, BTreeSet::len);
        if !is_open {
            count.moves += free;
            continue;
        }
        let size = bound.get(index)? + free;
        let out = size.saturating_sub(room.largest);
        // people of units alone are never too many
        *count.out.get_mut(index)? = out;
        count.moves += out;
        let size = size - out;
        lacking += room.smallest.saturating_sub(size);
        spare += size.saturating_sub(room.smallest).min(free - out.min(free));
        space += room.largest - size;
    }
    let pool = late + count.moves;
    if pool > space {
        return None;
    }
    count.more = lacking.saturating_sub(pool);
    count.moves += count.more;
    (count.more <= spare).then_some(count)
}

/// Who has to be with whom, everybody in one of them, by their first person.
fn clusters(present: &BTreeSet<Person>, rules: &Rules) -> Vec<BTreeSet<Person>> {
    let mut clusters: Vec<BTreeSet<Person>> =
        present.iter().map(|it| BTreeSet::from([*it])).collect();
    for (one, other) in &rules.together {
        let place = |person| {
            let mut clusters = clusters.iter();
            clusters.position(|it| it.contains(person))
        };
        let (Some(a), Some(b)) = (place(one), place(other)) else {
            continue;
        };
        if a != b {
            let gone = clusters.swap_remove(a.max(b));
            if let Some(cluster) = clusters.get_mut(a.min(b)) {
                cluster.extend(gone);
            }
        }
    }
    clusters.sort();
    clusters
}
