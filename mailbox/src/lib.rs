//! The protocol VMB/1 between sender, relay and office, without I/O.
//!
//! [`wire`] is what goes over the line, [`call`] a request and its answer as plain data. What each
//! side remembers and does next are pure state machines: [`outbox`] for the sender, [`inbox`] for
//! the office. [`room`] is what a workshop room has besides: opening and ending it, and what it tells
//! its phones. The shells in the app, the console and the command line only carry bytes.

#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::unwrap_used
    )
)]

pub mod call;
pub mod inbox;
pub mod outbox;
pub mod room;
pub mod wire;
