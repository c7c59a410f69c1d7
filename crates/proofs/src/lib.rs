//! Proofs against real workerd: the audit of what it left behind, kills, the last room, latency.

#![allow(clippy::disallowed_methods, reason = "a host: it may ask for the time")]

pub mod audit;
pub mod client;
pub mod hotel;
pub mod kill;
pub mod lastroom;
pub mod latency;
pub mod programs;
pub mod state;
