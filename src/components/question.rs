//! One question with its choices: real radio buttons and checkboxes, so that keyboard,
//! screen reader and switch control work as the person knows them.

use super::MunicipalityField;
use crate::{
    session::Session,
    words::{key, text},
};
use leptos::{ev, prelude::*};
use vaekstspejl_engine::{
    Answer, ChoiceId,
    answers::DONT_KNOW,
    questionnaire::{Choice, Item, Kind},
    relevance::Counted,
};

/// One item of the questionnaire.
#[component]
pub fn Question(
    /// The item.
    item: &'static Item,
) -> impl IntoView {
    let help = (!item.help.is_empty()).then(|| view! {
        <p class="question__help" id="question-help">{item.help.as_str()}</p>
    });
    let hint = (item.kind == Kind::ManyOf).then(|| view! {
        <p class="question__hint">{text(key::TEST_MANY)}</p>
    });
    let described = (!item.help.is_empty()).then_some("question-help");
    let role = if item.kind == Kind::ManyOf { "group" } else { "radiogroup" };
    view! {
        <div class="question" data-question=item.id.as_str() role=role
            aria-labelledby="question-text" aria-describedby=described
            on:keydown=move |event| by_number(&event)>
            <h1 class="question__text" id="question-text" tabindex="-1">{item.text.as_str()}</h1>
            {help}
            {hint}
            {(item.kind == Kind::Municipality).then(|| view! { <MunicipalityField item=item/> })}
            <div class="question__choices" class:question__choices--steps=item.kind == Kind::Scale>
                {choices(item)}
            </div>
        </div>
    }
}

fn choices(item: &'static Item) -> impl IntoView {
    let session = Session::get();
    let answers = session.answers.get_untracked();
    let shown: Vec<&'static Choice> = session.test().map_or(Vec::new(), |test| {
        Counted::new(test, &answers, &[]).choices_shown(item)
    });
    let kind = if item.kind == Kind::ManyOf { "checkbox" } else { "radio" };
    let dont_know = choice_row(item, kind, DONT_KNOW, text(key::TEST_DONT_KNOW), shown.len(), true);
    let rows: Vec<_> = shown
        .into_iter()
        .enumerate()
        .map(|(place, choice)| choice_row(item, kind, choice.id.as_str(), &choice.label, place, false))
        .collect();
    view! { {rows} {dont_know} }
}

fn choice_row(
    item: &'static Item,
    kind: &'static str,
    choice: &'static str,
    label: &'static str,
    place: usize,
    aside: bool,
) -> impl IntoView {
    let session = Session::get();
    let checked = move || {
        session.answers.with(|answers| match answers.get(&item.id) {
            Some(Answer::DontKnow) => choice == DONT_KNOW,
            Some(answer) => answer.choices().iter().any(|it| *it == choice),
            None => false,
        })
    };
    let change = move |event: ev::Event| {
        let answer = changed(session, item, choice, event_target_checked(&event));
        session.answer(&item.id, answer);
    };
    let id = ["choice-", &place.to_string()].concat();
    view! {
        <label class="choice" class:choice--aside=aside>
            <input class="choice__control" type=kind name="answer" id=id value=choice
                prop:checked=checked on:change=change/>
            <span class="choice__label">{label}</span>
        </label>
    }
}

/// The answer after a choice has been made or taken back.
fn changed(session: Session, item: &Item, choice: &str, checked: bool) -> Option<Answer> {
    if choice == DONT_KNOW {
        return checked.then_some(Answer::DontKnow);
    }
    if item.kind != Kind::ManyOf {
        return Some(Answer::one(choice));
    }
    let exclusive = |id: &ChoiceId| item.choice(id).is_some_and(|it| it.exclusive);
    let this = ChoiceId::from(choice);
    let before = session.answers.with_untracked(|answers| answers.get(&item.id).cloned());
    let before = before.as_ref().map_or(&[][..], Answer::choices);
    let others = before.iter().filter(|id| **id != this && !(checked && (exclusive(id) || exclusive(&this))));
    Answer::many(others.map(ChoiceId::as_str).chain(checked.then_some(choice)))
}

/// The number keys choose: 1 the first, 2 the second …
fn by_number(event: &ev::KeyboardEvent) {
    #[cfg(target_arch = "wasm32")]
    {
        let plain = !(event.ctrl_key() || event.alt_key() || event.meta_key());
        let typing = crate::browser::document::is_typing();
        if let Some(number) = event.key().parse::<usize>().ok().filter(|it| plain && !typing && (1..=9).contains(it)) {
            event.prevent_default();
            crate::browser::document::click(&["#choice-", &(number - 1).to_string()].concat());
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = event;
}
