//! Sender, network, relay and office in one deterministic world, with faults.
