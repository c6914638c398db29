//! What is wrong in a content file, where, and how to mend it.

use core::fmt;
use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The content cannot be used.
    Error,
    /// It can be used, but an author should look.
    Warning,
}

/// One finding about one place in the content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The file, relative to the content folder.
    pub file: String,
    /// The line, from 1; 0 when it is about the file as a whole.
    pub line: usize,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub hint: String,
}

impl Diagnostic {
    /// An error at a line.
    pub fn error(
        file: &str,
        line: usize,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            file: file.into(),
            line,
            severity: Severity::Error,
            what: what.into(),
            hint: hint.into(),
        }
    }

    /// A warning at a line.
    pub fn warning(
        file: &str,
        line: usize,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(file, line, what, hint)
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(
            f,
            "{}:{}: {severity}: {}\n  → {}",
            self.file, self.line, self.what, self.hint
        )
    }
}

/// The line, from 1, of a byte of a text.
pub(crate) fn line_at(text: &str, byte: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(byte)
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

/// The line on which this piece of text first stands; 0 when it does not.
pub(crate) fn line_of(text: &str, piece: &str) -> usize {
    text.find(piece).map_or(0, |byte| line_at(text, byte))
}
