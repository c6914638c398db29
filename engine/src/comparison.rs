//! Comparison: what has changed since an earlier profile, dimension by dimension.
//!
//! Where the test itself has changed in between, the numbers are shown but not subtracted:
//! a difference between two different questions says nothing about the person.

use crate::{
    ScaleId,
    profile_code::Layout,
    questionnaire::Questionnaire,
    score::{Points, Score, Scores},
};
use serde::Serialize;

/// One dimension, before and now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The scale.
    pub scale: ScaleId,
    /// Then, over the items answered both times when comparable; `None`: unknown.
    pub before: Option<Points>,
    /// Now, in the same way; `None`: unknown.
    pub now: Option<Points>,
    /// Now minus before in whole points, −100 to 100. `None` when one is unknown or the
    /// questions are not the same.
    pub change: Option<i16>,
    /// Whether the same questions stand behind both numbers.
    pub comparable: bool,
}

/// The differences of all dimensions scored now, in the order of the content.
///
/// `before` are the earlier answers scored with today's content; `layout` is the version they
/// were given to. Without a known layout nothing is comparable.
pub fn differences(
    questionnaire: &Questionnaire,
    layout: Option<&Layout>,
    before: &Scores,
    now: &Scores,
) -> Vec<Difference> {
    now.iter()
        .map(|score| {
            let same = layout.is_some_and(|layout| same_items(questionnaire, layout, &score.scale));
            let earlier = before.get(&score.scale).filter(|_| same);
            let both = earlier.and_then(|earlier| on_common_items(earlier, score));
            let known_twice = before.points(&score.scale).and(score.points).is_some();
            let rounded = |points: Points| i16::from(points.rounded());
            Difference {
                scale: score.scale.clone(),
                before: both.map_or(before.points(&score.scale), |(before, _)| Some(before)),
                now: both.map_or(score.points, |(_, now)| Some(now)),
                change: both.map(|(before, now)| rounded(now) - rounded(before)),
                comparable: same && (both.is_some() || !known_twice),
            }
        })
        .collect()
}

/// Both scores over the items that were answered both times. Which items a dimension is deepened
/// with depends on the other answers; only what was asked twice can tell a change.
fn on_common_items(before: &Score, now: &Score) -> Option<(Points, Points)> {
    before.points.and(now.points)?;
    let (mut sums, mut weights) = ((0, 0), 0);
    for part in &now.parts {
        let earlier = before.parts.iter().find(|it| it.item == part.item);
        if let (Some(then), Some(now)) = (earlier.and_then(|it| it.points), part.points) {
            let weight = u32::from(part.weight);
            sums.0 += u32::from(then) * weight;
            sums.1 += u32::from(now) * weight;
            weights += weight;
        }
    }
    Some((
        Points::mean(sums.0, weights)?,
        Points::mean(sums.1, weights)?,
    ))
}

/// Whether a scale has the same items with the same choices in both versions.
fn same_items(questionnaire: &Questionnaire, layout: &Layout, scale: &ScaleId) -> bool {
    let then = layout
        .items
        .iter()
        .filter(|item| item.scales.contains(scale));
    let now = questionnaire
        .items
        .iter()
        .filter(|item| item.scores.iter().any(|(counts, _)| counts == scale));
    then.clone().count() == now.clone().count()
        && then.zip(now).all(|(then, now)| {
            then.id == now.id
                && then
                    .choices
                    .iter()
                    .eq(now.choices.iter().map(|choice| &choice.id))
        })
}
