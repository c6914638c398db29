//! A workshop on this page: every deed is done here, and kept on this device until the room is
//! closed and deleted. What may be done and what follows from it is the workshop's own business
//! (`vaekstspejl_workshop::hall`).

use crate::desk::Desk;
use vaekstspejl_workshop::hall::{Deed, Done, Hall, Refused};

/// Does a deed in the room that is open on this page, and keeps it. Nothing when none is open.
pub fn act(desk: Desk, deed: Deed) -> Option<Result<Done, Refused>> {
    let mut done = None;
    desk.hall
        .update(|hall| done = hall.as_mut().map(|hall| hall.act(&deed)));
    done
}

/// Reads something of the room that is open on this page.
pub fn look<T>(desk: Desk, look: impl FnOnce(&Hall) -> T) -> Option<T> {
    desk.hall.with(|hall| hall.as_ref().map(look))
}
