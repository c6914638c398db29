//! What a phone says to a room: read as it was written, refused when it is out of range, and short
//! enough for its letter whoever says it.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use proptest::{collection, option, prelude::*, sample::select};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::PathBuf};
use vaekstspejl_engine::{
    NeedId, ScaleId, SegmentId, assess,
    authoring::{load, personas},
};
use vaekstspejl_envelope::{LetterKind, PersonKey};
use vaekstspejl_workshop::{
    answer::{Answer, Level, answer_of},
    letter::{BadLetter, Given, HIGHEST_NUMBER, LONGEST_ID, Letter, MOST_PARTS, Pseudonym, What},
    slots::{Urgency, urgency_of},
};

fn letter(what: What) -> Letter {
    Letter {
        person: PersonKey::from_bytes([5; 32]),
        turn: u32::MAX,
        name: Pseudonym {
            word: 255,
            number: HIGHEST_NUMBER,
        },
        what,
    }
}

/// What a phone of this program sends, to be changed.
fn sent() -> Value {
    let urgency = BTreeMap::from([(NeedId::from("sales"), Urgency::USUAL)]);
    let given = Given {
        answer: Answer {
            levels: BTreeMap::from([(ScaleId::from("economy"), Level::LOWEST)]),
            needs: urgency.keys().cloned().collect(),
            stage: Some(SegmentId::from("idea")),
        },
        wish: Some(NeedId::from("sales")),
        urgency,
    };
    let bytes = letter(What::Gives(given)).to_json();
    serde_json::from_slice(&bytes).unwrap()
}

fn read(json: &Value) -> Result<Letter, BadLetter> {
    Letter::from_json(json.to_string().as_bytes())
}

#[test]
fn what_is_out_of_range_is_refused_and_never_guessed() {
    assert!(read(&sent()).is_ok());
    let id = |length: usize| "x".repeat(length);
    let many = |count: usize| -> Value {
        let parts = (0..count).map(|it| (format!("part_{it}"), json!(3)));
        Value::Object(parts.collect())
    };
    for (path, good, bad) in [
        ("/turn", json!(1), json!(0)),
        ("/name/number", json!(2), json!(1)),
        ("/name/number", json!(99), json!(100)),
        ("/levels", json!({"economy": 5}), json!({"economy": 6})),
        ("/levels", json!({"economy": 1}), json!({"economy": 0})),
        ("/levels", many(MOST_PARTS), many(MOST_PARTS + 1)),
        (
            "/levels",
            json!({id(LONGEST_ID): 1}),
            json!({id(LONGEST_ID + 1): 1}),
        ),
        ("/levels", json!({}), json!({"": 1})),
        ("/needs", json!({"sales": 5}), json!({"sales": 6})),
        ("/needs", json!({"sales": 1}), json!({"sales": 0})),
        ("/needs", json!({"sales": 3, "law": 3}), json!({"law": 3})),
        ("/stage", json!(id(LONGEST_ID)), json!(id(LONGEST_ID + 1))),
        ("/stage", Value::Null, json!("")),
        ("/wish", json!("sales"), json!("law")),
        ("/person", json!("A".repeat(43)), json!("A".repeat(42))),
        (
            "/person",
            json!("A".repeat(43)),
            json!(format!("{}B", "A".repeat(42))),
        ),
    ] {
        let mut json = sent();
        *json.pointer_mut(path).unwrap() = good;
        assert!(read(&json).is_ok(), "{json}");
        *json.pointer_mut(path).unwrap() = bad;
        assert_eq!(read(&json), Err(BadLetter::Range), "{json}");
    }
    // the needs alone may be as many as the levels
    let mut json = sent();
    json["wish"] = Value::Null;
    json["needs"] = many(MOST_PARTS);
    assert!(read(&json).is_ok());
    json["needs"] = many(MOST_PARTS + 1);
    assert_eq!(read(&json), Err(BadLetter::Range));
}

#[test]
fn what_is_of_another_shape_is_told_from_what_is_newer() {
    for (path, bad) in [
        ("/turn", json!(-1)),
        ("/turn", json!(4_294_967_296_u64)),
        ("/name", json!("Odder 12")),
        ("/name/word", json!(256)),
        ("/what", json!("dances")),
        ("/levels", json!({"economy": "high"})),
        ("/person", json!(7)),
        ("/v", json!("1")),
    ] {
        let mut json = sent();
        *json.pointer_mut(path).unwrap() = bad;
        assert_eq!(read(&json), Err(BadLetter::Shape), "{json}");
    }
    for bytes in [b"".as_slice(), b"{}", b"null", b"{\"v\":1}", b"\xff"] {
        assert_eq!(Letter::from_json(bytes), Err(BadLetter::Shape));
    }
    // whatever else a newer one has
    assert_eq!(read(&json!({"v": 2, "what": ["?"]})), Err(BadLetter::Newer));
    assert_eq!(read(&json!({"v": 0})), Err(BadLetter::Newer));
}

#[test]
fn nothing_is_given_with_a_word_that_gives_nothing() {
    for what in ["here", "leaves"] {
        let mut json = sent();
        json["what"] = json!(what);
        let read = read(&json).unwrap();
        assert!(matches!(read.what, What::Here | What::Leaves));
        assert!(
            !String::from_utf8(read.to_json())
                .unwrap()
                .contains("economy")
        );
    }
}

#[test]
fn whatever_anybody_has_to_say_fits_into_the_one_size() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let (content, _) = load(&root.join("content"), "da");
    let (personas, _) = personas(&root.join("tests/personas"));
    assert!(personas.len() > 50);
    let mut longest = 0;
    for persona in &personas {
        let questionnaire = content.first.questionnaire(&persona.questionnaire).unwrap();
        let answers = persona.all_answers(&content, questionnaire);
        let office = persona.office.as_ref();
        let of = assess(
            &content.later,
            questionnaire,
            &answers,
            office,
            persona.today,
        );
        let answer = answer_of(&of, &content.later);
        let wish = answer.needs.iter().max_by_key(|it| it.as_str().len());
        let given = Given {
            wish: wish.cloned(),
            urgency: urgency_of(&of),
            answer,
        };
        let json = letter(What::Gives(given)).to_json();
        longest = longest.max(json.len());
        assert!(
            json.len() <= LetterKind::RoomAnswer.room(),
            "{}",
            persona.id
        );
    }
    assert!(longest > 300, "{longest}");

    // and somebody of whom everything is known: all scales, the longest needs there are
    let scales = content.later.scales.iter().map(|it| it.id.clone());
    let mut needs: Vec<NeedId> = content.later.needs.iter().map(|it| it.id.clone()).collect();
    needs.sort_by_key(|it| std::cmp::Reverse(it.as_str().len()));
    needs.truncate(vaekstspejl_engine::need::SHOWN);
    let stages = content.later.segments.iter().map(|it| it.id.clone());
    let given = Given {
        wish: needs.first().cloned(),
        urgency: needs
            .iter()
            .map(|it| (it.clone(), Urgency::USUAL))
            .collect(),
        answer: Answer {
            levels: scales.map(|it| (it, Level::HIGHEST)).collect(),
            needs: needs.into_iter().collect(),
            stage: stages.max_by_key(|it| it.as_str().len()),
        },
    };
    let json = letter(What::Gives(given)).to_json();
    assert!(
        json.len() <= LetterKind::RoomAnswer.room(),
        "{}",
        json.len()
    );
}

fn given() -> impl Strategy<Value = Given> {
    let id = "[a-z][a-z0-9_]{0,39}";
    let levels = collection::btree_map(id, 1..=5_u8, 0..=MOST_PARTS);
    let needs = collection::btree_map(id, 1..=5_u8, 0..=MOST_PARTS);
    (
        levels,
        needs,
        option::of(id),
        any::<prop::sample::Index>(),
        any::<bool>(),
    )
        .prop_map(|(levels, needs, stage, which, wishes)| {
            let level = |(id, it): (String, u8)| (ScaleId::from(&*id), Level::new(it).unwrap());
            let need = |(id, it): (String, u8)| (NeedId::from(&*id), Urgency::new(it).unwrap());
            let urgency: BTreeMap<NeedId, Urgency> = needs.into_iter().map(need).collect();
            let wish = (wishes && !urgency.is_empty())
                .then(|| urgency.keys().nth(which.index(urgency.len())).cloned());
            Given {
                answer: Answer {
                    levels: levels.into_iter().map(level).collect(),
                    needs: urgency.keys().cloned().collect(),
                    stage: stage.map(|it| SegmentId::from(&*it)),
                },
                wish: wish.flatten(),
                urgency,
            }
        })
}

fn any_letter() -> impl Strategy<Value = Letter> {
    let what = prop_oneof![
        Just(What::Here),
        Just(What::Leaves),
        given().prop_map(What::Gives),
    ];
    let name = (any::<u8>(), 2..=HIGHEST_NUMBER);
    (any::<[u8; 32]>(), 1_u32.., name, what).prop_map(|(key, turn, (word, number), what)| Letter {
        person: PersonKey::from_bytes(key),
        turn,
        name: Pseudonym { word, number },
        what,
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(letter in any_letter()) {
        prop_assert_eq!(Letter::from_json(&letter.to_json()), Ok(letter));
    }

    #[test]
    fn no_bytes_are_a_panic(bytes in collection::vec(any::<u8>(), 0..1_000)) {
        let _ = Letter::from_json(&bytes);
    }

    #[test]
    fn a_letter_with_changed_bytes_is_read_or_refused_but_never_a_panic(
        letter in any_letter(),
        changes in collection::vec(
            (any::<prop::sample::Index>(), select(b"\"\\{}[]:,0129-.eE \x00\xff".to_vec())),
            1..4,
        ),
    ) {
        let mut bytes = letter.to_json();
        for (at, to) in changes {
            let at = at.index(bytes.len());
            bytes[at] = to;
        }
        if let Ok(read) = Letter::from_json(&bytes) {
            prop_assert_eq!(Letter::from_json(&read.to_json()), Ok(read));
        }
    }
}
