//! The office's app: opens the sealed letters of its mailbox, entirely in the browser.

// Views are types, and a deep view is a deep type.
#![recursion_limit = "512"]
