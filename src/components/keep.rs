//! Keep.

use leptos::prelude::*;

/// Keep.
#[component]
pub fn Keep() -> impl IntoView {}
