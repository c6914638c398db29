//! What a person has answered: a map from item to answer, keyed by id, never by position.
//!
//! This is the only state there is. Answers to items that stopped being relevant stay here,
//! so going back loses nothing; `relevance` decides which of them count.

use crate::{ChoiceId, ItemId};
use serde::{Deserialize, Serialize, de, ser};

/// One answer. An item without an answer is *open*.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// One choice.
    One(ChoiceId),
    /// Some choices, at least one, in the order of their ids.
    Many(Vec<ChoiceId>),
    /// "Ved ikke / ikke relevant": answered, and neutral everywhere.
    DontKnow,
}

/// How "don't know" is written in files.
pub const DONT_KNOW: &str = "dont_know";

impl Answer {
    /// One choice by its id.
    pub fn one(choice: &str) -> Self {
        Self::One(choice.into())
    }

    /// Some choices by their ids; `None` when there are none, for that is an open item.
    pub fn many<'a>(choices: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut sorted: Vec<ChoiceId> = Vec::new();
        for choice in choices.into_iter().map(ChoiceId::from) {
            if let Err(place) = sorted.binary_search(&choice) {
                sorted.insert(place, choice);
            }
        }
        (!sorted.is_empty()).then_some(Self::Many(sorted))
    }

    /// The chosen ids; none for "don't know".
    pub fn choices(&self) -> &[ChoiceId] {
        match self {
            Self::One(choice) => core::slice::from_ref(choice),
            Self::Many(choices) => choices,
            Self::DontKnow => &[],
        }
    }
}

/// All answers of one person to one questionnaire.
///
/// Kept as a list in the order of the ids: for a hundred answers as quick as a tree, and a
/// third of its code in the first load.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers(Vec<(ItemId, Answer)>);

impl Answers {
    /// The answer to an item; `None` when it is open.
    pub fn get(&self, item: &ItemId) -> Option<&Answer> {
        let place = self.place(item).ok()?;
        self.0.get(place).map(|(_, answer)| answer)
    }

    /// Answers an item, or opens it again with `None`.
    pub fn set(&mut self, item: ItemId, answer: Option<Answer>) {
        match (self.place(&item), answer) {
            (Ok(place), Some(answer)) => {
                if let Some(slot) = self.0.get_mut(place) {
                    slot.1 = answer;
                }
            }
            (Ok(place), None) => {
                self.0.remove(place);
            }
            (Err(place), Some(answer)) => self.0.insert(place, (item, answer)),
            (Err(_), None) => {}
        }
    }

    /// The same answers with one more or other.
    pub fn with(mut self, item: &str, answer: Answer) -> Self {
        self.set(item.into(), Some(answer));
        self
    }

    /// All answers, by item id.
    pub fn iter(&self) -> impl Iterator<Item = (&ItemId, &Answer)> {
        self.0.iter().map(|(item, answer)| (item, answer))
    }

    /// Where an item stands, or would.
    fn place(&self, item: &ItemId) -> Result<usize, usize> {
        self.0.binary_search_by(|(id, _)| id.cmp(item))
    }

    /// How many items are answered, "don't know" included.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is answered.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Answers {
    fn serialize<S: ser::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Answers {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Answers;

            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("answers by item")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Answers, A::Error> {
                let mut answers = Answers::default();
                while let Some((item, answer)) = map.next_entry::<ItemId, Answer>()? {
                    answers.set(item, Some(answer));
                }
                Ok(answers)
            }
        }

        deserializer.deserialize_map(Visitor)
    }
}

// The answers file is `{item: choice | [choices] | "dont_know"}`; a bare number is a scale step.
impl Serialize for Answer {
    fn serialize<S: ser::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(choice) => serializer.serialize_str(choice.as_str()),
            Self::Many(choices) => serializer.collect_seq(choices),
            Self::DontKnow => serializer.serialize_str(DONT_KNOW),
        }
    }
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Answer;

            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("a choice, a list of choices, or \"dont_know\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Answer, E> {
                Ok(if text == DONT_KNOW {
                    Answer::DontKnow
                } else {
                    Answer::one(text)
                })
            }

            fn visit_u64<E: de::Error>(self, step: u64) -> Result<Answer, E> {
                Ok(Answer::One(ChoiceId::from(step.to_string().as_str())))
            }

            fn visit_i64<E: de::Error>(self, step: i64) -> Result<Answer, E> {
                u64::try_from(step)
                    .map_err(|_| E::custom("a step is 1 to 5"))
                    .and_then(|step| self.visit_u64(step))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Answer, A::Error> {
                let mut choices = Vec::new();
                while let Some(choice) = seq.next_element::<ChoiceId>()? {
                    choices.push(choice);
                }
                choices.sort();
                choices.dedup();
                if choices.is_empty() {
                    return Err(de::Error::custom(
                        "an empty list; leave the item out instead",
                    ));
                }
                Ok(Answer::Many(choices))
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}
