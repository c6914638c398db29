//! `vaekst office`: what an office publishes. `init` writes where it takes sealed letters; `build`
//! makes the overlays of its folder, `preview` shows them before anybody else sees them.

mod build;
mod folders;
mod init;
mod preview;
mod publish;
mod serve;

use crate::{Output, fault::Fault};
use clap::Subcommand;
use std::path::Path;

/// What an office publishes.
#[derive(Subcommand)]
pub enum Office {
    /// Write relay, mailbox, key and capability from the key file into the office's file
    Init(init::Init),
    /// Check the folders of offices, houses and the nation, and write the one file to publish
    Build(build::Build),
    /// Show the app with overlays that are not published, and who is then shown what
    Preview(preview::Preview),
}

/// Carries it out.
pub fn run(content: &Path, command: &Office) -> Result<Output, Fault> {
    match command {
        Office::Init(args) => init::run(content, args),
        Office::Build(args) => build::run(content, args),
        Office::Preview(args) => preview::run(content, args),
    }
}
