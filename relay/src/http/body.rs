//! Reading a body: so many bytes at most, and in so much time. Nothing is reserved by a number
//! that a client said.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;

use crate::problem::Trouble;

/// The largest body of any request from whoever may be anybody (bytes).
pub const LARGEST: usize = 16 * 1024;

/// The whole body.
pub async fn read(headers: &HeaderMap, body: Body, time: Duration) -> Result<Vec<u8>, Trouble> {
    read_up_to(LARGEST, headers, body, time).await
}

/// The same with another bound, for somebody who is known by then.
pub async fn read_up_to(
    largest: usize,
    headers: &HeaderMap,
    body: Body,
    time: Duration,
) -> Result<Vec<u8>, Trouble> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > largest) {
        return Err(Trouble::TooLarge);
    }
    tokio::time::timeout(time, frames(largest, body))
        .await
        .unwrap_or(Err(Trouble::TooSlow))
}

async fn frames(largest: usize, mut body: Body) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|_| Trouble::Malformed("body"))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if bytes.len().saturating_add(data.len()) > largest {
            return Err(Trouble::TooLarge);
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

/// A body in JSON.
pub async fn read_json<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
    time: Duration,
) -> Result<T, Trouble> {
    must_be(headers, "application/json")?;
    let bytes = read(headers, body, time).await?;
    serde_json::from_slice(&bytes).map_err(|_| Trouble::Malformed("json"))
}

/// The type of a body, whatever parameters follow it (RFC 9110 §8.3.1).
pub fn must_be(headers: &HeaderMap, kind: &str) -> Result<(), Trouble> {
    let said = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or("");
    match said.trim().eq_ignore_ascii_case(kind) {
        true => Ok(()),
        false => Err(Trouble::WrongMediaType),
    }
}
