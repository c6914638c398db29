//! Slots with advisers: the usual six, and who gets which.

use super::{mend::advisers, programme, taken_by_rounds};
use std::collections::{BTreeMap, BTreeSet};
use vaekstspejl_engine::NeedId;
use vaekstspejl_workshop::{
    hall::{AdviserRow, Hall, Slotted},
    slots::{self, Error, MOST_TIMES, Most},
};

/// Advisers as a content's author writes them, one on each line: `Law: ipr 3, legal_tax 2`. What is
/// not written so is left out; a test holds the content to it. They are there at all slots.
pub fn read(lines: &str, slots: u16) -> Vec<AdviserRow> {
    let rows = lines.lines().filter_map(|line| line.split_once(':'));
    let rows = rows.zip(1..).map(|((name, helps), id)| AdviserRow {
        id,
        name: name.trim().to_owned(),
        helps: helps.split(',').filter_map(help).collect(),
        times: times(slots),
    });
    rows.collect()
}

fn help(written: &str) -> Option<(NeedId, u8)> {
    let (need, well) = written.trim().rsplit_once(' ')?;
    Some((need.trim().into(), well.parse().ok()?))
}

/// All slots of an evening.
pub fn times(slots: u16) -> BTreeSet<u8> {
    let slots = u8::try_from(slots).unwrap_or(MOST_TIMES).min(MOST_TIMES);
    (0..slots).collect()
}

/// An id that no adviser has or had in the plan that stands.
pub fn new_id(hall: &Hall, rows: &[AdviserRow]) -> u16 {
    let slotted = hall.slotted();
    let given = slotted.iter().flat_map(|it| it.slots.iter().map(|it| it.1));
    let free = slotted
        .iter()
        .flat_map(|it| it.unused.iter().map(|it| it.1));
    let known = rows.iter().chain(hall.advisers()).map(|it| it.id);
    let last = known.chain(given).chain(free).max();
    last.map_or(1, |it| it.saturating_add(1))
}

/// The best slots for everybody who seeks one.
pub fn plan(hall: &Hall, most: Most) -> Result<Slotted, Error> {
    let taken = taken_by_rounds(&programme(hall).unwrap_or_default());
    let seekers = hall.register().seekers(&taken);
    let plan = slots::plan(&seekers, &advisers(hall), most)?;
    Ok(Slotted::of(&plan))
}

/// The same advisers, one of them away for the whole evening or back at all slots.
pub fn with_adviser(hall: &Hall, id: u16, here: bool) -> Vec<AdviserRow> {
    let mut rows = hall.advisers().to_vec();
    for row in rows.iter_mut().filter(|it| it.id == id) {
        row.times = match here {
            true => times(hall.programme().slots),
            false => BTreeSet::new(),
        };
    }
    rows
}

/// What an adviser has at each slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Is not there.
    Away,
    /// Nobody has it.
    Free,
    /// Whose it is, and what about.
    Given(u32, NeedId),
}

/// Advisers by times: each adviser's number, and a cell for each slot of the programme.
pub fn table(hall: &Hall, slotted: &Slotted) -> Vec<(u16, Vec<Cell>)> {
    let mut cells: BTreeMap<(u16, u8), Cell> = BTreeMap::new();
    for (time, adviser) in &slotted.unused {
        cells.insert((*adviser, *time), Cell::Free);
    }
    for (time, adviser, person, need) in &slotted.slots {
        cells.insert((*adviser, *time), Cell::Given(*person, need.clone()));
    }
    let mut ids: BTreeSet<u16> = cells.keys().map(|it| it.0).collect();
    ids.extend(hall.advisers().iter().map(|it| it.id));
    let times = times(hall.programme().slots);
    let row = |id: u16| {
        let cell = |time: &u8| cells.get(&(id, *time)).cloned().unwrap_or(Cell::Away);
        (id, times.iter().map(cell).collect())
    };
    ids.into_iter().map(row).collect()
}
