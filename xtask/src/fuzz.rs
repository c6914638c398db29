//! Fuzzing: `fuzz/` is built with the compiler's coverage and run, for a fixed number of inputs in
//! the tests and for as long as one likes by hand. What the flags are for: fuzz/README.md.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::project::Project;
use crate::shell::{self, cargo, program};

/// What cargo-fuzz gives the compiler without a sanitizer: counters at every edge, and the values
/// that are compared, so that libFuzzer sees what an input reaches.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Given so that the flags are not for build scripts and macros.
const HOST: &str = "x86_64-unknown-linux-gnu";

/// Inputs for each target in the tests, and for those that do much with each: compute keys, build
/// all that an office publishes.
const RUNS: u32 = 10_000;
const SLOW_RUNS: u32 = 1_000;
const SLOW: [&str; 6] = [
    "letter_open",
    "letter_frame",
    "key_file",
    "offer_sheet",
    "office_settings",
    "office_logo",
];

/// Of a letter with its header; more than that only makes inputs slow.
const LONGEST_INPUT: u32 = 5_000;

/// The long mode: other inputs each time, for so many seconds each target, or one target only.
pub fn fuzz(project: &Project, seconds: u32, only: Option<&str>) -> Result<()> {
    let targets = targets(project)?;
    if let Some(only) = only.filter(|only| !targets.iter().any(|it| it == only)) {
        bail!("there is no target `{only}`, but {}", targets.join(", "));
    }
    build(project)?;
    for target in targets
        .iter()
        .filter(|it| only.is_none_or(|only| only == **it))
    {
        let learnt = folder(project, &format!("learnt/{target}"))?;
        run(
            project,
            target,
            &format!("-max_total_time={seconds}"),
            &learnt,
        )?;
    }
    Ok(())
}

/// The mode of the tests: the seeds, and a fixed number of inputs that are the same each time.
/// The answer is how many targets held.
pub fn smoke(project: &Project) -> Result<u64> {
    let targets = targets(project)?;
    build(project)?;
    let mut held = 0;
    for target in &targets {
        let runs = if SLOW.contains(&target.as_str()) {
            SLOW_RUNS
        } else {
            RUNS
        };
        // what one run learns is not for the next: it is to be the same each time
        let learnt = folder(project, &format!("smoke/{target}"))?;
        fs::remove_dir_all(&learnt).with_context(|| format!("emptying {}", learnt.display()))?;
        let learnt = folder(project, &format!("smoke/{target}"))?;
        run(project, target, &format!("-runs={runs}"), &learnt)?;
        held += 1;
    }
    Ok(held)
}

/// Every folder of seeds is a target.
fn targets(project: &Project) -> Result<Vec<String>> {
    let corpus = project.path("fuzz/corpus");
    let mut targets = Vec::new();
    for entry in fs::read_dir(&corpus).with_context(|| format!("reading {}", corpus.display()))? {
        targets.push(entry?.file_name().to_string_lossy().into_owned());
    }
    targets.sort();
    Ok(targets)
}

fn output(project: &Project) -> PathBuf {
    project.target().join("fuzz")
}

fn folder(project: &Project, name: &str) -> Result<PathBuf> {
    let folder = output(project).join(name);
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder)
}

fn build(project: &Project) -> Result<()> {
    shell::run(
        cargo(project)
            .current_dir(project.path("fuzz"))
            .args(["build", "--locked", "--release", "--bins", "--target", HOST])
            .arg("--target-dir")
            .arg(output(project))
            .env("RUSTFLAGS", FLAGS),
    )
    .context("fuzzing needs x86-64 Linux and a C++ compiler (g++ or clang++)")
}

/// Runs one target over its seeds. libFuzzer writes what it learns to the first folder, so the
/// seeds of the checkout stay as they are.
fn run(project: &Project, target: &str, length: &str, learnt: &Path) -> Result<()> {
    let binary = output(project).join(HOST).join("release").join(target);
    let found = folder(project, "found")?;
    let mut command = program(project, binary);
    command
        .arg(length)
        .arg(format!("-max_len={LONGEST_INPUT}"))
        .args(["-verbosity=0", "-timeout=20", "-rss_limit_mb=2048"])
        .arg(format!("-artifact_prefix={}/{target}-", found.display()))
        .arg(learnt)
        .arg(project.path("fuzz/corpus").join(target));
    if length.starts_with("-runs") {
        command.arg("-seed=1");
    }
    shell::run(&mut command).with_context(|| {
        let found = found.display();
        format!("`{target}` breaks a claim; the input is in {found}")
    })
}
