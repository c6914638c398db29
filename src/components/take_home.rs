//! TakeHome.

use leptos::prelude::*;

/// TakeHome.
#[component]
pub fn TakeHome() -> impl IntoView {}
