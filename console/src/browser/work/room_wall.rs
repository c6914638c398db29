//! The screen that is thrown on the wall.

use crate::room::now::Colours;

pub fn full_screen() {
    let Some(document) = web_sys::window().and_then(|it| it.document()) else {
        return;
    };
    if document.fullscreen_element().is_some() {
        return document.exit_fullscreen();
    }
    if let Some(root) = document.document_element() {
        // Refused: it stays as it is.
        let _ = root.request_fullscreen();
    }
}

pub fn set_colours(colours: Colours) {
    let root = web_sys::window()
        .and_then(|it| it.document())
        .and_then(|it| it.document_element());
    let Some(root) = root else { return };
    let _ = match colours {
        Colours::Own => root.remove_attribute("data-colours"),
        Colours::Light => root.set_attribute("data-colours", "light"),
        Colours::Dark => root.set_attribute("data-colours", "dark"),
    };
}
