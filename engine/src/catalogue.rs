//! The catalogue: offers, offices and places, with their dates.
//!
//! Whether an offer is open is a question of `today`, never of a clock. What a source does not
//! say stays unknown: an unknown price is `None`, an offer whose end is unknown counts only for
//! the year it is described in (if it is history) or from its source on (if it is of today).

use crate::{Date, NeedId, OfferId, OfficeId, rule::Rule, segment::Stage};
use serde::{Deserialize, Serialize};

/// Who acts: the office nearby, the regional house, or the whole country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Municipality or local business office.
    Local,
    /// Væksthus (2007–2018), Erhvervshus (2019–).
    Regional,
    /// State, funds, clusters, private advisers open to the whole country.
    National,
}

/// What kind of body gives the offer. All are legitimate targets (domain §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    /// Publicly paid business promotion.
    Public,
    /// Private advisers at market price.
    PrivateAdviser,
    /// Universities, institutes, schools.
    KnowledgeInstitution,
    /// Private foundations.
    Foundation,
    /// Associations and networks.
    Association,
    /// Authorities.
    Authority,
    /// Clusters.
    Cluster,
    /// Other companies.
    Company,
}

/// Who gives an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Provider {
    /// A body with a name.
    Named(String),
    /// The person's own local office.
    OwnOffice,
    /// The regional house of the person's municipality.
    OwnHouse,
}

/// Where an offer holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// The whole country.
    Denmark,
    /// One municipality, by four-digit code.
    Municipality(String),
    /// The municipalities of an Erhvervshus, by slug.
    House(String),
    /// The municipalities of a region, by code (1081–1085).
    Region(String),
}

/// Status as of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Runs.
    Operating,
    /// Decided, with dates.
    Planned,
    /// Thought about.
    Considered,
    /// Proposed by somebody.
    Proposed,
    /// Over.
    Ended,
}

/// How well the offer is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// A source states that this very offer exists.
    Seen,
    /// Concluded from a law, a class of bodies or an undated page: shown as "ask about".
    Inferred,
}

/// An entry rule of an offer, together with its sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Criterion {
    /// `None`: something that is never asked, so the person must judge.
    pub rule: Option<Rule>,
    /// When this is true the bands are too coarse to tell.
    pub unsure_if: Option<Rule>,
    /// The rule in words.
    pub sentence: String,
}

/// One offer, in one language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// Its id, the name of its file.
    pub id: OfferId,
    /// Who acts.
    pub level: Level,
    /// Who gives it.
    pub provider: Provider,
    /// What kind of body that is.
    pub provider_kind: ProviderKind,
    /// Needs it answers.
    pub needs: Vec<NeedId>,
    /// Stages it is for.
    pub stages: Vec<Stage>,
    /// Where it holds; empty: not stated.
    pub places: Vec<Place>,
    /// Ways it works, such as `one_to_one`; keys of words.
    pub formats: Vec<String>,
    /// Type of local service (domain §4), if classified.
    pub service_type: Option<String>,
    /// Status as of the source.
    pub status: Status,
    /// First day, if known.
    pub from: Option<Date>,
    /// Last day, if known.
    pub until: Option<Date>,
    /// History only: the year it is described in.
    pub known_in: Option<u16>,
    /// How well it is known.
    pub confidence: Confidence,
    /// Date of the source as written there: a day, a month or a year; may be empty.
    pub as_of: String,
    /// When somebody last looked.
    pub last_checked: Date,
    /// Where it is from.
    pub source: String,
    /// Where the person goes; empty: unknown.
    pub url: String,
    /// Most hours of help; `None`: unknown.
    pub hours_max: Option<u16>,
    /// Lowest price in DKK; `None`: unknown, which is not free.
    pub price_min: Option<u32>,
    /// Highest price in DKK; `None`: unknown.
    pub price_max: Option<u32>,
    /// Highest support in DKK; `None`: unknown.
    pub support_max: Option<u32>,
    /// A programme with subsidy (rule R3).
    pub subsidy: bool,
    /// The way in when nothing better is known (no wrong door).
    pub fallback: bool,
    /// Name.
    pub title: String,
    /// What one gets, in a sentence.
    pub summary: String,
    /// Length in words; may be empty.
    pub length: String,
    /// Price in words; may be empty: unknown.
    pub price: String,
    /// A caution; may be empty.
    pub note: String,
    /// Entry rules.
    pub criteria: Vec<Criterion>,
    /// The language of its words, where that is not the content's; else empty.
    #[serde(skip)]
    pub written_in: String,
    /// The office for whose people it is, in place of `places`; none: for whom `places` says.
    #[serde(skip)]
    pub own_people_of: Option<OfficeId>,
}

/// A municipality and where it belongs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Municipality {
    /// Four digits, as text.
    pub code: String,
    /// Name.
    pub name: String,
    /// Other names people type.
    pub aliases: Vec<String>,
    /// Code of the region, 1081–1085.
    pub region: String,
    /// Slug of its Erhvervshus (2019–). Data, not derived from the region.
    pub house: String,
    /// Name of its Væksthus (2007–2018).
    pub growth_house: String,
}

/// An Erhvervshus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct House {
    /// Its name in content.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its site; empty: unknown.
    pub url: String,
}

/// Why an office is in the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficeKind {
    /// Today's way in for a municipality.
    Default,
    /// For trying the program.
    Demo,
    /// A dated example.
    History,
}

/// A business office and what it can.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Office {
    /// Its id, the name of its file.
    pub id: OfficeId,
    /// Why it is here.
    pub kind: OfficeKind,
    /// Codes of its municipalities; empty for a demonstration.
    pub municipalities: Vec<String>,
    /// Name.
    pub name: String,
    /// Site; empty: unknown.
    pub url: String,
    /// Switchboard; empty: unknown.
    pub phone: String,
    /// History only: the year it is described in.
    pub known_in: Option<u16>,
    /// Date of the source; may be empty.
    pub as_of: String,
    /// Where it is from.
    pub source: String,
    /// The source is old or undated: check first.
    pub verify: bool,
    /// Types of service it is known to give; empty: unknown.
    pub services: Vec<String>,
    /// Fields it has competence in, with the most hours it gives; empty: unknown, then the
    /// assumed capability holds.
    pub fields: Vec<Field>,
    /// A remark; may be empty.
    pub note: String,
    /// Where it takes sealed letters; none: the person brings the profile along.
    pub mailbox: Option<Mailbox>,
}

/// Where an office takes sealed letters: what a sender must know, all of it public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// The relay's origin, such as `https://post.example.dk`; empty: the origin of the app.
    pub relay: String,
    /// The mailbox, 22 characters of base64url.
    pub id: String,
    /// The office's public key, 43 characters of base64url.
    pub key: String,
    /// What allows posting, `vmb1_p_` and 22 characters of base64url.
    pub post: String,
}

/// A field of competence of an office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The need it serves.
    pub need: NeedId,
    /// The most hours this office gives in the field (domain §6, R2: data, never a constant).
    pub hours: u8,
}

/// Whether an offer can be used on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// Open that day, as far as the source tells.
    Open,
    /// Begins later.
    NotYet,
    /// Over, or too long ago to be known.
    Ended,
    /// Never more than an idea.
    OnlyProposed,
}

/// Where something is, seen from the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// In the person's own municipality.
    Here,
    /// In the person's region.
    Region,
    /// In the whole country.
    Country,
    /// The offer or the person does not say.
    Unknown,
}

impl Offer {
    /// Whether the offer is open on that day. Sources: issue of the catalogue and domain §13:
    /// "show the date, and never present an ended offer as open".
    pub fn availability(&self, today: Date) -> Availability {
        // A plan without both dates is a plan: nobody could say that it opened.
        let undated_plan =
            self.status == Status::Planned && (self.from.is_none() || self.until.is_none());
        if matches!(self.status, Status::Considered | Status::Proposed) || undated_plan {
            return Availability::OnlyProposed;
        }
        let (first, last) = self.known_days();
        if today < first {
            Availability::NotYet
        } else if last.is_some_and(|last| today > last) {
            Availability::Ended
        } else {
            Availability::Open
        }
    }

    /// First and last day on which the offer is known to be open.
    fn known_days(&self) -> (Date, Option<Date>) {
        if let Some(year) = self.known_in {
            let (first, last) = (Date::first_of_year(year), Date::last_of_year(year));
            return match (self.from, self.until) {
                (from, Some(until)) => (from.unwrap_or(first.min(until)), Some(until)),
                // Start known, end not: known for the year described only.
                (Some(from), None) => (from.max(first), Some(last.max(from))),
                (None, None) => (first, Some(last)),
            };
        }
        let described = self.as_of.get(..4).and_then(|year| year.parse().ok());
        let described = Date::first_of_year(described.unwrap_or(self.last_checked.year()));
        let first = self.from.unwrap_or(described);
        let closed = self.status == Status::Ended
            && self.until.is_none_or(|until| until >= self.last_checked);
        if closed {
            (first, Some(before(first)))
        } else {
            (first, self.until)
        }
    }

    /// Where the offer is, for somebody of that municipality. `None`: elsewhere. What an office gives
    /// its own people is here for them; others are never asked ([`crate::Later::offers_here`]).
    pub fn reach(&self, municipality: Option<&Municipality>) -> Option<Reach> {
        if self.own_people_of.is_some() {
            return Some(Reach::Here);
        }
        if self.places.is_empty() {
            return Some(Reach::Unknown);
        }
        let reach = |place: &Place| match (place, municipality) {
            (Place::Denmark, Some(_)) if self.provider == Provider::OwnOffice => Some(Reach::Here),
            (Place::Denmark, _) => Some(Reach::Country),
            (_, None) => None,
            (Place::Municipality(code), Some(own)) => (*code == own.code).then_some(Reach::Here),
            (Place::House(slug), Some(own)) => (*slug == own.house).then_some(Reach::Region),
            (Place::Region(code), Some(own)) => (*code == own.region).then_some(Reach::Region),
        };
        self.places.iter().filter_map(reach).min()
    }

    /// Whether the source is more than 18 months old on that day: then the person is told to
    /// check that it still runs.
    pub fn is_old(&self, today: Date) -> bool {
        let month = |text: &str| {
            let year = text.get(..4)?.parse().ok()?;
            let month = text
                .get(5..7)
                .and_then(|month| month.parse().ok())
                .unwrap_or(1);
            Date::new(year, month, 1)
        };
        month(&self.as_of).is_none_or(|as_of| today.months_since(as_of) > 18)
    }
}

/// A day before the first: an interval that holds no day.
fn before(first: Date) -> Date {
    Date::first_of_year(first.year().saturating_sub(1))
}

impl Office {
    /// The most hours the office gives in a field; `None`: it has no competence there.
    pub fn hours(&self, need: &NeedId) -> Option<u8> {
        hours(&self.fields, need)
    }
}

/// The most hours these fields give for a need.
pub fn hours(fields: &[Field], need: &NeedId) -> Option<u8> {
    fields
        .iter()
        .find(|field| field.need == *need)
        .map(|field| field.hours)
}
