//! NeedList.

use leptos::prelude::*;

/// NeedList.
#[component]
pub fn NeedList() -> impl IntoView {}
