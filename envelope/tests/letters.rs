//! Letters: who can open them, and that nobody can change one unseen.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod common;

use common::Seeded;
use proptest::prelude::*;
use vaekstspejl_envelope::{
    BadLetter, Header, Key, Kid, LetterKind, Mid, OpenError, Opened, PublicKey, SealError, Sid,
    open, seal,
};

const KINDS: [LetterKind; 2] = [LetterKind::Submission, LetterKind::RoomAnswer];

/// A mailbox with one key, and a letter in it.
struct Case {
    key: Key,
    mid: Mid,
    sid: Sid,
    letter: Vec<u8>,
}

fn case(kind: LetterKind, payload: &[u8]) -> Case {
    let mut rng = Seeded::new(1);
    let key = Key::random(&mut rng, 20_000);
    let (mid, sid) = (key.public.mid(), Sid::random(&mut rng));
    let letter = seal(kind, &key.public, &mid, &sid, payload, &mut rng).unwrap();
    Case {
        key,
        mid,
        sid,
        letter,
    }
}

impl Case {
    fn open(&self, letter: &[u8]) -> Result<Opened, OpenError> {
        open(letter, &self.mid, std::slice::from_ref(&self.key))
    }
}

#[test]
fn the_office_reads_what_the_sender_wrote() {
    for kind in KINDS {
        let case = case(kind, b"Byens Bageri");
        let opened = case.open(&case.letter).unwrap();
        assert_eq!(opened.payload, b"Byens Bageri");
        assert_eq!(opened.header.kind, kind);
        assert_eq!(opened.header.sid, case.sid);
        assert_eq!(opened.header, Header::parse(&case.letter).unwrap());
    }
}

#[test]
fn a_letters_length_says_nothing_of_what_is_in_it() {
    let bare = br#"{"v":1,"result":"x"}"#.as_slice();
    let contact = br#"{"v":1,"result":"x","contact":{"name":"Bo","mail":"bo@example.dk"}}"#;
    for kind in KINDS {
        let full = vec![b'x'; kind.room()];
        for payload in [b"".as_slice(), bare, contact, &full] {
            let case = case(kind, payload);
            assert_eq!(case.letter.len(), kind.total());
            assert_eq!(case.open(&case.letter).unwrap().payload, payload);
        }
    }
}

#[test]
fn a_letter_has_room_for_what_its_frame_leaves() {
    // 48 header, 32 encapsulated key, 16 tag, 4 length
    assert_eq!(LetterKind::Submission.room(), 4096 - 48 - 32 - 16 - 4);
    assert_eq!(LetterKind::RoomAnswer.room(), 1024 - 48 - 32 - 16 - 4);
}

#[test]
fn a_payload_one_byte_too_long_is_refused() {
    let mut rng = Seeded::new(1);
    let key = Key::random(&mut rng, 0);
    for kind in KINDS {
        let payload = vec![0; kind.room() + 1];
        let sealed = seal(
            kind,
            &key.public,
            &key.public.mid(),
            &Sid([0; 16]),
            &payload,
            &mut rng,
        );
        assert_eq!(sealed, Err(SealError::TooLong));
    }
}

/// All 32,768 and 8,192 of them.
#[test]
fn a_letter_with_one_bit_flipped_is_rejected() {
    for kind in KINDS {
        let case = case(kind, b"Byens Bageri");
        let mut letter = case.letter.clone();
        for bit in 0..letter.len() * 8 {
            letter[bit / 8] ^= 1 << (bit % 8);
            assert!(case.open(&letter).is_err(), "{kind:?}, bit {bit}");
            letter[bit / 8] ^= 1 << (bit % 8);
        }
        assert!(case.open(&letter).is_ok());
    }
}

#[test]
fn a_letter_cut_off_or_grown_anywhere_is_rejected() {
    for kind in KINDS {
        let case = case(kind, b"Byens Bageri");
        for length in 0..case.letter.len() {
            let expected = Err(OpenError::Bad(BadLetter::Length));
            assert_eq!(case.open(&case.letter[..length]), expected);
        }
        let grown = [case.letter.as_slice(), &[0]].concat();
        assert_eq!(case.open(&grown), Err(OpenError::Bad(BadLetter::Length)));
    }
}

#[test]
fn what_is_wrong_with_a_header_is_named() {
    let case = case(LetterKind::Submission, b"");
    for (byte, value, expected) in [
        (0, b'v', BadLetter::Magic),
        (4, 2, BadLetter::Version),
        (5, 2, BadLetter::Suite),
        (6, 3, BadLetter::Kind),
        (6, 2, BadLetter::Length),
        (7, 1, BadLetter::Flags),
    ] {
        let mut letter = case.letter.clone();
        letter[byte] = value;
        assert_eq!(Header::parse(&letter), Err(expected), "byte {byte}");
    }
}

#[test]
fn a_letter_for_another_mailbox_is_not_opened_even_with_the_right_key() {
    let case = case(LetterKind::Submission, b"Byens Bageri");
    let other = Mid([7; 16]);
    let keys = [case.key.clone()];
    assert_eq!(
        open(&case.letter, &other, &keys),
        Err(OpenError::OtherMailbox)
    );
    // the relay moves it and writes the other mailbox into it
    let mut moved = case.letter.clone();
    moved[16..32].copy_from_slice(&other.0);
    assert_eq!(open(&moved, &other, &keys), Err(OpenError::NotAuthentic));
}

#[test]
fn a_letter_under_another_id_is_not_opened() {
    let case = case(LetterKind::Submission, b"Byens Bageri");
    let mut renamed = case.letter.clone();
    renamed[32..48].copy_from_slice(&[7; 16]);
    assert_eq!(case.open(&renamed), Err(OpenError::NotAuthentic));
}

#[test]
fn a_letter_to_a_key_that_is_not_here_names_the_key() {
    let case = case(LetterKind::Submission, b"Byens Bageri");
    let expected = Err(OpenError::UnknownKey(case.key.kid));
    assert_eq!(open(&case.letter, &case.mid, &[]), expected);
    let stranger = Key::random(&mut Seeded::new(2), 0);
    assert_eq!(open(&case.letter, &case.mid, &[stranger]), expected);
}

#[test]
fn a_letter_that_names_the_wrong_key_is_not_authentic() {
    let case = case(LetterKind::Submission, b"Byens Bageri");
    let stranger = Key::random(&mut Seeded::new(2), 0);
    let mut letter = case.letter.clone();
    letter[8..16].copy_from_slice(&stranger.kid.0);
    assert_eq!(
        open(&letter, &case.mid, &[stranger]),
        Err(OpenError::NotAuthentic)
    );
}

#[test]
fn a_retired_key_still_opens_its_letters() {
    let case = case(LetterKind::Submission, b"Byens Bageri");
    let newer = Key::random(&mut Seeded::new(2), 0);
    let keys = [newer, case.key.clone()];
    assert!(open(&case.letter, &case.mid, &keys).is_ok());
}

#[test]
fn the_same_payload_sealed_twice_is_not_the_same_letter() {
    let mut rng = Seeded::new(1);
    let key = Key::random(&mut rng, 0);
    let sid = Sid([1; 16]);
    let mut again = || {
        seal(
            LetterKind::RoomAnswer,
            &key.public,
            &key.public.mid(),
            &sid,
            b"4",
            &mut rng,
        )
        .unwrap()
    };
    assert_ne!(again()[48..], again()[48..]);
}

/// The points of order 1, 2, 4 and 8 on Curve25519 and its twist: RFC 7748 §6.1 asks to check
/// for the all-zero secret they give. Every such u-coordinate, also with p added and with the
/// unused highest bit set.
#[test]
fn a_public_key_of_low_order_is_refused() {
    let order_8_a = "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800";
    let order_8_b = "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157";
    // p = 2^255 - 19, little-endian
    let p = |last: u8| {
        let mut bytes = [0xff; 32];
        (bytes[0], bytes[31]) = (last, 0x7f);
        bytes
    };
    let small = |first: u8| {
        let mut bytes = [0; 32];
        bytes[0] = first;
        bytes
    };
    let known = |hex| vaekstspejl_envelope::receipt::unhex(hex).unwrap();
    for mut point in [
        small(0),
        small(1),
        known(order_8_a),
        known(order_8_b),
        p(0xec), // p - 1
        p(0xed), // p
        p(0xee), // p + 1
    ] {
        assert!(PublicKey::from_bytes(point).is_err(), "{point:02x?}");
        point[31] |= 0x80;
        assert!(PublicKey::from_bytes(point).is_err(), "{point:02x?}");
    }
}

#[test]
fn a_letter_with_an_encapsulated_key_of_low_order_is_rejected() {
    let case = case(LetterKind::RoomAnswer, b"4");
    for low in [0, 1] {
        let mut letter = case.letter.clone();
        letter[48..80].fill(0);
        letter[48] = low;
        assert_eq!(case.open(&letter), Err(OpenError::NotAuthentic));
    }
}

#[test]
fn ids_are_made_as_the_protocol_says() {
    use vaekstspejl_envelope::receipt::sha256;
    let key = [9; 32];
    let of = |label: &[u8]| sha256(&[label, &[1], &key].concat());
    assert_eq!(Mid::of(1, &key).0, of(b"vmb1/mid\0")[..16]);
    assert_eq!(Kid::of(1, &key).0, of(b"vmb1/kid\0")[..8]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_sealed_is_opened(
        seed: u64,
        room: bool,
        payload in proptest::collection::vec(any::<u8>(), 0..4096),
    ) {
        let mut rng = Seeded::new(seed);
        let kind = if room { LetterKind::RoomAnswer } else { LetterKind::Submission };
        let key = Key::random(&mut rng, 0);
        let (mid, sid) = (key.public.mid(), Sid::random(&mut rng));
        let sealed = seal(kind, &key.public, &mid, &sid, &payload, &mut rng);
        match sealed {
            Ok(letter) => prop_assert_eq!(open(&letter, &mid, &[key]).unwrap().payload, payload),
            Err(error) => {
                prop_assert_eq!(error, SealError::TooLong);
                prop_assert!(payload.len() > kind.room());
            }
        }
    }

    #[test]
    fn no_bytes_make_opening_panic(bytes in proptest::collection::vec(any::<u8>(), 0..5000)) {
        let key = Key::random(&mut Seeded::new(1), 0);
        prop_assert!(open(&bytes, &key.public.mid(), &[key]).is_err());
    }

    #[test]
    fn a_public_key_reads_what_it_writes(seed: u64) {
        let public = Key::random(&mut Seeded::new(seed), 0).public;
        prop_assert_eq!(PublicKey::parse(&public.to_string()), Ok(public));
        prop_assert_eq!(public.to_string().len(), 43);
    }
}
