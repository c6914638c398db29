//! Takes the space away, or the right to write, while senders send; gives it back; and looks
//! whether the relay went on by itself, and whether any receipt was false.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde::Serialize;
use tempfile::TempDir;
use tokio::sync::watch;

use crate::http::Client;
use crate::kill::integrity_of_file;
use crate::office::{Audit, Office, audit};
use crate::postgres::{Options, Server, is_root};
use crate::relay::{Setup, Store};
use crate::writers::Writers;

/// Refusals after which the disk counts as full or read-only.
const REFUSALS: u64 = 100;
/// Letters that must get through afterwards.
const AFTERWARDS: usize = 200;
/// How long either may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Senders at a time.
const WRITERS: usize = 16;

/// What came out.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Letters with a receipt before the disk refused.
    pub before: usize,
    /// Answers that were no receipt, by status.
    pub refused: BTreeMap<u16, u64>,
    /// Letters with a receipt in all.
    pub acknowledged: u64,
    /// What the owner found.
    pub audit: Audit,
    /// SQLite's own check; "ok".
    pub integrity: String,
}

/// A run, or why there was none.
#[derive(Clone, Debug, Serialize)]
pub enum Outcome {
    /// It was done.
    Done(Report),
    /// It cannot be done here.
    Skipped(String),
}

/// A small disk of one's own: tmpfs, which root can mount and make larger.
#[derive(Debug)]
struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// `Err` with a reason when this machine does not let us.
    fn mount(mebibytes: u32) -> Result<Self> {
        ensure!(is_root()?, "only root can mount a small disk");
        let folder = TempDir::new()?;
        let size = format!("size={mebibytes}m");
        command(
            "mount",
            &["-t", "tmpfs", "-o", &size, "tmpfs"],
            folder.path(),
        )?;
        Ok(Self { folder })
    }

    fn grow(&self, mebibytes: u32) -> Result<()> {
        let size = format!("remount,size={mebibytes}m");
        command("mount", &["-o", &size], self.folder.path())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = command("umount", &["--lazy"], self.folder.path());
    }
}

fn command(program: &str, arguments: &[&str], path: &Path) -> Result<()> {
    let done = Command::new(program).args(arguments).arg(path).output();
    let done = done.with_context(|| format!("starting {program}"))?;
    ensure!(
        done.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&done.stderr).trim()
    );
    Ok(())
}

/// SQLite on a disk that becomes full, and larger again.
pub async fn full_sqlite(relay: &Path) -> Result<Outcome> {
    let disk = match SmallDisk::mount(6) {
        Ok(disk) => disk,
        Err(why) => return Ok(Outcome::Skipped(why.to_string())),
    };
    let logs = TempDir::new()?;
    let file = disk.folder.path().join("relay.sqlite");
    let setup = Setup::new(relay, Store::Sqlite(file.clone()), &logs.path().join("log"));
    let full = || Ok(());
    let again = || disk.grow(64);
    refuse_and_recover(&setup.unlimited(), full, again, Some(&file)).await
}

/// PostgreSQL whose tables' disk becomes full, and larger again. Its log of changes is elsewhere:
/// a server that cannot write that ends, and is its operator's to start again.
pub async fn full_postgres(relay: &Path) -> Result<Outcome> {
    let disk = match SmallDisk::mount(60) {
        Ok(disk) => disk,
        Err(why) => return Ok(Outcome::Skipped(why.to_string())),
    };
    let logs = TempDir::new()?;
    let server = Server::start_with(&Options {
        parent: disk.folder.path().to_owned(),
        log_of_changes: Some(std::env::temp_dir()),
        ..Options::default()
    })?;
    let store = Store::Postgres(server.database()?);
    let setup = Setup::new(relay, store, &logs.path().join("log"));
    let full = || Ok(());
    let again = || disk.grow(400);
    refuse_and_recover(&setup.unlimited(), full, again, None).await
}

/// SQLite whose files refuse to be written, and then do not.
pub async fn read_only_sqlite(relay: &Path) -> Result<Outcome> {
    if !is_root()? {
        let why = "only root can make open files unchangeable (chattr +i)";
        return Ok(Outcome::Skipped(why.to_owned()));
    }
    let folder = TempDir::new()?;
    if let Some(why) = unchangeable_is_unknown(folder.path())? {
        return Ok(Outcome::Skipped(why));
    }
    let file = folder.path().join("relay.sqlite");
    let files: Vec<PathBuf> = ["", "-wal"]
        .iter()
        .map(|suffix| folder.path().join(format!("relay.sqlite{suffix}")))
        .collect();
    let change = |flag: &'static str| {
        let files = files.clone();
        move || {
            files
                .iter()
                .try_for_each(|file| command("chattr", &[flag], file))
        }
    };
    let log = folder.path().join("log");
    let setup = Setup::new(relay, Store::Sqlite(file.clone()), &log).unlimited();
    let done = refuse_and_recover(&setup, change("+i"), change("-i"), Some(&file)).await;
    if done.is_err() {
        // or the folder could not be removed
        let _ = change("-i")();
    }
    done
}

/// Why a file that is open cannot be made unchangeable here; `None`: it can.
fn unchangeable_is_unknown(folder: &Path) -> Result<Option<String>> {
    use std::io::Write as _;
    let path = folder.join("probe");
    let mut file = std::fs::File::create(&path)?;
    if let Err(why) = command("chattr", &["+i"], &path) {
        return Ok(Some(why.to_string()));
    }
    let written = file.write_all(b"x").and_then(|()| file.sync_all());
    command("chattr", &["-i"], &path)?;
    Ok(written
        .is_ok()
        .then(|| "this file system lets open files be written in spite of chattr +i".to_owned()))
}

/// PostgreSQL that is set to read only, and back.
pub async fn read_only_postgres(relay: &Path) -> Result<Outcome> {
    let folder = TempDir::new()?;
    let server = Server::start(&[])?;
    let store = Store::Postgres(server.database()?);
    let set = |value: &'static str| {
        let server = &server;
        move || {
            let sql = format!("ALTER SYSTEM SET default_transaction_read_only = {value}");
            server.ask("postgres", &sql)?;
            server.ask("postgres", "SELECT pg_reload_conf()").map(drop)
        }
    };
    let setup = Setup::new(relay, store, &folder.path().join("log")).unlimited();
    refuse_and_recover(&setup, set("on"), set("off"), None).await
}

/// Letters go in; then something happens; letters are refused; then it is undone; letters go in
/// again, without anybody touching the relay. In the end everything is read and counted.
async fn refuse_and_recover(
    setup: &Setup,
    happen: impl Fn() -> Result<()>,
    undo: impl Fn() -> Result<()>,
    file: Option<&Path>,
) -> Result<Outcome> {
    let office = Office::new(11);
    let running = setup.start().await?;
    office
        .create(&mut Client::new(running.address), setup.admin())
        .await?;
    let (_moved, to) = watch::channel(running.address);
    let writers = Writers::start(&office, WRITERS, Duration::ZERO, to);
    until(|| writers.acknowledged() >= AFTERWARDS)
        .await
        .context("no letters went in")?;
    happen()?;
    until(|| writers.refusals() >= REFUSALS)
        .await
        .with_context(|| format!("nothing was refused; the relay said: {}", setup.log()))?;
    let before = writers.acknowledged();
    undo()?;
    let recovered = until(|| writers.acknowledged() >= before + AFTERWARDS).await;
    recovered.with_context(|| format!("it did not recover; it said: {}", setup.log()))?;
    let (book, collector) = writers.finish().await?;
    running.stop().await?;
    let integrity = match file {
        Some(file) => integrity_of_file(file)?,
        None => "ok".to_owned(),
    };
    let reading = setup.start().await?;
    let mut client = Client::new(reading.address);
    let audit = audit(&office, &mut client, &book.acknowledged, &collector).await?;
    reading.stop().await?;
    Ok(Outcome::Done(Report {
        before,
        refused: book.refused,
        acknowledged: u64::try_from(book.acknowledged.len())?,
        audit,
        integrity,
    }))
}

async fn until(reached: impl Fn() -> bool) -> Result<()> {
    let begun = Instant::now();
    while !reached() {
        if begun.elapsed() > PATIENCE {
            bail!("not within {} s", PATIENCE.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
