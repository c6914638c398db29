//! Referral: at which level a need is best met first, by the local office's own capability.
//!
//! Start locally. Go to the regional house when one or more holds (domain §6):
//! R1 the field needs a competence the office lacks; R2 the needed length exceeds what this
//! office gives in the field; R3 a regional programme with subsidy exists in the field.
//! "It is a growth company" is *not* a rule. Capability is data per office, so the same answers
//! give another referral in a large office than in a small one.

use crate::{
    Date, NeedId, OfferId,
    catalogue::{self, Availability, Field, Level, Municipality, Offer, Office},
    need::{Need, NeedFinding, STRONG},
};
use serde::{Deserialize, Serialize};

/// Why a need is passed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferralRule {
    /// R1: the office has no competence in the field.
    Competence,
    /// R2: a longer course is needed than the office gives.
    Length {
        /// Hours the need usually takes.
        needed: u8,
        /// Most hours the office gives in the field.
        given: u8,
    },
    /// R3: a regional programme with subsidy exists in the field.
    Programme {
        /// That programme.
        offer: OfferId,
    },
}

/// Where to begin with a need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// The need.
    pub need: NeedId,
    /// The level to begin at.
    pub level: Level,
    /// The rules that passed it on; empty: begin locally.
    pub rules: Vec<ReferralRule>,
    /// The office has not told its capability: a basic service was assumed.
    pub assumed: bool,
}

/// Where to begin with this need.
pub fn referral(
    need: &Need,
    found: &NeedFinding,
    office: Option<&Office>,
    assumed: &[Field],
    offers: &[&Offer],
    municipality: Option<&Municipality>,
    today: Date,
) -> Referral {
    let told = office
        .map(|office| office.fields.as_slice())
        .filter(|fields| !fields.is_empty());
    let given = catalogue::hours(told.unwrap_or(assumed), &need.id);
    let needed = if found.strength >= STRONG {
        need.hours_strong
    } else {
        need.hours
    };
    let mut rules = Vec::new();
    match given {
        None => rules.push(ReferralRule::Competence),
        Some(given) if needed > given => rules.push(ReferralRule::Length { needed, given }),
        Some(_) => {}
    }
    let programme = offers.iter().find(|offer| {
        offer.level == Level::Regional
            && offer.subsidy
            && offer.needs.contains(&need.id)
            && offer.availability(today) == Availability::Open
            && municipality.is_some()
            && offer.reach(municipality).is_some()
    });
    rules.extend(programme.map(|offer| ReferralRule::Programme {
        offer: offer.id.clone(),
    }));
    let level = [Level::Local, Level::Regional, Level::National]
        .into_iter()
        .filter(|level| rules.is_empty() || *level != Level::Local)
        .find(|level| need.levels.contains(level))
        .or(need.levels.last().copied())
        .unwrap_or(Level::National);
    Referral {
        need: need.id.clone(),
        level,
        rules,
        assumed: told.is_none(),
    }
}
