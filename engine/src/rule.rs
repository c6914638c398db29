//! Rules: a small language that authors read and write, evaluated as data.
//!
//! `stage is startup and plans includes any of export, hire`. A rule is parsed when content
//! is built (`authoring::rules`); here it is only a tree. It has three truth values (Kleene):
//! an open item, "don't know", an item that is not asked and an unknown score are *unknown*,
//! which is neither true nor false. A rule can always tell on what ground it holds.

use crate::{
    ChoiceId, ItemId, QuestionnaireId, ScaleId,
    relevance::Counted,
    score::{Points, Scores},
};
use serde::{Deserialize, Serialize};

/// A condition over answers and scores.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Rule {
    /// `always`
    #[default]
    Always,
    /// `questionnaire is selvtest`
    Questionnaire(QuestionnaireId),
    /// `stage is startup`, `stage is one of idea, startup`
    Is(ItemId, Vec<ChoiceId>),
    /// `plans includes export`, `plans includes any of export, hire`
    Includes(ItemId, Vec<ChoiceId>),
    /// `size at least s5_9`: that choice or a later one
    AtLeast(ItemId, ChoiceId),
    /// `size at most s5_9`: that choice or an earlier one
    AtMost(ItemId, ChoiceId),
    /// `score economy below 40`
    ScoreBelow(ScaleId, u8),
    /// `score economy at least 60`
    ScoreAtLeast(ScaleId, u8),
    /// `stage is answered`: never unknown; "don't know" is not an answer in this sense
    Answered(ItemId),
    /// `not …`
    Not(Box<Rule>),
    /// `… and …`
    All(Vec<Rule>),
    /// `… or …`
    Any(Vec<Rule>),
}

/// Three truth values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// It does not hold.
    False,
    /// It cannot be told from what is answered.
    Unknown,
    /// It holds.
    True,
}

/// One fact a verdict rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// The person's own answer.
    Answer {
        /// The item.
        item: ItemId,
        /// What was chosen; only the choices that matter.
        choices: Vec<ChoiceId>,
    },
    /// A score, which can be taken apart further.
    Score {
        /// The scale.
        scale: ScaleId,
        /// Its value.
        points: Points,
    },
    /// An item that is open, "don't know" or not asked.
    Unanswered {
        /// The item.
        item: ItemId,
    },
    /// A score that is not known yet.
    UnknownScore {
        /// The scale.
        scale: ScaleId,
    },
}

/// What a rule may look at: the answers that count, and the scores made of them.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The answers that count.
    pub counted: &'a Counted<'a>,
    /// Scores; empty while relevance is still being found.
    pub scores: &'a Scores,
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

impl Truth {
    /// The opposite; unknown stays unknown.
    pub fn negated(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl Rule {
    /// Whether the rule is true, not merely possible.
    pub fn holds(&self, facts: Facts<'_>) -> bool {
        self.evaluate(facts) == Truth::True
    }

    /// Kleene's three-valued logic: *and* is the least, *or* the greatest of its parts.
    pub fn evaluate(&self, facts: Facts<'_>) -> Truth {
        match self {
            Self::Always => Truth::True,
            Self::Questionnaire(id) => (facts.counted.questionnaire().id == *id).into(),
            Self::Answered(item) => (!facts.counted.choices(item).is_empty()).into(),
            Self::Is(item, wanted) | Self::Includes(item, wanted) => {
                match facts.counted.choices(item) {
                    [] => Truth::Unknown,
                    chosen => wanted.iter().any(|choice| chosen.contains(choice)).into(),
                }
            }
            Self::AtLeast(item, bound) => compare(facts, item, bound, |rank, bound| rank >= bound),
            Self::AtMost(item, bound) => compare(facts, item, bound, |rank, bound| rank <= bound),
            Self::ScoreBelow(scale, bound) => match facts.scores.points(scale) {
                None => Truth::Unknown,
                Some(points) => (points < Points::whole_points(*bound)).into(),
            },
            Self::ScoreAtLeast(scale, bound) => match facts.scores.points(scale) {
                None => Truth::Unknown,
                Some(points) => (points >= Points::whole_points(*bound)).into(),
            },
            Self::Not(rule) => rule.evaluate(facts).negated(),
            Self::All(rules) => rules
                .iter()
                .map(|rule| rule.evaluate(facts))
                .min()
                .unwrap_or(Truth::True),
            Self::Any(rules) => rules
                .iter()
                .map(|rule| rule.evaluate(facts))
                .max()
                .unwrap_or(Truth::False),
        }
    }

    /// The facts that decide the verdict: for a true rule what makes it true, for a false one
    /// what makes it false, for an unknown one what is missing. Each fact once.
    pub fn grounds(&self, facts: Facts<'_>) -> Vec<Ground> {
        let mut grounds = Vec::new();
        self.collect(facts, self.evaluate(facts), &mut grounds);
        grounds
    }

    fn collect(&self, facts: Facts<'_>, verdict: Truth, grounds: &mut Vec<Ground>) {
        let ground = match self {
            Self::Always | Self::Questionnaire(_) => return,
            Self::Not(rule) => return rule.collect(facts, verdict.negated(), grounds),
            Self::All(rules) | Self::Any(rules) => {
                for rule in rules.iter().filter(|rule| rule.evaluate(facts) == verdict) {
                    rule.collect(facts, verdict, grounds);
                }
                return;
            }
            Self::ScoreBelow(scale, _) | Self::ScoreAtLeast(scale, _) => {
                match facts.scores.points(scale) {
                    Some(points) => Ground::Score {
                        scale: scale.clone(),
                        points,
                    },
                    None => Ground::UnknownScore {
                        scale: scale.clone(),
                    },
                }
            }
            Self::Is(item, wanted) | Self::Includes(item, wanted) => {
                let chosen = facts.counted.choices(item);
                let relevant: Vec<ChoiceId> = chosen
                    .iter()
                    .filter(|choice| wanted.contains(choice))
                    .cloned()
                    .collect();
                answer(
                    item,
                    if relevant.is_empty() {
                        chosen
                    } else {
                        &relevant
                    },
                )
            }
            Self::AtLeast(item, _) | Self::AtMost(item, _) | Self::Answered(item) => {
                answer(item, facts.counted.choices(item))
            }
        };
        if !grounds.contains(&ground) {
            grounds.push(ground);
        }
    }

    /// All items the rule speaks of.
    pub fn items(&self) -> Vec<&ItemId> {
        let mut items = Vec::new();
        self.walk(&mut |rule| match rule {
            Self::Is(item, _)
            | Self::Includes(item, _)
            | Self::AtLeast(item, _)
            | Self::AtMost(item, _)
            | Self::Answered(item) => items.push(item),
            _ => {}
        });
        items
    }

    /// All borders of scores the rule speaks of: scale and points 0–100.
    pub fn borders(&self) -> Vec<(&ScaleId, u8)> {
        let mut borders = Vec::new();
        self.walk(&mut |rule| {
            if let Self::ScoreBelow(scale, bound) | Self::ScoreAtLeast(scale, bound) = rule {
                borders.push((scale, *bound));
            }
        });
        borders
    }

    /// Visits this rule and every rule inside it.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Rule)) {
        visit(self);
        match self {
            Self::Not(rule) => rule.walk(visit),
            Self::All(rules) | Self::Any(rules) => {
                for rule in rules {
                    rule.walk(visit);
                }
            }
            _ => {}
        }
    }
}

fn compare(
    facts: Facts<'_>,
    item: &ItemId,
    bound: &ChoiceId,
    holds: fn(usize, usize) -> bool,
) -> Truth {
    let rank = |choice: &ChoiceId| facts.counted.questionnaire().item(item)?.rank(choice);
    match facts.counted.choices(item) {
        [choice] => match (rank(choice), rank(bound)) {
            (Some(rank), Some(bound)) => holds(rank, bound).into(),
            _ => Truth::Unknown,
        },
        _ => Truth::Unknown,
    }
}

fn answer(item: &ItemId, choices: &[ChoiceId]) -> Ground {
    if choices.is_empty() {
        Ground::Unanswered { item: item.clone() }
    } else {
        Ground::Answer {
            item: item.clone(),
            choices: choices.to_vec(),
        }
    }
}
