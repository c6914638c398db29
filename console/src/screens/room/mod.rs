//! The screens of a workshop, one file each, with their own ways around.

mod door;
mod groups;
mod guide;
mod paper;
mod people;
mod picture;
mod sheet;
mod slots;
mod timer;
mod wall;

use crate::{
    desk::Desk,
    route::{RoomScreen, Route},
    screens::pieces::{link, warning},
    words::{Word, key, text},
};
use leptos::prelude::*;
use vaekstspejl::components::{El, el};

/// A screen of the workshop under its ways around.
pub fn screen(desk: Desk, screen: RoomScreen) -> El {
    let shown = match screen {
        RoomScreen::Door => door::screen(desk),
        RoomScreen::People => people::screen(desk),
        RoomScreen::Picture => picture::screen(desk),
        RoomScreen::Groups => groups::screen(desk),
        RoomScreen::Timer => timer::screen(desk),
        RoomScreen::Slots => slots::screen(desk),
        RoomScreen::Sheet => sheet::screen(desk),
        RoomScreen::Guide => guide::screen(desk),
    };
    // Invented people are never taken for real ones, on no screen and on no paper.
    let rehearsal = move || {
        let rehearsal = desk
            .room
            .opened
            .with(|it| it.as_ref().is_some_and(|it| it.rehearsal));
        rehearsal
            .then(|| el("p", "room__rehearsal").kid(text(key::ROOM_REHEARSAL)))
            .into_any()
    };
    let not_kept = move || {
        let refused = desk.room.news.with(|it| it.refused);
        let open = desk.room.opened.with(Option::is_some);
        (refused && open)
            .then(|| warning(text(key::ROOM_NOT_KEPT), text(key::ROOM_NOT_KEPT_TODO)))
            .into_any()
    };
    el("div", "room")
        .kid(ways(screen))
        .live(rehearsal)
        .kid(el("div", "").attr("role", "status").live(not_kept))
        .kid(shown)
}

/// The title of a screen.
pub fn title(screen: RoomScreen) -> Word {
    match screen {
        RoomScreen::Door => key::ROOM_DOOR,
        RoomScreen::People => key::ROOM_PEOPLE,
        RoomScreen::Picture => key::ROOM_PICTURE,
        RoomScreen::Groups => key::ROOM_GROUPS,
        RoomScreen::Timer => key::ROOM_TIMER,
        RoomScreen::Slots => key::ROOM_SLOTS,
        RoomScreen::Sheet => key::ROOM_SHEET,
        RoomScreen::Guide => key::ROOM_GUIDE,
    }
}

fn ways(here: RoomScreen) -> El {
    let way = |screen: RoomScreen| {
        let way = link("", Route::Room(screen).href(), text(title(screen)));
        match screen == here {
            true => way.attr("aria-current", "page"),
            false => way,
        }
    };
    el("nav", "room__ways no-print")
        .attr("aria-label", text(key::ROOM_WAYS))
        .kids(RoomScreen::ALL.map(way).into_iter().collect())
}

/// What a screen shows while no room is open: nothing is lost, and the way to the door.
fn no_room(desk: Desk) -> El {
    let words = match desk.room.looked.get() {
        true => key::ROOM_NONE,
        false => key::ROOM_LOOKING,
    };
    el("div", "room__none")
        .kid(el("p", "").kid(text(words)))
        .kid(link("button", "#/room", text(key::ROOM_TO_DOOR)))
}
