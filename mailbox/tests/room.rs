//! A room's requests, and that nothing but the relay's own answers is believed.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use base64ct::{Base64, Encoding};
use proptest::prelude::*;
use vaekstspejl_envelope::piece::PIECE_BYTES;
use vaekstspejl_envelope::{Grant, Mid, Owner, Post, Tag};
use vaekstspejl_mailbox::call::{Reply, Request, Trouble};
use vaekstspejl_mailbox::inbox::Ledger;
use vaekstspejl_mailbox::room::{
    PlaceReply, close_request, create_request, created, delete_request, ended, place,
    place_request, placed, put_places_request, state_request_for_post, told,
};
use vaekstspejl_mailbox::wire::{Kind, MailboxState, NewMailbox};

const MID: Mid = Mid([7; 16]);
const OWNER: Owner = Owner([8; 32]);
const POST: Post = Post([9; 16]);
const TAG: Tag = Tag([10; 8]);
const RELAY: &str = "https://post.example/";
const LATER: Trouble = Trouble::Later { after_s: None };

fn reply(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Reply {
    Reply {
        status,
        content_type: kind.to_owned(),
        retry_after: None,
        body: body.into(),
    }
}

fn json(status: u16, body: &str) -> Reply {
    reply(status, "application/json", body)
}

fn problem(status: u16, slug: &str, retry: &str) -> Reply {
    let body = format!(
        r#"{{"type":"urn:vaekstspejl:problem:{slug}","title":"t","status":{status},"retry":"{retry}"}}"#
    );
    reply(status, "application/problem+json", body)
}

/// What comes from anything but a relay.
fn foreign() -> Vec<Reply> {
    vec![
        reply(200, "text/html", "<html>log in</html>"),
        reply(200, "application/json", "<html>log in</html>"),
        reply(200, "text/html", "{}"),
        reply(201, "", "{}"),
        reply(502, "text/html", "bad gateway"),
        reply(404, "text/html", "not here"),
        reply(404, "application/json", "{}"),
        json(302, "{}"),
        json(200, "[\"x\"]"),
        json(200, "7"),
    ]
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let of_name = |it: &&(&'static str, String)| it.0 == name;
    request.headers.iter().find(of_name).map(|it| it.1.as_str())
}

#[test]
fn requests_have_their_secrets_in_one_header_and_nowhere_else() {
    let grant = Grant([11; 32]);
    let mailbox = format!("https://post.example/v1/mailboxes/{MID}");
    let pieces = [vec![1; PIECE_BYTES], vec![2; PIECE_BYTES]];
    let requests = [
        (
            create_request(RELAY, &MID, &POST, &OWNER, 3_600, &grant),
            "PUT",
            "",
            grant.to_text(),
        ),
        (
            state_request_for_post(RELAY, &MID, &POST),
            "GET",
            "",
            POST.to_text(),
        ),
        (
            close_request(RELAY, &MID, &OWNER),
            "POST",
            "/close",
            OWNER.to_text(),
        ),
        (
            delete_request(RELAY, &MID, &OWNER),
            "DELETE",
            "",
            OWNER.to_text(),
        ),
        (
            put_places_request(RELAY, &MID, &OWNER, 3, &pieces),
            "PUT",
            "/places",
            OWNER.to_text(),
        ),
        (
            place_request(RELAY, &MID, &POST, &TAG),
            "GET",
            "/places/CgoKCgoKCgo",
            POST.to_text(),
        ),
    ];
    for (request, method, rest, secret) in &requests {
        assert_eq!(
            (request.method, &request.url),
            (*method, &format!("{mailbox}{rest}"))
        );
        let bearer = format!("Bearer {secret}");
        assert_eq!(header(request, "authorization"), Some(bearer.as_str()));
        assert!(!format!("{request:?}").contains(secret.as_str()));
    }
    let [(create, ..), .., (put, ..), _] = &requests;
    assert_eq!(
        serde_json::from_slice::<NewMailbox>(&create.body).unwrap(),
        NewMailbox {
            kind: Kind::Room,
            post_hash: POST.hash().to_string(),
            owner_hash: OWNER.hash().to_string(),
            ttl_s: 3_600,
        }
    );
    assert_eq!(header(create, "content-type"), Some("application/json"));
    assert_eq!(put.body, pieces.concat());
    assert_eq!(header(put, "vmb-number"), Some("3"));
    assert_eq!(
        header(put, "content-type"),
        Some("application/octet-stream")
    );
}

#[test]
fn a_list_waits_no_longer_than_the_relay_does() {
    let ledger = Ledger::new(&MID);
    let url = |wait_s| ledger.wait_request(RELAY, &OWNER, wait_s).url;
    let list = ledger.list_request(RELAY, &OWNER).url;
    assert_eq!(url(7), format!("{list}&wait=7"));
    assert_eq!(url(600), format!("{list}&wait=20"));
}

#[test]
fn created_and_placed_are_the_relays_own_yes() {
    for said in [created, placed] {
        assert_eq!(said(Some(&json(201, "{}"))), Ok(()));
        assert_eq!(said(Some(&json(200, r#"{"newer":1}"#))), Ok(()));
        assert_eq!(said(None), Err(LATER));
        for it in foreign() {
            assert_eq!(said(Some(&it)), Err(LATER), "{it:?}");
        }
        let never = said(Some(&problem(409, "number-conflict", "never")));
        assert!(matches!(never, Err(Trouble::Never { status: 409, .. })));
        assert_eq!(
            said(Some(&problem(404, "no-such-mailbox", "config"))),
            Err(Trouble::Config)
        );
    }
}

#[test]
fn a_rooms_state_is_believed_only_as_one() {
    let state =
        r#"{"kind":"room","open":true,"envelopes":[1],"letter_bytes":1024,"closes_in_s":60}"#;
    let expected = MailboxState {
        kind: Kind::Room,
        open: true,
        envelopes: vec![1],
        letter_bytes: 1_024,
        closes_in_s: Some(60),
        owner: None,
    };
    assert_eq!(told(Some(&json(200, state))), Ok(expected));
    assert_eq!(told(Some(&json(201, state))), Err(LATER));
    for it in foreign() {
        assert_eq!(told(Some(&it)), Err(LATER), "{it:?}");
    }
    // a relay of before there were places says nothing of them
    let owner = r#"{"kind":"room","open":true,"envelopes":[1],"letter_bytes":1024,
        "owner":{"waiting":0,"last_seq":0,"chain":""}}"#;
    let told = told(Some(&json(200, owner))).unwrap();
    assert_eq!(told.owner.unwrap().places_number, 0);
}

#[test]
fn a_room_has_ended_when_the_relay_says_so_or_knows_it_no_more() {
    assert_eq!(ended(Some(&reply(204, "", ""))), Ok(()));
    assert_eq!(
        ended(Some(&problem(404, "no-such-mailbox", "config"))),
        Ok(())
    );
    assert_eq!(ended(None), Err(LATER));
    for it in foreign() {
        assert_eq!(ended(Some(&it)), Err(LATER), "{it:?}");
    }
    assert_eq!(
        ended(Some(&problem(404, "no-such-path", "config"))),
        Err(Trouble::Config)
    );
}

#[test]
fn a_place_is_a_number_and_a_piece_of_the_one_size_or_none() {
    let piece = vec![5; PIECE_BYTES];
    let with = |text: &str| json(200, &format!(r#"{{"number":4,"piece_b64":"{text}"}}"#));
    let whole = with(&Base64::encode_string(&piece));
    let expected = PlaceReply {
        number: 4,
        piece: Some(piece),
    };
    assert_eq!(place(Some(&whole)), Ok(expected));
    let nothing = PlaceReply {
        number: 0,
        piece: None,
    };
    assert_eq!(place(Some(&json(200, r#"{"number":0}"#))), Ok(nothing));
    let short = Base64::encode_string(&[5; PIECE_BYTES - 1]);
    let long = Base64::encode_string(&[5; PIECE_BYTES + 1]);
    for bad in [short.as_str(), &long, "", "not base64"] {
        assert_eq!(place(Some(&with(bad))), Err(LATER), "{bad}");
    }
    for it in foreign() {
        assert_eq!(place(Some(&it)), Err(LATER), "{it:?}");
    }
}

proptest! {
    #[test]
    fn whatever_comes_back_is_no_panic(
        status in any::<u16>(),
        kind in prop_oneof![
            Just("application/json"),
            Just("application/problem+json"),
            Just("text/html"),
        ],
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            r#"\{"number":[0-9]{1,22},"piece_b64":"[A-Za-z0-9+/=]{0,9}"\}"#.prop_map(String::into_bytes),
        ],
    ) {
        let reply = reply(status, kind, body);
        let _ = (created(Some(&reply)), told(Some(&reply)), ended(Some(&reply)));
        if let Ok(place) = place(Some(&reply)) {
            prop_assert!(place.piece.is_none_or(|it| it.len() == PIECE_BYTES));
        }
    }
}
