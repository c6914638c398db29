//! This device's memory, used only when the person asks for it.
//!
//! One entry, holding one profile file. Nothing else is ever stored: no cookie, no id.

use vaekstspejl_engine::profile_file::ProfileFile;

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

/// What was kept when this program cannot read it: damaged, or of a newer version.
pub fn kept_unreadable() -> Option<String> {
    kept().filter(|text| ProfileFile::from_json(text).is_err())
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

#[cfg(target_arch = "wasm32")]
fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}
