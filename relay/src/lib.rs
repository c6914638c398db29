//! The blind mailbox: stores sealed letters and can read none.
