//! Messages above every screen, about what could not be done as asked: a link with an office or a
//! language there is not, and what this device keeps or refuses to keep. Nothing is lost by any
//! of them.

use super::{El, el};
use crate::{
    browser::{file, storage},
    own,
    session::Session,
    words::{Word, key, text},
};
use leptos::prelude::*;

/// All messages there are reason for.
#[component]
pub fn Messages() -> impl IntoView {
    let session = Session::get();
    let raw = RwSignal::new(own::kept_unreadable(session));
    move || {
        session.later.get().map(|later| {
            let office = session
                .office
                .with(|id| id.as_ref().is_some_and(|id| later.office(id).is_none()));
            el("div", "")
                .maybe(raw.get().map(|text| kept(raw, text)))
                .maybe(office.then(|| {
                    let accept = button("forget-office", key::MESSAGE_ACCEPT, move || {
                        session.office.set(None)
                    });
                    message(
                        "office",
                        key::MESSAGE_OFFICE_TITLE,
                        key::MESSAGE_OFFICE_TEXT,
                        vec![accept],
                    )
                }))
                .maybe(session.language_unknown.get().then(|| {
                    let accept = button("accept-language", key::MESSAGE_ACCEPT, move || {
                        session.language_unknown.set(false)
                    });
                    message(
                        "language",
                        key::MESSAGE_LANGUAGE_TITLE,
                        key::MESSAGE_LANGUAGE_TEXT,
                        vec![accept],
                    )
                }))
                .maybe(session.keep_refused.get().then(|| {
                    let save = button("save-file", key::FORGET_SAVE_FIRST, move || {
                        super::save_profile(session)
                    });
                    let accept = button("accept-refused", key::MESSAGE_ACCEPT, move || {
                        session.keep_refused.set(false)
                    });
                    message(
                        "refused",
                        key::MESSAGE_REFUSED_TITLE,
                        key::KEEP_FAILED,
                        vec![save, accept],
                    )
                }))
        })
    }
}

/// What this device keeps but this program cannot read: left alone until the person decides.
fn kept(raw: RwSignal<Option<String>>, words: String) -> El {
    let save = button("save-raw", key::KEPT_SAVE, move || {
        file::save("vaekstspejl.txt", "text/plain", &words);
    });
    let forget = button("forget-raw", key::KEPT_FORGET, move || {
        storage::forget();
        raw.set(None);
    });
    message("kept", key::KEPT_TITLE, key::KEPT_TEXT, vec![save, forget])
}

fn message(name: &'static str, title: Word, words: Word, ways: Vec<El>) -> El {
    el("section", "notice no-print")
        .attr("role", "status")
        .attr("data-notice", name)
        .kid(el("h2", "notice__title").kid(text(title)))
        .kid(el("p", "").kid(text(words)))
        .kid(el("div", "notice__actions").kids(ways))
}

fn button(action: &'static str, words: Word, act: impl FnMut() + Send + 'static) -> El {
    el("button", "button button--small")
        .attr("type", "button")
        .attr("data-action", action)
        .kid(text(words))
        .on("click", act)
}
