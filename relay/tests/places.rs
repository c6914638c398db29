//! What a room tells its phones, over real sockets: to each its own, to nobody else's, and nothing
//! that outlives the room.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod server;

use std::io::Write as _;

use base64ct::{Base64, Encoding as _};
use server::{
    Answer, Request, Server, admin, grant, mailbox, office, owner, post_capability, room, settings,
};
use tempfile::TempDir;
use vaekstspejl_envelope::receipt::sha256;
use vaekstspejl_envelope::{Mid, Owner, PersonKey, Post, Tag};
use vaekstspejl_mailbox::wire::Place;
use vaekstspejl_relay::config::Config;
use vaekstspejl_relay::limits::Rate;
use vaekstspejl_relay::store::memory::MemoryStore;
use vaekstspejl_relay::store::sqlite::SqliteStore;

fn start(config: Config) -> Server {
    Server::start(MemoryStore::new(config.quotas()), config)
}

fn with_room(config: Config) -> Server {
    let server = start(config);
    let created = server.create(&grant().authorization(), &room());
    assert_eq!(created.status, 201);
    server
}

fn usual() -> Server {
    with_room(settings())
}

fn person(number: u32) -> PersonKey {
    PersonKey::from_bytes(sha256(&number.to_be_bytes()))
}

/// Bytes that are a piece to everybody but the person.
fn piece(number: u32, text: &str) -> Vec<u8> {
    let mut piece = person(number).tag().0.to_vec();
    let mut block = sha256(text.as_bytes());
    while piece.len() < 512 {
        block = sha256(&block);
        piece.extend_from_slice(&block);
    }
    piece.truncate(512);
    piece
}

fn pieces(people: std::ops::Range<u32>, text: &str) -> Vec<u8> {
    people.flat_map(|it| piece(it, text)).collect()
}

fn put(server: &Server, number: u64, body: Vec<u8>) -> Request {
    server
        .owner("PUT", "/places")
        .header("content-type", "application/octet-stream")
        .header("vmb-number", &number.to_string())
        .body(body)
}

fn get(server: &Server, tag: &Tag) -> Request {
    server
        .request("GET", &format!("{}/places/{tag}", mailbox()))
        .header("authorization", &post_capability().authorization())
}

fn ask(server: &Server, number: u32) -> (u64, Option<Vec<u8>>) {
    let answer = get(server, &person(number).tag()).send();
    assert_eq!(answer.status, 200, "{}", answer.text());
    let place: Place = serde_json::from_slice(&answer.body).unwrap();
    let piece = place.piece_b64.map(|it| Base64::decode_vec(&it).unwrap());
    (place.number, piece)
}

fn places_number(server: &Server) -> u64 {
    let state = server.owner("GET", "").send().json();
    state["owner"]["places_number"].as_u64().unwrap()
}

fn is_malformed(answer: &Answer, reason: &str) {
    assert_eq!(answer.problem(), "malformed");
    assert_eq!(
        (answer.status, &answer.json()["reason"]),
        (400, &reason.into())
    );
}

#[test]
fn each_phone_is_told_its_own_and_never_anothers() {
    let server = usual();
    assert_eq!(ask(&server, 1), (0, None));
    assert_eq!(places_number(&server), 0);
    let told = put(&server, 1, pieces(0..300, "first")).send();
    assert_eq!((told.status, told.text().as_str()), (201, "{}"));
    for number in [0, 1, 150, 299] {
        assert_eq!(ask(&server, number), (1, Some(piece(number, "first"))));
    }
    // somebody the room does not know: the number and nothing else
    assert_eq!(ask(&server, 300), (1, None));
    let answer = get(&server, &person(300).tag()).send();
    assert_eq!(answer.text(), r#"{"number":1}"#);
    assert_eq!(places_number(&server), 1);
}

#[test]
fn only_a_higher_number_changes_what_is_told() {
    let server = usual();
    let put = |number, text| put(&server, number, pieces(0..3, text)).send();
    assert_eq!(put(5, "first").status, 201);
    assert_eq!(put(5, "first").status, 200);
    for (number, text) in [(5, "other"), (4, "first"), (1, "other")] {
        let refused = put(number, text);
        assert_eq!(
            (refused.status, refused.problem().as_str()),
            (409, "number-conflict")
        );
        assert_eq!(refused.json()["retry"], "never");
    }
    assert_eq!(ask(&server, 1), (5, Some(piece(1, "first"))));
    assert_eq!(put(u64::MAX, "last").status, 201);
    assert_eq!(ask(&server, 1), (u64::MAX, Some(piece(1, "last"))));
    assert_eq!(places_number(&server), u64::MAX);
}

#[test]
fn everybody_is_replaced_together_and_nobody_may_be_told() {
    let server = usual();
    assert_eq!(put(&server, 1, pieces(0..3, "first")).send().status, 201);
    assert_eq!(put(&server, 2, pieces(2..4, "second")).send().status, 201);
    assert_eq!(ask(&server, 1), (2, None));
    assert_eq!(ask(&server, 2), (2, Some(piece(2, "second"))));
    assert_eq!(put(&server, 3, Vec::new()).send().status, 201);
    assert_eq!(ask(&server, 2), (3, None));
}

#[test]
fn only_the_owner_tells_and_only_who_may_post_asks() {
    let server = usual();
    assert_eq!(put(&server, 1, pieces(0..3, "first")).send().status, 201);
    let is_refused = |request: Request| {
        let answer = request.send();
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (404, "no-such-mailbox")
        );
    };
    let second = || put(&server, 2, pieces(0..3, "second"));
    for wrong in [
        post_capability().authorization(),
        grant().authorization(),
        admin().authorization(),
        Owner([99; 32]).authorization(),
        "Bearer nonsense".to_owned(),
    ] {
        is_refused(second().header("authorization", &wrong));
    }
    is_refused(second().without("authorization"));
    let tag = person(1).tag();
    for wrong in [
        owner().authorization(),
        grant().authorization(),
        Post([99; 16]).authorization(),
    ] {
        is_refused(get(&server, &tag).header("authorization", &wrong));
    }
    is_refused(get(&server, &tag).without("authorization"));
    // another mailbox: the same answer
    let other = format!("/v1/mailboxes/{}/places/{tag}", Mid([77; 16]));
    let elsewhere = server.request("GET", &other);
    is_refused(elsewhere.header("authorization", &post_capability().authorization()));
    assert_eq!(ask(&server, 1), (1, Some(piece(1, "first"))));
}

#[test]
fn what_is_no_set_of_pieces_is_refused_and_changes_nothing() {
    let server = usual();
    assert_eq!(put(&server, 1, pieces(0..3, "first")).send().status, 201);
    let second = || put(&server, 2, pieces(0..3, "second"));
    let mut short = pieces(0..3, "second");
    short.pop();
    is_malformed(&second().body(short).send(), "length");
    is_malformed(&second().body(vec![1]).send(), "length");
    let twice = [pieces(0..3, "second"), piece(1, "again")].concat();
    is_malformed(&second().body(twice).send(), "tag");
    for bad in ["", "0", "-1", "one", "18446744073709551616"] {
        is_malformed(&second().header("vmb-number", bad).send(), "number");
    }
    is_malformed(&second().without("vmb-number").send(), "number");
    let text = second().header("content-type", "text/plain").send();
    assert_eq!(text.problem(), "wrong-media-type");
    let path = format!("{}/places/short", mailbox());
    let by_phone = server.request("GET", &path);
    let by_phone = by_phone.header("authorization", &post_capability().authorization());
    is_malformed(&by_phone.send(), "tag");
    assert_eq!(server.owner("POST", "/places").send().status, 405);
    assert_eq!(ask(&server, 1), (1, Some(piece(1, "first"))));
}

#[test]
fn a_thousand_are_told_and_no_more() {
    let server = usual();
    assert_eq!(put(&server, 1, pieces(0..1_000, "all")).send().status, 201);
    assert_eq!(ask(&server, 999), (1, Some(piece(999, "all"))));
    // as its head says, before any of it has come
    let too_many = put(&server, 2, Vec::new()).header("content-length", "512512");
    let too_many = too_many.send();
    assert_eq!(
        (too_many.status, too_many.problem().as_str()),
        (413, "too-large")
    );
    // also when the length is not said
    let chunked = put(&server, 2, Vec::new()).header("transfer-encoding", "chunked");
    let mut stream = chunked.connect();
    stream.write_all(&chunked.head()).unwrap();
    let chunk = [b"10000\r\n".as_slice(), &[7; 65_536], b"\r\n"].concat();
    for _ in 0..9 {
        // the relay may answer and close before it has everything
        let _ = stream.write_all(&chunk);
    }
    let answer = Answer::read(stream);
    assert!([0, 413].contains(&answer.status), "{}", answer.head);
    assert_eq!(ask(&server, 1), (1, Some(piece(1, "all"))));
}

#[test]
fn a_large_body_is_read_from_owners_only() {
    let server = usual();
    // nothing of the body was sent, and the answer is there all the same
    for wrong in [Owner([99; 32]).authorization(), "nonsense".to_owned()] {
        let request = put(&server, 1, Vec::new())
            .header("authorization", &wrong)
            .header("content-length", "512000");
        assert_eq!(request.send().problem(), "no-such-mailbox");
    }
}

#[test]
fn an_office_tells_nothing() {
    let server = start(settings()).with_office();
    assert_eq!(
        server.create(&admin().authorization(), &office()).status,
        200
    );
    for answer in [
        put(&server, 1, pieces(0..1, "first")).send(),
        get(&server, &person(0).tag()).send(),
    ] {
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (422, "bad-envelope")
        );
        assert_eq!(answer.json()["reason"], "kind");
    }
}

#[test]
fn the_last_word_is_told_for_ten_minutes_after_the_end_and_then_nothing() {
    let server = usual();
    assert_eq!(put(&server, 1, pieces(0..3, "first")).send().status, 201);
    assert_eq!(server.owner("POST", "/close").send().status, 204);
    assert_eq!(put(&server, 2, pieces(0..3, "closed")).send().status, 201);
    server.clock.pass(599);
    assert_eq!(ask(&server, 1), (2, Some(piece(1, "closed"))));
    server.clock.pass(1);
    assert_eq!(
        get(&server, &person(1).tag()).send().problem(),
        "no-such-mailbox"
    );
    assert_eq!(
        put(&server, 3, Vec::new()).send().problem(),
        "no-such-mailbox"
    );
}

#[test]
fn a_deleted_room_tells_nothing_even_when_it_is_opened_again() {
    let server = usual();
    assert_eq!(put(&server, 7, pieces(0..3, "first")).send().status, 201);
    assert_eq!(server.owner("DELETE", "").send().status, 204);
    assert_eq!(
        get(&server, &person(1).tag()).send().problem(),
        "no-such-mailbox"
    );
    let again = server.create(&grant().authorization(), &room());
    assert_eq!(again.status, 201);
    assert_eq!(ask(&server, 1), (0, None));
    assert_eq!(places_number(&server), 0);
    assert_eq!(put(&server, 1, pieces(0..3, "second")).send().status, 201);
}

#[test]
fn a_relay_that_was_started_again_says_that_it_has_forgotten() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("relay.sqlite");
    let started = || {
        let config = settings();
        Server::start(SqliteStore::open(&file, config.quotas()).unwrap(), config)
    };
    let mut server = started();
    server.create(&grant().authorization(), &room());
    assert_eq!(put(&server, 7, pieces(0..3, "first")).send().status, 201);
    server.stop();
    // nothing of it was ever written
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let secret = &piece(1, "first")[..24];
        assert!(!bytes.windows(secret.len()).any(|it| it == secret));
    }
    let server = started();
    assert_eq!(places_number(&server), 0);
    assert_eq!(ask(&server, 1), (0, None));
    assert_eq!(put(&server, 7, pieces(0..3, "first")).send().status, 201);
    assert_eq!(ask(&server, 1), (7, Some(piece(1, "first"))));
}

#[test]
fn memory_has_an_end() {
    let mut config = settings();
    config.limits.places_bytes = 1 << 20;
    let server = with_room(config);
    // two rooms of a thousand are just below a mebibyte
    let other = Mid([42; 16]);
    let path = format!("/v1/mailboxes/{other}");
    let created = server.request("PUT", &path);
    let created = created.header("authorization", &grant().authorization());
    assert_eq!(created.json(&room()).send().status, 201);
    assert_eq!(put(&server, 1, pieces(0..1_000, "all")).send().status, 201);
    let elsewhere = |people, number: &str| {
        let body = pieces(0..people, "all");
        let put = server.request("PUT", &format!("{path}/places"));
        put.header("authorization", &owner().authorization())
            .header("content-type", "application/octet-stream")
            .header("vmb-number", number)
            .body(body)
            .send()
    };
    assert_eq!(elsewhere(1_000, "1").status, 201);
    let third = format!("/v1/mailboxes/{}", Mid([43; 16]));
    let created = server.request("PUT", &third);
    let created = created.header("authorization", &grant().authorization());
    assert_eq!(created.json(&room()).send().status, 201);
    let full = server
        .request("PUT", &format!("{third}/places"))
        .header("authorization", &owner().authorization())
        .header("content-type", "application/octet-stream")
        .header("vmb-number", "1")
        .body(pieces(0..100, "all"))
        .send();
    assert_eq!((full.status, full.problem().as_str()), (507, "full"));
    assert_eq!(full.json()["retry"], "later");
    // who tells something already may tell it anew
    assert_eq!(elsewhere(1_000, "2").status, 201);
    assert_eq!(server.owner("DELETE", "").send().status, 204);
    assert_eq!(elsewhere(1_000, "3").status, 201);
}

#[test]
fn three_hundred_phones_behind_one_address_may_ask_while_a_neighbour_tries_wrong_ones() {
    let mut config = settings();
    config.limits.address_rate = Rate::new(10, 0.01);
    let server = with_room(config);
    assert_eq!(put(&server, 1, pieces(0..300, "first")).send().status, 201);
    // one asks; from then on the room is known
    assert_eq!(ask(&server, 0).0, 1);
    for _ in 0..10 {
        let wrong = get(&server, &person(1).tag());
        let wrong = wrong.header("authorization", &Post([99; 16]).authorization());
        assert_eq!(wrong.send().status, 404);
    }
    // the address has no turn left for wrong ones and for letters
    let wrong = get(&server, &person(1).tag());
    let wrong = wrong.header("authorization", &Post([98; 16]).authorization());
    assert_eq!(wrong.send().problem(), "slow-down");
    for number in 0..300 {
        assert_eq!(ask(&server, number), (1, Some(piece(number, "first"))));
    }
}

#[test]
fn a_room_that_asks_beyond_its_burst_is_slowed_down_and_others_are_not() {
    let mut config = settings();
    config.limits.room_places_rate = Rate::new(5, 1.0);
    let server = with_room(config);
    for _ in 0..5 {
        assert_eq!(ask(&server, 1), (0, None));
    }
    let refused = get(&server, &person(1).tag()).send();
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (429, "slow-down")
    );
    assert_eq!(refused.header("retry-after"), Some("1"));
    // the owner is another one, and a second brings another turn
    assert_eq!(places_number(&server), 0);
    server.clock.pass(1);
    assert_eq!(ask(&server, 1), (0, None));
}

#[test]
fn the_log_has_no_piece_no_tag_and_no_number() {
    let server = usual();
    assert_eq!(
        put(&server, 778_899, pieces(0..3, "first")).send().status,
        201
    );
    ask(&server, 1);
    get(&server, &person(2).tag())
        .without("authorization")
        .send();
    let text = server.lines.text();
    assert!(text.contains("\"route\":\"/v1/mailboxes/{mid}/places/{tag}\""));
    for secret in [
        Base64::encode_string(&piece(1, "first"))[..20].to_owned(),
        person(1).tag().to_string(),
        person(2).tag().to_string(),
        "778899".to_owned(),
        post_capability().to_text(),
        owner().to_text(),
    ] {
        assert!(!text.contains(&secret), "{secret}");
    }
}
