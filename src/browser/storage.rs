//! This device's memory, used only when the person asks for it.
//!
//! One entry, holding one profile file; where the person has sent something, the sealed letters,
//! with a mark that they are there; and while they are in a workshop's room, who they are in it.
//! Besides, what the tab carries for the length of a
//! reload when the person changes to another version. Nothing else of the person is ever stored:
//! no cookie, no id.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen::{JsCast, prelude::Closure};

#[cfg(target_arch = "wasm32")]
const KEY: &str = "vaekstspejl";

/// What was kept, if anything.
pub fn kept() -> Option<String> {
    #[cfg(target_arch = "wasm32")]
    {
        storage()?.get_item(KEY).ok()?
    }
    #[cfg(not(target_arch = "wasm32"))]
    None
}

/// Keeps a text. False: the device refuses (private mode, full, forbidden).
pub fn keep(text: &str) -> bool {
    #[cfg(target_arch = "wasm32")]
    {
        storage().is_some_and(|storage| storage.set_item(KEY, text).is_ok())
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = text;
        false
    }
}

/// Forgets what was kept.
pub fn forget() {
    #[cfg(target_arch = "wasm32")]
    if let Some(storage) = storage() {
        let _ = storage.remove_item(KEY);
    }
}

/// Has the tab carry a text over a reload. False: the browser refuses.
pub fn carry(text: &str) -> bool {
    #[cfg(target_arch = "wasm32")]
    {
        of_the_tab().is_some_and(|storage| storage.set_item(KEY, text).is_ok())
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = text;
        false
    }
}

/// What the tab has carried over, which it then has no longer.
pub fn carried() -> Option<String> {
    #[cfg(target_arch = "wasm32")]
    {
        let storage = of_the_tab()?;
        let text = storage.get_item(KEY).ok()?;
        let _ = storage.remove_item(KEY);
        text
    }
    #[cfg(not(target_arch = "wasm32"))]
    None
}

/// The database of the letters.
pub const LETTERS: &str = "vaekstspejl-letters";

/// Whether letters may lie on this device. Looking into the database would make one.
pub fn has_letters() -> bool {
    #[cfg(target_arch = "wasm32")]
    {
        storage().is_some_and(|storage| storage.get_item(LETTERS).is_ok_and(|it| it.is_some()))
    }
    #[cfg(not(target_arch = "wasm32"))]
    false
}

/// Notes that letters lie on this device. False: it refuses.
pub fn note_letters() -> bool {
    #[cfg(target_arch = "wasm32")]
    {
        storage().is_some_and(|storage| storage.set_item(LETTERS, "1").is_ok())
    }
    #[cfg(not(target_arch = "wasm32"))]
    false
}

/// Forgets the letters and the note of them.
pub fn forget_letters() {
    #[cfg(target_arch = "wasm32")]
    if has_letters() {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(LETTERS);
        }
        let factory = web_sys::window().and_then(|window| window.indexed_db().ok()?);
        let _ = factory.map(|factory| factory.delete_database(LETTERS));
    }
}

/// The workshop room the person is in: the record, and the name of the locks around it.
pub const ROOM: &str = "vaekstspejl-room";

/// What is kept of a workshop room, if anything.
pub fn room() -> Option<String> {
    #[cfg(target_arch = "wasm32")]
    {
        storage()?.get_item(ROOM).ok()?
    }
    #[cfg(not(target_arch = "wasm32"))]
    None
}

/// Keeps it. False: the device refuses.
#[cfg(target_arch = "wasm32")]
pub fn keep_room(record: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(ROOM, record).is_ok())
}

/// Forgets it.
pub fn forget_room() {
    #[cfg(target_arch = "wasm32")]
    if let Some(storage) = storage() {
        let _ = storage.remove_item(ROOM);
    }
}

/// Calls back when another tab has changed what is kept of a room.
#[cfg(target_arch = "wasm32")]
pub fn on_room(callback: fn()) {
    if let Some(window) = web_sys::window() {
        let listener = move |event: web_sys::StorageEvent| {
            if event.key().is_none_or(|key| key == ROOM) {
                callback();
            }
        };
        let closure = Closure::<dyn Fn(web_sys::StorageEvent)>::new(listener);
        let _ =
            window.add_event_listener_with_callback("storage", closure.as_ref().unchecked_ref());
        closure.forget(); // listens as long as the page lives
    }
}

/// Calls back when another tab has kept something else, or (`None`) has forgotten it.
pub fn on_change(callback: impl Fn(Option<String>) + 'static) {
    #[cfg(target_arch = "wasm32")]
    if let Some(window) = web_sys::window() {
        let listener = move |event: web_sys::StorageEvent| {
            // Without a key everything was cleared.
            if event.key().is_none_or(|key| key == KEY) {
                callback(event.new_value());
            }
        };
        let closure = Closure::<dyn Fn(web_sys::StorageEvent)>::new(listener);
        let _ =
            window.add_event_listener_with_callback("storage", closure.as_ref().unchecked_ref());
        closure.forget(); // listens as long as the page lives
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = callback;
}

#[cfg(target_arch = "wasm32")]
fn of_the_tab() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok()?
}

#[cfg(target_arch = "wasm32")]
fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}
