//! The search for rounds: of those who meet again, one changes seats with whoever makes it best,
//! though not back at once (tabu search, as Dotú and Van Hentenryck 2005 for this problem).

use crate::chance::Chance;

/// What may happen once: for each two people, which meeting it is.
pub(super) struct Kind {
    people: usize,
    of: Vec<u32>,
    /// How many kinds; those from here on should not happen at all.
    pub(super) kinds: usize,
}

/// Two who should be apart weigh as many repeated meetings as this.
const APART: i64 = 50;

impl Kind {
    /// Every two people are a kind of their own; those apart should not meet.
    pub(super) fn pairs(people: usize, apart: &[(usize, usize)]) -> Self {
        let kinds = people * people;
        let mut of = vec![0; kinds];
        for a in 0..people {
            for b in 0..people {
                of[a * people + b] = (a.max(b) * people + a.min(b)) as u32;
            }
        }
        for (a, b) in apart {
            of[a * people + b] = kinds as u32;
            of[b * people + a] = kinds as u32;
        }
        Self { people, of, kinds }
    }

    /// Two pairs are of one kind if one becomes the other by turning all rings by the same number of
    /// places. The last people are in no ring and stay.
    pub(super) fn turned(people: usize, circle: usize, rings: usize) -> Self {
        let turning = rings * circle;
        let groups = rings + (people - turning);
        let kinds = groups * groups * circle;
        let mut of = vec![kinds as u32; people * people];
        // the ring and the place in it; one who stays is a ring of one
        let ring = |it: usize| {
            if it < turning {
                (it / circle, it % circle)
            } else {
                (rings + it - turning, 0)
            }
        };
        for a in 0..people {
            for b in 0..people {
                let ((ring_a, at_a), (ring_b, at_b)) = (ring(a), ring(b));
                let stay = usize::from(a >= turning) + usize::from(b >= turning);
                let apart = (at_b + circle - at_a) % circle;
                let apart = match (stay, ring_a.cmp(&ring_b)) {
                    // two who stay would meet each time; two opposite each other, twice around
                    (2, _) => continue,
                    (1, _) => 0,
                    (_, core::cmp::Ordering::Equal) if 2 * apart == circle => continue,
                    (_, core::cmp::Ordering::Equal) => apart.min(circle - apart),
                    (_, core::cmp::Ordering::Less) => apart,
                    (_, core::cmp::Ordering::Greater) => (circle - apart) % circle,
                };
                let pair = ring_a.min(ring_b) * groups + ring_a.max(ring_b);
                of[a * people + b] = (pair * circle + apart) as u32;
            }
        }
        Self { people, of, kinds }
    }

    /// Which meeting that of these two is; [`Kind::kinds`], if it should not happen.
    pub(super) fn of(&self, a: usize, b: usize) -> usize {
        self.of[a * self.people + b] as usize
    }
}

/// Rounds that change.
pub(super) struct Seating<'a> {
    kind: &'a Kind,
    number: usize,
    /// Round and person: the group.
    group: Vec<Vec<usize>>,
    /// Round and group: the people.
    members: Vec<Vec<Vec<usize>>>,
    often: Vec<u32>,
    cost: i64,
    best: Vec<Vec<usize>>,
    least: i64,
}

impl<'a> Seating<'a> {
    pub(super) fn new(kind: &'a Kind, number: usize, group: Vec<Vec<usize>>) -> Self {
        let mut seating = Self {
            kind,
            number,
            members: Vec::new(),
            often: Vec::new(),
            cost: 0,
            least: i64::MAX,
            best: Vec::new(),
            group,
        };
        seating.count();
        seating
    }

    fn count(&mut self) {
        self.often = vec![0; self.kind.kinds + 1];
        self.cost = 0;
        self.members.clear();
        for round in 0..self.group.len() {
            let mut members = vec![Vec::new(); self.number];
            for person in 0..self.kind.people {
                let group = self.group[round][person];
                for other in &members[group] {
                    self.cost += meet(&mut self.often, self.kind.of(person, *other));
                }
                members[group].push(person);
            }
            self.members.push(members);
        }
        self.best.clone_from(&self.group);
        self.least = self.cost;
    }

    /// Puts the rounds from here on into any order.
    pub(super) fn shuffle(&mut self, from: usize, chance: &mut Chance) {
        for round in self.group.iter_mut().skip(from) {
            chance.shuffle(round);
        }
        self.count();
    }

    /// The cost of the best rounds found.
    pub(super) const fn least(&self) -> i64 {
        self.least
    }

    /// The best rounds found.
    pub(super) fn best(self) -> Vec<Vec<usize>> {
        self.best
    }

    /// Looks for better rounds, until there are no more repeated meetings than `bound` or so many
    /// meetings of two were judged.
    pub(super) fn search(&mut self, chance: &mut Chance, work: usize, bound: usize) {
        let people = self.kind.people;
        let mut until = vec![0u64; people * people];
        let (mut now, mut judged, mut since) = (0u64, 0, 0u32);
        let mut again = Vec::new();
        while judged < work && self.least > bound as i64 {
            now += 1;
            // somebody who meets somebody again
            let first = chance.below(self.group.len());
            let mut round = first;
            for step in 0..self.group.len() {
                round = (first + step) % self.group.len();
                again.clear();
                for members in &self.members[round] {
                    again.extend(
                        members
                            .iter()
                            .copied()
                            .filter(|a| members.iter().any(|b| a != b && self.is_repeated(*a, *b))),
                    );
                    judged += members.len();
                }
                if !again.is_empty() {
                    break;
                }
            }
            let Some(person) = again.get(chance.below(again.len())).copied() else {
                return;
            };
            let mut best: Option<(i64, u64, usize)> = None;
            for other in 0..people {
                if self.group[round][other] == self.group[round][person] {
                    continue;
                }
                let change = self.exchange(round, person, other);
                self.exchange_back(round, person, other);
                judged += self.members[round][self.group[round][person]].len() * 2;
                let is_tabu = until[person * people + other] > now;
                if is_tabu && self.cost + change >= self.least {
                    continue;
                }
                let value = (change, chance.draw(), other);
                if best.is_none_or(|it| value < it) {
                    best = Some(value);
                }
            }
            let Some((change, _, other)) = best else {
                continue;
            };
            self.exchange(round, person, other);
            self.seat(round, person, other);
            self.cost += change;
            let tenure = 4 + chance.below(16) as u64;
            until[person * people + other] = now + tenure;
            until[other * people + person] = now + tenure;
            since += 1;
            if self.cost < self.least {
                self.least = self.cost;
                self.best.clone_from(&self.group);
                since = 0;
            } else if since > 20_000 {
                // elsewhere
                for _ in 0..4 {
                    let round = chance.below(self.group.len());
                    let (a, b) = (chance.below(people), chance.below(people));
                    if self.group[round][a] != self.group[round][b] {
                        self.cost += self.exchange(round, a, b);
                        self.seat(round, a, b);
                    }
                }
                since = 0;
            }
        }
    }

    fn is_repeated(&self, a: usize, b: usize) -> bool {
        let kind = self.kind.of(a, b);
        self.often[kind] > 1 || kind == self.kind.kinds
    }

    /// Counts the meetings as if two had changed seats; by how much it costs more.
    fn exchange(&mut self, round: usize, person: usize, other: usize) -> i64 {
        self.replace(round, person, other, false)
    }

    fn exchange_back(&mut self, round: usize, person: usize, other: usize) {
        self.replace(round, person, other, true);
    }

    fn replace(&mut self, round: usize, person: usize, other: usize, back: bool) -> i64 {
        let groups = &self.group[round];
        let (kind, often) = (self.kind, &mut self.often);
        let mut change = 0;
        let (mine, others) = (
            &self.members[round][groups[person]],
            &self.members[round][groups[other]],
        );
        for (members, stays, comes) in [(mine, person, other), (others, other, person)] {
            let (out, into) = if back { (comes, stays) } else { (stays, comes) };
            for it in members.iter().filter(|it| **it != stays) {
                change += part(often, kind.of(out, *it));
            }
            for it in members.iter().filter(|it| **it != stays) {
                change += meet(often, kind.of(into, *it));
            }
        }
        change
    }

    /// Changes the seats of two, whose meetings are counted already.
    fn seat(&mut self, round: usize, person: usize, other: usize) {
        let (a, b) = (self.group[round][person], self.group[round][other]);
        for it in &mut self.members[round][a] {
            if *it == person {
                *it = other;
            }
        }
        for it in &mut self.members[round][b] {
            if *it == other {
                *it = person;
            }
        }
        self.group[round].swap(person, other);
    }
}

fn meet(often: &mut [u32], kind: usize) -> i64 {
    let is_apart = kind + 1 == often.len();
    let often = &mut often[kind];
    *often += 1;
    if is_apart {
        APART
    } else {
        i64::from(*often > 1)
    }
}

fn part(often: &mut [u32], kind: usize) -> i64 {
    let is_apart = kind + 1 == often.len();
    let often = &mut often[kind];
    *often -= 1;
    if is_apart {
        -APART
    } else {
        -i64::from(*often > 0)
    }
}
