//! The room's picture: what all the answers say together, and when it may be shown.
//!
//! The rules are those of the mailbox protocol §1.9, carried to where they hold for every single
//! number; docs/adr/0023-a-rooms-picture-and-groups.md has the arguments.
//!
//! - **When.** Nothing under [`FEWEST`] people. A picture is made of everybody in the room at that
//!   moment, and that set is frozen. A later one is made only when at least [`CHANGED`] people differ
//!   between its set and **every** set shown before, so that a room that changes and changes back
//!   gives nothing. Who has arrived, left, or answers otherwise differs; who has changed an answer
//!   and changed it back does not. After [`Room::close`] nothing is added.
//! - **What.** No count of one or two, and none that leaves one or two over. A need is told with its
//!   count only if at least three have it and three do not; one that is not told may be nobody's,
//!   somebody's or everybody's. Stages follow the rule of ADR 15 with three for five. Bars that would
//!   be small are merged with a neighbour, in one of four fixed ways.
//! - **Between pictures.** Each number is compared with every earlier one of its kind. It is renewed
//!   only if the difference tells nothing of one or two people; else the earlier one stays, with the
//!   number of people it was counted among.
//!
//! [`Room`] has no way to a single person's answers, and its `Debug` writes none.

use crate::answer::{Answer, Level, Person};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use vaekstspejl_engine::{NeedId, ScaleId, SegmentId};

/// With fewer people than this in the room there is no picture (protocol §1.9).
pub const FEWEST: usize = 5;
/// Any two pictures differ by at least this many people (protocol §1.9).
pub const CHANGED: usize = 3;
/// A count from one to one less than this is never told.
pub const SMALLEST: usize = 3;
/// From this many known levels a dimension has a band from lower to upper quartile; with fewer, the
/// three numbers together would tell that exactly one person is at the middle level.
pub const BAND_FROM: usize = 7;
/// From this many known levels a dimension may have bars (protocol §1.9).
pub const BARS_FROM: usize = 12;
/// From this level a dimension is a strength.
pub const STRONG: u8 = 4;

/// The ways of putting the five levels into bars, in the order they are tried: the numbers say at
/// which level a bar ends. They are fixed: a choice by the counts would tell of the counts.
const WAYS: [&[u8]; 4] = [&[1, 2, 3, 4, 5], &[2, 3, 5], &[3, 5], &[2, 5]];

/// A bar of several levels holds nobody or at least this many: of three in two levels that were
/// merged, everybody would know that both are small.
const SMALLEST_MERGED: usize = 4;

type Set = BTreeMap<Person, Answer>;

/// The answers in a room, and what has been shown of them.
#[derive(Default)]
pub struct Room {
    people: Set,
    arrived: BTreeSet<Person>,
    closed: bool,
    /// The set of each picture, in order.
    sets: Vec<Set>,
    /// Every number that was ever shown, with the set it was counted in.
    dimensions: BTreeMap<ScaleId, Vec<(usize, Dimension)>>,
    needs: BTreeMap<NeedId, Vec<(usize, NeedCount)>>,
    stages: Vec<(usize, Vec<StageCount>)>,
    picture: Option<Picture>,
}

/// What may be shown to everybody in the room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Which picture of this room it is, from 1.
    pub number: usize,
    /// The people in it, at least [`FEWEST`].
    pub people: usize,
    /// The dimensions that enough people could judge, by id.
    pub dimensions: Vec<Dimension>,
    /// The needs that may be told, the most common first.
    pub needs: Vec<NeedCount>,
    /// The stages that may be told, the most common first.
    pub stages: Vec<StageCount>,
}

/// One or several neighbouring levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Levels {
    /// The lowest of them.
    pub from: Level,
    /// The highest of them.
    pub to: Level,
}

/// How the room stands in one dimension. How many could judge it is not told but by the bars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// The dimension.
    pub scale: ScaleId,
    /// How many people were in the room when this was counted.
    pub of: usize,
    /// Where the middle person stands; of two in the middle, the lower. Where there are bars, the
    /// whole bar they stand in, so that the middle tells nothing the bars do not.
    pub median: Levels,
    /// Where the middle half stands: the lower and the upper quartile, in levels or bars as the
    /// median. From [`BAND_FROM`] known levels.
    pub band: Option<(Levels, Levels)>,
    /// How many stand where, lowest first, together all five levels; empty if it may not be told.
    pub bars: Vec<Bar>,
}

/// The people at one or several neighbouring levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The levels.
    pub levels: Levels,
    /// How many people: none, or at least [`SMALLEST`].
    pub people: usize,
}

/// How many have a need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedCount {
    /// The need.
    pub need: NeedId,
    /// How many have it, at least [`SMALLEST`], and at least as many have it not.
    pub people: usize,
    /// How many people were in the room when this was counted.
    pub of: usize,
}

/// How many are at a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageCount {
    /// The stage.
    pub stage: SegmentId,
    /// How many are there, at least [`SMALLEST`], and at least as many elsewhere.
    pub people: usize,
    /// How many people were in the room when this was counted.
    pub of: usize,
}

/// Why there is no new picture. It does not say how many are missing: that would be a count of few.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Fewer than [`FEWEST`] people are in the room.
    ForPeople,
    /// Fewer than [`CHANGED`] people differ from a picture that was shown.
    ForChanges,
    /// The room is closed.
    Closed,
}

impl Room {
    /// A room without anybody.
    pub fn new() -> Self {
        Self::default()
    }

    /// A person arrives, or answers otherwise than before. In a closed room nothing happens.
    pub fn answer(&mut self, person: Person, answer: Answer) {
        if self.closed {
            return;
        }
        self.arrived.insert(person);
        self.people.insert(person, answer);
    }

    /// A person withdraws; what was shown stays shown, but is counted without them from the next
    /// picture on. Also after closing, where there is no next picture.
    pub fn withdraw(&mut self, person: Person) {
        self.people.remove(&person);
    }

    /// How many have ever arrived. Neither changes nor withdrawals can be seen in it.
    pub fn arrivals(&self) -> usize {
        self.arrived.len()
    }

    /// The latest picture.
    pub fn picture(&self) -> Option<&Picture> {
        self.picture.as_ref()
    }

    /// Makes the next picture, if there may be one.
    ///
    /// # Errors
    ///
    /// What is waited for. [`Room::picture`] is then as before.
    pub fn publish(&mut self) -> Result<&Picture, Waiting> {
        if self.closed {
            return Err(Waiting::Closed);
        }
        if self.people.len() < FEWEST {
            return Err(Waiting::ForPeople);
        }
        let near = |set: &Set| {
            changed(set, &self.people, |it| it.clone())
                .take(CHANGED)
                .count()
        };
        if self.sets.iter().any(|set| near(set) < CHANGED) {
            return Err(Waiting::ForChanges);
        }
        let number = self.sets.len();
        self.sets.push(self.people.clone());
        self.count_dimensions(number);
        self.count_needs(number);
        self.count_stages(number);
        let mut picture = Picture {
            number: number + 1,
            people: self.people.len(),
            dimensions: latest(self.dimensions.values()),
            needs: latest(self.needs.values()),
            stages: self.stages.last().map_or(Vec::new(), |(_, it)| it.clone()),
        };
        picture
            .needs
            .sort_by(|a, b| b.people.cmp(&a.people).then(a.need.cmp(&b.need)));
        Ok(self.picture.insert(picture))
    }

    /// Closes the room: a last picture if there may be one, and nothing after it. One or two who
    /// came since the last picture are in none.
    pub fn close(&mut self) {
        // why there is no last picture is no matter
        let _ = self.publish();
        self.closed = true;
        self.sets.clear();
    }

    fn count_dimensions(&mut self, number: usize) {
        let Some(now) = self.sets.get(number) else {
            return;
        };
        let scales: BTreeSet<&ScaleId> = now.values().flat_map(|it| it.levels.keys()).collect();
        for scale in scales {
            let level = |it: &Answer| it.levels.get(scale).copied();
            let Some(mut new) = dimension(scale, now.values().map(level), true) else {
                continue;
            };
            let shown = self.dimensions.get(scale).map_or(&[][..], Vec::as_slice);
            let earlier = shown
                .iter()
                .filter_map(|(set, it)| Some((self.sets.get(*set)?, it)));
            let enough = |set: &Set| {
                let count = changed(set, now, level).take(CHANGED).count();
                count == 0 || count == CHANGED
            };
            if !earlier.clone().all(|(set, _)| enough(set)) {
                continue;
            }
            let tells = |set: &Set, old: &Dimension| {
                common(&old.bars, &new.bars).into_iter().any(|levels| {
                    let inside = |it: &Option<Level>| it.is_some_and(|it| levels.holds(it));
                    Difference::of(set, now, level, inside).tells_of_few()
                })
            };
            if earlier.clone().any(|(set, old)| tells(set, old)) {
                match dimension(scale, now.values().map(level), false) {
                    Some(without) => new = without,
                    None => continue,
                }
            }
            self.dimensions
                .entry(scale.clone())
                .or_default()
                .push((number, new));
        }
    }

    fn count_needs(&mut self, number: usize) {
        let Some(now) = self.sets.get(number) else {
            return;
        };
        let mut counts: BTreeMap<&NeedId, usize> = BTreeMap::new();
        for need in now.values().flat_map(|it| &it.needs) {
            *counts.entry(need).or_default() += 1;
        }
        for (need, people) in counts {
            if people < SMALLEST || now.len() - people < SMALLEST {
                continue;
            }
            let has = |it: &Answer| it.needs.contains(need);
            let shown = self.needs.get(need).map_or(&[][..], Vec::as_slice);
            let mut earlier = shown.iter().filter_map(|(set, _)| self.sets.get(*set));
            if earlier.all(|set| Difference::of(set, now, has, |has| *has).is_a_small_room()) {
                let count = NeedCount {
                    need: need.clone(),
                    people,
                    of: now.len(),
                };
                self.needs
                    .entry(need.clone())
                    .or_default()
                    .push((number, count));
            }
        }
    }

    fn count_stages(&mut self, number: usize) {
        let Some(now) = self.sets.get(number) else {
            return;
        };
        let mut counts: BTreeMap<Option<&SegmentId>, usize> = BTreeMap::new();
        for answer in now.values() {
            *counts.entry(answer.stage.as_ref()).or_default() += 1;
        }
        let line = withheld_to(counts.values().copied());
        let told = counts.iter().filter(|(_, people)| **people > line);
        let told = told.filter(|(_, people)| now.len() - **people >= SMALLEST);
        let told = told.filter_map(|(stage, people)| Some(((*stage)?, *people)));
        let mut told: Vec<StageCount> = told
            .map(|(stage, people)| StageCount {
                stage: stage.clone(),
                people,
                of: now.len(),
            })
            .collect();
        told.sort_by(|a, b| b.people.cmp(&a.people).then(a.stage.cmp(&b.stage)));
        let of = |it: &Answer| it.stage.clone();
        let earlier = self.stages.iter();
        let mut earlier = earlier.filter_map(|(set, it)| Some((self.sets.get(*set)?, it)));
        let tells = |set: &Set, old: &[StageCount]| {
            let both = told
                .iter()
                .filter(|it| old.iter().any(|old| old.stage == it.stage));
            let both: Vec<&SegmentId> = both.map(|it| &it.stage).collect();
            let each = both.iter().any(|stage| {
                let there = |it: &Option<SegmentId>| it.as_ref() == Some(*stage);
                Difference::of(set, now, of, there).tells_of_few()
            });
            let among = |it: &Option<SegmentId>| it.as_ref().is_some_and(|it| both.contains(&it));
            each || (!both.is_empty() && Difference::of(set, now, of, among).tells_of_few())
        };
        if !told.is_empty() && !earlier.any(|(set, old)| tells(set, old)) {
            self.stages.push((number, told));
        }
    }
}

/// Numbers only.
impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Room")
            .field("arrivals", &self.arrivals())
            .field("closed", &self.closed)
            .finish_non_exhaustive()
    }
}

impl Picture {
    /// The dimensions in which at least half of those who could judge them are strong (level
    /// [`STRONG`] or more), the surest first. It follows from the medians and tells nothing more.
    pub fn strengths(&self) -> Vec<&ScaleId> {
        let strong = self
            .dimensions
            .iter()
            .filter(|it| it.median.from.get() >= STRONG);
        let mut strong: Vec<&Dimension> = strong.collect();
        strong.sort_by_key(|it| core::cmp::Reverse((it.median, it.band)));
        strong.into_iter().map(|it| &it.scale).collect()
    }
}

impl Levels {
    /// Whether it is one of these.
    pub fn holds(self, level: Level) -> bool {
        self.from <= level && level <= self.to
    }
}

fn latest<'a, T: Clone + 'a>(all: impl Iterator<Item = &'a Vec<(usize, T)>>) -> Vec<T> {
    all.filter_map(|it| Some(it.last()?.1.clone())).collect()
}

/// The people that differ in a value, with the value before and now; `None`: not there.
fn changed<'a, T: PartialEq + 'a>(
    before: &'a Set,
    now: &'a Set,
    value: impl Fn(&Answer) -> T + Copy + 'a,
) -> impl Iterator<Item = (Option<T>, Option<T>)> + 'a {
    let people: BTreeSet<&Person> = before.keys().chain(now.keys()).collect();
    people.into_iter().filter_map(move |person| {
        let before = before.get(person).map(value);
        let now = now.get(person).map(value);
        (before != now).then_some((before, now))
    })
}

/// What can be told of the people that differ between two counts of one thing. A reader is taken to
/// know who came and who left, and both counts. An answer that was changed is one that left and one
/// that came.
struct Difference {
    /// How many people differ: one who changed an answer once, though both left and come.
    people: usize,
    came: usize,
    left: usize,
    /// By how much the count grew.
    more: isize,
}

impl Difference {
    fn of<T: PartialEq>(
        before: &Set,
        now: &Set,
        value: impl Fn(&Answer) -> T + Copy,
        counts: impl Fn(&T) -> bool,
    ) -> Self {
        let mut it = Self {
            people: 0,
            came: 0,
            left: 0,
            more: 0,
        };
        for (before, now) in changed(before, now, value) {
            it.people += 1;
            if let Some(before) = before {
                it.left += 1;
                it.more -= isize::from(counts(&before));
            }
            if let Some(now) = now {
                it.came += 1;
                it.more += isize::from(counts(&now));
            }
        }
        it
    }

    /// Whether those who differ are one or two.
    fn is_of_few(&self) -> bool {
        (1..CHANGED).contains(&self.people)
    }

    /// Of those who came and of those who left: how many there are, and the fewest and the most of
    /// them that can have been counted.
    fn ranges(&self) -> [(usize, usize, usize); 2] {
        let more = |it: usize| it.saturating_add_signed(self.more);
        let less = |it: usize| it.saturating_add_signed(-self.more);
        [
            (self.came, more(0), more(self.left).min(self.came)),
            (self.left, less(0), less(self.came).min(self.left)),
        ]
    }

    /// Whether one can be sure of a group of one or two, or that everybody on one side is counted; or the
    /// people who differ are so few.
    fn tells_of_few(&self) -> bool {
        let few = |fewest: usize, most: usize| fewest >= 1 && most < SMALLEST;
        self.is_of_few()
            || self
                .ranges()
                .into_iter()
                .filter(|(of, ..)| *of > 0)
                .any(|(of, fewest, most)| {
                    few(fewest, most) || few(of - most, of - fewest) || fewest == of
                })
    }

    /// Whether on each side there can be three that are counted and three that are not; of one or
    /// two on a side nothing at all is known. And three people differ, or nobody.
    fn is_a_small_room(&self) -> bool {
        !self.is_of_few()
            && self
                .ranges()
                .into_iter()
                .filter(|(of, ..)| *of > 0)
                .all(|(of, fewest, most)| {
                    if of < SMALLEST {
                        fewest == 0 && most == of
                    } else {
                        most >= SMALLEST && of - fewest >= SMALLEST
                    }
                })
    }
}

/// What may be told of one dimension by itself.
fn dimension(
    scale: &ScaleId,
    levels: impl Iterator<Item = Option<Level>>,
    with_bars: bool,
) -> Option<Dimension> {
    let levels: Vec<Option<Level>> = levels.collect();
    let of = levels.len();
    let mut known: Vec<Level> = levels.into_iter().flatten().collect();
    known.sort_unstable();
    // whether it is told must not tell how many could not judge it: so one line for each `of`
    if known.len() < if of < BAND_FROM { FEWEST } else { BAND_FROM } {
        return None;
    }
    let unknown = of - known.len();
    let may = with_bars && known.len() >= BARS_FROM && !(1..SMALLEST).contains(&unknown);
    let bars = if may { bars(&known) } else { Vec::new() };
    let place = |level: Level| {
        let bar = bars.iter().find(|it| it.levels.holds(level));
        bar.map_or(
            Levels {
                from: level,
                to: level,
            },
            |it| it.levels,
        )
    };
    // the quartiles are as far from either end
    let quarter = known.len().div_ceil(4) - 1;
    let lower = known.get(quarter).copied().map(place)?;
    let median = known.get((known.len() - 1) / 2).copied().map(place)?;
    let upper = known.get(known.len() - 1 - quarter).copied().map(place)?;
    let band = (known.len() >= BAND_FROM).then_some((lower, upper));
    Some(Dimension {
        scale: scale.clone(),
        of,
        median,
        band,
        bars,
    })
}

/// The bars of the first way in which none is small and none holds everybody.
fn bars(known: &[Level]) -> Vec<Bar> {
    let way = |ends: &[u8]| {
        let mut from = Level::LOWEST;
        let mut bars = Vec::new();
        for end in ends {
            let to = Level::new(*end)?;
            let levels = Levels { from, to };
            let people = known.iter().filter(|it| levels.holds(**it)).count();
            let smallest = if from == to {
                SMALLEST
            } else {
                SMALLEST_MERGED
            };
            if (1..smallest).contains(&people) || people == known.len() {
                return None;
            }
            bars.push(Bar { levels, people });
            from = Level::new(end + 1).unwrap_or(Level::HIGHEST);
        }
        Some(bars)
    };
    WAYS.iter().find_map(|ends| way(ends)).unwrap_or_default()
}

/// The finest levels that both can be added up to; none if either has no bars.
fn common(some: &[Bar], others: &[Bar]) -> Vec<Levels> {
    let mut from = Level::LOWEST;
    let mut common = Vec::new();
    for bar in some {
        let to = bar.levels.to;
        if others.iter().any(|it| it.levels.to == to) {
            common.push(Levels { from, to });
            from = Level::new(to.get() + 1).unwrap_or(Level::HIGHEST);
        }
    }
    common
}

/// Counts up to this are not told: those under [`SMALLEST`], and as many of the next smallest as it
/// takes to leave no sum by which one of them is known (ADR 15).
fn withheld_to(counts: impl Iterator<Item = usize>) -> usize {
    let mut counts: Vec<usize> = counts.collect();
    counts.sort_unstable();
    let mut line = SMALLEST - 1;
    loop {
        let hidden = || counts.iter().take_while(|it| **it <= line);
        let sum: usize = hidden().sum();
        let known = sum > 0 && (sum < SMALLEST || hidden().all(|it| *it == SMALLEST - 1));
        match counts.iter().find(|it| **it > line) {
            Some(next) if known => line = *next,
            _ => return line,
        }
    }
}
