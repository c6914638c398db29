//! Measures a real relay: how many letters it takes, how long a sender waits, what it weighs. On
//! the machine at hand, which also carries the senders; the figures are of both together.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::{Barrier, watch};
use tokio::task::JoinSet;

use crate::http::{Client, connect_from};
use crate::office::{Office, Posted};
use crate::postgres::{Options, Server};
use crate::relay::{Running, Setup, Store};
use crate::writers::{Book, Writers};

/// How the program `strace` makes every wait for the disk longer by ten milliseconds, while the
/// program it starts stays our child. With `--seccomp-bpf` it stops for nothing else.
const SLOW_DISK: [&str; 10] = [
    "strace",
    "-D",
    "-f",
    "-qq",
    "--seccomp-bpf",
    "-o",
    "/dev/null",
    "--trace=fsync,fdatasync",
    "--inject=fsync,fdatasync:delay_enter=10000",
    "--",
];
/// Where files are in memory, on Linux.
const MEMORY: &str = "/dev/shm";
/// Sockets of one address in [`drip`]; a relay takes 700.
const SOCKETS_PER_ADDRESS: usize = 500;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Kind {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

/// A relay to be measured, with its database in a folder that goes away.
#[derive(Debug)]
pub struct Place {
    setup: Setup,
    // dropped after the setup's last use: the server before its folder
    _server: Option<Server>,
    _folder: TempDir,
}

impl Place {
    /// On a disk as it is, or one whose `fsync` takes ten milliseconds.
    pub fn new(relay: &Path, kind: Kind, slow_disk: bool) -> Result<Self> {
        // in memory the added time is all there is, so it is the same on every machine
        let memory = Path::new(MEMORY);
        let parent = match slow_disk && memory.is_dir() {
            true => memory.to_owned(),
            false => std::env::temp_dir(),
        };
        let folder = TempDir::new_in(&parent)?;
        let log = folder.path().join("log");
        let under: &[&str] = if slow_disk { &SLOW_DISK } else { &[] };
        let (setup, server) = match kind {
            Kind::Sqlite => {
                let store = Store::Sqlite(folder.path().join("relay.sqlite"));
                (Setup::new(relay, store, &log).under(under), None)
            }
            Kind::Postgres => {
                let server = Server::start_with(&Options {
                    under: under.iter().map(|&word| word.to_owned()).collect(),
                    parent,
                    ..Options::default()
                })?;
                let store = Store::Postgres(server.database()?);
                (Setup::new(relay, store, &log), Some(server))
            }
        };
        Ok(Self {
            setup,
            _server: server,
            _folder: folder,
        })
    }

    /// How the relay is started.
    pub(crate) fn setup(&self) -> &Setup {
        &self.setup
    }

    async fn start(&self, setup: &Setup, office: &Office) -> Result<Running> {
        let running = setup.start().await?;
        let mut client = Client::new(running.address);
        office.create(&mut client, setup.admin()).await?;
        Ok(running)
    }
}

/// Many senders in the same moment, from one address, at a relay with its usual limits.
#[derive(Clone, Debug, Serialize)]
pub struct Burst {
    /// Letters sent.
    pub letters: u64,
    /// Of those, with a receipt at the first try.
    pub stored: u64,
    /// Until the last receipt (milliseconds).
    pub all_stored_ms: f64,
    /// The most memory of the relay (bytes).
    pub peak_memory: u64,
}

/// Sends `count` letters at once, each on a connection of its own.
pub async fn burst(place: &Place, count: u64) -> Result<Burst> {
    let office = Office::new(21);
    let running = place.start(&place.setup, &office).await?;
    let barrier = Arc::new(Barrier::new(usize::try_from(count)? + 1));
    let mut senders = JoinSet::new();
    for number in 0..count {
        let office = office.clone();
        let barrier = Arc::clone(&barrier);
        let mut client = Client::new(running.address);
        senders.spawn(async move {
            let letter = office.letter(number);
            barrier.wait().await;
            let sent = office.send(&mut client, &letter).await;
            matches!(sent, Ok(Posted::Acknowledged { .. }))
        });
    }
    barrier.wait().await;
    let begun = Instant::now();
    let mut stored = 0;
    while let Some(sent) = senders.join_next().await {
        stored += u64::from(sent?);
    }
    let took = begun.elapsed();
    let peak_memory = running.peak_memory()?;
    running.stop().await?;
    Ok(Burst {
        letters: count,
        stored,
        all_stored_ms: milliseconds(took),
        peak_memory,
    })
}

/// Senders that send one letter after the other.
#[derive(Clone, Debug, Serialize)]
pub struct Sustained {
    /// Senders.
    pub writers: usize,
    /// How long (seconds).
    pub seconds: f64,
    /// Letters with a receipt.
    pub letters: u64,
    /// Letters a second.
    pub per_second: f64,
    /// Half of them waited for at most (milliseconds).
    pub p50_ms: f64,
    /// 99 of 100 waited for at most (milliseconds).
    pub p99_ms: f64,
    /// All waited for at most (milliseconds).
    pub longest_ms: f64,
    /// Answers that were no receipt, and requests without answer.
    pub failures: u64,
    /// The most memory of the relay (bytes).
    pub peak_memory: u64,
}

impl Sustained {
    fn of(book: &Book, writers: usize, took: Duration, peak_memory: u64) -> Result<Self> {
        let mut waits = book.took.clone();
        waits.sort_unstable();
        let letters = book.acknowledged.len();
        ensure!(letters > 0, "no letter was stored");
        let letters = u64::try_from(letters)?;
        Ok(Self {
            writers,
            seconds: took.as_secs_f64(),
            letters,
            per_second: f64::from(u32::try_from(letters)?) / took.as_secs_f64(),
            p50_ms: milliseconds(at_percent(&waits, 50)),
            p99_ms: milliseconds(at_percent(&waits, 99)),
            longest_ms: milliseconds(at_percent(&waits, 100)),
            failures: book.refusals() + book.unanswered,
            peak_memory,
        })
    }
}

/// Lets `writers` send for `time`, without limits of rates.
pub async fn sustained(place: &Place, writers: usize, time: Duration) -> Result<Sustained> {
    let setup = place.setup.clone().unlimited();
    let office = Office::new(22);
    let running = place.start(&setup, &office).await?;
    let (_moved, to) = watch::channel(running.address);
    let begun = Instant::now();
    let at_work = Writers::start(&office, writers, Duration::ZERO, to);
    tokio::time::sleep(time).await;
    let (book, _) = at_work.finish().await?;
    let took = begun.elapsed();
    let state = office.state(&mut Client::new(running.address)).await?;
    let waiting = state.owner.context("no owner's state")?.waiting;
    let acknowledged = u64::try_from(book.acknowledged.len())?;
    ensure!(
        waiting == acknowledged,
        "{waiting} of {acknowledged} letters are there"
    );
    let peak_memory = running.peak_memory()?;
    running.stop().await?;
    Sustained::of(&book, writers, took, peak_memory)
}

/// Honest senders while others hold sockets and send a byte now and then.
#[derive(Clone, Debug, Serialize)]
pub struct Drip {
    /// Sockets held.
    pub sockets: u64,
    /// The fewest that were open at a time after all had been opened.
    pub fewest_open: u64,
    /// How often the relay closed one, after which it was opened again.
    pub cut_off: u64,
    /// The honest ones.
    pub honest: Sustained,
}

/// Holds so many sockets, half of them with slow heads and half with slow bodies, from addresses
/// of their own; honest senders are `writers`, each resting 20 ms after a receipt.
pub async fn drip(place: &Place, sockets: usize, writers: usize, time: Duration) -> Result<Drip> {
    let setup = place
        .setup
        .clone()
        .with(
            "LIMITS_OFFICE_LETTERS_RATE",
            "{ burst = 1000000, per_second = 1e6 }",
        )
        .with(
            "LIMITS_ADDRESS_RATE",
            "{ burst = 1000000, per_second = 1e6 }",
        )
        .with("LIMITS_OFFICE_LETTERS", "1000000")
        .with("LIMITS_OFFICE_BYTES", "10000000000")
        .under(&["prlimit", "--nofile=16384:16384"]);
    let office = Office::new(23);
    let running = place.start(&setup, &office).await?;
    let held = Arc::new(Held::default());
    let mut drippers = JoinSet::new();
    for number in 0..sockets {
        let held = Arc::clone(&held);
        let request = slow_request(&office, u64::try_from(number)?);
        drippers.spawn(hold(held, number, running.address, request));
    }
    let wanted = u64::try_from(sockets)?;
    let begun = Instant::now();
    while held.open.load(Ordering::SeqCst) < wanted && begun.elapsed() < Duration::from_secs(30) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut fewest_open = held.open.load(Ordering::SeqCst);
    let (_moved, to) = watch::channel(running.address);
    let begun = Instant::now();
    let at_work = Writers::start(&office, writers, Duration::from_millis(20), to);
    while begun.elapsed() < time {
        tokio::time::sleep(Duration::from_millis(100)).await;
        fewest_open = fewest_open.min(held.open.load(Ordering::SeqCst));
    }
    let (book, _) = at_work.finish().await?;
    let took = begun.elapsed();
    held.stopping.store(true, Ordering::SeqCst);
    drippers.shutdown().await;
    let peak_memory = running.peak_memory()?;
    running.stop().await?;
    Ok(Drip {
        sockets: wanted,
        fewest_open,
        cut_off: held.cut_off.load(Ordering::SeqCst),
        honest: Sustained::of(&book, writers, took, peak_memory)?,
    })
}

#[derive(Debug, Default)]
struct Held {
    open: AtomicU64,
    cut_off: AtomicU64,
    stopping: AtomicBool,
}

/// What one of them sends, and how much of it at once.
fn slow_request(office: &Office, number: u64) -> (Vec<u8>, usize) {
    let letter = office.letter(u64::MAX - number);
    let (line, head) = office.request(&letter);
    let request = crate::http::request(&line, &head, &letter.bytes);
    match number.is_multiple_of(2) {
        // from the first byte on
        true => (request, 0),
        // from the first byte of the body on
        false => {
            let head = request.len() - letter.bytes.len();
            (request, head)
        }
    }
}

/// Holds a socket, and another when that is closed.
async fn hold(held: Arc<Held>, number: usize, to: SocketAddr, request: (Vec<u8>, usize)) {
    let block = u8::try_from(number / SOCKETS_PER_ADDRESS + 1).unwrap_or(u8::MAX);
    let from = IpAddr::V4(Ipv4Addr::new(127, 0, block, 1));
    while !held.stopping.load(Ordering::SeqCst) {
        let Ok(mut socket) = connect_from(from, to).await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        held.open.fetch_add(1, Ordering::SeqCst);
        let (bytes, at_once) = &request;
        let (now, later) = bytes.split_at(*at_once);
        let _ = socket.write_all(now).await;
        let (mut reading, mut writing) = socket.split();
        let dripping = async {
            for byte in later {
                if writing.write_all(&[*byte]).await.is_err() {
                    break;
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        };
        let mut answer = [0; 512];
        tokio::select! {
            () = dripping => {}
            // an answer (408) or the end
            _ = reading.read(&mut answer) => {}
        }
        held.open.fetch_sub(1, Ordering::SeqCst);
        held.cut_off.fetch_add(1, Ordering::SeqCst);
    }
}

/// So many of a hundred are no longer than this; the values are sorted.
pub(crate) fn at_percent(sorted: &[Duration], percent: usize) -> Duration {
    let last = sorted.len().saturating_sub(1);
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at.min(last)).copied().unwrap_or_default()
}

pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_so_many_do_not_exceed() {
        let hundred: Vec<_> = (1..=100).map(Duration::from_millis).collect();
        for percent in [1, 50, 99, 100] {
            let expected = Duration::from_millis(percent as u64);
            assert_eq!(at_percent(&hundred, percent), expected);
        }
        assert_eq!(at_percent(&hundred[..1], 99), Duration::from_millis(1));
        assert_eq!(at_percent(&[], 99), Duration::ZERO);
    }
}
