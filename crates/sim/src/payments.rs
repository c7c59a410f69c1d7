//! A model of the payment database: rows and ledgers, written on the condition that nothing changed since they were
//! read, with the semantics of the Worker's store.

use std::collections::BTreeMap;

use posada_core::booking::effect::Input;
use posada_core::money::Money;
use posada_core::payment::codes;
use posada_core::payment::ledger::{Account, EntryKind, LedgerEntry, PaymentRow};
use posada_core::payment::method::PaymentRef;
use posada_core::payment::operation::{Decision, Rules};

use crate::mutation::{Mutation, Planted};

/// How often an operation is decided anew because another came between.
pub(crate) const TRIES_MAX: u32 = 60;

#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) row: PaymentRow,
    pub(crate) entries: Vec<LedgerEntry>,
    /// What the hotel's other programs took and wrote, which Posada must keep.
    pub(crate) outside: Money,
    pub(crate) outside_codes: Vec<String>,
}

/// What an operation decided and has not written yet.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) payment: PaymentRef,
    pub(crate) before: (Money, String),
    pub(crate) entries: Vec<LedgerEntry>,
    pub(crate) used: Money,
    pub(crate) codreser: String,
    pub(crate) answer: Input,
}

impl Draft {
    pub(crate) fn new<T>(account: &Account, decision: Decision<T>, answer: impl FnOnce(T) -> Input) -> Self {
        Self {
            payment: account.row().payment.clone(),
            before: (account.row().used, account.row().codreser.clone()),
            entries: decision.entries,
            used: decision.used,
            codreser: decision.codreser,
            answer: answer(decision.answer),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Payments {
    pub(crate) kept: BTreeMap<PaymentRef, Kept>,
    rules: Rules,
    planted: Planted,
}

impl Payments {
    pub(crate) fn new(rows: &[PaymentRow], rules: Rules, planted: Planted) -> Self {
        let keep = |row: &PaymentRow| {
            let outside_codes = codes::parts(&row.codreser).map(str::to_owned).collect();
            let kept = Kept { row: row.clone(), entries: Vec::new(), outside: row.used, outside_codes };
            (row.payment.clone(), kept)
        };
        Self { kept: rows.iter().map(keep).collect(), rules, planted }
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The account as it is.
    pub(crate) fn read(&self, payment: &PaymentRef) -> Result<Account, String> {
        let kept = self.kept.get(payment).expect("scenarios name payments that exist");
        Account::load(kept.row.clone(), kept.entries.clone()).map_err(|error| error.to_string())
    }

    /// Writes what was decided, unless something changed since it was read.
    pub(crate) fn write(&mut self, draft: &Draft) -> bool {
        let kept = self.kept.get_mut(&draft.payment).expect("scenarios name payments that exist");
        let next = kept.entries.last().map_or(1, |last| last.seq + 1);
        let has_number = draft.entries.first().is_some_and(|first| first.seq == next);
        let is_same =
            (kept.row.used, kept.row.codreser.as_str()) == (draft.before.0, draft.before.1.as_str());
        let renumbers = self.planted.is(Mutation::UsedByReadModifyWrite);
        if (!has_number && !renumbers) || !(is_same || renumbers || self.planted.is(Mutation::RowNotCompared))
        {
            return false;
        }
        for (entry, seq) in draft.entries.iter().zip(next..) {
            kept.entries.push(LedgerEntry { seq, ..entry.clone() });
        }
        kept.row.used = draft.used;
        kept.row.codreser = if self.planted.is(Mutation::CodreserOverwritten) {
            let code = |entry: &LedgerEntry| match &entry.kind {
                EntryKind::Settled { code, .. } => Some(codes::external_code("HR", code)),
                _ => None,
            };
            let codes: Vec<String> = draft.entries.iter().filter_map(code).collect();
            if codes.is_empty() { draft.codreser.clone() } else { codes.join(",") }
        } else {
            draft.codreser.clone()
        };
        true
    }

    /// Another program of the hotel uses some of the payment and writes a code of its own, as far as there is money.
    pub(crate) fn use_outside(&mut self, payment: &PaymentRef, amount: Money, code: &str) {
        let kept = self.kept.get_mut(payment).expect("scenarios name payments that exist");
        let used = kept.row.used.checked_add(amount).expect("small amounts");
        if used > kept.row.amount {
            return;
        }
        kept.row.used = used;
        kept.outside = kept.outside.checked_add(amount).expect("small amounts");
        let list = codes::join(codes::parts(&kept.row.codreser).chain([code]));
        kept.row.codreser = list;
        kept.outside_codes.push(code.to_owned());
    }
}
