//! The folder of an office's letters: each as it came, sealed, in a file of its own; a list with
//! the day and state of each; and what the collector remembers.
//!
//! A file is written beside its place, put on the disk, and then moved there, so that a loss of
//! power leaves the old or the new.

use crate::fault::Fault;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};
use vaekstspejl_envelope::{LetterKind, Mid, Sid};
use vaekstspejl_mailbox::inbox::Ledger;

const LIST: &str = "letters.json";
const LEDGER: &str = "ledger.json";

/// An open folder.
pub struct Folder {
    path: PathBuf,
    list: BTreeMap<String, Kept>,
    /// What the collector remembers.
    pub ledger: Ledger,
}

/// What is known of a letter without opening it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// The day it came to the relay (days since 1970-01-01).
    pub day: u32,
    /// Somebody has dealt with it.
    #[serde(default)]
    pub handled: bool,
}

impl Folder {
    /// Opens a folder, or makes it.
    pub fn open(path: &Path, mid: &Mid) -> Result<Self, Fault> {
        fs::create_dir_all(path).map_err(|error| not_written(path, &error))?;
        let mut list = match optional(&path.join(LIST))? {
            Some(text) => serde_json::from_str(&text).map_err(|_| {
                let what = format!("{} is damaged", path.join(LIST).display());
                Fault::new(what, "take it away and run `vaekst mailbox collect`")
            })?,
            None => BTreeMap::new(),
        };
        // What lies here and is not on the list, because the list was lost, is put on it: the
        // relay would not send it again.
        for (sid, day) in lying(path)? {
            let handled = false;
            list.entry(sid).or_insert(Kept { day, handled });
        }
        // A ledger that cannot be read is begun anew: the relay tells everything again, and what
        // is here already is written over with the same bytes.
        let record = optional(&path.join(LEDGER))?;
        let ledger = record.and_then(|it| Ledger::from_record(&it, mid).ok());
        Ok(Self {
            path: path.to_owned(),
            list,
            ledger: ledger.unwrap_or_else(|| Ledger::new(mid)),
        })
    }

    /// All letters, oldest first.
    pub fn letters(&self) -> Vec<(Sid, Kept)> {
        let list = self.list.iter();
        let mut letters: Vec<(Sid, Kept)> = list
            .filter_map(|(sid, kept)| Some((Sid::parse(sid).ok()?, kept.clone())))
            .collect();
        letters.sort_by_key(|(sid, kept)| (kept.day, sid.to_string()));
        letters
    }

    /// A letter's bytes; at most one more than a letter has.
    pub fn bytes(&self, sid: &Sid) -> Result<Vec<u8>, Fault> {
        let path = self.file(sid);
        let limit = u64::try_from(LetterKind::Submission.total()).unwrap_or(u64::MAX);
        let mut bytes = Vec::new();
        File::open(&path)
            .and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut bytes))
            .map_err(|error| {
                let what = format!("{} cannot be read: {error}", path.display());
                Fault::new(
                    what,
                    "if it is lost, run `vaekst mailbox collect` with a new folder",
                )
            })?;
        Ok(bytes)
    }

    /// Day and state of a letter.
    pub fn kept(&self, sid: &Sid) -> Option<&Kept> {
        self.list.get(&sid.to_string())
    }

    /// The one letter whose id begins so.
    pub fn find(&self, beginning: &str) -> Result<Sid, Fault> {
        let begin = |sid: &&String| !beginning.is_empty() && sid.starts_with(beginning);
        let found: Vec<&String> = self.list.keys().filter(begin).collect();
        let sid = match found.as_slice() {
            [sid] => Sid::parse(sid).ok(),
            _ => None,
        };
        sid.ok_or_else(|| {
            let what = match found.len() {
                0 => format!("there is no letter `{beginning}` in the folder"),
                n => format!("{n} letters begin with `{beginning}`"),
            };
            Fault::new(what, "`vaekst mailbox list` names them")
        })
    }

    /// Puts a letter on the disk.
    pub fn store(&mut self, sid: &Sid, day: u32, letter: &[u8]) -> Result<(), Fault> {
        write_privately(&self.file(sid), letter)?;
        let handled = self.kept(sid).is_some_and(|it| it.handled);
        self.list.insert(sid.to_string(), Kept { day, handled });
        Ok(())
    }

    /// Takes a letter off the disk; true if it was there.
    pub fn remove(&mut self, sid: &Sid) -> Result<bool, Fault> {
        let path = self.file(sid);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(not_written(&path, &error));
            }
            _ => {}
        }
        Ok(self.list.remove(&sid.to_string()).is_some())
    }

    /// Marks a letter as handled.
    pub fn set_handled(&mut self, sid: &Sid) -> Result<(), Fault> {
        if let Some(kept) = self.list.get_mut(&sid.to_string()) {
            kept.handled = true;
        }
        self.save_list()
    }

    /// Puts the list on the disk.
    pub fn save_list(&self) -> Result<(), Fault> {
        let text = serde_json::to_string_pretty(&self.list)
            .expect("text, numbers and truth values become JSON");
        write_privately(&self.path.join(LIST), text.as_bytes())
    }

    /// Puts what the collector remembers on the disk.
    pub fn save_ledger(&self) -> Result<(), Fault> {
        let record = self.ledger.to_record();
        write_privately(&self.path.join(LEDGER), record.as_bytes())
    }

    /// The name is the id: letters, digits, `-` and `_` only.
    fn file(&self, sid: &Sid) -> PathBuf {
        self.path.join(format!("{sid}.letter"))
    }
}

/// Writes a file that only its owner may read, whole or not at all.
pub fn write_privately(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let written = || -> io::Result<()> {
        let mut options = OpenOptions::new();
        // What lies there was left by a loss of power, or put there by somebody else: a new file
        // has no other owner and is no link.
        let _ = fs::remove_file(&beside);
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        // The new name is on the disk only when the folder is.
        #[cfg(unix)]
        if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    };
    written().map_err(|error| {
        let _ = fs::remove_file(&beside);
        not_written(path, &error)
    })
}

/// The ids of the letters whose files are in a folder, and the days the files were written.
fn lying(path: &Path) -> Result<Vec<(String, u32)>, Fault> {
    let unread = |error: io::Error| {
        Fault::new(
            format!("{} cannot be read: {error}", path.display()),
            "check who may read it",
        )
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(unread)? {
        let entry = entry.map_err(unread)?;
        let name = entry.file_name();
        let id = name.to_str().and_then(|it| it.strip_suffix(".letter"));
        let Some(sid) = id.and_then(|it| Sid::parse(it).ok()) else {
            continue;
        };
        let written = entry.metadata().and_then(|it| it.modified());
        let since = written.map_err(unread)?.duration_since(UNIX_EPOCH);
        let day = since.map_or(0, |since| since.as_secs() / 86_400);
        found.push((sid.to_string(), u32::try_from(day).unwrap_or(u32::MAX)));
    }
    Ok(found)
}

fn optional(path: &Path) -> Result<Option<String>, Fault> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Fault::new(
            format!("{} cannot be read: {error}", path.display()),
            "check who may read it",
        )),
    }
}

fn not_written(path: &Path, error: &io::Error) -> Fault {
    Fault::new(
        format!("{} cannot be written: {error}", path.display()),
        "is there room, and may you write there?",
    )
}
