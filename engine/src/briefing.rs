//! The briefing: one page by which an adviser prepares a talk with somebody who has sent a profile.
//!
//! With the answers, the profile is made again for the day it was sent, so the adviser sees what
//! the person saw. Without them, only what the summary tells is used. Nothing is added that the
//! person did not tell: the questions worth asking are the content's, chosen by needs,
//! contradictions, weak dimensions and what was left open.

use crate::{
    Answers, Assessment, Content, ItemId, NeedId, OfferId, ScaleId, SegmentId, assess,
    need::{self, FAINT_BELOW, NeedFinding},
    profile::{Profile, profile},
    profile_code::{self, CodeError, Decoded},
    questionnaire::{Questionnaire, Tier},
    referral::Referral,
    relevance::Counted,
    rule::{Facts, Ground, Rule},
    score::{Part, Points, Scores},
    segment::{Stage, Tone},
    submission::{Submission, Summary},
};
use serde::{Deserialize, Serialize};

/// Most questions on the page; more would not be asked in a first talk.
pub const MOST_QUESTIONS: usize = 8;

/// Most left open items that become a question.
const MOST_ABOUT_LEFT_OPEN: usize = 2;

/// What the content gives an adviser, in one language.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Guide {
    /// Answers that pull in different directions, in the order told.
    pub contradictions: Vec<Contradiction>,
    /// Questions about a need, the best first.
    pub needs: Vec<(NeedId, Vec<String>)>,
    /// Questions about a weak dimension, the best first.
    pub scales: Vec<(ScaleId, Vec<String>)>,
    /// Questions about an item that was left open, the best first.
    pub items: Vec<(ItemId, Vec<String>)>,
}

/// Answers that pull in different directions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contradiction {
    /// Its name.
    pub id: String,
    /// When it is there.
    pub rule: Rule,
    /// Speaks of growth: held back in a crisis, where help comes first.
    pub growth: bool,
    /// What pulls in which directions, in a sentence.
    pub text: String,
    /// What to ask about it, the best first.
    pub questions: Vec<String>,
}

/// A letter as the office looks at it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Dossier<'a> {
    /// What was sent.
    pub submission: Submission,
    /// The test, if the content has it.
    #[serde(skip)]
    pub questionnaire: Option<&'a Questionnaire>,
    /// The result as of the day it was sent; `None` without readable answers.
    pub assessment: Option<Assessment<'a>>,
    /// Answers were sent, but this program cannot read their code.
    pub unreadable: Option<CodeError>,
    /// The result made again is not the one the person saw, because the content has changed since:
    /// what the person saw is the summary.
    pub differs: bool,
    /// The page for the adviser.
    pub briefing: Briefing,
}

/// The page for the adviser.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Briefing {
    /// Where the person stands.
    pub stage: Option<Stage>,
    /// Which kind of respondent.
    pub segment: Option<SegmentId>,
    /// The facts that made the segment's rule true; empty without answers.
    pub segment_grounds: Vec<Ground>,
    /// Areas of help, strongest first.
    pub needs: Vec<BriefedNeed>,
    /// The strongest dimensions with their points 0–100, strongest first.
    pub strongest: Vec<(ScaleId, u8)>,
    /// The weakest dimensions with their points 0–100, weakest first.
    pub weakest: Vec<(ScaleId, u8)>,
    /// What the owner wants, 0–100.
    pub ambition: Option<u8>,
    /// What is possible, 0–100.
    pub potential: Option<u8>,
    /// Items that were left open or answered "don't know"; empty without answers.
    pub left_open: Vec<ItemId>,
    /// Answers that pull in different directions.
    pub contradictions: Vec<FoundContradiction>,
    /// What is worth asking, at most [`MOST_QUESTIONS`].
    pub questions: Vec<Question>,
    /// The offers the person was shown, all open on that day.
    pub offers: Vec<OfferId>,
}

/// A need on the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BriefedNeed {
    /// The need.
    pub need: NeedId,
    /// 0–100.
    pub strength: u8,
    /// The person's own answers and scores behind it; empty without answers.
    pub grounds: Vec<Ground>,
    /// Where to begin; `None` without answers.
    pub referral: Option<Referral>,
}

/// A contradiction of this person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FoundContradiction {
    /// Its name.
    pub id: String,
    /// What pulls in which directions.
    pub text: String,
    /// The answers and scores behind it.
    pub grounds: Vec<Ground>,
}

/// A question worth asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// Why it is worth asking.
    pub about: About,
    /// The question.
    pub text: String,
}

/// What a question is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A need of the person.
    Need(NeedId),
    /// Answers that pull in different directions, by its name.
    Contradiction(String),
    /// A dimension that is among the weakest.
    Weak(ScaleId),
    /// An item that was left open.
    LeftOpen(ItemId),
}

impl Dossier<'_> {
    /// Code of the municipality, if it was told; four digits, or a choice such as `abroad`.
    pub fn municipality(&self) -> Option<String> {
        let answered = self.assessment.as_ref().and_then(|it| {
            let choices = it.counted.choices(&"municipality".into());
            choices.first().map(|code| code.as_str().to_owned())
        });
        answered.or_else(|| self.submission.result.as_ref()?.municipality.clone())
    }
}

/// A letter as the office looks at it. Total: whatever is in the submission, there is a page.
pub fn opened<'a>(content: &'a Content, guide: &Guide, submission: Submission) -> Dossier<'a> {
    let questionnaire = content.first.questionnaire(&submission.test);
    let decoded = submission
        .code
        .as_deref()
        .map(|code| decoded(content, &submission, code));
    let (answers, unreadable) = match decoded {
        Some(Ok(decoded)) => (Some(decoded.answers), None),
        Some(Err(error)) => (None, Some(error)),
        None => (None, None),
    };
    let made_again = |answers: Answers| {
        let (office, day) = (submission.office.as_ref(), submission.created);
        Some(assess(
            &content.later,
            questionnaire?,
            &answers,
            office,
            day,
        ))
    };
    let assessment = answers.and_then(made_again);
    let mut briefing = match (&assessment, questionnaire, &submission.result) {
        (Some(assessment), _, _) => of_assessment(content, guide, assessment),
        (None, Some(questionnaire), Some(summary)) => {
            of_summary(content, guide, questionnaire, summary)
        }
        (None, None, Some(summary)) => told(summary),
        (None, _, None) => Briefing::default(),
    };
    let mut differs = false;
    if let (Some(assessment), Some(seen)) = (&assessment, &submission.result) {
        differs = Summary::of(assessment, true) != *seen;
        briefing.offers.clone_from(&seen.offers);
    }
    Dossier {
        questionnaire,
        unreadable,
        differs,
        briefing,
        assessment,
        submission,
    }
}

/// The answers of a code, which must be of the test the letter names.
fn decoded(content: &Content, submission: &Submission, code: &str) -> Result<Decoded, CodeError> {
    let decoded = profile_code::decode(&content.later.layouts, code)?;
    let is_of = decoded.questionnaire == submission.test && decoded.version == submission.version;
    is_of.then_some(decoded).ok_or(CodeError::Damaged)
}

fn of_assessment(content: &Content, guide: &Guide, assessment: &Assessment<'_>) -> Briefing {
    let facts = Facts {
        counted: &assessment.counted,
        scores: &assessment.scores,
    };
    let needs = assessment.needs.iter().map(|found| BriefedNeed {
        need: found.need.clone(),
        strength: found.strength,
        grounds: found.grounds.clone(),
        referral: referral(assessment, found),
    });
    let list = assessment.recommendations.list.iter();
    let segment = assessment.segment.as_ref();
    let briefing = Briefing {
        stage: assessment.stages.first().copied(),
        segment: segment.map(|it| it.segment.clone()),
        segment_grounds: segment.map_or(Vec::new(), |it| it.grounds.clone()),
        needs: needs.take(need::SHOWN).collect(),
        left_open: assessment.profile.left_open.clone(),
        offers: list.map(|it| it.offer.clone()).collect(),
        ..described(&assessment.profile, &assessment.scores)
    };
    with_questions(content, guide, facts, briefing)
}

/// Only scores are known: rules about answers are unknown, and nothing counts as left open.
fn of_summary(
    content: &Content,
    guide: &Guide,
    questionnaire: &Questionnaire,
    summary: &Summary,
) -> Briefing {
    let counted = Counted::new(questionnaire, &Answers::default(), &[]);
    let points = summary.scores.iter();
    let scores =
        Scores::of_points(points.map(|(id, points)| (id.clone(), Points::whole_points(*points))));
    let profile = profile(&content.later.scales, &counted, &scores);
    let briefing = Briefing {
        stage: summary.stage,
        segment: summary.segment.clone(),
        needs: told_needs(summary),
        offers: summary.offers.clone(),
        ..described(&profile, &scores)
    };
    let facts = Facts {
        counted: &counted,
        scores: &scores,
    };
    with_questions(content, guide, facts, briefing)
}

/// A test this program does not know: what was told, and nothing concluded from it.
fn told(summary: &Summary) -> Briefing {
    Briefing {
        stage: summary.stage,
        segment: summary.segment.clone(),
        needs: told_needs(summary),
        offers: summary.offers.clone(),
        ..Briefing::default()
    }
}

fn told_needs(summary: &Summary) -> Vec<BriefedNeed> {
    let needs = summary.needs.iter().map(|(need, strength)| BriefedNeed {
        need: need.clone(),
        strength: *strength,
        grounds: Vec::new(),
        referral: None,
    });
    needs.collect()
}

fn referral(assessment: &Assessment<'_>, found: &NeedFinding) -> Option<Referral> {
    let mut referrals = assessment.referrals.iter();
    referrals.find(|it| it.need == found.need).cloned()
}

fn described(profile: &Profile, scores: &Scores) -> Briefing {
    let with_points = |scales: &[ScaleId]| {
        let scales = scales.iter();
        let pairs =
            scales.filter_map(|scale| Some((scale.clone(), scores.points(scale)?.rounded())));
        pairs.collect()
    };
    Briefing {
        strongest: with_points(&profile.strengths),
        weakest: with_points(&profile.weak_spots),
        ambition: profile.ambition.map(Points::rounded),
        potential: profile.potential.map(Points::rounded),
        ..Briefing::default()
    }
}

fn with_questions(
    content: &Content,
    guide: &Guide,
    facts: Facts<'_>,
    mut briefing: Briefing,
) -> Briefing {
    let segment = briefing.segment.as_ref();
    let segment = segment.and_then(|id| content.later.segment(id));
    let in_crisis = segment.is_some_and(|it| it.tone == Tone::Crisis);
    let found: Vec<&Contradiction> = guide
        .contradictions
        .iter()
        .filter(|it| it.rule.holds(facts) && !(in_crisis && it.growth))
        .collect();
    let contradictions = found.iter().map(|it| FoundContradiction {
        id: it.id.clone(),
        text: it.text.clone(),
        grounds: it.rule.grounds(facts),
    });
    briefing.contradictions = contradictions.collect();
    let of_core = |item: &ItemId| {
        let scale = of_core_item(facts.counted.questionnaire(), item)?;
        let part = content.later.scale(scale)?.part;
        let is_growth = matches!(part, Part::Ambition | Part::Potential);
        (!(in_crisis && is_growth)).then_some(scale)
    };
    briefing.questions = questions(guide, of_core, &found, &briefing);
    briefing
}

/// First the best question about everything that matters, then the second-best about the needs.
/// An urgent need stands first among the needs, and so do its questions; a faint need is asked about
/// only when it is the first. `of_core` gives the
/// dimension whose question stands in for one about an open item.
fn questions<'q>(
    guide: &Guide,
    of_core: impl Fn(&ItemId) -> Option<&'q ScaleId>,
    contradictions: &[&Contradiction],
    briefing: &Briefing,
) -> Vec<Question> {
    let is_worth = |(rank, it): &(usize, &BriefedNeed)| *rank == 0 || it.strength >= FAINT_BELOW;
    let needs = briefing.needs.iter().enumerate().filter(is_worth);
    let needs = needs.take(need::FIRST).map(|(_, it)| &it.need);
    let about_need = |need: &NeedId, rank: usize| {
        question(About::Need(need.clone()), of(&guide.needs, need).get(rank))
    };
    let about_contradiction =
        |it: &&Contradiction| question(About::Contradiction(it.id.clone()), it.questions.first());
    let about_weak = |(scale, _): &(ScaleId, u8)| {
        question(About::Weak(scale.clone()), of(&guide.scales, scale).first())
    };
    let left_open = briefing.left_open.iter().filter_map(|item| {
        let text = of(&guide.items, item).first();
        let text = text.or_else(|| of(&guide.scales, of_core(item)?).first());
        question(About::LeftOpen(item.clone()), text)
    });
    let all = needs
        .clone()
        .filter_map(|need| about_need(need, 0))
        .chain(contradictions.iter().filter_map(about_contradiction))
        .chain(briefing.weakest.iter().filter_map(about_weak))
        .chain(left_open.take(MOST_ABOUT_LEFT_OPEN))
        .chain(needs.clone().filter_map(|need| about_need(need, 1)));
    let mut questions: Vec<Question> = Vec::new();
    for question in all {
        let is_new = questions.iter().all(|it| it.text != question.text);
        if is_new && questions.len() < MOST_QUESTIONS {
            questions.push(question);
        }
    }
    questions
}

/// The dimension that is unknown or unsure while this core item is open.
fn of_core_item<'q>(questionnaire: &'q Questionnaire, item: &ItemId) -> Option<&'q ScaleId> {
    let item = questionnaire.item(item)?;
    let mut scales = item.scores.iter().map(|(scale, _)| scale);
    scales.next().filter(|_| item.tier == Tier::Core)
}

fn of<'g, I: PartialEq>(all: &'g [(I, Vec<String>)], id: &I) -> &'g [String] {
    let found = all.iter().find(|(it, _)| it == id);
    found.map_or(&[], |(_, questions)| questions)
}

fn question(about: About, text: Option<&String>) -> Option<Question> {
    let text = text?.clone();
    Some(Question { about, text })
}
