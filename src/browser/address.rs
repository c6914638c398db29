//! The address line. Only the part after `#` changes, and that part never reaches a server.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen::{JsCast, prelude::*};

/// The part after `#`.
pub fn fragment() -> String {
    #[cfg(target_arch = "wasm32")]
    if let Some(hash) = web_sys::window().and_then(|window| window.location().hash().ok()) {
        return hash;
    }
    String::new()
}

/// A value of the query, such as `office` or `lang`.
pub fn query(name: &str) -> Option<String> {
    #[cfg(target_arch = "wasm32")]
    {
        let search = web_sys::window()?.location().search().ok()?;
        let pairs = search.trim_start_matches('?').split('&');
        let mut pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let value = pairs.find(|(key, _)| *key == name)?.1;
        let decoded = js_sys::decode_uri_component(value).ok()?;
        Some(decoded.into())
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = name;
        None
    }
}

/// The address of this page without query and fragment.
pub fn base() -> String {
    #[cfg(target_arch = "wasm32")]
    if let Some(location) = web_sys::window().map(|window| window.location()) {
        let part = |part: Result<String, JsValue>| part.unwrap_or_default();
        return [part(location.origin()), part(location.pathname())].concat();
    }
    String::new()
}

/// A text as it may stand in an address.
pub fn encoded(text: &str) -> String {
    #[cfg(target_arch = "wasm32")]
    {
        js_sys::encode_uri_component(text).into()
    }
    #[cfg(not(target_arch = "wasm32"))]
    text.to_owned()
}

/// A text as it was before it stood in an address; `None`: it cannot have stood there.
pub fn decoded(text: &str) -> Option<String> {
    #[cfg(target_arch = "wasm32")]
    {
        js_sys::decode_uri_component(text).ok().map(Into::into)
    }
    #[cfg(not(target_arch = "wasm32"))]
    Some(text.to_owned())
}

/// Goes to a fragment, as a link would: one more step in the history.
pub fn go(fragment: &str) {
    #[cfg(target_arch = "wasm32")]
    if let Some(window) = web_sys::window() {
        let _ = window.location().set_hash(fragment);
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = fragment;
}

/// Notes in the history where the person has already gone. The browser has nothing to do for it,
/// unlike for [`go`], which costs it some milliseconds on a phone.
pub fn note(fragment: &str) {
    #[cfg(target_arch = "wasm32")]
    if fragment != self::fragment()
        && let Some(history) = web_sys::window().and_then(|window| window.history().ok())
    {
        // Some browsers allow only so many in so many seconds.
        if history
            .push_state_with_url(&JsValue::NULL, "", Some(fragment))
            .is_err()
        {
            go(fragment);
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = fragment;
}

/// Puts another fragment in place of this one: no step in the history. Used when the fragment
/// carries answers, so that they do not stay in the address line.
pub fn replace(fragment: &str) {
    #[cfg(target_arch = "wasm32")]
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(fragment));
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = fragment;
}

/// Writes the language into the address, so that a reload and a shared link keep it.
pub fn remember_language(lang: &str) {
    #[cfg(target_arch = "wasm32")]
    {
        let Some(window) = web_sys::window() else {
            return;
        };
        let location = window.location();
        let search = location.search().unwrap_or_default();
        let mut pairs: Vec<String> = search
            .trim_start_matches('?')
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with("lang="))
            .map(str::to_owned)
            .collect();
        pairs.push(["lang=", lang].concat());
        let address = ["?", &pairs.join("&"), &location.hash().unwrap_or_default()].concat();
        replace(&address);
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = lang;
}

/// Loads the page again, at the same address.
pub fn reload() {
    #[cfg(target_arch = "wasm32")]
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// Calls back whenever the fragment changes.
pub fn on_change(callback: impl Fn() + 'static) {
    #[cfg(target_arch = "wasm32")]
    if let Some(window) = web_sys::window() {
        let closure = Closure::<dyn Fn()>::new(callback);
        let _ =
            window.add_event_listener_with_callback("hashchange", closure.as_ref().unchecked_ref());
        closure.forget(); // listens as long as the page lives
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = callback;
}
