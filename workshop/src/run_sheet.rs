//! What comes out of a workshop's plan and is printed or taken along: the programme by the clock,
//! lists for each group and each adviser, tables for a spreadsheet, and calendar files.
//!
//! Everybody is called what the caller calls them: pseudonyms, never names. Headings come from the
//! caller as well; words live in content. Tables and calendars are written as the inbox's table
//! ([`vaekstspejl_engine::export`]) and the plan's calendar ([`vaekstspejl_engine::plan`]) are.

use crate::{
    answer::Person,
    slots::{AdviserId, Plan, Seat, Time},
};
use core::fmt;
use std::collections::{BTreeMap, BTreeSet};
use vaekstspejl_engine::{
    Date, NeedId,
    export::{BOM, ExportWords, line, quoted},
    plan::{compact, escaped, fold},
};

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// A time by the clock, 00:00 to 24:00, in whole minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clock(u16);

/// What happens in a part of the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// One speaks to all.
    Talk,
    /// Everybody takes the test on their own phone.
    Test,
    /// The room's picture is shown and talked about.
    Picture,
    /// Groups; each person presents their idea.
    Rounds,
    /// Slots with advisers.
    Slots,
    /// A break.
    Break,
}

/// A part of the programme, before it is known when it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// What happens.
    pub part: Part,
    /// How long, in minutes; at least 1.
    pub minutes: u16,
    /// Into how many equally long pieces it is divided, each of whole minutes: rounds, slots.
    pub pieces: u16,
    /// It begins together with the block before it, not after it.
    pub beside: bool,
}

/// A workshop from beginning to end; everything can be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// When the first block begins.
    pub start: Clock,
    /// The blocks in their order. One that is not beside another begins when all before have ended.
    pub blocks: Vec<Block>,
}

/// A part of the programme by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What happens.
    pub part: Part,
    /// When it begins.
    pub from: Clock,
    /// When it ends.
    pub to: Clock,
    /// Into how many equally long pieces it is divided.
    pub pieces: u16,
}

/// The list of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSheet {
    /// What the group is called.
    pub title: String,
    /// Pseudonyms, in the order of arrival.
    pub members: Vec<String>,
}

/// The list of an adviser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdviserSheet {
    /// What the adviser is called.
    pub title: String,
    /// Every seat, by time; free ones too.
    pub rows: Vec<SlotRow>,
}

/// A seat by the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotRow {
    /// When it begins.
    pub from: Clock,
    /// When it ends.
    pub to: Clock,
    /// The pseudonym and what it is about; `None`: free.
    pub given: Option<(String, String)>,
}

/// What is printed for a workshop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunSheet {
    /// The programme.
    pub programme: Vec<Entry>,
    /// The groups that are not empty, by number.
    pub groups: Vec<GroupSheet>,
    /// The advisers who have seats, by number.
    pub advisers: Vec<AdviserSheet>,
    /// The pseudonyms of those who wait, in their order.
    pub waiting: Vec<String>,
}

/// What everybody and everything is called, by the caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Titles {
    /// Pseudonyms.
    pub people: BTreeMap<Person, String>,
    /// Groups, by number.
    pub groups: Vec<String>,
    /// Advisers.
    pub advisers: BTreeMap<AdviserId, String>,
    /// Needs, in the reader's language.
    pub needs: BTreeMap<NeedId, String>,
}

/// Something in a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its id, unique in the world and the same each time: a second import changes the event
    /// instead of doubling it.
    pub uid: String,
    /// When it begins.
    pub from: Clock,
    /// When it ends.
    pub to: Clock,
    /// What it is.
    pub title: String,
    /// More of it; may be empty.
    pub details: String,
    /// Where it is; may be empty.
    pub place: String,
}

/// Whose clock the times are by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zone {
    /// Of wherever the reader is (RFC 5545 §3.3.5, form 1).
    Floating,
    /// Of Denmark, with summer time as in the Union since 1996.
    #[default]
    Copenhagen,
}

/// Why there is no run sheet or calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A block has no minutes; its place in the script, from 0.
    NoMinutes(usize),
    /// A block cannot be divided into its pieces in whole minutes; its place in the script.
    Pieces(usize),
    /// A block would end after midnight; its place in the script.
    PastMidnight(usize),
    /// The programme has no slot at this time.
    NoSuchTime(Time),
    /// A person has no pseudonym.
    NoPerson(Person),
    /// A group has no title; its number.
    NoGroup(usize),
    /// An adviser has no title.
    NoAdviser(AdviserId),
    /// A need has no title.
    NoNeed(NeedId),
    /// Two events have this id.
    UidTwice(String),
    /// An event does not end after it begins; its id.
    Backwards(String),
}

/// The ids of all words that the tables need.
pub const WORDS: [&str; 16] = [
    "from", "to", "part", "piece", "group", "person", "adviser", "about", "free", "waiting",
    "talk", "test", "picture", "rounds", "slots", "break",
];

impl Clock {
    /// A time, if it is not after 24:00.
    pub const fn new(hour: u8, minute: u8) -> Option<Self> {
        let minutes = hour as u16 * 60 + minute as u16;
        if minute < 60 && minutes <= DAY {
            Some(Self(minutes))
        } else {
            None
        }
    }

    /// Minutes since 00:00, up to 1,440.
    pub const fn minutes(self) -> u16 {
        self.0
    }

    /// So many minutes later, if that is not after 24:00.
    pub const fn plus(self, minutes: u16) -> Option<Self> {
        match self.0.checked_add(minutes) {
            Some(sum) if sum <= DAY => Some(Self(sum)),
            _ => None,
        }
    }
}

/// As `17:05`.
impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Part {
    /// The id of its word.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Talk => "talk",
            Self::Test => "test",
            Self::Picture => "picture",
            Self::Rounds => "rounds",
            Self::Slots => "slots",
            Self::Break => "break",
        }
    }
}

impl Script {
    /// Two hours: a talk of half an hour, the test and the room's picture of ten minutes each, one
    /// round in groups (up to 15 people of two minutes each), and two slots of twenty minutes. The
    /// format is that of the kick-off workshops of the business centres (domain section 11), with
    /// the talk shortened to make room for the test.
    pub fn two_hours(start: Clock) -> Self {
        let block = |part, minutes, pieces| Block {
            part,
            minutes,
            pieces,
            beside: false,
        };
        Self {
            start,
            blocks: vec![
                block(Part::Talk, 30, 1),
                block(Part::Test, 10, 1),
                block(Part::Picture, 10, 1),
                block(Part::Rounds, 30, 1),
                block(Part::Slots, 40, 2),
            ],
        }
    }
}

impl Entry {
    /// From when to when each piece is, in order.
    pub fn each(&self) -> impl Iterator<Item = (Clock, Clock)> + use<> {
        let (from, to) = (self.from, self.to);
        let length = to.0.saturating_sub(from.0) / self.pieces.max(1);
        (0..self.pieces).filter_map(move |index| {
            let begin = from.plus(length.checked_mul(index)?)?;
            Some((begin, begin.plus(length)?.min(to)))
        })
    }
}

/// The script by the clock.
pub fn programme(script: &Script) -> Result<Vec<Entry>, Error> {
    let mut programme: Vec<Entry> = Vec::new();
    let (mut begun, mut ended) = (script.start, script.start);
    for (index, block) in script.blocks.iter().enumerate() {
        if block.minutes == 0 {
            return Err(Error::NoMinutes(index));
        }
        if block.pieces == 0 || !block.minutes.is_multiple_of(block.pieces) {
            return Err(Error::Pieces(index));
        }
        let from = if block.beside { begun } else { ended };
        let to = from.plus(block.minutes).ok_or(Error::PastMidnight(index))?;
        programme.push(Entry {
            part: block.part,
            from,
            to,
            pieces: block.pieces,
        });
        begun = from;
        ended = ended.max(to);
    }
    Ok(programme)
}

/// From when to when each slot is: the place in this list is the slot's [`Time`]. All pieces of
/// all blocks of slots, in the programme's order.
pub fn slot_times(programme: &[Entry]) -> Vec<(Clock, Clock)> {
    let blocks = programme.iter().filter(|it| it.part == Part::Slots);
    blocks.flat_map(Entry::each).collect()
}

/// The slots that overlap with what is from `from` to `to`: whoever has to be there is taken then.
pub fn taken(programme: &[Entry], from: Clock, to: Clock) -> BTreeSet<Time> {
    let times = slot_times(programme).into_iter().enumerate();
    let overlapping = times.filter(|(_, (begin, end))| *begin < to && from < *end);
    let numbers = overlapping.filter_map(|(index, _)| u8::try_from(index).ok());
    numbers.map(Time).collect()
}

/// What is printed. Groups are given in any form that lists people.
pub fn run_sheet<G>(
    programme: Vec<Entry>,
    groups: &[G],
    plan: &Plan,
    titles: &Titles,
) -> Result<RunSheet, Error>
where
    for<'g> &'g G: IntoIterator<Item = &'g Person>,
{
    let mut sheets = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        let members: BTreeSet<Person> = group.into_iter().copied().collect();
        if members.is_empty() {
            continue;
        }
        let members = members.into_iter().map(|it| titles.person(it));
        sheets.push(GroupSheet {
            title: titles
                .groups
                .get(index)
                .cloned()
                .ok_or(Error::NoGroup(index))?,
            members: members.collect::<Result<_, _>>()?,
        });
    }
    let waiting = plan.waiting.iter().map(|it| titles.person(it.person));
    Ok(RunSheet {
        advisers: adviser_sheets(&slot_times(&programme), plan, titles)?,
        waiting: waiting.collect::<Result<_, _>>()?,
        groups: sheets,
        programme,
    })
}

fn adviser_sheets(
    times: &[(Clock, Clock)],
    plan: &Plan,
    titles: &Titles,
) -> Result<Vec<AdviserSheet>, Error> {
    let mut rows: BTreeMap<AdviserId, BTreeMap<Time, SlotRow>> = BTreeMap::new();
    let mut add = |seat: Seat, given| {
        let time = times.get(usize::from(seat.time.0));
        let &(from, to) = time.ok_or(Error::NoSuchTime(seat.time))?;
        let row = SlotRow { from, to, given };
        rows.entry(seat.adviser).or_default().insert(seat.time, row);
        Ok(())
    };
    for seat in &plan.unused {
        add(*seat, None)?;
    }
    for slot in &plan.slots {
        let need = titles.needs.get(&slot.need);
        let need = need.ok_or_else(|| Error::NoNeed(slot.need.clone()))?;
        add(slot.seat, Some((titles.person(slot.person)?, need.clone())))?;
    }
    let sheets = rows.into_iter().map(|(adviser, rows)| {
        let title = titles.advisers.get(&adviser).cloned();
        Ok(AdviserSheet {
            title: title.ok_or(Error::NoAdviser(adviser))?,
            rows: rows.into_values().collect(),
        })
    });
    sheets.collect()
}

impl Titles {
    fn person(&self, person: Person) -> Result<String, Error> {
        let found = self.people.get(&person).cloned();
        found.ok_or(Error::NoPerson(person))
    }
}

/// The programme as a table, a row for each piece. Words by the ids in [`WORDS`].
pub fn programme_csv(programme: &[Entry], words: &ExportWords) -> String {
    let mut text = table(words, ["from", "to", "part", "piece"]);
    for entry in programme {
        for (index, (from, to)) in entry.each().enumerate() {
            let piece = if entry.pieces > 1 {
                (index + 1).to_string()
            } else {
                String::new()
            };
            let part = quoted(words.get(entry.part.id()));
            row(&mut text, [from.to_string(), to.to_string(), part, piece]);
        }
    }
    text
}

/// The groups as a table, a row for each person.
pub fn groups_csv(groups: &[GroupSheet], words: &ExportWords) -> String {
    let mut text = table(words, ["group", "person"]);
    for group in groups {
        for member in &group.members {
            row(&mut text, [quoted(&group.title), quoted(member)]);
        }
    }
    text
}

/// The advisers' seats as a table, free ones too, and then those who wait.
pub fn advisers_csv(sheet: &RunSheet, words: &ExportWords) -> String {
    let mut text = table(words, ["adviser", "from", "to", "person", "about"]);
    for adviser in &sheet.advisers {
        for it in &adviser.rows {
            let free = (words.get("free"), "");
            let given = it.given.as_ref();
            let (who, about) = given.map_or(free, |(who, about)| (who.as_str(), about.as_str()));
            let (from, to) = (it.from.to_string(), it.to.to_string());
            let cells = [quoted(&adviser.title), from, to, quoted(who), quoted(about)];
            row(&mut text, cells);
        }
    }
    for person in &sheet.waiting {
        let nothing = String::new;
        let waiting = quoted(words.get("waiting"));
        row(
            &mut text,
            [waiting, nothing(), nothing(), quoted(person), nothing()],
        );
    }
    text
}

fn table<const N: usize>(words: &ExportWords, headings: [&str; N]) -> String {
    let mut text = String::from(BOM);
    row(&mut text, headings.map(|id| quoted(words.get(id))));
    text
}

fn row<const N: usize>(text: &mut String, cells: [String; N]) {
    line(text, cells.into_iter());
}

/// A calendar file (RFC 5545) of one day. `stamp` is when it is made, in UTC; given, because there
/// is no clock here.
pub fn calendar(
    events: &[Event],
    day: Date,
    zone: Zone,
    stamp: (Date, Clock),
) -> Result<String, Error> {
    let mut file = String::new();
    let mut line = |text: &str| fold(&mut file, text);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//Vaekstspejl//Workshop//DA");
    if zone == Zone::Copenhagen {
        COPENHAGEN.iter().for_each(|it| line(it));
    }
    let of_zone = match zone {
        Zone::Floating => "",
        Zone::Copenhagen => ";TZID=Europe/Copenhagen",
    };
    let mut uids = BTreeSet::new();
    for event in events {
        if !uids.insert(&event.uid) {
            return Err(Error::UidTwice(event.uid.clone()));
        }
        if event.from >= event.to {
            return Err(Error::Backwards(event.uid.clone()));
        }
        line("BEGIN:VEVENT");
        line(&format!("UID:{}", escaped(&event.uid)));
        line(&format!("DTSTAMP:{}Z", moment(stamp.0, stamp.1)));
        line(&format!("DTSTART{of_zone}:{}", moment(day, event.from)));
        line(&format!("DTEND{of_zone}:{}", moment(day, event.to)));
        line(&format!("SUMMARY:{}", escaped(&event.title)));
        for (name, text) in [("DESCRIPTION", &event.details), ("LOCATION", &event.place)] {
            if !text.is_empty() {
                line(&format!("{name}:{}", escaped(text)));
            }
        }
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    Ok(file)
}

/// 24:00 is the next day's 00:00, which is how calendars write it.
fn moment(day: Date, clock: Clock) -> String {
    let day = day.plus_days(clock.0 / DAY);
    let (hour, minute) = (clock.0 % DAY / 60, clock.0 % 60);
    format!("{}T{hour:02}{minute:02}00", compact(day))
}

/// RFC 5545 §3.6.5: a zone that is used has to be described. Summer time from the last Sunday of
/// March, 02:00, to the last Sunday of October, 03:00 (Directive 2000/84/EC; in Denmark in this form
/// since 1996).
const COPENHAGEN: [&str; 17] = [
    "BEGIN:VTIMEZONE",
    "TZID:Europe/Copenhagen",
    "BEGIN:DAYLIGHT",
    "DTSTART:19810329T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "TZNAME:CEST",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "DTSTART:19961027T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "TZNAME:CET",
    "END:STANDARD",
    "END:VTIMEZONE",
];
