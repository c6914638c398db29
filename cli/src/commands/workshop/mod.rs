//! `vaekst workshop`: a workshop with invented people, from answers to the run sheet.

mod advisers;
mod rehearsal;
mod room;
mod text;

use crate::{
    Output,
    args::{Format, date},
    fault::Fault,
    today,
};
use clap::Subcommand;
use std::path::{Path, PathBuf};
use vaekstspejl_engine::Date;
use vaekstspejl_workshop::run_sheet::Clock;

/// What is done with a workshop.
#[derive(Subcommand)]
pub enum Workshop {
    /// Rehearse one with invented people: picture, groups, rounds, advisers, and what goes wrong
    Rehearse(Rehearse),
}

/// `vaekst workshop rehearse`
#[derive(clap::Args)]
pub struct Rehearse {
    /// How many people come
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u16).range(1..=500))]
    pub people: u16,
    /// The same seed gives the same people and the same plan
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Language of the words
    #[arg(long, default_value = "da")]
    pub lang: String,
    /// When it begins
    #[arg(long, default_value = "16:00", value_parser = clock)]
    pub start: Clock,
    /// The day of the workshop
    #[arg(long, default_value_t = today::today(), value_parser = date)]
    pub today: Date,
    /// The test that everybody takes
    #[arg(long, default_value = "selvtest")]
    pub questionnaire: String,
    /// The fewest people in a group
    #[arg(long, default_value_t = 10)]
    pub group_min: usize,
    /// The most people in a group
    #[arg(long, default_value_t = 15)]
    pub group_max: usize,
    /// How many rounds in groups
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=10))]
    pub rounds: u8,
    /// Your own advisers; without it, the six of docs/samples/workshop-advisers.toml
    #[arg(long, value_name = "FILE")]
    pub advisers: Option<PathBuf>,
    /// Also write tables and a calendar file into this folder; a file that is there is never changed
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// Carries it out.
pub fn run(content: &Path, command: &Workshop) -> Result<Output, Fault> {
    match command {
        Workshop::Rehearse(args) => rehearsal::run(content, args),
    }
}

/// A time by the clock, as an argument.
fn clock(text: &str) -> Result<Clock, String> {
    let clock = || {
        let (hour, minute) = text.split_once([':', '.'])?;
        Clock::new(hour.parse().ok()?, minute.parse().ok()?)
    };
    clock().ok_or_else(|| "write a time of the day as 16:00".to_owned())
}
