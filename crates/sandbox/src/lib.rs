//! A hotel's reservation system to try Posada against: the reservation API (`docs/reservation-api.md`) over HTTP on
//! this machine, with rooms, codes, concurrency, latency and faults by rule or by chance, and a log of all that it
//! did, so that a test can compare both sides.

#![allow(clippy::disallowed_methods, reason = "it is a host: it may ask for the time")]

mod answer;
mod api;
mod book;
mod control;
mod execute;
mod fault;
mod garbage;
mod journal;
mod log;
mod order;
mod sandbox;
mod serve;

pub use book::Capabilities;
pub use sandbox::{LIST_PAGE_MAX, Options, Sandbox, StartError};
pub use serve::serve;
