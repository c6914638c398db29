//! `#/room/sheet`: the programme by the clock, the lists, the files, and afterwards the report.

use super::groups::parts::{head, is_open, no_room, told, undo};
use crate::{
    day,
    desk::Desk,
    plan::{
        sheet::{calendar_of, report_of, sheet, tables, titles},
        words::{EXPORTED, OUTCOMES, need, numbered, part, round_group, span, stage},
    },
    room,
    screens::pieces::{button, section, warning},
    words::{Word, filled, grouped, key, text},
};
use leptos::prelude::*;
use vaekstspejl::{
    browser::{clock as device, document, file, form},
    components::{El, el},
    figures,
};
use vaekstspejl_engine::{
    Content, Date,
    export::{ExportWords, quoted},
    inbox_statistics::Cell,
};
use vaekstspejl_workshop::{
    hall::{Deed, Hall, Programme},
    report::Report,
    run_sheet::{AdviserSheet, Clock, Entry, Error, GroupSheet, Part, RunSheet},
};

/// The screen.
pub fn screen(desk: Desk) -> El {
    let told_of = RwSignal::new("");
    let page = el("div", "room-plan").kid(head(key::ROOM_SHEET, key::RUNSHEET_LEAD));
    page.live(move || match is_open(desk) {
        true => start(desk, told_of).into_any(),
        false => no_room().into_any(),
    })
    .kid(undo(desk, told_of))
    .kid(told(told_of))
    .live(move || room::look(desk, |hall| whole(desk, hall)).into_any())
}

/// When it begins.
fn start(desk: Desk, told_of: RwSignal<&'static str>) -> El {
    let minutes = room::look(desk, |hall| hall.programme().start).unwrap_or(0);
    let written = Clock::default()
        .plus(minutes)
        .unwrap_or_default()
        .to_string();
    let typed = StoredValue::new(written.clone());
    let input = el("input", "field__input")
        .attr("id", "start")
        .attr("type", "time")
        .attr("value", written)
        .on_event("input", move |event| typed.set_value(form::value(event)));
    let set = button("button", "set-start", key::RUNSHEET_START_SET, move || {
        let start = typed.with_value(|it| minutes_of(it));
        let before = room::look(desk, |hall| hall.programme().clone());
        if let Some((start, before)) = start.zip(before)
            && start != before.start
        {
            let done = room::act(desk, Deed::Programme(Programme { start, ..before }));
            told_of.set(match done {
                Some(Err(_)) => text(key::PLAN_REFUSED),
                _ => "",
            });
        }
    });
    el("div", "room-plan__start row no-print")
        .kid(
            el("label", "")
                .attr("for", "start")
                .kid(text(key::RUNSHEET_START)),
        )
        .kid(input)
        .kid(set)
}

/// Minutes since midnight of `17:05`.
fn minutes_of(written: &str) -> Option<u16> {
    let (hour, minute) = written.split_once(':')?;
    let minute = minute.get(..2)?;
    Clock::new(hour.parse().ok()?, minute.parse().ok()?).map(Clock::minutes)
}

fn whole(desk: Desk, hall: &Hall) -> El {
    let Some(content) = desk.content.get() else {
        return el("div", "");
    };
    let titles = titles(hall, &content.later, &room::names(), round_group);
    let sheet = match sheet(hall, &titles) {
        Ok(sheet) => sheet,
        Err(Error::PastMidnight(_)) => {
            return warning(
                text(key::RUNSHEET_MIDNIGHT),
                text(key::RUNSHEET_MIDNIGHT_TODO),
            );
        }
        Err(_) => return warning(text(key::RUNSHEET_ODD), text(key::RUNSHEET_ODD_TODO)),
    };
    let groups = match sheet.groups.is_empty() {
        true => el("p", "quiet no-print").kid(text(key::RUNSHEET_NO_GROUPS)),
        false => el("div", "run-sheet__groups").kids(groups(&sheet.groups)),
    };
    let lists = match sheet.advisers.is_empty() {
        true => el("p", "quiet no-print").kid(text(key::RUNSHEET_NO_SLOTS)),
        false => el("div", "").kids(sheet.advisers.iter().map(adviser).collect()),
    };
    let waiting = (!sheet.waiting.is_empty()).then(|| {
        let names = sheet.waiting.iter().map(|it| el("li", "").kid(it.clone()));
        el("section", "run-sheet__list")
            .kid(el("h3", "").kid(text(key::RUNSHEET_WAITING_TITLE)))
            .kid(el("ol", "").kids(names.collect()))
    });
    el("div", "run-sheet")
        .kid(files(&sheet))
        .kid(
            section(
                "run-sheet__page",
                "programme",
                text(key::RUNSHEET_PROGRAMME),
            )
            .kid(programme(&sheet.programme)),
        )
        .kid(
            section(
                "run-sheet__page",
                "sheet-groups",
                text(key::RUNSHEET_GROUPS),
            )
            .kid(groups),
        )
        .kid(
            section(
                "run-sheet__page",
                "sheet-advisers",
                text(key::RUNSHEET_ADVISERS),
            )
            .kid(lists)
            .maybe(waiting),
        )
        .kid(report(hall, content))
}

fn words() -> ExportWords {
    ExportWords::new(EXPORTED.map(|(id, word)| (id.to_owned(), text(word).to_owned())))
}

/// A file's name with the day: `program-2026-11-20.csv`.
fn named(word: Word, day: Date, kind: &str) -> String {
    [text(word), "-", &day.to_string(), ".", kind].concat()
}

fn files(sheet: &RunSheet) -> El {
    let today = device::today();
    let [programme, groups, advisers] = tables(sheet, &words());
    let title = |id: &str, piece: Option<usize>| match (id, piece) {
        ("rounds", Some(n)) => numbered(key::RUNSHEET_ROUND_N, n),
        ("slots", Some(n)) => numbered(key::RUNSHEET_SLOT_N, n),
        _ => words().get(id).to_owned(),
    };
    let calendar = calendar_of(sheet, today, title).unwrap_or_default();
    let save =
        |action: &'static str, label: Word, name: Word, kind: &'static str, file_text: String| {
            let kind_of = match kind {
                "csv" => "text/csv;charset=utf-8",
                _ => "text/calendar;charset=utf-8",
            };
            button("button button--small", action, label, move || {
                file::save(&named(name, today, kind), kind_of, &file_text);
            })
        };
    let print = button(
        "button button--primary",
        "print",
        key::PLAN_PRINT,
        document::print,
    );
    section(
        "room-plan__files no-print",
        "files",
        text(key::RUNSHEET_FILES),
    )
    .kid(
        el("p", "row")
            .kid(print)
            .kid(save(
                "save-programme",
                key::RUNSHEET_PROGRAMME_CSV,
                key::RUNSHEET_PROGRAMME_FILE,
                "csv",
                programme,
            ))
            .kid(save(
                "save-groups",
                key::RUNSHEET_GROUPS_CSV,
                key::RUNSHEET_GROUPS_FILE,
                "csv",
                groups,
            ))
            .kid(save(
                "save-advisers",
                key::RUNSHEET_ADVISERS_CSV,
                key::RUNSHEET_ADVISERS_FILE,
                "csv",
                advisers,
            ))
            .kid(save(
                "save-calendar",
                key::RUNSHEET_CALENDAR,
                key::RUNSHEET_CALENDAR_FILE,
                "ics",
                calendar,
            )),
    )
}

fn programme(programme: &[Entry]) -> El {
    let mut rows = Vec::new();
    let mut row = |from: Clock, to: Clock, words: String| {
        let when = el("th", "").attr("scope", "row").kid(span(from, to));
        rows.push(el("tr", "").kid(when).kid(el("td", "").kid(words)));
    };
    for entry in programme {
        let numbered_part = match entry.part {
            Part::Rounds => Some(key::RUNSHEET_ROUND_N),
            Part::Slots => Some(key::RUNSHEET_SLOT_N),
            _ => None,
        };
        match numbered_part.filter(|_| entry.pieces > 1) {
            None => row(entry.from, entry.to, text(part(entry.part)).to_owned()),
            Some(word) => {
                for ((from, to), n) in entry.each().zip(1..) {
                    row(from, to, numbered(word, n));
                }
            }
        }
    }
    el("table", "run-sheet__programme").kid(el("tbody", "").kids(rows))
}

fn groups(sheets: &[GroupSheet]) -> Vec<El> {
    let sheet = |it: &GroupSheet| {
        let names = it.members.iter().map(|it| el("li", "").kid(it.clone()));
        el("section", "run-sheet__group")
            .kid(el("h3", "").kid(it.title.clone()))
            .kid(el("ol", "").kids(names.collect()))
    };
    sheets.iter().map(sheet).collect()
}

fn adviser(it: &AdviserSheet) -> El {
    let rows = it.rows.iter().map(|row| {
        let (who, about) = match &row.given {
            Some((who, about)) => (who.clone(), about.clone()),
            None => (text(key::RUNSHEET_FREE).to_owned(), String::new()),
        };
        el("tr", "")
            .kid(
                el("th", "")
                    .attr("scope", "row")
                    .kid(span(row.from, row.to)),
            )
            .kid(el("td", "").kid(el("strong", "").kid(who)))
            .kid(el("td", "").kid(about))
    });
    el("section", "run-sheet__list")
        .kid(el("h3", "").kid(it.title.clone()))
        .kid(el("table", "").kid(el("tbody", "").kids(rows.collect())))
}

/// A table of sums: its title, and its rows that may be told.
type Sums = (Word, Vec<(String, u32)>);

fn sums(content: &'static Content, report: &Report) -> Vec<Sums> {
    let content = Some(content);
    let rows = |cells: &[Cell], name: &dyn Fn(&str) -> String| {
        let rows = cells.iter().filter_map(|cell| {
            let name = match &cell.id {
                Some(id) => name(id),
                None => text(key::RUNSHEET_NOT_TOLD).to_owned(),
            };
            Some((name, cell.count?))
        });
        rows.collect::<Vec<_>>()
    };
    let need_name = |id: &str| need(content, &id.into()).to_owned();
    let outcome = |id: &str| {
        let found = OUTCOMES.iter().find(|it| it.0 == id);
        found.map_or_else(String::new, |it| text(it.1).to_owned())
    };
    vec![
        (
            key::RUNSHEET_REPORT_SEGMENTS,
            rows(&report.segments, &|id| {
                stage(content, &id.into()).to_owned()
            }),
        ),
        (key::RUNSHEET_REPORT_NEEDS, rows(&report.needs, &need_name)),
        (
            key::RUNSHEET_REPORT_SLOTS,
            rows(&report.slots.outcomes, &outcome),
        ),
        (
            key::RUNSHEET_REPORT_ABOUT,
            rows(&report.slots.about, &need_name),
        ),
    ]
}

/// What may be told afterwards; only of a closed room, so that no second report tells of one person.
fn report(hall: &Hall, content: &'static Content) -> El {
    let part = section("run-sheet__page", "report", text(key::RUNSHEET_REPORT));
    if !hall.is_closed() {
        return part.kid(el("p", "quiet no-print").kid(text(key::RUNSHEET_REPORT_WAIT)));
    }
    let report = report_of(hall);
    let Some(people) = report.people else {
        return part.kid(el("p", "").kid(text(key::RUNSHEET_REPORT_FEW)));
    };
    let number = |n: u32| grouped(usize::try_from(n).unwrap_or(usize::MAX));
    let sums = sums(content, &report);
    let mut file_text = String::from("\u{feff}");
    for (title, rows) in &sums {
        for (name, n) in rows {
            let cells = [quoted(text(*title)), quoted(name), n.to_string()];
            file_text.push_str(&cells.join(";"));
            file_text.push_str("\r\n");
        }
    }
    let tables = sums.iter().filter(|(_, rows)| !rows.is_empty());
    let tables = tables.map(|(title, rows)| {
        let rows = rows.iter().map(|(name, n)| {
            el("tr", "")
                .kid(el("th", "").attr("scope", "row").kid(name.clone()))
                .kid(el("td", "").kid(number(*n)))
        });
        el("section", "figures")
            .kid(el("h3", "").kid(text(*title)))
            .kid(el("table", "").kid(el("tbody", "").kids(rows.collect())))
    });
    let save = button(
        "button button--small",
        "save-report",
        key::RUNSHEET_REPORT_CSV,
        move || {
            let name = named(key::RUNSHEET_REPORT_FILE, device::today(), "csv");
            file::save(&name, "text/csv;charset=utf-8", &file_text);
        },
    );
    let offered = filled(
        key::RUNSHEET_REPORT_OFFERED,
        &[("n", &grouped(report.slots.offered))],
    );
    part.kid(el("p", "").kid(figures::date(day::date(day::today()))))
        .kid(el("p", "quiet").kid(text(key::RUNSHEET_REPORT_LEAD)))
        .kid(el("p", "console__what").kid(filled(
            key::RUNSHEET_REPORT_PEOPLE,
            &[("n", &number(people))],
        )))
        .kid(el("p", "").kid(offered))
        .kid(el("p", "row no-print").kid(save))
        .kid(el("div", "figures__all").kids(tables.collect()))
        .kid(el("p", "small quiet").kid(text(key::RUNSHEET_REPORT_HIDDEN)))
}
