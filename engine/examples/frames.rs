//! Writes the `overlays.bin` of a site with one publisher, for tests of frames:
//!
//! ```text
//! cargo run -p vaekstspejl-engine --example frames -- overlays.bin demo-stor http://localhost:1 …
//! ```
//!
//! After the office come the origins that may frame; those with a `+` before them may also be given
//! a summary.

use std::{env, fs, process::ExitCode};
use vaekstspejl_engine::{
    Date,
    overlay::{self, Overlay, Publisher},
};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [file, office, origins @ ..] = arguments.as_slice() else {
        eprintln!("frames <file> <office> [+]<origin> …");
        return ExitCode::FAILURE;
    };
    let named = |origin: &String| origin.trim_start_matches('+').to_owned();
    let overlay = Overlay {
        publisher: Publisher::Office(office.as_str().into()),
        name: office.clone(),
        made: Date::first_of_year(2026),
        words: Vec::new(),
        offers: Vec::new(),
        withdrawn: Vec::new(),
        office: None,
        url: String::new(),
        frames: origins.iter().map(named).collect(),
        summaries: origins
            .iter()
            .filter(|it| it.starts_with('+'))
            .map(named)
            .collect(),
    };
    match fs::write(file, overlay::file(&[], &[overlay])) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{file}: {error}");
            ExitCode::FAILURE
        }
    }
}
