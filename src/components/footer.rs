//! The foot of every screen: privacy in a line, and forgetting.

use crate::{
    browser::address,
    session::Session,
    words::{key, text},
};
use leptos::prelude::*;

/// Privacy line, ways to help, and "forget everything".
#[component]
pub fn Footer() -> impl IntoView {
    let session = Session::get();
    let forget = move |_| {
        session.forget();
        address::go("#/");
    };
    view! {
        <footer class="footer">
            <p class="footer__line">{move || text(key::FRAME_PRIVACY)}</p>
            <p class="footer__links">
                <a href="#/about">{move || text(key::START_ABOUT)}</a>
                <a href="#/open">{move || text(key::START_OPEN)}</a>
                {move || session.has_something().then(|| view! {
                    <button type="button" class="link-button" data-action="forget" on:click=forget>
                        {text(key::FRAME_FORGET)}
                    </button>
                })}
            </p>
        </footer>
    }
}
