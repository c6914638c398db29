//! Scales: bands without gaps, and items that can fill them.

use super::{Found, Lint, places::Place};
use crate::{
    questionnaire::{Item, Questionnaire, Tier},
    score::Scale,
};

const BANDS: [&str; 4] = ["weak", "fair", "good", "strong"];

/// Letters that fit on the wheel.
const LONGEST_SHORT: usize = 14;

/// Gaps and overlaps in bands; names that do not fit.
pub(super) fn bands(lint: Lint<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for scale in &lint.content.later.scales {
        let place = place(lint, scale);
        let mut report = |what: String, hint: &str| found.push(Found::error(&place, what, hint));
        let ids: Vec<&str> = scale.bands.iter().map(|band| band.id.as_str()).collect();
        if ids != BANDS {
            report(
                format!("scale `{}` has the bands {}", scale.id, ids.join(", ")),
                "give the four bands weak, fair, good, strong, in this order",
            );
        }
        if scale.bands.first().is_none_or(|band| band.from != 0) {
            report(
                format!("the first band of scale `{}` does not begin at 0", scale.id),
                "write from = 0, so that every score has a band",
            );
        }
        for (band, next) in scale.bands.iter().zip(scale.bands.iter().skip(1)) {
            if next.from <= band.from {
                report(
                    format!(
                        "band `{}` of scale `{}` begins at {}, not above band `{}`",
                        next.id, scale.id, next.from, band.id
                    ),
                    "the borders rise from band to band",
                );
            }
        }
        if let Some(band) = scale.bands.iter().find(|band| band.from > 100) {
            report(
                format!(
                    "band `{}` of scale `{}` begins above 100",
                    band.id, scale.id
                ),
                "scores go from 0 to 100",
            );
        }
        if !(1..=3).contains(&scale.importance) || scale.minimum == 0 {
            report(
                format!(
                    "scale `{}` has a minimum of 0 or an importance outside 1 to 3",
                    scale.id
                ),
                "minimum is at least 1, importance 1, 2 or 3",
            );
        }
        if scale.short.chars().count() > LONGEST_SHORT {
            report(
                format!(
                    "the short name of scale `{}` is too long for the wheel",
                    scale.id
                ),
                "at most 14 characters",
            );
        }
    }
    found
}

/// Scales without core item, items that count in scales that are not there, weights and points.
pub(super) fn items(lint: Lint<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let questionnaires = &lint.content.first.questionnaires;
    for scale in &lint.content.later.scales {
        let counts = |item: &&Item| item.scores.iter().any(|(id, _)| *id == scale.id);
        let with: Vec<&Questionnaire> = questionnaires
            .iter()
            .filter(|it| it.items.iter().any(|item| counts(&item)))
            .collect();
        let without_core = with.iter().filter(|it| {
            !it.items
                .iter()
                .filter(counts)
                .any(|it| it.tier == Tier::Core)
        });
        for questionnaire in without_core {
            found.push(Found::error(
                &place(lint, scale),
                format!(
                    "scale `{}` has no core item in {}",
                    scale.id, questionnaire.id
                ),
                "every dimension has one core item, so that the first profile is whole",
            ));
        }
        if with.is_empty() {
            found.push(Found::error(
                &place(lint, scale),
                format!("no item counts in scale `{}`", scale.id),
                "add an item with this scale in `scores`, or remove the scale",
            ));
        }
    }
    for questionnaire in questionnaires {
        for item in questionnaire.items.iter().filter(|item| item.is_scored()) {
            let place = lint
                .places
                .item(questionnaire.id.as_str(), item.id.as_str());
            found.extend(
                scored_item(lint, item)
                    .into_iter()
                    .map(|(what, hint)| Found::error(&place, what, hint)),
            );
        }
    }
    found
}

fn scored_item(lint: Lint<'_>, item: &Item) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for (scale, weight) in &item.scores {
        if lint.content.later.scale(scale).is_none() {
            found.push((
                format!(
                    "item `{}` counts in scale `{scale}`, which there is not",
                    item.id
                ),
                "correct the id in `scores`",
            ));
        }
        if !(1..=3).contains(weight) {
            found.push((
                format!("item `{}` has the weight {weight}", item.id),
                "weights are 1, 2 or 3",
            ));
        }
    }
    if item.tier == Tier::Context {
        found.push((
            format!("item `{}` is context and has `scores`", item.id),
            "who one is does not count as good or bad: remove `scores`, or make it core",
        ));
    }
    let points: Vec<u8> = item.choices.iter().filter_map(|it| it.points).collect();
    if points.iter().any(|points| *points > 100) {
        found.push((
            format!("a choice of item `{}` gives more than 100 points", item.id),
            "points go from 0 to 100",
        ));
    }
    let (low, high) = (points.iter().min(), points.iter().max());
    if (low, high) != (Some(&0), Some(&100)) {
        found.push((
            format!("item `{}` cannot give both 0 and 100 points", item.id),
            "give one choice 0 and one 100, so that every scale reaches from 0 to 100",
        ));
    }
    found
}

fn place(lint: Lint<'_>, scale: &Scale) -> Place {
    lint.places.id("scales", scale.id.as_str(), "scales")
}
