//! SQLite keeps the contract, and what only a store on disk must keep.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod store_suite;

use tempfile::TempDir;
use vaekstspejl_relay::mailbox::Quotas;
use vaekstspejl_relay::store::sqlite::SqliteStore;

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
