//! The only file of the relay that knows what time of day it is.

use std::fmt::Debug;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::mailbox::Now;

/// 2026-01-01: no relay of this kind existed before, so an earlier clock is wrong.
pub const EARLIEST: Now = Now(1_767_225_600);

/// What time it is. Tests bring their own.
pub trait Clock: Debug + Send + Sync + 'static {
    /// The time of day; may jump in either direction.
    fn now(&self) -> Now;
    /// Time since some moment; never goes back.
    fn steady(&self) -> Duration;
}

/// The machine's clock.
#[derive(Debug)]
pub struct SystemClock {
    begun: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self {
            begun: Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Now {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Now(since.map_or(0, |since| since.as_secs()))
    }

    fn steady(&self) -> Duration {
        self.begun.elapsed()
    }
}
