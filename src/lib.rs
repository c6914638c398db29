//! The respondent's app: the engine's first client, in Leptos, entirely in the browser.
//!
//! A tour, in the order of a visit:
//! - [`mount`] starts it: fetches the words, puts the pages where the first screen stood.
//! - [`session`] holds the only mutable state: answers, plan and what the person allowed.
//! - [`route`] reads the part of the address after `#`.
//! - [`pages`] has one file for each screen; pages compose and hold no rule.
//! - [`components`] has one file for each control.
//! - [`words`] gives every text; no prose stands in Rust.
//! - [`browser`] is the edge: the only folder that speaks to the browser.
//!
//! Natively the same components render to text ([`prerender`]): the first screen of index.html.

// Views are types, and a deep view is a deep type.
#![recursion_limit = "512"]

pub mod browser;
pub mod components;
pub mod figures;
pub mod mount;
pub mod offer_words;
pub mod pages;
pub mod route;
pub mod session;
pub mod words;

pub use mount::prerender;
