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
    let deep = item.tier == Tier::Deep;
    let (place, all, seconds) = Session::get().path.with_untracked(|path| {
        let stage = || path.iter().filter(|it| (it.tier == Tier::Deep) == deep);
        let place = stage().position(|it| it.id == item.id).unwrap_or(0);
        let left: u32 = stage().skip(place).map(|it| u32::from(it.seconds)).sum();
        (place + 1, stage().count(), left)
    });
    let left = if seconds < 45 {
        text(key::TEST_LEFT_LITTLE).to_owned()
    } else {
        filled(key::TEST_LEFT, &[("n", &seconds.div_ceil(60).to_string())])
    };
    let (place, all) = (place.to_string(), all.to_string());
    let said = filled(key::TEST_PLACE, &[("n", &place), ("all", &all)]);
    view! {
        <div class="progress">
            <progress class="progress__bar" aria-label=text(key::TEST_PROGRESS) max=all value=place></progress>
            <p class="progress__text"><span>{said}</span><span>{left}</span></p>
        </div>
    }
}
