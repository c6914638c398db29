//! What the room has told this phone: group, times with advisers, waiting list.

use super::shell::kept;
use crate::{
    components::{El, el},
    words::{filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl_workshop::place::Place;

/// The person's own place, large. What changes is said aloud when there is a moment.
pub fn place() -> El {
    let told = Memo::new(|_| kept().with(|it| it.here().and_then(|it| it.place.clone())));
    el("section", "card room__place")
        .attr("aria-labelledby", "room-place")
        .kid(
            el("h3", "")
                .attr("id", "room-place")
                .kid(text(key::ROOM_PLACE_TITLE)),
        )
        .kid(
            el("div", "")
                .attr("role", "status")
                .live(move || list(told.get().unwrap_or_default()).into_any()),
        )
}

fn list(place: Place) -> El {
    let number = |n: u16| n.to_string();
    let several = place.rounds.len() > 1;
    let rounds = place.rounds.iter().zip(1_u16..).map(|(group, round)| {
        let group = match group {
            0 => text(key::ROOM_PLACE_OUT).to_owned(),
            n => filled(key::ROOM_PLACE_GROUP, &[("n", &number(*n))]),
        };
        let round = several.then(|| {
            let round = filled(key::ROOM_PLACE_ROUND, &[("n", &number(round))]);
            el("span", "room__round").kid(round)
        });
        el("li", "")
            .maybe(round)
            .kid(el("strong", "room__large").kid(group))
    });
    let mut lines: Vec<El> = rounds.collect();
    lines.extend(place.slots.iter().map(|slot| {
        let (from, to) = (clock(slot.from), clock(slot.to));
        let values = [
            ("from", from.as_str()),
            ("to", &to),
            ("adviser", &slot.adviser),
        ];
        let words = filled(key::ROOM_PLACE_SLOT, &values);
        el("li", "").kid(el("strong", "room__large").kid(words))
    }));
    let waits = place
        .waits
        .then(|| el("p", "").kid(text(key::ROOM_PLACE_WAITS)));
    let called = place
        .name
        .map(|name| el("p", "").kid(filled(key::ROOM_PLACE_CALLED, &[("name", &name)])));
    let nothing = lines.is_empty() && waits.is_none();
    let nothing = nothing.then(|| el("p", "quiet").kid(text(key::ROOM_PLACE_NONE)));
    let list = (!lines.is_empty()).then(|| el("ul", "room__list").attr("role", "list").kids(lines));
    el("div", "")
        .maybe(called)
        .maybe(list)
        .maybe(waits)
        .maybe(nothing)
}

/// A time of the day as people here write it.
fn clock(minutes: u16) -> String {
    let two = |n: u16| match n < 10 {
        true => ["0", &n.to_string()].concat(),
        false => n.to_string(),
    };
    let (hour, minute) = (minutes / 60, minutes % 60);
    filled(
        key::ROOM_CLOCK,
        &[("h", &hour.to_string()), ("m", &two(minute))],
    )
}
