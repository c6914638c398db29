//! Ids: each stands for one thing.

use super::{
    Found, Lint,
    places::{FILE, Place},
};
use std::collections::BTreeSet;

const HINT: &str = "give one of them another id; an id that has been used is never reused";

/// Two things of one kind with the same id.
pub(super) fn twice(lint: Lint<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let later = &lint.content.later;
    let mut look = |kind: &str, table: &'static str, file: &str, ids: Vec<&str>| {
        let mut seen = BTreeSet::new();
        for id in ids.into_iter().filter(|id| !seen.insert(*id)) {
            let place = second(lint, table, id, file);
            found.push(Found::error(
                &place,
                format!("the id `{id}` is used for two {kind}"),
                HINT,
            ));
        }
    };
    for questionnaire in &lint.content.first.questionnaires {
        let file = format!("questionnaires/{}.toml", questionnaire.id);
        let sections = questionnaire.sections.iter().map(|it| it.id.as_str());
        look("sections", "sections", &file, sections.collect());
        let items = questionnaire.items.iter().map(|it| it.id.as_str());
        look("items", "items", &file, items.collect());
        for item in &questionnaire.items {
            let choices = item.choices.iter().map(|it| it.id.as_str()).collect();
            let kind = format!("choices of item `{}`", item.id);
            look(&kind, "items.choices", &file, choices);
        }
    }
    let questionnaires = &lint.content.first.questionnaires;
    look(
        "questionnaires",
        FILE,
        "questionnaires",
        questionnaires.iter().map(|it| it.id.as_str()).collect(),
    );
    let scales = later.scales.iter().map(|it| it.id.as_str()).collect();
    look("scales", "scales", "scales", scales);
    let segments = later.segments.iter().map(|it| it.id.as_str()).collect();
    look("segments", "segments", "segments.toml", segments);
    let needs = later.needs.iter().map(|it| it.id.as_str()).collect();
    look("needs", "needs", "needs.toml", needs);
    let offers = later.offers.iter().map(|it| it.id.as_str()).collect();
    look("offers", FILE, "offers", offers);
    let offices = later.offices.iter().map(|it| it.id.as_str()).collect();
    look("offices", FILE, "offices", offices);
    let codes = later.municipalities.iter().map(|it| it.code.as_str());
    look(
        "municipalities",
        "municipalities",
        "municipalities.toml",
        codes.collect(),
    );
    let houses = later.houses.iter().map(|it| it.slug.as_str()).collect();
    look("houses", "houses", "municipalities.toml", houses);
    found
}

/// The second place at which an id is defined.
fn second(lint: Lint<'_>, table: &'static str, id: &str, otherwise: &str) -> Place {
    let all = lint.places.all(table, id);
    let fallback = || lint.places.id(table, id, otherwise);
    all.get(1).cloned().unwrap_or_else(fallback)
}
