//! What a room tells one phone: opens for that phone only, in that room only, as it was made only,
//! and looks the same whatever it says.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod common;

use base64ct::{Base64UrlUnpadded, Encoding};
use common::Seeded;
use proptest::prelude::*;
use vaekstspejl_envelope::piece;
use vaekstspejl_envelope::place::{LONGEST_TEXT, NotForMe, PIECE_BYTES, TooLong};
use vaekstspejl_envelope::receipt::hex;
use vaekstspejl_envelope::{Mid, PersonKey, Tag};

const ROOM: Mid = Mid([7; 16]);

fn person(seed: u64) -> PersonKey {
    PersonKey::random(&mut Seeded::new(seed))
}

fn sealed(person: &PersonKey, text: &[u8]) -> Vec<u8> {
    person.seal(&ROOM, text, &mut Seeded::new(99)).unwrap()
}

#[test]
fn a_piece_opens_with_its_key_and_begins_with_its_tag() {
    let person = person(1);
    let piece = sealed(&person, b"gruppe 4");
    assert_eq!(person.open(&ROOM, &piece), Ok(b"gruppe 4".to_vec()));
    assert_eq!(piece::tag(&piece), Some(person.tag()));
    assert_eq!(piece::tag(&piece[1..]), None);
}

#[test]
fn nobody_else_opens_it_and_not_in_another_room() {
    let (one, other) = (person(1), person(2));
    let piece = sealed(&one, b"gruppe 4");
    assert_eq!(other.open(&ROOM, &piece), Err(NotForMe));
    // also not under the other's tag
    let renamed = [other.tag().0.as_slice(), &piece[8..]].concat();
    assert_eq!(other.open(&ROOM, &renamed), Err(NotForMe));
    assert_eq!(one.open(&Mid([8; 16]), &piece), Err(NotForMe));
}

#[test]
fn a_length_says_nothing_and_a_text_that_is_too_long_is_refused() {
    let person = person(3);
    for length in [0, 1, 100, LONGEST_TEXT] {
        let text = vec![b'x'; length];
        let piece = sealed(&person, &text);
        assert_eq!(piece.len(), PIECE_BYTES);
        assert_eq!(person.open(&ROOM, &piece), Ok(text));
    }
    for length in [LONGEST_TEXT + 1, 70_000] {
        let refused = person.seal(&ROOM, &vec![0; length], &mut Seeded::new(9));
        assert_eq!(refused, Err(TooLong));
    }
}

#[test]
fn the_same_text_twice_does_not_look_the_same() {
    let person = person(4);
    let mut rng = Seeded::new(5);
    let [one, two] = [(); 2].map(|()| person.seal(&ROOM, b"gruppe 4", &mut rng).unwrap());
    let same = one.iter().zip(&two).skip(8).filter(|(a, b)| a == b).count();
    assert!(same < 30, "{same} of 504 bytes are the same");
}

#[test]
fn keys_and_tags_are_read_in_their_one_form() {
    let person = person(6);
    let text = person.to_text();
    assert_eq!(text.len(), 43);
    assert_eq!(PersonKey::parse(&text), Ok(person.clone()));
    let tag = person.tag();
    assert_eq!(Tag::parse(&tag.to_string()), Ok(tag));
    for bad in [
        "",
        "AAAA",
        &text[1..],
        &format!("{text}="),
        &format!("{text}A"),
    ] {
        assert!(
            PersonKey::parse(bad).is_err() && Tag::parse(bad).is_err(),
            "{bad}"
        );
    }
    assert_eq!(person.tag(), tag);
    assert_ne!(self::person(7).tag(), tag);
}

#[test]
fn nothing_that_is_printed_shows_the_secret() {
    let key = PersonKey::from_bytes([0xab; 32]);
    let shown = format!("{key:?} {key:#?}");
    assert!(shown.contains(&key.tag().to_string()));
    for secret in [
        key.to_text(),
        hex(&[0xab; 32]),
        Base64UrlUnpadded::encode_string(&[0xab; 6]),
        "171".to_owned(),
        "abab".to_owned(),
    ] {
        assert!(!shown.contains(&secret), "{secret}");
    }
}

proptest! {
    #[test]
    fn whatever_is_told_is_heard(
        seed in any::<u64>(),
        text in prop::collection::vec(any::<u8>(), 0..=LONGEST_TEXT),
    ) {
        let person = person(seed);
        let piece = sealed(&person, &text);
        prop_assert_eq!(piece.len(), PIECE_BYTES);
        prop_assert_eq!(person.open(&ROOM, &piece), Ok(text));
    }

    #[test]
    fn any_bit_that_changed_is_noticed(
        seed in any::<u64>(),
        text in prop::collection::vec(any::<u8>(), 0..60),
        bit in 0..PIECE_BYTES * 8,
    ) {
        let person = person(seed);
        let mut piece = sealed(&person, &text);
        piece[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(person.open(&ROOM, &piece), Err(NotForMe));
    }

    #[test]
    fn no_other_bytes_open(bytes in prop::collection::vec(any::<u8>(), 0..2 * PIECE_BYTES)) {
        let person = person(1);
        prop_assert_eq!(person.open(&ROOM, &bytes), Err(NotForMe));
        let mut mine = bytes;
        mine.resize(PIECE_BYTES, 0);
        mine[..8].copy_from_slice(&person.tag().0);
        prop_assert_eq!(person.open(&ROOM, &mine), Err(NotForMe));
    }
}
