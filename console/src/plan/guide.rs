//! The facilitator's script: what happens when, as cues that have words.

use vaekstspejl_workshop::run_sheet::{Clock, Entry, Part};

/// Something to do and to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cue {
    /// The doors are open.
    Door,
    /// The talk begins.
    Talk,
    /// The test begins.
    Test,
    /// The room's picture.
    Picture,
    /// The first round begins.
    FirstRound,
    /// A minute until the next round.
    Change,
    /// Another round begins.
    NextRound,
    /// The break, in which people find their adviser.
    Break,
    /// The first slots begin.
    FirstSlots,
    /// The next slots begin.
    NextSlots,
    /// The end is near.
    End,
}

impl Cue {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Door,
        Self::Talk,
        Self::Test,
        Self::Picture,
        Self::FirstRound,
        Self::Change,
        Self::NextRound,
        Self::Break,
        Self::FirstSlots,
        Self::NextSlots,
        Self::End,
    ];
}

/// A cue by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Clock,
    /// When what it begins ends; for a cue that begins nothing, the same.
    pub until: Clock,
    /// What.
    pub cue: Cue,
    /// The round or slot, from 1; for the minute before a change, the one that follows.
    pub number: usize,
}

/// The script of a programme, in order.
pub fn script(programme: &[Entry]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut add = |at: Clock, until: Clock, cue, number| {
        steps.push(Step {
            at,
            until,
            cue,
            number,
        });
    };
    let earlier = |it: Clock, minutes: u16| {
        Clock::default()
            .plus(it.minutes().saturating_sub(minutes))
            .unwrap_or_default()
    };
    if let Some(first) = programme.first() {
        let door = earlier(first.from, 15);
        add(door, door, Cue::Door, 1);
    }
    for entry in programme {
        let pieces: Vec<(Clock, Clock)> = entry.each().collect();
        let simple = match entry.part {
            Part::Talk => Some(Cue::Talk),
            Part::Test => Some(Cue::Test),
            Part::Picture => Some(Cue::Picture),
            Part::Break => Some(Cue::Break),
            Part::Rounds | Part::Slots => None,
        };
        if let Some(cue) = simple {
            add(entry.from, entry.to, cue, 1);
            continue;
        }
        let rounds = entry.part == Part::Rounds;
        for ((from, to), number) in pieces.iter().zip(1..) {
            let cue = match (rounds, number) {
                (true, 1) => Cue::FirstRound,
                (true, _) => Cue::NextRound,
                (false, 1) => Cue::FirstSlots,
                (false, _) => Cue::NextSlots,
            };
            add(*from, *to, cue, number);
            if rounds && number < pieces.len() {
                let warning = earlier(*to, 1);
                add(warning, warning, Cue::Change, number + 1);
            }
        }
    }
    if let Some(last) = programme.iter().map(|it| it.to).max() {
        let end = earlier(last, 2);
        add(end, last, Cue::End, 1);
    }
    steps
}
