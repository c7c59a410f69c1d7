//! Payments: what they are found by, what is claimed of them, and the ledger.

pub mod candidate;
pub mod claim;
pub mod codes;
pub mod command;
pub mod ledger;
pub mod method;
pub mod operation;
pub mod pending;
pub mod reconcile;
