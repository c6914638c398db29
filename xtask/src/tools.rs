//! What must be on the machine. What can be installed is installed, showing the command;
//! for the rest there is one line saying what to do.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Result, bail};

use crate::nginx;
use crate::project::Project;
use crate::shell::{self, program};

/// The target the app is compiled for.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// The oldest Node the npm packages run on.
const OLDEST_NODE: u32 = 20;
/// Debian's names of what the browser tests use: a browser, an independent reader of QR
/// images, a reader of PDFs, and a host.
const BROWSER_PACKAGES: [(&str, &str); 5] = [
    ("chromium", "chromium"),
    (nginx::PROGRAM, "nginx-light"),
    (nginx::MODULE, "libnginx-mod-http-brotli-static"),
    ("zbarimg", "zbar-tools"),
    ("pdftotext", "poppler-utils"),
];

/// The folder where Debian keeps servers by version.
const POSTGRES: &str = "/usr/lib/postgresql";

/// What a build needs: the wasm target, Node and the npm packages of package-lock.json.
pub fn ensure_for_build(project: &Project) -> Result<()> {
    ensure_wasm_target(project)?;
    ensure_node(project)?;
    ensure_npm_packages(project)
}

/// What the browser tests need besides: Chromium, two independent readers, nginx.
pub fn ensure_for_browser(project: &Project) -> Result<()> {
    let missing: Vec<&str> = BROWSER_PACKAGES
        .iter()
        .filter(|(program, _)| match *program {
            "chromium" => chromium().is_none(),
            nginx::PROGRAM | nginx::MODULE => !Path::new(program).is_file(),
            other => on_path(other).is_none(),
        })
        .map(|(_, package)| *package)
        .collect();
    install(
        project,
        &missing,
        "the browser tests",
        "name the browser in CHROMIUM",
    )
}

/// What the tests of the relay's second store need: a PostgreSQL they can start by themselves.
pub fn ensure_postgres(project: &Project) -> Result<()> {
    let debian = std::fs::read_dir(POSTGRES)
        .into_iter()
        .flatten()
        .flatten()
        .any(|version| version.path().join("bin/initdb").is_file());
    if debian || on_path("initdb").is_some() {
        return Ok(());
    }
    install(
        project,
        &["postgresql"],
        "the tests of PostgreSQL",
        "put the folder with `initdb` into PATH",
    )
}

/// What measuring in the browser needs besides: the packages of tests/bench/package-lock.json.
pub fn ensure_for_bench(project: &Project) -> Result<()> {
    ensure_npm_packages_in(project, "tests/bench")
}

/// What measuring the relay needs besides: a program that makes the disk slow on purpose.
pub fn ensure_strace(project: &Project) -> Result<()> {
    let missing: &[&str] = match on_path("strace") {
        Some(_) => &[],
        None => &["strace"],
    };
    install(
        project,
        missing,
        "the relay's benchmarks",
        "put it into PATH",
    )
}

/// Installs Debian packages, or says who has to, and what else to do.
fn install(project: &Project, packages: &[&str], who: &str, or_else: &str) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let Some(apt) = apt_as_root(project) else {
        bail!(
            "{who} need {}: as root, run `apt-get install -y {}` (Debian), or install them your system's way and {or_else}",
            packages.join(", "),
            packages.join(" ")
        );
    };
    shell::run(apt_get(project, &apt).arg("update"))?;
    shell::run(
        apt_get(project, &apt)
            .args(["install", "-y"])
            .args(packages),
    )
}

/// The browser to test with: the one named in `CHROMIUM`, or the system's.
pub fn chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Some(PathBuf::from(named)).filter(|path| path.is_file());
    }
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(on_path)
}

fn ensure_wasm_target(project: &Project) -> Result<()> {
    let Some(sysroot) = shell::output(program(project, "rustc").args(["--print", "sysroot"]))
    else {
        bail!("rustc is missing: install Rust from https://rustup.rs and run this again");
    };
    if Path::new(&sysroot)
        .join("lib/rustlib")
        .join(WASM_TARGET)
        .is_dir()
    {
        return Ok(());
    }
    if on_path("rustup").is_none() {
        bail!(
            "Rust's target {WASM_TARGET} is missing and so is rustup: install Rust from https://rustup.rs and run this again"
        );
    }
    shell::run(program(project, "rustup").args(["target", "add", WASM_TARGET]))
}

fn ensure_node(project: &Project) -> Result<()> {
    let advice = format!(
        "Node {OLDEST_NODE} or newer with npm is needed: install it from https://nodejs.org and run this again"
    );
    let Some(version) = shell::output(program(project, "node").arg("--version")) else {
        bail!("node is missing. {advice}");
    };
    if major(&version).is_none_or(|major| major < OLDEST_NODE) {
        bail!("node is {version}. {advice}");
    }
    if on_path("npm").is_none() {
        bail!("npm is missing. {advice}");
    }
    Ok(())
}

/// The first number of `v20.19.2`.
fn major(version: &str) -> Option<u32> {
    version
        .trim_start_matches('v')
        .split('.')
        .next()?
        .parse()
        .ok()
}

fn ensure_npm_packages(project: &Project) -> Result<()> {
    ensure_npm_packages_in(project, "")
}

fn ensure_npm_packages_in(project: &Project, folder: &str) -> Result<()> {
    let folder = project.path(folder);
    let lock = changed(&folder.join("package-lock.json"));
    let installed = changed(&folder.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= lock {
        return Ok(());
    }
    shell::run(
        program(project, "npm")
            .current_dir(&folder)
            .args(["ci", "--include=dev", "--no-audit", "--no-fund"])
            // the system's Chromium is used
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
    )
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|data| data.modified()).ok()
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// The words in front of `apt-get` for someone who may install; nothing for others.
fn apt_as_root(project: &Project) -> Option<Vec<&'static str>> {
    on_path("apt-get")?;
    let user = shell::output(program(project, "id").arg("-u"))?;
    if user == "0" {
        return Some(vec!["apt-get"]);
    }
    shell::output(program(project, "sudo").args(["-n", "true"]))?;
    Some(vec!["sudo", "-n", "apt-get"])
}

fn apt_get(project: &Project, words: &[&str]) -> Command {
    let mut command = program(project, words[0]);
    command
        .args(&words[1..])
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(major("v20.19.2"), Some(20));
        assert_eq!(major("22.1.0"), Some(22));
        assert_eq!(major("next"), None);
    }
}
