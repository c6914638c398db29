//! A request and what came back, as plain data for any shell: a browser's `fetch`, the command
//! line, a simulation.
//!
//! A status alone proves nothing: log-in pages of hotels answer 200, proxies answer 502 and both
//! answer HTML. Only what is JSON of the right type and shape is believed; everything else is
//! [`Trouble::Later`].

use crate::wire::{PROBLEM_PREFIX, PROBLEM_TYPE, Problem, Retry};
use core::fmt;
use serde::de::DeserializeOwned;

/// The type of every JSON answer that is no problem.
pub const JSON_TYPE: &str = "application/json";
/// How long a shell waits for an answer before it counts as none (milliseconds).
pub const LONGEST_CALL_MS: u64 = 30_000;
/// The longest that a `Retry-After` is obeyed (seconds): one hour.
pub const LONGEST_RETRY_AFTER_S: u32 = 3_600;

/// What is to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `PUT`, `POST`, `DELETE`.
    pub method: &'static str,
    /// The whole address. It has no secret in it.
    pub url: String,
    /// Names (lower case) and values. Secrets are here and nowhere else.
    pub headers: Vec<(&'static str, String)>,
    /// May be empty.
    pub body: Vec<u8>,
}

/// Without the values of headers: one of them is a secret.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}, {} bytes", self.method, self.url, self.body.len())
    }
}

impl Request {
    pub(crate) fn new(method: &'static str, relay: &str, path: &str, bearer: &str) -> Self {
        Self {
            method,
            url: [relay.trim_end_matches('/'), path].concat(),
            headers: vec![("authorization", ["Bearer ", bearer].concat())],
            body: Vec::new(),
        }
    }
}

/// What came back. That nothing came back is `None` of an `Option<&Reply>`; so is a redirect,
/// which a mailbox never answers with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The value of `content-type`; empty: not said.
    pub content_type: String,
    /// The value of `retry-after` (seconds); `None`: not said, or not a number.
    pub retry_after: Option<u32>,
    /// The body.
    pub body: Vec<u8>,
}

/// Why an answer is not the one hoped for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No answer of the relay at all, or one that says "later".
    Later {
        /// How long the relay asked to wait (seconds), at most [`LONGEST_RETRY_AFTER_S`].
        after_s: Option<u32>,
    },
    /// Reading the office's settings again may help: this mailbox is not there, or not for us.
    Config,
    /// The same again will always fail.
    Never {
        /// The status, as 422.
        status: u16,
        /// What it is, as `bad-envelope`: lower-case letters, digits and hyphens only.
        slug: String,
        /// What exactly, as `length`; of the same letters.
        reason: Option<String>,
    },
}

impl Reply {
    /// Reads a JSON answer with this status.
    pub fn json<T: DeserializeOwned>(&self, statuses: &[u16]) -> Option<T> {
        let fits = statuses.contains(&self.status) && self.has_type(JSON_TYPE);
        fits.then(|| serde_json::from_slice(&self.body).ok())?
    }

    /// The relay's own word that something is wrong; nothing when it is not the relay's.
    pub fn problem(&self) -> Option<Problem> {
        if !self.has_type(PROBLEM_TYPE) {
            return None;
        }
        let problem: Problem = serde_json::from_slice(&self.body).ok()?;
        let ours = problem.status == self.status
            && problem.kind.starts_with(PROBLEM_PREFIX)
            && (400..600).contains(&problem.status);
        ours.then_some(problem)
    }

    fn has_type(&self, wanted: &str) -> bool {
        let name = self.content_type.split(';').next().unwrap_or_default();
        name.trim().eq_ignore_ascii_case(wanted)
    }
}

/// What to make of an answer that is not the one hoped for.
pub fn trouble(reply: Option<&Reply>) -> Trouble {
    let Some(reply) = reply else {
        return Trouble::Later { after_s: None };
    };
    match reply.problem() {
        Some(problem) if problem.retry == Retry::Config => Trouble::Config,
        Some(problem) if problem.retry == Retry::Never => Trouble::Never {
            status: problem.status,
            slug: word(
                problem
                    .kind
                    .strip_prefix(PROBLEM_PREFIX)
                    .unwrap_or_default(),
            ),
            reason: problem.reason.as_deref().map(word),
        },
        _ => Trouble::Later {
            after_s: reply.retry_after.map(|it| it.min(LONGEST_RETRY_AFTER_S)),
        },
    }
}

/// A word from outside that is kept and looked up: short, and of harmless letters only.
fn word(text: &str) -> String {
    let harmless = |it: &char| it.is_ascii_lowercase() || it.is_ascii_digit() || *it == '-';
    text.chars().filter(harmless).take(40).collect()
}
