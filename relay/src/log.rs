//! The relay's log: one JSON object a line. It refuses to know addresses, ids, bodies and headers:
//! what it can be told is in the types below, and libraries have no way to write to it.
//!
//! Of requests it keeps counts, and writes them every hour: a line for each request would say at
//! what second each letter came, while the store itself only knows days. An operator who looks
//! for a fault may ask for single lines for a while.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::mailbox::Now;

/// How a line is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// As it should be.
    Info,
    /// Somebody should look.
    Warning,
    /// Something does not work.
    Error,
}

/// A request that was answered.
#[derive(Clone, Copy, Debug)]
pub struct Answered<'a> {
    /// GET, PUT, …; others count as one.
    pub method: &'static str,
    /// The template of the route, never the address itself.
    pub route: &'a str,
    /// The status of the answer.
    pub status: u16,
    /// From the head of the request to the head of the answer.
    pub took: Duration,
    /// Bytes of the answer's body, as far as known.
    pub bytes: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    requests: u64,
    took: Duration,
    longest: Duration,
    bytes: u64,
}

/// Where lines go.
pub struct Log {
    out: Mutex<Box<dyn Write + Send>>,
    each: bool,
    counts: Mutex<BTreeMap<(String, &'static str, u16), Counts>>,
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Log")
    }
}

impl Log {
    /// Writes to `out`; `each`: also a line for each request.
    pub fn new(out: Box<dyn Write + Send>, each: bool) -> Self {
        Self {
            out: Mutex::new(out),
            each,
            counts: Mutex::default(),
        }
    }

    /// Writes a line. `more` is an object whose members follow.
    pub fn line(&self, now: Now, level: Level, message: &str, more: Value) {
        let mut line = Map::new();
        line.insert("time".to_owned(), json!(now.0));
        line.insert("level".to_owned(), json!(word(level)));
        line.insert("message".to_owned(), json!(message));
        if let Value::Object(more) = more {
            line.extend(more);
        }
        let text = format!("{}\n", Value::Object(line));
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        // a log that cannot be written is no reason to stop taking letters
        let _ = out.write_all(text.as_bytes());
        let _ = out.flush();
    }

    /// Counts a request; writes it too when it is a mistake of the relay or each is asked for.
    pub fn answered(&self, now: Now, request: &Answered<'_>) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (request.route.to_owned(), request.method, request.status);
        let count = counts.entry(key).or_default();
        count.requests = count.requests.saturating_add(1);
        count.took = count.took.saturating_add(request.took);
        count.longest = count.longest.max(request.took);
        count.bytes = count.bytes.saturating_add(request.bytes);
        drop(counts);
        // 503 and 507 come in thousands; what is behind them is said once, by whoever knows
        let failed = request.status == 500;
        if self.each || failed {
            let level = if failed { Level::Error } else { Level::Info };
            self.line(
                now,
                level,
                "request",
                json!({
                    "route": request.route,
                    "method": request.method,
                    "status": request.status,
                    "ms": milliseconds(request.took),
                    "bytes": request.bytes,
                }),
            );
        }
    }

    /// Writes what was counted since the last time, and begins anew.
    pub fn summary(&self, now: Now) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = std::mem::take(&mut *counts);
        for ((route, method, status), count) in counts {
            let requests = u32::try_from(count.requests).unwrap_or(u32::MAX).max(1);
            self.line(
                now,
                Level::Info,
                "requests since the last summary",
                json!({
                    "route": route,
                    "method": method,
                    "status": status,
                    "count": count.requests,
                    "mean_ms": milliseconds(count.took / requests),
                    "longest_ms": milliseconds(count.longest),
                    "bytes": count.bytes,
                }),
            );
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Info => "info",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}
