//! The profile: bands, strengths, weak spots, ambition and potential, and what was left open.
//!
//! It describes; it does not grade. There is no total, on purpose (domain §17, 4).

use crate::{
    ItemId, ScaleId,
    questionnaire::Tier,
    relevance::Counted,
    score::{Part, Points, Scale, Scores},
};
use serde::{Deserialize, Serialize};

/// Strengths and weak spots shown at first sight.
pub const SHOWN: usize = 3;

/// From here a dimension is a strength: the band `good`.
pub const STRENGTH_FROM: u8 = 60;

/// A dimension with its band.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dimension {
    /// The scale.
    pub scale: ScaleId,
    /// Person, idea, company, ambition or potential.
    pub part: Part,
    /// `None`: unknown.
    pub points: Option<Points>,
    /// The band the points fall in; `None` when unknown.
    pub band: Option<String>,
    /// How much of what could be known is known, in percent 0–100.
    pub sureness: u8,
}

/// What the answers say, apart from needs and offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// All dimensions of the questionnaire, in the order of the content.
    pub dimensions: Vec<Dimension>,
    /// The strongest dimensions, at most [`SHOWN`], strongest first.
    pub strengths: Vec<ScaleId>,
    /// The weakest dimensions, at most [`SHOWN`], weakest first.
    pub weak_spots: Vec<ScaleId>,
    /// What the owner wants, 0–100.
    pub ambition: Option<Points>,
    /// What is possible, 0–100.
    pub potential: Option<Points>,
    /// Relevant items that are open or "don't know", in the order asked; deep items only
    /// when their dimension has been entered.
    pub left_open: Vec<ItemId>,
}

/// The profile of these scores.
pub fn profile(scales: &[Scale], counted: &Counted<'_>, scores: &Scores) -> Profile {
    let dimensions: Vec<Dimension> = scales
        .iter()
        .filter_map(|scale| {
            let score = scores.get(&scale.id)?;
            Some(Dimension {
                scale: scale.id.clone(),
                part: scale.part,
                points: score.points,
                band: score
                    .points
                    .and_then(|points| scale.band(points))
                    .map(|band| band.id.clone()),
                sureness: score.sureness(),
            })
        })
        .collect();
    let of_part = |part: Part| {
        dimensions
            .iter()
            .find(|it| it.part == part)
            .and_then(|it| it.points)
    };
    let mut known: Vec<(Points, &ScaleId)> = dimensions
        .iter()
        .filter(|it| !matches!(it.part, Part::Ambition | Part::Potential))
        .filter_map(|it| Some((it.points?, &it.scale)))
        .collect();
    let border = Points::whole_points(STRENGTH_FROM);
    known.sort_by_key(|(points, _)| *points); // stable: ties stay in the order of the content
    let weak_spots = known.iter().filter(|(points, _)| *points < border);
    let weak_spots = weak_spots
        .take(SHOWN)
        .map(|(_, scale)| (*scale).clone())
        .collect();
    known.sort_by_key(|(points, _)| core::cmp::Reverse(*points));
    let strengths = known.iter().filter(|(points, _)| *points >= border);
    let strengths = strengths
        .take(SHOWN)
        .map(|(_, scale)| (*scale).clone())
        .collect();
    Profile {
        strengths,
        weak_spots,
        ambition: of_part(Part::Ambition),
        potential: of_part(Part::Potential),
        left_open: left_open(counted),
        dimensions,
    }
}

fn left_open(counted: &Counted<'_>) -> Vec<ItemId> {
    let entered: Vec<&ScaleId> = counted
        .answered()
        .filter(|(item, answer)| item.tier == Tier::Deep && answer.is_some())
        .flat_map(|(item, _)| item.scores.iter().map(|(scale, _)| scale))
        .collect();
    counted
        .answered()
        .filter(|(item, answer)| {
            answer.is_none_or(|answer| answer.choices().is_empty())
                && (item.tier != Tier::Deep
                    || item
                        .scores
                        .iter()
                        .any(|(scale, _)| entered.contains(&scale)))
        })
        .map(|(item, _)| item.id.clone())
        .collect()
}
