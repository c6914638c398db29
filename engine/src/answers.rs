//! What a person has answered: a map from item to answer, keyed by id, never by position.
//!
//! This is the only state there is. Answers to items that stopped being relevant stay here,
//! so going back loses nothing; `relevance` decides which of them count.

use crate::{ChoiceId, ItemId};
use serde::{Deserialize, Serialize, de, ser};
use std::collections::BTreeMap;

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
        let mut choices: Vec<ChoiceId> = choices.into_iter().map(ChoiceId::from).collect();
        choices.sort();
        choices.dedup();
        (!choices.is_empty()).then_some(Self::Many(choices))
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(BTreeMap<ItemId, Answer>);

impl Answers {
    /// The answer to an item; `None` when it is open.
    pub fn get(&self, item: &ItemId) -> Option<&Answer> {
        self.0.get(item)
    }

    /// Answers an item, or opens it again with `None`.
    pub fn set(&mut self, item: ItemId, answer: Option<Answer>) {
        match answer {
            Some(answer) => self.0.insert(item, answer),
            None => self.0.remove(&item),
        };
    }

    /// The same answers with one more or other.
    pub fn with(mut self, item: &str, answer: Answer) -> Self {
        self.set(item.into(), Some(answer));
        self
    }

    /// All answers, by item id.
    pub fn iter(&self) -> impl Iterator<Item = (&ItemId, &Answer)> {
        self.0.iter()
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
