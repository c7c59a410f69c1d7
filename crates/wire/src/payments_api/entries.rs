//! Entries of the ledger as a list: of a payment, of bookings, or of a time.

use posada_core::ids::{BookingId, Millis};
use posada_core::money::Money;
use posada_core::payment::ledger::{EntryKind, LedgerEntry};
use posada_core::payment::method::{PaymentMethod, PaymentRef};
use posada_core::payment::reconcile::Link;
use posada_core::problem::Problem;

use super::answer::{object, read_ref};
use super::ask::AT_MS_MAX;
use super::list::{CURSOR_CHARS_MAX, rank};
use crate::faults::{Faults, Style};
use crate::field::{List, Node, body};
use crate::leaf::{Count, Text};
use crate::read::{BODY_BYTES_MAX, read};
use crate::reference::{ReferenceText, read_payment_ref};
use crate::stored::{Read, Write, member, members, write_members};

/// The most entries of one page.
pub const ENTRIES_MAX: usize = 1_000;
/// The most bookings that are asked for at once.
const BOOKINGS_MAX: usize = 500;

/// The place of an entry in the list: oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPlace {
    /// When.
    pub at: Millis,
    /// Of which payment.
    pub payment: PaymentRef,
    /// Its number.
    pub seq: u32,
}

impl EntryPlace {
    /// As a cursor: `1796148000000 0 3 123456`.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { at, payment, seq } = self;
        format!("{} {} {seq} {}", at.0, rank(payment.method), payment.reference)
    }

    /// The place of a cursor.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, ' ');
        let at = Millis(parts.next()?.parse().ok()?);
        let method = parts.next()?;
        let method = PaymentMethod::ALL.into_iter().find(|it| rank(*it).to_string() == method)?;
        let seq = parts.next()?.parse().ok()?;
        Some(Self { at, payment: PaymentRef { method, reference: parts.next()?.to_owned() }, seq })
    }
}

/// Which entries are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LedgerAsk {
    /// Of this payment.
    pub payment: Option<PaymentRef>,
    /// That name one of these bookings.
    pub bookings: Option<Vec<BookingId>>,
    /// Of this instant or later.
    pub from: Option<Millis>,
    /// Of this instant or earlier.
    pub to: Option<Millis>,
    /// Behind this place.
    pub after: Option<EntryPlace>,
}

/// A page of entries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LedgerPage {
    /// The entries with their payments.
    pub entries: Vec<(PaymentRef, LedgerEntry)>,
    /// Where the next page begins.
    pub next: Option<EntryPlace>,
}

/// The body that asks for a page of entries.
#[must_use]
pub fn ledger_text(ask: &LedgerAsk) -> String {
    let method = ask.payment.as_ref().map(|it| it.method.as_str());
    let field = ask.payment.as_ref().map_or("transfer_id", |it| it.method.reference_field());
    let members: [(&str, &dyn Write); 6] = [
        ("payment_method", &method),
        (field, &ask.payment.as_ref().map(|it| it.reference.as_str())),
        ("bookings", &ask.bookings),
        ("from_ms", &ask.from),
        ("to_ms", &ask.to),
        ("after", &ask.after.as_ref().map(EntryPlace::text)),
    ];
    let mut out = String::new();
    write_members(&mut out, &members);
    out
}

body! {
    struct LedgerBody {
        payment_method: PaymentMethod,
        authorization_number: ReferenceText,
        transfer_id: ReferenceText,
        bookings: List<BookingId, BOOKINGS_MAX>,
        from_ms: Count<0, AT_MS_MAX>,
        to_ms: Count<0, AT_MS_MAX>,
        after: Text<CURSOR_CHARS_MAX>,
    }
}

/// Reads the body that asks for a page of entries. One of payment, bookings and time must be said.
///
/// # Errors
/// As [`read`]; [`Problem::Invalid`] with every fault.
pub fn read_ledger(bytes: &[u8]) -> Result<LedgerAsk, Problem> {
    let body: LedgerBody = read(bytes, BODY_BYTES_MAX)?;
    let mut faults = Faults::new(Style::Dotted);
    let is_of_payment = !body.payment_method.is_absent()
        || !body.authorization_number.is_absent()
        || !body.transfer_id.is_absent();
    let payment = if is_of_payment {
        read_payment_ref(body.payment_method, body.authorization_number, body.transfer_id, &mut faults)
    } else {
        None
    };
    let sent = faults.optional("bookings", body.bookings);
    let bookings = sent.map(|List(sent)| {
        let mut bookings = Vec::new();
        for (index, booking) in sent.into_iter().enumerate() {
            bookings.extend(faults.within_entry("bookings", index, |faults| faults.required("", booking)));
        }
        bookings
    });
    let from = faults.optional("from_ms", body.from_ms).map(|it| Millis(it.get()));
    let to = faults.optional("to_ms", body.to_ms).map(|it| Millis(it.get()));
    let cursor = faults.optional("after", body.after).map(|it| it.0);
    let after = cursor.as_deref().and_then(EntryPlace::parse);
    if cursor.is_some() && after.is_none() {
        faults.push("after", "must be `next` of the page before");
    }
    if !is_of_payment && bookings.is_none() && from.is_none() && faults.is_empty() {
        faults.push("from_ms", "is required without a payment and without bookings");
    }
    faults.unknown(&body.unknown);
    faults.finish(Some(LedgerAsk { payment, bookings, from, to, after }))
}

struct EntryView<'a>(&'a PaymentRef, &'a LedgerEntry);

impl Write for EntryView<'_> {
    fn write(&self, out: &mut String) {
        let Self(payment, entry) = self;
        let members: [(&str, &dyn Write); 3] = [
            ("payment_method", &payment.method.as_str()),
            (payment.method.reference_field(), &payment.reference),
            ("entry", *entry),
        ];
        write_members(out, &members);
    }
}

struct Owned(PaymentRef, LedgerEntry);

impl Read for Owned {
    fn read(node: Node) -> Option<Self> {
        let it = &mut members(node)?;
        Some(Self(read_ref(it)?, member(it, "entry")?))
    }
}

/// What is answered.
#[must_use]
pub fn entries_text(page: &LedgerPage) -> String {
    let entries: Vec<EntryView<'_>> =
        page.entries.iter().map(|(payment, entry)| EntryView(payment, entry)).collect();
    let next = page.next.as_ref().map(EntryPlace::text);
    let mut out = String::new();
    write_members(&mut out, &[("entries", &entries), ("next", &next)]);
    out
}

/// The page that was answered; `None` where the answer is something else.
#[must_use]
pub fn read_entries(bytes: &[u8]) -> Option<LedgerPage> {
    let it = &mut object(bytes)?;
    let next = match member::<Option<String>>(it, "next")? {
        Some(text) => Some(EntryPlace::parse(&text)?),
        None => None,
    };
    let entries: Vec<Owned> = member(it, "entries")?;
    Some(LedgerPage {
        entries: entries.into_iter().map(|Owned(payment, entry)| (payment, entry)).collect(),
        next,
    })
}

/// What payments paid for living reservations, by entries of bookings in their order.
#[must_use]
pub fn links_of(entries: &[(PaymentRef, LedgerEntry)]) -> Vec<Link> {
    let mut found: Vec<(&PaymentRef, Link)> = Vec::new();
    for (payment, entry) in entries {
        match &entry.kind {
            EntryKind::Settled { booking, code, amount, .. } => {
                let link = Link { booking: booking.clone(), code: code.clone(), amount: *amount };
                found.push((payment, link));
            }
            EntryKind::Reversed { booking, code, .. } => {
                let is_it = |(of, link): &(&PaymentRef, Link)| {
                    *of == payment
                        && link.booking == *booking
                        && link.code == *code
                        && link.amount > Money::ZERO
                };
                if let Some(place) = found.iter().position(is_it) {
                    found.remove(place);
                }
            }
            EntryKind::External { .. }
            | EntryKind::Opened { .. }
            | EntryKind::Changed { .. }
            | EntryKind::Attached { .. }
            | EntryKind::Released { .. } => {}
        }
    }
    found.into_iter().map(|(_, link)| link).collect()
}
