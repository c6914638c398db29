//! Paths: how long the test is for a person, found by letting many answer.

use super::{Found, Lint, places::FILE};
use crate::{
    Content,
    authoring::simulation::{Random, deepened, respondent},
    deepening::MOST_SCORED_ITEMS,
    questionnaire::{Questionnaire, Tier},
    relevance::Counted,
};

/// Four minutes for the core (design §2).
const LONGEST_CORE: u32 = 240;

/// Ten minutes for everything (design §2).
const LONGEST: u32 = 600;

/// People who try.
const PEOPLE: usize = 1_000;

/// The longest of what anybody met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lengths {
    /// Seconds of context and core.
    pub core_seconds: u32,
    /// Seconds of everything.
    pub seconds: u32,
    /// Scored items.
    pub scored: usize,
}

/// A core of more than four minutes, a path of more than ten, or more than 45 scored items.
pub(super) fn lengths(lint: Lint<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for questionnaire in &lint.content.first.questionnaires {
        let longest = longest(lint.content, questionnaire, PEOPLE);
        let place = lint
            .places
            .id(FILE, questionnaire.id.as_str(), "questionnaires");
        let id = &questionnaire.id;
        if longest.core_seconds > LONGEST_CORE {
            found.push(Found::error(
                &place,
                format!(
                    "the core of `{id}` takes up to {} seconds",
                    longest.core_seconds
                ),
                "at most 240: shorten questions and choices, or ask them of fewer people",
            ));
        }
        if longest.seconds > LONGEST {
            found.push(Found::error(
                &place,
                format!("`{id}` takes up to {} seconds", longest.seconds),
                "at most 600, deep items included",
            ));
        }
        if longest.scored > MOST_SCORED_ITEMS {
            found.push(Found::error(
                &place,
                format!("`{id}` asks up to {} scored items", longest.scored),
                "at most 45 on any path: ask core items of fewer people",
            ));
        }
    }
    found
}

/// The longest paths that so many random people meet.
pub fn longest(content: &Content, questionnaire: &Questionnaire, people: usize) -> Lengths {
    let mut random = Random::new(45);
    let mut longest = Lengths::default();
    for _ in 0..people {
        let answers = respondent(content, questionnaire, &mut random);
        let deepened = deepened(&content.later.scales, questionnaire, &answers);
        let counted = Counted::new(questionnaire, &answers, &deepened);
        let seconds = |core_only: bool| -> u32 {
            let items = counted.items();
            let items = items.filter(|item| !core_only || item.tier != Tier::Deep);
            items.map(|item| u32::from(item.seconds)).sum()
        };
        longest.core_seconds = longest.core_seconds.max(seconds(true));
        longest.seconds = longest.seconds.max(seconds(false));
        let scored = counted.items().filter(|item| item.is_scored()).count();
        longest.scored = longest.scored.max(scored);
    }
    longest
}
