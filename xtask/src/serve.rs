//! The finished app on a real address: served by the relay itself, as at a small office.

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::thread;

use anyhow::{Context, Result};

use crate::build;
use crate::demonstration::Demonstration;
use crate::project::Project;

/// How many ports are tried before giving up.
const PORTS_TO_TRY: u16 = 50;

/// `cargo xtask run`.
pub fn build_and_serve(project: &Project, host: IpAddr, port: u16) -> Result<()> {
    let mut demonstration = Demonstration::of(project)?;
    // too heavy is a failed build, but can still be looked at
    let built = build::build(project, &[])?;
    let budget = built.budget();
    println!("\n{}", built.sizes().table(&budget));
    if let Err(error) = built.sizes().hold(&budget) {
        println!("warning: {error}");
    }
    let site = demonstration.site(&project.dist())?;
    let address = demonstration.serve(Some(&site), free(host, port)?)?;
    println!("\n{}\nCtrl-C ends it.", demonstration.described(address));
    loop {
        thread::park();
    }
}

/// The port asked for, or the next free one.
fn free(host: IpAddr, port: u16) -> Result<SocketAddr> {
    let last = port.saturating_add(PORTS_TO_TRY);
    let mut failure = None;
    for port in port..=last {
        match TcpListener::bind((host, port)) {
            Ok(listener) => return Ok(listener.local_addr()?),
            Err(error) => failure = Some(error),
        }
    }
    let what = format!("no port between {port} and {last} on {host} is free");
    match failure {
        Some(error) => Err(error).context(what),
        None => anyhow::bail!(what),
    }
}
