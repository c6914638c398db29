//! Wheel.

use leptos::prelude::*;

/// Wheel.
#[component]
pub fn Wheel() -> impl IntoView {}
