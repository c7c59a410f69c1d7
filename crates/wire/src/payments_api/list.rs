//! Payments as a list: what of them is asked for, and where the next page begins.

use chrono::NaiveDate;
use posada_core::ids::Millis;
use posada_core::payment::ledger::{LedgerEntry, PaymentRow};
use posada_core::payment::method::{PaymentMethod, PaymentRef};
use posada_core::payment::reconcile::Reconciled;

use crate::leaf::Date;

/// The most payments of one page.
pub const PAGE_LENGTH_MAX: usize = 100;

/// The place of a payment in the list: newest first, of one date by method and reference. Payments without a date come
/// last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The date of payment; empty where there is none.
    pub paid_on: String,
    /// The payment.
    pub payment: PaymentRef,
}

/// The rank of a method among payments of one date.
#[must_use]
pub fn rank(method: PaymentMethod) -> u8 {
    match method {
        PaymentMethod::CompraClick => 0,
        PaymentMethod::DepositoBac => 1,
    }
}

impl Place {
    /// Of a payment's row.
    #[must_use]
    pub fn of(row: &PaymentRow) -> Self {
        let paid_on = row.paid_on.map(|date| date.to_string()).unwrap_or_default();
        Self { paid_on, payment: row.payment.clone() }
    }

    /// As a cursor: `2026-11-20 0 123456`.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{} {} {}", self.paid_on, rank(self.payment.method), self.payment.reference)
    }

    /// The place of a cursor.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (paid_on, rest) = text.split_once(' ')?;
        let (method, reference) = rest.split_once(' ')?;
        let method = PaymentMethod::ALL.into_iter().find(|it| rank(*it).to_string() == method)?;
        let is_date = paid_on.is_empty() || Date::parse(paid_on).is_some();
        is_date.then(|| Self {
            paid_on: paid_on.to_owned(),
            payment: PaymentRef { method, reference: reference.to_owned() },
        })
    }
}

/// Which payments are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListAsk {
    /// Of this method only.
    pub method: Option<PaymentMethod>,
    /// Of this reference only, whatever the method.
    pub reference: Option<String>,
    /// Paid on this date or later.
    pub from: Option<NaiveDate>,
    /// Paid on this date or earlier.
    pub to: Option<NaiveDate>,
    /// Behind this place.
    pub after: Option<Place>,
    /// How many at most.
    pub limit: usize,
}

/// A payment of a list: its row and its ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The row.
    pub row: PaymentRow,
    /// Its ledger; the number of the first entry that cannot be read, where there is one.
    pub entries: Result<Vec<LedgerEntry>, u32>,
}

impl Listed {
    /// With what it comes to.
    #[must_use]
    pub fn reconciled(self, now: Millis) -> Reconciled {
        match self.entries {
            Ok(entries) => Reconciled::of(self.row, entries, now),
            Err(seq) => Reconciled::broken(self.row, seq, "it is no entry"),
        }
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListPage {
    /// The payments.
    pub payments: Vec<Listed>,
    /// Whether there are more behind the last one.
    pub is_more: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_written_and_read() {
        for text in ["2026-11-20 0 123456", " 1 7-7", "2026-11-20 1 a b c"] {
            assert_eq!(Place::parse(text).map(|place| place.text()).as_deref(), Some(text));
        }
        for text in ["", "x", "2026-11-20", "2026-11-20 2 123456", "2026-13-20 0 1", "2026-11-20 0"] {
            assert_eq!(Place::parse(text), None, "{text}");
        }
    }
}
