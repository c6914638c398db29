//! Choosing a municipality: a plain list with every name, which browsers let people type into.

use super::{El, el};
use crate::{
    browser::form,
    session::Session,
    words::{key, text},
};
use vaekstspejl_engine::{Answer, questionnaire::Item};

/// The 98 municipalities, by name.
pub fn municipality_field(session: Session, item: &'static Item) -> El {
    let chosen = session
        .answers
        .with_untracked(|answers| answers.get(&item.id).cloned());
    let option = |code: &'static str, name: &'static str| {
        let this = chosen
            .as_ref()
            .is_some_and(|it| it.choices().iter().any(|it| *it == code));
        el("option", "")
            .attr("value", code)
            .flag("selected", this)
            .kid(name)
    };
    let names = session
        .first
        .get_untracked()
        .map_or(&[][..], |first| &first.municipalities);
    let names = names
        .iter()
        .map(|(code, name)| option(code, name))
        .collect();
    el("select", "select")
        .attr("name", "municipality")
        .attr("aria-labelledby", "question-text")
        .kid(option("", text(key::TEST_MUNICIPALITY)))
        .kids(names)
        .on_event("change", move |event| {
            let code = form::value(event);
            session.answer(&item.id, (!code.is_empty()).then(|| Answer::one(&code)));
            form::show_chosen(&[]);
        })
}
