//! A relay on a real socket, and a client in a few lines that shows every byte of an answer.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]
#![allow(dead_code, reason = "each test file uses its own part")]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::Router;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpSocket};
use vaekstspejl_envelope::receipt::sha256;
use vaekstspejl_envelope::{Admin, Delete, Grant, Header, Kid, LetterKind, Mid, Owner, Post, Sid};
use vaekstspejl_relay::clock::Clock;
use vaekstspejl_relay::config::{self, Config};
use vaekstspejl_relay::http::{self, Relay, listen};
use vaekstspejl_relay::log::Log;
use vaekstspejl_relay::mailbox::Now;
use vaekstspejl_relay::store::Store;

/// The first second of the tests.
pub const START: u64 = 20_000 * 86_400;

/// A clock that stands still until it is moved.
#[derive(Debug, Default)]
pub struct StandingClock(AtomicU64);

impl StandingClock {
    /// So many seconds pass.
    pub fn pass(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for StandingClock {
    fn now(&self) -> Now {
        Now(START + self.0.load(Ordering::SeqCst))
    }

    fn steady(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

/// A log that can be read.
#[derive(Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Lines {
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// A running relay. Dropping it stops it.
pub struct Server {
    pub address: SocketAddr,
    pub clock: Arc<StandingClock>,
    pub lines: Lines,
    stop: Option<Box<dyn FnOnce() + Send>>,
    thread: Option<JoinHandle<()>>,
}

pub fn admin() -> Admin {
    Admin([1; 32])
}

pub fn grant() -> Grant {
    Grant([2; 32])
}

/// Settings for tests: any port, tokens that the tests know.
pub fn settings() -> Config {
    let mut config = Config::default();
    config.listen.address = "127.0.0.1:0".parse().unwrap();
    config.access.admin_token_hash = admin().hash().to_string();
    config.access.grants = vec![config::Grant {
        name: "office".to_owned(),
        hash: grant().hash().to_string(),
    }];
    config.app.origins = vec!["https://app.example".to_owned()];
    config
}

impl Server {
    pub fn start<S: Store>(store: S, config: Config) -> Self {
        Self::start_with(store, config, None)
    }

    pub fn start_with<S: Store>(store: S, config: Config, site: Option<Router>) -> Self {
        let clock = Arc::new(StandingClock::default());
        let lines = Lines::default();
        let log = Arc::new(Log::new(Box::new(lines.clone()), true));
        let (tell, told) = mpsc::channel();
        let its_clock: Arc<dyn Clock> = Arc::clone(&clock) as Arc<dyn Clock>;
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                let listener = listen_on(config.listen.address);
                let relay = Relay::new(store, config, its_clock, log);
                let router = http::router(&relay, site);
                let stopping = Arc::clone(&relay);
                let stop: Box<dyn FnOnce() + Send> = Box::new(move || stopping.stop());
                tell.send((listener.local_addr().unwrap(), stop)).unwrap();
                listen::serve(&relay, listener, router).await;
            });
        });
        let (address, stop) = told.recv().unwrap();
        Self {
            address,
            clock,
            lines,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(&mut self) {
        self.ask_to_stop();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }

    pub fn ask_to_stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop();
        }
    }

    pub fn request(&self, method: &str, path: &str) -> Request {
        Request::new(self.address, method, path)
    }

    /// Creates the office's mailbox of these tests.
    pub fn with_office(self) -> Self {
        let answer = self.create(&admin().authorization(), &office());
        assert_eq!(answer.status, 201, "{}", answer.text());
        self
    }

    pub fn create(&self, authorization: &str, body: &Value) -> Answer {
        self.request("PUT", &mailbox())
            .header("authorization", authorization)
            .json(body)
            .send()
    }

    /// A request about the mailbox by its owner.
    pub fn owner(&self, method: &str, rest: &str) -> Request {
        self.request(method, &format!("{}{rest}", mailbox()))
            .header("authorization", &owner().authorization())
    }

    pub fn post(&self, number: u32) -> Request {
        post(self.address, number)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A listener with room for a burst of connections.
fn listen_on(address: SocketAddr) -> TcpListener {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind(address).unwrap();
    socket.listen(4096).unwrap()
}

pub fn mid() -> Mid {
    Mid([3; 16])
}

pub fn mailbox() -> String {
    format!("/v1/mailboxes/{}", mid())
}

pub fn post_capability() -> Post {
    Post([4; 16])
}

pub fn owner() -> Owner {
    Owner([5; 32])
}

pub fn delete(number: u32) -> Delete {
    Delete(sha256(&number.to_be_bytes()))
}

pub fn sid(number: u32) -> Sid {
    let mut bytes = [6; 16];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    Sid(bytes)
}

/// A letter with a real header; what follows is noise that differs from letter to letter.
pub fn letter_of(kind: LetterKind, number: u32) -> Vec<u8> {
    let header = Header {
        suite: 1,
        kind,
        kid: Kid([7; 8]),
        mid: mid(),
        sid: sid(number),
    };
    let mut bytes = header.to_bytes().to_vec();
    let mut block = sha256(&number.to_be_bytes());
    while bytes.len() < kind.total() {
        block = sha256(&block);
        bytes.extend_from_slice(&block);
    }
    bytes.truncate(kind.total());
    bytes
}

pub fn letter(number: u32) -> Vec<u8> {
    letter_of(LetterKind::Submission, number)
}

pub fn office() -> Value {
    json!({
        "kind": "office",
        "post_hash": post_capability().hash().to_string(),
        "owner_hash": owner().hash().to_string(),
        "ttl_s": 90 * 86_400,
    })
}

pub fn room() -> Value {
    json!({
        "kind": "room",
        "post_hash": post_capability().hash().to_string(),
        "owner_hash": owner().hash().to_string(),
        "ttl_s": 4 * 3600,
    })
}

/// The request that sends letter `number` as a sender should.
pub fn post(address: SocketAddr, number: u32) -> Request {
    let path = format!("{}/messages/{}", mailbox(), sid(number));
    Request::new(address, "PUT", &path)
        .header("authorization", &post_capability().authorization())
        .header("vmb-delete-hash", &delete(number).hash().to_string())
        .header("content-type", "application/octet-stream")
        .body(letter(number))
}

/// A request as bytes, so that tests can also say what no client library would.
#[derive(Clone)]
pub struct Request {
    address: SocketAddr,
    from: Option<SocketAddr>,
    line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    pub fn new(address: SocketAddr, method: &str, path: &str) -> Self {
        Self {
            address,
            from: None,
            line: format!("{method} {path} HTTP/1.1"),
            headers: vec![
                ("host".to_owned(), "relay.test".to_owned()),
                ("connection".to_owned(), "close".to_owned()),
            ],
            body: Vec::new(),
        }
    }

    /// Sets a header, in place of one of that name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self = self.without(name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    pub fn body(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json")
            .body(body.to_string().into_bytes())
    }

    /// The client's own address; all of 127.0.0.0/8 is this machine.
    pub fn from(mut self, address: &str) -> Self {
        self.from = Some(SocketAddr::new(address.parse().unwrap(), 0));
        self
    }

    pub fn head(&self) -> Vec<u8> {
        let mut head = format!("{}\r\n", self.line);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let told = |name| self.headers.iter().any(|(known, _)| known == name);
        if !told("content-length") && !told("transfer-encoding") {
            head.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        head.into_bytes()
    }

    pub fn connect(&self) -> TcpStream {
        match self.from {
            None => TcpStream::connect(self.address).unwrap(),
            Some(from) => connect_from(from, self.address),
        }
    }

    pub fn send(&self) -> Answer {
        let mut stream = self.connect();
        stream.write_all(&self.head()).unwrap();
        // the relay may answer and close before it has everything
        let _ = stream.write_all(&self.body);
        Answer::read(stream)
    }
}

/// A connection from one of this machine's many addresses.
pub fn connect_from(from: SocketAddr, to: SocketAddr) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let stream = runtime.block_on(async {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(from).unwrap();
        socket.connect(to).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    stream
}

/// Everything that came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    /// Reads until the other side closes. Status 0: it closed without a word.
    pub fn read(mut stream: TcpStream) -> Self {
        // only so that a test that fails ends
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        let Some(end) = all.windows(4).position(|four| four == b"\r\n\r\n") else {
            return Self {
                status: 0,
                head: String::from_utf8_lossy(&all).into_owned(),
                body: Vec::new(),
            };
        };
        let head = String::from_utf8(all[..end].to_vec()).unwrap();
        Self {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_lowercase(),
            body: all[end + 4..].to_vec(),
        }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// Checks everything that makes a problem one, and gives its slug.
    pub fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{} {}",
            self.head,
            self.text()
        );
        let problem = self.json();
        assert_eq!(problem["status"], self.status);
        assert!(problem["title"].as_str().is_some_and(|it| !it.is_empty()));
        let kind = problem["type"].as_str().unwrap();
        kind.strip_prefix("urn:vaekstspejl:problem:")
            .unwrap()
            .to_owned()
    }
}
