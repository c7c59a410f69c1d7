//! Ledger entries: one flat record for every kind, so that people and reports can read them by column.

use posada_core::ids::BookingId;
use posada_core::payment::ledger::{EntryKind, Holder, LedgerEntry};

use super::{Read, Write, member, members, write_members};
use crate::field::Node;

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

/// Writes the members that every entry has, and behind them those of its kind.
fn write_entry(
    out: &mut String,
    entry: &LedgerEntry,
    kind: &str,
    amount: &dyn Write,
    own: &[(&str, &dyn Write)],
) {
    let mut all: Vec<(&str, &dyn Write)> = vec![
        ("seq", &entry.seq),
        ("operation", &entry.operation),
        ("at", &entry.at),
        ("kind", &kind),
        ("amount", amount),
    ];
    all.extend_from_slice(own);
    write_members(out, &all);
}

impl Write for LedgerEntry {
    fn write(&self, out: &mut String) {
        match &self.kind {
            EntryKind::External { amount, codes } => {
                write_entry(out, self, "external", amount, &[("codes", codes)]);
            }
            EntryKind::Opened { claim, holder, amount, expires_at } => {
                let own: [(&str, &dyn Write); 3] =
                    [("claim", claim), ("holder", holder), ("expires_at", expires_at)];
                write_entry(out, self, "opened", amount, &own);
            }
            EntryKind::Changed { claim, amount, expires_at } => {
                write_entry(out, self, "changed", amount, &[("claim", claim), ("expires_at", expires_at)]);
            }
            EntryKind::Attached { claim, holder, booking, amount, rooms } => {
                let own: [(&str, &dyn Write); 4] =
                    [("claim", claim), ("holder", holder), ("booking", booking), ("rooms", rooms)];
                write_entry(out, self, "attached", amount, &own);
            }
            EntryKind::Settled { claim, booking, line, prefix, code, amount } => {
                let own: [(&str, &dyn Write); 5] = [
                    ("claim", claim),
                    ("booking", booking),
                    ("line", line),
                    ("prefix", prefix),
                    ("code", code),
                ];
                write_entry(out, self, "settled", amount, &own);
            }
            EntryKind::Released { claim, amount } => {
                write_entry(out, self, "released", amount, &[("claim", claim)]);
            }
            EntryKind::Reversed { claim, booking, line, code, amount } => {
                // Not `claim`: by that name the stores find what opens, changes and ends a claim.
                let own: [(&str, &dyn Write); 4] =
                    [("of_claim", claim), ("booking", booking), ("line", line), ("code", code)];
                write_entry(out, self, "reversed", amount, &own);
            }
        }
    }
}

impl Read for LedgerEntry {
    fn read(node: Node) -> Option<Self> {
        let mut entry = members(node)?;
        let entry = &mut entry;
        let (seq, operation, at) = (member(entry, "seq")?, member(entry, "operation")?, member(entry, "at")?);
        let kind: String = member(entry, "kind")?;
        let amount = member(entry, "amount")?;
        let kind = match kind.as_str() {
            "external" => EntryKind::External { amount, codes: member(entry, "codes")? },
            "opened" => EntryKind::Opened {
                claim: member(entry, "claim")?,
                holder: member(entry, "holder")?,
                amount,
                expires_at: member(entry, "expires_at")?,
            },
            "changed" => EntryKind::Changed {
                claim: member(entry, "claim")?,
                amount,
                expires_at: member(entry, "expires_at")?,
            },
            "attached" => EntryKind::Attached {
                claim: member(entry, "claim")?,
                holder: member(entry, "holder")?,
                booking: member(entry, "booking")?,
                amount,
                rooms: member(entry, "rooms")?,
            },
            "settled" => EntryKind::Settled {
                claim: member(entry, "claim")?,
                booking: member(entry, "booking")?,
                line: member(entry, "line")?,
                prefix: member(entry, "prefix")?,
                code: member(entry, "code")?,
                amount,
            },
            "released" => EntryKind::Released { claim: member(entry, "claim")?, amount },
            "reversed" => {
                let booking: BookingId = member(entry, "booking")?;
                EntryKind::Reversed {
                    claim: member(entry, "of_claim")?,
                    booking,
                    line: member(entry, "line")?,
                    code: member(entry, "code")?,
                    amount,
                }
            }
            _ => return None,
        };
        Some(Self { seq, operation, at, kind })
    }
}
