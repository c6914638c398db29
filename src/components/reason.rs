//! Reasons: the person's own answers behind something the page says, in words.
//!
//! Segment, needs and recommendations all rest on grounds; here they become
//! "question → answer" lines. A score leads to its dimension, an open question back to itself.

use super::{El, Kid, el, reading};
use crate::{
    browser::document,
    route::Route,
    session::Session,
    words::{filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl_engine::{
    Answer, ChoiceId, ItemId, ScaleId,
    questionnaire::{Item, Tier},
    rule::Ground,
};

/// Stands between the choices of one answer.
const BETWEEN: &str = "; ";

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
    reason_list(grounds).into_any()
}

/// The same, as an element.
pub fn reason_list(grounds: &[Ground]) -> El {
    let lines = lines(Session::get(), grounds).into_iter().map(line_view);
    el("ul", "reasons")
        .attr("role", "list")
        .kids(lines.collect())
}

/// The grounds in words; a ground whose question or dimension the content does not have is left out.
pub fn lines(session: Session, grounds: &[Ground]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for line in grounds.iter().filter_map(|ground| line(session, ground)) {
        // Two rules may look at two choices of one question: that is one answer.
        match lines
            .iter_mut()
            .find(|it| it.question == line.question && it.leads == line.leads)
        {
            Some(same) if line.leads == Leads::Nowhere => {
                same.answer = merged(&same.answer, &line.answer)
            }
            _ => lines.push(line),
        }
    }
    lines
}

/// Both answers, each choice once.
fn merged(one: &str, other: &str) -> String {
    let mut choices: Vec<&str> = one.split(BETWEEN).collect();
    for choice in other.split(BETWEEN) {
        if !choices.contains(&choice) {
            choices.push(choice);
        }
    }
    choices.join(BETWEEN)
}

fn line(session: Session, ground: &Ground) -> Option<Line> {
    let scale = |id| session.later.get()?.scale(id);
    let item = |id| session.test()?.item(id);
    Some(match ground {
        Ground::Answer { item: id, choices } => {
            let item = item(id)?;
            Line {
                question: &item.text,
                answer: labels(session, item, choices),
                leads: Leads::Nowhere,
            }
        }
        Ground::Score { scale: id, points } => {
            let scale = scale(id)?;
            let n = points.rounded().to_string();
            let band = scale.band(*points).map_or("", |band| &band.label);
            let answer = filled(key::REASON_POINTS_BAND, &[("n", &n), ("band", band)]);
            Line {
                question: &scale.title,
                answer,
                leads: Leads::Scale(id.clone()),
            }
        }
        Ground::Unanswered { item: id } => {
            let answer = text(key::REASON_OPEN).to_owned();
            Line {
                question: &item(id)?.text,
                answer,
                leads: Leads::Item(id.clone()),
            }
        }
        Ground::UnknownScore { scale: id } => {
            let answer = text(key::REASON_UNKNOWN).to_owned();
            Line {
                question: &scale(id)?.title,
                answer,
                leads: Leads::Scale(id.clone()),
            }
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
    words.join(BETWEEN)
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
    let found = session
        .first
        .get()?
        .municipalities
        .iter()
        .find(|(it, _)| it == code);
    found.map(|(_, name)| name.as_str())
}

fn line_view(line: Line) -> El {
    let answer = match line.leads {
        Leads::Nowhere => Kid::from(line.answer),
        Leads::Item(id) => item_el(&id, line.answer).into(),
        Leads::Scale(id) => scale_link(&id, line.answer).into(),
    };
    let question = el("span", "reasons__question").kid(line.question);
    el("li", "reasons__line")
        .kid(question)
        .kid(" ")
        .kid(el("span", "reasons__answer").kid(answer))
}

/// A link back to a question. A deep question is only asked when the person goes deeper,
/// so following the link is choosing to.
pub fn item_link(item: &ItemId, words: String) -> AnyView {
    item_el(item, words).into_any()
}

/// The same, as an element.
pub fn item_el(item: &ItemId, words: String) -> El {
    if reading() {
        return el("span", "").kid(words);
    }
    let session = Session::get();
    let deep = session
        .test()
        .and_then(|test| test.item(item))
        .is_some_and(|it| it.tier == Tier::Deep);
    let link = el("a", "")
        .attr(
            "href",
            Route::Test(session.questionnaire.get(), Some(item.clone())).href(),
        )
        .kid(words);
    if deep {
        link.on("click", move || session.deepen.set(true))
    } else {
        link
    }
}

/// A way to a dimension on this page. The fragment is the route, so this is a button.
pub fn scale_link(scale: &ScaleId, words: String) -> El {
    let target = dimension_id(scale);
    el("button", "link-button")
        .attr("type", "button")
        .attr("data-action", "show-dimension")
        .kid(words)
        .on("click", move || document::reveal(&[&target]))
}

/// The id of a dimension's row on the page.
pub fn dimension_id(scale: &ScaleId) -> String {
    ["dimension-", scale.as_str()].concat()
}

#[cfg(test)]
mod tests {
    use super::merged;

    #[test]
    fn an_answer_to_one_question_is_said_once() {
        assert_eq!(
            merged("late bills", "sleepless; late bills"),
            "late bills; sleepless"
        );
    }
}
