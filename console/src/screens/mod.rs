//! The screens, one file each, in their frame.

mod answers;
mod briefing;
mod create;
mod export;
mod help;
mod inbox;
mod keys;
mod letter;
mod open;
mod pieces;
mod profile;
mod room;
mod statistics;

pub use export::Format;
pub use profile::assess_for_the_day;

use crate::{
    desk::{Closed, Desk},
    route::{RoomScreen, Route},
    words::{Word, key, text},
};
use leptos::prelude::*;
use pieces::{heading, link};
use vaekstspejl::{
    browser::{document, form},
    components::{El, el, languages, mark},
};

/// The screen of the current route, in its frame. A new screen or language draws it anew.
#[component]
pub fn Frame() -> impl IntoView {
    let desk = Desk::here();
    let moved = StoredValue::new(false);
    Effect::new(move || {
        desk.route.follow();
        desk.trouble.set(None);
        // At the start the focus stays where the browser put it.
        if moved.get_value() {
            document::focus("main h1");
        }
        moved.set_value(true);
    });
    Effect::new(move || {
        desk.office.follow();
        let title = desk.route.with(title);
        document::set_title(&[text(title), " · Vækstspejl"].concat());
    });
    move || {
        desk.office.follow();
        desk.route.follow();
        // Opening and closing changes head and screen.
        desk.keys.follow();
        untrack(|| frame(desk))
    }
}

fn frame(desk: Desk) -> El {
    let skip = el("a", "skip-link")
        .attr("href", "#main")
        .kid(text(key::DESK_SKIP))
        .on_event("click", |event| {
            // The fragment is the route, so the link moves the focus itself.
            form::stay(event);
            document::focus("main h1");
        });
    let offline = move || match desk.session.offline.get() {
        true => el("p", "console__notice")
            .attr("role", "status")
            .kid(text(key::DESK_OFFLINE_TEXT))
            .into_any(),
        false => ().into_any(),
    };
    let main = el("main", "page console").attr("id", "main").live(offline);
    el("div", "frame")
        .kid(skip)
        .kid(header(desk))
        .kid(main.kid(screen(desk)))
        .kid(footer())
}

fn screen(desk: Desk) -> El {
    match desk.route.get() {
        Route::Open => open::screen(desk),
        Route::Create => create::screen(desk),
        Route::Inbox => inbox::screen(desk),
        Route::Letter(sid) => letter::screen(desk, &sid),
        Route::Statistics => statistics::screen(desk),
        Route::Export => export::screen(desk),
        Route::Key => keys::screen(desk),
        Route::Help => help::screen(),
        Route::Room(screen) => room::screen(desk, screen),
        Route::Unknown => unknown(),
    }
}

fn unknown() -> El {
    el("div", "narrow")
        .kid(heading(text(key::DESK_UNKNOWN_TITLE)))
        .kid(el("p", "").kid(text(key::DESK_UNKNOWN_TEXT)))
        .kid(link("button", "#/", text(key::DESK_TO_START)))
}

fn title(route: &Route) -> Word {
    match route {
        Route::Open => key::OPEN_TITLE,
        Route::Create => key::CREATE_TITLE,
        Route::Inbox => key::INBOX_TITLE,
        Route::Letter(_) => key::LETTER_TITLE,
        Route::Statistics => key::STATISTICS_TITLE,
        Route::Export => key::EXPORT_TITLE,
        Route::Key => key::KEY_TITLE,
        Route::Help => key::HELP_TITLE,
        Route::Room(screen) => room::title(*screen),
        Route::Unknown => key::DESK_UNKNOWN_TITLE,
    }
}

/// Name, ways around while the mailbox is open, language, lock.
fn header(desk: Desk) -> El {
    let keys = desk.keys.get();
    let here = desk.route.get();
    let way = |route: Route, words: Word| {
        let current = route == here
            || (route == Route::Inbox && matches!(here, Route::Letter(_)))
            || (matches!(route, Route::Room(_)) && matches!(here, Route::Room(_)));
        let way = link("", route.href(), text(words));
        if current {
            way.attr("aria-current", "page")
        } else {
            way
        }
    };
    let mut ways = Vec::new();
    if keys.is_some() {
        ways.push(way(Route::Inbox, key::DESK_INBOX));
        ways.push(way(Route::Statistics, key::DESK_STATISTICS));
        ways.push(way(Route::Export, key::DESK_EXPORT));
        ways.push(way(Route::Key, key::DESK_KEY));
    }
    ways.push(way(Route::Room(RoomScreen::Door), key::ROOM_WORKSHOP));
    ways.push(way(Route::Help, key::DESK_HELP));
    let name = keys.as_ref().map_or_else(
        || text(key::DESK_NAME).to_owned(),
        |keys| keys.office.name().to_owned(),
    );
    let home = if keys.is_some() {
        Route::Inbox
    } else {
        Route::Open
    };
    let brand = el("a", "header__name")
        .attr("href", home.href())
        .kid(mark())
        .kid("Vækstspejl")
        .kid(el("span", "console__office").kid(name));
    let lock = keys.is_some().then(|| {
        el("button", "button button--small")
            .attr("type", "button")
            .attr("data-action", "lock")
            .kid(text(key::DESK_LOCK))
            .on("click", move || desk.lock(Closed::Plainly))
    });
    let nav = el("nav", "header__nav")
        .attr("aria-label", text(key::DESK_NAVIGATION))
        .kids(ways);
    let tools = el("div", "console__tools")
        .kid(languages(desk.session))
        .maybe(lock);
    el("header", "header console__header no-print")
        .kid(brand)
        .kid(nav)
        .kid(tools)
}

fn footer() -> El {
    el("footer", "footer no-print").kid(el("p", "footer__line").kid(text(key::DESK_FOOT)))
}
