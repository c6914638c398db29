//! The built app on this machine, with an overlay that is not published in place of its own. The
//! server is the one of a small office (`relay/src/site.rs`), so that the page may do here what it
//! may do there.

use crate::{fault::Fault, words::Words};
use axum::{Router, http::header, response::IntoResponse, routing::get};
use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::{Command, Stdio},
    sync::{Arc, mpsc::Receiver},
    thread,
};
use vaekstspejl_relay::site;

/// What the app asks for, beside its page.
const OVERLAYS: &str = "/overlays.bin";

/// A server that has its address and waits to be started.
pub struct Server {
    listener: TcpListener,
    router: Router,
    /// Where it will be.
    pub address: SocketAddr,
}

impl Server {
    /// Takes a port, 0 for any. `overlays` is asked at every visit.
    pub fn new(
        app: &Path,
        port: u16,
        overlays: impl Fn() -> Vec<u8> + Send + Sync + 'static,
        words: &Words,
    ) -> Result<Self, Fault> {
        let site = site::router(app).map_err(|_| {
            let page = app.join("index.html").display().to_string();
            Fault::new(
                words.fill("office_no_app", &[("file", &page)]),
                words.get("office_no_app_do"),
            )
        })?;
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .and_then(|it| Ok((it.local_addr()?, it)));
        let (address, listener) = taken.map_err(|error| not_served(port, &error, words))?;
        let overlays = Arc::new(overlays);
        let answer = get(move || {
            let overlays = overlays.clone();
            async move {
                let headers = [
                    (header::CONTENT_TYPE, "application/octet-stream"),
                    (header::CACHE_CONTROL, "no-store"),
                ];
                (headers, overlays()).into_response()
            }
        });
        Ok(Self {
            listener,
            router: Router::new().route(OVERLAYS, answer).fallback_service(site),
            address,
        })
    }

    /// Serves until the program is ended, and prints what there is to tell meanwhile.
    pub fn run(
        self,
        words: &Words,
        told: &Receiver<String>,
        print: &mut dyn FnMut(&str),
    ) -> Result<(), Fault> {
        let port = self.address.port();
        let serving = thread::spawn(move || self.serve());
        for text in told {
            print(&text);
        }
        // The sender lives as long as the server.
        match serving.join() {
            Ok(Err(error)) => Err(not_served(port, &error, words)),
            _ => Ok(()),
        }
    }

    fn serve(self) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        self.listener.set_nonblocking(true)?;
        runtime?.block_on(async {
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            axum::serve(listener, self.router).await
        })
    }
}

fn not_served(port: u16, error: &io::Error, words: &Words) -> Fault {
    let pieces = [("port", port.to_string()), ("error", error.to_string())];
    let pieces = pieces.each_ref().map(|(key, it)| (*key, it.as_str()));
    Fault::new(
        words.fill("office_not_served", &pieces),
        words.get("office_not_served_do"),
    )
}

/// Opens an address in the system's browser; where that cannot be, the address was printed.
pub fn open(address: &str) {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "windows") {
        ("cmd", &["/C", "start", ""])
    } else if cfg!(target_os = "macos") {
        ("open", &[])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(address);
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null());
    let _ = quiet.stderr(Stdio::null()).spawn();
}
