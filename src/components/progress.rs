//! Progress in the test: how far, and about how long still.

use super::{El, el};
use crate::{
    session::Session,
    words::{filled, key, text},
};
use vaekstspejl_engine::questionnaire::{Item, Tier};

/// Below this many seconds, minutes are not counted any more.
const LITTLE: u32 = 45;

/// How far the person is at this item, in its stage: core or deep.
pub fn progress(session: Session, item: &Item) -> El {
    let deep = item.tier == Tier::Deep;
    let (place, all, seconds) = session.path.with_untracked(|path| {
        let stage = || path.iter().filter(|it| (it.tier == Tier::Deep) == deep);
        let place = stage().position(|it| it.id == item.id).unwrap_or(0);
        let left: u32 = stage().skip(place).map(|it| u32::from(it.seconds)).sum();
        (place + 1, stage().count(), left)
    });
    let left = if seconds < LITTLE {
        text(key::TEST_LEFT_LITTLE).to_owned()
    } else {
        filled(key::TEST_LEFT, &[("n", &seconds.div_ceil(60).to_string())])
    };
    let (place, all) = (place.to_string(), all.to_string());
    let said = filled(key::TEST_PLACE, &[("n", &place), ("all", &all)]);
    let bar = el("progress", "progress__bar")
        .attr("aria-label", text(key::TEST_PROGRESS))
        .attr("max", all)
        .attr("value", place);
    let words = el("p", "progress__text")
        .kid(el("span", "").kid(said))
        .kid(el("span", "").kid(left));
    el("div", "progress").kid(bar).kid(words)
}
