//! What authors need: content files in, checked content and plain words about every mistake out.
//!
//! Never reaches the wasm. [`load`] reads a folder in one language; [`compile`] makes the two
//! bundles of the app from it; [`check`] finds what an author should mend.

mod compile;
mod diagnostic;
mod layouts;
mod overlay;
mod readability;
mod rules;
mod source;
mod time;

pub use compile::{Bundles, compile, languages, load, word_keys};
pub use diagnostic::{Diagnostic, Severity};
pub use layouts::{layout_file, test_number};
pub use overlay::WORDS;
pub use readability::lix;
pub use rules::parse as parse_rule;
pub use time::{core_seconds, seconds};
