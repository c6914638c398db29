//! A dialog that must be answered: the browser's own, so that focus, Escape and screen readers
//! work as people know them. Used rarely: most questions are asked on the page itself.

use crate::{
    browser::document,
    words::{Word, text},
};
use leptos::prelude::*;

/// A modal dialog, shown while `open` is true.
#[component]
pub fn Dialog(
    /// Its id.
    id: &'static str,
    /// What it asks.
    title: Word,
    /// Whether it is shown.
    #[prop(into)]
    open: Signal<bool>,
    /// Called when it has been closed, however that happened.
    on_close: impl Fn() + 'static,
    /// What it says and the ways to answer; the first control gets the focus.
    children: Children,
) -> impl IntoView {
    let heading = [id, "-title"].concat();
    Effect::new(move || document::set_dialog(id, open.get()));
    view! {
        <dialog class="dialog no-print" id=id aria-labelledby=heading.clone() on:close=move |_| on_close()>
            <h2 class="dialog__title" id=heading.clone()>{move || text(title)}</h2>
            {children()}
        </dialog>
    }
}
