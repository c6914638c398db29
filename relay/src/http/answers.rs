//! Answers: JSON, problems, and headers that all of them have.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use vaekstspejl_mailbox::wire::PROBLEM_TYPE;

use crate::problem::Trouble;

/// An answer in JSON.
pub fn json(status: StatusCode, value: &impl Serialize) -> Response {
    with_type(status, value, "application/json")
}

fn with_type(status: StatusCode, value: &impl Serialize, kind: &'static str) -> Response {
    let Ok(text) = serde_json::to_vec(value) else {
        // none of the types of the protocol can fail to be written
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = with_type(status, &self.to_wire(), PROBLEM_TYPE);
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after_s() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if matches!(self, Self::TooLarge | Self::TooSlow) {
            // what is left of the body is not waited for
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        // how often somebody tries a wrong capability is counted where addresses are known
        response.extensions_mut().insert(self);
        response
    }
}

/// What every answer of the mailbox says: keep nothing, show nothing, run nothing.
pub fn seal(response: &mut Response) {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}
