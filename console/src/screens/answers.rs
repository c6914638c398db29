//! The answers in words, in the order they were asked.

use crate::words::{key, text};
use vaekstspejl::{
    components::{El, answer_words, el},
    session::Session,
};
use vaekstspejl_engine::Assessment;

/// A table of questions and answers; those left open are in it.
pub fn answers(session: Session, assessment: &Assessment<'_>) -> El {
    let test = session.test();
    let rows = assessment.counted.answered().filter_map(|(item, answer)| {
        // By its id, in the language of the page.
        let item = test?.item(&item.id)?;
        let row = el("tr", "")
            .kid(el("th", "").attr("scope", "row").kid(item.text.as_str()))
            .kid(el("td", "").kid(answer_words(session, item, answer)));
        Some(row)
    });
    let head = el("tr", "")
        .kid(
            el("th", "")
                .attr("scope", "col")
                .kid(text(key::LETTER_QUESTION)),
        )
        .kid(
            el("th", "")
                .attr("scope", "col")
                .kid(text(key::LETTER_ANSWER)),
        );
    el("table", "answers")
        .kid(el("thead", "").kid(head))
        .kid(el("tbody", "").kids(rows.collect()))
}
