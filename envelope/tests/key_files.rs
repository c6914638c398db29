//! Key files: they open with their passphrase and no other, and every damage has its own name.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod common;

use base64ct::{Base64, Encoding};
use common::Seeded;
use proptest::prelude::*;
use vaekstspejl_envelope::key_file::{self, KEEP_RETIRED_DAYS, LONGEST_TEXT, MOST_KEYS};
use vaekstspejl_envelope::receipt::sha256;
use vaekstspejl_envelope::{
    Cost, Key, KeyFile, KeyFileError, KeyState, LetterKind, Office, Sid, open, seal,
};

const PASSPHRASE: &str = "abrikos bjerg cykel drage elefant fakkel";

fn office() -> Office {
    Office::new("hav", "Havneby Erhvervskontor", "https://relay.example").unwrap()
}

fn file() -> KeyFile {
    KeyFile::create(office(), &mut Seeded::new(1), 20_000)
}

fn text(file: &KeyFile) -> String {
    file.to_text(PASSPHRASE, &mut Seeded::new(2), Cost::LEAST)
}

/// The bytes inside the armour.
fn bytes(text: &str) -> Vec<u8> {
    let body: String = text
        .lines()
        .filter(|line| !line.starts_with(['-', '|']))
        .collect();
    Base64::decode_vec(&body).unwrap()
}

/// Any bytes in an armour, without a label.
fn armoured(bytes: &[u8]) -> String {
    let body = Base64::encode_string(bytes);
    format!("-----BEGIN VAEKSTSPEJL KEY FILE-----\n{body}\n-----END VAEKSTSPEJL KEY FILE-----\n")
}

/// The same with the hash at the end made right again, as only somebody who means harm would.
fn forged(mut bytes: Vec<u8>) -> String {
    let end = bytes.len() - 32;
    let sum = sha256(&bytes[..end]);
    bytes[end..].copy_from_slice(&sum);
    armoured(&bytes)
}

fn opened(text: &str) -> Result<KeyFile, KeyFileError> {
    KeyFile::from_text(text, PASSPHRASE)
}

#[test]
fn a_key_file_opens_with_its_passphrase() {
    let file = file();
    let again = opened(&text(&file)).unwrap();
    assert_eq!(again, file);
    assert_eq!(again.owner(), file.owner());
    assert_eq!(again.mid, file.active().public.mid());
}

#[test]
fn the_default_cost_opens_too() {
    let file = file();
    let text = file.to_text(PASSPHRASE, &mut Seeded::new(2), Cost::default());
    assert_eq!(bytes(&text)[5..14], [0, 1, 0, 0, 0, 0, 0, 3, 1]); // 65,536 KiB, 3 passes, 1 lane
    assert_eq!(opened(&text), Ok(file));
}

#[test]
fn another_passphrase_is_told_from_damage() {
    let text = text(&file());
    for wrong in ["", "abrikos", "abrikos bjerg cykel drage elefant fakke"] {
        let expected = Err(KeyFileError::WrongPassphrase);
        assert_eq!(KeyFile::from_text(&text, wrong), expected, "{wrong}");
    }
}

#[test]
fn the_passphrase_is_the_same_with_composed_and_decomposed_letters() {
    let file = file();
    let text = file.to_text("måned Å ø", &mut Seeded::new(2), Cost::LEAST);
    let typed = KeyFile::from_text(&text, " ma\u{30a}ned  a\u{30a} Ø ");
    assert_eq!(typed, Ok(file));
}

#[test]
fn no_secret_is_in_the_text() {
    let file = file();
    let bytes = bytes(&text(&file));
    let secret = file.active().secret.as_bytes();
    assert!(!bytes.windows(32).any(|window| window == secret));
    assert!(!format!("{file:?}").contains("secret"));
    assert_eq!(format!("{:?}", file.active().secret), "SecretKey(…)");
}

#[test]
fn the_same_file_written_twice_is_not_the_same_text() {
    let file = file();
    let mut rng = Seeded::new(3);
    let mut write = || file.to_text(PASSPHRASE, &mut rng, Cost::LEAST);
    assert_ne!(write(), write());
}

#[test]
fn a_key_file_tells_whose_it_is_without_its_passphrase() {
    let file = file();
    let label = key_file::peek(&text(&file)).unwrap();
    assert_eq!(label.office, "Havneby Erhvervskontor");
    // 20,000 days: 54 years of 365 days and 13 leap days make 19,723, the first of 2024; 277 on,
    // in a leap year, are the days up to the fourth of October
    assert_eq!(label.created, "2024-10-04");
    assert_eq!(label.kid, file.active().kid.to_string());
}

#[test]
fn what_mail_programs_do_to_lines_does_no_harm() {
    let file = file();
    let text = text(&file);
    let indented: String = text.lines().map(|line| format!("   {line}  \n")).collect();
    let quoted: String = text.lines().map(|line| format!("> {line}\n")).collect();
    let narrow: String = text
        .lines()
        .flat_map(|line| match line.starts_with('-') {
            true => vec![line.to_owned()],
            false => line
                .as_bytes()
                .chunks(40)
                .map(|part| String::from_utf8(part.to_vec()).unwrap())
                .collect(),
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let without_label: String = text
        .lines()
        .filter(|line| !line.starts_with('|'))
        .map(|line| format!("{line}\n"))
        .collect();
    for changed in [
        text.replace('\n', "\r\n"),
        text.replace('\n', "\r"),
        format!("\u{feff}{text}"),
        format!("\n\n\n{text}\n\n"),
        format!("Kære kollega\n\n{text}\nHilsen Bo\n"),
        text.replace("\n\n", "\n"),
        indented,
        quoted,
        narrow,
        without_label,
    ] {
        assert_eq!(opened(&changed).as_ref(), Ok(&file), "{changed}");
    }
}

#[test]
fn something_else_is_not_a_key_file() {
    for other in [
        "",
        "hej",
        "{}",
        "-----BEGIN PGP MESSAGE-----",
        &"x".repeat(60_000),
    ] {
        assert_eq!(opened(other), Err(KeyFileError::NotAKeyFile));
        assert_eq!(key_file::peek(other), Err(KeyFileError::NotAKeyFile));
    }
    let mut other = bytes(&text(&file()));
    other[..4].copy_from_slice(b"ABCD");
    assert_eq!(opened(&forged(other)), Err(KeyFileError::NotAKeyFile));
}

#[test]
fn a_text_far_too_long_is_not_even_looked_at() {
    let long = "A".repeat(LONGEST_TEXT + 1);
    assert_eq!(opened(&long), Err(KeyFileError::TooLong));
    assert_eq!(key_file::peek(&long), Err(KeyFileError::TooLong));
}

#[test]
fn a_key_file_cut_off_anywhere_is_refused() {
    let text = text(&file());
    let whole = text.trim_end().len();
    for length in 0..whole {
        let Some(cut) = text.get(..length) else {
            continue;
        };
        let error = opened(cut).unwrap_err();
        let expected = match length < "-----BEGIN VAEKSTSPEJL KEY FILE-----".len() {
            true => KeyFileError::NotAKeyFile,
            false => KeyFileError::Damaged,
        };
        assert_eq!(error, expected, "{length}");
    }
}

#[test]
fn every_changed_byte_is_damage() {
    let mut bytes = bytes(&text(&file()));
    for at in 0..bytes.len() {
        for change in [1, 0x80, 0xff] {
            bytes[at] ^= change;
            assert_eq!(
                opened(&armoured(&bytes)),
                Err(KeyFileError::Damaged),
                "{at}"
            );
            bytes[at] ^= change;
        }
    }
}

/// Only the line for people may change without anybody noticing; nothing relies on it.
#[test]
fn every_changed_character_is_an_error_or_changes_nothing() {
    let file = file();
    let text = text(&file);
    let mut unnoticed = 0;
    for at in 0..text.len() {
        for other in [b'A', b'!', b'\n'] {
            let mut changed = text.clone().into_bytes();
            changed[at] = other;
            let Ok(changed) = String::from_utf8(changed) else {
                continue;
            };
            if changed == text {
                continue;
            }
            if let Ok(read) = opened(&changed) {
                assert_eq!(read, file, "{at}");
                unnoticed += 1;
            }
        }
    }
    let label = text.lines().nth(1).unwrap().len();
    assert!(unnoticed <= 3 * (label + 4), "{unnoticed}");
}

#[test]
fn every_byte_forged_with_its_hash_is_refused() {
    let whole = bytes(&text(&file()));
    for at in (0..14).chain([14, 30, 42, 74, 150, whole.len() - 33]) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        let expected = match at {
            // the magic; '1' becomes '0', which never was
            0..=3 => KeyFileError::NotAKeyFile,
            4 => KeyFileError::Newer { version: 0 },
            // 19,456 KiB become 16,796,672
            5 => KeyFileError::Cost,
            // … 84,992, 19,712 and 19,457, which are legal and give another key
            6..=8 => KeyFileError::WrongPassphrase,
            // one pass becomes none or millions, one lane none
            9..=13 => KeyFileError::Cost,
            // salt
            14..=29 => KeyFileError::WrongPassphrase,
            // nonce: the passphrase is right
            30..=41 => KeyFileError::Damaged,
            // commitment
            42..=73 => KeyFileError::WrongPassphrase,
            _ => KeyFileError::Damaged,
        };
        assert_eq!(opened(&forged(bytes)), Err(expected), "{at}");
    }
}

#[test]
fn a_newer_file_says_so() {
    let mut newer = bytes(&text(&file()));
    newer[3] = b'2';
    assert_eq!(
        opened(&forged(newer.clone())),
        Err(KeyFileError::Newer { version: 2 })
    );
    newer[3] = b'1';
    newer[4] = 2;
    assert_eq!(
        opened(&forged(newer)),
        Err(KeyFileError::Newer { version: 2 })
    );
}

/// 4 TiB of memory, or a week of passes, would be asked for before any check of the passphrase.
#[test]
fn a_cost_out_of_bounds_is_refused_before_it_is_paid() {
    let whole = bytes(&text(&file()));
    let with = |memory: u32, passes: u32, lanes: u8| {
        let mut bytes = whole.clone();
        bytes[5..9].copy_from_slice(&memory.to_be_bytes());
        bytes[9..13].copy_from_slice(&passes.to_be_bytes());
        bytes[13] = lanes;
        opened(&forged(bytes))
    };
    for (memory, passes, lanes) in [
        (u32::MAX, 1, 1),
        (262_145, 1, 1),
        (19_455, 1, 1),
        (0, 1, 1),
        (19_456, 0, 1),
        (19_456, 11, 1),
        (19_456, u32::MAX, 1),
        (19_456, 1, 0),
        (19_456, 1, 2),
        (19_456, 1, 255),
    ] {
        assert_eq!(with(memory, passes, lanes), Err(KeyFileError::Cost));
    }
    // legal, but not what the file was made with
    assert_eq!(with(19_457, 1, 1), Err(KeyFileError::WrongPassphrase));
    assert_eq!(Cost::new(262_145, 1), None);
    assert_eq!(Cost::new(65_536, 3), Some(Cost::default()));
}

#[test]
fn a_new_key_takes_letters_and_the_old_one_still_opens_its_own() {
    let mut rng = Seeded::new(4);
    let mut file = file();
    let (mid, owner, old) = (file.mid, file.owner(), file.active().clone());
    let to = |key: &Key, rng: &mut Seeded| {
        let sid = Sid::random(rng);
        seal(LetterKind::Submission, &key.public, &mid, &sid, b"hej", rng).unwrap()
    };
    let before = to(&old, &mut rng);
    let new = file.rotate(&mut rng, 20_090).unwrap();
    assert_eq!(file.active().kid, new);
    assert_ne!(new, old.kid);
    let after = to(file.active(), &mut rng);

    let file = opened(&text(&file)).unwrap();
    assert_eq!((file.mid, file.owner()), (mid, owner));
    let retired = file.keys().iter().find(|key| key.kid == old.kid).unwrap();
    assert_eq!((retired.state, retired.since), (KeyState::Retired, 20_090));
    for letter in [before, after] {
        assert_eq!(open(&letter, &mid, file.keys()).unwrap().payload, b"hej");
    }
}

#[test]
fn a_retired_key_is_kept_as_long_as_a_letter_may_come() {
    let mut file = file();
    let old = file.active().kid;
    let new = file.rotate(&mut Seeded::new(5), 20_090).unwrap();
    let last = 20_090 + KEEP_RETIRED_DAYS;
    assert_eq!(file.expired(last), []);
    assert_eq!(file.expired(last + 1), [old]);
    assert_eq!(file.expired(0), [], "a clock years behind destroys nothing");
    assert!(!file.destroy(new), "the active key stays");
    assert!(file.destroy(old));
    assert!(!file.destroy(old));
    assert_eq!(file.keys().len(), 1);
    assert_eq!(opened(&text(&file)), Ok(file));
}

#[test]
fn a_file_holds_so_many_keys_and_no_more() {
    let (mut file, mut rng) = (file(), Seeded::new(6));
    while file.rotate(&mut rng, 20_000).is_some() {}
    assert_eq!(file.keys().len(), MOST_KEYS);
    let text = text(&file);
    assert!(text.len() < LONGEST_TEXT);
    assert_eq!(opened(&text), Ok(file));
}

#[test]
fn an_office_without_a_name_or_with_line_breaks_in_it_has_no_key_file() {
    let long = "x".repeat(301);
    for bad in ["", " ", "Havneby\nErhverv", "\u{0}", &long] {
        assert!(Office::new(bad, "n", "r").is_err(), "{bad}");
        assert!(Office::new("i", bad, "r").is_err(), "{bad}");
        assert!(Office::new("i", "n", bad).is_err(), "{bad}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn any_office_and_passphrase_come_back(
        seed: u64,
        day: u32,
        name in "[^\\p{C}\\s][^\\p{C}]{0,50}",
        passphrase in "\\PC{0,60}",
    ) {
        let mut rng = Seeded::new(seed);
        let office = Office::new("id", &name, "https://relay.example").unwrap();
        let file = KeyFile::create(office, &mut rng, day);
        let text = file.to_text(&passphrase, &mut rng, Cost::LEAST);
        prop_assert_eq!(KeyFile::from_text(&text, &passphrase), Ok(file));
        prop_assert!(key_file::peek(&text).is_ok());
    }
}

proptest! {
    #[test]
    fn no_text_makes_reading_panic(inside in "\\PC{0,300}") {
        let text = format!(
            "-----BEGIN VAEKSTSPEJL KEY FILE-----\n{inside}\n-----END VAEKSTSPEJL KEY FILE-----"
        );
        prop_assert!(KeyFile::from_text(&text, "").is_err());
        let _ = key_file::peek(&text);
    }
}
