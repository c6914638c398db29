//! What can be said of an offer in a few words: who gives it, what it costs, where the way in is.
//!
//! What the catalogue does not know stays unknown: an unknown price is never free, and an offer
//! without a site of its own still leads somewhere (no wrong door).

use crate::{
    figures::{date, money, written_date},
    session::Session,
    words::{Word, filled, key, text},
};
use vaekstspejl_engine::{
    Assessment, Later,
    assessment::ERHVERVSHUSE_FROM,
    catalogue::{Confidence, House, Level, Offer, Office, Provider},
    plan::{Action, DAYS_TO_FIRST_STEP, PlanEntry},
    recommendation::Recommendation,
    referral::{Referral, ReferralRule},
};

/// A person's result together with the content it was made of: what all words depend on.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The content, in the person's language.
    pub later: &'static Later,
    /// The result.
    pub assessment: &'a Assessment<'static>,
}

/// A way in: an address, and what the link says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayIn {
    /// Where it leads.
    pub url: String,
    /// What the link says.
    pub label: String,
}

/// Does something with the result, when there is one.
pub fn with_case<T>(session: Session, act: impl FnOnce(Case<'_>) -> T) -> Option<T> {
    let later = session.later.get()?;
    session.assessment.with(|found| {
        found
            .as_ref()
            .map(|assessment| act(Case { later, assessment }))
    })
}

impl Case<'_> {
    /// The person's local office.
    pub fn office(&self) -> Option<&'static Office> {
        self.later.office(self.assessment.office.as_ref()?)
    }

    /// The Erhvervshus of the person's municipality.
    pub fn house(&self) -> Option<&'static House> {
        self.later.house(self.assessment.municipality(self.later)?)
    }

    /// Whether the regional houses are Erhvervshuse on that day, not Væksthuse.
    pub fn has_houses(&self) -> bool {
        self.assessment.today >= ERHVERVSHUSE_FROM
    }

    /// The name of the regional house: Erhvervshus, before 2019 Væksthus.
    pub fn house_name(&self) -> Option<&'static str> {
        if self.has_houses() {
            self.house().map(|house| house.name.as_str())
        } else {
            self.assessment
                .municipality(self.later)
                .map(|it| it.growth_house.as_str())
        }
    }

    /// The word for the level of an offer. An offer of the house says so.
    pub fn level_word(&self, offer: &'static Offer) -> String {
        let level = text(level_word(offer.level));
        let house = text(if self.has_houses() {
            key::LEVEL_HOUSE
        } else {
            key::LEVEL_GROWTH_HOUSE
        });
        if offer.level == Level::Regional && self.provider(offer).contains(house) {
            return house.to_owned();
        }
        level.to_owned()
    }

    /// Who gives it.
    pub fn provider(&self, offer: &'static Offer) -> String {
        let (known, unknown) = match &offer.provider {
            Provider::Named(name) => (Some(name.as_str()), key::OFFER_OWN_OFFICE),
            Provider::OwnOffice => (
                self.office().map(|it| it.name.as_str()),
                key::OFFER_OWN_OFFICE,
            ),
            Provider::OwnHouse if self.has_houses() => (self.house_name(), key::OFFER_OWN_HOUSE),
            Provider::OwnHouse => (self.house_name(), key::OFFER_OWN_GROWTH_HOUSE),
        };
        known.unwrap_or_else(|| text(unknown)).to_owned()
    }

    /// The way in: the offer's own site; else the office or the house that gives it; else the
    /// office, which knows the way; else the guide that is always open.
    pub fn way_in(&self, offer: &'static Offer) -> Option<WayIn> {
        let way = |url: &str, word, name, words: &str| {
            (!url.is_empty()).then(|| WayIn {
                url: url.to_owned(),
                label: filled(word, &[(name, words)]),
            })
        };
        let house = self
            .house()
            .filter(|_| offer.level == Level::Regional && self.has_houses());
        let guide = || {
            self.later
                .offers
                .iter()
                .find(|it| it.fallback && !it.url.is_empty())
        };
        let guide_word = if self.has_houses() {
            key::OFFER_GUIDE
        } else {
            key::OFFER_GUIDE_NOW
        };
        way(&offer.url, key::OFFER_GO, "place", place(&offer.url))
            .or_else(|| house.and_then(|it| way(&it.url, key::OFFER_ASK_AT, "name", &it.name)))
            .or_else(|| {
                self.office()
                    .and_then(|it| way(&it.url, key::OFFER_ASK_AT, "name", &it.name))
            })
            .or_else(|| guide().and_then(|it| way(&it.url, guide_word, "place", place(&it.url))))
    }

    /// Why the way leads on from the local office for a need, or why it begins there.
    pub fn referral(&self, referral: &Referral) -> Vec<String> {
        let name = self
            .office()
            .map_or(text(key::REFERRAL_OFFICE), |it| it.name.as_str());
        let office = ("office", name);
        if referral.rules.is_empty() {
            let word = if referral.assumed {
                key::REFERRAL_LOCAL_ASSUMED
            } else {
                key::REFERRAL_LOCAL
            };
            let begins_there = referral.level == Level::Local;
            return begins_there
                .then(|| sentence(&filled(word, &[office])))
                .into_iter()
                .collect();
        }
        let why = |rule: &ReferralRule| match rule {
            ReferralRule::Competence if referral.assumed => {
                Some(filled(key::REFERRAL_COMPETENCE_ASSUMED, &[office]))
            }
            ReferralRule::Competence => Some(filled(key::REFERRAL_COMPETENCE, &[office])),
            ReferralRule::Length { needed, given } => {
                let word = if referral.assumed {
                    key::REFERRAL_LENGTH_ASSUMED
                } else {
                    key::REFERRAL_LENGTH
                };
                let (needed, given) = (needed.to_string(), given.to_string());
                Some(filled(
                    word,
                    &[office, ("needed", &needed), ("given", &given)],
                ))
            }
            ReferralRule::Programme { offer } => {
                let title = &self.later.offer(offer)?.title;
                Some(filled(key::REFERRAL_PROGRAMME, &[("title", title)]))
            }
        };
        referral
            .rules
            .iter()
            .filter_map(why)
            .map(|words| sentence(&words))
            .collect()
    }

    /// What to be careful about: that it must be asked about, or may be gone.
    pub fn cautions(&self, recommendation: &Recommendation, offer: &Offer) -> Vec<String> {
        let mut cautions = Vec::new();
        if let Some(year) = offer.known_in {
            cautions.push(filled(key::OFFER_THEN, &[("year", &year.to_string())]));
        }
        if recommendation.ask_about {
            cautions.push(text(key::OFFER_ASK).to_owned());
        }
        if recommendation.check_again {
            cautions.push(dated(
                key::OFFER_CHECK,
                key::OFFER_CHECK_UNDATED,
                &offer.as_of,
                &[],
            ));
        }
        cautions
    }

    /// A line of the plan: use this offer within a fortnight. Who does it is for the person to say.
    pub fn plan_entry(&self, offer: &'static Offer) -> PlanEntry {
        PlanEntry {
            what: Action::Offer(offer.id.clone()),
            who: String::new(),
            by: Some(self.assessment.today.plus_days(DAYS_TO_FIRST_STEP)),
            done: false,
        }
    }
}

/// The word for a level.
pub fn level_word(level: Level) -> Word {
    match level {
        Level::Local => key::LEVEL_LOCAL,
        Level::Regional => key::LEVEL_REGIONAL,
        Level::National => key::LEVEL_NATIONAL,
    }
}

/// What it costs. Only a highest price of 0 is free; nothing known is "not stated".
pub fn price(offer: &Offer) -> String {
    if !offer.price.is_empty() {
        return offer.price.clone();
    }
    let amount = |word, values: &[(&str, u32)]| {
        let values: Vec<(&str, String)> = values
            .iter()
            .map(|(name, kroner)| (*name, money(*kroner)))
            .collect();
        let values: Vec<(&str, &str)> = values
            .iter()
            .map(|(name, words)| (*name, words.as_str()))
            .collect();
        filled(word, &values)
    };
    match (offer.price_min, offer.price_max) {
        (_, Some(0)) => text(key::OFFER_PRICE_FREE).to_owned(),
        (Some(from), Some(to)) if from == to => money(to),
        (Some(from @ 1..), Some(to)) => {
            amount(key::OFFER_PRICE_BETWEEN, &[("from", from), ("to", to)])
        }
        (_, Some(to)) => amount(key::OFFER_PRICE_TO, &[("to", to)]),
        (Some(from @ 1..), None) => amount(key::OFFER_PRICE_FROM, &[("from", from)]),
        _ => text(key::OFFER_PRICE_UNKNOWN).to_owned(),
    }
}

/// Whether the sum is what the person pays or what the person gets.
pub fn price_word(offer: &Offer) -> Word {
    let gives = |format: &String| {
        matches!(
            format.as_str(),
            "grant" | "loan" | "guarantee" | "subsidy_voucher"
        )
    };
    if offer.formats.iter().any(gives) {
        key::OFFER_AMOUNT
    } else {
        key::OFFER_PRICE
    }
}

/// The figures of an offer, each with its name: price, support, length, dates. Only the price is
/// named when it is unknown.
pub fn figures(offer: &Offer) -> Vec<(Word, String)> {
    let mut figures = vec![(price_word(offer), price(offer))];
    if let Some(most) = offer.support_max {
        figures.push((
            key::OFFER_SUPPORT,
            filled(key::OFFER_SUPPORT_TO, &[("to", &money(most))]),
        ));
    }
    match (offer.length.as_str(), offer.hours_max) {
        ("", None) => {}
        ("", Some(1)) => figures.push((key::OFFER_LENGTH, text(key::OFFER_HOUR_TO).to_owned())),
        ("", Some(hours)) => {
            figures.push((
                key::OFFER_LENGTH,
                filled(key::OFFER_HOURS_TO, &[("n", &hours.to_string())]),
            ));
        }
        (length, _) => figures.push((key::OFFER_LENGTH, length.to_owned())),
    }
    let (from, until) = (offer.from.map(date), offer.until.map(date));
    let dates = match (from.as_deref(), until.as_deref()) {
        (Some(from), Some(to)) if from == to => Some(to.to_owned()),
        (Some(from), Some(to)) => Some(filled(
            key::OFFER_DATES_BETWEEN,
            &[("from", from), ("to", to)],
        )),
        (Some(from), None) => Some(filled(key::OFFER_DATES_FROM, &[("from", from)])),
        (None, Some(to)) => Some(filled(key::OFFER_DATES_TO, &[("to", to)])),
        (None, None) => None,
    };
    figures.extend(dates.map(|dates| (key::OFFER_DATES, dates)));
    figures
}

/// Where it is known from, and when somebody last looked.
pub fn source(offer: &Offer) -> String {
    let named = [("source", place(&offer.source))];
    if offer.known_in.is_some() {
        return filled(key::OFFER_DESCRIBED, &named);
    }
    let seen = match offer.confidence {
        Confidence::Seen => dated(
            key::OFFER_SEEN,
            key::OFFER_SEEN_UNDATED,
            &offer.as_of,
            &named,
        ),
        Confidence::Inferred => dated(
            key::OFFER_INFERRED,
            key::OFFER_INFERRED_UNDATED,
            &offer.as_of,
            &named,
        ),
    };
    [
        &seen,
        " ",
        &filled(key::OFFER_CHECKED, &[("date", &date(offer.last_checked))]),
    ]
    .concat()
}

/// A sentence with `{date}`, or the other one when there is no date.
pub fn dated(with: Word, without: Word, written: &str, values: &[(&str, &str)]) -> String {
    if written.is_empty() {
        return filled(without, values);
    }
    let words = filled(with, values);
    words.replace("{date}", &written_date(written))
}

/// The address in a source, if it has one.
pub fn address(source: &str) -> Option<&str> {
    source
        .split_whitespace()
        .next()
        .filter(|first| first.starts_with("https://"))
}

/// A name for where something stands: of an address the site, else the text itself.
pub fn place(source: &str) -> &str {
    let Some(address) = address(source) else {
        return source;
    };
    let address = address
        .trim_start_matches("https://")
        .trim_start_matches("www.");
    // A code host is no source: whose code it is, is.
    let parts = if address.starts_with("github.com/") {
        2
    } else {
        1
    };
    let end = address
        .match_indices('/')
        .nth(parts - 1)
        .map_or(address.len(), |(index, _)| index);
    address.get(..end).unwrap_or(address)
}

/// With a capital first letter.
pub fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::{address, place, sentence};

    #[test]
    fn a_source_is_named_by_its_site_or_by_itself() {
        for (source, name) in [
            ("https://smvdigital.dk", "smvdigital.dk"),
            (
                "https://www.business-region.eu (public partner list)",
                "business-region.eu",
            ),
            (
                "https://provarde.dk/generalforsamling (provider page)",
                "provarde.dk",
            ),
            (
                "https://github.com/someone/data (list)",
                "github.com/someone",
            ),
            ("IRIS Group 2010, Boks 4.2", "IRIS Group 2010, Boks 4.2"),
        ] {
            assert_eq!(place(source), name);
        }
        assert_eq!(address("https://a.dk/b (news)"), Some("https://a.dk/b"));
        assert_eq!(address("IRIS Group 2010"), None);
    }

    #[test]
    fn a_sentence_begins_with_a_capital() {
        assert_eq!(sentence("ærligt"), "Ærligt");
        assert_eq!(sentence(""), "");
    }
}
