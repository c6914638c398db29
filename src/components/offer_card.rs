//! OfferCard.

use leptos::prelude::*;

/// OfferCard.
#[component]
pub fn OfferCard() -> impl IntoView {}
