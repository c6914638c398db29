//! `#/plan`.

use leptos::prelude::*;

/// The screen.
#[component]
pub fn Plan() -> impl IntoView {
    view! { <h1 tabindex="-1">"…"</h1> }
}
