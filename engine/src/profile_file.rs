//! The profile file: what a person keeps, as JSON that a person and any program can read.
//!
//! A file of any released version opens for ever: the questionnaire's version is in it, answers
//! are keyed by item, and what this version no longer asks simply does not count. A profile file
//! is also an answers file for `vaekst profile`.

use crate::{Answers, Date, OfficeId, QuestionnaireId, plan::PlanEntry};
use serde::{Deserialize, Serialize};

const FORMAT: &str = "vaekstspejl-profile";
const VERSION: u16 = 1;

/// Longer text is not looked at: no profile is that long (bytes).
pub const LONGEST: usize = 200_000;

/// What is saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileFile {
    /// The test.
    pub questionnaire: QuestionnaireId,
    /// The version of the test that was answered.
    pub questionnaire_version: u16,
    /// The day it was saved.
    pub saved: Option<Date>,
    /// The office whose page it was, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<OfficeId>,
    /// The answers that count.
    pub answers: Answers,
    /// The plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plan: Vec<PlanEntry>,
}

/// Why a file cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileError {
    /// Longer than any profile.
    TooLong,
    /// Not JSON: another kind of file, or cut off.
    NotJson {
        /// The line at which reading stopped.
        line: usize,
    },
    /// JSON, but not a profile.
    NotAProfile,
    /// Made by a newer version of the program.
    Newer {
        /// The version of its format.
        version: u16,
    },
    /// A profile, but something in it is not what it must be.
    Damaged {
        /// The line at which reading stopped.
        line: usize,
    },
}

#[derive(Serialize)]
struct Written<'a> {
    format: &'a str,
    version: u16,
    #[serde(flatten)]
    profile: &'a ProfileFile,
}

#[derive(Deserialize)]
struct Mark {
    #[serde(default)]
    format: Option<String>,
    #[serde(default)]
    version: u16,
}

impl ProfileFile {
    /// The file's text.
    pub fn to_json(&self) -> String {
        let written = Written {
            format: FORMAT,
            version: VERSION,
            profile: self,
        };
        serde_json::to_string_pretty(&written).expect("strings, numbers and lists always serialise")
    }

    /// Opens a file's text.
    pub fn from_json(text: &str) -> Result<Self, FileError> {
        if text.len() > LONGEST {
            return Err(FileError::TooLong);
        }
        let text = text.trim_start_matches('\u{feff}');
        let mark: Mark = serde_json::from_str(text).map_err(|error| {
            if error.is_data() {
                FileError::NotAProfile
            } else {
                FileError::NotJson { line: error.line() }
            }
        })?;
        if mark.format.as_deref() != Some(FORMAT) {
            return Err(FileError::NotAProfile);
        }
        match mark.version {
            VERSION => serde_json::from_str(text)
                .map_err(|error| FileError::Damaged { line: error.line() }),
            0 => Err(FileError::NotAProfile),
            version => Err(FileError::Newer { version }),
        }
    }
}
