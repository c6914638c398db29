//! `office.toml` and the offers of `tilbud/`.

use super::*;
use vaekstspejl_engine::overlay::in_language;

// ------------------------------------------------------------------ offers as TOML

#[test]
fn an_offer_may_stand_in_a_toml_file_with_rules() {
    let offer = r#"
id = "bageby-mentor"
level = "local"
provider = "@office"
needs = ["network"]
stages = ["idea", "startup"]
geography = ["0101"]
format = ["mentor"]
years = "2026/2027-06"
price_min = 0
price_max = 0
subsidy = false
title = "Mentor"
summary = "En bager følger dig."
replaces = "local-talk"

[[criteria]]
if = "stage is startup"
unsure_if = "stage is idea"
sentence = "Firmaet er nyt."

[en]
title = "Mentor"
summary = "A baker follows you."
criteria = ["The company is new."]
"#;
    let built = built(&[folder(
        "b",
        &[
            ("office.toml", SETTINGS.as_bytes()),
            ("tilbud/bageby-mentor.toml", offer.as_bytes()),
        ],
    )]);
    assert_eq!(errors(&built), []);
    let published = &built.published[0];
    let offer = &published.overlay.offers[0][0].1;
    assert_eq!(offer.criteria[0].rule, Some(rule("stage is startup")));
    assert_eq!(
        (offer.from, offer.until),
        (Some(day("2026-01-01")), Some(day("2027-06-30")))
    );
    assert_eq!(offer.price_max, Some(0));
    let english = &published.overlay.offers[0][1].1;
    assert_eq!(english.criteria[0].rule, Some(rule("stage is startup")));
    assert_eq!(english.criteria[0].sentence, "The company is new.");
    assert_eq!(published.overlay.withdrawn, ["local-talk"]);
    assert_eq!(
        published.replaced,
        [("bageby-mentor".into(), "local-talk".into())]
    );
}

#[test]
fn mistakes_in_a_toml_file_are_told_with_their_line() {
    let cases = cases(include_str!("../fixtures/publish/offers.txt"));
    assert!(cases.len() > 10);
    for (at_line, code, text) in cases {
        let files = [
            ("office.toml", SETTINGS.as_bytes()),
            ("tilbud/x.toml", text.as_bytes()),
        ];
        let found = errors(&built(&[folder("b", &files)]));
        assert_eq!(found, [at(&line("tilbud/x.toml", at_line), code)], "{text}");
    }
}

// ------------------------------------------------------------------ office.toml

#[test]
fn mistakes_in_the_settings_are_told_with_their_line() {
    let cases = cases(include_str!("../fixtures/publish/settings.txt"));
    assert!(cases.len() > 50);
    for (at_line, code, text) in cases {
        assert_eq!(
            of_settings(&text),
            [at(&line("office.toml", at_line), code)],
            "{text}"
        );
    }
    let empty = built(&[folder("b", &[])]);
    assert_eq!(errors(&empty), [at("b", Code::NoSettings)]);
}

#[test]
fn an_office_keeps_what_it_does_not_state() {
    let text = "office = \"bageby\"\nlast_checked = 2026-11-20\nname = \"Bagernes Hus\"\n[[fields]]\nneed = \"Nogen at tale med\"\nhours = 5\n";
    let built = built(&[folder("b", &[("office.toml", text.as_bytes())])]);
    assert_eq!(errors(&built), []);
    let office = built.published[0].overlay.office.as_ref().unwrap();
    assert_eq!(office.name, "Bagernes Hus");
    assert_eq!(office.phone, "11 22 33 44");
    assert_eq!(office.url, "https://bageby.example");
    assert_eq!(office.municipalities, ["0101"]);
    assert_eq!(office.services, ["BI1"]);
    assert_eq!(office.hours(&"network".into()), Some(5));
    assert_eq!(
        (office.as_of.as_str(), office.verify),
        ("2026-11-20", false)
    );
    assert!(built.published[0].takes_place_of.is_empty());
}

#[test]
fn a_new_office_says_whose_place_it_takes() {
    let text = "office = \"oernes-hus\"\nname = \"Øernes Hus\"\nlast_checked = 2026-11-20\nmunicipalities = [\"Læsø\", \"482\"]\n";
    let built = built(&[folder("b", &[("office.toml", text.as_bytes())])]);
    assert_eq!(errors(&built), []);
    let published = &built.published[0];
    assert_eq!(published.takes_place_of, ["oeby"]);
    let office = published.overlay.office.as_ref().unwrap();
    assert_eq!(
        (office.kind, office.municipalities.as_slice()),
        (
            OfficeKind::Default,
            &["0482".to_owned(), "0825".to_owned()][..]
        )
    );
    for (id, code) in [
        ("house-west", Code::BadOfficeId),
        ("Øhuset", Code::BadOfficeId),
    ] {
        let text = text.replace("oernes-hus", id);
        assert_eq!(of_settings(&text), [at("office.toml line 1", code)]);
    }
    let none = text.replace("[\"Læsø\", \"482\"]", "[]");
    assert_eq!(
        of_settings(&none),
        [at("office.toml line 1", Code::NoMunicipalities)]
    );
}

#[test]
fn a_mailbox_is_taken_over_as_it_stands() {
    let text = format!(
        "{SETTINGS}[mailbox]\nrelay = \"https://post.example\"\nid = \"{}\"\nkey = \"{}\"\npost = \"vmb1_p_{}\"\n",
        "i".repeat(22),
        "k".repeat(43),
        "p".repeat(22)
    );
    let built = built(&[folder("b", &[("office.toml", text.as_bytes())])]);
    assert_eq!(errors(&built), []);
    let office = built.published[0].overlay.office.as_ref().unwrap();
    assert_eq!(
        office.mailbox.as_ref().unwrap().relay,
        "https://post.example"
    );
}

#[test]
fn own_texts_come_in_every_language_or_in_danish_alone() {
    let text = format!(
        "{SETTINGS}[start]\ntitle = \"Hej\"\nlead = \"Velkommen.\"\n[start.en]\ntitle = \"Hello\"\nlead = \"Welcome.\"\n[privacy]\ntext = \"\"\"\nFørst.\n\nSiden.\"\"\"\n[privacy.en]\ntext = \"First.\"\n[end]\ntext = \"Ring.\"\n[end.en]\ntext = \"Call.\"\n"
    );
    let built = built(&[folder("b", &[("office.toml", text.as_bytes())])]);
    assert_eq!(errors(&built), []);
    let published = &built.published[0];
    assert_eq!(
        in_language(&published.look.start, "en"),
        Some(("en", &("Hello".into(), "Welcome.".into())))
    );
    let (_, danish) = in_language(&published.overlay.words, "da").unwrap();
    assert_eq!(
        (danish.privacy.as_str(), danish.end.as_str()),
        ("Først.\n\nSiden.", "Ring.")
    );
    let (lang, english) = in_language(&published.overlay.words, "en").unwrap();
    assert_eq!(
        (lang, english.privacy.as_str(), english.end.as_str()),
        ("en", "First.", "Call.")
    );
    let half = text.replace("[end.en]\ntext = \"Call.\"\n", "");
    let line = half.lines().position(|it| it == "[end]").unwrap() + 1;
    assert_eq!(
        of_settings(&half),
        [at(
            &format!("office.toml line {line}"),
            Code::HalfTranslated
        )]
    );
}
