//! What was left open: neither for nor against the person, with a way back to each question.

use super::item_link;
use crate::{
    session::Session,
    words::{filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl_engine::ItemId;

/// More questions than this are folded.
const SHOWN: usize = 5;

/// The questions left open. Nothing when there are none.
#[component]
pub fn LeftOpen() -> impl IntoView {
    let session = Session::get();
    let open = session.assessment.with(|it| it.as_ref().map(|it| it.profile.left_open.clone()))?;
    if open.is_empty() {
        return None;
    }
    let items: Vec<AnyView> = open.iter().filter_map(|id| line(session, id)).collect();
    let list = view! { <ul class="left-open__list">{items}</ul> }.into_any();
    let list = if open.len() > SHOWN {
        let words = filled(key::LEFT_SHOW, &[("n", &open.len().to_string())]);
        view! { <details class="fold"><summary>{words}</summary>{list}</details> }.into_any()
    } else {
        list
    };
    let view = view! {
        <section class="left-open" aria-labelledby="left-open-title">
            <h2 id="left-open-title">{text(key::LEFT_TITLE)}</h2>
            <p class="quiet">{text(key::LEFT_LEAD)}</p>
            {list}
        </section>
    };
    Some(view.into_any())
}

fn line(session: Session, id: &ItemId) -> Option<AnyView> {
    let item = session.test()?.item(id)?;
    // In this list an answered question is one that was answered "don't know".
    let said = session.assessment.with(|it| it.as_ref().is_some_and(|it| it.counted.answer(id).is_some()));
    let said = said.then(|| view! { " " <span class="quiet small">{text(key::LEFT_DONT_KNOW)}</span> });
    Some(view! { <li>{item_link(id, item.text.clone())}{said}</li> }.into_any())
}
