//! Scores: a weighted mean 0–100 of the relevant, answered items of a scale.
//!
//! "Don't know" and open leave both numerator and denominator (design §2). With fewer answers
//! than the scale's minimum the score is *unknown*, which is not 0. Every score can be taken
//! apart into its parts. All arithmetic is on whole numbers, so it is the same everywhere.

use crate::{Answer, ChoiceId, ItemId, ScaleId, questionnaire::Item, relevance::Counted};
use core::fmt;
use serde::{Deserialize, Serialize};

/// What a scale measures. Person, idea and company are three different things (design §2);
/// ambition (will) and potential (can) are two more and never one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The person who starts or leads.
    Person,
    /// The idea or product.
    Idea,
    /// The company and its plan.
    Company,
    /// Growth ambition: what the owner wants.
    Ambition,
    /// Growth potential: what is possible.
    Potential,
}

/// A dimension of the profile, in one language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    /// Its name in rules.
    pub id: ScaleId,
    /// What it measures.
    pub part: Part,
    /// Answered items needed; with fewer the score is unknown. At least 1.
    pub minimum: u8,
    /// 1–3: how much it matters when choosing what to deepen.
    pub importance: u8,
    /// Its name.
    pub title: String,
    /// Its name on the wheel, at most 14 characters.
    pub short: String,
    /// What it is about, in a sentence.
    pub what: String,
    /// From lowest to highest; the first starts at 0.
    pub bands: Vec<Band>,
}

/// A range of a scale, with words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// `weak`, `fair`, `good` or `strong`.
    pub id: String,
    /// Lowest points of the band, 0–100; it ends where the next begins.
    pub from: u8,
    /// A short word.
    pub label: String,
    /// What it says about the person's answers.
    pub text: String,
    /// One concrete first thing to do.
    pub first_step: String,
}

/// Points 0.00–100.00, kept as hundredths so that no rounding differs between machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Points(u16);

/// The score of one scale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// The scale.
    pub scale: ScaleId,
    /// `None`: unknown, too little is answered.
    pub points: Option<Points>,
    /// Sum of the weights that were answered.
    pub weight_answered: u16,
    /// Sum of the weights of all items that fit this person, also those not asked yet.
    pub weight_possible: u16,
    /// Every relevant item of the scale.
    pub parts: Vec<ScorePart>,
}

/// What one item gives to a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScorePart {
    /// The item.
    pub item: ItemId,
    /// What was chosen; `None` when open or "don't know".
    pub choice: Option<ChoiceId>,
    /// What it counts, 0–100.
    pub points: Option<u8>,
    /// Its weight in the scale.
    pub weight: u8,
}

/// The scores of all scales, in the order of the content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scores(Vec<Score>);

impl Points {
    /// The highest possible.
    pub const MAX: Self = Self(10_000);

    /// That many whole points; more than 100 gives 100.
    pub fn whole_points(points: u8) -> Self {
        Self(u16::from(points.min(100)) * 100)
    }

    /// The mean `sum / weight` of points 0–100, rounded half up to a hundredth.
    /// `None` when nothing weighs.
    pub fn mean(sum: u32, weight: u32) -> Option<Self> {
        let hundredths = sum
            .checked_mul(200)?
            .checked_add(weight)?
            .checked_div(weight.checked_mul(2)?)?;
        u16::try_from(hundredths)
            .ok()
            .map(|points| Self(points.min(Self::MAX.0)))
    }

    /// Hundredths of a point, 0–10 000.
    pub fn hundredths(self) -> u16 {
        self.0
    }

    /// Rounded half up to a whole point, 0–100: what is shown.
    pub fn rounded(self) -> u8 {
        u8::try_from((self.0 + 50) / 100).unwrap_or(100)
    }

    /// How far two values are apart.
    pub fn distance(self, other: Self) -> Self {
        Self(self.0.abs_diff(other.0))
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl Scale {
    /// The band these points fall in.
    pub fn band(&self, points: Points) -> Option<&Band> {
        self.bands
            .iter()
            .rev()
            .find(|band| points >= Points::whole_points(band.from))
    }

    /// How far the points are from the nearest border between two bands.
    pub fn distance_to_border(&self, points: Points) -> Option<Points> {
        self.bands
            .iter()
            .skip(1)
            .map(|band| points.distance(Points::whole_points(band.from)))
            .min()
    }
}

impl Score {
    /// How much of what could be known is known, in percent 0–100.
    pub fn sureness(&self) -> u8 {
        let percent = (u32::from(self.weight_answered) * 100)
            .checked_div(u32::from(self.weight_possible))
            .unwrap_or(0);
        u8::try_from(percent).unwrap_or(100)
    }
}

impl Scores {
    /// Scores of which only the points are known, as in the summary of somebody's profile.
    pub fn of_points(points: impl IntoIterator<Item = (ScaleId, Points)>) -> Self {
        let scores = points.into_iter().map(|(scale, points)| Score {
            scale,
            points: Some(points),
            weight_answered: 0,
            weight_possible: 0,
            parts: Vec::new(),
        });
        Self(scores.collect())
    }

    /// The score of a scale.
    pub fn get(&self, scale: &ScaleId) -> Option<&Score> {
        self.0.iter().find(|score| score.scale == *scale)
    }

    /// The points of a scale; `None` when unknown or not a scale of this questionnaire.
    pub fn points(&self, scale: &ScaleId) -> Option<Points> {
        self.get(scale)?.points
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Score> {
        self.0.iter()
    }
}

/// The scores of all scales that the relevant items speak of.
pub fn scores(scales: &[Scale], counted: &Counted<'_>) -> Scores {
    let mut scores: Vec<(u32, u8, Score)> = scales
        .iter()
        .map(|scale| {
            (
                0,
                0,
                Score {
                    scale: scale.id.clone(),
                    points: None,
                    weight_answered: 0,
                    weight_possible: 0,
                    parts: Vec::new(),
                },
            )
        })
        .collect();
    for (item, answer) in counted.answered().filter(|(item, _)| item.is_scored()) {
        for (scale, weight) in &item.scores {
            let Some((sum, answered, score)) = scores
                .iter_mut()
                .find(|(_, _, score)| score.scale == *scale)
            else {
                continue;
            };
            let part = part(item, answer, *weight);
            score.weight_possible = score.weight_possible.saturating_add(u16::from(*weight));
            if let Some(points) = part.points {
                *sum = sum.saturating_add(u32::from(points) * u32::from(*weight));
                *answered = answered.saturating_add(1);
                score.weight_answered = score.weight_answered.saturating_add(u16::from(*weight));
            }
            score.parts.push(part);
        }
    }
    for item in counted.not_deepened() {
        for (scale, weight) in &item.scores {
            if let Some((_, _, score)) = scores.iter_mut().find(|(_, _, it)| it.scale == *scale) {
                score.weight_possible = score.weight_possible.saturating_add(u16::from(*weight));
            }
        }
    }
    let finished = scales
        .iter()
        .zip(scores)
        .filter(|(_, (_, _, score))| !score.parts.is_empty());
    Scores(
        finished
            .map(|(scale, (sum, answered, mut score))| {
                if answered >= scale.minimum.max(1) {
                    score.points = Points::mean(sum, u32::from(score.weight_answered));
                }
                score
            })
            .collect(),
    )
}

fn part(item: &Item, answer: Option<&Answer>, weight: u8) -> ScorePart {
    let choice = match answer {
        Some(Answer::One(choice)) => Some(choice),
        _ => None,
    };
    let points = choice.and_then(|choice| item.choice(choice)?.points);
    ScorePart {
        item: item.id.clone(),
        choice: choice.cloned(),
        points: points.map(|points| points.min(100)),
        weight,
    }
}
