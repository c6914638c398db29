//! `cargo xtask dist`: a release, as a folder and as one archive: the app with the office's page,
//! the programs, example settings for a host, what it is made of, and the sums of all of it.
//!
//! The same commit gives the same bytes, in whatever folder it is built: names are sorted, times
//! are the commit's, and no path of the building machine is left in a program. `--again` shows it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use flate2::{Compression, GzBuilder};
use serde_json::json;
use sha2::{Digest, Sha256};
use vaekstspejl_relay::site::policy_of;

use crate::build;
use crate::hosting::{self, Policies};
use crate::project::Project;
use crate::shell::{self, cargo, program};
use crate::{sbom, wasm};

/// The programs of a release: package and program.
const PROGRAMS: [(&str, &str); 2] = [("vaekst", "vaekst"), ("vaekstspejl-relay", "vaekst-relay")];
/// What is taken over as it is: from, to.
const FOLDERS: [(&str, &str); 4] = [
    ("content", "content"),
    ("docs", "docs"),
    ("hosting", "hosting"),
    ("tests/personas", "personas"),
];
/// Single files that are taken over as they are.
const FILES: [&str; 4] = ["README.md", "CHANGELOG.md", "SECURITY.md", "LICENSE"];
/// The sums of all files but this one.
const SUMS: &str = "SHA256SUMS";

/// A finished release.
pub struct Release {
    /// The folder.
    pub folder: PathBuf,
    /// The same as one file.
    pub archive: PathBuf,
}

impl Release {
    /// The app: what a static host hands out.
    pub fn app(&self) -> PathBuf {
        self.folder.join("app")
    }

    /// One of its programs.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join("bin").join(name)
    }

    /// Where a release of this project lies once it is made.
    pub fn of(project: &Project) -> Self {
        let parent = project.target().join("dist");
        let name = name();
        Self {
            folder: parent.join(&name),
            archive: parent.join(format!("{name}-{}.tar.gz", host())),
        }
    }
}

fn name() -> String {
    format!("vaekstspejl-{}", env!("CARGO_PKG_VERSION"))
}

/// The kind of machine the programs are for.
fn host() -> &'static str {
    env!("VAEKST_HOST")
}

/// Makes a release.
pub fn dist(project: &Project) -> Result<Release> {
    build::build_within_budget(project, &[])?;
    let programs = programs(project)?;
    let release = Release::of(project);
    if release.folder.exists() {
        fs::remove_dir_all(&release.folder)
            .with_context(|| format!("removing {}", release.folder.display()))?;
    }
    copy(&project.dist(), &release.app())?;
    for (name, from) in programs {
        copy(&from, &release.program(name))?;
    }
    for (from, to) in FOLDERS {
        copy(&project.path(from), &release.folder.join(to))?;
    }
    for file in FILES {
        copy(&project.path(file), &release.folder.join(file))?;
    }
    copy(
        &project.path("relay/relay.example.toml"),
        &release.folder.join("hosting/relay.toml"),
    )?;
    write_headers(&release.app(), &release.folder.join("hosting"))?;
    let commit = Commit::of(project);
    let sbom = sbom::sbom(project, &name(), host(), &commit.id)?;
    write(
        &release.folder.join("sbom.cdx.json"),
        &format!("{sbom:#}\n"),
    )?;
    write_manifest(&release, &commit)?;
    pack(&release, commit.seconds)?;
    println!(
        "\nrelease in {}\narchive    {} ({} bytes)",
        release.folder.display(),
        release.archive.display(),
        fs::metadata(&release.archive)?.len()
    );
    Ok(release)
}

/// Makes the release a second time from a copy of the commit in another folder, and compares every
/// byte of the two archives.
pub fn again(project: &Project) -> Result<()> {
    let first = dist(project)?;
    let elsewhere = project.target().join("elsewhere/another folder/checkout");
    if elsewhere.exists() {
        fs::remove_dir_all(&elsewhere).context("removing the last second checkout")?;
    }
    fs::create_dir_all(&elsewhere).context("making the second checkout")?;
    shell::run(
        program(project, "git")
            .args(["clone", "--quiet", "--no-hardlinks", "."])
            .arg(&elsewhere),
    )?;
    let second = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
        .current_dir(&elsewhere)
        .args(["xtask", "dist"])
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("CARGO_MANIFEST_DIR")
        .status()
        .context("building the second time")?;
    ensure!(second.success(), "the second build failed");
    let other = elsewhere.join("target/dist").join(
        first
            .archive
            .file_name()
            .context("the archive has a name")?,
    );
    let sums = |path: &Path| -> Result<String> {
        let bytes = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        Ok(hex(&Sha256::digest(bytes)))
    };
    let (one, two) = (sums(&first.archive)?, sums(&other)?);
    println!(
        "{one}  {}\n{two}  {}",
        first.archive.display(),
        other.display()
    );
    if one != two {
        let read = |folder: &Path| fs::read_to_string(folder.join(SUMS)).unwrap_or_default();
        let other = elsewhere.join("target/dist").join(name());
        let (one, two) = (read(&first.folder), read(&other));
        for line in two.lines().filter(|line| !one.contains(line)) {
            println!("differs: {line}");
        }
        bail!("the two releases differ (is everything committed?)");
    }
    println!("the two archives are the same, byte for byte");
    Ok(())
}

/// The programs for this kind of machine, without names of its folders.
fn programs(project: &Project) -> Result<Vec<(&'static str, PathBuf)>> {
    let mut command = cargo(project);
    command.args(["build", "--release", "--locked", "--target", host()]);
    for (package, program) in PROGRAMS {
        command.args(["-p", package, "--bin", program]);
    }
    let flags = wasm::remapped(project);
    let quoted: Vec<String> = flags.iter().map(|flag| format!("{flag:?}")).collect();
    let c: Vec<String> = wasm::folders(project)
        .iter()
        .map(|(from, to)| format!("-ffile-prefix-map={from}={to}"))
        .collect();
    command
        .arg("--config")
        .arg(format!(
            "target.{}.rustflags=[{}]",
            host(),
            quoted.join(",")
        ))
        .args(["--config", "profile.release.strip=\"symbols\""])
        .env(format!("CFLAGS_{}", host().replace('-', "_")), c.join(" "));
    shell::run(&mut command)?;
    let folder = project.target().join(host()).join("release");
    Ok(PROGRAMS
        .iter()
        .map(|(_, program)| (*program, folder.join(program)))
        .collect())
}

/// Writes the proxies' headers for the pages of a built app.
pub fn write_headers(app: &Path, hosting: &Path) -> Result<()> {
    let page = |name: &str| {
        let path = app.join(name);
        fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
    };
    let (page_of_app, console) = (page("index.html")?, page("console/index.html")?);
    let policies = Policies {
        app: policy_of(&page_of_app).context("the app's page has no policy")?,
        console: policy_of(&console).context("the office's page has no policy")?,
    };
    write(
        &hosting.join("nginx/headers.conf"),
        &hosting::nginx(&policies),
    )?;
    write(&hosting.join("headers.caddy"), &hosting::caddy(&policies))
}

/// What was built from what.
struct Commit {
    id: String,
    seconds: u64,
}

impl Commit {
    /// Outside a repository the commit is unknown, and the time is none.
    fn of(project: &Project) -> Self {
        let git = |arguments: &[&str]| shell::output(program(project, "git").args(arguments));
        let id = git(&["rev-parse", "HEAD"]).unwrap_or_else(|| "unknown".to_owned());
        let changed = git(&["status", "--porcelain"]).is_some_and(|text| !text.is_empty());
        let seconds = git(&["log", "-1", "--format=%ct"]).and_then(|text| text.parse().ok());
        Self {
            id: if changed {
                format!("{id} and changes")
            } else {
                id
            },
            seconds: seconds.unwrap_or(0),
        }
    }
}

/// Version, commit, and size and sum of every file; then the sums in the form of `sha256sum`.
fn write_manifest(release: &Release, commit: &Commit) -> Result<()> {
    let mut files = BTreeMap::new();
    for (name, path) in listed(&release.folder)? {
        let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        files.insert(name, (bytes.len(), hex(&Sha256::digest(&bytes))));
    }
    let mut sums = String::new();
    for (name, (_, sum)) in &files {
        sums.push_str(&format!("{sum}  {name}\n"));
    }
    let described: BTreeMap<_, _> = files
        .iter()
        .map(|(name, (bytes, sum))| (name, json!({ "bytes": bytes, "sha256": sum })))
        .collect();
    let manifest = json!({
        "name": "vaekstspejl",
        "version": env!("CARGO_PKG_VERSION"),
        "commit": commit.id,
        "machine": host(),
        "formats": {
            "profile-file": 1, "profile-code": 1, "envelope": 1, "key-file": 1, "overlays": 1,
        },
        "files": described,
    });
    let text = format!("{manifest:#}\n");
    sums.push_str(&format!("{}  manifest.json\n", hex(&Sha256::digest(&text))));
    write(&release.folder.join("manifest.json"), &text)?;
    write(&release.folder.join(SUMS), &sums)
}

/// The folder as one file, the same for the same content.
fn pack(release: &Release, seconds: u64) -> Result<()> {
    let file = fs::File::create(&release.archive)
        .with_context(|| format!("making {}", release.archive.display()))?;
    let squeezed = GzBuilder::new().mtime(0).write(file, Compression::best());
    let mut archive = tar::Builder::new(squeezed);
    for (name, path) in listed(&release.folder)? {
        let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        let mut header = tar::Header::new_gnu();
        header.set_size(u64::try_from(bytes.len())?);
        header.set_mtime(seconds);
        header.set_mode(if name.starts_with("bin/") {
            0o755
        } else {
            0o644
        });
        let inside = format!("{}/{name}", self::name());
        archive.append_data(&mut header, inside, bytes.as_slice())?;
    }
    archive.into_inner()?.finish()?.flush()?;
    Ok(())
}

/// All files of a folder by their names in it, sorted.
fn listed(folder: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(current) = folders.pop() {
        for entry in
            fs::read_dir(&current).with_context(|| format!("reading {}", current.display()))?
        {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path
                .strip_prefix(folder)?
                .to_string_lossy()
                .replace('\\', "/");
            files.insert(name, path);
        }
    }
    Ok(files)
}

/// Copies a file, or a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    let all = if from.is_dir() {
        listed(from)?
    } else {
        BTreeMap::from([(String::new(), from.to_path_buf())])
    };
    for (name, path) in all {
        let to = if name.is_empty() {
            to.to_path_buf()
        } else {
            to.join(name)
        };
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).with_context(|| format!("making {}", parent.display()))?;
        }
        fs::copy(&path, &to)
            .with_context(|| format!("copying {} to {}", path.display(), to.display()))?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("writing {}", path.display()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
