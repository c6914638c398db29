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
    words::{key, text},
};
use leptos::prelude::*;

/// The screen of the current route, in its frame.
#[component]
pub fn Page() -> impl IntoView {
    let session = Session::get();
    // A new language draws the screen anew; a new item of the same test does not.
    let screen = Memo::new(move |_| {
        let lang = session.first.get().map(|first| first.lang.as_str());
        (lang, screen_of(&session.route.get()))
    });
    let shown = StoredValue::new(None::<Route>);
    Effect::new(move || {
        let route = session.route.get();
        let moved = shown.get_value().is_some_and(|before| before != route);
        shown.set_value(Some(route));
        if moved {
            document::focus("main h1");
        }
    });
    view! {
        <a class="skip-link" href="#main" on:click=move |event| {
            // The fragment is the route, so the link moves the focus itself.
            event.prevent_default();
            document::focus("main h1");
        }>{move || text(key::FRAME_SKIP)}</a>
        <Header/>
        <main id="main" class="page">
            {move || session.offline.get().then(|| view! {
                <Notice title=key::OFFLINE_TITLE text=key::OFFLINE_TEXT>
                    <button class="button" type="button" on:click=move |_| {
                        session.speak(&address::query("lang").unwrap_or_else(|| "da".to_owned()));
                    }>{text(key::OFFLINE_AGAIN)}</button>
                </Notice>
            })}
            {move || match screen.get().1 {
                Screen::Start => start::Start().into_any(),
                Screen::Test => test::Test().into_any(),
                Screen::Profile => profile::Profile().into_any(),
                Screen::Plan => plan::Plan().into_any(),
                Screen::Send => send::Send().into_any(),
                Screen::Open => open::Open().into_any(),
                Screen::About => about::About().into_any(),
                Screen::Unknown => view! {
                    <Notice title=key::UNKNOWN_TITLE text=key::UNKNOWN_TEXT>
                        <a class="button" href="#/">{text(key::UNKNOWN_START)}</a>
                    </Notice>
                }.into_any(),
            }}
        </main>
        <Footer/>
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Screen {
    Start,
    Test,
    Profile,
    Plan,
    Send,
    Open,
    About,
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
