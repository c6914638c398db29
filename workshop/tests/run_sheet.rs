//! What is printed and taken along: the programme by the clock, lists without names, tables that a
//! Danish spreadsheet reads, and calendars that a calendar reads.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use proptest::{collection, prelude::*};
use std::collections::{BTreeMap, BTreeSet};
use vaekstspejl_engine::{Date, NeedId, export::ExportWords};
use vaekstspejl_workshop::{
    answer::Person,
    run_sheet::{
        AdviserSheet, Block, Clock, Error, Event, GroupSheet, Part, RunSheet, Script, SlotRow,
        Titles, WORDS, Zone, advisers_csv, calendar, groups_csv, programme, programme_csv,
        run_sheet, slot_times, taken,
    },
    slots::{AdviserId, Plan, Reason, Seat, Slot, Time, Waiting},
};

fn at(hour: u8, minute: u8) -> Clock {
    Clock::new(hour, minute).unwrap()
}

fn block(part: Part, minutes: u16, pieces: u16) -> Block {
    Block {
        part,
        minutes,
        pieces,
        beside: false,
    }
}

/// As `17:00-17:30 talk`.
fn shown(script: &Script) -> Result<Vec<String>, Error> {
    let entries = programme(script)?.into_iter();
    let shown = entries.map(|it| format!("{}-{} {}", it.from, it.to, it.part.id()));
    Ok(shown.collect())
}

#[test]
fn the_usual_script_takes_two_hours() {
    assert_eq!(
        shown(&Script::two_hours(at(16, 30))).unwrap(),
        [
            "16:30-17:00 talk",
            "17:00-17:10 test",
            "17:10-17:20 picture",
            "17:20-17:50 rounds",
            "17:50-18:30 slots",
        ]
    );
}

#[test]
fn a_slot_takes_twenty_minutes_in_the_usual_script() {
    let programme = programme(&Script::two_hours(at(16, 0))).unwrap();
    assert_eq!(
        slot_times(&programme),
        [(at(17, 20), at(17, 40)), (at(17, 40), at(18, 0))]
    );
}

#[test]
fn blocks_beside_each_other_begin_together_and_the_next_waits_for_the_longest() {
    let script = Script {
        start: at(9, 0),
        blocks: vec![
            block(Part::Rounds, 60, 2),
            Block {
                beside: true,
                ..block(Part::Slots, 40, 2)
            },
            block(Part::Break, 15, 1),
        ],
    };
    assert_eq!(
        shown(&script).unwrap(),
        [
            "09:00-10:00 rounds",
            "09:00-09:40 slots",
            "10:00-10:15 break"
        ]
    );
}

#[test]
fn who_is_in_a_round_is_taken_in_the_slots_that_overlap_with_it() {
    let script = Script {
        start: at(9, 0),
        blocks: vec![
            block(Part::Rounds, 60, 2),
            Block {
                beside: true,
                ..block(Part::Slots, 60, 3)
            },
        ],
    };
    let programme = programme(&script).unwrap();
    let rounds: Vec<(Clock, Clock)> = programme.first().unwrap().each().collect();
    // 9:00–9:30 and 9:30–10:00 against slots from 9:00, 9:20 and 9:40: the middle one is in both.
    let busy: Vec<BTreeSet<Time>> = rounds
        .iter()
        .map(|(from, to)| taken(&programme, *from, *to))
        .collect();
    assert_eq!(
        busy,
        [
            BTreeSet::from([Time(0), Time(1)]),
            BTreeSet::from([Time(1), Time(2)])
        ]
    );
    // What ends when a slot begins does not overlap with it.
    assert_eq!(taken(&programme, at(8, 0), at(9, 0)), BTreeSet::new());
}

#[test]
fn a_script_that_cannot_be_is_an_error_with_the_place_of_the_block() {
    let error = |blocks: Vec<Block>| {
        shown(&Script {
            start: at(23, 0),
            blocks,
        })
        .err()
    };
    let good = block(Part::Talk, 30, 1);
    assert_eq!(
        error(vec![good, block(Part::Test, 0, 1)]),
        Some(Error::NoMinutes(1))
    );
    assert_eq!(
        error(vec![block(Part::Slots, 50, 3)]),
        Some(Error::Pieces(0))
    );
    assert_eq!(
        error(vec![block(Part::Slots, 50, 0)]),
        Some(Error::Pieces(0))
    );
    assert_eq!(error(vec![good, good]), None);
    assert_eq!(
        error(vec![good, good, block(Part::Break, 1, 1)]),
        Some(Error::PastMidnight(2))
    );
    assert_eq!(
        error(vec![block(Part::Talk, u16::MAX, 1)]),
        Some(Error::PastMidnight(0))
    );
}

#[test]
fn a_clock_shows_hours_of_a_day() {
    assert_eq!(at(7, 5).to_string(), "07:05");
    assert_eq!(Clock::new(24, 0).map(Clock::minutes), Some(1440));
    assert_eq!(Clock::new(24, 1), None);
    assert_eq!(Clock::new(12, 60), None);
    assert_eq!(at(23, 59).plus(1), Clock::new(24, 0));
    assert_eq!(at(23, 59).plus(2), None);
}

fn seat(time: u8, adviser: u16) -> Seat {
    Seat {
        time: Time(time),
        adviser: AdviserId(adviser),
    }
}

fn plan() -> Plan {
    Plan {
        slots: vec![Slot {
            seat: seat(1, 0),
            person: Person(2),
            need: NeedId::from("tax"),
        }],
        waiting: vec![
            Waiting {
                person: Person(1),
                reason: Reason::NoSlotLeft,
            },
            Waiting {
                person: Person(0),
                reason: Reason::NoNeed,
            },
        ],
        unused: vec![seat(0, 0)],
    }
}

fn titles() -> Titles {
    let people = ["Rød ræv", "Grå gås", "Blå bjørn"];
    Titles {
        people: (0..).map(Person).zip(people.map(str::to_owned)).collect(),
        groups: ["A", "B", "C"].map(str::to_owned).to_vec(),
        advisers: BTreeMap::from([(AdviserId(0), "Revisor".to_owned())]),
        needs: BTreeMap::from([(NeedId::from("tax"), "Moms og skat".to_owned())]),
    }
}

fn sheet() -> Result<RunSheet, Error> {
    let programme = programme(&Script::two_hours(at(16, 0)))?;
    let groups = [vec![Person(2), Person(0)], vec![], vec![Person(1)]];
    run_sheet(programme, &groups, &plan(), &titles())
}

#[test]
fn everybody_is_on_the_list_of_their_group_and_each_adviser_has_every_seat() {
    let sheet = sheet().unwrap();
    let group = |title: &str, members: &[&str]| GroupSheet {
        title: title.to_owned(),
        members: members.iter().map(|it| (*it).to_owned()).collect(),
    };
    assert_eq!(
        sheet.groups,
        [
            group("A", &["Rød ræv", "Blå bjørn"]),
            group("C", &["Grå gås"])
        ],
        "an empty group has no list, and the others keep their titles"
    );
    let row = |from, to, given: Option<(&str, &str)>| SlotRow {
        from,
        to,
        given: given.map(|(who, about)| (who.to_owned(), about.to_owned())),
    };
    let rows = vec![
        row(at(17, 20), at(17, 40), None),
        row(at(17, 40), at(18, 0), Some(("Blå bjørn", "Moms og skat"))),
    ];
    assert_eq!(
        sheet.advisers,
        [AdviserSheet {
            title: "Revisor".to_owned(),
            rows
        }]
    );
    assert_eq!(sheet.waiting, ["Grå gås", "Rød ræv"]);
}

#[test]
fn what_has_no_title_is_an_error_and_never_an_empty_line() {
    let with = |change: fn(&mut Titles)| {
        let mut titles = titles();
        change(&mut titles);
        let programme = programme(&Script::two_hours(at(16, 0))).unwrap();
        run_sheet(programme, &[[Person(0)]], &plan(), &titles).err()
    };
    assert_eq!(with(|_| {}), None);
    assert_eq!(
        with(|it| _ = it.people.remove(&Person(0))),
        Some(Error::NoPerson(Person(0)))
    );
    assert_eq!(
        with(|it| _ = it.people.remove(&Person(2))),
        Some(Error::NoPerson(Person(2)))
    );
    assert_eq!(with(|it| it.groups.clear()), Some(Error::NoGroup(0)));
    assert_eq!(
        with(|it| it.advisers.clear()),
        Some(Error::NoAdviser(AdviserId(0)))
    );
    assert_eq!(
        with(|it| it.needs.clear()),
        Some(Error::NoNeed(NeedId::from("tax")))
    );
    let short = Script {
        start: at(9, 0),
        blocks: vec![block(Part::Slots, 20, 1)],
    };
    let groups: [Vec<Person>; 0] = [];
    let found = run_sheet(programme(&short).unwrap(), &groups, &plan(), &titles());
    assert_eq!(found, Err(Error::NoSuchTime(Time(1))));
}

fn words() -> ExportWords {
    ExportWords::new(WORDS.map(|id| (id.to_owned(), id.to_uppercase())))
}

#[test]
fn tables_are_as_danish_spreadsheets_read_them() {
    let sheet = sheet().unwrap();
    assert_eq!(
        groups_csv(&sheet.groups, &words()),
        "\u{feff}\"GROUP\";\"PERSON\"\r\n\"A\";\"Rød ræv\"\r\n\"A\";\"Blå bjørn\"\r\n\"C\";\"Grå gås\"\r\n"
    );
    assert_eq!(
        advisers_csv(&sheet, &words()),
        "\u{feff}\"ADVISER\";\"FROM\";\"TO\";\"PERSON\";\"ABOUT\"\r\n\
         \"Revisor\";17:20;17:40;\"FREE\";\"\"\r\n\
         \"Revisor\";17:40;18:00;\"Blå bjørn\";\"Moms og skat\"\r\n\
         \"WAITING\";;;\"Grå gås\";\r\n\
         \"WAITING\";;;\"Rød ræv\";\r\n"
    );
    let programme = programme_csv(&sheet.programme, &words());
    let lines: Vec<&str> = programme.lines().collect();
    assert_eq!(lines.get(1), Some(&"16:00;16:30;\"TALK\";"));
    assert_eq!(lines.last(), Some(&"17:40;18:00;\"SLOTS\";2"));
}

#[test]
fn every_word_a_table_asks_for_is_among_the_ids() {
    let sheet = sheet().unwrap();
    let all = [
        Part::Talk,
        Part::Test,
        Part::Picture,
        Part::Rounds,
        Part::Slots,
        Part::Break,
    ];
    let blocks = all.map(|part| block(part, 20, 1)).to_vec();
    let every = programme(&Script {
        start: at(8, 0),
        blocks,
    })
    .unwrap();
    let tables = [
        programme_csv(&every, &words()),
        groups_csv(&sheet.groups, &words()),
        advisers_csv(&sheet, &words()),
    ];
    for id in WORDS {
        let word = format!("\"{}\"", id.to_uppercase());
        assert!(tables.iter().any(|it| it.contains(&word)), "{id} is used");
        let missing = format!("\"{id}\"");
        assert!(
            !tables.iter().any(|it| it.contains(&missing)),
            "{id} has its word"
        );
    }
}

proptest! {
    #[test]
    fn no_pseudonym_becomes_a_formula_or_another_cell(
        start in "[=+@\\t-]?",
        rest in any::<String>(),
    ) {
        let member = format!("{start}{rest}");
        let group = GroupSheet { title: "A".to_owned(), members: vec![member] };
        let table = groups_csv(&[group], &words());
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(table.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        prop_assert_eq!(rows.len(), 1);
        prop_assert_eq!(rows[0].len(), 2);
        prop_assert!(!rows[0][1].starts_with(['=', '+', '-', '@', '\t', '\r']));
    }
}

fn event(uid: &str, from: Clock, to: Clock) -> Event {
    Event {
        uid: uid.to_owned(),
        from,
        to,
        title: "Vejledning".to_owned(),
        details: String::new(),
        place: String::new(),
    }
}

fn day() -> Date {
    Date::new(2026, 3, 5).unwrap()
}

fn calendar_of(events: &[Event], zone: Zone) -> Result<String, Error> {
    calendar(
        events,
        day(),
        zone,
        (Date::new(2026, 3, 1).unwrap(), at(8, 15)),
    )
}

#[test]
fn an_event_has_its_id_its_stamp_and_its_times_by_the_local_clock() {
    let events = [event("slot-1@rum", at(17, 0), at(17, 20))];
    assert_eq!(
        calendar_of(&events, Zone::Floating).unwrap(),
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Vaekstspejl//Workshop//DA\r\n\
         BEGIN:VEVENT\r\nUID:slot-1@rum\r\nDTSTAMP:20260301T081500Z\r\n\
         DTSTART:20260305T170000\r\nDTEND:20260305T172000\r\nSUMMARY:Vejledning\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n"
    );
}

#[test]
fn danish_time_is_described_in_the_file_that_uses_it() {
    let file = calendar_of(&[event("a", at(17, 0), at(17, 20))], Zone::Copenhagen).unwrap();
    assert!(file.contains("\r\nDTSTART;TZID=Europe/Copenhagen:20260305T170000\r\n"));
    let zone = file
        .find("BEGIN:VTIMEZONE\r\nTZID:Europe/Copenhagen\r\n")
        .unwrap();
    assert!(zone < file.find("BEGIN:VEVENT").unwrap());
    // what begins ends, from the inside out
    let mut open = Vec::new();
    for line in file.lines() {
        if let Some(name) = line.strip_prefix("BEGIN:") {
            open.push(name);
        } else if let Some(name) = line.strip_prefix("END:") {
            assert_eq!(open.pop(), Some(name));
        }
    }
    assert_eq!(open, Vec::<&str>::new());
}

#[test]
fn midnight_at_the_end_is_the_next_day() {
    let file = calendar_of(&[event("a", at(23, 0), at(24, 0))], Zone::Floating).unwrap();
    assert!(file.contains("\r\nDTEND:20260306T000000\r\n"));
}

#[test]
fn events_without_time_or_with_the_same_id_are_errors() {
    let same = [
        event("a", at(9, 0), at(10, 0)),
        event("a", at(10, 0), at(11, 0)),
    ];
    assert_eq!(
        calendar_of(&same, Zone::Floating),
        Err(Error::UidTwice("a".to_owned()))
    );
    let none = [event("b", at(9, 0), at(9, 0))];
    assert_eq!(
        calendar_of(&none, Zone::Floating),
        Err(Error::Backwards("b".to_owned()))
    );
}

/// A value of a calendar as RFC 5545 §3.3.11 reads it.
fn unescaped(value: &str) -> String {
    let mut text = String::new();
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next().unwrap() {
                'n' | 'N' => text.push('\n'),
                other => text.push(other),
            },
            ';' | ',' => panic!("must be escaped"),
            other => text.push(other),
        }
    }
    text
}

proptest! {
    #[test]
    fn any_words_come_out_of_a_calendar_as_they_went_in(
        title in "[æøåÆØÅ a-z;,:\\\\\"🦊€\n]{1,120}",
        place in collection::vec(any::<char>(), 0..60),
    ) {
        let place: String = place.into_iter().filter(|it| !it.is_control()).collect();
        let mut it = event("a", at(9, 0), at(9, 20));
        it.title.clone_from(&title);
        it.place.clone_from(&place);
        let file = calendar_of(&[it], Zone::Copenhagen).unwrap();
        for line in file.split("\r\n") {
            prop_assert!(line.len() <= 75, "{} octets", line.len());
            prop_assert!(!line.contains(['\r', '\n']));
        }
        let unfolded = file.replace("\r\n ", "");
        let value = |name: &str| {
            let mut lines = unfolded.split("\r\n");
            lines.find_map(|it| it.strip_prefix(name)).map(unescaped)
        };
        prop_assert_eq!(value("SUMMARY:"), Some(title));
        prop_assert_eq!(value("LOCATION:"), Some(place).filter(|it| !it.is_empty()));
    }
}
