//! What the screens for the wall have in common: full screen, and colours for the light in the room.

use crate::{
    browser,
    desk::Desk,
    room::now::Colours,
    screens::pieces::button,
    words::{key, text},
};
use vaekstspejl::components::{El, el};

/// The buttons for the wall.
pub fn tools(desk: Desk) -> Vec<El> {
    let small = "button button--small";
    let full = button(small, "full", key::ROOM_DOOR_FULL, browser::full_screen);
    let colours = el("button", small)
        .attr("type", "button")
        .attr("data-action", "colours")
        .live_text(move || {
            text(match desk.room.colours.get() {
                Colours::Dark => key::ROOM_DOOR_LIGHT,
                Colours::Own | Colours::Light => key::ROOM_DOOR_DARK,
            })
        })
        .on("click", move || {
            let next = match desk.room.colours.get_untracked() {
                Colours::Dark => Colours::Light,
                Colours::Own | Colours::Light => Colours::Dark,
            };
            desk.room.colours.set(next);
            browser::set_colours(next);
        });
    vec![full, colours]
}
