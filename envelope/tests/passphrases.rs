//! The word list of passphrases, what is drawn from it, and what people type.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod common;

use std::collections::BTreeSet;

use common::Seeded;
use proptest::prelude::*;
use vaekstspejl_envelope::passphrase::{DANISH, WORDS, generate, normalise, words};

#[test]
fn six_words_of_the_list_are_66_bits_at_least() {
    let bits = (words(DANISH).len() as f64).log2() * WORDS as f64;
    assert!(bits >= 66.0, "{bits}");
}

#[test]
fn the_words_are_short_plain_and_in_order() {
    let words = words(DANISH);
    assert!(words.len() >= 2048);
    assert!(words.is_sorted());
    for word in words {
        let letters = word.chars().count();
        assert!((4..=9).contains(&letters), "{word}");
        let plain = |letter: char| letter.is_ascii_lowercase() || "æøå".contains(letter);
        assert!(word.chars().all(plain), "{word}");
    }
}

#[test]
fn every_word_is_another_also_after_normalising() {
    let words = words(DANISH);
    let distinct: BTreeSet<String> = words
        .iter()
        .map(|word| normalise(word).to_string())
        .collect();
    assert_eq!(distinct.len(), words.len());
    assert!(words.iter().all(|word| distinct.contains(*word)));
}

/// One letter wrong, missing, too many, or two next to each other swapped never gives another
/// word: a slip of the finger can be told.
#[test]
fn no_slip_of_one_finger_makes_another_word() {
    let words: BTreeSet<Vec<char>> = words(DANISH).iter().map(|w| w.chars().collect()).collect();
    for word in &words {
        for at in 0..word.len() {
            let mut without = word.clone();
            without.remove(at);
            assert!(!words.contains(&without), "{word:?}");
            let mut swapped = word.clone();
            swapped.swap(at, (at + 1).min(word.len() - 1));
            assert!(swapped == *word || !words.contains(&swapped), "{word:?}");
            for letter in ('a'..='z').chain(['æ', 'ø', 'å']) {
                let mut other = word.clone();
                other[at] = letter;
                assert!(other == *word || !words.contains(&other), "{word:?}");
            }
        }
    }
}

#[test]
fn a_passphrase_is_six_words_of_the_list() {
    let list = words(DANISH);
    for seed in 0..50 {
        let text = generate(&list, &mut Seeded::new(seed)).unwrap();
        let drawn: Vec<&str> = text.split(' ').collect();
        assert_eq!(drawn.len(), 6);
        assert!(drawn.iter().all(|word| list.contains(word)));
    }
}

/// 60,000 draws from three words: each is expected 20,000 times with a standard deviation of
/// 115, so 1,000 off is a mistake and not chance. The generator is seeded: always the same.
#[test]
fn every_word_is_as_likely_as_any_other() {
    let mut rng = Seeded::new(1);
    let mut counts = [0_u32; 3];
    for _ in 0..10_000 {
        for word in generate(&["a", "b", "c"], &mut rng).unwrap().split(' ') {
            counts[usize::from(word.as_bytes()[0] - b'a')] += 1;
        }
    }
    assert!(
        counts.iter().all(|count| count.abs_diff(20_000) < 1_000),
        "{counts:?}"
    );
}

#[test]
fn a_list_that_gives_no_choice_gives_no_passphrase() {
    assert!(generate(&[], &mut Seeded::new(1)).is_none());
    assert!(generate(&["altid"], &mut Seeded::new(1)).is_none());
}

#[test]
fn the_same_words_typed_on_other_keyboards_are_the_same_passphrase() {
    for typed in [
        "måned østers ært",
        "  måned   østers\tært \n",
        "Måned ØSTERS Ært",
        // å as a and a ring above, as some systems store it
        "ma\u{30a}ned østers ært",
        // copied from a page with soft hyphens and a no-break space
        "må\u{ad}ned\u{a0}øst\u{200b}ers ært",
    ] {
        assert_eq!(normalise(typed).as_str(), "måned østers ært", "{typed:?}");
    }
    assert_ne!(normalise("måned østers aert").as_str(), "måned østers ært");
}

proptest! {
    #[test]
    fn normalising_twice_changes_nothing(words in "[a-zæøåA-ZÆØÅ \u{30a}\u{ad}]{0,40}") {
        let once = normalise(&words);
        prop_assert_eq!(normalise(&once), once);
    }
}
