//! Needs: the few areas in which this person may want help, each with strength and reasons.
//!
//! A need comes from weak spots, plans and situations, by the rules of the content. Crisis stands
//! first; while the tone is crisis, growth is not suggested (design §2).

use crate::catalogue::Level;
use crate::{
    NeedId, ScaleId,
    rule::{Facts, Ground, Rule},
    segment::Tone,
};
use serde::{Deserialize, Serialize};

/// Needs that stand first.
pub const FIRST: usize = 3;

/// Needs shown; the rest on demand.
pub const SHOWN: usize = 6;

/// From this strength a need is strong: it is never crowded out of the first five
/// recommendations, and the longer course is what it takes.
pub const STRONG: u8 = 70;

/// Below this strength a need is faint: worth an offer of its own, but no reason to prefer one.
pub const FAINT_BELOW: u8 = 30;

/// An area of help, in one language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Need {
    /// Its id, of domain §20.
    pub id: NeedId,
    /// Usual length of help, hours (domain §4 and §6, R2).
    pub hours: u8,
    /// Length when the need is strong, hours.
    pub hours_strong: u8,
    /// Stands before all others: crisis.
    pub urgent: bool,
    /// Pushes growth: never suggested in a crisis.
    pub growth: bool,
    /// The levels at which the field has somebody to turn to.
    pub levels: Vec<Level>,
    /// When it arises; each rule that is true adds its grounds.
    pub rules: Vec<NeedRule>,
    /// Its name.
    pub title: String,
    /// What it is and why it matters.
    pub text: String,
    /// Something the person can do alone.
    pub first_step: String,
}

/// One way in which a need arises.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NeedRule {
    /// It arises when this is true.
    pub rule: Rule,
    /// How strong it is then.
    pub strength: Strength,
}

/// The strength a rule gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Strength {
    /// Always the same, 0–100.
    Fixed(u8),
    /// 100 minus the score of this scale.
    Missing(ScaleId),
}

/// A need of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedFinding {
    /// The need.
    pub need: NeedId,
    /// 0–100: the strongest rule, plus 5 for every further one.
    pub strength: u8,
    /// The person's own answers and scores behind it, the strongest rule's first.
    pub grounds: Vec<Ground>,
}

/// The needs of these facts, strongest first; ties stay in the order of the content.
pub fn needs(needs: &[Need], facts: Facts<'_>, tone: Tone) -> Vec<NeedFinding> {
    let mut found: Vec<(bool, NeedFinding)> = needs
        .iter()
        .filter(|need| !(need.growth && tone == Tone::Crisis))
        .filter_map(|need| Some((need.urgent, finding(need, facts)?)))
        .collect();
    found.sort_by_key(|(urgent, finding)| core::cmp::Reverse((*urgent, finding.strength)));
    found.into_iter().map(|(_, finding)| finding).collect()
}

fn finding(need: &Need, facts: Facts<'_>) -> Option<NeedFinding> {
    let mut holding: Vec<(u8, &Rule)> = need
        .rules
        .iter()
        .filter(|it| it.rule.holds(facts))
        .map(|it| (strength(&it.strength, facts), &it.rule))
        .collect();
    holding.sort_by_key(|(strength, _)| core::cmp::Reverse(*strength));
    let (strongest, _) = holding.first()?;
    let more = u8::try_from((holding.len() - 1) * 5).unwrap_or(100);
    let strength = strongest.saturating_add(more).min(100);
    let mut grounds = Vec::new();
    for ground in holding.iter().flat_map(|(_, rule)| rule.grounds(facts)) {
        if !grounds.contains(&ground) {
            grounds.push(ground);
        }
    }
    Some(NeedFinding {
        need: need.id.clone(),
        strength,
        grounds,
    })
}

fn strength(strength: &Strength, facts: Facts<'_>) -> u8 {
    match strength {
        Strength::Fixed(points) => (*points).min(100),
        Strength::Missing(scale) => facts
            .scores
            .points(scale)
            .map_or(0, |points| 100 - points.rounded()),
    }
}
