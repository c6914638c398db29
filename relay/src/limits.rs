//! How often who may do what: token buckets with the time as an argument. A mailbox has its own
//! bucket, so a whole room behind one address is served; addresses come second, and only as
//! prefixes hashed with a key that is never written down and changes every day.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The most buckets kept. When there are more, those that are full or fullest are forgotten.
const MOST_KEPT: usize = 100_000;
/// How long addresses are hashed with the same key.
const KEY_LIVES: Duration = Duration::from_secs(86_400);

/// So many at once, and so many a second from then on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// At once.
    pub burst: u32,
    /// A second.
    pub per_second: f64,
}

impl Rate {
    /// A rate.
    pub const fn new(burst: u32, per_second: f64) -> Self {
        Self { burst, per_second }
    }
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Duration,
}

/// Buckets of one rate, one for each key.
#[derive(Debug)]
pub struct Buckets<K> {
    rate: Rate,
    kept: Mutex<HashMap<K, Bucket>>,
}

impl<K: Eq + Hash> Buckets<K> {
    /// All full.
    pub fn new(rate: Rate) -> Self {
        Self {
            rate,
            kept: Mutex::default(),
        }
    }

    /// Takes one token. When there is none: after how many seconds there will be.
    pub fn take(&self, key: K, now: Duration) -> Result<(), u64> {
        let burst = f64::from(self.rate.burst);
        let mut kept = self.kept();
        if kept.len() >= MOST_KEPT {
            self.forget(&mut kept, now);
        }
        let bucket = kept.entry(key).or_insert(Bucket {
            tokens: burst,
            at: now,
        });
        bucket.tokens = self.tokens(bucket, now);
        bucket.at = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            Ok(())
        } else {
            Err(self.wait_s(bucket.tokens))
        }
    }

    /// Whether a token is there, without taking it.
    pub fn look(&self, key: &K, now: Duration) -> Result<(), u64> {
        let kept = self.kept();
        let Some(bucket) = kept.get(key) else {
            return Ok(());
        };
        match self.tokens(bucket, now) {
            tokens if tokens >= 1.0 => Ok(()),
            tokens => Err(self.wait_s(tokens)),
        }
    }

    /// Whether this key has taken a token, and is remembered.
    pub fn knows(&self, key: &K) -> bool {
        self.kept().contains_key(key)
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<K, Bucket>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tokens(&self, bucket: &Bucket, now: Duration) -> f64 {
        let passed = now.saturating_sub(bucket.at).as_secs_f64();
        (bucket.tokens + passed * self.rate.per_second).min(f64::from(self.rate.burst))
    }

    /// Whole seconds, at least one and at most an hour.
    fn wait_s(&self, tokens: f64) -> u64 {
        let wait = ((1.0 - tokens) / self.rate.per_second).ceil();
        // a rate of zero gives infinity
        if wait.is_finite() && wait < 3600.0 {
            Duration::from_secs_f64(wait.max(1.0)).as_secs()
        } else {
            3600
        }
    }

    /// A bucket that is full again is as good as none; if that is not enough, the fuller half
    /// goes: whoever is being held back stays held back.
    fn forget(&self, kept: &mut HashMap<K, Bucket>, now: Duration) {
        let burst = f64::from(self.rate.burst);
        for most in [burst, burst / 2.0] {
            if kept.len() >= MOST_KEPT {
                kept.retain(|_, bucket| self.tokens(bucket, now) < most);
            }
        }
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
    }
}

/// The network part of an address, hashed; what is kept in memory in place of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Prefix(u64);

/// Turns addresses into prefixes.
#[derive(Debug)]
pub struct Prefixes {
    key: Mutex<(RandomState, Duration)>,
}

impl Default for Prefixes {
    fn default() -> Self {
        Self {
            key: Mutex::new((RandomState::new(), Duration::ZERO)),
        }
    }
}

impl Prefixes {
    /// The prefix of an address: /24 of IPv4, /56 of IPv6. Another one tomorrow.
    pub fn of(&self, address: IpAddr, now: Duration) -> Prefix {
        let mut key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_sub(key.1) >= KEY_LIVES {
            *key = (RandomState::new(), now);
        }
        Prefix(key.0.hash_one(network(address)))
    }
}

/// The first bits of an address; the family is part of the type of the answer.
fn network(address: IpAddr) -> (bool, u128) {
    match address.to_canonical() {
        IpAddr::V4(address) => (false, u128::from(u32::from(address) >> 8)),
        IpAddr::V6(address) => (true, u128::from(address) >> (Ipv6Addr::BITS - 56)),
    }
}

/// How many things each prefix holds at the moment.
#[derive(Debug, Default)]
pub struct Held {
    counts: Mutex<HashMap<Prefix, u32>>,
}

impl Held {
    /// One more, unless it has `most` already.
    pub fn add(&self, prefix: Prefix, most: u32) -> bool {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(prefix).or_insert(0);
        if *count >= most {
            return false;
        }
        *count = count.saturating_add(1);
        true
    }

    /// One less.
    pub fn remove(&self, prefix: Prefix) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&prefix) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&prefix);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Duration = Duration::from_secs(1000);

    fn seconds(count: u64) -> Duration {
        START + Duration::from_secs(count)
    }

    #[test]
    fn three_hundred_at_once_pass_and_the_burst_is_the_end() {
        let buckets = Buckets::new(Rate::new(500, 20.0));
        for _ in 0..500 {
            assert_eq!(buckets.take("room", START), Ok(()));
        }
        assert_eq!(buckets.take("room", START), Err(1));
        assert_eq!(buckets.take("another room", START), Ok(()));
    }

    #[test]
    fn tokens_come_back_at_the_rate_and_not_beyond_the_burst() {
        let buckets = Buckets::new(Rate::new(2, 0.5));
        for (second, outcome) in [
            (0, Ok(())),
            (0, Ok(())),
            // half a token a second: a whole one in two
            (0, Err(2)),
            (1, Err(1)),
            (2, Ok(())),
            (2, Err(2)),
            // an hour fills it with two, no more
            (3600, Ok(())),
            (3600, Ok(())),
            (3600, Err(2)),
        ] {
            assert_eq!(buckets.take("a", seconds(second)), outcome, "{second}");
        }
    }

    #[test]
    fn a_clock_that_stands_still_or_a_rate_of_zero_do_no_harm() {
        let buckets = Buckets::new(Rate::new(1, 0.0));
        assert_eq!(buckets.take("a", START), Ok(()));
        assert_eq!(buckets.take("a", Duration::ZERO), Err(3600));
        assert_eq!(buckets.look(&"a", START), Err(3600));
        assert_eq!(buckets.look(&"b", START), Ok(()));
        // only taking makes somebody known
        assert!(buckets.knows(&"a") && !buckets.knows(&"b"));
    }

    #[test]
    fn memory_is_bounded_and_who_is_held_back_stays_so() {
        let buckets = Buckets::new(Rate::new(2, 0.001));
        assert_eq!(buckets.take(0, START), Ok(()));
        assert_eq!(buckets.take(0, START), Ok(()));
        for key in 1..150_000 {
            assert_eq!(buckets.take(key, START), Ok(()));
        }
        assert!(buckets.kept().len() <= MOST_KEPT);
        assert!(buckets.take(0, START).is_err());
    }

    #[test]
    fn neighbours_share_a_prefix_and_tomorrow_it_is_another() {
        let prefixes = Prefixes::default();
        let of = |address: &str| prefixes.of(address.parse().unwrap(), START);
        assert_eq!(of("192.0.2.1"), of("192.0.2.200"));
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.9"));
        assert_ne!(of("192.0.2.1"), of("192.0.3.1"));
        // /56: the last 72 bits do not count
        assert_eq!(of("2001:db8:0:ff::1"), of("2001:db8:0:1::2"));
        assert_ne!(of("2001:db8:0:100::1"), of("2001:db8:0:1::1"));
        let today = of("192.0.2.1");
        let tomorrow = START + KEY_LIVES;
        assert_ne!(prefixes.of("192.0.2.1".parse().unwrap(), tomorrow), today);
    }

    #[test]
    fn a_prefix_holds_so_many_and_gets_back_what_it_gives_up() {
        let held = Held::default();
        let a = Prefix(1);
        assert!(held.add(a, 2) && held.add(a, 2) && !held.add(a, 2));
        assert!(held.add(Prefix(2), 2));
        held.remove(a);
        assert!(held.add(a, 2));
        for _ in 0..5 {
            held.remove(a);
        }
        assert!(!held.counts.lock().unwrap().contains_key(&a));
    }
}
