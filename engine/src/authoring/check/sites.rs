//! Every rule of the content, with the place it stands at.

use super::{
    Found,
    places::{FILE, Place, Places},
};
use crate::{Content, questionnaire::Questionnaire, rule::Rule};

/// What a rule governs; decides what it may speak of.
#[derive(Clone, Copy)]
pub(super) enum Governs<'a> {
    /// Whether an item is asked, or a choice shown: item at that position of that questionnaire.
    Item(&'a Questionnaire, usize),
    /// Whether a section is asked; its first item stands at that position.
    Section(&'a Questionnaire, usize),
    /// The result: a segment, a need, an entry rule.
    Result,
    /// When an entry rule is too coarse to tell. May well speak of what few answer.
    Unsure,
}

/// One rule and where it stands.
pub(super) struct Site<'a> {
    pub rule: &'a Rule,
    pub governs: Governs<'a>,
    pub place: Place,
    /// `the rule of need ...`, for messages.
    pub name: String,
}

impl Site<'_> {
    /// A finding at this rule.
    pub fn error(&self, what: impl AsRef<str>, hint: &str) -> Found {
        Found::error(
            &self.place,
            format!("{} {}", self.name, what.as_ref()),
            hint,
        )
    }
}

/// All rules, except those that are always true.
pub(super) fn sites<'a>(content: &'a Content, places: &Places) -> Vec<Site<'a>> {
    let mut sites = Vec::new();
    for questionnaire in &content.first.questionnaires {
        of_questionnaire(questionnaire, places, &mut sites);
    }
    for segment in &content.later.segments {
        let place = places.id("segments", segment.id.as_str(), "segments.toml");
        sites.push(Site {
            rule: &segment.rule,
            governs: Governs::Result,
            place: places.after(&place, "if =", 0),
            name: format!("the rule of segment `{}`", segment.id),
        });
    }
    for need in &content.later.needs {
        let place = places.id("needs", need.id.as_str(), "needs.toml");
        for (index, rule) in need.rules.iter().enumerate() {
            sites.push(Site {
                rule: &rule.rule,
                governs: Governs::Result,
                place: places.after(&place, "if =", index),
                name: format!("rule {} of need `{}`", index + 1, need.id),
            });
        }
    }
    for offer in &content.later.offers {
        let file = places.id(FILE, offer.id.as_str(), "offers");
        for (index, criterion) in offer.criteria.iter().enumerate() {
            let head = places.after(&file, "[[criteria]]", index);
            let parts = [
                (&criterion.rule, Governs::Result, "if ="),
                (&criterion.unsure_if, Governs::Unsure, "unsure_if ="),
            ];
            for (rule, governs, key) in parts {
                if let Some(rule) = rule {
                    sites.push(Site {
                        rule,
                        governs,
                        place: places.after(&head, key, 0),
                        name: format!("entry rule {} of offer `{}`", index + 1, offer.id),
                    });
                }
            }
        }
    }
    sites.retain(|site| *site.rule != Rule::Always);
    sites
}

fn of_questionnaire<'a>(
    questionnaire: &'a Questionnaire,
    places: &Places,
    sites: &mut Vec<Site<'a>>,
) {
    let own = format!("questionnaires/{}.toml", questionnaire.id);
    for section in &questionnaire.sections {
        let first = questionnaire
            .items
            .iter()
            .position(|item| item.section == section.id);
        sites.push(Site {
            rule: &section.relevant_if,
            governs: Governs::Section(questionnaire, first.unwrap_or(0)),
            place: places.id("sections", section.id.as_str(), &own),
            name: format!("the rule of section `{}`", section.id),
        });
    }
    for (position, item) in questionnaire.items.iter().enumerate() {
        let place = places.item(questionnaire.id.as_str(), item.id.as_str());
        let governs = Governs::Item(questionnaire, position);
        sites.push(Site {
            rule: &item.relevant_if,
            governs,
            place: places.after(&place, "relevant_if", 0),
            name: format!("the rule of item `{}`", item.id),
        });
        for choice in &item.choices {
            sites.push(Site {
                rule: &choice.relevant_if,
                governs,
                place: place.clone(),
                name: format!("the rule of choice `{}` of item `{}`", choice.id, item.id),
            });
        }
    }
}
