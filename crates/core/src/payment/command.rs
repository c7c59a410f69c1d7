//! An operation on a payment as data, so that it can be decided here or sent to where the payment is.

use super::ledger::Account;
use super::operation::{
    Attach, Claimed, Decision, Linked, Payees, Rules, Validate, attach, expire, reverse, settle, validate,
};
use crate::ids::{BookingId, ClaimId, LineNo, Millis};
use crate::problem::Problem;

/// What is to be done with a payment. Each carries the ids that make repeating it harmless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A guest's payment is validated: see [`validate`].
    Claim(Validate),
    /// A booking takes its claim: see [`attach`].
    Attach(Attach),
    /// A booking's claim becomes payments for its reservations, or is freed: see [`settle`].
    Settle {
        /// The booking.
        booking: BookingId,
        /// Its claim.
        claim: ClaimId,
        /// What it comes to.
        payees: Payees,
    },
    /// What a reservation was paid is given back: see [`reverse`].
    Reverse {
        /// The booking.
        booking: BookingId,
        /// Its line.
        line: LineNo,
    },
    /// Open claims whose time is over are freed, and nothing else is done: see [`expire`].
    Expire,
}

/// What an operation is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// By [`Command::Claim`] and [`Command::Attach`].
    Claimed(Claimed),
    /// By [`Command::Settle`].
    Settled(Linked),
    /// By [`Command::Reverse`].
    Reversed,
    /// By [`Command::Expire`].
    Expired,
}

impl<T> Decision<T> {
    /// The same with another answer.
    fn answering<U>(self, answer: impl FnOnce(T) -> U) -> Decision<U> {
        let (Decision { entries, used, codreser, touches_dateused, answer: () }, it) = self.part();
        Decision { entries, used, codreser, touches_dateused, answer: answer(it) }
    }
}

impl Command {
    /// Decides the operation on the account.
    ///
    /// # Errors
    /// What the operation refuses; nothing is to be written then.
    pub fn decide(&self, account: &Account, rules: &Rules, now: Millis) -> Result<Decision<Done>, Problem> {
        Ok(match self {
            Self::Claim(request) => validate(account, rules, now, request)?.answering(Done::Claimed),
            Self::Attach(request) => attach(account, rules, now, request)?.answering(Done::Claimed),
            Self::Settle { booking, claim, payees } => {
                settle(account, rules, now, booking, claim, payees)?.answering(Done::Settled)
            }
            Self::Reverse { booking, line } => {
                reverse(account, rules, now, booking, *line)?.answering(|()| Done::Reversed)
            }
            Self::Expire => expire(account, rules, now, Done::Expired),
        })
    }
}
