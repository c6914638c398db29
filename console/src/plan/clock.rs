//! The clock of the rounds: whose turn it is, by a steady clock that nobody can set.
//!
//! Milliseconds come from outside. The clock runs from a moment or stands; where it is follows from
//! the moment alone, so a page that was asleep shows the right thing.

use vaekstspejl_workshop::rounds::{Now, Timer};

/// More than this between two looks, by the steady clock or by the other one beside it, and the
/// machine has slept.
pub const NAP_MS: u64 = 5_000;

/// The clock of an evening's rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoundClock {
    /// The round, from 1.
    pub round: u16,
    /// How many.
    pub rounds: u16,
    /// The people of the largest group, and the seconds of each.
    pub timer: Timer,
    /// Gone when it last stood (milliseconds).
    gone: u64,
    /// Since when it runs.
    since: Option<u64>,
}

impl RoundClock {
    /// Before the first turn of the first round; it stands.
    pub fn new(rounds: u16, people: usize, seconds: u32) -> Self {
        Self {
            round: 1,
            rounds: rounds.max(1),
            timer: Timer {
                people: people.max(1),
                seconds: seconds.max(1),
            },
            gone: 0,
            since: None,
        }
    }

    /// Whether it runs.
    pub const fn runs(&self) -> bool {
        self.since.is_some()
    }

    /// Whether nothing has been done with it yet.
    pub const fn is_fresh(&self) -> bool {
        self.round == 1 && self.gone == 0 && self.since.is_none()
    }

    /// Milliseconds gone of the round, at most all of it.
    pub fn gone(&self, now: u64) -> u64 {
        let since = self.since.map_or(0, |since| now.saturating_sub(since));
        let all = self.timer.length().saturating_mul(1_000);
        self.gone.saturating_add(since).min(all)
    }

    /// Where it stands.
    pub fn at(&self, now: u64) -> Now {
        self.timer.at(self.gone(now) / 1_000)
    }

    /// Lets it run, or stand.
    #[must_use]
    pub fn running(self, runs: bool, now: u64) -> Self {
        Self {
            gone: self.gone(now),
            since: runs.then_some(now),
            ..self
        }
    }

    /// On: to the next turn, from the last turn to the end of the round, from there to the next
    /// round, which waits.
    #[must_use]
    pub fn next(self, now: u64) -> Self {
        match self.at(now) {
            Now::Turn { turn, .. } => self.moved(turn.end, now),
            Now::Over if self.round < self.rounds => Self {
                round: self.round.saturating_add(1),
                gone: 0,
                since: None,
                ..self
            },
            Now::Over => self.running(false, now),
        }
    }

    /// Back: to the beginning of the turn, from there to the turn before it, from the first turn to
    /// the last one of the round before.
    #[must_use]
    pub fn back(self, now: u64) -> Self {
        let seconds = u64::from(self.timer.seconds);
        let last = self.timer.length().saturating_sub(seconds);
        match self.at(now) {
            Now::Over => self.moved(last, now),
            Now::Turn { turn, .. } => {
                let into = (self.gone(now) / 1_000).saturating_sub(turn.start);
                if into >= 3 {
                    self.moved(turn.start, now)
                } else if turn.index > 0 {
                    self.moved(turn.start.saturating_sub(seconds), now)
                } else if self.round > 1 {
                    let before = Self {
                        round: self.round.saturating_sub(1),
                        ..self
                    };
                    before.moved(last, now)
                } else {
                    self.moved(0, now)
                }
            }
        }
    }

    fn moved(self, seconds: u64, now: u64) -> Self {
        Self {
            gone: seconds.saturating_mul(1_000),
            since: self.since.map(|_| now),
            ..self
        }
    }

    /// As a text that a reload brings back; `wall` is the time of day, which goes on meanwhile.
    pub fn to_text(self, now: u64, wall: u64) -> String {
        let numbers = [
            u64::from(self.round),
            u64::from(self.rounds),
            u64::try_from(self.timer.people).unwrap_or(u64::MAX),
            u64::from(self.timer.seconds),
            self.gone(now),
            u64::from(self.runs()),
            wall,
        ];
        numbers.map(|it| it.to_string()).join(" ")
    }

    /// Of such a text. A clock that ran has gone on; a time of day that went backwards counts as no
    /// time.
    pub fn from_text(text: &str, now: u64, wall: u64) -> Option<Self> {
        let numbers: Option<Vec<u64>> = text.split(' ').map(|it| it.parse().ok()).collect();
        let &[round, rounds, people, seconds, gone, runs, then] = numbers?.as_slice() else {
            return None;
        };
        let people = usize::try_from(people)
            .ok()
            .filter(|it| (1..=500).contains(it))?;
        let seconds = u32::try_from(seconds)
            .ok()
            .filter(|it| (1..=600).contains(it))?;
        let rounds = u16::try_from(rounds)
            .ok()
            .filter(|it| (1..=8).contains(it))?;
        let round = u16::try_from(round)
            .ok()
            .filter(|it| (1..=rounds).contains(it))?;
        let meanwhile = if runs == 1 {
            wall.saturating_sub(then)
        } else {
            0
        };
        let clock = Self {
            round,
            gone: gone.saturating_add(meanwhile),
            since: (runs == 1).then_some(now),
            ..Self::new(rounds, people, seconds)
        };
        Some(Self {
            gone: clock.gone(now),
            ..clock
        })
    }
}

/// Whether the machine slept between two looks, each by the steady clock and by the time of day.
pub fn slept(before: (u64, u64), after: (u64, u64)) -> bool {
    let steady = after.0.saturating_sub(before.0);
    let wall = after.1.saturating_sub(before.1);
    steady > NAP_MS || wall > steady.saturating_add(NAP_MS)
}
