//! The requests of VMB/1. Each handler reads, asks the store once, and answers. What is decided is
//! decided in [`crate::mailbox`].

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64ct::{Base64, Encoding as _};
use serde_json::json;
use tokio::sync::SemaphorePermit;
use vaekstspejl_envelope::receipt::{hex, sha256};
use vaekstspejl_envelope::{Bearer, CapabilityHash, LetterKind, Mid, Sid};
use vaekstspejl_mailbox::wire::{
    Ack, DELETE_HASH, Kind, LETTER_TYPE, LONGEST_WAIT, MOST_ACKNOWLEDGED, MOST_LISTED,
    MailboxState, NewMailbox as WireMailbox, OwnerState, Page, RotatePost, Row as WireRow,
};

use super::Relay;
use super::answers::json as answer;
use super::body::{must_be, read, read_json};
use crate::limits::Prefix;
use crate::mailbox::{LONGEST_OVERLAP_S, Letter, NewMailbox, Now, ROOM_GRACE_S};
use crate::problem::Trouble;
use crate::store::{
    Created, Deleter, Found, Listed, Posted, Reader, Row, State as MailboxNow, Store, StoreError,
};

/// How often a long poll looks. Any number of relays may share one database, so it looks there
/// and not for news of its own.
const LOOKS_EVERY: Duration = Duration::from_millis(500);

pub(super) type Answer = Result<Response, Trouble>;
pub(super) type Shared<S> = State<Arc<Relay<S>>>;
pub(super) type Address = Option<Extension<Prefix>>;

/// `GET /healthz`: the program runs.
pub async fn healthz() -> Response {
    answer(StatusCode::OK, &json!({ "status": "ok" }))
}

/// `GET /readyz`: something was written and is on disk. At most once a second; others hear what
/// came out last.
pub async fn readyz<S: Store>(State(relay): Shared<S>) -> Answer {
    let now = relay.clock.steady();
    let last = *relay
        .readiness
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let ready = match last {
        Some((at, ready)) if now.saturating_sub(at) < Duration::from_secs(1) => ready,
        _ => {
            let pinged = relay.store.ping().await;
            let ready = pinged.map_err(|error| relay.store_failed(&error)).is_ok();
            *relay
                .readiness
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = Some((now, ready));
            ready
        }
    };
    match ready {
        true => Ok(answer(StatusCode::OK, &json!({ "status": "ready" }))),
        false => Err(Trouble::Overloaded(5)),
    }
}

/// `PUT /v1/mailboxes/{mid}`: by the operator's token, or a room by a grant.
pub async fn create<S: Store>(
    State(relay): Shared<S>,
    Path(mid): Path<String>,
    address: Address,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let mid = mailbox_id(&mid)?;
    relay.not_too_often(address.as_deref())?;
    let bearer = bearer(&headers)?;
    let grant = match &bearer {
        Bearer::Admin(it) if relay.config.access.is_admin(&it.hash()) => None,
        Bearer::Grant(it) if relay.config.access.is_grant(&it.hash()) => Some(it.hash()),
        _ => return Err(Trouble::NoSuchMailbox),
    };
    let asked: WireMailbox = read_json(&headers, body, relay.body_time()).await?;
    if grant.is_some() && asked.kind != Kind::Room {
        return Err(Trouble::NoSuchMailbox);
    }
    let hash = |text: &str| CapabilityHash::parse(text).map_err(|_| Trouble::Malformed("hash"));
    let new = NewMailbox {
        kind: asked.kind,
        post: hash(&asked.post_hash)?,
        owner: hash(&asked.owner_hash)?,
        ttl_s: asked.ttl_s,
        grant,
    };
    if !new.ttl_is_allowed() {
        return Err(Trouble::Malformed("ttl"));
    }
    let _place = relay.place()?;
    let created = relay
        .store
        .create_mailbox(mid, new, relay.clock.now())
        .await;
    match created.map_err(|error| relay.store_failed(&error))? {
        Created::New => Ok(answer(StatusCode::CREATED, &json!({}))),
        Created::Same => Ok(answer(StatusCode::OK, &json!({}))),
        Created::Different => Err(Trouble::MailboxConflict),
        Created::TooManyRooms => Err(Trouble::SlowDown(600)),
    }
}

/// `PUT /v1/mailboxes/{mid}/messages/{sid}`: a letter.
pub async fn post<S: Store>(
    State(relay): Shared<S>,
    Path((mid, sid)): Path<(String, String)>,
    address: Address,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let mid = mailbox_id(&mid)?;
    let sid = Sid::parse(&sid).map_err(|_| Trouble::Malformed("sid"))?;
    let Bearer::Post(capability) = bearer(&headers)? else {
        return Err(Trouble::NoSuchMailbox);
    };
    let capability = capability.hash();
    must_be(&headers, LETTER_TYPE)?;
    let delete = headers
        .get(DELETE_HASH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| CapabilityHash::parse(value).ok())
        .ok_or(Trouble::Malformed("delete-hash"))?;
    let bytes = read(&headers, body, relay.body_time()).await?;
    let letter = Letter::read(bytes, &mid, &sid, delete).map_err(Trouble::BadEnvelope)?;
    relay.mailbox_has_a_turn(&mid, &capability, letter.kind)?;
    relay.address_has_a_turn(address.as_deref())?;
    let _place = relay.place()?;
    let posted = relay
        .store
        .post(mid, capability, letter, relay.clock.now())
        .await;
    match posted.map_err(|error| relay.store_failed(&error))? {
        Posted::Stored(receipt) => Ok(answer(StatusCode::CREATED, &receipt)),
        Posted::Same(receipt) => Ok(answer(StatusCode::OK, &receipt)),
        Posted::Conflict => Err(Trouble::SidConflict),
        Posted::WrongKind => Err(Trouble::BadEnvelope("kind")),
        Posted::Closed => Err(Trouble::MailboxClosed),
        Posted::Full => Err(Trouble::Full),
        Posted::NoSuchMailbox => Err(Trouble::NoSuchMailbox),
    }
}

/// `GET /v1/mailboxes/{mid}`: by a sender or the owner.
pub async fn state<S: Store>(
    State(relay): Shared<S>,
    Path(mid): Path<String>,
    address: Address,
    headers: HeaderMap,
) -> Answer {
    let mid = mailbox_id(&mid)?;
    let (reader, is_owner) = match bearer(&headers)? {
        Bearer::Post(it) => (Reader::Post(it.hash()), false),
        Bearer::Owner(it) => (Reader::Owner(it.hash()), true),
        _ => return Err(Trouble::NoSuchMailbox),
    };
    relay.not_too_often(address.as_deref())?;
    let _place = relay.place()?;
    let now = relay.clock.now();
    let found = relay.store.state(mid, reader, now).await;
    let Some(MailboxNow {
        mailbox,
        oldest_day,
    }) = found.map_err(|error| relay.store_failed(&error))?
    else {
        return Err(relay.no_such_mailbox(is_owner, address.as_deref()));
    };
    let owner = is_owner.then(|| OwnerState {
        waiting: mailbox.waiting,
        oldest_day,
        last_seq: mailbox.last_seq,
        chain: hex(&mailbox.chain),
        places_number: relay.places.number(&mid, now),
    });
    Ok(answer(
        StatusCode::OK,
        &MailboxState {
            kind: mailbox.kind,
            open: mailbox.is_open(now),
            envelopes: vec![vaekstspejl_envelope::letter::VERSION],
            letter_bytes: mailbox.letter_bytes(),
            closes_in_s: mailbox.closes_in_s(now),
            owner,
        },
    ))
}

/// `GET /v1/mailboxes/{mid}/messages?after=&limit=&wait=`: a page of rows.
pub async fn list<S: Store>(
    State(relay): Shared<S>,
    Path(mid): Path<String>,
    RawQuery(query): RawQuery,
    address: Address,
    headers: HeaderMap,
) -> Answer {
    let mid = mailbox_id(&mid)?;
    let owner = relay.owner(&headers, address.as_deref())?;
    let asked = Asked::read(query.as_deref().unwrap_or(""))?;
    let until = relay
        .clock
        .steady()
        .saturating_add(Duration::from_secs(asked.wait_s.into()));
    let mut stopping = relay.stopping();
    let waiting = (asked.wait_s > 0)
        .then(|| relay.waiting.try_acquire().ok())
        .flatten();
    loop {
        let place = relay.place()?;
        let listed = relay
            .store
            .list(mid, owner, asked.after, asked.limit, relay.clock.now())
            .await;
        drop(place);
        let Some(listed) = listed.map_err(|error| relay.store_failed(&error))? else {
            return Err(relay.no_such_mailbox(true, address.as_deref()));
        };
        let ends = waiting.is_none() || *stopping.borrow() || relay.clock.steady() >= until;
        if ends || !listed.rows.is_empty() {
            return Ok(answer(StatusCode::OK, &page(listed)));
        }
        // a stop ends the wait; the page is then looked up once more
        let _ = tokio::time::timeout(LOOKS_EVERY, stopping.changed()).await;
    }
}

/// `POST /v1/mailboxes/{mid}/ack`: these are safe at the office.
pub async fn ack<S: Store>(
    State(relay): Shared<S>,
    Path(mid): Path<String>,
    address: Address,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let mid = mailbox_id(&mid)?;
    let owner = relay.owner(&headers, address.as_deref())?;
    let Ack { seqs } = read_json(&headers, body, relay.body_time()).await?;
    if seqs.len() > MOST_ACKNOWLEDGED {
        return Err(Trouble::Malformed("too-many"));
    }
    let _place = relay.place()?;
    let done = relay.store.ack(mid, owner, seqs, relay.clock.now()).await;
    relay.done(done, address.as_deref())
}

/// `DELETE /v1/mailboxes/{mid}/messages/{sid}`: by its sender or the owner.
pub async fn delete<S: Store>(
    State(relay): Shared<S>,
    Path((mid, sid)): Path<(String, String)>,
    address: Address,
    headers: HeaderMap,
) -> Answer {
    let mid = mailbox_id(&mid)?;
    let sid = Sid::parse(&sid).map_err(|_| Trouble::Malformed("sid"))?;
    let by = match bearer(&headers)? {
        Bearer::Delete(it) => Deleter::Sender(it.hash()),
        Bearer::Owner(it) => Deleter::Owner(it.hash()),
        _ => return Err(Trouble::NoSuchMailbox),
    };
    relay.not_too_often(address.as_deref())?;
    let _place = relay.place()?;
    let found = relay.store.delete(mid, sid, by, relay.clock.now()).await;
    match found.map_err(|error| relay.store_failed(&error))? {
        Found::Done => Ok(StatusCode::NO_CONTENT.into_response()),
        // the owner may ask for a letter that is not there: no sign of a wrong capability
        Found::Nothing => Err(Trouble::NoSuchMailbox),
    }
}

/// `POST /v1/mailboxes/{mid}/rotate-post`.
pub async fn rotate_post<S: Store>(
    State(relay): Shared<S>,
    Path(mid): Path<String>,
    address: Address,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let mid = mailbox_id(&mid)?;
    let owner = relay.owner(&headers, address.as_deref())?;
    let asked: RotatePost = read_json(&headers, body, relay.body_time()).await?;
    let new = CapabilityHash::parse(&asked.post_hash).map_err(|_| Trouble::Malformed("hash"))?;
    if asked.overlap_s > LONGEST_OVERLAP_S {
        return Err(Trouble::Malformed("overlap"));
    }
    let _place = relay.place()?;
    let now = relay.clock.now();
    let done = relay
        .store
        .rotate_post(mid, owner, new, asked.overlap_s, now)
        .await;
    relay.done(done, address.as_deref())
}

/// `POST /v1/mailboxes/{mid}/close`.
pub async fn close<S: Store>(
    State(relay): Shared<S>,
    Path(mid): Path<String>,
    address: Address,
    headers: HeaderMap,
) -> Answer {
    let mid = mailbox_id(&mid)?;
    let owner = relay.owner(&headers, address.as_deref())?;
    let _place = relay.place()?;
    let now = relay.clock.now();
    let done = relay.store.close(mid, owner, now).await;
    let answer = relay.done(done, address.as_deref())?;
    let grace_ends = Now(now.0.saturating_add(ROOM_GRACE_S));
    relay.places.end(&mid, grace_ends);
    Ok(answer)
}

/// `DELETE /v1/mailboxes/{mid}`.
pub async fn delete_mailbox<S: Store>(
    State(relay): Shared<S>,
    Path(mid): Path<String>,
    address: Address,
    headers: HeaderMap,
) -> Answer {
    let mid = mailbox_id(&mid)?;
    let owner = relay.owner(&headers, address.as_deref())?;
    let _place = relay.place()?;
    let now = relay.clock.now();
    let done = relay.store.delete_mailbox(mid, owner, now).await;
    let answer = relay.done(done, address.as_deref())?;
    relay.places.forget(&mid);
    Ok(answer)
}

impl<S: Store> Relay<S> {
    pub(super) fn body_time(&self) -> Duration {
        Duration::from_secs(self.config.listen.body_timeout_s)
    }

    /// A place among the requests that use the store. Taken after the body has come: who is slow
    /// takes nobody's place.
    pub(super) fn place(&self) -> Result<SemaphorePermit<'_>, Trouble> {
        self.working
            .try_acquire()
            .map_err(|_| Trouble::Overloaded(1))
    }

    fn mailbox_has_a_turn(
        &self,
        mid: &Mid,
        capability: &CapabilityHash,
        kind: LetterKind,
    ) -> Result<(), Trouble> {
        let buckets = match kind {
            LetterKind::Submission => &self.limits.office,
            LetterKind::RoomAnswer => &self.limits.room,
        };
        let key = sha256(&[mid.0.as_slice(), &capability.0].concat());
        buckets
            .take(key, self.clock.steady())
            .map_err(Trouble::SlowDown)
    }

    fn address_has_a_turn(&self, address: Option<&Prefix>) -> Result<(), Trouble> {
        let Some(prefix) = address else {
            return Ok(());
        };
        self.limits
            .address
            .take(*prefix, self.clock.steady())
            .map_err(Trouble::SlowDown)
    }

    /// Refuses an address that has used up its turns, without taking one.
    pub(super) fn not_too_often(&self, address: Option<&Prefix>) -> Result<(), Trouble> {
        let Some(prefix) = address else {
            return Ok(());
        };
        self.limits
            .address
            .look(prefix, self.clock.steady())
            .map_err(Trouble::SlowDown)
    }

    /// The owner capability of a request, from an address that has not tried wrong ones too often.
    pub(super) fn owner(
        &self,
        headers: &HeaderMap,
        address: Option<&Prefix>,
    ) -> Result<CapabilityHash, Trouble> {
        if let Some(prefix) = address {
            self.limits
                .owner_failures
                .look(prefix, self.clock.steady())
                .map_err(Trouble::SlowDown)?;
        }
        match bearer(headers)? {
            Bearer::Owner(it) => Ok(it.hash()),
            _ => Err(Trouble::NoSuchMailbox),
        }
    }

    pub(super) fn no_such_mailbox(&self, is_owner: bool, address: Option<&Prefix>) -> Trouble {
        if let (true, Some(prefix)) = (is_owner, address) {
            let _ = self
                .limits
                .owner_failures
                .take(*prefix, self.clock.steady());
        }
        Trouble::NoSuchMailbox
    }

    fn done(&self, done: Result<Found, StoreError>, address: Option<&Prefix>) -> Answer {
        match done.map_err(|error| self.store_failed(&error))? {
            Found::Done => Ok(StatusCode::NO_CONTENT.into_response()),
            Found::Nothing => Err(self.no_such_mailbox(true, address)),
        }
    }
}

/// An id that cannot be one is as good as one that is not there.
pub(super) fn mailbox_id(text: &str) -> Result<Mid, Trouble> {
    Mid::parse(text).map_err(|_| Trouble::NoSuchMailbox)
}

/// Who presents what. Nothing, or something unreadable, is a wrong capability.
pub(super) fn bearer(headers: &HeaderMap) -> Result<Bearer, Trouble> {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| Bearer::parse(value).ok())
        .ok_or(Trouble::NoSuchMailbox)
}

/// What is asked of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asked {
    after: u64,
    limit: u32,
    wait_s: u32,
}

impl Asked {
    /// Reads a query. Names not known here are passed over; too large numbers are cut.
    fn read(query: &str) -> Result<Self, Trouble> {
        let mut asked = Self {
            after: 0,
            limit: MOST_LISTED,
            wait_s: 0,
        };
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let number = || {
                value
                    .parse::<u32>()
                    .map_err(|_| Trouble::Malformed("query"))
            };
            match name {
                "after" => {
                    asked.after = value.parse().map_err(|_| Trouble::Malformed("query"))?;
                }
                "limit" => asked.limit = number()?.clamp(1, MOST_LISTED),
                "wait" => asked.wait_s = number()?.min(LONGEST_WAIT),
                _ => {}
            }
        }
        Ok(asked)
    }
}

fn page(listed: Listed) -> Page {
    Page {
        rows: listed.rows.into_iter().map(row).collect(),
        more: listed.more,
    }
}

fn row(row: Row) -> WireRow {
    WireRow {
        seq: row.seq,
        sid: row.sid.to_string(),
        day: row.day,
        state: row.state,
        sha256: hex(&row.sha256),
        chain: hex(&row.chain),
        body_b64: row.body.map(|bytes| Base64::encode_string(&bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_with_bounds() {
        let read = |query| Asked::read(query).map(|it| (it.after, it.limit, it.wait_s));
        assert_eq!(read(""), Ok((0, 100, 0)));
        assert_eq!(read("after=7&limit=5&wait=3&new=1"), Ok((7, 5, 3)));
        assert_eq!(read("limit=0&wait=4000000000"), Ok((0, 1, 20)));
        assert_eq!(read("limit=101"), Ok((0, 100, 0)));
        for bad in [
            "after=",
            "after=-1",
            "limit=ten",
            "after=18446744073709551616",
        ] {
            assert_eq!(read(bad), Err(Trouble::Malformed("query")), "{bad}");
        }
    }
}
