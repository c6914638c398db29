//! A message on the page: what happened and what to do.

use crate::words::{Word, text};
use leptos::prelude::*;

/// A message with a heading, a sentence and what the person can do about it.
#[component]
pub fn Notice(
    /// What happened.
    title: Word,
    /// What it means and what to do.
    text: Word,
    /// Ways on.
    children: Children,
) -> impl IntoView {
    let words = text;
    view! {
        <section class="notice" role="status">
            <h1 class="notice__title" tabindex="-1">{self::text(title)}</h1>
            <p>{self::text(words)}</p>
            <div class="notice__actions">{children()}</div>
        </section>
    }
}
