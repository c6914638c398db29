//! `vaekst check`: everything in the content that should be mended.

use crate::{Output, fault::Fault};
use std::{fmt::Write, path::Path};
use vaekstspejl_engine::{
    Date,
    authoring::{self, Severity, load, longest, mean_lix},
};

/// People who try each questionnaire for the summary.
const PEOPLE: usize = 300;

/// All findings, then what was looked at. Warnings do not fail.
pub fn run(folder: &Path, today: Date) -> Result<Output, Fault> {
    let found = authoring::check(folder, today);
    let mut text = String::new();
    for finding in &found {
        let _ = writeln!(text, "{finding}");
    }
    let count = |severity| found.iter().filter(|it| it.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    summary(folder, &mut text);
    let _ = writeln!(text, "{errors} errors, {warnings} warnings");
    Ok(Output::new(text, errors == 0))
}

fn summary(folder: &Path, text: &mut String) {
    let (content, _) = load(folder, "da");
    for questionnaire in &content.first.questionnaires {
        let longest = longest(&content, questionnaire, PEOPLE);
        let _ = writeln!(
            text,
            "{} {}: {} items, LIX {:.1} on average; at most {} s for the core, {} s and {} scored items in all",
            questionnaire.id,
            questionnaire.version,
            questionnaire.items.len(),
            mean_lix(questionnaire),
            longest.core_seconds,
            longest.seconds,
            longest.scored
        );
    }
    let later = &content.later;
    let _ = writeln!(
        text,
        "{} scales, {} segments, {} needs, {} offers, {} offices, {} municipalities",
        later.scales.len(),
        later.segments.len(),
        later.needs.len(),
        later.offers.len(),
        later.offices.len(),
        later.municipalities.len()
    );
}
