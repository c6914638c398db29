//! Who is in the room: everything that phones, codes and paper have said, in one list.
//!
//! A person is known by their key (letters), by the first bytes of its tag (codes) or by the
//! facilitator's hand (paper). A later word takes the place of an earlier one by its turn; the same
//! word again, an older one that comes late, and the same person by letter and by code change
//! nothing and make nobody twice. Nobody is ever taken out of the list: who has left keeps the
//! place, so that a number once given never means another person.
//!
//! Names stay unique: who comes later with a name that is taken gets a letter behind it.

use crate::answer::{Answer, Person};
use crate::code::{Coded, ShortTag};
use crate::letter::{Given, Letter, Pseudonym, What};
use crate::slots::{Seeker, Time, Wish};
use std::collections::BTreeSet;
use vaekstspejl_envelope::PersonKey;

/// Most people in a room: more letters than a relay takes, and what the groups are made for.
pub const MOST_PEOPLE: usize = 1_000;

/// How somebody came into the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A sealed letter over the net.
    Letter,
    /// A code, scanned or typed.
    Code,
    /// A paper form, keyed in.
    Paper,
}

/// Where somebody stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In the room, and has given nothing yet.
    Here,
    /// In the room, and has given this.
    Given(Given),
    /// Has left.
    Left,
}

/// Somebody who is or was in the room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The place in the list.
    pub person: Person,
    /// What they chose or were given as a name.
    pub name: Pseudonym,
    /// Told apart from somebody with the same name: 0 none, 1 `B`, 2 `C` …
    pub copy: u8,
    /// How the last word of theirs came.
    pub source: Source,
    /// Where they stand.
    pub standing: Standing,
    /// What seals to their phone; nobody who came by code or paper alone has one.
    pub key: Option<PersonKey>,
    tag: Option<ShortTag>,
    turn: u32,
}

/// What a word changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Took {
    /// Somebody new.
    Joined(Person),
    /// Somebody known says something else now.
    Changed(Person),
    /// Somebody has left.
    Left(Person),
    /// Nothing: it was known, or a later word was.
    Known(Person),
    /// Nothing: the room is full.
    Full,
}

/// Everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Register {
    entries: Vec<Entry>,
}

impl Register {
    /// Everybody who is or was there, in the order they came.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// One of them.
    pub fn entry(&self, person: Person) -> Option<&Entry> {
        self.entries.get(usize::try_from(person.0).ok()?)
    }

    /// The one that a code or letter with this tag is of, if they are in the list.
    pub fn known(&self, tag: ShortTag) -> Option<&Entry> {
        self.entries.iter().find(|it| it.tag == Some(tag))
    }

    /// Somebody in the room who has given exactly this, which may be the same person come twice.
    /// Who has given nothing is like many others.
    pub fn same(&self, given: &Given) -> Option<&Entry> {
        if given.answer == Answer::default() {
            return None;
        }
        let mut all = self.given();
        all.find(|(_, it)| *it == given).map(|(entry, _)| entry)
    }

    /// How many are in the room now, whether or not they have given anything.
    pub fn present(&self) -> usize {
        let present = self
            .entries
            .iter()
            .filter(|it| it.standing != Standing::Left);
        present.count()
    }

    /// Everybody in the room who has given something, in the order they came.
    pub fn given(&self) -> impl Iterator<Item = (&Entry, &Given)> {
        self.entries
            .iter()
            .filter_map(|entry| match &entry.standing {
                Standing::Given(given) => Some((entry, given)),
                Standing::Here | Standing::Left => None,
            })
    }

    /// Their answers, for picture and groups.
    pub fn answers(&self) -> Vec<(Person, Answer)> {
        let given = self.given();
        given
            .map(|(entry, given)| (entry.person, given.answer.clone()))
            .collect()
    }

    /// Everybody who seeks a slot; `taken`: when the whole room is somewhere else.
    pub fn seekers(&self, taken: &BTreeSet<Time>) -> Vec<Seeker> {
        let seeker = |(entry, given): (&Entry, &Given)| {
            let mut seeker = Seeker::of(entry.person, &given.answer, &given.urgency);
            seeker.wishes = given.wish.iter().cloned().map(Wish::Need).collect();
            seeker.taken.clone_from(taken);
            seeker
        };
        self.given().map(seeker).collect()
    }

    /// Takes a letter.
    pub fn take_letter(&mut self, letter: Letter) -> Took {
        let tag = ShortTag::of(&letter.person.tag());
        let standing = match letter.what {
            What::Here => Standing::Here,
            What::Gives(given) => Standing::Given(given),
            What::Leaves => Standing::Left,
        };
        self.take(
            Some(tag),
            letter.turn,
            letter.name,
            standing,
            Source::Letter,
            Some(letter.person),
        )
    }

    /// Takes a code.
    pub fn take_code(&mut self, coded: Coded) -> Took {
        let standing = Standing::Given(coded.given);
        self.take(
            Some(coded.person),
            coded.turn.into(),
            coded.name,
            standing,
            Source::Code,
            None,
        )
    }

    /// Takes what was keyed in from paper, as somebody new with this name.
    pub fn take_paper(&mut self, name: Pseudonym, given: Given) -> Took {
        self.take(None, 1, name, Standing::Given(given), Source::Paper, None)
    }

    /// The facilitator says that somebody has left, or is here after all.
    pub fn set_left(&mut self, person: Person, left: Option<Given>) -> Took {
        let place = usize::try_from(person.0).unwrap_or(usize::MAX);
        let Some(entry) = self.entries.get_mut(place) else {
            return Took::Known(person);
        };
        entry.standing = left.map_or(Standing::Left, Standing::Given);
        match entry.standing {
            Standing::Left => Took::Left(person),
            _ => Took::Changed(person),
        }
    }

    fn take(
        &mut self,
        tag: Option<ShortTag>,
        turn: u32,
        name: Pseudonym,
        standing: Standing,
        source: Source,
        key: Option<PersonKey>,
    ) -> Took {
        let known = tag.and_then(|tag| self.entries.iter_mut().find(|it| it.tag == Some(tag)));
        if let Some(entry) = known {
            let person = entry.person;
            // Also when the word itself is old: the phone can be told its place from now on.
            if entry.key.is_none() {
                entry.key = key;
            }
            // Of two words with one turn, as two tabs may say them, the later stands: a code read
            // twice says the same.
            if turn < entry.turn || (turn == entry.turn && standing == entry.standing) {
                return Took::Known(person);
            }
            entry.turn = turn;
            entry.source = source;
            let same = entry.standing == standing;
            entry.standing = standing;
            return match (&entry.standing, same) {
                (_, true) => Took::Known(person),
                (Standing::Left, _) => Took::Left(person),
                _ => Took::Changed(person),
            };
        }
        if self.entries.len() >= MOST_PEOPLE {
            return Took::Full;
        }
        let person = Person(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
        let copies = self.entries.iter().filter(|it| it.name == name).count();
        let left = standing == Standing::Left;
        self.entries.push(Entry {
            person,
            name,
            copy: u8::try_from(copies).unwrap_or(u8::MAX),
            source,
            standing,
            key,
            tag,
            turn,
        });
        match left {
            true => Took::Left(person),
            false => Took::Joined(person),
        }
    }
}

impl Entry {
    /// The name as it is called out, of the content's words: `Odder 12`, `Odder 12 B`. A word that
    /// is not in the list, which only a foreign program sends, is taken from it all the same.
    pub fn title(&self, words: &[&str]) -> String {
        title(self.name, self.copy, words)
    }
}

/// A pseudonym in words; see [`Entry::title`].
pub fn title(name: Pseudonym, copy: u8, words: &[&str]) -> String {
    let place = usize::from(name.word).checked_rem(words.len());
    let word = place.and_then(|it| words.get(it)).copied().unwrap_or("?");
    let number = name.number;
    match copy {
        0 => format!("{word} {number}"),
        copy => {
            let letter = char::from(b'A'.saturating_add(copy.min(25)));
            format!("{word} {number} {letter}")
        }
    }
}
