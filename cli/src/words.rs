//! The headings of `vaekst profile` and the words of `vaekst workshop` as text.

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

    /// The words of a workshop.
    pub fn of_workshop(lang: &str) -> Self {
        let text = match lang {
            "da" => include_str!("../words/workshop-da.toml"),
            _ => include_str!("../words/workshop-en.toml"),
        };
        Self(toml::from_str(text).expect("a test reads both files"))
    }

    /// Every key with its words.
    pub fn all(&self) -> impl Iterator<Item = (&String, &String)> {
        self.0.iter()
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

    #[test]
    fn both_languages_have_the_same_words_of_a_workshop_and_fill_in_the_same() {
        let (danish, english) = (Words::of_workshop("da"), Words::of_workshop("en"));
        let pieces = |text: &str| {
            let pieces = text
                .split('{')
                .skip(1)
                .filter_map(|it| it.split('}').next());
            let mut pieces: Vec<String> = pieces.map(str::to_owned).collect();
            pieces.sort();
            pieces
        };
        let keys = |words: &Words| words.0.keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&danish), keys(&english));
        for (key, text) in &danish.0 {
            assert_eq!(pieces(text), pieces(&english.get(key)), "{key}");
        }
        assert!(danish.0.len() > 40);
    }
}
