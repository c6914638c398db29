//! The office's app: opens the sealed letters of its mailbox, entirely in the browser.
//!
//! The key file and its passphrase are read here and never stored or sent. Letters lie on this
//! device as they came, sealed; what is opened lives in memory until the page is locked.
//!
//! A tour:
//! - [`mount`] starts it; [`desk`] is the state of one visit; [`route`] the part after `#`.
//! - [`letters`] is what a letter says and which ones are shown, without any browser.
//! - [`record`] is how letters lie on this device.
//! - [`room`] is a workshop: its deeds are done and kept here; the arithmetic is the workshop's.
//! - [`plan`] is who sits where, speaks with whom, and when, without any browser.
//! - [`talk`] is what the relay answers, in a few kinds.
//! - [`browser`] does what takes time or a browser: key files, the local store, the relay.
//! - [`screens`] has one file for each screen, made of the elements of the respondent's app.
//! - [`words`] gives every text; no prose stands in Rust.

// Views are types, and a deep view is a deep type.
#![recursion_limit = "512"]

pub mod browser;
pub mod day;
pub mod desk;
pub mod letters;
pub mod making;
pub mod mount;
pub mod plan;
pub mod record;
pub mod room;
pub mod route;
pub mod screens;
pub mod talk;
pub mod trouble;
pub mod words;
