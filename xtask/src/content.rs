//! Content files → the compact bundles the app reads, one pair per language.

use anyhow::{Result, bail};
use vaekstspejl_engine::authoring::{compile, languages};

use crate::project::Project;

/// The language the content is written in; all others are translations.
pub const FIRST_LANGUAGE: &str = "da";

/// The content of one language, in two parts: what the first question needs, and the rest.
pub struct Content {
    /// `da`, `en`, …
    pub language: String,
    /// Needed until the first question can be answered.
    pub first: Vec<u8>,
    /// Fetched while the person answers.
    pub later: Vec<u8>,
}

/// Compiles every language of the content folder.
pub fn compile_all(project: &Project) -> Result<Vec<Content>> {
    let folder = project.path("content");
    languages(&folder)
        .into_iter()
        .map(|language| match compile(&folder, &language) {
            Ok(bundles) => Ok(Content {
                language,
                first: bundles.first,
                later: bundles.later,
            }),
            Err(findings) => {
                for finding in &findings {
                    eprintln!("{finding}");
                }
                bail!(
                    "the content ({language}) has {} finding(s), listed above; `cargo run -p vaekst -- check` shows them too",
                    findings.len()
                )
            }
        })
        .collect()
}
