//! Statistics of an inbox: merged counts that can be passed on without telling of anybody.
//!
//! Each table divides all letters into categories. What is published of it follows two steps
//! (docs/adr/0015-statistics-without-small-cells.md has the proof):
//! 1. **Withhold** every category under five. If what is withheld adds up to one to four, or if
//!    all of it is exactly four, withhold the next smallest published count as well, with all that
//!    are equal to it, and look again. So subtraction from the total gives nothing under five, and
//!    which values belong to which of the withheld categories cannot be told.
//! 2. **Round** what is left, and the total, to the nearest multiple of five. So a difference
//!    between two tables, or between today and last week, tells little.
//!
//! A category without any letter looks the same as one that is withheld.

use crate::{
    Date, NeedId, ScaleId, SegmentId,
    briefing::Dossier,
    content::Later,
    score::{Points, Scale},
    segment::Stage,
};
use serde::Serialize;

/// A count from one to one less than this is never told.
pub const SMALLEST: u32 = 5;

/// Published counts are multiples of this.
pub const STEP: u32 = 5;

/// What of one letter is counted. It holds nothing by which a person could be found again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The day it was made; a letter without is in no limited period.
    pub created: Option<Date>,
    /// The segment, if told.
    pub segment: Option<SegmentId>,
    /// The stage, if told.
    pub stage: Option<Stage>,
    /// Code of the municipality, if told.
    pub municipality: Option<String>,
    /// The needs.
    pub needs: Vec<NeedId>,
    /// The known scores, in whole points 0–100.
    pub scores: Vec<(ScaleId, u8)>,
}

/// From a first to a last day, both included; `None`: without limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Period {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub until: Option<Date>,
}

/// What may be published. Every count is a multiple of [`STEP`]; `None`: withheld, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// When the letters counted were made.
    pub period: Period,
    /// All letters counted.
    pub letters: Option<u32>,
    /// By segment.
    pub segments: Vec<Cell>,
    /// By stage.
    pub stages: Vec<Cell>,
    /// By municipality.
    pub municipalities: Vec<Cell>,
    /// By need; a letter has several.
    pub needs: Vec<Cell>,
    /// By band, for each scale.
    pub scales: Vec<ScaleCells>,
}

/// One category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// Its id in the content; `None`: not told, or not known to this content.
    pub id: Option<String>,
    /// How many letters, rounded; `None`: withheld, or none.
    pub count: Option<u32>,
}

/// The bands of one scale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScaleCells {
    /// The scale.
    pub scale: ScaleId,
    /// Its bands, lowest first, and the unknown.
    pub bands: Vec<Cell>,
}

impl Period {
    fn holds(self, letter: &Counts) -> bool {
        if self == Self::default() {
            return true;
        }
        letter.created.is_some_and(|day| {
            self.from.is_none_or(|from| day >= from) && self.until.is_none_or(|until| day <= until)
        })
    }
}

impl Counts {
    /// What is counted of a letter.
    pub fn of(dossier: &Dossier<'_>) -> Self {
        let page = &dossier.briefing;
        let summary = dossier.submission.result.as_ref();
        let told = summary.map_or(Vec::new(), |it| it.scores.clone());
        let assessment = dossier.assessment.as_ref();
        let scores = assessment.map_or(told, |it| {
            let known = it.scores.iter();
            let known =
                known.filter_map(|score| Some((score.scale.clone(), score.points?.rounded())));
            known.collect()
        });
        Self {
            created: Some(dossier.submission.created),
            segment: page.segment.clone(),
            stage: page.stage,
            municipality: dossier.municipality(),
            needs: page.needs.iter().map(|it| it.need.clone()).collect(),
            scores,
        }
    }
}

/// What may be published of these letters. Periods that do not overlap can be published one after
/// the other; the same letters together with later ones should not be.
pub fn statistics(content: &Later, letters: &[Counts], period: Period) -> Statistics {
    let letters = letters.iter().filter(|it| period.holds(it));
    let letters: Vec<&Counts> = letters.collect();
    let letters = letters.as_slice();
    let segments = content.segments.iter().map(|it| it.id.as_str());
    let segment = letters.iter().map(|it| it.segment.as_ref());
    let municipalities = content.municipalities.iter().map(|it| it.code.as_str());
    let municipality = letters.iter().map(|it| it.municipality.as_deref());
    let needs = content.needs.iter().map(|it| with_need(&it.id, letters));
    Statistics {
        period,
        letters: rounded(number(letters.len())),
        segments: table(segments, segment.map(|it| it.map(SegmentId::as_str))),
        stages: table(
            STAGES.into_iter().map(stage),
            letters.iter().map(|it| it.stage.map(stage)),
        ),
        municipalities: table(municipalities, municipality),
        needs: needs.collect(),
        scales: content.scales.iter().map(|it| bands(it, letters)).collect(),
    }
}

/// Which of these counts are withheld when their sum is known. Total for every list.
pub fn withheld(counts: &[u32]) -> Vec<bool> {
    let mut up_to = SMALLEST - 1;
    loop {
        let is_hidden = |count: &u32| *count <= up_to;
        let hidden = || counts.iter().filter(|it| is_hidden(it));
        let sum = hidden().fold(0, |sum: u32, count| sum.saturating_add(*count));
        let is_nothing = sum == 0;
        // Only four times four is four each: any other sum has more than one way.
        let is_plain = hidden().all(|count| *count == SMALLEST - 1);
        let next = counts.iter().filter(|it| !is_hidden(it)).min();
        match next {
            Some(next) if !is_nothing && (sum < SMALLEST || is_plain) => up_to = *next,
            _ => return counts.iter().map(is_hidden).collect(),
        }
    }
}

/// These counts as they may be published.
pub fn published(counts: &[u32]) -> Vec<Option<u32>> {
    let hidden = withheld(counts);
    let pairs = counts.iter().zip(hidden);
    pairs
        .map(|(count, is_hidden)| rounded(*count).filter(|_| !is_hidden))
        .collect()
}

/// To the nearest multiple of [`STEP`]; under [`SMALLEST`] nothing.
fn rounded(count: u32) -> Option<u32> {
    let nearest = count.saturating_add(STEP / 2) / STEP * STEP;
    (count >= SMALLEST).then_some(nearest)
}

/// What may be published of letters, or people, by category, in the order of the categories; the
/// last is for all others.
pub fn table<'c>(
    categories: impl Iterator<Item = &'c str>,
    of_letters: impl Iterator<Item = Option<&'c str>>,
) -> Vec<Cell> {
    let mut cells: Vec<(Option<&str>, u32)> = categories.map(|id| (Some(id), 0)).collect();
    cells.push((None, 0));
    let last = cells.len().saturating_sub(1);
    for category in of_letters {
        let place = cells.iter().position(|(id, _)| *id == category);
        if let Some((_, count)) = cells.get_mut(place.unwrap_or(last)) {
            *count = count.saturating_add(1);
        }
    }
    let counts: Vec<u32> = cells.iter().map(|(_, count)| *count).collect();
    let pairs = cells.iter().zip(published(&counts));
    pairs
        .map(|((id, _), count)| Cell {
            id: id.map(str::to_owned),
            count,
        })
        .collect()
}

/// A need divides the letters in two: those with it and those without. Neither may be small.
fn with_need(need: &NeedId, letters: &[&Counts]) -> Cell {
    let with = letters.iter().filter(|it| it.needs.contains(need)).count();
    Cell {
        id: Some(need.as_str().to_owned()),
        count: part(with, letters.len()),
    }
}

/// What may be published of a part, when neither it nor the rest may be small. A part that is more
/// than all is all.
pub fn part(with: usize, all: usize) -> Option<u32> {
    let counts = [number(with.min(all)), number(all.saturating_sub(with))];
    published(&counts).first().copied().flatten()
}

fn bands(scale: &Scale, letters: &[&Counts]) -> ScaleCells {
    let band = |letter: &&Counts| {
        let (_, points) = letter.scores.iter().find(|(id, _)| *id == scale.id)?;
        let band = scale.band(Points::whole_points(*points))?;
        Some(band.id.as_str())
    };
    let ids = scale.bands.iter().map(|it| it.id.as_str());
    ScaleCells {
        scale: scale.id.clone(),
        bands: table(ids, letters.iter().map(band)),
    }
}

const STAGES: [Stage; 7] = [
    Stage::PreIdea,
    Stage::Idea,
    Stage::Startup,
    Stage::Established,
    Stage::Growth,
    Stage::Crisis,
    Stage::Succession,
];

/// As it is written in content and files.
pub const fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::PreIdea => "pre_idea",
        Stage::Idea => "idea",
        Stage::Startup => "startup",
        Stage::Established => "established",
        Stage::Growth => "growth",
        Stage::Crisis => "crisis",
        Stage::Succession => "succession",
        Stage::Any => "any",
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
