//! The answer of one phone to a room, as the JSON inside a sealed letter (protocol §1.3).
//!
//! A person is known by the key their phone drew; each later word of theirs has a higher turn and
//! takes the place of all before, so that a letter that comes twice, late or out of order neither
//! loses nor doubles anybody. Reading refuses what is out of range or too much, and never guesses.

use crate::answer::{Answer, Level};
use crate::slots::Urgency;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vaekstspejl_engine::{NeedId, ScaleId, SegmentId};
use vaekstspejl_envelope::PersonKey;

/// The version of this format. A reader takes this one only.
pub const VERSION: u8 = 1;
/// Most levels, and most needs, that a letter may carry.
pub const MOST_PARTS: usize = 40;
/// Most bytes of an id.
pub const LONGEST_ID: usize = 40;
/// The highest number beside a pseudonym; the lowest is 2.
pub const HIGHEST_NUMBER: u8 = 99;

/// What somebody in a room is called: the place of a word in the content's list, and a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pseudonym {
    /// The place of the word, from 0. The list decides how many there are.
    pub word: u8,
    /// 2 to [`HIGHEST_NUMBER`].
    pub number: u8,
}

/// What a person gives, for the picture and for advice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// For the picture and the groups.
    pub answer: Answer,
    /// How urgent each of its needs is.
    pub urgency: BTreeMap<NeedId, Urgency>,
    /// What they would like best to talk to an adviser about; one of their needs.
    pub wish: Option<NeedId>,
}

/// What a phone says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// I am here, and give nothing yet.
    Here,
    /// I give this. It takes the place of what I gave before.
    Gives(Given),
    /// I leave.
    Leaves,
}

/// A letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Who.
    pub person: PersonKey,
    /// The how-manieth word of theirs, from 1.
    pub turn: u32,
    /// What they are called.
    pub name: Pseudonym,
    /// What they say.
    pub what: What,
}

/// Why bytes are no answer to a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadLetter {
    /// Not JSON of this shape.
    Shape,
    /// Of a newer program.
    Newer,
    /// Something is out of its range.
    Range,
}

#[derive(Serialize, Deserialize)]
struct Json {
    v: u8,
    person: String,
    turn: u32,
    name: Pseudonym,
    what: Kind,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    levels: BTreeMap<ScaleId, u8>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    needs: BTreeMap<NeedId, u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stage: Option<SegmentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wish: Option<NeedId>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Here,
    Gives,
    Leaves,
}

impl Letter {
    /// As the JSON inside a letter.
    pub fn to_json(&self) -> Vec<u8> {
        let (what, given) = match &self.what {
            What::Here => (Kind::Here, Given::default()),
            What::Gives(given) => (Kind::Gives, given.clone()),
            What::Leaves => (Kind::Leaves, Given::default()),
        };
        let urgent = |need: &NeedId| given.urgency.get(need).copied().unwrap_or(Urgency::USUAL);
        let levels = given.answer.levels.iter();
        let needs = given.answer.needs.iter();
        let json = Json {
            v: VERSION,
            person: self.person.to_text(),
            turn: self.turn,
            name: self.name,
            what,
            levels: levels
                .map(|(scale, it)| (scale.clone(), it.get()))
                .collect(),
            needs: needs.map(|it| (it.clone(), urgent(it).get())).collect(),
            stage: given.answer.stage.clone(),
            wish: given.wish.clone(),
        };
        serde_json::to_vec(&json).expect("text and numbers under text keys become JSON")
    }

    /// Reads what is inside a letter.
    pub fn from_json(bytes: &[u8]) -> Result<Self, BadLetter> {
        // The version first: a newer letter may have another shape.
        #[derive(Deserialize)]
        struct Version {
            v: u8,
        }
        let Version { v } = serde_json::from_slice(bytes).map_err(|_| BadLetter::Shape)?;
        if v != VERSION {
            return Err(BadLetter::Newer);
        }
        let json: Json = serde_json::from_slice(bytes).map_err(|_| BadLetter::Shape)?;
        json.checked().ok_or(BadLetter::Range)
    }
}

impl Json {
    fn checked(self) -> Option<Letter> {
        let person = PersonKey::parse(&self.person).ok()?;
        let name = self.name.checked()?;
        (self.turn > 0).then_some(())?;
        let what = match self.what {
            Kind::Here => What::Here,
            Kind::Leaves => What::Leaves,
            Kind::Gives => What::Gives(given(self.levels, self.needs, self.stage, self.wish)?),
        };
        Some(Letter {
            person,
            turn: self.turn,
            name,
            what,
        })
    }
}

impl Pseudonym {
    /// Itself, if the number is one that is given.
    pub(crate) fn checked(self) -> Option<Self> {
        (2..=HIGHEST_NUMBER).contains(&self.number).then_some(self)
    }
}

fn given(
    levels: BTreeMap<ScaleId, u8>,
    needs: BTreeMap<NeedId, u8>,
    stage: Option<SegmentId>,
    wish: Option<NeedId>,
) -> Option<Given> {
    let short = |id: &str| !id.is_empty() && id.len() <= LONGEST_ID;
    let ids = levels.keys().map(|it| it.as_str());
    let ids = ids.chain(needs.keys().map(|it| it.as_str()));
    let mut ids = ids.chain(stage.iter().map(|it| it.as_str()));
    let fits = levels.len() <= MOST_PARTS && needs.len() <= MOST_PARTS && ids.all(short);
    let wish_is_need = wish.as_ref().is_none_or(|it| needs.contains_key(it));
    (fits && wish_is_need).then_some(())?;
    let levels = levels
        .into_iter()
        .map(|(scale, it)| Some((scale, Level::new(it)?)));
    let urgency = needs
        .into_iter()
        .map(|(need, it)| Some((need, Urgency::new(it)?)));
    let urgency = urgency.collect::<Option<BTreeMap<_, _>>>()?;
    Some(Given {
        answer: Answer {
            levels: levels.collect::<Option<_>>()?,
            needs: urgency.keys().cloned().collect(),
            stage,
        },
        urgency,
        wish,
    })
}
