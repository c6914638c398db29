//! Translations: a file of the same shape that holds only words.
//!
//! Entries of a list are found by `id`; lists without ids (criteria) by their order. A
//! translation may only give words that the Danish file has, and must give all of them.

use super::diagnostic::{Diagnostic, line_of};
use toml::{Table, Value};

/// The keys that hold words.
pub const WORDS: [&str; 18] = [
    "title",
    "short",
    "text",
    "help",
    "label",
    "labels",
    "summary",
    "what",
    "first_step",
    "intro",
    "length",
    "price",
    "note",
    "name",
    "sentence",
    "hint",
    "channel",
    "questions",
];

/// Words that may stay as they are in every language: proper names.
const MAY_STAY: [&str; 1] = ["name"];

/// The Danish table with the words of another language.
pub(super) fn translated(
    base: &Table,
    words: &Table,
    file: &str,
    text: &str,
) -> (Table, Vec<Diagnostic>) {
    let mut overlay = Overlay {
        file,
        text,
        found: Vec::new(),
    };
    let mut table = base.clone();
    overlay.table(&mut table, words, "");
    (table, overlay.found)
}

struct Overlay<'a> {
    file: &'a str,
    text: &'a str,
    found: Vec<Diagnostic>,
}

impl Overlay<'_> {
    fn table(&mut self, base: &mut Table, words: &Table, place: &str) {
        for key in words.keys().filter(|key| !base.contains_key(*key)) {
            self.report(
                place,
                key,
                format!("`{key}` of {} is not in the Danish file", named(place)),
                "remove it, or correct the key",
            );
        }
        for (key, value) in base.iter_mut() {
            let is_word = WORDS.contains(&key.as_str());
            match (value, words.get(key)) {
                (Value::String(text), Some(Value::String(word))) if is_word => {
                    text.clone_from(word)
                }
                (Value::Array(list), Some(Value::Array(words)))
                    if is_word && list.len() == words.len() =>
                {
                    list.clone_from(words)
                }
                (Value::Array(list), Some(Value::Array(words))) if !is_word => {
                    self.list(list, words, place, key)
                }
                (Value::Table(inner), Some(Value::Table(words))) => {
                    self.table(inner, words, &format!("{place} {key}"))
                }
                (Value::Array(list), None) if !is_word && list.iter().any(holds_words) => {
                    self.report(
                        place,
                        key,
                        format!("the words of `{key}` of {} are missing", named(place)),
                        "add them",
                    );
                }
                (_, None) if is_word && !MAY_STAY.contains(&key.as_str()) => {
                    self.report(
                        place,
                        key,
                        format!("`{key}` of {} is not translated", named(place)),
                        "add the line",
                    );
                }
                (_, Some(_)) if is_word => {
                    self.report(
                        place,
                        key,
                        format!(
                            "`{key}` of {} has another shape than in Danish",
                            named(place)
                        ),
                        "give as many words as the Danish file",
                    );
                }
                (_, Some(_)) if key != "id" && key != "code" && key != "slug" => {
                    self.report(
                        place,
                        key,
                        format!("`{key}` of {} is not a word", named(place)),
                        "a translation holds only ids and words",
                    );
                }
                _ => {}
            }
        }
    }

    fn list(&mut self, base: &mut [Value], words: &[Value], place: &str, key: &str) {
        for (index, entry) in base.iter_mut().enumerate() {
            let Value::Table(entry) = entry else { continue };
            let id = entry.get("id").and_then(Value::as_str).map(str::to_owned);
            let place = id.as_ref().map_or_else(
                || format!("{place} {key} {}", index + 1),
                |id| format!("{place} {id}"),
            );
            let found = match &id {
                Some(id) => words
                    .iter()
                    .find(|it| it.get("id").and_then(Value::as_str) == Some(id)),
                None => words.get(index),
            };
            match found {
                Some(Value::Table(words)) => self.table(entry, words, &place),
                _ if entry
                    .values()
                    .any(|_| holds_words(&Value::Table(entry.clone()))) =>
                {
                    self.report(
                        &place,
                        "",
                        format!("{} is not translated", named(&place)),
                        "add it with its id and words",
                    );
                }
                _ => {}
            }
        }
        for word in words {
            let id = word.get("id").and_then(Value::as_str);
            if let Some(id) = id.filter(|id| {
                !base
                    .iter()
                    .any(|it| it.get("id").and_then(Value::as_str) == Some(id))
            }) {
                self.report(
                    id,
                    "",
                    format!("`{id}` is not in the Danish file"),
                    "remove it, or correct the id",
                );
            }
        }
    }

    fn report(&mut self, place: &str, _key: &str, what: String, hint: &str) {
        let id = place.split(' ').next_back().unwrap_or_default();
        let line = line_of(self.text, &format!("id = \"{id}\""));
        self.found
            .push(Diagnostic::error(self.file, line, what, hint));
    }
}

fn named(place: &str) -> String {
    let place = place.trim();
    if place.is_empty() {
        "the file".into()
    } else {
        format!("`{place}`")
    }
}

fn holds_words(value: &Value) -> bool {
    match value {
        Value::Table(table) => table.iter().any(|(key, value)| {
            (WORDS.contains(&key.as_str()) && !MAY_STAY.contains(&key.as_str()))
                || holds_words(value)
        }),
        Value::Array(list) => list.iter().any(holds_words),
        _ => false,
    }
}
