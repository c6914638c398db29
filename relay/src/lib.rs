//! The blind mailbox: stores sealed letters and can read none.
//!
//! [`mailbox`] has the rules, pure. [`store`] keeps rows by them: in memory for tests, in SQLite
//! for everybody else. [`http`] puts requests to the store and [`problem`]s to those it cannot
//! answer; [`places`] are what rooms tell their phones; [`limits`] say how often; [`site`] serves the
//! app beside them. [`config`], [`log`] and [`clock`] are the edges, and [`run`] is the story of a
//! relay from start to stop.

pub mod clock;
pub mod config;
pub mod http;
pub mod limits;
pub mod log;
pub mod mailbox;
pub mod places;
pub mod problem;
pub mod run;
pub mod site;
pub mod store;
