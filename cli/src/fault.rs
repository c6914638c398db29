//! Why a command could not be carried out: what happened, and what to do.

use core::fmt;

/// Shown on standard error; exit code 2.
#[derive(Debug)]
pub struct Fault {
    what: String,
    hint: String,
}

impl Fault {
    /// What happened, and what to do.
    pub fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            hint: hint.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "vaekst: {}\n  → {}", self.what, self.hint)
    }
}
