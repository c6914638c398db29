//! What one person gives to a room: coarse, without name and without free text.

use std::collections::{BTreeMap, BTreeSet};
use vaekstspejl_engine::{NeedId, ScaleId, SegmentId};

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
