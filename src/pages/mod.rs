//! The screens, one file each. A page composes components; it holds no rule.

mod about;
mod open;
mod plan;
mod profile;
mod send;
mod start;
mod test;

use crate::{
    browser::{address, document},
    components::{Footer, Header, Notice},
    route::Route,
    session::Session,
    words::{Word, key, text},
};
use leptos::prelude::*;

/// The screen of the current route, in its frame.
///
/// One closure draws it all: a new screen, language or piece of the program draws it anew, and
/// what stands in the same place is kept by the renderer. So nothing inside needs watching that
/// changes only with the screen, and the first load stays small.
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
        let offline = session.offline.get();
        let parts = session.parts.get();
        let screen = screen(session);
        untrack(|| view! {
            <a class="skip-link" href="#main" on:click=|event| {
                // The fragment is the route, so the link moves the focus itself.
                event.prevent_default();
                document::focus("main h1");
            }>{text(key::FRAME_SKIP)}</a>
            <Header/>
            <main id="main" class="page">
                {parts.map(|parts| (parts.head)())}
                {offline.then(self::offline)}
                {screen}
            </main>
            <Footer/>
        })
    }
}

fn offline() -> AnyView {
    let again = |_| Session::get().speak(&address::query("lang").unwrap_or_else(|| "da".to_owned()));
    view! {
        <Notice title=key::OFFLINE_TITLE text=key::OFFLINE_TEXT>
            <button class="button" type="button" on:click=again>{text(key::OFFLINE_AGAIN)}</button>
        </Notice>
    }.into_any()
}

fn screen(session: Session) -> AnyView {
    let screen = session.route.with(screen_of);
    let result = session.parts.get().filter(|_| session.later.get().is_some());
    untrack(|| match (screen, result) {
        (Screen::Start, _) => start::Start().into_any(),
        (Screen::Test, _) => test::Test().into_any(),
        (Screen::Unknown, _) => to_start(key::UNKNOWN_TITLE, key::UNKNOWN_TEXT),
        (screen, Some(parts)) => (parts.screen)(screen),
        (_, None) => view! { <p class="narrow quiet" role="status">{text(key::FRAME_LOADING)}</p> }.into_any(),
    })
}

/// What is asked for does not exist; the start does.
pub(crate) fn to_start(title: Word, words: Word) -> AnyView {
    view! {
        <Notice title=title text=words>
            <a class="button" href="#/">{text(key::UNKNOWN_START)}</a>
        </Notice>
    }.into_any()
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
        Route::About => Screen::About,
        Route::Unknown => Screen::Unknown,
    }
}

/// The screens that come with the second piece of the program.
pub fn result_screen(screen: Screen) -> AnyView {
    match screen {
        Screen::Profile => profile::Profile().into_any(),
        Screen::Plan => plan::Plan().into_any(),
        Screen::Send => send::Send().into_any(),
        Screen::Open => open::Open().into_any(),
        Screen::About => about::About().into_any(),
        Screen::Start | Screen::Test | Screen::Unknown => ().into_any(),
    }
}
