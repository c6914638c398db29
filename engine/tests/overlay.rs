//! Overlays: whose word holds for whom, and what a published file survives.
#![cfg(feature = "authoring")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod common;

use common::*;
use vaekstspejl_engine::{
    Later, OfficeId,
    catalogue::{Level, Offer, Office, OfficeKind, Reach},
    content::NotContent,
    overlay::{File, Look, Overlay, Publisher, file, in_language, lay_over, look_for},
};

fn overlay(publisher: Publisher) -> Overlay {
    Overlay {
        publisher,
        name: "Erhverv Bageby".into(),
        made: day("2026-11-28"),
        words: Vec::new(),
        offers: Vec::new(),
        withdrawn: Vec::new(),
        office: None,
        url: String::new(),
        frames: Vec::new(),
        summaries: Vec::new(),
    }
}

fn office(id: &str) -> Publisher {
    Publisher::Office(id.into())
}

fn named_office(id: &str, name: &str) -> Office {
    Office {
        id: id.into(),
        kind: OfficeKind::Default,
        municipalities: vec!["0101".into()],
        name: name.into(),
        url: String::new(),
        phone: String::new(),
        known_in: None,
        as_of: "2026-11".into(),
        source: "a fixture".into(),
        verify: false,
        services: Vec::new(),
        fields: Vec::new(),
        note: String::new(),
        mailbox: None,
    }
}

/// Two municipalities of two houses, and three shared offers.
fn shared() -> Later {
    let offer = |id| offer(id, Level::National, &["network"]);
    Later {
        municipalities: vec![
            municipality("0101", "1084", "east"),
            municipality("0751", "1082", "west"),
        ],
        offers: vec![offer("bread"), offer("cake"), offer("rolls")],
        ..Later::default()
    }
}

/// What somebody of this office and municipality may be offered.
fn here(later: &Later, office: &str, municipality: &str) -> Vec<String> {
    let office = (!office.is_empty()).then(|| OfficeId::from(office));
    let offers = later.offers_here(office.as_ref(), later.municipality(municipality));
    offers.iter().map(|it| it.id.to_string()).collect()
}

#[test]
fn what_a_publisher_withdraws_is_gone_only_for_those_it_speaks_for() {
    let mut later = shared();
    let withdrawing = |publisher, id: &str| Overlay {
        withdrawn: vec![id.into()],
        ..overlay(publisher)
    };
    let overlays = vec![
        withdrawing(office("bageby"), "bread"),
        withdrawing(Publisher::House("west".into()), "cake"),
        withdrawing(Publisher::Nation, "rolls"),
    ];
    lay_over(&mut later, overlays, "da");
    assert_eq!(here(&later, "", ""), ["bread", "cake"]);
    assert_eq!(here(&later, "bageby", "0101"), ["cake"]);
    assert_eq!(here(&later, "konditorby", "0751"), ["bread"]);
    assert!(here(&later, "bageby", "0751").is_empty());
}

#[test]
fn an_office_may_withdraw_what_its_house_has_added() {
    let mut later = shared();
    let added = vec![("da".into(), offer("scones", Level::Regional, &["network"]))];
    let house = Overlay {
        offers: vec![added],
        ..overlay(Publisher::House("west".into()))
    };
    let nearest = Overlay {
        withdrawn: vec!["scones".into()],
        ..overlay(office("bageby"))
    };
    // However they come in, the nation is laid first and the office last.
    lay_over(&mut later, vec![nearest, house], "da");
    assert!(here(&later, "konditorby", "0751").contains(&"scones".to_owned()));
    assert!(!here(&later, "bageby", "0751").contains(&"scones".to_owned()));
    let order: Vec<Level> = later
        .publishers
        .iter()
        .map(|it| it.publisher.level())
        .collect();
    assert_eq!(order, [Level::Regional, Level::Local]);
}

#[test]
fn an_offer_without_place_is_for_the_people_of_its_office_alone() {
    let placeless = |id: &str| {
        let offer = Offer {
            places: Vec::new(),
            ..offer(id, Level::Local, &["network"])
        };
        vec![("da".to_owned(), offer)]
    };
    let mut later = Later::default();
    let own = Overlay {
        offers: vec![placeless("scones")],
        ..overlay(office("bageby"))
    };
    let nation = Overlay {
        offers: vec![placeless("guide")],
        ..overlay(Publisher::Nation)
    };
    lay_over(&mut later, vec![own, nation], "da");
    // By the link alone, with no municipality answered, and in any municipality.
    assert_eq!(here(&later, "bageby", ""), ["guide", "scones"]);
    assert_eq!(here(&later, "konditorby", ""), ["guide"]);
    assert_eq!(here(&later, "", ""), ["guide"]);
    let scones = later.offer(&"scones".into()).unwrap();
    assert_eq!(scones.reach(None), Some(Reach::Here));
    // What nobody stated stays unknown.
    let guide = later.offer(&"guide".into()).unwrap();
    assert_eq!(guide.reach(None), Some(Reach::Unknown));
}

#[test]
fn an_office_takes_the_place_of_the_shared_one_of_its_id_and_stands_before_the_others() {
    let shared_office = |id: &str, name: &str| named_office(id, name);
    let mut later = Later {
        offices: vec![
            shared_office("bageby", "Bageby Kommune"),
            shared_office("by", "By"),
        ],
        ..Later::default()
    };
    let own = Overlay {
        office: Some(shared_office("bageby", "Erhverv Bageby")),
        ..overlay(office("bageby"))
    };
    lay_over(&mut later, vec![own], "da");
    let names: Vec<&str> = later.offices.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["Erhverv Bageby", "By"]);
}

#[test]
fn an_offer_without_english_words_is_danish_and_says_so() {
    let words = |title: &str| Offer {
        title: title.into(),
        ..offer("scones", Level::Local, &["network"])
    };
    let both = vec![
        ("da".into(), words("Boller")),
        ("en".into(), words("Scones")),
    ];
    let danish = vec![("da".into(), words("Rugbrød"))];
    let own = || Overlay {
        offers: vec![both.clone(), danish.clone()],
        ..overlay(office("bageby"))
    };
    let shown = |lang: &str| {
        let mut later = Later::default();
        lay_over(&mut later, vec![own()], lang);
        let words = |it: &Offer| (it.title.clone(), it.written_in.clone());
        later.offers.iter().map(words).collect::<Vec<_>>()
    };
    let pair = |title: &str, lang: &str| (title.to_owned(), lang.to_owned());
    assert_eq!(shown("da"), [pair("Boller", ""), pair("Rugbrød", "")]);
    assert_eq!(shown("en"), [pair("Scones", ""), pair("Rugbrød", "da")]);
    assert_eq!(in_language::<u8>(&[], "da"), None);
}

#[test]
fn a_link_that_names_nobody_gets_the_look_of_the_publisher_whose_site_it_is() {
    let look = |id: &str, front| Look {
        id: id.into(),
        front,
        ..Look::default()
    };
    let looks = || vec![look("bageby", false), look("konditorby", true)];
    let id = |wanted| look_for(looks(), wanted).map(|it| it.id);
    assert_eq!(id(Some("bageby")).as_deref(), Some("bageby"));
    assert_eq!(id(None).as_deref(), Some("konditorby"));
    assert_eq!(id(Some("nowhere")), None);
}

#[test]
fn half_a_file_another_file_and_another_version_are_refused() {
    let whole = file(&[Look::default()], &[overlay(Publisher::Nation)]);
    assert!(File::parse(&whole).is_ok());
    for end in 0..whole.len() {
        assert_eq!(File::parse(&whole[..end]), Err(NotContent), "{end} bytes");
    }
    let more = [whole.as_slice(), b"x"].concat();
    let newer = [b"VSO2".as_slice(), &whole[4..]].concat();
    let much_newer = [b"VSO10".as_slice(), &whole[4..]].concat();
    for other in [
        more.as_slice(),
        &newer,
        &much_newer,
        b"<!doctype html>\n<p>404",
        b"",
        b"\n",
    ] {
        assert_eq!(File::parse(other), Err(NotContent));
    }
}

#[test]
fn the_first_line_names_each_page_that_may_frame_once() {
    let framed = |publisher, origins: &[&str]| Overlay {
        frames: origins.iter().map(|it| (*it).to_owned()).collect(),
        ..overlay(publisher)
    };
    let bytes = file(
        &[],
        &[
            framed(
                office("bageby"),
                &["https://www.bageby.example", "https://bageby.example"],
            ),
            framed(Publisher::Nation, &["https://bageby.example"]),
        ],
    );
    assert!(bytes.starts_with(b"VSO1 https://bageby.example https://www.bageby.example\n"));
    let found: Vec<&str> = File::parse(&bytes).unwrap().frames().collect();
    assert_eq!(
        found,
        ["https://bageby.example", "https://www.bageby.example"]
    );
    assert!(file(&[], &[]).starts_with(b"VSO1\n"));
    // What is no origin cannot end the line.
    let broken = file(
        &[],
        &[framed(Publisher::Nation, &["https://a.example\nx", "*"])],
    );
    assert!(broken.starts_with(b"VSO1 *\n"));
    assert!(File::parse(&broken).is_ok());
}
