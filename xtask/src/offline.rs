//! What the app needs to work without net: the worker of scripts/worker.js with the list of the
//! files that belong to this version, and the version's name, which page and worker both carry
//! (docs/adr/0020-offline.md).

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::json;
use sha2::{Digest, Sha256};
use vaekstspejl_relay::site::{content_type, extension};

use crate::build::OVERLAYS;
use crate::compress::Files;
use crate::project::Project;
use crate::wasm;

/// Stands in the page until every file is there; then the name of the version stands in its place.
pub const VERSION_MARK: &str = "{version}";
/// The page; its version has this file, too.
const PAGE: &str = "index.html";
/// The worker, by the name that every version has.
pub const WORKER: &str = "worker.js";
/// What takes the worker off every device, when it is put in the worker's place.
pub const WORKER_OFF: &str = "worker-off.js";
/// How many letters of a hash name a version.
const VERSION_LETTERS: usize = 16;
/// What lies beside the app and is no part of a version: published at any time, for other pages,
/// or for machines.
const APART: [&str; 4] = [OVERLAYS, "embed.html", "embed.js", "robots.txt"];

/// Names the version, and adds the worker and what switches it off.
pub fn add(project: &Project, files: &mut Files) -> Result<()> {
    let version = version(files);
    for page in files
        .iter_mut()
        .filter(|(name, _)| extension(name) == "html")
    {
        let (name, bytes) = page;
        let text = std::str::from_utf8(bytes).with_context(|| format!("reading {name}"))?;
        *bytes = text.replace(VERSION_MARK, &version).into_bytes();
    }
    let worker = wasm::minified(project, "scripts/worker.js")?;
    let list = list(&version, files)?;
    files.insert(
        WORKER.to_owned(),
        format!("{list}\n{worker}\n").into_bytes(),
    );
    let off = wasm::minified(project, "scripts/worker-off.js")?;
    files.insert(WORKER_OFF.to_owned(), format!("{off}\n").into_bytes());
    Ok(())
}

/// Whether a file belongs to the version. The office's page works only with the net, and the
/// icons of the installed app are fetched when somebody installs it.
fn belongs(name: &str) -> bool {
    let apart = APART.contains(&name) || name.starts_with("worker") || extension(name) == "png";
    !name.contains('/') && !apart
}

/// A name that changes with every byte of the version.
fn version(files: &Files) -> String {
    let mut all = Sha256::new();
    for (name, bytes) in files.iter().filter(|(name, _)| belongs(name)) {
        all.update(name);
        all.update([0]);
        all.update(Sha256::digest(bytes));
    }
    let letters = all
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    letters[..VERSION_LETTERS].to_owned()
}

/// The first line of the worker: the version and, for each of its files, SHA-256 and type.
fn list(version: &str, files: &Files) -> Result<String> {
    let mut listed = BTreeMap::new();
    for (name, bytes) in files.iter().filter(|(name, _)| belongs(name)) {
        let kind = content_type(name).with_context(|| format!("{name}: a file of what type?"))?;
        listed.insert(name, (BASE64.encode(Sha256::digest(bytes)), kind));
    }
    ensure!(
        listed.contains_key(&PAGE.to_owned()),
        "a version without {PAGE} is none"
    );
    let build = json!({ "version": version, "files": listed });
    Ok(format!("const BUILD = {build};"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Files {
        [
            ("index.html", "<meta content=\"{version}\">"),
            ("app-0123456789ab.js", "go()"),
            ("icon.png", "…"),
            (OVERLAYS, "VSO1\n"),
            ("embed.html", "framed"),
            ("console/index.html", "of the office"),
            ("robots.txt", "*"),
        ]
        .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
        .into()
    }

    #[test]
    fn a_version_has_the_apps_own_files_and_no_others() {
        let line = list("1", &files()).unwrap();
        let json = line.strip_prefix("const BUILD = ").unwrap();
        let build: serde_json::Value =
            serde_json::from_str(json.strip_suffix(';').unwrap()).unwrap();
        let names: Vec<_> = build["files"].as_object().unwrap().keys().collect();
        assert_eq!(names, ["app-0123456789ab.js", "index.html"]);
        // printf 'go()' | openssl dgst -sha256 -binary | base64
        let script = json!([
            "5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw=",
            "text/javascript; charset=utf-8"
        ]);
        assert_eq!(build["files"]["app-0123456789ab.js"], script);
    }

    #[test]
    fn every_byte_of_a_version_is_in_its_name_and_nothing_else_is() {
        let name = version(&files());
        assert_eq!(name.len(), VERSION_LETTERS);
        let changed = |file: &str| {
            let mut files = files();
            files.insert(file.to_owned(), b"other".to_vec());
            version(&files) != name
        };
        assert!(changed("index.html") && changed("app-0123456789ab.js") && changed("new.css"));
        assert!(!changed(OVERLAYS) && !changed("console/index.html") && !changed("icon.png"));
    }

    #[test]
    fn a_build_without_a_page_or_with_a_file_of_no_type_is_refused() {
        let mut files = files();
        files.insert("font.woff2".to_owned(), Vec::new());
        assert!(list("1", &files).is_err());
        assert!(list("1", &Files::new()).is_err());
    }
}
