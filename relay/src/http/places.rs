//! How a room tells each phone its own, and how a phone asks. Pieces are sealed to one person each;
//! what is kept of them, and for how long, is [`crate::places`].
//!
//! A phone that has the room's capability costs its neighbours nothing: 300 of them behind one
//! address ask again and again. It refuses to read a large body from anybody but an owner.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base64ct::{Base64, Encoding as _};
use serde_json::json;
use vaekstspejl_envelope::receipt::sha256;
use vaekstspejl_envelope::{Bearer, CapabilityHash, Mid, Tag};
use vaekstspejl_mailbox::wire::{LETTER_TYPE, NUMBER, Place};

use super::Relay;
use super::answers::json as answer;
use super::api::{Address, Answer, Shared, bearer, mailbox_id};
use super::body::{must_be, read_up_to};
use crate::limits::Prefix;
use crate::mailbox::Now;
use crate::places::{LARGEST, Pieces, Took, Word};
use crate::problem::Trouble;
use crate::store::{Reader, Store};

/// `PUT /v1/mailboxes/{mid}/places`: everything the room tells, in place of what it told before.
pub async fn tell<S: Store>(
    State(relay): Shared<S>,
    Path(mid): Path<String>,
    address: Address,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let mid = mailbox_id(&mid)?;
    let owner = relay.owner(&headers, address.as_deref())?;
    must_be(&headers, LETTER_TYPE)?;
    let number = number(&headers)?;
    let reader = Reader::Owner(owner);
    // before the body is read: half a megabyte is taken from owners only
    relay.room_ends(mid, reader, address.as_deref()).await?;
    let pieces = relay.pieces(&headers, body).await?;
    // and after: the room may have been closed or deleted meanwhile
    let gone = relay.room_ends(mid, reader, address.as_deref()).await?;
    let word = Word {
        number,
        pieces,
        owner,
        gone,
    };
    match relay.places.tell(mid, word, relay.clock.now()) {
        Took::New => Ok(yes(StatusCode::CREATED)),
        Took::Same => Ok(yes(StatusCode::OK)),
        Took::Conflict => Err(Trouble::NumberConflict),
        Took::Full => Err(Trouble::Full),
    }
}

/// `GET /v1/mailboxes/{mid}/places/{tag}`: what the room tells one phone.
pub async fn ask<S: Store>(
    State(relay): Shared<S>,
    Path((mid, tag)): Path<(String, String)>,
    address: Address,
    headers: HeaderMap,
) -> Answer {
    let mid = mailbox_id(&mid)?;
    let tag = Tag::parse(&tag).map_err(|_| Trouble::Malformed("tag"))?;
    let Bearer::Post(post) = bearer(&headers)? else {
        return Err(Trouble::NoSuchMailbox);
    };
    relay.may_ask(mid, post.hash(), address.as_deref()).await?;
    let told = relay.places.ask(&mid, &tag, relay.clock.now());
    let place = Place {
        number: told.number,
        piece_b64: told.piece.map(|it| Base64::encode_string(&it)),
    };
    Ok(answer(StatusCode::OK, &place))
}

impl<S: Store> Relay<S> {
    /// Forgets what is told in rooms that are not there any more, also when another relay over the
    /// same database closed or deleted them. To be called every few minutes.
    pub async fn forget_places(&self) {
        let now = self.clock.now();
        for (mid, owner) in self.places.tellers(now) {
            // a store that fails now is asked again the next time
            if let Ok(None) = self.store.state(mid, Reader::Owner(owner), now).await {
                self.places.forget(&mid);
            }
        }
    }

    /// The body of a request by an owner; so many at a time.
    async fn pieces(&self, headers: &HeaderMap, body: Body) -> Result<Pieces, Trouble> {
        let _turn = self
            .telling
            .try_acquire()
            .map_err(|_| Trouble::Overloaded(1))?;
        let bytes = read_up_to(LARGEST, headers, body, self.body_time()).await?;
        Pieces::read(bytes).map_err(Trouble::Malformed)
    }

    /// From when a room is gone, for somebody who may know that there is one.
    async fn room_ends(
        &self,
        mid: Mid,
        reader: Reader,
        address: Option<&Prefix>,
    ) -> Result<Now, Trouble> {
        let _place = self.place()?;
        let found = self.store.state(mid, reader, self.clock.now()).await;
        let Some(state) = found.map_err(|error| self.store_failed(&error))? else {
            let is_owner = matches!(reader, Reader::Owner(_));
            return Err(self.no_such_mailbox(is_owner, address));
        };
        // an office has nobody to tell anything
        state.mailbox.gone().ok_or(Trouble::BadEnvelope("kind"))
    }

    /// Whether a phone may ask now. One whose capability was right before waits for nobody but
    /// those of its own room: whoever tries wrong ones beside it uses up the address's turns only.
    async fn may_ask(
        &self,
        mid: Mid,
        post: CapabilityHash,
        address: Option<&Prefix>,
    ) -> Result<(), Trouble> {
        let key = sha256(&[mid.0.as_slice(), &post.0].concat());
        let known = self.limits.places.knows(&key);
        let take = || {
            let taken = self.limits.places.take(key, self.clock.steady());
            taken.map_err(Trouble::SlowDown)
        };
        match known {
            true => take()?,
            false => self.not_too_often(address)?,
        }
        self.room_ends(mid, Reader::Post(post), address).await?;
        match known {
            true => Ok(()),
            false => take(),
        }
    }
}

/// The number of a word, from 1.
fn number(headers: &HeaderMap) -> Result<u64, Trouble> {
    headers
        .get(NUMBER)
        .and_then(|value| value.to_str().ok()?.parse().ok())
        .filter(|number| *number > 0)
        .ok_or(Trouble::Malformed("number"))
}

fn yes(status: StatusCode) -> Response {
    answer(status, &json!({}))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use vaekstspejl_mailbox::wire::Kind;

    use super::*;
    use crate::clock::{Clock as _, SystemClock};
    use crate::config::Config;
    use crate::log::Log;
    use crate::mailbox::{NewMailbox, Quotas};
    use crate::store::memory::MemoryStore;

    #[tokio::test]
    async fn what_another_relay_deleted_is_forgotten_here_too() {
        let clock = Arc::new(SystemClock::default());
        let log = Arc::new(Log::new(Box::new(std::io::sink()), false));
        let now = clock.now();
        let store = MemoryStore::new(Quotas::default());
        let relay = Relay::new(store, Config::default(), clock, log);
        let owner = CapabilityHash([1; 32]);
        let (here, gone) = (Mid([1; 16]), Mid([2; 16]));
        for mid in [here, gone] {
            let new = NewMailbox {
                kind: Kind::Room,
                post: CapabilityHash([2; 32]),
                owner,
                ttl_s: 3_600,
                grant: None,
            };
            relay.store.create_mailbox(mid, new, now).await.unwrap();
            let word = Word {
                number: 1,
                pieces: Pieces::read(Vec::new()).unwrap(),
                owner,
                gone: Now(now.0 + 3_600),
            };
            assert_eq!(relay.places.tell(mid, word, now), Took::New);
        }
        relay.store.delete_mailbox(gone, owner, now).await.unwrap();
        relay.forget_places().await;
        assert_eq!(relay.places.number(&here, now), 1);
        assert_eq!(relay.places.number(&gone, now), 0);
    }
}
