//! Parts of a long screen that are drawn one after the other.
//!
//! Drawn at once, the profile is one piece of work that holds up every tap on a slow phone. In turn,
//! each part is a piece of its own, and the first can be read while the others follow. Once all have
//! been drawn, later changes draw them at once.

use crate::browser::document;
use leptos::prelude::*;

/// How many parts may be drawn by now. Copies are the same count.
#[derive(Clone, Copy, Debug)]
pub struct Turns {
    drawn: RwSignal<usize>,
    parts: usize,
}

impl Turns {
    /// Lets one part after the other be drawn, `parts` in all, each in a task of its own. Where
    /// nobody waits, as when rendering text, all at once.
    pub fn begin(parts: usize) -> Self {
        let drawn = RwSignal::new(if cfg!(target_arch = "wasm32") {
            1
        } else {
            parts
        });
        document::in_tasks(move || {
            // None: the screen is gone.
            let by_now = drawn.try_update(|drawn| {
                *drawn += 1;
                *drawn
            });
            by_now.is_some_and(|by_now| by_now < parts)
        });
        Self { drawn, parts }
    }

    /// Whether parts are still to come; said to assistive technology as `aria-busy`.
    pub fn are_left(self) -> bool {
        self.drawn.get() < self.parts
    }

    /// A part that is drawn when it is its turn, counted from 0.
    pub fn part(
        self,
        place: usize,
        draw: impl Fn() -> AnyView + Send + 'static,
    ) -> impl Fn() -> AnyView + Send + 'static {
        let turn = Memo::new(move |_| self.drawn.get() > place);
        move || match turn.get() {
            true => draw(),
            false => ().into_any(),
        }
    }
}
