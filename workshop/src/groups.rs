//! Groups: who sits together, by likeness of needs, by mix of strengths, or by both.
//!
//! **Quality of a group**, 0–100 in hundredths:
//! - *Likeness*: the mean over all pairs in it of what the two have in common of what they need,
//!   twice the needs both have, divided by the needs of the one and the needs of the other (Dice
//!   1945). A pair of which one has no need has nothing in common.
//! - *Mix*: of the strengths that are in the room, how many are in the group, each counted up to
//!   twice: with two, others have somebody to ask also when one is taken. A strength is a dimension
//!   at level 4 or 5.
//! - Both, weighted by [`Wishes::likeness`].
//!
//! **The worst group counts.** People who sit in a bad group are not helped by a good mean. A plan is
//! better if its worst group is better; only among plans with equally good worst groups do the others
//! count.
//!
//! **How good it could be.** Small rooms are searched to the end. In larger ones the search stops
//! after an amount of work that the number of people decides, never the time, so that the same seed
//! gives the same plan everywhere; and [`Quality::bound`] tells what no plan can exceed.
//! All arithmetic is in whole numbers. docs/adr/0023-a-rooms-picture-and-groups.md has the bound's
//! proof and the figures.

mod bound;
mod exact;
mod search;
pub(crate) mod seats;
mod table;

use crate::answer::{Answer, Person};
use seats::{Seats, Units};
use std::collections::BTreeSet;
use table::Table;
use vaekstspejl_engine::{NeedId, ScaleId};

/// A group has no more people than this, whatever is wished.
pub const MOST: usize = 500;

/// Two people.
pub type Pair = (Person, Person);

/// What the groups should be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wishes {
    /// The fewest people in a group, at least 1.
    pub smallest: usize,
    /// The most people in a group. More than [`MOST`] is [`MOST`].
    pub largest: usize,
    /// How much likeness weighs, 0–100; mix weighs the rest. More than 100 is 100.
    pub likeness: u8,
    /// These sit in the same group.
    pub together: Vec<Pair>,
    /// These do not.
    pub apart: Vec<Pair>,
}

/// The usual workshop: 10 to 15 people (domain §11), alike and mixed in equal parts.
impl Default for Wishes {
    fn default() -> Self {
        Self {
            smallest: 10,
            largest: 15,
            likeness: 50,
            together: Vec::new(),
            apart: Vec::new(),
        }
    }
}

/// Hundredths of a point: 0–10,000 for 0–100 points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hundredths(u32);

/// A room divided into groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The groups, those of the lowest person first. Everybody is in one.
    pub groups: Vec<Group>,
    /// How good the plan is, and could be.
    pub quality: Quality,
}

/// How good a plan is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quality {
    /// The quality of its worst group.
    pub worst: Hundredths,
    /// No plan has a worst group of more than this.
    pub bound: Hundredths,
}

/// One group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Who is in it, in the order of arrival.
    pub people: Vec<Person>,
    /// Likeness and mix, weighted.
    pub quality: Hundredths,
    /// How alike their needs are.
    pub likeness: Hundredths,
    /// How much of the room's strengths they have.
    pub mix: Hundredths,
    /// Why these people.
    pub reasons: Reasons,
}

/// Why a group is as it is, as data; the words are in the content. For the facilitator, who has made
/// the groups: the strengths may be one person's, so they are not for the wall.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reasons {
    /// The needs that at least three of them and at least a third of them have, with how many; the
    /// most common first.
    pub shared: Vec<(NeedId, usize)>,
    /// The strengths they have.
    pub strengths: Vec<ScaleId>,
    /// The strengths that are in the room and not in this group.
    pub lacking: Vec<ScaleId>,
}

/// Why there are no groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Impossible {
    /// The sizes contradict each other, or the smallest is 0.
    Sizes {
        /// [`Wishes::smallest`].
        smallest: usize,
        /// [`Wishes::largest`].
        largest: usize,
    },
    /// No number of groups of these sizes has room for just these people: 16 people do not go into
    /// groups of 10 to 15.
    People {
        /// How many people there are.
        people: usize,
        /// [`Wishes::smallest`].
        smallest: usize,
        /// [`Wishes::largest`].
        largest: usize,
        /// The most people of these that could be divided, 0 if none.
        fewer: usize,
        /// The fewest people above that could be divided.
        more: usize,
    },
    /// Somebody is in the room twice.
    Twice(Person),
    /// A wish is about somebody who is not in the room.
    Absent(Person),
    /// These wishes cannot be fulfilled together; without any one of them the rest could.
    Wishes {
        /// Those that should sit together.
        together: Vec<Pair>,
        /// Those that should not.
        apart: Vec<Pair>,
        /// `false`: the search gave up, so there may be a way after all.
        proven: bool,
    },
}

impl Hundredths {
    /// The most.
    pub const MAX: Self = Self(10_000);

    const fn of(hundredths: u32) -> Self {
        Self(if hundredths > Self::MAX.0 {
            Self::MAX.0
        } else {
            hundredths
        })
    }

    /// Hundredths of a point, 0–10,000.
    pub const fn hundredths(self) -> u32 {
        self.0
    }

    /// Whole points 0–100, rounded half up.
    pub const fn points(self) -> u32 {
        (self.0 + 50) / 100
    }
}

impl Quality {
    /// Whether no plan has a better worst group.
    pub fn is_best(self) -> bool {
        self.worst == self.bound
    }

    /// By how much a better plan can be better at most.
    pub const fn gap(self) -> Hundredths {
        Hundredths(self.bound.0.saturating_sub(self.worst.0))
    }
}

/// How hard to look for a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// The first plan that fulfils the wishes: what a draw of lots gives. To compare with.
    Lots,
    /// One person after the other goes to the group that becomes best with them. To compare with.
    Greedy,
    /// The search alone.
    Search,
    /// The search, and in a small room everything.
    Full,
}

/// Divides these people into groups. The same people in another order give the same plan.
///
/// # Errors
///
/// If there are no such groups, why. A room without people is divided into no groups.
pub fn groups(people: &[(Person, Answer)], wishes: &Wishes, seed: u64) -> Result<Plan, Impossible> {
    groups_with(people, wishes, seed, Effort::Full)
}

/// The same with another [`Effort`].
///
/// # Errors
///
/// As [`groups`].
pub fn groups_with(
    people: &[(Person, Answer)],
    wishes: &Wishes,
    seed: u64,
    effort: Effort,
) -> Result<Plan, Impossible> {
    let mut people: Vec<(Person, &Answer)> = people.iter().map(|(who, it)| (*who, it)).collect();
    people.sort_by_key(|(who, _)| *who);
    if let Some([(who, _), _]) = people.array_windows().find(|[a, b]| a.0 == b.0) {
        return Err(Impossible::Twice(*who));
    }
    let (smallest, largest) = (wishes.smallest, wishes.largest.min(MOST));
    let numbers = seats::numbers(people.len(), smallest, largest)?;
    let place = |who: Person| {
        let place = people.binary_search_by_key(&who, |(who, _)| *who);
        place.map_err(|_| Impossible::Absent(who))
    };
    let places = |pairs: &[Pair]| {
        let pairs = pairs.iter().map(|(a, b)| Ok((place(*a)?, place(*b)?)));
        pairs.collect::<Result<Vec<(usize, usize)>, Impossible>>()
    };
    let together = places(&wishes.together)?;
    let apart = places(&wishes.apart)?;
    if people.is_empty() {
        let quality = Quality {
            worst: Hundredths::MAX,
            bound: Hundredths::MAX,
        };
        return Ok(Plan {
            groups: Vec::new(),
            quality,
        });
    }

    let units = Units::new(people.len(), &together, &apart);
    let seats = |number: &usize| Seats {
        number: *number,
        smallest,
        largest,
    };
    let seats: Vec<Seats> = numbers.iter().map(seats).collect();
    let mut starts = seats::starts(&units, &seats::some(&seats), seed);
    if starts.is_empty() {
        starts = seats::starts(&units, &seats, seed);
    }
    if starts.is_empty() {
        let (kept_together, kept_apart, proven) =
            seats::contradiction(people.len(), &together, &apart, &seats, seed);
        let of = |wishes: &[Pair], kept: &[usize]| {
            kept.iter()
                .filter_map(|it| wishes.get(*it).copied())
                .collect()
        };
        return Err(Impossible::Wishes {
            together: of(&wishes.together, &kept_together),
            apart: of(&wishes.apart, &kept_apart),
            proven,
        });
    }

    let answers: Vec<&Answer> = people.iter().map(|(_, answer)| *answer).collect();
    let table = Table::new(&answers, &units, u32::from(wishes.likeness.min(100)));
    let mut bound = bound::bound(&table, &seats);
    let mut way = match effort {
        Effort::Lots => starts
            .into_iter()
            .next()
            .map(|(_, way)| way)
            .unwrap_or_default(),
        Effort::Greedy => search::greedy(&table, &units, &starts),
        Effort::Search | Effort::Full => search::search(&table, &units, &starts, seed, bound),
    };
    if effort == Effort::Full
        && let Some((proven, better)) = exact::exact(&table, &units, &seats, &way, bound)
    {
        bound = proven;
        way = better;
    }
    let bound = Hundredths::of(bound);

    let number = way.iter().max().map_or(0, |it| it + 1);
    let mut members = vec![Vec::new(); number];
    for (unit, group) in way.iter().enumerate() {
        if let (Some(members), Some(unit)) = (members.get_mut(*group), units.members.get(unit)) {
            members.extend(unit.iter().copied());
        }
    }
    for group in &mut members {
        group.sort_unstable();
    }
    members.sort();
    let groups: Vec<Group> = members
        .iter()
        .map(|it| group(&people, &table, it))
        .collect();
    let worst = groups.iter().map(|it| it.quality).min().unwrap_or_default();
    Ok(Plan {
        groups,
        quality: Quality {
            worst,
            bound: bound.max(worst),
        },
    })
}

impl Plan {
    /// Who sits with whom, as [`crate::repair::groups`] takes it.
    pub fn seated(&self) -> crate::repair::groups::Groups {
        let groups = self.groups.iter();
        groups
            .map(|it| it.people.iter().copied().collect())
            .collect()
    }
}

/// How good any group of these people is, by the same measure; for a repair. Whoever is not among
/// the people is not counted.
pub fn judge(
    people: &[(Person, Answer)],
    likeness: u8,
) -> impl Fn(&BTreeSet<Person>) -> Hundredths + use<> {
    let mut people: Vec<(Person, &Answer)> = people.iter().map(|(who, it)| (*who, it)).collect();
    people.sort_by_key(|(who, _)| *who);
    let answers: Vec<&Answer> = people.iter().map(|(_, answer)| *answer).collect();
    let units = Units::new(people.len(), &[], &[]);
    let table = Table::new(&answers, &units, u32::from(likeness.min(100)));
    let places: Vec<Person> = people.iter().map(|(who, _)| *who).collect();
    move |group| {
        let members = group.iter().filter_map(|it| places.binary_search(it).ok());
        let (likeness, mix) = table.judge(&members.collect::<Vec<_>>());
        Hundredths::of(table.weigh(likeness, mix))
    }
}

/// Groups that stand already, looked at anew: how good they are, why, and what none could exceed.
/// Empty ones, and whoever is not among the people, are not counted.
pub fn judged(people: &[(Person, Answer)], wishes: &Wishes, groups: &[BTreeSet<Person>]) -> Plan {
    let mut people: Vec<(Person, &Answer)> = people.iter().map(|(who, it)| (*who, it)).collect();
    people.sort_by_key(|(who, _)| *who);
    people.dedup_by_key(|(who, _)| *who);
    let answers: Vec<&Answer> = people.iter().map(|(_, answer)| *answer).collect();
    let units = Units::new(people.len(), &[], &[]);
    let table = Table::new(&answers, &units, u32::from(wishes.likeness.min(100)));
    let place = |who: &Person| people.binary_search_by_key(who, |(who, _)| *who).ok();
    let groups = groups
        .iter()
        .map(|it| it.iter().filter_map(place).collect());
    let groups = groups.filter(|it: &Vec<usize>| !it.is_empty());
    let groups: Vec<Group> = groups.map(|it| group(&people, &table, &it)).collect();
    let worst = groups.iter().map(|it| it.quality).min().unwrap_or_default();
    let (smallest, largest) = (wishes.smallest, wishes.largest.min(MOST));
    let numbers = seats::numbers(people.len(), smallest, largest).unwrap_or_default();
    let seats = numbers.into_iter().map(|number| Seats {
        number,
        smallest,
        largest,
    });
    let seats: Vec<Seats> = seats.collect();
    let bound = match seats.is_empty() || people.is_empty() {
        true => Hundredths::MAX,
        false => Hundredths::of(bound::bound(&table, &seats)),
    };
    Plan {
        groups,
        quality: Quality {
            worst,
            bound: bound.max(worst),
        },
    }
}

fn group(people: &[(Person, &Answer)], table: &Table, members: &[usize]) -> Group {
    let all = || members.iter().filter_map(|it| people.get(*it));
    let (likeness, mix) = table.judge(members);
    let needs: BTreeSet<&NeedId> = all().flat_map(|(_, it)| &it.needs).collect();
    let counted = needs.into_iter().map(|need| {
        let have = all().filter(|(_, it)| it.needs.contains(need)).count();
        (need.clone(), have)
    });
    let counted = counted.filter(|(_, have)| *have >= 3 && have * 3 >= members.len());
    let mut shared: Vec<(NeedId, usize)> = counted.collect();
    shared.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let (strengths, lacking) = table.strengths.iter().cloned().partition(|scale| {
        all().any(|(_, it)| it.levels.get(scale).is_some_and(|it| table::is_strong(*it)))
    });
    Group {
        people: all().map(|(who, _)| *who).collect(),
        quality: Hundredths::of(table.weigh(likeness, mix)),
        likeness: Hundredths::of(likeness),
        mix: Hundredths::of(mix),
        reasons: Reasons {
            shared,
            strengths,
            lacking,
        },
    }
}
