//! Ledger entries: one flat record for every kind, so that people and reports can read them by column.

use posada_core::ids::{BookingId, ClaimId, LineNo, Millis, OperationId, ReservationCode};
use posada_core::money::Money;
use posada_core::payment::ledger::{EntryKind, Holder, LedgerEntry};

use super::{Read, Write};
use crate::field::Node;
use crate::{stored_choice, stored_record};

/// Every member that some kind of entry has; each kind has those that it needs.
struct FlatEntry {
    seq: u32,
    operation: OperationId,
    at: Millis,
    kind: Kind,
    amount: Money,
    claim: Option<ClaimId>,
    holder: Option<Holder>,
    booking: Option<BookingId>,
    rooms: Option<u16>,
    line: Option<LineNo>,
    prefix: Option<String>,
    code: Option<ReservationCode>,
    codes: Option<String>,
    expires_at: Option<Millis>,
}

#[derive(Clone, Copy)]
enum Kind {
    External,
    Opened,
    Changed,
    Attached,
    Settled,
    Released,
    Reversed,
}

stored_record!(FlatEntry {
    seq,
    operation,
    at,
    kind,
    amount,
    claim,
    holder,
    booking,
    rooms,
    line,
    prefix,
    code,
    codes,
    expires_at,
});

stored_choice!(Kind {
    "external" = External,
    "opened" = Opened,
    "changed" = Changed,
    "attached" = Attached,
    "settled" = Settled,
    "released" = Released,
    "reversed" = Reversed,
});

/// `guest:50370001234` or `booking:` and its id.
impl Write for Holder {
    fn write(&self, out: &mut String) {
        let text = match self {
            Self::Guest(wa_id) => format!("guest:{wa_id}"),
            Self::Booking(booking) => format!("booking:{booking}"),
        };
        text.write(out);
    }
}

impl Read for Holder {
    fn read(node: Node) -> Option<Self> {
        let text = String::read(node)?;
        match text.split_once(':')? {
            ("guest", wa_id) => Some(Self::Guest(wa_id.to_owned().try_into().ok()?)),
            ("booking", booking) => Some(Self::Booking(booking.to_owned().try_into().ok()?)),
            _ => None,
        }
    }
}

impl Write for LedgerEntry {
    fn write(&self, out: &mut String) {
        FlatEntry::from(self.clone()).write(out);
    }
}

impl Read for LedgerEntry {
    fn read(node: Node) -> Option<Self> {
        FlatEntry::read(node)?.into_entry()
    }
}

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
            prefix: None,
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
            EntryKind::Settled { claim, booking, line, prefix, code, amount } => Self {
                claim: Some(claim),
                booking: Some(booking),
                line: Some(line),
                prefix: Some(prefix),
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

impl FlatEntry {
    /// The entry; `None` where it lacks a member that its kind needs.
    fn into_entry(self) -> Option<LedgerEntry> {
        let Self { seq, operation, at, kind, amount, .. } = self;
        let kind = match kind {
            Kind::External => EntryKind::External { amount, codes: self.codes? },
            Kind::Opened => EntryKind::Opened {
                claim: self.claim?,
                holder: self.holder?,
                amount,
                expires_at: self.expires_at?,
            },
            Kind::Changed => EntryKind::Changed { claim: self.claim?, amount, expires_at: self.expires_at? },
            Kind::Attached => EntryKind::Attached {
                claim: self.claim?,
                holder: self.holder?,
                booking: self.booking?,
                amount,
                rooms: self.rooms?,
            },
            Kind::Settled => EntryKind::Settled {
                claim: self.claim?,
                booking: self.booking?,
                line: self.line?,
                prefix: self.prefix?,
                code: self.code?,
                amount,
            },
            Kind::Released => EntryKind::Released { claim: self.claim?, amount },
            Kind::Reversed => {
                EntryKind::Reversed { booking: self.booking?, line: self.line?, code: self.code?, amount }
            }
        };
        Some(LedgerEntry { seq, operation, at, kind })
    }
}
