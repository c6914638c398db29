//! When the program fails: a plain screen that says so and still offers the person's own file.
//!
//! The last state is kept beside the components, because they may not be trusted any more.

use std::cell::RefCell;

thread_local! {
    static LAST: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Remembers the profile file of this moment, in memory only.
pub fn remember(file: String) {
    LAST.with(|last| {
        if let Ok(mut last) = last.try_borrow_mut() {
            *last = file;
        }
    });
}

/// From now on a panic shows the plain screen.
pub fn catch() {
    #[cfg(target_arch = "wasm32")]
    std::panic::set_hook(Box::new(|_| show()));
}

/// Shows the plain screen of index.html (`#crash`) in place of everything else.
pub fn show() {
    #[cfg(target_arch = "wasm32")]
    let _ = browser::show();
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::LAST;
    use wasm_bindgen::JsValue;

    pub fn show() -> Option<()> {
        let document = web_sys::window()?.document()?;
        document.get_element_by_id("app")?.remove();
        let screen = document.get_element_by_id("crash")?;
        screen.remove_attribute("hidden").ok()?;
        // The net before the device: the version that failed is on the device (scripts/worker.js).
        let again = screen.query_selector("a:not(#crash-file)").ok().flatten();
        let query = web_sys::window()?.location().search().unwrap_or_default();
        let query = ["?", query.trim_start_matches('?'), "&fresh"].concat();
        let _ = again.map(|link| link.set_attribute("href", &query));
        let file = LAST.with(|last| {
            last.try_borrow()
                .map(|last| last.clone())
                .unwrap_or_default()
        });
        let link = document.get_element_by_id("crash-file")?;
        if file.is_empty() {
            link.remove();
            return Some(());
        }
        let options = web_sys::BlobPropertyBag::new();
        options.set_type("application/json");
        let parts = js_sys::Array::of1(&JsValue::from_str(&file));
        let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
        let address = web_sys::Url::create_object_url_with_blob(&blob).ok()?;
        link.set_attribute("href", &address).ok()
    }
}
