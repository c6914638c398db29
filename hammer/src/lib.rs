//! Treats a real relay badly and says what became of the letters. Real processes, real sockets,
//! real disks: what a simulation cannot know of.
//!
//! [`kill`] ends relay and database without warning, again and again; [`disk`] takes their space
//! away; [`load`] measures, [`room`] fills a workshop's room. [`relay`] and [`postgres`] are the
//! processes, [`office`] the mailbox and its owner, [`writers`] the senders, [`phone`] those in a room,
//! [`http`] the line between.
//!
//! It refuses to trust: a letter counts as acknowledged only by a receipt with its hash, and as
//! kept only when its bytes were read back.

pub mod disk;
pub mod http;
pub mod kill;
pub mod load;
pub mod office;
pub mod phone;
pub mod postgres;
pub mod relay;
pub mod room;
pub mod seeded;
pub mod writers;
