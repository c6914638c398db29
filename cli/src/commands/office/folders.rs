//! The folders of publishers, from the disk.

use crate::{fault::Fault, words::Words};
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};
use vaekstspejl_engine::authoring::overlay::{Folder, LONGEST_FILE};

/// What makes a folder one of a publisher.
const SETTINGS: &str = "office.toml";

/// Files that are read.
const READ: [&str; 4] = [SETTINGS, "tilbud.csv", "logo.svg", "logo.png"];

/// The folder of offers as TOML.
const OFFERS: &str = "tilbud";

/// Every publisher's folder among these and directly below them.
pub fn folders(named: &[PathBuf], words: &Words) -> Result<Vec<Folder>, Fault> {
    let mut found = Vec::new();
    for path in named {
        let inside = entries(path).map_err(|error| unreadable(path, &error, words))?;
        let is_publisher = |path: &Path| path.is_dir() && has_settings(path);
        if has_settings(path) {
            found.push(folder(path, words)?);
            continue;
        }
        let below: Vec<&PathBuf> = inside.iter().filter(|it| is_publisher(it)).collect();
        if below.is_empty() {
            let folder = path.display().to_string();
            return Err(Fault::new(
                words.fill("office_no_folder", &[("folder", &folder)]),
                words.get("office_no_folder_do"),
            ));
        }
        for path in below {
            found.push(folder(path, words)?);
        }
    }
    Ok(found)
}

fn has_settings(path: &Path) -> bool {
    let inside = entries(path).unwrap_or_default();
    inside
        .iter()
        .any(|it| name(it).eq_ignore_ascii_case(SETTINGS))
}

fn folder(path: &Path, words: &Words) -> Result<Folder, Fault> {
    let mut folder = Folder {
        name: path.strip_prefix(".").unwrap_or(path).display().to_string(),
        files: BTreeMap::new(),
        unread: Vec::new(),
    };
    let inside = entries(path).map_err(|error| unreadable(path, &error, words))?;
    for path in inside {
        let name = name(&path);
        if path.is_dir() {
            if name.eq_ignore_ascii_case(OFFERS) {
                let offers = entries(&path).map_err(|error| unreadable(&path, &error, words))?;
                let is_toml = |it: &&PathBuf| it.extension().is_some_and(|it| it == "toml");
                for path in offers.iter().filter(is_toml) {
                    let name = format!("{OFFERS}/{}", self::name(path));
                    folder.files.insert(name, bytes(path, words)?);
                }
            }
        } else if READ.iter().any(|it| name.eq_ignore_ascii_case(it)) {
            folder.files.insert(name, bytes(&path, words)?);
        } else {
            folder.unread.push(name);
        }
    }
    Ok(folder)
}

/// The bytes of a file; of one that is far too long only so many that this can be seen.
fn bytes(path: &Path, words: &Words) -> Result<Vec<u8>, Fault> {
    let most = u64::try_from(LONGEST_FILE).unwrap_or(u64::MAX) + 1;
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|it| it.take(most).read_to_end(&mut bytes));
    read.map_err(|error| unreadable(path, &error, words))?;
    Ok(bytes)
}

fn unreadable(path: &Path, error: &io::Error, words: &Words) -> Fault {
    let pieces = [
        ("file", path.display().to_string()),
        ("error", error.to_string()),
    ];
    let pieces = pieces.each_ref().map(|(key, it)| (*key, it.as_str()));
    Fault::new(
        words.fill("office_unreadable", &pieces),
        words.get("office_unreadable_do"),
    )
}

fn entries(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(path)? {
        paths.push(entry?.path());
    }
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
