//! `vaekst`: the engine's second client, for authors, advisers and scripts.
//!
//! Every command is a function from its arguments to a text; only this file prints and only
//! `today` looks at a clock. Exit code 0: fine; 1: the content has errors, or letters cannot be
//! read; 2: the command could not be carried out, and standard error says why and what to do.

mod args;
mod commands;
mod fault;
mod input;
mod today;
mod words;

use args::{Args, Command};
use clap::Parser;
use fault::Fault;
use std::{
    io::{self, Write},
    process::ExitCode,
};

/// What a command has to say, and whether all is well.
struct Output {
    text: String,
    is_well: bool,
}

impl From<String> for Output {
    fn from(text: String) -> Self {
        Self {
            text,
            is_well: true,
        }
    }
}

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(output) => {
            // A reader that has seen enough (`| head`) is no failure.
            let mut stdout = io::stdout().lock();
            let _ = stdout
                .write_all(output.text.as_bytes())
                .and_then(|()| stdout.flush());
            ExitCode::from(u8::from(!output.is_well))
        }
        Err(fault) => {
            let _ = writeln!(io::stderr(), "{fault}");
            ExitCode::from(2)
        }
    }
}

fn run(args: Args) -> Result<Output, Fault> {
    let content = args.content;
    match args.command {
        Command::Check { today } => commands::check::run(&input::folder(content)?, today),
        Command::Questions(args) => commands::questions::run(&input::folder(content)?, &args),
        Command::Profile(args) => commands::profile::run(&input::folder(content)?, &args),
        Command::Simulate(args) => commands::simulate::run(&input::folder(content)?, &args),
        Command::Graph(args) => commands::graph::run(&input::folder(content)?, &args),
        Command::Personas(args) => commands::personas::run(&input::folder(content)?, &args),
        Command::Layout => commands::layout::run(&input::folder(content)?),
        Command::Code(command) => commands::code::run(&input::folder(content)?, &command),
        Command::Mailbox(command) => commands::mailbox::run(&input::folder(content)?, &command),
        Command::Office(command) => commands::office::run(&input::folder(content)?, &command),
    }
}
