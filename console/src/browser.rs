//! What takes time or a browser: key files, the store on this device, the relay.
//!
//! Everything runs in the page in short turns, so that nothing freezes; what is locked while it
//! runs is let go. The order is: list, check, store (confirmed), show. Natively nothing happens.

use crate::desk::Desk;
use vaekstspejl_engine::{First, Later};
use vaekstspejl_envelope::Sid;
use vaekstspejl_workshop::hall::Deed;

pub mod wall;
#[cfg(target_arch = "wasm32")]
mod work;

/// Defines functions that the browser carries out and that do nothing natively.
macro_rules! in_browser {
    ($($(#[$doc:meta])* fn $name:ident($($arg:ident: $kind:ty),*);)*) => {$(
        $(#[$doc])*
        pub fn $name($($arg: $kind),*) {
            #[cfg(target_arch = "wasm32")]
            work::$name($($arg),*);
            #[cfg(not(target_arch = "wasm32"))]
            let _ = ($($arg),*);
        }
    )*};
}

/// What was seen in an image or by the camera.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Codes, as text.
    Texts(Vec<String>),
    /// An image without a code.
    Nothing,
    /// No image.
    NoImage,
    /// There is no camera, or the browser may not use it.
    NoCamera,
}

/// Looks for codes in the image chosen in an input.
pub fn read_image(event: &leptos::ev::Event, seen: impl Fn(Seen) + 'static) {
    #[cfg(target_arch = "wasm32")]
    work::read_image(event, seen);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (event, seen);
}

/// Switches the camera on and looks for codes until it is switched off.
pub fn camera_on(seen: impl Fn(Seen) + Copy + 'static) {
    #[cfg(target_arch = "wasm32")]
    work::camera_on(seen);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = seen;
}

in_browser! {
    /// Switches the camera off.
    fn camera_off();
    /// The page fills the screen, or does no more.
    fn full_screen();
    /// The colours of the page.
    fn set_colours(colours: crate::room::now::Colours);

    /// Fetches words and content of a language.
    fn begin(desk: Desk, lang: String);
    /// The app's content has come in a language: fetches the office's.
    fn speak(desk: Desk, first: &'static First, later: &'static Later);
    /// Opens a key file, then the mailbox.
    fn unlock(desk: Desk, text: String, phrase: String);
    /// Lets the store of the mailbox go.
    fn close();
    /// Fetches what is new.
    fn fetch(desk: Desk);
    /// Marks a letter in the store.
    fn mark(desk: Desk, sid: Sid, handled: bool);
    /// Deletes a letter in the mailbox, and here once it is gone there.
    fn delete(desk: Desk, sid: Sid);
    /// Takes everything that is stored here out of the mailbox.
    fn empty(desk: Desk);
    /// Saves all letters, opened, as one file.
    fn export(desk: Desk, format: crate::screens::Format);
    /// Offers all sealed letters of this device as a file.
    fn save_sealed(desk: Desk);
    /// Deletes everything of this mailbox on this device.
    fn forget(desk: Desk);
    /// Remembers how long the mailbox stays open without use.
    fn set_idle(desk: Desk, minutes: u32);
    /// Draws the key and the passphrase of a new office.
    fn draw(desk: Desk, office: vaekstspejl_envelope::key_file::Office);
    /// Draws a new passphrase for the key file that is open.
    fn draw_words(desk: Desk);
    /// Makes a new key, after the passphrase has opened the old file.
    fn rotate(desk: Desk, phrase: String);
    /// Makes the text of the key file under the new passphrase.
    fn write_file(desk: Desk);
    /// Opens the file that was saved once more.
    fn reopen(desk: Desk, text: String);
    /// Asks the relay for the mailbox.
    fn create_mailbox(desk: Desk, token: String);
    /// Asks the relay how the mailbox is.
    fn ask_state(desk: Desk);
    /// Opens the mailbox with the file just made.
    fn use_made(desk: Desk);
    /// Looks for a workshop room on this device.
    fn look_for_room(desk: Desk);
    /// Opens a room at a relay, by a grant, for so many hours; keeps the grant on wish.
    fn open_room(desk: Desk, relay: String, grant: String, hours: u64, keep: bool);
    /// Opens a room with invented people.
    fn open_rehearsal(desk: Desk);
    /// Lets all invented people come now.
    fn all_come(desk: Desk);
    /// Keeps relay and grant for the next room, or forgets them.
    fn keep_grant(desk: Desk, kept: Option<crate::room::now::Kept>);
    /// Keeps what was done in the room.
    fn keep_deed(desk: Desk, deed: Deed);
    /// Tells the phones their places once the plan rests.
    fn tell_later(desk: Desk);
    /// Takes nobody more.
    fn close_room(desk: Desk);
    /// Deletes the room at the relay and here.
    fn delete_room(desk: Desk);
    /// Deletes a room that cannot be read here.
    fn delete_unread_room(desk: Desk);
}
