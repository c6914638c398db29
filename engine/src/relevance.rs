//! Relevance: which items a person is asked, and which answers count.
//!
//! An item is relevant when its section and its own `relevant_if` hold, judged only by answers
//! that count themselves. Answers that stop being relevant are kept in [`Answers`], so going back
//! loses nothing, but nothing downstream of this module can see them: not scores, not rules,
//! not files, not codes.

use crate::{
    Answer, Answers, ChoiceId, ItemId, ScaleId,
    questionnaire::{Choice, Item, Questionnaire, Tier},
    rule::{Facts, Rule},
    score::Scores,
};

/// The items asked and the answers that count, for one person at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted<'a> {
    questionnaire: &'a Questionnaire,
    possible: Vec<bool>,
    relevant: Vec<bool>,
    answers: Vec<Option<Answer>>,
}

impl<'a> Counted<'a> {
    /// One pass in the order of the questionnaire: a rule sees only what was found before it.
    /// Deep items are asked only for the `deepened` scales; with none, this is the core.
    pub fn new(questionnaire: &'a Questionnaire, answers: &Answers, deepened: &[ScaleId]) -> Self {
        let items = questionnaire.items.len();
        let mut counted = Self {
            questionnaire,
            possible: Vec::with_capacity(items),
            relevant: Vec::with_capacity(items),
            answers: Vec::with_capacity(items),
        };
        let unscored = Scores::default();
        for item in &questionnaire.items {
            let holds = |rule: &Rule| {
                *rule == Rule::Always
                    || rule.holds(Facts {
                        counted: &counted,
                        scores: &unscored,
                    })
            };
            let section = questionnaire.section(&item.section);
            let possible = section.is_some_and(|section| holds(&section.relevant_if))
                && holds(&item.relevant_if);
            let relevant = possible
                && (item.tier != Tier::Deep
                    || item
                        .scores
                        .iter()
                        .any(|(scale, _)| deepened.contains(scale)));
            let answer = answers.get(&item.id).filter(|_| relevant);
            let answer = answer
                .and_then(|answer| filtered(item, answer, |choice| holds(&choice.relevant_if)));
            counted.possible.push(possible);
            counted.relevant.push(relevant);
            counted.answers.push(answer);
        }
        counted
    }

    /// The questionnaire this is about.
    pub fn questionnaire(&self) -> &'a Questionnaire {
        self.questionnaire
    }

    /// The items to be asked, in order.
    pub fn items(&self) -> impl Iterator<Item = &'a Item> + '_ {
        self.questionnaire
            .items
            .iter()
            .zip(&self.relevant)
            .filter_map(|(item, relevant)| relevant.then_some(item))
    }

    /// Relevant items with their answers that count; `None` is open.
    pub fn answered(&self) -> impl Iterator<Item = (&'a Item, Option<&Answer>)> + '_ {
        self.questionnaire
            .items
            .iter()
            .zip(self.relevant.iter().zip(&self.answers))
            .filter_map(|(item, (relevant, answer))| relevant.then_some((item, answer.as_ref())))
    }

    /// Items that fit this person but are not asked, because their dimension is not deepened.
    pub fn not_deepened(&self) -> impl Iterator<Item = &'a Item> + '_ {
        self.questionnaire
            .items
            .iter()
            .zip(self.possible.iter().zip(&self.relevant))
            .filter_map(|(item, (possible, relevant))| (*possible && !relevant).then_some(item))
    }

    /// Whether an item is to be asked.
    pub fn is_relevant(&self, item: &ItemId) -> bool {
        self.questionnaire
            .position(item)
            .and_then(|index| self.relevant.get(index).copied())
            .unwrap_or(false)
    }

    /// The answer that counts; `None` is open or not relevant.
    pub fn answer(&self, item: &ItemId) -> Option<&Answer> {
        let index = self.questionnaire.position(item)?;
        self.answers.get(index)?.as_ref()
    }

    /// The choices that count; none for open, "don't know" and not relevant.
    pub fn choices(&self, item: &ItemId) -> &[ChoiceId] {
        self.answer(item).map_or(&[], Answer::choices)
    }

    /// The choices of an item that are shown to this person.
    pub fn choices_shown<'b>(&self, item: &'b Item) -> Vec<&'b Choice> {
        let unscored = Scores::default();
        let facts = Facts {
            counted: self,
            scores: &unscored,
        };
        item.choices
            .iter()
            .filter(|choice| choice.relevant_if.holds(facts))
            .collect()
    }

    /// Only the answers that count: what may be saved in a code, shown or sent.
    pub fn to_answers(&self) -> Answers {
        let mut answers = Answers::default();
        for (item, answer) in self.answered() {
            answers.set(item.id.clone(), answer.cloned());
        }
        answers
    }
}

/// The answer without choices that are unknown or not shown to this person.
fn filtered(item: &Item, answer: &Answer, shown: impl Fn(&Choice) -> bool) -> Option<Answer> {
    let counts = |id: &&ChoiceId| item.choice(id).map_or_else(|| item.allows(id), &shown);
    match answer {
        Answer::DontKnow => Some(Answer::DontKnow),
        Answer::One(choice) => counts(&choice).then(|| answer.clone()),
        Answer::Many(choices) => {
            let choices: Vec<ChoiceId> = choices.iter().filter(counts).cloned().collect();
            (!choices.is_empty()).then_some(Answer::Many(choices))
        }
    }
}
