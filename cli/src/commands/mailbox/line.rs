//! The line to the relay: carries requests as they are, and brings back what came.

use core::time::Duration;
use ureq::{Agent, http};
use vaekstspejl_mailbox::call::{LONGEST_CALL_MS, Reply, Request};

/// Longer answers are cut off and then are no answer: a page of 100 letters has 600 kB (bytes).
const LONGEST_ANSWER: u64 = 4 * 1024 * 1024;

/// Sends a request. `None`: no answer that could be one of a relay.
pub fn send(request: &Request) -> Option<Reply> {
    let timeout = Some(Duration::from_millis(LONGEST_CALL_MS));
    let config = Agent::config_builder()
        .timeout_global(timeout)
        .http_status_as_error(false)
        // A relay never sends anybody elsewhere; whoever does is something else.
        .max_redirects(0)
        .max_redirects_will_error(false);
    let agent: Agent = if is_here(&request.url) {
        config.proxy(None).build().into()
    } else {
        config.build().into()
    };
    let builder = http::Request::builder()
        .method(request.method)
        .uri(request.url.as_str());
    let headers = request.headers.iter();
    let builder = headers.fold(builder, |it, (name, value)| it.header(*name, value));
    let answer = if request.body.is_empty() {
        agent.run(builder.body(()).ok()?)
    } else {
        agent.run(builder.body(request.body.as_slice()).ok()?)
    };
    let mut answer = answer.ok()?;
    let header = |name: &str| {
        let value = answer.headers().get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    let content_type = header("content-type").unwrap_or_default();
    let retry_after = header("retry-after").and_then(|it| it.parse().ok());
    let status = answer.status().as_u16();
    let body = answer.body_mut().with_config().limit(LONGEST_ANSWER);
    Some(Reply {
        status,
        content_type,
        retry_after,
        body: body.read_to_vec().ok()?,
    })
}

/// On this machine, which no proxy of an office can reach.
fn is_here(url: &str) -> bool {
    let here = ["http://127.0.0.1:", "http://localhost:"];
    here.iter().any(|it| url.starts_with(it))
}
