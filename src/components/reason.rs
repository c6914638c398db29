//! Reasons: the person's own answers behind something the page says, in words.
//!
//! Segment, needs and recommendations all rest on grounds; here they become
//! "question → answer" lines. A score leads to its dimension, an open question back to itself.

use crate::{
    browser::document,
    route::Route,
    session::Session,
    words::{filled, key, text},
};
use leptos::{ev, prelude::*};
use vaekstspejl_engine::{
    Answer, ChoiceId, ItemId, ScaleId,
    questionnaire::{Item, Tier},
    rule::Ground,
};

/// Where a line leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leads {
    /// It stands alone.
    Nowhere,
    /// Back to the question.
    Item(ItemId),
    /// To the dimension, taken apart.
    Scale(ScaleId),
}

/// One ground in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The question, or the name of the dimension.
    pub question: &'static str,
    /// The person's own answer, or the points.
    pub answer: String,
    /// Where it leads.
    pub leads: Leads,
}

/// The grounds as a list of "question → answer" lines.
pub fn reasons(grounds: &[Ground]) -> AnyView {
    let lines = lines(Session::get(), grounds);
    view! { <ul class="reasons" role="list">{lines.into_iter().map(line_view).collect_view()}</ul> }.into_any()
}

/// The grounds in words; a ground whose question or dimension the content does not have is left out.
pub fn lines(session: Session, grounds: &[Ground]) -> Vec<Line> {
    grounds.iter().filter_map(|ground| line(session, ground)).collect()
}

fn line(session: Session, ground: &Ground) -> Option<Line> {
    let scale = |id| session.later.get()?.scale(id);
    let item = |id| session.test()?.item(id);
    Some(match ground {
        Ground::Answer { item: id, choices } => {
            let item = item(id)?;
            Line { question: &item.text, answer: labels(session, item, choices), leads: Leads::Nowhere }
        }
        Ground::Score { scale: id, points } => {
            let scale = scale(id)?;
            let n = points.rounded().to_string();
            let band = scale.band(*points).map_or("", |band| &band.label);
            let answer = filled(key::REASON_POINTS_BAND, &[("n", &n), ("band", band)]);
            Line { question: &scale.title, answer, leads: Leads::Scale(id.clone()) }
        }
        Ground::Unanswered { item: id } => {
            let answer = text(key::REASON_OPEN).to_owned();
            Line { question: &item(id)?.text, answer, leads: Leads::Item(id.clone()) }
        }
        Ground::UnknownScore { scale: id } => {
            let answer = text(key::REASON_UNKNOWN).to_owned();
            Line { question: &scale(id)?.title, answer, leads: Leads::Scale(id.clone()) }
        }
    })
}

/// The words of some choices of an item; a municipality by its name.
pub fn labels(session: Session, item: &Item, choices: &[ChoiceId]) -> String {
    let words: Vec<&str> = choices
        .iter()
        .map(|id| match item.choice(id) {
            Some(choice) => choice.label.as_str(),
            None => municipality(session, id.as_str()).unwrap_or(""),
        })
        .collect();
    words.join("; ")
}

/// The words of an answer.
pub fn answer_words(session: Session, item: &Item, answer: Option<&Answer>) -> String {
    match answer {
        Some(Answer::DontKnow) => text(key::REASON_DONT_KNOW).to_owned(),
        Some(answer) => labels(session, item, answer.choices()),
        None => text(key::REASON_OPEN).to_owned(),
    }
}

fn municipality(session: Session, code: &str) -> Option<&'static str> {
    let found = session.first.get()?.municipalities.iter().find(|(it, ..)| it == code);
    found.map(|(_, name, _)| name.as_str())
}

fn line_view(line: Line) -> impl IntoView {
    let answer = match line.leads {
        Leads::Nowhere => line.answer.into_any(),
        Leads::Item(id) => item_link(&id, line.answer),
        Leads::Scale(id) => scale_link(&id, line.answer),
    };
    view! {
        <li class="reasons__line">
            <span class="reasons__question">{line.question}</span>
            " "
            <span class="reasons__answer">{answer}</span>
        </li>
    }
}

/// A link back to a question. A deep question is only asked when the person goes deeper,
/// so following the link is choosing to.
pub fn item_link(item: &ItemId, words: String) -> AnyView {
    let session = Session::get();
    let deep = session.test().and_then(|test| test.item(item)).is_some_and(|it| it.tier == Tier::Deep);
    let href = Route::Test(session.questionnaire.get(), Some(item.clone())).href();
    view! {
        <a href=href on:click=move |_: ev::MouseEvent| if deep { session.deepen.set(true) }>{words}</a>
    }
    .into_any()
}

/// A way to a dimension on this page. The fragment is the route, so this is a button.
pub fn scale_link(scale: &ScaleId, words: String) -> AnyView {
    let target = dimension_id(scale);
    view! {
        <button class="link-button" type="button" data-action="show-dimension"
            on:click=move |_: ev::MouseEvent| document::reveal(&[&target])>{words}</button>
    }
    .into_any()
}

/// The id of a dimension's row on the page.
pub fn dimension_id(scale: &ScaleId) -> String {
    ["dimension-", scale.as_str()].concat()
}
