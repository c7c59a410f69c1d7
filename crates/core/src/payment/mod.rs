//! Payments: what they are found by, what is claimed of them, and the ledger.

pub mod method;
