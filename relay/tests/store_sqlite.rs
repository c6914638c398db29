//! SQLite keeps the contract, and what only a store on disk must keep.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod store_suite;

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use rusqlite::Connection;
use tempfile::TempDir;
use vaekstspejl_envelope::receipt::sha256;
use vaekstspejl_envelope::{CapabilityHash, Header, Kid, LetterKind, Mid, Sid};
use vaekstspejl_mailbox::wire::Kind;
use vaekstspejl_relay::mailbox::{Letter, NewMailbox, Now, Quotas};
use vaekstspejl_relay::store::sqlite::{OpenError, SqliteStore};
use vaekstspejl_relay::store::{Deleter, Found, Posted, Store as _};

struct Held {
    store: SqliteStore,
    _folder: TempDir,
}

impl Held {
    fn store(&self) -> &SqliteStore {
        &self.store
    }
}

async fn open(quotas: Quotas) -> Held {
    let folder = TempDir::new().unwrap();
    Held {
        store: SqliteStore::open(&folder.path().join("relay.sqlite"), quotas).unwrap(),
        _folder: folder,
    }
}

store_claims!(open);

const NOW: Now = Now(20_000 * 86_400);
const OWNER: CapabilityHash = CapabilityHash([1; 32]);
const POST: CapabilityHash = CapabilityHash([2; 32]);
const DELETE: CapabilityHash = CapabilityHash([3; 32]);

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

fn mid(number: u8) -> Mid {
    Mid([number; 16])
}

fn sid(number: u32) -> Sid {
    let mut bytes = [9; 16];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    Sid(bytes)
}

/// A letter of which no piece is like a piece of another.
fn letter(mid: Mid, number: u32) -> Letter {
    letter_of(LetterKind::Submission, mid, number)
}

fn letter_of(kind: LetterKind, mid: Mid, number: u32) -> Letter {
    let header = Header {
        suite: 1,
        kind,
        kid: Kid([4; 8]),
        mid,
        sid: sid(number),
    };
    let mut bytes = header.to_bytes().to_vec();
    let mut block = sha256(&[mid.0.as_slice(), &number.to_be_bytes()].concat());
    while bytes.len() < kind.total() {
        block = sha256(&block);
        bytes.extend_from_slice(&block);
    }
    bytes.truncate(kind.total());
    Letter::read(bytes, &mid, &sid(number), DELETE).unwrap()
}

async fn with_letters(store: &SqliteStore, mid: Mid, count: u32) {
    let new = NewMailbox {
        kind: Kind::Office,
        post: POST,
        owner: OWNER,
        ttl_s: 90 * 86_400,
        grant: None,
    };
    store.create_mailbox(mid, new, NOW).await.unwrap();
    for number in 0..count {
        let posted = store
            .post(mid, POST, letter(mid, number), NOW)
            .await
            .unwrap();
        assert!(matches!(posted, Posted::Stored(_)));
    }
}

/// Every 16 bytes in a row of all files of a folder.
struct Pieces(HashSet<[u8; 16]>);

impl Pieces {
    fn of(folder: &Path) -> Self {
        let mut pieces = HashSet::new();
        for entry in fs::read_dir(folder).unwrap() {
            let file = fs::read(entry.unwrap().path()).unwrap();
            let windows = file.windows(16).map(|piece| piece.try_into().unwrap());
            pieces.extend(windows.filter(|piece: &[u8; 16]| *piece != [0; 16]));
        }
        Self(pieces)
    }

    /// How many of a letter's 253 pieces are there. The header is left out: its ids stay as
    /// tombstone.
    fn count(&self, letter: &Letter) -> usize {
        let pieces = letter.bytes[48..].chunks_exact(16);
        pieces.filter(|piece| self.0.contains(*piece)).count()
    }
}

#[test]
fn deleted_letters_leave_no_byte_in_the_files() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("relay.sqlite");
    let store = SqliteStore::open(&path, Quotas::default()).unwrap();
    run(async {
        with_letters(&store, mid(1), 40).await;
        with_letters(&store, mid(2), 10).await;
        with_letters(&store, mid(3), 10).await;
        // the way of looking finds what is there; a page's end may cut a piece in two
        let files = Pieces::of(folder.path());
        assert!((0..40).all(|number| files.count(&letter(mid(1), number)) > 250));

        // collected, withdrawn, the whole mailbox
        let found = store.ack(mid(1), OWNER, (1..=10).collect(), NOW).await;
        assert_eq!(found, Ok(Found::Done));
        for number in 10..20 {
            let by = Deleter::Sender(DELETE);
            let found = store.delete(mid(1), sid(number), by, NOW).await;
            assert_eq!(found, Ok(Found::Done));
        }
        store.delete_mailbox(mid(2), OWNER, NOW).await.unwrap();
        store.expire(NOW).await.unwrap();
        let files = Pieces::of(folder.path());
        assert!((0..20).all(|number| files.count(&letter(mid(1), number)) == 0));
        assert!((0..10).all(|number| files.count(&letter(mid(2), number)) == 0));
        assert!((20..40).all(|number| files.count(&letter(mid(1), number)) > 250));
        assert!((0..10).all(|number| files.count(&letter(mid(3), number)) > 250));

        // by age
        let mut expired = 0;
        for day in 1..=90 {
            let swept = store.expire(Now(NOW.0 + day * 86_400)).await.unwrap();
            expired += swept.letters;
        }
        assert_eq!(expired, 30);
        let files = Pieces::of(folder.path());
        assert!((20..40).all(|number| files.count(&letter(mid(1), number)) == 0));
        assert!((0..10).all(|number| files.count(&letter(mid(3), number)) == 0));
    });
}

#[test]
fn a_room_leaves_the_files_in_minutes() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("relay.sqlite");
    let store = SqliteStore::open(&path, Quotas::default()).unwrap();
    run(async {
        let room = NewMailbox {
            kind: Kind::Room,
            post: POST,
            owner: OWNER,
            ttl_s: 3600,
            grant: None,
        };
        store.create_mailbox(mid(1), room, NOW).await.unwrap();
        let answer = letter_of(LetterKind::RoomAnswer, mid(1), 1);
        let posted = store.post(mid(1), POST, answer.clone(), NOW).await;
        assert!(matches!(posted, Ok(Posted::Stored(_))));
        let over = NOW.0 + 3600 + 600;
        assert_eq!(store.sweep_rooms(Now(over - 1)).await, Ok(0));
        assert!(Pieces::of(folder.path()).count(&answer) > 50);
        assert_eq!(store.sweep_rooms(Now(over)).await, Ok(1));
        assert_eq!(Pieces::of(folder.path()).count(&answer), 0);
    });
}

#[test]
fn what_was_answered_is_there_when_the_file_is_opened_again() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("relay.sqlite");
    run(async {
        let store = SqliteStore::open(&path, Quotas::default()).unwrap();
        with_letters(&store, mid(1), 5).await;
        drop(store);
        let store = SqliteStore::open(&path, Quotas::default()).unwrap();
        let again = store.post(mid(1), POST, letter(mid(1), 3), NOW).await;
        assert!(matches!(again, Ok(Posted::Same(_))));
        let new = store.post(mid(1), POST, letter(mid(1), 5), NOW).await;
        assert!(matches!(new, Ok(Posted::Stored(_))));
        let listed = store.list(mid(1), OWNER, 0, 100, NOW).await;
        assert_eq!(listed.unwrap().unwrap().rows.len(), 6);
    });
}

#[test]
fn a_file_belongs_to_one_relay() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("relay.sqlite");
    let first = SqliteStore::open(&path, Quotas::default()).unwrap();
    let second = SqliteStore::open(&path, Quotas::default());
    assert!(matches!(second, Err(OpenError::InUse(_))));
    drop(first);
    SqliteStore::open(&path, Quotas::default()).unwrap();
}

#[test]
fn a_damaged_foreign_or_newer_file_is_refused_and_not_touched() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("relay.sqlite");
    let open = || SqliteStore::open(&path, Quotas::default());
    let refused = |what: &str, matches: fn(&OpenError) -> bool| {
        let before = fs::read(&path).unwrap();
        let error = open().unwrap_err();
        assert!(matches(&error), "{what}: {error}");
        assert_eq!(fs::read(&path).unwrap(), before, "{what}");
        // the next one begins without a file
        fs::remove_file(&path).unwrap();
    };

    fs::write(&path, "these are notes, not a database ".repeat(200)).unwrap();
    refused("text", |error| matches!(error, OpenError::Foreign(_)));

    let other = Connection::open(&path).unwrap();
    other
        .execute_batch("CREATE TABLE songs (title TEXT)")
        .unwrap();
    drop(other);
    refused("songs", |error| matches!(error, OpenError::Foreign(_)));

    drop(open().unwrap());
    let newer = Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    refused("newer", |error| matches!(error, OpenError::Newer(_, 99)));

    let store = open().unwrap();
    run(with_letters(&store, mid(1), 50));
    drop(store);
    let mut bytes = fs::read(&path).unwrap();
    for page in bytes.chunks_mut(4096).skip(3) {
        page[..100].fill(0xee);
    }
    fs::write(&path, bytes).unwrap();
    refused("damaged", |error| matches!(error, OpenError::Damaged(..)));
}

#[test]
fn a_missing_folder_is_named() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("missing").join("relay.sqlite");
    let error = SqliteStore::open(&path, Quotas::default()).unwrap_err();
    assert!(error.to_string().contains("missing"), "{error}");
    assert!(error.to_string().contains("must exist"), "{error}");
}
