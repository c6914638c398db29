//! The questionnaire: sections of items, each item with its choices, in one language.
//!
//! Everything here is plain data that an author wrote and the content check approved.
//! It knows nothing of answers or pages. An item is found by its id, never by its position.

use crate::{ChoiceId, ItemId, QuestionnaireId, ScaleId, SectionId, rule::Rule};
use serde::{Deserialize, Serialize};

/// A whole test, in one language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Questionnaire {
    /// `selvtest` or `vaekstscreening`.
    pub id: QuestionnaireId,
    /// Raised when items or choices come, go or change meaning. From 1.
    pub version: u16,
    /// Name shown to people.
    pub title: String,
    /// Whom it is for, in a sentence.
    pub summary: String,
    /// In the order they are asked.
    pub sections: Vec<Section>,
    /// In the order they are asked; all items of a section stand together, deep items last.
    pub items: Vec<Item>,
}

/// A group of items under one heading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Its name in rules and files.
    pub id: SectionId,
    /// Heading shown to people.
    pub title: String,
    /// One or two sentences before the first item; may be empty.
    pub intro: String,
    /// Asked only when this holds.
    pub relevant_if: Rule,
}

/// How an item is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Five labelled steps, choice ids `1` to `5`.
    Scale,
    /// One of some plain choices.
    OneOf,
    /// Any number of choices.
    ManyOf,
    /// One of some bands of a number, in rising order.
    NumberBand,
    /// `yes` or `no`.
    YesNo,
    /// One of the municipalities, by four-digit code, or a choice of the item.
    Municipality,
}

/// When an item is asked (design §2, two stages).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// First: who you are. Never scored as a dimension of the profile.
    Context,
    /// One item per dimension: enough for an honest first profile.
    Core,
    /// Only for the dimensions that matter most to this person.
    Deep,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its name in rules, files and codes.
    pub id: ItemId,
    /// The section it stands in.
    pub section: SectionId,
    /// How it is answered.
    pub kind: Kind,
    /// When it is asked.
    pub tier: Tier,
    /// Asked only when this holds.
    pub relevant_if: Rule,
    /// Scales it counts in, with weight 1–3. Empty: it is a fact, not a score.
    pub scores: Vec<(ScaleId, u8)>,
    /// The question.
    pub text: String,
    /// Explains a word that may be hard; may be empty.
    pub help: String,
    /// In the order shown. Municipalities are not repeated here.
    pub choices: Vec<Choice>,
    /// Estimated seconds to read and answer (authoring::time).
    pub seconds: u8,
}

/// One possible answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Its name in rules, files and codes.
    pub id: ChoiceId,
    /// The words shown.
    pub label: String,
    /// What it counts, 0–100, after reverse keying. `None`: it is not scored.
    pub points: Option<u8>,
    /// Shown only when this holds.
    pub relevant_if: Rule,
    /// Cannot be chosen together with others ("none of these").
    pub exclusive: bool,
}

impl Questionnaire {
    /// The item of that id.
    pub fn item(&self, id: &ItemId) -> Option<&Item> {
        self.items.iter().find(|item| item.id == *id)
    }

    /// The position of the item of that id.
    pub fn position(&self, id: &ItemId) -> Option<usize> {
        self.items.iter().position(|item| item.id == *id)
    }

    /// The section of that id.
    pub fn section(&self, id: &SectionId) -> Option<&Section> {
        self.sections.iter().find(|section| section.id == *id)
    }
}

impl Item {
    /// The choice of that id.
    pub fn choice(&self, id: &ChoiceId) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.id == *id)
    }

    /// The place of a choice in the order shown, from 0; this is the order `at least` speaks of.
    pub fn rank(&self, id: &ChoiceId) -> Option<usize> {
        self.choices.iter().position(|choice| choice.id == *id)
    }

    /// Whether the item counts in a scale.
    pub fn is_scored(&self) -> bool {
        !self.scores.is_empty()
    }

    /// Whether the item can carry this choice. Municipality codes are four digits.
    pub fn allows(&self, id: &ChoiceId) -> bool {
        let is_code = self.kind == Kind::Municipality
            && id.as_str().len() == 4
            && id.as_str().bytes().all(|byte| byte.is_ascii_digit());
        is_code || self.choice(id).is_some()
    }
}
