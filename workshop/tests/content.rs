//! Rooms on the real content, in both languages: codes and letters of whoever gives most, and the
//! words of pseudonyms.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::{collections::BTreeSet, path::PathBuf};
use vaekstspejl_engine::{
    Content,
    authoring::{load, word_keys},
    need::SHOWN,
};
use vaekstspejl_envelope::{LetterKind, PersonKey};
use vaekstspejl_workshop::{
    answer::Level,
    code::{Coded, LONGEST, ShortTag, decode, encode, lists},
    letter::{Given, HIGHEST_NUMBER, Letter, Pseudonym, What},
    register::names,
    slots::Urgency,
};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../content")
}

fn content(lang: &str) -> Content {
    load(&folder(), lang).0
}

/// Every level that is given to a room, the needs with the longest names, and the longest stage.
fn most(content: &Content) -> Given {
    let mut given = Given::default();
    let scales = lists(&content.later).scales.into_iter();
    given.answer.levels = scales.map(|it| (it, Level::HIGHEST)).collect();
    let mut needs: Vec<_> = content.later.needs.iter().map(|it| it.id.clone()).collect();
    needs.sort_by_key(|it| core::cmp::Reverse(it.as_str().len()));
    for need in needs.iter().take(SHOWN) {
        given.answer.needs.insert(need.clone());
        given.urgency.insert(need.clone(), Urgency::new(5).unwrap());
    }
    given.wish = needs.first().cloned();
    let stages = content.later.segments.iter().map(|it| it.id.clone());
    given.answer.stage = stages.max_by_key(|it| it.as_str().len());
    given
}

const LONGEST_NAME: Pseudonym = Pseudonym {
    word: u8::MAX,
    number: HIGHEST_NUMBER,
};

#[test]
fn a_code_has_90_characters_at_most_whoever_gives_it_and_in_any_language() {
    let danish = lists(&content("da").later);
    for lang in ["da", "en"] {
        let content = content(lang);
        let lists = lists(&content.later);
        assert_eq!(lists.edition(), danish.edition(), "{lang}");
        let coded = Coded {
            person: ShortTag([255; 5]),
            turn: u16::MAX,
            name: LONGEST_NAME,
            given: most(&content),
        };
        let code = encode(&lists, &coded).unwrap();
        assert!(code.len() <= LONGEST, "{}", code.len());
        assert_eq!(decode(&danish, &code.to_uppercase()), Ok(coded));
    }
}

#[test]
fn every_need_can_be_wished_and_every_stage_told() {
    let content = content("da");
    let lists = lists(&content.later);
    let coded = |given| Coded {
        person: ShortTag([1; 5]),
        turn: 2,
        name: LONGEST_NAME,
        given,
    };
    for need in &lists.needs {
        let mut given = Given::default();
        given.answer.needs.insert(need.clone());
        given.urgency.insert(need.clone(), Urgency::USUAL);
        given.wish = Some(need.clone());
        let coded = coded(given);
        let code = encode(&lists, &coded).unwrap();
        assert_eq!(decode(&lists, &code), Ok(coded));
    }
    for stage in &lists.stages {
        let mut given = Given::default();
        given.answer.stage = Some(stage.clone());
        let coded = coded(given);
        let code = encode(&lists, &coded).unwrap();
        assert_eq!(decode(&lists, &code), Ok(coded));
    }
}

#[test]
fn a_letter_fits_whoever_gives_it() {
    let letter = Letter {
        person: PersonKey::from_bytes([255; 32]),
        turn: u32::MAX,
        name: LONGEST_NAME,
        what: What::Gives(most(&content("da"))),
    };
    let bytes = letter.to_json();
    assert!(
        bytes.len() <= LetterKind::RoomAnswer.room(),
        "{}",
        bytes.len()
    );
    assert_eq!(Letter::from_json(&bytes), Ok(letter));
}

#[test]
fn people_are_called_the_same_in_every_language() {
    let (_, keys) = word_keys(&folder());
    let place = keys.iter().position(|it| it == "room.names").unwrap();
    let list = |lang| content(lang).later.words.get(place).unwrap().clone();
    let (danish, english) = (list("da"), list("en"));
    let (danish, english) = (names(&danish), names(&english));
    let words = |list: &[(&str, Option<&str>)]| -> Vec<String> {
        list.iter().map(|(word, _)| (*word).to_owned()).collect()
    };
    assert_eq!(words(&danish), words(&english));
    assert!(danish.iter().all(|(_, meaning)| meaning.is_none()));
    assert!(english.iter().all(|(_, meaning)| meaning.is_some()));
    assert!(danish.len() <= 256);
    let different: BTreeSet<_> = danish.iter().collect();
    assert_eq!(different.len(), danish.len(), "each once");
    let calm = |word: &str| !word.is_empty() && word.chars().all(char::is_alphabetic);
    assert!(danish.iter().all(|(word, _)| calm(word)));
}
