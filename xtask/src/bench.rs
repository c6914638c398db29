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
use crate::dist;
use crate::nginx::Nginx;
use crate::project::Project;
use crate::shell::{self, cargo, program};
use crate::{bench_relay, build, tools};

/// One part of the measures, for developers in a hurry.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// The engine, the sizes, the browser beside the peer
    App,
    /// Lighthouse on every screen
    Lighthouse,
    /// The relay under load, on both stores
    Relay,
}

/// Measures everything, or one part, and writes the tables.
pub fn bench(project: &Project, runs: u32, only: Option<Part>) -> Result<()> {
    let wanted = |part| only.is_none_or(|only| only == part);
    if wanted(Part::App) {
        write(project, "measured", &app(project, runs)?)?;
    }
    if wanted(Part::Lighthouse) {
        write(project, "lighthouse", &lighthouse(project)?)?;
    }
    if wanted(Part::Relay) {
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
    let built = build::build(project, &[])?;
    let browser = browser(project, runs)?;

    let mut text = machine(project, &browser);
    text.push_str(&browser_table(&browser, &built)?);
    text.push_str(&engine_table(&engine));
    text.push_str(&size_table(&built));
    Ok(text)
}

/// The built app behind nginx with the shipped settings, and a folder of plain files beside it.
fn behind_nginx(project: &Project, plain: Option<&Path>) -> Result<(Demonstration, Nginx)> {
    let hosting = project.scratch().join("hosting");
    dist::copy(&project.path("hosting"), &hosting)?;
    dist::write_headers(&project.dist(), &hosting)?;
    let mut demonstration = Demonstration::fresh(project)?;
    let site = demonstration.site(&project.dist())?;
    let relay = demonstration.serve(None, ANY_PORT)?;
    let folder = project.scratch().join("nginx");
    let nginx = Nginx::start(&folder, &site, &hosting, relay, plain)?;
    Ok((demonstration, nginx))
}

/// Runs a measuring script of tests/bench/; the answer is the result it leaves.
fn script(project: &Project, name: &str, arguments: &[&str]) -> Result<Value> {
    let chromium = tools::chromium().context("Chromium is missing: name it in CHROMIUM")?;
    let result = project.scratch().join(name).with_extension("json");
    shell::run(
        program(project, "node")
            .arg(format!("tests/bench/{name}"))
            .args(arguments)
            .arg(&result)
            .env("CHROMIUM", chromium),
    )?;
    let text = fs::read_to_string(&result)
        .with_context(|| format!("tests/bench/{name} left no result"))?;
    Ok(serde_json::from_str(&text)?)
}

/// What `vaekst` says, as JSON.
fn told(project: &Project, arguments: &[&str], file: &str) -> Result<String> {
    let text = shell::output(
        cargo(project)
            .args(["run", "--quiet", "-p", "vaekst", "--"])
            .args(arguments),
    )
    .with_context(|| format!("vaekst {} failed", arguments.join(" ")))?;
    let path = project.scratch().join(file);
    fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    Ok(path.display().to_string())
}

/// Runs the measuring script against the served app and the peer's page, in turn.
fn browser(project: &Project, runs: u32) -> Result<Value> {
    tools::ensure_for_bench(project)?;
    let peer = project.scratch().join("peer");
    fs::create_dir_all(&peer).with_context(|| format!("making {}", peer.display()))?;
    let (_demonstration, nginx) = behind_nginx(project, Some(&peer))?;
    let questions = told(
        project,
        &["questions", "--format", "json"],
        "questions.json",
    )?;
    let ours = format!("http://{}/", nginx.address());
    let peers = format!("http://{}/", nginx.plain_address());
    let (folder, runs) = (peer.display().to_string(), runs.to_string());
    script(
        project,
        "browser.mjs",
        &[&ours, &peers, &folder, &questions, &runs],
    )
}

/// How often Lighthouse looks at each screen; the median counts.
const LOOKS: &str = "3";
/// What Lighthouse judges, in the order of its script, and what each must reach.
const JUDGED: [(&str, f64); 3] = [
    ("performance", 99.0),
    ("accessibility", 99.0),
    ("best practices", 99.0),
];

/// Lighthouse on every screen.
fn lighthouse(project: &Project) -> Result<String> {
    tools::ensure_for_build(project)?;
    tools::ensure_for_browser(project)?;
    tools::ensure_for_bench(project)?;
    build::build(project, &[])?;
    let (_demonstration, nginx) = behind_nginx(project, None)?;
    let address = format!("http://{}/", nginx.address());
    let kept = project.path("tests/bench/kept.json").display().to_string();
    let seen = script(project, "lighthouse.mjs", &[&address, &kept, LOOKS])?;
    let mut table = String::from("| screen |");
    for (what, least) in JUDGED {
        let _ = write!(table, " {what} (≥ {least}) |");
    }
    table.push_str(
        " layout shift | largest paint | blocking |\n|---|---:|---:|---:|---:|---:|---:|\n",
    );
    for (screen, looks) in seen.as_object().context("no screens")? {
        let looks = looks.as_array().context("no looks")?;
        let median = |value: &dyn Fn(&Value) -> Option<f64>| {
            let values: Vec<f64> = looks.iter().filter_map(value).collect();
            Spread::of(&values).map(|it| it.median)
        };
        let _ = write!(table, "| {screen} |");
        for place in 0..JUDGED.len() {
            let score = median(&|it| it["scores"][place].as_f64()).context("no score")?;
            let _ = write!(table, " {score:.0} |");
        }
        let figure = |name: &str| median(&|it| it[name].as_f64()).unwrap_or(0.0);
        let _ = writeln!(
            table,
            " {:.2} | {} | {} |",
            figure("shift"),
            milliseconds(figure("largest")),
            milliseconds(figure("blocking")),
        );
    }
    let date = shell::output(program(project, "date").arg("+%Y-%m-%d")).unwrap_or_default();
    Ok(format!(
        "Seen {date}, each screen {LOOKS} times, the median.\n\n{table}"
    ))
}

/// Where and when it was measured.
fn machine(project: &Project, browser: &Value) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let date = shell::output(program(project, "date").arg("+%Y-%m-%d")).unwrap_or_default();
    let chromium = browser["chromium"].as_str().unwrap_or("unknown");
    format!("Measured {date} on {cores} cores with Chromium {chromium}.\n\n")
}

/// A measure of the browser script: what, its key, our budget, the share of the peer's that we
/// may have, and how a value is written.
type Measure = (
    &'static str,
    &'static str,
    &'static str,
    Option<f64>,
    fn(f64) -> String,
);

const MEASURES: [Measure; 7] = [
    (
        "bytes come when the first question can be answered",
        "bytes",
        "≤ 100 000",
        Some(1.0 / 3.0),
        bytes,
    ),
    (
        "first contentful paint",
        "paint",
        "≤ 400 ms",
        None,
        milliseconds,
    ),
    (
        "first question answerable",
        "question",
        "≤ 1000 ms",
        Some(1.0 / 3.0),
        milliseconds,
    ),
    (
        "answer → next question painted (each run's median)",
        "step",
        "≤ 25 ms",
        Some(1.0 / 4.0),
        milliseconds,
    ),
    (
        "last answer → end painted (ours: profile and offers)",
        "end",
        "–",
        None,
        milliseconds,
    ),
    (
        "longest task while loading",
        "loading",
        "–",
        None,
        milliseconds,
    ),
    (
        "longest task over 50 ms afterwards",
        "afterwards",
        "none",
        None,
        milliseconds,
    ),
];

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of bytes"
)]
fn bytes(value: f64) -> String {
    grouped(value as usize)
}

/// The rows of design §5 with what was measured, ours and the peer's.
fn browser_table(measured: &Value, built: &Built) -> Result<String> {
    let mut table = format!(
        "Both pages ask the same {} questions, on the same harness, in turn.\n\n\
         | in the browser | budget | ours: median (smallest–largest) | the peer's | ours / the peer's | asked |\n\
         |---|---:|---:|---:|---:|---:|\n",
        measured["questions"]
    );
    for (what, key, budget, share, written) in MEASURES {
        let spread = |whose: &str| -> Result<Spread> {
            let values = measured[whose][key].as_array().into_iter().flatten();
            let values: Vec<f64> = values.filter_map(Value::as_f64).collect();
            Spread::of(&values).with_context(|| format!("no values for {what}"))
        };
        let shown = |it: &Spread| {
            let (low, high) = (written(it.smallest), written(it.largest));
            format!("{} ({low}–{high})", written(it.median))
        };
        let (ours, peer) = (spread("ours")?, spread("peer")?);
        let asked = share.map_or("–".to_owned(), |share| format!("≤ {share:.2}"));
        let _ = writeln!(
            table,
            "| {what} | {budget} | {} | {} | {:.2} | {asked} |",
            shown(&ours),
            shown(&peer),
            ours.median / peer.median,
        );
    }
    let budget = built.budget();
    let (weight, peer) = (
        built.sizes().sum(&budget),
        measured["peer"]["weight"].as_f64().unwrap_or(0.0),
    );
    let _ = writeln!(
        table,
        "| weight of the files {} (Brotli, exact) | ≤ {} | {} | {} | {:.2} | ≤ 0.33 |\n",
        budget.what,
        grouped(budget.bytes),
        grouped(weight),
        bytes(peer),
        weight as f64 / peer,
    );
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
