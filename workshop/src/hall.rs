//! A workshop as the facilitator has it: everything that was said and decided, in order.
//!
//! The only state is the list of [`Deed`]s; who is there, the picture, groups and slots follow from
//! it, so that a page that was reloaded or a lid that was closed finds the room as it was. What was
//! computed once (groups, rounds, slots) is in the deed itself and not computed again: another
//! version of the program finds the same plan. Undoing is a deed too. What has been shown on the
//! wall or said by a person is not undone: it has been seen.
//!
//! Deeds are written as JSON, one after the other. One that cannot be read is told, never skipped.

use crate::answer::Person;
use crate::code::{BadCode, Lists};
use crate::letter::{Given, Letter, Pseudonym, What};
use crate::picture::{Room, Waiting};
use crate::register::{Register, Standing, Took};
use crate::run_sheet::{Block, Clock, Part, Script};
use crate::slots::{self, Adviser, AdviserId, Competence, Seat, Slot, Time};
use crate::{code, groups};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use vaekstspejl_engine::NeedId;
use vaekstspejl_envelope::PersonKey;

/// Something that was said or decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// A letter came; the JSON inside it.
    Said(String),
    /// A code was read.
    Coded(String),
    /// A paper form was keyed in.
    Paper(Paper),
    /// The facilitator marked somebody as left, or as here after all.
    Marked {
        /// The place in the list.
        person: u32,
        /// Left, or here.
        left: bool,
    },
    /// A picture was asked for, and shown if it may be.
    Shown,
    /// The room takes nobody more.
    Closed,
    /// The programme was set.
    Programme(Programme),
    /// The advisers were set.
    Advisers(Vec<AdviserRow>),
    /// Groups were made or repaired.
    Seated(Seated),
    /// Slots were given or repaired.
    Slotted(Slotted),
    /// The last change of programme, advisers, groups or slots is taken back.
    Undone,
}

/// What was keyed in from a paper form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// What is written on it.
    pub name: Pseudonym,
    /// What it says, as the JSON of a letter of nobody's.
    pub given: String,
}

/// When what happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Programme {
    /// When it begins: minutes since midnight.
    pub start: u16,
    /// How many rounds in groups.
    pub rounds: u16,
    /// For how long each speaks (seconds).
    pub seconds: u32,
    /// How many slots one after the other.
    pub slots: u16,
    /// Minutes of a slot.
    pub slot_minutes: u16,
    /// Smallest group.
    pub smallest: u16,
    /// Largest group.
    pub largest: u16,
}

impl Default for Programme {
    /// Two hours from 16:00: two rounds in groups of 10 to 15, two minutes each, two slots of
    /// twenty minutes (domain section 11).
    fn default() -> Self {
        Self {
            start: 16 * 60,
            rounds: 2,
            seconds: 120,
            slots: 2,
            slot_minutes: 20,
            smallest: 10,
            largest: 15,
        }
    }
}

/// Somebody who gives slots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdviserRow {
    /// Never given to another, so that a plan stays readable when a row is taken out.
    pub id: u16,
    /// As it is called on lists; may say where the adviser sits.
    pub name: String,
    /// How well they can help with what: 1 to 3.
    pub helps: BTreeMap<NeedId, u8>,
    /// At which slots they are there, from 0.
    pub times: BTreeSet<u8>,
}

/// Who sits where, in every round.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seated {
    /// What was asked for: how much likeness of needs weighs against a mix of strengths (0–100).
    pub likeness: u8,
    /// Pairs to be kept together.
    pub together: Vec<(u32, u32)>,
    /// Pairs to be kept apart.
    pub apart: Vec<(u32, u32)>,
    /// The seed; the same one gives the same groups.
    pub seed: u64,
    /// The people of each group of each round, by their places in the list.
    pub rounds: Vec<Vec<BTreeSet<u32>>>,
    /// Pairs that meet more than once, counted once for each time more; and what no schedule can
    /// do without.
    pub repeated: (u32, u32),
}

/// Who has which slot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slotted {
    /// Given: time, adviser, person, need.
    pub slots: Vec<(u8, u16, u32, NeedId)>,
    /// Who waits, in their order, and why.
    pub waiting: Vec<(u32, Reason)>,
    /// Not given: time, adviser.
    pub unused: Vec<(u8, u16)>,
}

/// As [`slots::Reason`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "documented at the original")]
pub enum Reason {
    NoNeed,
    NobodyHelps,
    OnlyWhenTaken,
    NoSlotLeft,
}

/// What a deed changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// Somebody said something.
    Took(Took),
    /// The picture of this number is shown.
    Shown(usize),
    /// No new picture may be shown.
    NotShown(Waiting),
    /// A plan, the programme or the advisers are set, or taken back.
    Set,
}

/// Why a deed cannot be done. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// What is inside a letter is no answer to a room.
    Letter(crate::letter::BadLetter),
    /// The text is no code.
    Code(BadCode),
    /// The paper has nothing on it, or what no paper has.
    Paper,
    /// Nobody has this place in the list, or they have given nothing to come back to.
    NoSuchPerson,
    /// A number in the programme, an adviser or a plan is out of range.
    Range,
    /// There is nothing to take back.
    NothingToUndo,
    /// The room is closed.
    Closed,
}

/// What can be taken back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Planned {
    programme: Programme,
    advisers: Vec<AdviserRow>,
    seated: Option<Seated>,
    slotted: Option<Slotted>,
}

/// A workshop.
#[derive(Debug)]
pub struct Hall {
    lists: Lists,
    register: Register,
    room: Room,
    planned: Planned,
    before: Vec<Planned>,
    closed: bool,
    /// What somebody gave before the facilitator marked them as left.
    given_before: BTreeMap<Person, Given>,
}

impl Hall {
    /// A new one, over the content's lists.
    pub fn new(lists: Lists) -> Self {
        Self {
            lists,
            register: Register::default(),
            room: Room::new(),
            planned: Planned::default(),
            before: Vec::new(),
            closed: false,
            given_before: BTreeMap::new(),
        }
    }

    /// Does a deed.
    pub fn act(&mut self, deed: &Deed) -> Result<Done, Refused> {
        match deed {
            Deed::Said(json) => {
                let letter = Letter::from_json(json.as_bytes()).map_err(Refused::Letter)?;
                self.came(|register| register.take_letter(letter))
            }
            Deed::Coded(text) => {
                let coded = code::decode(&self.lists, text).map_err(Refused::Code)?;
                self.came(|register| register.take_code(coded))
            }
            Deed::Paper(paper) => {
                let letter = Letter::from_json(paper.given.as_bytes());
                let Ok(Letter {
                    what: What::Gives(given),
                    ..
                }) = letter
                else {
                    return Err(Refused::Paper);
                };
                let name = paper.name.checked().ok_or(Refused::Paper)?;
                self.came(|register| register.take_paper(name, given))
            }
            Deed::Marked { person, left } => self.mark(Person(*person), *left),
            Deed::Shown => match self.room.publish() {
                Ok(picture) => Ok(Done::Shown(picture.number)),
                Err(waiting) => Ok(Done::NotShown(waiting)),
            },
            Deed::Closed => {
                self.closed = true;
                self.room.close();
                Ok(Done::Set)
            }
            Deed::Programme(programme) => self.plan(programme.is_in_range(), |it| {
                it.programme = programme.clone()
            }),
            Deed::Advisers(rows) => {
                self.plan(are_in_range(rows), |it| it.advisers.clone_from(rows))
            }
            Deed::Seated(seated) => {
                let known = self.knows(seated.rounds.iter().flatten().flatten().copied());
                self.plan(known, |it| it.seated = Some(seated.clone()))
            }
            Deed::Slotted(slotted) => {
                let given = slotted.slots.iter().map(|(_, _, person, _)| *person);
                let known = self.knows(given.chain(slotted.waiting.iter().map(|it| it.0)));
                self.plan(known, |it| it.slotted = Some(slotted.clone()))
            }
            Deed::Undone => {
                self.planned = self.before.pop().ok_or(Refused::NothingToUndo)?;
                Ok(Done::Set)
            }
        }
    }

    /// Who is there.
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// The picture, and how many have come.
    pub fn room(&self) -> &Room {
        &self.room
    }

    /// The lists this hall counts through.
    pub fn lists(&self) -> &Lists {
        &self.lists
    }

    /// When what happens.
    pub fn programme(&self) -> &Programme {
        &self.planned.programme
    }

    /// Who gives slots.
    pub fn advisers(&self) -> &[AdviserRow] {
        &self.planned.advisers
    }

    /// Who sits where.
    pub fn seated(&self) -> Option<&Seated> {
        self.planned.seated.as_ref()
    }

    /// Who has which slot.
    pub fn slotted(&self) -> Option<&Slotted> {
        self.planned.slotted.as_ref()
    }

    /// Whether there is something to take back.
    pub fn can_undo(&self) -> bool {
        !self.before.is_empty()
    }

    /// Whether it takes nobody more.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    fn came(&mut self, take: impl FnOnce(&mut Register) -> Took) -> Result<Done, Refused> {
        if self.closed {
            return Err(Refused::Closed);
        }
        let took = take(&mut self.register);
        if let Took::Joined(person) | Took::Changed(person) | Took::Left(person) = took {
            self.given_before.remove(&person);
            self.follow(person);
        }
        Ok(Done::Took(took))
    }

    fn mark(&mut self, person: Person, left: bool) -> Result<Done, Refused> {
        let entry = self.register.entry(person).ok_or(Refused::NoSuchPerson)?;
        let took = match (left, entry.standing.clone()) {
            (true, Standing::Given(given)) => {
                self.given_before.insert(person, given);
                self.register.set_left(person, None)
            }
            (true, _) => self.register.set_left(person, None),
            (false, _) => {
                let given = self
                    .given_before
                    .remove(&person)
                    .ok_or(Refused::NoSuchPerson)?;
                self.register.set_left(person, Some(given))
            }
        };
        self.follow(person);
        Ok(Done::Took(took))
    }

    /// The picture's room follows the register.
    fn follow(&mut self, person: Person) {
        match self.register.entry(person).map(|it| &it.standing) {
            Some(Standing::Given(given)) => self.room.answer(person, given.answer.clone()),
            Some(Standing::Here | Standing::Left) | None => self.room.withdraw(person),
        }
    }

    fn plan(&mut self, fits: bool, change: impl FnOnce(&mut Planned)) -> Result<Done, Refused> {
        if !fits {
            return Err(Refused::Range);
        }
        self.before.push(self.planned.clone());
        change(&mut self.planned);
        Ok(Done::Set)
    }

    fn knows(&self, mut people: impl Iterator<Item = u32>) -> bool {
        people.all(|it| self.register.entry(Person(it)).is_some())
    }
}

impl Programme {
    fn is_in_range(&self) -> bool {
        self.start < 24 * 60
            && (1..=8).contains(&self.rounds)
            && (15..=600).contains(&self.seconds)
            && self.slots <= u16::from(slots::MOST_TIMES)
            && (5..=120).contains(&self.slot_minutes)
            && (2..=self.largest).contains(&self.smallest)
            && usize::from(self.largest) <= groups::MOST
    }
}

/// The evening as it is run, for [`crate::run_sheet::programme`]: a talk of a quarter, ten minutes
/// each for the test and the picture, the rounds, a break of five minutes, the slots. In a round
/// everybody of the largest group speaks; its minutes are rounded up to five. Without groups or
/// slots their part is not there.
pub fn script(programme: &Programme, largest_group: usize) -> Script {
    let mut blocks = Vec::new();
    let mut block = |part, minutes: u16, pieces: u16| {
        if minutes > 0 {
            blocks.push(Block {
                part,
                minutes,
                pieces,
                beside: false,
            });
        }
    };
    block(Part::Talk, 15, 1);
    block(Part::Test, 10, 1);
    block(Part::Picture, 10, 1);
    let round = round_minutes(programme, largest_group);
    block(
        Part::Rounds,
        round.saturating_mul(programme.rounds),
        programme.rounds,
    );
    block(Part::Break, 5, 1);
    let slots = programme.slots.saturating_mul(programme.slot_minutes);
    block(Part::Slots, slots, programme.slots);
    let (hour, minute) = (programme.start / 60, programme.start % 60);
    let clock = |part: u16| u8::try_from(part).ok();
    let start = clock(hour).zip(clock(minute));
    Script {
        start: start
            .and_then(|(hour, minute)| Clock::new(hour, minute))
            .unwrap_or_default(),
        blocks,
    }
}

/// Minutes of one round: everybody of the largest group speaks, rounded up to five.
pub fn round_minutes(programme: &Programme, largest_group: usize) -> u16 {
    let people = u32::try_from(largest_group).unwrap_or(u32::MAX);
    let minutes = people.saturating_mul(programme.seconds).div_ceil(60);
    let fives = minutes.div_ceil(5).saturating_mul(5);
    u16::try_from(fives).unwrap_or(u16::MAX)
}

fn are_in_range(rows: &[AdviserRow]) -> bool {
    let ids: BTreeSet<u16> = rows.iter().map(|it| it.id).collect();
    let row = |row: &AdviserRow| {
        row.name.len() <= 200
            && row.helps.values().all(|it| Competence::new(*it).is_some())
            && row.times.iter().all(|it| *it < slots::MOST_TIMES)
    };
    rows.len() <= slots::MOST_ADVISERS && ids.len() == rows.len() && rows.iter().all(row)
}

impl AdviserRow {
    /// For the assignment.
    pub fn adviser(&self) -> Adviser {
        let helps = self.helps.iter();
        let helps = helps.filter_map(|(need, it)| Some((need.clone(), Competence::new(*it)?)));
        Adviser {
            id: AdviserId(self.id),
            competences: helps.collect(),
            times: self.times.iter().map(|it| Time(*it)).collect(),
        }
    }
}

impl Seated {
    /// The groups of each round, for repairs.
    pub fn groups(&self) -> Vec<crate::repair::groups::Groups> {
        let group = |group: &BTreeSet<u32>| group.iter().map(|it| Person(*it)).collect();
        let round = |round: &Vec<BTreeSet<u32>>| round.iter().map(group).collect();
        self.rounds.iter().map(round).collect()
    }

    /// The same with other groups.
    #[must_use]
    pub fn with_groups(&self, groups: &[crate::repair::groups::Groups]) -> Self {
        let group = |group: &BTreeSet<Person>| group.iter().map(|it| it.0).collect();
        let round = |round: &Vec<BTreeSet<Person>>| round.iter().map(group).collect();
        Self {
            rounds: groups.iter().map(round).collect(),
            ..self.clone()
        }
    }
}

impl Slotted {
    /// Of a plan.
    pub fn of(plan: &slots::Plan) -> Self {
        let slot = |it: &Slot| {
            (
                it.seat.time.0,
                it.seat.adviser.0,
                it.person.0,
                it.need.clone(),
            )
        };
        let waiting = plan
            .waiting
            .iter()
            .map(|it| (it.person.0, it.reason.into()));
        Self {
            slots: plan.slots.iter().map(slot).collect(),
            waiting: waiting.collect(),
            unused: plan
                .unused
                .iter()
                .map(|it| (it.time.0, it.adviser.0))
                .collect(),
        }
    }

    /// As a plan, for repairs and lists.
    pub fn plan(&self) -> slots::Plan {
        let seat = |time: u8, adviser: u16| Seat {
            time: Time(time),
            adviser: AdviserId(adviser),
        };
        let slots = self.slots.iter().map(|(time, adviser, person, need)| Slot {
            seat: seat(*time, *adviser),
            person: Person(*person),
            need: need.clone(),
        });
        let waiting = self.waiting.iter().map(|(person, reason)| slots::Waiting {
            person: Person(*person),
            reason: (*reason).into(),
        });
        slots::Plan {
            slots: slots.collect(),
            waiting: waiting.collect(),
            unused: self.unused.iter().map(|it| seat(it.0, it.1)).collect(),
        }
    }
}

impl From<slots::Reason> for Reason {
    fn from(reason: slots::Reason) -> Self {
        match reason {
            slots::Reason::NoNeed => Self::NoNeed,
            slots::Reason::NobodyHelps => Self::NobodyHelps,
            slots::Reason::OnlyWhenTaken => Self::OnlyWhenTaken,
            slots::Reason::NoSlotLeft => Self::NoSlotLeft,
        }
    }
}

impl From<Reason> for slots::Reason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::NoNeed => Self::NoNeed,
            Reason::NobodyHelps => Self::NobodyHelps,
            Reason::OnlyWhenTaken => Self::OnlyWhenTaken,
            Reason::NoSlotLeft => Self::NoSlotLeft,
        }
    }
}

impl Paper {
    /// Of what was keyed in.
    pub fn new(name: Pseudonym, given: Given) -> Self {
        // Of nobody: paper has no key. The form of a letter is the one form of what is given.
        let letter = Letter {
            person: PersonKey::from_bytes([0; PersonKey::BYTES]),
            turn: 1,
            name,
            what: What::Gives(given),
        };
        let given = String::from_utf8(letter.to_json()).unwrap_or_default();
        Self { name, given }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run_sheet;

    #[test]
    fn the_evening_as_it_is_run_has_the_hours_of_its_programme() {
        let programme = Programme::default();
        let parts = run_sheet::programme(&script(&programme, 15)).unwrap();
        let told: Vec<String> = parts
            .iter()
            .map(|it| format!("{} {:?}", it.from, it.part))
            .collect();
        assert_eq!(
            told,
            [
                "16:00 Talk",
                "16:15 Test",
                "16:25 Picture",
                "16:35 Rounds",
                "17:35 Break",
                "17:40 Slots"
            ]
        );
        let slots = run_sheet::slot_times(&parts);
        let slots: Vec<String> = slots.iter().map(|it| it.0.to_string()).collect();
        assert_eq!(slots, ["17:40", "18:00"]);
    }

    #[test]
    fn no_programme_in_range_breaks_the_evening() {
        for (people, rounds, slots) in [(0, 1, 0), (7, 3, 1), (300, 8, 8)] {
            let programme = Programme {
                rounds,
                slots,
                ..Programme::default()
            };
            let parts = run_sheet::programme(&script(&programme, people));
            let late = matches!(parts, Err(run_sheet::Error::PastMidnight(_)));
            assert!(parts.is_ok() || late, "{people} {rounds} {slots}");
        }
        assert_eq!(round_minutes(&Programme::default(), 11), 25);
    }
}
