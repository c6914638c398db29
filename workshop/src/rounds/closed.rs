//! One round to be turned in a circle that is also closed under a second symmetry of order three: the
//! rings take each other's place, or places are multiplied by a cube root of one. So three groups are
//! chosen at a time, and what is left is few enough to be gone through.

use super::seating::Kind;
use crate::chance::Chance;

/// So many people are tried in a group before it begins again in another order.
const STEPS: usize = 400_000;

/// The group of each person in such a round, if one is found in which no two meetings are of one kind.
pub(super) fn closed(
    kind: &Kind,
    size: usize,
    people: usize,
    circle: usize,
    rings: usize,
    chance: &mut Chance,
) -> Option<Vec<usize>> {
    let turning = rings * circle;
    let roots = (1..circle).filter(|it| it * it % circle * it % circle == 1);
    for root in roots {
        for change in [true, false] {
            // without either there is no symmetry, and only three can take each other's place
            if if change { rings != 3 } else { root == 1 } {
                continue;
            }
            let image = |person: usize| {
                if person < turning {
                    let (ring, at) = (person / circle, person % circle);
                    (ring + usize::from(change)) % rings * circle + at * root % circle
                } else if people - turning == 3 && change {
                    turning + (person - turning + 1) % 3
                } else {
                    person
                }
            };
            let image: Vec<usize> = (0..people).map(image).collect();
            for _ in 0..3 {
                let mut order: Vec<usize> = (0..people).collect();
                chance.shuffle(&mut order);
                let mut search = Search {
                    kind,
                    size,
                    image: &image,
                    order,
                    group: vec![usize::MAX; people],
                    used: vec![false; kind.kinds],
                    groups: 0,
                    steps: 0,
                };
                if search.next_groups() == Some(true) {
                    return Some(search.group);
                }
            }
        }
    }
    None
}

struct Search<'a> {
    kind: &'a Kind,
    size: usize,
    image: &'a [usize],
    order: Vec<usize>,
    group: Vec<usize>,
    used: Vec<bool>,
    groups: usize,
    steps: usize,
}

impl Search<'_> {
    /// Seats everybody who is left. `None`: gave up.
    fn next_groups(&mut self) -> Option<bool> {
        let free = self
            .order
            .iter()
            .position(|it| self.group[*it] == usize::MAX);
        let Some(first) = free else { return Some(true) };
        self.fill(&mut vec![self.order[first]], first + 1)
    }

    fn fill(&mut self, group: &mut Vec<usize>, from: usize) -> Option<bool> {
        if group.len() == self.size {
            return self.seat(group);
        }
        for at in from..self.order.len() {
            let person = self.order[at];
            if self.group[person] != usize::MAX {
                continue;
            }
            self.steps += 1;
            if self.steps > STEPS {
                return None;
            }
            let meets = |it: &usize| {
                let kind = self.kind.of(person, *it);
                kind < self.kind.kinds && !self.used[kind]
            };
            if !group.iter().all(meets) {
                continue;
            }
            group.push(person);
            let done = self.fill(group, at + 1)?;
            group.pop();
            if done {
                return Some(true);
            }
        }
        Some(false)
    }

    /// Seats a group and its images, and goes on; takes them back if that leads nowhere.
    fn seat(&mut self, group: &[usize]) -> Option<bool> {
        let mut orbit = vec![group.to_vec()];
        for _ in 0..2 {
            let last = orbit.last().map_or(&[][..], Vec::as_slice);
            let image: Vec<usize> = last.iter().map(|it| self.image[*it]).collect();
            if image.iter().all(|it| group.contains(it)) {
                break;
            }
            orbit.push(image);
        }
        let mut kinds = Vec::new();
        let mut seated = Vec::new();
        let mut fits = true;
        for (at, group) in orbit.iter().enumerate() {
            for (place, person) in group.iter().enumerate() {
                fits &= self.group[*person] == usize::MAX;
                if fits {
                    self.group[*person] = self.groups + at;
                    seated.push(*person);
                }
                for other in &group[..place] {
                    let kind = self.kind.of(*person, *other);
                    fits = fits && kind < self.kind.kinds && !self.used[kind];
                    if fits {
                        self.used[kind] = true;
                        kinds.push(kind);
                    }
                }
            }
        }
        if fits {
            self.groups += orbit.len();
            if self.next_groups()? {
                return Some(true);
            }
            self.groups -= orbit.len();
        }
        for person in seated {
            self.group[person] = usize::MAX;
        }
        for kind in kinds {
            self.used[kind] = false;
        }
        Some(false)
    }
}
