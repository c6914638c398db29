//! `vaekst-hammer`: the harness as a program. Results are JSON; a loss is exit code 1.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand, ValueEnum};
use serde_json::{Value, json};
use tempfile::TempDir;
use vaekstspejl_hammer::disk::{self, Outcome};
use vaekstspejl_hammer::kill::{self, Plan};
use vaekstspejl_hammer::load::{self, Kind, Place};
use vaekstspejl_hammer::postgres::Server;
use vaekstspejl_hammer::relay::{Setup, Store};
use vaekstspejl_hammer::room;

/// Kills, fills, slows and loads a real relay, and says what became of the letters.
#[derive(Parser)]
#[command(name = "vaekst-hammer", version)]
struct Arguments {
    /// The program vaekst-relay; without it, the one beside this program
    #[arg(long, global = true, env = "VAEKST_RELAY_PROGRAM")]
    relay: Option<PathBuf>,
    /// Where letters are kept
    #[arg(long, global = true, value_enum, default_value = "both")]
    store: Stores,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stores {
    /// A file
    Sqlite,
    /// A PostgreSQL server that is started for it
    Postgres,
    /// One after the other
    Both,
}

#[derive(Subcommand)]
enum Command {
    /// End the relay without warning while senders send, again and again
    Kill {
        /// Kills at least
        #[arg(long, default_value_t = 1_000)]
        kills: u32,
        /// Letters at least
        #[arg(long, default_value_t = 200_000)]
        letters: u64,
        /// Decides every moment and every letter
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The longest that a relay lives (milliseconds)
        #[arg(long, default_value_t = 400)]
        lives_ms: u64,
    },
    /// Take the space away, or the right to write, and give it back
    Disk,
    /// Measure
    Load {
        /// How long each measure takes (seconds)
        #[arg(long, default_value_t = 20)]
        seconds: u64,
        /// Only these measures
        #[arg(long, value_enum, value_delimiter = ',')]
        only: Vec<Measure>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Measure {
    /// 300 senders in the same moment
    Burst,
    /// 64 senders, one letter after the other
    Sustained,
    /// The same while every wait for the disk is 10 ms longer
    SlowDisk,
    /// Honest senders beside 5,000 slow sockets
    Drip,
    /// A workshop's room: 300 phones that join in the same moment, and are told their places
    Room,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let done = runtime
        .context("the runtime did not start")
        .and_then(|runtime| runtime.block_on(run(arguments)));
    match done {
        Ok((result, sound)) => {
            println!("{result:#}");
            match sound {
                true => ExitCode::SUCCESS,
                false => ExitCode::FAILURE,
            }
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The result, and whether it is as it should be.
async fn run(arguments: Arguments) -> Result<(Value, bool)> {
    let relay = match arguments.relay {
        Some(relay) => relay,
        None => std::env::current_exe()?.with_file_name("vaekst-relay"),
    };
    anyhow::ensure!(
        relay.is_file(),
        "{} is not there: build it (`cargo build --release -p vaekstspejl-relay`) or name it with \
         --relay",
        relay.display()
    );
    let kinds: &[Kind] = match arguments.store {
        Stores::Sqlite => &[Kind::Sqlite],
        Stores::Postgres => &[Kind::Postgres],
        Stores::Both => &[Kind::Sqlite, Kind::Postgres],
    };
    let mut results = serde_json::Map::new();
    let mut all_sound = true;
    for kind in kinds {
        let (result, sound) = match &arguments.command {
            Command::Kill {
                kills,
                letters,
                seed,
                lives_ms,
            } => {
                let plan = Plan {
                    kills: *kills,
                    letters: *letters,
                    // most is collected, so that the file stays small however long it goes on
                    keep: 20,
                    lives_ms: (5, *lives_ms),
                    ..Plan::of_tests(*seed)
                };
                kill(&relay, *kind, &plan).await?
            }
            Command::Disk => disk(&relay, *kind).await?,
            Command::Load { seconds, only } => measure(&relay, *kind, *seconds, only).await?,
        };
        let name = match kind {
            Kind::Sqlite => "sqlite",
            Kind::Postgres => "postgres",
        };
        results.insert(name.to_owned(), result);
        all_sound &= sound;
    }
    Ok((Value::Object(results), all_sound))
}

async fn kill(relay: &std::path::Path, kind: Kind, plan: &Plan) -> Result<(Value, bool)> {
    let folder = TempDir::new()?;
    let mut server = match kind {
        Kind::Sqlite => None,
        Kind::Postgres => Some(Server::start(&[])?),
    };
    let store = match &server {
        None => Store::Sqlite(folder.path().join("relay.sqlite")),
        Some(server) => Store::Postgres(server.database()?),
    };
    let setup = Setup::new(relay, store, &folder.path().join("log")).unlimited();
    let report = kill::run(&setup, server.as_mut(), plan).await?;
    Ok((serde_json::to_value(&report)?, report.is_clean()))
}

async fn disk(relay: &std::path::Path, kind: Kind) -> Result<(Value, bool)> {
    let (full, read_only) = match kind {
        Kind::Sqlite => (
            disk::full_sqlite(relay).await?,
            disk::read_only_sqlite(relay).await?,
        ),
        Kind::Postgres => (
            disk::full_postgres(relay).await?,
            disk::read_only_postgres(relay).await?,
        ),
    };
    let is_sound = |outcome: &Outcome| match outcome {
        Outcome::Done(report) => report.audit.is_clean() && report.integrity == "ok",
        Outcome::Skipped(_) => true,
    };
    let sound = is_sound(&full) && is_sound(&read_only);
    Ok((json!({ "full": full, "read_only": read_only }), sound))
}

async fn measure(
    relay: &std::path::Path,
    kind: Kind,
    seconds: u64,
    only: &[Measure],
) -> Result<(Value, bool)> {
    let time = Duration::from_secs(seconds);
    let wanted = |measure| only.is_empty() || only.contains(&measure);
    let place = || Place::new(relay, kind, false);
    let slow = || Place::new(relay, kind, true);
    let mut results = serde_json::Map::new();
    let mut add = |name: &str, result: Value| results.insert(name.to_owned(), result);
    if wanted(Measure::Burst) {
        add("burst", json!(load::burst(&place()?, 300).await?));
    }
    if wanted(Measure::Sustained) {
        add(
            "sustained",
            json!(load::sustained(&place()?, 64, time).await?),
        );
    }
    if wanted(Measure::SlowDisk) {
        // shows that the disk is slow: one sender alone waits for it every time
        let alone = load::sustained(&slow()?, 1, Duration::from_secs(2)).await?;
        add("slow_disk_one_sender", json!(alone));
        add(
            "slow_disk",
            json!(load::sustained(&slow()?, 64, time).await?),
        );
    }
    if wanted(Measure::Drip) {
        // long enough for sockets to be cut off and opened again
        let time = time.max(Duration::from_secs(25));
        add("drip", json!(load::drip(&place()?, 5_000, 16, time).await?));
    }
    let mut sound = true;
    if wanted(Measure::Room) {
        let report = room::run(&place()?, &room::Plan::of_a_hall(1)).await?;
        sound = report.is_clean();
        add("room", json!(report));
    }
    Ok((Value::Object(results), sound))
}
