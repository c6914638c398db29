//! Sender, network, relay and office in one deterministic world, with faults.
//!
//! The programs are the real ones: sealing and opening, the sender's queue, the relay's rules over
//! its reference store, the office's collector. What is simulated is what is between and around
//! them: tabs, disks, clocks, the network, crashes. One seed is one world, on any machine; what
//! did not hold names its seed.
//!
//! After so many operations nothing goes wrong any more. Then the world must come to rest, and
//! whoever sees everything compares (`check.rs`): each letter exactly once at the office, what was
//! withdrawn nowhere, nothing acknowledged that was not stored. That the comparing works is shown
//! by programs with a [`mistake`] each.
//!
//! It refuses to look at the machine's clock or randomness, and it does not test sockets or disks:
//! that is done with the relay's own process.

pub mod fault;
pub mod mistake;
pub mod random;
pub mod relay;

mod check;
mod network;
mod office;
mod sender;
mod world;

pub use world::{Outcome, Plan, START_MS, World, run};
