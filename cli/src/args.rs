//! The command line: names, options, help texts.

use crate::{
    commands::{mailbox::Mailbox, office::Office, workshop::Workshop},
    today,
};
use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use vaekstspejl_engine::Date;

/// Check, explain and try Vækstspejl's content.
#[derive(Parser)]
#[command(name = "vaekst", version, arg_required_else_help = true)]
pub struct Args {
    /// The content folder; without it, `content` here or in a folder above
    #[arg(long, global = true, value_name = "DIR")]
    pub content: Option<PathBuf>,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Tell everything in the content that should be mended
    Check {
        /// The day it is judged for
        #[arg(long, default_value_t = today::today(), value_parser = date)]
        today: Date,
    },
    /// List every question with its words, choices and rule
    Questions(Questions),
    /// Show the whole result of one person's answers, with all reasons
    Profile(Profile),
    /// Let many random people answer and count what they are shown
    Simulate(Simulate),
    /// Draw the flow of a questionnaire
    Graph(Graph),
    /// Run the personas and tell what comes out otherwise than expected
    Personas(Personas),
    /// Write the frozen layout of every questionnaire that has none yet
    Layout,
    /// Turn answers into a profile code, or a code into answers
    #[command(subcommand)]
    Code(Code),
    /// An office's mailbox without the browser: collect, open and export letters, renew the key
    #[command(subcommand)]
    Mailbox(Mailbox),
    /// An office's settings
    #[command(subcommand)]
    Office(Office),
    /// A workshop where many take the test together
    #[command(subcommand)]
    Workshop(Workshop),
}

/// `vaekst questions`
#[derive(clap::Args)]
pub struct Questions {
    /// Language of the words
    #[arg(long, default_value = "da")]
    pub lang: String,
    /// Only this questionnaire
    #[arg(long)]
    pub questionnaire: Option<String>,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// `vaekst profile`
#[derive(clap::Args)]
pub struct Profile {
    /// `{"questionnaire": "selvtest", "answers": {"stage": "idea"}}`; a profile file is one too; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub answers: PathBuf,
    /// The office whose page it is; without it, the one of the profile file or of the municipality
    #[arg(long, value_name = "ID")]
    pub office: Option<String>,
    /// The day it is judged for
    #[arg(long, default_value_t = today::today(), value_parser = date)]
    pub today: Date,
    /// Language of the words
    #[arg(long, default_value = "da")]
    pub lang: String,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// `vaekst simulate`
#[derive(clap::Args)]
pub struct Simulate {
    /// How many people for each questionnaire
    #[arg(long, default_value_t = 1_000)]
    pub n: u32,
    /// The same seed gives the same people
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Only this questionnaire
    #[arg(long)]
    pub questionnaire: Option<String>,
    /// The day it is judged for
    #[arg(long, default_value_t = today::today(), value_parser = date)]
    pub today: Date,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// `vaekst graph`
#[derive(clap::Args)]
pub struct Graph {
    /// Only this questionnaire
    #[arg(long)]
    pub questionnaire: Option<String>,
    /// Language of the words
    #[arg(long, default_value = "da")]
    pub lang: String,
    /// Language of the drawing
    #[arg(long, value_enum, default_value_t = Drawing::Mermaid)]
    pub format: Drawing,
}

/// `vaekst personas`
#[derive(clap::Args)]
pub struct Personas {
    /// The folder of the personas
    #[arg(default_value = "tests/personas")]
    pub folder: PathBuf,
    /// Form of the answer; as JSON, with all answers each persona gives
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// `vaekst code`
#[derive(Subcommand)]
pub enum Code {
    /// From an answers file to a code
    Encode {
        /// As for `profile`
        #[arg(long, value_name = "FILE")]
        answers: PathBuf,
    },
    /// From a code to an answers file
    Decode {
        /// The code, with or without spaces
        #[arg(required = true)]
        code: Vec<String>,
    },
}

/// Form of an answer.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Language of a drawing.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Drawing {
    /// <https://mermaid.js.org>, shown by most code hosts
    Mermaid,
    /// Graphviz
    Dot,
}

/// A date of the calendar, as an argument.
pub fn date(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| "write a date of the calendar as 2026-11-20".to_owned())
}
