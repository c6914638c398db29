//! `cargo xtask bench`: the engine alone, the bytes, the app in a throttled browser, and the relay
//! under load; the figures go into docs/performance.md.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use serde_json::Value;

use crate::build::Built;
use crate::compress::grouped;
use crate::demonstration::{ANY_PORT, Demonstration};
use crate::project::Project;
use crate::shell::{self, cargo, program};
use crate::{bench_relay, build, tools};

/// One part of the measures, for developers in a hurry.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// The engine, the sizes and the browser
    App,
    /// The relay under load, on both stores
    Relay,
}

/// Measures everything, or one part, and writes the tables.
pub fn bench(project: &Project, runs: u32, only: Option<Part>) -> Result<()> {
    if only != Some(Part::Relay) {
        write(project, "measured", &app(project, runs)?)?;
    }
    if only != Some(Part::App) {
        write(project, "relay", &bench_relay::bench(project)?)?;
    }
    Ok(())
}

/// Puts a text between its marks.
fn write(project: &Project, part: &str, text: &str) -> Result<()> {
    println!("\n{text}");
    let file = project.path("docs/performance.md");
    let page = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    fs::write(&file, between_marks(&page, part, text)?)
        .with_context(|| format!("writing {}", file.display()))?;
    println!("written to docs/performance.md");
    Ok(())
}

/// The engine, the sizes and the browser.
fn app(project: &Project, runs: u32) -> Result<String> {
    let begun = SystemTime::now();
    tools::ensure_for_build(project)?;
    tools::ensure_for_browser(project)?;
    shell::run(cargo(project).args([
        "bench",
        "-p",
        "vaekstspejl-engine",
        "--features",
        "authoring",
    ]))?;
    let engine = criterion_medians(&project.target().join("criterion"), begun)?;
    let built = build::build(project, &build::Wishes::default())?;
    let browser = browser(project, runs)?;

    let mut text = machine(project, &browser);
    text.push_str(&browser_table(&browser, &built)?);
    text.push_str(&engine_table(&engine));
    text.push_str(&size_table(&built));
    Ok(text)
}

/// Runs the measuring script against the served app.
fn browser(project: &Project, runs: u32) -> Result<Value> {
    let chromium = tools::chromium().context("Chromium is missing: name it in CHROMIUM")?;
    let result = project.scratch().join("browser.json");
    let address = Demonstration::fresh(project)?.serve(project, ANY_PORT)?;
    let address = format!("http://{address}/");
    shell::run(
        program(project, "node")
            .args(["tests/browser/bench.mjs", &address, &runs.to_string()])
            .arg(&result)
            .env("CHROMIUM", chromium),
    )?;
    let text = fs::read_to_string(&result).context("the browser measures left no result")?;
    Ok(serde_json::from_str(&text)?)
}

/// Where and when it was measured.
fn machine(project: &Project, browser: &Value) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let date = shell::output(program(project, "date").arg("+%Y-%m-%d")).unwrap_or_default();
    let chromium = browser["chromium"].as_str().unwrap_or("unknown");
    format!("Measured {date} on {cores} cores with Chromium {chromium}.\n\n")
}

/// The rows of design §5 with what was measured.
fn browser_table(measured: &Value, built: &Built) -> Result<String> {
    let mut table = String::from(
        "| in the browser | budget | median | smallest | largest | runs |\n|---|---:|---:|---:|---:|---:|\n",
    );
    let budget = built.budget();
    let _ = writeln!(
        table,
        "| bytes {} (Brotli) | ≤ {} | {} | | | exact |",
        budget.what,
        grouped(budget.bytes),
        grouped(built.sizes().sum(&budget))
    );
    let questions = &measured["questions"];
    for (what, budget, key) in [
        (
            "first contentful paint of `/`".to_owned(),
            "≤ 400 ms",
            "paint",
        ),
        (
            "first question of the self-test answerable".to_owned(),
            "≤ 1000 ms",
            "question",
        ),
        (
            format!("answer → next question painted (median of {questions} questions)"),
            "≤ 25 ms",
            "step",
        ),
        (
            "last answer → profile and recommendations painted".to_owned(),
            "–",
            "profile",
        ),
    ] {
        let values: Vec<f64> = measured[key]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_f64)
            .collect();
        let row = Spread::of(&values).with_context(|| format!("no values for {what}"))?;
        let _ = writeln!(
            table,
            "| {what} | {budget} | {} | {} | {} | {} |",
            milliseconds(row.median),
            milliseconds(row.smallest),
            milliseconds(row.largest),
            values.len()
        );
    }
    table.push('\n');
    Ok(table)
}

/// The engine's benchmarks: name and median in nanoseconds.
fn engine_table(medians: &[(String, f64)]) -> String {
    let mut table = String::from("| the engine alone, natively | median |\n|---|---:|\n");
    for (name, nanoseconds) in medians {
        let _ = writeln!(table, "| {name} | {} |", milliseconds(nanoseconds / 1e6));
    }
    table.push('\n');
    table
}

fn size_table(built: &Built) -> String {
    let budget = built.budget();
    let mut table = String::from("| file | raw | Brotli | counts |\n|---|---:|---:|---|\n");
    for (name, size) in built.sizes().iter() {
        let counts = if budget.files.contains(&name) {
            "yes"
        } else {
            ""
        };
        let _ = writeln!(
            table,
            "| {} | {} | {} | {counts} |",
            without_hash(name),
            grouped(size.raw),
            grouped(size.brotli)
        );
    }
    table
}

/// `app-0123456789ab.js` → `app.js`: the table should change only when a size does.
fn without_hash(name: &str) -> String {
    match name.rsplit_once('.').and_then(|(stem, extension)| {
        let (stem, hash) = stem.rsplit_once('-')?;
        let hashed = hash.len() == 12 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        hashed.then(|| format!("{stem}.{extension}"))
    }) {
        Some(short) => short,
        None => name.to_owned(),
    }
}

fn milliseconds(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0} ms")
    } else if value >= 1.0 {
        format!("{value:.1} ms")
    } else {
        format!("{value:.3} ms")
    }
}

/// The middle and the ends of some values.
#[derive(Debug, PartialEq)]
struct Spread {
    smallest: f64,
    median: f64,
    largest: f64,
}

impl Spread {
    fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let upper = *sorted.get(middle)?;
        let median = if sorted.len().is_multiple_of(2) {
            f64::midpoint(*sorted.get(middle - 1)?, upper)
        } else {
            upper
        };
        Some(Self {
            smallest: *sorted.first()?,
            median,
            largest: *sorted.last()?,
        })
    }
}

/// Reads criterion's files of this run, by name; older ones are of deleted benchmarks.
fn criterion_medians(folder: &Path, since: SystemTime) -> Result<Vec<(String, f64)>> {
    let mut medians = Vec::new();
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
            let fresh = path
                .metadata()
                .and_then(|data| data.modified())
                .is_ok_and(|modified| modified >= since);
            if !(fresh && path.ends_with("new/estimates.json")) {
                continue;
            }
            let read = |path: &Path| -> Result<Value> {
                Ok(serde_json::from_str(&fs::read_to_string(path)?)?)
            };
            let name = read(&path.with_file_name("benchmark.json"))?;
            let name = name["full_id"].as_str().unwrap_or("unnamed").to_owned();
            let median = read(&path)?["median"]["point_estimate"]
                .as_f64()
                .with_context(|| format!("{} has no median", path.display()))?;
            medians.push((name, median));
        }
    }
    ensure!(
        !medians.is_empty(),
        "criterion left no results in {}",
        folder.display()
    );
    medians.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(medians)
}

/// Puts the text between the two marks of its part of the page.
fn between_marks(page: &str, part: &str, text: &str) -> Result<String> {
    let begin = format!("<!-- {part}: begin -->");
    let end = format!("<!-- {part}: end -->");
    let parts = page.split_once(&begin).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(&end)?;
        Some((before, after))
    });
    let (before, after) =
        parts.with_context(|| format!("docs/performance.md needs the marks {begin} and {end}"))?;
    Ok(format!("{before}{begin}\n{text}{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        let spread = |smallest, median, largest| Spread {
            smallest,
            median,
            largest,
        };
        assert_eq!(Spread::of(&[3.0, 1.0, 2.0]), Some(spread(1.0, 2.0, 3.0)));
        assert_eq!(Spread::of(&[4.0, 1.0]), Some(spread(1.0, 2.5, 4.0)));
        assert_eq!(Spread::of(&[]), None);
    }

    #[test]
    fn only_what_is_between_the_marks_changes() {
        let page =
            |text| format!("# Title\n<!-- part: begin -->\n{text}<!-- part: end -->\nmore\n");
        let once = between_marks(&page("old\n"), "part", "new\n").unwrap();
        assert_eq!(once, page("new\n"));
        assert_eq!(between_marks(&once, "part", "new\n").unwrap(), once);
        assert!(between_marks("no marks", "part", "new").is_err());
        assert!(between_marks(&page("old\n"), "other", "new").is_err());
    }

    #[test]
    fn names_lose_their_hash_only() {
        assert_eq!(without_hash("app-0123456789ab.js"), "app.js");
        assert_eq!(without_hash("apple-touch-icon.png"), "apple-touch-icon.png");
        assert_eq!(without_hash("icon.svg"), "icon.svg");
    }

    #[test]
    fn times_have_a_fitting_number_of_digits() {
        let shown = [0.0421, 1.26, 31.04, 384.4].map(milliseconds);
        assert_eq!(shown, ["0.042 ms", "1.3 ms", "31.0 ms", "384 ms"]);
    }
}
