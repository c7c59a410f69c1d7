//! The embedded payment database: the hotel's tables and the ledger in D1.

mod failures;
mod records;
mod store;

pub(crate) use failures::{Attempt, attempt, end};
pub(crate) use records::put_records;
pub(crate) use store::{StoreError, find, operate};
