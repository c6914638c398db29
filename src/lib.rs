//! The respondent's app: the engine's first client, in Leptos, entirely in the browser.
//!
//! A tour, in the order of a visit:
//! - [`mount`] starts it: fetches the words, puts the pages where the first screen stood.
//! - [`result`] is the door to the second piece of the program, fetched after the first screen.
//! - [`state`] is what views react to; [`session`] holds the only mutable state: answers, plan and what the person allowed.
//! - [`route`] reads the part of the address after `#`.
//! - [`pages`] has one file for each screen; pages compose and hold no rule.
//! - [`components`] has one file for each control.
//! - [`own`] puts what the person owns into words: plan, code, file.
//! - [`on_device`] knows which version of the app the device keeps; [`carried`] is what goes along
//!   when the page is loaded again as another one.
//! - [`sending`] is the piece that seals a letter to the office and sends it; fetched when somebody is about to.
//! - [`joining`] is the piece that goes into a workshop's room; fetched when somebody is about to.
//! - [`embedding`] is what is different in a frame on somebody else's page.
//! - [`words`] gives every text; no prose stands in Rust.
//! - [`browser`] is the edge: the only folder that speaks to the browser.
//!
//! Natively the same components render to text ([`prerender`]): the first screen of index.html.

// Views are types, and a deep view is a deep type.
#![recursion_limit = "512"]

pub mod browser;
pub mod carried;
pub mod components;
pub mod embedding;
pub mod figures;
pub mod joining;
pub mod mount;
pub mod offer_words;
pub mod on_device;
pub mod own;
pub mod pages;
pub mod result;
pub mod route;
pub mod sending;
pub mod session;
pub mod state;
pub mod words;

pub use mount::{FirstScreen, prerender};
