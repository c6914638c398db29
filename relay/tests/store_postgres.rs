//! PostgreSQL keeps the contract, and what only a store of many relays must keep. On a real
//! server that this test starts; without an installed PostgreSQL it fails and says so.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod store_suite;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use vaekstspejl_envelope::{CapabilityHash, Header, Kid, LetterKind, Mid, Sid};
use vaekstspejl_hammer::postgres::Server;
use vaekstspejl_mailbox::wire::{Kind, RowState};
use vaekstspejl_relay::mailbox::{Letter, NewMailbox, Now, Quotas};
use vaekstspejl_relay::store::postgres::{OpenError, PostgresStore};
use vaekstspejl_relay::store::{Created, Deleter, Posted, Store as _, StoreError};

struct Held {
    store: PostgresStore,
    _server: Arc<Server>,
}

impl Held {
    fn store(&self) -> &PostgresStore {
        &self.store
    }
}

/// One server for all tests of this file that run at the time.
fn server() -> Arc<Server> {
    static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let server = Arc::new(Server::start(&[]).unwrap());
        *shared = Arc::downgrade(&server);
        server
    })
}

async fn open(quotas: Quotas) -> Held {
    let server = server();
    Held {
        store: PostgresStore::open(&server.database().unwrap(), quotas)
            .await
            .unwrap(),
        _server: server,
    }
}

store_claims!(open);

const NOW: Now = Now(20_000 * 86_400);
const MID: Mid = Mid([1; 16]);
const POST: CapabilityHash = CapabilityHash([2; 32]);
const OWNER: CapabilityHash = CapabilityHash([3; 32]);

fn office() -> NewMailbox {
    NewMailbox {
        kind: Kind::Office,
        post: POST,
        owner: OWNER,
        ttl_s: 90 * 86_400,
        grant: None,
    }
}

/// Letter `number`, whose sealed part repeats these words.
fn letter(number: u32, words: &[u8]) -> Letter {
    let mut id = [9; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    let header = Header {
        suite: 1,
        kind: LetterKind::Submission,
        kid: Kid([1; 8]),
        mid: MID,
        sid: Sid(id),
    };
    let mut bytes = header.to_bytes().to_vec();
    bytes.extend(words.iter().cycle().take(4096 - 48));
    Letter::read(bytes, &MID, &Sid(id), CapabilityHash([4; 32])).unwrap()
}

async fn post(store: &PostgresStore, letter: Letter) -> Result<Posted, StoreError> {
    store.post(MID, POST, letter, NOW).await
}

fn is_stored(posted: &Result<Posted, StoreError>) -> bool {
    matches!(posted, Ok(Posted::Stored(_)))
}

/// Follows the mailbox from the beginning until it has seen that many rows; their numbers.
async fn follow(store: Arc<PostgresStore>, rows: usize) -> Vec<u64> {
    let mut seen: Vec<u64> = Vec::new();
    while seen.len() < rows {
        let after = seen.last().copied().unwrap_or(0);
        let listed = store
            .list(MID, OWNER, after, 7, NOW)
            .await
            .unwrap()
            .unwrap();
        seen.extend(listed.rows.iter().map(|row| row.seq));
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn relays_over_one_database_store_each_letter_once_and_readers_miss_none() {
    let server = server();
    let address = server.database().unwrap();
    let mut relays = Vec::new();
    for _ in 0..3 {
        let store = PostgresStore::open(&address, Quotas::default()).await;
        relays.push(Arc::new(store.unwrap()));
    }
    let created = relays[0].create_mailbox(MID, office(), NOW).await.unwrap();
    assert_eq!(created, Created::New);
    // whoever pages while numbers are given must never pass one that comes later
    let readers: Vec<_> = relays
        .iter()
        .map(|store| tokio::spawn(follow(Arc::clone(store), 200)))
        .collect();
    // every letter goes to all three at the same time
    let posts: Vec<_> = (0..600_u32)
        .map(|number| {
            let store = Arc::clone(&relays[number as usize % 3]);
            tokio::spawn(async move { post(&store, letter(number / 3, b"sealed")).await })
        })
        .collect();
    let (mut stored, mut same) = (0, 0);
    for posted in posts {
        match posted.await.unwrap().unwrap() {
            Posted::Stored(_) => stored += 1,
            Posted::Same(_) => same += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((stored, same), (200, 400));
    for reader in readers {
        assert_eq!(reader.await.unwrap(), (1..=200).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn relays_that_start_at_once_make_one_schema_and_one_mailbox() {
    let server = server();
    let address = server.database().unwrap();
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let address = address.clone();
            tokio::spawn(async move {
                let store = PostgresStore::open(&address, Quotas::default())
                    .await
                    .unwrap();
                store.create_mailbox(MID, office(), NOW).await.unwrap()
            })
        })
        .collect();
    let mut outcomes = Vec::new();
    for start in starts {
        outcomes.push(start.await.unwrap());
    }
    let new = outcomes.iter().filter(|it| **it == Created::New).count();
    let same = outcomes.iter().filter(|it| **it == Created::Same).count();
    assert_eq!((new, same), (1, 3));
}

#[tokio::test]
async fn a_server_that_does_not_wait_for_its_disk_is_refused() {
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        let server = Server::start(&[&format!("{setting}=off")]).unwrap();
        let address = server.database().unwrap();
        let opened = PostgresStore::open(&address, Quotas::default()).await;
        let error = opened.unwrap_err();
        assert!(
            matches!(&error, OpenError::NotDurable(named, _) if *named == setting),
            "{error}"
        );
        assert!(error.to_string().contains(&format!("{setting} = on")));
    }
}

#[tokio::test]
async fn a_server_that_stops_waiting_for_its_disk_is_not_ready() {
    let server = Server::start(&[]).unwrap();
    let address = server.database().unwrap();
    let store = PostgresStore::open(&address, Quotas::default())
        .await
        .unwrap();
    assert_eq!(store.ping().await, Ok(()));
    server
        .ask("postgres", "ALTER SYSTEM SET fsync = off")
        .unwrap();
    server.ask("postgres", "SELECT pg_reload_conf()").unwrap();
    // the server tells its connections within a moment
    while store.ping().await.is_ok() {}
    let why = store.ping().await.unwrap_err().to_string();
    assert!(why.contains("fsync = off"), "{why}");
}

#[tokio::test]
async fn a_database_of_a_newer_relay_or_another_program_is_refused() {
    let server = server();
    let address = server.database().unwrap();
    let name = address.rsplit_once('=').unwrap().1;
    drop(
        PostgresStore::open(&address, Quotas::default())
            .await
            .unwrap(),
    );
    server
        .ask(name, "UPDATE vmb.version SET version = 99")
        .unwrap();
    let error = PostgresStore::open(&address, Quotas::default()).await;
    assert!(matches!(error, Err(OpenError::Newer(99))));
    server.ask(name, "DROP TABLE vmb.version").unwrap();
    let error = PostgresStore::open(&address, Quotas::default()).await;
    assert!(matches!(error, Err(OpenError::Foreign)));
}

#[tokio::test]
async fn an_address_that_cannot_be_used_is_an_error_without_the_password() {
    for address in [
        "postgres://relay:geheim@127.0.0.1:1/mailboxes",
        "postgres://relay:geheim@[/mailboxes",
        "password=geheim host",
    ] {
        let error = PostgresStore::open(address, Quotas::default())
            .await
            .unwrap_err();
        assert!(!error.to_string().contains("geheim"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_was_away_is_found_again_with_everything() {
    let mut server = Server::start(&[]).unwrap();
    let address = server.database().unwrap();
    let store = PostgresStore::open(&address, Quotas::default())
        .await
        .unwrap();
    store.create_mailbox(MID, office(), NOW).await.unwrap();
    assert!(is_stored(&post(&store, letter(1, b"a")).await));
    server.cut().unwrap();
    // no receipt without a server
    assert!(matches!(
        post(&store, letter(2, b"b")).await,
        Err(StoreError::Unavailable(_))
    ));
    assert!(store.ping().await.is_err());
    server.resume().unwrap();
    assert!(is_stored(&post(&store, letter(2, b"b")).await));
    let listed = store.list(MID, OWNER, 0, 9, NOW).await.unwrap().unwrap();
    let bodies: Vec<_> = listed.rows.iter().map(|row| row.body.clone()).collect();
    assert_eq!(
        bodies,
        [Some(letter(1, b"a").bytes), Some(letter(2, b"b").bytes)]
    );
}

/// How often words stand in the files below a folder.
fn hits(folder: &Path, words: &[u8]) -> usize {
    let mut found = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found += hits(&path, words);
        } else if let Ok(bytes) = std::fs::read(&path) {
            found += count(&bytes, words);
        }
    }
    found
}

fn count(bytes: &[u8], words: &[u8]) -> usize {
    let (first, rest) = words.split_first().unwrap();
    let starts = bytes.iter().enumerate().filter(|(_, byte)| *byte == first);
    starts
        .filter(|(at, _)| bytes[at + 1..].starts_with(rest))
        .count()
}

/// The same database as a role that has no more rights than the page for operators gives it. The
/// right to ask for a checkpoint can only be given from PostgreSQL 15 on.
fn ordinary_role(server: &Server, address: &str) -> String {
    let version = server.ask("postgres", "SHOW server_version_num").unwrap();
    if version.parse::<u32>().unwrap() < 150_000 {
        return address.to_owned();
    }
    let name = address.rsplit_once('=').unwrap().1;
    for sql in [
        "CREATE ROLE ordinary LOGIN",
        "GRANT pg_checkpoint TO ordinary",
        "GRANT EXECUTE ON FUNCTION pg_switch_wal() TO ordinary",
        &format!("ALTER DATABASE {name} OWNER TO ordinary"),
    ] {
        server.ask(name, sql).unwrap();
    }
    address.replace("user=relay", "user=ordinary")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deleted_letters_leave_the_files_of_a_server_set_up_for_it() {
    const GONE: &[u8] = b"\xfe of a letter that is collected";
    const WITHDRAWN: &[u8] = b"\xfd of a letter that is withdrawn";
    const KEPT: &[u8] = b"\xfc of a letter that still waits..";
    // as docs/operating-the-relay.md advises
    let server = Server::start(&["wal_recycle=off"]).unwrap();
    let address = ordinary_role(&server, &server.database().unwrap());
    let store = PostgresStore::open(&address, Quotas::default())
        .await
        .unwrap();
    store.create_mailbox(MID, office(), NOW).await.unwrap();
    for number in 0..60 {
        let words = [GONE, WITHDRAWN, KEPT][number as usize % 3];
        assert!(is_stored(&post(&store, letter(number, words)).await));
    }
    server.ask("postgres", "CHECKPOINT").unwrap();
    let data = server.data();
    for words in [GONE, WITHDRAWN, KEPT] {
        assert!(hits(&data, words) > 0);
    }
    let collected = (0..60).step_by(3).map(|number| number + 1).collect();
    store.ack(MID, OWNER, collected, NOW).await.unwrap();
    for number in (1..60).step_by(3) {
        let by = Deleter::Owner(OWNER);
        let sid = letter(number, WITHDRAWN).sid;
        store.delete(MID, sid, by, NOW).await.unwrap();
    }
    let name = address.rsplit_once('=').unwrap().1;
    server.ask(name, "VACUUM").unwrap();
    server.ask(name, "CHECKPOINT").unwrap();
    println!(
        "after deleting, VACUUM and CHECKPOINT alone: {} hits",
        hits(&data, GONE) + hits(&data, WITHDRAWN)
    );
    store.expire(NOW).await.unwrap();
    assert_eq!(hits(&data, GONE), 0);
    assert_eq!(hits(&data, WITHDRAWN), 0);
    assert!(hits(&data, KEPT) > 0);
    let listed = store.list(MID, OWNER, 0, 100, NOW).await.unwrap().unwrap();
    let kept = listed
        .rows
        .iter()
        .filter(|row| row.state == RowState::Stored);
    assert_eq!(kept.count(), 20);
}
