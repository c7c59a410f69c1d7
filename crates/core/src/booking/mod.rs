//! The booking: a pure state machine over an append-only journal.

pub mod outcome;
pub mod request;
