//! A workshop as the facilitator has it: what follows from the deeds, and what cannot be done.

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use vaekstspejl_engine::NeedId;
use vaekstspejl_envelope::PersonKey;
use vaekstspejl_workshop::{
    answer::{Answer, Level, Person},
    code::Lists,
    hall::{AdviserRow, Deed, Done, Hall, Paper, Programme, Refused, Seated, Slotted},
    letter::{Given, Letter, Pseudonym, What},
    register::{Standing, Took},
    slots::Urgency,
};

fn lists() -> Lists {
    Lists {
        scales: vec!["strategy".into(), "economy".into()],
        needs: vec!["finance".into(), "export".into()],
        stages: vec!["idea".into()],
    }
}

fn hall() -> Hall {
    Hall::new(lists())
}

fn given(need: &str, level: u8) -> Given {
    let need = NeedId::from(need);
    Given {
        answer: Answer {
            levels: BTreeMap::from([("strategy".into(), Level::new(level).expect("1 to 5"))]),
            needs: [need.clone()].into(),
            stage: None,
        },
        urgency: BTreeMap::from([(need, Urgency::USUAL)]),
        wish: None,
    }
}

fn said(of: u8, turn: u32, what: What) -> Deed {
    let letter = Letter {
        person: PersonKey::from_bytes([of; 32]),
        turn,
        name: Pseudonym {
            word: of,
            number: 2,
        },
        what,
    };
    Deed::Said(String::from_utf8(letter.to_json()).expect("JSON is UTF-8"))
}

fn gives(of: u8) -> Deed {
    said(of, 1, What::Gives(given("finance", 1 + of % 5)))
}

fn seated(groups: &[&[u32]]) -> Seated {
    Seated {
        likeness: 50,
        rounds: vec![
            groups
                .iter()
                .map(|it| it.iter().copied().collect())
                .collect(),
        ],
        ..Seated::default()
    }
}

fn filled(people: u8) -> Hall {
    let mut hall = hall();
    for of in 0..people {
        hall.act(&gives(of)).expect("an open room takes them");
    }
    hall
}

#[test]
fn five_people_make_a_picture_and_four_do_not() {
    let mut hall = filled(4);
    assert!(matches!(hall.act(&Deed::Shown), Ok(Done::NotShown(_))));
    assert!(hall.room().picture().is_none());
    hall.act(&gives(4)).unwrap();
    assert_eq!(hall.act(&Deed::Shown), Ok(Done::Shown(1)));
    assert_eq!(hall.room().picture().map(|it| it.people), Some(5));
}

#[test]
fn who_is_here_without_having_given_anything_is_not_in_the_picture() {
    let mut hall = filled(5);
    hall.act(&said(9, 1, What::Here)).unwrap();
    assert_eq!(hall.register().present(), 6);
    hall.act(&Deed::Shown).unwrap();
    assert_eq!(hall.room().picture().map(|it| it.people), Some(5));
}

#[test]
fn what_is_taken_back_is_not_in_the_next_picture() {
    let mut hall = filled(8);
    for of in 0..3 {
        hall.act(&said(of, 2, What::Here)).unwrap();
    }
    hall.act(&Deed::Shown).unwrap();
    assert_eq!(hall.room().picture().map(|it| it.people), Some(5));
}

#[test]
fn somebody_marked_as_left_can_be_here_after_all_with_what_they_gave() {
    let mut hall = filled(1);
    let mark = |left| Deed::Marked { person: 0, left };
    assert_eq!(hall.act(&mark(true)), Ok(Done::Took(Took::Left(Person(0)))));
    assert_eq!(hall.register().present(), 0);
    assert_eq!(
        hall.act(&mark(false)),
        Ok(Done::Took(Took::Changed(Person(0))))
    );
    assert_eq!(
        hall.register().entries()[0].standing,
        Standing::Given(given("finance", 1))
    );
    assert_eq!(
        hall.act(&Deed::Marked {
            person: 7,
            left: true
        }),
        Err(Refused::NoSuchPerson)
    );
}

#[test]
fn a_plan_is_taken_back_to_the_very_plan_before() {
    let mut hall = filled(6);
    let first = seated(&[&[0, 1, 2], &[3, 4, 5]]);
    let second = seated(&[&[0, 3, 4], &[1, 2, 5]]);
    hall.act(&Deed::Seated(first.clone())).unwrap();
    hall.act(&Deed::Seated(second.clone())).unwrap();
    assert_eq!(hall.seated(), Some(&second));
    hall.act(&Deed::Undone).unwrap();
    assert_eq!(hall.seated(), Some(&first));
    hall.act(&Deed::Undone).unwrap();
    assert_eq!(hall.seated(), None);
    assert!(!hall.can_undo());
    assert_eq!(hall.act(&Deed::Undone), Err(Refused::NothingToUndo));
}

#[test]
fn what_a_person_said_is_not_taken_back_with_a_plan() {
    let mut hall = filled(6);
    hall.act(&Deed::Seated(seated(&[&[0, 1, 2], &[3, 4, 5]])))
        .unwrap();
    hall.act(&gives(6)).unwrap();
    hall.act(&Deed::Undone).unwrap();
    assert_eq!(hall.register().present(), 7);
}

#[test]
fn what_is_out_of_range_changes_nothing() {
    let mut hall = filled(2);
    let usual = Programme::default();
    for wrong in [
        Programme {
            start: 24 * 60,
            ..usual.clone()
        },
        Programme {
            rounds: 0,
            ..usual.clone()
        },
        Programme {
            seconds: 5,
            ..usual.clone()
        },
        Programme {
            smallest: 16,
            ..usual.clone()
        },
        Programme {
            smallest: 1,
            ..usual.clone()
        },
        Programme {
            slots: 99,
            ..usual.clone()
        },
        Programme {
            slot_minutes: 0,
            ..usual.clone()
        },
    ] {
        assert_eq!(hall.act(&Deed::Programme(wrong)), Err(Refused::Range));
    }
    assert_eq!(
        hall.act(&Deed::Seated(seated(&[&[0, 1, 9]]))),
        Err(Refused::Range)
    );
    let slotted = Slotted {
        slots: vec![(0, 1, 9, "finance".into())],
        ..Slotted::default()
    };
    assert_eq!(hall.act(&Deed::Slotted(slotted)), Err(Refused::Range));
    let adviser = |id, help| AdviserRow {
        id,
        name: "Jura".into(),
        helps: [("finance".into(), help)].into(),
        times: BTreeSet::from([0]),
    };
    assert_eq!(
        hall.act(&Deed::Advisers(vec![adviser(1, 4)])),
        Err(Refused::Range)
    );
    assert_eq!(
        hall.act(&Deed::Advisers(vec![adviser(1, 3), adviser(1, 3)])),
        Err(Refused::Range)
    );
    assert_eq!(hall.programme(), &usual);
    assert!(!hall.can_undo());
}

#[test]
fn a_closed_room_takes_nobody_more_and_keeps_its_plan() {
    let mut hall = filled(6);
    hall.act(&Deed::Shown).unwrap();
    hall.act(&Deed::Closed).unwrap();
    assert!(hall.is_closed());
    assert_eq!(hall.act(&gives(9)), Err(Refused::Closed));
    assert_eq!(hall.register().present(), 6);
    assert!(hall.room().picture().is_some());
}

#[test]
fn paper_is_somebody_new_and_an_empty_form_is_refused() {
    let mut hall = hall();
    let name = Pseudonym { word: 3, number: 7 };
    let paper = Deed::Paper(Paper::new(name, given("export", 2)));
    assert_eq!(hall.act(&paper), Ok(Done::Took(Took::Joined(Person(0)))));
    let empty = Deed::Paper(Paper {
        name,
        given: String::new(),
    });
    assert_eq!(hall.act(&empty), Err(Refused::Paper));
    let no_number = Paper::new(Pseudonym { word: 3, number: 1 }, given("export", 2));
    assert_eq!(hall.act(&Deed::Paper(no_number)), Err(Refused::Paper));
}

fn any_deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        8 => (0_u8..12, 1_u32..4, 0_u8..4).prop_map(|(of, turn, what)| said(of, turn, match what {
            0 => What::Here,
            1 => What::Leaves,
            level => What::Gives(given("finance", level)),
        })),
        2 => (0_u32..12, any::<bool>()).prop_map(|(person, left)| Deed::Marked { person, left }),
        2 => Just(Deed::Shown),
        1 => Just(Deed::Undone),
        1 => prop::collection::btree_set(0_u32..12, 0..6).prop_map(|people| {
            Deed::Seated(Seated { rounds: vec![vec![people]], ..Seated::default() })
        }),
        1 => (1_u16..9).prop_map(|rounds| Deed::Programme(Programme { rounds, ..Programme::default() })),
        1 => Just(Deed::Coded("vr1nonsense".into())),
        1 => "\\PC*".prop_map(Deed::Said),
    ]
}

proptest! {
    /// A page that is loaded again does the deeds again that were done, from what was written down.
    #[test]
    fn the_deeds_that_were_done_make_the_same_room_again(deeds in prop::collection::vec(any_deed(), 0..60)) {
        let mut hall = hall();
        let done: Vec<String> = deeds
            .iter()
            .filter(|deed| hall.act(deed).is_ok())
            .map(|deed| serde_json::to_string(deed).unwrap())
            .collect();
        let mut again = self::hall();
        for deed in done {
            let deed: Deed = serde_json::from_str(&deed).unwrap();
            prop_assert!(again.act(&deed).is_ok());
        }
        prop_assert_eq!(again.register(), hall.register());
        prop_assert_eq!(again.room().picture(), hall.room().picture());
        prop_assert_eq!(again.programme(), hall.programme());
        prop_assert_eq!(again.seated(), hall.seated());
        prop_assert_eq!(again.can_undo(), hall.can_undo());
    }

    /// Who gives something is in the room of the picture, and nobody else.
    #[test]
    fn the_picture_is_of_those_who_give(deeds in prop::collection::vec(any_deed(), 0..60)) {
        let mut hall = hall();
        for deed in &deeds {
            let _ = hall.act(deed);
        }
        let before = hall.room().picture().map(|it| it.number);
        let given = hall.register().given().count();
        if let Ok(Done::Shown(number)) = hall.act(&Deed::Shown) {
            let picture = hall.room().picture().unwrap();
            prop_assert!(before.is_none_or(|it| it < number));
            prop_assert_eq!(picture.people, given);
            prop_assert!(given >= 5);
        }
    }
}
