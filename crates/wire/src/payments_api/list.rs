//! Payments as a list: what of them is asked for, and where the next page begins.

use chrono::NaiveDate;
use posada_core::ids::Millis;
use posada_core::payment::ledger::{LedgerEntry, PaymentRow};
use posada_core::payment::method::{PaymentMethod, PaymentRef};
use posada_core::payment::reconcile::Reconciled;
use posada_core::problem::Problem;

use super::answer::{Any, LedgerView, RowView, object, read_ref, read_row};
use super::ask::AT_MS_MAX;
use crate::faults::{Faults, Style};
use crate::field::{Node, body};
use crate::leaf::{Count, Date, Text};
use crate::read::{BODY_BYTES_MAX, read};
use crate::reference::REFERENCE_SENT_CHARS_MAX;
use crate::stored::{Read, Write, member, members, write_members};

/// The most characters of a cursor.
pub(super) const CURSOR_CHARS_MAX: usize = 200;

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

    /// The place of a cursor whose white space at its beginning was taken off: that of a payment without a date.
    fn parse_trimmed(text: &str) -> Option<Self> {
        Self::parse(text).or_else(|| Self::parse(&[" ", text].concat()))
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
    /// Those of which the ledger has an entry of this instant or a later one.
    pub entries_since: Option<Millis>,
    /// How many at most.
    pub limit: usize,
}

/// The body that asks for a page of payments.
#[must_use]
pub fn list_text(ask: &ListAsk) -> String {
    let mut out = String::new();
    let members: [(&str, &dyn Write); 7] = [
        ("payment_method", &ask.method.map(PaymentMethod::as_str)),
        ("reference", &ask.reference),
        ("from", &ask.from),
        ("to", &ask.to),
        ("entries_since_ms", &ask.entries_since),
        ("after", &ask.after.as_ref().map(Place::text)),
        ("limit", &ask.limit),
    ];
    write_members(&mut out, &members);
    out
}

body! {
    struct ListBody {
        payment_method: PaymentMethod,
        reference: Text<REFERENCE_SENT_CHARS_MAX>,
        from: Date,
        to: Date,
        entries_since_ms: Count<0, AT_MS_MAX>,
        after: Text<CURSOR_CHARS_MAX>,
        limit: Count<1, { PAGE_LENGTH_MAX as i64 }>,
    }
}

/// Reads the body that asks for a page of payments.
///
/// # Errors
/// As [`read`]; [`Problem::Invalid`] with every fault.
pub fn read_list(bytes: &[u8]) -> Result<ListAsk, Problem> {
    let body: ListBody = read(bytes, BODY_BYTES_MAX)?;
    let mut faults = Faults::new(Style::Dotted);
    let method = faults.optional("payment_method", body.payment_method);
    let reference = faults.optional("reference", body.reference).map(|it| it.0);
    let from = faults.optional("from", body.from).map(|it| it.0);
    let to = faults.optional("to", body.to).map(|it| it.0);
    let entries_since = faults.optional("entries_since_ms", body.entries_since_ms).map(|it| Millis(it.get()));
    let cursor = faults.optional("after", body.after).map(|it| it.0);
    let after = cursor.as_deref().and_then(Place::parse_trimmed);
    if cursor.is_some() && after.is_none() {
        faults.push("after", "must be `next` of the page before");
    }
    let limit = faults.optional("limit", body.limit).map_or(PAGE_LENGTH_MAX, |it| it.small().into());
    faults.unknown(&body.unknown);
    faults.finish(Some(ListAsk { method, reference, from, to, after, entries_since, limit }))
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

struct ListedView<'a>(&'a Listed);

impl Write for ListedView<'_> {
    fn write(&self, out: &mut String) {
        let (ledger, broken) = match &self.0.entries {
            Ok(entries) => (Some(LedgerView(entries)), None),
            Err(seq) => (None, Some(*seq)),
        };
        let members: [(&str, &dyn Write); 3] =
            [("payment", &RowView(&self.0.row)), ("ledger", &ledger), ("unreadable_seq", &broken)];
        write_members(out, &members);
    }
}

impl Read for Listed {
    fn read(node: Node) -> Option<Self> {
        let it = &mut members(node)?;
        let row = &mut members(member::<Any>(it, "payment")?.0)?;
        let payment = read_ref(row)?;
        let row = read_row(payment, row)?;
        let entries = match member(it, "unreadable_seq")? {
            Some(seq) => Err(seq),
            None => Ok(member(it, "ledger")?),
        };
        Some(Self { row, entries })
    }
}

/// What is answered: `next` is where the page behind it begins.
#[must_use]
pub fn page_text(page: &ListPage) -> String {
    let payments: Vec<ListedView<'_>> = page.payments.iter().map(ListedView).collect();
    let next = page.payments.last().filter(|_| page.is_more).map(|last| Place::of(&last.row).text());
    let mut out = String::new();
    write_members(&mut out, &[("payments", &payments), ("next", &next)]);
    out
}

/// The page that was answered; `None` where the answer is something else.
#[must_use]
pub fn read_page(bytes: &[u8]) -> Option<ListPage> {
    let it = &mut object(bytes)?;
    let next: Option<String> = member(it, "next")?;
    Some(ListPage { payments: member(it, "payments")?, is_more: next.is_some() })
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
