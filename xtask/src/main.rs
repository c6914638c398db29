//! The commands of the README.
//!
//! ```text
//! cargo xtask run      build the release app and serve it
//! cargo xtask build    build the release app into dist/ and hold it to its size budget
//! cargo xtask dist     a release, as a folder and as an archive
//! cargo xtask test     everything that must hold, from formatting to the browser
//! cargo xtask bench    measure, and write docs/performance.md
//! cargo xtask fuzz     try to break every parser, for as long as one likes
//! ```
//!
//! One module per job. The way of a build: [`content`] and [`wasm`] make bytes, [`style`] and
//! [`html`] make the page around them, [`console`] does the same for the office, [`offline`] names
//! the version and makes the worker that keeps it, [`compress`] writes and weighs them, [`build`]
//! tells the story. [`dist`] makes a release of it, with [`hosting`] for proxies and [`sbom`] for
//! what it is made of. [`policy`] says what the page may do. [`demonstration`] is an office with a
//! mailbox, and [`serve`] the relay with both; [`test`] puts a real [`nginx`] in front of them. [`fuzz`] builds and runs
//! the targets of fuzz/. [`tools`] installs what is missing, [`shell`] runs other programs.

mod bench;
mod bench_relay;
mod build;
mod compress;
mod console;
mod content;
mod demonstration;
mod dist;
mod fuzz;
mod hosting;
mod html;
mod nginx;
mod offline;
mod policy;
mod project;
mod sbom;
mod serve;
mod shell;
mod style;
mod test;
mod tools;
mod wasm;

use std::net::IpAddr;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::project::Project;

/// The developer's commands of Vækstspejl.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the release app and serve it at a printed address
    Run {
        /// The first port to try; the next free one is taken when it is in use
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// The address to listen on; only this machine unless told otherwise
        #[arg(long, default_value = "127.0.0.1")]
        host: IpAddr,
    },
    /// Build the release app into dist/, print its sizes and hold it to its budget
    Build {
        /// Only the office's page, into the dist/ that is there
        #[arg(long)]
        console: bool,
        /// The origin of a relay that no office has published yet; may be given several times
        #[arg(long, value_parser = build::origin, conflicts_with = "console")]
        relay: Vec<String>,
    },
    /// Make a release below target/dist/: app, programs, example settings, sums, archive
    Dist {
        /// Make it a second time in another folder and compare every byte
        #[arg(long)]
        again: bool,
    },
    /// Format, lints, native tests, content check, build with budget, browser tests
    Test {
        /// Only one half, while developing
        #[arg(long, value_enum)]
        only: Option<test::Half>,
        /// Take the release that is there, while developing the tests
        #[arg(long)]
        built: bool,
        /// What only the browser tests are told, such as a part of their names
        #[arg(last = true)]
        browser: Vec<String>,
    },
    /// Measure the engine, the sizes, the browser and the relay; write docs/performance.md
    Bench {
        /// How often each browser measure is repeated; the median counts
        #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(5..))]
        runs: u32,
        /// Only one part, while developing
        #[arg(long, value_enum)]
        only: Option<bench::Part>,
    },
    /// Try to break the parsers with made-up inputs, each target in turn
    Fuzz {
        /// How long each target runs
        #[arg(long, default_value_t = 60)]
        seconds: u32,
        /// Only this target, a folder of fuzz/corpus
        target: Option<String>,
    },
}

fn main() -> ExitCode {
    let project = Project::here();
    let done = match Arguments::parse().command {
        Command::Run { port, host } => serve::build_and_serve(&project, host, port),
        Command::Build { console: true, .. } => build::console_only(&project),
        Command::Build { relay, .. } => build::build_within_budget(&project, &relay).map(drop),
        Command::Dist { again: true } => dist::again(&project),
        Command::Dist { again: false } => dist::dist(&project).map(drop),
        Command::Test {
            only,
            built,
            browser,
        } => test::test(&project, only, built, &browser),
        Command::Bench { runs, only } => bench::bench(&project, runs, only),
        Command::Fuzz { seconds, target } => fuzz::fuzz(&project, seconds, target.as_deref()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
