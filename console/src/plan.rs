//! A workshop's plan: who sits where, who speaks with which adviser, when, and what is printed.
//!
//! Everything is made of a [`Hall`] by total functions without a browser; the arithmetic is the
//! workshop's. The screens under `screens/room/` give it words.

pub mod clock;
pub mod groups;
pub mod guide;
pub mod mend;
pub mod sheet;
pub mod slots;
pub mod words;

use std::collections::BTreeSet;
use vaekstspejl_workshop::{
    answer::{Answer, Person},
    hall::{self, Hall},
    register::{Entry, Standing},
    run_sheet::{self, Part, taken},
    slots::Time,
};

/// What somebody is called; nothing for somebody who was never there.
pub fn name(hall: &Hall, person: Person, words: &[&str]) -> String {
    let entry = hall.register().entry(person);
    entry.map_or_else(String::new, |it| it.title(words))
}

/// Everybody in the room with what they gave; who has given nothing needs a place as well.
pub fn present(hall: &Hall) -> Vec<(Person, Answer)> {
    let here = hall.register().entries().iter();
    let here = here.filter(|it| it.standing != Standing::Left);
    here.map(|it| (it.person, answer(it))).collect()
}

fn answer(entry: &Entry) -> Answer {
    match &entry.standing {
        Standing::Given(given) => given.answer.clone(),
        Standing::Here | Standing::Left => Answer::default(),
    }
}

/// Only who they are.
pub fn people(hall: &Hall) -> BTreeSet<Person> {
    present(hall)
        .into_iter()
        .map(|(person, _)| person)
        .collect()
}

/// The most people in a group: of those that stand, else of those that are wished.
pub fn largest_group(hall: &Hall) -> usize {
    let seated = hall
        .seated()
        .into_iter()
        .flat_map(|it| it.rounds.iter().flatten());
    let largest = seated.map(BTreeSet::len).max().unwrap_or(0);
    match largest {
        0 => hall.programme().largest.into(),
        largest => largest,
    }
}

/// The programme by the clock.
pub fn programme(hall: &Hall) -> Result<Vec<run_sheet::Entry>, run_sheet::Error> {
    run_sheet::programme(&hall::script(hall.programme(), largest_group(hall)))
}

/// The slots at which everybody sits in a group.
pub fn taken_by_rounds(programme: &[run_sheet::Entry]) -> BTreeSet<Time> {
    let rounds = programme.iter().filter(|it| it.part == Part::Rounds);
    let taken = rounds.flat_map(|it| taken(programme, it.from, it.to));
    taken.collect()
}
