//! `vaekst`: the engine's second client, for authors, advisers and scripts.
//!
//! Every command is a function from its arguments to a text; only this file prints and only
//! `today` looks at a clock. Exit code 0: fine; 1: the content has errors, or letters cannot be
//! read; 2: the command could not be carried out, and standard error says why and what to do.

mod args;
mod commands;
mod fault;
mod findings;
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

/// What a command has to say, whether all is well, and what it goes on to do.
struct Output {
    text: String,
    is_well: bool,
    then: Option<Then>,
}

/// Done after the text was printed; prints more with what it is given.
type Then = Box<dyn FnOnce(&mut dyn FnMut(&str)) -> Result<(), Fault>>;

impl Output {
    fn new(text: String, is_well: bool) -> Self {
        Self {
            text,
            is_well,
            then: None,
        }
    }
}

impl From<String> for Output {
    fn from(text: String) -> Self {
        Self::new(text, true)
    }
}

fn main() -> ExitCode {
    // A reader that has seen enough (`| head`) is no failure.
    let mut print = |text: &str| {
        let mut stdout = io::stdout().lock();
        let _ = stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush());
    };
    let done = run(Args::parse()).and_then(|output| {
        print(&output.text);
        match output.then {
            Some(then) => then(&mut print).map(|()| output.is_well),
            None => Ok(output.is_well),
        }
    });
    match done {
        Ok(is_well) => ExitCode::from(u8::from(!is_well)),
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
        Command::Workshop(command) => commands::workshop::run(&input::folder(content)?, &command),
    }
}
