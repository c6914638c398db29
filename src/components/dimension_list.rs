//! DimensionList.

use leptos::prelude::*;

/// DimensionList.
#[component]
pub fn DimensionList() -> impl IntoView {}
