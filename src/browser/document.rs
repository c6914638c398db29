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
        let found =
            document().and_then(|document| document.query_selector(selector).ok().flatten());
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
        let Some(element) = ids.iter().find_map(|id| document.get_element_by_id(id)) else {
            return;
        };
        let mut around = element.closest("details").ok().flatten();
        while let Some(details) = around {
            let _ = details.set_attribute("open", "");
            around = details
                .parent_element()
                .and_then(|it| it.closest("details").ok().flatten());
        }
        element.scroll_into_view();
        super::frame::reveal(&element);
        // A folded row takes the focus on the line that folds it.
        let inner = element.query_selector("summary").ok().flatten();
        let target = if element.tag_name() == "DETAILS" {
            inner.unwrap_or(element)
        } else {
            element
        };
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

/// Calls back after the next frame has been painted.
pub fn when_painted(then: impl FnOnce() + 'static) {
    #[cfg(target_arch = "wasm32")]
    wasm_bindgen_futures::spawn_local(async move {
        after_paint().await;
        then();
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = then;
}

/// Moves the focus to the element of that id once it is drawn.
pub fn focus_on(id: &str) {
    #[cfg(target_arch = "wasm32")]
    {
        let id = id.to_owned();
        wasm_bindgen_futures::spawn_local(async move {
            frame().await;
            let found = document().and_then(|document| document.get_element_by_id(&id));
            if let Some(element) = found.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = element.focus();
                super::frame::reveal(&element);
            }
        });
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = id;
}

/// Opens or closes the dialog of that id; while it is open, nothing else can be reached.
pub fn set_dialog(id: &str, open: bool) {
    #[cfg(target_arch = "wasm32")]
    {
        let found = document().and_then(|document| document.get_element_by_id(id));
        if let Some(dialog) = found.and_then(|it| it.dyn_into::<web_sys::HtmlDialogElement>().ok())
        {
            let asked = super::frame::ASKED;
            match (open, dialog.open()) {
                (true, false) => {
                    let _ = dialog.set_attribute(asked, "");
                    super::frame::open_dialog(&dialog);
                }
                (false, is_open) => {
                    let _ = dialog.remove_attribute(asked);
                    if is_open {
                        dialog.close();
                    }
                }
                (true, true) => {}
            }
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (id, open);
}

/// Takes back a tick that could not be carried out.
pub fn untick(event: &leptos::ev::Event) {
    #[cfg(target_arch = "wasm32")]
    if let Some(input) = event
        .target()
        .and_then(|it| it.dyn_into::<web_sys::HtmlInputElement>().ok())
    {
        input.set_checked(false);
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = event;
}

/// Fetches the style of the result's screens, once.
#[cfg(target_arch = "wasm32")]
pub fn add_style() {
    let _ = try_add_style();
}

#[cfg(target_arch = "wasm32")]
fn try_add_style() -> Option<()> {
    const MARK: &str = "meta[name=\"later-style\"]";
    let document = document()?;
    let mark = document.query_selector(MARK).ok()??;
    let link = document.create_element("link").ok()?;
    link.set_attribute("rel", "stylesheet").ok()?;
    link.set_attribute("href", &mark.get_attribute("content")?)
        .ok()?;
    // The mark becomes the link, so a second call finds nothing to do.
    mark.replace_with_with_node_1(&link).ok()
}

/// The content of a meta element of index.html.
#[cfg(target_arch = "wasm32")]
pub fn meta(name: &str) -> Option<String> {
    let selector = ["meta[name=\"", name, "\"]"].concat();
    // A language code from the address may hold anything: then the selector is refused, not run.
    document()?
        .query_selector(&selector)
        .ok()??
        .get_attribute("content")
}

/// The hash in the name of a language's result content: which content the person sees. `0` where
/// there is none.
pub fn content_hash(lang: &str) -> String {
    #[cfg(target_arch = "wasm32")]
    let name = meta(&["content-", lang, "-later"].concat()).unwrap_or_default();
    #[cfg(not(target_arch = "wasm32"))]
    let name = lang;
    let hash = name.rsplit(['-', '/']).next().unwrap_or_default();
    let hash = hash.trim_end_matches(".bin");
    let is_hash = !hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash { hash } else { "0" }.to_owned()
}

/// Adds rules to the page's own style, after those that are there. A rule the browser does not
/// understand is left out.
#[cfg(target_arch = "wasm32")]
pub fn add_rules(rules: &[String]) {
    let sheet = document().and_then(|document| document.style_sheets().get(0));
    let Some(sheet) = sheet.and_then(|it| it.dyn_into::<web_sys::CssStyleSheet>().ok()) else {
        return;
    };
    for rule in rules {
        let end = sheet.css_rules().map_or(0, |rules| rules.length());
        let _ = sheet.insert_rule_with_index(rule, end);
    }
}

/// Puts the app where the first screen stood: empties the place, has it filled, and puts the focus
/// back on the link it was on, so that a keyboard does not start anew.
#[cfg(target_arch = "wasm32")]
pub fn take_over(fill: impl FnOnce(web_sys::HtmlElement)) {
    let root = document().and_then(|document| document.get_element_by_id("app"));
    let Some(root) = root.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return;
    };
    let focused = document()
        .and_then(|it| it.active_element())
        .filter(|it| root.contains(Some(it)))
        .and_then(|it| it.get_attribute("href"));
    root.set_text_content(None);
    fill(root.clone());
    let Some(href) = focused else { return };
    let links = root.query_selector_all("a[href]").ok();
    for place in 0..links.as_ref().map_or(0, web_sys::NodeList::length) {
        let link = links.as_ref().and_then(|links| links.item(place));
        let link = link.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(link) = link.filter(|it| it.get_attribute("href").as_ref() == Some(&href)) {
            let _ = link.focus();
            return;
        }
    }
}

/// Resolves in a task of its own, so that the browser can do something else in between: paint, or
/// answer a tap.
#[cfg(target_arch = "wasm32")]
pub async fn next_task() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback(&resolve);
        }
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// Does something again and again, each time in a task of its own, as long as it wants to go on.
pub fn in_tasks(step: impl Fn() -> bool + 'static) {
    #[cfg(target_arch = "wasm32")]
    wasm_bindgen_futures::spawn_local(async move {
        loop {
            next_task().await;
            if !step() {
                return;
            }
        }
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = step;
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

/// Whether the page is looked at.
#[cfg(target_arch = "wasm32")]
pub fn is_seen() -> bool {
    document().is_some_and(|document| !document.hidden())
}

/// Whether the focus is in a field that takes text or has its own keys.
#[cfg(target_arch = "wasm32")]
pub fn is_typing() -> bool {
    document()
        .and_then(|document| document.active_element())
        .is_some_and(|element| {
            let text = element.tag_name() == "INPUT"
                && !matches!(
                    element.get_attribute("type").as_deref(),
                    Some("radio" | "checkbox")
                );
            text || matches!(element.tag_name().as_str(), "SELECT" | "TEXTAREA")
        })
}

/// A plain number key clicks the control of that number, counted from 1.
#[cfg(target_arch = "wasm32")]
pub fn choose_by_number(event: &web_sys::Event, prefix: &str) {
    let Some(event) = event.dyn_ref::<web_sys::KeyboardEvent>() else {
        return;
    };
    if event.ctrl_key() || event.alt_key() || event.meta_key() || is_typing() {
        return;
    }
    let key = event.key();
    let &[digit @ b'1'..=b'9'] = key.as_bytes() else {
        return;
    };
    let selector = [prefix, &(digit - b'1').to_string()].concat();
    let found = document().and_then(|document| document.query_selector(&selector).ok().flatten());
    if let Some(element) = found.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
        event.prevent_default();
        let _ = element.focus();
        element.click();
    }
}

/// Does something with every input of the selector.
#[cfg(target_arch = "wasm32")]
pub fn for_each_input(selector: &str, act: impl Fn(&web_sys::HtmlInputElement)) {
    let found = document().and_then(|document| document.query_selector_all(selector).ok());
    let Some(found) = found else { return };
    for place in 0..found.length() {
        if let Some(input) = found.item(place).and_then(|it| it.dyn_into().ok()) {
            act(&input);
        }
    }
}

/// Chooses the first option of a list.
#[cfg(target_arch = "wasm32")]
pub fn select_first(selector: &str) {
    let found = document().and_then(|document| document.query_selector(selector).ok().flatten());
    if let Some(list) = found.and_then(|it| it.dyn_into::<web_sys::HtmlSelectElement>().ok()) {
        list.set_selected_index(0);
    }
}
