//! What is sent is what was chosen, it always fits into a letter, and whatever a stranger puts
//! into a letter is either a submission or a named error.
#![cfg(feature = "authoring")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use proptest::prelude::*;
use serde_json::{Value, json};
use std::{path::Path, sync::LazyLock};
use vaekstspejl_engine::{
    Answers, Assessment, Content, Date, assess,
    authoring::{Random, load, respondent},
    profile_code,
    submission::{
        CannotSend, Catalogue, Contact, Frame, LONGEST, LONGEST_ID, MOST_MARKS, Part, Parts,
        Submission, SubmissionError, TextField, shown_line, shown_text,
    },
};

static CONTENT: LazyLock<Content> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    load(&folder, "da").0
});

fn frame() -> Frame {
    Frame {
        catalogue: Catalogue {
            id: "da".into(),
            hash: "0123456789abcdef".repeat(4),
        },
        lang: "da".into(),
        consent_text_id: "send-1".into(),
        consent_text_hash: "f".repeat(64),
    }
}

fn day() -> Date {
    Date::new(2026, 11, 20).unwrap()
}

fn sanne() -> Assessment<'static> {
    let answers: Answers = serde_json::from_value(json!({
        "stage": "established", "company_age": "y5_7", "size": "s5_9", "municipality": "0615",
        "trade": "retail", "plans": ["borrow"], "signs": ["none"], "situation": ["none"],
        "economy_core": 4, "capital_core": "dont_know", "growth_ambition_core": "larger"
    }))
    .unwrap();
    of("vaekstscreening", &answers)
}

fn of(test: &str, answers: &Answers) -> Assessment<'static> {
    let questionnaire = CONTENT.first.questionnaire(&test.into()).unwrap();
    assess(&CONTENT.later, questionnaire, answers, None, day())
}

fn contact(text: &str) -> Contact {
    Contact {
        name: text.into(),
        mail: text.into(),
        phone: text.into(),
        company: text.into(),
    }
}

fn send(parts: &Parts) -> Result<Submission, CannotSend> {
    Submission::new(&CONTENT.later, &sanne(), parts, &frame())
}

fn all_parts() -> Parts {
    Parts {
        profile: true,
        answers: true,
        municipality: false,
        contact: Some(Contact {
            name: "Sanne Østergaard".into(),
            mail: "sanne@example.dk".into(),
            ..Contact::default()
        }),
        note: Some("Ring helst om formiddagen.".into()),
    }
}

/// A whole letter as JSON, with one place of it replaced.
fn with(pointer: &str, value: Value) -> Vec<u8> {
    let mut json: Value = serde_json::from_str(&send(&all_parts()).unwrap().to_json()).unwrap();
    *json.pointer_mut(pointer).unwrap() = value;
    json.to_string().into_bytes()
}

#[test]
fn only_what_was_chosen_is_in_the_letter() {
    let only = |change: fn(&mut Parts)| {
        let mut parts = Parts::default();
        change(&mut parts);
        send(&parts).unwrap()
    };
    let profile = only(|it| it.profile = true);
    assert_eq!(profile.consent.parts, [Part::Profile]);
    // 0615 is Horsens, answered but not chosen to be told.
    let text = profile.to_json();
    assert!(!text.contains("0615") && profile.code.is_none() && profile.office.is_none());
    let told = only(|it| (it.profile, it.municipality) = (true, true));
    assert_eq!(told.consent.parts, [Part::Profile, Part::Municipality]);
    assert_eq!(told.result.unwrap().municipality.unwrap(), "0615");
    let note = only(|it| it.note = Some("  Hej\r\n".into()));
    assert_eq!(note.consent.parts, [Part::Note]);
    assert_eq!(note.note.as_deref(), Some("Hej"));
    assert!(note.result.is_none() && note.code.is_none() && note.office.is_none());
}

#[test]
fn the_answers_arrive_as_they_counted() {
    let sent = send(&all_parts()).unwrap();
    let read = Submission::from_json(sent.to_json().as_bytes()).unwrap();
    assert_eq!(read, sent);
    let code = profile_code::decode(&CONTENT.later.layouts, &read.code.unwrap()).unwrap();
    assert_eq!(code.answers, sanne().counted.to_answers());
    // With the answers the municipality is known anyway.
    assert_eq!(read.result.unwrap().municipality.unwrap(), "0615");
}

#[test]
fn the_summary_is_what_the_screen_shows() {
    let result = sanne();
    let summary = send(&all_parts()).unwrap().result.unwrap();
    assert_eq!(summary.segment, result.segment.map(|it| it.segment));
    let shown = result.recommendations.list.iter().map(|it| &it.offer);
    assert!(summary.offers.iter().eq(shown));
    for (scale, points) in &summary.scores {
        assert_eq!(result.scores.points(scale).unwrap().rounded(), *points);
    }
    let unknown = result.scores.iter().filter(|it| it.points.is_none());
    assert!(
        unknown.count() > 0 && summary.scores.iter().all(|(id, _)| *id != *"capital"),
        "what is unknown is left out, not sent as nought"
    );
}

#[test]
fn nothing_chosen_is_nothing_sent() {
    assert_eq!(send(&Parts::default()), Err(CannotSend::Nothing));
    let blank = Parts {
        contact: Some(contact(" \u{0}\n")),
        note: Some("\t".into()),
        ..Parts::default()
    };
    assert_eq!(send(&blank), Err(CannotSend::Nothing));
}

#[test]
fn a_text_is_measured_as_it_stands_in_the_letter() {
    assert_eq!(TextField::Note.bytes("æ\"\\\n."), 2 + 2 + 2 + 2 + 1);
    assert_eq!(TextField::Name.bytes("a\u{7}\nb"), 3);
    assert_eq!(TextField::Phone.bytes_left(&"1".repeat(43)), -3);
    for field in TextField::ALL {
        let full = "\"".repeat(field.limit() / 2);
        assert_eq!(field.bytes_left(&full), 0);
        let json = serde_json::to_string(&full).unwrap();
        assert_eq!(json.len(), field.limit() + 2);
    }
    let long = Parts {
        note: Some("ø".repeat(501)),
        ..Parts::default()
    };
    assert_eq!(send(&long), Err(CannotSend::Text(TextField::Note)));
}

/// The longest of everything at once: every field full, and a result as long as the format
/// permits with the longest ids the content has.
#[test]
fn the_worst_case_fits_into_a_letter() {
    let fill = |field: TextField, letter: &str| {
        let mut text = String::new();
        while field.bytes(&format!("{text}{letter}")) <= field.limit() {
            text.push_str(letter);
        }
        text
    };
    for letter in ["\"", "\\", "æ", "😀", "x"] {
        let mut sent = send(&all_parts()).unwrap();
        let later = &CONTENT.later;
        let mut scales: Vec<_> = later.scales.iter().map(|it| it.id.clone()).collect();
        scales.sort_by_key(|id| std::cmp::Reverse(id.as_str().len()));
        let mut needs: Vec<_> = later.needs.iter().map(|it| it.id.clone()).collect();
        needs.sort_by_key(|id| std::cmp::Reverse(id.as_str().len()));
        let mut offers: Vec<_> = later.offers.iter().map(|it| it.id.clone()).collect();
        offers.sort_by_key(|id| std::cmp::Reverse(id.as_str().len()));
        let most_scored = CONTENT.first.questionnaires.iter().map(|test| {
            let of = |id| {
                test.items
                    .iter()
                    .any(|item| item.scores.iter().any(|(it, _)| it == id))
            };
            later.scales.iter().filter(|scale| of(&scale.id)).count()
        });
        let result = sent.result.as_mut().unwrap();
        result.scores = scales
            .into_iter()
            .take(most_scored.max().unwrap())
            .map(|id| (id, 100))
            .collect();
        result.needs = needs.into_iter().take(6).map(|id| (id, 100)).collect();
        result.offers = offers.into_iter().take(12).collect();
        sent.office = Some("x".repeat(LONGEST_ID).as_str().into());
        sent.consent.text_id = "x".repeat(LONGEST_ID);
        sent.code = sent.code.map(|code| format!("{code:q<90}"));
        sent.version = u16::MAX;
        sent.contact = Some(Contact {
            name: fill(TextField::Name, letter),
            mail: fill(TextField::Mail, letter),
            phone: fill(TextField::Phone, letter),
            company: fill(TextField::Company, letter),
        });
        sent.note = Some(fill(TextField::Note, letter));
        let json = sent.to_json();
        assert!(json.len() <= LONGEST, "{} bytes with {letter}", json.len());
        assert_eq!(sent.bytes_left(), LONGEST - json.len());
        assert_eq!(Submission::from_json(json.as_bytes()), Ok(sent));
    }
}

#[test]
fn every_field_out_of_range_is_named() {
    let cases = [
        ("/result/scores/0/1", json!(101), "result.scores"),
        ("/result/needs/0/0", json!("<b>"), "result.needs"),
        ("/result/offers", json!(vec!["x"; 13]), "result.offers"),
        ("/result/offers", json!(["x", "x"]), "result.offers"),
        ("/result/segment", json!(""), "result.segment"),
        (
            "/result/municipality",
            json!("06 15"),
            "result.municipality",
        ),
        ("/catalogue/hash", json!("XYZ"), "catalogue.hash"),
        ("/catalogue/id", json!("x".repeat(65)), "catalogue.id"),
        ("/lang", json!("DA"), "lang"),
        ("/version", json!(0), "version"),
        ("/code", json!("vs1\u{202e}"), "code"),
        ("/contact/name", json!("x".repeat(101)), "contact.name"),
        ("/note", json!("x".repeat(1_001)), "note"),
        ("/consent/parts", json!(["profile"]), "consent.parts"),
        ("/consent/text_hash", json!(""), "consent.text_hash"),
        // Not the right kind of thing at all.
        ("/created", json!("2026-02-30"), "form"),
        ("/version", json!(-1), "form"),
        ("/version", json!(1.5), "form"),
        ("/result/scores/0/1", json!(300), "form"),
        ("/note", json!({"a": 1}), "form"),
        ("/consent/parts", json!(["everything"]), "form"),
    ];
    for (place, value, what) in cases {
        let error = Submission::from_json(&with(place, value.clone()));
        assert_eq!(
            error,
            Err(SubmissionError::Damaged { what }),
            "{place} {value}"
        );
    }
}

#[test]
fn other_kinds_of_content_are_told_apart() {
    let error = |bytes: &[u8]| Submission::from_json(bytes).unwrap_err();
    assert_eq!(error(&vec![b' '; LONGEST + 1]), SubmissionError::TooLong);
    assert_eq!(error(b""), SubmissionError::NotJson);
    assert_eq!(error(b"\xff\xfe"), SubmissionError::NotJson);
    assert_eq!(
        error("[".repeat(3_000).as_bytes()),
        SubmissionError::NotJson
    );
    for other in [
        "{}",
        "[]",
        "1",
        "null",
        r#"{"v":1}"#,
        r#"{"v":"x"}"#,
        r#"{"v":"0.9"}"#,
    ] {
        assert_eq!(
            error(other.as_bytes()),
            SubmissionError::NotASubmission,
            "{other}"
        );
    }
    assert_eq!(
        error(br#"{"v":"2.0","x":[]}"#),
        SubmissionError::Newer { version: 2 }
    );
    assert_eq!(
        error(br#"{"v":"1.0"}"#),
        SubmissionError::Damaged { what: "form" }
    );
}

#[test]
fn an_unknown_field_is_only_fine_in_a_higher_minor_version() {
    let mut json: Value = serde_json::from_str(&send(&all_parts()).unwrap().to_json()).unwrap();
    json["result"]["mood"] = json!("good");
    let read = |json: &Value| Submission::from_json(json.to_string().as_bytes());
    let what = "unknown field";
    assert_eq!(read(&json), Err(SubmissionError::Damaged { what }));
    json["v"] = json!("1.7");
    assert_eq!(read(&json).unwrap().v.minor, 7);
    // The same field twice is never fine: two readers could read two things.
    let text = send(&all_parts()).unwrap().to_json();
    let twice = text.replacen("\"lang\":\"da\"", "\"lang\":\"da\",\"lang\":\"en\"", 1);
    let what = "form";
    assert_eq!(
        Submission::from_json(twice.as_bytes()),
        Err(SubmissionError::Damaged { what })
    );
}

#[test]
fn shown_text_cannot_turn_hide_or_flood() {
    // U+202E turns what follows; here it would make "exe" look like a harmless ending.
    assert_eq!(shown_text("rapport\u{202e}fdp.exe"), "rapportfdp.exe");
    assert_eq!(shown_text("a\u{2066}b\u{2069}c\u{200f}d\u{61c}"), "abcd");
    assert_eq!(shown_text("a\u{0}\u{1b}[31mb\u{9b}"), "a[31mb");
    assert_eq!(shown_text("to\r\nlinjer\u{2028}her"), "to\n\nlinjer\nher");
    assert_eq!(shown_line("to\nlinjer\t"), "to linjer");
    assert_eq!(
        shown_text("s\u{ad}k\u{200b}j\u{feff}u\u{e0041}lt"),
        "skjult"
    );
    let flood = format!("Z{}algo", "\u{301}\u{489}".repeat(50_000));
    assert_eq!(shown_text(&flood).chars().count(), 1 + MOST_MARKS + 4);
    // Joined marks are no way around it.
    let joined = format!("a{}", "\u{200d}\u{301}".repeat(100));
    assert_eq!(shown_text(&joined).chars().count(), 1 + MOST_MARKS);
}

#[test]
fn ordinary_text_is_shown_as_it_was_written() {
    for text in [
        "Blåbærgrød på Ærø, 50 % & <b>rabat</b>",
        "e\u{301}n a\u{30a}", // as macOS writes é and å
        "Việt Nam: Việ\u{302}\u{323}t",
        "שלום עולם",
        "مُحَمَّد",
        "می\u{200c}خواهم", // the joiner Persian needs
        "👩\u{200d}👩\u{200d}👧 ❤\u{fe0f}",
        "ราคา ๑๒๓",
        "नमस्ते",
    ] {
        assert_eq!(shown_text(text), text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_anybody_answers_can_be_sent_and_read(seed: u64, texts in proptest::array::uniform5(".{0,400}"), chosen: [bool; 4]) {
        let mut random = Random::new(seed);
        let questionnaire = random.one_of(&CONTENT.first.questionnaires).unwrap();
        let answers = respondent(&CONTENT, questionnaire, &mut random);
        let result = of(questionnaire.id.as_str(), &answers);
        let [name, mail, phone, company, note] = &texts;
        let fitted = |field: TextField, text: &str| {
            let mut text = text.to_owned();
            while field.bytes_left(&text) < 0 { text.pop(); }
            text
        };
        let [profile, answers, municipality, note_chosen] = chosen;
        let parts = Parts {
            profile, answers, municipality,
            contact: Some(Contact {
                name: fitted(TextField::Name, name),
                mail: fitted(TextField::Mail, mail),
                phone: fitted(TextField::Phone, phone),
                company: fitted(TextField::Company, company),
            }),
            note: note_chosen.then(|| fitted(TextField::Note, note)),
        };
        match Submission::new(&CONTENT.later, &result, &parts, &frame()) {
            Err(error) => prop_assert_eq!(error, CannotSend::Nothing),
            Ok(sent) => {
                let json = sent.to_json();
                prop_assert!(json.len() <= LONGEST);
                prop_assert_eq!(Submission::from_json(json.as_bytes()), Ok(sent));
            }
        }
    }

    #[test]
    fn a_letter_with_a_changed_byte_is_read_or_refused_but_never_a_panic(place: usize, byte: u8, cut: usize) {
        let mut bytes = send(&all_parts()).unwrap().to_json().into_bytes();
        let place = place % bytes.len();
        bytes[place] = byte;
        if let Ok(read) = Submission::from_json(&bytes) {
            prop_assert!(read.to_json().len() <= LONGEST);
        }
        bytes.truncate(cut % bytes.len());
        prop_assert!(Submission::from_json(&bytes).is_err());
    }

    #[test]
    fn any_text_is_shown_without_what_could_mislead(text in "\\PC{0,60}[\\p{Cc}\\p{Cf}\\p{M}]{0,60}") {
        let shown = shown_text(&text);
        prop_assert_eq!(shown_text(&shown), shown.clone());
        prop_assert!(!shown.chars().any(|it| it.is_control() && it != '\n'));
    }
}
