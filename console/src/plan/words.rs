//! What a plan is in words: names, hours, needs, reasons.

use super::guide::Cue;
use crate::words::{Word, filled, key, text};
use vaekstspejl_engine::{Content, NeedId, ScaleId, SegmentId};
use vaekstspejl_workshop::{
    hall::{Hall, Reason},
    run_sheet::{Clock, Part, slot_times},
};

/// `16.00`, `16:00`.
pub fn clock(clock: Clock) -> String {
    let two = |it: u16| [if it < 10 { "0" } else { "" }, &it.to_string()].concat();
    let (hour, minute) = (two(clock.minutes() / 60), two(clock.minutes() % 60));
    filled(key::PLAN_CLOCK, &[("hour", &hour), ("minute", &minute)])
}

/// From when to when.
pub fn span(from: Clock, to: Clock) -> String {
    let (from, to) = (clock(from), clock(to));
    filled(key::PLAN_SPAN, &[("from", &from), ("to", &to)])
}

/// When a slot is, by the clock; its number where the programme does not have it.
pub fn slot(hall: &Hall, time: u8) -> String {
    let programme = super::programme(hall).unwrap_or_default();
    let times = slot_times(&programme);
    let found = times.get(usize::from(time));
    found.map_or_else(
        || (u16::from(time) + 1).to_string(),
        |(from, to)| span(*from, *to),
    )
}

/// A need.
pub fn need(content: Option<&'static Content>, id: &NeedId) -> &'static str {
    let need = content.and_then(|it| it.later.need(id));
    need.map_or("", |it| it.title.as_str())
}

/// A dimension.
pub fn scale(content: Option<&'static Content>, id: &ScaleId) -> &'static str {
    let scale = content.and_then(|it| it.later.scale(id));
    scale.map_or("", |it| it.title.as_str())
}

/// Where somebody stands.
pub fn stage(content: Option<&'static Content>, id: &SegmentId) -> &'static str {
    let segment = content.and_then(|it| it.later.segment(id));
    segment.map_or("", |it| it.title.as_str())
}

/// Why somebody waits.
pub const fn reason(reason: Reason) -> Word {
    match reason {
        Reason::NoNeed => key::SLOTS_NO_NEED,
        Reason::NobodyHelps => key::SLOTS_NOBODY_HELPS,
        Reason::OnlyWhenTaken => key::SLOTS_ONLY_WHEN_TAKEN,
        Reason::NoSlotLeft => key::SLOTS_NO_SLOT_LEFT,
    }
}

/// A part of the programme.
pub const fn part(part: Part) -> Word {
    match part {
        Part::Talk => key::RUNSHEET_TALK,
        Part::Test => key::RUNSHEET_TEST,
        Part::Picture => key::RUNSHEET_PICTURE,
        Part::Rounds => key::RUNSHEET_ROUNDS,
        Part::Slots => key::RUNSHEET_SLOTS,
        Part::Break => key::RUNSHEET_BREAK,
    }
}

/// The words of the tables, by their ids.
pub const EXPORTED: [(&str, Word); 16] = [
    ("from", key::RUNSHEET_FROM),
    ("to", key::RUNSHEET_TO),
    ("part", key::RUNSHEET_PART),
    ("piece", key::RUNSHEET_PIECE),
    ("group", key::RUNSHEET_GROUP),
    ("person", key::RUNSHEET_PERSON),
    ("adviser", key::RUNSHEET_ADVISER),
    ("about", key::RUNSHEET_ABOUT),
    ("free", key::RUNSHEET_FREE),
    ("waiting", key::RUNSHEET_WAITING),
    ("talk", key::RUNSHEET_TALK),
    ("test", key::RUNSHEET_TEST),
    ("picture", key::RUNSHEET_PICTURE),
    ("rounds", key::RUNSHEET_ROUNDS),
    ("slots", key::RUNSHEET_SLOTS),
    ("break", key::RUNSHEET_BREAK),
];

/// What became of those who sought a slot, by the report's ids.
pub const OUTCOMES: [(&str, Word); 5] = [
    ("served", key::RUNSHEET_SERVED),
    ("no_need", key::RUNSHEET_NO_NEED),
    ("nobody_helps", key::RUNSHEET_NOBODY_HELPS),
    ("only_when_taken", key::RUNSHEET_ONLY_WHEN_TAKEN),
    ("no_slot_left", key::RUNSHEET_NO_SLOT_LEFT),
];

/// What to do at a cue, and what to say.
pub const fn cue(cue: Cue) -> (Word, Word) {
    match cue {
        Cue::Door => (key::GUIDE_DOOR, key::GUIDE_DOOR_SAY),
        Cue::Talk => (key::GUIDE_TALK, key::GUIDE_TALK_SAY),
        Cue::Test => (key::GUIDE_TEST, key::GUIDE_TEST_SAY),
        Cue::Picture => (key::GUIDE_PICTURE, key::GUIDE_PICTURE_SAY),
        Cue::FirstRound => (key::GUIDE_FIRST_ROUND, key::GUIDE_FIRST_ROUND_SAY),
        Cue::Change => (key::GUIDE_CHANGE, key::GUIDE_CHANGE_SAY),
        Cue::NextRound => (key::GUIDE_NEXT_ROUND, key::GUIDE_NEXT_ROUND_SAY),
        Cue::Break => (key::GUIDE_BREAK, key::GUIDE_BREAK_SAY),
        Cue::FirstSlots => (key::GUIDE_FIRST_SLOTS, key::GUIDE_FIRST_SLOTS_SAY),
        Cue::NextSlots => (key::GUIDE_NEXT_SLOTS, key::GUIDE_NEXT_SLOTS_SAY),
        Cue::End => (key::GUIDE_END, key::GUIDE_END_SAY),
    }
}

/// What can go wrong, and what to do.
pub const WRONG: [(Word, Word); 10] = [
    (key::GUIDE_WRONG_LATE, key::GUIDE_WRONG_LATE_DO),
    (key::GUIDE_WRONG_LEFT, key::GUIDE_WRONG_LEFT_DO),
    (key::GUIDE_WRONG_ILL, key::GUIDE_WRONG_ILL_DO),
    (key::GUIDE_WRONG_FEW, key::GUIDE_WRONG_FEW_DO),
    (key::GUIDE_WRONG_SIZE, key::GUIDE_WRONG_SIZE_DO),
    (key::GUIDE_WRONG_NET, key::GUIDE_WRONG_NET_DO),
    (key::GUIDE_WRONG_PICTURE, key::GUIDE_WRONG_PICTURE_DO),
    (key::GUIDE_WRONG_WHO, key::GUIDE_WRONG_WHO_DO),
    (key::GUIDE_WRONG_MONEY, key::GUIDE_WRONG_MONEY_DO),
    (key::GUIDE_WRONG_TIME, key::GUIDE_WRONG_TIME_DO),
];

/// How much likeness weighs against mix, in words.
pub const fn likeness(weight: u8) -> Word {
    match weight {
        0 => key::GROUPS_LIKENESS_0,
        1..=39 => key::GROUPS_LIKENESS_25,
        40..=60 => key::GROUPS_LIKENESS_50,
        61..=99 => key::GROUPS_LIKENESS_75,
        _ => key::GROUPS_LIKENESS_100,
    }
}

/// A number in a word.
pub fn numbered(word: Word, n: usize) -> String {
    filled(word, &[("n", &n.to_string())])
}

/// Several, as a list reads.
pub fn listed<'a>(all: impl Iterator<Item = &'a str>) -> String {
    all.filter(|it| !it.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}

/// A group of a round, both from 1.
pub fn round_group(round: usize, group: usize) -> String {
    let (round, group) = (round.to_string(), group.to_string());
    filled(
        key::GROUPS_ROUND_GROUP,
        &[("round", &round), ("group", &group)],
    )
}

/// The lines of a text: paragraphs, and points that begin with a dash.
pub fn lines(word: Word) -> impl Iterator<Item = &'static str> {
    text(word).lines().filter(|it| !it.is_empty())
}
