//! The segment: which kind of respondent this is, why, and what would change it.
//!
//! Segments are an ordered list of rules; the first that is true decides. Signs of crisis stand
//! first in the content (domain §10, Early Warning). A segment is a description of the answers,
//! not a verdict: it names its grounds, how near the border is, and the smallest change of
//! answers that would move it.

use crate::{
    Answer, Answers, ChoiceId, ItemId, SegmentId,
    questionnaire::{Item, Kind, Tier},
    relevance::Counted,
    rule::{Facts, Ground, Rule},
    score::{Points, Scale, scores},
};
use serde::{Deserialize, Serialize};

/// How the result speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Most people.
    Calm,
    /// Will and can grow.
    Growth,
    /// Under pressure: help first, growth is not suggested.
    Crisis,
}

/// The stage an offer is meant for and a person is in (domain §20).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Thinks about it.
    PreIdea,
    /// Has an idea.
    Idea,
    /// A company under three years.
    Startup,
    /// A company of three years or more.
    Established,
    /// Will and can grow.
    Growth,
    /// Under pressure.
    Crisis,
    /// Is to be handed over.
    Succession,
    /// Whoever.
    Any,
}

/// A kind of respondent, in one language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// Its name.
    pub id: SegmentId,
    /// How the result speaks.
    pub tone: Tone,
    /// The rule; the first segment whose rule is true decides.
    pub rule: Rule,
    /// Stages of offers that fit besides the stage answered.
    pub counts_as: Vec<Stage>,
    /// Its name shown to people.
    pub title: String,
    /// What it says, in two or three sentences.
    pub text: String,
    /// What it means for what is shown.
    pub what: String,
}

/// The segment of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentFinding {
    /// The segment.
    pub segment: SegmentId,
    /// How the result speaks.
    pub tone: Tone,
    /// The facts that made its rule true.
    pub grounds: Vec<Ground>,
    /// Points to the nearest border of a score that any segment depends on; `None`: no such score
    /// is known.
    pub distance: Option<Points>,
}

/// The smallest change of answers that gives another segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentChange {
    /// Items and what would be answered instead, in the order asked.
    pub answers: Vec<(ItemId, Answer)>,
    /// The segment it would give.
    pub becomes: SegmentId,
}

/// The segment of these facts. `None` only if the content has no segment that always holds,
/// which the content check refuses.
pub fn segment(segments: &[Segment], facts: Facts<'_>) -> Option<SegmentFinding> {
    let found = segments.iter().find(|segment| segment.rule.holds(facts))?;
    let distance = segments
        .iter()
        .flat_map(|segment| segment.rule.borders())
        .filter_map(|(scale, border)| {
            Some(
                facts
                    .scores
                    .points(scale)?
                    .distance(Points::whole_points(border)),
            )
        })
        .min();
    Some(SegmentFinding {
        segment: found.id.clone(),
        tone: found.tone,
        grounds: found.rule.grounds(facts),
        distance,
    })
}

/// The smallest change that gives another segment: one answer if one is enough, else two.
/// Among equals, the fewest steps; scored items before facts such as the company's age.
/// `None`: no one or two answers would.
pub fn smallest_change(
    segments: &[Segment],
    scales: &[Scale],
    counted: &Counted<'_>,
    answers: &Answers,
    deepened: &[crate::ScaleId],
) -> Option<SegmentChange> {
    let of = |answers: &Answers| {
        let counted = Counted::new(counted.questionnaire(), answers, deepened);
        let scores = scores(scales, &counted);
        segment(
            segments,
            Facts {
                counted: &counted,
                scores: &scores,
            },
        )
        .map(|it| it.segment)
    };
    let now = of(answers)?;
    let involved = involved(segments, counted);
    let options: Vec<Step> = involved
        .iter()
        .flat_map(|item| steps(item, counted))
        .collect();
    let attempt = |change: &[&Step]| {
        let mut changed = answers.clone();
        for step in change {
            changed.set(step.item.clone(), Some(step.answer.clone()));
        }
        of(&changed).filter(|segment| *segment != now)
    };
    let (becomes, change) =
        cheapest(options.iter().map(|step| vec![step]), &attempt).or_else(|| {
            let scored: Vec<&Step> = options.iter().filter(|step| step.scored).collect();
            let pairs = scored.iter().enumerate().flat_map(|(index, first)| {
                let others = scored
                    .iter()
                    .skip(index + 1)
                    .filter(|it| it.item != first.item);
                others.map(|second| vec![*first, *second])
            });
            cheapest(pairs, &attempt)
        })?;
    let answers = change
        .into_iter()
        .map(|step| (step.item.clone(), step.answer.clone()))
        .collect();
    Some(SegmentChange { answers, becomes })
}

/// The cheapest change that gives another segment; of equals the first. The cheapest are tried
/// first, for each try assesses the whole person anew.
fn cheapest<'s>(
    changes: impl Iterator<Item = Vec<&'s Step>>,
    attempt: &impl Fn(&[&Step]) -> Option<SegmentId>,
) -> Option<(SegmentId, Vec<&'s Step>)> {
    let mut changes: Vec<Vec<&Step>> = changes.collect();
    changes.sort_by_key(|change| change.iter().map(|step| step.cost).sum::<u32>()); // stable
    changes
        .into_iter()
        .find_map(|change| Some((attempt(&change)?, change)))
}

/// One other answer to one item.
struct Step {
    item: ItemId,
    answer: Answer,
    scored: bool,
    cost: u32,
}

/// Relevant items on which some segment rule depends, directly or through a score.
fn involved<'a>(segments: &[Segment], counted: &Counted<'a>) -> Vec<&'a Item> {
    counted
        .items()
        .filter(|item| {
            segments.iter().any(|segment| {
                segment.rule.items().contains(&&item.id)
                    || segment
                        .rule
                        .borders()
                        .iter()
                        .any(|(scale, _)| item.scores.iter().any(|(counts, _)| counts == *scale))
            })
        })
        .collect()
}

/// All other answers of an item: the other choices, or one box more or less.
fn steps(item: &Item, counted: &Counted<'_>) -> Vec<Step> {
    let chosen = counted.choices(&item.id);
    let rank = chosen.first().and_then(|choice| item.rank(choice));
    let step = |answer: Answer, distance: usize| Step {
        item: item.id.clone(),
        answer,
        scored: item.is_scored(),
        cost: u32::try_from(distance).unwrap_or(u32::MAX / 4)
            + if item.tier == Tier::Context { 10 } else { 0 },
    };
    let shown = counted.choices_shown(item);
    match item.kind {
        Kind::Municipality => Vec::new(),
        Kind::ManyOf => shown
            .iter()
            .filter(|choice| !choice.exclusive)
            .filter_map(|choice| toggled(item, chosen, &choice.id))
            .map(|answer| step(answer, 1))
            .collect(),
        _ => shown
            .iter()
            .filter(|choice| !chosen.contains(&choice.id))
            .map(|choice| {
                let to = item.rank(&choice.id).unwrap_or(0);
                step(
                    Answer::One(choice.id.clone()),
                    rank.map_or(3, |from| from.abs_diff(to)),
                )
            })
            .collect(),
    }
}

/// The choices with one more or one less; the exclusive choice stands in for an empty list.
fn toggled(item: &Item, chosen: &[ChoiceId], choice: &ChoiceId) -> Option<Answer> {
    let exclusive = item
        .choices
        .iter()
        .find(|it| it.exclusive)
        .map(|it| it.id.as_str());
    let is_exclusive = |id: &str| Some(id) == exclusive;
    let was = chosen.contains(choice);
    let mut ids: Vec<&str> = chosen
        .iter()
        .map(ChoiceId::as_str)
        .filter(|id| *id != choice.as_str() && !is_exclusive(id))
        .collect();
    if !was {
        ids.push(choice.as_str());
    }
    if ids.is_empty() {
        ids.extend(exclusive);
    }
    Answer::many(ids)
}
