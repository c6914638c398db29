//! What authors need: content files in, checked content and plain words about every mistake out.
//!
//! Never reaches the wasm. [`load`] reads a folder in one language; [`compile`] makes the
//! bundles of the apps from it; [`check`] finds what an author should mend. [`overlay`] makes what a
//! publisher lays over it.

mod check;
mod compile;
mod diagnostic;
mod explain;
mod layouts;
pub mod overlay;
mod persona;
mod readability;
mod rules;
mod simulation;
mod source;
mod time;
mod translation;

pub use check::{Lengths, check, longest, mean_lix};
pub use compile::{Bundles, compile, languages, load, load_office, office_word_keys, word_keys};
pub use diagnostic::{Diagnostic, Severity};
pub use explain::{Explainer, rule_text};
pub use layouts::{layout_file, test_number};
pub use persona::{All, Expect, ExpectedReferral, Persona, personas, rule_name};
pub use readability::lix;
pub use rules::parse as parse_rule;
pub use simulation::{Random, deepened, fill, respondent};
pub use time::{core_seconds, seconds};
pub use translation::WORDS;
