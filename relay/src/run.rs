//! A relay from start to stop: open the store, listen, sweep every hour, and at the end answer
//! whoever is being answered and finish every commit.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use serde_json::json;
use tokio::net::TcpListener;

use crate::clock::{Clock, EARLIEST, SystemClock};
use crate::config::{Config, Requests};
use crate::http::{self, Relay, listen};
use crate::log::{Level, Log};
use crate::site::{self, SiteError};
#[cfg(feature = "postgres")]
use crate::store::postgres::{self, PostgresStore};
use crate::store::sqlite::{OpenError, SqliteStore};
use crate::store::{Store, StoreError};

/// How often old letters are deleted, the WAL emptied, and counts written.
const SWEEPS_EVERY: Duration = Duration::from_secs(3600);

/// How often within that time rooms that are gone are deleted.
const ROOMS_AN_HOUR: u32 = 12;

/// Why a relay did not start.
#[derive(Debug)]
pub enum StartError {
    /// The machine's clock is wrong.
    Clock,
    /// The store could not be opened.
    Store(OpenError),
    /// The database on a server could not be opened.
    #[cfg(feature = "postgres")]
    Postgres(postgres::OpenError),
    /// This program knows SQLite only.
    NoPostgres,
    /// The app's folder cannot be served.
    Site(SiteError),
    /// The address could not be listened on.
    Listen(SocketAddr, io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clock => f.write_str(
                "the clock of this machine is before 2026. Letters would get wrong dates; set it",
            ),
            Self::Store(error) => error.fmt(f),
            #[cfg(feature = "postgres")]
            Self::Postgres(error) => error.fmt(f),
            Self::NoPostgres => f.write_str(
                "store.database is set, but this program was built without PostgreSQL. \
                 Build it with the feature `postgres`, or leave store.database empty",
            ),
            Self::Site(error) => write!(f, "site.folder: {error}"),
            Self::Listen(address, error) => write!(
                f,
                "listen.address {address}: {error}. Choose another port, or end the program there"
            ),
        }
    }
}

impl std::error::Error for StartError {}

/// Runs a relay on the store it is set up for until `stop` is ready. `ready` hears the address
/// once letters are taken.
pub async fn run(
    config: Config,
    log: Arc<Log>,
    ready: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    if config.store.database.is_empty() {
        let store =
            SqliteStore::open(&config.store.path, config.quotas()).map_err(StartError::Store)?;
        return run_on(store, config, log, ready, stop).await;
    }
    #[cfg(feature = "postgres")]
    {
        let store = PostgresStore::open(&config.store.database, config.quotas())
            .await
            .map_err(StartError::Postgres)?;
        run_on(store, config, log, ready, stop).await
    }
    #[cfg(not(feature = "postgres"))]
    Err(StartError::NoPostgres)
}

/// The same on any store.
pub async fn run_on<S: Store>(
    store: S,
    config: Config,
    log: Arc<Log>,
    ready: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    let site = site_of(&config).map_err(StartError::Site)?;
    let clock = Arc::new(SystemClock::default());
    if clock.now() < EARLIEST {
        return Err(StartError::Clock);
    }
    let failed = |error| StartError::Listen(config.listen.address, error);
    let listener = TcpListener::bind(config.listen.address)
        .await
        .map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let relay = Relay::new(store, config, clock, log);
    let router = http::router(&relay, site);
    started(&relay, address);
    ready(address);
    let sweeping = tokio::spawn(sweep(Arc::clone(&relay)));
    let stopping = Arc::clone(&relay);
    tokio::spawn(async move {
        stop.await;
        stopping.stop();
    });
    listen::serve(&relay, listener, router).await;
    sweeping.abort();
    let _ = sweeping.await;
    relay.log.summary(relay.clock.now());
    let now = relay.clock.now();
    relay.log.line(now, Level::Info, "stopped", json!({}));
    Ok(())
}

fn site_of(config: &Config) -> Result<Option<Router>, SiteError> {
    let folder = &config.site.folder;
    match folder.as_os_str().is_empty() {
        true => Ok(None),
        false => site::router(folder).map(Some),
    }
}

fn started<S: Store>(relay: &Relay<S>, address: SocketAddr) {
    let now = relay.clock.now();
    let more = json!({
        "listening": address.to_string(),
        "version": env!("CARGO_PKG_VERSION"),
    });
    relay.log.line(now, Level::Info, "started", more);
    if relay.config.access.admin_token_hash.is_empty() {
        let message = "nobody may create mailboxes: access.admin_token_hash is empty; \
                       `vaekst-relay admin-token` makes a token";
        relay.log.line(now, Level::Warning, message, json!({}));
    }
    if relay.config.log.requests == Requests::Each {
        let message = "log.requests is \"each\": the log says at what second letters come";
        relay.log.line(now, Level::Warning, message, json!({}));
    }
}

/// Every hour, beginning at once: what is too old goes, and what was deleted leaves the files.
/// Rooms go every few minutes.
async fn sweep<S: Store>(relay: Arc<Relay<S>>) {
    loop {
        sweep_all(&relay).await;
        for _ in 0..ROOMS_AN_HOUR {
            tokio::time::sleep(SWEEPS_EVERY / ROOMS_AN_HOUR).await;
            if let Err(error) = relay.store.sweep_rooms(relay.clock.now()).await {
                sweep_failed(&relay, &error);
            }
            relay.forget_places().await;
        }
        relay.log.summary(relay.clock.now());
    }
}

async fn sweep_all<S: Store>(relay: &Relay<S>) {
    let now = relay.clock.now();
    let swept = match relay.store.expire(now).await {
        Ok(swept) => swept,
        Err(error) => return sweep_failed(relay, &error),
    };
    let usage = relay.store.usage().await.unwrap_or_default();
    let more = json!({
        "letters_expired": swept.letters,
        "tombstones_forgotten": swept.tombstones,
        "rooms_gone": swept.rooms,
        "days_behind": now.day().saturating_sub(swept.day),
        "mailboxes": usage.mailboxes,
        "letters_waiting": usage.waiting,
        "bytes": usage.bytes,
        "quota": usage.quota,
    });
    relay.log.line(now, Level::Info, "swept", more);
}

fn sweep_failed<S: Store>(relay: &Relay<S>, error: &StoreError) {
    let more = json!({ "why": error.to_string() });
    let message = "sweeping failed; the next one tries again";
    relay
        .log
        .line(relay.clock.now(), Level::Error, message, more);
}
