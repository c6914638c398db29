//! SegmentCard.

use leptos::prelude::*;

/// SegmentCard.
#[component]
pub fn SegmentCard() -> impl IntoView {}
