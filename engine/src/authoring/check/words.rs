//! Words: plain enough for a tired person at a counter.

use super::{Found, Lint, places::FILE};
use crate::{
    authoring::readability::lix,
    questionnaire::{Item, Questionnaire},
};

/// The hardest an item may be.
const HARDEST_ITEM: f64 = 50.0;

/// The hardest a questionnaire may be on average.
const HARDEST_MEAN: f64 = 35.0;

/// Words of the longest question.
const LONGEST_QUESTION: usize = 20;

/// Items that are hard to read, and questionnaires that are hard on average. Danish only: LIX is
/// made for the Scandinavian languages.
pub(super) fn items(lint: Lint<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for questionnaire in &lint.content.first.questionnaires {
        for item in &questionnaire.items {
            let place = lint
                .places
                .item(questionnaire.id.as_str(), item.id.as_str());
            let lix = lix(&words(item));
            if lix > HARDEST_ITEM {
                found.push(Found::error(
                    &place,
                    format!("item `{}` is hard to read: LIX {lix:.0}", item.id),
                    "shorter sentences and words, at most LIX 50",
                ));
            }
            let length = item.text.split_whitespace().count();
            if length > LONGEST_QUESTION {
                found.push(Found::error(
                    &place,
                    format!("the question of item `{}` has {length} words", item.id),
                    "ask one thing in at most 20 words; explain in `help`",
                ));
            }
        }
        let mean = mean_lix(questionnaire);
        if mean > HARDEST_MEAN {
            let place = lint
                .places
                .id(FILE, questionnaire.id.as_str(), "questionnaires");
            found.push(Found::error(
                &place,
                format!(
                    "`{}` is hard to read: LIX {mean:.1} on average",
                    questionnaire.id
                ),
                "shorter sentences and words, at most LIX 35 on average",
            ));
        }
    }
    found
}

/// The mean LIX of the items of a questionnaire.
pub fn mean_lix(questionnaire: &Questionnaire) -> f64 {
    let items = questionnaire.items.len().max(1) as f64;
    let sum: f64 = questionnaire.items.iter().map(|it| lix(&words(it))).sum();
    sum / items
}

/// All words of an item; every label is a sentence of its own.
fn words(item: &Item) -> String {
    let mut words = format!("{}\n{}", item.text, item.help);
    for choice in &item.choices {
        words.push('\n');
        words.push_str(&choice.label);
    }
    words
}

/// Words that must be there and are empty.
pub(super) fn missing(lint: Lint<'_>) -> Vec<Found> {
    const HINT: &str = "write it";
    let mut found = Vec::new();
    let blank = |word: &str| word.trim().is_empty();
    for questionnaire in &lint.content.first.questionnaires {
        for item in &questionnaire.items {
            let labels = item.choices.iter().any(|it| blank(&it.label));
            if blank(&item.text) || labels {
                let place = lint
                    .places
                    .item(questionnaire.id.as_str(), item.id.as_str());
                let what = format!("item `{}` lacks its question or a label", item.id);
                found.push(Found::error(&place, what, HINT));
            }
        }
    }
    for scale in &lint.content.later.scales {
        let place = lint.places.id("scales", scale.id.as_str(), "scales");
        let bands = scale
            .bands
            .iter()
            .any(|it| blank(&it.label) || blank(&it.text) || blank(&it.first_step));
        if bands || blank(&scale.title) || blank(&scale.what) {
            let what = format!("scale `{}` lacks words", scale.id);
            found.push(Found::error(&place, what, HINT));
        }
    }
    for segment in &lint.content.later.segments {
        if blank(&segment.title) || blank(&segment.text) || blank(&segment.what) {
            let place = lint
                .places
                .id("segments", segment.id.as_str(), "segments.toml");
            let what = format!("segment `{}` lacks words", segment.id);
            found.push(Found::error(&place, what, HINT));
        }
    }
    for need in &lint.content.later.needs {
        if blank(&need.title) || blank(&need.text) || blank(&need.first_step) {
            let place = lint.places.id("needs", need.id.as_str(), "needs.toml");
            let what = format!("need `{}` lacks words", need.id);
            found.push(Found::error(&place, what, HINT));
        }
    }
    for offer in &lint.content.later.offers {
        let place = lint.places.id(FILE, offer.id.as_str(), "offers");
        if blank(&offer.title) || blank(&offer.summary) {
            let what = format!("offer `{}` lacks its title or summary", offer.id);
            found.push(Found::error(&place, what, HINT));
        }
        for (index, _) in offer
            .criteria
            .iter()
            .enumerate()
            .filter(|(_, it)| blank(&it.sentence))
        {
            found.push(Found::error(
                &lint.places.after(&place, "[[criteria]]", index),
                format!(
                    "entry rule {} of offer `{}` has no sentence",
                    index + 1,
                    offer.id
                ),
                "write `sentence`: the rule as the person reads it",
            ));
        }
    }
    found
}
