//! The ledger: an append-only list of what happened to a payment, and what it comes to.
//!
//! The ledger is the truth; the columns `used` and `codreser` of the hotel's table are computed from it. Rows
//! that had them before, or that the hotel's other programs change, get an [`EntryKind::External`] entry as soon
//! as the difference is seen, so that nobody's money is spent twice.

use super::codes;
use super::method::PaymentRef;
use crate::ids::{BookingId, ClaimId, LineNo, Millis, OperationId, ReservationCode, WaId};
use crate::money::Money;
use crate::sorted::Map;
use chrono::NaiveDate;

/// Whose claim it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// A guest who talks to the assistant.
    Guest(WaId),
    /// A booking that claims for itself.
    Booking(BookingId),
}

/// What happened to a payment. Amounts are whole cents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    /// The row differed from the ledger: other programs used or freed money, or wrote codes.
    External {
        /// By how much their use changed; it may be below zero.
        amount: Money,
        /// All codes in the row that are not the ledger's, as one list.
        codes: String,
    },
    /// A claim was opened by a validation; it ends at `expires_at` if no booking takes it.
    Opened {
        /// The claim.
        claim: ClaimId,
        /// Whose it is.
        holder: Holder,
        /// How much is set aside.
        amount: Money,
        /// When it ends.
        expires_at: Millis,
    },
    /// An open claim was given another amount.
    Changed {
        /// The claim.
        claim: ClaimId,
        /// How much is set aside now.
        amount: Money,
        /// When it ends now.
        expires_at: Millis,
    },
    /// A booking took a claim; from now on it ends with the booking.
    Attached {
        /// The claim; one that was not there before is opened by this.
        claim: ClaimId,
        /// Whose it was.
        holder: Holder,
        /// The booking.
        booking: BookingId,
        /// How much is set aside now.
        amount: Money,
        /// How many rooms it is to pay for.
        rooms: u16,
    },
    /// A part of a claim paid for a reservation.
    Settled {
        /// The claim.
        claim: ClaimId,
        /// The booking.
        booking: BookingId,
        /// The booking's line.
        line: LineNo,
        /// What the hotel put before its codes then: the row's codes are known by it even if that changes.
        prefix: String,
        /// The reservation's code, without prefix.
        code: ReservationCode,
        /// How much.
        amount: Money,
    },
    /// A claim, or what was left of it, ended without paying for anything.
    Released {
        /// The claim.
        claim: ClaimId,
        /// How much is free again.
        amount: Money,
    },
    /// What a reservation was paid is free again: it was cancelled.
    Reversed {
        /// The claim that paid it; none in entries of before a payment could pay for a reservation by several.
        claim: Option<ClaimId>,
        /// The booking.
        booking: BookingId,
        /// The booking's line.
        line: LineNo,
        /// The reservation's code, without prefix.
        code: ReservationCode,
        /// How much.
        amount: Money,
    },
}

/// One entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Counted up from 1 for each payment, without gaps.
    pub seq: u32,
    /// The operation that it belongs to; repeating an operation appends nothing.
    pub operation: OperationId,
    /// When.
    pub at: Millis,
    /// What happened.
    pub kind: EntryKind,
}

/// A payment as the hotel's table has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRow {
    /// Its method and reference.
    pub payment: PaymentRef,
    /// How much was paid, in whole cents.
    pub amount: Money,
    /// The currency it was paid in.
    pub currency: String,
    /// Who paid.
    pub payer: String,
    /// The date it was paid on, where the table knows it.
    pub paid_on: Option<NaiveDate>,
    /// The column `used`, in whole cents.
    pub used: Money,
    /// The column `codreser`.
    pub codreser: String,
}

/// How a claim stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimState {
    /// Waiting for a booking until then.
    Open {
        /// When it ends.
        expires_at: Millis,
    },
    /// Taken by a booking.
    Attached {
        /// The booking.
        booking: BookingId,
        /// How many rooms it is to pay for.
        rooms: u16,
    },
    /// Ended: turned into payments for reservations, or free again.
    Ended,
}

/// A claim on a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Whose it is.
    pub holder: Holder,
    /// How much of it is still set aside.
    pub amount: Money,
    /// How it stands.
    pub state: ClaimState,
}

/// What a payment paid for a reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// The claim that it was made of.
    pub claim: ClaimId,
    /// The booking.
    pub booking: BookingId,
    /// The booking's line.
    pub line: LineNo,
    /// What stands before the code in the row.
    pub prefix: String,
    /// The reservation's code, without prefix.
    pub code: ReservationCode,
    /// How much.
    pub amount: Money,
    /// Whether it was given back since.
    pub is_reversed: bool,
}

/// Why a list of entries is not a ledger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the ledger of {} {} is broken at entry {seq}: {detail}", payment.method, payment.reference)]
pub struct LedgerError {
    /// The payment.
    pub payment: PaymentRef,
    /// The entry that does not fit.
    pub seq: u32,
    /// How.
    pub detail: &'static str,
}

/// A payment's row and ledger, and what they come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub(super) row: PaymentRow,
    pub(super) entries: Vec<LedgerEntry>,
    pub(super) external: Money,
    pub(super) external_codes: String,
    pub(super) claims: Map<ClaimId, Claim>,
    pub(super) allocations: Vec<Allocation>,
}

impl Account {
    /// The account of a row and its entries, in the order of their numbers.
    ///
    /// # Errors
    /// [`LedgerError`] at the first entry that contradicts the earlier ones.
    pub fn load(row: PaymentRow, entries: Vec<LedgerEntry>) -> Result<Self, LedgerError> {
        let mut account = Self {
            row,
            entries: Vec::with_capacity(entries.len()),
            external: Money::ZERO,
            external_codes: String::new(),
            claims: Map::new(),
            allocations: Vec::new(),
        };
        for entry in entries {
            account.append(entry)?;
        }
        Ok(account)
    }

    /// The hotel's row as it was read.
    #[must_use]
    pub fn row(&self) -> &PaymentRow {
        &self.row
    }

    /// The entries, from the first on.
    #[must_use]
    pub fn entries(&self) -> &[LedgerEntry] {
        &self.entries
    }

    /// The claims by id.
    #[must_use]
    pub fn claims(&self) -> &Map<ClaimId, Claim> {
        &self.claims
    }

    /// What was paid for reservations, in the order in which it was.
    #[must_use]
    pub fn allocations(&self) -> &[Allocation] {
        &self.allocations
    }

    /// `used` = external + open and attached claims + settled - reversed (invariant I2).
    #[must_use]
    pub fn used(&self) -> Money {
        let claimed = self.claims.values().map(|claim| claim.amount);
        let settled = self.allocations.iter().filter(|a| !a.is_reversed).map(|a| a.amount);
        let parts = std::iter::once(self.external).chain(claimed).chain(settled);
        parts.sum::<Option<Money>>().unwrap_or(Money::MAX)
    }

    /// What can still be claimed.
    #[must_use]
    pub fn available(&self) -> Money {
        self.row.amount.minus_or_zero(self.used())
    }

    /// What can be claimed in the place of this claim: never what the payment no longer is, however much was set aside.
    pub(super) fn available_beside(&self, claim: Option<&Claim>) -> Money {
        let own = claim.map_or(Money::ZERO, |claim| claim.amount);
        self.row.amount.minus_or_zero(self.used().minus_or_zero(own))
    }

    /// `codreser`: other programs' codes in front, then the live reservations' in the order of settling (I3), each once
    /// also where the payment paid for it by two claims, or another program linked it first.
    #[must_use]
    pub fn codreser(&self) -> String {
        let own: Vec<String> = self.live_codes().collect();
        let is_own = |part: &&str| own.iter().any(|code| code == part);
        let others = codes::parts(&self.external_codes).filter(|part| !is_own(part));
        codes::join(others.chain(own.iter().map(String::as_str)))
    }

    fn live_codes(&self) -> impl Iterator<Item = String> {
        let live = || self.allocations.iter().filter(|allocation| !allocation.is_reversed);
        live()
            .enumerate()
            .filter(move |(place, it)| {
                !live().take(*place).any(|earlier| (earlier.booking == it.booking) && earlier.code == it.code)
            })
            .map(|(_, it)| codes::external_code(&it.prefix, &it.code))
    }

    /// The entry that is due because the row differs from the ledger, if it does. Other programs' use is never
    /// taken below zero: where the row has less than the ledger's own part, the ledger is right.
    #[must_use]
    pub(super) fn external_change(&self) -> Option<EntryKind> {
        let own_codes: Vec<String> = self.live_codes().collect();
        let foreign = codes::join(
            codes::parts(&self.row.codreser).filter(|part| !own_codes.iter().any(|own| own == part)),
        );
        let own = self.used().minus_or_zero(self.external);
        let external = self.row.used.minus_or_zero(own);
        if external == self.external && foreign == codes::join(codes::parts(&self.external_codes)) {
            return None;
        }
        // Both are at least 0 and at most `Money::MAX`.
        let amount = external.checked_sub(self.external).unwrap_or(Money::ZERO);
        Some(EntryKind::External { amount, codes: foreign })
    }

    /// Takes in one entry.
    ///
    /// # Errors
    /// [`LedgerError`] where it contradicts the earlier ones.
    pub(super) fn append(&mut self, entry: LedgerEntry) -> Result<(), LedgerError> {
        let fault = |detail| LedgerError { payment: self.row.payment.clone(), seq: entry.seq, detail };
        let last = self.entries.last().map_or(0, |last| last.seq);
        if entry.seq != last.saturating_add(1) {
            return Err(fault("its number does not follow"));
        }
        match &entry.kind {
            EntryKind::External { amount, codes } => {
                self.external = self.external.checked_add(*amount).ok_or_else(|| fault("its amount"))?;
                self.external_codes.clone_from(codes);
            }
            EntryKind::Opened { claim, holder, amount, expires_at } => {
                let state = ClaimState::Open { expires_at: *expires_at };
                let new = Claim { holder: holder.clone(), amount: *amount, state };
                if self.claims.insert(claim.clone(), new).is_some() {
                    return Err(fault("its claim was open before"));
                }
            }
            EntryKind::Changed { claim, amount, expires_at } => match self.claims.get_mut(claim) {
                Some(claim) if matches!(claim.state, ClaimState::Open { .. }) => {
                    claim.amount = *amount;
                    claim.state = ClaimState::Open { expires_at: *expires_at };
                }
                _ => return Err(fault("its claim is not open")),
            },
            EntryKind::Attached { claim, holder, booking, amount, rooms } => {
                let state = ClaimState::Attached { booking: booking.clone(), rooms: *rooms };
                let taken = Claim { holder: holder.clone(), amount: *amount, state };
                match self.claims.insert(claim.clone(), taken) {
                    None => {}
                    Some(Claim { state: ClaimState::Open { .. }, .. }) => {}
                    Some(_) => return Err(fault("its claim is not open")),
                }
            }
            EntryKind::Settled { claim: id, booking, line, prefix, code, amount } => {
                match self.claims.get_mut(id) {
                    Some(claim) if claim.amount >= *amount => {
                        claim.amount = claim.amount.minus_or_zero(*amount);
                        if claim.amount == Money::ZERO {
                            claim.state = ClaimState::Ended;
                        }
                        self.allocations.push(Allocation {
                            claim: id.clone(),
                            booking: booking.clone(),
                            line: *line,
                            prefix: prefix.clone(),
                            code: code.clone(),
                            amount: *amount,
                            is_reversed: false,
                        });
                    }
                    _ => return Err(fault("its claim has less")),
                }
            }
            EntryKind::Released { claim, amount } => match self.claims.get_mut(claim) {
                Some(claim) if claim.amount >= *amount => {
                    claim.amount = claim.amount.minus_or_zero(*amount);
                    if claim.amount == Money::ZERO {
                        claim.state = ClaimState::Ended;
                    }
                }
                _ => return Err(fault("its claim has less")),
            },
            EntryKind::Reversed { claim, booking, line, code, amount } => {
                let is_it = |a: &&mut Allocation| {
                    let is_lines = a.booking == *booking && a.line == *line && a.code == *code;
                    let is_claims = claim.as_ref().is_none_or(|claim| a.claim == *claim);
                    is_lines && is_claims && !a.is_reversed && a.amount == *amount
                };
                match self.allocations.iter_mut().find(is_it) {
                    Some(allocation) => allocation.is_reversed = true,
                    None => return Err(fault("there is no such payment to reverse")),
                }
            }
        }
        self.entries.push(entry);
        Ok(())
    }
}
