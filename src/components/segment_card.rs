//! The segment: what the answers point to, why, and what would change it.

use super::{labels, reasons};
use crate::{
    browser::document,
    session::Session,
    words::{filled, key, text},
};
use leptos::{ev, prelude::*};
use vaekstspejl_engine::{
    Answer,
    segment::{SegmentFinding, Tone},
};

/// The card of the segment found. Under crisis it leads to help before anything else.
#[component]
pub fn SegmentCard() -> impl IntoView {
    let session = Session::get();
    let found = session.assessment.with(|it| it.as_ref()?.segment.clone())?;
    let segment = session.later.get()?.segment(&found.segment)?;
    let crisis = found.tone == Tone::Crisis;
    let border = found.distance.filter(|_| !crisis).map(|distance| {
        view! { <p>{filled(key::SEGMENT_BORDER, &[("n", &distance.rounded().to_string())])}</p> }
    });
    // What would change it takes some thousand tries: only when the person asks.
    let asked = RwSignal::new(false);
    let class = match found.tone {
        Tone::Calm => "segment",
        Tone::Growth => "segment segment--growth",
        Tone::Crisis => "segment segment--crisis",
    };
    let view = view! {
        <section class=class data-segment=segment.id.as_str() aria-labelledby="segment-title">
            <p class="segment__over">{text(key::SEGMENT_OVER)}</p>
            <h2 class="segment__title" id="segment-title">{segment.title.as_str()}</h2>
            <p class="segment__text">{segment.text.as_str()}</p>
            <p class="segment__what">{segment.what.as_str()}</p>
            {crisis.then(|| view! {
                <p class="no-print">
                    <button class="button button--primary" type="button" data-action="show-offers"
                        on:click=move |_: ev::MouseEvent| document::reveal(&["recommendations"])>
                        {text(key::SEGMENT_HELP)}
                    </button>
                </p>
            })}
            <div class="segment__folds">
                <details class="fold">
                    <summary>{text(key::SEGMENT_WHY)}</summary>
                    {why(&found)}
                </details>
                <details class="fold no-print" on:toggle=move |_| asked.set(true)>
                    <summary>{text(key::SEGMENT_CHANGE)}</summary>
                    {move || asked.get().then(|| view! { <p>{change(session, crisis)}</p> })}
                    {border}
                </details>
            </div>
        </section>
    };
    Some(view.into_any())
}

fn why(found: &SegmentFinding) -> AnyView {
    if found.grounds.is_empty() {
        return view! { <p>{text(key::SEGMENT_WHY_NOTHING)}</p> }.into_any();
    }
    view! {
        <p>{text(key::SEGMENT_WHY_TEXT)}</p>
        {reasons(&found.grounds)}
    }
    .into_any()
}

/// The smallest change of answers, in words. Under crisis it does not speak of what comes after.
fn change(session: Session, crisis: bool) -> Option<String> {
    let later = session.later.get()?;
    let test = session.test()?;
    let found = session.assessment.with(|it| it.as_ref()?.smallest_change(later));
    let Some(found) = found else { return Some(text(key::SEGMENT_CHANGE_NONE).to_owned()) };
    let mut words = String::new();
    for (id, answer) in &found.answers {
        let word = if words.is_empty() { key::SEGMENT_CHANGE_IF } else { key::SEGMENT_CHANGE_AND };
        let item = test.item(id)?;
        let answer = labels(session, item, Answer::choices(answer));
        words.push_str(&filled(word, &[("item", &item.text), ("answer", &answer)]));
    }
    let title = &later.segment(&found.becomes)?.title;
    let end = if crisis { key::SEGMENT_CHANGE_CRISIS } else { key::SEGMENT_CHANGE_THEN };
    words.push_str(&filled(end, &[("segment", title)]));
    Some(words)
}
