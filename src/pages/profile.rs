//! `#/profile`.

use leptos::prelude::*;

/// The screen.
#[component]
pub fn Profile() -> impl IntoView {
    view! { <h1 tabindex="-1">"…"</h1> }
}
