//! Everything the relay can answer besides success: one table, RFC 9457. Titles are for people who
//! run relays and write clients; nobody else sees them. It refuses to tell whether a mailbox
//! exists to somebody without its capability: both are `no-such-mailbox`.

use vaekstspejl_mailbox::wire::{PROBLEM_PREFIX, Problem, Retry};

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The request cannot be read; the slug says which part of it.
    Malformed(&'static str),
    /// No such mailbox, letter, or not with this capability.
    NoSuchMailbox,
    /// Nothing has this address.
    NoSuchPath,
    /// This address does not know that method.
    WrongMethod,
    /// The body did not come in time.
    TooSlow,
    /// Another letter came before under this id.
    SidConflict,
    /// Another mailbox is there under this id.
    MailboxConflict,
    /// What a room tells its phones has this number or a higher one already.
    NumberConflict,
    /// The mailbox takes no more letters.
    MailboxClosed,
    /// The body is larger than anything this relay takes.
    TooLarge,
    /// The body is not of the type this address takes.
    WrongMediaType,
    /// Not a letter for this mailbox; the slug says why.
    BadEnvelope(&'static str),
    /// Too often; may work after so many seconds.
    SlowDown(u64),
    /// Too much at once, or the store is away; may work after so many seconds.
    Overloaded(u64),
    /// A mistake of this program; the number is also in its log.
    Internal(String),
    /// Mailbox or store are full.
    Full,
}

/// A row of the table.
struct Row {
    status: u16,
    slug: &'static str,
    retry: Retry,
    title: &'static str,
}

const fn row(status: u16, slug: &'static str, retry: Retry, title: &'static str) -> Row {
    Row {
        status,
        slug,
        retry,
        title,
    }
}

impl Trouble {
    #[rustfmt::skip]
    const fn row(&self) -> Row {
        use Retry::{Config, Later, Never};
        match self {
            Self::Malformed(_) => row(400, "malformed", Never, "The request cannot be read"),
            Self::NoSuchMailbox => row(404, "no-such-mailbox", Config, "No such mailbox, or not with this capability"),
            Self::NoSuchPath => row(404, "no-such-path", Config, "Nothing has this address"),
            Self::WrongMethod => row(405, "wrong-method", Never, "This address does not know that method"),
            Self::TooSlow => row(408, "too-slow", Later, "The body did not come in time"),
            Self::SidConflict => row(409, "sid-conflict", Never, "Another letter has this id"),
            Self::MailboxConflict => row(409, "mailbox-conflict", Never, "Another mailbox has this id"),
            Self::NumberConflict => row(409, "number-conflict", Never, "The room tells something of this number or a higher one"),
            Self::MailboxClosed => row(410, "mailbox-closed", Never, "The mailbox takes no more letters"),
            Self::TooLarge => row(413, "too-large", Never, "The body is larger than anything taken here"),
            Self::WrongMediaType => row(415, "wrong-media-type", Never, "The body is not of the type taken here"),
            Self::BadEnvelope(_) => row(422, "bad-envelope", Never, "Not a letter for this mailbox"),
            Self::SlowDown(_) => row(429, "slow-down", Later, "Too many requests"),
            Self::Internal(_) => row(500, "internal", Later, "A mistake of the relay"),
            Self::Overloaded(_) => row(503, "overloaded", Later, "Too much at once, or the store is away"),
            Self::Full => row(507, "full", Later, "The mailbox or the store is full"),
        }
    }

    /// Its HTTP status.
    pub const fn status(&self) -> u16 {
        self.row().status
    }

    /// Its name on the line.
    pub const fn slug(&self) -> &'static str {
        self.row().slug
    }

    /// When to try again (seconds), for the header `Retry-After`.
    pub const fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::SlowDown(seconds) | Self::Overloaded(seconds) => Some(*seconds),
            _ => None,
        }
    }

    /// The body of the answer.
    pub fn to_wire(&self) -> Problem {
        let row = self.row();
        Problem {
            kind: [PROBLEM_PREFIX, row.slug].concat(),
            title: row.title.to_owned(),
            status: row.status,
            retry: row.retry,
            reason: match self {
                Self::Malformed(reason) | Self::BadEnvelope(reason) => Some((*reason).to_owned()),
                _ => None,
            },
            instance: match self {
                Self::Internal(instance) => Some(instance.clone()),
                _ => None,
            },
            challenge: None,
        }
    }
}
