//! Somebody else's profile: shown to be read. Nothing leads back into the test, and there is no
//! plan to put anything into.

use leptos::prelude::*;

/// Provided as a context by a program that shows the profile of another person.
#[derive(Clone, Copy, Debug)]
pub struct Reading;

/// Whether the profile shown is another person's.
pub fn reading() -> bool {
    use_context::<Reading>().is_some()
}
