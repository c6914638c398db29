//! Recommendations: a short, varied list of open offers, each with its reasons.
//!
//! **Candidates** are offers that answer a found need, are open today, reach this place, fit the
//! stage, and fail no entry rule.
//! **Order within a need** (each step only breaks ties of the one before):
//! 1. the level the referral names, then local, regional, national;
//! 2. no entry rule left open that the questions could answer;
//! 3. a seen offer before an inferred one;
//! 4. nearer before farther;
//! 5. more entry rules met by the person's answers: made for somebody like this;
//! 6. answering more of the person's needs before fewer, faint needs not counted;
//! 7. made for fewer needs before made for many: a specialist before a generalist;
//! 8. newer source before older; then by id, so that the order is always the same.
//!
//! **The list**: first one offer for every shown need, strongest need first; then, for the first
//! three needs, one offer of every level still missing. So no two of the first five are for the
//! same need while another strong need has none (design §2).
//! **No wrong door**: the list is never empty; a guide stands in when nothing else fits.

use crate::{
    Date, NeedId, OfferId,
    catalogue::{Availability, Confidence, Level, Municipality, Offer, Reach},
    eligibility::{self, CriterionFinding, Eligibility, Tally},
    need::{self, NeedFinding},
    referral::Referral,
    rule::Facts,
    segment::Stage,
};
use core::cmp::Reverse;
use serde::{Deserialize, Serialize};

/// Most recommendations in the short list.
pub const MOST: usize = 9;

/// Most near misses shown.
pub const MOST_NEAR_MISSES: usize = 3;

/// Why an offer is in the list. A recommendation cannot exist without one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It answers this need of the person.
    Need(NeedId),
    /// Nothing else fits: a door that is always open.
    NoWrongDoor,
}

/// An offer for this person, with its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendation {
    /// The offer.
    pub offer: OfferId,
    /// Who acts.
    pub level: Level,
    /// Why it is here.
    pub reason: Reason,
    /// Other needs of the person it answers as well.
    pub also: Vec<NeedId>,
    /// The entry rules, each met or not answered; in a near miss one is not met.
    pub criteria: Vec<CriterionFinding>,
    /// Whether all of them are met.
    pub eligibility: Eligibility,
    /// Where it is, seen from the person.
    pub reach: Reach,
    /// Inferred: to be asked about, not a fact.
    pub ask_about: bool,
    /// The source is more than 18 months old: check that it still runs.
    pub check_again: bool,
}

/// What the person is, for choosing offers.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// The answers that count, and the scores.
    pub facts: Facts<'a>,
    /// Stages that fit: the one answered and those of the segment.
    pub stages: &'a [Stage],
    /// The municipality, if answered.
    pub municipality: Option<&'a Municipality>,
    /// The day.
    pub today: Date,
}

/// The lists made of the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendations {
    /// The short list.
    pub list: Vec<Recommendation>,
    /// Offers with one entry rule not met.
    pub near_misses: Vec<Recommendation>,
}

/// One offer that could be recommended.
#[derive(Clone, Copy)]
struct Candidate<'a> {
    offer: &'a Offer,
    tally: Tally,
    reach: Reach,
    answers: usize,
}

/// The short list and the near misses. `referrals` belong to `needs`, one each.
pub fn recommendations(
    offers: &[&Offer],
    needs: &[NeedFinding],
    referrals: &[Referral],
    person: Person<'_>,
) -> Recommendations {
    let shown = needs.get(..need::SHOWN).unwrap_or(needs);
    let all = candidates(offers, shown, person);
    let (near, candidates): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|it| it.tally.eligibility() == Eligibility::NearMiss);
    let mut list: Vec<(&NeedFinding, Candidate<'_>)> = Vec::new();
    for need in shown {
        let answered = list
            .iter()
            .any(|(_, it)| it.offer.needs.contains(&need.need));
        if answered {
            continue;
        }
        let best = best(&candidates, need, referrals, None, &list);
        list.extend(best.map(|candidate| (need, candidate)));
    }
    for need in shown.iter().take(need::FIRST) {
        for level in [Level::Local, Level::Regional, Level::National] {
            let has = list
                .iter()
                .any(|(_, it)| it.offer.level == level && it.offer.needs.contains(&need.need));
            if !has && list.len() < MOST {
                let best = best(&candidates, need, referrals, Some(level), &list);
                list.extend(best.map(|candidate| (need, candidate)));
            }
        }
    }
    let mut list: Vec<Recommendation> = list
        .into_iter()
        .map(|(need, it)| recommendation(it, Reason::Need(need.need.clone()), shown, person))
        .collect();
    if list.is_empty() {
        list.extend(
            fallback(offers, person)
                .map(|it| recommendation(it, Reason::NoWrongDoor, shown, person)),
        );
    }
    let near_misses = near_misses(&near, shown, referrals, person);
    Recommendations { list, near_misses }
}

/// All open offers for one need, best first: what is shown on demand.
pub fn offers_for(
    offers: &[&Offer],
    need: &NeedFinding,
    referrals: &[Referral],
    person: Person<'_>,
) -> Vec<Recommendation> {
    let needs = core::slice::from_ref(need);
    let mut candidates = candidates(offers, needs, person);
    candidates.retain(|it| it.tally.eligibility() != Eligibility::NearMiss);
    candidates.sort_by(|a, b| key(a, need, referrals).cmp(&key(b, need, referrals)));
    candidates
        .into_iter()
        .map(|it| recommendation(it, Reason::Need(need.need.clone()), needs, person))
        .collect()
}

fn candidates<'a>(
    offers: &[&'a Offer],
    needs: &[NeedFinding],
    person: Person<'_>,
) -> Vec<Candidate<'a>> {
    offers
        .iter()
        .copied()
        .filter_map(|offer| {
            let answered = || needs.iter().filter(|need| offer.needs.contains(&need.need));
            let answers = answered()
                .filter(|need| need.strength >= need::FAINT_BELOW)
                .count();
            if answered().next().is_none() || !fits_stage(offer, person.stages) {
                return None;
            }
            if offer.availability(person.today) != Availability::Open {
                return None;
            }
            let reach = offer.reach(person.municipality)?;
            let tally = eligibility::tally(offer, person.facts);
            (tally.eligibility() != Eligibility::NotMet).then_some(Candidate {
                offer,
                tally,
                reach,
                answers,
            })
        })
        .collect()
}

fn fits_stage(offer: &Offer, stages: &[Stage]) -> bool {
    offer.stages.is_empty()
        || offer
            .stages
            .iter()
            .any(|stage| *stage == Stage::Any || stages.contains(stage))
}

fn best<'a>(
    candidates: &[Candidate<'a>],
    need: &NeedFinding,
    referrals: &[Referral],
    level: Option<Level>,
    list: &[(&NeedFinding, Candidate<'_>)],
) -> Option<Candidate<'a>> {
    candidates
        .iter()
        .filter(|it| it.offer.needs.contains(&need.need))
        .filter(|it| level.is_none_or(|level| it.offer.level == level))
        .filter(|it| list.iter().all(|(_, taken)| taken.offer.id != it.offer.id))
        .min_by(|a, b| key(a, need, referrals).cmp(&key(b, need, referrals)))
        .copied()
}

/// The order within a need; see the module's head.
fn key<'a>(it: &Candidate<'a>, need: &NeedFinding, referrals: &[Referral]) -> impl Ord + use<'a> {
    let level = referrals
        .iter()
        .find(|referral| referral.need == need.need)
        .map(|referral| referral.level);
    (
        Some(it.offer.level) != level,
        it.offer.level,
        it.tally.unanswered > 0,
        it.offer.confidence == Confidence::Inferred,
        it.reach,
        Reverse(it.tally.met),
        Reverse(it.answers),
        it.offer.needs.len(),
        Reverse(it.offer.as_of.as_str()),
        &it.offer.id,
    )
}

fn near_misses(
    near: &[Candidate<'_>],
    needs: &[NeedFinding],
    referrals: &[Referral],
    person: Person<'_>,
) -> Vec<Recommendation> {
    let mut shown: Vec<Recommendation> = Vec::new();
    for need in needs {
        let best = near
            .iter()
            .filter(|it| it.offer.needs.contains(&need.need))
            .filter(|it| shown.iter().all(|taken| taken.offer != it.offer.id))
            .min_by(|a, b| key(a, need, referrals).cmp(&key(b, need, referrals)));
        if let Some(it) = best.filter(|_| shown.len() < MOST_NEAR_MISSES) {
            shown.push(recommendation(
                *it,
                Reason::Need(need.need.clone()),
                needs,
                person,
            ));
        }
    }
    shown
}

fn fallback<'a>(offers: &[&'a Offer], person: Person<'_>) -> Option<Candidate<'a>> {
    offers
        .iter()
        .copied()
        .filter(|offer| offer.fallback && offer.availability(person.today) == Availability::Open)
        .find_map(|offer| {
            let reach = offer.reach(person.municipality)?;
            let tally = eligibility::tally(offer, person.facts);
            Some(Candidate {
                offer,
                tally,
                reach,
                answers: 0,
            })
        })
}

fn recommendation(
    it: Candidate<'_>,
    reason: Reason,
    needs: &[NeedFinding],
    person: Person<'_>,
) -> Recommendation {
    let also = needs
        .iter()
        .map(|need| &need.need)
        .filter(|need| it.offer.needs.contains(need) && reason != Reason::Need((*need).clone()))
        .cloned()
        .collect();
    Recommendation {
        offer: it.offer.id.clone(),
        level: it.offer.level,
        also,
        criteria: eligibility::findings(it.offer, person.facts),
        eligibility: it.tally.eligibility(),
        reach: it.reach,
        ask_about: it.offer.confidence == Confidence::Inferred,
        check_again: it.offer.known_in.is_none() && it.offer.is_old(person.today),
        reason,
    }
}
