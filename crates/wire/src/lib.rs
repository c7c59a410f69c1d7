//! The JSON of the API, version 1: what callers may send, read into the core's types with every fault named, and
//! what they are answered.
//!
//! Bodies are read in three steps. [`read`] refuses what is too large, is no JSON, or gives a member twice; the body's
//! struct takes its members, each in a [`field::Field`] that remembers what is wrong instead of stopping there; and
//! the conversion into the core's types gathers the [`faults`], so that a caller is told of all of them at once.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::panic
    )
)]

pub mod answer;
pub mod booking;
pub mod cancellation;
pub mod canonical;
pub mod cases;
pub mod command;
pub mod csv;
#[cfg(not(target_arch = "wasm32"))]
pub mod describe;
pub mod faults;
pub mod field;
pub mod import;
pub mod leaf;
pub mod number;
pub mod payment;
pub mod payments_api;
pub mod problem;
pub mod progress;
pub mod proposal;
pub mod public;
pub mod quote;
pub mod read;
pub mod reconciliation;
pub mod reference;
pub mod reservation_api;
pub mod room_types;
pub mod settings;
pub mod signature;
pub mod stay;
pub mod stored;
pub mod tariff;
pub mod time;
pub mod token;
pub mod tools;
pub mod trace;
pub mod webhook;
