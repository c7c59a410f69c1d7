//! The JSON of the API, version 1: what callers may send, read into the core's types with every fault named, and
//! what they are answered.
//!
//! Bodies are read in two steps. [`read`] refuses what is too large, is no JSON, or gives a member twice; then the
//! body's struct takes it in with every member wrapped in a [`field::Field`], which remembers what is wrong instead
//! of stopping there, so that a caller is told of all faults at once.
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
pub mod canonical;
pub mod command;
pub mod csv;
pub mod faults;
pub mod field;
pub mod import;
pub mod leaf;
pub mod number;
pub mod payment;
pub mod problem;
pub mod proposal;
pub mod public;
pub mod quote;
pub mod read;
pub mod reference;
pub mod settings;
pub mod stay;
pub mod tariff;
pub mod time;
pub mod token;
