//! Nobody who reads the statistics of an inbox learns of a group of one to four.
#![cfg(feature = "authoring")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use proptest::prelude::*;
use std::{collections::BTreeMap, path::Path, sync::LazyLock};
use vaekstspejl_engine::{
    Content, Date, assess,
    authoring::{Random, load, respondent},
    briefing::{Guide, opened},
    inbox_statistics::{Cell, Counts, Period, STEP, Statistics, published, statistics, withheld},
    submission::{Catalogue, Frame, Parts, Submission},
};

static CONTENT: LazyLock<Content> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    load(&folder, "da").0
});

/// What an attacker is given who is stronger than any reader: the exact total and the exact
/// published counts, before rounding. And the attacker knows this program.
fn seen(counts: &[u32]) -> (u32, Vec<Option<u32>>) {
    let hidden = withheld(counts);
    let exact = counts.iter().zip(hidden);
    let exact = exact.map(|(count, is_hidden)| (!is_hidden).then_some(*count));
    (counts.iter().sum(), exact.collect())
}

/// All lists of that many counts up to the highest.
fn all_counts(length: u32, highest: u32) -> impl Iterator<Item = Vec<u32>> {
    let each = highest + 1;
    (0..each.pow(length)).map(move |number| {
        let digits = (0..length).map(|place| number / each.pow(place) % each);
        digits.collect()
    })
}

/// Every possible inbox is put beside all others that look the same from outside. If in all of
/// them a category has the same count, the attacker knows it; it must not be one to four.
///
/// A total of one to four is not published at all, so these inboxes all look the same.
#[test]
fn no_count_of_one_to_four_can_be_derived_from_table_and_total() {
    for (categories, highest) in [(1, 60), (2, 40), (3, 24), (4, 13), (5, 7), (6, 5)] {
        let mut alike: BTreeMap<_, Vec<Option<u32>>> = BTreeMap::new();
        for counts in all_counts(categories, highest) {
            let (total, exact) = seen(&counts);
            let total = (total >= 5).then_some(total);
            let known = alike
                .entry((total, exact))
                .or_insert_with(|| counts.iter().copied().map(Some).collect());
            for (known, count) in known.iter_mut().zip(&counts) {
                *known = known.filter(|known| known == count);
            }
        }
        for ((total, exact), known) in alike {
            // Near the highest count, the inboxes that would look the same are not all tried.
            if total.is_some_and(|total| total > highest) {
                continue;
            }
            for count in known.into_iter().flatten() {
                assert!(
                    !(1..5).contains(&count),
                    "{exact:?} of {total:?} tells a count of {count}"
                );
            }
        }
    }
}

#[test]
fn a_small_count_takes_the_next_smallest_with_it() {
    let x = None;
    // 3 alone would follow from the total; 7 goes with it. 12 and 20 are rounded to 10 and 20.
    assert_eq!(published(&[3, 7, 12, 20]), [x, x, Some(10), Some(20)]);
    // 2 + 4 is six: no subtraction tells which is which.
    assert_eq!(published(&[2, 4, 12]), [x, x, Some(10)]);
    // 4 + 4 is eight, and only two fours are eight: 6 goes with them.
    assert_eq!(published(&[4, 4, 6, 30]), [x, x, x, Some(30)]);
    // Among equals, none is chosen: which one would tell something.
    assert_eq!(published(&[1, 6, 6, 30]), [x, x, x, Some(30)]);
    // Nought and withheld look the same; nothing is small here.
    assert_eq!(published(&[0, 5, 8]), [x, Some(5), Some(10)]);
    assert_eq!(published(&[4, 30]), [x, x]);
    assert_eq!(published(&[]), []);
    assert_eq!(published(&[u32::MAX, 3, u32::MAX]), [x, x, x]);
}

fn all(letters: &[Counts]) -> Statistics {
    statistics(&CONTENT.later, letters, Period::default())
}

fn letters_of(segments: &[(&str, usize)]) -> Vec<Counts> {
    let of = |(segment, count): &(&str, usize)| {
        let counts = Counts {
            segment: Some((*segment).into()),
            needs: vec!["crisis".into()],
            ..Counts::default()
        };
        vec![counts; *count]
    };
    segments.iter().flat_map(of).collect()
}

fn count(cells: &[Cell], id: &str) -> Option<u32> {
    let mut cells = cells.iter();
    cells.find(|it| it.id.as_deref() == Some(id)).unwrap().count
}

#[test]
fn fewer_than_five_letters_give_no_statistics_at_all() {
    let four = all(&letters_of(&[("idea", 4)]));
    assert_eq!(four, all(&[]));
    let five = all(&letters_of(&[("idea", 5)]));
    assert_eq!(five.letters, Some(5));
    assert_eq!(count(&five.segments, "idea"), Some(5));
}

#[test]
fn those_without_a_need_are_no_small_group_either() {
    let mut letters = letters_of(&[("idea", 20)]);
    assert_eq!(count(&all(&letters).needs, "crisis"), Some(20));
    for letter in letters.iter_mut().take(3) {
        letter.needs.clear();
    }
    // 17 of 20: the three without would be told by subtraction.
    assert_eq!(count(&all(&letters).needs, "crisis"), None);
}

#[test]
fn what_a_letter_invents_is_counted_with_the_untold() {
    let mut letters = letters_of(&[("idea", 10), ("=cmd()", 6)]);
    letters[0].municipality = Some("9999".into());
    let result = all(&letters);
    assert_eq!(
        result.segments.last(),
        Some(&Cell {
            id: None,
            count: Some(5)
        })
    );
    assert_eq!(result.municipalities.last().unwrap().count, Some(15));
    assert!(!serde_json::to_string(&result).unwrap().contains("cmd"));
}

/// The counts of letters as they are really sent, half of them without answers.
fn real(seed: u64, number: usize) -> Vec<Counts> {
    let mut random = Random::new(seed);
    let day = Date::new(2026, 11, 20).unwrap();
    let frame = Frame {
        catalogue: Catalogue {
            id: "da".into(),
            hash: "0".into(),
        },
        lang: "da".into(),
        consent_text_id: "send-1".into(),
        consent_text_hash: "0".into(),
    };
    let letter = |_| {
        let questionnaire = random.one_of(&CONTENT.first.questionnaires).unwrap();
        let answers = respondent(&CONTENT, questionnaire, &mut random);
        let result = assess(&CONTENT.later, questionnaire, &answers, None, day);
        let answers = random.percent(50);
        let parts = Parts {
            profile: true,
            answers,
            ..Parts::default()
        };
        let sent = Submission::new(&CONTENT.later, &result, &parts, &frame).unwrap();
        Counts::of(&opened(&CONTENT, &Guide::default(), sent))
    };
    (0..number).map(letter).collect()
}

fn all_cells(result: &Statistics) -> Vec<&Cell> {
    let scales = result.scales.iter().flat_map(|it| &it.bands);
    let tables = [
        &result.segments,
        &result.stages,
        &result.municipalities,
        &result.needs,
    ];
    tables.into_iter().flatten().chain(scales).collect()
}

#[test]
fn every_published_count_of_a_real_inbox_is_a_multiple_of_five_near_the_truth() {
    let letters = real(7, 300);
    let result = all(&letters);
    assert_eq!(result.letters, Some(300));
    let told: Vec<u32> = all_cells(&result)
        .iter()
        .filter_map(|it| it.count)
        .collect();
    assert!(told.len() > 50, "{} counts", told.len());
    assert!(told.iter().all(|it| *it >= 5 && it % STEP == 0));
    for cell in &result.segments {
        let of = |it: &&Counts| it.segment.as_ref().map(|it| it.as_str()) == cell.id.as_deref();
        let truth = letters.iter().filter(of).count();
        if let Some(count) = cell.count {
            assert!((count as usize).abs_diff(truth) <= 2, "{cell:?} is {truth}");
        }
    }
}

#[test]
fn every_letter_is_in_one_of_the_periods_that_follow_each_other() {
    let day = |text: &str| Some(text.parse::<Date>().unwrap());
    let made = |it: &str| Counts {
        created: day(it),
        ..Counts::default()
    };
    let mut letters = vec![made("2026-03-31"); 5];
    letters.extend(vec![made("2026-04-01"); 10]);
    let of = |from: Option<Date>, until: Option<Date>| {
        statistics(&CONTENT.later, &letters, Period { from, until }).letters
    };
    assert_eq!(of(day("2026-01-01"), day("2026-03-31")), Some(5));
    assert_eq!(of(day("2026-04-01"), day("2026-06-30")), Some(10));
    assert_eq!(of(None, day("2026-03-30")), None);
    assert_eq!(of(day("2026-02-01"), None), Some(15));
}

#[test]
fn the_order_of_letters_changes_nothing() {
    let mut letters = real(3, 100);
    let before = all(&letters);
    letters.reverse();
    assert_eq!(all(&letters), before);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Exchanging the counts of two withheld categories changes nothing that is published, and
    /// withheld categories are never all four, or three or less without another way.
    #[test]
    fn withheld_categories_cannot_be_told_apart(counts in proptest::collection::vec(0u32..40, 1..100), one: usize, other: usize) {
        let hidden = withheld(&counts);
        let places: Vec<usize> = (0..counts.len()).filter(|it| hidden[*it]).collect();
        if places.is_empty() { return Ok(()); }
        let mut changed = counts.clone();
        changed.swap(places[one % places.len()], places[other % places.len()]);
        prop_assert_eq!(seen(&changed), seen(&counts));
        let sum: u32 = places.iter().map(|it| counts[*it]).sum();
        let everything = places.len() == counts.len();
        prop_assert!(everything || sum == 0 || sum >= 5);
        prop_assert!(everything || sum == 0 || places.iter().any(|it| counts[*it] != 4));
        for (count, is_hidden) in counts.iter().zip(&hidden) {
            prop_assert!(*is_hidden || *count >= 5);
        }
    }
}
