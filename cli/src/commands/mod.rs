//! One file for each command.

pub mod check;
pub mod code;
pub mod graph;
pub mod layout;
pub mod mailbox;
pub mod office;
pub mod personas;
pub mod profile;
pub mod questions;
pub mod simulate;
pub mod workshop;
