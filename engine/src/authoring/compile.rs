//! From a folder of content files to content in one language, and to the app's bundles.

use super::{
    diagnostic::{Diagnostic, Severity, line_at, line_of},
    layouts,
    source::{
        BriefingFile, CapabilityFile, ExportFile, Faults, FieldSource, HouseSource, ItemSource,
        MunicipalitiesFile, MunicipalitySource, NeedsFile, OfferSource, OfficeSource,
        QuestionnaireFile, ScalesFile, SectionSource, SegmentsFile, StepsFile,
    },
    time, translation,
};
use crate::{
    briefing::Guide,
    content::{Content, First, Later, Office},
    export::ExportWords,
    questionnaire::{Questionnaire, Tier},
};
use serde::de::DeserializeOwned;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use toml::{Table, Value};

/// The language the content is written in.
const OWN_LANGUAGE: &str = "da";

/// Words that are there from the start; the other files of `strings/` come with the result.
const FIRST_WORDS: &str = "strings/first.toml";

/// Words of the office's screens, of its workshops and of their plans: in neither part of the
/// respondent.
const OFFICE_WORDS: [&str; 3] = [
    "strings/console.toml",
    "strings/workshop-room.toml",
    "strings/workshop-plan.toml",
];

/// Whether the words of a file are not the result's.
fn is_of_another_part(file: &str) -> bool {
    file == FIRST_WORDS || OFFICE_WORDS.contains(&file)
}

/// What an adviser may ask about.
const BRIEFING: &str = "briefing.toml";

/// Headings and words of the inbox as a file.
const EXPORT: &str = "export.toml";

/// Made from the words, for testing that everything can be read from right to left.
const PSEUDO_RTL: &str = "qps-rtl";

/// The bundles of one language: two of the respondent's app, one of the office's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundles {
    /// [`First`] as bytes.
    pub first: Vec<u8>,
    /// [`Later`] as bytes.
    pub later: Vec<u8>,
    /// [`Office`] as bytes.
    pub office: Vec<u8>,
}

/// The languages of a content folder: Danish, and every folder of `translations/`.
pub fn languages(folder: &Path) -> Vec<String> {
    let mut languages = vec![OWN_LANGUAGE.to_owned()];
    languages.extend(
        entries(&folder.join("translations"))
            .iter()
            .filter(|it| it.is_dir())
            .map(|it| name(it)),
    );
    languages
}

/// The bundles of one language, if the content has no errors.
pub fn compile(folder: &Path, lang: &str) -> Result<Bundles, Vec<Diagnostic>> {
    let (content, mut found) = load(folder, lang);
    let (office, more) = load_office(folder, lang);
    found.extend(more);
    let errors: Vec<Diagnostic> = found
        .into_iter()
        .filter(|it| it.severity == Severity::Error)
        .collect();
    if errors.is_empty() {
        Ok(Bundles {
            first: content.first.to_bytes(),
            later: content.later.to_bytes(),
            office: office.to_bytes(),
        })
    } else {
        Err(errors)
    }
}

/// The keys of the words of the screens, in the order of [`First::words`] and [`Later::words`].
pub fn word_keys(folder: &Path) -> (Vec<String>, Vec<String>) {
    let mut reader = Reader::new(folder, OWN_LANGUAGE);
    let first = reader.words(FIRST_WORDS).into_keys().collect();
    (first, reader.later_words().into_keys().collect())
}

/// The keys of the words of the office's screens, in the order of [`Office::words`].
pub fn office_word_keys(folder: &Path) -> Vec<String> {
    let mut reader = Reader::new(folder, OWN_LANGUAGE);
    reader.office_words().into_keys().collect()
}

/// Reads what only an office needs, in one language. A folder without it has none.
pub fn load_office(folder: &Path, lang: &str) -> (Office, Vec<Diagnostic>) {
    let mut reader = Reader::new(folder, lang);
    let guide = if folder.join(BRIEFING).exists() {
        reader.built(BRIEFING, |file: BriefingFile, faults| file.build(faults))
    } else {
        Guide::default()
    };
    let export = if folder.join(EXPORT).exists() {
        reader.built(EXPORT, |file: ExportFile, faults| file.build(faults))
    } else {
        ExportWords::default()
    };
    let words = reader.office_words().into_values().collect();
    let office = Office {
        guide,
        export,
        words,
    };
    (office, reader.found)
}

/// Reads a content folder in one language. What can be read is read even when there are errors,
/// so that all of them are told at once.
pub fn load(folder: &Path, lang: &str) -> (Content, Vec<Diagnostic>) {
    let mut reader = Reader::new(folder, lang);
    let steps = reader
        .read::<StepsFile>("steps.toml")
        .map(|file| file.steps)
        .unwrap_or_default();
    let steps: BTreeMap<String, Vec<String>> =
        steps.into_iter().map(|it| (it.id, it.labels)).collect();
    let questionnaires = reader.questionnaires(&steps);
    let places = reader.read::<MunicipalitiesFile>("municipalities.toml");
    let (houses, municipalities) = places
        .map(|it| (it.houses, it.municipalities))
        .unwrap_or_default();
    let municipalities: Vec<_> = municipalities
        .into_iter()
        .map(MunicipalitySource::build)
        .collect();
    let mut names: Vec<(String, String)> = municipalities
        .iter()
        .map(|it| (it.code.clone(), it.name.clone()))
        .collect();
    names.sort_by_key(|(_, name)| danish_order(name));
    let first = First {
        lang: lang.to_owned(),
        languages: reader.language_names(),
        direction: if lang == PSEUDO_RTL {
            "rtl".into()
        } else {
            reader.direction()
        },
        questionnaires,
        municipalities: names,
        words: reader.words(FIRST_WORDS).into_values().collect(),
    };
    let mut scales = Vec::new();
    for file in reader.files("scales") {
        scales.extend(
            reader
                .read::<ScalesFile>(&file)
                .map(|it| it.scales)
                .unwrap_or_default(),
        );
    }
    let later = Later {
        scales: scales.into_iter().map(|scale| scale.build()).collect(),
        segments: reader.built("segments.toml", |file: SegmentsFile, faults| {
            file.segments
                .into_iter()
                .map(|it| it.build(faults))
                .collect()
        }),
        needs: reader.built("needs.toml", |file: NeedsFile, faults| {
            file.needs.into_iter().map(|it| it.build(faults)).collect()
        }),
        offers: reader.offers(),
        offices: reader.offices(),
        assumed_fields: reader.built("offices/capability.toml", |file: CapabilityFile, _| {
            file.fields.into_iter().map(FieldSource::build).collect()
        }),
        municipalities,
        houses: houses.into_iter().map(HouseSource::build).collect(),
        layouts: reader.layouts(),
        words: reader.later_words().into_values().collect(),
        withdrawn: Vec::new(),
        publishers: Vec::new(),
    };
    let mut content = Content { first, later };
    in_order_of_items(&mut content);
    (content, reader.found)
}

/// Scales in the order in which the questionnaires ask for them: the order of wheel and table.
fn in_order_of_items(content: &mut Content) {
    let items: Vec<_> = content
        .first
        .questionnaires
        .iter()
        .flat_map(|it| &it.items)
        .collect();
    content.later.scales.sort_by_key(|scale| {
        items
            .iter()
            .position(|item| {
                item.tier == Tier::Core && item.scores.iter().any(|(id, _)| *id == scale.id)
            })
            .unwrap_or(usize::MAX)
    });
}

/// The Danish alphabet ends in æ, ø, å, and aa is å; in Unicode å comes before æ.
fn danish_order(name: &str) -> String {
    name.to_lowercase()
        .replace('å', "\u{fff0}")
        .replace("aa", "\u{fff0}")
}

struct Reader<'a> {
    folder: &'a Path,
    lang: &'a str,
    found: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    fn new(folder: &'a Path, lang: &'a str) -> Self {
        Self {
            folder,
            lang,
            found: Vec::new(),
        }
    }

    fn text(&mut self, file: &str) -> Option<String> {
        match fs::read(self.folder.join(file)) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Some(text.trim_start_matches('\u{feff}').to_owned()),
                Err(_) => {
                    self.found.push(Diagnostic::error(
                        file,
                        0,
                        "the file is not UTF-8",
                        "save it again with the encoding UTF-8",
                    ));
                    None
                }
            },
            Err(error) => {
                self.found.push(Diagnostic::error(
                    file,
                    0,
                    format!("the file cannot be read: {error}"),
                    "check that it is there and may be read",
                ));
                None
            }
        }
    }

    fn table(&mut self, file: &str) -> Option<(Table, String)> {
        let text = self.text(file)?;
        match text.parse::<Table>() {
            Ok(table) => Some((table, text)),
            Err(error) => {
                self.found.push(toml_error(file, &text, &error));
                None
            }
        }
    }

    /// A file in the reader's language.
    fn read<T: DeserializeOwned>(&mut self, file: &str) -> Option<T> {
        let (table, text) = self.table(file)?;
        if self.lang == OWN_LANGUAGE {
            return match toml::from_str(&text) {
                Ok(value) => Some(value),
                Err(error) => {
                    self.found.push(toml_error(file, &text, &error));
                    None
                }
            };
        }
        let table = self.translated(file, table);
        // A wrong shape was told, with its line, when the Danish file was read.
        table.try_into().ok()
    }

    fn translated(&mut self, file: &str, table: Table) -> Table {
        if self.lang == PSEUDO_RTL {
            return pseudo(table);
        }
        let translation = format!("translations/{}/{file}", self.lang);
        let empty = Table::new();
        let exists = self.folder.join(&translation).exists();
        let (words, text) = if exists {
            self.table(&translation).unwrap_or_default()
        } else {
            (empty, String::new())
        };
        let (table, mut found) = translation::translated(&table, &words, &translation, &text);
        if !exists && !found.is_empty() {
            found = vec![Diagnostic::error(
                &translation,
                0,
                "the translation is missing",
                format!("make the file, with the words of content/{file}"),
            )];
        }
        self.found.append(&mut found);
        table
    }

    fn built<T: DeserializeOwned, M: Default>(
        &mut self,
        file: &str,
        build: impl FnOnce(T, &mut Faults) -> M,
    ) -> M {
        let Some(source) = self.read::<T>(file) else {
            return M::default();
        };
        let mut faults = Faults::default();
        let made = build(source, &mut faults);
        self.report(file, faults);
        made
    }

    /// Faults are the same in every language; they are told once, in Danish.
    fn report(&mut self, file: &str, faults: Faults) {
        if self.lang != OWN_LANGUAGE || faults.0.is_empty() {
            return;
        }
        let text = fs::read_to_string(self.folder.join(file)).unwrap_or_default();
        for fault in faults.0 {
            self.found.push(Diagnostic::error(
                file,
                line_of(&text, &fault.piece),
                fault.what,
                fault.hint,
            ));
        }
    }

    fn files(&self, folder: &str) -> Vec<String> {
        entries(&self.folder.join(folder))
            .iter()
            .filter(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "toml")
            })
            .map(|path| format!("{folder}/{}", name(path)))
            .collect()
    }

    /// Every language in its own name: how it is called never changes with the language.
    fn language_names(&self) -> Vec<(String, String)> {
        let name = |lang: &String| {
            let words = Reader::new(self.folder, lang).words(FIRST_WORDS);
            words
                .get("language.name")
                .cloned()
                .unwrap_or_else(|| lang.clone())
        };
        languages(self.folder)
            .iter()
            .map(|lang| (lang.clone(), name(lang)))
            .collect()
    }

    fn direction(&mut self) -> String {
        let words = self.words(FIRST_WORDS);
        words
            .get("language.direction")
            .cloned()
            .unwrap_or_else(|| "ltr".into())
    }

    fn questionnaires(&mut self, steps: &BTreeMap<String, Vec<String>>) -> Vec<Questionnaire> {
        let mut questionnaires = Vec::new();
        for file in self.files("questionnaires") {
            let Some(source) = self.read::<QuestionnaireFile>(&file) else {
                continue;
            };
            // A file without id is a set of sections that others include.
            if source.id.is_some() {
                questionnaires.push(self.questionnaire(&file, source, steps));
            }
        }
        questionnaires
    }

    fn questionnaire(
        &mut self,
        file: &str,
        source: QuestionnaireFile,
        steps: &BTreeMap<String, Vec<String>>,
    ) -> Questionnaire {
        let (first, rest): (Vec<_>, Vec<_>) = source
            .sections
            .into_iter()
            .partition(|section| section.first);
        let mut faults = Faults::default();
        let mut sections: Vec<_> = first.into_iter().map(|it| it.build(&mut faults)).collect();
        let own_labels = |item: &ItemSource| item.steps.is_none();
        let mut shared: Vec<String> = source
            .items
            .iter()
            .filter(|it| !own_labels(it))
            .map(|it| it.id.clone())
            .collect();
        let mut items: Vec<_> = source
            .items
            .into_iter()
            .map(|it| it.build(steps, &mut faults))
            .collect();
        for included in &source.include {
            let included_file = format!("questionnaires/{included}.toml");
            if let Some(included) = self.read::<QuestionnaireFile>(&included_file) {
                let mut faults = Faults::default();
                sections.extend(
                    included
                        .sections
                        .into_iter()
                        .map(|it: SectionSource| it.build(&mut faults)),
                );
                shared.extend(
                    included
                        .items
                        .iter()
                        .filter(|it| !own_labels(it))
                        .map(|it| it.id.clone()),
                );
                items.extend(
                    included
                        .items
                        .into_iter()
                        .map(|it| it.build(steps, &mut faults)),
                );
                self.report(&included_file, faults);
            }
        }
        sections.extend(rest.into_iter().map(|it| it.build(&mut faults)));
        for item in items
            .iter()
            .filter(|item| !sections.iter().any(|section| section.id == item.section))
        {
            faults.add(
                &format!("id = \"{}\"", item.id),
                format!(
                    "item `{}` stands in section `{}`, which there is not",
                    item.id, item.section
                ),
                "add the section, or correct its id",
            );
        }
        items.sort_by_key(|item| {
            (
                item.tier == Tier::Deep,
                sections
                    .iter()
                    .position(|section| section.id == item.section),
            )
        });
        self.report(file, faults);
        let mut questionnaire = Questionnaire {
            id: source.id.unwrap_or_default().as_str().into(),
            version: source.version.unwrap_or(1),
            title: source.title.unwrap_or_default(),
            summary: source.summary.unwrap_or_default(),
            sections,
            items,
        };
        time::set_seconds(&mut questionnaire, |id| shared.iter().any(|it| it == id));
        questionnaire
    }

    fn offers(&mut self) -> Vec<crate::catalogue::Offer> {
        let mut offers = Vec::new();
        for folder in [
            "offers/local",
            "offers/regional",
            "offers/national",
            "offers/history",
        ] {
            for file in self.files(folder) {
                let made = self.built(&file, |source: OfferSource, faults| {
                    named_as_file(&source.id, &file, faults);
                    Some(source.build(faults))
                });
                offers.extend(made);
            }
        }
        offers
    }

    fn offices(&mut self) -> Vec<crate::catalogue::Office> {
        let mut offices = Vec::new();
        for file in self
            .files("offices")
            .iter()
            .filter(|file| !file.ends_with("/capability.toml"))
        {
            let made = self.built(file, |source: OfficeSource, faults| {
                named_as_file(&source.id, file, faults);
                Some(source.build(faults))
            });
            offices.extend(made);
        }
        offices
    }

    fn layouts(&mut self) -> Vec<crate::profile_code::Layout> {
        let mut layouts = Vec::new();
        for path in entries(&self.folder.join("layouts")) {
            let file = format!("layouts/{}", name(&path));
            let Some(text) = self.text(&file) else {
                continue;
            };
            match layouts::parse(&text) {
                Some(layout) => layouts.push(layout),
                None => self.found.push(Diagnostic::error(
                    &file,
                    0,
                    "the layout cannot be read",
                    "a released layout is never edited; take it back from version control",
                )),
            }
        }
        layouts
    }

    /// Words of the office's screens, by dotted key, sorted by key.
    fn office_words(&mut self) -> BTreeMap<String, String> {
        let mut words = BTreeMap::new();
        for file in OFFICE_WORDS {
            if self.folder.join(file).exists() {
                words.extend(self.words(file));
            }
        }
        words
    }

    /// Words of all files of `strings/` for the result, by dotted key, sorted by key.
    fn later_words(&mut self) -> BTreeMap<String, String> {
        let mut words = BTreeMap::new();
        for file in self
            .files("strings")
            .iter()
            .filter(|file| !is_of_another_part(file))
        {
            words.extend(self.words(file));
        }
        words
    }

    /// Words by dotted key, sorted by key.
    fn words(&mut self, file: &str) -> BTreeMap<String, String> {
        let Some((mut table, _)) = self.table(file) else {
            return BTreeMap::new();
        };
        let mut words = BTreeMap::new();
        flatten("", &table, &mut words);
        if self.lang == PSEUDO_RTL {
            table = pseudo_strings(table);
            flatten("", &table, &mut words);
        } else if self.lang != OWN_LANGUAGE {
            let translation = format!("translations/{}/{file}", self.lang);
            let mut translated = BTreeMap::new();
            if let Some((table, _)) = self.table(&translation) {
                flatten("", &table, &mut translated);
            }
            for key in words.keys().filter(|key| !translated.contains_key(*key)) {
                self.found.push(Diagnostic::error(
                    &translation,
                    0,
                    format!("`{key}` is not translated"),
                    "add the line",
                ));
            }
            for (key, word) in translated {
                match words.get_mut(&key) {
                    Some(place) => *place = word,
                    None => self.found.push(Diagnostic::error(
                        &translation,
                        0,
                        format!("`{key}` is not in the Danish file"),
                        "remove it, or correct the key",
                    )),
                }
            }
        }
        words
    }
}

fn flatten(prefix: &str, table: &Table, words: &mut BTreeMap<String, String>) {
    for (key, value) in table {
        let key = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        match value {
            Value::String(word) => {
                words.insert(key, word.clone());
            }
            Value::Table(inner) => flatten(&key, inner, words),
            _ => {}
        }
    }
}

/// The pseudo-language: every word field in right-to-left embedding marks with Arabic letters
/// around it, so that layout, wrapping and mirroring can be tried without a translation.
fn pseudo(mut table: Table) -> Table {
    for (key, value) in &mut table {
        let is_word = translation::WORDS.contains(&key.as_str());
        match value {
            Value::String(word) if is_word && !word.is_empty() => *word = mirrored(word),
            Value::Array(list) => {
                for entry in list {
                    match entry {
                        Value::Table(inner) => *inner = pseudo(std::mem::take(inner)),
                        Value::String(word) if is_word => *word = mirrored(word),
                        _ => {}
                    }
                }
            }
            Value::Table(inner) => *inner = pseudo(std::mem::take(inner)),
            _ => {}
        }
    }
    table
}

fn pseudo_strings(mut table: Table) -> Table {
    for value in table.iter_mut().map(|(_, value)| value) {
        match value {
            Value::String(word) if !word.is_empty() => *word = mirrored(word),
            Value::Table(inner) => *inner = pseudo_strings(std::mem::take(inner)),
            _ => {}
        }
    }
    table
}

fn mirrored(word: &str) -> String {
    format!("\u{202b}نص {word} نص\u{202c}")
}

fn named_as_file(id: &str, file: &str, faults: &mut Faults) {
    let stem = Path::new(file)
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy();
    if stem != id {
        faults.add(
            &format!("id = \"{id}\""),
            format!("the id `{id}` is not the name of the file"),
            format!("write id = \"{stem}\", or rename the file"),
        );
    }
}

fn toml_error(file: &str, text: &str, error: &toml::de::Error) -> Diagnostic {
    let line = error.span().map_or(0, |span| line_at(text, span.start));
    Diagnostic::error(
        file,
        line,
        error.message().to_owned(),
        "correct the line; see content/README.md for the form",
    )
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::danish_order;

    #[test]
    fn names_stand_in_the_order_of_the_danish_alphabet() {
        let mut names = ["Aarhus", "Ærø", "Åbenrå", "Odense", "Ølby", "Aalborg"];
        names.sort_by_key(|name| danish_order(name));
        assert_eq!(
            names,
            ["Odense", "Ærø", "Ølby", "Åbenrå", "Aalborg", "Aarhus"]
        );
    }
}
