//! The document: its language, its title, where the focus is, printing.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen::JsCast;

/// Tells the browser and the screen reader which language the page speaks.
pub fn set_language(lang: &str, direction: &str) {
    #[cfg(target_arch = "wasm32")]
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute("lang", lang);
        let _ = root.set_attribute("dir", direction);
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (lang, direction);
}

/// Sets the title of the tab.
pub fn set_title(title: &str) {
    #[cfg(target_arch = "wasm32")]
    if let Some(document) = document() {
        document.set_title(title);
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = title;
}

/// Moves the focus to the first element of the selector once it is there, without scrolling jumps:
/// so a screen reader reads the new screen and the keyboard starts at its top.
pub fn focus(selector: &'static str) {
    #[cfg(target_arch = "wasm32")]
    wasm_bindgen_futures::spawn_local(async move {
        frame().await;
        let found = document().and_then(|document| document.query_selector(selector).ok().flatten());
        if let Some(element) = found.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
        }
        if let Some(window) = web_sys::window() {
            window.scroll_to_with_x_and_y(0.0, 0.0);
        }
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = selector;
}

/// Shows the first of these elements that is there: opens what it is folded into, and moves the
/// focus and the view to it.
pub fn reveal(ids: &[&str]) {
    #[cfg(target_arch = "wasm32")]
    {
        let Some(document) = document() else { return };
        let Some(element) = ids.iter().find_map(|id| document.get_element_by_id(id)) else { return };
        let mut around = element.closest("details").ok().flatten();
        while let Some(details) = around {
            let _ = details.set_attribute("open", "");
            around = details.parent_element().and_then(|it| it.closest("details").ok().flatten());
        }
        element.scroll_into_view();
        // A folded row takes the focus on the line that folds it.
        let inner = element.query_selector("summary").ok().flatten();
        let target = if element.tag_name() == "DETAILS" { inner.unwrap_or(element) } else { element };
        if let Ok(target) = target.dyn_into::<web_sys::HtmlElement>() {
            let _ = target.focus();
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = ids;
}

/// Opens the print dialog.
pub fn print() {
    #[cfg(target_arch = "wasm32")]
    if let Some(window) = web_sys::window() {
        let _ = window.print();
    }
}

/// The content of a meta element of index.html.
#[cfg(target_arch = "wasm32")]
pub fn meta(name: &str) -> Option<String> {
    let selector = ["meta[name=\"", name, "\"]"].concat();
    // A language code from the address may hold anything: then the selector is refused, not run.
    document()?.query_selector(&selector).ok()??.get_attribute("content")
}

/// The element the app lives in, emptied.
#[cfg(target_arch = "wasm32")]
pub fn emptied_root() -> Option<web_sys::HtmlElement> {
    let root = document()?.get_element_by_id("app")?;
    root.set_text_content(None);
    root.dyn_into().ok()
}

/// Resolves after the next frame has been painted.
#[cfg(target_arch = "wasm32")]
pub async fn after_paint() {
    frame().await;
    frame().await;
}

#[cfg(target_arch = "wasm32")]
async fn frame() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.request_animation_frame(&resolve);
        }
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

#[cfg(target_arch = "wasm32")]
fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}

/// Whether the focus is in a field that takes text or has its own keys.
#[cfg(target_arch = "wasm32")]
pub fn is_typing() -> bool {
    document().and_then(|document| document.active_element()).is_some_and(|element| {
        let text = element.tag_name() == "INPUT"
            && !matches!(element.get_attribute("type").as_deref(), Some("radio" | "checkbox"));
        text || matches!(element.tag_name().as_str(), "SELECT" | "TEXTAREA")
    })
}

/// Clicks the first element of the selector and moves the focus there.
#[cfg(target_arch = "wasm32")]
pub fn click(selector: &str) {
    let found = document().and_then(|document| document.query_selector(selector).ok().flatten());
    if let Some(element) = found.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
        element.click();
    }
}
