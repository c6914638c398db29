//! The screens, one file each. A page composes components; it holds no rule.

mod about;
mod join;
mod open;
mod plan;
mod profile;
mod send;
mod start;
mod test;

pub(crate) use test::here as shown_item;

use crate::{
    browser::{address, document, form, frame},
    components::{El, el, footer, header, link, notice},
    route::Route,
    session::Session,
    words::{Word, key, text},
};
use leptos::prelude::*;

/// The screen of the current route, in its frame.
///
/// A new language draws all of it anew, a new screen only what is in the middle.
#[component]
pub fn Page() -> impl IntoView {
    let session = Session::get();
    let moved = StoredValue::new(false);
    Effect::new(move || {
        session.route.follow();
        // At the start the focus stays where the browser put it.
        if moved.get_value() {
            document::focus("main h1");
        }
        moved.set_value(true);
    });
    move || {
        session.first.follow();
        untrack(|| frame(session))
    }
}

fn frame(session: Session) -> El {
    let skip = el("a", "skip-link")
        .attr("href", "#main")
        .kid(text(key::FRAME_SKIP))
        .on_event("click", |event| {
            // The fragment is the route, so the link moves the focus itself.
            form::stay(event);
            document::focus("main h1");
        });
    let head = move || match session.parts.get() {
        Some(parts) => (parts.head)(),
        None => ().into_any(),
    };
    let main = el("main", "page")
        .attr("id", "main")
        .live(head)
        .live(move || {
            if session.offline.get() {
                offline(session).into_any()
            } else {
                ().into_any()
            }
        })
        .live(move || {
            session.route.follow();
            untrack(|| middle(session))
        });
    el("div", "frame")
        .kid(skip)
        .kid(header(session))
        .kid(main)
        .kid(footer(session))
}

/// What the route asks for.
fn middle(session: Session) -> AnyView {
    let shown = match session.route.with_untracked(screen_of) {
        Screen::Start => start::start(session),
        Screen::Test => test::test(session),
        Screen::Unknown => to_start(key::UNKNOWN_TITLE, key::UNKNOWN_TEXT),
        screen => el("div", "page__later").live(move || result(session, screen)),
    };
    shown.into_any()
}

/// A screen of the second piece of the program, once that and its content are here.
fn result(session: Session, screen: Screen) -> AnyView {
    let ready = session.later.get().is_some();
    match session.parts.get().filter(|_| ready) {
        Some(parts) => untrack(|| (parts.screen)(screen)),
        None => el("p", "narrow quiet")
            .attr("role", "status")
            .kid(text(key::FRAME_LOADING))
            .into_any(),
    }
}

fn offline(session: Session) -> El {
    let again = el("button", "button")
        .attr("type", "button")
        .kid(text(key::OFFLINE_AGAIN))
        .on("click", move || {
            session.speak(&address::query("lang").unwrap_or_else(|| "da".to_owned()))
        });
    notice(key::OFFLINE_TITLE, key::OFFLINE_TEXT, vec![again])
}

/// What is asked for does not exist; the start does.
pub(crate) fn to_start(title: Word, words: Word) -> El {
    notice(title, words, vec![link("button", "#/", key::UNKNOWN_START)])
}

/// A screen, without what is on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Screen {
    /// See [`Route`].
    Start,
    /// See [`Route`].
    Test,
    /// See [`Route`].
    Profile,
    /// See [`Route`].
    Plan,
    /// See [`Route`].
    Send,
    /// See [`Route`].
    Open,
    /// See [`Route`].
    Join,
    /// See [`Route`].
    About,
    /// See [`Route`].
    Unknown,
}

fn screen_of(route: &Route) -> Screen {
    match route {
        Route::Start => Screen::Start,
        Route::Test(..) => Screen::Test,
        Route::Profile => Screen::Profile,
        Route::Plan => Screen::Plan,
        Route::Send => Screen::Send,
        Route::Open(_) => Screen::Open,
        Route::Join(_) => Screen::Join,
        Route::About => Screen::About,
        Route::Unknown => Screen::Unknown,
    }
}

/// The screens that come with the second piece of the program.
pub fn result_screen(screen: Screen) -> AnyView {
    match screen {
        Screen::Profile => profile::Profile().into_any(),
        Screen::Plan => plan::Plan().into_any(),
        Screen::Send if frame::is_framed() => send::elsewhere().into_any(),
        Screen::Send => send::Send().into_any(),
        Screen::Open => open::Open().into_any(),
        Screen::Join if frame::is_framed() => join::elsewhere().into_any(),
        Screen::Join => join::join().into_any(),
        Screen::About => about::About().into_any(),
        Screen::Start | Screen::Test | Screen::Unknown => ().into_any(),
    }
}
