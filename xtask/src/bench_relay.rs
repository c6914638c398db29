//! The relay's part of `cargo xtask bench`: `vaekst-hammer load` against the release program, on
//! both stores. The figures go into docs/performance.md between marks of their own.

use std::fmt::Write as _;
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::compress::grouped;
use crate::project::Project;
use crate::shell::{self, cargo, program};
use crate::tools;

/// How long each measure takes (seconds).
const SECONDS: &str = "10";

/// Measures, and hands back a table.
pub fn bench(project: &Project) -> Result<String> {
    tools::ensure_postgres(project)?;
    tools::ensure_strace(project)?;
    shell::run(cargo(project).args([
        "build",
        "--release",
        "-p",
        "vaekstspejl-relay",
        "-p",
        "vaekstspejl-hammer",
    ]))?;
    let hammer = project.target().join("release/vaekst-hammer");
    println!("$ vaekst-hammer load --seconds {SECONDS}");
    let done = program(project, hammer)
        .args(["load", "--seconds", SECONDS])
        .stderr(Stdio::inherit())
        .output()
        .context("vaekst-hammer could not be started")?;
    ensure!(
        done.status.success(),
        "vaekst-hammer failed ({})",
        done.status
    );
    let measured = serde_json::from_slice(&done.stdout).context("its answer is no JSON")?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let date = shell::output(program(project, "date").arg("+%Y-%m-%d")).unwrap_or_default();
    Ok(format!(
        "Measured {date} on {cores} cores, which also carried the senders and PostgreSQL.\n\n{}",
        table(&measured)?
    ))
}

/// A row: what, at least or at most, and where the figure is in each store's results.
type Row = (&'static str, &'static str, fn(&Value) -> Option<String>);

#[rustfmt::skip]
const ROWS: [Row; 13] = [
    ("300 senders from one address at once: stored", "300", |it| count(&it["burst"]["stored"])),
    ("… until the last had its receipt", "≤ 2 s", |it| milliseconds(&it["burst"]["all_stored_ms"])),
    ("64 senders, one letter after the other: letters a second", "≥ 1,500", |it| whole(&it["sustained"]["per_second"])),
    ("… half had their receipt within", "–", |it| milliseconds(&it["sustained"]["p50_ms"])),
    ("… 99 of 100 within", "≤ 100 ms", |it| milliseconds(&it["sustained"]["p99_ms"])),
    ("every wait for the disk 10 ms longer; one sender's half within", "≥ 10 ms", |it| milliseconds(&it["slow_disk_one_sender"]["p50_ms"])),
    ("… 64 senders: letters a second", "≥ 3,000", |it| whole(&it["slow_disk"]["per_second"])),
    ("… 99 of 100 within", "–", |it| milliseconds(&it["slow_disk"]["p99_ms"])),
    ("5,000 sockets that send a byte a second: open at a time, at least", "–", |it| count(&it["drip"]["fewest_open"])),
    ("… cut off and opened again", "–", |it| count(&it["drip"]["cut_off"])),
    ("… honest letters meanwhile, a second", "–", |it| whole(&it["drip"]["honest"]["per_second"])),
    ("… 99 of 100 of these within", "≤ 200 ms", |it| milliseconds(&it["drip"]["honest"]["p99_ms"])),
    ("the most memory of the relay in any of these", "≤ 128 MiB", most_memory),
];

fn table(measured: &Value) -> Result<String> {
    let mut table =
        String::from("| the relay | budget | SQLite | PostgreSQL |\n|---|---:|---:|---:|\n");
    for (what, budget, figure) in ROWS {
        let of = |store: &str| {
            figure(&measured[store]).with_context(|| format!("{store}: no figure for {what}"))
        };
        let _ = writeln!(
            table,
            "| {what} | {budget} | {} | {} |",
            of("sqlite")?,
            of("postgres")?
        );
    }
    Ok(table)
}

fn count(value: &Value) -> Option<String> {
    value
        .as_u64()
        .and_then(|it| usize::try_from(it).ok())
        .map(grouped)
}

fn whole(value: &Value) -> Option<String> {
    value.as_f64().map(|value| format!("{value:.0}"))
}

fn milliseconds(value: &Value) -> Option<String> {
    value.as_f64().map(|value| format!("{value:.1} ms"))
}

fn most_memory(store: &Value) -> Option<String> {
    let parts = [
        &store["burst"],
        &store["sustained"],
        &store["slow_disk"],
        &store["drip"]["honest"],
    ];
    let peaks: Option<Vec<u64>> = parts
        .iter()
        .map(|part| part["peak_memory"].as_u64())
        .collect();
    let most = peaks?.into_iter().max()?;
    Some(format!("{} MiB", most.div_ceil(1 << 20)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn results() -> Value {
        let part = |peak: u64| {
            json!({
                "per_second": 1234.5, "p50_ms": 1.26, "p99_ms": 20.0, "peak_memory": peak,
                "stored": 300, "all_stored_ms": 100.0,
            })
        };
        let store = json!({
            "burst": part(1 << 20),
            "sustained": part(5 << 20),
            "slow_disk_one_sender": part(1),
            "slow_disk": part(2 << 20),
            "drip": { "fewest_open": 4999, "cut_off": 10_000, "honest": part((64 << 20) + 1) },
        });
        json!({ "sqlite": store, "postgres": store })
    }

    #[test]
    fn every_row_has_a_figure_for_both_stores() {
        let table = table(&results()).unwrap();
        assert_eq!(table.lines().count(), 2 + ROWS.len());
        assert!(table.contains("| 65 MiB | 65 MiB |"), "{table}");
        assert!(table.contains("| 1.3 ms | 1.3 ms |"), "{table}");
    }

    #[test]
    fn a_missing_figure_is_an_error_that_names_it() {
        let mut results = results();
        results["postgres"]["slow_disk"] = Value::Null;
        let error = table(&results).unwrap_err().to_string();
        assert!(
            error.contains("postgres") && error.contains("letters a second"),
            "{error}"
        );
    }
}
