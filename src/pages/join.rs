//! `#/join`: a workshop's room. What is here comes with a piece of its own, see [`crate::joining`].

use crate::{
    components::{El, button, el, notice, window_link},
    joining,
    session::Session,
    words::{key, text},
};
use leptos::prelude::*;

/// The screen.
pub fn join() -> El {
    let session = Session::get();
    joining::load(session);
    page().live(
        move || match (joining::door().get(), joining::failed().get()) {
            (Some(joining), _) => untrack(|| (joining.screen)(session)),
            (None, false) => el("p", "quiet")
                .attr("role", "status")
                .kid(text(key::ROOM_LOADING))
                .into_any(),
            (None, true) => {
                let again = button("load-again", key::OFFLINE_AGAIN, move || {
                    joining::load(session)
                });
                notice(key::OFFLINE_TITLE, key::ROOM_NOT_LOADED, vec![again]).into_any()
            }
        },
    )
}

/// In a frame nobody goes into a room: the browser keeps it apart for each page around, and a room
/// is for the phone in one's hand.
pub fn elsewhere() -> El {
    let session = Session::get();
    let open = window_link(
        "button button--primary",
        session,
        session.route.get_untracked(),
        text(key::WINDOW_OPEN).to_owned(),
    );
    page()
        .kid(el("p", "").kid(text(key::ROOM_ELSEWHERE)))
        .kid(el("p", "").kid(open))
}

fn page() -> El {
    let title = el("h1", "")
        .attr("tabindex", "-1")
        .kid(text(key::ROOM_TITLE));
    el("div", "join narrow").kid(title)
}
