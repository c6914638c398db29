//! The head of every screen: name, ways around, language.

use crate::{
    session::Session,
    words::{key, text},
};
use leptos::prelude::*;

/// Languages offered, each in its own name: how it is called never changes with the language.
const LANGUAGES: [(&str, &str); 2] = [("da", "Dansk"), ("en", "English")];

/// Name, navigation and language.
#[component]
pub fn Header() -> impl IntoView {
    let session = Session::get();
    let current = session
        .first
        .get_untracked()
        .map_or("da", |first| first.lang.as_str());
    let something = session.has_something();
    view! {
        <header class="header">
            <a class="header__name" href="#/">
                <svg class="header__mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
                    <path d="M3 21V11a9 9 0 0 1 18 0v10" fill="none" stroke="currentColor" stroke-width="2"/>
                    <path d="M7 21c0-5 4-5 5-11 1 6 5 6 5 11" fill="none" stroke="currentColor" stroke-width="2"/>
                </svg>
                "Vækstspejl"
            </a>
            <nav class="header__nav" aria-label=text(key::FRAME_NAVIGATION)>
                {something.then(|| view! {
                    <a href="#/profile">{text(key::FRAME_PROFILE)}</a>
                    <a href="#/plan">{text(key::FRAME_PLAN)}</a>
                })}
                <span class="header__languages" role="group" aria-label=text(key::FRAME_LANGUAGE)>
                    {LANGUAGES.map(|(code, name)| view! {
                        <button type="button" class="header__language" lang=code data-lang=code
                            aria-pressed=if current == code { "true" } else { "false" }
                            on:click=move |_| session.speak(code)>{name}</button>
                    }).collect_view()}
                </span>
            </nav>
        </header>
    }
}
