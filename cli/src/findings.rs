//! What is wrong in a publisher's files, in the words of the people who wrote them.

use crate::words::Words;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use vaekstspejl_engine::{
    authoring::{
        Severity,
        overlay::{Code, Finding, Place, Spot},
    },
    submission::shown_line,
};

/// The sentences of every finding, in one language.
#[derive(Deserialize)]
pub struct FindingWords {
    near: String,
    error: String,
    warning: String,
    row: String,
    column: String,
    column_alone: String,
    line: String,
    #[serde(flatten)]
    said: BTreeMap<Code, Said>,
    #[serde(skip)]
    words: Option<Words>,
}

/// What is wrong, and what to do.
#[derive(Deserialize)]
struct Said {
    what: String,
    #[serde(rename = "do")]
    mend: String,
}

impl FindingWords {
    /// Those of a language; English where there are none.
    pub fn of(lang: &str) -> Self {
        let text = match lang {
            "da" => include_str!("../words/findings-da.toml"),
            _ => include_str!("../words/findings-en.toml"),
        };
        let read: Self = toml::from_str(text).expect("a test reads both files");
        Self {
            words: Some(Words::of(lang)),
            ..read
        }
    }

    /// A finding in two lines: where and what; how to mend it.
    pub fn told(&self, finding: &Finding) -> String {
        let severity = match finding.severity {
            Severity::Error => &self.error,
            Severity::Warning => &self.warning,
        };
        let place = self.place(&finding.place);
        let (what, mend) = (self.what(finding), self.mend(finding));
        format!("{severity}: {place}: {what}\n  → {mend}\n")
    }

    /// For programs: the same, taken apart.
    pub fn as_json(&self, finding: &Finding) -> Value {
        json!({
            "severity": finding.severity,
            "code": finding.code,
            "place": finding.place,
            "what": self.what(finding),
            "do": self.mend(finding),
        })
    }

    fn place(&self, place: &Place) -> String {
        let at = match &place.at {
            Spot::Whole | Spot::Line(0) => return shown_line(&place.file),
            Spot::Line(line) => self.line.replace("{line}", &line.to_string()),
            Spot::Row(row) => self.row.replace("{row}", &row.to_string()),
            Spot::Cell {
                row,
                column,
                heading,
            } => {
                let words = if heading.is_empty() {
                    &self.column_alone
                } else {
                    &self.column
                };
                let row = self.row.replace("{row}", &row.to_string());
                let cell = words.replace("{column}", column);
                format!("{row}, {}", cell.replace("{heading}", &shown_line(heading)))
            }
        };
        format!("{}, {at}", shown_line(&place.file))
    }

    fn what(&self, finding: &Finding) -> String {
        let said = self.said.get(&finding.code);
        said.map_or_else(String::new, |it| self.filled(&it.what, finding))
    }

    fn mend(&self, finding: &Finding) -> String {
        let said = self.said.get(&finding.code);
        let mend = said.map_or_else(String::new, |it| self.filled(&it.mend, finding));
        let mut pieces = finding.pieces.iter();
        match pieces.find(|(name, piece)| *name == "nearest" && !piece.is_empty()) {
            // A colour's nearest has its place in the sentence; a name's comes after it.
            Some(_) if !said.is_some_and(|it| it.mend.contains("{nearest}")) => {
                format!("{mend} {}", self.filled(&self.near, finding))
            }
            _ => mend,
        }
    }

    /// A sentence with its pieces. What an author wrote cannot steer the terminal.
    fn filled(&self, sentence: &str, finding: &Finding) -> String {
        let mut text = String::new();
        let mut rest = sentence;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            let piece = finding.pieces.iter().find(|(it, _)| *it == name);
            let piece = piece.map_or("", |(_, piece)| piece.as_str());
            match &self.words {
                Some(words) if name == "level" => text.push_str(&words.get(piece)),
                _ => text.push_str(&shown_line(piece)),
            }
            rest = after;
        }
        text.push_str(rest);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(sentence: &str) -> Vec<&str> {
        let parts = sentence.split('{').skip(1);
        let mut names: Vec<&str> = parts.filter_map(|it| it.split('}').next()).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn every_finding_is_said_in_both_languages_with_the_same_pieces() {
        let (danish, english) = (FindingWords::of("da"), FindingWords::of("en"));
        for code in Code::ALL {
            let of = |words: &FindingWords| {
                let said = words.said.get(code);
                let said = said.unwrap_or_else(|| panic!("{code:?} has no words"));
                let both = [&said.what, &said.mend].map(|it| it.to_owned());
                assert!(both.iter().all(|it| !it.is_empty()), "{code:?}");
                assert!(!both[0].ends_with('.'), "{code:?}: it stands after a colon");
                assert!(both[1].ends_with(['.', '…']), "{code:?}: a sentence ends");
                both
            };
            let (da, en) = (of(&danish), of(&english));
            for (da, en) in da.iter().zip(&en) {
                assert_eq!(places(da), places(en), "{code:?}");
            }
        }
        assert_eq!(danish.said.len(), Code::ALL.len());
        assert_eq!(english.said.len(), Code::ALL.len());
    }

    #[test]
    fn what_an_author_wrote_cannot_steer_the_terminal() {
        let finding = Finding {
            place: Place::cell("x/tilbud.csv", 7, 3, "pris\u{1b}[2J"),
            severity: Severity::Error,
            code: Code::NotAnAmount,
            pieces: vec![("value", "1\u{1b}[31m{what}\u{202e}".into())],
        };
        let told = FindingWords::of("da").told(&finding);
        assert!(
            told.starts_with("fejl: x/tilbud.csv, række 7, kolonne D (pris"),
            "{told}"
        );
        assert!(!told.contains(['\u{1b}', '\u{202e}']), "{told:?}");
        // A piece is never taken for a place in the sentence.
        assert!(told.contains("{what}"), "{told}");
    }
}
