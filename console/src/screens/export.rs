//! `#/export`: the letters as a file for a spreadsheet or another program.

use super::pieces::{button, heading, section};
use crate::{
    browser,
    desk::{Busy, Desk},
    letters::Count,
    words::{counted, filled, grouped, key, text},
};
use leptos::prelude::*;
use vaekstspejl::components::{El, el};

/// As what the letters are saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a Danish spreadsheet.
    Csv,
    /// For another program.
    Json,
}

/// The screen.
pub fn screen(desk: Desk) -> El {
    let page = el("div", "narrow")
        .kid(heading(text(key::EXPORT_TITLE)))
        .kid(el("p", "console__lead").kid(text(key::EXPORT_LEAD)));
    let count = desk.letters.with(|letters| Count::of(letters).open);
    if count == 0 {
        return page.kid(el("p", "console__empty").kid(text(key::EXPORT_NONE)));
    }
    let told = el("div", "")
        .attr("role", "status")
        .live(move || match desk.busy.get() {
            Busy::Opening(n, all) => {
                let words = filled(
                    key::EXPORT_WORKING,
                    &[("n", &grouped(n)), ("all", &grouped(all))],
                );
                el("p", "quiet").kid(words).into_any()
            }
            _ => desk
                .saved
                .get()
                .map(|name| {
                    el("p", "console__note").kid(filled(key::EXPORT_SAVED, &[("name", &name)]))
                })
                .into_any(),
        });
    let way = |id: &'static str, title, words, action, label, format| {
        section("card console__way", id, text(title))
            .kid(el("p", "").kid(text(words)))
            .kid(button("button button--primary", action, label, move || {
                browser::export(desk, format);
            }))
    };
    page.kid(el("p", "").kid(counted(key::EXPORT_COUNT_ONE, key::EXPORT_COUNT, count)))
        .kid(el("p", "console__notice").kid(text(key::EXPORT_WARNING)))
        .kid(told)
        .kid(way(
            "csv-title",
            key::EXPORT_CSV,
            key::EXPORT_CSV_TEXT,
            "save-csv",
            key::EXPORT_CSV_SAVE,
            Format::Csv,
        ))
        .kid(way(
            "json-title",
            key::EXPORT_JSON,
            key::EXPORT_JSON_TEXT,
            "save-json",
            key::EXPORT_JSON_SAVE,
            Format::Json,
        ))
}
