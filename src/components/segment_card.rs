//! The segment: what the answers point to, why, and what would change it.

use super::{El, el, labels, reason_list};
use crate::{
    browser::document,
    session::Session,
    words::{filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl_engine::{
    Answer,
    segment::{SegmentFinding, Tone},
};

/// The card of the segment found. Under crisis it leads to help before anything else.
pub fn segment_card() -> Option<El> {
    let session = Session::get();
    let found = session.assessment.with(|it| it.as_ref()?.segment.clone())?;
    let segment = session.later.get()?.segment(&found.segment)?;
    let crisis = found.tone == Tone::Crisis;
    let border = found.distance.filter(|_| !crisis).map(|distance| {
        el("p", "").kid(filled(
            key::SEGMENT_BORDER,
            &[("n", &distance.rounded().to_string())],
        ))
    });
    // What would change it takes some thousand tries: only when the person asks.
    let asked = RwSignal::new(false);
    let class = match found.tone {
        Tone::Calm => "segment",
        Tone::Growth => "segment segment--growth",
        Tone::Crisis => "segment segment--crisis",
    };
    let help = crisis.then(|| {
        let button = el("button", "button button--primary")
            .attr("type", "button")
            .attr("data-action", "show-offers")
            .kid(text(key::SEGMENT_HELP))
            .on("click", || document::reveal(&["recommendations"]));
        el("p", "no-print").kid(button)
    });
    let change = el("details", "fold no-print")
        .kid(el("summary", "").kid(text(key::SEGMENT_CHANGE)))
        .live(move || {
            let words = asked.get().then(|| change(session, crisis)).flatten();
            words.map(|words| el("p", "").kid(words)).into_any()
        })
        .maybe(border)
        .on("toggle", move || asked.set(true));
    let why = el("details", "fold")
        .kid(el("summary", "").kid(text(key::SEGMENT_WHY)))
        .kids(why(&found));
    let card = el("section", class)
        .attr("data-segment", segment.id.as_str())
        .attr("aria-labelledby", "segment-title")
        .kid(el("p", "segment__over").kid(text(key::SEGMENT_OVER)))
        .kid(
            el("h2", "segment__title")
                .attr("id", "segment-title")
                .kid(segment.title.as_str()),
        )
        .kid(el("p", "segment__text").kid(segment.text.as_str()))
        .kid(el("p", "segment__what").kid(segment.what.as_str()))
        .maybe(help)
        .kid(el("div", "segment__folds").kid(why).kid(change));
    Some(card)
}

fn why(found: &SegmentFinding) -> Vec<El> {
    if found.grounds.is_empty() {
        return vec![el("p", "").kid(text(key::SEGMENT_WHY_NOTHING))];
    }
    vec![
        el("p", "").kid(text(key::SEGMENT_WHY_TEXT)),
        reason_list(&found.grounds),
    ]
}

/// The smallest change of answers, in words. Under crisis it does not speak of what comes after.
fn change(session: Session, crisis: bool) -> Option<String> {
    let later = session.later.get()?;
    let test = session.test()?;
    let found = session
        .assessment
        .with(|it| it.as_ref()?.smallest_change(later));
    let Some(found) = found else {
        return Some(text(key::SEGMENT_CHANGE_NONE).to_owned());
    };
    let mut words = String::new();
    for (id, answer) in &found.answers {
        let word = if words.is_empty() {
            key::SEGMENT_CHANGE_IF
        } else {
            key::SEGMENT_CHANGE_AND
        };
        let item = test.item(id)?;
        let answer = labels(session, item, Answer::choices(answer));
        words.push_str(&filled(word, &[("item", &item.text), ("answer", &answer)]));
    }
    let title = &later.segment(&found.becomes)?.title;
    let end = if crisis {
        key::SEGMENT_CHANGE_CRISIS
    } else {
        key::SEGMENT_CHANGE_THEN
    };
    words.push_str(&filled(end, &[("segment", title)]));
    Some(words)
}
