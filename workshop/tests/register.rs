//! Who is in the room: nobody is lost and nobody is there twice, whatever comes in whichever order.

use proptest::prelude::*;
use std::collections::BTreeMap;
use vaekstspejl_engine::NeedId;
use vaekstspejl_envelope::PersonKey;
use vaekstspejl_workshop::{
    answer::{Answer, Person},
    code::{Coded, ShortTag},
    letter::{Given, Letter, Pseudonym, What},
    register::{MOST_PEOPLE, Register, Source, Standing, Took},
    slots::Urgency,
};

const ODDER_12: Pseudonym = Pseudonym {
    word: 1,
    number: 12,
};

fn key(of: u8) -> PersonKey {
    PersonKey::from_bytes([of; 32])
}

fn given(need: &str) -> Given {
    let need = NeedId::from(need);
    Given {
        answer: Answer {
            needs: [need.clone()].into(),
            ..Answer::default()
        },
        urgency: BTreeMap::from([(need, Urgency::USUAL)]),
        wish: None,
    }
}

fn letter(of: u8, turn: u32, what: What) -> Letter {
    Letter {
        person: key(of),
        turn,
        name: ODDER_12,
        what,
    }
}

fn code(of: u8, turn: u16, need: &str) -> Coded {
    Coded {
        person: ShortTag::of(&key(of).tag()),
        turn,
        name: ODDER_12,
        given: given(need),
    }
}

#[test]
fn a_letter_that_comes_twice_is_one_person() {
    let mut register = Register::default();
    assert_eq!(
        register.take_letter(letter(1, 1, What::Here)),
        Took::Joined(Person(0))
    );
    assert_eq!(
        register.take_letter(letter(1, 1, What::Here)),
        Took::Known(Person(0))
    );
    assert_eq!(register.present(), 1);
}

#[test]
fn a_later_word_takes_the_place_of_an_earlier_one_and_not_the_other_way() {
    let mut register = Register::default();
    register.take_letter(letter(1, 2, What::Gives(given("finance"))));
    assert_eq!(
        register.take_letter(letter(1, 1, What::Here)),
        Took::Known(Person(0))
    );
    assert_eq!(
        register.take_letter(letter(1, 3, What::Gives(given("export")))),
        Took::Changed(Person(0))
    );
    let (_, kept) = register.given().next().unwrap();
    assert_eq!(*kept, given("export"));
}

#[test]
fn by_letter_and_by_code_somebody_is_one_person_and_can_still_be_told_their_place() {
    for code_first in [true, false] {
        let mut register = Register::default();
        let by_letter = letter(1, 2, What::Gives(given("finance")));
        if code_first {
            assert_eq!(
                register.take_code(code(1, 2, "finance")),
                Took::Joined(Person(0))
            );
            assert_eq!(register.take_letter(by_letter), Took::Known(Person(0)));
        } else {
            assert_eq!(register.take_letter(by_letter), Took::Joined(Person(0)));
            assert_eq!(
                register.take_code(code(1, 2, "finance")),
                Took::Known(Person(0))
            );
        }
        assert_eq!(register.entries().len(), 1);
        assert_eq!(register.entries()[0].key, Some(key(1)));
    }
}

#[test]
fn who_has_left_is_not_there_and_may_come_back_to_the_same_place() {
    let mut register = Register::default();
    register.take_letter(letter(1, 1, What::Here));
    register.take_letter(letter(2, 1, What::Here));
    assert_eq!(
        register.take_letter(letter(1, 2, What::Leaves)),
        Took::Left(Person(0))
    );
    assert_eq!(register.present(), 1);
    assert_eq!(
        register.take_letter(letter(1, 3, What::Here)),
        Took::Changed(Person(0))
    );
    assert_eq!(register.present(), 2);
}

#[test]
fn who_left_before_their_arrival_came_stays_away() {
    let mut register = Register::default();
    assert_eq!(
        register.take_letter(letter(1, 2, What::Leaves)),
        Took::Left(Person(0))
    );
    assert_eq!(
        register.take_letter(letter(1, 1, What::Here)),
        Took::Known(Person(0))
    );
    assert_eq!(register.present(), 0);
}

#[test]
fn names_are_told_apart() {
    let mut register = Register::default();
    for of in 1..=3 {
        register.take_letter(letter(of, 1, What::Here));
    }
    let titles: Vec<String> = register
        .entries()
        .iter()
        .map(|it| it.title(&["Elg", "Odder"]))
        .collect();
    assert_eq!(titles, ["Odder 12", "Odder 12 B", "Odder 12 C"]);
}

#[test]
fn a_word_of_no_list_is_called_something_all_the_same() {
    let mut register = Register::default();
    let mut strange = letter(1, 1, What::Here);
    strange.name.word = 250;
    register.take_letter(strange);
    assert_eq!(
        register.entries()[0].title(&["Elg", "Odder", "Ulv"]),
        "Odder 12"
    );
    assert_eq!(register.entries()[0].title(&[]), "? 12");
}

#[test]
fn two_papers_are_two_people() {
    let mut register = Register::default();
    register.take_paper(ODDER_12, given("finance"));
    register.take_paper(ODDER_12, given("finance"));
    assert_eq!(register.present(), 2);
    assert!(
        register
            .entries()
            .iter()
            .all(|it| it.source == Source::Paper)
    );
}

#[test]
fn a_full_room_says_so_and_still_hears_those_inside() {
    let mut register = Register::default();
    for _ in 0..MOST_PEOPLE {
        register.take_paper(ODDER_12, given("finance"));
    }
    assert_eq!(register.take_letter(letter(1, 1, What::Here)), Took::Full);
    assert_eq!(register.present(), MOST_PEOPLE);
}

#[test]
fn what_somebody_would_like_to_talk_about_becomes_a_wish() {
    let mut register = Register::default();
    let mut wishing = given("finance");
    wishing.wish = Some("finance".into());
    register.take_letter(letter(1, 1, What::Gives(wishing)));
    let seekers = register.seekers(&Default::default());
    assert_eq!(seekers[0].wishes.len(), 1);
}

proptest! {
    /// Letters doubled and shuffled: everybody is there once, with the last word they said.
    #[test]
    fn order_and_repetition_change_nothing(
        said in prop::collection::vec((0_u8..20, 1_u32..6, 0_u8..4), 1..80),
        order in any::<u64>(),
    ) {
        let what = |(of, turn, what): (u8, u32, u8)| match what {
            0 => letter(of, turn, What::Here),
            1 => letter(of, turn, What::Leaves),
            // the same turn is the same word: a phone counts
            other => letter(of, turn, What::Gives(given(if other == 2 { "finance" } else { "export" }))),
        };
        // one word for each person and turn
        let words: BTreeMap<(u8, u32), u8> = said.iter().map(|it| ((it.0, it.1), it.2)).collect();
        let mut letters: Vec<Letter> = words.iter().map(|((of, turn), it)| what((*of, *turn, *it))).collect();
        letters.extend(letters.clone());
        let mut chance = vaekstspejl_workshop::chance::Chance::new(order);
        chance.shuffle(&mut letters);
        let mut register = Register::default();
        for letter in letters {
            register.take_letter(letter);
        }
        let last: BTreeMap<u8, u8> = words.iter().map(|((of, _), it)| (*of, *it)).collect();
        prop_assert_eq!(register.entries().len(), last.len());
        let present = last.values().filter(|it| **it != 1).count();
        prop_assert_eq!(register.present(), present);
        for (of, word) in last {
            let entry = register.entries().iter().find(|it| it.key == Some(key(of))).unwrap();
            let expected = match word {
                0 => Standing::Here,
                1 => Standing::Left,
                2 => Standing::Given(given("finance")),
                _ => Standing::Given(given("export")),
            };
            prop_assert_eq!(&entry.standing, &expected);
        }
    }
}
