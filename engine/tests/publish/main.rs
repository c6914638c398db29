//! Overlays from what offices write: every mistake is told with its row and column or its line, what
//! is right means what its author meant, and nobody speaks for another.
#![cfg(feature = "authoring")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

#[path = "../common/mod.rs"]
mod common;
mod look;
mod settings;
mod sheet;
mod together;

use common::*;
use serde::Deserialize;
use serde::de::{
    IntoDeserializer,
    value::{Error, StrDeserializer},
};
use vaekstspejl_engine::{
    Content, First, Later,
    authoring::{
        Severity,
        overlay::{Built, Code, Finding, Folder, Spot, build},
    },
    catalogue::{House, Level, Offer, Office, OfficeKind, Place, Provider},
    segment::Tone,
};

const TODAY: &str = "2026-11-28";

/// What the office of Bageby writes when it writes as little as it can.
const SETTINGS: &str = "office = \"bageby\"\nlast_checked = 2026-11-20\n\n[[fields]]\nneed = \"network\"\nhours = 3\n[[fields]]\nneed = \"legal_tax\"\nhours = 2\n";

fn office(id: &str, kind: OfficeKind, municipalities: &[&str]) -> Office {
    Office {
        id: id.into(),
        kind,
        municipalities: municipalities.iter().map(|it| (*it).into()).collect(),
        name: format!("Erhverv {id}"),
        url: format!("https://{id}.example"),
        phone: "11 22 33 44".into(),
        known_in: (kind == OfficeKind::History).then_some(2010),
        as_of: "2026-01".into(),
        source: "a fixture".into(),
        verify: true,
        services: vec!["BI1".into()],
        fields: Vec::new(),
        note: String::new(),
        mailbox: None,
    }
}

/// A country of two houses and three municipalities, where people want to talk, to order their taxes
/// and to sell abroad.
fn shared() -> Content {
    let titled = |id: &str, title: &str| {
        let rule = format!("plans includes {id}");
        let mut need = need(id, &[(&rule, 60)]);
        need.title = title.into();
        need
    };
    let named = |code: &str, name: &str, house: &str| {
        let mut it = municipality(code, "1083", house);
        it.name = name.into();
        it
    };
    let house = |slug: &str| House {
        slug: slug.into(),
        name: format!("Erhvervshus {slug}"),
        url: format!("https://{slug}.example"),
    };
    let guide = Offer {
        fallback: true,
        ..offer(
            "guide",
            Level::National,
            &["network", "legal_tax", "export"],
        )
    };
    let talk = Offer {
        provider: Provider::OwnOffice,
        ..offer("local-talk", Level::Local, &["network"])
    };
    let elsewhere = Offer {
        places: vec![Place::Municipality("0825".into())],
        ..offer("island-talk", Level::Local, &["network"])
    };
    let plans = many_of("plans", &["network", "legal_tax", "export"]);
    let stage = one_of("stage", &["idea", "startup", "established"]);
    Content {
        first: First {
            languages: vec![
                ("da".into(), "Dansk".into()),
                ("en".into(), "English".into()),
            ],
            questionnaires: vec![questionnaire("selvtest", vec![stage, plans])],
            ..First::default()
        },
        later: Later {
            needs: vec![
                titled("network", "Nogen at tale med"),
                titled("legal_tax", "Moms, skat og aftaler"),
                titled("export", "Salg i udlandet"),
            ],
            segments: vec![segment("everybody", Tone::Calm, "always")],
            offers: vec![guide, talk, elsewhere],
            offices: vec![
                office("bageby", OfficeKind::Default, &["0101"]),
                office("oeby", OfficeKind::Default, &["0825", "0482"]),
                office("old", OfficeKind::History, &["0101"]),
                office("demo", OfficeKind::Demo, &[]),
            ],
            municipalities: vec![
                named("0101", "Bageby", "east"),
                named("0825", "Læsø", "west"),
                named("0482", "Langeland", "west"),
            ],
            houses: vec![house("east"), house("west")],
            ..Later::default()
        },
    }
}

fn folder(name: &str, files: &[(&str, &[u8])]) -> Folder {
    let files = files
        .iter()
        .map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec()));
    Folder {
        name: name.into(),
        files: files.collect(),
        unread: Vec::new(),
    }
}

fn built(folders: &[Folder]) -> Built {
    build(&shared(), folders, day(TODAY))
}

/// Of an office with these settings and this spreadsheet.
fn with_sheet(settings: &str, sheet: &[u8]) -> Built {
    built(&[folder(
        "b",
        &[("office.toml", settings.as_bytes()), ("tilbud.csv", sheet)],
    )])
}

fn place(finding: &Finding) -> String {
    let file = finding.place.file.trim_start_matches("b/");
    match &finding.place.at {
        Spot::Whole => file.to_owned(),
        Spot::Line(line) => format!("{file} line {line}"),
        Spot::Row(row) => format!("{file} row {row}"),
        Spot::Cell { row, column, .. } => format!("{file} {column}{row}"),
    }
}

/// The errors, each with its place as a person would name it.
fn errors(built: &Built) -> Vec<(String, Code)> {
    let errors = built
        .findings
        .iter()
        .filter(|it| it.severity == Severity::Error);
    errors.map(|it| (place(it), it.code)).collect()
}

fn warnings(built: &Built) -> Vec<(String, Code)> {
    let all = built
        .findings
        .iter()
        .filter(|it| it.severity == Severity::Warning);
    all.map(|it| (place(it), it.code)).collect()
}

fn at(place: &str, code: Code) -> (String, Code) {
    (place.to_owned(), code)
}

/// A code by its name in cli/words/.
fn code(name: &str) -> Code {
    let name: StrDeserializer<'_, Error> = name.into_deserializer();
    Code::deserialize(name).unwrap()
}

/// The cases of a fixture: line, code and text of each.
fn cases(fixture: &str) -> Vec<(usize, Code, String)> {
    let cases = fixture.split("\n== ").skip(1).map(|case| {
        let (head, text) = case.split_once('\n').unwrap();
        let (line, name) = head.split_once(' ').unwrap();
        (
            line.parse().unwrap(),
            code(name),
            format!("{}\n", text.trim_end()),
        )
    });
    cases.collect()
}

/// A place as [`place`] says it.
fn line(file: &str, line: usize) -> String {
    if line == 0 {
        file.to_owned()
    } else {
        format!("{file} line {line}")
    }
}

/// The errors of an office.toml alone.
fn of_settings(text: &str) -> Vec<(String, Code)> {
    errors(&built(&[folder("b", &[("office.toml", text.as_bytes())])]))
}
