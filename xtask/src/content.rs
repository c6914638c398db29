//! Content files → the compact bundles the programs read, three per language.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use vaekstspejl_engine::Later;
use vaekstspejl_engine::authoring::{compile, languages};

use crate::project::Project;

/// The language the content is written in; all others are translations.
pub const FIRST_LANGUAGE: &str = "da";

/// The content of one language: what the first question needs, the rest, and what offices need.
pub struct Content {
    /// `da`, `en`, …
    pub language: String,
    /// Needed until the first question can be answered.
    pub first: Vec<u8>,
    /// Fetched while the person answers.
    pub later: Vec<u8>,
    /// Fetched by the office's page only.
    pub office: Vec<u8>,
}

/// The origins of all mailboxes that offices publish, each once. An empty one is the app's own.
pub fn relays(contents: &[Content]) -> Vec<String> {
    let mut origins = BTreeSet::new();
    for content in contents {
        let later = Later::from_bytes(&content.later).unwrap_or_default();
        let mailboxes = later
            .offices
            .into_iter()
            .filter_map(|office| office.mailbox);
        origins.extend(
            mailboxes
                .map(|mailbox| mailbox.relay)
                .filter(|it| !it.is_empty()),
        );
    }
    origins.into_iter().collect()
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
                office: bundles.office,
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
