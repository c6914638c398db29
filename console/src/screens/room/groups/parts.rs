//! Parts that the screens of a plan share.

use crate::{
    desk::Desk,
    plan::{self, mend::News},
    room,
    route::{RoomScreen, Route},
    screens::pieces::{button, heading, link, section, warning},
    words::{Word, counted, filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl::{
    browser::form,
    components::{El, el},
};
use vaekstspejl_workshop::{
    answer::Person,
    hall::{Deed, Hall},
};

/// The screen's heading and lead.
pub fn head(title: Word, lead: Word) -> El {
    el("div", "room-plan__head")
        .kid(heading(text(title)))
        .kid(el("p", "console__lead no-print").kid(text(lead)))
}

/// What stands here while no room is open.
pub fn no_room() -> El {
    el("div", "console__empty")
        .kid(el("p", "console__what").kid(text(key::PLAN_NO_ROOM)))
        .kid(el("p", "").kid(text(key::PLAN_NO_ROOM_TEXT)))
        .kid(link(
            "button",
            Route::Room(RoomScreen::Door).href(),
            text(key::PLAN_TO_DOOR),
        ))
}

/// Whether a room is open; follows it.
pub fn is_open(desk: Desk) -> bool {
    room::look(desk, |_| ()).is_some()
}

/// A pseudonym.
pub fn name(hall: &Hall, person: Person) -> String {
    plan::name(hall, person, &room::names())
}

/// A number to set, in its range.
pub fn number(
    id: &'static str,
    label: Word,
    range: (u32, u32),
    value: u32,
    set: impl Fn(u32) + Send + 'static,
) -> El {
    let input = el("input", "field__input")
        .attr("id", id)
        .attr("type", "number")
        .attr("inputmode", "numeric")
        .numbers([("min", range.0.into()), ("max", range.1.into())])
        .attr("value", value.to_string())
        .on_event("input", move |event| {
            if let Ok(value) = form::value(event).parse() {
                set(value);
            }
        });
    el("div", "console__field room-plan__number")
        .kid(el("label", "").attr("for", id).kid(text(label)))
        .kid(input)
}

/// The way to take the last change back, when there is one.
pub fn undo(desk: Desk, told: RwSignal<&'static str>) -> El {
    el("div", "room-plan__undo no-print").live(move || {
        let can = room::look(desk, Hall::can_undo).unwrap_or(false);
        can.then(|| {
            button("button button--small", "undo", key::PLAN_UNDO, move || {
                let done = room::act(desk, Deed::Undone);
                if matches!(done, Some(Ok(_))) {
                    told.set(text(key::PLAN_UNDONE));
                }
            })
        })
        .into_any()
    })
}

/// What the screen has to say of what was just done.
pub fn told(told: RwSignal<&'static str>) -> El {
    el("p", "room-plan__told no-print")
        .attr("role", "status")
        .live_text(move || told.get())
}

/// What has changed, in one line.
pub fn news_line(title: Word, news: &News, otherwise: Word) -> String {
    let mut line = text(title).to_owned();
    let mut add = |words: String| {
        line.push(' ');
        line.push_str(&words);
    };
    if !news.came.is_empty() {
        add(counted(key::MEND_CAME_ONE, key::MEND_CAME, news.came.len()));
    }
    if !news.left.is_empty() {
        add(counted(key::MEND_LEFT_ONE, key::MEND_LEFT, news.left.len()));
    }
    if news.otherwise {
        add(text(otherwise).to_owned());
    }
    line
}

/// A change before it is taken, with the ways to take it or leave it.
pub fn preview(
    title_id: &'static str,
    moved: Option<String>,
    changes: Vec<(Option<String>, Vec<String>)>,
    take: impl FnMut() + Send + 'static,
    leave: impl FnMut() + Send + 'static,
) -> El {
    let nothing = changes.iter().all(|(_, lines)| lines.is_empty());
    let parts = changes.into_iter().filter(|(_, lines)| !lines.is_empty());
    let parts = parts.map(|(title, lines)| {
        let lines = lines.into_iter().map(|line| el("li", "").kid(line));
        el("div", "")
            .maybe(title.map(|title| el("h3", "").kid(title)))
            .kid(el("ul", "room-plan__changes").kids(lines.collect()))
    });
    let parts = parts.collect();
    let rest = match nothing {
        true => key::MEND_NOTHING,
        false => key::MEND_OTHERS,
    };
    section(
        "room-plan__preview no-print",
        title_id,
        text(key::MEND_TITLE),
    )
    .attr("data-preview", "")
    .maybe(moved.map(|moved| el("p", "console__what").kid(moved)))
    .kids(parts)
    .kid(el("p", "").kid(text(rest)))
    .kid(
        el("p", "row")
            .kid(button("button button--primary", "do", key::MEND_DO, take))
            .kid(button("button", "dont", key::MEND_DONT, leave)),
    )
}

/// That a plan cannot be repaired, why, and how to go on.
pub fn cannot(why: String, again: El) -> El {
    warning(text(key::MEND_IMPOSSIBLE), why).kid(again)
}

/// The sizes in a word.
pub fn sized(word: Word, people: usize, smallest: usize, largest: usize) -> String {
    let numbers = [people, smallest, largest].map(|it| it.to_string());
    let [people, smallest, largest] = &numbers;
    filled(
        word,
        &[
            ("people", people),
            ("smallest", smallest),
            ("largest", largest),
        ],
    )
}
