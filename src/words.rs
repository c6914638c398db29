//! Words of the screens, by key. The constants are made from `content/strings` by build.rs.

use crate::session::Session;
use leptos::prelude::*;

/// A word of the screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Of the first screens: there from the start.
    First(usize),
    /// Of the result's screens: there once the result's content is.
    Later(usize),
}

/// Every key of `content/strings`, as a constant.
#[allow(missing_docs, reason = "the constants are documented by their keys")]
pub mod key {
    use super::Word;
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}

/// The text of a word in the person's language; empty while its content is not there.
pub fn text(word: Word) -> &'static str {
    text_of(expect_context::<Session>(), word)
}

/// The same for tasks, which stand outside of every component.
pub fn text_of(session: Session, word: Word) -> &'static str {
    let words = match word {
        Word::First(_) => session.first.get().map(|content| &content.words),
        Word::Later(_) => session.later.get().map(|content| &content.words),
    };
    let (Word::First(index) | Word::Later(index)) = word;
    words
        .and_then(|words| words.get(index))
        .map_or("", String::as_str)
}

/// The text with `{name}` replaced.
pub fn filled(word: Word, values: &[(&str, &str)]) -> String {
    values
        .iter()
        .fold(text(word).to_owned(), |text, (name, value)| {
            text.replace(&["{", name, "}"].concat(), value)
        })
}
