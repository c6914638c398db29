//! The sender's queue: what becomes of a sealed letter until the relay has it on disk, and of its
//! withdrawal until the relay has confirmed that. Pure: time and jitter are arguments, requests
//! and answers are plain data, and it holds no plaintext and no contact details.
//!
//! A letter is sealed first and queued then, and its id makes every repeat harmless. So the queue
//! may always send again, and must whenever it does not know: it believes only a receipt with the
//! letter's own id and hash, and never gives up a letter by itself. What cannot be sent is parked
//! where the person sees it.
//!
//! # What a shell does
//!
//! 1. Under the lock of the device: [`due`] names a letter. At its start a shell that holds the
//!    lock first calls [`Item::recovered`] on each.
//! 2. [`Item::begin`], and write the record. **Only when the write is confirmed**, send what
//!    [`Item::request`] says. So the device always knows that a letter may be at the relay.
//! 3. [`Item::answered`], and write the record.
//! 4. When [`Item::needs_settings`], read the office's settings and call [`Item::configured`].
//!
//! Each change starts from the record as it stands at that moment, and reading and writing are
//! one step: one transaction, or under the lock that everybody who writes holds. Else a tab that
//! sends would write over the withdrawal of another. If the record is gone, nothing is written.
//!
//! A lost write is a repeated step. Without a lock two tabs may both send; that is harmless.
//!
//! # Withdrawing
//!
//! A letter that was never begun is withdrawn at once. Any other may be at the relay, whatever
//! the device knows (the answer may have been lost, or be on its way), so the relay is asked to
//! delete it, again and again until it says so. It says "no such letter" in two cases. Had it
//! confirmed the letter before, then the letter is gone for good. Had it not, the letter may still
//! be *on its way* and arrive after the request to delete it. A request does not live longer than
//! [`LONGEST_ON_ITS_WAY_MS`]: shells give up after 30 seconds, relays after ten. So "no such
//! letter" must be heard [`ABSENCES`] times with that pause between; a clock that jumps can cut
//! one pause short, not both. The letter is not sent after it was withdrawn, not even to
//! delete it with certainty: what a person takes back stays on the device.

use crate::call::{LONGEST_CALL_MS, Reply, Request, Trouble, trouble};
use crate::wire::{self, DELETE_HASH, LETTER_TYPE, Receipt};
use base64ct::{Base64, Encoding};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use vaekstspejl_envelope::receipt::{hex, sha256};
use vaekstspejl_envelope::{Delete, Header, Mid, Post, Sid};

/// The shortest pause before another try (milliseconds).
pub const SHORTEST_PAUSE_MS: u64 = 1_000;
/// The longest pause before another try that nobody asked for (milliseconds): five minutes.
pub const LONGEST_PAUSE_MS: u64 = 300_000;
/// A letter marked as being sent for so long was left by a tab that is no more (milliseconds).
pub const ABANDONED_MS: u64 = LONGEST_CALL_MS.saturating_mul(2);
/// A request is not on its way for longer (milliseconds).
pub const LONGEST_ON_ITS_WAY_MS: u64 = 300_000;
/// How often "no such letter" must be heard before a letter that was never confirmed counts as
/// not there.
pub const ABSENCES: u8 = 3;
/// How long sending is tried (days).
pub const MOST_DAYS: u32 = 60;

/// The problem by which the relay says that there is no such letter, or mailbox.
const NO_SUCH_LETTER: &str = "no-such-mailbox";
const DAY_MS: u64 = 86_400_000;
const VERSION: u8 = 1;

/// A letter in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    v: u8,
    /// The letter's id.
    #[serde(serialize_with = "as_text", deserialize_with = "sid")]
    pub sid: Sid,
    /// The office's mailbox.
    #[serde(serialize_with = "as_text", deserialize_with = "mid")]
    pub mid: Mid,
    /// Where the relay is, as `https://post.example`.
    pub relay: String,
    /// The capability to put a letter in.
    #[serde(serialize_with = "post_text", deserialize_with = "post")]
    post: Post,
    /// The capability to withdraw it.
    #[serde(serialize_with = "delete_text", deserialize_with = "delete")]
    delete: Delete,
    /// SHA-256 of the letter, 64 hexadecimal digits.
    pub sha256: String,
    /// The sealed letter; empty when it is not needed any more.
    #[serde(serialize_with = "as_base64", deserialize_with = "base64")]
    pub letter: Vec<u8>,
    /// The day it was sealed by the device's clock (days since 1970-01-01).
    pub sealed_day: u32,
    /// What to call the office, for display.
    pub office: String,
    /// Where it is.
    pub state: State,
}

/// Where a letter is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// On the device, waiting for its next try.
    Sealed {
        /// How often it was begun.
        attempts: u32,
        /// Until when it rests.
        pause: Pause,
        /// What is known of the office's settings.
        settings: Settings,
    },
    /// A tab is sending it, or was when it ended.
    Sending {
        /// How often it was begun, this time included.
        attempts: u32,
        /// When it was begun (milliseconds since 1970-01-01).
        since_ms: u64,
        /// What is known of the office's settings.
        settings: Settings,
    },
    /// The relay has it on disk.
    Accepted {
        /// The relay's word for it; id and hash are this letter's.
        receipt: Receipt,
    },
    /// Not sent until the person does something. It may nevertheless be at the relay, when an
    /// answer was lost before.
    Parked {
        /// How often it was begun.
        attempts: u32,
        /// Why.
        why: Why,
    },
    /// Taken back; not confirmed yet.
    Withdrawing {
        /// How often deleting it was begun.
        attempts: u32,
        /// Until when it rests.
        pause: Pause,
        /// The relay had confirmed it.
        confirmed: bool,
        /// How often the relay said since that there is no such letter.
        absences: u8,
    },
    /// Taken back, and not at the relay.
    Withdrawn,
}

/// Whether the office's settings were read again because the relay does not know the mailbox or
/// the capability.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settings {
    /// No need so far.
    #[default]
    AsSealed,
    /// They should be read before the next try.
    Wanted,
    /// They were read since; if they do not help, nothing does.
    ReadAgain,
}

/// Why a letter is parked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The relay will never take it.
    Refused {
        /// The status, as 422.
        status: u16,
        /// The problem, as `bad-envelope`.
        slug: String,
        /// What exactly.
        reason: Option<String>,
    },
    /// The relay does not know the mailbox or the capability, and the office's settings of now do
    /// not help.
    NoSuchMailbox,
    /// The office takes letters in another mailbox now; this one is sealed to the old.
    OtherMailbox,
    /// Tried for [`MOST_DAYS`] days by the device's clock.
    TooOld,
}

/// A rest from one moment for some time, in milliseconds. Two numbers and not one, so that a
/// clock that went back is noticed and does not make it last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Since when (since 1970-01-01).
    pub from_ms: u64,
    /// How long.
    pub for_ms: u64,
}

impl Pause {
    /// None: due at once.
    pub const NONE: Self = Self {
        from_ms: 0,
        for_ms: 0,
    };

    /// How long it still lasts; nothing when the clock went back behind its beginning.
    fn left_ms(self, now_ms: u64) -> u64 {
        match now_ms.checked_sub(self.from_ms) {
            Some(passed) => self.for_ms.saturating_sub(passed),
            None => 0,
        }
    }

    /// Full jitter: anything from [`SHORTEST_PAUSE_MS`] to a bound that doubles with each attempt,
    /// up to [`LONGEST_PAUSE_MS`]; at least what the relay asked for.
    fn after(attempts: u32, jitter: u32, asked_s: Option<u32>, now_ms: u64) -> Self {
        let doubled = SHORTEST_PAUSE_MS.saturating_mul(1 << attempts.min(20));
        let span = doubled
            .min(LONGEST_PAUSE_MS)
            .saturating_sub(SHORTEST_PAUSE_MS);
        let part = span.saturating_mul(u64::from(jitter)) >> 32;
        let own = SHORTEST_PAUSE_MS.saturating_add(part);
        let asked = u64::from(asked_s.unwrap_or(0)).saturating_mul(1_000);
        Self {
            from_ms: now_ms,
            for_ms: own.max(asked),
        }
    }
}

/// What a request was for; goes back into [`Item::answered`] with its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Putting the letter in.
    Post,
    /// Withdrawing it.
    Withdraw,
}

/// What an office's settings say of its mailbox today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office<'a> {
    /// Where the relay is.
    pub relay: &'a str,
    /// The mailbox.
    pub mid: Mid,
    /// The capability to put letters in.
    pub post: &'a Post,
}

/// Text that is not a record of the queue, or of a newer program. Keep it as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnItem;

/// The number of the letter to take up now: withdrawals first, then whatever was tried least.
pub fn due(items: &[Item], now_ms: u64) -> Option<usize> {
    let ready = items
        .iter()
        .enumerate()
        .filter(|(_, item)| item.rest_ms(now_ms) == Some(0));
    ready
        .min_by_key(|(_, item)| match item.state {
            State::Withdrawing { attempts, .. } => (0, attempts),
            State::Sealed { attempts, .. }
            | State::Sending { attempts, .. }
            | State::Parked { attempts, .. } => (1, attempts),
            State::Accepted { .. } | State::Withdrawn => (2, 0),
        })
        .map(|(number, _)| number)
}

/// How long until something is due (milliseconds); `None`: nothing will be by itself.
pub fn rest_ms(items: &[Item], now_ms: u64) -> Option<u64> {
    items.iter().filter_map(|item| item.rest_ms(now_ms)).min()
}

impl Item {
    /// Queues a sealed letter, whose header names mailbox and id. `None`: these bytes are no
    /// letter.
    pub fn new(
        letter: Vec<u8>,
        relay: &str,
        post: &Post,
        delete: &Delete,
        office: &str,
        now_ms: u64,
    ) -> Option<Self> {
        let header = Header::parse(&letter).ok()?;
        Some(Self {
            v: VERSION,
            sid: header.sid,
            mid: header.mid,
            relay: String::from(relay),
            post: post.clone(),
            delete: delete.clone(),
            sha256: hex(&sha256(&letter)),
            letter,
            sealed_day: day(now_ms),
            office: String::from(office),
            state: State::Sealed {
                attempts: 0,
                pause: Pause::NONE,
                settings: Settings::AsSealed,
            },
        })
    }

    /// As a record for the device: JSON.
    pub fn to_record(&self) -> String {
        serde_json::to_string(self).expect("text, numbers and enums without maps become JSON")
    }

    /// Reads a record. What a newer program wrote and what is damaged is not guessed at.
    pub fn from_record(record: &str) -> Result<Self, NotAnItem> {
        let item: Self = serde_json::from_str(record).map_err(|_| NotAnItem)?;
        let whole = item.v == VERSION && (item.letter_is_dropped() || item.letter_is_this_one());
        whole.then_some(item).ok_or(NotAnItem)
    }

    fn letter_is_dropped(&self) -> bool {
        let done = matches!(
            self.state,
            State::Accepted { .. } | State::Withdrawing { .. } | State::Withdrawn
        );
        done && self.letter.is_empty()
    }

    fn letter_is_this_one(&self) -> bool {
        Header::parse(&self.letter)
            .is_ok_and(|header| header.sid == self.sid && header.mid == self.mid)
            && hex(&sha256(&self.letter)) == self.sha256
    }

    /// How long until this one is due by itself (milliseconds); `None`: it will not be.
    pub fn rest_ms(&self, now_ms: u64) -> Option<u64> {
        match &self.state {
            State::Sealed { pause, .. } | State::Withdrawing { pause, .. } => {
                Some(pause.left_ms(now_ms))
            }
            State::Sending { since_ms, .. } => Some(
                Pause {
                    from_ms: *since_ms,
                    for_ms: ABANDONED_MS,
                }
                .left_ms(now_ms),
            ),
            // the clock had been wrong
            State::Parked {
                why: Why::TooOld, ..
            } if !self.is_too_old(now_ms) => Some(0),
            State::Parked { .. } | State::Accepted { .. } | State::Withdrawn => None,
        }
    }

    fn is_too_old(&self, now_ms: u64) -> bool {
        day(now_ms).saturating_sub(self.sealed_day) > MOST_DAYS
    }

    /// Takes it up: to be written before anything is sent. A letter that is too old is parked
    /// instead, and one that is not to be sent stays as it is; [`request`](Self::request) then has
    /// nothing.
    #[must_use]
    pub fn begin(mut self, now_ms: u64) -> Self {
        let too_old = self.is_too_old(now_ms);
        let (attempts, settings) = match self.state {
            State::Sealed {
                attempts, settings, ..
            }
            | State::Sending {
                attempts, settings, ..
            } => (attempts, settings),
            State::Parked {
                attempts,
                why: Why::TooOld,
            } => (attempts, Settings::AsSealed),
            State::Withdrawing {
                ref mut attempts,
                ref mut pause,
                ..
            } => {
                *attempts = attempts.saturating_add(1);
                *pause = Pause {
                    from_ms: now_ms,
                    for_ms: ABANDONED_MS,
                };
                return self;
            }
            State::Parked { .. } | State::Accepted { .. } | State::Withdrawn => return self,
        };
        self.state = match too_old {
            true => State::Parked {
                attempts,
                why: Why::TooOld,
            },
            false => State::Sending {
                attempts: attempts.saturating_add(1),
                since_ms: now_ms,
                settings,
            },
        };
        self
    }

    /// What to send for a letter that was begun; nothing for any other.
    pub fn request(&self) -> Option<(Asked, Request)> {
        let path = wire::message(&self.mid.to_string(), &self.sid.to_string());
        match self.state {
            State::Sending { .. } => {
                let mut request = Request::new("PUT", &self.relay, &path, &self.post.to_text());
                let delete = self.delete.hash().to_string();
                request.headers.push((DELETE_HASH, delete));
                request
                    .headers
                    .push(("content-type", String::from(LETTER_TYPE)));
                request.body.clone_from(&self.letter);
                Some((Asked::Post, request))
            }
            State::Withdrawing { attempts, .. } if attempts > 0 => {
                let request = Request::new("DELETE", &self.relay, &path, &self.delete.to_text());
                Some((Asked::Withdraw, request))
            }
            _ => None,
        }
    }

    /// What came back, `None`: nothing did. Whatever the letter has become meanwhile, an answer
    /// only ever takes it further. `jitter`: any number, from a source that spreads evenly.
    #[must_use]
    pub fn answered(self, asked: Asked, reply: Option<&Reply>, now_ms: u64, jitter: u32) -> Self {
        match asked {
            Asked::Post => self.posted(reply, now_ms, jitter),
            Asked::Withdraw => self.deleted(reply, now_ms, jitter),
        }
    }

    fn posted(mut self, reply: Option<&Reply>, now_ms: u64, jitter: u32) -> Self {
        let receipt = reply.and_then(|it| self.receipt_in(it));
        match (&mut self.state, receipt) {
            (State::Withdrawing { confirmed, .. }, Some(_)) => *confirmed = true,
            (State::Withdrawing { .. } | State::Withdrawn | State::Accepted { .. }, _) => {}
            (_, Some(receipt)) => {
                self.state = State::Accepted { receipt };
                self.letter = Vec::new();
            }
            (
                &mut State::Sending {
                    attempts, settings, ..
                },
                None,
            ) => self.state = next(attempts, settings, trouble(reply), now_ms, jitter),
            // another tab has had an answer already
            (State::Sealed { .. } | State::Parked { .. }, None) => {}
        }
        self
    }

    /// The receipt, if this is one and for this letter.
    fn receipt_in(&self, reply: &Reply) -> Option<Receipt> {
        let receipt: Receipt = reply.json(&[200, 201])?;
        let ours =
            receipt.v == 1 && receipt.sid == self.sid.to_string() && receipt.sha256 == self.sha256;
        ours.then_some(receipt)
    }

    fn deleted(mut self, reply: Option<&Reply>, now_ms: u64, jitter: u32) -> Self {
        let State::Withdrawing {
            attempts,
            confirmed,
            absences,
            ref mut pause,
        } = self.state
        else {
            return self;
        };
        let status = reply.map_or(0, |it| it.status);
        let absent = status == 404 && reply.is_some_and(says_no_such_letter);
        if status == 204 || (absent && (confirmed || absences.saturating_add(1) >= ABSENCES)) {
            self.state = State::Withdrawn;
        } else if absent {
            self.state = State::Withdrawing {
                attempts,
                confirmed,
                absences: absences.saturating_add(1),
                pause: Pause {
                    from_ms: now_ms,
                    for_ms: LONGEST_ON_ITS_WAY_MS,
                },
            };
        } else {
            let asked_s = match trouble(reply) {
                Trouble::Later { after_s } => after_s,
                Trouble::Config | Trouble::Never { .. } => None,
            };
            *pause = Pause::after(attempts, jitter, asked_s, now_ms);
        }
        self
    }

    /// The office's settings must be read before this can go on.
    pub fn needs_settings(&self) -> bool {
        matches!(
            self.state,
            State::Sealed {
                settings: Settings::Wanted,
                ..
            }
        )
    }

    /// The office's settings of today. `None`: the office has no mailbox any more. When they could
    /// not be read, do not call this; the letter is tried again as it is after its pause.
    #[must_use]
    pub fn configured(mut self, office: Option<&Office<'_>>) -> Self {
        let State::Sealed {
            attempts,
            settings: Settings::Wanted,
            ..
        } = self.state
        else {
            return self;
        };
        let parked = |why| State::Parked { attempts, why };
        self.state = match office {
            None => parked(Why::NoSuchMailbox),
            Some(office) if office.mid != self.mid => parked(Why::OtherMailbox),
            Some(office) => {
                self.relay = String::from(office.relay);
                self.post = office.post.clone();
                State::Sealed {
                    attempts,
                    pause: Pause::NONE,
                    settings: Settings::ReadAgain,
                }
            }
        };
        self
    }

    /// At the start of a shell that holds the lock: nobody is sending this, whatever it says.
    #[must_use]
    pub fn recovered(mut self) -> Self {
        if let State::Sending {
            attempts, settings, ..
        } = self.state
        {
            self.state = State::Sealed {
                attempts,
                pause: Pause::NONE,
                settings,
            };
        }
        self
    }

    /// The line is back, or the person asks: no more rest. A parked letter stays parked.
    #[must_use]
    pub fn hurried(mut self) -> Self {
        match &mut self.state {
            State::Sealed { pause, .. } => *pause = Pause::NONE,
            // a pause after "no such letter" is no impatience and is not cut short
            State::Withdrawing {
                pause, absences: 0, ..
            } => *pause = Pause::NONE,
            _ => {}
        }
        self
    }

    /// The person asks for a parked letter to be tried again: from today, with fresh settings.
    #[must_use]
    pub fn unparked(mut self, now_ms: u64) -> Self {
        if let State::Parked { attempts, .. } = self.state {
            self.sealed_day = day(now_ms);
            self.state = State::Sealed {
                attempts,
                pause: Pause::NONE,
                settings: Settings::AsSealed,
            };
        }
        self
    }

    /// The person takes it back. See the module's head. The letter's bytes are dropped.
    #[must_use]
    pub fn withdrawn(mut self) -> Self {
        let confirmed = match self.state {
            State::Sealed { attempts: 0, .. } | State::Parked { attempts: 0, .. } => {
                self.letter = Vec::new();
                self.state = State::Withdrawn;
                return self;
            }
            State::Withdrawing { .. } | State::Withdrawn => return self,
            State::Accepted { .. } => true,
            State::Sealed { .. } | State::Sending { .. } | State::Parked { .. } => false,
        };
        self.letter = Vec::new();
        self.state = State::Withdrawing {
            attempts: 0,
            pause: Pause::NONE,
            confirmed,
            absences: 0,
        };
        self
    }
}

/// Where a letter goes that was not accepted.
fn next(attempts: u32, settings: Settings, trouble: Trouble, now_ms: u64, jitter: u32) -> State {
    let parked = |why| State::Parked { attempts, why };
    match trouble {
        Trouble::Never {
            status,
            slug,
            reason,
        } => parked(Why::Refused {
            status,
            slug,
            reason,
        }),
        Trouble::Config if settings == Settings::ReadAgain => parked(Why::NoSuchMailbox),
        // if the settings cannot be read, it is tried again as it is
        Trouble::Config => State::Sealed {
            attempts,
            pause: Pause::after(attempts, jitter, None, now_ms),
            settings: Settings::Wanted,
        },
        Trouble::Later { after_s } => State::Sealed {
            attempts,
            pause: Pause::after(attempts, jitter, after_s, now_ms),
            settings,
        },
    }
}

/// The relay's own word; a 404 of whoever else answers there is none.
fn says_no_such_letter(reply: &Reply) -> bool {
    let slug = |it: wire::Problem| it.kind.strip_prefix(wire::PROBLEM_PREFIX).map(String::from);
    reply.problem().and_then(slug).as_deref() == Some(NO_SUCH_LETTER)
}

fn day(now_ms: u64) -> u32 {
    u32::try_from(now_ms / DAY_MS).unwrap_or(u32::MAX)
}

fn as_text<S: Serializer>(id: &impl ToString, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&id.to_string())
}

fn sid<'de, D: Deserializer<'de>>(from: D) -> Result<Sid, D::Error> {
    let text = String::deserialize(from)?;
    Sid::parse(&text).map_err(|_| serde::de::Error::custom("not an id of a letter"))
}

fn mid<'de, D: Deserializer<'de>>(from: D) -> Result<Mid, D::Error> {
    let text = String::deserialize(from)?;
    Mid::parse(&text).map_err(|_| serde::de::Error::custom("not an id of a mailbox"))
}

fn post_text<S: Serializer>(post: &Post, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&post.to_text())
}

fn post<'de, D: Deserializer<'de>>(from: D) -> Result<Post, D::Error> {
    let text = String::deserialize(from)?;
    Post::parse(&text).map_err(|_| serde::de::Error::custom("not a capability to post"))
}

fn delete_text<S: Serializer>(delete: &Delete, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&delete.to_text())
}

fn delete<'de, D: Deserializer<'de>>(from: D) -> Result<Delete, D::Error> {
    let text = String::deserialize(from)?;
    Delete::parse(&text).map_err(|_| serde::de::Error::custom("not a capability to withdraw"))
}

fn as_base64<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&Base64::encode_string(bytes))
}

fn base64<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(from)?;
    Base64::decode_vec(&text).map_err(|_| serde::de::Error::custom("not base64"))
}
