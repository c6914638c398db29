//! Rounds: everybody in groups several times, meeting as few as possible again; and whose turn it is.
//!
//! It is the *social golfer problem*. A **repeated meeting** is two people in a group who were in one
//! before; two who meet three times have two.
//!
//! **No schedule has fewer than** [`Schedule::bound`]. Let there be *w* rounds of *g* groups, and *T*
//! meetings of two people altogether, which the sizes decide. Repeated are *T* less the pairs that
//! meet at all, and of these there are no more than
//! - the places allow: nobody meets more than the largest group without themselves in each round, and
//!   nobody more than all others they may meet;
//! - the first round allows: two from one of its groups have met. So of the members of a later group,
//!   in a round after the first, no more than *g* are all new to each other, and new pairs are at most
//!   as many as in *g* parts as equal as can be (Turán 1941).
//!
//! **How.** Lines of a plane over a finite field where there is one of *g* elements; else, or for more
//! rounds, a round that is turned in a circle; else, and from there, a search (tabu). The first two
//! reach the bound for most published cases; `workshop/tests/rounds.rs` lists which, and which are not
//! reached.

mod closed;
mod field;
mod lines;
mod seating;

use crate::{
    answer::Person,
    chance::Chance,
    groups::{Impossible, MOST, Pair, seats},
};
use seating::{Kind, Seating};
use std::collections::{BTreeMap, BTreeSet};

/// No more rounds than this are made, whatever is wished.
pub const MOST_ROUNDS: usize = 100;

/// What the rounds should be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wishes {
    /// The fewest people in a group, at least 1.
    pub smallest: usize,
    /// The most people in a group. More than [`MOST`] is [`MOST`].
    pub largest: usize,
    /// How many rounds. More than [`MOST_ROUNDS`] is [`MOST_ROUNDS`].
    pub rounds: usize,
    /// These never meet.
    pub apart: Vec<Pair>,
}

/// Who sits with whom in each round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Round, group, people in the order of arrival. Everybody is in one group of every round; sizes
    /// differ by one at most.
    pub rounds: Vec<Vec<Vec<Person>>>,
    /// How many meetings of two people are not their first.
    pub repeated: usize,
    /// No schedule with this number of groups has fewer.
    pub bound: usize,
    /// How often those meet who meet most often.
    pub most_often: usize,
}

/// Seats these people for some rounds. Of the numbers of groups that fit, the one with fewest
/// repeated meetings is taken, of several the one with the smallest groups.
///
/// # Errors
///
/// If there are no such groups, why. That there are is decided for one round; two who should be apart
/// never meet in any.
pub fn rounds(people: &[Person], wishes: &Wishes, seed: u64) -> Result<Schedule, Impossible> {
    let mut people = people.to_vec();
    people.sort_unstable();
    if let Some([twice, _]) = people.array_windows().find(|[a, b]| a == b) {
        return Err(Impossible::Twice(*twice));
    }
    let (smallest, largest) = (wishes.smallest, wishes.largest.min(MOST));
    let numbers = seats::numbers(people.len(), smallest, largest)?;
    let place = |who: &Person| {
        people
            .binary_search(who)
            .map_err(|_| Impossible::Absent(*who))
    };
    let apart = wishes.apart.iter().map(|(a, b)| Ok((place(a)?, place(b)?)));
    let apart = apart.collect::<Result<Vec<(usize, usize)>, Impossible>>()?;
    let count = wishes.rounds.min(MOST_ROUNDS);
    if people.is_empty() || count == 0 {
        return Ok(Schedule {
            rounds: vec![Vec::new(); count],
            repeated: 0,
            bound: 0,
            most_often: 0,
        });
    }

    let units = seats::Units::new(people.len(), &[], &apart);
    let all: Vec<seats::Seats> = numbers.iter().map(|it| even(people.len(), *it)).collect();
    let mut starts = seats::starts(&units, &seats::some(&all), seed);
    if starts.is_empty() {
        starts = seats::starts(&units, &all, seed);
    }
    if starts.is_empty() {
        let (_, kept, proven) = seats::contradiction(people.len(), &[], &apart, &all, seed);
        let kept = kept.iter().filter_map(|it| wishes.apart.get(*it).copied());
        return Err(Impossible::Wishes {
            together: Vec::new(),
            apart: kept.collect(),
            proven,
        });
    }

    let mut apart: Vec<(usize, usize)> =
        apart.iter().map(|(a, b)| (*a.min(b), *a.max(b))).collect();
    apart.sort_unstable();
    apart.dedup();
    let mut best: Option<(usize, usize, Vec<Vec<usize>>)> = None;
    for (seats, start) in starts.iter().rev() {
        let problem = Problem {
            people: people.len(),
            number: seats.number,
            rounds: count,
        };
        let bound = problem.bound(&apart);
        if best
            .as_ref()
            .is_some_and(|(repeated, ..)| *repeated <= bound)
        {
            continue;
        }
        let ways = problem.solve(&apart, start, seed, bound);
        let (repeated, _) = problem.meetings(&ways);
        if best.as_ref().is_none_or(|(least, ..)| repeated < *least) {
            best = Some((repeated, seats.number, ways));
        }
    }
    let (repeated, number, ways) = best.unwrap_or_default();
    let problem = Problem {
        people: people.len(),
        number,
        rounds: count,
    };
    let (_, most_often) = problem.meetings(&ways);
    let round = |way: &Vec<usize>| {
        let mut groups = vec![Vec::new(); number];
        for (who, group) in people.iter().zip(way) {
            groups[*group].push(*who);
        }
        groups.sort();
        groups
    };
    let rounds = ways.iter().map(round).collect();
    Ok(Schedule {
        rounds,
        repeated,
        bound: problem.bound(&apart),
        most_often,
    })
}

impl Schedule {
    /// The same schedule for the people in another order, such that the first round is these groups;
    /// nobody meets more or less often than in this one. `None` if the groups have other people or
    /// other sizes than the first round. Wishes that two never meet are not looked at.
    pub fn beginning_with(&self, groups: &[Vec<Person>]) -> Option<Self> {
        let by_size = |groups: &[Vec<Person>]| {
            let mut groups = groups.to_vec();
            groups.iter_mut().for_each(|it| it.sort_unstable());
            groups.sort_by_key(|it| (it.len(), it.first().copied()));
            groups
        };
        let (from, to) = (by_size(self.rounds.first()?), by_size(groups));
        let sizes = |groups: &[Vec<Person>]| groups.iter().map(Vec::len).collect::<Vec<_>>();
        let people = |groups: &[Vec<Person>]| groups.concat().into_iter().collect::<BTreeSet<_>>();
        if sizes(&from) != sizes(&to) || people(&from) != people(&to) {
            return None;
        }
        let other: BTreeMap<Person, Person> = from.concat().into_iter().zip(to.concat()).collect();
        let group = |it: &Vec<Person>| {
            let mut group = it
                .iter()
                .map(|it| other.get(it).copied())
                .collect::<Option<Vec<_>>>()?;
            group.sort_unstable();
            Some(group)
        };
        let round = |it: &Vec<Vec<Person>>| {
            let mut round = it.iter().map(group).collect::<Option<Vec<_>>>()?;
            round.sort();
            Some(round)
        };
        Some(Self {
            rounds: self.rounds.iter().map(round).collect::<Option<_>>()?,
            ..*self
        })
    }
}

/// Groups of sizes that differ by one at most.
fn even(people: usize, number: usize) -> seats::Seats {
    let number = number.max(1);
    seats::Seats {
        number,
        smallest: people / number,
        largest: people.div_ceil(number),
    }
}

/// So many people in so many groups of even sizes, so many times.
#[derive(Clone, Copy)]
struct Problem {
    people: usize,
    number: usize,
    rounds: usize,
}

impl Problem {
    /// The sizes of the groups, the larger first.
    fn sizes(self) -> impl Iterator<Item = usize> {
        let larger = self.people % self.number;
        (0..self.number).map(move |it| self.people / self.number + usize::from(it < larger))
    }

    /// The fewest repeated meetings there can be; the module's head has the proof.
    fn bound(self, apart: &[(usize, usize)]) -> usize {
        if self.number == 0 || self.rounds == 0 {
            return 0;
        }
        let pairs = |size: usize| size * size.saturating_sub(1) / 2;
        let round: usize = self.sizes().map(pairs).sum();
        let largest = self.people.div_ceil(self.number);
        let mut others = vec![self.people - 1; self.people];
        for (a, b) in apart {
            for it in [a, b] {
                others[*it] -= 1;
            }
        }
        let places = others
            .iter()
            .map(|it| (self.rounds * (largest - 1)).min(*it))
            .sum::<usize>()
            / 2;
        let old = |size: usize| {
            let (part, larger) = (size / self.number, size % self.number);
            larger * pairs(part + 1) + (self.number - larger) * pairs(part)
        };
        let new: usize = self.sizes().map(|it| pairs(it) - old(it)).sum();
        let first = round + (self.rounds - 1) * new;
        (self.rounds * round).saturating_sub(places.min(first))
    }

    /// How many meetings are repeated, and how often those meet who meet most often.
    fn meetings(self, ways: &[Vec<usize>]) -> (usize, usize) {
        let mut often = vec![0usize; self.people * self.people];
        let mut repeated = 0;
        for way in ways {
            for a in 0..self.people {
                for b in 0..a {
                    if way[a] == way[b] {
                        let often = &mut often[a * self.people + b];
                        repeated += usize::from(*often > 0);
                        *often += 1;
                    }
                }
            }
        }
        (repeated, often.into_iter().max().unwrap_or(0))
    }

    fn solve(
        self,
        apart: &[(usize, usize)],
        start: &[usize],
        seed: u64,
        bound: usize,
    ) -> Vec<Vec<usize>> {
        let mut chance = Chance::new(seed);
        let meets = |ways: &[Vec<usize>]| {
            ways.iter()
                .flat_map(|way| apart.iter().filter(|(a, b)| way[*a] == way[*b]))
                .count()
        };
        let mut best = lines::lines(self.people, self.number, self.rounds);
        let done = |ways: &[Vec<usize>]| {
            ways.len() == self.rounds && meets(ways) == 0 && self.meetings(ways).0 <= bound
        };
        if !done(&best)
            && bound == 0
            && self.people.is_multiple_of(self.number)
            && let Some(turned) = turned(self, &mut chance)
            && (best.len() < self.rounds || self.meetings(&turned).0 < self.meetings(&best).0)
        {
            best = turned;
        }
        // who should be apart is put where the schedule has two who never meet
        if meets(&best) > 0 {
            best = relabelled(best, apart, &mut chance);
        }
        if done(&best) {
            return best;
        }
        // the search begins with what there is; where there must be repeats, with the longest schedule
        // without, begun again; else with any way for the rounds that are missing
        let mut free = (1..self.rounds).rev().map(|rounds| Self { rounds, ..self });
        if bound > 0
            && let Some(free) = free.find(|it| it.bound(apart) == 0)
            && best.len() < self.rounds
        {
            best = free.solve(apart, start, seed, 0);
            best = best.iter().cycle().take(self.rounds).cloned().collect();
            if done(&best) {
                return best;
            }
        }
        let whole = best.len();
        for _ in whole..self.rounds {
            best.push(start.to_vec());
        }
        let kind = Kind::pairs(self.people, apart);
        let mut seating = Seating::new(&kind, self.number, best);
        if whole < self.rounds && apart.is_empty() {
            seating.shuffle(whole, &mut chance);
        }
        seating.search(&mut chance, WORK, bound);
        let found = seating.best();
        if meets(&found) == 0 {
            return found;
        }
        // the same again and again is no good schedule, but keeps apart who should be
        vec![start.to_vec(); self.rounds]
    }
}

/// The search judges as many meetings of two as this.
const WORK: usize = 60_000_000;

/// Some rounds that are turned in a circle of people until there are enough: if in those first ones no
/// two pairs are the same but for a turn, nobody meets again.
fn turned(problem: Problem, chance: &mut Chance) -> Option<Vec<Vec<usize>>> {
    let Problem {
        people,
        number,
        rounds,
    } = problem;
    let size = people / number;
    let mut tried = 0;
    for base in 1..=3 {
        let circle = rounds.div_ceil(base);
        for circle in circle..=circle + 2 {
            if circle < 3 {
                continue;
            }
            let (rings, still) = (people / circle, people % circle);
            if rings == 0 || rings > 12 || still > number {
                continue;
            }
            let kinds =
                rings * ((circle - 1) / 2) + rings * (rings - 1) / 2 * circle + still * rings;
            if kinds < base * number * size * (size - 1) / 2 {
                continue;
            }
            tried += 1;
            if tried > 4 {
                return None;
            }
            let kind = Kind::turned(people, circle, rings);
            let turn = |way: &Vec<usize>, by: usize| {
                let mut turned = way.clone();
                for (person, group) in way.iter().enumerate().take(rings * circle) {
                    let (ring, at) = (person / circle, person % circle);
                    turned[ring * circle + (at + by) % circle] = *group;
                }
                turned
            };
            let turned = |ways: &[Vec<usize>]| {
                let all = ways
                    .iter()
                    .flat_map(|way| (0..circle).map(move |by| turn(way, by)));
                all.take(rounds).collect()
            };
            if base == 1
                && let Some(way) = closed::closed(&kind, size, people, circle, rings, chance)
            {
                return Some(turned(&[way]));
            }
            for _ in 0..2 {
                let mut order: Vec<usize> = (0..people).map(|it| it / size).collect();
                chance.shuffle(&mut order);
                let mut seating = Seating::new(&kind, number, vec![order; base]);
                seating.shuffle(0, chance);
                seating.search(chance, 10_000_000, 0);
                if seating.least() > 0 {
                    continue;
                }
                return Some(turned(&seating.best()));
            }
        }
    }
    None
}

/// The same schedule for the people in another order, such that fewer meet who should not.
fn relabelled(
    ways: Vec<Vec<usize>>,
    apart: &[(usize, usize)],
    chance: &mut Chance,
) -> Vec<Vec<usize>> {
    let people = ways.first().map_or(0, Vec::len);
    let mut place: Vec<usize> = (0..people).collect();
    let wished: BTreeSet<usize> = apart.iter().flat_map(|(a, b)| [*a, *b]).collect();
    let wished: Vec<usize> = wished.into_iter().collect();
    let meets = |place: &[usize]| {
        let meet = |way: &&Vec<usize>, a: usize, b: usize| way[place[a]] == way[place[b]];
        let met = apart
            .iter()
            .map(|(a, b)| ways.iter().filter(|it| meet(it, *a, *b)).count());
        met.sum::<usize>()
    };
    let mut least = meets(&place);
    for _ in 0..20_000 {
        if least == 0 {
            break;
        }
        let a = wished[chance.below(wished.len())];
        let b = chance.below(people);
        place.swap(a, b);
        let now = meets(&place);
        if now <= least {
            least = now;
        } else {
            place.swap(a, b);
        }
    }
    ways.iter()
        .map(|way| place.iter().map(|it| way[*it]).collect())
        .collect()
}

/// The turns of one group in one round: everybody speaks as long. Where it stands follows from the
/// seconds since it began and nothing else, so a machine that slept shows the right thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timer {
    /// The people in the group.
    pub people: usize,
    /// The seconds of each.
    pub seconds: u32,
}

/// One person's turn, in seconds from the beginning of the round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Whose: the place in the group, from 0.
    pub index: usize,
    /// When it begins.
    pub start: u64,
    /// When it is over, and the next begins.
    pub end: u64,
}

/// Where a round stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Now {
    /// It is somebody's turn.
    Turn {
        /// Whose and when.
        turn: Turn,
        /// The seconds that are left of it, at least 1.
        left: u64,
    },
    /// Everybody has had a turn.
    Over,
}

impl Timer {
    /// The seconds of each in a usual workshop: two minutes (domain §11).
    pub const USUAL: u32 = 120;

    /// All turns, in order.
    pub fn turns(self) -> impl Iterator<Item = Turn> {
        (0..self.people).map(move |index| self.turn(index))
    }

    /// How long the round takes, in seconds.
    pub const fn length(self) -> u64 {
        (self.people as u64).saturating_mul(self.seconds as u64)
    }

    /// Where the round stands so many seconds after it began.
    pub fn at(self, elapsed: u64) -> Now {
        match elapsed.checked_div(u64::from(self.seconds)) {
            Some(index) if index < self.people as u64 => {
                let turn = self.turn(index as usize);
                Now::Turn {
                    turn,
                    left: turn.end - elapsed,
                }
            }
            _ => Now::Over,
        }
    }

    fn turn(self, index: usize) -> Turn {
        let start = (index as u64).saturating_mul(u64::from(self.seconds));
        Turn {
            index,
            start,
            end: start.saturating_add(u64::from(self.seconds)),
        }
    }
}
