//! Eligibility: met, not met or not answered, for every entry rule of an offer.
//!
//! Unknown is never shown as eligible. An offer with exactly one rule not met is a near miss:
//! worth showing together with what is missing.

use crate::{
    catalogue::{Criterion, Offer},
    rule::{Facts, Ground, Truth},
};
use serde::{Deserialize, Serialize};

/// How one entry rule stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The answers meet it.
    Met,
    /// The answers do not meet it.
    NotMet,
    /// It cannot be told from the answers.
    NotAnswered,
}

/// How an offer stands as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Eligibility {
    /// Every entry rule is met, or there is none.
    Met,
    /// None is failed, some are not answered.
    Open,
    /// Exactly one is failed.
    NearMiss,
    /// Two or more are failed.
    NotMet,
}

/// One entry rule with its standing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CriterionFinding {
    /// Its position in the offer.
    pub criterion: usize,
    /// How it stands.
    pub standing: Standing,
    /// The answers it rests on, or what is missing.
    pub grounds: Vec<Ground>,
}

/// How one entry rule stands.
pub fn standing(criterion: &Criterion, facts: Facts<'_>) -> Standing {
    let Some(rule) = &criterion.rule else {
        return Standing::NotAnswered;
    };
    if criterion
        .unsure_if
        .as_ref()
        .is_some_and(|unsure| unsure.holds(facts))
    {
        return Standing::NotAnswered;
    }
    match rule.evaluate(facts) {
        Truth::True => Standing::Met,
        Truth::False => Standing::NotMet,
        Truth::Unknown => Standing::NotAnswered,
    }
}

/// How many of an offer's entry rules stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The answers meet it.
    pub met: u8,
    /// The answers do not meet it.
    pub failed: u8,
    /// It would be known if more were answered.
    pub unanswered: u8,
    /// It is never asked, so the person must judge.
    pub never_asked: u8,
}

impl Tally {
    /// How the offer stands as a whole.
    pub fn eligibility(self) -> Eligibility {
        match (
            self.failed,
            self.unanswered.saturating_add(self.never_asked),
        ) {
            (0, 0) => Eligibility::Met,
            (0, _) => Eligibility::Open,
            (1, _) => Eligibility::NearMiss,
            _ => Eligibility::NotMet,
        }
    }
}

/// How the entry rules of an offer stand.
pub fn tally(offer: &Offer, facts: Facts<'_>) -> Tally {
    let mut tally = Tally::default();
    for criterion in &offer.criteria {
        let count = match standing(criterion, facts) {
            Standing::Met => &mut tally.met,
            Standing::NotMet => &mut tally.failed,
            Standing::NotAnswered if criterion.rule.is_none() => &mut tally.never_asked,
            Standing::NotAnswered => &mut tally.unanswered,
        };
        *count = count.saturating_add(1);
    }
    tally
}

/// How an offer stands as a whole.
pub fn eligibility(offer: &Offer, facts: Facts<'_>) -> Eligibility {
    tally(offer, facts).eligibility()
}

/// Every entry rule with its standing and grounds.
pub fn findings(offer: &Offer, facts: Facts<'_>) -> Vec<CriterionFinding> {
    offer
        .criteria
        .iter()
        .enumerate()
        .map(|(index, criterion)| CriterionFinding {
            criterion: index,
            standing: standing(criterion, facts),
            grounds: criterion
                .rule
                .as_ref()
                .map_or(Vec::new(), |rule| rule.grounds(facts)),
        })
        .collect()
}
