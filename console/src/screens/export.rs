//! `#/export`: the letters as a file for a spreadsheet or another program.

use super::pieces::heading;
use crate::{
    desk::Desk,
    words::{key, text},
};
use vaekstspejl::components::{El, el};

/// The screen.
pub fn screen(_: Desk) -> El {
    el("div", "narrow").kid(heading(text(key::EXPORT_TITLE)))
}
