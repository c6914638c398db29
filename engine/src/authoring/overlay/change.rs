//! What an overlay changes for people with a story: who is now shown which offers.

use super::Published;
use crate::{
    Answer, Content, Date, NeedId, OfferId, OfficeId,
    assessment::{ERHVERVSHUSE_FROM, assess},
    authoring::Persona,
    catalogue::{Availability, Level, Offer},
    overlay::{OWN_LANGUAGE, Overlay, Publisher, lay_over},
};
use serde::Serialize;

/// Before and after, for one persona.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The persona.
    pub id: String,
    /// Who it is.
    pub name: String,
    /// The short list without the overlays.
    pub before: Vec<OfferId>,
    /// The short list with them.
    pub after: Vec<OfferId>,
    /// Needs for which the way begins at another level: before, after.
    pub referrals: Vec<(NeedId, Level, Level)>,
}

/// What changes for the people of one publisher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangedFor {
    /// The publisher, as links name it.
    pub publisher: String,
    /// Its name.
    pub name: String,
    /// Every persona, as one of its people.
    pub people: Vec<Change>,
    /// Its own offers that are open and that none of them is shown.
    pub not_shown: Vec<OfferId>,
}

impl Change {
    /// Whether anything is otherwise.
    pub fn is_any(&self) -> bool {
        self.before != self.after || !self.referrals.is_empty()
    }
}

/// For each publisher: every persona of today as one of its people, before and after. People of an
/// office come by its link and live in its first municipality; people of a house live in one of its
/// municipalities.
pub fn changes(
    content: &Content,
    published: &[Published],
    personas: &[Persona],
    today: Date,
) -> Vec<ChangedFor> {
    let mut after = content.clone();
    let overlays: Vec<Overlay> = published.iter().map(|it| it.overlay.clone()).collect();
    lay_over(&mut after.later, overlays, OWN_LANGUAGE);
    let of_today = personas.iter().filter(|it| it.today >= ERHVERVSHUSE_FROM);
    let of_today: Vec<&Persona> = of_today.collect();
    let all = published.iter().map(|it| {
        let overlay = &it.overlay;
        let of = |persona: &&Persona| change(content, &after, overlay, persona, today);
        let people: Vec<Change> = of_today.iter().filter_map(of).collect();
        let own = overlay.offers.iter().filter_map(|it| it.first());
        let is_open = |offer: &Offer| offer.availability(today) == Availability::Open;
        let own = own.filter(|(_, offer)| is_open(offer));
        let own = own.map(|(_, offer)| offer.id.clone());
        let is_shown = |id: &OfferId| people.iter().any(|it| it.after.contains(id));
        ChangedFor {
            publisher: overlay.publisher.id(),
            name: overlay.name.clone(),
            not_shown: own.filter(|id| !is_shown(id)).collect(),
            people,
        }
    });
    all.collect()
}

fn change(
    before: &Content,
    after: &Content,
    overlay: &Overlay,
    persona: &Persona,
    today: Date,
) -> Option<Change> {
    let questionnaire = before.first.questionnaire(&persona.questionnaire)?;
    let mut answers = persona.all_answers(before, questionnaire);
    let mut office: Option<OfficeId> = None;
    match &overlay.publisher {
        Publisher::Nation => {}
        Publisher::House(slug) => {
            let lives = answers.get(&"municipality".into()).map(Answer::choices);
            let lives = lives.unwrap_or_default();
            let mut there = before
                .later
                .municipalities
                .iter()
                .filter(|it| it.house == *slug);
            let is_there = |code: &str| lives.iter().any(|it| *it == code);
            let place = there
                .clone()
                .find(|it| is_there(&it.code))
                .or(there.next())?;
            answers = answers.with("municipality", Answer::one(&place.code));
        }
        Publisher::Office(id) => {
            let municipalities = overlay.office.as_ref().map(|it| &it.municipalities);
            if let Some(code) = municipalities.and_then(|it| it.first()) {
                answers = answers.with("municipality", Answer::one(code));
            }
            office = Some(id.clone());
        }
    }
    let of = |content: &Content| {
        let assessment = assess(
            &content.later,
            questionnaire,
            &answers,
            office.as_ref(),
            today,
        );
        let list = assessment.recommendations.list.iter();
        let list: Vec<OfferId> = list.map(|it| it.offer.clone()).collect();
        let referrals = assessment.referrals.iter();
        let referrals: Vec<(NeedId, Level)> =
            referrals.map(|it| (it.need.clone(), it.level)).collect();
        (list, referrals)
    };
    let ((before, from), (after, to)) = (of(before), of(after));
    let moved = from.into_iter().zip(to);
    let moved = moved.filter(|((_, from), (_, to))| from != to);
    Some(Change {
        id: persona.id.clone(),
        name: persona.name.clone(),
        before,
        after,
        referrals: moved
            .map(|((need, from), (_, to))| (need, from, to))
            .collect(),
    })
}
