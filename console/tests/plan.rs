//! A workshop's plan over invented halls: groups, repairs, slots, the clock, what is printed.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use leptos::prelude::Owner;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::LazyLock,
};
use vaekstspejl_console::plan::{
    self,
    clock::{RoundClock, slept},
    groups::{Making, Not, Wanted, keeps, meet_again},
    guide::{Cue, script},
    mend,
    sheet::{calendar_of, report_of, sheet, tables, titles},
    slots::{Cell, plan as slots_of, read, table, with_adviser},
    words::{EXPORTED, OUTCOMES, WRONG, cue, likeness, part, reason},
};
use vaekstspejl_console::{desk::Desk, route::Route, words::text};
use vaekstspejl_engine::{Content, Date, authoring, export::ExportWords};
use vaekstspejl_envelope::PersonKey;
use vaekstspejl_workshop::{
    answer::{Level, Person},
    chance::Chance,
    code::lists,
    groups::Impossible,
    hall::{Deed, Hall, Programme, Reason, Seated},
    letter::{Given, Letter, Pseudonym, What},
    repair, report,
    rounds::Now,
    run_sheet::{Part, WORDS},
    slots::{Most, Urgency},
};

const WORDS_OF_NAMES: [&str; 3] = ["Odder", "Birk", "Ulv"];

static CONTENT: LazyLock<Content> = LazyLock::new(|| content("da"));

fn content(lang: &str) -> Content {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    authoring::load(&folder, lang).0
}

fn letter(person: u32, turn: u32, what: What) -> Deed {
    let mut key = [0; PersonKey::BYTES];
    key[..4].copy_from_slice(&(person + 1).to_le_bytes());
    let letter = Letter {
        person: PersonKey::from_bytes(key),
        turn,
        name: Pseudonym {
            word: u8::try_from(person % 3).unwrap(),
            number: u8::try_from(2 + person % 90).unwrap(),
        },
        what,
    };
    Deed::Said(String::from_utf8(letter.to_json()).unwrap())
}

fn given(hall: &Hall, chance: &mut Chance) -> Given {
    let lists = hall.lists();
    let mut given = Given::default();
    for scale in &lists.scales {
        let level = u8::try_from(1 + chance.below(5)).unwrap();
        given
            .answer
            .levels
            .insert(scale.clone(), Level::new(level).unwrap());
    }
    for _ in 0..1 + chance.below(4) {
        let need = lists.needs[chance.below(lists.needs.len())].clone();
        let urgency = u8::try_from(1 + chance.below(5)).unwrap();
        given
            .urgency
            .insert(need.clone(), Urgency::new(urgency).unwrap());
        given.answer.needs.insert(need);
    }
    given.answer.stage = Some(lists.stages[chance.below(lists.stages.len())].clone());
    given
}

/// So many people; every ninth has given nothing, and every tenth has left.
fn hall(people: u32, seed: u64) -> Hall {
    let mut hall = Hall::new(lists(&CONTENT.later));
    let mut chance = Chance::new(seed);
    for person in 0..people {
        let what = match person % 9 {
            8 => What::Here,
            _ => What::Gives(given(&hall, &mut chance)),
        };
        hall.act(&letter(person, 1, what)).unwrap();
        if person % 10 == 9 {
            hall.act(&letter(person, 2, What::Leaves)).unwrap();
        }
    }
    hall
}

fn wanted(smallest: u16, largest: u16, rounds: u16) -> Wanted {
    Wanted {
        programme: Programme {
            smallest,
            largest,
            rounds,
            ..Programme::default()
        },
        likeness: 50,
        together: Vec::new(),
        apart: Vec::new(),
        seed: 3,
    }
}

fn seat(hall: &mut Hall, wanted: &Wanted) -> Seated {
    let seated = Making::new(hall, wanted.clone()).run().unwrap();
    hall.act(&Deed::Programme(wanted.programme.clone()))
        .unwrap();
    hall.act(&Deed::Seated(seated.clone())).unwrap();
    seated
}

/// Everybody present is in exactly one group of every round, nobody else is, and sizes and wishes
/// are kept.
fn sits(hall: &Hall, seated: &Seated, wanted: &Wanted) {
    let present = plan::people(hall);
    let programme = &wanted.programme;
    assert_eq!(seated.rounds.len(), usize::from(programme.rounds));
    for round in seated.groups() {
        let all: Vec<Person> = round.iter().flatten().copied().collect();
        assert_eq!(all.len(), present.len());
        assert_eq!(all.iter().copied().collect::<BTreeSet<_>>(), present);
        for group in round.iter().filter(|it| !it.is_empty()) {
            let sizes = usize::from(programme.smallest)..=usize::from(programme.largest);
            assert!(sizes.contains(&group.len()), "{}", group.len());
        }
        let here = |it: &&(Person, Person)| present.contains(&it.0) && present.contains(&it.1);
        let together: Vec<_> = wanted.together.iter().filter(here).copied().collect();
        assert!(keeps(&round, &together, &wanted.apart));
    }
}

#[test]
fn groups_keep_sizes_and_wishes_in_every_round() {
    for (people, seed) in [(12, 1), (28, 2), (41, 3), (60, 4)] {
        let mut hall = hall(people, seed);
        let mut wanted = wanted(4, 8, 3);
        // 9 has left: a wish about them means nothing.
        let pair = |a, b| (Person(a), Person(b));
        wanted.together = vec![pair(0, 5), pair(1, 9)];
        wanted.apart = vec![pair(2, 3), pair(0, 4)];
        let seated = seat(&mut hall, &wanted);
        sits(&hall, &seated, &wanted);
        assert_eq!(seated.repeated.0, meet_again(&seated.groups()));
        assert!(seated.repeated.1 <= seated.repeated.0);
    }
}

#[test]
fn the_same_seed_gives_the_same_groups() {
    let hall = hall(40, 5);
    let make = |seed| {
        let wanted = Wanted {
            seed,
            ..wanted(8, 12, 2)
        };
        Making::new(&hall, wanted).run().unwrap()
    };
    assert_eq!(make(1), make(1));
    assert_ne!(make(1).rounds, make(2).rounds);
}

#[test]
fn what_is_impossible_is_told_with_the_numbers_that_would_do() {
    let nobody = Hall::new(lists(&CONTENT.later));
    assert_eq!(
        Making::new(&nobody, wanted(4, 8, 2)).run(),
        Err(Not::Nobody)
    );
    // 18 came, one of them has left.
    let hall = hall(18, 1);
    let run = |wanted| Making::new(&hall, wanted).run();
    let people = Impossible::People {
        people: 17,
        smallest: 10,
        largest: 15,
        fewer: 15,
        more: 20,
    };
    assert_eq!(run(wanted(10, 15, 2)), Err(Not::Impossible(people)));
    let sizes = Impossible::Sizes {
        smallest: 9,
        largest: 8,
    };
    assert_eq!(run(wanted(9, 8, 2)), Err(Not::Impossible(sizes)));
    let mut both = wanted(4, 8, 2);
    both.together = vec![(Person(0), Person(1))];
    both.apart = both.together.clone();
    assert!(matches!(
        run(both),
        Err(Not::Impossible(Impossible::Wishes { proven: true, .. }))
    ));
}

#[test]
fn the_groups_that_stand_are_judged_as_when_they_were_made() {
    let mut hall = hall(30, 8);
    let seated = seat(&mut hall, &wanted(5, 10, 2));
    let judged = plan::groups::judged(&hall, &seated, 0);
    assert_eq!(judged.groups.len(), seated.rounds[0].len());
    assert!(judged.quality.worst <= judged.quality.bound);
    let people = judged.groups.iter().map(|it| it.people.len());
    assert_eq!(people.sum::<usize>(), hall.register().present());
}

#[test]
fn a_repair_is_the_librarys_and_applies_exactly() {
    let mut hall = hall(30, 6);
    let wanted = wanted(5, 10, 2);
    let before = seat(&mut hall, &wanted);
    assert!(mend::of_groups(&hall).is_none());
    let mut chance = Chance::new(9);
    hall.act(&Deed::Marked {
        person: 0,
        left: true,
    })
    .unwrap();
    let late = What::Gives(given(&hall, &mut chance));
    hall.act(&letter(90, 1, late)).unwrap();
    let news = mend::of_groups(&hall);
    assert_eq!(news.left, [Person(0)]);
    assert_eq!(news.came, [Person(30)]);
    let mended = mend::groups(&hall).unwrap();
    let rules = repair::groups::Rules {
        smallest: 5,
        largest: 10,
        together: Vec::new(),
        apart: Vec::new(),
    };
    for (change, round) in mended.rounds.iter().zip(before.groups()) {
        let least = repair::groups::repair(&round, &plan::people(&hall), &rules, |_| 0).unwrap();
        assert_eq!(change.moved(), least.moved());
    }
    sits(&hall, &mended.seated, &wanted);
    hall.act(&Deed::Seated(mended.seated.clone())).unwrap();
    assert!(mend::of_groups(&hall).is_none());
    // Whoever has no move sits where they sat.
    for ((change, before), after) in mended
        .rounds
        .iter()
        .zip(before.groups())
        .zip(mended.seated.groups())
    {
        let moved: BTreeSet<Person> = change.moves.iter().map(|it| it.person).collect();
        for (group, then) in before.iter().zip(&after) {
            let stayed = group.iter().filter(|it| !moved.contains(it));
            assert!(stayed.into_iter().all(|it| then.contains(it)));
        }
    }
    hall.act(&Deed::Undone).unwrap();
    assert_eq!(hall.seated(), Some(&before));
}

#[test]
fn a_room_that_cannot_be_repaired_says_so() {
    let mut hall = hall(12, 6);
    seat(&mut hall, &wanted(5, 6, 2));
    // 11 sat in 5 and 6; 9 do not go into 5 or 6.
    for person in [0, 1] {
        hall.act(&Deed::Marked { person, left: true }).unwrap();
    }
    assert_eq!(
        mend::groups(&hall),
        Err(mend::Not::Round(0, repair::groups::Error::NoSuchGroups(9)))
    );
}

/// The six advisers as the content has them.
fn six(lang: &str) -> Vec<vaekstspejl_workshop::hall::AdviserRow> {
    read(&word(lang, "slots.six"), 2)
}

/// An office's word of the content.
fn word(lang: &str, wanted: &str) -> String {
    let keys = authoring::office_word_keys(Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../content"
    )));
    let place = keys.iter().position(|it| it == wanted).unwrap();
    OFFICE[lang][place].clone()
}

static OFFICE: LazyLock<BTreeMap<&'static str, Vec<String>>> = LazyLock::new(|| {
    ["da", "en"]
        .into_iter()
        .map(|lang| (lang, office_words(lang)))
        .collect()
});

#[test]
fn the_six_advisers_are_read_whole_and_know_real_needs() {
    for lang in ["da", "en"] {
        let rows = six(lang);
        assert_eq!(rows.len(), 6, "{lang}");
        let written = word(lang, "slots.six");
        let helps = rows.iter().map(|it| it.helps.len()).sum::<usize>();
        assert_eq!(helps, written.matches(',').count() + 6, "{lang}");
        for (need, well) in rows.iter().flat_map(|it| &it.helps) {
            assert!(CONTENT.later.need(need).is_some(), "{lang}: {need:?}");
            assert!((1..=3).contains(well));
        }
        let mut hall = Hall::new(lists(&CONTENT.later));
        hall.act(&Deed::Advisers(rows)).unwrap();
    }
    let helps = |lang| six(lang).into_iter().map(|it| it.helps).collect::<Vec<_>>();
    assert_eq!(helps("da"), helps("en"));
    assert_eq!(read("nonsense\n: \nA: b, c x, d 2", 0).len(), 2);
}

fn with_slots(people: u32, seed: u64) -> Hall {
    let mut hall = hall(people, seed);
    seat(&mut hall, &wanted(5, 10, 2));
    hall.act(&Deed::Advisers(six("da"))).unwrap();
    let slotted = slots_of(&hall, Most::Two).unwrap();
    hall.act(&Deed::Slotted(slotted)).unwrap();
    hall
}

/// Nobody is at two places at once, nobody who left is anywhere, and no slot is during a round.
fn nobody_is_twice(hall: &Hall) {
    let slotted = hall.slotted().unwrap();
    let present = plan::people(hall);
    let mut places = BTreeSet::new();
    let mut seats = BTreeSet::new();
    let taken = plan::taken_by_rounds(&plan::programme(hall).unwrap());
    for (time, adviser, person, _) in &slotted.slots {
        assert!(places.insert((*time, *person)));
        assert!(seats.insert((*time, *adviser)));
        assert!(present.contains(&Person(*person)));
        assert!(taken.iter().all(|it| it.0 != *time));
    }
}

#[test]
fn nobody_has_a_slot_and_a_round_at_once() {
    let hall = with_slots(40, 4);
    nobody_is_twice(&hall);
    assert!(mend::of_slots(&hall).is_none());
    let slotted = hall.slotted().unwrap();
    let cells = table(&hall, slotted);
    let given = cells.iter().flat_map(|it| &it.1);
    let given = given.filter(|it| matches!(it, Cell::Given(..))).count();
    assert_eq!(given, slotted.slots.len());
}

#[test]
fn an_ill_adviser_moves_only_their_own_people_and_coming_back_is_undoing() {
    for seed in 1..6 {
        let mut hall = with_slots(40, seed);
        let before = hall.slotted().cloned().unwrap();
        let ill = before.slots[0].1;
        hall.act(&Deed::Advisers(with_adviser(&hall, ill, false)))
            .unwrap();
        assert!(mend::of_slots(&hall).otherwise);
        let mended = mend::slots(&hall).unwrap();
        let theirs: BTreeSet<u32> = before
            .slots
            .iter()
            .filter(|it| it.1 == ill)
            .map(|it| it.2)
            .collect();
        for it in mended.change.moves.iter().filter(|it| it.is_disturbance()) {
            let was = it.from.as_ref().map(|it| it.seat.adviser.0);
            // Others move only where more people are served by it.
            let more = mended.slotted.waiting.len() <= before.waiting.len() + theirs.len();
            assert!(was == Some(ill) || more);
        }
        assert!(mended.slotted.slots.iter().all(|it| it.1 != ill));
        let plan = mended.change.apply(&before.plan()).unwrap();
        assert_eq!(mended.slotted.plan(), plan);
        hall.act(&Deed::Slotted(mended.slotted)).unwrap();
        nobody_is_twice(&hall);
        assert!(mend::of_slots(&hall).is_none());
        hall.act(&Deed::Undone).unwrap();
        assert_eq!(hall.slotted(), Some(&before));
        hall.act(&Deed::Undone).unwrap();
        assert!(mend::of_slots(&hall).is_none());
    }
}

#[test]
fn whoever_leaves_gives_up_the_slot() {
    let mut hall = with_slots(40, 2);
    let leaves = hall.slotted().unwrap().slots[0].2;
    hall.act(&Deed::Marked {
        person: leaves,
        left: true,
    })
    .unwrap();
    assert_eq!(mend::of_slots(&hall).left, [Person(leaves)]);
    let mended = mend::slots(&hall).unwrap();
    hall.act(&Deed::Slotted(mended.slotted)).unwrap();
    nobody_is_twice(&hall);
}

fn export_words() -> ExportWords {
    ExportWords::new(
        EXPORTED.map(|(id, _)| (id.to_owned(), word("da", &["runsheet.", id].concat()))),
    )
}

#[test]
fn tables_and_calendar_name_nobody_but_by_pseudonym() {
    let hall = with_slots(40, 3);
    let titles = titles(&hall, &CONTENT.later, &WORDS_OF_NAMES, |round, group| {
        format!("Runde {round}, gruppe {group}")
    });
    let sheet = sheet(&hall, &titles).unwrap();
    let [programme, groups, advisers] = tables(&sheet, &export_words());
    let names: BTreeSet<&String> = titles.people.values().collect();
    assert_eq!(names.len(), titles.people.len());
    for (text, columns) in [(&programme, 4), (&groups, 2), (&advisers, 5)] {
        for row in text.trim_start_matches('\u{feff}').lines() {
            assert_eq!(row.split(';').count(), columns, "{row}");
        }
    }
    for row in groups.trim_start_matches('\u{feff}').lines().skip(1) {
        let who = row.split(';').nth(1).unwrap().trim_matches('"').to_owned();
        assert!(names.contains(&who), "{row}");
    }
    let present = hall.register().present();
    assert_eq!(groups.lines().count(), 1 + 2 * present);
    let day = Date::new(2026, 11, 20).unwrap();
    let calendar = calendar_of(&sheet, day, |id, _| id.to_owned()).unwrap();
    let pieces: usize = sheet
        .programme
        .iter()
        .map(|it| usize::from(it.pieces))
        .sum();
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), pieces);
    assert!(calendar.ends_with("END:VCALENDAR\r\n"));
    assert!(calendar.lines().all(|it| it.len() <= 75));
    assert!(names.iter().all(|it| !calendar.contains(it.as_str())));
}

#[test]
fn the_report_has_no_small_numbers() {
    let hall = with_slots(40, 3);
    let report = report_of(&hall);
    let cells = report
        .segments
        .iter()
        .chain(&report.needs)
        .chain(&report.slots.outcomes);
    let counts = cells.filter_map(|it| it.count).chain(report.people);
    assert!(counts.into_iter().all(|it| it >= 5 && it % 5 == 0));
}

#[test]
fn the_clock_goes_by_turns_and_rounds() {
    let clock = RoundClock::new(2, 3, 60);
    assert!(clock.is_fresh());
    let place = |clock: &RoundClock, now| match clock.at(now) {
        Now::Turn { turn, left } => Some((turn.index, left)),
        Now::Over => None,
    };
    let clock = clock.running(true, 1_000);
    assert_eq!(place(&clock, 1_000), Some((0, 60)));
    assert_eq!(place(&clock, 61_000), Some((1, 60)));
    let paused = clock.running(false, 71_000);
    assert_eq!(place(&paused, 999_000), Some((1, 50)));
    let clock = paused.running(true, 1_000_000);
    assert_eq!(place(&clock, 1_010_000), Some((1, 40)));
    let clock = clock.back(1_010_000);
    assert_eq!(place(&clock, 1_010_000), Some((1, 60)));
    let clock = clock.back(1_011_000);
    assert_eq!(place(&clock, 1_011_000), Some((0, 60)));
    let clock = clock.next(1_011_000).next(1_011_000).next(1_011_000);
    assert_eq!(place(&clock, 1_011_000), None);
    let clock = clock.next(1_011_000);
    assert_eq!((clock.round, clock.runs()), (2, false));
    assert_eq!(place(&clock, 2_000_000), Some((0, 60)));
    let before = clock.back(2_000_000);
    assert_eq!(
        (before.round, place(&before, 2_000_000)),
        (1, Some((2, 60)))
    );
    // The last round ends, however long nobody looks, and stays over.
    let last = clock.running(true, 0);
    assert_eq!(place(&last, u64::MAX), None);
    assert_eq!(last.next(u64::MAX).round, 2);
}

#[test]
fn the_clock_comes_back_after_a_reload() {
    let clock = RoundClock::new(2, 3, 60).running(true, 0);
    let text = clock.to_text(70_000, 5_000_000);
    // Another page has another steady clock; ten seconds went by.
    let again = RoundClock::from_text(&text, 200, 5_010_000).unwrap();
    assert_eq!(again.gone(200), 80_000);
    assert_eq!(again.gone(1_200), 81_000);
    let text = clock.running(false, 70_000).to_text(70_000, 5_000_000);
    let again = RoundClock::from_text(&text, 200, 9_000_000).unwrap();
    assert_eq!((again.gone(9_999), again.runs()), (70_000, false));
    // The time of day went backwards.
    let text = clock.to_text(70_000, 5_000_000);
    assert_eq!(RoundClock::from_text(&text, 0, 1).unwrap().gone(0), 70_000);
    for text in [
        "",
        "1",
        "1 2 3 4 5 6 x",
        "9 2 3 60 0 0 0",
        "1 2 0 60 0 0 0",
        "1 2 3 0 0 0 0",
        "1 2 3 60 0 0 0 0",
    ] {
        assert_eq!(RoundClock::from_text(text, 0, 0), None, "{text}");
    }
}

#[test]
fn a_sleep_is_noticed_by_either_clock() {
    assert!(!slept((0, 0), (250, 250)));
    assert!(!slept((0, 9_000_000), (250, 1)));
    assert!(slept((0, 0), (60_000, 60_000)));
    assert!(slept((0, 0), (250, 60_000)));
}

#[test]
fn the_guide_follows_the_programme() {
    let hall = Hall::new(lists(&CONTENT.later));
    let steps = script(&plan::programme(&hall).unwrap());
    assert!(steps.windows(2).all(|it| it[0].at <= it[1].at));
    let at = |cue: Cue, number: usize| {
        let found = steps.iter().find(|it| it.cue == cue && it.number == number);
        found.map(|it| it.at.to_string())
    };
    assert_eq!(at(Cue::Door, 1).as_deref(), Some("15:45"));
    assert_eq!(at(Cue::FirstRound, 1).as_deref(), Some("16:35"));
    assert_eq!(at(Cue::Change, 2).as_deref(), Some("17:04"));
    assert_eq!(at(Cue::NextRound, 2).as_deref(), Some("17:05"));
    assert_eq!(at(Cue::FirstSlots, 1).as_deref(), Some("17:40"));
    assert_eq!(at(Cue::End, 1).as_deref(), Some("18:18"));
    let cues: BTreeSet<Cue> = steps.iter().map(|it| it.cue).collect();
    assert_eq!(cues, Cue::ALL.into());
}

#[test]
fn every_value_has_words_in_both_languages() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    let owner = Owner::new();
    owner.with(|| {
        let desk = Desk::provide(Route::Open);
        for lang in ["da", "en"] {
            let office = authoring::load_office(&folder, lang).0;
            desk.office.set(Some(Box::leak(Box::new(office))));
            let reasons = [
                Reason::NoNeed,
                Reason::NobodyHelps,
                Reason::OnlyWhenTaken,
                Reason::NoSlotLeft,
            ];
            let parts = [
                Part::Talk,
                Part::Test,
                Part::Picture,
                Part::Rounds,
                Part::Slots,
                Part::Break,
            ];
            let words = reasons.map(reason).into_iter().chain(parts.map(part));
            let cues = Cue::ALL.iter().flat_map(|it| {
                let (what, say) = cue(*it);
                [what, say]
            });
            let wrong = WRONG.iter().flat_map(|it| [it.0, it.1]);
            let ids = EXPORTED.iter().chain(&OUTCOMES).map(|it| it.1);
            let words = words.chain(cues).chain(wrong).chain(ids);
            let words = words.chain((0..=100).map(likeness));
            for word in words {
                assert!(!text(word).is_empty(), "{lang}: {word:?}");
            }
        }
    });
    assert_eq!(EXPORTED.map(|it| it.0), WORDS);
    assert_eq!(OUTCOMES.map(|it| it.0), report::OUTCOMES);
}

fn office_words(lang: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    authoring::load_office(&folder, lang).0.words
}
