//! A rehearsal: the same people for the same seed, and people as a room takes them.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::path::Path;
use vaekstspejl_engine::{Content, Date, authoring};
use vaekstspejl_workshop::{
    code,
    hall::{Deed, Done, Hall},
    letter::Letter,
    register::{Took, title},
    rehearsal,
};

const NAMES: [&str; 60] = ["Odder"; 60];

fn content() -> Content {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    authoring::load(&folder, "da").0
}

fn people(content: &Content, seed: u64, people: usize) -> Vec<Letter> {
    let test = content.first.questionnaires.first().unwrap();
    let today = Date::new(2026, 11, 28).unwrap();
    rehearsal::letters(&content.later, test, NAMES.len(), seed, people, today)
}

#[test]
fn the_same_seed_gives_the_same_people() {
    let content = content();
    assert_eq!(people(&content, 7, 40), people(&content, 7, 40));
    assert_ne!(people(&content, 7, 40), people(&content, 8, 40));
}

#[test]
fn forty_invented_people_are_forty_in_the_room() {
    let content = content();
    for seed in 0..5 {
        let mut hall = Hall::new(code::lists(&content.later));
        for letter in people(&content, seed, 40) {
            let json = String::from_utf8(letter.to_json()).unwrap();
            let done = hall.act(&Deed::Said(json)).unwrap();
            assert!(matches!(done, Done::Took(Took::Joined(_))));
        }
        assert_eq!(hall.register().given().count(), 40);
        assert_eq!(hall.act(&Deed::Shown), Ok(Done::Shown(1)));
        let picture = hall.room().picture().unwrap();
        assert!(!picture.dimensions.is_empty() && !picture.needs.is_empty());
        let mut names: Vec<(u8, u8)> = hall
            .register()
            .entries()
            .iter()
            .map(|it| (it.name.word, it.name.number))
            .collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 40);
        let first = hall.register().entries().first().unwrap();
        assert!(title(first.name, first.copy, &NAMES).starts_with("Odder "));
    }
}

#[test]
fn nobody_is_no_harm() {
    let content = content();
    assert_eq!(people(&content, 1, 0), []);
}
