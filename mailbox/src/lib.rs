//! The protocol VMB/1 between sender, relay and office, without I/O.
//!
//! [`wire`] is what goes over the line. What each side remembers and does next are pure state
//! machines: the shells in the app, the console and the command line only carry bytes.

pub mod wire;
