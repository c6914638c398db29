//! What one person gives to a room: coarse, without name and without free text.

use std::collections::{BTreeMap, BTreeSet};
use vaekstspejl_engine::{
    Assessment, Later, NeedId, ScaleId, SegmentId,
    need::SHOWN,
    score::{Part, Points},
    segment::Tone,
};

/// A person in the room: the place in the order of arrival, counted from 0. A person who comes back
/// or changes their answers keeps it; one who has left does not give it to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person(pub u32);

/// How far along a dimension, 1 (just begun) to 5 (well in hand); finer is never given to a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(u8);

impl Level {
    /// The lowest.
    pub const LOWEST: Self = Self(1);
    /// The highest.
    pub const HIGHEST: Self = Self(5);

    /// A level, if it is 1 to 5.
    pub const fn new(level: u8) -> Option<Self> {
        match level {
            1..=5 => Some(Self(level)),
            _ => None,
        }
    }

    /// The number, 1 to 5.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The level of points: equal fifths of 0–100. A border belongs to the level above it, 100 to
    /// the highest.
    pub fn of(points: Points) -> Self {
        Self(fifth(points.hundredths()))
    }
}

/// In which fifth of 0–10,000 hundredths, 1 to 5.
pub(crate) const fn fifth(hundredths: u16) -> u8 {
    match hundredths / 2000 {
        0 => 1,
        1 => 2,
        2 => 3,
        3 => 4,
        _ => 5,
    }
}

/// What a person gives to the room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The dimensions that could be judged. One that is missing is unknown, and is not 0.
    pub levels: BTreeMap<ScaleId, Level>,
    /// What they need help with.
    pub needs: BTreeSet<NeedId>,
    /// Where the company stands, if that could be said.
    pub stage: Option<SegmentId>,
}

/// What a person gives to the room of all that the engine found: nothing finer than it shows the
/// person themselves.
///
/// - A dimension of the person, the idea or the company has the fifth its points are in; without
///   points it is left out. Ambition and potential are no dimensions to be well in hand of, and a
///   room is not told who wants to grow.
/// - The needs are those the person is shown without asking for more.
/// - The stage is the segment.
/// - A crisis is not given: neither the urgent need nor the stage. A number on the wall helps nobody
///   who is in one; their own screen shows them where to go, before anything else.
pub fn answer_of(assessment: &Assessment<'_>, later: &Later) -> Answer {
    let dimensions = assessment.profile.dimensions.iter();
    let dimensions = dimensions.filter(|it| !matches!(it.part, Part::Ambition | Part::Potential));
    let levels = dimensions.filter_map(|it| Some((it.scale.clone(), Level::of(it.points?))));
    let needs = assessment.needs.iter().take(SHOWN);
    let needs = needs.filter(|it| later.need(&it.need).is_none_or(|need| !need.urgent));
    let stage = assessment.segment.as_ref();
    let stage = stage.filter(|it| it.tone != Tone::Crisis);
    Answer {
        levels: levels.collect(),
        needs: needs.map(|it| it.need.clone()).collect(),
        stage: stage.map(|it| it.segment.clone()),
    }
}
