//! The content check: everything an author should mend, each with file, line, what, and how.
//!
//! [`check`] tells what [`super::load`] tells for every language, and then looks at the content as
//! a whole. One function for one thing that can be wrong; the files say what they look at:
//! `ids`, `rules` (names, order, dead rules), `reach` (what nobody can reach), `scales`, `words`
//! (length and LIX), `catalogue` (offers and offices), `paths` (how long a test takes), `codes`
//! (frozen layouts) and `briefing` (what an adviser may ask).

mod briefing;
mod catalogue;
mod codes;
mod ids;
mod paths;
mod places;
mod reach;
mod rules;
mod scales;
mod sites;
mod witness;
mod words;

use super::{
    compile::{languages, load, load_office},
    diagnostic::{Diagnostic, Severity},
};
use crate::{Content, Date, briefing::Guide};
use places::{Place, Places};
use std::path::Path;

pub(super) use catalogue::open_day;
pub use paths::{Lengths, longest};
pub(super) use reach::is_shown_to_somebody;
pub(super) use rules::unknown_in;
pub use words::mean_lix;

/// Everything that should be mended in a content folder, worst first, then by file and line.
/// `today` decides what is expired and what must have somebody to turn to.
pub fn check(folder: &Path, today: Date) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut danish = None;
    for lang in languages(folder) {
        let (content, diagnostics) = load(folder, &lang);
        let (office, more) = load_office(folder, &lang);
        found.extend(diagnostics.into_iter().chain(more));
        danish.get_or_insert((content, office.guide));
    }
    if let Some((content, guide)) = danish {
        let places = Places::of(folder);
        let lint = Lint {
            content: &content,
            guide: &guide,
            places: &places,
            today,
        };
        found.extend(lint.all().into_iter().map(|it| it.0));
    }
    found.sort_by(|a, b| (a.severity, &a.file, a.line).cmp(&(b.severity, &b.file, b.line)));
    found.dedup();
    found
}

/// What every lint looks at.
#[derive(Clone, Copy)]
struct Lint<'a> {
    content: &'a Content,
    guide: &'a Guide,
    places: &'a Places,
    today: Date,
}

/// A finding of a lint.
struct Found(Diagnostic);

impl Found {
    fn error(place: &Place, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self(Diagnostic::error(&place.file, place.line, what, hint))
    }

    fn warning(place: &Place, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self(Diagnostic {
            severity: Severity::Warning,
            ..Diagnostic::error(&place.file, place.line, what, hint)
        })
    }
}

impl Lint<'_> {
    fn all(self) -> Vec<Found> {
        let lints = [
            ids::twice,
            rules::unknown_names,
            rules::later_items,
            rules::dead,
            scales::bands,
            scales::items,
            reach::items,
            reach::segments,
            reach::needs,
            reach::offers,
            catalogue::sources,
            catalogue::dates,
            catalogue::names,
            catalogue::offices,
            catalogue::targets,
            words::items,
            words::missing,
            paths::lengths,
            codes::layouts,
            briefing::contradictions,
            briefing::questions,
            briefing::missing,
        ];
        lints.iter().flat_map(|lint| lint(self)).collect()
    }
}
