//! A TOML file as a tree that knows its lines, so that every message leads to one.
//!
//! Keys are taken out as they are understood. What is left is unknown, and is told: a misspelt key is
//! never silently without effect.

use super::{
    finding::{Code, Findings, Place, Wrong},
    names::Names,
    value::{self, Shape},
};
use crate::authoring::diagnostic::line_at;
use toml::de::{DeTable, DeValue};

/// A table, with the line it begins on.
#[derive(Debug)]
pub(super) struct Table {
    pub line: usize,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    key: String,
    item: Item,
}

/// A value, with its line.
#[derive(Debug)]
pub(super) struct Item {
    pub line: usize,
    pub value: Value,
}

/// What a value can be.
#[derive(Debug)]
pub(super) enum Value {
    Text(String),
    /// A number or date as it is written.
    Figure(String),
    Flag(bool),
    List(Vec<Item>),
    Table(Table),
}

/// What every reading of a file needs.
pub(super) struct Reading<'a> {
    pub file: &'a str,
    pub names: &'a Names,
    pub found: &'a mut Findings,
}

/// The file as a tree; or nothing, when it is no TOML, which is told.
pub(super) fn tree(text: &str, file: &str, found: &mut Findings) -> Option<Table> {
    match DeTable::parse(text) {
        Ok(table) => Some(Table::new(table.get_ref(), text, 1)),
        Err(error) => {
            let line = error.span().map_or(0, |it| line_at(text, it.start));
            let detail = error.message().lines().next().unwrap_or_default();
            let wrong = Wrong::new(Code::NotToml).with("detail", detail);
            found.error(&Place::line(file, line), wrong);
            None
        }
    }
}

impl Table {
    fn new(table: &DeTable<'_>, text: &str, line: usize) -> Self {
        let entries = table.iter().map(|(key, value)| {
            let line = line_at(text, key.span().start);
            let key = key.get_ref().to_string();
            let value = Value::new(value.get_ref(), text, line);
            Entry {
                key,
                item: Item { line, value },
            }
        });
        let mut entries: Vec<Entry> = entries.collect();
        entries.sort_by_key(|it| it.item.line);
        Self { line, entries }
    }

    /// Takes a key out.
    pub fn take(&mut self, key: &str) -> Option<Item> {
        let at = self.entries.iter().position(|it| it.key == key)?;
        Some(self.entries.remove(at).item)
    }

    /// Takes everything out, in the order of the lines.
    pub fn take_all(&mut self) -> Vec<(String, Item)> {
        let all = core::mem::take(&mut self.entries).into_iter();
        all.map(|it| (it.key, it.item)).collect()
    }
}

impl Value {
    fn new(value: &DeValue<'_>, text: &str, line: usize) -> Self {
        match value {
            DeValue::String(it) => Self::Text(it.to_string()),
            DeValue::Integer(it) => Self::Figure(it.to_string()),
            DeValue::Float(it) => Self::Figure(it.to_string()),
            DeValue::Datetime(it) => Self::Figure(it.to_string()),
            DeValue::Boolean(it) => Self::Flag(*it),
            DeValue::Array(list) => Self::List(
                list.iter()
                    .map(|it| {
                        let line = line_at(text, it.span().start);
                        let value = Self::new(it.get_ref(), text, line);
                        Item { line, value }
                    })
                    .collect(),
            ),
            DeValue::Table(it) => Self::Table(Table::new(it, text, line)),
        }
    }
}

impl Reading<'_> {
    /// A line of the file.
    pub fn at(&self, line: usize) -> Place {
        Place::line(self.file, line)
    }

    /// A value of another kind than it should be.
    pub fn wrong_kind(&mut self, key: &str, line: usize, wanted: &str) {
        let wrong = Wrong::new(Code::WrongKind)
            .with("key", key)
            .with("wanted", wanted);
        self.found.error(&self.at(line), wrong);
    }

    /// Text as it stands, with its line; a figure without quotes is taken for text.
    pub fn raw(&mut self, table: &mut Table, key: &str) -> Option<(usize, String)> {
        let item = table.take(key)?;
        match item.value {
            Value::Text(text) | Value::Figure(text) => Some((item.line, text)),
            _ => {
                self.wrong_kind(key, item.line, "\"…\"");
                None
            }
        }
    }

    /// A text that people read.
    pub fn text(&mut self, table: &mut Table, key: &str, shape: Shape) -> Option<String> {
        let (line, text) = self.raw(table, key)?;
        let text = value::text(&text, shape, self.names);
        self.found
            .take(&self.at(line), text)
            .filter(|it| !it.is_empty())
    }

    /// A text that must be there.
    pub fn needed(&mut self, table: &mut Table, key: &str, shape: Shape) -> Option<String> {
        let before = self.found.0.len();
        let text = self.text(table, key, shape);
        if text.is_none() && self.found.0.len() == before {
            let wrong = Wrong::new(Code::Missing).with("key", key);
            self.found.error(&self.at(table.line), wrong);
        }
        text
    }

    /// Yes or no.
    pub fn flag(&mut self, table: &mut Table, key: &str) -> bool {
        match table.take(key) {
            Some(Item {
                value: Value::Flag(flag),
                ..
            }) => flag,
            Some(item) => {
                self.wrong_kind(key, item.line, "true");
                false
            }
            None => false,
        }
    }

    /// A list of texts, each with its line; a single text is a list of one.
    pub fn list(&mut self, table: &mut Table, key: &str) -> Option<Vec<(usize, String)>> {
        let item = table.take(key)?;
        let items = match item.value {
            Value::List(items) => items,
            value @ (Value::Text(_) | Value::Figure(_)) => vec![Item {
                line: item.line,
                value,
            }],
            _ => {
                self.wrong_kind(key, item.line, "[\"…\"]");
                return Some(Vec::new());
            }
        };
        let mut texts = Vec::new();
        for it in items {
            match it.value {
                Value::Text(text) | Value::Figure(text) => texts.push((it.line, text)),
                _ => self.wrong_kind(key, it.line, "\"…\""),
            }
        }
        Some(texts)
    }

    /// A table.
    pub fn table(&mut self, table: &mut Table, key: &str) -> Option<Table> {
        let item = table.take(key)?;
        match item.value {
            Value::Table(inner) => Some(inner),
            _ => {
                self.wrong_kind(key, item.line, &format!("[{key}]"));
                None
            }
        }
    }

    /// A list of tables; none: there is no such key.
    pub fn tables(&mut self, table: &mut Table, key: &str) -> Option<Vec<Table>> {
        let item = table.take(key)?;
        let wanted = format!("[[{key}]]");
        let Value::List(items) = item.value else {
            self.wrong_kind(key, item.line, &wanted);
            return Some(Vec::new());
        };
        let mut tables = Vec::new();
        for it in items {
            match it.value {
                Value::Table(table) => tables.push(table),
                _ => self.wrong_kind(key, it.line, &wanted),
            }
        }
        Some(tables)
    }

    /// Tells every key that is left, with those that may stand there.
    pub fn nothing_left(&mut self, mut table: Table, known: &[&str]) {
        for (key, item) in table.take_all() {
            let wrong = Wrong::new(Code::UnknownKey).with("key", key);
            let wrong = wrong.with("known", known.join(", "));
            self.found.error(&self.at(item.line), wrong);
        }
    }
}
