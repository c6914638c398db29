//! `#/statistics`: figures over all open letters, with nothing under five.

use super::pieces::heading;
use crate::{
    desk::Desk,
    words::{key, text},
};
use vaekstspejl::components::{El, el};

/// The screen.
pub fn screen(_: Desk) -> El {
    el("div", "narrow").kid(heading(text(key::STATISTICS_TITLE)))
}
