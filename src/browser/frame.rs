//! The frame the app may stand in: the page around it, what that says, how high the content is,
//! and which part of it can be seen.
//!
//! What is said and who may be told is decided in `crate::embedding`. Nothing is posted to any
//! origin but those that are handed over.

/// Something that has arrived. Nothing of it is read before it is asked for, so that a flood costs
/// little.
#[derive(Debug)]
pub struct Arrival {
    #[cfg(target_arch = "wasm32")]
    event: wasm_bindgen::JsValue,
}

/// One end of a line to the page around, on which nobody else can speak.
#[derive(Debug)]
pub struct Port {
    #[cfg(target_arch = "wasm32")]
    port: wasm_bindgen::JsValue,
}

impl Arrival {
    /// Whether it is from the page around, and from nobody else.
    pub fn is_from_around(&self) -> bool {
        #[cfg(target_arch = "wasm32")]
        {
            browser::is_from_around(&self.event)
        }
        #[cfg(not(target_arch = "wasm32"))]
        false
    }

    /// The origin it came from.
    pub fn origin(&self) -> String {
        #[cfg(target_arch = "wasm32")]
        {
            browser::origin(&self.event)
        }
        #[cfg(not(target_arch = "wasm32"))]
        String::new()
    }

    /// The text, if it is one and not too long.
    pub fn text(&self) -> Option<String> {
        #[cfg(target_arch = "wasm32")]
        {
            browser::text(&self.event)
        }
        #[cfg(not(target_arch = "wasm32"))]
        None
    }

    /// The port that came with it, if it is exactly one.
    pub fn port(&self) -> Option<Port> {
        #[cfg(target_arch = "wasm32")]
        {
            browser::port(&self.event).map(|port| Port { port })
        }
        #[cfg(not(target_arch = "wasm32"))]
        None
    }
}

/// Whether this is the page for frames, in a frame.
pub fn is_framed() -> bool {
    #[cfg(target_arch = "wasm32")]
    {
        browser::is_framed().is_some()
    }
    #[cfg(not(target_arch = "wasm32"))]
    false
}

/// The origin of the page around, from browsers that tell it.
pub fn origin_around() -> Option<String> {
    #[cfg(target_arch = "wasm32")]
    {
        browser::origin_around()
    }
    #[cfg(not(target_arch = "wasm32"))]
    None
}

/// Says something to the page around if it is of one of these origins: the browser hands it to no
/// other. Then calls back with whatever comes to this window.
pub fn greet<'a>(
    origins: impl Iterator<Item = &'a str>,
    words: &str,
    arrived: impl Fn(Arrival) + 'static,
) {
    #[cfg(target_arch = "wasm32")]
    browser::greet(origins, words, arrived);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (origins.count(), words, arrived);
}

/// Listens at the port, and speaks through it from now on.
pub fn open(port: Port, heard: impl Fn(Arrival) + 'static) {
    #[cfg(target_arch = "wasm32")]
    browser::open(port.port, heard);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (port, heard);
}

/// Says something through the port; without one, nothing.
pub fn say(words: &str) {
    #[cfg(target_arch = "wasm32")]
    browser::say(words);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = words;
}

/// Calls back with the height of the content, and height and width of the window, now and whenever
/// one changes; not while the frame is not shown at all, and of a screen that comes part after part
/// only when it is whole, so that the page around moves once.
pub fn on_size(callback: impl Fn(u32, u32, u32) + 'static) {
    #[cfg(target_arch = "wasm32")]
    browser::on_size(callback);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = callback;
}

/// Calls back with where the part that can be seen begins and how high it is; 0: nothing can.
pub fn seen(then: impl FnOnce(f64, f64) + 'static) {
    #[cfg(target_arch = "wasm32")]
    browser::seen(then);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = then;
}

/// Notes on the page, for its style: a name and what holds; `None` takes it away.
pub fn note(name: &str, value: Option<&str>) {
    #[cfg(target_arch = "wasm32")]
    let _ = browser::note(name, value);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (name, value);
}

/// Calls back after so many milliseconds.
pub fn after(milliseconds: i32, then: impl FnOnce() + 'static) {
    #[cfg(target_arch = "wasm32")]
    browser::after(milliseconds, then);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (milliseconds, then);
}

/// Calls back whenever something at this place has come that the person should see.
pub fn on_reveal(callback: impl Fn(u32) + 'static) {
    #[cfg(target_arch = "wasm32")]
    browser::REVEAL.with(|place| place.replace(Some(Box::new(callback))));
    #[cfg(not(target_arch = "wasm32"))]
    let _ = callback;
}

#[cfg(target_arch = "wasm32")]
pub use browser::{ASKED, open_dialog, reveal};

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::Arrival;
    use crate::embedding::message::LONGEST;
    use core::cell::{OnceCell, RefCell};
    use js_sys::{Array, Function, JsString, Object, Reflect};
    use std::rc::Rc;
    use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
    use web_sys::{Element, HtmlDialogElement};

    type Reveal = Box<dyn Fn(u32)>;

    /// How long to wait before looking again whether all is drawn (milliseconds).
    const WHILE_DRAWING_MS: i32 = 50;

    /// On a dialog that is to be open.
    pub const ASKED: &str = "data-asked";

    thread_local! {
        static PORT: RefCell<Option<JsValue>> = const { RefCell::new(None) };
        pub static REVEAL: RefCell<Option<Reveal>> = const { RefCell::new(None) };
    }

    /// The page around, when this is the page for frames and stands in one.
    pub fn is_framed() -> Option<JsValue> {
        let window = web_sys::window()?;
        root()?.get_attribute("data-framed")?;
        let around = get(&window, "parent");
        (!Object::is(&around, &window)).then_some(around)
    }

    pub fn origin_around() -> Option<String> {
        let origins = get(&web_sys::window()?.location(), "ancestorOrigins");
        get(&origins, "0").as_string()
    }

    pub fn greet<'a>(
        origins: impl Iterator<Item = &'a str>,
        words: &str,
        arrived: impl Fn(Arrival) + 'static,
    ) {
        let (Some(window), Some(around)) = (web_sys::window(), is_framed()) else {
            return;
        };
        let listener = listener(move |event| arrived(Arrival { event }));
        let _ = window.add_event_listener_with_callback("message", &listener);
        for origin in origins {
            call(&around, "postMessage", [&words.into(), &origin.into()]);
        }
    }

    pub fn open(port: JsValue, heard: impl Fn(Arrival) + 'static) {
        let listener = listener(move |event| heard(Arrival { event }));
        let _ = Reflect::set(&port, &"onmessage".into(), &listener);
        PORT.with(|place| place.replace(Some(port)));
    }

    pub fn is_from_around(event: &JsValue) -> bool {
        let source = get(event, "source");
        web_sys::window().is_some_and(|window| Object::is(&source, &get(&window, "parent")))
    }

    pub fn origin(event: &JsValue) -> String {
        get(event, "origin").as_string().unwrap_or_default()
    }

    pub fn port(event: &JsValue) -> Option<JsValue> {
        let ports: Array = get(event, "ports").unchecked_into();
        (ports.length() == 1).then(|| ports.get(0))
    }

    pub fn say(words: &str) {
        PORT.with(|port| {
            if let Some(port) = &*port.borrow() {
                call(port, "postMessage", [&words.into(), &JsValue::UNDEFINED]);
            }
        });
    }

    /// A text no longer than a message; a longer one is not copied.
    pub fn text(event: &JsValue) -> Option<String> {
        let data = get(event, "data");
        let text: &JsString = data.dyn_ref()?;
        let short = usize::try_from(text.length()).is_ok_and(|length| length <= LONGEST);
        short.then(|| String::from(text))
    }

    pub fn on_size(callback: impl Fn(u32, u32, u32) + 'static) {
        let _ = try_on_size(callback);
    }

    fn try_on_size(callback: impl Fn(u32, u32, u32) + 'static) -> Option<()> {
        let window = web_sys::window()?;
        let document = window.document()?;
        let body = document.query_selector("body").ok()??;
        let (around, content) = (window.clone(), body.clone());
        let itself = Rc::new(OnceCell::<JsValue>::new());
        let again = itself.clone();
        let listener = listener(move |_| {
            let is_drawn = matches!(document.query_selector("[aria-busy]"), Ok(None));
            if let (false, Some(again)) = (is_drawn, again.get()) {
                let _ = around.set_timeout_with_callback_and_timeout_and_arguments_0(
                    again.unchecked_ref(),
                    WHILE_DRAWING_MS,
                );
                return;
            }
            let content = number(&rectangle(&content), "height").ceil();
            let [height, width] = ["innerHeight", "innerWidth"].map(|it| number(&around, it));
            if height > 0.0 && width > 0.0 {
                callback(content as u32, height as u32, width as u32);
            }
        });
        let _ = itself.set(listener.clone().into());
        let observer = make("ResizeObserver", &listener);
        window
            .add_event_listener_with_callback("resize", &listener)
            .ok()?;
        call(&observer, "observe", [&body, &JsValue::UNDEFINED]);
        Some(())
    }

    pub fn seen(then: impl FnOnce(f64, f64) + 'static) {
        let _ = try_seen(then);
    }

    /// Only an observer of intersections is told what pages around leave to be seen.
    fn try_seen(then: impl FnOnce(f64, f64) + 'static) -> Option<()> {
        let mut then = Some(then);
        let asked = Rc::new(OnceCell::<JsValue>::new());
        let observer = asked.clone();
        let listener = listener(move |entries| {
            if let Some(observer) = asked.get() {
                call(observer, "disconnect", [&JsValue::UNDEFINED; 2]);
            }
            let seen = get(&get(&entries, "0"), "intersectionRect");
            let (top, height) = (number(&seen, "top"), number(&seen, "height"));
            if let Some(then) = then.take() {
                then(top, height);
            }
        });
        let observer = observer.get_or_init(|| make("IntersectionObserver", &listener));
        call(observer, "observe", [&root()?.into(), &JsValue::UNDEFINED]);
        Some(())
    }

    pub fn note(name: &str, value: Option<&str>) -> Option<()> {
        let name = ["data-", name].concat();
        match value {
            Some(value) => root()?.set_attribute(&name, value).ok(),
            None => root()?.remove_attribute(&name).ok(),
        }
    }

    pub fn after(milliseconds: i32, then: impl FnOnce() + 'static) {
        let mut then = Some(then);
        let listener = listener(move |_| {
            if let Some(then) = then.take() {
                then();
            }
        });
        let _ = web_sys::window().map(|window| {
            window.set_timeout_with_callback_and_timeout_and_arguments_0(&listener, milliseconds)
        });
    }

    /// The person should see this element.
    pub fn reveal(element: &Element) {
        let top = number(&rectangle(element), "top").max(0.0);
        REVEAL.with(|reveal| {
            if let Some(reveal) = &*reveal.borrow() {
                reveal(top as u32);
            }
        });
    }

    /// Opens a dialog. In a frame it is first put where it can be seen: the middle of a long frame is
    /// out of sight, and the focus would take the page around along.
    pub fn open_dialog(dialog: &HtmlDialogElement) {
        let open = |dialog: &HtmlDialogElement| {
            // it may have been taken back while nobody looked at the page
            if !dialog.open() && dialog.get_attribute(ASKED).is_some() {
                let _ = dialog.show_modal();
            }
        };
        if is_framed().is_none() {
            return open(dialog);
        }
        let dialog = dialog.clone();
        seen(move |top, height| {
            let top = [&(top + height / 8.0).to_string(), "px"].concat().into();
            call(&get(&dialog, "style"), "setProperty", [&"top".into(), &top]);
            open(&dialog);
        });
    }

    fn root() -> Option<Element> {
        web_sys::window()?.document()?.document_element()
    }

    fn rectangle(element: &Element) -> JsValue {
        call(element, "getBoundingClientRect", [&JsValue::UNDEFINED; 2])
    }

    // The bindings have a function for each property and method, and each of them is an import of
    // the first piece: some 60 bytes after Brotli that everybody fetches, in a frame or not. These
    // few ways do for all of them.

    fn get(of: &JsValue, name: &str) -> JsValue {
        Reflect::get(of, &name.into()).unwrap_or(JsValue::UNDEFINED)
    }

    fn number(of: &JsValue, name: &str) -> f64 {
        get(of, name).as_f64().unwrap_or(0.0)
    }

    fn call(of: &JsValue, name: &str, with: [&JsValue; 2]) -> JsValue {
        let method = get(of, name).dyn_into::<Function>();
        let given = method.and_then(|it| it.call3(of, with[0], with[1], &JsValue::UNDEFINED));
        given.unwrap_or(JsValue::UNDEFINED)
    }

    fn make(kind: &str, listener: &Function) -> JsValue {
        let kind = get(&js_sys::global(), kind).dyn_into::<Function>();
        let made = kind.and_then(|it| Reflect::construct(&it, &Array::of1(listener)));
        made.unwrap_or(JsValue::UNDEFINED)
    }

    /// Lives as long as somebody may call it.
    fn listener(call: impl FnMut(JsValue) + 'static) -> Function {
        let call: Box<dyn FnMut(JsValue)> = Box::new(call);
        Closure::wrap(call).into_js_value().unchecked_into()
    }
}
