//! What can only be seen of all publishers together; the sample; the preview.

use super::*;
use std::{fs, path::Path};
use vaekstspejl_engine::{
    OfferId, assess,
    authoring::{
        load,
        overlay::{WrittenIn, changes},
        personas,
    },
    overlay::{File, lay_over},
};

// ------------------------------------------------------------------ all together

fn settings_of(who: &str) -> String {
    format!("{who}\nlast_checked = 2026-11-20\n")
}

fn two(one: &str, other: &str) -> Built {
    built(&[
        folder("a", &[("office.toml", one.as_bytes())]),
        folder("b", &[("office.toml", other.as_bytes())]),
    ])
}

#[test]
fn nobody_speaks_for_another() {
    let bageby = settings_of("office = \"bageby\"");
    let found = errors(&two(&bageby, &bageby));
    assert_eq!(found, [at("office.toml line 1", Code::PublisherTwice)]);
    let usurper =
        settings_of("office = \"nye-bageby\"\nname = \"Ny\"\nmunicipalities = [\"0101\"]");
    let found = errors(&two(&bageby, &usurper));
    assert_eq!(found, [at("office.toml line 1", Code::MunicipalityTwice)]);
    let front = |who: &str| settings_of(&format!("front = true\n{who}"));
    let found = errors(&two(
        &front("office = \"bageby\""),
        &front("house = \"west\""),
    ));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].1, Code::FrontTwice);
    // Neighbours of one site are no trouble.
    assert_eq!(errors(&two(&bageby, &settings_of("office = \"oeby\""))), []);
}

#[test]
fn an_office_may_hide_what_its_own_house_adds_and_not_what_another_house_does() {
    let sheet = b"titel;beskrivelse;behov;id\nSnak;Vi taler.;network;west-talk\n".as_slice();
    let west = settings_of("house = \"west\"");
    let with = |who: &str| {
        let office = settings_of(&format!("hide = [\"west-talk\"]\n{who}"));
        // The office is read first, and the house is laid first all the same.
        built(&[
            folder("a", &[("office.toml", office.as_bytes())]),
            folder(
                "b",
                &[("office.toml", west.as_bytes()), ("tilbud.csv", sheet)],
            ),
        ])
    };
    let own = with("office = \"oeby\"");
    assert_eq!(errors(&own), []);
    assert_eq!(own.published[0].overlay.publisher.level(), Level::Regional);
    assert_eq!(own.published[1].hidden, ["west-talk"]);
    let other = with("office = \"bageby\"");
    assert_eq!(
        errors(&other),
        [at("a/office.toml line 1", Code::UnknownOffer)]
    );
}

#[test]
fn an_offer_is_hidden_or_replaced_by_its_id_or_its_title() {
    let (content, _) = load(&root().join("content"), "da");
    let settings = "office = \"demo-lille\"\nlast_checked = 2026-11-20\nhide = [\"Netværk for iværksættere\"]\n";
    let sheet = "titel;beskrivelse;behov;erstatter\nMentor;En ejer følger dig.;network;mentor fra erhvervslivet\n";
    let files = [
        ("office.toml", settings.as_bytes()),
        ("tilbud.csv", sheet.as_bytes()),
    ];
    let built = build(&content, &[folder("b", &files)], day(TODAY));
    assert_eq!(errors(&built), []);
    assert_eq!(built.published[0].hidden, ["lokal-ivaerksaetternetvaerk"]);
    assert_eq!(built.published[0].replaced[0].1, "lokal-mentorordning");
}

#[test]
fn there_is_always_an_open_door_and_a_lost_helper_is_told() {
    let closed = settings_of("office = \"bageby\"\nhide = [\"guide\"]");
    assert_eq!(
        of_settings(&closed),
        [at("office.toml line 1", Code::NoOpenDoor)]
    );
    let hidden = format!("hide = [\"local-talk\"]\n{SETTINGS}");
    let alone = built(&[folder("b", &[("office.toml", hidden.as_bytes())])]);
    assert_eq!(errors(&alone), []);
    assert_eq!(
        warnings(&alone),
        [at("office.toml line 2", Code::NobodyLeft)]
    );
    // With an own offer in its place, nobody is lost; in a field the office has not, neither.
    let sheet = b"titel;beskrivelse;behov\nSnak;Vi taler.;network\n".as_slice();
    let replaced = built(&[folder(
        "b",
        &[("office.toml", hidden.as_bytes()), ("tilbud.csv", sheet)],
    )]);
    assert_eq!(warnings(&replaced), []);
    let without_field = hidden.replace("\"network\"", "\"export\"");
    let other = built(&[folder("b", &[("office.toml", without_field.as_bytes())])]);
    assert_eq!(warnings(&other), []);
    let elsewhere = format!("hide = [\"island-talk\"]\n{SETTINGS}");
    let elsewhere = built(&[folder("b", &[("office.toml", elsewhere.as_bytes())])]);
    assert_eq!(
        warnings(&elsewhere),
        [at("office.toml line 1", Code::HiddenElsewhere)]
    );
}

#[test]
fn an_office_that_helps_without_hours_is_told_what_follows() {
    let sheet =
        "titel;beskrivelse;behov\nMesse;Vi rejser.;export\nMesse 2;Vi rejser igen.;export\n";
    let built = with_sheet(SETTINGS, sheet.as_bytes());
    assert_eq!(
        warnings(&built),
        [at("tilbud.csv row 2", Code::OutsideFields)]
    );
    let none = settings_of("office = \"bageby\"");
    let none = with_sheet(&none, sheet.as_bytes());
    assert_eq!(warnings(&none), [at("office.toml line 1", Code::NoHours)]);
}

#[test]
fn files_that_are_not_read_are_told() {
    let mut it = folder("b", &[("office.toml", SETTINGS.as_bytes())]);
    it.unread = [
        "tilbud.xlsx",
        "Tilbud 2026.csv",
        ".~lock.tilbud.csv#",
        "brev.docx",
    ]
    .map(str::to_owned)
    .to_vec();
    assert_eq!(
        warnings(&built(&[it])),
        [
            at("Tilbud 2026.csv", Code::FileUnread),
            at("tilbud.xlsx", Code::FileUnread)
        ]
    );
}

#[test]
fn the_same_folders_give_the_same_bytes_whatever_their_order() {
    let house = settings_of("house = \"west\"");
    let one = folder("a", &[("office.toml", SETTINGS.as_bytes())]);
    let other = folder("b", &[("office.toml", house.as_bytes())]);
    let bytes = built(&[one.clone(), other.clone()]).bytes();
    assert_eq!(bytes, built(&[other, one]).bytes());
    let file = File::parse(&bytes).unwrap();
    assert_eq!(file.overlays().unwrap().len(), 2);
    assert_eq!(file.looks().unwrap()[1].id, "bageby");
}

// ------------------------------------------------------------------ the sample

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The sample that offices are told to copy.
fn sample(sheet: Option<&[u8]>) -> Folder {
    let folder = root().join("docs/samples/erhverv-lilleby");
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let mut files = Folder {
        name: "erhverv-lilleby".into(),
        ..Folder::default()
    };
    for name in ["office.toml", "tilbud.csv", "logo.svg"] {
        files.files.insert(name.into(), read(name));
    }
    if let Some(sheet) = sheet {
        files.files.insert("tilbud.csv".into(), sheet.to_vec());
    }
    files
}

#[test]
fn the_sample_is_whole_and_the_same_from_an_old_spreadsheet() {
    let (content, _) = load(&root().join("content"), "da");
    let utf8 = build(&content, &[sample(None)], day(TODAY));
    assert_eq!(utf8.findings, []);
    assert_eq!(utf8.published[0].overlay.offers.len(), 6);
    assert!(utf8.bytes().len() < 8_000, "{} bytes", utf8.bytes().len());
    let windows = fs::read(root().join("engine/tests/fixtures/tilbud-cp1252.csv")).unwrap();
    let windows = build(&content, &[sample(Some(&windows))], day(TODAY));
    assert_eq!(windows.findings, []);
    assert_eq!(windows.bytes(), utf8.bytes());
    assert_eq!(
        windows.published[0].sheet.unwrap().written_in,
        WrittenIn::Windows1252
    );
}

#[test]
fn a_preview_tells_who_is_shown_something_else_and_only_those() {
    let (content, _) = load(&root().join("content"), "da");
    let (personas, _) = personas(&root().join("tests/personas"));
    let built = build(&content, &[sample(None)], day(TODAY));
    let changed = changes(&content, &built.published, &personas, day(TODAY));
    let [lilleby] = changed.as_slice() else {
        panic!("one publisher")
    };
    assert_eq!(lilleby.publisher, "demo-lille");
    // Birgit wants nothing much: the office's own "call us first" is for her, and it is near.
    let birgit = lilleby
        .people
        .iter()
        .find(|it| it.id == "birgit-boghandel")
        .unwrap();
    let call: OfferId = "demo-lille-ring-til-os-foerst".into();
    assert!(birgit.is_any() && birgit.after.contains(&call) && !birgit.before.contains(&call));
    // Nobody is shown what the office hides or replaces.
    for change in &lilleby.people {
        for gone in ["lokal-mentorordning", "lokal-kapital-til-ivaerksaettere"] {
            assert!(!change.after.contains(&gone.into()), "{}", change.id);
        }
    }
    // People of then are not asked about offers of now.
    assert!(lilleby.people.iter().all(|it| !it.id.ends_with("-2010")));
    // Nobody else sees anything else, by whichever link and from wherever they come.
    let mut after = content.clone();
    lay_over(&mut after.later, built.overlays(), "da");
    let mut others = 0;
    for it in personas
        .iter()
        .filter(|it| it.office != Some("demo-lille".into()))
    {
        let questionnaire = content.first.questionnaire(&it.questionnaire).unwrap();
        let answers = it.all_answers(&content, questionnaire);
        let list = |later| {
            let office = it.office.as_ref();
            let assessment = assess(later, questionnaire, &answers, office, day(TODAY));
            (assessment.recommendations, assessment.referrals)
        };
        assert_eq!(list(&content.later), list(&after.later), "{}", it.id);
        others += 1;
    }
    assert!(others > 40);
    // An empty overlay changes nothing for anybody.
    let nothing = settings_of("house = \"nordjylland\"");
    let nothing = build(
        &content,
        &[folder("n", &[("office.toml", nothing.as_bytes())])],
        day(TODAY),
    );
    let changed = changes(&content, &nothing.published, &personas, day(TODAY));
    assert!(changed[0].people.iter().all(|it| !it.is_any()));
}
