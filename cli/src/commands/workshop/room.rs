//! The room of a rehearsal: who comes, in which order, and what each gives to it.

use super::Rehearse;
use crate::words::Words;
use std::collections::BTreeMap;
use vaekstspejl_engine::{
    Content, NeedId, assess,
    authoring::{Random, respondent},
    questionnaire::Questionnaire,
};
use vaekstspejl_workshop::{
    answer::{Answer, Person, answer_of},
    chance::Chance,
    picture::{Picture, Room, Waiting},
    slots::{Urgency, urgency_of},
};

/// Somebody who comes.
pub struct Guest {
    pub person: Person,
    pub pseudonym: String,
    pub answer: Answer,
    pub urgency: BTreeMap<NeedId, Urgency>,
}

/// So many invented people who take this test.
pub fn guests(
    content: &Content,
    questionnaire: &Questionnaire,
    words: &Words,
    args: &Rehearse,
    number: u16,
) -> Vec<Guest> {
    let mut random = Random::new(args.seed);
    let pseudonyms = pseudonyms(words, args.seed, number);
    let guests = pseudonyms.into_iter().zip(0..).map(|(pseudonym, person)| {
        let answers = respondent(content, questionnaire, &mut random);
        let assessment = assess(&content.later, questionnaire, &answers, None, args.today);
        Guest {
            person: Person(person),
            pseudonym,
            answer: answer_of(&assessment),
            urgency: urgency_of(&assessment),
        }
    });
    guests.collect()
}

/// An animal or a plant and a number for each; no two the same, and neither word nor number tells
/// when somebody came.
fn pseudonyms(words: &Words, seed: u64, number: u16) -> Vec<String> {
    let names = words.get("pseudonyms");
    let names: Vec<&str> = names.split(", ").collect();
    let numbers = 2..=99;
    let all = numbers.flat_map(|number| names.iter().map(move |name| format!("{name} {number}")));
    let mut all: Vec<String> = all.collect();
    Chance::new(seed).shuffle(&mut all);
    all.truncate(number.into());
    all
}

/// What is shown when so many have come.
pub struct Moment {
    pub arrived: usize,
    /// The number of the new picture, or why there is none.
    pub picture: Result<usize, Waiting>,
}

/// Everybody comes in order. The facilitator asks for a picture early, in the middle, at once again,
/// and when all are there.
pub fn arrivals(guests: &[Guest]) -> (Vec<Moment>, Option<Picture>) {
    let mut room = Room::new();
    let all = guests.len();
    let asked = [4, all / 2, all / 2 + 1, all];
    let mut moments = Vec::new();
    for guest in guests {
        room.answer(guest.person, guest.answer.clone());
        let arrived = room.arrivals();
        if asked.contains(&arrived) {
            let picture = room.publish().map(|it| it.number);
            moments.push(Moment { arrived, picture });
        }
    }
    (moments, room.picture().cloned())
}
