//! The hotel's payment tables in MySQL or MariaDB over HTTP: the payments API (`docs/payments-api.md`), so that Posada
//! can claim and settle payments where the hotel's own programs keep them.
//!
//! What may be done with a payment is decided by the same core as everywhere. Each operation is one transaction with
//! the payment's row locked: the row and its ledger are read, the core decides, and both are written.

#![allow(clippy::disallowed_methods, reason = "it is a host: it may ask for the time")]

mod api;
mod connect;
mod inspect;
mod list;
mod migrate;
mod serve;
mod settings;
mod statement;
mod store;

pub use api::Gateway;
pub use connect::{LOCK_WAIT_S, connect};
pub use inspect::{InspectError, inspect};
pub use migrate::{apply, grants, migrations};
pub use serve::serve;
pub use settings::{Settings, SettingsError, TableSettings};
pub use store::Store;
