//! The mailbox over HTTP: addresses to handlers, and what every answer has in common.
//!
//! | | |
//! |---|---|
//! | [`api`] | the requests of VMB/1 |
//! | [`places`] | those by which a room tells each phone its own |
//! | [`answers`] | answers and problems |
//! | [`around`] | limits by address, CORS, counting: what surrounds every request |
//! | [`body`] | reading a body with an end and a time |
//! | [`listen`] | the accept loop, with the limits of sockets |
//!
//! It refuses cookies, compression of letters, and any word of a request in the log.

pub mod answers;
pub mod api;
pub mod around;
pub mod body;
pub mod listen;
pub mod places;

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use axum::Router;
use axum::middleware;
use axum::routing::{MethodRouter, get, post, put};
use tokio::sync::{Semaphore, watch};

use crate::clock::Clock;
use crate::config::Config;
use crate::limits::{Buckets, Prefix, Prefixes};
use crate::log::Log;
use crate::places::Places;
use crate::problem::Trouble;
use crate::store::Store;

/// Everything a request may need.
#[derive(Debug)]
pub struct Relay<S> {
    /// Where mailboxes live.
    pub store: S,
    /// How this relay is set up.
    pub config: Config,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where lines go.
    pub log: Arc<Log>,
    /// Addresses to what is kept of them.
    pub(crate) prefixes: Prefixes,
    limits: Limits,
    /// What rooms tell their phones.
    places: Places,
    /// Bodies with what a room tells that are being read at the moment.
    telling: Semaphore,
    /// Requests that use the store at the moment.
    working: Semaphore,
    /// Long polls at the moment; without a place, a poll is answered at once.
    waiting: Semaphore,
    stopping: watch::Sender<bool>,
    readiness: Mutex<Option<(Duration, bool)>>,
    last_failure: Mutex<Option<Duration>>,
}

#[derive(Debug)]
struct Limits {
    /// By mailbox and capability, so that nobody without it uses up a mailbox's turn.
    room: Buckets<[u8; 32]>,
    office: Buckets<[u8; 32]>,
    /// The same for phones that ask what they are told; who is in it had the right capability.
    places: Buckets<[u8; 32]>,
    /// By address: letters, and attempts with a wrong capability.
    address: Buckets<Prefix>,
    /// By address: attempts with a wrong owner capability.
    owner_failures: Buckets<Prefix>,
}

/// Bodies with what a room tells that may be read at a time: 8 MiB of them.
const MOST_TELLING: usize = 16;
/// Long polls that may wait at a time.
const MOST_WAITING: usize = 1024;

impl<S: Store> Relay<S> {
    /// A relay over this store.
    pub fn new(store: S, config: Config, clock: Arc<dyn Clock>, log: Arc<Log>) -> Arc<Self> {
        let limits = &config.limits;
        Arc::new(Self {
            prefixes: Prefixes::default(),
            limits: Limits {
                room: Buckets::new(limits.room_letters_rate),
                office: Buckets::new(limits.office_letters_rate),
                places: Buckets::new(limits.room_places_rate),
                address: Buckets::new(limits.address_rate),
                owner_failures: Buckets::new(limits.owner_failures_rate),
            },
            places: Places::new(limits.places_bytes),
            telling: Semaphore::new(MOST_TELLING),
            working: Semaphore::new(config.listen.requests),
            waiting: Semaphore::new(MOST_WAITING),
            stopping: watch::Sender::new(false),
            readiness: Mutex::default(),
            last_failure: Mutex::default(),
            store,
            config,
            clock,
            log,
        })
    }

    /// Tells long polls to answer and the accept loop to end.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }
}

/// The mailbox's addresses, and the app's files when there is a folder of them.
pub fn router<S: Store>(relay: &Arc<Relay<S>>, site: Option<Router>) -> Router {
    let api = Router::new()
        .route("/healthz", only(get(api::healthz)))
        .route("/readyz", only(get(api::readyz::<S>)))
        .route(
            "/v1/mailboxes/{mid}",
            only(
                put(api::create::<S>)
                    .get(api::state::<S>)
                    .delete(api::delete_mailbox::<S>),
            ),
        )
        .route("/v1/mailboxes/{mid}/messages", only(get(api::list::<S>)))
        .route(
            "/v1/mailboxes/{mid}/messages/{sid}",
            only(put(api::post::<S>).delete(api::delete::<S>)),
        )
        .route("/v1/mailboxes/{mid}/ack", only(post(api::ack::<S>)))
        .route(
            "/v1/mailboxes/{mid}/rotate-post",
            only(post(api::rotate_post::<S>)),
        )
        .route("/v1/mailboxes/{mid}/close", only(post(api::close::<S>)))
        .route("/v1/mailboxes/{mid}/places", only(put(places::tell::<S>)))
        .route(
            "/v1/mailboxes/{mid}/places/{tag}",
            only(get(places::ask::<S>)),
        )
        .with_state(Arc::clone(relay));
    let api = match site {
        // what is no address of the mailbox may be a file; /v1/… never is
        Some(site) => api
            .route("/v1/{*rest}", axum::routing::any(no_such_path))
            .fallback_service(site),
        None => api.fallback(no_such_path),
    };
    api.layer(middleware::from_fn_with_state(
        Arc::clone(relay),
        around::around::<S>,
    ))
}

fn only<S: Clone + Send + Sync + 'static>(methods: MethodRouter<S>) -> MethodRouter<S> {
    methods.fallback(wrong_method)
}

async fn no_such_path() -> Trouble {
    Trouble::NoSuchPath
}

async fn wrong_method() -> Trouble {
    Trouble::WrongMethod
}
