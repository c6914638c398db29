//! `#/about`.

use leptos::prelude::*;

/// The screen.
#[component]
pub fn About() -> impl IntoView {
    view! { <h1 tabindex="-1">"…"</h1> }
}
