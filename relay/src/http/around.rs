//! What surrounds every request: whose address it is, limits by address, other origins, counting.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::{Arc, PoisonError};
use std::task::Poll;
use std::time::Duration;

use axum::body::HttpBody as _;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::{Relay, answers};
use crate::config::Config;
use crate::limits::Prefix;
use crate::log::{Answered, Level};
use crate::problem::Trouble;
use crate::store::{Store, StoreError};

/// The other end of the socket. Put there by the accept loop.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// Around every request.
pub async fn around<S: Store>(
    State(relay): State<Arc<Relay<S>>>,
    mut request: Request,
    next: Next,
) -> Response {
    let begun = relay.clock.steady();
    let method = method_name(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let is_api = request.uri().path().starts_with("/v1/") || route.is_some();
    let origin = allowed_origin(&relay.config, request.headers());
    let prefix = prefix(&relay, &request);
    if let Some(prefix) = prefix {
        request.extensions_mut().insert(prefix);
    }

    let mut response = if is_api && request.method() == Method::OPTIONS {
        preflight()
    } else {
        answer(&relay, next, request).await
    };

    if let (Some(prefix), Some(Trouble::NoSuchMailbox)) =
        (prefix, response.extensions().get::<Trouble>())
    {
        // an attempt with a wrong capability costs as much as a letter
        let _ = relay.limits.address.take(prefix, relay.clock.steady());
    }
    if is_api || response.extensions().get::<Trouble>().is_some() {
        answers::seal(&mut response);
        share_with(&mut response, origin);
    }
    relay.log.answered(
        relay.clock.now(),
        &Answered {
            method,
            route: route.as_ref().map_or("-", MatchedPath::as_str),
            status: response.status().as_u16(),
            took: relay.clock.steady().saturating_sub(begun),
            bytes: response.body().size_hint().lower(),
        },
    );
    response
}

/// The answer; that of a mistake in this program too.
async fn answer<S: Store>(relay: &Relay<S>, next: Next, request: Request) -> Response {
    let mut running = pin!(next.run(request));
    let answer = std::future::poll_fn(|context| {
        let polled = std::panic::catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(context)));
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(response)) => Poll::Ready(Some(response)),
            Err(_) => Poll::Ready(None),
        }
    });
    match answer.await {
        Some(response) => response,
        None => {
            let instance = instance();
            relay.log.line(
                relay.clock.now(),
                Level::Error,
                "a mistake of the relay; the place is in the line before",
                json!({ "instance": instance }),
            );
            Trouble::Internal(instance).into_response()
        }
    }
}

/// A number by which an operator finds a line of the log.
fn instance() -> String {
    let mut bytes = [0; 8];
    // without randomness all have the number 0, which is no reason to fail again
    let _ = getrandom::fill(&mut bytes);
    vaekstspejl_envelope::receipt::hex(&bytes)
}

impl<S: Store> Relay<S> {
    /// What a failure of the store is to the client; the log has why, not more than every ten
    /// seconds.
    pub(super) fn store_failed(&self, error: &StoreError) -> Trouble {
        let now = self.clock.steady();
        let mut last = self
            .last_failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|last| now.saturating_sub(last) >= Duration::from_secs(10)) {
            *last = Some(now);
            self.log.line(
                self.clock.now(),
                Level::Error,
                "the store failed; letters are refused for now",
                json!({ "why": error.to_string() }),
            );
        }
        match error {
            StoreError::Full => Trouble::Full,
            StoreError::Unavailable(_) => Trouble::Overloaded(5),
        }
    }
}

/// What is kept of the client's address; `None`: a socket without one, as in tests.
fn prefix<S: Store>(relay: &Relay<S>, request: &Request) -> Option<Prefix> {
    let peer = request.extensions().get::<Peer>()?.0;
    let client = client(&relay.config, request.headers(), peer);
    Some(relay.prefixes.of(client, relay.clock.steady()))
}

/// The client's address: the socket's, unless that is a proxy we trust. Then what this proxy
/// added: the last entry, because whatever stands before it came from outside.
fn client(config: &Config, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
    if !config.proxy.trusts(peer) {
        return peer;
    }
    headers
        .get_all(config.proxy.header.as_str())
        .iter()
        .next_back()
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .and_then(|last| last.trim().parse().ok())
        .unwrap_or(peer)
}

/// The origin that asks, when it is exactly one of those allowed.
fn allowed_origin(config: &Config, headers: &HeaderMap) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    let allowed = config.app.origins.iter();
    allowed
        .map(String::as_bytes)
        .any(|allowed| allowed == origin.as_bytes())
        .then(|| origin.clone())
}

/// The answer to "may I?". Whether somebody may is said by [`share_with`].
fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (
            header::ACCESS_CONTROL_ALLOW_METHODS,
            "GET, PUT, POST, DELETE",
        ),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "authorization, content-type, vmb-delete-hash, vmb-number",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "7200"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Lets an allowed origin read the answer, and tells caches that it matters who asks.
fn share_with(response: &mut Response, origin: Option<HeaderValue>) {
    const PREFLIGHT: [HeaderName; 3] = [
        header::ACCESS_CONTROL_ALLOW_METHODS,
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        header::ACCESS_CONTROL_MAX_AGE,
    ];
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("origin"));
    match origin {
        Some(origin) => {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(
                header::ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static("retry-after"),
            );
        }
        None => PREFLIGHT.iter().for_each(|name| {
            headers.remove(name);
        }),
    }
}

/// A method by name; there is no end to names that a client could make up.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::PUT => "PUT",
        Method::POST => "POST",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        let mut config = Config::default();
        config.proxy.trusted = vec!["127.0.0.1".parse().unwrap()];
        config.app.origins = vec!["https://app.example".to_owned()];
        config
    }

    fn headers(name: &'static str, values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_its_own_word() {
        let of = |values: &[&'static str], peer: &str| {
            let headers = headers("x-forwarded-for", values);
            client(&config(), &headers, peer.parse().unwrap()).to_string()
        };
        assert_eq!(of(&["192.0.2.7"], "127.0.0.1"), "192.0.2.7");
        assert_eq!(of(&["192.0.2.7"], "::ffff:127.0.0.1"), "192.0.2.7");
        // a client may send the header too: only the last entry is the proxy's
        assert_eq!(of(&["6.6.6.6, 192.0.2.7"], "127.0.0.1"), "192.0.2.7");
        assert_eq!(of(&["6.6.6.6", "192.0.2.7"], "127.0.0.1"), "192.0.2.7");
        assert_eq!(of(&["192.0.2.7"], "198.51.100.1"), "198.51.100.1");
        assert_eq!(of(&["unknown"], "127.0.0.1"), "127.0.0.1");
        assert_eq!(of(&[], "127.0.0.1"), "127.0.0.1");
    }

    #[test]
    fn an_origin_is_allowed_exactly_or_not_at_all() {
        let allowed = |origin| allowed_origin(&config(), &headers("origin", &[origin])).is_some();
        assert!(allowed("https://app.example"));
        for other in [
            "null",
            "*",
            "http://app.example",
            "https://app.example:444",
            "https://app.example.evil",
            "https://evil.app.example",
            "https://app.exampl",
        ] {
            assert!(!allowed(other), "{other}");
        }
    }
}
