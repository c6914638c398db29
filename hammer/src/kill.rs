//! Ends a relay without warning at random moments, again and again, while 64 senders send and the
//! owner collects; with PostgreSQL, ends the server too. Then everything is read and counted.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;
use tokio::sync::watch;

use crate::http::Client;
use crate::office::{Audit, Office, audit};
use crate::postgres::Server;
use crate::relay::{Running, Setup, Store};
use crate::seeded::Seeded;
use crate::writers::Writers;

/// How many kills may pass without one new receipt before it is called hopeless.
const FRUITLESS: u32 = 60;

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Decides every moment and every letter.
    pub seed: u64,
    /// Kills of the relay at least.
    pub kills: u32,
    /// Letters with a receipt at least.
    pub letters: u64,
    /// Senders at a time.
    pub writers: usize,
    /// The owner leaves every so many-th letter.
    pub keep: u64,
    /// How long a relay lives after it is ready (milliseconds): from, to.
    pub lives_ms: (u64, u64),
    /// After so many kills of the relay the database server is ended too.
    pub server_every: u32,
}

impl Plan {
    /// As in the tests: 200 kills in the time of a test.
    pub fn of_tests(seed: u64) -> Self {
        Self {
            seed,
            kills: 200,
            letters: 2_000,
            writers: 64,
            keep: 3,
            lives_ms: (5, 120),
            server_every: 20,
        }
    }
}

/// What came out.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// "SQLite" or "PostgreSQL".
    pub store: &'static str,
    /// Decides the run.
    pub seed: u64,
    /// Kills of the relay.
    pub kills: u32,
    /// Of those, before it was ready.
    pub kills_while_starting: u32,
    /// Times the database server was ended as by a power cut.
    pub server_cuts: u32,
    /// Requests that had no answer.
    pub unanswered: u64,
    /// Receipts of letters that had been stored although the first answer was lost.
    pub known_before: u64,
    /// Answers that were no receipt.
    pub refused: u64,
    /// What the owner found.
    pub audit: Audit,
    /// SQLite's `integrity_check` of the file; for PostgreSQL, `amcheck` where installed.
    pub integrity: String,
    /// How long it took (seconds).
    pub seconds: f64,
}

impl Report {
    /// Nothing lost, nothing twice, the files sound.
    pub fn is_clean(&self) -> bool {
        self.audit.is_clean() && self.integrity == "ok"
    }
}

/// Carries a plan out. `server` is the one behind the setup's address, if it has one.
pub async fn run(setup: &Setup, mut server: Option<&mut Server>, plan: &Plan) -> Result<Report> {
    let begun = Instant::now();
    let office = Office::new(plan.seed);
    let mut running = Some(setup.start().await?);
    let address = running.as_ref().map(|it| it.address).context("no relay")?;
    office
        .create(&mut Client::new(address), setup.admin())
        .await?;
    let (moved, to) = watch::channel(address);
    let writers =
        Writers::start(&office, plan.writers, Duration::ZERO, to).with_collector(plan.keep);
    let mut chance = Seeded::new(plan.seed, u64::MAX - 1);
    let mut counted = Counted::default();
    let mut last = (0, 0);
    let enough = usize::try_from(plan.letters)?;
    while counted.kills < plan.kills || writers.acknowledged() < enough {
        running = one_life(setup, &mut server, plan, &mut chance, &mut counted, running).await?;
        if let Some(running) = &running {
            moved.send_replace(running.address);
        }
        let now = writers.acknowledged();
        if now > last.0 {
            last = (now, counted.kills);
        }
        ensure!(
            counted.kills - last.1 < FRUITLESS,
            "no receipt since {FRUITLESS} kills; the relay said: {}",
            setup.log()
        );
    }
    let alive = match running {
        Some(running) => running,
        None => setup.start().await?,
    };
    moved.send_replace(alive.address);
    let (book, collector) = writers.finish().await?;
    alive.stop().await?;
    let integrity = integrity(setup.store(), server.as_deref())?;
    // read back by a relay that had no part in it
    let reading = setup.start().await?;
    let mut client = Client::new(reading.address);
    let audit = audit(&office, &mut client, &book.acknowledged, &collector).await?;
    reading.stop().await?;
    Ok(Report {
        store: match setup.store() {
            Store::Sqlite(_) => "SQLite",
            Store::Postgres(_) => "PostgreSQL",
        },
        seed: plan.seed,
        kills: counted.kills,
        kills_while_starting: counted.while_starting,
        server_cuts: counted.server_cuts,
        unanswered: book.unanswered,
        known_before: book.known_before,
        refused: book.refusals(),
        audit,
        integrity,
        seconds: begun.elapsed().as_secs_f64(),
    })
}

#[derive(Debug, Default)]
struct Counted {
    kills: u32,
    while_starting: u32,
    server_cuts: u32,
}

/// A relay lives for a while and is killed; then the next is started, which in one case of eight
/// is killed before it is ready.
async fn one_life(
    setup: &Setup,
    server: &mut Option<&mut Server>,
    plan: &Plan,
    chance: &mut Seeded,
    counted: &mut Counted,
    running: Option<Running>,
) -> Result<Option<Running>> {
    let Some(running) = running else {
        if chance.below(8) > 0 {
            return setup.start().await.map(Some);
        }
        let starting = setup.spawn()?;
        tokio::time::sleep(Duration::from_millis(chance.below(40))).await;
        starting.kill().await?;
        counted.kills += 1;
        counted.while_starting += 1;
        return Ok(None);
    };
    let (from, to) = plan.lives_ms;
    let lives = from + chance.below(to.saturating_sub(from) + 1);
    tokio::time::sleep(Duration::from_millis(lives)).await;
    if let Some(server) = server
        && counted.kills / plan.server_every > counted.server_cuts
    {
        counted.server_cuts += 1;
        // in one case of two the relay lives on and must find the server again by itself
        let survives = chance.below(2) == 0;
        if !survives {
            running.kill().await?;
            counted.kills += 1;
            tokio::task::block_in_place(|| server.cut().and_then(|()| server.resume()))?;
            return Ok(None);
        }
        tokio::task::block_in_place(|| server.cut().and_then(|()| server.resume()))?;
        return Ok(Some(running));
    }
    running.kill().await?;
    counted.kills += 1;
    Ok(None)
}

/// What the database itself says of its files.
fn integrity(store: &Store, server: Option<&Server>) -> Result<String> {
    match (store, server) {
        (Store::Sqlite(file), _) => integrity_of_file(file),
        (Store::Postgres(address), Some(server)) => {
            let name = address
                .rsplit_once("dbname=")
                .map_or("postgres", |(_, name)| name);
            server.check(name)
        }
        (Store::Postgres(_), None) => Ok("not looked at".to_owned()),
    }
}

/// `PRAGMA integrity_check` of a file that nobody uses; "ok" or the first finding.
pub fn integrity_of_file(file: &Path) -> Result<String> {
    let db = rusqlite::Connection::open(file)?;
    Ok(db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?)
}
