//! Deepening: after the core, which dimensions get more items for this person.
//!
//! Chosen from the core answers alone, so the choice stands still while the deep items are
//! answered. A dimension comes before another when it is more important, weaker, or nearer to
//! the border of a band (design §2). There is a ceiling, so that no path grows too long.

use crate::{
    ScaleId,
    questionnaire::{Questionnaire, Tier},
    relevance::Counted,
    score::{Points, Scale, Scores},
};

/// Scored items on any path, core and deep together (design §2).
pub const MOST_SCORED_ITEMS: usize = 45;

/// Deep items offered to one person: about three minutes.
pub const MOST_DEEP_ITEMS: usize = 18;

/// Nearer than this to the border of a band, one more answer may move it.
const NEAR_A_BORDER: u8 = 8;

/// The scales to deepen, most urgent first. `core` and `scores` hold core items only.
pub fn deepening(scales: &[Scale], core: &Counted<'_>, scores: &Scores) -> Vec<ScaleId> {
    let questionnaire = core.questionnaire();
    let asked = core.items().filter(|item| item.is_scored()).count();
    let mut room = MOST_SCORED_ITEMS.saturating_sub(asked).min(MOST_DEEP_ITEMS);
    let mut candidates: Vec<(u32, &Scale, usize)> = scales
        .iter()
        .filter(|scale| scores.get(&scale.id).is_some())
        .map(|scale| {
            (
                urgency(scale, scores.points(&scale.id)),
                scale,
                deep_items(questionnaire, &scale.id),
            )
        })
        .filter(|(_, _, items)| *items > 0)
        .collect();
    candidates.sort_by(|(a, ..), (b, ..)| b.cmp(a)); // stable: ties stay in the order of the content
    let mut chosen = Vec::new();
    for (_, scale, items) in candidates {
        if items <= room {
            room -= items;
            chosen.push(scale.id.clone());
        }
    }
    chosen
}

/// 0–190: missing points, weighed by importance, and a bonus near a border.
/// An unknown score counts as one in the middle: asking more is worth it, but weak comes first.
fn urgency(scale: &Scale, points: Option<Points>) -> u32 {
    let missing = u32::from(100 - points.map_or(50, Points::rounded));
    let near = points
        .and_then(|points| scale.distance_to_border(points))
        .is_some_and(|distance| distance < Points::whole_points(NEAR_A_BORDER));
    missing + u32::from(scale.importance.min(3)) * 20 + if near { 30 } else { 0 }
}

/// How many deep items a scale has at most.
fn deep_items(questionnaire: &Questionnaire, scale: &ScaleId) -> usize {
    questionnaire
        .items
        .iter()
        .filter(|item| item.tier == Tier::Deep && item.scores.iter().any(|(id, _)| id == scale))
        .count()
}
