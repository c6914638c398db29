//! `#/room/sheet`

use crate::{
    desk::Desk,
    screens::pieces::heading,
    words::{key, text},
};
use vaekstspejl::components::{El, el};

/// The screen.
pub fn screen(_desk: Desk) -> El {
    el("div", "narrow").kid(heading(text(key::ROOM_SHEET)))
}
