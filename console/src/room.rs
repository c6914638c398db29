//! A workshop on this page: every deed is done here, and kept on this device until the room is
//! closed and deleted. What may be done and what follows from it is the workshop's own business
//! (`vaekstspejl_workshop::hall`).
//!
//! - [`record`] is how a room lies on this device.
//! - [`now`] is how the room is at this moment: its way in, its line, its time, what there is to tell.
//! - [`place`] is what each phone is told.
//! - [`wording`] finds the words for what a deed or a code came to.

pub mod now;
pub mod place;
pub mod record;
pub mod wording;

use crate::{browser, desk::Desk};
use vaekstspejl_workshop::{
    chance::Chance,
    hall::{Deed, Done, Hall, Refused},
    letter::Pseudonym,
    register::{Entry, Took},
};

/// Does a deed in the room that is open on this page, and keeps it. Nothing when none is open.
pub fn act(desk: Desk, deed: Deed) -> Option<Result<Done, Refused>> {
    let done = desk
        .hall
        .update(|hall| hall.as_mut().map(|hall| hall.act(&deed)))?;
    if done.as_ref().is_ok_and(changes) {
        browser::keep_deed(desk, deed);
    }
    Some(done)
}

/// Whether a deed that was done must be there after a reload. One that is known may still bring the
/// key of a phone.
fn changes(done: &Done) -> bool {
    !matches!(done, Done::NotShown(_) | Done::Took(Took::Full))
}

/// Reads something of the room that is open on this page.
pub fn look<T>(desk: Desk, look: impl FnOnce(&Hall) -> T) -> Option<T> {
    desk.hall.with(|hall| hall.as_ref().map(look))
}

/// The words of pseudonyms, in the order a letter counts them.
pub fn names() -> Vec<&'static str> {
    let list =
        vaekstspejl::words::text_of(Desk::here().session, vaekstspejl::words::key::ROOM_NAMES);
    let names = vaekstspejl_workshop::register::names(list);
    names.into_iter().map(|(name, _)| name).collect()
}

/// A name that nobody in the room has, for somebody who comes without a phone. Which one tells
/// nothing of when they came.
pub fn free_name(hall: &Hall, names: usize) -> Pseudonym {
    let entries = hall.register().entries();
    let taken = |it: &Pseudonym| entries.iter().any(|entry| entry.name == *it);
    let mut chance = Chance::new(entries.len() as u64);
    let mut draw = || Pseudonym {
        word: u8::try_from(chance.below(names.min(256))).unwrap_or(0),
        number: u8::try_from(chance.below(98) + 2).unwrap_or(2),
    };
    // Thousands of names, and at most a thousand people: a free one is soon found.
    let tries = (0..1_000).map(|_| draw());
    let mut name = Pseudonym { word: 0, number: 2 };
    for it in tries {
        name = it;
        if !taken(&it) {
            break;
        }
    }
    name
}

/// What somebody is called.
pub fn title(entry: &Entry) -> String {
    entry.title(&names())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

    use super::*;
    use vaekstspejl_workshop::{code::Lists, hall::Paper, letter::Given};

    #[test]
    fn nobody_on_paper_is_given_a_name_that_is_taken() {
        let lists = Lists {
            scales: Vec::new(),
            needs: Vec::new(),
            stages: Vec::new(),
        };
        let mut hall = Hall::new(lists);
        for _ in 0..300 {
            let name = free_name(&hall, 60);
            hall.act(&Deed::Paper(Paper::new(name, Given::default())))
                .unwrap();
        }
        let entries = hall.register().entries();
        assert_eq!(entries.len(), 300);
        assert!(entries.iter().all(|it| it.copy == 0 && it.name.word < 60));
    }
}
