//! `#/send`.

use leptos::prelude::*;

/// The screen.
#[component]
pub fn Send() -> impl IntoView {
    view! { <h1 tabindex="-1">"…"</h1> }
}
