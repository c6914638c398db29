//! A workshop room from both ends: opening it, ending it, and what it tells each phone. Pure:
//! requests and answers are plain data. What phones send to a room goes by [`outbox`](crate::outbox),
//! what the room collects by [`inbox`](crate::inbox).
//!
//! # What a room's shell does
//!
//! 1. [`create_request`] → [`created`]; the same again does no harm.
//! 2. [`put_places_request`] → [`placed`], with all pieces of everybody each time and a higher
//!    number than before. The relay keeps them in memory only: when `places_number` of the owner's
//!    state is lower than the last number confirmed, they are put again.
//! 3. [`close_request`] → [`ended`], and as the last word the pieces that say so; then
//!    [`delete_request`] → [`ended`], or the relay forgets everything ten minutes after the end.
//!
//! A phone asks [`place_request`] → [`place`] and opens what it gets with its own key. What the relay
//! says is no proof of anything: a piece it holds back is not noticed, one it invented does not open,
//! an older one has an older number inside.

use crate::call::{JSON_TYPE, Reply, Request, Trouble, trouble};
use crate::wire::{self, Kind, LETTER_TYPE, MailboxState, NUMBER, NewMailbox};
use base64ct::{Base64, Encoding};
use serde::Deserialize;
use vaekstspejl_envelope::piece::PIECE_BYTES;
use vaekstspejl_envelope::{Grant, Mid, Owner, Post, Tag};

/// The problem by which the relay says that there is no such mailbox.
const NO_SUCH_MAILBOX: &str = "no-such-mailbox";

/// What a phone gets for its tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceReply {
    /// The number under which the room told it; 0: it has told nothing.
    pub number: u64,
    /// The sealed piece, of the right length; `None`: there is nothing for this tag.
    pub piece: Option<Vec<u8>>,
}

/// An answer with nothing in it.
#[derive(Deserialize)]
struct Empty {}

/// Opens a room for so many seconds, by an office's grant.
pub fn create_request(
    relay: &str,
    mid: &Mid,
    post: &Post,
    owner: &Owner,
    ttl_s: u64,
    grant: &Grant,
) -> Request {
    let room = NewMailbox {
        kind: Kind::Room,
        post_hash: post.hash().to_string(),
        owner_hash: owner.hash().to_string(),
        ttl_s,
    };
    let path = wire::mailbox(&mid.to_string());
    let mut request = Request::new("PUT", relay, &path, &grant.to_text());
    let json = String::from(JSON_TYPE);
    request.headers.push(("content-type", json));
    request.body = serde_json::to_vec(&room).expect("text and numbers become JSON");
    request
}

/// Whether the room is open now, or was already by the same request.
pub fn created(reply: Option<&Reply>) -> Result<(), Trouble> {
    said_yes(reply)
}

/// Asks how the room is, as a phone: whether it is open, and for how long.
pub fn state_request_for_post(relay: &str, mid: &Mid, post: &Post) -> Request {
    let path = wire::mailbox(&mid.to_string());
    Request::new("GET", relay, &path, &post.to_text())
}

/// What the relay says of the room.
pub fn told(reply: Option<&Reply>) -> Result<MailboxState, Trouble> {
    let state = reply.and_then(|it| it.json(&[200]));
    state.ok_or_else(|| trouble(reply))
}

/// Takes no more letters from now on; what the room tells is told for ten minutes more.
pub fn close_request(relay: &str, mid: &Mid, owner: &Owner) -> Request {
    let path = [&wire::mailbox(&mid.to_string()), "/close"].concat();
    Request::new("POST", relay, &path, &owner.to_text())
}

/// Wipes the room at the relay, with everything in it.
pub fn delete_request(relay: &str, mid: &Mid, owner: &Owner) -> Request {
    let path = wire::mailbox(&mid.to_string());
    Request::new("DELETE", relay, &path, &owner.to_text())
}

/// Whether the room is closed, or gone, as was asked; also when it had gone before. The relay says
/// the same to an owner it does not know, so only who opened the room may believe it.
pub fn ended(reply: Option<&Reply>) -> Result<(), Trouble> {
    let gone = |it: &Reply| it.status == 204 || (it.status == 404 && says_no_such_mailbox(it));
    match reply.is_some_and(gone) {
        true => Ok(()),
        false => Err(trouble(reply)),
    }
}

/// Tells every phone its piece, in place of all before. `number` is higher each time; the same
/// again with the same pieces does no harm. At most [`wire::MOST_PIECES`].
pub fn put_places_request(
    relay: &str,
    mid: &Mid,
    owner: &Owner,
    number: u64,
    pieces: &[Vec<u8>],
) -> Request {
    let path = wire::places(&mid.to_string());
    let mut request = Request::new("PUT", relay, &path, &owner.to_text());
    request.headers.push((NUMBER, number.to_string()));
    let bytes = String::from(LETTER_TYPE);
    request.headers.push(("content-type", bytes));
    request.body = pieces.concat();
    request
}

/// Whether the relay tells these pieces now.
pub fn placed(reply: Option<&Reply>) -> Result<(), Trouble> {
    said_yes(reply)
}

/// Asks for what the room tells this phone.
pub fn place_request(relay: &str, mid: &Mid, post: &Post, tag: &Tag) -> Request {
    let path = wire::place(&mid.to_string(), &tag.to_string());
    Request::new("GET", relay, &path, &post.to_text())
}

/// What the relay has for the tag that was asked for. A piece of another length is no answer of a
/// relay; whether it is for this phone is seen by opening it.
pub fn place(reply: Option<&Reply>) -> Result<PlaceReply, Trouble> {
    let read = reply.and_then(read_place);
    read.ok_or_else(|| trouble(reply))
}

fn read_place(reply: &Reply) -> Option<PlaceReply> {
    let wire::Place { number, piece_b64 } = reply.json(&[200])?;
    let piece = match piece_b64 {
        None => None,
        Some(text) => {
            let piece = Base64::decode_vec(&text).ok()?;
            (piece.len() == PIECE_BYTES).then_some(Some(piece))?
        }
    };
    Some(PlaceReply { number, piece })
}

fn said_yes(reply: Option<&Reply>) -> Result<(), Trouble> {
    let yes: Option<Empty> = reply.and_then(|it| it.json(&[200, 201]));
    yes.map(|Empty {}| ()).ok_or_else(|| trouble(reply))
}

/// The relay's own word; a 404 of whoever else answers there is none.
fn says_no_such_mailbox(reply: &Reply) -> bool {
    let problem = reply.problem();
    let slug = problem
        .as_ref()
        .and_then(|it| it.kind.strip_prefix(wire::PROBLEM_PREFIX));
    slug == Some(NO_SUCH_MAILBOX)
}
