//! A PostgreSQL server of one's own, in a folder that goes away with it. It listens on a socket
//! in that folder only, and waits for its disk as a real one does. It ends when whoever started
//! it ends, also without warning.
//!
//! PostgreSQL refuses to run as root; then it runs as `postgres` or `nobody`.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

/// How long a server may take to start, also when it first has to mend what a kill left.
const STARTING: Duration = Duration::from_secs(60);
/// How often is looked whether it has.
const LOOKS_EVERY: Duration = Duration::from_millis(10);
/// The role of everybody here.
const ROLE: &str = "relay";
/// Runs a server until the other end of its input is closed, then ends it as a power cut would:
/// SIGQUIT is PostgreSQL's immediate shutdown, after which it has to recover from its log.
const GUARD: &str =
    r#""$@" </dev/null & server=$!; cat >/dev/null; kill -QUIT $server 2>/dev/null; wait $server"#;

/// Where the server's programs are, and as whom they run.
#[derive(Clone, Debug)]
pub struct Programs {
    folder: PathBuf,
    user: Option<(u32, u32)>,
}

impl Programs {
    /// Finds them: in `PATH`, where Debian keeps them, in `/usr/local`. The newest counts.
    pub fn find() -> Result<Self> {
        let folder = candidates()
            .into_iter()
            .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
            .context(
                "PostgreSQL is not installed: as root, `apt-get install -y postgresql` (Debian), \
                 or put the folder with `initdb` and `postgres` into PATH",
            )?;
        // some installations hide real programs behind links; the server looks beside itself
        let folder = fs::canonicalize(folder.join("postgres"))?
            .parent()
            .map_or(folder, Path::to_path_buf);
        let user = match is_root()? {
            true => Some(other_user()?),
            false => None,
        };
        Ok(Self { folder, user })
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        // messages are read by tests
        command.env("LC_ALL", "C");
        command
    }

    fn give(&self, path: &Path) -> io::Result<()> {
        match self.user {
            Some((uid, gid)) => chown(path, Some(uid), Some(gid)),
            None => Ok(()),
        }
    }

    /// A new folder that is the server's.
    fn folder_in(&self, parent: &Path) -> Result<TempDir> {
        let folder = tempfile::Builder::new()
            .prefix("vaekst-pg-")
            .tempdir_in(parent)
            .context("a folder for PostgreSQL")?;
        fs::set_permissions(folder.path(), Permissions::from_mode(0o700))?;
        self.give(folder.path())?;
        Ok(folder)
    }

    fn own(&self, name: &str) -> Command {
        let mut command = self.command(&self.folder.join(name));
        command.current_dir("/");
        command
    }
}

fn candidates() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    debian.sort_by(|one, other| other.cmp(one));
    std::env::split_paths(&path)
        .chain(debian.into_iter().map(|(_, folder)| folder))
        .chain([PathBuf::from("/usr/local/bin")])
        .collect()
}

/// Whether this process is root's.
pub fn is_root() -> Result<bool> {
    Ok(fs::metadata("/proc/self").context("no /proc")?.uid() == 0)
}

/// User and group of `postgres`, else of `nobody`.
fn other_user() -> Result<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd").context("reading /etc/passwd")?;
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| {
            users.lines().find_map(|line| {
                let mut fields = line.split(':');
                let is_it = fields.next() == Some(name);
                let uid = fields.nth(1)?.parse().ok()?;
                let gid = fields.next()?.parse().ok()?;
                is_it.then_some((uid, gid))
            })
        })
        .context("there is neither a user `postgres` nor `nobody` to run PostgreSQL as")
}

/// How a server is made.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its files are in a new folder below this one.
    pub parent: PathBuf,
    /// Its log of changes (WAL) is below that one instead.
    pub log_of_changes: Option<PathBuf>,
    /// Settings, each as `name=value`.
    pub settings: Vec<String>,
    /// Words in front of `postgres`: a program that starts it in its own way.
    pub under: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            parent: std::env::temp_dir(),
            log_of_changes: None,
            settings: Vec::new(),
            under: Vec::new(),
        }
    }
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    programs: Programs,
    folder: TempDir,
    _log_of_changes: Option<TempDir>,
    settings: Vec<String>,
    under: Vec<String>,
    guard: Option<Child>,
    databases: AtomicU32,
}

impl Server {
    /// Makes a new one with these settings, each as `name=value`, and starts it.
    pub fn start(settings: &[&str]) -> Result<Self> {
        Self::start_with(&Options {
            settings: settings.iter().map(|&it| it.to_owned()).collect(),
            ..Options::default()
        })
    }

    /// Makes a new one and starts it.
    pub fn start_with(options: &Options) -> Result<Self> {
        let programs = Programs::find()?;
        let folder = programs.folder_in(&options.parent)?;
        let log_of_changes = match &options.log_of_changes {
            Some(parent) => Some(programs.folder_in(parent)?),
            None => None,
        };
        let mut initdb = programs.own("initdb");
        initdb
            .args(["--username", ROLE, "--auth", "trust", "--encoding", "UTF8"])
            .args(["--locale", "C", "--no-sync", "--pgdata"])
            .arg(folder.path().join("data"));
        if let Some(elsewhere) = &log_of_changes {
            initdb.arg("--waldir").arg(elsewhere.path().join("wal"));
        }
        let made = initdb.output().context("starting initdb")?;
        ensure!(
            made.status.success(),
            "initdb failed: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        let mut server = Self {
            programs,
            folder,
            _log_of_changes: log_of_changes,
            settings: options.settings.clone(),
            under: options.under.clone(),
            guard: None,
            databases: AtomicU32::new(0),
        };
        server.resume()?;
        Ok(server)
    }

    /// The folder with all its files.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Starts it again after [`cut`](Self::cut).
    pub fn resume(&mut self) -> Result<()> {
        if self.guard.is_some() {
            return Ok(());
        }
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.path().join("log"))?;
        let mut guard = self.programs.command(Path::new("/bin/sh"));
        guard
            .args(["-c", GUARD, "guard"])
            .args(&self.under)
            .arg(self.programs.folder.join("postgres"))
            .arg("-D")
            .arg(self.data())
            .arg("-k")
            .arg(self.folder.path())
            .args(["-c", "listen_addresses="])
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            .current_dir("/");
        for setting in &self.settings {
            guard.args(["-c", setting]);
        }
        self.guard = Some(guard.spawn().context("starting PostgreSQL")?);
        self.wait_until_ready()
    }

    /// Whether the server answers questions now. Only `status=ready` in its file says so.
    fn is_ready(&self) -> bool {
        // PostgreSQL, "miscadmin.h": the eighth line of postmaster.pid
        fs::read_to_string(self.data().join("postmaster.pid"))
            .is_ok_and(|text| text.lines().nth(7).is_some_and(|it| it.trim() == "ready"))
    }

    fn wait_until_ready(&self) -> Result<()> {
        let begun = Instant::now();
        while !self.is_ready() {
            if begun.elapsed() > STARTING {
                let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
                bail!("PostgreSQL did not start: {log}");
            }
            std::thread::sleep(LOOKS_EVERY);
        }
        Ok(())
    }

    /// Ends it as a power cut would, and waits until nothing of it runs.
    pub fn cut(&mut self) -> Result<()> {
        if let Some(mut guard) = self.guard.take() {
            drop(guard.stdin.take());
            guard.wait().context("waiting for PostgreSQL to end")?;
        }
        // what a power cut would leave; the next start must not take it for a running server
        let _ = fs::remove_file(self.data().join("postmaster.pid"));
        Ok(())
    }

    /// A new, empty database; its address.
    pub fn database(&self) -> Result<String> {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("mailboxes_{number}");
        self.ask("postgres", &format!("CREATE DATABASE {name}"))?;
        Ok(format!(
            "host={} user={ROLE} dbname={name}",
            self.folder.path().display()
        ))
    }

    /// Lets PostgreSQL's own client do something in a database, also when the server is set to
    /// read only; what it prints.
    pub fn ask(&self, database: &str, sql: &str) -> Result<String> {
        let asked = self
            .programs
            .own("psql")
            .env("PGOPTIONS", "-c default_transaction_read_only=off")
            .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
            .args(["--username", ROLE, "--dbname", database, "--host"])
            .arg(self.folder.path())
            .args(["--set", "ON_ERROR_STOP=1", "--command", sql])
            .stdin(Stdio::null())
            .output()
            .context("starting psql")?;
        ensure!(
            asked.status.success(),
            "psql: {}",
            String::from_utf8_lossy(&asked.stderr)
        );
        Ok(String::from_utf8_lossy(&asked.stdout).trim().to_owned())
    }

    /// PostgreSQL's own check of every table and index of a database (`pg_amcheck`); "ok" or what
    /// it found.
    pub fn check(&self, database: &str) -> Result<String> {
        let asked = self
            .programs
            .own("pg_amcheck")
            .args(["--install-missing", "--heapallindexed", "--username", ROLE])
            .arg("--host")
            .arg(self.folder.path())
            .arg(database)
            .stdin(Stdio::null())
            .output()
            .context("starting pg_amcheck")?;
        let found = String::from_utf8_lossy(&asked.stdout);
        Ok(match asked.status.success() {
            true => "ok".to_owned(),
            false => format!("{found}{}", String::from_utf8_lossy(&asked.stderr)),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // the folder goes after the server
        let _ = self.cut();
    }
}
