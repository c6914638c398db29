//! `vaekst-simulation`: many worlds, one after the other, until so many operations are done.

use std::process::ExitCode;
use vaekstspejl_simulation::fault::{self, Counts, Fault, Faults};
use vaekstspejl_simulation::{Outcome, Plan, run};

const HELP: &str = "\
vaekst-simulation: sender, network, relay and office in deterministic worlds, with faults

  --operations N    how many operations in all (default 1000000)
  --seed N          the seed of the first world; the next ones count up (default 1)
  --world N         operations of one world before nothing goes wrong any more (default 5000)
  --faults A,B,…    only these kinds of fault (default: every kind)
  --list            the kinds of fault
  --help            this text

Ends with 0 when everything held, 1 when something did not, 2 when the command is not understood.
";

/// What was asked for.
struct Asked {
    operations: u64,
    seed: u64,
    world: u64,
    faults: Faults,
}

/// What came of it.
#[derive(Default)]
struct Sum {
    operations: u64,
    worlds: u64,
    letters: u64,
    withdrawn: u64,
    faults: Counts,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--help" | "-h"] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        ["--list"] => {
            Fault::ALL.iter().for_each(|it| println!("{}", it.name()));
            return ExitCode::SUCCESS;
        }
        _ => {}
    }
    match read(&words) {
        Ok(asked) => carry_out(&asked),
        Err(what) => {
            eprintln!("{what}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

fn read(words: &[String]) -> Result<Asked, String> {
    let mut asked = Asked {
        operations: 1_000_000,
        seed: 1,
        world: 5_000,
        faults: fault::all(),
    };
    for pair in words.chunks(2) {
        let [name, value] = pair else {
            return Err(format!("{} needs a value", pair.concat()));
        };
        let number = || {
            value
                .parse()
                .map_err(|_| format!("{name} takes a number, not {value}"))
        };
        match name.as_str() {
            "--operations" => asked.operations = number()?,
            "--seed" => asked.seed = number()?,
            "--world" => asked.world = number()?,
            "--faults" => asked.faults = faults(value)?,
            _ => return Err(format!("{name} is not known")),
        }
    }
    Ok(asked)
}

fn faults(names: &str) -> Result<Faults, String> {
    let one = |name| Fault::parse(name).ok_or_else(|| format!("{name} is no kind of fault"));
    names
        .split(',')
        .filter(|it| !it.is_empty())
        .map(one)
        .collect()
}

fn carry_out(asked: &Asked) -> ExitCode {
    let mut sum = Sum::default();
    let mut seed = asked.seed;
    while sum.operations < asked.operations {
        let outcome = run(&Plan {
            seed,
            operations: asked.world,
            faults: asked.faults.clone(),
            mistake: None,
        });
        add(&mut sum, &outcome);
        if let Some(what) = outcome.failure {
            tell(&sum);
            println!("result: seed {seed} did not hold: {what}");
            println!("replay: {}", replay(asked, seed));
            return ExitCode::FAILURE;
        }
        seed = seed.wrapping_add(1);
    }
    tell(&sum);
    println!("result: held in every world");
    ExitCode::SUCCESS
}

fn add(sum: &mut Sum, outcome: &Outcome) {
    sum.operations += outcome.operations;
    sum.worlds += 1;
    sum.letters += outcome.letters;
    sum.withdrawn += outcome.withdrawn;
    for (fault, times) in &outcome.faults {
        *sum.faults.entry(*fault).or_insert(0) += times;
    }
}

fn tell(sum: &Sum) {
    println!("operations: {}", sum.operations);
    println!("worlds: {}", sum.worlds);
    println!("letters: {}, withdrawn: {}", sum.letters, sum.withdrawn);
    for (fault, times) in &sum.faults {
        println!("fault {}: {times}", fault.name());
    }
}

/// The command that makes the same world again.
fn replay(asked: &Asked, seed: u64) -> String {
    let world = asked.world;
    let mut command = format!(
        "cargo run --release -p vaekstspejl-simulation -- --seed {seed} --world {world} --operations 1"
    );
    if asked.faults != fault::all() {
        let names: Vec<&str> = asked.faults.iter().map(|it| it.name()).collect();
        command.push_str(&format!(" --faults {}", names.join(",")));
    }
    command
}
