//! What becomes of a claim: payments for reservations, and what is given back of them.

use super::draft::Draft;
use super::{Decision, Rules};
use crate::ids::{BookingId, ClaimId, LineNo, Millis, ReservationCode};
use crate::money::Money;
use crate::payment::ledger::{Account, Allocation, Claim, ClaimState, EntryKind};
use crate::problem::Problem;

/// A reservation to be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payee {
    /// The booking's line.
    pub line: LineNo,
    /// The reservation's code, without prefix.
    pub code: ReservationCode,
    /// What the payment pays of it, in whole cents.
    pub amount: Money,
}

/// Whether the codes are in the row, or only in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Linked {
    /// `false` where the list did not fit its column: staff must see to it.
    pub fits: bool,
}

/// What a booking's claim comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Payees {
    /// All reservations that it pays for, those paid before as well.
    pub paid: Vec<Payee>,
    /// How much stays set aside, for rooms of which it is not known whether they are booked.
    pub kept: Money,
    /// Lines paid before whose reservations were cancelled since.
    pub reversed: Vec<LineNo>,
}

/// Turns a booking's claim into payments for its reservations, gives back what cancelled ones were paid, and frees
/// the rest. With no payee it only frees. `used` is never raised by this.
///
/// # Errors
/// [`Problem::KeyReused`] where the booking was settled before with other reservations;
/// [`Problem::PaymentNotFound`] where the claim is not the booking's, or holds less than is to be paid.
pub fn settle(
    account: &Account,
    rules: &Rules,
    now: Millis,
    booking: &BookingId,
    claim: &ClaimId,
    payees: &Payees,
) -> Result<Decision<Linked>, Problem> {
    let mut draft = Draft::begin(account, rules, now);
    let operation = format!("settle:{booking}");
    let is_claims = |kind: &EntryKind| match kind {
        EntryKind::Settled { claim: of, .. } | EntryKind::Released { claim: of, .. } => of == claim,
        _ => false,
    };
    let is_repeated = draft.earlier(&operation).iter().any(is_claims);
    // A payment may pay for a booking by more than one claim: each is settled by itself.
    let is_before = |it: &&Allocation| it.booking == *booking && it.claim == *claim;
    let before: Vec<Allocation> = draft.account.allocations.iter().filter(is_before).cloned().collect();
    let of_line = |line| before.iter().find(|it| it.line == line);
    let is_named = |it: &&Allocation| {
        payees.paid.iter().any(|p| p.line == it.line && p.code == it.code && p.amount == it.amount)
            || payees.reversed.contains(&it.line)
    };
    if !before.iter().filter(|it| !it.is_reversed).all(|it| is_named(&it))
        || payees.paid.iter().any(|p| of_line(p.line).is_some_and(|it| !is_named(&it)))
    {
        return Err(Problem::KeyReused);
    }
    let new: Vec<&Payee> = payees.paid.iter().filter(|payee| of_line(payee.line).is_none()).collect();
    let pay = |draft: &mut Draft<'_>, payees: &[&Payee]| {
        for payee in payees {
            let Payee { line, code, amount } = (*payee).clone();
            let (claim, booking, prefix) = (claim.clone(), booking.clone(), rules.code_prefix.clone());
            draft.push(&operation, EntryKind::Settled { claim, booking, line, prefix, code, amount });
        }
    };
    let is_its =
        |claim: &&Claim| matches!(&claim.state, ClaimState::Attached { booking: of, .. } if of == booking);
    let held = draft.account.claims.get(claim).filter(is_its).map(|claim| claim.amount);
    let wanted = new.iter().map(|payee| payee.amount).chain([payees.kept]).sum::<Option<Money>>();
    match (held, wanted) {
        (Some(held), Some(wanted)) if wanted <= held => {
            pay(&mut draft, &new);
            let rest = held.minus_or_zero(wanted);
            if rest > Money::ZERO || (payees.paid.is_empty() && payees.kept == Money::ZERO) {
                draft.push(&operation, EntryKind::Released { claim: claim.clone(), amount: rest });
            }
        }
        // A reservation whose share is nothing is linked all the same, also where the claim has ended.
        (None, Some(Money::ZERO)) if is_repeated => pay(&mut draft, &new),
        (None, _) if is_repeated => return Err(Problem::KeyReused),
        _ => return Err(Problem::PaymentNotFound { reference: account.row.payment.reference.clone() }),
    }
    for it in before.iter().filter(|it| !it.is_reversed && payees.reversed.contains(&it.line)) {
        draft.give_back(it);
    }
    let length = draft.account.codreser().chars().count();
    Ok(draft.finish(Linked { fits: length <= rules.codreser_length_max }))
}

/// Gives back what a reservation was paid: it was cancelled.
///
/// # Errors
/// [`Problem::NotFound`] where the payment never paid for that line.
pub fn reverse(
    account: &Account,
    rules: &Rules,
    now: Millis,
    booking: &BookingId,
    line: LineNo,
) -> Result<Decision<()>, Problem> {
    let mut draft = Draft::begin(account, rules, now);
    let of_line = |a: &&Allocation| a.booking == *booking && a.line == line;
    // It may have been paid by several claims.
    let paid: Vec<Allocation> = draft.account.allocations.iter().filter(of_line).cloned().collect();
    if paid.is_empty() {
        return Err(Problem::NotFound);
    }
    for it in paid.iter().filter(|it| !it.is_reversed) {
        draft.give_back(it);
    }
    Ok(draft.finish(()))
}
