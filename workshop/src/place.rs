//! What one phone is told: its own group, rounds and slots, and nothing of anybody else's.
//!
//! A few short texts, so that a phone needs nothing but this to show it. It goes sealed to the
//! person alone (`vaekstspejl_envelope::place`). Reading bounds everything: the room is trusted to
//! plan, not to fill a phone.

use serde::{Deserialize, Serialize};

/// The version of this format.
pub const VERSION: u8 = 1;
/// Most bytes of a text in it.
pub const LONGEST_TEXT: usize = 60;
/// Most rounds in it.
pub const MOST_ROUNDS: usize = 8;
/// Most slots in it.
pub const MOST_SLOTS: usize = 2;

/// What a phone is told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// [`VERSION`].
    pub v: u8,
    /// The how-manieth word to this phone; only a higher one than before is believed.
    pub number: u32,
    /// What the room calls the person, as `Odder 12 B`, when it is not what the phone chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The group of each round, from 1; empty: no groups yet. A round without the person is 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rounds: Vec<u16>,
    /// The person's slots, in order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slots: Vec<Slot>,
    /// The slots are given and none is theirs yet: they are on the waiting list.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub waits: bool,
    /// The workshop is over; the phone may forget the room.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub closed: bool,
}

/// A slot with an adviser.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// From when: minutes since midnight.
    pub from: u16,
    /// Until when.
    pub to: u16,
    /// With whom, and where, as the facilitator wrote it.
    pub adviser: String,
}

/// Bytes that are not what a phone is told, or of a newer program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAPlace;

impl Place {
    /// As JSON. Texts lose what JSON would have to escape and are cut to [`LONGEST_TEXT`] bytes,
    /// rounds and slots to the most there may be, so that it fits into a piece whatever it says.
    pub fn to_json(&self) -> Vec<u8> {
        let slots = self.slots.iter().take(MOST_SLOTS).map(|it| Slot {
            adviser: cut(&it.adviser),
            ..*it
        });
        let place = Self {
            v: VERSION,
            name: self.name.as_deref().map(cut),
            rounds: self.rounds.iter().take(MOST_ROUNDS).copied().collect(),
            slots: slots.collect(),
            ..*self
        };
        serde_json::to_vec(&place).expect("text and numbers become JSON")
    }

    /// Reads what the room sealed to this phone.
    pub fn from_json(bytes: &[u8]) -> Result<Self, NotAPlace> {
        let place: Self = serde_json::from_slice(bytes).map_err(|_| NotAPlace)?;
        let short = |text: &str| text.len() <= LONGEST_TEXT;
        let fits = place.v == VERSION
            && place.name.as_deref().is_none_or(short)
            && place.rounds.len() <= MOST_ROUNDS
            && place.slots.len() <= MOST_SLOTS
            && place
                .slots
                .iter()
                .all(|it| it.from < it.to && it.to <= 24 * 60 && short(&it.adviser));
        fits.then_some(place).ok_or(NotAPlace)
    }
}

fn cut(text: &str) -> String {
    let mut short = String::new();
    for letter in text
        .chars()
        .filter(|it| !it.is_control() && !matches!(it, '"' | '\\'))
    {
        if short.len() + letter.len_utf8() > LONGEST_TEXT {
            break;
        }
        short.push(letter);
    }
    short
}
