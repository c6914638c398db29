//! Words of the office's screens, by key. The constants are made from `content/strings` by build.rs.

use crate::desk::Desk;

/// A word of the office's screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word(usize);

/// Every key of the office's words in `content/strings/`, as a constant.
#[allow(missing_docs, reason = "the constants are documented by their keys")]
pub mod key {
    use super::Word;
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}

/// The text of a word in the person's language; empty while its content is not there.
pub fn text(word: Word) -> &'static str {
    let office = Desk::here().office.get_untracked();
    office
        .and_then(|office| office.words.get(word.0))
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

/// The text with `{n}` replaced by a number, or the text for exactly one.
pub fn counted(one: Word, many: Word, n: usize) -> String {
    if n == 1 {
        text(one).to_owned()
    } else {
        filled(many, &[("n", &grouped(n))])
    }
}

/// A number in groups of three, as the language writes it.
pub fn grouped(n: usize) -> String {
    let separator = vaekstspejl::words::text(vaekstspejl::words::key::FIGURE_THOUSANDS);
    let digits = n.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push_str(separator);
        }
        grouped.push(digit);
    }
    grouped
}
