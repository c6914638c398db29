//! Random respondents, always the same for the same seed.
//!
//! They answer in the order of the questionnaire and only what they are asked, some carefully,
//! some with many gaps. Used to see how a content distributes, to find what nobody can reach,
//! and to measure the longest paths.

use crate::{
    Answer, Answers, Content, ScaleId,
    deepening::deepening,
    questionnaire::{Choice, Item, Kind, Questionnaire, Tier},
    relevance::Counted,
    score::{Scale, scores},
};

/// SplitMix64 (Steele, Lea and Flood, 2014; the constants are of the reference implementation
/// by Vigna). Small, fast, the same on every machine, and not for secrets.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The generator of that seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A whole number from 0 up to, not including, `end`; 0 when `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        let number = self.bits().checked_rem(end).unwrap_or(0);
        usize::try_from(number).unwrap_or(0)
    }

    /// True in that many of 100 cases.
    pub fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of these.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }
}

/// How a simulated person answers: in percent of the items asked.
#[derive(Clone, Copy, Debug)]
struct Temper {
    open: usize,
    dont_know: usize,
    /// Steps of scored items are moved this much towards the low or the high end.
    leaning: i8,
}

/// The answers of one random person.
pub fn respondent(
    content: &Content,
    questionnaire: &Questionnaire,
    random: &mut Random,
) -> Answers {
    let temper = Temper {
        open: *random.one_of(&[0, 0, 5, 30]).unwrap_or(&0),
        dont_know: *random.one_of(&[0, 5, 10]).unwrap_or(&0),
        leaning: *random.one_of(&[-1, 0, 0, 1]).unwrap_or(&0),
    };
    let municipalities = &content.later.municipalities;
    let answer = |item: &Item, shown: &[&Choice], random: &mut Random| {
        if random.percent(temper.open) {
            return None;
        }
        if random.percent(temper.dont_know) {
            return Some(Answer::DontKnow);
        }
        if item.kind == Kind::Municipality && !random.percent(3) {
            return random
                .one_of(municipalities)
                .map(|it| Answer::one(&it.code));
        }
        chosen(item, shown, temper.leaning, random)
    };
    let mut answers = Answers::default();
    fill(questionnaire, &mut answers, &[], |item, shown| {
        answer(item, shown, random)
    });
    let deepened = deepened(&content.later.scales, questionnaire, &answers);
    if !deepened.is_empty() {
        fill(questionnaire, &mut answers, &deepened, |item, shown| {
            answer(item, shown, random)
        });
    }
    answers
}

/// The dimensions that are deepened for these answers.
pub fn deepened(
    scales: &[Scale],
    questionnaire: &Questionnaire,
    answers: &Answers,
) -> Vec<ScaleId> {
    let core = Counted::new(questionnaire, answers, &[]);
    deepening(scales, &core, &scores(scales, &core))
}

/// Goes through the items in the order asked and answers those that are relevant by then and
/// still open. With no `deepened` scales only context and core items are asked, else only deep ones.
pub fn fill(
    questionnaire: &Questionnaire,
    answers: &mut Answers,
    deepened: &[ScaleId],
    mut answer: impl FnMut(&Item, &[&Choice]) -> Option<Answer>,
) {
    for item in &questionnaire.items {
        if (item.tier == Tier::Deep) == deepened.is_empty() || answers.get(&item.id).is_some() {
            continue;
        }
        let counted = Counted::new(questionnaire, answers, deepened);
        if counted.is_relevant(&item.id) {
            let shown = counted.choices_shown(item);
            let answer = answer(item, &shown);
            answers.set(item.id.clone(), answer);
        }
    }
}

fn chosen(item: &Item, shown: &[&Choice], leaning: i8, random: &mut Random) -> Option<Answer> {
    if item.kind == Kind::ManyOf {
        let exclusive = shown.iter().find(|choice| choice.exclusive);
        if let Some(none) = exclusive.filter(|_| random.percent(25)) {
            return Answer::many([none.id.as_str()]);
        }
        let wanted = 1 + random.below(3);
        let others: Vec<&str> = shown
            .iter()
            .filter(|choice| !choice.exclusive)
            .map(|choice| choice.id.as_str())
            .collect();
        let ids: Vec<&str> = (0..wanted)
            .filter_map(|_| random.one_of(&others).copied())
            .collect();
        return Answer::many(ids);
    }
    let first = random.below(shown.len());
    let second = random.below(shown.len());
    let rank = match leaning {
        _ if !item.is_scored() => first,
        -1 => first.min(second),
        1 => first.max(second),
        _ => first,
    };
    shown.get(rank).map(|choice| Answer::One(choice.id.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_gives_the_numbers_of_the_reference() {
        // Vigna's splitmix64.c with x = 1234567.
        let mut random = Random::new(1_234_567);
        let numbers: Vec<u64> = (0..3).map(|_| random.bits()).collect();
        assert_eq!(
            numbers,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn nothing_to_choose_from_gives_nothing() {
        assert_eq!(Random::new(1).below(0), 0);
        assert_eq!(Random::new(1).one_of::<u8>(&[]), None);
    }
}
