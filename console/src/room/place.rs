//! What each phone is told of the plan: its own group, rounds and slots, its name when another has
//! the same, and that the room is closed.

use vaekstspejl_envelope::PersonKey;
use vaekstspejl_workshop::{
    answer::Person,
    hall::{Hall, Seated, script},
    place::{MOST_SLOTS, Place, Slot},
    register::Standing,
    run_sheet::{Clock, programme, slot_times},
    slots::Reason,
};

/// What a person is told. The number is put on it when it is sealed.
pub fn place_of(hall: &Hall, person: Person, names: &[&str]) -> Place {
    let entry = hall.register().entry(person);
    let left = entry.is_none_or(|it| it.standing == Standing::Left);
    let place = Place {
        name: entry.filter(|it| it.copy > 0).map(|it| it.title(names)),
        closed: hall.is_closed(),
        ..Place::default()
    };
    if left {
        return place;
    }
    Place {
        rounds: hall.seated().map_or_else(Vec::new, |it| rounds(it, person)),
        slots: slots(hall, person),
        waits: waits(hall, person),
        ..place
    }
}

/// What everybody is told whose phone has a key, in the order they came.
pub fn places(hall: &Hall, names: &[&str]) -> Vec<(PersonKey, Place)> {
    let entries = hall.register().entries().iter();
    let told = entries.filter_map(|entry| {
        let key = entry.key.clone()?;
        Some((key, place_of(hall, entry.person, names)))
    });
    told.collect()
}

/// The same under a number; a phone believes only a higher one.
pub fn numbered(place: &Place, number: u32) -> Place {
    Place {
        number,
        ..place.clone()
    }
}

fn rounds(seated: &Seated, person: Person) -> Vec<u16> {
    let group = |round: &Vec<_>| {
        let place = round
            .iter()
            .position(|group: &std::collections::BTreeSet<u32>| group.contains(&person.0));
        place.map_or(0, |it| u16::try_from(it + 1).unwrap_or(u16::MAX))
    };
    let rounds: Vec<u16> = seated.rounds.iter().map(group).collect();
    // in no group of any round: nothing to tell
    match rounds.iter().all(|it| *it == 0) {
        true => Vec::new(),
        false => rounds,
    }
}

fn slots(hall: &Hall, person: Person) -> Vec<Slot> {
    let Some(slotted) = hall.slotted() else {
        return Vec::new();
    };
    let times = times(hall);
    let own = slotted.slots.iter().filter(|it| it.2 == person.0);
    let mut own: Vec<Slot> = own
        .filter_map(|(time, adviser, _, _)| {
            let (from, to) = times.get(usize::from(*time))?;
            let row = hall.advisers().iter().find(|it| it.id == *adviser)?;
            Some(Slot {
                from: from.minutes(),
                to: to.minutes(),
                adviser: row.name.clone(),
            })
        })
        .collect();
    own.sort_by_key(|it| it.from);
    own.truncate(MOST_SLOTS);
    own
}

/// From when to when each slot is; none when the programme does not fit into its day.
fn times(hall: &Hall) -> Vec<(Clock, Clock)> {
    let seated = hall.seated().map(|it| it.rounds.iter().flatten());
    let largest = seated.and_then(|groups| groups.map(|it| it.len()).max());
    let largest = largest.unwrap_or_else(|| usize::from(hall.programme().largest));
    let parts = programme(&script(hall.programme(), largest));
    parts.map_or_else(|_| Vec::new(), |it| slot_times(&it))
}

/// Slots are given, none is theirs, and one would have helped.
fn waits(hall: &Hall, person: Person) -> bool {
    hall.slotted().is_some_and(|slotted| {
        let waiting = slotted.plan().waiting;
        let reason = waiting.iter().find(|it| it.person == person);
        reason.is_some_and(|it| it.reason != Reason::NoNeed)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

    use super::*;
    use std::collections::{BTreeMap, BTreeSet};
    use vaekstspejl_workshop::{
        code::Lists,
        hall::{self, AdviserRow, Deed, Programme, Slotted},
        letter::{Given, Letter, Pseudonym, What},
    };

    const NAMES: [&str; 2] = ["Agern", "Odder"];

    fn said(person: u8, number: u8, what: What) -> Deed {
        let letter = Letter {
            person: PersonKey::from_bytes([person; 32]),
            turn: if what == What::Leaves { 2 } else { 1 },
            name: Pseudonym { word: 1, number },
            what,
        };
        Deed::Said(String::from_utf8(letter.to_json()).unwrap())
    }

    fn hall() -> Hall {
        let mut hall = Hall::new(Lists {
            scales: Vec::new(),
            needs: vec!["law".into()],
            stages: Vec::new(),
        });
        for (person, number) in [(1, 12), (2, 12), (3, 40)] {
            let gives = What::Gives(Given::default());
            hall.act(&said(person, number, gives)).unwrap();
        }
        hall
    }

    #[test]
    fn everybody_with_a_key_is_told_their_own_and_nothing_else() {
        let mut hall = hall();
        let before = place_of(&hall, Person(0), &NAMES);
        assert_eq!(before, Place::default());
        assert_eq!(
            place_of(&hall, Person(1), &NAMES).name.as_deref(),
            Some("Odder 12 B")
        );
        hall.act(&Deed::Seated(Seated {
            rounds: vec![
                vec![BTreeSet::from([0]), BTreeSet::from([1, 2])],
                vec![BTreeSet::from([0, 1])],
            ],
            ..Seated::default()
        }))
        .unwrap();
        assert_eq!(place_of(&hall, Person(0), &NAMES).rounds, [1, 1]);
        assert_eq!(place_of(&hall, Person(1), &NAMES).rounds, [2, 1]);
        assert_eq!(place_of(&hall, Person(2), &NAMES).rounds, [2, 0]);
        assert_eq!(places(&hall, &NAMES).len(), 3);
        hall.act(&said(3, 40, What::Leaves)).unwrap();
        assert!(place_of(&hall, Person(2), &NAMES).rounds.is_empty());
        assert!(place_of(&hall, Person(9), &NAMES).rounds.is_empty());
    }

    #[test]
    fn slots_are_told_by_the_clock_of_the_programme() {
        let mut hall = hall();
        hall.act(&Deed::Programme(Programme {
            rounds: 1,
            ..Programme::default()
        }))
        .unwrap();
        hall.act(&Deed::Advisers(vec![AdviserRow {
            id: 4,
            name: "Rikke, bord 2".into(),
            helps: BTreeMap::new(),
            times: BTreeSet::from([0, 1]),
        }]))
        .unwrap();
        hall.act(&Deed::Slotted(Slotted {
            slots: vec![(1, 4, 0, "law".into())],
            waiting: vec![(1, hall::Reason::NoSlotLeft), (2, hall::Reason::NoNeed)],
            unused: Vec::new(),
        }))
        .unwrap();
        let place = place_of(&hall, Person(0), &NAMES);
        // 35 minutes before the rounds, 30 of rounds, 5 of break, 20 of the first slot
        let from = 16 * 60 + 35 + 30 + 5 + 20;
        let slot = Slot {
            from,
            to: from + 20,
            adviser: "Rikke, bord 2".into(),
        };
        assert_eq!(place.slots, [slot]);
        assert!(!place.waits);
        assert!(place_of(&hall, Person(1), &NAMES).waits);
        assert!(!place_of(&hall, Person(2), &NAMES).waits);
        let json = place.to_json();
        assert!(Place::from_json(&json).is_ok());
    }

    #[test]
    fn a_closed_room_says_so_to_everybody() {
        let mut hall = hall();
        hall.act(&Deed::Closed).unwrap();
        assert!(places(&hall, &NAMES).iter().all(|it| it.1.closed));
    }
}
