//! Files the person saves or opens, and the clipboard. Made and read on the device.

/// Offers a text as a file to save.
pub fn save(name: &str, kind: &str, text: &str) {
    #[cfg(target_arch = "wasm32")]
    browser::save(name, kind, text);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (name, kind, text);
}

/// Copies a text; calls back with whether it worked.
pub fn copy(text: &str, done: impl Fn(bool) + 'static) {
    #[cfg(target_arch = "wasm32")]
    browser::copy(text, done);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (text, done);
}

/// Reads the file chosen in an input as text; `None`: no file, too large, or unreadable.
#[cfg(target_arch = "wasm32")]
pub use browser::read;

#[cfg(target_arch = "wasm32")]
mod browser {
    use vaekstspejl_engine::profile_file::LONGEST;
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::{JsFuture, spawn_local};

    pub fn save(name: &str, kind: &str, text: &str) {
        let _ = try_save(name, kind, text);
    }

    fn try_save(name: &str, kind: &str, text: &str) -> Option<()> {
        let options = web_sys::BlobPropertyBag::new();
        options.set_type(kind);
        let parts = js_sys::Array::of1(&JsValue::from_str(text));
        let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
        let address = web_sys::Url::create_object_url_with_blob(&blob).ok()?;
        let document = web_sys::window()?.document()?;
        let link: web_sys::HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
        link.set_href(&address);
        link.set_download(name);
        link.click();
        web_sys::Url::revoke_object_url(&address).ok()
    }

    pub fn copy(text: &str, done: impl Fn(bool) + 'static) {
        let Some(window) = web_sys::window() else { return done(false) };
        let promise = window.navigator().clipboard().write_text(text);
        spawn_local(async move { done(JsFuture::from(promise).await.is_ok()) });
    }

    /// Reads the file chosen in an input; calls back with its text, or `None` when it is too
    /// large or cannot be read.
    pub fn read(event: &web_sys::Event, done: impl Fn(Option<String>) + 'static) {
        let file = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok())
            .and_then(|input| input.files())
            .and_then(|files| files.get(0));
        let Some(file) = file else { return };
        if file.size() > LONGEST as f64 {
            return done(None);
        }
        let text = file.text();
        spawn_local(async move {
            done(JsFuture::from(text).await.ok().and_then(|text| text.as_string()));
        });
    }
}
