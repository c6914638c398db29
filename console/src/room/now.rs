//! How the room is at this moment, besides what was said and decided in it.

use crate::{
    room::record::Unread,
    words::{Word, key},
};
use serde::{Deserialize, Serialize};
use vaekstspejl::state::State;
use vaekstspejl_mailbox::{call::Reply, wire::PROBLEM_PREFIX};

/// What is opened on this page. Changes only with the room itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Its people are invented and it has no mailbox.
    pub rehearsal: bool,
    /// Where its mailbox is.
    pub relay: String,
    /// The address that lets phones in.
    pub address: String,
    /// What the phones show as well.
    pub words: [&'static str; 3],
}

/// How it goes between this page and the mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Line {
    /// Nothing is known yet.
    #[default]
    Beginning,
    /// What is sent comes within a second.
    Listening,
    /// It does not answer; it is tried again.
    Away(Trouble),
    /// Another window collects.
    Elsewhere,
    /// It takes no more.
    Shut,
    /// It does not know the room any more.
    Gone,
}

/// What can go wrong with opening a room and with its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// That is not the address of a relay.
    Address,
    /// That is not a grant.
    NotAGrant,
    /// The relay does not know the grant.
    Refused,
    /// Too many rooms are open with this grant.
    TooMany,
    /// The browser's random numbers are not.
    Random,
    /// No answer came.
    Unreachable,
    /// The relay asks to wait.
    Busy,
    /// The answer is not one of a relay.
    Strange,
    /// There is a room on this device already.
    Another,
}

impl Trouble {
    /// Every one.
    pub const ALL: [Self; 9] = [
        Self::Address,
        Self::NotAGrant,
        Self::Refused,
        Self::TooMany,
        Self::Random,
        Self::Unreachable,
        Self::Busy,
        Self::Strange,
        Self::Another,
    ];

    /// What happened, and what to do about it.
    pub fn words(self) -> (Word, Word) {
        match self {
            Self::Address => (key::ROOM_TROUBLE_ADDRESS, key::ROOM_TROUBLE_ADDRESS_TODO),
            Self::NotAGrant => (key::ROOM_TROUBLE_GRANT, key::ROOM_TROUBLE_GRANT_TODO),
            Self::Refused => (key::ROOM_TROUBLE_REFUSED, key::ROOM_TROUBLE_REFUSED_TODO),
            Self::TooMany => (key::ROOM_TROUBLE_MANY, key::ROOM_TROUBLE_MANY_TODO),
            Self::Random => (key::TROUBLE_RANDOM, key::TROUBLE_RANDOM_TODO),
            Self::Unreachable => (key::ROOM_TROUBLE_AWAY, key::ROOM_TROUBLE_AWAY_TODO),
            Self::Busy => (key::ROOM_TROUBLE_BUSY, key::ROOM_TROUBLE_BUSY_TODO),
            Self::Strange => (key::ROOM_TROUBLE_STRANGE, key::ROOM_TROUBLE_STRANGE_TODO),
            Self::Another => (key::ROOM_TROUBLE_ANOTHER, key::ROOM_TROUBLE_ANOTHER_TODO),
        }
    }

    /// What an answer that is not the one hoped for means; `None`: the relay says that there is no
    /// such room. A status alone is never believed.
    pub fn of(reply: Option<&Reply>) -> Option<Self> {
        let Some(reply) = reply else {
            return Some(Self::Unreachable);
        };
        let problem = reply.problem();
        let slug = problem
            .as_ref()
            .and_then(|it| it.kind.strip_prefix(PROBLEM_PREFIX));
        match slug {
            Some("no-such-mailbox") => None,
            Some("slow-down" | "overloaded" | "internal" | "full") => Some(Self::Busy),
            _ => Some(Self::Strange),
        }
    }

    /// The same, of the answer to opening a room.
    pub fn of_opening(reply: Option<&Reply>) -> Self {
        let full = |it: &Reply| it.problem().is_some_and(|it| it.status == 507);
        match Self::of(reply) {
            None => Self::Refused,
            Some(Self::Busy) if reply.is_some_and(full) => Self::TooMany,
            Some(trouble) => trouble,
        }
    }
}

/// What there is to tell besides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// So many letters could not be read.
    pub unread: usize,
    /// This device does not keep what happens.
    pub refused: bool,
    /// A record lies here that this program may not touch.
    pub left_alone: Option<Unread>,
    /// The room was deleted here; how that went at the relay.
    pub farewell: Option<Farewell>,
}

/// How a room ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Farewell {
    /// Gone here and at the relay.
    Both,
    /// Gone here; the relay could not be asked and deletes it by itself at this time (minutes since
    /// midnight).
    Here(u16),
    /// A rehearsal: it was only here.
    Rehearsal,
    /// By itself, after its hours.
    ByItself,
}

/// What is kept on this device so that the next room is one click, if the facilitator wishes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The relay.
    pub relay: String,
    /// The grant.
    pub grant: String,
    /// For how many hours.
    pub hours: u64,
}

/// Which colours the wall has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colours {
    /// Those of the computer.
    #[default]
    Own,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// All of it. Copied freely; all copies are the same state.
#[derive(Clone, Copy)]
pub struct Now {
    /// The room that is open on this page.
    pub opened: State<Option<Opened>>,
    /// Its line.
    pub line: State<Line>,
    /// Minutes until it closes, begun ones counted.
    pub left: State<Option<u64>>,
    /// What there is to tell.
    pub news: State<News>,
    /// What is kept for the next room.
    pub kept: State<Option<Kept>>,
    /// Something is asked of the relay.
    pub asking: State<bool>,
    /// What did not work.
    pub trouble: State<Option<Trouble>>,
    /// Looking for a room on this device is done.
    pub looked: State<bool>,
    /// The colours of the wall.
    pub colours: State<Colours>,
    /// The wall shows the picture there is.
    pub revealed: State<bool>,
}

impl Now {
    /// At the start of a visit.
    pub fn new() -> Self {
        Self {
            opened: State::new(None),
            line: State::new(Line::default()),
            left: State::new(None),
            news: State::new(News::default()),
            kept: State::new(None),
            asking: State::new(false),
            trouble: State::new(None),
            looked: State::new(false),
            colours: State::new(Colours::default()),
            revealed: State::new(false),
        }
    }
}

impl Default for Now {
    fn default() -> Self {
        Self::new()
    }
}

/// Sets a state only when it is another than before, so that nothing is drawn anew for nothing.
pub fn change<T: PartialEq + Send + Sync>(state: State<T>, value: T) {
    if state.with_untracked(|it| *it != value) {
        state.set(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vaekstspejl_mailbox::wire::PROBLEM_TYPE;

    fn problem(status: u16, slug: &str) -> Reply {
        let body = format!(
            r#"{{"type":"{PROBLEM_PREFIX}{slug}","title":"x","status":{status},"retry":"never"}}"#
        );
        Reply {
            status,
            content_type: PROBLEM_TYPE.to_owned(),
            retry_after: None,
            body: body.into(),
        }
    }

    #[test]
    fn each_answer_to_opening_a_room_has_its_own_meaning() {
        for (reply, meant) in [
            (problem(404, "no-such-mailbox"), Trouble::Refused),
            (problem(507, "full"), Trouble::TooMany),
            (problem(503, "overloaded"), Trouble::Busy),
            (problem(400, "malformed"), Trouble::Strange),
        ] {
            assert_eq!(Trouble::of_opening(Some(&reply)), meant);
        }
        assert_eq!(Trouble::of_opening(None), Trouble::Unreachable);
        let portal = Reply {
            status: 404,
            content_type: "text/html".to_owned(),
            ..Reply::default()
        };
        assert_eq!(Trouble::of_opening(Some(&portal)), Trouble::Strange);
        assert_eq!(Trouble::of(Some(&portal)), Some(Trouble::Strange));
        assert_eq!(Trouble::of(Some(&problem(404, "no-such-mailbox"))), None);
    }

    #[test]
    fn every_trouble_has_words_of_its_own() {
        let mut all: Vec<String> = Trouble::ALL
            .iter()
            .map(|it| format!("{:?}", it.words()))
            .collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), Trouble::ALL.len());
    }
}
