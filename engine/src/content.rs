//! Content as the app and the command line use it: checked, in one language, ready to read.
//!
//! Two parts for the respondent, because the first question must come quickly: [`First`] is what
//! asking needs, [`Later`] is what the result needs. A third, [`Office`], is only for those who
//! read letters. All are postcard bytes; which are fetched, and when, never depends on an answer.

use crate::{
    NeedId, OfferId, OfficeId, QuestionnaireId, ScaleId, SegmentId,
    briefing::Guide,
    catalogue::{self, Field, House, Municipality, Offer},
    export::ExportWords,
    need::{Need, NeedFinding},
    overlay::{Overlay, Withdrawn},
    profile_code::Layout,
    questionnaire::Questionnaire,
    score::Scale,
    segment::Segment,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What asking needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct First {
    /// Language code, such as `da`.
    pub lang: String,
    /// `ltr` or `rtl`.
    pub direction: String,
    /// Code and own name of every language there is.
    pub languages: Vec<(String, String)>,
    /// All tests.
    pub questionnaires: Vec<Questionnaire>,
    /// Code and name of the 98 municipalities, in the order of the Danish alphabet.
    pub municipalities: Vec<(String, String)>,
    /// Words of the first screens, in the order of their keys.
    pub words: Vec<String>,
}

/// What the result needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Later {
    /// Dimensions, in the order shown.
    pub scales: Vec<Scale>,
    /// Segments, in the order they are tried.
    pub segments: Vec<Segment>,
    /// Needs.
    pub needs: Vec<Need>,
    /// Offers, history included.
    pub offers: Vec<Offer>,
    /// Offices.
    pub offices: Vec<catalogue::Office>,
    /// What is assumed of an office that has not told its capability.
    pub assumed_fields: Vec<Field>,
    /// Municipalities with their houses.
    pub municipalities: Vec<Municipality>,
    /// The Erhvervshuse.
    pub houses: Vec<House>,
    /// How the codes of every released version are laid out.
    pub layouts: Vec<Layout>,
    /// Words of the other screens, in the order of their keys.
    pub words: Vec<String>,
    /// Offers that do not hold for everybody; see [`crate::overlay::lay_over`].
    #[serde(skip)]
    pub withdrawn: Vec<Withdrawn>,
    /// Who has laid something over the content.
    #[serde(skip)]
    pub publishers: Vec<Overlay>,
}

/// What an office needs that reads letters, besides the two other parts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Office {
    /// What helps an adviser to prepare a talk.
    pub guide: Guide,
    /// Headings and words of the inbox as a file.
    pub export: ExportWords,
    /// Words of the office's screens, in the order of their keys.
    pub words: Vec<String>,
}

/// Both parts of the respondent together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Content {
    /// What asking needs.
    pub first: First,
    /// What the result needs.
    pub later: Later,
}

/// The bytes are not content of this version of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotContent;

impl First {
    /// The test of that id.
    pub fn questionnaire(&self, id: &QuestionnaireId) -> Option<&Questionnaire> {
        self.questionnaires.iter().find(|it| it.id == *id)
    }

    /// Reads what [`First::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotContent> {
        read(bytes)
    }

    /// As compact bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        write(self)
    }
}

impl Later {
    /// The need of that id.
    pub fn need(&self, id: &NeedId) -> Option<&Need> {
        self.needs.iter().find(|it| it.id == *id)
    }

    /// The scale of that id.
    pub fn scale(&self, id: &ScaleId) -> Option<&Scale> {
        self.scales.iter().find(|it| it.id == *id)
    }

    /// The segment of that id.
    pub fn segment(&self, id: &SegmentId) -> Option<&Segment> {
        self.segments.iter().find(|it| it.id == *id)
    }

    /// The offer of that id.
    pub fn offer(&self, id: &OfferId) -> Option<&Offer> {
        self.offers.iter().find(|it| it.id == *id)
    }

    /// The office of that id.
    pub fn office(&self, id: &OfficeId) -> Option<&catalogue::Office> {
        self.offices.iter().find(|it| it.id == *id)
    }

    /// The offers that hold for people of this office and municipality: all but those that somebody
    /// who speaks for them has withdrawn, and those that another office gives its own people.
    pub fn offers_here(
        &self,
        office: Option<&OfficeId>,
        municipality: Option<&Municipality>,
    ) -> Vec<&Offer> {
        let here = self.withdrawn.iter();
        let withdrawn: Vec<&OfferId> = here
            .filter(|it| it.by.speaks_for(office, municipality))
            .map(|it| &it.offer)
            .collect();
        let offers = self.offers.iter();
        let is_elsewhere = |offer: &&Offer| {
            let only = offer.own_people_of.as_ref();
            only.is_some_and(|it| Some(it) != office)
        };
        offers
            .filter(|offer| !withdrawn.contains(&&offer.id) && !is_elsewhere(offer))
            .collect()
    }

    /// What the publisher of that id has laid over the content.
    pub fn publisher(&self, id: &str) -> Option<&Overlay> {
        self.publishers.iter().find(|it| it.publisher.id() == id)
    }

    /// The municipality of that code.
    pub fn municipality(&self, code: &str) -> Option<&Municipality> {
        self.municipalities.iter().find(|it| it.code == code)
    }

    /// The Erhvervshus of a municipality.
    pub fn house(&self, municipality: &Municipality) -> Option<&House> {
        self.houses.iter().find(|it| it.slug == municipality.house)
    }

    /// What stands in when no rule finds a need: clarifying what it is (no wrong door).
    pub fn fallback_need(&self) -> Option<NeedFinding> {
        let need = self.need(&"needs_clarification".into())?;
        Some(NeedFinding {
            need: need.id.clone(),
            strength: 0,
            grounds: Vec::new(),
        })
    }

    /// Reads what [`Later::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotContent> {
        read(bytes)
    }

    /// As compact bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        write(self)
    }
}

impl Office {
    /// Reads what [`Office::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotContent> {
        read(bytes)
    }

    /// As compact bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        write(self)
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, NotContent> {
    postcard::from_bytes(bytes).map_err(|_| NotContent)
}

fn write<T: Serialize>(content: &T) -> Vec<u8> {
    postcard::to_allocvec(content)
        .expect("plain data without maps of unknown length always serialises")
}
