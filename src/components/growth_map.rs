//! GrowthMap.

use leptos::prelude::*;

/// GrowthMap.
#[component]
pub fn GrowthMap() -> impl IntoView {}
