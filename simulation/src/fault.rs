//! What goes wrong, how often, and how often it really did.

use std::collections::{BTreeMap, BTreeSet};

macro_rules! faults {
    ($($name:ident, $text:literal, $per_mille:literal, $what:literal;)*) => {
        /// A kind of fault.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault {
            $(#[doc = $what] $name,)*
        }

        impl Fault {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name on the command line.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// How often it strikes where it can (per mille).
            pub const fn per_mille(self) -> u64 {
                match self { $(Self::$name => $per_mille),* }
            }
        }
    };
}

faults! {
    LostRequest, "lost-request", 40, "A request never arrives.";
    LostAnswer, "lost-answer", 50, "The relay did it, and its answer never arrives.";
    Duplicate, "duplicate", 40, "A request arrives twice.";
    Reorder, "reorder", 40, "A request arrives after one that was sent later.";
    Delay, "delay", 30, "A request arrives after the sender gave up on it.";
    TruncatedRequest, "truncated-request", 10, "A proxy passes on the first part of a body.";
    TruncatedAnswer, "truncated-answer", 30, "The first part of an answer arrives.";
    ForeignAnswer, "foreign-answer", 20, "A cache answers with the receipt of another letter; the relay learns nothing.";
    DamagedRow, "damaged-row", 20, "A letter in the office's list is damaged on its way.";
    CaptivePortal, "captive-portal", 30, "A network answers everything with 200 and its log-in page.";
    Offline, "offline", 30, "A device has no network for a while.";
    BadGateway, "bad-gateway", 30, "A proxy answers 502, as HTML or as another program's JSON.";
    SlowDown, "slow-down", 30, "The relay answers 429 or 503, with the time to wait.";
    DiskFull, "disk-full", 10, "The relay's disk is full for a while.";
    CrashBeforeCommit, "crash-before-commit", 10, "The relay ends before it has done it.";
    CrashAfterCommit, "crash-after-commit", 10, "The relay ends after it has done it, before it answers.";
    RelayClock, "relay-clock", 80, "The relay's clock jumps by hours, days or years.";
    DeviceClock, "device-clock", 40, "A device's clock jumps by hours, days or years.";
    TabCrash, "tab-crash", 10, "A tab ends in the middle of something; its write may be lost.";
    TwoTabs, "two-tabs", 60, "Two tabs of a device are at the same queue.";
    NoLocks, "no-locks", 250, "A browser has no locks, and both tabs send.";
    StorageRefused, "storage-refused", 15, "A device's storage refuses a write.";
    OfficeCrash, "office-crash", 20, "The office's program ends between reading and acknowledging.";
    WithdrawalRace, "withdrawal-race", 100, "A letter is withdrawn while nobody knows whether it arrived.";
    Rotation, "rotation", 60, "The office changes its key and post capability, and publishes them later.";
}

impl Fault {
    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.name() == name)
    }
}

/// The kinds that may strike.
pub type Faults = BTreeSet<Fault>;

/// Every kind.
pub fn all() -> Faults {
    Fault::ALL.iter().copied().collect()
}

/// How often each kind really happened.
pub type Counts = BTreeMap<Fault, u64>;
