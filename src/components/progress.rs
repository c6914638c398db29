//! Progress in the test: how far, and about how long still.

use crate::{
    session::Session,
    words::{filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl_engine::questionnaire::{Item, Tier};

/// How far the person is at this item, in its stage: core or deep.
#[component]
pub fn Progress(
    /// The item being asked.
    item: &'static Item,
) -> impl IntoView {
    let session = Session::get();
    let figures = move || {
        session.path.with(|path| {
            let deep = item.tier == Tier::Deep;
            let stage: Vec<&Item> = path.iter().copied().filter(|it| (it.tier == Tier::Deep) == deep).collect();
            let place = stage.iter().position(|it| it.id == item.id).unwrap_or(0);
            let left: u32 = stage.iter().skip(place).map(|it| u32::from(it.seconds)).sum();
            (place + 1, stage.len(), left)
        })
    };
    let left = move || {
        let (_, _, seconds) = figures();
        if seconds < 45 {
            text(key::TEST_LEFT_LITTLE).to_owned()
        } else {
            filled(key::TEST_LEFT, &[("n", &seconds.div_ceil(60).to_string())])
        }
    };
    view! {
        <div class="progress">
            <progress class="progress__bar" aria-label=text(key::TEST_PROGRESS)
                max=move || figures().1.to_string() value=move || figures().0.to_string()></progress>
            <p class="progress__text">
                <span>{move || {
                    let (place, all, _) = figures();
                    filled(key::TEST_PLACE, &[("n", &place.to_string()), ("all", &all.to_string())])
                }}</span>
                <span>{left}</span>
            </p>
        </div>
    }
}
