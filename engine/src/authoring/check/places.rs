//! Where things stand: from an id to the file and line an author must open.
//!
//! The model does not remember files, and should not. Here the Danish files are read once more as
//! lines, and every `id = "…"` is noted under the table it stands in.

use std::{collections::BTreeMap, fs, path::Path};

/// A file of the content folder and a line in it, from 1; 0 is the file as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub file: String,
    pub line: usize,
}

/// All ids of a content folder.
#[derive(Default)]
pub(super) struct Places {
    lines: BTreeMap<String, Vec<String>>,
    ids: BTreeMap<(&'static str, String), Vec<Place>>,
}

const TABLES: [&str; 10] = [
    "sections",
    "items",
    "items.choices",
    "scales",
    "scales.bands",
    "segments",
    "needs",
    "municipalities",
    "houses",
    "steps",
];

/// The name under which files of one thing each are noted: offers, offices.
pub(super) const FILE: &str = "";

impl Places {
    pub fn of(folder: &Path) -> Self {
        let mut places = Self::default();
        let mut files = vec![
            "needs.toml".to_owned(),
            "segments.toml".to_owned(),
            "municipalities.toml".to_owned(),
            "steps.toml".to_owned(),
        ];
        for inner in [
            "questionnaires",
            "scales",
            "offices",
            "offers/local",
            "offers/regional",
            "offers/national",
            "offers/history",
        ] {
            let entries = fs::read_dir(folder.join(inner)).into_iter().flatten();
            let mut names: Vec<String> = entries
                .flatten()
                .map(|entry| format!("{inner}/{}", entry.file_name().to_string_lossy()))
                .filter(|name| name.ends_with(".toml"))
                .collect();
            names.sort();
            files.extend(names);
        }
        // Its ids are those of other things, so it is searched by line only.
        if let Ok(text) = fs::read_to_string(folder.join("briefing.toml")) {
            let lines = text.lines().map(str::to_owned).collect();
            places.lines.insert("briefing.toml".to_owned(), lines);
        }
        for file in files {
            if let Ok(text) = fs::read_to_string(folder.join(&file)) {
                places.add(file, &text);
            }
        }
        places
    }

    fn add(&mut self, file: String, text: &str) {
        let mut table = FILE;
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if let Some(header) = line
                .strip_prefix("[[")
                .and_then(|rest| rest.split("]]").next())
            {
                table = TABLES
                    .into_iter()
                    .find(|known| *known == header)
                    .unwrap_or("other");
            } else if line.starts_with('[') {
                table = "other";
            }
            // `{ id = "solo", label = "…" }` is a choice written on one line.
            let (table, line) = match line.strip_prefix('{') {
                Some(inner) if table == "items" => ("items.choices", inner.trim()),
                _ => (table, line),
            };
            let id = ["id", "code", "slug"]
                .iter()
                .find_map(|key| value(line, key));
            if let Some(id) = id {
                self.ids
                    .entry((table, id.to_owned()))
                    .or_default()
                    .push(Place {
                        file: file.clone(),
                        line: index + 1,
                    });
            }
        }
        let lines = text.lines().map(str::to_owned).collect();
        self.lines.insert(file, lines);
    }

    /// Where an id is defined in tables of that name; [`FILE`] for things with a file of their own.
    /// An id that stands nowhere gives the whole of `otherwise`.
    pub fn id(&self, table: &'static str, id: &str, otherwise: &str) -> Place {
        self.all(table, id)
            .first()
            .cloned()
            .unwrap_or_else(|| Place {
                file: otherwise.to_owned(),
                line: 0,
            })
    }

    /// The first line of a file that holds this piece; 0 when none does.
    pub fn line(&self, file: &str, piece: &str) -> Place {
        let mut lines = self.lines.get(file).into_iter().flatten();
        let found = lines.position(|line| line.contains(piece));
        Place {
            file: file.to_owned(),
            line: found.map_or(0, |index| index + 1),
        }
    }

    /// Every place where an id is defined.
    pub fn all(&self, table: &'static str, id: &str) -> &[Place] {
        self.ids
            .get(&(table, id.to_owned()))
            .map_or(&[], Vec::as_slice)
    }

    /// Where an item of this questionnaire is defined: in its own file or in one it shares.
    pub fn item(&self, questionnaire: &str, item: &str) -> Place {
        let own = format!("questionnaires/{questionnaire}.toml");
        let all = self.all("items", item);
        let found = all.iter().find(|it| it.file == own).or(all.first());
        found.cloned().unwrap_or(Place { file: own, line: 0 })
    }

    /// The `nth` line, from 0, that begins with `start`, at or after a place and before the next
    /// thing of the same kind; the place itself when there is none.
    pub fn after(&self, place: &Place, start: &str, nth: usize) -> Place {
        let lines = self.lines.get(&place.file).map_or(&[][..], Vec::as_slice);
        let found = lines
            .iter()
            .enumerate()
            .skip(place.line.saturating_sub(1))
            .filter(|(_, line)| line.trim_start().starts_with(start))
            .nth(nth);
        found.map_or_else(
            || place.clone(),
            |(index, _)| Place {
                file: place.file.clone(),
                line: index + 1,
            },
        )
    }
}

/// The value of `key = "value"` at the start of a line.
fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let rest = line.strip_prefix(key)?.trim_start().strip_prefix('=')?;
    rest.trim_start().strip_prefix('"')?.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_found_in_the_table_it_stands_in() {
        let mut places = Places::default();
        let text = "id = \"tea\"\n\n[[items]]\nid = \"milk\"\nchoices = [\n  { id = \"oat\" },\n]\n\n[[sections]]\nid = \"milk\"\nrelevant_if = \"always\"\n";
        places.add("questionnaires/tea.toml".into(), text);
        let line = |table, id| places.id(table, id, "none").line;
        assert_eq!(line(FILE, "tea"), 1);
        assert_eq!(line("items", "milk"), 4);
        assert_eq!(line("items.choices", "oat"), 6);
        assert_eq!(line("sections", "milk"), 10);
        assert_eq!(line("items", "sugar"), 0);
        let section = places.id("sections", "milk", "");
        assert_eq!(places.after(&section, "relevant_if", 0).line, 11);
    }
}
