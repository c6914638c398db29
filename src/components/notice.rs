//! A message on the page: what happened and what to do.

use super::{El, el};
use crate::words::{Word, text};

/// A message with a heading, a sentence and what the person can do about it.
pub fn notice(title: Word, words: Word, ways: Vec<El>) -> El {
    el("section", "notice")
        .attr("role", "status")
        .kid(
            el("h1", "notice__title")
                .attr("tabindex", "-1")
                .kid(text(title)),
        )
        .kid(el("p", "").kid(text(words)))
        .kid(el("div", "notice__actions").kids(ways))
}
