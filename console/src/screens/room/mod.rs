//! The screens of a workshop, one file each, with their own ways around.

mod door;
mod groups;
mod guide;
mod people;
mod picture;
mod sheet;
mod slots;
mod timer;

use crate::{
    desk::Desk,
    route::{RoomScreen, Route},
    words::{Word, key, text},
};
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
    el("div", "room").kid(ways(screen)).kid(shown)
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
        let way = super::pieces::link("", Route::Room(screen).href(), text(title(screen)));
        match screen == here {
            true => way.attr("aria-current", "page"),
            false => way,
        }
    };
    el("nav", "room__ways no-print")
        .attr("aria-label", text(key::ROOM_WAYS))
        .kids(RoomScreen::ALL.map(way).into_iter().collect())
}
