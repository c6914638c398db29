//! What is printed and saved of a plan: run sheet, tables, calendar, report.

use super::{name, programme};
use std::collections::BTreeSet;
use vaekstspejl_engine::{Date, Later, NeedId, ScaleId, SegmentId, export::ExportWords};
use vaekstspejl_workshop::{
    answer::{Answer, Person},
    hall::Hall,
    report::{self, Categories, Report},
    run_sheet::{
        Clock, Error, Event, RunSheet, Titles, Zone, advisers_csv, calendar, groups_csv,
        programme_csv, run_sheet,
    },
    slots::{AdviserId, Plan},
};

/// What everybody and everything is called. `group` names a group by its round and number, from 1.
pub fn titles(
    hall: &Hall,
    later: &Later,
    words: &[&str],
    group: impl Fn(usize, usize) -> String,
) -> Titles {
    let people = hall.register().entries().iter();
    let rounds = hall
        .seated()
        .into_iter()
        .flat_map(|it| it.rounds.iter())
        .zip(1..);
    let groups = rounds.flat_map(|(round, number)| {
        let numbered: Vec<String> = (1..=round.len()).map(|it| group(number, it)).collect();
        numbered
    });
    let groups = groups.collect();
    let advisers = hall.advisers().iter();
    let needs = later.needs.iter();
    Titles {
        people: people
            .map(|it| (it.person, name(hall, it.person, words)))
            .collect(),
        groups,
        advisers: advisers
            .map(|it| (AdviserId(it.id), it.name.clone()))
            .collect(),
        needs: needs.map(|it| (it.id.clone(), it.title.clone())).collect(),
    }
}

/// The run sheet of everything that stands.
pub fn sheet(hall: &Hall, titles: &Titles) -> Result<RunSheet, Error> {
    let groups: Vec<BTreeSet<Person>> = hall
        .seated()
        .map_or_else(Vec::new, |it| it.groups().concat());
    let plan = hall.slotted().map_or_else(Plan::default, |it| it.plan());
    run_sheet(programme(hall)?, &groups, &plan, titles)
}

/// The tables, in the order programme, groups, advisers.
pub fn tables(sheet: &RunSheet, words: &ExportWords) -> [String; 3] {
    [
        programme_csv(&sheet.programme, words),
        groups_csv(&sheet.groups, words),
        advisers_csv(sheet, words),
    ]
}

/// The programme as a calendar of this day, a piece each. `title` names a part by its id and, where
/// there are several, its number.
pub fn calendar_of(
    sheet: &RunSheet,
    day: Date,
    title: impl Fn(&str, Option<usize>) -> String,
) -> Result<String, Error> {
    let title = &title;
    let pieces = sheet.programme.iter().zip(1..).flat_map(|(entry, block)| {
        entry.each().zip(1..).map(move |((from, to), piece)| Event {
            uid: format!("workshop-{day}-{block}-{piece}@vaekstspejl"),
            from,
            to,
            title: title(entry.part.id(), (entry.pieces > 1).then_some(piece)),
            details: String::new(),
            place: String::new(),
        })
    });
    let events: Vec<Event> = pieces.collect();
    calendar(&events, day, Zone::Copenhagen, (day, Clock::default()))
}

/// What may be told of the workshop afterwards.
pub fn report_of(hall: &Hall) -> Report {
    let lists = hall.lists();
    let (segments, needs, scales): (&[SegmentId], &[NeedId], &[ScaleId]) =
        (&lists.stages, &lists.needs, &lists.scales);
    let answers: Vec<Answer> = hall
        .register()
        .answers()
        .into_iter()
        .map(|it| it.1)
        .collect();
    let plan = hall.slotted().map_or_else(Plan::default, |it| it.plan());
    report::report(
        Categories {
            segments,
            needs,
            scales,
        },
        &answers,
        &plan,
    )
}
