//! PlanList.

use leptos::prelude::*;

/// PlanList.
#[component]
pub fn PlanList() -> impl IntoView {}
