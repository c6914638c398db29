//! One offer as its author wrote it, from a row of a spreadsheet or from a TOML file: what is given for
//! each field, and where it stands. What a value means is for [`super::offer`] to say, so that both
//! ways of writing are read alike.

use super::{
    finding::{Code, Findings, Place, Wrong},
    names::{self, Names},
    sheet::{Row, Sheet, sheet},
    text::{WrittenIn, text},
    tree::{Item, Reading, Table, Value, tree},
    value,
};
use std::collections::BTreeMap;

/// Most offers of one publisher.
pub const MOST_OFFERS: usize = 500;

/// Longest file of offers (bytes).
pub const LONGEST_FILE: usize = 1_000_000;

/// Longest cell that is a value or a list of them (bytes).
const LONGEST_VALUE: usize = 1_000;

/// The fields that hold words, each of which may stand in other languages too.
pub(super) const WORDS: [&str; 6] = ["title", "summary", "length", "price", "note", "criteria"];

/// Fields that only a TOML file has.
const ONLY_TOML: [&str; 3] = ["level", "years", "audience"];

/// What is given for one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Given {
    pub place: Place,
    /// As it was written.
    pub text: String,
    /// The values one by one, where the file tells them apart.
    pub list: Option<Vec<String>>,
}

/// An entry rule as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GivenRule {
    pub place: Place,
    pub rule: Option<(Place, String)>,
    pub unsure_if: Option<(Place, String)>,
    pub sentence: String,
}

/// One offer as it was written.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub place: Place,
    /// By field; for other languages by field, a space, and the language's code.
    pub given: BTreeMap<String, Given>,
    /// Entry rules of a TOML file; a spreadsheet has only sentences.
    pub rules: Vec<GivenRule>,
    /// Fields whose value was refused, which was told.
    pub refused: Vec<String>,
}

/// How a spreadsheet was read, to be told to its author.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SheetRead {
    /// How the letters were written.
    pub written_in: WrittenIn,
    /// What stood between the cells.
    pub separator: char,
    /// Rows with an offer.
    pub offers: usize,
}

impl Entry {
    /// Where a field stands; where it is left out, the offer.
    pub fn at(&self, field: &str) -> &Place {
        self.given.get(field).map_or(&self.place, |it| &it.place)
    }

    /// What is given for a field, if anything.
    pub fn text(&self, field: &str) -> &str {
        self.given.get(field).map_or("", |it| it.text.trim())
    }

    /// The values of a field, each a name of that list if it is one.
    pub fn several(&self, field: &str, is_known: impl Fn(&str) -> bool) -> Vec<String> {
        let Some(given) = self.given.get(field) else {
            return Vec::new();
        };
        match &given.list {
            Some(list) => list.iter().map(|it| value::bare(it).to_owned()).collect(),
            None => {
                let found = value::several(&given.text, is_known);
                found.into_iter().map(str::to_owned).collect()
            }
        }
    }
}

/// What a heading says of its column.
enum Heading {
    Field(String),
    /// The office's own: not looked at.
    Own,
    Empty,
}

/// The offers of a spreadsheet.
pub(super) fn of_sheet(
    bytes: &[u8],
    file: &str,
    languages: &[&str],
    names: &Names,
    found: &mut Findings,
) -> (Vec<Entry>, Option<SheetRead>) {
    let Some((sheet, written_in)) = table(bytes, file, found) else {
        return (Vec::new(), None);
    };
    let Some((head, rows)) = sheet.rows.split_first() else {
        return (Vec::new(), None);
    };
    let before = found.errors();
    let headings = headings(head, file, languages, names, found);
    if found.errors() > before {
        return (Vec::new(), None);
    }
    let entries = rows
        .iter()
        .map(|it| row(it, head, &headings, file, names, found));
    // A row with nothing but the office's own notes is no offer.
    let entries: Vec<Entry> = entries
        .filter(|it| !it.given.is_empty() || !it.refused.is_empty())
        .collect();
    let read = SheetRead {
        written_in,
        separator: sheet.separator,
        offers: entries.len(),
    };
    (entries, Some(read))
}

/// The table in a file that can be one: with a heading over several columns, and not too long.
fn table(bytes: &[u8], file: &str, found: &mut Findings) -> Option<(Sheet, WrittenIn)> {
    let whole = Place::file(file);
    found.take(&whole, short_enough(bytes))?;
    let (text, written_in) = found.take(&whole, text(bytes))?;
    let sheet = match sheet(&text, file) {
        Ok(sheet) => sheet,
        Err((place, wrong)) => {
            found.error(&place, wrong);
            return None;
        }
    };
    let Some(head) = sheet.rows.first() else {
        found.error(&whole, Wrong::new(Code::NothingInSheet));
        return None;
    };
    let filled = head.cells.iter().filter(|it| !it.trim().is_empty());
    if filled.count() < 2 {
        found.error(&Place::row(file, head.number), Wrong::new(Code::OneColumn));
        return None;
    }
    if sheet.rows.len() > MOST_OFFERS + 1 {
        let wrong = Wrong::new(Code::TooManyOffers).with("most", MOST_OFFERS.to_string());
        found.error(&whole, wrong);
        return None;
    }
    Some((sheet, written_in))
}

fn short_enough(bytes: &[u8]) -> Result<(), Wrong> {
    if bytes.len() > LONGEST_FILE {
        return Err(Wrong::new(Code::TooLarge).with("most", LONGEST_FILE.to_string()));
    }
    Ok(())
}

/// One row as an offer; cells that cannot be what their column says are told.
fn row(
    row: &Row,
    head: &Row,
    headings: &[Heading],
    file: &str,
    names: &Names,
    found: &mut Findings,
) -> Entry {
    let mut entry = Entry {
        place: Place::row(file, row.number),
        given: BTreeMap::new(),
        rules: Vec::new(),
        refused: Vec::new(),
    };
    let cells = row.cells.iter().enumerate();
    for (column, cell) in cells.filter(|(_, it)| !it.trim().is_empty()) {
        let heading = head.cells.get(column).map_or("", |it| it.trim());
        let place = Place::cell(file, row.number, column, heading);
        match headings.get(column) {
            Some(Heading::Field(field)) => {
                if found.take(&place, fits(field, cell, names)).is_some() {
                    let given = Given {
                        place,
                        text: cell.clone(),
                        list: None,
                    };
                    entry.given.insert(field.clone(), given);
                } else {
                    entry.refused.push(field.clone());
                }
            }
            Some(Heading::Own) => {}
            Some(Heading::Empty) | None => {
                found.error(&place, Wrong::new(Code::CellWithoutHeading));
            }
        }
    }
    entry
}

/// Whether a cell can hold a value of that field at all.
fn fits(field: &str, text: &str, names: &Names) -> Result<(), Wrong> {
    value::clean(value::bare(text), names)?;
    let is_text = field
        .split(' ')
        .next()
        .is_some_and(|it| WORDS.contains(&it));
    if !is_text && text.len() > LONGEST_VALUE {
        let wrong = Wrong::new(Code::TooLong).with("length", text.chars().count().to_string());
        return Err(wrong.with("most", LONGEST_VALUE.to_string()));
    }
    Ok(())
}

fn headings(
    head: &Row,
    file: &str,
    languages: &[&str],
    names: &Names,
    found: &mut Findings,
) -> Vec<Heading> {
    let mut headings: Vec<Heading> = Vec::new();
    for (column, cell) in head.cells.iter().enumerate() {
        let cell = cell.trim();
        let place = Place::cell(file, head.number, column, cell);
        let wrong = |code| Wrong::value(code, value::shortened(cell));
        let heading = if cell.is_empty() {
            Heading::Empty
        } else if names.own_column(cell) {
            Heading::Own
        } else if let Some(field) = field(cell, languages, names) {
            let is_same = |it: &Heading| matches!(it, Heading::Field(it) if *it == field);
            if headings.iter().any(is_same) {
                found.error(&place, wrong(Code::ColumnTwice));
            }
            Heading::Field(field)
        } else {
            let nearest = names.nearest(names::COLUMNS, cell);
            found.error(&place, wrong(Code::UnknownColumn).with("nearest", nearest));
            Heading::Own
        };
        headings.push(heading);
    }
    headings
}

/// The field of a heading: `pris_fra`, `Pris fra (kr.)`, `titel_en`, `titel (en)`.
fn field(heading: &str, languages: &[&str], names: &Names) -> Option<String> {
    if let Some(id) = names.id(names::COLUMNS, heading) {
        return Some(id.to_owned());
    }
    let (before, within) = heading.split_once('(').unwrap_or((heading, ""));
    let within = within
        .trim_end_matches([')', ' ', ':', '*'])
        .trim()
        .to_lowercase();
    let words = before.trim_end_matches([' ', ':', '*']);
    let (field, lang) = match words.rsplit_once(['_', ' ', '-']) {
        Some((field, lang)) if languages.contains(&lang.to_lowercase().as_str()) => {
            (field, Some(lang.to_lowercase()))
        }
        _ => (
            words,
            languages.contains(&within.as_str()).then_some(within),
        ),
    };
    let id = names.id(names::COLUMNS, field)?;
    match lang {
        None => Some(id.to_owned()),
        Some(lang) => WORDS.contains(&id).then(|| format!("{id} {lang}")),
    }
}

/// The offer of a TOML file, in the form of content/offers/. The translations stand in a table with
/// the language's code.
pub(super) fn of_toml(
    bytes: &[u8],
    file: &str,
    languages: &[&str],
    names: &Names,
    found: &mut Findings,
) -> Option<Entry> {
    let whole = Place::file(file);
    found.take(&whole, short_enough(bytes))?;
    let (text, _) = found.take(&whole, text(bytes))?;
    let mut table = tree(&text, file, found)?;
    let mut reading = Reading { file, names, found };
    let mut entry = Entry {
        place: whole,
        given: BTreeMap::new(),
        rules: Vec::new(),
        refused: Vec::new(),
    };
    if let Some(rules) = reading.tables(&mut table, "criteria") {
        for rule in rules {
            entry.rules.extend(self::rule(rule, &mut reading));
        }
    }
    for lang in languages {
        if let Some(mut words) = reading.table(&mut table, lang) {
            take_fields(&mut words, &WORDS, Some(lang), &mut entry, &mut reading);
            reading.nothing_left(words, &WORDS);
        }
    }
    let fields: Vec<String> = names.ids(names::COLUMNS).map(str::to_owned).collect();
    let mut fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    fields.extend(ONLY_TOML);
    take_fields(&mut table, &fields, None, &mut entry, &mut reading);
    fields.extend(languages);
    reading.nothing_left(table, &fields);
    Some(entry)
}

fn take_fields(
    table: &mut Table,
    fields: &[&str],
    lang: Option<&str>,
    entry: &mut Entry,
    reading: &mut Reading<'_>,
) {
    for field in fields {
        let Some(item) = table.take(field) else {
            continue;
        };
        let name = lang.map_or_else(|| (*field).to_owned(), |lang| format!("{field} {lang}"));
        let place = reading.at(item.line);
        let (text, list) = match item.value {
            Value::Text(text) | Value::Figure(text) => (text, None),
            Value::Flag(true) => ("yes".to_owned(), None),
            Value::Flag(false) => ("no".to_owned(), None),
            Value::List(items) => {
                let wanted = items.len();
                let list = texts(items, field, reading);
                if list.len() < wanted {
                    entry.refused.push(name.clone());
                }
                (list.join("\n"), Some(list))
            }
            Value::Table(_) => {
                reading.wrong_kind(field, item.line, "\"…\"");
                entry.refused.push(name);
                continue;
            }
        };
        let is_clean = list
            .iter()
            .flatten()
            .chain([&text])
            .map(|it| fits(&name, it, reading.names));
        let is_clean: Result<Vec<()>, Wrong> = is_clean.collect();
        if reading.found.take(&place, is_clean).is_some() {
            entry.given.insert(name, Given { place, text, list });
        } else {
            entry.refused.push(name);
        }
    }
}

fn texts(items: Vec<Item>, field: &str, reading: &mut Reading<'_>) -> Vec<String> {
    let mut texts = Vec::new();
    for it in items {
        match it.value {
            Value::Text(text) | Value::Figure(text) => texts.push(text),
            _ => reading.wrong_kind(field, it.line, "\"…\""),
        }
    }
    texts
}

fn rule(mut table: Table, reading: &mut Reading<'_>) -> Option<GivenRule> {
    let place = reading.at(table.line);
    let mut part = |key| {
        let given = reading.raw(&mut table, key);
        given.map(|(line, text)| (reading.at(line), text))
    };
    let (rule, unsure_if) = (part("if"), part("unsure_if"));
    let sentence = reading.needed(&mut table, "sentence", super::offer::SENTENCE);
    reading.nothing_left(table, &["if", "unsure_if", "sentence"]);
    Some(GivenRule {
        place,
        rule,
        unsure_if,
        sentence: sentence?,
    })
}
