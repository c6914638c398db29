//! All letters as one file, made in short turns.

use super::{Turn, is_open};
use crate::{
    day,
    desk::{Busy, Desk},
    letters::{Inside, Letter},
    screens::Format,
    words::{key, text},
};
use serde_json::Value;
use vaekstspejl::browser::file;
use vaekstspejl_engine::{
    Content, briefing,
    content::Office,
    export::{self, Entry, Unread},
};
use wasm_bindgen_futures::spawn_local;

/// Letters that are assessed at once; a whole inbox would take much memory.
const BATCH: usize = 50;

pub fn export(desk: Desk, format: Format) {
    let (Some(content), Some(office), Some(keys)) = (
        desk.content.get_untracked(),
        desk.office.get_untracked(),
        desk.keys.get_untracked(),
    ) else {
        return;
    };
    if desk.busy.get_untracked() != Busy::No {
        return;
    }
    desk.saved.set(None);
    let letters = desk.letters.get_untracked();
    desk.busy.set(Busy::Opening(0, letters.len()));
    spawn_local(async move {
        let mut turn = Turn::begin();
        let mut made = Made::new(format, keys.office.id());
        for (place, batch) in letters.chunks(BATCH).enumerate() {
            made.add(content, office, batch);
            if turn.is_over() {
                desk.busy.set(Busy::Opening(place * BATCH, letters.len()));
                turn.rest().await;
                if !is_open(desk, &keys) {
                    return;
                }
            }
        }
        let (ending, kind) = match format {
            Format::Csv => (".csv", "text/csv;charset=utf-8"),
            Format::Json => (".json", "application/json"),
        };
        let day = day::date(day::today()).to_string();
        let name = [text(key::EXPORT_FILE_NAME), "-", &day, ending].concat();
        file::save(&name, kind, &made.text());
        desk.busy.set(Busy::No);
        desk.saved.set(Some(name));
    });
}

/// A file in the making.
struct Made {
    format: Format,
    office: String,
    csv: String,
    json: Option<Value>,
}

impl Made {
    fn new(format: Format, office: &str) -> Self {
        Self {
            format,
            office: office.to_owned(),
            csv: String::new(),
            json: None,
        }
    }

    fn add(&mut self, content: &Content, office: &Office, letters: &[Letter]) {
        let entries: Vec<Entry<'_>> = letters
            .iter()
            .map(|it| entry(content, office, it))
            .collect();
        match self.format {
            Format::Csv => {
                let part = export::csv(content, &office.export, &entries);
                // Every part has the headings; the file has them once.
                let rows = if self.csv.is_empty() {
                    part.as_str()
                } else {
                    part.split_once("\r\n").map_or("", |(_, rows)| rows)
                };
                self.csv.push_str(rows);
            }
            Format::Json => {
                let id = self.office.as_str().into();
                let part = export::json(Some(&id), day::date(day::today()), &entries);
                let Ok(mut part) = serde_json::from_str::<Value>(&part) else {
                    return;
                };
                match &mut self.json {
                    None => self.json = Some(part),
                    Some(all) => {
                        if let (Some(all), Some(more)) = (
                            all["letters"].as_array_mut(),
                            part["letters"].as_array_mut(),
                        ) {
                            all.append(more);
                        }
                    }
                }
            }
        }
    }

    fn text(&self) -> String {
        match (&self.format, &self.json) {
            (Format::Csv, _) => self.csv.clone(),
            (Format::Json, Some(json)) => json.to_string(),
            (Format::Json, None) => String::new(),
        }
    }
}

fn entry<'a>(content: &'a Content, office: &Office, letter: &Letter) -> Entry<'a> {
    let content = match &letter.inside {
        Inside::Open(opened) => Ok(briefing::opened(
            content,
            &office.guide,
            opened.submission.clone(),
        )),
        Inside::Locked(_) => Err(Unread::Locked),
        Inside::Newer => Err(Unread::Newer),
        Inside::Damaged => Err(Unread::Damaged),
    };
    Entry {
        letter: letter.sid.to_string(),
        received: day::date(letter.day),
        receipt: letter.code.clone(),
        handled: letter.handled,
        content,
    }
}
