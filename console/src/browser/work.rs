//! The same, in the browser.

mod collect;
mod export;
mod keys;
mod room;
mod room_camera;
mod room_collect;
mod room_rehearsal;
mod room_store;
mod room_wall;
mod store;

pub use collect::{delete, empty, fetch};
pub use export::export;
pub use keys::{
    ask_state, create_mailbox, draw, draw_words, reopen, rotate, unlock, use_made, write_file,
};
pub use room::{
    close_room, delete_room, delete_unread_room, keep_grant, look_for_room, open_rehearsal,
    open_room,
};
pub use room_camera::{camera_off, camera_on, read_image};
pub use room_collect::tell_later;
pub use room_rehearsal::all_come;
pub use room_store::keep as keep_deed;
pub use room_wall::{full_screen, set_colours};
pub use store::{close, forget, mark, save_sealed, set_idle};

use crate::desk::Desk;
use js_sys::Promise;
use std::sync::Arc;
use vaekstspejl::{
    browser::{content, document},
    result::{self, Parts},
};
use vaekstspejl_engine::{Content, First, Later, content::Office};
use vaekstspejl_envelope::key_file::KeyFile;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// How long one turn of work may take before the page gets its turn (milliseconds).
const TURN_MS: f64 = 30.0;

/// Fetches words and content of a language. The profile is judged for the day of its letter.
pub fn begin(desk: Desk, lang: String) {
    spawn_local(async move {
        if let Ok(parts) = result::parts().await {
            let assess = crate::screens::assess_for_the_day;
            desk.session.parts.set(Some(Parts { assess, ..parts }));
        }
        content::fetch(desk.session, lang);
    });
}

/// Everything in one language at once: never half a screen in each.
pub fn speak(desk: Desk, first: &'static First, later: &'static Later) {
    spawn_local(async move {
        let Some(office) = office(&first.lang).await else {
            return desk.session.offline.set(true);
        };
        // A few languages at most, so leaking is the simple and bounded way to share them.
        let content = Content {
            first: first.clone(),
            later: later.clone(),
        };
        desk.content.set(Some(Box::leak(Box::new(content))));
        desk.office.set(Some(Box::leak(Box::new(office))));
        look_for_room(desk);
    });
}

async fn office(lang: &str) -> Option<Office> {
    let file = document::meta(&["content-", lang, "-office"].concat())?;
    let window = web_sys::window()?;
    let response = JsFuture::from(window.fetch_with_str(&file)).await.ok()?;
    let response: web_sys::Response = response.dyn_into().ok()?;
    let buffer = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
    Office::from_bytes(&js_sys::Uint8Array::new(&buffer).to_vec()).ok()
}

/// Whether the mailbox is still open with the same key file.
fn is_open(desk: Desk, keys: &Arc<KeyFile>) -> bool {
    desk.keys
        .with_untracked(|open| open.as_ref().is_some_and(|it| Arc::ptr_eq(it, keys)))
}

/// The page gets its turn.
async fn pause() {
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, 0);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// A stretch of work that gives the page its turn when it has taken too long.
struct Turn(f64);

impl Turn {
    fn begin() -> Self {
        Self(js_sys::Date::now())
    }

    /// Whether it has taken too long. A clock that went back counts as well.
    fn is_over(&self) -> bool {
        !(0.0..TURN_MS).contains(&(js_sys::Date::now() - self.0))
    }

    async fn rest(&mut self) {
        pause().await;
        *self = Self::begin();
    }
}
