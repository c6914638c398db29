//! The relay: its real rules and its real reference store, behind the addresses of VMB/1, with a
//! disk that can be full and a process that can end. What was committed survives; nothing else.
//!
//! The relay's own HTTP layer is not here: it needs sockets and a clock. Its table of problems is.

use base64ct::{Base64, Encoding};
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use vaekstspejl_envelope::receipt::hex;
use vaekstspejl_envelope::{Bearer, CapabilityHash, Mid, Sid};
use vaekstspejl_mailbox::call::{JSON_TYPE, Reply, Request};
use vaekstspejl_mailbox::wire::{
    Ack, DELETE_HASH, Kind, LETTER_TYPE, MailboxState, OwnerState, PROBLEM_TYPE, Page, Row,
};
use vaekstspejl_relay::mailbox::{Letter, NewMailbox, Now, Quotas};
use vaekstspejl_relay::problem::Trouble;
use vaekstspejl_relay::store::memory::MemoryStore;
use vaekstspejl_relay::store::{self, Deleter, Found, Posted, Reader, Store, StoreError};

/// Where it is.
pub const ADDRESS: &str = "https://post.example";
/// How long a letter is kept (seconds): 90 days.
const TTL_S: u64 = 90 * 86_400;

/// A relay with one office's mailbox.
#[derive(Debug)]
pub struct Relay {
    store: MemoryStore,
    /// No connection before this (milliseconds).
    pub down_until: u64,
    /// No space before this (milliseconds).
    pub full_until: u64,
    /// What its clock is ahead (milliseconds).
    pub clock_ahead: i64,
}

/// Carries out what a store does in memory, where nothing ever waits.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => unreachable!("the store in memory never waits"),
    }
}

impl Relay {
    /// A relay that has created one mailbox.
    pub fn new(mid: Mid, post: CapabilityHash, owner: CapabilityHash, at: Now) -> Self {
        let store = MemoryStore::new(Quotas::default());
        let mailbox = NewMailbox {
            kind: Kind::Office,
            post,
            owner,
            ttl_s: TTL_S,
            grant: None,
        };
        now(store.create_mailbox(mid, mailbox, at)).expect("memory has space for a mailbox");
        Self {
            store,
            down_until: 0,
            full_until: 0,
            clock_ahead: 0,
        }
    }

    /// The store, for looking into it.
    pub fn store(&self) -> &MemoryStore {
        &self.store
    }

    /// Its time at a true time (milliseconds).
    pub fn time(&self, true_ms: u64) -> Now {
        Now(true_ms.saturating_add_signed(self.clock_ahead) / 1_000)
    }

    /// Answers a request.
    pub fn answer(&self, request: &Request, true_ms: u64) -> Reply {
        let full = true_ms < self.full_until;
        match self.carry_out(request, self.time(true_ms), full) {
            Ok(reply) => reply,
            Err(trouble) => problem(&trouble),
        }
    }

    fn carry_out(&self, request: &Request, at: Now, full: bool) -> Result<Reply, Trouble> {
        let path = request.url.strip_prefix(ADDRESS).unwrap_or_default();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let bearer = header(request, "authorization")
            .and_then(|value| Bearer::parse(value).ok())
            .ok_or(Trouble::NoSuchMailbox)?;
        let mid = parts.get(2).and_then(|text| Mid::parse(text).ok());
        let mid = mid.ok_or(Trouble::Malformed("mailbox"))?;
        match (request.method, parts.as_slice()) {
            ("GET", ["v1", "mailboxes", _]) => self.state(mid, &bearer, at),
            ("GET", ["v1", "mailboxes", _, "messages"]) => self.list(mid, &bearer, query, at),
            ("POST", ["v1", "mailboxes", _, "ack"]) => self.ack(mid, &bearer, request, at),
            ("PUT", ["v1", "mailboxes", _, "messages", sid]) => {
                self.post(mid, sid_of(sid)?, &bearer, request, at, full)
            }
            ("DELETE", ["v1", "mailboxes", _, "messages", sid]) => {
                self.delete(mid, sid_of(sid)?, &bearer, at, full)
            }
            _ => Err(Trouble::NoSuchPath),
        }
    }

    fn post(
        &self,
        mid: Mid,
        sid: Sid,
        bearer: &Bearer,
        request: &Request,
        at: Now,
        full: bool,
    ) -> Result<Reply, Trouble> {
        if header(request, "content-type") != Some(LETTER_TYPE) {
            return Err(Trouble::WrongMediaType);
        }
        let delete = header(request, DELETE_HASH)
            .and_then(|text| CapabilityHash::parse(text).ok())
            .ok_or(Trouble::Malformed("delete-hash"))?;
        let letter = Letter::read(request.body.clone(), &mid, &sid, delete);
        let letter = letter.map_err(Trouble::BadEnvelope)?;
        if full {
            return Err(Trouble::Full);
        }
        match now(self.store.post(mid, bearer.hash(), letter, at)).map_err(away)? {
            Posted::Stored(receipt) => Ok(json(201, &receipt)),
            Posted::Same(receipt) => Ok(json(200, &receipt)),
            Posted::Conflict => Err(Trouble::SidConflict),
            Posted::WrongKind => Err(Trouble::BadEnvelope("kind")),
            Posted::Closed => Err(Trouble::MailboxClosed),
            Posted::Full => Err(Trouble::Full),
            Posted::NoSuchMailbox => Err(Trouble::NoSuchMailbox),
        }
    }

    fn delete(
        &self,
        mid: Mid,
        sid: Sid,
        bearer: &Bearer,
        at: Now,
        full: bool,
    ) -> Result<Reply, Trouble> {
        let by = match bearer {
            Bearer::Owner(owner) => Deleter::Owner(owner.hash()),
            Bearer::Delete(delete) => Deleter::Sender(delete.hash()),
            _ => return Err(Trouble::NoSuchMailbox),
        };
        if full {
            return Err(Trouble::Full);
        }
        found(now(self.store.delete(mid, sid, by, at)).map_err(away)?)
    }

    fn ack(&self, mid: Mid, bearer: &Bearer, request: &Request, at: Now) -> Result<Reply, Trouble> {
        let Ack { seqs } =
            serde_json::from_slice(&request.body).map_err(|_| Trouble::Malformed("json"))?;
        found(now(self.store.ack(mid, bearer.hash(), seqs, at)).map_err(away)?)
    }

    fn state(&self, mid: Mid, bearer: &Bearer, at: Now) -> Result<Reply, Trouble> {
        let reader = Reader::Owner(bearer.hash());
        let state = now(self.store.state(mid, reader, at)).map_err(away)?;
        let state = state.ok_or(Trouble::NoSuchMailbox)?;
        let body = MailboxState {
            kind: state.mailbox.kind,
            open: state.mailbox.is_open(at),
            envelopes: vec![1],
            letter_bytes: state.mailbox.letter_bytes(),
            closes_in_s: None,
            owner: Some(OwnerState {
                waiting: state.mailbox.waiting,
                oldest_day: state.oldest_day,
                last_seq: state.mailbox.last_seq,
                chain: hex(&state.mailbox.chain),
                places_number: 0,
            }),
        };
        Ok(json(200, &body))
    }

    fn list(&self, mid: Mid, bearer: &Bearer, query: &str, at: Now) -> Result<Reply, Trouble> {
        let number = |name: &str| -> Option<u64> {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| *key == name)?.1.parse().ok()
        };
        let after = number("after").ok_or(Trouble::Malformed("after"))?;
        let limit = number("limit").and_then(|it| u32::try_from(it).ok());
        let limit = limit.ok_or(Trouble::Malformed("limit"))?;
        let listed = now(self.store.list(mid, bearer.hash(), after, limit, at)).map_err(away)?;
        let listed = listed.ok_or(Trouble::NoSuchMailbox)?;
        let page = Page {
            rows: listed.rows.iter().map(row).collect(),
            more: listed.more,
        };
        Ok(json(200, &page))
    }
}

fn row(row: &store::Row) -> Row {
    Row {
        seq: row.seq,
        sid: row.sid.to_string(),
        day: row.day,
        state: row.state,
        sha256: hex(&row.sha256),
        chain: hex(&row.chain),
        body_b64: row.body.as_deref().map(Base64::encode_string),
    }
}

fn sid_of(text: &str) -> Result<Sid, Trouble> {
    Sid::parse(text).map_err(|_| Trouble::Malformed("letter"))
}

fn found(found: Found) -> Result<Reply, Trouble> {
    match found {
        Found::Done => Ok(Reply {
            status: 204,
            ..Reply::default()
        }),
        Found::Nothing => Err(Trouble::NoSuchMailbox),
    }
}

fn away(error: StoreError) -> Trouble {
    match error {
        StoreError::Full => Trouble::Full,
        StoreError::Unavailable(_) => Trouble::Overloaded(5),
    }
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let mut headers = request.headers.iter();
    headers
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.as_str())
}

/// An answer in JSON.
fn json(status: u16, body: &impl serde::Serialize) -> Reply {
    Reply {
        status,
        content_type: String::from(JSON_TYPE),
        retry_after: None,
        body: serde_json::to_vec(body).expect("text and numbers become JSON"),
    }
}

/// A problem as the relay tells it.
pub fn problem(trouble: &Trouble) -> Reply {
    Reply {
        content_type: String::from(PROBLEM_TYPE),
        retry_after: trouble
            .retry_after_s()
            .and_then(|it| u32::try_from(it).ok()),
        ..json(trouble.status(), &trouble.to_wire())
    }
}
