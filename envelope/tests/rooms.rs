//! Room links: what mails and chats do to them, and what is refused.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod common;

use base64ct::{Base64UrlUnpadded, Encoding};
use common::Seeded;
use proptest::prelude::*;
use vaekstspejl_envelope::passphrase::{DANISH, words};
use vaekstspejl_envelope::receipt::sha256;
use vaekstspejl_envelope::room::BadRoomLink;
use vaekstspejl_envelope::{Key, Post, RoomLink};

fn link(seed: u64) -> RoomLink {
    let mut rng = Seeded::new(seed);
    RoomLink {
        public: Key::random(&mut rng, 0).public,
        post: Post::random(&mut rng),
    }
}

/// A fragment with the right checksum around any content.
fn fragment(body: &[u8]) -> String {
    let checked = [body, &sha256(body)[..4]].concat();
    ["1", &Base64UrlUnpadded::encode_string(&checked)].concat()
}

#[test]
fn a_link_is_73_characters_and_reads_what_it_writes() {
    let link = link(1);
    let fragment = link.to_fragment();
    assert_eq!(fragment.len(), 73);
    assert!(fragment.starts_with('1'));
    assert_eq!(RoomLink::parse(&fragment), Ok(link));
}

#[test]
fn what_becomes_of_a_link_on_its_way_is_understood() {
    let link = link(2);
    let it = link.to_fragment();
    let (head, tail) = it.split_at(30);
    for mangled in [
        format!("https://spejl.example/r#{it}"),
        format!("https://spejl.example/r%23{it}"),
        format!("https://spejl.example/r%2523{it}"),
        format!("https://filter.example/?url=https%3A%2F%2Fspejl.example%2Fr%23{it}&data=05%7C02"),
        format!("  {it}\r\n"),
        format!("{head}\r\n  {tail}"),
        format!("{head}\u{ad}{tail}"),
        format!("\u{feff}{head}\u{200b}\u{200d}{tail}"),
        format!("<https://spejl.example/r#{it}>"),
        format!("»https://spejl.example/r#{it}«."),
    ] {
        assert_eq!(RoomLink::parse(&mangled).as_ref(), Ok(&link), "{mangled}");
    }
}

#[test]
fn one_wrong_character_is_told() {
    let fragment = link(3).to_fragment();
    for at in 1..fragment.len() {
        for other in ['A', 'z', '7', '-'] {
            let mut wrong: Vec<char> = fragment.chars().collect();
            if wrong[at] == other {
                continue;
            }
            wrong[at] = other;
            let wrong: String = wrong.into_iter().collect();
            assert_eq!(
                RoomLink::parse(&wrong),
                Err(BadRoomLink::Checksum),
                "{wrong}"
            );
        }
    }
}

#[test]
fn each_way_of_being_wrong_has_its_own_name() {
    let whole = link(4).to_fragment();
    let body = Base64UrlUnpadded::decode_vec(&whole[1..]).unwrap();
    let with = |at: usize, value: u8| {
        let mut body = body[..50].to_vec();
        body[at] = value;
        fragment(&body)
    };
    let low_order = fragment(&[&[1, 1], [0; 32].as_slice(), &body[34..50]].concat());
    for (input, expected) in [
        (String::new(), BadRoomLink::Length),
        (
            String::from("https://spejl.example/r#"),
            BadRoomLink::Length,
        ),
        (String::from(&whole[..72]), BadRoomLink::Length),
        (format!("{whole}A"), BadRoomLink::Length),
        ("A".repeat(100_000), BadRoomLink::Length),
        (whole.replacen('1', "2", 1), BadRoomLink::Version),
        (
            whole.replacen(&whole[9..10], "æ", 1),
            BadRoomLink::Character,
        ),
        (with(0, 2), BadRoomLink::Version),
        (with(1, 2), BadRoomLink::Suite),
        (low_order, BadRoomLink::Key),
    ] {
        assert_eq!(RoomLink::parse(&input), Err(expected), "{input:.80}");
    }
    assert!(RoomLink::parse(&with(0, 1)).is_ok());
}

#[test]
fn everybody_in_a_room_sees_the_same_three_words_and_others_see_others() {
    let list = words(DANISH);
    let here = link(5);
    let phone = RoomLink::parse(&here.to_fragment()).unwrap();
    assert_eq!(here.check_words(&list), phone.check_words(&list));
    assert_ne!(here.check_words(&list), link(6).check_words(&list));
    assert_eq!(here.check_words(&[]), None);
    // from the first twelve bytes of the hash of the key, four for each word
    let hash = sha256(here.public.as_bytes());
    let first = u32::from_be_bytes(hash[..4].try_into().unwrap());
    assert_eq!(
        here.check_words(&list).unwrap()[0],
        list[(first % 2048) as usize]
    );
}

proptest! {
    #[test]
    fn no_text_makes_reading_panic(text in "\\PC{0,200}") {
        let _ = RoomLink::parse(&text);
    }

    #[test]
    fn whatever_is_read_is_written_the_same(seed: u64) {
        let fragment = link(seed).to_fragment();
        prop_assert_eq!(RoomLink::parse(&fragment).unwrap().to_fragment(), fragment);
    }
}
