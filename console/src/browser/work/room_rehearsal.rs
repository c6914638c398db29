//! A rehearsal: invented people come one after the other.

use super::{
    room_collect::sleep,
    room_store::{Here, is_here},
};
use crate::{
    desk::Desk,
    room::{
        names,
        now::{Line, change},
        record::Record,
    },
};
use std::{cell::Cell, rc::Rc};
use vaekstspejl::browser::clock;
use vaekstspejl_workshop::{hall::Deed, letter::Letter, rehearsal};

/// As many as come to a workshop.
const PEOPLE: usize = 40;
/// The first one comes at once, the last one after about a minute (milliseconds).
const EVERY_MS: f64 = 1_500.0;

thread_local! {
    /// The facilitator does not want to wait.
    static ALL: Cell<bool> = const { Cell::new(false) };
}

/// Lets all of them come now.
pub fn all_come(_: Desk) {
    ALL.set(true);
    super::room_collect::wake();
}

/// Lets them come as long as the room is open.
pub async fn run(desk: Desk, room: Rc<Here>) {
    change(desk.room.line, Line::Listening);
    ALL.set(false);
    super::room_store::write(desk, &room, Vec::new()).await;
    let letters = invented(desk, &room.record.borrow());
    while is_here(&room) {
        let come = desk.hall.with_untracked(|hall| {
            let hall = hall.as_ref()?;
            (!hall.is_closed()).then(|| {
                let entries = hall.register().entries().iter();
                entries.filter(|it| it.key.is_some()).count()
            })
        });
        let Some(letter) = come.and_then(|come| letters.get(come)) else {
            // everybody is there, or the door is shut
            change(desk.room.line, Line::Shut);
            return;
        };
        let said = String::from_utf8(letter.to_json()).unwrap_or_default();
        crate::room::act(desk, Deed::Said(said));
        match ALL.get() {
            true => super::pause().await,
            false => sleep(EVERY_MS).await,
        }
    }
}

fn invented(desk: Desk, record: &Record) -> Vec<Letter> {
    let Some(content) = desk.content.get_untracked() else {
        return Vec::new();
    };
    let test = content.first.questionnaires.first();
    let letters = test.map(|test| {
        rehearsal::letters(
            &content.later,
            test,
            names().len(),
            record.seed,
            PEOPLE,
            clock::today(),
        )
    });
    letters.unwrap_or_default()
}
