//! A real relay: the program itself, as a process that can be ended without warning.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use vaekstspejl_envelope::Admin;

use crate::seeded::Seeded;

/// How long a relay may take to start, also when it has to check a large file.
const STARTING: Duration = Duration::from_secs(60);
/// How long it may take to end when it is asked to.
const ENDING: Duration = Duration::from_secs(60);

/// Where a relay keeps letters.
#[derive(Clone, Debug)]
pub enum Store {
    /// In this file.
    Sqlite(PathBuf),
    /// In this database.
    Postgres(String),
}

/// How relays are started.
#[derive(Clone, Debug)]
pub struct Setup {
    binary: PathBuf,
    store: Store,
    admin: Admin,
    settings: Vec<(String, String)>,
    under: Vec<String>,
    log: PathBuf,
}

impl Setup {
    /// A relay of this program over this store, with its own limits; what it says goes to `log`.
    pub fn new(binary: &Path, store: Store, log: &Path) -> Self {
        Self {
            binary: binary.to_owned(),
            store,
            admin: Admin(Seeded::new(0, 0).bytes()),
            settings: Vec::new(),
            under: Vec::new(),
            log: log.to_owned(),
        }
    }

    /// With a setting, as `LISTEN_REQUESTS`, `7`.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without limits of rates and numbers, for whoever wants to know what the machine can do.
    #[must_use]
    pub fn unlimited(self) -> Self {
        let rate = "{ burst = 4000000000, per_second = 1e9 }";
        self.with("LIMITS_OFFICE_LETTERS", "1000000000")
            .with("LIMITS_OFFICE_BYTES", "1000000000000")
            .with("STORE_MAX_BYTES", "1000000000000")
            .with("LIMITS_OFFICE_LETTERS_RATE", rate)
            .with("LIMITS_ADDRESS_RATE", rate)
            .with("LIMITS_OWNER_FAILURES_RATE", rate)
    }

    /// With words in front of the program: another one that starts it in its own way, and lets
    /// it be our child.
    #[must_use]
    pub fn under(mut self, words: &[&str]) -> Self {
        self.under.extend(words.iter().map(|&word| word.to_owned()));
        self
    }

    /// Who may create mailboxes.
    pub fn admin(&self) -> &Admin {
        &self.admin
    }

    /// Where letters are.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What the relay said on its error stream, over all starts.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Starts one; it may not be ready yet.
    pub fn spawn(&self) -> Result<Spawned> {
        let log = File::options().create(true).append(true).open(&self.log)?;
        let mut words = self.under.iter().map(AsRef::as_ref);
        let mut command = Command::new(words.next().unwrap_or(self.binary.as_os_str()));
        command.args(words);
        if !self.under.is_empty() {
            command.arg(&self.binary);
        }
        command
            .arg("serve")
            .env("VAEKST_RELAY_LISTEN_ADDRESS", "127.0.0.1:0")
            .env(
                "VAEKST_RELAY_ACCESS_ADMIN_TOKEN_HASH",
                self.admin.hash().to_string(),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true);
        match &self.store {
            Store::Sqlite(file) => command.env("VAEKST_RELAY_STORE_PATH", file),
            Store::Postgres(address) => command.env("VAEKST_RELAY_STORE_DATABASE", address),
        };
        for (name, value) in &self.settings {
            command.env(format!("VAEKST_RELAY_{name}"), value);
        }
        let child = command
            .spawn()
            .with_context(|| format!("starting {}", self.binary.display()))?;
        Ok(Spawned(child))
    }

    /// Starts one and waits until it takes letters.
    pub async fn start(&self) -> Result<Running> {
        let started = self.spawn()?.ready().await;
        started.with_context(|| format!("the relay did not start; it said: {}", self.log()))
    }
}

/// A process that may not be ready yet.
#[derive(Debug)]
pub struct Spawned(Child);

impl Spawned {
    /// Waits until it takes letters.
    pub async fn ready(mut self) -> Result<Running> {
        let output = self.0.stdout.take().context("it has no output")?;
        let mut line = String::new();
        let mut output = BufReader::new(output);
        tokio::time::timeout(STARTING, output.read_line(&mut line))
            .await
            .context("it was not ready in time")??;
        let address = line
            .trim()
            .rsplit_once("http://")
            .context("it ended before it was ready")?
            .1;
        Ok(Running {
            address: address.parse().context("its address cannot be read")?,
            child: self.0,
        })
    }

    /// Ends it without warning (SIGKILL).
    pub async fn kill(mut self) -> Result<()> {
        self.0.kill().await.context("killing the relay")
    }
}

/// A relay that takes letters.
#[derive(Debug)]
pub struct Running {
    /// Where.
    pub address: SocketAddr,
    child: Child,
}

impl Running {
    /// The number of its process.
    pub fn process(&self) -> Result<u32> {
        self.child.id().context("the relay has ended")
    }

    /// Ends it without warning (SIGKILL).
    pub async fn kill(mut self) -> Result<()> {
        ensure!(
            self.child.try_wait()?.is_none(),
            "the relay had ended by itself"
        );
        self.child.kill().await.context("killing the relay")
    }

    /// Asks it to end (SIGTERM) and waits until it has.
    pub async fn stop(mut self) -> Result<()> {
        signal("-TERM", self.process()?).await?;
        let ended = tokio::time::timeout(ENDING, self.child.wait()).await;
        let status = ended.context("the relay did not end when asked to")??;
        ensure!(status.success(), "the relay ended with {status}");
        Ok(())
    }

    /// The most memory it ever had (bytes): `VmHWM` of /proc, see proc(5).
    pub fn peak_memory(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process()?))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
        Ok(kilobytes.context("no VmHWM")?.saturating_mul(1024))
    }
}

/// Sends a signal to a process that we started.
pub async fn signal(which: &str, process: u32) -> Result<()> {
    let done = Command::new("kill")
        .args([which, &process.to_string()])
        .status();
    let status = done.await.context("starting kill")?;
    if !status.success() {
        bail!("the signal {which} could not be sent");
    }
    Ok(())
}
