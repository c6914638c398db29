//! What rooms tell their phones: for each room a number and sealed pieces, of which the first bytes
//! say whose they are. In memory only: a group and a slot are of use for an afternoon, the room has
//! them itself, and what was never written need not be deleted. After a restart the number is 0, by
//! which the room sees that it has to tell everything again.
//!
//! It refuses to open anything, to keep an older word, and to show a piece to a log.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use vaekstspejl_envelope::piece::{self, PIECE_BYTES};
use vaekstspejl_envelope::{CapabilityHash, Mid, Tag};
use vaekstspejl_mailbox::wire::MOST_PIECES;

use crate::mailbox::Now;

/// The most bytes that one room tells.
pub const LARGEST: usize = MOST_PIECES * PIECE_BYTES;
/// What a room takes besides its pieces (bytes), generously; so that rooms that tell nothing are
/// not without end either.
const ROOM_BYTES: usize = 512;

/// Pieces behind one another, each of another person. Nobody here can read them.
#[derive(Clone, PartialEq, Eq)]
pub struct Pieces(Box<[u8]>);

/// Without the pieces.
impl fmt::Debug for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} pieces", self.0.len() / PIECE_BYTES)
    }
}

impl Pieces {
    /// Reads a body; the error is the `reason` of the problem.
    pub fn read(bytes: Vec<u8>) -> Result<Self, &'static str> {
        let (pieces, rest) = bytes.as_chunks::<PIECE_BYTES>();
        if !rest.is_empty() || bytes.len() > LARGEST {
            return Err("length");
        }
        let mut tags = HashSet::new();
        match pieces.iter().all(|it| tags.insert(piece::tag(it))) {
            true => Ok(Self(bytes.into_boxed_slice())),
            false => Err("tag"),
        }
    }

    /// The piece of one person. A room has a thousand at most, so they are looked through.
    fn of(&self, tag: &Tag) -> Option<&[u8; PIECE_BYTES]> {
        let (pieces, _) = self.0.as_chunks();
        pieces.iter().find(|it| piece::tag(*it) == Some(*tag))
    }

    fn weight(&self) -> u64 {
        u64::try_from(self.0.len().saturating_add(ROOM_BYTES)).unwrap_or(u64::MAX)
    }
}

/// What one room tells.
#[derive(Debug)]
struct Told {
    number: u64,
    pieces: Pieces,
    /// Whose room it is; by it is seen whether the room is still there.
    owner: CapabilityHash,
    /// From when nothing of it is left.
    gone: Now,
}

/// What a room says anew.
#[derive(Debug)]
pub struct Word {
    /// Higher than that of the word before.
    pub number: u64,
    /// For everybody.
    pub pieces: Pieces,
    /// The owner who says it.
    pub owner: CapabilityHash,
    /// From when the room is gone.
    pub gone: Now,
}

/// Of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Took {
    /// It is told from now on.
    New,
    /// It was told already.
    Same,
    /// A later word is told, or another of this number.
    Conflict,
    /// All rooms together tell too much.
    Full,
}

/// What one phone is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The number of the room's word; 0: none.
    pub number: u64,
    /// The piece, if there is one for this phone.
    pub piece: Option<Vec<u8>>,
}

/// What all rooms tell.
#[derive(Debug)]
pub struct Places {
    most_bytes: u64,
    rooms: Mutex<HashMap<Mid, Told>>,
}

impl Places {
    /// Nothing yet, and never more than so many bytes.
    pub fn new(most_bytes: u64) -> Self {
        Self {
            most_bytes,
            rooms: Mutex::default(),
        }
    }

    /// Takes a room's word in place of the one before.
    pub fn tell(&self, mid: Mid, word: Word, now: Now) -> Took {
        let mut rooms = self.rooms(now);
        if let Some(told) = rooms.get(&mid)
            && word.number <= told.number
        {
            return match word.number == told.number && word.pieces == told.pieces {
                true => Took::Same,
                false => Took::Conflict,
            };
        }
        let others = rooms.iter().filter(|(it, _)| **it != mid);
        let taken: u64 = others.map(|(_, told)| told.pieces.weight()).sum();
        if taken.saturating_add(word.pieces.weight()) > self.most_bytes {
            return Took::Full;
        }
        let told = Told {
            number: word.number,
            pieces: word.pieces,
            owner: word.owner,
            gone: word.gone,
        };
        rooms.insert(mid, told);
        Took::New
    }

    /// What a room tells to this tag.
    pub fn ask(&self, mid: &Mid, tag: &Tag, now: Now) -> Answer {
        let rooms = self.rooms(now);
        let told = rooms.get(mid).map(|told| Answer {
            number: told.number,
            piece: told.pieces.of(tag).map(|it| it.to_vec()),
        });
        told.unwrap_or_default()
    }

    /// The number of a room's word; 0: none.
    pub fn number(&self, mid: &Mid, now: Now) -> u64 {
        self.rooms(now).get(mid).map_or(0, |told| told.number)
    }

    /// The room is gone from then on, if not earlier.
    pub fn end(&self, mid: &Mid, gone: Now) {
        if let Some(told) = self.kept().get_mut(mid) {
            told.gone = told.gone.min(gone);
        }
    }

    /// The room is gone.
    pub fn forget(&self, mid: &Mid) {
        self.kept().remove(mid);
    }

    /// Rooms that tell something, with their owners: for asking whether they are still there.
    pub fn tellers(&self, now: Now) -> Vec<(Mid, CapabilityHash)> {
        let rooms = self.rooms(now);
        rooms.iter().map(|(mid, told)| (*mid, told.owner)).collect()
    }

    /// Everything, but what is over: that is gone before anybody looks.
    fn rooms(&self, now: Now) -> MutexGuard<'_, HashMap<Mid, Told>> {
        let mut rooms = self.kept();
        rooms.retain(|_, told| now < told.gone);
        rooms
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<Mid, Told>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Mid = Mid([1; 16]);
    const OTHER: Mid = Mid([2; 16]);
    const START: Now = Now(1_000);
    const END: Now = Now(2_000);

    fn piece(person: u8, text: u8) -> Vec<u8> {
        let mut piece = vec![text; PIECE_BYTES];
        piece[..8].copy_from_slice(&[person; 8]);
        piece
    }

    fn pieces(of: &[(u8, u8)]) -> Pieces {
        let bytes: Vec<u8> = of.iter().flat_map(|&(it, text)| piece(it, text)).collect();
        Pieces::read(bytes).unwrap()
    }

    fn word(number: u64, of: &[(u8, u8)]) -> Word {
        Word {
            number,
            pieces: pieces(of),
            owner: CapabilityHash([3; 32]),
            gone: END,
        }
    }

    fn ask(places: &Places, mid: Mid, person: u8, now: Now) -> (u64, Option<Vec<u8>>) {
        let Answer { number, piece } = places.ask(&mid, &Tag([person; 8]), now);
        (number, piece)
    }

    #[test]
    fn pieces_are_whole_and_of_one_person_each() {
        assert_eq!(Pieces::read(vec![0; PIECE_BYTES - 1]), Err("length"));
        assert_eq!(Pieces::read(vec![0; PIECE_BYTES + 1]), Err("length"));
        assert_eq!(Pieces::read(vec![0; LARGEST + PIECE_BYTES]), Err("length"));
        let twice = [piece(1, 1), piece(2, 2), piece(1, 3)].concat();
        assert_eq!(Pieces::read(twice), Err("tag"));
        assert!(Pieces::read(Vec::new()).is_ok());
    }

    #[test]
    fn everybody_is_told_their_own_in_their_own_room() {
        let places = Places::new(1 << 20);
        assert_eq!(ask(&places, ROOM, 1, START), (0, None));
        assert_eq!(
            places.tell(ROOM, word(4, &[(1, 11), (2, 22)]), START),
            Took::New
        );
        assert_eq!(ask(&places, ROOM, 1, START), (4, Some(piece(1, 11))));
        assert_eq!(ask(&places, ROOM, 2, START), (4, Some(piece(2, 22))));
        assert_eq!(ask(&places, ROOM, 3, START), (4, None));
        assert_eq!(ask(&places, OTHER, 1, START), (0, None));
    }

    #[test]
    fn a_later_word_takes_the_place_of_all_before_and_an_earlier_one_none() {
        let places = Places::new(1 << 20);
        let tell = |number, of: &[_]| places.tell(ROOM, word(number, of), START);
        assert_eq!(tell(4, &[(1, 11), (2, 22)]), Took::New);
        assert_eq!(tell(4, &[(1, 11), (2, 22)]), Took::Same);
        assert_eq!(tell(4, &[(1, 12), (2, 22)]), Took::Conflict);
        assert_eq!(tell(3, &[(1, 11), (2, 22)]), Took::Conflict);
        assert_eq!(tell(9, &[(1, 13)]), Took::New);
        assert_eq!(ask(&places, ROOM, 1, START), (9, Some(piece(1, 13))));
        assert_eq!(ask(&places, ROOM, 2, START), (9, None));
        assert_eq!(tell(u64::MAX, &[]), Took::New);
        assert_eq!(places.number(&ROOM, START), u64::MAX);
    }

    #[test]
    fn memory_has_an_end_and_a_rooms_own_pieces_do_not_count_against_its_next() {
        let most = 3 * PIECE_BYTES + 2 * ROOM_BYTES;
        let places = Places::new(u64::try_from(most).unwrap());
        assert_eq!(
            places.tell(ROOM, word(1, &[(1, 1), (2, 2)]), START),
            Took::New
        );
        assert_eq!(
            places.tell(OTHER, word(1, &[(1, 1), (2, 2)]), START),
            Took::Full
        );
        assert_eq!(places.tell(OTHER, word(1, &[(1, 1)]), START), Took::New);
        assert_eq!(
            places.tell(ROOM, word(2, &[(1, 3), (2, 4)]), START),
            Took::New
        );
        // a room that tells nothing has a weight too
        assert_eq!(places.tell(Mid([9; 16]), word(1, &[]), START), Took::Full);
        assert_eq!(places.tell(Mid([9; 16]), word(1, &[]), END), Took::New);
    }

    #[test]
    fn nothing_outlives_its_room() {
        let places = Places::new(1 << 20);
        places.tell(ROOM, word(1, &[(1, 1)]), START);
        places.tell(OTHER, word(1, &[(1, 1)]), START);
        places.end(&ROOM, Now(1_600));
        // closing again does not make it longer
        places.end(&ROOM, Now(1_700));
        assert_eq!(places.number(&ROOM, Now(1_599)), 1);
        assert_eq!(places.number(&ROOM, Now(1_600)), 0);
        assert_eq!(
            places.tellers(Now(1_600)),
            [(OTHER, CapabilityHash([3; 32]))]
        );
        assert!(places.tellers(END).is_empty() && places.kept().is_empty());
        places.tell(ROOM, word(1, &[(1, 1)]), START);
        places.forget(&ROOM);
        assert!(places.kept().is_empty());
    }

    #[test]
    fn no_form_for_logs_shows_a_piece() {
        let places = Places::new(1 << 20);
        places.tell(ROOM, word(7, &[(1, 251), (2, 252)]), START);
        let shown = format!("{places:?} {:?}", word(7, &[(1, 251)]));
        assert!(shown.contains("2 pieces"));
        assert!(!shown.contains("251") && !shown.contains("252"), "{shown}");
    }
}
