//! Recommendations.

use leptos::prelude::*;

/// Recommendations.
#[component]
pub fn Recommendations() -> impl IntoView {}
