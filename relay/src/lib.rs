//! The blind mailbox: stores sealed letters and can read none.
//!
//! [`mailbox`] has the rules, pure. [`store`] keeps rows by them: in memory for tests, in SQLite
//! for everybody else.

pub mod mailbox;
pub mod store;
