//! Proofs against real workerd: the audit of what it left behind, kills, the last room, latency.

pub mod audit;
pub mod client;
pub mod hotel;
pub mod kill;
pub mod lastroom;
pub mod programs;
pub mod state;
