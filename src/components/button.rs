//! A small button with words.

use super::{El, el};
use crate::words::{Word, text};

/// A button that does something when pressed; `action` is its hook.
pub fn button(action: &'static str, label: Word, act: impl FnMut() + Send + 'static) -> El {
    el("button", "button button--small")
        .attr("type", "button")
        .attr("data-action", action)
        .kid(text(label))
        .on("click", act)
}
