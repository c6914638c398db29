//! The sending part of the program: a letter to the office, sealed on this device.
//!
//! A piece of its own, because the cryptography is heavy and few visits send. It is fetched when
//! the screen `#/send` is opened, whoever the office is and whatever was answered, and at the
//! start where letters of an earlier visit lie on the device. Nothing leaves the device before
//! the person's own click in [`form`]; what then leaves is the sealed letter in [`outbox`].

mod draft;
mod form;
mod letters;
mod outbox;

use crate::session::Session;
use leptos::{prelude::*, wasm_split::SplitLoaderError};
use vaekstspejl_engine::catalogue::Office;

/// What the rest of the program may call of this piece.
#[derive(Clone, Copy, Debug)]
pub struct Sending {
    /// Choosing, reading, agreeing, sending.
    pub form: fn(Session, &'static Office) -> AnyView,
    /// The letters of this device and what became of them.
    pub letters: fn(Session) -> AnyView,
    /// Takes up the letters of earlier visits and goes on with them.
    pub start: fn(Session),
    /// Forgets what was typed, and the letters with the means to withdraw them.
    pub forget: fn(Session),
    /// Whether a reload would lose something: typed for a letter, or a letter in memory only.
    pub holds: fn() -> bool,
}

/// How many letters are not where they should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsent {
    /// On their way: they go by themselves.
    pub waiting: usize,
    /// Stuck: the person must do something.
    pub parked: usize,
}

/// Fetches this piece, once.
#[cfg(feature = "app")]
#[leptos::wasm_split::wasm_split(sending, wasm_split_path = leptos::wasm_split, fallible)]
pub fn sending() -> Result<Sending, SplitLoaderError> {
    Ok(all())
}

/// In a program of one piece everything is there.
#[cfg(not(feature = "app"))]
pub async fn sending() -> Result<Sending, SplitLoaderError> {
    Ok(all())
}

fn all() -> Sending {
    Sending {
        form: form::form,
        letters: letters::letters,
        start: outbox::start,
        forget: |session| {
            draft::forget();
            outbox::forget(session);
        },
        holds: || {
            let letters = outbox::kept().with(|it| it.memory_only || it.sealing);
            letters || draft::draft().with(draft::Draft::has_something)
        },
    }
}

/// Fetches the piece when letters of an earlier visit lie on this device.
///
/// The note of them is looked at and the database too: a browser that was killed may have lost
/// the one while it has the other.
pub fn resume(session: Session) {
    #[cfg(target_arch = "wasm32")]
    leptos::task::spawn_local(async move {
        use crate::browser::{database, storage};
        if storage::has_letters() || database::exists(storage::LETTERS).await {
            storage::note_letters();
            load(session);
        }
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = session;
}

/// Fetches the piece and starts it; says when that failed.
pub fn load(session: Session) {
    if session.sending.get_untracked().is_some() {
        return;
    }
    session.sending_failed.set(false);
    leptos::task::spawn_local(async move {
        match sending().await {
            Ok(found) if session.sending.get_untracked().is_none() => {
                session.sending.set(Some(found));
                (found.start)(session);
            }
            Ok(_) => {}
            Err(_) => session.sending_failed.set(true),
        }
    });
}
