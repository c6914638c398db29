//! What a person gives, as letters: read back exactly, and every mistake told.

use proptest::prelude::*;
use std::path::Path;
use std::sync::OnceLock;
use vaekstspejl_engine::authoring::load;
use vaekstspejl_workshop::{
    answer::{Answer, Level},
    code::{BadCode, Coded, LONGEST, Lists, ShortTag, decode, encode, lists, looks_like_one},
    letter::{Given, Pseudonym},
    slots::Urgency,
};

fn real() -> &'static Lists {
    static LISTS: OnceLock<Lists> = OnceLock::new();
    LISTS.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
        let (content, _) = load(&folder, "da");
        lists(&content.later)
    })
}

fn coded(person: [u8; 5], turn: u16, levels: &[u8], needs: &[u8], stage: u8, wish: u8) -> Coded {
    let lists = real();
    let level = |(scale, it): (_, &u8)| Some((Clone::clone(scale), Level::new(*it)?));
    let levels = lists.scales.iter().zip(levels).filter_map(level).collect();
    let urgent = |(need, it): (_, &u8)| Some((Clone::clone(need), Urgency::new(*it)?));
    let urgency: std::collections::BTreeMap<_, _> =
        lists.needs.iter().zip(needs).filter_map(urgent).collect();
    let needs = urgency.keys().cloned().collect();
    let stage = lists.stages.get(usize::from(stage)).cloned();
    let wish = lists.needs.get(usize::from(wish)).cloned();
    let wish = wish.filter(|it| urgency.contains_key(it));
    Coded {
        person: ShortTag(person),
        turn,
        name: Pseudonym {
            word: 7,
            number: 42,
        },
        given: Given {
            answer: Answer {
                levels,
                needs,
                stage,
            },
            urgency,
            wish,
        },
    }
}

fn one() -> String {
    let coded = coded([1, 2, 3, 4, 5], 3, &[4; 60], &[0, 3, 0, 5], 2, 3);
    encode(real(), &coded).expect("the real lists fit into a code")
}

proptest! {
    #[test]
    fn what_is_given_comes_back_from_its_code(
        person in any::<[u8; 5]>(),
        turn in 1_u16..,
        levels in prop::collection::vec(0_u8..=5, 60),
        needs in prop::collection::vec(0_u8..=5, 40),
        stage in 0_u8..20,
        wish in 0_u8..40,
    ) {
        let coded = coded(person, turn, &levels, &needs, stage, wish);
        let code = encode(real(), &coded).expect("the real lists fit into a code");
        prop_assert!(code.len() <= LONGEST);
        prop_assert!(looks_like_one(&code));
        prop_assert_eq!(decode(real(), &code), Ok(coded.clone()));
        // as it is on a screen, in a link, and as somebody types it
        let grouped: Vec<String> = code.to_uppercase().as_bytes().chunks(4)
            .map(|it| String::from_utf8_lossy(it).into_owned()).collect();
        prop_assert_eq!(decode(real(), &grouped.join(" ")), Ok(coded.clone()));
        prop_assert_eq!(decode(real(), &format!(" {}\n", grouped.join("-"))), Ok(coded));
    }

    #[test]
    fn up_to_four_wrong_characters_are_noticed(places in prop::collection::btree_set(3_usize..50, 1..=4), shift in 1_usize..32) {
        const LETTERS: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
        let mut code = one().into_bytes();
        for place in places.into_iter().filter(|it| *it < one().len()) {
            let now = LETTERS.iter().position(|it| *it == code[place]).unwrap();
            code[place] = LETTERS[(now + shift) % 32];
        }
        let code = String::from_utf8(code).unwrap();
        prop_assert_eq!(decode(real(), &code), Err(BadCode::Mistyped));
    }

    #[test]
    fn nothing_typed_makes_it_panic(text in "\\PC*") {
        let _ = decode(real(), &text);
        let _ = decode(real(), &format!("vr1{text}"));
    }
}

#[test]
fn each_mistake_has_its_own_name() {
    assert_eq!(decode(real(), "hej"), Err(BadCode::NotACode));
    assert_eq!(decode(real(), "VS1QQQQ"), Err(BadCode::NotACode));
    assert_eq!(decode(real(), &"vr1".repeat(2_000)), Err(BadCode::TooLong));
    assert_eq!(
        decode(real(), &one().replacen('q', "b", 1)),
        Err(BadCode::Character('b'))
    );
    assert_eq!(
        decode(real(), &one()[..one().len() - 1]),
        Err(BadCode::Mistyped)
    );
}

#[test]
fn lists_in_another_order_are_another_edition() {
    let mut other = real().clone();
    other.needs.swap(0, 1);
    assert_ne!(other.edition(), real().edition());
    assert_eq!(decode(&other, &one()), Err(BadCode::OtherEdition));
}

#[test]
fn a_code_can_be_read_aloud() {
    // in groups of four: no more than a card number, three times
    assert!(one().len() <= 72, "{} characters", one().len());
}
