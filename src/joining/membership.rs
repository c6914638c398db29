//! Who the person is in a room, and what they have said there: pure, time and chance are arguments.
//!
//! Every word to the room is a sealed letter with a turn one higher than the last (see
//! `vaekstspejl_workshop::letter`), so a later one may take the place of one that still waits, and
//! neither a letter that is late nor one that comes twice does harm. Only the last word is kept.
//! Who leaves is out at once; the letter that says so is kept until it has arrived, without the rest.

use getrandom::rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use vaekstspejl_envelope::{Delete, LetterKind, PersonKey, RoomLink, Sid, place::NotForMe, seal};
use vaekstspejl_mailbox::outbox::{Item, State, Why};
use vaekstspejl_workshop::{
    letter::{Letter, Pseudonym, What},
    place::Place,
};

/// The version of the record. A reader takes this one only.
const VERSION: u8 = 1;

/// Being in a room.
#[derive(Clone, Debug, PartialEq)]
pub struct Membership {
    /// The room.
    pub link: RoomLink,
    /// Where its relay is, as `https://post.example`; empty: where this page is from.
    pub relay: String,
    /// The last word to the room. It also says who the person is.
    pub letter: Letter,
    /// The same sealed, and where it is.
    pub item: Item,
    /// When the room closes, by this device's clock (milliseconds since 1970); `None`: not known.
    pub closes_ms: Option<u64>,
    /// What the room has told last.
    pub place: Option<Place>,
}

/// The room the person is in, and the letters to rooms they have left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rooms {
    /// The room, if they are in one.
    pub here: Option<Membership>,
    /// "I leave", until it has arrived.
    pub leaving: Vec<Item>,
}

/// Text that is not a record of rooms, or of a newer program. Keep it as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unread;

#[derive(Serialize, Deserialize)]
struct Record {
    v: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    here: Option<Here>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    leaving: Vec<Item>,
}

#[derive(Serialize, Deserialize)]
struct Here {
    link: String,
    relay: String,
    letter: String,
    item: Item,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closes_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
}

/// Draws secrets and seals: the one thing here that needs chance and the hour.
pub trait Seal {
    /// A word to a room, sealed and ready to be sent.
    fn seal(&mut self, link: &RoomLink, relay: &str, letter: &Letter) -> Option<Item>;
}

/// Seals with this chance, at this hour.
pub struct Sealer<R> {
    /// Where secrets come from.
    pub chance: R,
    /// Milliseconds since 1970.
    pub now_ms: u64,
}

impl<R: CryptoRng> Seal for Sealer<R> {
    fn seal(&mut self, link: &RoomLink, relay: &str, letter: &Letter) -> Option<Item> {
        let chance = &mut self.chance;
        let (sid, delete) = (Sid::random(chance), Delete::random(chance));
        let payload = letter.to_json();
        let kind = LetterKind::RoomAnswer;
        let sealed = seal(kind, &link.public, &link.mid(), &sid, &payload, chance).ok()?;
        Item::new(sealed, relay, &link.post, &delete, "", self.now_ms)
    }
}

impl Membership {
    /// Goes into a room as somebody new. `None`: it could not be sealed.
    pub fn new(
        link: RoomLink,
        relay: String,
        person: PersonKey,
        name: Pseudonym,
        seal: &mut impl Seal,
    ) -> Option<Self> {
        let letter = Letter {
            person,
            turn: 1,
            name,
            what: What::Here,
        };
        let item = seal.seal(&link, &relay, &letter)?;
        Some(Self {
            link,
            relay,
            letter,
            item,
            closes_ms: None,
            place: None,
        })
    }

    fn next(&self, what: What, seal: &mut impl Seal) -> Option<(Letter, Item)> {
        let letter = Letter {
            turn: self.letter.turn.saturating_add(1),
            what,
            ..self.letter.clone()
        };
        let item = seal.seal(&self.link, &self.relay, &letter)?;
        Some((letter, item))
    }

    /// Opens what the room has told this phone.
    pub fn open(&self, piece: &[u8]) -> Result<Place, NotForMe> {
        let text = self.letter.person.open(&self.link.mid(), piece)?;
        Place::from_json(&text).map_err(|_| NotForMe)
    }

    /// Whether the last word is with the room.
    pub fn is_received(&self) -> bool {
        matches!(self.item.state, State::Accepted { .. })
    }

    /// Whether the room may have heard of this person: some letter was begun.
    fn may_be_known(&self) -> bool {
        self.letter.turn > 1 || !matches!(self.item.state, State::Sealed { attempts: 0, .. })
    }

    /// Whether the room is over, by the hour, by its own word or by its relay's.
    pub fn is_over(&self, now_ms: u64) -> bool {
        let gone = match &self.item.state {
            State::Parked { why, .. } => !matches!(
                why,
                Why::Refused { status, .. } if *status != 410
            ),
            _ => false,
        };
        let told = self.place.as_ref().is_some_and(|it| it.closed);
        gone || told || self.closes_ms.is_some_and(|it| it <= now_ms)
    }
}

impl Rooms {
    /// Says something else than before; a word that still waits is replaced. False: it could not
    /// be sealed, and nothing is changed. What was said last already is not said again.
    pub fn say(&mut self, what: What, seal: &mut impl Seal) -> bool {
        let Some(here) = &mut self.here else {
            return false;
        };
        if here.letter.what == what {
            return true;
        }
        let Some((letter, item)) = here.next(what, seal) else {
            return false;
        };
        (here.letter, here.item) = (letter, item);
        true
    }

    /// Leaves the room. Of somebody it has never heard of, it need not hear either.
    pub fn leave(&mut self, seal: &mut impl Seal) {
        let Some(here) = self.here.take().filter(Membership::may_be_known) else {
            return;
        };
        let said = here.next(What::Leaves, seal);
        self.leaving.extend(said.map(|(_, item)| item));
    }

    /// Every letter that is not done with.
    pub fn items(&self) -> Vec<Item> {
        let here = self.here.iter().map(|it| &it.item);
        here.chain(&self.leaving).cloned().collect()
    }

    /// Changes a letter. One that is not there any more is left where it is.
    pub fn change(&mut self, sid: Sid, act: impl FnOnce(Item) -> Item) -> Option<Item> {
        let here = self.here.iter_mut().map(|it| &mut it.item);
        let mut all = here.chain(&mut self.leaving);
        let place = all.find(|it| it.sid == sid)?;
        *place = act(place.clone());
        Some(place.clone())
    }

    /// Takes up what the room has told; only a higher number than before is believed.
    pub fn told(&mut self, person: &PersonKey, place: Place) -> bool {
        let ours = self.here.as_mut().filter(|it| it.letter.person == *person);
        let newer =
            |it: &&mut Membership| it.place.as_ref().map_or(0, |it| it.number) < place.number;
        match ours.filter(newer) {
            Some(here) => {
                here.place = Some(place);
                true
            }
            None => false,
        }
    }

    /// Drops what is done with; true: the room the person was in is over.
    pub fn tidy(&mut self, now_ms: u64) -> bool {
        let waits = |it: &Item| matches!(it.state, State::Sealed { .. } | State::Sending { .. });
        self.leaving.retain(waits);
        self.here.take_if(|it| it.is_over(now_ms)).is_some()
    }

    /// Whether there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        self.here.is_none() && self.leaving.is_empty()
    }

    /// As a record for the device: JSON.
    pub fn to_record(&self) -> String {
        let here = self.here.as_ref().map(|it| Here {
            link: it.link.to_fragment(),
            relay: it.relay.clone(),
            letter: String::from_utf8(it.letter.to_json()).unwrap_or_default(),
            item: it.item.clone(),
            closes_ms: it.closes_ms,
            place: it.place.clone(),
        });
        let record = Record {
            v: VERSION,
            here,
            leaving: self.leaving.clone(),
        };
        serde_json::to_string(&record).expect("text, numbers and enums become JSON")
    }

    /// Reads a record. What a newer program wrote and what is damaged is not guessed at.
    pub fn from_record(record: &str) -> Result<Self, Unread> {
        let record: Record = serde_json::from_str(record).map_err(|_| Unread)?;
        if record.v != VERSION {
            return Err(Unread);
        }
        // An item reads more strictly than its shape: the letter in it must be whole.
        let whole = |item: &Item| Item::from_record(&item.to_record()).map_err(|_| Unread);
        let here = record.here.map(|it| {
            Ok(Membership {
                link: RoomLink::parse(&it.link).map_err(|_| Unread)?,
                relay: it.relay,
                letter: Letter::from_json(it.letter.as_bytes()).map_err(|_| Unread)?,
                item: whole(&it.item)?,
                closes_ms: it.closes_ms,
                place: it.place,
            })
        });
        Ok(Self {
            here: here.transpose()?,
            leaving: record.leaving.iter().map(whole).collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
mod tests;
