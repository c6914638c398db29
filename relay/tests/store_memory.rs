//! The reference store keeps the contract.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod store_suite;

use vaekstspejl_relay::mailbox::Quotas;
use vaekstspejl_relay::store::memory::MemoryStore;

struct Held(MemoryStore);

impl Held {
    fn store(&self) -> &MemoryStore {
        &self.0
    }
}

async fn open(quotas: Quotas) -> Held {
    Held(MemoryStore::new(quotas))
}

store_claims!(open);
