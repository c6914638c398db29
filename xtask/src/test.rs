//! `cargo xtask test`: everything that must hold, cheapest first, until something does not.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use serde_json::Value;

use crate::demonstration::{ANY_PORT, Demonstration};
use crate::dist::{self, Release};
use crate::nginx::Nginx;
use crate::project::Project;
use crate::shell::{self, cargo, program};
use crate::tools::WASM_TARGET;
use crate::{fuzz, tools, wasm};

/// One half of the tests, for developers in a hurry.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Half {
    /// Format, lints, native tests, content check
    Native,
    /// The release build with its budget, and the browser tests
    Browser,
}

/// How many single tests a step ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
}

/// What a step found: its tests, and why it failed if it did.
struct Outcome {
    count: Count,
    failure: Option<anyhow::Error>,
}

/// The outcome of a step that has no single tests.
impl From<Result<()>> for Outcome {
    fn from(result: Result<()>) -> Self {
        let failure = result.err();
        Self {
            count: Count {
                passed: 0,
                failed: u64::from(failure.is_some()),
            },
            failure,
        }
    }
}

/// The step that makes what the browser tests are run against.
const RELEASE: &str = "release with budget";

type Step = (&'static str, Half, fn(&Project, &[String]) -> Outcome);

const STEPS: [Step; 8] = [
    ("format", Half::Native, format),
    ("clippy", Half::Native, clippy),
    ("clippy for the browser", Half::Native, clippy_wasm),
    ("native tests", Half::Native, native),
    ("fuzz targets, a fixed number of inputs", Half::Native, fuzz),
    ("content check", Half::Native, content_check),
    (RELEASE, Half::Browser, release),
    ("browser tests", Half::Browser, browser),
];

/// The step beside which the release is already being made, where both halves are run.
const BESIDE: &str = "native tests";

/// Runs the steps in order and stops at the first that fails. The release begins beside the native
/// tests: for most of its time it needs one processor only.
///
/// `browser` goes to the browser tests as it is.
/// With `built`, the release that is there is tested.
pub fn test(project: &Project, only: Option<Half>, built: bool, browser: &[String]) -> Result<()> {
    let begun = Instant::now();
    let mut total = Count::default();
    let mut times = Vec::new();
    let mut failed = None;
    let mut beside = None;
    for (title, half, step) in STEPS {
        if only.is_some_and(|only| only != half) || (built && title == RELEASE) {
            continue;
        }
        if title == BESIDE && only.is_none() && !built {
            beside = Some(Beside::begin(project)?);
        }
        println!("\n=== {title} ===");
        let step_begun = Instant::now();
        let outcome = match beside.take_if(|_| title == RELEASE) {
            Some(begun) => begun.end().into(),
            None => step(project, browser),
        };
        total.passed += outcome.count.passed;
        total.failed += outcome.count.failed;
        times.push((title, step_begun.elapsed().as_secs_f32()));
        if let Some(error) = outcome.failure {
            failed = Some((title, error));
            break;
        }
    }
    println!();
    for (title, seconds) in times {
        println!("{seconds:7.1} s  {title}");
    }
    println!("{:7.1} s  in all\n", begun.elapsed().as_secs_f32());
    if let Some((title, error)) = &failed {
        println!("failed: {title}: {error:#}");
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    match failed {
        None => Ok(()),
        Some((title, _)) => bail!("the step `{title}` failed"),
    }
}

/// The release, made by a program of its own while this one goes on.
struct Beside {
    program: Child,
    said: PathBuf,
}

impl Beside {
    fn begin(project: &Project) -> Result<Self> {
        let said = project.scratch().join("release.log");
        fs::create_dir_all(project.scratch())?;
        let log = fs::File::create(&said)?;
        let program = program(project, std::env::current_exe()?)
            .arg("dist")
            .stdin(Stdio::null())
            .stderr(log.try_clone()?)
            .stdout(log)
            .spawn()?;
        Ok(Self { program, said })
    }

    /// Waits for it, and shows what it said.
    fn end(mut self) -> Result<()> {
        let status = self.program.wait()?;
        println!("{}", fs::read_to_string(&self.said)?);
        ensure!(status.success(), "`cargo xtask dist` failed ({status})");
        Ok(())
    }
}

/// When a step fails, the release is given up; a compiler it has begun still comes to its end.
impl Drop for Beside {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn format(project: &Project, _: &[String]) -> Outcome {
    shell::run(cargo(project).args(["fmt", "--all", "--check"]))
        .context("`cargo fmt --all` mends this")
        .into()
}

fn clippy(project: &Project, _: &[String]) -> Outcome {
    shell::run(cargo(project).args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--",
        "-D",
        "warnings",
    ]))
    .into()
}

fn clippy_wasm(project: &Project, _: &[String]) -> Outcome {
    // One after the other: together, the app would be looked at with the start it has alone.
    ["vaekstspejl", "vaekstspejl-console"]
        .into_iter()
        .try_for_each(|package| {
            shell::run(cargo(project).args([
                "clippy",
                "-p",
                package,
                "--lib",
                "--target",
                WASM_TARGET,
                "--",
                "-D",
                "warnings",
            ]))
        })
        .into()
}

fn native(project: &Project, _: &[String]) -> Outcome {
    if let Err(error) = tools::ensure_postgres(project) {
        return Err(error).into();
    }
    let mut count = Count::default();
    let succeeded = shell::run_reading(
        cargo(project).args(["test", "--workspace", "--all-features", "--no-fail-fast"]),
        |line| {
            if let Some(found) = cargo_summary(line) {
                count.passed += found.passed;
                count.failed += found.failed;
            }
        },
    );
    let failure = match succeeded {
        Err(error) => Some(error),
        Ok(true) => None,
        Ok(false) if count.failed > 0 => Some(anyhow::anyhow!("{} test(s) failed", count.failed)),
        Ok(false) => Some(anyhow::anyhow!("the tests could not be built or run")),
    };
    if failure.is_some() {
        count.failed = count.failed.max(1);
    }
    Outcome { count, failure }
}

/// Reads `test result: ok. 12 passed; 0 failed; …`.
fn cargo_summary(line: &str) -> Option<Count> {
    let (_, rest) = line.split_once("test result: ")?;
    let number = |word: &str| {
        let (before, _) = rest.split_once(word)?;
        before.split_whitespace().next_back()?.parse().ok()
    };
    Some(Count {
        passed: number(" passed")?,
        failed: number(" failed")?,
    })
}

fn fuzz(project: &Project, _: &[String]) -> Outcome {
    match fuzz::smoke(project) {
        Err(error) => Err(error).into(),
        Ok(passed) => Outcome {
            count: Count { passed, failed: 0 },
            failure: None,
        },
    }
}

fn content_check(project: &Project, _: &[String]) -> Outcome {
    shell::run(cargo(project).args(["run", "--quiet", "-p", "vaekst", "--", "check"])).into()
}

fn release(project: &Project, _: &[String]) -> Outcome {
    dist::dist(project).map(drop).into()
}

fn browser(project: &Project, arguments: &[String]) -> Outcome {
    match run_browser_tests(project, arguments) {
        Err(error) => Err(error).into(),
        Ok((true, count)) => Outcome {
            count,
            failure: None,
        },
        Ok((false, count)) => Outcome {
            count: Count {
                failed: count.failed.max(1),
                ..count
            },
            failure: Some(anyhow::anyhow!(
                "{} browser test(s) failed; with TRACE=1 their traces are left in test-results/",
                count.failed
            )),
        },
    }
}

fn run_browser_tests(project: &Project, arguments: &[String]) -> Result<(bool, Count)> {
    tools::ensure_for_browser(project)?;
    let chromium = tools::chromium().context("Chromium is missing: name it in CHROMIUM")?;
    let report = project.path("test-results/browser.json");
    if report.exists() {
        fs::remove_file(&report).with_context(|| format!("removing {}", report.display()))?;
    }
    let vectors = wasm::vectors(project)?;
    // The release, its own relay's code behind it, and nginx with its own settings in front.
    let release = Release::of(project);
    let mut demonstration = Demonstration::fresh(project)?;
    let site = demonstration.site(&release.app())?;
    let relay = demonstration.serve(None, ANY_PORT)?;
    let folder = project.scratch().join("nginx");
    let nginx = Nginx::start(&folder, &site, &release.folder.join("hosting"), relay, None)?;
    let address = nginx.address();
    demonstration.write_key_file(address)?;
    let succeeded = shell::run_reading(
        program(project, "npx")
            .args(["--no-install", "playwright", "test"])
            .args(arguments)
            .env("VAEKST_URL", format!("http://{address}/"))
            .envs(demonstration.environment())
            .env("VAEKST_DIST", Nginx::site(&folder))
            .env("VAEKST_CLI", release.program("vaekst"))
            .env("RELAY_BINARY", release.program("vaekst-relay"))
            .env("VAEKST_VECTORS", vectors)
            .env("CHROMIUM", chromium)
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
        |_| {},
    )?;
    let text = fs::read_to_string(&report)
        .with_context(|| format!("the browser tests left no report at {}", report.display()))?;
    Ok((succeeded, playwright_summary(&serde_json::from_str(&text)?)))
}

/// Reads the numbers of Playwright's JSON report.
fn playwright_summary(report: &Value) -> Count {
    let number = |name: &str| report["stats"][name].as_u64().unwrap_or(0);
    let errors = report["errors"].as_array().map_or(0, Vec::len);
    Count {
        passed: number("expected"),
        failed: number("unexpected") + number("flaky") + u64::try_from(errors).unwrap_or(1),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_summary_of_cargo_is_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        let count = Count {
            passed: 12,
            failed: 3,
        };
        assert_eq!(cargo_summary(line), Some(count));
        assert_eq!(cargo_summary("test a_test ... ok"), None);
        assert_eq!(cargo_summary("running 12 passed tests"), None);
    }

    #[test]
    fn the_report_of_playwright_is_read() {
        let report = json!({
            "errors": [],
            "stats": {"expected": 20, "unexpected": 1, "flaky": 1, "skipped": 4},
        });
        let count = Count {
            passed: 20,
            failed: 2,
        };
        assert_eq!(playwright_summary(&report), count);
    }

    #[test]
    fn a_suite_that_could_not_be_loaded_has_failed() {
        let report = json!({"errors": [{"message": "no such module"}], "stats": {"expected": 0}});
        assert_eq!(playwright_summary(&report).failed, 1);
    }

    #[test]
    fn a_step_without_single_tests_fails_as_one() {
        let outcome = Outcome::from(Err(anyhow::anyhow!("over budget")));
        assert_eq!(outcome.count.failed, 1);
        assert_eq!(Outcome::from(Ok(())).count, Count::default());
    }
}
