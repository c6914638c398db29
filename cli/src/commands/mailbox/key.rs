//! The key file: made, opened, renewed. Nothing is done until the written file has been opened
//! again from the disk.

use super::folder;
use crate::{fault::Fault, today};
use clap::Args;
use getrandom::{SysRng, rand_core::UnwrapErr};
use serde_json::{Value, json};
use std::{
    env, fs,
    io::Read,
    path::{Path, PathBuf},
    sync::OnceLock,
};
use vaekstspejl_envelope::{
    Admin, Cost, KeyFile, KeyFileError, Office, Post,
    key_file::{self, LONGEST_TEXT},
    passphrase::{self, DANISH},
};

/// The variable of the environment that may hold the passphrase.
const PASSPHRASE: &str = "VAEKST_PASSPHRASE";

/// Longer is no passphrase and no token (bytes).
const LONGEST_SECRET: u64 = 4_096;

/// Which key file, and how it is opened.
#[derive(Args)]
pub struct KeyArgs {
    /// The key file (.vsk)
    #[arg(long, value_name = "FILE")]
    key_file: PathBuf,
    /// The file with its passphrase, `-` for standard input; without it, VAEKST_PASSPHRASE
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// The passphrase as it was read: standard input can be read once only.
    #[arg(skip)]
    given: OnceLock<Option<String>>,
}

/// A key file that was made or renewed.
pub struct Made {
    /// What is in it.
    pub file: KeyFile,
    /// The passphrase, when it was drawn here; told once.
    pub passphrase: Option<String>,
    /// Keys that were destroyed.
    pub destroyed: Vec<String>,
}

impl KeyArgs {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.key_file
    }

    /// A path in the same folder.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.key_file.with_file_name(name)
    }

    /// Opens it.
    pub fn open(&self) -> Result<KeyFile, Fault> {
        let text = read(&self.key_file)?;
        // Anything that is no key file is told before a passphrase is asked for.
        key_file::peek(&text).map_err(|error| fault(&self.key_file, error))?;
        let passphrase = self.passphrase()?.ok_or_else(|| {
            let what = "the key file needs its passphrase";
            let hint = format!("put it into a file for --passphrase-file, or into {PASSPHRASE}");
            Fault::new(what, hint)
        })?;
        KeyFile::from_text(&text, &passphrase).map_err(|error| fault(&self.key_file, error))
    }

    /// Makes one, with the given passphrase or a new one. Never writes over a file.
    pub fn create(&self, (id, name, relay): (&str, &str, &str)) -> Result<Made, Fault> {
        if self.key_file.exists() {
            let what = format!("{} is there already", self.key_file.display());
            let hint = "choose another name; a key file is never written over";
            return Err(Fault::new(what, hint));
        }
        let office = Office::new(id, name, relay.trim_end_matches('/')).map_err(|_| {
            let what = "the office's id, name or relay is empty, too long or not on one line";
            Fault::new(what, "correct it")
        })?;
        let drawn = match self.passphrase()? {
            Some(_) => None,
            None => Some(draw()?),
        };
        let file = KeyFile::create(office, &mut random()?, today::days());
        let made = self.write_beside(file, drawn)?;
        self.put_in_place()?;
        Ok(made)
    }

    /// Adds a key; with `new_post` also a new capability for posting, which `register` tells the
    /// relay. The relay hears of it when the new file is on the disk and was opened again, and the
    /// new file takes the old one's place when the relay has agreed. A capability that the relay
    /// has and no file would be lost, and a second try would shut out the published one.
    pub fn rotate(
        &self,
        new_passphrase: bool,
        destroy_expired: bool,
        new_post: bool,
        register: impl FnOnce(&KeyFile) -> Result<(), Fault>,
    ) -> Result<Made, Fault> {
        let mut file = self.open()?;
        if new_post {
            file.post = Post::random(&mut random()?);
        }
        let day = today::days();
        let mut destroyed = Vec::new();
        if destroy_expired {
            for kid in file.expired(day) {
                if file.destroy(kid) {
                    destroyed.push(kid.to_string());
                }
            }
        }
        if file.rotate(&mut random()?, day).is_none() {
            let what = "the key file is full";
            return Err(Fault::new(what, "destroy old keys with --destroy-expired"));
        }
        let drawn = if new_passphrase { Some(draw()?) } else { None };
        let made = self.write_beside(file, drawn)?;
        if new_post && let Err(fault) = register(&made.file) {
            let _ = fs::remove_file(self.new_file());
            return Err(fault);
        }
        self.put_in_place()?;
        Ok(Made { destroyed, ..made })
    }

    /// Where a file is written first.
    fn new_file(&self) -> PathBuf {
        let mut name = self.key_file.as_os_str().to_owned();
        name.push(".new");
        PathBuf::from(name)
    }

    /// Writes the file beside its place and opens it again.
    fn write_beside(&self, file: KeyFile, drawn: Option<String>) -> Result<Made, Fault> {
        let given = self.passphrase()?;
        let passphrase = drawn.as_deref().or(given.as_deref()).unwrap_or_default();
        let text = file.to_text(passphrase, &mut random()?, Cost::default());
        let name = self.key_file.display();
        let new = self.new_file();
        folder::write_privately(&new, text.as_bytes())?;
        let again = KeyFile::from_text(&read(&new)?, passphrase);
        if again.as_ref() != Ok(&file) {
            let _ = fs::remove_file(&new);
            let what = format!("{name} did not come back from the disk as it was written");
            return Err(Fault::new(what, "choose another disk"));
        }
        Ok(Made {
            file,
            passphrase: drawn,
            destroyed: Vec::new(),
        })
    }

    fn put_in_place(&self) -> Result<(), Fault> {
        fs::rename(self.new_file(), &self.key_file).map_err(|error| {
            let name = self.key_file.display();
            Fault::new(
                format!("{name} cannot be written: {error}"),
                "is the folder there?",
            )
        })
    }

    fn passphrase(&self) -> Result<Option<String>, Fault> {
        if let Some(given) = self.given.get() {
            return Ok(given.clone());
        }
        let given = match &self.passphrase_file {
            Some(path) => Some(secret(path)?),
            None => env::var(PASSPHRASE).ok().filter(|it| !it.is_empty()),
        };
        Ok(self.given.get_or_init(|| given).clone())
    }
}

/// The four lines of an office's file that senders need.
pub fn published(file: &KeyFile, relay: &str) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let lines = [
        "[mailbox]".to_owned(),
        format!("relay = {}", quoted(relay)),
        format!("id = {}", quoted(&file.mid.to_string())),
        format!("key = {}", quoted(&file.active().public.to_string())),
        format!("post = {}", quoted(&file.post.to_text())),
    ];
    lines.join("\n") + "\n"
}

/// The same for programs.
pub fn as_json(file: &KeyFile) -> Value {
    json!({
        "office": file.office.id(),
        "relay": file.office.relay(),
        "id": file.mid.to_string(),
        "key": file.active().public.to_string(),
        "post": file.post.to_text(),
        "kid": file.active().kid.to_string(),
    })
}

/// The token of a relay's operator.
pub fn admin_token(path: &Path) -> Result<Admin, Fault> {
    let text = secret(path)?;
    // The file may be what `vaekst-relay admin-token` printed, remarks included.
    let mut pieces = text.split_whitespace();
    let found = pieces.find_map(|piece| Admin::parse(piece).ok());
    found.ok_or_else(|| {
        let what = format!("{} has no token of a relay's operator", path.display());
        Fault::new(
            what,
            "`vaekst-relay admin-token` makes one; it begins with vmb1_a_",
        )
    })
}

fn draw() -> Result<String, Fault> {
    let words = passphrase::words(DANISH);
    let drawn = passphrase::generate(&words, &mut random()?);
    let drawn = drawn.ok_or_else(|| Fault::new("the list of words is too short", "report it"))?;
    Ok(drawn.as_str().to_owned())
}

/// The system's randomness, tried once, so that nothing is made without it.
fn random() -> Result<UnwrapErr<SysRng>, Fault> {
    let mut probe = [0; 32];
    let works = getrandom::fill(&mut probe).is_ok() && probe != [0; 32];
    works.then_some(UnwrapErr(SysRng)).ok_or_else(|| {
        let what = "the system gives no random numbers";
        Fault::new(what, "use another machine; without them no key is safe")
    })
}

fn secret(path: &Path) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin()
            .take(LONGEST_SECRET)
            .read_to_end(&mut bytes)
    } else {
        fs::File::open(path).and_then(|file| file.take(LONGEST_SECRET).read_to_end(&mut bytes))
    };
    let name = path.display();
    read.map_err(|error| {
        let what = format!("{name} cannot be read: {error}");
        Fault::new(what, "check the name of the file")
    })?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Fault::new(
            format!("{name} is not text in UTF-8"),
            "is it another file?",
        )
    })?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(Fault::new(
            format!("{name} is empty"),
            "put the secret into it",
        ));
    }
    Ok(text.to_owned())
}

fn read(path: &Path) -> Result<String, Fault> {
    let name = path.display();
    let limit = u64::try_from(LONGEST_TEXT).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(|error| {
            let what = format!("{name} cannot be read: {error}");
            Fault::new(what, "check the name of the file")
        })?;
    String::from_utf8(bytes).map_err(|_| fault(path, KeyFileError::NotAKeyFile))
}

fn fault(path: &Path, error: KeyFileError) -> Fault {
    let name = path.display();
    let (what, hint) = match error {
        KeyFileError::NotAKeyFile | KeyFileError::TooLong => (
            format!("{name} is no key file"),
            "it begins with BEGIN VAEKSTSPEJL KEY FILE",
        ),
        KeyFileError::Damaged => (
            format!("{name} is damaged"),
            "take the second copy; this one was cut off or changed",
        ),
        KeyFileError::WrongPassphrase => (
            format!("this is not the passphrase of {name}"),
            "type the six words again; capitals and extra spaces do not matter",
        ),
        KeyFileError::Newer { version } => (
            format!("{name} was made by a newer version (format {version})"),
            "bring the program up to date",
        ),
        KeyFileError::Cost => (
            format!("{name} demands more or less work than any key file of ours"),
            "somebody has changed it; take the second copy",
        ),
    };
    Fault::new(what, hint)
}
