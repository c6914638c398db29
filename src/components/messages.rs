//! Messages above every screen, about what could not be done as asked: a link with an office or a
//! language there is not, and what this device keeps or refuses to keep. Nothing is lost by any
//! of them.

use super::{El, button, el, link};
use crate::{
    browser::{file, storage},
    carried, joining,
    on_device::{self, OnDevice},
    own,
    route::Route,
    sending::Unsent,
    session::Session,
    words::{Word, key, text},
};
use leptos::prelude::*;

/// All messages there are reason for.
#[component]
pub fn Messages() -> impl IntoView {
    let session = Session::get();
    let raw = RwSignal::new(own::kept_unreadable(session));
    // Once everything is here, whatever is answered: from then on this version may be kept.
    Effect::new(move || {
        let first = session.later.get().is_some() && on_device::begin(session);
        if first && session.deepen.get_untracked() {
            // What was carried over may lead to a question that only the later words know.
            session.route.update(|_| ());
        }
    });
    move || {
        session.later.get().map(|later| {
            let office = session.office.with(|id| {
                id.as_ref().is_some_and(|id| {
                    later.office(id).is_none() && later.publisher(id.as_str()).is_none()
                })
            });
            el("div", "")
                .maybe(
                    carried::unread()
                        .get()
                        .map(|text| unreadable("carried", text, || carried::unread().set(None))),
                )
                .maybe(raw.get().map(|text| {
                    unreadable("kept", text, move || {
                        storage::forget();
                        raw.set(None);
                    })
                }))
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
                .maybe(unsent(session))
                .live(move || room(session))
                .maybe(newer(session))
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

/// Letters that are not where they should be. Always said, on every screen but the one that
/// shows them.
fn unsent(session: Session) -> Option<El> {
    let Unsent { waiting, parked } = session.unsent.get();
    let here = session.route.with(|it| *it == Route::Send);
    let (title, words) = match (waiting, parked) {
        _ if here => return None,
        (0, 0) => return None,
        (_, 0) => (key::OUTBOX_NOTICE_TITLE, key::OUTBOX_NOTICE_TEXT),
        _ => (key::OUTBOX_PARKED, key::OUTBOX_NOTICE_PARKED),
    };
    let see = link("button button--small", "#/send", key::OUTBOX_NOTICE_SEE);
    Some(message("unsent", title, words, vec![see]))
}

/// The person is in a workshop's room. Said on every screen but its own.
fn room(session: Session) -> AnyView {
    let here = session.route.with(|it| matches!(it, Route::Join(_)));
    match joining::door().get().filter(|_| !here) {
        Some(joining) => untrack(|| (joining.notice)(session)),
        None => ().into_any(),
    }
}

/// This device has another version. Nothing is loaded anew before the person says so, and in the
/// middle of a question nothing moves: there the notice comes with the next screen.
fn newer(session: Session) -> Option<El> {
    let asking = session.route.with(|it| matches!(it, Route::Test(..)));
    let kept = session.on_device.get_untracked();
    if !asking || kept == OnDevice::Another {
        session.on_device.follow();
    }
    if kept != OnDevice::Another || on_device::must_stay(session) {
        return None;
    }
    let change = button("change-version", key::VERSION_CHANGE, move || {
        on_device::change(session)
    });
    let later = button("version-later", key::VERSION_LATER, move || {
        session.on_device.set(OnDevice::AnotherLater)
    });
    Some(message(
        "version",
        key::VERSION_TITLE,
        key::VERSION_TEXT,
        vec![change, later],
    ))
}

/// What is the person's own but this program cannot read: left alone until they decide.
fn unreadable(name: &'static str, words: String, forget: impl Fn() + Send + 'static) -> El {
    let save = button("save-raw", key::KEPT_SAVE, move || {
        file::save("vaekstspejl.txt", "text/plain", &words);
    });
    let forget = button("forget-raw", key::KEPT_FORGET, forget);
    message(name, key::KEPT_TITLE, key::KEPT_TEXT, vec![save, forget])
}

fn message(name: &'static str, title: Word, words: Word, ways: Vec<El>) -> El {
    el("section", "notice no-print")
        .attr("role", "status")
        .attr("data-notice", name)
        .kid(el("h2", "notice__title").kid(text(title)))
        .kid(el("p", "").kid(text(words)))
        .kid(el("div", "notice__actions").kids(ways))
}
