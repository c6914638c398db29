//! What one phone is told: fits into its piece whatever it says, and nothing that does not is read.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use proptest::{collection, option, prelude::*};
use serde_json::{Value, json};
use vaekstspejl_envelope::place::LONGEST_TEXT as LONGEST_SEALED;
use vaekstspejl_workshop::place::{
    LONGEST_TEXT, MOST_ROUNDS, MOST_SLOTS, NotAPlace, Place, Slot, VERSION,
};

/// As much as there may be, in letters of this kind.
fn longest(letter: &str) -> Place {
    let text = letter.repeat(200);
    let slot = Slot {
        from: 1_379,
        to: 1_440,
        adviser: text.clone(),
    };
    Place {
        v: VERSION,
        number: u32::MAX,
        name: Some(text),
        rounds: vec![u16::MAX; MOST_ROUNDS],
        slots: vec![slot; MOST_SLOTS],
        waits: true,
        closed: true,
    }
}

fn read(json: &Value) -> Result<Place, NotAPlace> {
    Place::from_json(json.to_string().as_bytes())
}

#[test]
fn the_longest_there_is_fits_into_a_piece_and_is_read() {
    for letter in ["x", "å", "€", "🦦", "\"", "\\", "\n", "\u{1}", "\u{7f}"] {
        let json = longest(letter).to_json();
        assert!(json.len() <= LONGEST_SEALED, "{letter:?}: {}", json.len());
        let place = Place::from_json(&json).unwrap();
        assert!(place.name.unwrap().len() <= LONGEST_TEXT);
        assert_eq!(place.slots.len(), MOST_SLOTS);
    }
}

#[test]
fn more_than_there_may_be_is_left_out_and_text_is_cut_between_letters() {
    let mut much = longest("å");
    much.rounds = (1..=20).collect();
    much.slots = (0..5)
        .map(|it| Slot {
            from: it,
            to: it + 20,
            adviser: "Anna \"i\" lokale\\2\n".to_owned(),
        })
        .collect();
    let place = Place::from_json(&much.to_json()).unwrap();
    assert_eq!(place.rounds, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(place.slots.len(), 2);
    assert_eq!(place.slots[0].adviser, "Anna i lokale2");
    assert_eq!(place.name.unwrap(), "å".repeat(30));
}

#[test]
fn what_does_not_fit_is_refused() {
    let good = || {
        json!({
            "v": 1, "number": 1, "name": "Odder 12 B", "rounds": [3, 0, 7],
            "slots": [{"from": 600, "to": 620, "adviser": "Anna"}],
        })
    };
    assert!(read(&good()).is_ok());
    assert!(read(&json!({"v": 1, "number": 0, "closed": true, "newer": [1]})).is_ok());
    let slot =
        |from: i64, to: i64, adviser: &str| json!({"from": from, "to": to, "adviser": adviser});
    let long = "x".repeat(LONGEST_TEXT + 1);
    for (key, bad) in [
        ("v", json!(2)),
        ("v", json!(0)),
        ("number", json!(-1)),
        ("number", json!(4_294_967_296_u64)),
        ("name", json!(long)),
        ("rounds", json!([1, 2, 3, 4, 5, 6, 7, 8, 9])),
        ("rounds", json!([65_536])),
        ("slots", json!([slot(600, 600, "Anna")])),
        ("slots", json!([slot(620, 600, "Anna")])),
        ("slots", json!([slot(600, 1_441, "Anna")])),
        ("slots", json!([slot(-1, 20, "Anna")])),
        ("slots", json!([slot(600, 620, &long)])),
        (
            "slots",
            json!([slot(1, 2, ""), slot(1, 2, ""), slot(1, 2, "")]),
        ),
        ("closed", json!("yes")),
    ] {
        let mut json = good();
        json[key] = bad;
        assert_eq!(read(&json), Err(NotAPlace), "{json}");
    }
}

fn any_place() -> impl Strategy<Value = Place> {
    let text = "[^\\x00-\\x1f\\x7f-\\x9f\"\\\\]{0,15}";
    let slot = (0..1_440_u16, 1..=1_440_u16, text);
    let slot = slot.prop_filter("it lasts", |(from, to, _)| from < to);
    let slot = slot.prop_map(|(from, to, adviser)| Slot { from, to, adviser });
    let rounds = collection::vec(any::<u16>(), 0..=MOST_ROUNDS);
    let slots = collection::vec(slot, 0..=MOST_SLOTS);
    let flags = (any::<bool>(), any::<bool>());
    (any::<u32>(), option::of(text), rounds, slots, flags).prop_map(
        |(number, name, rounds, slots, (waits, closed))| Place {
            v: VERSION,
            number,
            name,
            rounds,
            slots,
            waits,
            closed,
        },
    )
}

proptest! {
    #[test]
    fn what_is_told_is_read(place in any_place()) {
        let json = place.to_json();
        prop_assert!(json.len() <= LONGEST_SEALED);
        prop_assert_eq!(Place::from_json(&json), Ok(place));
    }

    #[test]
    fn whatever_a_facilitator_writes_fits_and_is_read(
        name in option::of(".{0,300}"),
        adviser in any::<String>(),
        rounds in collection::vec(any::<u16>(), 0..30),
    ) {
        let slot = Slot { from: 1_000, to: 1_020, adviser };
        let place = Place {
            number: u32::MAX,
            name,
            rounds,
            slots: vec![slot; 3],
            waits: true,
            closed: true,
            ..Place::default()
        };
        let json = place.to_json();
        prop_assert!(json.len() <= LONGEST_SEALED);
        prop_assert!(Place::from_json(&json).is_ok());
    }

    #[test]
    fn no_bytes_are_a_panic(bytes in collection::vec(any::<u8>(), 0..600)) {
        let _ = Place::from_json(&bytes);
    }
}
