//! What was left open: neither for nor against the person, with a way back to each question.

use super::{El, el, item_el};
use crate::{
    session::Session,
    words::{filled, key, text},
};
use vaekstspejl_engine::ItemId;

/// More questions than this are folded.
const SHOWN: usize = 5;

/// The questions left open. Nothing when there are none.
pub fn left_open() -> Option<El> {
    let session = Session::get();
    let open = session
        .assessment
        .with(|it| it.as_ref().map(|it| it.profile.left_open.clone()))?;
    if open.is_empty() {
        return None;
    }
    let mut list =
        el("ul", "left-open__list").kids(open.iter().filter_map(|id| line(session, id)).collect());
    if open.len() > SHOWN {
        let words = filled(key::LEFT_SHOW, &[("n", &open.len().to_string())]);
        list = el("details", "fold")
            .kid(el("summary", "").kid(words))
            .kid(list);
    }
    let section = el("section", "left-open")
        .attr("aria-labelledby", "left-open-title")
        .kid(
            el("h2", "")
                .attr("id", "left-open-title")
                .kid(text(key::LEFT_TITLE)),
        )
        .kid(el("p", "quiet").kid(text(key::LEFT_LEAD)))
        .kid(list);
    Some(section)
}

fn line(session: Session, id: &ItemId) -> Option<El> {
    let item = session.test()?.item(id)?;
    // In this list an answered question is one that was answered "don't know".
    let said = session.assessment.with(|it| {
        it.as_ref()
            .is_some_and(|it| it.counted.answer(id).is_some())
    });
    let link = el("li", "").kid(item_el(id, item.text.clone()));
    Some(if said {
        link.kid(" ")
            .kid(el("span", "quiet small").kid(text(key::LEFT_DONT_KNOW)))
    } else {
        link
    })
}
