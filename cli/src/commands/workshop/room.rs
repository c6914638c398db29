//! The room of a rehearsal: who comes, in which order, and what each gives to it.

use super::Rehearse;
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
    register,
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
    names: &str,
    args: &Rehearse,
    number: u16,
) -> Vec<Guest> {
    let mut random = Random::new(args.seed);
    let pseudonyms = pseudonyms(names, args.seed, number);
    let guests = pseudonyms.into_iter().zip(0..).map(|(pseudonym, person)| {
        let answers = respondent(content, questionnaire, &mut random);
        let assessment = assess(&content.later, questionnaire, &answers, None, args.today);
        Guest {
            person: Person(person),
            pseudonym,
            answer: answer_of(&assessment, &content.later),
            urgency: urgency_of(&assessment),
        }
    });
    guests.collect()
}

/// An animal or a plant and a number for each. No two are the same, and no word is used again before
/// all are; neither word nor number tells when somebody came.
fn pseudonyms(names: &str, seed: u64, number: u16) -> Vec<String> {
    let names = register::names(names);
    let mut names: Vec<&str> = names.into_iter().map(|(name, _)| name).collect();
    let mut numbers: Vec<u8> = (2..=99).collect();
    let mut chance = Chance::new(seed);
    chance.shuffle(&mut names);
    chance.shuffle(&mut numbers);
    // the same word comes again with the next number of the row
    let again = (0..numbers.len()).flat_map(|pass| {
        let numbers = numbers.iter().cycle().skip(pass);
        names
            .iter()
            .zip(numbers)
            .map(|(name, it)| format!("{name} {it}"))
    });
    again.take(number.into()).collect()
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
