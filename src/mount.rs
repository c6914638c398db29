//! Start: fetch the words, then put the pages where the first screen stood.

use crate::{
    browser::{address, content, crash, document, storage},
    pages::Page,
    route::Route,
    session::Session,
    words::{key, text},
};
use leptos::prelude::*;
use vaekstspejl_engine::{First, OfficeId};

/// Starts the app in the browser.
#[cfg_attr(
    all(target_arch = "wasm32", feature = "app"),
    wasm_bindgen::prelude::wasm_bindgen(start)
)]
pub fn start() {
    crash::catch();
    // Before anything reacts: effects run as tasks of the browser. It fails only when set twice.
    #[cfg(target_arch = "wasm32")]
    let _ = any_spawner::Executor::init_wasm_bindgen();
    let owner = Owner::new();
    owner.set();
    let route = Route::parse(&address::fragment());
    let office = address::query("office").map(|id| OfficeId::from(id.as_str()));
    let session = Session::provide(route, office);
    session
        .shared_device
        .set(address::query("shared").is_some());
    address::on_change(move || {
        let route = Route::parse(&address::fragment());
        if session.route.with_untracked(|shown| *shown != route) {
            session.route.set(route);
        }
    });
    remember(session);
    let lang = address::query("lang").unwrap_or_else(|| "da".to_owned());
    content::fetch(session, lang);
    mount_when_there(session, owner.clone());
    core::mem::forget(owner); // the app lives as long as the page
}

/// The first screen in index.html stays until the words are there, so nothing flickers.
fn mount_when_there(session: Session, page: Owner) {
    let mounted = StoredValue::new(false);
    Effect::new(move || {
        if session.first.get().is_none() || mounted.get_value() {
            return;
        }
        mounted.set_value(true);
        // Of the page, not of this effect: that one runs again at each language, and takes what it
        // owns along.
        page.with(|| {
            #[cfg(target_arch = "wasm32")]
            document::take_over(|root| {
                let handle = mount_to(root, move || {
                    provide_context(session);
                    view! { <Page/> }
                });
                handle.forget();
            });
        });
        document::set_title("Vækstspejl");
    });
}

/// Keeps the crash screen's copy up to date, and the device's when the person asked for it.
fn remember(session: Session) {
    Effect::new(move || {
        let Some(parts) = session.parts.get() else {
            return;
        };
        let text = (parts.to_json)(session);
        if session.keep.get() && !text.is_empty() && !storage::keep(&text) {
            session.keep.set(false);
            session.keep_refused.set(true);
        }
        crash::remember(text);
    });
}

/// What index.html shows before the program is here, in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstScreen {
    /// The code of the language.
    pub lang: String,
    /// `ltr` or `rtl`.
    pub direction: String,
    /// The start screen.
    pub html: String,
    /// What stands in its place when the address names another screen.
    pub wait: String,
}

/// The start screen as text, for index.html: from the same component and words as in the
/// browser. Content that cannot be read gives nothing.
pub fn prerender(first: &[u8]) -> Option<FirstScreen> {
    let first: &'static First = Box::leak(Box::new(First::from_bytes(first).ok()?));
    let owner = Owner::new();
    let screen = owner.with(|| {
        let session = Session::provide(Route::Start, None);
        session.first.set(Some(first));
        FirstScreen {
            lang: first.lang.clone(),
            direction: first.direction.clone(),
            html: view! { <Page/> }.to_html(),
            wait: text(key::FRAME_LOADING).to_owned(),
        }
    });
    drop(owner);
    Some(screen)
}
