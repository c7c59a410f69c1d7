//! Payments for bookkeeping: what each comes to, which rooms it paid for and what does not agree, as JSON and as CSV.

use posada_core::ids::{BookingId, ClaimId, LineNo};
use posada_core::message::{Language, difference_text};
use posada_core::money::Money;
use posada_core::payment::codes::external_code;
use posada_core::payment::ledger::{Allocation, Claim, ClaimState};
use posada_core::payment::reconcile::{Difference, Reconciled};
use posada_core::sorted::Set;

use crate::csv;
use crate::number::Amount;
use crate::stored::{Write, write_members};
use crate::time::Timestamp;

/// In which words differences are told.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// The language.
    pub language: Language,
    /// The hotel's offset from UTC.
    pub utc_offset_minutes: i32,
}

impl Words {
    fn text(self, difference: &Difference) -> String {
        difference_text(difference, self.language, self.utc_offset_minutes)
    }
}

/// An amount that may be below zero.
struct Signed(Money);

impl Write for Signed {
    fn write(&self, out: &mut String) {
        if self.0 < Money::ZERO { out.push_str(&self.0.to_string()) } else { Amount(self.0).write(out) }
    }
}

struct RoomView<'a>(&'a Allocation);

impl Write for RoomView<'_> {
    fn write(&self, out: &mut String) {
        let Allocation { booking, line, prefix, code, amount, .. } = self.0;
        let (code, line) = (external_code(prefix, code), counted(*line));
        let members: [(&str, &dyn Write); 4] =
            [("code", &code), ("booking_id", booking), ("line", &line), ("amount", &Amount(*amount))];
        write_members(out, &members);
    }
}

/// A line as people count it, from 1.
fn counted(line: LineNo) -> u16 {
    u16::from(line.0).saturating_add(1)
}

struct ClaimView<'a>(&'a ClaimId, &'a Claim);

impl Write for ClaimView<'_> {
    fn write(&self, out: &mut String) {
        let Self(id, claim) = self;
        let (state, expires_at, booking): (&str, Option<Timestamp>, Option<BookingId>) = match &claim.state {
            ClaimState::Open { expires_at } => ("open", Some(Timestamp(*expires_at)), None),
            ClaimState::Attached { booking, .. } => ("attached", None, Some(booking.clone())),
            ClaimState::Ended => ("ended", None, None),
        };
        let members: [(&str, &dyn Write); 5] = [
            ("claim", *id),
            ("state", &state),
            ("amount", &Amount(claim.amount)),
            ("expires_at", &expires_at),
            ("booking_id", &booking),
        ];
        write_members(out, &members);
    }
}

/// A difference: its name for programs, the booking where it is about one, and what to tell people.
#[derive(Debug)]
pub struct DifferenceView<'a>(pub &'a Difference, pub Words);

impl Write for DifferenceView<'_> {
    fn write(&self, out: &mut String) {
        let Self(difference, words) = self;
        let booking = difference.booking().cloned();
        let members: [(&str, &dyn Write); 3] =
            [("code", &difference.code()), ("booking_id", &booking), ("text", &words.text(difference))];
        write_members(out, &members);
    }
}

/// A payment.
#[derive(Debug)]
pub struct PaymentView<'a>(pub &'a Reconciled, pub Words);

impl Write for PaymentView<'_> {
    fn write(&self, out: &mut String) {
        let Self(it, words) = self;
        let (row, totals) = (it.row(), it.totals());
        let rooms: Vec<RoomView<'_>> = it.rooms().map(RoomView).collect();
        let claims: Vec<ClaimView<'_>> = it.claims().map(|(id, claim)| ClaimView(id, claim)).collect();
        let differences: Vec<DifferenceView<'_>> =
            it.differences.iter().map(|difference| DifferenceView(difference, *words)).collect();
        let method = row.payment.method;
        let members: [(&str, &dyn Write); 18] = [
            ("payment_method", &method.as_str()),
            (method.reference_field(), &row.payment.reference),
            ("amount", &Amount(row.amount)),
            ("currency", &row.currency),
            ("payment_maker_name", &row.payer),
            ("payment_date", &row.paid_on),
            ("used", &Amount(row.used)),
            ("codreser", &row.codreser),
            ("external_amount", &Amount(totals.external)),
            ("external_codes", &it.external_codes()),
            ("open_amount", &Amount(totals.open)),
            ("attached_amount", &Amount(totals.attached)),
            ("settled_amount", &Amount(totals.settled)),
            ("free_amount", &Amount(totals.free)),
            ("difference", &Signed(totals.difference)),
            ("rooms", &rooms),
            ("claims", &claims),
            ("differences", &differences),
        ];
        write_members(out, &members);
    }
}

/// The columns of the CSV, in their order.
const COLUMNS: [&str; 18] = [
    "payment_method",
    "reference",
    "payment_date",
    "payment_maker_name",
    "currency",
    "amount",
    "used",
    "external_amount",
    "open_amount",
    "attached_amount",
    "settled_amount",
    "free_amount",
    "difference",
    "codreser",
    "rooms",
    "booking_id",
    "differences",
    "reasons",
];

/// The first line of the CSV.
#[must_use]
pub fn csv_head() -> String {
    let mut out = String::new();
    csv::write_texts(&COLUMNS, &mut out);
    out
}

/// A payment's line of the CSV. Amounts have two decimals and a dot.
pub fn write_payment_line(it: &Reconciled, words: Words, out: &mut String) {
    let (row, totals) = (it.row(), it.totals());
    let date = row.paid_on.map(|date| date.to_string()).unwrap_or_default();
    let head = [row.payment.method.as_str(), &row.payment.reference, &date, &row.payer, &row.currency];
    for text in head {
        csv::write_text(text, out);
        out.push(',');
    }
    // Not texts: a number below zero is one, and no formula.
    for amount in [
        row.amount,
        row.used,
        totals.external,
        totals.open,
        totals.attached,
        totals.settled,
        totals.free,
        totals.difference,
    ] {
        out.push_str(&amount.to_string());
        out.push(',');
    }
    let room = |it: &Allocation| {
        let code = external_code(&it.prefix, &it.code);
        [code, it.amount.to_string()].join(" ")
    };
    let rooms: Vec<String> = it.rooms().map(room).collect();
    let mut all = Set::new();
    it.note_bookings(&mut all);
    let bookings: Vec<&str> = all.iter().map(BookingId::as_str).collect();
    let codes: Vec<&str> = it.differences.iter().map(Difference::code).collect();
    let reasons: Vec<String> = it.differences.iter().map(|difference| words.text(difference)).collect();
    csv::write_texts(
        &[&row.codreser, &rooms.join("; "), &bookings.join("; "), &codes.join("; "), &reasons.join(" ")],
        out,
    );
}

/// The line of a difference that is not about a payment.
pub fn write_difference_line(difference: &Difference, words: Words, out: &mut String) {
    let booking = difference.booking().map(ToString::to_string).unwrap_or_default();
    let mut fields = [""; COLUMNS.len()];
    let text = words.text(difference);
    let [.., to_booking, to_code, to_text] = &mut fields;
    (*to_booking, *to_code, *to_text) = (&booking, difference.code(), &text);
    csv::write_texts(&fields, out);
}
