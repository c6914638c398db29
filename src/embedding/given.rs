//! What a person may give the page around: a summary of the profile, after reading it.
//!
//! Test, day, segment, bands and needs. No answers, no code, no plan, no municipality, no points.

use super::message::{LONGEST, Said};
use crate::state::State;
use serde::{Serialize, Serializer};
use std::sync::OnceLock;
use vaekstspejl_engine::{
    Assessment, Date, NeedId, QuestionnaireId, ScaleId, SegmentId, need,
    questionnaire::Questionnaire,
};

/// The summary. Ids are those of the content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Given {
    /// The test.
    pub test: QuestionnaireId,
    /// Its version.
    pub version: u16,
    /// The day of the profile.
    pub day: Date,
    /// Where the person stands.
    pub segment: Option<SegmentId>,
    /// The band of every dimension that is known.
    #[serde(serialize_with = "as_fields")]
    pub bands: Vec<(ScaleId, String)>,
    /// The needs shown, strongest first.
    pub needs: Vec<NeedId>,
}

/// What was given last in this visit.
pub fn last() -> State<Option<Given>> {
    static LAST: OnceLock<State<Option<Given>>> = OnceLock::new();
    *LAST.get_or_init(|| State::new(None))
}

impl Given {
    /// The summary of a profile; `None`: it would be longer than a message may be.
    pub fn of(test: &Questionnaire, assessment: &Assessment<'_>) -> Option<Self> {
        let bands = assessment.profile.dimensions.iter();
        let given = Self {
            test: test.id.clone(),
            version: test.version,
            day: assessment.today,
            segment: assessment.segment.as_ref().map(|it| it.segment.clone()),
            bands: bands
                .filter_map(|it| Some((it.scale.clone(), it.band.clone()?)))
                .collect(),
            needs: assessment
                .needs
                .iter()
                .take(need::SHOWN)
                .map(|found| found.need.clone())
                .collect(),
        };
        (given.to_json().len() <= LONGEST).then_some(given)
    }

    /// The message in which it is given, letter for letter.
    pub fn to_json(&self) -> String {
        Said::Summary(self).to_json()
    }
}

/// Pairs as the fields of an object.
fn as_fields<S: Serializer>(pairs: &[(ScaleId, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}
