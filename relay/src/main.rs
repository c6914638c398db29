//! `vaekst-relay`: the mailbox as a program.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use vaekstspejl_envelope::{Admin, Grant};
use vaekstspejl_relay::clock::{Clock as _, SystemClock};
use vaekstspejl_relay::config::{Config, EXAMPLE, Requests};
use vaekstspejl_relay::log::{Level, Log};
use vaekstspejl_relay::run;
use vaekstspejl_relay::store::sqlite::SqliteStore;

/// The blind mailbox of Vækstspejl: stores sealed letters and can read none.
///
/// Settings come from one file (--config) and from variables VAEKST_RELAY_…; both are explained by
/// `vaekst-relay print-config`.
#[derive(Parser)]
#[command(name = "vaekst-relay", version)]
struct Arguments {
    /// The file with the settings; without it the defaults hold
    #[arg(long, global = true, env = "VAEKST_RELAY")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Take and hand out letters until SIGTERM or Ctrl-C
    Serve,
    /// Read the settings, say what is wrong with them, and end
    CheckConfig,
    /// Print every setting with its explanation and default
    PrintConfig,
    /// Copy the database, also while the relay runs, and check the copy
    Backup {
        /// The file to write; an older one of that name is replaced when the copy is whole
        to: PathBuf,
    },
    /// Make the token that may create mailboxes, and the line for the settings
    AdminToken,
    /// Make a token with which an office may open rooms, and the lines for the settings
    Grant {
        /// Whose it is
        name: String,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Command::Serve => load(arguments.config.as_deref()).and_then(serve),
        Command::CheckConfig => load(arguments.config.as_deref()).map(|_| println!("ok")),
        Command::PrintConfig => {
            print!("{EXAMPLE}");
            Ok(())
        }
        Command::Backup { to } => {
            load(arguments.config.as_deref()).and_then(|config| backup(&config, &to))
        }
        Command::AdminToken => admin_token(),
        Command::Grant { name } => grant(&name),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn load(file: Option<&Path>) -> Result<Config, String> {
    Config::load(file, std::env::vars()).map_err(|error| error.to_string())
}

fn serve(config: Config) -> Result<(), String> {
    let each = config.log.requests == Requests::Each;
    let log = Arc::new(Log::new(Box::new(std::io::stderr()), each));
    log_mistakes(&log);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("the runtime did not start: {error}"))?;
    runtime.block_on(async {
        let stop = stop_signal()?;
        // whoever started the program may wait for this line
        let ready = |address| println!("vaekst-relay listens on http://{address}");
        run::run(config, log, ready, stop)
            .await
            .map_err(|error| error.to_string())
    })
}

/// Ready at SIGTERM or SIGINT.
fn stop_signal() -> Result<impl Future<Output = ()>, String> {
    let listen = |kind| signal(kind).map_err(|error| format!("no signals: {error}"));
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// A mistake of this program is a line with its place. Its text is left out: it may have values.
fn log_mistakes(log: &Arc<Log>) {
    let log = Arc::clone(log);
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic
            .location()
            .map(|it| format!("{}:{}", it.file(), it.line()));
        let more = json!({ "place": place });
        let now = SystemClock::default().now();
        log.line(now, Level::Error, "a mistake of the relay", more);
    }));
}

fn backup(config: &Config, to: &Path) -> Result<(), String> {
    if !config.store.database.is_empty() {
        return Err("letters are in PostgreSQL; copy them with pg_dump".to_owned());
    }
    SqliteStore::backup(&config.store.path, to).map_err(|error| error.to_string())?;
    println!("{}", to.display());
    Ok(())
}

fn admin_token() -> Result<(), String> {
    let token = Admin(random()?);
    println!("# Keep this token where you keep passwords. It is shown once.");
    println!("# {}", token.to_text());
    println!("# For the settings:");
    println!("[access]");
    println!("admin_token_hash = \"{}\"", token.hash());
    Ok(())
}

fn grant(name: &str) -> Result<(), String> {
    let token = Grant(random()?);
    println!("# Give this token to the office. It is shown once.");
    println!("# {}", token.to_text());
    println!("# For the settings; taking the lines out again takes the grant back:");
    println!("[[access.grants]]");
    println!("name = {}", toml::Value::String(name.to_owned()));
    println!("hash = \"{}\"", token.hash());
    Ok(())
}

fn random() -> Result<[u8; 32], String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| format!("no randomness: {error}"))?;
    Ok(bytes)
}
