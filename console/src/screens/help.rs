//! `#/help`: the most important things on one page.

use super::pieces::heading;
use crate::words::{Word, key, text};
use vaekstspejl::components::{El, el};

const PARTS: [(Word, Word); 8] = [
    (key::HELP_EVERY_TITLE, key::HELP_EVERY_TEXT),
    (key::HELP_COLLEAGUE_TITLE, key::HELP_COLLEAGUE_TEXT),
    (key::HELP_COPY_TITLE, key::HELP_COPY_TEXT),
    (key::HELP_LEAVE_TITLE, key::HELP_LEAVE_TEXT),
    (key::HELP_TIME_TITLE, key::HELP_TIME_TEXT),
    (key::HELP_LAW_TITLE, key::HELP_LAW_TEXT),
    (key::HELP_TROUBLE_TITLE, key::HELP_TROUBLE_TEXT),
    (key::HELP_COMMAND_TITLE, key::HELP_COMMAND_TEXT),
];

/// The screen.
pub fn screen() -> El {
    let page = el("div", "narrow console__help")
        .kid(heading(text(key::HELP_TITLE)))
        .kid(el("p", "console__lead").kid(text(key::HELP_LEAD)));
    PARTS.into_iter().fold(page, |page, (title, words)| {
        page.kid(el("h2", "").kid(text(title)))
            .kid(el("p", "").kid(text(words)))
    })
}
