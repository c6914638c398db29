//! Listening to the events of an element.

use core::any::Any;
use leptos::{
    ev::Event,
    tachys::renderer::{Rndr, types::Element},
    wasm_bindgen::{JsCast, JsValue},
};

/// Calls back on an event of an element, until what is given back is dropped.
pub fn listen(
    element: &Element,
    event: &'static str,
    mut callback: Box<dyn FnMut(&Event) + Send>,
) -> Box<dyn Any> {
    let listener = move |event: JsValue| callback(event.unchecked_ref());
    Box::new(Rndr::add_event_listener(element, event, Box::new(listener)))
}
