//! Reach: every item, segment, need and offer is met by somebody.

use super::{Found, Lint, catalogue::open_day, places::FILE, witness::witnesses};
use crate::{
    Answer, Answers, Content, Date, NeedId, OfferId, OfficeId, SegmentId,
    assessment::{Assessment, assess},
    authoring::simulation::{deepened, fill},
    catalogue::{Offer, Place},
    questionnaire::{Item, Questionnaire, Tier},
    relevance::Counted,
    rule::Rule,
};

/// Items that nobody is asked.
pub(super) fn items(lint: Lint<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for questionnaire in &lint.content.first.questionnaires {
        for item in &questionnaire.items {
            if !is_asked_of_somebody(lint, questionnaire, item) {
                found.push(Found::error(
                    &lint.places.item(questionnaire.id.as_str(), item.id.as_str()),
                    format!("nobody who takes `{}` is asked `{}`", questionnaire.id, item.id),
                    "look at its rule, at the rule of its section and, for a deep item, at the core item of its scale",
                ));
            }
        }
    }
    found
}

/// Somebody to whom the item fits; for a deep item also a core item of its scale, which is weak,
/// while all else is strong, so that this scale is deepened.
fn is_asked_of_somebody(lint: Lint<'_>, questionnaire: &Questionnaire, item: &Item) -> bool {
    let scales = &lint.content.later.scales;
    if item.tier != Tier::Deep {
        return witnesses(questionnaire, scales, &asked_if(questionnaire, item))
            .iter()
            .any(|answers| Counted::new(questionnaire, answers, &[]).is_relevant(&item.id));
    }
    let shares_scale = |core: &Item| {
        let own = |scale| item.scores.iter().any(|(id, _)| id == scale);
        core.tier == Tier::Core && core.scores.iter().any(|(scale, _)| own(scale))
    };
    let cores = questionnaire.items.iter().filter(|it| shares_scale(it));
    cores.into_iter().any(|core| {
        let rule = Rule::All(vec![
            asked_if(questionnaire, item),
            asked_if(questionnaire, core),
        ]);
        witnesses(questionnaire, scales, &rule)
            .into_iter()
            .any(|mut answers| {
                fill(questionnaire, &mut answers, &[], |other, shown| {
                    let points = shown.iter().filter(|choice| choice.points.is_some());
                    let choice = if shares_scale(other) {
                        points.min_by_key(|choice| choice.points)
                    } else {
                        points.max_by_key(|choice| choice.points)
                    };
                    choice.map(|choice| Answer::One(choice.id.clone()))
                });
                let deepened = deepened(scales, questionnaire, &answers);
                Counted::new(questionnaire, &answers, &deepened).is_relevant(&item.id)
            })
    })
}

fn asked_if(questionnaire: &Questionnaire, item: &Item) -> Rule {
    let section = questionnaire.section(&item.section);
    Rule::All(vec![
        section.map_or(Rule::Always, |section| section.relevant_if.clone()),
        item.relevant_if.clone(),
    ])
}

/// Segments that are never the first whose rule is true; no segment at the end for everybody.
pub(super) fn segments(lint: Lint<'_>) -> Vec<Found> {
    let segments = &lint.content.later.segments;
    let mut found = Vec::new();
    if segments.last().is_none_or(|it| it.rule != Rule::Always) {
        let last = segments.last().map_or("", |it| it.id.as_str());
        found.push(Found::error(
            &lint.places.id("segments", last, "segments.toml"),
            "the last segment does not hold for everybody",
            "end the list with a segment that has if = \"always\"",
        ));
    }
    for (position, segment) in segments.iter().enumerate() {
        let mut earlier: Vec<Rule> = segments
            .iter()
            .take(position)
            .map(|it| Rule::Not(Box::new(it.rule.clone())))
            .collect();
        earlier.push(segment.rule.clone());
        // First with the others left open, then with the others surely false.
        let rules = [segment.rule.clone(), Rule::All(earlier)];
        let is_found = rules.iter().any(|rule| {
            everybody(lint.content, rule).any(|(questionnaire, answers)| {
                segment_of(lint, questionnaire, &answers) == Some(segment.id.clone())
            })
        });
        if !is_found {
            found.push(Found::error(
                &lint
                    .places
                    .id("segments", segment.id.as_str(), "segments.toml"),
                format!("nobody comes to segment `{}`", segment.id),
                "its rule is never true, or one of those before it always is: change rule or order",
            ));
        }
    }
    found
}

/// Needs that nobody has.
pub(super) fn needs(lint: Lint<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for need in &lint.content.later.needs {
        let is_found = need.rules.iter().any(|rule| {
            everybody(lint.content, &rule.rule).any(|(questionnaire, answers)| {
                assessed(lint, questionnaire, &answers, lint.today)
                    .needs
                    .iter()
                    .any(|it| it.need == need.id)
            })
        });
        if !is_found {
            found.push(Found::error(
                &lint.places.id("needs", need.id.as_str(), "needs.toml"),
                format!("nobody has the need `{}`", need.id),
                "its rules are never true where it may be shown: change them",
            ));
        }
    }
    found
}

/// Offers that nobody is ever shown, on a day on which they are open.
pub(super) fn offers(lint: Lint<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for offer in &lint.content.later.offers {
        // Ended and never decided offers are kept for the record.
        let Some(day) = open_day(offer, lint.today) else {
            continue;
        };
        if !is_shown_to_somebody(lint.content, offer, None, day) {
            found.push(Found::error(
                &lint.places.id(FILE, offer.id.as_str(), "offers"),
                format!("nobody can be shown offer `{}`", offer.id),
                "no person has one of its needs in one of its stages and places without failing an entry rule: look at `needs`, `stages`, `geography` and the criteria",
            ));
        }
    }
    found
}

/// Whether there is somebody, among the people of that office if one is named, who can be shown the
/// offer on that day.
pub(in crate::authoring) fn is_shown_to_somebody(
    content: &Content,
    offer: &Offer,
    office: Option<&OfficeId>,
    day: Date,
) -> bool {
    let places = municipalities(content, offer);
    let criteria = || offer.criteria.iter().filter_map(|it| it.rule.clone());
    let needs = offer.needs.iter().filter_map(|id| content.later.need(id));
    needs.into_iter().any(|need| {
        need.rules.iter().any(|need_rule| {
            // First those of whom little is known, then those who meet every entry rule.
            let mut all: Vec<Rule> = criteria().collect();
            all.push(need_rule.rule.clone());
            [need_rule.rule.clone(), Rule::All(all)].iter().any(|rule| {
                everybody(content, rule).any(|(questionnaire, answers)| {
                    with_stages(questionnaire, &answers)
                        .into_iter()
                        .any(|answers| {
                            let answers = match &places {
                                Some(code) => answers.with("municipality", Answer::one(code)),
                                None => answers,
                            };
                            let later = &content.later;
                            let assessment = assess(later, questionnaire, &answers, office, day);
                            shows(&assessment, content, &need.id, &offer.id)
                        })
                })
            })
        })
    })
}

/// Whether an offer stands in the list on demand of a need this person has.
fn shows(assessment: &Assessment<'_>, content: &Content, need: &NeedId, offer: &OfferId) -> bool {
    let found = assessment.needs.iter().find(|it| it.need == *need);
    found.is_some_and(|found| {
        let offers = assessment.offers_for(&content.later, found);
        offers.iter().any(|it| it.offer == *offer)
    })
}

/// A municipality the offer holds in; `None`: it holds for everybody, or for those abroad too.
fn municipalities(content: &Content, offer: &Offer) -> Option<String> {
    if offer.places.is_empty() || offer.places.contains(&Place::Denmark) {
        return None;
    }
    let all = &content.later.municipalities;
    let inside = all.iter().find(|it| offer.reach(Some(it)).is_some());
    inside.map(|it| it.code.clone())
}

/// The same answers as they stand, and in every stage they leave open.
fn with_stages(questionnaire: &Questionnaire, answers: &Answers) -> Vec<Answers> {
    let mut all = vec![answers.clone()];
    let stage = questionnaire.item(&"stage".into());
    if let Some(stage) = stage.filter(|stage| answers.get(&stage.id).is_none()) {
        let stages = stage.choices.iter();
        all.extend(stages.map(|it| answers.clone().with("stage", Answer::One(it.id.clone()))));
    }
    all
}

/// Everybody for whom the rule is true, as far as the witnesses know.
fn everybody<'a>(
    content: &'a Content,
    rule: &Rule,
) -> impl Iterator<Item = (&'a Questionnaire, Answers)> {
    let questionnaires = content.first.questionnaires.iter();
    let scales = &content.later.scales;
    let rule = rule.clone();
    questionnaires.flat_map(move |questionnaire| {
        witnesses(questionnaire, scales, &rule)
            .into_iter()
            .map(move |answers| (questionnaire, answers))
    })
}

fn segment_of(
    lint: Lint<'_>,
    questionnaire: &Questionnaire,
    answers: &Answers,
) -> Option<SegmentId> {
    assessed(lint, questionnaire, answers, lint.today)
        .segment
        .map(|it| it.segment)
}

fn assessed<'a>(
    lint: Lint<'_>,
    questionnaire: &'a Questionnaire,
    answers: &Answers,
    today: Date,
) -> Assessment<'a> {
    assess(&lint.content.later, questionnaire, answers, None, today)
}
