//! The inbox as a file: harmless and right in a Danish spreadsheet, and JSON as its schema says.
#![cfg(feature = "authoring")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use proptest::prelude::*;
use serde_json::{Value, json};
use std::{path::Path, sync::LazyLock};
use vaekstspejl_engine::{
    Content, Date, assess,
    authoring::{Persona, load, load_office, personas},
    briefing::opened,
    content::Office,
    export::{self, COLUMNS, Entry, Unread, quoted},
    submission::{Catalogue, Contact, Frame, Parts, Submission},
};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../content")
}

static CONTENT: LazyLock<Content> = LazyLock::new(|| load(&folder(), "da").0);
static OFFICE: LazyLock<Office> = LazyLock::new(|| load_office(&folder(), "da").0);
static PERSONAS: LazyLock<Vec<Persona>> =
    LazyLock::new(|| personas(&folder().join("../tests/personas")).0);

fn sent(persona: &Persona, parts: &Parts) -> Submission {
    let questionnaire = CONTENT.first.questionnaire(&persona.questionnaire).unwrap();
    let answers = persona.all_answers(&CONTENT, questionnaire);
    let office = persona.office.as_ref();
    let result = assess(
        &CONTENT.later,
        questionnaire,
        &answers,
        office,
        persona.today,
    );
    let frame = Frame {
        catalogue: Catalogue {
            id: "da".into(),
            hash: "0".into(),
        },
        lang: "da".into(),
        consent_text_id: "send-1".into(),
        consent_text_hash: "0".into(),
    };
    Submission::new(&CONTENT.later, &result, parts, &frame).unwrap()
}

fn entry(letter: &str, content: Result<Submission, Unread>) -> Entry<'static> {
    Entry {
        letter: letter.into(),
        received: Date::new(2026, 11, 5).unwrap(),
        receipt: "ABCDE-23456".into(),
        handled: letter == "b",
        content: content.map(|it| opened(&CONTENT, &OFFICE.guide, it)),
    }
}

fn everything(note: &str, name: &str) -> Parts {
    Parts {
        profile: true,
        answers: true,
        contact: Some(Contact {
            name: name.into(),
            phone: "+45 12 34 56 78".into(),
            ..Contact::default()
        }),
        note: Some(note.into()),
        ..Parts::default()
    }
}

fn inbox() -> Vec<Entry<'static>> {
    let mut entries: Vec<Entry<'static>> = PERSONAS
        .iter()
        .map(|persona| {
            let parts = Parts {
                profile: true,
                ..Parts::default()
            };
            let full = everything("To\nlinjer; \"med\" tegn", "Ærø & Søn");
            let parts = if persona.id.len() % 2 == 0 {
                parts
            } else {
                full
            };
            entry(&persona.id, Ok(sent(persona, &parts)))
        })
        .collect();
    let only_note = Parts {
        note: Some("Ring".into()),
        ..Parts::default()
    };
    entries.push(entry("b", Ok(sent(&PERSONAS[0], &only_note))));
    for unread in [Unread::Locked, Unread::Damaged, Unread::Newer] {
        entries.push(entry("c", Err(unread)));
    }
    entries
}

/// Reads CSV as RFC 4180 says, with semicolons.
fn read(csv: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut letters = csv.chars().peekable();
    let mut inside = false;
    while let Some(letter) = letters.next() {
        let row = rows.last_mut().unwrap();
        match letter {
            '"' if inside && letters.peek() == Some(&'"') => {
                row.last_mut().unwrap().push('"');
                letters.next();
            }
            '"' => inside = !inside,
            ';' if !inside => row.push(String::new()),
            '\r' if !inside => assert_eq!(letters.peek(), Some(&'\n')),
            '\n' if !inside => rows.push(vec![String::new()]),
            letter => row.last_mut().unwrap().push(letter),
        }
    }
    assert_eq!(
        rows.pop().unwrap(),
        [""],
        "the last line ends as all others"
    );
    rows
}

fn csv(entries: &[Entry<'_>]) -> Vec<Vec<String>> {
    let text = export::csv(&CONTENT, &OFFICE.export, entries);
    read(text.strip_prefix('\u{feff}').unwrap())
}

fn cell<'r>(rows: &'r [Vec<String>], row: usize, column: &str) -> &'r str {
    let place = COLUMNS.iter().position(|it| *it == column).unwrap();
    &rows[row][place]
}

#[test]
fn every_letter_has_one_row_with_all_columns() {
    let entries = inbox();
    let rows = csv(&entries);
    assert_eq!(rows.len(), entries.len() + 1);
    let width = COLUMNS.len() + CONTENT.later.scales.len();
    assert!(rows.iter().all(|row| row.len() == width));
    // Headings are Danish, none twice.
    assert_eq!(cell(&rows, 0, "received"), "Modtaget");
    let mut headings = rows[0].clone();
    headings.sort();
    let before = headings.len();
    headings.dedup();
    // "Lyst til vækst" and "Plads til vækst" stand among the first columns and among the scales.
    assert_eq!(before - headings.len(), 2, "{headings:?}");
}

#[test]
fn dates_and_numbers_are_danish() {
    let jonas = PERSONAS
        .iter()
        .find(|it| it.id == "jonas-webshop-med-momsgaeld")
        .unwrap();
    let rows = csv(&[entry("a", Ok(sent(jonas, &everything("", "Jonas"))))]);
    assert_eq!(cell(&rows, 1, "received"), "05-11-2026");
    assert_eq!(cell(&rows, 1, "created"), "20-11-2026");
    assert_eq!(cell(&rows, 1, "municipality"), "Aalborg");
    assert_eq!(cell(&rows, 1, "segment"), "Der er pres på lige nu");
    assert_eq!(cell(&rows, 1, "state"), "Nyt");
    let scores = &rows[1][COLUMNS.len()..];
    let known: Vec<&String> = scores.iter().filter(|it| !it.is_empty()).collect();
    // All answers are the best: 100 points, with the Danish comma.
    assert!(
        known.len() > 10 && known.iter().all(|it| it.as_str() == "100,00"),
        "{known:?}"
    );
}

#[test]
fn a_cell_that_begins_like_a_formula_is_text() {
    for hostile in [
        "=1+1",
        "+45 12345678",
        "-2+3",
        "@SUM(A1)",
        "=HYPERLINK(\"http://x.example\";\"Klik\")",
        "\t=1",
        " =1",
        "\r\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "|calc",
        "\"=1",
        "\u{200b}=1",
        "\u{a0}=1",
        "'=1",
        "\u{202e}=1",
        "\u{feff}=1",
        "\u{0}=1",
        "%1",
        "−1",
    ] {
        let cell = quoted(hostile);
        assert!(cell.starts_with("\"'"), "{hostile:?} became {cell}");
    }
    for harmless in ["Sanne", "12345678", "a=b", "Hej -- med dig", "æ", ""] {
        assert!(!quoted(harmless).starts_with("\"'"), "{harmless}");
    }
}

#[test]
fn a_text_cannot_leave_its_cell() {
    let note = "a\";=1+1;\"b\r\n=2\u{2028}=3\n\n@x";
    let jonas = &PERSONAS[0];
    let rows = csv(&[entry("a", Ok(sent(jonas, &everything(note, "\";\r\n"))))]);
    assert_eq!(rows.len(), 2);
    let note = cell(&rows, 1, "note");
    assert!(
        note.contains("=1+1") && !note.contains(['\r', '\n']),
        "{note}"
    );
    assert_eq!(cell(&rows, 1, "name"), "\";");
}

#[test]
fn what_cannot_be_read_has_its_row_and_reason() {
    let rows = csv(&inbox());
    let last = rows.len() - 1;
    assert_eq!(
        cell(&rows, last, "problem"),
        "Lavet med en nyere udgave af programmet"
    );
    assert_eq!(cell(&rows, last, "created"), "");
    assert_eq!(cell(&rows, last - 3, "problem"), "");
    assert_eq!(cell(&rows, last - 3, "state"), "Behandlet");
}

/// The part of JSON Schema 2020-12 that the schema uses. An unknown word is a failure, so that
/// nothing in the schema goes unchecked.
fn check(schema: &Value, root: &Value, value: &Value, place: &str) {
    for (word, rule) in schema.as_object().unwrap() {
        let length = |text: &str| text.chars().count() as u64;
        match word.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" | "properties" => {}
            "$ref" => {
                let pointer = rule.as_str().unwrap().strip_prefix('#').unwrap();
                check(root.pointer(pointer).unwrap(), root, value, place);
            }
            "type" => {
                let is_right = match rule.as_str().unwrap() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_u64() || value.is_i64(),
                    "boolean" => value.is_boolean(),
                    other => panic!("type {other}"),
                };
                assert!(is_right, "{place} is {value}, not {rule}");
            }
            "const" => assert_eq!(value, rule, "{place}"),
            "enum" => assert!(rule.as_array().unwrap().contains(value), "{place}: {value}"),
            "required" => {
                for name in rule.as_array().unwrap() {
                    assert!(
                        value.get(name.as_str().unwrap()).is_some(),
                        "{place} lacks {name}"
                    );
                }
            }
            "additionalProperties" => {
                assert_eq!(*rule, json!(false));
                for (name, inner) in value.as_object().unwrap() {
                    let schema = schema["properties"].get(name);
                    let schema = schema.unwrap_or_else(|| panic!("{place} has {name}"));
                    check(schema, root, inner, &format!("{place}.{name}"));
                }
            }
            "items" => {
                for (index, inner) in value.as_array().unwrap().iter().enumerate() {
                    check(rule, root, inner, &format!("{place}[{index}]"));
                }
            }
            "prefixItems" => {
                let pairs = rule
                    .as_array()
                    .unwrap()
                    .iter()
                    .zip(value.as_array().unwrap());
                for (schema, inner) in pairs {
                    check(schema, root, inner, place);
                }
            }
            "minItems" => assert!(value.as_array().unwrap().len() as u64 >= rule.as_u64().unwrap()),
            "maxItems" => assert!(value.as_array().unwrap().len() as u64 <= rule.as_u64().unwrap()),
            "minimum" => assert!(value.as_i64() >= rule.as_i64(), "{place}"),
            "maximum" => assert!(value.as_i64() <= rule.as_i64(), "{place}"),
            "minLength" => assert!(length(value.as_str().unwrap()) >= rule.as_u64().unwrap()),
            "maxLength" => assert!(length(value.as_str().unwrap()) <= rule.as_u64().unwrap()),
            "pattern" => {
                let is_right = matches_pattern(rule.as_str().unwrap(), value.as_str().unwrap());
                assert!(is_right, "{place}: {value} is not {rule}");
            }
            other => panic!("the schema says {other}, which is not checked"),
        }
    }
}

/// The patterns of the schema, each as what it says.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    let all = |lengths: std::ops::RangeInclusive<usize>, text: &str, letters: &str| {
        let is_one = |it: char| {
            letters.contains(it)
                || (letters.contains("a-z") && it.is_ascii_lowercase())
                || (letters.contains("a-f") && matches!(it, 'a'..='f'))
                || (letters.contains("0-9") && it.is_ascii_digit())
        };
        lengths.contains(&text.len()) && text.chars().all(is_one)
    };
    match pattern {
        "^[a-z0-9_-]{1,64}$" => all(1..=64, text, "a-z0-9_-"),
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" => text.parse::<Date>().is_ok(),
        "^[0-9a-f]{1,64}$" => all(1..=64, text, "0-9a-f"),
        "^1\\.[0-9]{1,5}$" => text
            .strip_prefix("1.")
            .is_some_and(|it| all(1..=5, it, "0-9")),
        "^[a-z-]{2,12}$" => all(2..=12, text, "a-z-"),
        "^vs1[a-z0-9]{1,87}$" => text
            .strip_prefix("vs1")
            .is_some_and(|it| all(1..=87, it, "a-z0-9")),
        "^[0-9]{4}$" => all(4..=4, text, "0-9"),
        "^([0-9]{4}|[a-z_]{1,64})$" => all(4..=4, text, "0-9") || all(1..=64, text, "a-z_"),
        other => panic!("the schema has the pattern {other}, which is not checked"),
    }
}

fn schema() -> Value {
    let path = folder().join("../docs/schema/inbox-export-1.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_json_is_as_its_schema_says() {
    let (schema, entries) = (schema(), inbox());
    let text = export::json(Some(&"0101-koebenhavn".into()), PERSONAS[0].today, &entries);
    let value: Value = serde_json::from_str(&text).unwrap();
    check(&schema, &schema, &value, "inbox");
    assert_eq!(value["letters"].as_array().unwrap().len(), entries.len());
    let empty = export::json(None, PERSONAS[0].today, &[]);
    check(
        &schema,
        &schema,
        &serde_json::from_str(&empty).unwrap(),
        "inbox",
    );
}

#[test]
fn the_json_holds_what_was_sent_word_for_word() {
    let note = "=1\u{202e}\n\"x\"";
    let letter = sent(&PERSONAS[0], &everything(note, "n"));
    let text = export::json(None, PERSONAS[0].today, &[entry("a", Ok(letter.clone()))]);
    let value: Value = serde_json::from_str(&text).unwrap();
    let back = serde_json::to_vec(&value["letters"][0]["sent"]).unwrap();
    assert_eq!(Submission::from_json(&back), Ok(letter));
    assert_eq!(value["letters"][0]["profile"]["from_answers"], true);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_one_harmless_cell(text in "[\\PC\\p{Cc}\\p{Cf}=+@;\"\\-]{0,80}") {
        let cell = quoted(&text);
        let rows = read(&format!("{cell}\r\n"));
        prop_assert_eq!(rows.len(), 1);
        prop_assert_eq!(rows[0].len(), 1);
        let first = rows[0][0].trim_start().chars().next();
        prop_assert!(!first.is_some_and(|it| "=+-@\t\r＝＋－＠".contains(it)), "{cell}");
    }
}
