//! The accept loop. A socket costs memory before it has said a word, so sockets are counted, in
//! all and by address; heads must come in time; nobody stays for ever. At the end whoever is
//! being answered is answered first.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tower_service::Service as _;

use super::Relay;
use super::around::Peer;
use crate::limits::{Held, Prefix};
use crate::store::Store;

/// The largest head of a request (bytes), and the most that is read ahead.
const BUFFER: usize = 16 * 1024;
/// How long a connection may be used for one request after another.
const CONNECTION_LIVES: Duration = Duration::from_secs(300);
/// How long the last answer of a connection may take when it has to end.
const LAST_ANSWER: Duration = Duration::from_secs(25);
/// How long to rest before looking again whether a first head is there: from, to.
const LOOKS_AGAIN: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(500));
/// How long to rest when the machine has no more sockets.
const OUT_OF_SOCKETS: Duration = Duration::from_millis(50);

/// Serves until [`Relay::stop`], then until all that were being answered are, or until
/// [`LAST_ANSWER`].
pub async fn serve<S: Store>(relay: &Arc<Relay<S>>, listener: TcpListener, router: Router) {
    let places = Arc::new(Semaphore::new(relay.config.listen.connections));
    let held = Arc::new(Held::default());
    let mut stopping = relay.stopping();
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|stop| *stop) => break,
        };
        // what has ended is let go
        while connections.try_join_next().is_some() {}
        let Ok((stream, address)) = accepted else {
            tokio::time::sleep(OUT_OF_SOCKETS).await;
            continue;
        };
        let Some(place) = take_place(relay, &places, &held, address.ip()) else {
            // dropping the socket costs less than an answer
            continue;
        };
        let serving = Connection {
            stream,
            peer: address.ip(),
            header_time: Duration::from_secs(relay.config.listen.header_timeout_s),
            stopping: stopping.clone(),
        };
        let router = router.clone();
        connections.spawn(async move {
            serving.serve(router).await;
            drop(place);
        });
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// A place among the connections, given back when dropped.
struct Place {
    _all: OwnedSemaphorePermit,
    prefix: Option<(Arc<Held>, Prefix)>,
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((held, prefix)) = &self.prefix {
            held.remove(*prefix);
        }
    }
}

fn take_place<S: Store>(
    relay: &Relay<S>,
    places: &Arc<Semaphore>,
    held: &Arc<Held>,
    peer: IpAddr,
) -> Option<Place> {
    let all = Arc::clone(places).try_acquire_owned().ok()?;
    if relay.config.proxy.trusts(peer) {
        // everybody's connections come from there
        return Some(Place {
            _all: all,
            prefix: None,
        });
    }
    let prefix = relay.prefixes.of(peer, relay.clock.steady());
    held.add(prefix, relay.config.listen.connections_per_address)
        .then(|| Place {
            _all: all,
            prefix: Some((Arc::clone(held), prefix)),
        })
}

struct Connection {
    stream: TcpStream,
    peer: IpAddr,
    header_time: Duration,
    stopping: watch::Receiver<bool>,
}

impl Connection {
    /// Waits until the first head is there, in the kernel's memory and not in ours: a socket that
    /// sends a byte now and then costs no buffers. False: it did not come in time.
    async fn head_has_come(&mut self) -> bool {
        let stream = &self.stream;
        let coming = async {
            let (mut rest, longest) = LOOKS_AGAIN;
            while !head_is_there(stream).await? {
                tokio::time::sleep(rest).await;
                rest = rest.saturating_mul(2).min(longest);
            }
            Ok::<_, std::io::Error>(())
        };
        tokio::select! {
            come = tokio::time::timeout(self.header_time, coming) => matches!(come, Ok(Ok(()))),
            _ = self.stopping.wait_for(|stop| *stop) => false,
        }
    }

    async fn serve(mut self, router: Router) {
        if !self.head_has_come().await {
            return;
        }
        // an answer is one small piece; waiting to fill a packet helps nobody
        let _ = self.stream.set_nodelay(true);
        let peer = Peer(self.peer);
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(peer);
            router.clone().call(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.header_time)
            .max_buf_size(BUFFER)
            .serve_connection(TokioIo::new(self.stream), service);
        let mut connection = std::pin::pin!(connection);
        let ended: Result<Result<(), hyper::Error>, EndsNow> = tokio::select! {
            ended = connection.as_mut() => Ok(ended),
            () = tokio::time::sleep(CONNECTION_LIVES) => Err(EndsNow),
            _ = self.stopping.wait_for(|stop| *stop) => Err(EndsNow),
        };
        if ended.is_err() {
            connection.as_mut().graceful_shutdown();
            let _ = tokio::time::timeout(LAST_ANSWER, connection).await;
        }
    }
}

/// Looks without taking. Also true when it will never be there: too much came, or no HTTP, or the
/// end. What to say to that is hyper's part.
async fn head_is_there(stream: &TcpStream) -> std::io::Result<bool> {
    stream.readable().await?;
    let mut buffer = vec![0; BUFFER];
    let read = stream.peek(&mut buffer).await?;
    let seen = buffer.get(..read).unwrap_or_default();
    let has = |end: &[u8]| seen.windows(end.len()).any(|part| part == end);
    let line = seen.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let is_line = line.len() < read;
    let is_text = line
        .iter()
        .all(|byte| byte.is_ascii_graphic() || b" \r".contains(byte));
    let is_http = is_text && (!is_line || line.windows(6).any(|part| part == b" HTTP/"));
    Ok(read == 0 || read == BUFFER || !is_http || has(b"\r\n\r\n") || has(b"\n\n"))
}

/// A connection that has to end.
struct EndsNow;
