//! Comparison.

use leptos::prelude::*;

/// Comparison.
#[component]
pub fn Comparison() -> impl IntoView {}
