//! The pure model of Vækstspejl: answers in; profile, needs, recommendations and plan out.
//!
//! ```text
//! answers → relevant items → scores → profile → needs → recommendations → plan
//! ```
//! Every arrow is a total function over plain data, in a module named after what it makes.
//! There is no I/O here, no clock, no randomness and no page: `today` is an argument,
//! the content is an argument, and incomplete answers are never an error.
//! Numbers are whole numbers, so a result is the same natively and in the browser, bit for bit.
//!
//! Read the modules in the order they stand.

mod id;

pub mod answers;
pub mod assessment;
pub mod catalogue;
pub mod comparison;
pub mod date;
pub mod deepening;
pub mod eligibility;
pub mod need;
pub mod plan;
pub mod profile;
pub mod questionnaire;
pub mod recommendation;
pub mod referral;
pub mod relevance;
pub mod rule;
pub mod score;
pub mod segment;

pub mod content;
pub mod overlay;
pub mod profile_code;
pub mod profile_file;
pub mod submission;

pub mod briefing;
pub mod export;
pub mod inbox_statistics;

#[cfg(feature = "authoring")]
pub mod authoring;

pub use answers::{Answer, Answers};
pub use assessment::{Assessment, assess};
pub use content::{Content, First, Later};
pub use date::Date;
pub use id::{
    ChoiceId, ItemId, NeedId, OfferId, OfficeId, QuestionnaireId, ScaleId, SectionId, SegmentId,
};
