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
    let chosen = move || {
        session.answers.with(|answers| match answers.get(&item.id) {
            Some(Answer::One(code)) if code.as_str().len() == 4 => code.as_str().to_owned(),
            _ => String::new(),
        })
    };
    let mut names: Vec<(&'static str, &'static str)> = session
        .first
        .get_untracked()
        .map_or(&[][..], |first| &first.municipalities)
        .iter()
        .map(|(code, name, _)| (code.as_str(), name.as_str()))
        .collect();
    names.sort_by_key(|(_, name)| danish_order(name));
    view! {
        <select class="select" name="municipality" aria-labelledby="question-text"
            prop:value=chosen
            on:change=move |event| {
                let code = event_target_value(&event);
                session.answer(&item.id, (!code.is_empty()).then(|| Answer::one(&code)));
            }>
            <option value="">{text(key::TEST_MUNICIPALITY)}</option>
            {names.into_iter().map(|(code, name)| view! {
                <option value=code selected=move || chosen() == code>{name}</option>
            }).collect_view()}
        </select>
    }
}

/// The Danish alphabet ends in æ, ø, å; in Unicode å comes before æ.
fn danish_order(name: &str) -> String {
    name.to_lowercase().replace('å', "\u{fff0}").replace("aa", "\u{fff0}")
}

#[cfg(test)]
mod tests {
    use super::danish_order;

    #[test]
    fn names_stand_in_the_order_of_the_danish_alphabet() {
        let mut names = ["Aarhus", "Ærø", "Åbenrå", "Odense", "Ølby", "Aalborg"];
        names.sort_by_key(|name| danish_order(name));
        assert_eq!(names, ["Odense", "Ærø", "Ølby", "Åbenrå", "Aalborg", "Aarhus"]);
    }
}
