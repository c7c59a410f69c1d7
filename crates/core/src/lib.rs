//! The domain of Posada: who sleeps where, what it costs, which payment pays for it, and what happens next in
//! a booking.
//!
//! Nothing here reads a clock, draws a random number, waits or talks to anyone: time, ids and answers are
//! arguments, so that the Worker, the browser and the simulator all run this same code.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::float_arithmetic,
        clippy::panic
    )
)]

pub mod booking;
pub mod distribute;
pub mod fixtures;
pub mod ids;
pub mod message;
pub mod money;
pub mod party;
pub mod payment;
#[cfg(feature = "phone")]
pub mod phone;
pub mod price;
pub mod problem;
pub mod property;
pub mod proposal;
pub mod quote;
pub mod redistribution;
pub mod select;
pub mod sorted;
pub mod stay;
pub mod tariff;
