//! The world: true time, who does what when, and what goes wrong. One thread, one seed; the same
//! seed is the same world, event by event.

use crate::check::Oracle;
use crate::fault::{Counts, Fault, Faults};
use crate::mistake::Mistake;
use crate::network::Caller;
use crate::office::Office;
use crate::random::Random;
use crate::relay::{Relay, now};
use crate::sender::{Device, Write};
use core::cmp::Reverse;
use std::collections::BinaryHeap;
use vaekstspejl_envelope::{Delete, Key, Mid, Owner, Post, PublicKey, Sid};
use vaekstspejl_mailbox::call::{Reply, Request};
use vaekstspejl_mailbox::outbox::Asked;
use vaekstspejl_relay::store::{Found, Store};

/// Friday, 20 November 2026, noon (milliseconds since 1970-01-01).
pub const START_MS: u64 = (20_777 * 24 + 12) * HOUR_MS;
pub(crate) const SECOND_MS: u64 = 1_000;
pub(crate) const MINUTE_MS: u64 = 60_000;
pub(crate) const HOUR_MS: u64 = 3_600_000;
pub(crate) const DAY_MS: u64 = 24 * HOUR_MS;
/// How long a world may take to come to rest once nothing goes wrong any more: an hour, which is
/// the longest that a relay may ask to wait, and half of one.
const LONGEST_CALM_MS: u64 = 90 * MINUTE_MS;
/// How many devices there are.
const DEVICES: usize = 4;

/// What a world is made of.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The seed.
    pub seed: u64,
    /// After so many operations nothing goes wrong any more, and it must come to rest.
    pub operations: u64,
    /// What may go wrong.
    pub faults: Faults,
    /// What one of the programs does wrong.
    pub mistake: Option<Mistake>,
}

/// What became of a world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Events carried out.
    pub operations: u64,
    /// How often each fault happened.
    pub faults: Counts,
    /// Letters that were queued.
    pub letters: u64,
    /// Of these, withdrawn.
    pub withdrawn: u64,
    /// A number that is the same only for the same events at the same times.
    pub fingerprint: u64,
    /// What did not hold.
    pub failure: Option<String>,
}

/// An office's settings as they were published.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    pub(crate) from_ms: u64,
    pub(crate) post: Post,
    pub(crate) key: PublicKey,
}

#[derive(Clone, Debug)]
pub(crate) enum Event {
    PersonActs(usize),
    PersonRegrets(Caller, Sid),
    TabWakes(Caller),
    Written(Caller, Box<Write>),
    SettingsRead(Caller, Sid),
    Arrives {
        caller: Caller,
        call: u64,
        asked: Option<Asked>,
        request: Box<Request>,
    },
    Answer {
        caller: Caller,
        call: u64,
        reply: Option<Box<Reply>>,
    },
    RelaySweeps,
    RelayRestarts,
    RelayClock,
    DeviceClock(usize),
    OfficeRotates,
    OfficeWakes(u64),
    OfficeWritten(u64),
    OfficeRestarts,
}

#[derive(Debug)]
struct Scheduled {
    at_ms: u64,
    order: u64,
    event: Event,
}

impl PartialEq for Scheduled {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}
impl Eq for Scheduled {}
impl PartialOrd for Scheduled {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Scheduled {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        (self.at_ms, self.order).cmp(&(other.at_ms, other.order))
    }
}

/// A world.
#[derive(Debug)]
pub struct World {
    pub(crate) plan: Plan,
    pub(crate) now_ms: u64,
    pub(crate) random: Random,
    /// Nothing goes wrong any more.
    pub(crate) calm: bool,
    pub(crate) devices: Vec<Device>,
    pub(crate) relay: Relay,
    pub(crate) office: Office,
    pub(crate) oracle: Oracle,
    pub(crate) mid: Mid,
    pub(crate) owner: Owner,
    /// Every key the office ever had.
    pub(crate) keys: Vec<Key>,
    pub(crate) published: Vec<Published>,
    pub(crate) calls: u64,
    /// The last receipt that the relay gave to anybody.
    pub(crate) last_receipt: Option<Reply>,
    queue: BinaryHeap<Reverse<Scheduled>>,
    order: u64,
    operations: u64,
    counts: Counts,
    fingerprint: u64,
    failure: Option<String>,
}

/// Carries out a plan.
pub fn run(plan: &Plan) -> Outcome {
    let mut world = World::new(plan.clone());
    world.begin();
    while world.operations < plan.operations && world.step() {}
    if world.failure.is_none() {
        world.calm_down();
    }
    Outcome {
        operations: world.operations,
        letters: world.oracle.queued(),
        withdrawn: world.oracle.withdrawn(),
        faults: world.counts,
        fingerprint: world.fingerprint,
        failure: world.failure,
    }
}

impl World {
    fn new(plan: Plan) -> Self {
        let mut random = Random::new(plan.seed);
        let key = Key::random(&mut random, 20_777);
        let public = key.secret.public();
        let mid = public.mid();
        let mut seed = [0; 32];
        seed.fill_with(|| u8::try_from(random.below(256)).unwrap_or(0));
        let owner = Owner::derive(&seed, &mid);
        let post = Post::random(&mut random);
        let relay = Relay::new(
            mid,
            post.hash(),
            owner.hash(),
            vaekstspejl_relay::mailbox::Now(START_MS / 1_000),
        );
        let devices = (0..DEVICES)
            .map(|_| Device::new(plan.faults.contains(&Fault::NoLocks) && random.per_mille(250)))
            .collect();
        Self {
            now_ms: START_MS,
            random,
            calm: false,
            devices,
            relay,
            office: Office::new(&mid),
            oracle: Oracle::default(),
            mid,
            owner,
            keys: vec![key],
            published: vec![Published {
                from_ms: START_MS,
                post,
                key: public,
            }],
            calls: 0,
            last_receipt: None,
            queue: BinaryHeap::new(),
            order: 0,
            operations: 0,
            counts: Counts::new(),
            fingerprint: 0xcbf2_9ce4_8422_2325,
            failure: None,
            plan,
        }
    }

    fn begin(&mut self) {
        for device in 0..self.devices.len() {
            self.open_tab(device, 0);
            self.after(MINUTE_MS, Event::PersonActs(device));
            self.after(10 * MINUTE_MS, Event::DeviceClock(device));
        }
        self.after(0, Event::RelaySweeps);
        self.after(5 * MINUTE_MS, Event::RelayClock);
        self.after(5 * MINUTE_MS, Event::OfficeRotates);
        self.after(MINUTE_MS, Event::OfficeWakes(0));
    }

    /// Carries out the next event; false when there is none or something did not hold.
    fn step(&mut self) -> bool {
        let Some(Reverse(next)) = self.queue.pop() else {
            return false;
        };
        self.now_ms = self.now_ms.max(next.at_ms);
        self.operations += 1;
        self.note(next.at_ms);
        self.note(kind(&next.event));
        match next.event {
            Event::PersonActs(device) => self.person_acts(device),
            Event::PersonRegrets(caller, sid) => self.person_regrets(caller, sid),
            Event::TabWakes(caller) => self.tab_wakes(caller),
            Event::Written(caller, write) => self.written(caller, *write),
            Event::SettingsRead(caller, sid) => self.settings_read(caller, sid),
            Event::Arrives {
                caller,
                call,
                asked,
                request,
            } => self.arrives(caller, call, asked, &request),
            Event::Answer {
                caller,
                call,
                reply,
            } => self.answer(caller, call, reply.map(|it| *it)),
            Event::RelaySweeps => self.relay_sweeps(),
            Event::RelayRestarts => self.relay_is_swept(),
            Event::RelayClock => self.relay_clock(),
            Event::DeviceClock(device) => self.device_clock(device),
            Event::OfficeRotates => self.office_rotates(),
            Event::OfficeWakes(life) => self.office_wakes(life),
            Event::OfficeWritten(life) => self.office_written(life),
            Event::OfficeRestarts => self.office_restarts(),
        }
        self.failure.is_none()
    }

    /// From now on nothing goes wrong; it must come to rest, and everything must hold then.
    fn calm_down(&mut self) {
        self.calm = true;
        self.relay.down_until = 0;
        self.relay.full_until = 0;
        self.relay.clock_ahead = 0;
        self.office.quiet_rounds = 0;
        for device in 0..self.devices.len() {
            self.calm_device(device);
        }
        let until = self.now_ms + LONGEST_CALM_MS;
        // whatever is still on its way arrives first
        let quiet = self.now_ms + 10 * MINUTE_MS;
        while self.now_ms < until && self.step() {
            if self.now_ms > quiet && self.is_at_rest() {
                self.check_everything();
                return;
            }
        }
        if self.failure.is_none() {
            self.fail(&self.restlessness());
        }
    }

    /// What did not hold; the first one counts.
    pub(crate) fn fail(&mut self, what: &str) {
        if self.failure.is_none() {
            let operations = self.operations;
            self.failure = Some(format!("operation {operations}: {what}"));
        }
    }

    /// Lets something happen after a while.
    pub(crate) fn after(&mut self, wait_ms: u64, event: Event) {
        self.order += 1;
        self.queue.push(Reverse(Scheduled {
            at_ms: self.now_ms.saturating_add(wait_ms),
            order: self.order,
            event,
        }));
    }

    /// Whether a fault strikes here; if so, it is counted.
    pub(crate) fn strikes(&mut self, fault: Fault) -> bool {
        let may = !self.calm && self.plan.faults.contains(&fault);
        let strikes = may && self.random.per_mille(fault.per_mille());
        if strikes {
            self.happened(fault);
        }
        strikes
    }

    /// Counts a fault that happened of itself.
    pub(crate) fn happened(&mut self, fault: Fault) {
        *self.counts.entry(fault).or_insert(0) += 1;
    }

    pub(crate) fn makes(&self, mistake: Mistake) -> bool {
        self.plan.mistake == Some(mistake)
    }

    /// Adds to the fingerprint (FNV-1a, 64 bits at a time).
    pub(crate) fn note(&mut self, number: u64) {
        self.fingerprint = (self.fingerprint ^ number).wrapping_mul(0x0100_0000_01b3);
    }

    fn relay_sweeps(&mut self) {
        self.relay_is_swept();
        self.after(HOUR_MS, Event::RelaySweeps);
    }

    /// As a relay does at its start and every hour.
    fn relay_is_swept(&mut self) {
        let at = self.relay.time(self.now_ms);
        if now(self.relay.store().expire(at)).is_err() {
            self.fail("the store in memory cannot sweep");
        }
    }

    fn relay_clock(&mut self) {
        self.relay.clock_ahead = match self.strikes(Fault::RelayClock) {
            true => self.jump(),
            false => 0,
        };
        self.after(5 * MINUTE_MS, Event::RelayClock);
    }

    fn device_clock(&mut self, device: usize) {
        let ahead = match self.strikes(Fault::DeviceClock) {
            true => self.jump(),
            // most devices find the right time again
            false if self.calm || self.random.per_mille(300) => 0,
            false => self.devices[device].clock_ahead,
        };
        self.devices[device].clock_ahead = ahead;
        self.after(5 * MINUTE_MS, Event::DeviceClock(device));
    }

    fn jump(&mut self) -> i64 {
        const JUMPS: [u64; 5] = [
            HOUR_MS,
            3 * DAY_MS,
            40 * DAY_MS,
            365 * DAY_MS,
            9 * 365 * DAY_MS,
        ];
        let far = JUMPS[self.random.index(JUMPS.len())];
        let far = i64::try_from(far).unwrap_or(0);
        match self.random.per_mille(500) {
            true => far,
            false => -far,
        }
    }

    /// A new key and a new capability; the relay knows at once, the world some time later.
    fn office_rotates(&mut self) {
        if self.strikes(Fault::Rotation) {
            let key = Key::random(&mut self.random, 20_777);
            let post = Post::random(&mut self.random);
            let overlap_s = self.random.below(3_600);
            let at = self.relay.time(self.now_ms);
            let (mid, owner) = (self.mid, self.owner.hash());
            let store = self.relay.store();
            if now(store.rotate_post(mid, owner, post.hash(), overlap_s, at)) != Ok(Found::Done) {
                self.fail("the owner cannot rotate the post capability");
            }
            let from_ms = self.now_ms + self.random.below(2 * HOUR_MS);
            self.published.push(Published {
                from_ms,
                post,
                key: key.secret.public(),
            });
            self.keys.push(key);
        }
        self.after(5 * MINUTE_MS, Event::OfficeRotates);
    }

    /// The newest settings that are published; when calm, all are.
    pub(crate) fn settings(&self) -> &Published {
        let mut newest = self.published.iter().rev();
        newest
            .find(|it| self.calm || it.from_ms <= self.now_ms)
            .expect("the first settings were published at the start")
    }

    fn answer(&mut self, caller: Caller, call: u64, reply: Option<Reply>) {
        match caller {
            Caller::Tab { .. } => self.tab_answered(caller, call, reply),
            Caller::Office { life } => self.office_answered(life, call, reply),
        }
    }

    /// A letter's own secret.
    pub(crate) fn new_delete(&mut self) -> Delete {
        Delete::random(&mut self.random)
    }
}

fn kind(event: &Event) -> u64 {
    match event {
        Event::PersonActs(_) => 1,
        Event::TabWakes(_) => 2,
        Event::Written(..) => 3,
        Event::SettingsRead(..) => 4,
        Event::Arrives { .. } => 5,
        Event::Answer { reply, .. } => 6 + u64::from(reply.as_ref().map_or(0, |it| it.status)),
        Event::RelaySweeps => 1001,
        Event::RelayClock => 1002,
        Event::DeviceClock(_) => 1003,
        Event::OfficeRotates => 1004,
        Event::OfficeWakes(_) => 1005,
        Event::OfficeWritten(_) => 1006,
        Event::OfficeRestarts => 1007,
        Event::RelayRestarts => 1008,
        Event::PersonRegrets(..) => 1009,
    }
}
