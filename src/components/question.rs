//! One question with its choices: real radio buttons and checkboxes, so that keyboard,
//! screen reader and switch control work as the person knows them.

use super::{El, el, municipality_field};
use crate::{
    browser::form,
    session::Session,
    words::{key, text},
};
use leptos::ev;
use vaekstspejl_engine::{
    Answer, ChoiceId,
    answers::DONT_KNOW,
    questionnaire::{Choice, Item, Kind},
    relevance::Counted,
};

/// So many choices stand in two columns where there is room.
const TWO_COLUMNS: usize = 10;

/// One item of the questionnaire.
pub fn question(session: Session, item: &'static Item) -> El {
    let many = item.kind == Kind::ManyOf;
    let steps = if item.kind == Kind::Scale {
        " question__choices--steps"
    } else {
        ""
    };
    let rows = rows(session, item);
    let many_rows = if steps.is_empty() && rows.len() >= TWO_COLUMNS {
        " question__choices--many"
    } else {
        ""
    };
    let choices = el("div", "").attr("class", ["question__choices", steps, many_rows].concat());
    let mut question = el("div", "question")
        .attr("data-question", item.id.as_str())
        .attr("role", if many { "group" } else { "radiogroup" })
        .attr("aria-labelledby", "question-text")
        .on_event("keydown", by_number)
        .kid(
            el("h1", "question__text")
                .attr("id", "question-text")
                .attr("tabindex", "-1")
                .kid(item.text.as_str()),
        );
    if !item.help.is_empty() {
        let help = el("p", "question__help")
            .attr("id", "question-help")
            .kid(item.help.as_str());
        question = question.attr("aria-describedby", "question-help").kid(help);
    }
    if many {
        question = question.kid(el("p", "question__hint").kid(text(key::TEST_MANY)));
    }
    if item.kind == Kind::Municipality {
        question = question.kid(municipality_field(session, item));
    }
    question.kid(choices.kids(rows))
}

fn rows(session: Session, item: &'static Item) -> Vec<El> {
    let Some(test) = session.test() else {
        return Vec::new();
    };
    let answers = session.answers.get_untracked();
    let shown: Vec<&'static Choice> = Counted::new(test, &answers, &[]).choices_shown(item);
    let mut rows = Vec::with_capacity(shown.len() + 1);
    for choice in shown {
        rows.push(row(
            session,
            item,
            choice.id.as_str(),
            &choice.label,
            rows.len(),
        ));
    }
    rows.push(row(
        session,
        item,
        DONT_KNOW,
        text(key::TEST_DONT_KNOW),
        rows.len(),
    ));
    rows
}

fn row(
    session: Session,
    item: &'static Item,
    choice: &'static str,
    label: &'static str,
    place: usize,
) -> El {
    let checked = session.answers.with_untracked(|answers| {
        answers
            .get(&item.id)
            .is_some_and(|answer| chosen(answer).contains(&choice))
    });
    let control = el("input", "choice__control")
        .attr(
            "type",
            if item.kind == Kind::ManyOf {
                "checkbox"
            } else {
                "radio"
            },
        )
        .attr("name", "answer")
        .attr("id", ["choice-", &place.to_string()].concat())
        .attr("value", choice)
        .flag("checked", checked)
        .on_event("change", move |event| {
            let answer = changed(session, item, choice, form::checked(event));
            // What excludes each other is shown at once.
            form::show_chosen(&answer.as_ref().map_or(Vec::new(), chosen));
            form::clear_list();
            session.answer(&item.id, answer);
        });
    let class = if choice == DONT_KNOW {
        "choice choice--aside"
    } else {
        "choice"
    };
    el("label", class)
        .kid(control)
        .kid(el("span", "choice__label").kid(label))
}

/// The values of the controls that an answer ticks.
fn chosen(answer: &Answer) -> Vec<&str> {
    match answer {
        Answer::DontKnow => vec![DONT_KNOW],
        answer => answer.choices().iter().map(ChoiceId::as_str).collect(),
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
    let before = session
        .answers
        .with_untracked(|answers| answers.get(&item.id).cloned());
    let before = before.as_ref().map_or(&[][..], Answer::choices);
    let stays = |id: &&ChoiceId| **id != this && !(checked && (exclusive(id) || exclusive(&this)));
    let others = before.iter().filter(stays).map(ChoiceId::as_str);
    Answer::many(others.chain(checked.then_some(choice)))
}

/// The number keys choose: 1 the first, 2 the second …
fn by_number(event: &ev::Event) {
    #[cfg(target_arch = "wasm32")]
    crate::browser::document::choose_by_number(event, "#choice-");
    #[cfg(not(target_arch = "wasm32"))]
    let _ = event;
}
