//! Letters as the office meets them: sealed for real, opened, found again.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use getrandom::{SysRng, rand_core::UnwrapErr};
use std::{path::Path, sync::LazyLock};
use vaekstspejl_console::letters::{Filter, Inside, Letter, Which, inside, sort};
use vaekstspejl_engine::{Content, authoring};
use vaekstspejl_envelope::{
    LetterKind, Sid,
    key_file::{KeyFile, Office},
    letter,
};

static CONTENT: LazyLock<Content> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    authoring::load(&folder, "da").0
});

fn office() -> KeyFile {
    let office = Office::new("by", "Erhverv By", "https://post.example.dk").unwrap();
    KeyFile::create(office, &mut UnwrapErr(SysRng), 20_000)
}

fn sealed(keys: &KeyFile, payload: &str) -> Vec<u8> {
    let mut rng = UnwrapErr(SysRng);
    let (to, sid) = (keys.active().public, Sid::random(&mut rng));
    letter::seal(
        LetterKind::Submission,
        &to,
        &keys.mid,
        &sid,
        payload.as_bytes(),
        &mut rng,
    )
    .unwrap()
}

/// A submission with a name and a note, and no more.
fn payload(name: &str, note: &str) -> String {
    serde_json::json!({
        "v": "1.0", "catalogue": {"id": "da", "hash": "0"}, "lang": "da", "created": "2026-11-20",
        "test": "selvtest", "version": 1,
        "contact": {"name": name}, "note": note,
        "consent": {"text_id": "send", "text_hash": "0", "parts": ["contact", "note"]},
    })
    .to_string()
}

fn opened(keys: &KeyFile, bytes: &[u8]) -> Inside {
    inside(&CONTENT, bytes, &keys.mid, keys.keys())
}

fn letter_of(keys: &KeyFile, name: &str, seq: u64, day: u32) -> Letter {
    let bytes = sealed(keys, &payload(name, "ring om formiddagen"));
    let inside = opened(keys, &bytes);
    Letter::new(Sid([7; 16]), seq, day, false, &bytes, inside)
}

#[test]
fn a_letter_to_the_office_opens_and_one_to_another_key_is_locked() {
    let (mut keys, other) = (office(), office());
    let old = sealed(&keys, &payload("Ane", "hej"));
    assert!(matches!(opened(&keys, &old), Inside::Open(_)));
    let before = keys.clone();
    keys.rotate(&mut UnwrapErr(SysRng), 20_090);
    let new = sealed(&keys, &payload("Bo", "hej"));
    assert!(matches!(opened(&keys, &old), Inside::Open(_)));
    assert_eq!(opened(&before, &new), Inside::Locked(keys.active().kid));
    // To another mailbox: not ours, whatever it is.
    assert_eq!(opened(&other, &old), Inside::Damaged);
}

#[test]
fn whatever_the_bytes_are_there_is_an_answer() {
    let keys = office();
    let bytes = sealed(&keys, &payload("Ane", "hej"));
    for length in [0, 1, 47, 48, 80, 4_095] {
        assert_eq!(opened(&keys, &bytes[..length]), Inside::Damaged, "{length}");
    }
    for place in [0, 5, 20, 60, 100, 4_095] {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        assert!(
            !matches!(opened(&keys, &changed), Inside::Open(_)),
            "{place}"
        );
    }
    for payload in ["", "hej", "{}", r#"{"v":"1.0"}"#] {
        assert_eq!(opened(&keys, &sealed(&keys, payload)), Inside::Damaged);
    }
    let newer = payload("Ane", "hej").replace("1.0", "2.0");
    assert_eq!(opened(&keys, &sealed(&keys, &newer)), Inside::Newer);
}

#[test]
fn letters_are_found_by_the_words_in_them_and_by_their_receipt_code() {
    let keys = office();
    let letter = letter_of(&keys, "Ærø Bådeværft", 1, 20_000);
    let finds = |text: &str| {
        let text = text.to_owned();
        Filter {
            text,
            ..Filter::default()
        }
        .shows(&letter)
    };
    for text in [
        "",
        "  ",
        "bådeværft",
        "ÆRØ",
        "formiddagen ærø",
        &letter.code,
    ] {
        assert!(finds(text), "{text}");
    }
    assert!(finds(&letter.code.replace('-', "").to_lowercase()));
    for text in ["mette", "ærø mette", &letter.code[..3]] {
        assert!(!finds(text), "{text}");
    }
    let which = |which| {
        Filter {
            which,
            ..Filter::default()
        }
        .shows(&letter)
    };
    assert!(which(Which::New) && !which(Which::Handled));
}

#[test]
fn the_newest_letter_stands_first() {
    let keys = office();
    let mut letters =
        [(1, 20_000), (3, 20_001), (2, 20_001)].map(|(seq, day)| letter_of(&keys, "Ane", seq, day));
    sort(&mut letters);
    assert_eq!(letters.map(|it| it.seq), [3, 2, 1]);
}

#[test]
fn a_letter_is_told_of_in_its_last_thirty_days() {
    let letter = letter_of(&office(), "Ane", 1, 20_000);
    assert_eq!(letter.until(), 20_090);
    assert!(!letter.expires_soon(20_059));
    assert!(letter.expires_soon(20_060) && letter.expires_soon(20_090));
    assert!(!letter.expires_soon(20_091));
}
