//! The Durable Objects, and what is said to them.

pub(crate) mod booking;
pub(crate) mod calls;
pub(crate) mod pending;
pub(crate) mod property;
