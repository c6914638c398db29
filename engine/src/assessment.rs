//! The whole way, from answers to recommendations, in one call.
//!
//! Same answers, content, office and day: same result, whoever asks.

use crate::{
    Answer, Answers, Date, OfficeId, ScaleId,
    catalogue::{Municipality, Office, OfficeKind},
    content::Later,
    deepening::deepening,
    need::{self, NeedFinding},
    profile::{Profile, profile},
    questionnaire::Questionnaire,
    recommendation::{Person, Recommendation, Recommendations, offers_for, recommendations},
    referral::{Referral, referral},
    relevance::Counted,
    rule::Facts,
    score::{Scores, scores},
    segment::{self, SegmentChange, SegmentFinding, Stage},
};
use serde::Serialize;

/// The first day on which the regional houses were Erhvervshuse for all companies, not
/// Væksthuse for growth companies (Act no. 1518 of 18 December 2018; domain §1).
pub const ERHVERVSHUSE_FROM: Date = Date::first_of_year(2019);

/// Everything that can be said from the answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assessment<'a> {
    /// The answers that count.
    #[serde(skip)]
    pub counted: Counted<'a>,
    /// The dimensions with more items for this person.
    pub deepened: Vec<ScaleId>,
    /// Scores, each with its parts.
    pub scores: Scores,
    /// What the answers say.
    pub profile: Profile,
    /// Which kind of respondent.
    pub segment: Option<SegmentFinding>,
    /// Areas of help, strongest first.
    pub needs: Vec<NeedFinding>,
    /// Where to begin, one for each need.
    pub referrals: Vec<Referral>,
    /// What fits.
    pub recommendations: Recommendations,
    /// The local office, if the municipality or the link names one.
    pub office: Option<OfficeId>,
    /// The stages that offers may be for.
    pub stages: Vec<Stage>,
    /// The day it is judged for.
    pub today: Date,
}

/// Assesses answers. `office` is the office whose page this is, if any; else the municipality
/// decides. An unknown office id is as none.
pub fn assess<'a>(
    content: &Later,
    questionnaire: &'a Questionnaire,
    answers: &Answers,
    office: Option<&OfficeId>,
    today: Date,
) -> Assessment<'a> {
    let core = Counted::new(questionnaire, answers, &[]);
    let deepened = deepening(&content.scales, &core, &scores(&content.scales, &core));
    let counted = Counted::new(questionnaire, answers, &deepened);
    let scores = scores(&content.scales, &counted);
    let facts = Facts {
        counted: &counted,
        scores: &scores,
    };
    let segment = segment::segment(&content.segments, facts);
    let tone = segment.as_ref().map_or(segment::Tone::Calm, |it| it.tone);
    let mut needs = need::needs(&content.needs, facts, tone);
    if needs.is_empty() {
        needs.extend(content.fallback_need());
    }
    let municipality = municipality(content, &counted);
    let office = office_of(content, office, municipality, today);
    let offers = content.offers_here(office.map(|it| &it.id), municipality);
    let referrals: Vec<Referral> = needs
        .iter()
        .filter_map(|found| {
            let need = content.need(&found.need)?;
            let assumed = &content.assumed_fields;
            Some(referral(
                need,
                found,
                office,
                assumed,
                &offers,
                municipality,
                today,
            ))
        })
        .collect();
    let stages = stages(content, &counted, segment.as_ref());
    let person = Person {
        facts,
        stages: &stages,
        municipality,
        today,
    };
    let recommendations = recommendations(&offers, &needs, &referrals, person);
    let profile = profile(&content.scales, &counted, &scores);
    let office = office.map(|office| office.id.clone());
    Assessment {
        deepened,
        scores,
        profile,
        segment,
        needs,
        referrals,
        recommendations,
        office,
        stages,
        today,
        counted,
    }
}

impl Assessment<'_> {
    /// All open offers for one need, best first.
    pub fn offers_for(&self, content: &Later, need: &NeedFinding) -> Vec<Recommendation> {
        let facts = Facts {
            counted: &self.counted,
            scores: &self.scores,
        };
        let municipality = municipality(content, &self.counted);
        let person = Person {
            facts,
            stages: &self.stages,
            municipality,
            today: self.today,
        };
        let offers = content.offers_here(self.office.as_ref(), municipality);
        offers_for(&offers, need, &self.referrals, person)
    }

    /// The smallest change of answers that would give another segment.
    pub fn smallest_change(&self, content: &Later) -> Option<SegmentChange> {
        let answers = self.counted.to_answers();
        segment::smallest_change(
            &content.segments,
            &content.scales,
            &self.counted,
            &answers,
            &self.deepened,
        )
    }

    /// The municipality answered.
    pub fn municipality<'c>(&self, content: &'c Later) -> Option<&'c Municipality> {
        municipality(content, &self.counted)
    }
}

fn municipality<'c>(content: &'c Later, counted: &Counted<'_>) -> Option<&'c Municipality> {
    let [code] = counted.choices(&"municipality".into()) else {
        return None;
    };
    content.municipality(code.as_str())
}

/// The office of the link; else today's office of the municipality; for a day before the
/// Erhvervshuse, an office described in that very year.
fn office_of<'c>(
    content: &'c Later,
    wanted: Option<&OfficeId>,
    municipality: Option<&Municipality>,
    today: Date,
) -> Option<&'c Office> {
    if let Some(office) = wanted.and_then(|id| content.office(id)) {
        return Some(office);
    }
    let code = &municipality?.code;
    content.offices.iter().find(|office| {
        office.municipalities.contains(code)
            && match office.kind {
                OfficeKind::Default => today >= ERHVERVSHUSE_FROM,
                OfficeKind::History => office.known_in == Some(today.year()),
                OfficeKind::Demo => false,
            }
    })
}

fn stages(content: &Later, counted: &Counted<'_>, segment: Option<&SegmentFinding>) -> Vec<Stage> {
    let answered = match counted.answer(&"stage".into()) {
        Some(Answer::One(choice)) => match choice.as_str() {
            "pre_idea" | "pupil" => Some(Stage::PreIdea),
            "idea" => Some(Stage::Idea),
            "startup" => Some(Stage::Startup),
            "established" => Some(Stage::Established),
            _ => None,
        },
        _ => None,
    };
    let of_segment = segment.and_then(|found| content.segment(&found.segment));
    let mut stages: Vec<Stage> = answered.into_iter().collect();
    for stage in of_segment.iter().flat_map(|segment| &segment.counts_as) {
        if !stages.contains(stage) {
            stages.push(*stage);
        }
    }
    stages
}
