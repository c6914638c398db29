//! The mailbox over real sockets: every status of the table, limits, slow clients, other origins,
//! a stop in the middle.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod server;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use base64ct::{Base64, Encoding as _};
use serde_json::{Value, json};
use server::{
    Answer, Request, Server, admin, delete, grant, letter, letter_of, mailbox, mid, office, owner,
    post, post_capability, room, settings, sid,
};
use tempfile::TempDir;
use vaekstspejl_envelope::receipt::{hex, sha256};
use vaekstspejl_envelope::{CapabilityHash, LetterKind, Mid, Owner, Post, Sid};
use vaekstspejl_relay::config::Config;
use vaekstspejl_relay::limits::Rate;
use vaekstspejl_relay::mailbox::{Letter, NewMailbox, Now, Quotas};
use vaekstspejl_relay::store::memory::MemoryStore;
use vaekstspejl_relay::store::sqlite::SqliteStore;
use vaekstspejl_relay::store::{
    Created, Deleter, Found, Listed, Posted, Reader, State, Store, StoreError, Swept, Usage,
};

fn start(config: Config) -> Server {
    Server::start(MemoryStore::new(config.quotas()), config)
}

fn usual() -> Server {
    start(settings()).with_office()
}

fn list(server: &Server) -> Value {
    let answer = server.owner("GET", "/messages").send();
    assert_eq!(answer.status, 200);
    answer.json()
}

fn states(server: &Server) -> Vec<String> {
    let rows = list(server)["rows"].clone();
    let rows = rows.as_array().unwrap();
    let state = |row: &Value| row["state"].as_str().unwrap().to_owned();
    rows.iter().map(state).collect()
}

#[test]
fn a_letter_goes_in_and_comes_out_and_every_repeat_is_harmless() {
    let server = usual();
    assert_eq!(
        server.create(&admin().authorization(), &office()).status,
        200
    );

    let first = server.post(1).send();
    assert_eq!(first.status, 201);
    let receipt = first.json();
    // the first day of these tests is 20,000, and an office keeps letters for 90 days
    assert_eq!(
        receipt,
        json!({
            "v": 1,
            "sid": sid(1).to_string(),
            "sha256": hex(&sha256(&letter(1))),
            "stored_day": 20_000,
            "expires_day": 20_090,
        })
    );
    let again = server.post(1).send();
    assert_eq!((again.status, again.json()), (200, receipt.clone()));

    let page = list(&server);
    assert_eq!(page["more"], false);
    let row = &page["rows"][0];
    assert_eq!((&row["seq"], &row["state"]), (&json!(1), &json!("stored")));
    let body = row["body_b64"].as_str().unwrap();
    let bytes = Base64::decode_vec(body).unwrap();
    assert_eq!(bytes, letter(1));

    let ack = server.owner("POST", "/ack").json(&json!({ "seqs": [1] }));
    assert_eq!(ack.send().status, 204);
    assert_eq!(ack.send().status, 204);
    assert_eq!(states(&server), ["collected"]);
    let after_collection = server.post(1).send();
    assert_eq!(
        (after_collection.status, after_collection.json()),
        (200, receipt)
    );

    let path = format!("{}/messages/{}", mailbox(), sid(1));
    let withdraw = server
        .request("DELETE", &path)
        .header("authorization", &delete(1).authorization());
    for _ in 0..2 {
        let answer = withdraw.send();
        assert_eq!((answer.status, answer.body.len()), (204, 0));
    }
    assert_eq!(states(&server), ["deleted", "withdrawn"]);
}

#[test]
fn a_mailbox_tells_senders_little_and_its_owner_more() {
    let server = usual();
    server.post(1).send();
    let by_sender = server
        .request("GET", &mailbox())
        .header("authorization", &post_capability().authorization())
        .send();
    assert_eq!(
        by_sender.json(),
        json!({"kind": "office", "open": true, "envelopes": [1], "letter_bytes": 4096})
    );
    let by_owner = server.owner("GET", "").send().json();
    assert_eq!(by_owner["owner"]["waiting"], 1);
    assert_eq!(by_owner["owner"]["oldest_day"], 20_000);
    assert_eq!(by_owner["owner"]["last_seq"], 1);
    assert_eq!(
        by_owner["owner"]["chain"],
        list(&server)["rows"][0]["chain"]
    );
}

#[test]
fn a_mailbox_is_rotated_closed_and_deleted_by_its_owner() {
    let server = usual();
    let new = Post([9; 16]);
    let rotate = json!({ "post_hash": new.hash().to_string(), "overlap_s": 60 });
    let rotated = server.owner("POST", "/rotate-post").json(&rotate).send();
    assert_eq!(rotated.status, 204);
    assert_eq!(server.post(1).send().status, 201);
    server.clock.pass(60);
    assert_eq!(server.post(2).send().problem(), "no-such-mailbox");
    let with_new = server.post(2).header("authorization", &new.authorization());
    assert_eq!(with_new.send().status, 201);

    assert_eq!(server.owner("POST", "/close").send().status, 204);
    let refused = server.post(3).header("authorization", &new.authorization());
    assert_eq!(refused.send().problem(), "mailbox-closed");
    assert_eq!(server.owner("DELETE", "").send().status, 204);
    assert_eq!(
        server.owner("DELETE", "").send().problem(),
        "no-such-mailbox"
    );
    assert_eq!(server.owner("GET", "/messages").send().status, 404);
}

#[test]
fn an_office_opens_rooms_and_nothing_else_by_its_grant() {
    let server = start(settings());
    let by_grant = grant().authorization();
    let refused = server.create(&by_grant, &office());
    assert_eq!(refused.problem(), "no-such-mailbox");
    assert_eq!(server.create(&by_grant, &room()).status, 201);
    let path = format!("{}/messages/{}", mailbox(), sid(1));
    let answer = Request::new(server.address, "PUT", &path)
        .header("authorization", &post_capability().authorization())
        .header("vmb-delete-hash", &delete(1).hash().to_string())
        .header("content-type", "application/octet-stream")
        .body(letter_of(LetterKind::RoomAnswer, 1));
    assert_eq!(answer.send().status, 201);
    let state = server.owner("GET", "").send().json();
    assert_eq!(state["letter_bytes"], 1024);
    assert_eq!(state["closes_in_s"], 4 * 3600);
    server.clock.pass(4 * 3600);
    assert_eq!(server.owner("GET", "").send().json()["open"], false);
    server.clock.pass(600);
    assert_eq!(server.owner("GET", "").send().status, 404);
}

#[test]
fn a_long_poll_is_answered_when_a_letter_comes_and_when_its_time_is_over() {
    let server = usual();
    let poll = server.owner("GET", "/messages?after=0&wait=20");
    let waiting = thread::spawn({
        let poll = poll.clone();
        move || poll.send().json()
    });
    assert_eq!(server.post(1).send().status, 201);
    assert_eq!(waiting.join().unwrap()["rows"][0]["seq"], 1);

    let poll = server.owner("GET", "/messages?after=1&wait=20");
    let waiting = thread::spawn(move || poll.send().json());
    // whether the poll comes before or after: 20 seconds later it is over
    while !waiting.is_finished() {
        server.clock.pass(20);
        thread::sleep(Duration::from_millis(20));
    }
    let page = waiting.join().unwrap();
    assert_eq!(page, json!({"rows": [], "more": false}));
}

/// A store that always does the same thing: fail, or panic.
struct Broken(fn() -> StoreError);

impl Store for Broken {
    async fn create_mailbox(&self, _: Mid, _: NewMailbox, _: Now) -> Result<Created, StoreError> {
        Err(self.0())
    }
    async fn post(
        &self,
        _: Mid,
        _: CapabilityHash,
        _: Letter,
        _: Now,
    ) -> Result<Posted, StoreError> {
        Err(self.0())
    }
    async fn state(&self, _: Mid, _: Reader, _: Now) -> Result<Option<State>, StoreError> {
        Err(self.0())
    }
    async fn list(
        &self,
        _: Mid,
        _: CapabilityHash,
        _: u64,
        _: u32,
        _: Now,
    ) -> Result<Option<Listed>, StoreError> {
        Err(self.0())
    }
    async fn ack(
        &self,
        _: Mid,
        _: CapabilityHash,
        _: Vec<u64>,
        _: Now,
    ) -> Result<Found, StoreError> {
        Err(self.0())
    }
    async fn delete(&self, _: Mid, _: Sid, _: Deleter, _: Now) -> Result<Found, StoreError> {
        Err(self.0())
    }
    async fn rotate_post(
        &self,
        _: Mid,
        _: CapabilityHash,
        _: CapabilityHash,
        _: u64,
        _: Now,
    ) -> Result<Found, StoreError> {
        Err(self.0())
    }
    async fn close(&self, _: Mid, _: CapabilityHash, _: Now) -> Result<Found, StoreError> {
        Err(self.0())
    }
    async fn delete_mailbox(&self, _: Mid, _: CapabilityHash, _: Now) -> Result<Found, StoreError> {
        Err(self.0())
    }
    async fn expire(&self, _: Now) -> Result<Swept, StoreError> {
        Err(self.0())
    }
    async fn ping(&self) -> Result<(), StoreError> {
        Err(self.0())
    }
    async fn usage(&self) -> Result<Usage, StoreError> {
        Err(self.0())
    }
}

/// A problem as the table of the protocol has it.
fn is_problem(answer: &Answer, status: u16, slug: &str, retry: &str) {
    assert_eq!(answer.problem(), slug);
    assert_eq!(answer.status, status, "{slug}");
    assert_eq!(answer.json()["retry"], retry, "{slug}");
}

#[test]
fn every_problem_of_the_table_is_answered_as_one() {
    let server = usual();
    let post = || server.post(1);
    let path = |mid: &str, sid: &str| format!("/v1/mailboxes/{mid}/messages/{sid}");
    let at = |path: &str| {
        server
            .request("PUT", path)
            .header("authorization", &post_capability().authorization())
            .header("vmb-delete-hash", &delete(1).hash().to_string())
            .header("content-type", "application/octet-stream")
            .body(letter(1))
            .send()
    };
    let malformed = |answer: Answer, reason: &str| {
        is_problem(&answer, 400, "malformed", "never");
        assert_eq!(answer.json()["reason"], reason);
    };
    malformed(post().without("vmb-delete-hash").send(), "delete-hash");
    malformed(
        post().header("vmb-delete-hash", "XYZ").send(),
        "delete-hash",
    );
    malformed(at(&path(&mid().to_string(), "short")), "sid");
    let ack = |body: &Value| server.owner("POST", "/ack").json(body).send();
    malformed(ack(&json!({ "seqs": "all" })), "json");
    malformed(ack(&json!({ "seqs": vec![1; 501] })), "too-many");
    malformed(server.owner("GET", "/messages?after=x").send(), "query");
    let rotate = json!({ "post_hash": "00", "overlap_s": 0 });
    malformed(
        server.owner("POST", "/rotate-post").json(&rotate).send(),
        "hash",
    );
    let mut forever = office();
    forever["ttl_s"] = json!(181 * 86_400);
    let created = server.create(&admin().authorization(), &forever);
    malformed(created, "ttl");

    for wrong in [
        post().without("authorization").send(),
        post().header("authorization", "Bearer").send(),
        post().header("authorization", "Basic dm1iMQ==").send(),
        post()
            .header("authorization", &Post([0; 16]).authorization())
            .send(),
        post()
            .header("authorization", &owner().authorization())
            .send(),
        at(&path("short", &sid(1).to_string())),
        server
            .owner("GET", "")
            .header("authorization", &post_capability().authorization())
            .header("authorization", &delete(1).authorization())
            .send(),
        server.create(&grant().authorization(), &office()),
        server.create("Bearer vmb1_a_AAAA", &office()),
    ] {
        is_problem(&wrong, 404, "no-such-mailbox", "config");
        assert_eq!(wrong.json().get("reason"), None, "no more is told");
    }
    for nowhere in ["/", "/v1", "/v1/mailboxes", "/favicon.ico", "/v1/x/y/z"] {
        let answer = server.request("GET", nowhere).send();
        is_problem(&answer, 404, "no-such-path", "config");
    }
    let answer = server.request("PATCH", &mailbox()).send();
    is_problem(&answer, 405, "wrong-method", "never");

    assert_eq!(post().send().status, 201);
    let mut other = letter(1);
    *other.last_mut().unwrap() ^= 1;
    is_problem(&post().body(other).send(), 409, "sid-conflict", "never");
    let mut thief = office();
    thief["owner_hash"] = json!(Owner([0; 32]).hash().to_string());
    let answer = server.create(&admin().authorization(), &thief);
    is_problem(&answer, 409, "mailbox-conflict", "never");

    let large = post().body(vec![0; 16 * 1024 + 1]).send();
    is_problem(&large, 413, "too-large", "never");
    for kind in ["text/plain", "", "application/octet-streams"] {
        let answer = post().header("content-type", kind).send();
        is_problem(&answer, 415, "wrong-media-type", "never");
    }
    let answer = server.owner("POST", "/ack").body(b"{}".to_vec()).send();
    is_problem(&answer, 415, "wrong-media-type", "never");

    server.owner("POST", "/close").send();
    is_problem(&server.post(2).send(), 410, "mailbox-closed", "never");
}

#[test]
fn every_kind_of_bad_envelope_has_its_reason() {
    let server = usual();
    let changed = |at: usize, to: u8| {
        let mut bytes = letter(1);
        bytes[at] = to;
        bytes
    };
    for (bytes, reason) in [
        (Vec::new(), "length"),
        (letter(1)[..4095].to_vec(), "length"),
        ([letter(1), vec![0]].concat(), "length"),
        (changed(0, b'X'), "magic"),
        (changed(4, 2), "version"),
        (changed(5, 2), "suite"),
        (changed(6, 9), "kind"),
        (changed(7, 1), "flags"),
        (changed(16, 0), "mailbox"),
        (changed(32, 1), "letter"),
        (letter_of(LetterKind::RoomAnswer, 1), "kind"),
    ] {
        let answer = server.post(1).body(bytes).send();
        is_problem(&answer, 422, "bad-envelope", "never");
        assert_eq!(answer.json()["reason"], reason);
    }
    assert_eq!(list(&server)["rows"], json!([]));
}

#[test]
fn a_store_that_fails_is_told_from_a_mistake_and_from_a_full_one() {
    let full = Server::start(Broken(|| StoreError::Full), settings());
    is_problem(&full.post(1).send(), 507, "full", "later");

    let away = || StoreError::Unavailable("the disk is away".to_owned());
    let away = Server::start(Broken(away), settings());
    let answer = away.post(1).send();
    is_problem(&answer, 503, "overloaded", "later");
    assert_eq!(answer.header("retry-after"), Some("5"));
    let readyz = away.request("GET", "/readyz").send();
    is_problem(&readyz, 503, "overloaded", "later");
    assert_eq!(away.request("GET", "/healthz").send().status, 200);
    assert!(away.lines.text().contains("the disk is away"));

    let panics = Server::start(Broken(|| panic!("a mistake")), settings());
    let answer = panics.post(1).send();
    is_problem(&answer, 500, "internal", "later");
    let instance = answer.json()["instance"].as_str().unwrap().to_owned();
    assert!(panics.lines.text().contains(&instance));
    // and the next one is answered as well
    assert_eq!(panics.request("GET", "/healthz").send().status, 200);
}

#[test]
fn readiness_is_a_row_written_to_disk() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("relay.sqlite");
    let store = SqliteStore::open(&path, Quotas::default()).unwrap();
    let server = Server::start(store, settings());
    assert_eq!(server.request("GET", "/readyz").send().status, 200);
    drop(server);
    let database = rusqlite::Connection::open(&path).unwrap();
    let count: i64 = database
        .query_row("SELECT value FROM meta WHERE name = 'canary'", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(count, 1);
}

/// Sends letters side by side, each from a thread of its own; the statuses.
fn at_once(requests: Vec<Request>) -> Vec<u16> {
    let threads: Vec<_> = requests
        .into_iter()
        .map(|request| thread::spawn(move || request.send().status))
        .collect();
    let statuses = threads.into_iter().map(|thread| thread.join().unwrap());
    statuses.collect()
}

#[test]
fn three_hundred_behind_one_address_are_all_served_at_once() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("relay.sqlite");
    let store = SqliteStore::open(&path, Quotas::default()).unwrap();
    let server = Server::start(store, settings()).with_office();
    // the clock stands still: it is one second for the limits
    let statuses = at_once((0..300).map(|number| server.post(number)).collect());
    assert_eq!(statuses, vec![201; 300]);
    let state = server.owner("GET", "").send().json();
    assert_eq!(state["owner"]["waiting"], 300);
}

#[test]
fn a_mailbox_beyond_its_burst_is_slowed_down_and_told_when_to_come_back() {
    let mut config = settings();
    config.limits.office_letters_rate = Rate::new(3, 0.5);
    let server = start(config).with_office();
    for number in 0..3 {
        assert_eq!(server.post(number).send().status, 201);
    }
    let refused = server.post(3).send();
    is_problem(&refused, 429, "slow-down", "later");
    assert_eq!(refused.header("retry-after"), Some("2"));
    // whoever does not hold the capability cannot use up the turns of those who do
    let stranger = |number| {
        server
            .post(number)
            .header("authorization", &Post([0; 16]).authorization())
    };
    server.clock.pass(2);
    for number in 0..5 {
        let status = stranger(number).send().status;
        assert!(matches!(status, 404 | 429));
    }
    assert_eq!(server.post(3).send().status, 201);
}

#[test]
fn an_address_is_slowed_down_and_others_are_not() {
    let mut config = settings();
    config.limits.address_rate = Rate::new(4, 0.1);
    let server = start(config).with_office();
    for number in 0..4 {
        assert_eq!(server.post(number).from("127.1.1.1").send().status, 201);
    }
    // another host of the same network
    let neighbour = server.post(4).from("127.1.1.99").send();
    is_problem(&neighbour, 429, "slow-down", "later");
    assert_eq!(server.post(4).from("127.1.2.1").send().status, 201);
}

#[test]
fn who_tries_owner_capabilities_is_stopped_after_ten() {
    let server = usual();
    let attempt = |from: &str| {
        server
            .owner("GET", "/messages")
            .header("authorization", &Owner([0; 32]).authorization())
            .from(from)
            .send()
    };
    for _ in 0..10 {
        assert_eq!(attempt("127.1.1.1").status, 404);
    }
    is_problem(&attempt("127.1.1.1"), 429, "slow-down", "later");
    // the owner sits elsewhere
    assert_eq!(server.owner("GET", "/messages").send().status, 200);
}

#[test]
fn too_many_requests_in_the_store_at_once_are_refused_for_a_second() {
    let mut config = settings();
    config.listen.requests = 1;
    let server = Server::start(Slow(MemoryStore::new(config.quotas())), config);
    let statuses = at_once((0..8).map(|number| server.post(number)).collect());
    // one waits in the store for as long as it takes; the others are told to come back
    assert!(statuses.contains(&503), "{statuses:?}");
    assert!(statuses.contains(&404), "{statuses:?}");
}

/// A store that takes its time for letters.
struct Slow(MemoryStore);

impl Store for Slow {
    async fn post(
        &self,
        mid: Mid,
        post: CapabilityHash,
        letter: Letter,
        now: Now,
    ) -> Result<Posted, StoreError> {
        tokio::time::sleep(Duration::from_millis(300)).await;
        self.0.post(mid, post, letter, now).await
    }
    async fn create_mailbox(
        &self,
        mid: Mid,
        new: NewMailbox,
        now: Now,
    ) -> Result<Created, StoreError> {
        self.0.create_mailbox(mid, new, now).await
    }
    async fn state(&self, mid: Mid, by: Reader, now: Now) -> Result<Option<State>, StoreError> {
        self.0.state(mid, by, now).await
    }
    async fn list(
        &self,
        mid: Mid,
        owner: CapabilityHash,
        after: u64,
        limit: u32,
        now: Now,
    ) -> Result<Option<Listed>, StoreError> {
        self.0.list(mid, owner, after, limit, now).await
    }
    async fn ack(
        &self,
        mid: Mid,
        owner: CapabilityHash,
        seqs: Vec<u64>,
        now: Now,
    ) -> Result<Found, StoreError> {
        self.0.ack(mid, owner, seqs, now).await
    }
    async fn delete(&self, mid: Mid, sid: Sid, by: Deleter, now: Now) -> Result<Found, StoreError> {
        self.0.delete(mid, sid, by, now).await
    }
    async fn rotate_post(
        &self,
        mid: Mid,
        owner: CapabilityHash,
        post: CapabilityHash,
        overlap_s: u64,
        now: Now,
    ) -> Result<Found, StoreError> {
        self.0.rotate_post(mid, owner, post, overlap_s, now).await
    }
    async fn close(&self, mid: Mid, owner: CapabilityHash, now: Now) -> Result<Found, StoreError> {
        self.0.close(mid, owner, now).await
    }
    async fn delete_mailbox(
        &self,
        mid: Mid,
        owner: CapabilityHash,
        now: Now,
    ) -> Result<Found, StoreError> {
        self.0.delete_mailbox(mid, owner, now).await
    }
    async fn expire(&self, now: Now) -> Result<Swept, StoreError> {
        self.0.expire(now).await
    }
    async fn ping(&self) -> Result<(), StoreError> {
        self.0.ping().await
    }
    async fn usage(&self) -> Result<Usage, StoreError> {
        self.0.usage().await
    }
}

#[test]
fn slow_heads_and_bodies_are_cut_off_while_honest_letters_get_through() {
    let mut config = settings();
    config.listen.header_timeout_s = 1;
    config.listen.body_timeout_s = 1;
    config.listen.connections_per_address = 100;
    let server = start(config).with_office();
    let slow_head = |number: u32| {
        let head = post(server.address, number).head();
        let mut stream = post(server.address, number).from("127.1.1.1").connect();
        stream.write_all(&head[..40]).unwrap();
        stream
    };
    let slow_body = |number: u32| {
        let request = post(server.address, number).from("127.1.2.1");
        let mut stream = request.connect();
        stream.write_all(&request.head()).unwrap();
        stream.write_all(&letter(number)[..1000]).unwrap();
        stream
    };
    let mut heads: Vec<TcpStream> = (0..80).map(slow_head).collect();
    let bodies: Vec<TcpStream> = (100..180).map(slow_body).collect();
    // from an address of its own each, as honest people have
    for number in 0..50 {
        assert_eq!(server.post(1000 + number).send().status, 201);
    }
    // a drip now and then is not enough to stay
    for stream in &mut heads {
        let _ = stream.write_all(b"x");
    }
    let cut_off = heads.into_iter().map(Answer::read);
    assert!(
        cut_off
            .map(|answer| answer.status)
            .all(|it| it == 0 || it == 408)
    );
    for answer in bodies.into_iter().map(Answer::read) {
        is_problem(&answer, 408, "too-slow", "later");
    }
    assert_eq!(states(&server).len(), 50);
}

#[test]
fn one_address_cannot_take_all_connections() {
    let mut config = settings();
    config.listen.connections_per_address = 5;
    let server = start(config).with_office();
    let idle: Vec<TcpStream> = (0..5)
        .map(|_| server.post(1).from("127.1.1.1").connect())
        .collect();
    let probe = server.request("GET", "/healthz").from("127.1.1.2");
    // those of the same network are dropped; the first of them may be accepted before the five
    let dropped = (0..10).filter(|_| {
        let mut stream = probe.connect();
        let _ = stream.write_all(&probe.head());
        Answer::read(stream).status == 0
    });
    assert!(dropped.count() >= 9);
    assert_eq!(server.post(1).from("127.1.2.1").send().status, 201);
    drop(idle);
}

#[test]
fn what_is_not_http_or_too_long_is_refused() {
    let server = usual();
    for bytes in [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc".to_vec(),
        b"GET / HTTP/9.9\r\n\r\n".to_vec(),
        format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(40_000)).into_bytes(),
        format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(40_000)).into_bytes(),
    ] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        let _ = stream.write_all(&bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let status = Answer::read(stream).status;
        assert!(status == 0 || (400..500).contains(&status), "{status}");
    }
    // a body without an announced length is counted as it comes
    let chunk = format!("4001\r\n{}\r\n0\r\n\r\n", "z".repeat(0x4001));
    let answer = server
        .post(1)
        .header("transfer-encoding", "chunked")
        .body(chunk.into_bytes())
        .send();
    is_problem(&answer, 413, "too-large", "never");
    assert_eq!(server.post(1).send().status, 201);
}

#[test]
fn only_the_apps_origin_may_read_answers() {
    let server = usual();
    let ask = |origin: &str| {
        let preflight = server
            .request("OPTIONS", &mailbox())
            .header("origin", origin);
        let real = server.post(1).header("origin", origin);
        (preflight.send(), real.send())
    };
    let allow = "access-control-allow-origin";
    let (preflight, real) = ask("https://app.example");
    assert_eq!(preflight.status, 204);
    assert_eq!(preflight.header(allow), Some("https://app.example"));
    assert_eq!(preflight.header("access-control-max-age"), Some("7200"));
    let methods = preflight.header("access-control-allow-methods").unwrap();
    for method in ["get", "put", "post", "delete"] {
        assert!(methods.contains(method));
    }
    let headers = preflight.header("access-control-allow-headers").unwrap();
    for header in [
        "authorization",
        "content-type",
        "vmb-delete-hash",
        "vmb-number",
    ] {
        assert!(headers.contains(header));
    }
    assert_eq!(real.header(allow), Some("https://app.example"));
    assert_eq!(
        real.header("access-control-expose-headers"),
        Some("retry-after")
    );
    for other in ["https://evil.example", "null", "http://app.example"] {
        let (preflight, real) = ask(other);
        for answer in [preflight, real] {
            assert_eq!(answer.header("vary"), Some("origin"));
            assert!(!answer.head.contains("access-control-allow"), "{other}");
        }
    }
    // problems can be read too, or the app could not tell what is wrong
    let problem = server
        .post(1)
        .without("authorization")
        .header("origin", "https://app.example")
        .send();
    assert_eq!(problem.header(allow), Some("https://app.example"));
}

#[test]
fn no_answer_of_the_mailbox_may_be_kept_or_run() {
    let server = usual();
    for answer in [
        server.post(1).send(),
        server.owner("GET", "/messages").send(),
        server.post(1).without("authorization").send(),
        server.request("GET", "/nothing").send(),
        server.request("GET", "/healthz").send(),
        server.request("OPTIONS", &mailbox()).send(),
    ] {
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert!(answer.head.contains("default-src 'none'"));
        assert!(!answer.head.contains("set-cookie"));
    }
}

#[test]
fn the_log_knows_routes_and_numbers_and_nothing_else() {
    let mut config = settings();
    config.proxy.trusted = vec!["127.0.0.1".parse().unwrap()];
    let server = start(config).with_office();
    let request = |request: Request| {
        request
            .header("x-forwarded-for", "198.51.100.77")
            .header("user-agent", "CanaryAgent")
            .header("referer", "https://canary.example/%23secret")
    };
    assert_eq!(request(server.post(1)).send().status, 201);
    assert_eq!(
        request(server.owner("GET", "/messages?after=0&canary=1"))
            .send()
            .status,
        200
    );
    let nowhere = server.request("GET", "/r%23CanarySecret?name=CanaryName");
    assert_eq!(request(nowhere).send().status, 404);
    let text = server.lines.text();
    assert!(text.contains("\"route\":\"/v1/mailboxes/{mid}/messages/{sid}\""));
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let keys: Vec<_> = line.as_object().unwrap().keys().cloned().collect();
        assert_eq!(
            keys,
            [
                "bytes", "level", "message", "method", "ms", "route", "status", "time"
            ]
        );
    }
    for secret in [
        mid().to_string(),
        sid(1).to_string(),
        post_capability().to_text(),
        owner().to_text(),
        hex(&post_capability().hash().0),
        hex(&sha256(&letter(1))),
        "198.51.100".to_owned(),
        "127.0.0".to_owned(),
        "anary".to_owned(),
        "%23".to_owned(),
    ] {
        assert!(!text.contains(&secret), "{secret}");
    }
}

#[test]
fn a_stop_answers_whoever_is_being_answered_and_loses_nothing() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("relay.sqlite");
    let store = SqliteStore::open(&path, Quotas::default()).unwrap();
    let mut config = settings();
    config.limits.office_letters_rate = Rate::new(100_000, 1.0);
    config.limits.address_rate = Rate::new(100_000, 1.0);
    let mut server = Server::start(store, config).with_office();
    let address = server.address;

    // one has sent half of its letter
    let half = post(address, 0);
    let mut waiting = half.connect();
    waiting.write_all(&half.head()).unwrap();
    waiting.write_all(&letter(0)[..2048]).unwrap();
    // one waits for news
    let poll = server.owner("GET", "/messages?after=1000000&wait=20");
    let polling = thread::spawn(move || poll.send().status);
    // and others send as fast as they can, until nobody answers any more
    let writers: Vec<_> = (0..8_u32)
        .map(|writer| thread::spawn(move || send_until_refused(address, writer)))
        .collect();
    while states(&server).len() < 40 {
        thread::sleep(Duration::from_millis(5));
    }
    server.ask_to_stop();
    waiting.write_all(&letter(0)[2048..]).unwrap();
    assert_eq!(Answer::read(waiting).status, 201);
    assert_eq!(polling.join().unwrap(), 200);
    let acknowledged: Vec<u32> = writers
        .into_iter()
        .flat_map(|writer| writer.join().unwrap())
        .chain([0])
        .collect();
    server.stop();

    // what was in the WAL is in the database
    assert!(!folder.path().join("relay.sqlite-wal").exists());
    let database = rusqlite::Connection::open(&path).unwrap();
    for number in &acknowledged {
        let there: i64 = database
            .query_row(
                "SELECT count(*) FROM rows JOIN bodies ON bodies.row = rows.id WHERE sid = ?1",
                [sid(*number).0],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(there, 1, "letter {number}");
    }
    assert!(acknowledged.len() > 40);
}

/// The letters that were acknowledged.
fn send_until_refused(address: std::net::SocketAddr, writer: u32) -> Vec<u32> {
    let mut acknowledged = Vec::new();
    for number in (writer + 1) * 10_000.. {
        let request = post(address, number);
        let Ok(mut stream) = TcpStream::connect(address) else {
            break;
        };
        let sent = stream
            .write_all(&request.head())
            .and_then(|()| stream.write_all(&letter(number)));
        let mut answer = Vec::new();
        let read = sent.and_then(|()| stream.read_to_end(&mut answer));
        if read.is_err() || !answer.starts_with(b"HTTP/1.1 201") {
            break;
        }
        acknowledged.push(number);
    }
    acknowledged
}

#[test]
fn one_program_can_serve_the_app_and_the_mailbox() {
    let folder = TempDir::new().unwrap();
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'\">";
    fs::write(folder.path().join("index.html"), policy).unwrap();
    fs::write(folder.path().join("app-0123456789ab.wasm"), "wasm").unwrap();
    fs::write(folder.path().join("app-0123456789ab.wasm.br"), "br").unwrap();
    let config = settings();
    let site = vaekstspejl_relay::site::router(folder.path()).unwrap();
    let store = MemoryStore::new(config.quotas());
    let server = Server::start_with(store, config, Some(site)).with_office();

    let page = server.request("GET", "/?office=ribe").send();
    assert_eq!((page.status, page.text().as_str()), (200, policy));
    assert_eq!(
        page.header("content-security-policy"),
        Some("default-src 'self'; frame-ancestors 'none'")
    );
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    // a build that is put back is older than what the browser has seen, and new all the same
    let again = server
        .request("GET", "/")
        .header("if-modified-since", "Fri, 01 Jan 2100 00:00:00 GMT")
        .send();
    assert_eq!((again.status, again.header("last-modified")), (200, None));
    let file = server
        .request("GET", "/app-0123456789ab.wasm")
        .header("accept-encoding", "br")
        .send();
    assert_eq!(file.header("content-encoding"), Some("br"));
    assert_eq!(file.header("content-type"), Some("application/wasm"));
    assert!(file.header("cache-control").unwrap().contains("immutable"));
    for path in ["/nothing.js", "/app-0123456789ab.wasm.br", "/../Cargo.toml"] {
        assert_eq!(server.request("GET", path).send().status, 404);
    }
    assert_eq!(server.post(1).send().status, 201);
    let problem = server.request("GET", "/v1/nothing").send();
    is_problem(&problem, 404, "no-such-path", "config");
}
