//! Names of things in the content. Each kind has its own type, so that a need can never
//! be passed where an offer is meant.

use core::fmt;
use serde::{Deserialize, Serialize};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The id as it stands in the content files.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl core::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }
    )+};
}

id! {
    /// A questionnaire: `selvtest`, `vaekstscreening`.
    QuestionnaireId
    /// A section of a questionnaire.
    SectionId
    /// One question.
    ItemId
    /// One possible answer of an item. Scale steps are `1` to `5`; yes/no is `yes` and `no`.
    ChoiceId
    /// A dimension that is scored 0–100.
    ScaleId
    /// A kind of respondent: idea, start-up, growth company, under pressure …
    SegmentId
    /// An area in which somebody may want help (domain §20).
    NeedId
    /// One offer of the catalogue.
    OfferId
    /// One business office.
    OfficeId
}
