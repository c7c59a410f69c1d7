//! The payments API: how operations are sent to where the hotel's payment tables are, and answered
//! (`docs/payments-api.md`). The Worker writes what is asked and reads answers; the gateway reads and writes the other
//! way round.

mod answer;
mod ask;
mod entries;
mod list;

use posada_core::ids::Millis;
use posada_core::payment::command::Command;
use posada_core::payment::method::PaymentRef;
use posada_core::payment::operation::Rules;

pub use answer::{account_text, done_text, read_account, read_done, read_refusal, refusal_text};
pub use ask::{ask_text, find_text, read_ask, read_find};
pub use entries::{
    ENTRIES_MAX, EntryPlace, LedgerAsk, LedgerPage, entries_text, ledger_text, links_of, read_entries,
    read_ledger,
};
pub use list::{
    ListAsk, ListPage, Listed, PAGE_LENGTH_MAX, Place, list_text, page_text, rank, read_list, read_page,
};

/// The largest answer that is read, in bytes: an account with its ledger.
pub const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// The most rooms, lines or reservations that one operation names.
pub const LINES_MAX: usize = 20;
/// The most characters of what the hotel puts before its codes.
pub const PREFIX_CHARS_MAX: usize = 10;

/// The operations that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// A payment with its ledger.
    Find,
    /// A guest's payment is validated.
    Claim,
    /// A booking takes its claim.
    Attach,
    /// A booking's claim becomes payments for its reservations.
    Settle,
    /// A booking's claim is freed.
    Release,
    /// What a reservation was paid is given back.
    Reverse,
    /// Open claims that have ended are freed.
    Expire,
    /// Payments with their ledgers, page by page.
    List,
    /// Entries of the ledger, page by page.
    Ledger,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Find,
        Self::Claim,
        Self::Attach,
        Self::Settle,
        Self::Release,
        Self::Reverse,
        Self::Expire,
        Self::List,
        Self::Ledger,
    ];

    /// The last part of its path, behind `/v1/payments/`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Find => "find",
            Self::Claim => "claim",
            Self::Attach => "attach",
            Self::Settle => "settle",
            Self::Release => "release",
            Self::Reverse => "reverse",
            Self::Expire => "expire",
            Self::List => "list",
            Self::Ledger => "ledger",
        }
    }

    /// The operation that a command is sent as.
    #[must_use]
    pub fn of(command: &Command) -> Self {
        match command {
            Command::Claim(_) => Self::Claim,
            Command::Attach(_) => Self::Attach,
            Command::Settle { .. } => Self::Settle,
            Command::Reverse { .. } => Self::Reverse,
            Command::Expire => Self::Expire,
        }
    }
}

/// An operation as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The payment.
    pub payment: PaymentRef,
    /// When, by the caller's clock: the ledger has one clock, whoever keeps it.
    pub at: Millis,
    /// The hotel's rules as the caller's settings have them.
    pub rules: Rules,
    /// The hotel's offset from UTC, for `dateused`.
    pub utc_offset_minutes: i32,
    /// What is to be done.
    pub command: Command,
}
