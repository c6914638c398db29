//! A real nginx in front of a site, with the configuration that a release ships: so that what the
//! browser tests see of types, headers and compression is what a host will send.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::dist;

/// Where the shipped files mean to lie.
const MEANT: &str = "/srv/vaekstspejl";
/// Where the shipped files mean the mailbox to be.
const MEANT_RELAY: &str = "127.0.0.1:8787";
/// Debian's place for the program.
pub const PROGRAM: &str = "/usr/sbin/nginx";
/// Debian's place for the module of compressed files.
pub const MODULE: &str = "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so";
/// How often it is asked whether it is there, ten times a second.
const TRIES: u32 = 100;

/// A running nginx; it ends with this value.
pub struct Nginx {
    child: Child,
    address: SocketAddr,
    plain: SocketAddr,
}

impl Nginx {
    /// Starts one below `folder`, for a site, with a release's `hosting` and a relay behind it; and,
    /// at an address of its own, for a folder of plain files.
    pub fn start(
        folder: &Path,
        site: &Path,
        hosting: &Path,
        relay: SocketAddr,
        plain: Option<&Path>,
    ) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))?;
        }
        let meant = folder.join("srv");
        dist::copy(site, &meant.join("app"))?;
        dist::copy(hosting, &meant.join("hosting"))?;
        let (address, plain_address) = (free()?, free()?);
        let plain = plain.map(|files| (files, plain_address));
        let shipped = ["headers.conf", "frames.conf", "site.conf"];
        for name in shipped {
            move_in(&meant.join("hosting/nginx").join(name), &meant, relay)?;
        }
        let main = folder.join("nginx.conf");
        let settings = main_settings(folder, &meant.join("hosting/nginx"), address, plain);
        fs::write(&main, settings).with_context(|| format!("writing {}", main.display()))?;
        let log = fs::File::create(folder.join("said.log")).context("making nginx' log")?;
        let mut command = Command::new(PROGRAM);
        command.arg("-p").arg(folder).arg("-c").arg(&main);
        command.arg("-e").arg(folder.join("error.log"));
        let child = command
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .context("nginx could not be started")?;
        let mut nginx = Self {
            child,
            address,
            plain: plain_address,
        };
        for _ in 0..TRIES {
            if TcpStream::connect(address).is_ok() {
                return Ok(nginx);
            }
            if nginx.child.try_wait()?.is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
        let said = fs::read_to_string(folder.join("said.log")).unwrap_or_default();
        bail!("nginx did not start: {said}");
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it hands out the folder of plain files.
    pub fn plain_address(&self) -> SocketAddr {
        self.plain
    }

    /// The folder it hands out.
    pub fn site(folder: &Path) -> PathBuf {
        folder.join("srv/app")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // SIGQUIT, so that its workers end with it
        let pid = self.child.id().to_string();
        let _ = Command::new("kill").args(["-QUIT", &pid]).status();
        let _ = self.child.wait();
    }
}

/// The shipped file with the places of this machine.
fn move_in(file: &Path, meant: &Path, relay: SocketAddr) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let text = text
        .replace(MEANT, &meant.display().to_string())
        .replace(MEANT_RELAY, &relay.to_string());
    fs::write(file, text).with_context(|| format!("writing {}", file.display()))
}

/// What stands around the shipped files: on a real host, the distribution's own nginx.conf and
/// hosting/nginx/server.conf.
fn main_settings(
    folder: &Path,
    shipped: &Path,
    address: SocketAddr,
    plain: Option<(&Path, SocketAddr)>,
) -> String {
    let plain = plain.map_or_else(String::new, |(files, address)| {
        format!(
            "    server {{\n        listen {address};\n        root {};\n        \
             include /etc/nginx/mime.types;\n        brotli_static on;\n    }}\n",
            files.display()
        )
    });
    let user = match is_root() {
        true => "user root;\n",
        false => "",
    };
    let (folder, shipped) = (folder.display(), shipped.display());
    format!(
        "{user}daemon off;\nworker_processes 2;\npid {folder}/nginx.pid;\nload_module {MODULE};\n\
         events {{ worker_connections 2048; }}\n\
         http {{\n    access_log off;\n    sendfile on;\n    \
         client_body_temp_path {folder}/body;\n    proxy_temp_path {folder}/proxy;\n    \
         fastcgi_temp_path {folder}/fastcgi;\n    uwsgi_temp_path {folder}/uwsgi;\n    \
         scgi_temp_path {folder}/scgi;\n    \
         include {shipped}/headers.conf;\n    include {shipped}/frames.conf;\n    \
         server {{\n        listen {address};\n        include {shipped}/site.conf;\n    }}\n{plain}}}\n"
    )
}

/// Only root may say whose the workers are.
fn is_root() -> bool {
    let told = Command::new("id").arg("-u").output();
    told.is_ok_and(|it| it.stdout.trim_ascii() == b"0")
}

fn free() -> Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no port is free")?;
    Ok(listener.local_addr()?)
}
