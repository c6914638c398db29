//! Personas: people with a story, what they answer, and what they must be shown.
//!
//! ```toml
//! name = "Sanne, det lille kontor henviser"
//! why = "What would go unnoticed without this persona."
//! questionnaire = "vaekstscreening"
//! today = "2026-11-20"
//! office = "demo-lille"        # optional
//! [answers]
//! stage = "established"        # a choice, a step 1 to 5, a list, or "dont_know"
//! [all]
//! scale = 3                    # optional: every other scored item that is asked gets this step
//! [expect]                     # each line is optional
//! segment = "established"
//! first_need = "finance"
//! needs = ["finance"]          # among the needs
//! not_needs = ["crisis"]
//! levels = ["regional"]        # some recommendation is of this level
//! offers = ["…"]               # in the short list
//! not_offers = ["…"]           # not in the short list
//! near_miss = "…"
//! strengths = ["economy"]
//! weak_spots = ["marketing"]
//! referral = { need = "finance", level = "regional", rule = "R1" }
//! ```
//! "Every other" item of a scale gets the step itself; of other kinds, the choice whose points are
//! nearest to (step − 1) · 25.

use super::{
    diagnostic::{Diagnostic, line_at},
    simulation::{deepened, fill},
};
use crate::{
    Answer, Answers, Content, Date, NeedId, OfferId, OfficeId, QuestionnaireId, ScaleId, SegmentId,
    assessment::{Assessment, assess},
    catalogue::Level,
    questionnaire::{Choice, Item, Kind, Questionnaire},
    referral::ReferralRule,
};
use serde::{Deserialize, Serialize};
use std::{fs, path::Path};

/// A persona file as it is written.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// The name of the file, without ending.
    #[serde(default)]
    pub id: String,
    /// Who it is.
    pub name: String,
    /// Why this persona exists.
    pub why: String,
    /// The test taken.
    pub questionnaire: QuestionnaireId,
    /// The day it is judged for.
    pub today: Date,
    /// The office whose page it is.
    pub office: Option<OfficeId>,
    /// What is answered by name.
    pub answers: Answers,
    /// What is answered besides.
    #[serde(default)]
    pub all: All,
    /// What must come out.
    pub expect: Expect,
}

/// What is answered besides the answers by name.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct All {
    /// The step 1–5 of every other scored item that is asked.
    pub scale: Option<u8>,
}

/// What must come out; what is not named may be anything.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expect {
    /// The segment.
    pub segment: Option<SegmentId>,
    /// The strongest need.
    pub first_need: Option<NeedId>,
    /// Needs that are there.
    pub needs: Vec<NeedId>,
    /// Needs that are not there.
    pub not_needs: Vec<NeedId>,
    /// Levels of the recommendations.
    pub levels: Vec<Level>,
    /// Offers in the short list.
    pub offers: Vec<OfferId>,
    /// Offers that are not in the short list.
    pub not_offers: Vec<OfferId>,
    /// An offer among the near misses.
    pub near_miss: Option<OfferId>,
    /// Dimensions among the strengths.
    pub strengths: Vec<ScaleId>,
    /// Dimensions among the weak spots.
    pub weak_spots: Vec<ScaleId>,
    /// Where to begin with a need.
    pub referral: Option<ExpectedReferral>,
}

/// Where to begin with a need, and by which rule.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedReferral {
    /// The need.
    pub need: NeedId,
    /// The level to begin at.
    pub level: Level,
    /// `R1`, `R2` or `R3`; without it no rule may have passed the need on.
    pub rule: Option<String>,
}

/// Reads every persona of a folder, in the order of their names.
pub fn personas(folder: &Path) -> (Vec<Persona>, Vec<Diagnostic>) {
    let mut files: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|it| it == "toml"))
        .collect();
    files.sort();
    let (mut read, mut found) = (Vec::new(), Vec::new());
    for path in files {
        let id = path.file_stem().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(&path).unwrap_or_default();
        match toml::from_str::<Persona>(&text) {
            Ok(persona) => read.push(Persona {
                id: id.into_owned(),
                ..persona
            }),
            Err(error) => found.push(Diagnostic::error(
                &format!("{id}.toml"),
                error.span().map_or(0, |span| line_at(&text, span.start)),
                error.message(),
                "correct the line; the form stands in engine/src/authoring/persona.rs",
            )),
        }
    }
    (read, found)
}

impl Persona {
    /// Everything this persona answers.
    pub fn all_answers(&self, content: &Content, questionnaire: &Questionnaire) -> Answers {
        let mut answers = self.answers.clone();
        if let Some(step) = self.all.scale {
            let scales = &content.later.scales;
            fill(questionnaire, &mut answers, &[], |item, shown| {
                at_step(item, shown, step)
            });
            let deepened = deepened(scales, questionnaire, &answers);
            if !deepened.is_empty() {
                fill(questionnaire, &mut answers, &deepened, |item, shown| {
                    at_step(item, shown, step)
                });
            }
        }
        answers
    }

    /// What does not come out as expected; empty when all does.
    pub fn failures(&self, content: &Content) -> Vec<String> {
        let Some(questionnaire) = content.first.questionnaire(&self.questionnaire) else {
            return vec![format!(
                "there is no questionnaire `{}`",
                self.questionnaire
            )];
        };
        let mut failures = self.mistakes(content, questionnaire);
        let answers = self.all_answers(content, questionnaire);
        let office = self.office.as_ref();
        let assessment = assess(&content.later, questionnaire, &answers, office, self.today);
        self.expect.compare(&assessment, &mut failures);
        failures
    }

    /// Answers that cannot be given, and an office that there is not.
    fn mistakes(&self, content: &Content, questionnaire: &Questionnaire) -> Vec<String> {
        let mut mistakes = Vec::new();
        for (id, answer) in self.answers.iter() {
            match questionnaire.item(id) {
                None => mistakes.push(format!("there is no item `{id}` to answer")),
                Some(item) => {
                    let wrong = answer.choices().iter().filter(|it| !item.allows(it));
                    mistakes.extend(wrong.map(|it| format!("item `{id}` has no choice `{it}`")));
                }
            }
        }
        let office = self.office.as_ref();
        let unknown = office.filter(|id| content.later.office(id).is_none());
        mistakes.extend(unknown.map(|id| format!("there is no office `{id}`")));
        mistakes
    }
}

fn at_step(item: &Item, shown: &[&Choice], step: u8) -> Option<Answer> {
    if !item.is_scored() {
        return None;
    }
    if item.kind == Kind::Scale {
        return Some(Answer::one(&step.to_string()));
    }
    let wanted = step.saturating_sub(1).saturating_mul(25);
    shown
        .iter()
        .filter_map(|choice| Some((choice.points?.abs_diff(wanted), choice)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, choice)| Answer::One(choice.id.clone()))
}

impl Expect {
    fn compare(&self, assessment: &Assessment<'_>, failures: &mut Vec<String>) {
        let segment = assessment.segment.as_ref().map(|it| &it.segment);
        if let Some(expected) = self.segment.as_ref().filter(|it| Some(*it) != segment) {
            let is = segment.map_or("none", SegmentId::as_str);
            failures.push(format!("segment: expected `{expected}`, is `{is}`"));
        }
        let needs: Vec<&NeedId> = assessment.needs.iter().map(|it| &it.need).collect();
        let list = listed(&needs);
        let first = needs.first().copied();
        if let Some(expected) = self.first_need.as_ref().filter(|it| Some(*it) != first) {
            failures.push(format!(
                "first need: expected `{expected}`, the needs are {list}"
            ));
        }
        for need in self.needs.iter().filter(|it| !needs.contains(it)) {
            failures.push(format!("need `{need}` is missing; the needs are {list}"));
        }
        for need in self.not_needs.iter().filter(|it| needs.contains(it)) {
            failures.push(format!(
                "need `{need}` should not be there; the needs are {list}"
            ));
        }
        self.compare_offers(assessment, failures);
        let profile = &assessment.profile;
        let weak = profile.weak_spots.iter().collect::<Vec<_>>();
        let strong = profile.strengths.iter().collect::<Vec<_>>();
        for (name, expected, found) in [
            ("strength", &self.strengths, strong),
            ("weak spot", &self.weak_spots, weak),
        ] {
            for scale in expected.iter().filter(|it| !found.contains(it)) {
                failures.push(format!(
                    "{name} `{scale}` is missing; found {}",
                    listed(&found)
                ));
            }
        }
        if let Some(expected) = &self.referral {
            failures.extend(expected.compare(assessment));
        }
    }

    fn compare_offers(&self, assessment: &Assessment<'_>, failures: &mut Vec<String>) {
        let recommendations = &assessment.recommendations;
        let offers: Vec<&OfferId> = recommendations.list.iter().map(|it| &it.offer).collect();
        let list = listed(&offers);
        let has_level = |level: &Level| recommendations.list.iter().any(|it| it.level == *level);
        for level in self.levels.iter().filter(|it| !has_level(it)) {
            failures.push(format!(
                "no recommendation at level {level:?}; the list is {list}"
            ));
        }
        for offer in self.offers.iter().filter(|it| !offers.contains(it)) {
            failures.push(format!("offer `{offer}` is missing; the list is {list}"));
        }
        for offer in self.not_offers.iter().filter(|it| offers.contains(it)) {
            failures.push(format!(
                "offer `{offer}` should not be there; the list is {list}"
            ));
        }
        let near: Vec<&OfferId> = recommendations
            .near_misses
            .iter()
            .map(|it| &it.offer)
            .collect();
        if let Some(offer) = self.near_miss.as_ref().filter(|it| !near.contains(it)) {
            failures.push(format!(
                "near miss `{offer}` is missing; found {}",
                listed(&near)
            ));
        }
    }
}

impl ExpectedReferral {
    fn compare(&self, assessment: &Assessment<'_>) -> Option<String> {
        let referral = assessment.referrals.iter().find(|it| it.need == self.need);
        let Some(referral) = referral else {
            return Some(format!("no referral for need `{}`", self.need));
        };
        let rules: Vec<&str> = referral.rules.iter().map(rule_name).collect();
        let by_rule = match &self.rule {
            Some(rule) => rules.contains(&rule.as_str()),
            None => rules.is_empty(),
        };
        (referral.level != self.level || !by_rule).then(|| {
            format!(
                "referral of `{}`: expected {:?} by {}, is {:?} by {}",
                self.need,
                self.level,
                self.rule.as_deref().unwrap_or("no rule"),
                referral.level,
                if rules.is_empty() {
                    "no rule".into()
                } else {
                    rules.join(", ")
                }
            )
        })
    }
}

/// R1, R2 or R3 (domain §6).
pub fn rule_name(rule: &ReferralRule) -> &'static str {
    match rule {
        ReferralRule::Competence => "R1",
        ReferralRule::Length { .. } => "R2",
        ReferralRule::Programme { .. } => "R3",
    }
}

fn listed<T: core::fmt::Display>(ids: &[T]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
    if ids.is_empty() {
        "empty".into()
    } else {
        ids.join(", ")
    }
}
