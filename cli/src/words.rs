//! The headings of `vaekst profile` as text.

use std::collections::BTreeMap;

/// Headings by key, in one language.
pub struct Words(BTreeMap<String, String>);

impl Words {
    /// The headings of a language; English where there are none.
    pub fn of(lang: &str) -> Self {
        let text = match lang {
            "da" => include_str!("../words/da.toml"),
            _ => include_str!("../words/en.toml"),
        };
        Self(toml::from_str(text).expect("a test reads both files"))
    }

    /// The words of a key; the key itself when there are none.
    pub fn get(&self, key: &str) -> String {
        self.0.get(key).cloned().unwrap_or_else(|| key.to_owned())
    }

    /// The words of a key with these pieces filled in.
    pub fn fill(&self, key: &str, pieces: &[(&str, &str)]) -> String {
        pieces.iter().fold(self.get(key), |text, (name, piece)| {
            text.replace(&format!("{{{name}}}"), piece)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_headings() {
        let keys = |lang| Words::of(lang).0.into_keys().collect::<Vec<_>>();
        assert_eq!(keys("da"), keys("en"));
        assert!(keys("da").len() > 40);
    }
}
