//! The briefing: its questions are about things there are, and everything that can be on an
//! adviser's page has a question. A folder without `briefing.toml` has no briefing to check.

use super::{
    Found, Lint,
    places::Place,
    rules,
    sites::{Governs, Site},
};
use crate::{NeedId, ScaleId};
use std::collections::BTreeSet;

const FILE: &str = "briefing.toml";

/// Contradictions whose rule names what there is not, and things with the same id twice.
pub(super) fn contradictions(lint: Lint<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for contradiction in &lint.guide.contradictions {
        let site = Site {
            rule: &contradiction.rule,
            governs: Governs::Result,
            place: place(lint, &contradiction.id),
            name: format!("the rule of contradiction `{}`", contradiction.id),
        };
        let walk = &mut |rule| found.extend(rules::unknown(lint, &site, rule));
        contradiction.rule.walk(walk);
    }
    found
}

/// Questions about what there is not, twice about the same, or without words.
pub(super) fn questions(lint: Lint<'_>) -> Vec<Found> {
    let (first, later) = (&lint.content.first, &lint.content.later);
    let mut entries: Vec<(&str, &str, bool, &[String])> = Vec::new();
    for it in &lint.guide.contradictions {
        entries.push(("contradiction", &it.id, !it.text.is_empty(), &it.questions));
    }
    for (id, questions) in &lint.guide.needs {
        entries.push(("need", id.as_str(), later.need(id).is_some(), questions));
    }
    for (id, questions) in &lint.guide.scales {
        entries.push(("scale", id.as_str(), later.scale(id).is_some(), questions));
    }
    for (id, questions) in &lint.guide.items {
        let is_there = first.questionnaires.iter().any(|it| it.item(id).is_some());
        entries.push(("item", id.as_str(), is_there, questions));
    }
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for (kind, id, is_there, questions) in entries {
        let mut error = |what: &str, hint: &str| {
            let what = format!("{what}: {kind} `{id}`");
            found.push(Found::error(&place(lint, id), what, hint));
        };
        if !is_there {
            error("questions about what there is not", "correct the id");
        }
        if questions.is_empty() || questions.iter().any(|it| it.trim().is_empty()) {
            error("a question without words", "write it");
        }
        if !seen.insert((kind, id)) {
            error("twice", "put all its questions into one list");
        }
    }
    found
}

/// Needs and scales without a question.
pub(super) fn missing(lint: Lint<'_>) -> Vec<Found> {
    if *lint.guide == Default::default() {
        return Vec::new();
    }
    let later = &lint.content.later;
    let has_need = |id: &NeedId| lint.guide.needs.iter().any(|(it, _)| it == id);
    let has_scale = |id: &ScaleId| lint.guide.scales.iter().any(|(it, _)| it == id);
    let needs = later.needs.iter().map(|it| &it.id);
    let needs = needs
        .filter(|id| !has_need(id))
        .map(|id| ("need", id.as_str()));
    let scales = later.scales.iter().map(|it| &it.id);
    let scales = scales
        .filter(|id| !has_scale(id))
        .map(|id| ("scale", id.as_str()));
    let file = Place {
        file: FILE.to_owned(),
        line: 0,
    };
    needs
        .chain(scales)
        .map(|(kind, id)| {
            let what = format!("{kind} `{id}` has no question for the adviser");
            Found::error(&file, what, "add it, with one question or two")
        })
        .collect()
}

fn place(lint: Lint<'_>, id: &str) -> Place {
    lint.places.line(FILE, &format!("id = \"{id}\""))
}
