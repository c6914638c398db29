//! The foot of every screen: privacy in a line, ways to help, and what the second piece of the
//! program adds: forgetting, and on a shared device the watch over whether anybody is still there.

use super::{Forget, Idle, finish};
use crate::{
    session::Session,
    words::{key, text},
};
use leptos::prelude::*;

/// Privacy line and ways to help.
#[component]
pub fn Footer() -> impl IntoView {
    view! {
        <footer class="footer no-print">
            <p class="footer__line">{text(key::FRAME_PRIVACY)}</p>
            <p class="footer__links">
                <a href="#/about">{text(key::START_ABOUT)}</a>
                <a href="#/open">{text(key::START_OPEN)}</a>
            </p>
            {Session::get().parts.get().map(|parts| (parts.foot)())}
        </footer>
    }
}

/// "Forget everything", and on a shared device the way to finish and the idle watch.
#[component]
pub fn FooterOwn() -> impl IntoView {
    let session = Session::get();
    // A memo, so that each further answer does not close a question that stands open.
    let something = Memo::new(move |_| session.has_something());
    view! {
        {move || match (session.shared_device.get(), something.get()) {
            (true, _) => view! {
                <p class="footer__shared">{text(key::KEEP_SHARED_ON)}</p>
                <button type="button" class="button button--small" data-action="finish"
                    on:click=move |_| finish(session)>
                    {text(key::KEEP_FINISH)}
                </button>
            }.into_any(),
            (false, true) => view! { <Forget id="forget-footer" class="link-button"/> }.into_any(),
            (false, false) => ().into_any(),
        }}
        <Idle/>
    }
}
