//! The words of whoever publishes here: the office whose page this is, or the person's own office.
//!
//! They are the publisher's, not ours: each stands under the publisher's name, as plain paragraphs,
//! and says in which language it is.

use super::{El, el};
use crate::{
    offer_words::Case,
    session::Session,
    words::{Word, filled, key},
};
use vaekstspejl_engine::overlay::{self, Overlay, OwnWords};

/// What a publisher says in the person's language, else in Danish: the language and the words.
pub fn own_words(
    session: Session,
    overlay: &'static Overlay,
) -> Option<(&'static str, &'static OwnWords)> {
    let lang = session.first.get()?.lang.as_str();
    overlay::in_language(&overlay.words, lang)
}

/// Under the result: what the publisher of this page wants to say before the person goes on, or,
/// on a page of nobody in particular, the person's own office.
pub fn publisher_end(session: Session, case: Case<'_>) -> Option<El> {
    let own = || case.later.publisher(case.office()?.id.as_str());
    let overlay = session.publisher().or_else(own)?;
    let (written_in, words) = own_words(session, overlay)?;
    let title = titled(key::PUBLISHER_END, overlay).attr("id", "publisher-title");
    let words = said(written_in, &words.end)?;
    let section = el("section", "publisher card").attr("aria-labelledby", "publisher-title");
    Some(section.kid(title).kid(words))
}

/// A heading with the publisher's name.
pub fn titled(word: Word, overlay: &'static Overlay) -> El {
    el("h2", "").kid(filled(word, &[("name", &overlay.name)]))
}

/// A publisher's text, a paragraph for each line; nothing where there is none.
pub fn said(written_in: &'static str, words: &'static str) -> Option<El> {
    let lines = words.lines().filter(|line| !line.trim().is_empty());
    let lines: Vec<El> = lines.map(|line| el("p", "").kid(line)).collect();
    (!lines.is_empty()).then(|| {
        el("div", "publisher__words")
            .attr("lang", written_in)
            .kids(lines)
    })
}
