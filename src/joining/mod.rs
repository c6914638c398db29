//! The participant's side of a workshop's room: going in, giving, being told one's place, leaving.
//!
//! A piece of its own, as sending is: it is fetched when `#/join` is opened, and at the start where
//! somebody is in a room on this device; nobody else needs the cryptography. Nothing of the answers
//! leaves the device before the person's own click in [`card`]; what then leaves is the sealed
//! letter of [`membership`], which is where the rules are. [`shell`] carries its bytes.

mod card;
mod code;
#[cfg_attr(
    not(target_arch = "wasm32"),
    allow(dead_code, reason = "outside the browser nobody goes into a room")
)]
mod membership;
mod place;
mod screen;
mod shell;

use crate::{session::Session, state::State};
use leptos::{prelude::*, wasm_split::SplitLoaderError};
use std::sync::OnceLock;

/// What the rest of the program may call of this piece.
#[derive(Clone, Copy, Debug)]
pub struct Joining {
    /// The way in, and the room once the person is in it.
    pub screen: fn(Session) -> AnyView,
    /// What may be given to the room; nothing for who is in none.
    pub card: fn(Session) -> AnyView,
    /// That the person is in a room, above the other screens.
    pub notice: fn(Session) -> AnyView,
    /// Takes up the room of an earlier visit and goes on with it.
    pub start: fn(Session),
    /// Leaves the room, and forgets it.
    pub forget: fn(),
    /// Whether the person is in a room.
    pub is_in: fn() -> bool,
    /// Whether a reload would lose it.
    pub holds: fn() -> bool,
}

/// Fetches this piece, once.
#[cfg(feature = "app")]
#[leptos::wasm_split::wasm_split(joining, wasm_split_path = leptos::wasm_split, fallible)]
pub fn joining() -> Result<Joining, SplitLoaderError> {
    Ok(all())
}

/// In a program of one piece everything is there.
#[cfg(not(feature = "app"))]
pub async fn joining() -> Result<Joining, SplitLoaderError> {
    Ok(all())
}

fn all() -> Joining {
    Joining {
        screen: screen::screen,
        card: card::card,
        notice: screen::notice,
        start: shell::start,
        forget: || {
            card::forget();
            shell::forget();
        },
        is_in: || shell::kept().with(|it| it.here().is_some()),
        holds: || shell::kept().with(|it| it.memory_only && it.here().is_some()),
    }
}

/// The piece, once it is here.
pub fn door() -> State<Option<Joining>> {
    static DOOR: OnceLock<State<Option<Joining>>> = OnceLock::new();
    *DOOR.get_or_init(|| State::new(None))
}

/// It could not be fetched.
pub fn failed() -> State<bool> {
    static FAILED: OnceLock<State<bool>> = OnceLock::new();
    *FAILED.get_or_init(|| State::new(false))
}

/// Whether the person is in a room, as far as is known here.
pub fn is_in() -> bool {
    door().get().is_some_and(|it| (it.is_in)())
}

/// Whether a reload would take the person out of their room.
pub fn holds() -> bool {
    door().get().is_some_and(|it| (it.holds)())
}

/// Leaves the room as far as it can be reached, and forgets it.
pub fn forget() {
    if let Some(joining) = door().get_untracked() {
        (joining.forget)();
    }
    crate::browser::storage::forget_room();
}

/// Fetches the piece where somebody is in a room on this device.
pub fn resume(session: Session) {
    if crate::browser::storage::room().is_some() {
        load(session);
    }
}

/// Fetches the piece and starts it; says when that failed.
pub fn load(session: Session) {
    if door().get_untracked().is_some() {
        return;
    }
    failed().set(false);
    leptos::task::spawn_local(async move {
        match joining().await {
            Ok(found) if door().get_untracked().is_none() => {
                (found.start)(session);
                door().set(Some(found));
            }
            Ok(_) => {}
            Err(_) => failed().set(true),
        }
    });
}
