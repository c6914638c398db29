//! The demonstration: an invented office with a mailbox that works, so that a newcomer can send a
//! profile and read it within two minutes. Its key file, passphrase and letters lie below
//! `target/`, only on this machine; what `cargo xtask build` makes knows nothing of them.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, anyhow, ensure};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use tokio::sync::oneshot;
use vaekstspejl_engine::catalogue::{self, Mailbox};
use vaekstspejl_engine::overlay::{self, Overlay, Publisher};
use vaekstspejl_engine::{Date, Later, OfficeId};
use vaekstspejl_envelope::key_file::{Cost, KeyFile, Office};
use vaekstspejl_envelope::passphrase;
use vaekstspejl_mailbox::wire::Kind;
use vaekstspejl_relay::clock::{Clock as _, SystemClock};
use vaekstspejl_relay::config::Config;
use vaekstspejl_relay::limits::Rate;
use vaekstspejl_relay::log::Log;
use vaekstspejl_relay::mailbox::NewMailbox;
use vaekstspejl_relay::store::{Created, Store as _, sqlite::SqliteStore};

use crate::build::OVERLAYS;
use crate::dist;
use crate::project::Project;

/// The office of the demonstration as the shared content of a built app has it.
fn shared_office(app: &Path) -> Result<catalogue::Office> {
    let entries = fs::read_dir(app).with_context(|| format!("reading {}", app.display()))?;
    let is_later = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("later-da-") && name.ends_with(".bin")
    };
    let file = entries.flatten().map(|it| it.path()).find(is_later);
    let file = file.with_context(|| format!("{} has no content", app.display()))?;
    let bytes = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
    let later = Later::from_bytes(&bytes)
        .map_err(|_| anyhow!("{} is of another version", file.display()))?;
    let office = later.office(&OfficeId::from(OFFICE)).cloned();
    office.with_context(|| format!("content/offices has no {OFFICE}"))
}

/// An address of this machine at a free port.
pub const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// The office of `content/offices/` that gets a mailbox.
const OFFICE: &str = "demo-stor";
/// The folder of a demonstration for tests.
const FRESH: &str = "demonstration-of-tests";
/// How long its letters are kept (seconds): as an office's, 90 days.
const KEPT_S: u64 = 90 * 86_400;

/// An office with its key, and where its things lie.
pub struct Demonstration {
    folder: PathBuf,
    keys: KeyFile,
    passphrase: String,
}

impl Demonstration {
    /// Takes up the demonstration of this machine; the first time makes it.
    pub fn of(project: &Project) -> Result<Self> {
        Self::below(project, "demonstration")
    }

    /// A new one, for tests: nobody has sent anything.
    pub fn fresh(project: &Project) -> Result<Self> {
        let folder = project.target().join(FRESH);
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("removing {}", folder.display()))?;
        }
        Self::of_tests(project)
    }

    /// The last fresh one.
    pub fn of_tests(project: &Project) -> Result<Self> {
        Self::below(project, FRESH)
    }

    fn below(project: &Project, name: &str) -> Result<Self> {
        let folder = project.target().join(name);
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        let list = project.path("content/passphrase/da.txt");
        let words =
            fs::read_to_string(&list).with_context(|| format!("reading {}", list.display()))?;
        let kept = fs::read_to_string(folder.join("passphrase.txt"))
            .ok()
            .and_then(|passphrase| {
                let text = fs::read_to_string(folder.join(file_name())).ok()?;
                let keys = KeyFile::from_text(&text, &passphrase).ok()?;
                Some((keys, passphrase))
            });
        if let Some((keys, passphrase)) = kept {
            return Ok(Self {
                folder,
                keys,
                passphrase,
            });
        }
        let (keys, passphrase) = made(&words)?;
        let new = Self {
            folder,
            keys,
            passphrase,
        };
        new.write()?;
        Ok(new)
    }

    /// A copy of a built app in which the office publishes its mailbox at the app's own origin, as
    /// an office does: by the file beside the app. The app itself stays what it is.
    pub fn site(&self, app: &Path) -> Result<PathBuf> {
        let site = self.folder.join("site");
        if site.exists() {
            fs::remove_dir_all(&site).with_context(|| format!("removing {}", site.display()))?;
        }
        dist::copy(app, &site)?;
        let overlay = self.overlay(&shared_office(app)?);
        let file = site.join(OVERLAYS);
        fs::write(&file, overlay::file(&[], &[overlay]))
            .with_context(|| format!("writing {}", file.display()))?;
        Ok(site)
    }

    fn overlay(&self, shared: &catalogue::Office) -> Overlay {
        let mailbox = Mailbox {
            relay: String::new(),
            id: self.keys.mid.to_string(),
            key: self.keys.active().public.to_string(),
            post: self.keys.post.to_text(),
        };
        Overlay {
            publisher: Publisher::Office(shared.id.clone()),
            name: shared.name.clone(),
            made: Date::first_of_year(2026),
            words: Vec::new(),
            offers: Vec::new(),
            withdrawn: Vec::new(),
            office: Some(catalogue::Office {
                mailbox: Some(mailbox),
                ..shared.clone()
            }),
            url: String::new(),
            frames: Vec::new(),
            summaries: Vec::new(),
        }
    }

    /// Starts a relay that has the mailbox and, unless a proxy does, serves a site, at this address
    /// or, with port 0, at a free one. It runs until this process ends.
    pub fn serve(&mut self, site: Option<&Path>, address: SocketAddr) -> Result<SocketAddr> {
        let mut config = Config::default();
        config.listen.address = address;
        config.store.path = self.folder.join("relay.sqlite");
        config.site.folder = site.map(Path::to_path_buf).unwrap_or_default();
        if site.is_none() {
            config.proxy.trusted = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
        }
        if self.folder.ends_with(FRESH) {
            // tests are many senders behind one address
            config.limits.office_letters_rate = Rate::new(100_000, 1_000.0);
            config.limits.address_rate = Rate::new(100_000, 1_000.0);
        }
        self.create_mailbox(&config)?;
        let address = in_background(config)?;
        self.write_key_file(address)?;
        Ok(address)
    }

    /// The mailbox, without the operator's token: whoever owns the file may.
    fn create_mailbox(&self, config: &Config) -> Result<()> {
        let store = SqliteStore::open(&config.store.path, config.quotas())
            .map_err(|error| anyhow!("{error}"))?;
        let new = NewMailbox {
            kind: Kind::Office,
            post: self.keys.post.hash(),
            owner: self.keys.owner().hash(),
            ttl_s: KEPT_S,
            grant: None,
        };
        let now = SystemClock::default().now();
        let created = runtime()?
            .block_on(store.create_mailbox(self.keys.mid, new, now))
            .map_err(|error| anyhow!("{error}"))?;
        ensure!(
            matches!(created, Created::New | Created::Same),
            "the mailbox of the demonstration is another one: delete {}",
            self.folder.display()
        );
        Ok(())
    }

    /// Writes the key file with the address of today, which stands in it.
    pub fn write_key_file(&mut self, address: SocketAddr) -> Result<()> {
        let relay = format!("http://{address}");
        self.keys.office = Office::new(OFFICE, "Demo", &relay)
            .map_err(|_| anyhow!("`{relay}` is no address of a relay"))?;
        self.write()
    }

    fn write(&self) -> Result<()> {
        let chance = &mut UnwrapErr(SysRng);
        let text = self.keys.to_text(&self.passphrase, chance, Cost::default());
        for (name, text) in [
            (file_name(), text.as_str()),
            ("passphrase.txt".to_owned(), self.passphrase.as_str()),
        ] {
            let path = self.folder.join(name);
            fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
        }
        Ok(())
    }

    fn key_file(&self) -> PathBuf {
        self.folder.join(file_name())
    }

    /// What the browser tests must know of it, as variables of the environment.
    pub fn environment(&self) -> [(&'static str, String); 4] {
        [
            ("VAEKST_KEY_FILE", self.key_file().display().to_string()),
            ("VAEKST_PASSPHRASE", self.passphrase.clone()),
            ("VAEKST_MAILBOX", self.keys.mid.to_string()),
            ("VAEKST_OWNER", self.keys.owner().to_text()),
        ]
    }

    /// What a newcomer needs.
    pub fn described(&self, address: SocketAddr) -> String {
        format!(
            "The app          http://{address}/\n\
             The demo office  http://{address}/?office={OFFICE}\n\
             Its inbox        http://{address}/console/\n  \
               key file       {}\n  \
               passphrase     {}\n",
            self.key_file().display(),
            self.passphrase,
        )
    }
}

fn file_name() -> String {
    format!("vaekstspejl-{OFFICE}.vsk")
}

fn made(words: &str) -> Result<(KeyFile, String)> {
    let chance = &mut UnwrapErr(SysRng);
    let passphrase = passphrase::generate(&passphrase::words(words), chance)
        .context("content/passphrase/da.txt has too few words")?;
    let office = Office::new(OFFICE, "Demo", "http://127.0.0.1")
        .map_err(|_| anyhow!("the demonstration's office has no name"))?;
    let day = SystemClock::default().now().day();
    Ok((KeyFile::create(office, chance, day), passphrase.to_string()))
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    Ok(builder.enable_all().build()?)
}

/// Runs a relay until this process ends; the answer is its address.
fn in_background(config: Config) -> Result<SocketAddr> {
    let (tell, told) = oneshot::channel();
    let runtime = runtime()?;
    let failed = thread::spawn(move || {
        let log = Arc::new(Log::new(Box::new(std::io::sink()), false));
        let ready = move |address| {
            let _ = tell.send(address); // whoever asked is waiting
        };
        runtime.block_on(vaekstspejl_relay::run::run(
            config,
            log,
            ready,
            std::future::pending(),
        ))
    });
    match told.blocking_recv() {
        Ok(address) => Ok(address),
        Err(_) => match failed.join() {
            Ok(Err(error)) => Err(anyhow!("{error}")),
            _ => Err(anyhow!("the relay stopped")),
        },
    }
}
