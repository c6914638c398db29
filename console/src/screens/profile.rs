//! The profile as the respondent saw it, by the respondent's own components.

use crate::desk::Desk;
use leptos::prelude::*;
use std::sync::RwLock;
use vaekstspejl::components::{
    El, OfficeCard, Recommendations, Which, dimension_list, el, growth_map, left_open, need_list,
    segment_card, sides, wheel,
};
use vaekstspejl_engine::{
    Answers, Assessment, Date, Later, OfficeId, assess, briefing::Dossier,
    questionnaire::Questionnaire, segment::Tone,
};

/// The day of the letter that is shown. The respondent's components judge for a day without
/// saying which.
static DAY: RwLock<Option<Date>> = RwLock::new(None);

/// The whole result, judged for the day of the letter.
pub fn assess_for_the_day(
    later: &Later,
    test: &'static Questionnaire,
    answers: &Answers,
    office: Option<&OfficeId>,
) -> Assessment<'static> {
    let day = DAY.read().ok().and_then(|day| *day);
    let day = day.unwrap_or_else(vaekstspejl::browser::clock::today);
    assess(later, test, answers, office, day)
}

/// Puts a letter's answers where the components look for them. False: there are none.
pub fn take_up(desk: Desk, dossier: &Dossier<'_>) -> bool {
    let session = desk.session;
    let Some(assessment) = &dossier.assessment else {
        session.answers.set(Answers::default());
        return false;
    };
    if let Ok(mut day) = DAY.write() {
        *day = Some(dossier.submission.created);
    }
    session.office.set(dossier.submission.office.clone());
    session.questionnaire.set(dossier.submission.test.clone());
    session.answers.set(assessment.counted.to_answers());
    true
}

/// The profile, in the order the respondent saw it.
pub fn profile(crisis: bool) -> El {
    let offers = || {
        el("div", "")
            .attr("id", "recommendations")
            .attr("tabindex", "-1")
            .kid(Recommendations().into_any())
            .kid(OfficeCard().into_any())
    };
    let mirror = el("div", "profile__mirror")
        .kid(wheel())
        .kid(dimension_list());
    let page = el("div", "profile profile__sections");
    let page = if crisis {
        page.maybe(segment_card())
            .maybe(need_list(Which::Urgent))
            .kid(offers())
            .maybe(sides())
            .maybe(need_list(Which::Others))
            .kid(mirror)
    } else {
        page.maybe(segment_card())
            .maybe(sides())
            .kid(mirror)
            .maybe(growth_map())
            .maybe(need_list(Which::All))
            .kid(offers())
    };
    page.maybe(left_open())
}

/// Whether help comes first and nothing is said of growth.
pub fn is_crisis(dossier: &Dossier<'_>) -> bool {
    let segment = dossier
        .assessment
        .as_ref()
        .and_then(|it| it.segment.as_ref());
    segment.is_some_and(|it| it.tone == Tone::Crisis)
}
