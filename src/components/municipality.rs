//! Choosing a municipality: a plain list with every name, which browsers let people type into.

use crate::{
    session::Session,
    words::{key, text},
};
use leptos::prelude::*;
use vaekstspejl_engine::{Answer, questionnaire::Item};

/// The 98 municipalities, by name.
#[component]
pub fn MunicipalityField(
    /// The item.
    item: &'static Item,
) -> impl IntoView {
    let session = Session::get();
    let chosen = {
        session.answers.with_untracked(|answers| match answers.get(&item.id) {
            Some(Answer::One(code)) if code.as_str().len() == 4 => code.as_str().to_owned(),
            _ => String::new(),
        })
    };
    let names = session
        .first
        .get_untracked()
        .map_or(&[][..], |first| &first.municipalities);
    view! {
        <select class="select" name="municipality" aria-labelledby="question-text"
            on:change=move |event| {
                let code = event_target_value(&event);
                session.answer(&item.id, (!code.is_empty()).then(|| Answer::one(&code)));
            }>
            <option value="">{text(key::TEST_MUNICIPALITY)}</option>
            {names.iter().map(|(code, name)| view! {
                <option value=code.as_str() selected=chosen == *code>{name.as_str()}</option>
            }).collect_view()}
        </select>
    }
}
