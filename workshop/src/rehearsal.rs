//! A room full of invented people, to practise with: they answer a test at random and say to the
//! room what their phones would say. The same seed gives the same people on every machine.
//!
//! Chance does not answer as people do: the picture of a rehearsal shows how a picture looks, and
//! nothing about anybody.

use crate::answer::answer_of;
use crate::chance::Chance;
use crate::letter::{Given, HIGHEST_NUMBER, Letter, Pseudonym, What};
use crate::slots::urgency_of;
use std::collections::BTreeMap;
use vaekstspejl_engine::{
    Answer, Answers, Date, Later, assess,
    questionnaire::{Choice, Item, Kind, Questionnaire, Tier},
    relevance::Counted,
};
use vaekstspejl_envelope::PersonKey;

/// What so many invented people say, one letter each, in the order they come. `names`: how many
/// words the content has for pseudonyms.
pub fn letters(
    later: &Later,
    test: &Questionnaire,
    names: usize,
    seed: u64,
    people: usize,
    today: Date,
) -> Vec<Letter> {
    let mut chance = Chance::new(seed);
    let pseudonyms = pseudonyms(names, people, &mut chance);
    let letters = pseudonyms.into_iter().map(|name| Letter {
        person: person(&mut chance),
        turn: 1,
        name,
        what: What::Gives(given(later, test, today, &mut chance)),
    });
    letters.collect()
}

/// No two are the same, and no word is used again before all are.
fn pseudonyms(names: usize, people: usize, chance: &mut Chance) -> Vec<Pseudonym> {
    let names = u8::try_from(names).unwrap_or(u8::MAX).max(1);
    let mut words: Vec<u8> = (0..names).collect();
    let mut numbers: Vec<u8> = (2..=HIGHEST_NUMBER).collect();
    chance.shuffle(&mut words);
    chance.shuffle(&mut numbers);
    // the same word comes again with the next number of the row
    let again = (0..numbers.len()).flat_map(|pass| {
        let numbers = numbers.iter().cycle().skip(pass);
        let pairs = words.iter().zip(numbers);
        pairs.map(|(word, number)| Pseudonym {
            word: *word,
            number: *number,
        })
    });
    again.take(people).collect()
}

fn person(chance: &mut Chance) -> PersonKey {
    let mut bytes = [0; PersonKey::BYTES];
    for part in bytes.chunks_exact_mut(8) {
        part.copy_from_slice(&chance.draw().to_be_bytes());
    }
    PersonKey::from_bytes(bytes)
}

fn given(later: &Later, test: &Questionnaire, today: Date, chance: &mut Chance) -> Given {
    let answers = answers(later, test, chance);
    let assessment = assess(later, test, &answers, None, today);
    let answer = answer_of(&assessment, later);
    let mut urgency = urgency_of(&assessment);
    urgency.retain(|need, _| answer.needs.contains(need));
    // every second one knows what they would talk about
    let wishes: Vec<_> = answer.needs.iter().collect();
    let wish = wishes.get(chance.below(wishes.len() * 2));
    Given {
        wish: wish.map(|it| (*it).clone()),
        answer,
        urgency: BTreeMap::from_iter(urgency),
    }
}

/// Answers what is asked, in the order it is asked, leaning to one side as people do.
fn answers(later: &Later, test: &Questionnaire, chance: &mut Chance) -> Answers {
    let leaning = chance.below(3);
    let mut answers = Answers::default();
    for item in test.items.iter().filter(|it| it.tier != Tier::Deep) {
        let counted = Counted::new(test, &answers, &[]);
        if !counted.is_relevant(&item.id) {
            continue;
        }
        let shown = counted.choices_shown(item);
        let answer = match item.kind {
            Kind::Municipality => {
                one_of(&later.municipalities, chance).map(|it| Answer::one(&it.code))
            }
            Kind::ManyOf => many(&shown, chance),
            _ => one(item, &shown, leaning, chance),
        };
        answers.set(item.id.clone(), answer);
    }
    answers
}

fn one_of<'a, T>(these: &'a [T], chance: &mut Chance) -> Option<&'a T> {
    these.get(chance.below(these.len()))
}

fn one(item: &Item, shown: &[&Choice], leaning: usize, chance: &mut Chance) -> Option<Answer> {
    let (one, other) = (chance.below(shown.len()), chance.below(shown.len()));
    let place = match leaning {
        0 if item.is_scored() => one.min(other),
        1 if item.is_scored() => one.max(other),
        _ => one,
    };
    shown.get(place).map(|it| Answer::One(it.id.clone()))
}

fn many(shown: &[&Choice], chance: &mut Chance) -> Option<Answer> {
    let (exclusive, others): (Vec<&Choice>, Vec<&Choice>) =
        shown.iter().partition(|it| it.exclusive);
    let none = chance.below(4) == 0;
    if let Some(only) = exclusive.first().filter(|_| none) {
        return Some(Answer::Many(vec![only.id.clone()]));
    }
    let wanted = 1 + chance.below(3);
    let ids = (0..wanted).filter_map(|_| one_of(&others, chance));
    let ids: Vec<&str> = ids.map(|it| it.id.as_str()).collect();
    Answer::many(ids)
}
