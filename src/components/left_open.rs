//! LeftOpen.

use leptos::prelude::*;

/// LeftOpen.
#[component]
pub fn LeftOpen() -> impl IntoView {}
