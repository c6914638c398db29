//! `#/statistics`: figures over all open letters, with nothing under five. The engine decides what
//! may be told; here it only gets words.

use super::{
    briefing::stage_word,
    pieces::{button, heading, section, select},
};
use crate::{
    day,
    desk::Desk,
    letters::Letter,
    words::{Word, filled, grouped, key, text},
};
use leptos::prelude::*;
use std::collections::BTreeSet;
use vaekstspejl::{
    browser::{document, file},
    components::{El, el},
};
use vaekstspejl_engine::{
    Content, Date,
    export::quoted,
    inbox_statistics::{Cell, Counts, Period, SMALLEST, Statistics, stage, statistics},
    segment::Stage,
};

/// The stages a person can be in.
const STAGES: [Stage; 7] = [
    Stage::PreIdea,
    Stage::Idea,
    Stage::Startup,
    Stage::Established,
    Stage::Growth,
    Stage::Crisis,
    Stage::Succession,
];

/// A table: its title and its rows, a name and a number each.
struct Table {
    id: String,
    title: String,
    lead: Option<Word>,
    rows: Vec<(String, u32)>,
    /// Something is withheld, or there is none of it.
    rest: bool,
    /// At least one row is of something that was told.
    says_something: bool,
}

/// The screen.
pub fn screen(desk: Desk) -> El {
    let year = RwSignal::new(None::<u16>);
    let page = el("div", "console__statistics")
        .kid(heading(text(key::STATISTICS_TITLE)))
        .kid(el("p", "console__lead").kid(text(key::STATISTICS_LEAD)));
    let mut years = vec![(String::new(), text(key::STATISTICS_PERIOD_ALL).to_owned())];
    years.extend(
        years_of(desk)
            .into_iter()
            .rev()
            .map(|it| (it.to_string(), it.to_string())),
    );
    let period = select("period", key::STATISTICS_PERIOD, years, "", move |value| {
        year.set(value.parse().ok());
    });
    page.kid(el("div", "console__period no-print").kid(period))
        .live(move || figures(desk, year.get()).into_any())
}

fn years_of(desk: Desk) -> BTreeSet<u16> {
    desk.letters.with(|letters| {
        let opened = letters.iter().filter_map(Letter::opened);
        opened.map(|it| it.submission.created.year()).collect()
    })
}

fn figures(desk: Desk, year: Option<u16>) -> El {
    let Some(content) = desk.content.get() else {
        return el("div", "");
    };
    let counts: Vec<Counts> = desk.letters.with(|letters| {
        let opened = letters.iter().filter_map(Letter::opened);
        opened.map(|it| it.facts.clone()).collect()
    });
    let period = year.map_or_else(Period::default, |year| Period {
        from: Some(Date::first_of_year(year)),
        until: Some(Date::last_of_year(year)),
    });
    let found = statistics(&content.later, &counts, period);
    let Some(letters) = found.letters.filter(|it| *it >= SMALLEST) else {
        return el("p", "console__empty").kid(text(key::STATISTICS_TOO_FEW));
    };
    let tables = tables(content, &found);
    let file = csv(&tables);
    let n = grouped(usize::try_from(letters).unwrap_or(usize::MAX));
    let ways = el("p", "row no-print")
        .kid(button(
            "button",
            "print",
            key::STATISTICS_PRINT,
            document::print,
        ))
        .kid(button(
            "button",
            "save-figures",
            key::STATISTICS_SAVE,
            move || {
                let name = [
                    text(key::STATISTICS_FILE_NAME),
                    "-",
                    &day::date(day::today()).to_string(),
                    ".csv",
                ];
                file::save(&name.concat(), "text/csv;charset=utf-8", &file);
            },
        ));
    el("div", "")
        .kid(
            el("p", "console__what")
                .attr("role", "status")
                .kid(filled(key::STATISTICS_BASE, &[("n", &n)])),
        )
        .kid(el("p", "quiet").kid(text(key::STATISTICS_RULE)))
        .kid(el("p", "quiet no-print").kid(text(key::STATISTICS_COMPARE)))
        .kid(ways)
        .kid(el("div", "figures__all").kids(tables.iter().map(table_el).collect()))
}

fn tables(content: &'static Content, found: &Statistics) -> Vec<Table> {
    let later = &content.later;
    let mut tables = vec![
        table(
            "segments",
            text(key::STATISTICS_SEGMENT),
            None,
            &found.segments,
            |id| Some(later.segment(&id.into())?.title.clone()),
        ),
        table(
            "stages",
            text(key::STATISTICS_STAGE),
            None,
            &found.stages,
            |id| {
                let found = STAGES.into_iter().find(|it| stage(*it) == id)?;
                Some(text(stage_word(found)?).to_owned())
            },
        ),
        table(
            "needs",
            text(key::STATISTICS_NEED),
            Some(key::STATISTICS_NEED_LEAD),
            &found.needs,
            |id| Some(later.need(&id.into())?.title.clone()),
        ),
        table(
            "places",
            text(key::STATISTICS_PLACE),
            None,
            &found.municipalities,
            |id| Some(later.municipality(id)?.name.clone()),
        ),
    ];
    for cells in &found.scales {
        if let Some(scale) = later.scale(&cells.scale) {
            let title = scale.title.as_str();
            tables.push(table(scale.id.as_str(), title, None, &cells.bands, |id| {
                Some(
                    scale
                        .bands
                        .iter()
                        .find(|it| it.id.as_str() == id)?
                        .label
                        .clone(),
                )
            }));
        }
    }
    // A table of nothing but what is withheld or was not told says nothing.
    tables.retain(|table| table.says_something);
    tables
}

fn table(
    id: &str,
    title: &str,
    lead: Option<Word>,
    cells: &[Cell],
    name: impl Fn(&str) -> Option<String>,
) -> Table {
    let named = |cell: &Cell| match &cell.id {
        None => text(key::STATISTICS_NOT_TOLD).to_owned(),
        Some(id) => name(id).unwrap_or_else(|| text(key::STATISTICS_OTHER).to_owned()),
    };
    let rows = cells
        .iter()
        .filter_map(|cell| Some((named(cell), cell.count?)));
    Table {
        id: ["figures-", id].concat(),
        title: title.to_owned(),
        lead,
        rows: rows.collect(),
        rest: cells.iter().any(|it| it.count.is_none()),
        says_something: cells.iter().any(|it| it.id.is_some() && it.count.is_some()),
    }
}

fn table_el(table: &Table) -> El {
    let rows = table.rows.iter().map(|(name, n)| {
        el("tr", "")
            .kid(el("th", "").attr("scope", "row").kid(name.clone()))
            .kid(el("td", "").kid(grouped(usize::try_from(*n).unwrap_or(usize::MAX))))
    });
    let head = el("tr", "")
        .kid(
            el("th", "")
                .attr("scope", "col")
                .kid(text(key::STATISTICS_WHAT)),
        )
        .kid(
            el("th", "")
                .attr("scope", "col")
                .kid(text(key::STATISTICS_NUMBER)),
        );
    let rest = table
        .rest
        .then(|| el("p", "small quiet").kid(text(key::STATISTICS_HIDDEN)));

    section("figures", table.id.clone(), table.title.clone())
        .maybe(
            table
                .lead
                .map(|words| el("p", "small quiet").kid(text(words))),
        )
        .kid(
            el("table", "")
                .kid(el("thead", "visually-hidden").kid(head))
                .kid(el("tbody", "").kids(rows.collect())),
        )
        .maybe(rest)
}

/// The tables for a Danish spreadsheet: as the export of letters, with a table's name in each row.
fn csv(tables: &[Table]) -> String {
    let mut file = String::from("\u{feff}");
    for table in tables {
        for (name, n) in &table.rows {
            let cells = [quoted(&table.title), quoted(name), n.to_string()];
            file.push_str(&cells.join(";"));
            file.push_str("\r\n");
        }
    }
    file
}
