//! Files the person saves or opens, and the clipboard. Made and read on the device.

/// Offers a text as a file to save.
pub fn save(name: &str, kind: &str, text: &str) {
    #[cfg(target_arch = "wasm32")]
    browser::save(name, kind, text);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (name, kind, text);
}

/// Offers bytes as a file to save.
pub fn save_bytes(name: &str, bytes: &[u8]) {
    #[cfg(target_arch = "wasm32")]
    browser::save_bytes(name, bytes);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (name, bytes);
}

/// Copies a text; calls back with whether it worked.
pub fn copy(text: &str, done: impl Fn(bool) + 'static) {
    #[cfg(target_arch = "wasm32")]
    browser::copy(text, done);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (text, done);
}

/// What came of reading a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// Its text.
    Text(String),
    /// Larger than any profile: not looked at.
    TooLong,
    /// The browser could not read it.
    Unreadable,
}

/// Reads the file chosen in an input. Nothing is called back when none was chosen.
pub fn read_chosen(event: &leptos::ev::Event, done: impl Fn(Read) + 'static) {
    #[cfg(target_arch = "wasm32")]
    browser::read(browser::chosen(event), done);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (event, done);
}

/// Reads the file dropped on an element. Nothing is called back when none was dropped.
pub fn read_dropped(event: &leptos::ev::DragEvent, done: impl Fn(Read) + 'static) {
    #[cfg(target_arch = "wasm32")]
    browser::read(browser::dropped(event), done);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (event, done);
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::Read;
    use vaekstspejl_engine::profile_file::LONGEST;
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::{JsFuture, spawn_local};

    pub fn save(name: &str, kind: &str, text: &str) {
        let parts = js_sys::Array::of1(&JsValue::from_str(text));
        let options = web_sys::BlobPropertyBag::new();
        options.set_type(kind);
        let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options);
        let _ = blob.ok().and_then(|blob| offer(name, &blob));
    }

    pub fn save_bytes(name: &str, bytes: &[u8]) {
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
        let blob = web_sys::Blob::new_with_u8_array_sequence(&parts);
        let _ = blob.ok().and_then(|blob| offer(name, &blob));
    }

    fn offer(name: &str, blob: &web_sys::Blob) -> Option<()> {
        let address = web_sys::Url::create_object_url_with_blob(blob).ok()?;
        let document = web_sys::window()?.document()?;
        let link: web_sys::HtmlAnchorElement =
            document.create_element("a").ok()?.dyn_into().ok()?;
        link.set_href(&address);
        link.set_download(name);
        link.click();
        web_sys::Url::revoke_object_url(&address).ok()
    }

    pub fn copy(text: &str, done: impl Fn(bool) + 'static) {
        let Some(window) = web_sys::window() else {
            return done(false);
        };
        let promise = window.navigator().clipboard().write_text(text);
        spawn_local(async move { done(JsFuture::from(promise).await.is_ok()) });
    }

    pub fn chosen(event: &web_sys::Event) -> Option<web_sys::File> {
        let input: web_sys::HtmlInputElement = event.target()?.dyn_into().ok()?;
        let file = input.files()?.get(0);
        input.set_value(""); // so that choosing the same file again is noticed
        file
    }

    pub fn dropped(event: &web_sys::DragEvent) -> Option<web_sys::File> {
        event.data_transfer()?.files()?.get(0)
    }

    pub fn read(file: Option<web_sys::File>, done: impl Fn(Read) + 'static) {
        let Some(file) = file else { return };
        if file.size() > LONGEST as f64 {
            return done(Read::TooLong);
        }
        let text = file.text();
        spawn_local(async move {
            let text = JsFuture::from(text)
                .await
                .ok()
                .and_then(|text| text.as_string());
            done(text.map_or(Read::Unreadable, Read::Text));
        });
    }
}
