//! The spreadsheet: whichever way it was saved, and whatever stands in its cells.

use super::*;
use vaekstspejl_engine::{
    authoring::overlay::WrittenIn,
    catalogue::{Availability, Confidence},
    overlay::{Publisher, in_language},
    segment::Stage,
};

/// The one offer of a spreadsheet with these columns and this row.
fn one(head: &str, row: &str) -> Offer {
    let sheet = format!("titel;beskrivelse;behov;{head}\nSnak;Vi taler.;network;{row}\n");
    let built = with_sheet(SETTINGS, sheet.as_bytes());
    assert_eq!(errors(&built), [], "{head}: {row}");
    built.published[0].overlay.offers[0][0].1.clone()
}

#[test]
fn every_mistake_in_a_cell_is_told_with_its_row_and_column() {
    let cases = include_str!("../fixtures/publish/cells.txt").lines();
    let cases = cases.filter(|it| !it.is_empty() && !it.starts_with('#'));
    let mut tried = 0;
    for case in cases {
        let parts: Vec<&str> = case.split('|').map(str::trim).collect();
        let [heading, cell, name] = parts.as_slice() else {
            panic!("{case}")
        };
        let sheet = format!("titel;beskrivelse;behov;{heading}\nSnak;Vi taler.;network;{cell}\n");
        let built = with_sheet(SETTINGS, sheet.as_bytes());
        let place = if *name == "column_twice" { "D1" } else { "D2" };
        assert_eq!(
            errors(&built),
            [at(&format!("tilbud.csv {place}"), code(name))],
            "{case}"
        );
        assert!(!built.is_whole());
        tried += 1;
    }
    assert!(tried > 40);
    // Characters that no file of cases should hold.
    for (cell, code) in [
        ("a\u{7}b", Code::ControlCharacter),
        ("a\u{1b}[2Jb", Code::ControlCharacter),
        ("gratis \u{202e}sitarg", Code::HiddenDirection),
        ("gratis\u{2066}", Code::HiddenDirection),
    ] {
        let sheet = format!("titel;beskrivelse;behov;bemærkning\nSnak;Vi taler.;network;{cell}\n");
        let built = with_sheet(SETTINGS, sheet.as_bytes());
        assert_eq!(errors(&built), [at("tilbud.csv D2", code)]);
    }
}

#[test]
fn a_message_says_what_was_written_and_what_was_nearly_meant() {
    let sheet = "titel;beskrivelse;behov\nSnak;Vi taler.;Salg i utlandet\n";
    let built = with_sheet(SETTINGS, sheet.as_bytes());
    let pieces = &built.findings[0].pieces;
    assert_eq!(built.findings[0].code, Code::UnknownNeed);
    assert!(pieces.contains(&("value", "Salg i utlandet".into())));
    assert!(pieces.contains(&("nearest", "Salg i udlandet (export)".into())));
}

#[test]
fn what_must_be_there_and_is_not_is_told_with_its_row() {
    let sheet = "titel;beskrivelse;behov\nSnak;;network\n;Vi taler.;network\nSnak 2;Vi taler.;\n";
    let built = with_sheet(SETTINGS, sheet.as_bytes());
    let missing = |row: usize, key: &str| {
        let found = built
            .findings
            .iter()
            .find(|it| it.place.at == Spot::Row(row))
            .unwrap();
        assert_eq!(found.code, Code::Missing);
        assert_eq!(found.pieces, [("key", key.to_owned())]);
    };
    missing(2, "beskrivelse");
    missing(3, "titel");
    missing(4, "behov");
    assert_eq!(errors(&built).len(), 3);
}

#[test]
fn a_cell_that_is_refused_is_not_told_as_missing_too() {
    let sheet = "titel;beskrivelse;behov\n=A1;Vi taler.;network\nSnak;#NAVN?;network\n";
    assert_eq!(
        errors(&with_sheet(SETTINGS, sheet.as_bytes())),
        [
            at("tilbud.csv A2", Code::Formula),
            at("tilbud.csv B3", Code::SheetError),
        ]
    );
}

#[test]
fn all_mistakes_are_told_at_once_and_rows_count_as_the_spreadsheet_counts_them() {
    // An empty row, a cell of three lines, a row of nothing but separators.
    let sheet = "titel;beskrivelse;behov;pris fra\n\n\"Snak\nog\nmere\";Vi taler.;network;x\n;;;\nSnak 2;Vi taler.;rejser;y\n\n";
    assert_eq!(
        errors(&with_sheet(SETTINGS, sheet.as_bytes())),
        [
            at("tilbud.csv D3", Code::NotAnAmount),
            at("tilbud.csv C5", Code::UnknownNeed),
            at("tilbud.csv D5", Code::NotAnAmount),
        ]
    );
}

#[test]
fn mistakes_of_the_table_itself_are_told() {
    let many = "a;b;network\n".repeat(501);
    for (sheet, place, code) in [
        ("", "tilbud.csv", Code::NothingInSheet),
        (";;;\n;;\n", "tilbud.csv", Code::NothingInSheet),
        ("titel\nSnak\n", "tilbud.csv row 1", Code::OneColumn),
        (
            "titel;beskrivelse;behov\nSnak;\"Vi taler.;network\n;;\n",
            "tilbud.csv row 2",
            Code::OpenQuote,
        ),
        (
            "titel;beskrivelse;behoov\n",
            "tilbud.csv C1",
            Code::UnknownColumn,
        ),
        (
            "titel;beskrivelse;behov;navn\n",
            "tilbud.csv D1",
            Code::ColumnTwice,
        ),
        (
            "titel;beskrivelse;behov\nSnak;Vi taler.;network;hov\n",
            "tilbud.csv D2",
            Code::CellWithoutHeading,
        ),
        (
            "titel;beskrivelse;behov;;\nSnak;Vi taler.;network;;hov\n",
            "tilbud.csv E2",
            Code::CellWithoutHeading,
        ),
    ] {
        let built = with_sheet(SETTINGS, sheet.as_bytes());
        assert_eq!(errors(&built), [at(place, code)], "{sheet}");
    }
    let built = with_sheet(
        SETTINGS,
        format!("titel;beskrivelse;behov\n{many}").as_bytes(),
    );
    assert_eq!(errors(&built), [at("tilbud.csv", Code::TooManyOffers)]);
    let long = vec![b'x'; 1_000_001];
    assert_eq!(
        errors(&with_sheet(SETTINGS, &long)),
        [at("tilbud.csv", Code::TooLarge)]
    );
}

#[test]
fn columns_are_found_by_their_danish_and_english_names_however_written() {
    let heads = [
        "titel;beskrivelse;behov;pris_fra;længde",
        "TITEL;Kort beskrivelse;Behov:;Pris fra (kr.);Laengde",
        "title;summary;needs;price_min;length",
        " Titel * ; Beskrivelse ;behov;pris-fra;længde (i ord)",
    ];
    for head in heads {
        let sheet = format!("{head}\nSnak;Vi taler.;network;1.500;En time.\n");
        let built = with_sheet(SETTINGS, sheet.as_bytes());
        assert_eq!(errors(&built), [], "{head}");
        let offer = &built.published[0].overlay.offers[0][0].1;
        assert_eq!(
            (offer.price_min, offer.length.as_str()),
            (Some(1500), "En time."),
            "{head}"
        );
    }
}

#[test]
fn an_offices_own_columns_are_never_published() {
    let sheet = "titel;beskrivelse;behov;intern note;Internt: hvem\nSnak;Vi taler.;network;Bente ringer;Ole\n;;;Herfra kun kurser;\n";
    let built = with_sheet(SETTINGS, sheet.as_bytes());
    assert_eq!(errors(&built), []);
    // A row of notes is no offer.
    assert_eq!(built.published[0].sheet.unwrap().offers, 1);
    let bytes = built.bytes();
    let holds = |word: &str| bytes.windows(word.len()).any(|it| it == word.as_bytes());
    assert!(holds("Vi taler.") && !holds("Bente") && !holds("Ole"));
    // Another word that begins alike is a column like others.
    let other = "titel;beskrivelse;behov;Internationalt\nSnak;Vi taler.;network;ja\n";
    assert_eq!(
        errors(&with_sheet(SETTINGS, other.as_bytes())),
        [at("tilbud.csv D1", Code::UnknownColumn)]
    );
}

#[test]
fn however_a_danish_spreadsheet_saves_it_the_words_are_the_same() {
    let text = "titel;beskrivelse;behov;bemærkning\r\nSmørrebrød på øen;Æblegrød og »ånd« – 5 €.;network;\"Første linje\r\nanden\"\r\n";
    let utf16 = |of: fn(u16) -> [u8; 2]| -> Vec<u8> {
        "\u{feff}"
            .encode_utf16()
            .chain(text.encode_utf16())
            .flat_map(of)
            .collect()
    };
    let windows: Vec<u8> = text
        .chars()
        .map(|it| match it {
            '–' => 0x96,
            '€' => 0x80,
            it => u8::try_from(u32::from(it)).unwrap(),
        })
        .collect();
    for (bytes, written_in) in [
        (text.as_bytes().to_vec(), WrittenIn::Utf8),
        (format!("\u{feff}{text}").into_bytes(), WrittenIn::Utf8),
        (windows, WrittenIn::Windows1252),
        (utf16(u16::to_le_bytes), WrittenIn::Utf16),
        (utf16(u16::to_be_bytes), WrittenIn::Utf16),
        (text.replace("\r\n", "\n").into_bytes(), WrittenIn::Utf8),
        (text.replace("\r\n", "\r").into_bytes(), WrittenIn::Utf8),
    ] {
        let built = with_sheet(SETTINGS, &bytes);
        assert_eq!(errors(&built), []);
        let offer = &built.published[0].overlay.offers[0][0].1;
        assert_eq!(offer.title, "Smørrebrød på øen");
        assert_eq!(offer.summary, "Æblegrød og »ånd« – 5 €.");
        assert_eq!(offer.note, "Første linje anden");
        assert_eq!(built.published[0].sheet.unwrap().written_in, written_in);
    }
}

#[test]
fn letters_that_came_out_wrong_are_never_published() {
    // "Smør på brød" as an old Mac, as MS-DOS, and as UTF-8 read as Windows-1252 write it.
    let mac = b"titel;beskrivelse;behov\rSm\xbfr;P\x8c br\xbfd;network\r";
    let dos = b"titel;beskrivelse;behov\r\nSm\x9br;P\x86 br\x9bd;network\r\n";
    let twice = "titel;beskrivelse;behov\nSmÃ¸r;PÃ¥ brÃ¸d;network\n".as_bytes();
    // Windows-1252 with quotation marks and no Danish letter at all is neither.
    let quotes = b"titel;beskrivelse;behov\r\nTalk;Don\x92t wait \x91a bit\x92.;network\r\n";
    for (bytes, code) in [
        (mac.as_slice(), Code::MacText),
        (dos, Code::DosText),
        (twice, Code::TwiceEncoded),
        (b"PK\x03\x04 and more", Code::Workbook),
        (b"\xd0\xcf\x11\xe0 and more", Code::Workbook),
        (b"titel;\0", Code::NotText),
    ] {
        assert_eq!(
            errors(&with_sheet(SETTINGS, bytes)),
            [at("tilbud.csv", code)]
        );
    }
    assert_eq!(errors(&with_sheet(SETTINGS, quotes)), []);
}

#[test]
fn other_separators_are_read_and_told() {
    for (sheet, separator) in [
        (
            "titel;beskrivelse;behov\nSnak;Vi taler, tit.;network\n",
            ';',
        ),
        (
            "titel\tbeskrivelse\tbehov\nSnak\tVi taler; tit.\tnetwork\n",
            '\t',
        ),
        (
            "titel,beskrivelse,behov\nSnak,\"Vi taler, tit.\",network\n",
            ',',
        ),
        (
            "sep=|\ntitel|beskrivelse|behov\nSnak|Vi taler; tit.|network\n",
            '|',
        ),
    ] {
        let built = with_sheet(SETTINGS, sheet.as_bytes());
        assert_eq!(errors(&built), [], "{sheet}");
        let read = built.published[0].sheet.unwrap();
        assert_eq!((read.separator, read.offers), (separator, 1));
    }
    // Excel does not show the line that names the separator, and so does not count it.
    let built = with_sheet(
        SETTINGS,
        b"sep=;\ntitel;beskrivelse;behov;timer\nSnak;Vi taler.;network;x\n",
    );
    assert_eq!(errors(&built), [at("tilbud.csv D2", Code::NotHours)]);
}

// ------------------------------------------------------------------ what a cell means

#[test]
fn an_empty_price_is_unknown_and_only_nought_is_free() {
    let prices = |head: &str, row: &str| {
        let offer = one(head, row);
        (offer.price_min, offer.price_max)
    };
    assert_eq!(prices("pris fra;pris til", ";"), (None, None));
    assert_eq!(prices("pris fra;pris til", "ukendt;"), (None, None));
    assert_eq!(prices("pris fra;pris til", "gratis;"), (Some(0), Some(0)));
    assert_eq!(prices("pris fra;pris til", "0;"), (Some(0), Some(0)));
    assert_eq!(prices("pris fra;pris til", ";0 kr."), (Some(0), Some(0)));
    assert_eq!(prices("pris fra;pris til", "500;"), (Some(500), None));
    // From free to something is not free; and nobody knows how far.
    assert_eq!(prices("pris fra;pris til", "0;ukendt"), (Some(0), None));
    assert_eq!(prices("pris fra;pris til", "0;250"), (Some(0), Some(250)));
    let turned = "titel;beskrivelse;behov;pris fra;pris til\nSnak;Vi taler.;network;500;100\n";
    assert_eq!(
        errors(&with_sheet(SETTINGS, turned.as_bytes())),
        [at("tilbud.csv E2", Code::AmountsTurned)]
    );
}

#[test]
fn several_values_stand_in_one_cell_even_when_a_name_has_commas() {
    for cell in [
        "network, legal_tax",
        "network|legal_tax",
        "Nogen at tale med, Moms, skat og aftaler",
        "NOGEN AT TALE MED | moms, skat  og aftaler",
        "\"network\nlegal_tax\"",
        "”network”, ”legal_tax”",
        "network,legal_tax,network,",
    ] {
        let sheet = format!("titel;beskrivelse;behov\nSnak;Vi taler.;{cell}\n");
        let built = with_sheet(SETTINGS, sheet.as_bytes());
        assert_eq!(errors(&built), [], "{cell}");
        let offer = &built.published[0].overlay.offers[0][0].1;
        assert_eq!(offer.needs, ["network", "legal_tax"], "{cell}");
    }
    assert_eq!(
        one("faser", "Idé, nystartet").stages,
        [Stage::Idea, Stage::Startup]
    );
    assert_eq!(one("faser", "").stages, [Stage::Any]);
    assert_eq!(
        one("form", "Netværk | kursus").formats,
        ["network_group", "course"]
    );
}

#[test]
fn an_offer_gets_from_its_publisher_what_it_does_not_say() {
    let offer = one("timer", "");
    assert_eq!(offer.level, Level::Local);
    assert_eq!(offer.provider, Provider::Named("Erhverv bageby".into()));
    assert_eq!(offer.url, "https://bageby.example");
    assert_eq!(offer.source, "https://bageby.example");
    assert_eq!(offer.confidence, Confidence::Seen);
    assert_eq!(offer.last_checked, day("2026-11-20"));
    assert_eq!(offer.as_of, "2026-11-20");
    assert_eq!(offer.availability(day(TODAY)), Availability::Open);
    // No place: for the office's own people.
    assert_eq!(offer.places, []);
    assert_eq!(offer.hours_max, None);
    let own = one(
        "tjekket;oplyst;link;udbyder;kommuner",
        "1. oktober 2026;oktober 2026;https://x.example/y;@house;bageby",
    );
    assert_eq!(
        (own.last_checked, own.as_of.as_str()),
        (day("2026-10-01"), "2026-10")
    );
    assert_eq!(
        (own.url.as_str(), own.provider),
        ("https://x.example/y", Provider::OwnHouse)
    );
    // A spreadsheet takes the zero of 0101 away.
    assert_eq!(own.places, [Place::Municipality("0101".into())]);
    assert_eq!(one("kommuner", "101").places, own.places);
}

#[test]
fn a_house_and_the_nation_publish_for_their_own_places() {
    let sheet =
        b"titel;beskrivelse;behov;kommuner\nSnak;Vi taler.;network;\nTur;Vi rejser.;export;0825\n";
    let house = "house = \"west\"\nlast_checked = 2026-11-20\n";
    let built = with_sheet(house, sheet);
    assert_eq!(errors(&built), []);
    let overlay = &built.published[0].overlay;
    assert_eq!(overlay.publisher, Publisher::House("west".into()));
    assert_eq!(overlay.name, "Erhvervshus west");
    let offers: Vec<&Offer> = overlay.offers.iter().map(|it| &it[0].1).collect();
    assert_eq!(offers[0].level, Level::Regional);
    assert_eq!(offers[0].places, [Place::House("west".into())]);
    assert_eq!(offers[1].places, [Place::Municipality("0825".into())]);
    let outside = with_sheet(
        house,
        b"titel;beskrivelse;behov;kommuner\nSnak;Vi taler.;network;Bageby\n",
    );
    assert_eq!(errors(&outside), [at("tilbud.csv D2", Code::OutsideHouse)]);
    let nation = "nation = true\nname = \"Danmark\"\nlast_checked = 2026-11-20\n";
    let built = with_sheet(nation, sheet);
    assert_eq!(errors(&built), []);
    let offer = &built.published[0].overlay.offers[0][0].1;
    assert_eq!(
        (offer.level, offer.places.as_slice()),
        (Level::National, &[Place::Denmark][..])
    );
}

#[test]
fn an_id_is_made_of_publisher_and_title_and_does_not_move_with_the_rows() {
    let ids = |rows: &str| {
        let sheet = format!("titel;beskrivelse;behov;id\n{rows}");
        let built = with_sheet(SETTINGS, sheet.as_bytes());
        assert_eq!(errors(&built), []);
        let mut ids: Vec<String> = built.published[0]
            .overlay
            .offers
            .iter()
            .map(|it| it[0].1.id.to_string())
            .collect();
        ids.sort();
        ids
    };
    let (one, other) = (
        "Kaffe på øen;Vi taler.;network;\n",
        "Tur;Vi går.;network;gaatur\n",
    );
    let expected = ["bageby-kaffe-paa-oeen", "gaatur"];
    assert_eq!(ids(&format!("{one}{other}")), expected);
    assert_eq!(ids(&format!("{other}{one}")), expected);
    let twice = format!("titel;beskrivelse;behov;id\n{one}{one}");
    assert_eq!(
        errors(&with_sheet(SETTINGS, twice.as_bytes())),
        [at("tilbud.csv row 3", Code::IdTwice)]
    );
    let taken = "titel;beskrivelse;behov;id\nSnak;Vi taler.;network;guide\n";
    assert_eq!(
        errors(&with_sheet(SETTINGS, taken.as_bytes())),
        [at("tilbud.csv row 2", Code::IdTaken)]
    );
}

#[test]
fn a_translation_is_whole_or_is_not_there() {
    let sheet = |row: &str| {
        format!("titel;beskrivelse;behov;krav;titel_en;beskrivelse (en);krav_en;længde_en\n{row}\n")
    };
    let built = with_sheet(SETTINGS, sheet("Snak;Vi taler.;network;Du har et firma.|Du har tid.;Talk;We talk.;\"You have a company.\nYou have time.\";").as_bytes());
    assert_eq!(errors(&built), []);
    let offer = &built.published[0].overlay.offers[0];
    let (lang, english) = in_language(offer, "en").unwrap();
    assert_eq!((lang, english.title.as_str()), ("en", "Talk"));
    assert_eq!(english.criteria[1].sentence, "You have time.");
    assert_eq!(offer[0].1.criteria[1].sentence, "Du har tid.");
    let built = with_sheet(SETTINGS, sheet("Snak;Vi taler.;network;;;;;").as_bytes());
    assert_eq!(built.published[0].overlay.offers[0].len(), 1);
    for (row, places) in [
        // The description is missing; a length is there that Danish does not have.
        ("Snak;Vi taler.;network;;Talk;;;", vec!["tilbud.csv row 2"]),
        (
            "Snak;Vi taler.;network;;Talk;We talk.;;An hour.",
            vec!["tilbud.csv H2"],
        ),
        (
            "Snak;Vi taler.;network;Et.|To.;Talk;We talk.;One.;",
            vec!["tilbud.csv G2"],
        ),
    ] {
        let built = with_sheet(SETTINGS, sheet(row).as_bytes());
        let expected: Vec<_> = places
            .iter()
            .map(|it| at(it, Code::HalfTranslated))
            .collect();
        assert_eq!(errors(&built), expected, "{row}");
    }
}

#[test]
fn an_offer_that_is_over_is_kept_and_never_recommended() {
    let sheet = "titel;beskrivelse;behov;gælder fra;gælder til\nDa;Vi talte.;network;;30-06-2026\nSnart;Vi taler.;network;;15.12.2026\nSiden;Vi vil tale.;network;01-03-2027;01-06-2027\nTurned;Vi taler.;network;2027-01-01;2026-12-31\n";
    let built = with_sheet(SETTINGS, sheet.as_bytes());
    assert_eq!(errors(&built), [at("tilbud.csv E5", Code::DatesTurned)]);
    assert_eq!(
        warnings(&built),
        [
            at("tilbud.csv E2", Code::Ended),
            at("tilbud.csv E3", Code::EndsSoon)
        ]
    );
    let availability: Vec<Availability> = built.published[0]
        .overlay
        .offers
        .iter()
        .map(|it| it[0].1.availability(day(TODAY)))
        .collect();
    assert_eq!(
        availability,
        [
            Availability::Ended,
            Availability::Open,
            Availability::NotYet
        ]
    );
}

#[test]
fn an_old_look_and_a_hard_sentence_are_told_and_no_more() {
    // 28 November 2026 is 424 days after the last day of September 2025: more than 400.
    let sheet = "titel;beskrivelse;behov;tjekket\nSnak;Vi taler.;network;30-09-2025\nMøde;Virksomhedsudviklingskonsulenternes specialvejledningsydelser understøtter forretningsmodeludviklingen;network;\n";
    let built = with_sheet(SETTINGS, sheet.as_bytes());
    assert_eq!(errors(&built), []);
    assert_eq!(
        warnings(&built),
        [
            at("tilbud.csv D2", Code::OldDate),
            at("tilbud.csv B3", Code::HardToRead),
        ]
    );
    assert!(built.is_whole());
}

#[test]
fn what_nobody_can_be_shown_is_told() {
    // Nobody may be established and at the idea; the rule forbids what the stage demands.
    let offer = "title = \"Snak\"\nsummary = \"Vi taler.\"\nneeds = [\"network\"]\nstages = [\"idea\"]\n\n[[criteria]]\nif = \"stage is established\"\nsentence = \"Du er etableret.\"\n";
    let built = built(&[folder(
        "b",
        &[
            ("office.toml", SETTINGS.as_bytes()),
            ("tilbud/snak.toml", offer.as_bytes()),
        ],
    )]);
    assert_eq!(errors(&built), []);
    assert_eq!(warnings(&built), [at("tilbud/snak.toml", Code::NeverShown)]);
}
