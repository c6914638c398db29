//! Rules: names that exist, only what was asked before, and never without effect.

use super::{
    Found, Lint,
    sites::{Governs, Site, sites},
    witness::witness,
};
use crate::{
    ChoiceId, Content, ItemId, QuestionnaireId, ScaleId,
    need::Strength,
    questionnaire::{Item, Kind, Tier},
    rule::Rule,
};

/// A rule that names an item, choice, scale or questionnaire that there is not.
pub(super) fn unknown_names(lint: Lint<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for site in sites(lint.content, lint.places) {
        site.rule
            .walk(&mut |rule| found.extend(unknown(lint, &site, rule)));
    }
    for need in &lint.content.later.needs {
        for rule in &need.rules {
            let Strength::Missing(scale) = &rule.strength else {
                continue;
            };
            if lint.content.later.scale(scale).is_none() {
                let place = lint.places.id("needs", need.id.as_str(), "needs.toml");
                found.push(Found::error(
                    &place,
                    format!(
                        "need `{}` takes its strength from scale `{scale}`, which there is not",
                        need.id
                    ),
                    "correct `strength_from`",
                ));
            }
        }
    }
    found
}

pub(super) fn unknown(lint: Lint<'_>, site: &Site<'_>, rule: &Rule) -> Vec<Found> {
    let names = unknown_in(lint.content, rule).into_iter();
    let found = names.map(|name| match name {
        Unknown::Questionnaire(id) => site.error(
            format!("names the questionnaire `{id}`, which there is not"),
            "write selvtest or vaekstscreening",
        ),
        Unknown::Scale(scale) => site.error(
            format!("names the scale `{scale}`, which there is not"),
            "the scales stand in scales/",
        ),
        Unknown::Item(item) => site.error(
            format!("names the item `{item}`, which no questionnaire has"),
            "correct the id; the items stand in questionnaires/",
        ),
        Unknown::Choice(item, choice) => site.error(
            format!("names the choice `{choice}`, which item `{item}` does not have"),
            "correct the id of the choice",
        ),
    });
    found.collect()
}

/// A name in a rule that nothing has.
pub(in crate::authoring) enum Unknown<'a> {
    Questionnaire(&'a QuestionnaireId),
    Scale(&'a ScaleId),
    Item(&'a ItemId),
    Choice(&'a ItemId, &'a ChoiceId),
}

impl Unknown<'_> {
    /// The name.
    pub fn name(&self) -> String {
        match self {
            Self::Questionnaire(id) => id.to_string(),
            Self::Scale(id) => id.to_string(),
            Self::Item(id) => id.to_string(),
            Self::Choice(item, choice) => format!("{item} {choice}"),
        }
    }
}

/// The names of a rule, its parts apart, that nothing in the content has.
pub(in crate::authoring) fn unknown_in<'a>(content: &Content, rule: &'a Rule) -> Vec<Unknown<'a>> {
    let choices = |item, choices| unknown_choices(content, item, choices);
    match rule {
        Rule::Questionnaire(id) if content.first.questionnaire(id).is_none() => {
            vec![Unknown::Questionnaire(id)]
        }
        Rule::ScoreBelow(scale, _) | Rule::ScoreAtLeast(scale, _)
            if content.later.scale(scale).is_none() =>
        {
            vec![Unknown::Scale(scale)]
        }
        Rule::Is(item, all) | Rule::Includes(item, all) => choices(item, all),
        Rule::AtLeast(item, choice) | Rule::AtMost(item, choice) => {
            choices(item, core::slice::from_ref(choice))
        }
        Rule::Answered(item) => choices(item, &[]),
        _ => Vec::new(),
    }
}

/// A rule on an item of the other questionnaire is unknown and so never true: that is allowed,
/// for one needs.toml serves both. But the item must stand somewhere.
fn unknown_choices<'a>(
    content: &Content,
    item: &'a ItemId,
    choices: &'a [ChoiceId],
) -> Vec<Unknown<'a>> {
    let questionnaires = content.first.questionnaires.iter();
    let all: Vec<&Item> = questionnaires.filter_map(|it| it.item(item)).collect();
    if all.is_empty() {
        return vec![Unknown::Item(item)];
    }
    let is_known = |choice: &ChoiceId| {
        all.iter().any(|item| {
            let place = || content.later.municipality(choice.as_str()).is_some();
            item.choice(choice).is_some() || (item.kind == Kind::Municipality && place())
        })
    };
    let unknown = choices.iter().filter(|choice| !is_known(choice));
    unknown
        .map(|choice| Unknown::Choice(item, choice))
        .collect()
}

/// A `relevant_if` that looks at what is asked later, at itself, at a score, or, before the core
/// is done, at deep items.
pub(super) fn later_items(lint: Lint<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for site in sites(lint.content, lint.places) {
        let (Governs::Item(questionnaire, position) | Governs::Section(questionnaire, position)) =
            site.governs
        else {
            continue;
        };
        if !site.rule.borders().is_empty() {
            found.push(site.error(
                "speaks of a score, but scores are not known while questions are asked",
                "ask for the answer instead, such as `economy_core at most 2`",
            ));
        }
        let own = questionnaire.items.get(position);
        for item in site.rule.items() {
            let Some(other) = questionnaire.position(item) else {
                // Known in the other questionnaire: fine where files are shared.
                continue;
            };
            if other >= position {
                found.push(site.error(
                    format!("speaks of the item `{item}`, which is asked later"),
                    "a rule can only look back; move the item, or the rule",
                ));
            }
            let is_deep = |item: &Item| item.tier == Tier::Deep;
            if questionnaire.items.get(other).is_some_and(is_deep) && !own.is_some_and(is_deep) {
                found.push(site.error(
                    format!("speaks of the deep item `{item}`, which not everybody is asked"),
                    "core items may only look at context and core items",
                ));
            }
        }
    }
    found
}

/// A rule that can never be true, whoever answers whichever questionnaire, and parts of an `or`
/// that add nothing because they cannot be true either.
pub(super) fn dead(lint: Lint<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for site in sites(lint.content, lint.places) {
        let can_hold = |rule: &Rule| match site.governs {
            Governs::Item(questionnaire, _) | Governs::Section(questionnaire, _) => {
                witness(questionnaire, &[], rule).is_some()
            }
            Governs::Result | Governs::Unsure => lint
                .content
                .first
                .questionnaires
                .iter()
                .any(|it| witness(it, &lint.content.later.scales, rule).is_some()),
        };
        if !can_hold(site.rule) {
            found.push(site.error(
                "can never be true",
                "no answers make it true: look for a choice that is not shown to these people, or two conditions that exclude each other",
            ));
            continue;
        }
        if let Rule::Any(parts) = site.rule {
            for (index, _) in parts.iter().enumerate().filter(|(_, it)| !can_hold(it)) {
                found.push(site.error(
                    format!(
                        "has a part that can never be true: number {} between the `or`s",
                        index + 1
                    ),
                    "remove it, or correct its ids",
                ));
            }
        }
    }
    found
}
