//! `#/open`.

use leptos::prelude::*;

/// The screen.
#[component]
pub fn Open() -> impl IntoView {
    view! { <h1 tabindex="-1">"…"</h1> }
}
