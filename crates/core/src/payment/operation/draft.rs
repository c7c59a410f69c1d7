//! An operation while it is decided: an account, and what is appended to it.

use super::{Claimed, Decision, Rules};
use crate::ids::{ClaimId, Millis, OperationId};
use crate::money::Money;
use crate::payment::ledger::{Account, Allocation, Claim, ClaimState, EntryKind, Holder, LedgerEntry};
use crate::problem::Problem;

/// An account being changed: the entries decided so far are taken in at once, so that each next step sees them.
pub(super) struct Draft<'a> {
    pub(super) account: Account,
    rules: &'a Rules,
    now: Millis,
    first_new: usize,
}

impl<'a> Draft<'a> {
    /// Begins with what is due whatever the operation: other programs' changes, and open claims that ended.
    pub(super) fn begin(account: &Account, rules: &'a Rules, now: Millis) -> Self {
        let first_new = account.entries.len();
        let mut draft = Self { account: account.clone(), rules, now, first_new };
        if let Some(change) = draft.account.external_change() {
            draft.push(&format!("external:{}", draft.next_seq()), change);
        }
        let ended: Vec<(ClaimId, Money)> = draft
            .account
            .claims
            .iter()
            .filter(|(_, claim)| matches!(claim.state, ClaimState::Open { expires_at } if expires_at <= now))
            .map(|(id, claim)| (id.clone(), claim.amount))
            .collect();
        for (claim, amount) in ended {
            draft.push(&format!("expire:{claim}"), EntryKind::Released { claim, amount });
        }
        draft
    }

    fn next_seq(&self) -> u32 {
        self.account.entries.last().map_or(0, |last| last.seq).saturating_add(1)
    }

    pub(super) fn push(&mut self, operation: &str, kind: EntryKind) {
        let operation = OperationId::parse(operation).expect("operation ids are made of ids and plain words");
        let entry = LedgerEntry { seq: self.next_seq(), operation, at: self.now, kind };
        self.account.append(entry).expect("an operation decides only entries that fit its account");
    }

    /// What was paid for a reservation is free again.
    pub(super) fn give_back(&mut self, it: &Allocation) {
        let Allocation { claim, booking, line, code, amount, .. } = it.clone();
        let operation = format!("reverse:{booking}:{line}");
        self.push(&operation, EntryKind::Reversed { claim: Some(claim), booking, line, code, amount });
    }

    pub(super) fn finish<T>(self, answer: T) -> Decision<T> {
        let touches_dateused = self
            .account
            .entries
            .iter()
            .skip(self.first_new)
            .any(|entry| matches!(entry.kind, EntryKind::Settled { .. }));
        // A list that does not fit its column stays in the ledger only; the row keeps what it has.
        let codreser = self.account.codreser();
        let fits = codreser.chars().count() <= self.rules.codreser_length_max;
        Decision {
            used: self.account.used(),
            codreser: if fits { codreser } else { self.account.row.codreser.clone() },
            touches_dateused,
            entries: self.account.entries.into_iter().skip(self.first_new).collect(),
            answer,
        }
    }

    pub(super) fn claimed(&self, id: &ClaimId) -> Claimed {
        let claim = self.account.claims.get(id);
        Claimed {
            claim: id.clone(),
            amount: claim.map_or(Money::ZERO, |claim| claim.amount),
            available: self.account.available(),
            expires_at: claim.and_then(|claim| match claim.state {
                ClaimState::Open { expires_at } => Some(expires_at),
                ClaimState::Attached { .. } | ClaimState::Ended => None,
            }),
        }
    }

    /// What the operation appended before, if it was carried out already.
    pub(super) fn earlier(&self, operation: &str) -> Vec<EntryKind> {
        let is_it = |entry: &&LedgerEntry| entry.operation.as_str() == operation;
        self.account.entries.iter().filter(is_it).map(|entry| entry.kind.clone()).collect()
    }

    /// The claim that a request of this id opened, changed or took before, whose it is and how much it was then.
    pub(super) fn earlier_validation(&self, request: &ClaimId) -> Option<(ClaimId, Option<&Holder>, Money)> {
        let changed_by = format!(":{request}");
        let (claim, amount) = self.account.entries.iter().find_map(|entry| match &entry.kind {
            EntryKind::Opened { claim, amount, .. } if claim == request => Some((claim, *amount)),
            EntryKind::Attached { claim, .. } if claim == request => Some((claim, Money::ZERO)),
            EntryKind::Changed { claim, amount, .. } if entry.operation.as_str().ends_with(&changed_by) => {
                Some((claim, *amount))
            }
            EntryKind::External { .. }
            | EntryKind::Opened { .. }
            | EntryKind::Changed { .. }
            | EntryKind::Attached { .. }
            | EntryKind::Settled { .. }
            | EntryKind::Released { .. }
            | EntryKind::Reversed { .. } => None,
        })?;
        Some((claim.clone(), self.account.claims.get(claim).map(|claim| &claim.holder), amount))
    }

    /// The claim that a booking of the holder's took since then, and how much it was.
    pub(super) fn taken_since(&self, holder: &Holder, since: Millis) -> Option<(ClaimId, Money)> {
        self.account.entries.iter().rev().find_map(|entry| match &entry.kind {
            EntryKind::Attached { claim, holder: of, amount, .. } if of == holder && entry.at >= since => {
                Some((claim.clone(), *amount))
            }
            _ => None,
        })
    }

    pub(super) fn open_claim_of(&self, holder: &Holder) -> Option<(ClaimId, Claim)> {
        let is_it = |claim: &Claim| claim.holder == *holder && matches!(claim.state, ClaimState::Open { .. });
        self.account
            .claims
            .iter()
            .find(|(_, claim)| is_it(claim))
            .map(|(id, claim)| (id.clone(), claim.clone()))
    }

    pub(super) fn check_currency(&self) -> Result<(), Problem> {
        let (payment, hotel) = (&self.account.row.currency, &self.rules.currency);
        if payment == hotel {
            return Ok(());
        }
        Err(Problem::PaymentCurrency { payment: payment.clone(), hotel: hotel.clone() })
    }
}
