//! A ledger entry as it is stored: one flat record for every kind, so that people and reports can read it by column.

use serde::{Deserialize, Serialize};

use super::ledger::{EntryKind, Holder, LedgerEntry};
use crate::ids::{BookingId, ClaimId, LineNo, Millis, OperationId, ReservationCode};
use crate::money::Money;

/// Every member that some kind of entry has; each kind has those that it needs.
#[derive(Serialize, Deserialize)]
pub(super) struct FlatEntry {
    seq: u32,
    operation: OperationId,
    at: Millis,
    kind: Kind,
    amount: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claim: Option<ClaimId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    holder: Option<Holder>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    booking: Option<BookingId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rooms: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    line: Option<LineNo>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<ReservationCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    codes: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<Millis>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    External,
    Opened,
    Changed,
    Attached,
    Settled,
    Released,
    Reversed,
}

/// Why a stored record is not an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a ledger record lacks a member that its kind needs")]
pub struct IncompleteEntry;

impl From<LedgerEntry> for FlatEntry {
    fn from(entry: LedgerEntry) -> Self {
        let LedgerEntry { seq, operation, at, kind } = entry;
        let flat = |kind, amount| Self {
            seq,
            operation: operation.clone(),
            at,
            kind,
            amount,
            claim: None,
            holder: None,
            booking: None,
            rooms: None,
            line: None,
            code: None,
            codes: None,
            expires_at: None,
        };
        match kind {
            EntryKind::External { amount, codes } => {
                Self { codes: Some(codes), ..flat(Kind::External, amount) }
            }
            EntryKind::Opened { claim, holder, amount, expires_at } => Self {
                claim: Some(claim),
                holder: Some(holder),
                expires_at: Some(expires_at),
                ..flat(Kind::Opened, amount)
            },
            EntryKind::Changed { claim, amount, expires_at } => {
                Self { claim: Some(claim), expires_at: Some(expires_at), ..flat(Kind::Changed, amount) }
            }
            EntryKind::Attached { claim, holder, booking, amount, rooms } => Self {
                claim: Some(claim),
                holder: Some(holder),
                booking: Some(booking),
                rooms: Some(rooms),
                ..flat(Kind::Attached, amount)
            },
            EntryKind::Settled { claim, booking, line, code, amount } => Self {
                claim: Some(claim),
                booking: Some(booking),
                line: Some(line),
                code: Some(code),
                ..flat(Kind::Settled, amount)
            },
            EntryKind::Released { claim, amount } => {
                Self { claim: Some(claim), ..flat(Kind::Released, amount) }
            }
            EntryKind::Reversed { booking, line, code, amount } => Self {
                booking: Some(booking),
                line: Some(line),
                code: Some(code),
                ..flat(Kind::Reversed, amount)
            },
        }
    }
}

impl TryFrom<FlatEntry> for LedgerEntry {
    type Error = IncompleteEntry;

    fn try_from(flat: FlatEntry) -> Result<Self, IncompleteEntry> {
        fn must<T>(member: Option<T>) -> Result<T, IncompleteEntry> {
            member.ok_or(IncompleteEntry)
        }
        let FlatEntry { seq, operation, at, kind, amount, .. } = flat;
        let kind = match kind {
            Kind::External => EntryKind::External { amount, codes: must(flat.codes)? },
            Kind::Opened => EntryKind::Opened {
                claim: must(flat.claim)?,
                holder: must(flat.holder)?,
                amount,
                expires_at: must(flat.expires_at)?,
            },
            Kind::Changed => {
                EntryKind::Changed { claim: must(flat.claim)?, amount, expires_at: must(flat.expires_at)? }
            }
            Kind::Attached => EntryKind::Attached {
                claim: must(flat.claim)?,
                holder: must(flat.holder)?,
                booking: must(flat.booking)?,
                amount,
                rooms: must(flat.rooms)?,
            },
            Kind::Settled => EntryKind::Settled {
                claim: must(flat.claim)?,
                booking: must(flat.booking)?,
                line: must(flat.line)?,
                code: must(flat.code)?,
                amount,
            },
            Kind::Released => EntryKind::Released { claim: must(flat.claim)?, amount },
            Kind::Reversed => EntryKind::Reversed {
                booking: must(flat.booking)?,
                line: must(flat.line)?,
                code: must(flat.code)?,
                amount,
            },
        };
        Ok(Self { seq, operation, at, kind })
    }
}
