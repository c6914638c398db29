//! Comparison: what has changed since an earlier profile, dimension by dimension.
//!
//! Where the test itself has changed in between, the numbers are shown but not subtracted:
//! a difference between two different questions says nothing about the person.

use crate::{
    ScaleId,
    profile_code::Layout,
    questionnaire::Questionnaire,
    score::{Points, Scores},
};
use serde::Serialize;

/// One dimension, before and now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The scale.
    pub scale: ScaleId,
    /// Then; `None`: unknown.
    pub before: Option<Points>,
    /// Now; `None`: unknown.
    pub now: Option<Points>,
    /// Now minus before in whole points, −100 to 100. `None` when one is unknown or the
    /// questions are not the same.
    pub change: Option<i16>,
    /// Whether the same questions stand behind both.
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
            let comparable =
                layout.is_some_and(|layout| same_items(questionnaire, layout, &score.scale));
            let before = before.points(&score.scale);
            let change = match (before, score.points) {
                (Some(before), Some(now)) if comparable => {
                    Some(i16::from(now.rounded()) - i16::from(before.rounded()))
                }
                _ => None,
            };
            Difference {
                scale: score.scale.clone(),
                before,
                now: score.points,
                change,
                comparable,
            }
        })
        .collect()
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
