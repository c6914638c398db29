//! The edges: the only files that speak to the browser. Natively each does nothing, so that
//! every component also renders to text.
//!
//! One file for each power of the browser; nothing here knows a rule or a word.

pub mod address;
pub mod clock;
pub mod content;
pub mod crash;
pub mod database;
pub mod document;
pub mod file;
pub mod form;
pub mod frame;
pub mod idle;
pub mod line;
pub mod listen;
pub mod storage;
pub mod worker;
