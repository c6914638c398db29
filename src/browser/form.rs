//! What stands in the controls of the question on the screen.

use leptos::ev::Event;

/// The value of the control an event is about.
pub fn value(event: &Event) -> String {
    #[cfg(target_arch = "wasm32")]
    return leptos::prelude::event_target_value(event);
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = event;
        String::new()
    }
}

/// Whether the control an event is about is ticked.
pub fn checked(event: &Event) -> bool {
    #[cfg(target_arch = "wasm32")]
    return leptos::prelude::event_target_checked(event);
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = event;
        false
    }
}

/// Ticks exactly these of the question's controls.
pub fn show_chosen(chosen: &[&str]) {
    #[cfg(target_arch = "wasm32")]
    super::document::for_each_input(".choice__control", |input| {
        input.set_checked(chosen.contains(&input.value().as_str()));
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = chosen;
}

/// Empties the list of municipalities: a choice beside it was made.
pub fn clear_list() {
    #[cfg(target_arch = "wasm32")]
    super::document::select_first(".select");
}

/// Keeps the browser from doing what it would do by itself, such as sending a form.
pub fn stay(event: &Event) {
    #[cfg(target_arch = "wasm32")]
    event.prevent_default();
    #[cfg(not(target_arch = "wasm32"))]
    let _ = event;
}
