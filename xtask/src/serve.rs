//! The finished app on a real address, with the headers a real host should send.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::thread;

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::Request;
use axum::handler::HandlerWithoutStateExt as _;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::services::ServeDir;

use crate::project::Project;
use crate::demonstration::Demonstration;
use crate::{build, headers, html};

/// How many ports are tried before giving up.
const PORTS_TO_TRY: u16 = 50;

/// `cargo xtask run`.
pub fn build_and_serve(project: &Project, host: IpAddr, port: u16) -> Result<()> {
    // too heavy is a failed build, but can still be looked at
    let demonstration = Demonstration::of(project)?;
    let built = build::build(project, Some(&demonstration))?;
    let budget = built.budget();
    println!("\n{}", built.sizes().table(&budget));
    if let Err(error) = built.sizes().hold(&budget) {
        println!("warning: {error}");
    }
    let router = router(&project.dist())?;
    let listener = listen(host, port)?;
    println!(
        "\nVækstspejl: {}   (Ctrl-C ends it)",
        address(listener.local_addr()?)
    );
    serve(listener, router)
}

/// Serves on a free port until this process ends; the answer is the address.
pub fn in_background(dist: &Path) -> Result<String> {
    let router = router(dist)?;
    let listener = listen(Ipv4Addr::LOCALHOST.into(), 0)?;
    let address = address(listener.local_addr()?);
    thread::spawn(move || {
        if let Err(error) = serve(listener, router) {
            eprintln!("the server stopped: {error:#}");
        }
    });
    Ok(address)
}

fn address(socket: SocketAddr) -> String {
    format!("http://{socket}/")
}

/// The port asked for, or the next free one.
fn listen(host: IpAddr, port: u16) -> Result<TcpListener> {
    let last = port.saturating_add(PORTS_TO_TRY);
    let mut failure = None;
    for port in port..=last {
        match TcpListener::bind((host, port)) {
            Ok(listener) => return Ok(listener),
            Err(error) => failure = Some(error),
        }
    }
    let what = format!("no port between {port} and {last} on {host} is free");
    match failure {
        Some(error) => Err(error).context(what),
        None => anyhow::bail!(what),
    }
}

/// One thread is plenty for one person.
fn serve(listener: TcpListener, router: Router) -> Result<()> {
    listener.set_nonblocking(true)?;
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(async { axum::serve(tokio::net::TcpListener::from_std(listener)?, router).await })
        .context("serving")
}

fn router(dist: &Path) -> Result<Router> {
    let index = dist.join("index.html");
    let page = fs::read_to_string(&index)
        .with_context(|| format!("reading {}: run `cargo xtask build` first", index.display()))?;
    let policy = html::policy_of(&page).context("index.html has no Content-Security-Policy")?;
    let security = headers::security(policy)
        .into_iter()
        .map(|(name, value)| Ok((HeaderName::from_static(name), HeaderValue::try_from(value)?)))
        .collect::<Result<Vec<_>>>()?;
    let files = ServeDir::new(dist)
        .precompressed_br()
        .fallback(not_found.into_service());
    Ok(Router::new()
        .fallback_service(files)
        .layer(middleware::from_fn(move |request, next| {
            with_headers(request, next, security.clone())
        })))
}

async fn with_headers(
    request: Request,
    next: Next,
    security: Vec<(HeaderName, HeaderValue)>,
) -> Response {
    let path = request.uri().path().to_owned();
    // the compressed version is another form of a file, not a file of its own
    let mut response = if path.ends_with(".br") {
        not_found().await
    } else {
        next.run(request).await
    };
    let found = matches!(
        response.status(),
        StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED
    );
    let answer = response.headers_mut();
    answer.extend(security);
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let keep = if found {
        headers::cache_control(&path)
    } else {
        "no-store"
    };
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    if let Some(kind) = headers::content_type(&path).filter(|_| found) {
        answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    response
}

async fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "Not found\n").into_response()
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    use super::*;

    /// A real request to a real server; the answer's head and body.
    fn get(address: &str, request: &str) -> (String, String) {
        let socket = address
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .to_owned();
        let mut stream = TcpStream::connect(socket).unwrap();
        write!(
            stream,
            "{request} HTTP/1.1\r\nhost: test\r\naccept-encoding: br\r\nconnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_lowercase(), body.to_owned())
    }

    #[test]
    fn files_are_served_as_a_real_host_should() {
        let dist = std::env::temp_dir().join(format!("xtask-serve-{}", std::process::id()));
        fs::create_dir_all(&dist).unwrap();
        let page =
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">page";
        fs::write(dist.join("index.html"), page).unwrap();
        fs::write(dist.join("index.html.br"), "compressed").unwrap();
        fs::write(dist.join("app-0123456789ab.wasm"), "wasm").unwrap();
        let address = in_background(&dist).unwrap();

        let (head, body) = get(&address, "GET /?lang=en");
        assert!(head.starts_with("http/1.1 200"), "{head}");
        assert!(head.contains("content-encoding: br"), "{head}");
        assert!(
            head.contains("content-type: text/html; charset=utf-8"),
            "{head}"
        );
        assert!(head.contains("cache-control: no-cache"), "{head}");
        assert!(
            head.contains("content-security-policy: default-src 'none'; frame-ancestors 'none'"),
            "{head}"
        );
        assert_eq!(body, "compressed");

        let (head, body) = get(&address, "GET /app-0123456789ab.wasm");
        assert!(head.contains("content-type: application/wasm"), "{head}");
        assert!(head.contains("immutable"), "{head}");
        assert_eq!(body, "wasm");

        for request in [
            "GET /nothing.js",
            "GET /index.html.br",
            "GET /../Cargo.toml",
        ] {
            let (head, body) = get(&address, request);
            assert!(head.starts_with("http/1.1 404"), "{request}: {head}");
            assert!(head.contains("x-content-type-options: nosniff"), "{head}");
            assert!(head.contains("content-type: text/plain"), "{head}");
            assert_eq!(body, "Not found\n");
        }
        let (head, _) = get(&address, "POST /");
        assert!(head.starts_with("http/1.1 405"), "{head}");
        fs::remove_dir_all(&dist).unwrap();
    }

    #[test]
    fn the_next_free_port_is_taken() {
        let host = Ipv4Addr::LOCALHOST.into();
        let taken = listen(host, 0).unwrap();
        let port = taken.local_addr().unwrap().port();
        let next = listen(host, port).unwrap().local_addr().unwrap().port();
        assert!(next > port);
    }
}
