//! Dialog.

use leptos::prelude::*;

/// Dialog.
#[component]
pub fn Dialog() -> impl IntoView {}
