//! OfficeCard.

use leptos::prelude::*;

/// OfficeCard.
#[component]
pub fn OfficeCard() -> impl IntoView {}
