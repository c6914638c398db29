//! The foot of every screen: privacy in a line, ways to help, and what the second piece of the
//! program adds: forgetting, and on a shared device the watch over whether anybody is still there.

use super::{El, Forget, Idle, el, finish, link};
use crate::{
    joining,
    on_device::OnDevice,
    session::Session,
    words::{key, text},
};
use leptos::prelude::*;

/// Privacy line and ways to help.
pub fn footer(session: Session) -> El {
    let ways = el("p", "footer__links")
        .kid(link("", "#/about", key::START_ABOUT))
        .kid(link("", "#/open", key::START_OPEN));
    el("footer", "footer no-print")
        .kid(el("p", "footer__line").kid(text(key::FRAME_PRIVACY)))
        .kid(ways)
        .live(move || match session.parts.get() {
            Some(parts) => (parts.foot)(),
            None => ().into_any(),
        })
}

/// "Forget everything", and on a shared device the way to finish and the idle watch.
#[component]
pub fn FooterOwn() -> impl IntoView {
    let session = Session::get();
    // A memo, so that each further answer does not close a question that stands open.
    let something = Memo::new(move |_| session.has_something() || joining::is_in());
    let without_net = move || {
        if session.on_device.get() != OnDevice::Nothing && session.later.get().is_some() {
            let words = text(key::VERSION_KEPT);
            let line = el("p", "footer__line").attr("data-without-net", "");
            line.kid(words).into_any()
        } else {
            ().into_any()
        }
    };
    view! {
        {without_net}
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
