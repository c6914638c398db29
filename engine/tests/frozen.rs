//! Files and codes of released versions open for ever. A file under `fixtures/` is never edited;
//! a new version of a format gets a new one beside it.
#![cfg(feature = "authoring")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::path::Path;
use vaekstspejl_engine::{
    Answer, Answers, Date,
    authoring::{load, parse_rule},
    catalogue::{
        Confidence, Criterion, Field, Level, Mailbox, Offer, Office, OfficeKind, Place, Provider,
        ProviderKind, Status,
    },
    overlay::{self, Look, Overlay, OwnWords, Publisher},
    plan::{Action, PlanEntry},
    profile_code::{self, Layout, LayoutItem},
    profile_file::{FileError, ProfileFile},
    questionnaire::Kind,
    segment::Stage,
};

const FILE: &str = include_str!("fixtures/profile-file-v1.json");
const CODE: &str = include_str!("fixtures/code-v1.txt");
const OVERLAYS: &[u8] = include_bytes!("fixtures/overlays-v1.bin");

fn expected_answers() -> Answers {
    Answers::default()
        .with("stage", Answer::one("startup"))
        .with("company_age", Answer::one("y1_3"))
        .with("municipality", Answer::one("0615"))
        .with("plans", Answer::many(["borrow", "hire"]).unwrap())
        .with("signs", Answer::many(["none"]).unwrap())
        .with("drive_core", Answer::one("4"))
        .with("doing_core", Answer::one("2")) // written as a number by hand
        .with("resources_core", Answer::DontKnow)
}

#[test]
fn a_profile_file_of_version_1_opens() {
    let file = ProfileFile::from_json(FILE).unwrap();
    assert_eq!(file.questionnaire, "selvtest");
    assert_eq!(file.questionnaire_version, 1);
    assert_eq!(file.saved, Date::new(2026, 11, 20));
    assert_eq!(file.office, Some("demo-lille".into()));
    assert_eq!(file.answers, expected_answers());
    let entry = |what: Action| PlanEntry {
        what,
        who: String::new(),
        by: None,
        done: false,
    };
    let plan = [
        PlanEntry {
            who: "Maja".into(),
            by: Date::new(2026, 12, 4),
            ..entry(Action::Offer("virksomhedsguiden".into()))
        },
        entry(Action::Need("finance".into())),
        PlanEntry {
            done: true,
            ..entry(Action::Scale("budget".into()))
        },
        entry(Action::Own(
            "Ring til banken, \"men\" først efter jul".into(),
        )),
    ];
    assert_eq!(file.plan, plan);
}

#[test]
fn what_is_no_profile_is_told_apart() {
    let at = |text: &str| ProfileFile::from_json(text).unwrap_err();
    assert_eq!(at(""), FileError::NotJson { line: 1 });
    assert_eq!(at("{\n\"format\": "), FileError::NotJson { line: 2 });
    assert_eq!(at("[1, 2]"), FileError::NotAProfile);
    assert_eq!(at("{}"), FileError::NotAProfile);
    assert_eq!(
        at("{\"format\": \"recipe\", \"version\": 1}"),
        FileError::NotAProfile
    );
    let newer = FILE.replacen("\"version\": 1", "\"version\": 2", 1);
    assert_eq!(at(&newer), FileError::Newer { version: 2 });
    let damaged = FILE.replacen("\"selvtest\"", "17", 1);
    assert!(matches!(at(&damaged), FileError::Damaged { .. }));
    assert_eq!(at(&" ".repeat(200_001)), FileError::TooLong);
    // Saved by an editor that adds a mark at the start.
    assert!(ProfileFile::from_json(&format!("\u{feff}{FILE}")).is_ok());
}

/// The layout of a test with one item of every kind, as it was frozen.
fn layout() -> Layout {
    let item = |id: &str, kind: Kind, choices: &[&str]| LayoutItem {
        id: id.into(),
        kind,
        choices: choices.iter().map(|it| (*it).into()).collect(),
        scales: Vec::new(),
    };
    Layout {
        questionnaire: "tea".into(),
        number: 200,
        version: 3,
        items: vec![
            item("strength", Kind::Scale, &["1", "2", "3", "4", "5"]),
            item("pot", Kind::OneOf, &["clay", "tin"]),
            item("with", Kind::ManyOf, &["milk", "lemon", "sugar", "none"]),
            item("cups", Kind::NumberBand, &["c1", "c2_4", "c5_up"]),
            item("hot", Kind::YesNo, &["no", "yes"]),
            item("place", Kind::Municipality, &["abroad"]),
            item("again", Kind::Scale, &["1", "2", "3", "4", "5"]),
            item("friends", Kind::ManyOf, &["many", "few"]),
        ],
    }
}

fn tea() -> Answers {
    Answers::default()
        .with("strength", Answer::one("4"))
        .with("pot", Answer::one("tin"))
        .with("with", Answer::many(["milk", "sugar"]).unwrap())
        .with("cups", Answer::DontKnow)
        .with("hot", Answer::one("yes"))
        .with("place", Answer::one("0751"))
        .with("friends", Answer::DontKnow)
}

#[test]
fn a_code_of_version_1_opens() {
    let decoded = profile_code::decode(&[layout()], CODE).unwrap();
    assert_eq!(decoded.questionnaire, "tea");
    assert_eq!(decoded.version, 3);
    assert_eq!(decoded.answers, tea());
    assert_eq!(
        profile_code::encode(&layout(), &tea()).unwrap(),
        CODE.trim()
    );
}

#[test]
fn the_bits_of_a_code_are_those_of_its_description() {
    // format 1, test 200, version 3; then, high bit first, 0 open, 1 don't know, 2 … the choices:
    //   strength 4 → 5 of 7 values (3 bits) 101 · pot tin → 3 of 4 (2 bits) 11
    //   with: don't know 0, milk 1, lemon 0, sugar 1, none 0 → 01010 · cups → don't know of 5 (3 bits) 001
    //   hot yes → 3 of 4 (2 bits) 11 · place 0751 → 16 + 751 = 767 (14 bits) 00001011111111
    //   again open 000 · friends: don't know 1, 00 → 100
    let bits = "101".to_owned() + "11" + "01010" + "001" + "11" + "00001011111111" + "000" + "100";
    let mut bytes = vec![1, 200, 0, 3];
    for chunk in bits.as_bytes().chunks(8) {
        let text = format!("{:0<8}", std::str::from_utf8(chunk).unwrap());
        bytes.push(u8::from_str_radix(&text, 2).unwrap());
    }
    let checked = bech32::primitives::decode::CheckedHrpstring::new::<bech32::Bech32m>(CODE.trim());
    let payload: Vec<u8> = checked.unwrap().byte_iter().collect();
    assert_eq!(payload, bytes);
}

#[test]
fn what_is_no_code_is_told_apart() {
    use profile_code::CodeError::*;
    let at = |text: &str| profile_code::decode(&[layout()], text).unwrap_err();
    assert_eq!(at("hello"), NotACode);
    assert_eq!(at(&"x".repeat(5_000)), TooLong);
    assert_eq!(at(&format!("vs1{}", "q".repeat(90))), TooLong);
    assert_eq!(at("vs1qqqb"), Character('b'));
    assert_eq!(at("vs1qqqæ"), Character('æ'));
    let code = CODE.trim();
    let first = &code[..code.len() - 1];
    assert_eq!(at(first), Mistyped);
    assert_eq!(at(&format!("{code}q")), Mistyped);
    // Another version of this test: newer ones are newer, older ones are not known.
    let with_version = |version| {
        profile_code::encode(
            &Layout {
                version,
                ..layout()
            },
            &tea(),
        )
        .unwrap()
    };
    assert_eq!(at(&with_version(4)), Newer);
    assert_eq!(at(&with_version(2)), UnknownTest);
    let other = profile_code::encode(
        &Layout {
            number: 201,
            ..layout()
        },
        &tea(),
    )
    .unwrap();
    assert_eq!(at(&other), UnknownTest);
}

#[test]
fn a_code_is_read_however_it_is_written() {
    let code = CODE.trim();
    for written in [
        code.to_uppercase(),
        profile_code::grouped(code),
        format!("  {code}\n"),
        format!("https://example.org/#/open?code={code}"),
        code.chars().map(|it| format!("{it}\u{200b}-")).collect(),
    ] {
        let decoded = profile_code::decode(&[layout()], &written).unwrap();
        assert_eq!(decoded.answers, tea(), "{written}");
    }
}

#[test]
fn every_frozen_layout_is_read_and_short_enough() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    let (content, _) = load(&folder, "da");
    for layout in &content.later.layouts {
        assert!(layout.code_length() <= profile_code::LONGEST);
    }
    let mut ids: Vec<(u8, u16)> = content
        .later
        .layouts
        .iter()
        .map(|it| (it.number, it.version))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(
        ids.len(),
        content.later.layouts.len(),
        "one layout for each test and version"
    );
}

/// A look and overlays in which every type and every kind of value occurs.
fn expected_overlays() -> (Vec<Look>, Vec<Overlay>) {
    let look = Look {
        id: "bageby".into(),
        front: true,
        name: "Erhverv Bageby".into(),
        logo: "data:image/svg+xml,%3Csvg/%3E".into(),
        rules: vec![":root{--brand:#7a2e4d;}".into()],
        start: vec![("da".into(), ("Hej".into(), "Velkommen på øen.".into()))],
    };
    let rule = "(not (stage is one of idea, startup or plans includes any of export, hire)) \
                and score economy below 40 and score sales at least 60 \
                and size at least s5_9 and company_age at most y3_5 \
                and questionnaire is selvtest and (trade is answered or always)";
    let full = Offer {
        id: "bageby-mentor".into(),
        level: Level::Local,
        provider: Provider::Named("Bagerlauget".into()),
        provider_kind: ProviderKind::Association,
        needs: vec!["network".into(), "legal_tax".into()],
        stages: vec![Stage::Startup, Stage::Succession],
        places: vec![
            Place::Denmark,
            Place::Municipality("0825".into()),
            Place::House("west".into()),
            Place::Region("1081".into()),
        ],
        formats: vec!["mentor".into()],
        service_type: Some("FI2".into()),
        status: Status::Planned,
        from: Date::new(2026, 1, 1),
        until: Date::new(2027, 6, 30),
        known_in: Some(2026),
        confidence: Confidence::Inferred,
        as_of: "2026-11".into(),
        last_checked: Date::first_of_year(2026),
        source: "Byrådet".into(),
        url: "https://bageby.example/mentor".into(),
        hours_max: Some(12),
        price_min: Some(0),
        price_max: Some(1_500),
        support_max: Some(50_000),
        subsidy: true,
        fallback: true,
        title: "Mentor".into(),
        summary: "En bager følger dig.".into(),
        length: "Et år.".into(),
        price: "Næsten gratis.".into(),
        note: "Der er kø.".into(),
        criteria: vec![Criterion {
            rule: Some(parse_rule(rule).unwrap()),
            unsure_if: Some(parse_rule("stage is idea").unwrap()),
            sentence: "Du bager.".into(),
        }],
        written_in: String::new(),
        own_people_of: None,
    };
    let bare = Offer {
        provider: Provider::OwnHouse,
        places: Vec::new(),
        service_type: None,
        from: None,
        until: None,
        known_in: None,
        hours_max: None,
        price_min: None,
        price_max: None,
        support_max: None,
        criteria: Vec::new(),
        title: "Mentor for bakers".into(),
        ..full.clone()
    };
    let office = Office {
        id: "bageby".into(),
        kind: OfficeKind::Default,
        municipalities: vec!["0825".into()],
        name: "Erhverv Bageby".into(),
        url: "https://bageby.example".into(),
        phone: "11 22 33 44".into(),
        known_in: None,
        as_of: "2026-11-20".into(),
        source: "https://bageby.example".into(),
        verify: false,
        services: vec!["BI1".into()],
        fields: vec![Field {
            need: "network".into(),
            hours: 4,
        }],
        note: "Opdigtet.".into(),
        mailbox: Some(Mailbox {
            relay: "https://post.example".into(),
            id: "i".repeat(22),
            key: "k".repeat(43),
            post: format!("vmb1_p_{}", "p".repeat(22)),
        }),
    };
    let words = OwnWords {
        end: "Ring til os.".into(),
        privacy: "Vi sletter det.".into(),
        accessibility: "Skriv til os.".into(),
    };
    let nation = Overlay {
        publisher: Publisher::Nation,
        name: "Danmark".into(),
        made: Date::first_of_year(2026),
        words: Vec::new(),
        offers: Vec::new(),
        withdrawn: Vec::new(),
        office: None,
        url: String::new(),
        frames: Vec::new(),
        summaries: Vec::new(),
    };
    let house = Overlay {
        publisher: Publisher::House("west".into()),
        url: "https://west.example".into(),
        ..nation.clone()
    };
    let office = Overlay {
        publisher: Publisher::Office("bageby".into()),
        words: vec![("da".into(), words)],
        offers: vec![vec![("da".into(), full), ("en".into(), bare)]],
        withdrawn: vec!["lokal-mentorordning".into()],
        office: Some(office),
        frames: vec!["https://www.bageby.example".into()],
        summaries: vec!["https://www.bageby.example".into()],
        ..nation.clone()
    };
    (vec![look], vec![nation, house, office])
}

/// Published files lie beside apps that are newer. What this test compares is every field; a change
/// to one of the types is a new version of the form, with a new mark.
#[test]
fn a_file_of_overlays_of_version_1_opens_and_is_written_the_same() {
    let (looks, overlays) = expected_overlays();
    let file = overlay::File::parse(OVERLAYS).unwrap();
    assert_eq!(
        file.frames().collect::<Vec<_>>(),
        ["https://www.bageby.example"]
    );
    assert_eq!(file.looks().unwrap(), looks);
    assert_eq!(file.overlays().unwrap(), overlays);
    assert_eq!(overlay::file(&looks, &overlays), OVERLAYS);
}
