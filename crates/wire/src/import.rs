//! `PUT /v1/staff/payments`: payments as JSON or as CSV, with every fault named by its row.

use chrono::NaiveDate;
use posada_core::money::Money;
use posada_core::payment::method::{PaymentMethod, PaymentRef};
use posada_core::problem::{FieldFault, Problem};
use posada_core::sorted::Map;

use crate::booking::NAME_CHARS_MAX;
use crate::csv::{CsvError, Record, read_csv};
use crate::faults::{Faults, Style};
use crate::field::{Body, Field, List, Node, Object, Readable, Unknown, body};
use crate::leaf::{Date, Text};
use crate::number::{AMOUNT_DECIMALS_MAX, PositiveAmount};
use crate::read;
use crate::reference::{ReferenceText, read_payment_ref};
use crate::written;

/// The largest file of payments, in bytes.
pub const PAYMENTS_BYTES_MAX: usize = 1024 * 1024;
/// The most payments of one file.
pub const PAYMENTS_MAX: usize = 5_000;

/// A payment as the bank or the card company reports it. What is used of it is not theirs to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRecord {
    /// What it is found by.
    pub payment: PaymentRef,
    /// How much was paid.
    pub amount: Money,
    /// In this currency (three capital letters).
    pub currency: String,
    /// Who paid.
    pub payer: String,
    /// When.
    pub paid_on: NaiveDate,
}

body! {
    /// A payment as it is sent.
    pub struct PaymentBody {
        /// How it was paid.
        payment_method: PaymentMethod,
        /// The authorisation number; with `CompraClick` only.
        authorization_number: ReferenceText,
        /// The transfer's number; with `Depósito BAC` only.
        transfer_id: ReferenceText,
        /// How much was paid.
        amount: PositiveAmount,
        /// In this currency (ISO 4217).
        currency: Currency,
        /// Who paid.
        payment_maker_name: Text<NAME_CHARS_MAX>,
        /// When.
        payment_date: Date,
    }
}

/// Payments as they are sent.
type PaymentsList = List<Object<PaymentBody>, PAYMENTS_MAX>;

body! {
    /// The JSON body: `{"payments": [...]}`. The bare list is taken as well.
    pub struct PaymentsBody {
        /// The payments.
        payments: PaymentsList,
    }
}

/// The code of a currency.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Currency(String);

impl Readable for Currency {
    fn read(node: Node) -> Field<Self> {
        match node {
            Node::Text(text) if text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()) => {
                Field::Given(Self(text))
            }
            _ => Field::wrong("must be the ISO 4217 code of a currency, such as USD"),
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl crate::describe::Describe for Currency {
    fn describe(_: &mut crate::describe::Schemas) -> serde_json::Value {
        serde_json::json!({"type": "string", "pattern": "^[A-Z]{3}$"})
    }
}

/// What a file of payments is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportAnswer {
    /// Payments in it.
    pub received: usize,
    /// Payments that were new.
    pub added: usize,
    /// Payments that were known with other values, and were changed.
    pub changed: usize,
    /// What was taken as it is and should be looked at: a date that has not come yet.
    pub warnings: Option<Vec<FieldFault>>,
}

written!(ImportAnswer { received, added, changed, warnings });

/// What is to be said of a payment's field, by the payment's place.
#[must_use]
pub fn fault_at(index: usize, field: &str, message: &str) -> FieldFault {
    FieldFault::new(["payments[", &index.to_string(), "].", field].concat(), message)
}

/// Payments that are dated after `today`, the hotel's date: banks date some ahead, by when the money counts, so they are
/// taken; but it may be a year or a month that was mistyped, and the guest's evidence is compared with it. `None` where
/// there are none.
#[must_use]
pub fn dated_ahead(records: &[PaymentRecord], today: NaiveDate) -> Option<Vec<FieldFault>> {
    let mut found = Vec::new();
    for (index, record) in records.iter().enumerate() {
        if record.paid_on > today {
            found.push(fault_at(index, "payment_date", "is after the hotel's date"));
        }
    }
    (!found.is_empty()).then_some(found)
}

/// Reads payments from JSON.
///
/// # Errors
/// As [`read::read`]; [`Problem::Invalid`] with every fault, named `payments[3].amount`.
pub fn read_payments_json(bytes: &[u8]) -> Result<Vec<PaymentRecord>, Problem> {
    let mut faults = Faults::new(Style::Dotted);
    let list: Field<PaymentsList> = match read::parse(bytes, PAYMENTS_BYTES_MAX)? {
        Node::Object(members) => {
            let body = PaymentsBody::take(members);
            faults.unknown(&body.unknown);
            body.payments
        }
        list @ Node::List(_) => Field::of(list),
        _ => return Err(Problem::field("body", "must be an object or a list")),
    };
    let List(bodies) = faults.required("payments", list).unwrap_or(List(Vec::new()));
    let numbered = bodies.into_iter().enumerate().map(|(index, body)| (None, index, body));
    collect(numbered, faults)
}

/// The columns of a CSV file, in any order; either of the references may be left out.
const COLUMNS: [&str; 7] = [
    "payment_method",
    "authorization_number",
    "transfer_id",
    "amount",
    "currency",
    "payment_maker_name",
    "payment_date",
];

/// Reads payments from CSV: a header with the fields' names, then a row for each payment. Fields are separated by
/// commas, or by semicolons where the header has those.
///
/// # Errors
/// [`Problem::TooLarge`]; [`Problem::Invalid`] with every fault, named `payments[3].amount` and with the line.
pub fn read_payments_csv(bytes: &[u8]) -> Result<Vec<PaymentRecord>, Problem> {
    if bytes.len() > PAYMENTS_BYTES_MAX {
        return Err(Problem::TooLarge { bytes_max: PAYMENTS_BYTES_MAX });
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Problem::field("body", "must be UTF-8"))?;
    let header = text.lines().next().unwrap_or_default();
    let separator = if header.contains(';') && !header.contains(',') { ';' } else { ',' };
    let records = read_csv(text, separator, PAYMENTS_MAX)
        .map_err(|error: CsvError| Problem::field("body", error.to_string()))?;
    let mut records = records.into_iter();
    let Some(header) = records.next() else {
        return Err(Problem::field("body", "must begin with a line of column names"));
    };
    let columns = read_header(&header)?;
    let mut bodies = Vec::new();
    // Spreadsheets write rows of separators alone behind the last one.
    let is_filled = |record: &Record| record.fields.iter().any(|cell| !cell.trim().is_empty());
    for (index, record) in records.filter(is_filled).enumerate() {
        bodies.push((Some(record.line), index, csv_body(&columns, &record)));
    }
    collect(bodies.into_iter(), Faults::new(Style::Dotted))
}

fn read_header(header: &Record) -> Result<Vec<&'static str>, Problem> {
    let mut faults = Faults::new(Style::Dotted);
    let mut columns = Vec::new();
    for name in header.fields.iter().map(|name| name.trim()) {
        match COLUMNS.iter().find(|known| **known == name) {
            None => faults.unknown(&Unknown(vec![name.to_owned()])),
            Some(known) if columns.contains(known) => faults.push(known, "is given twice"),
            Some(known) => columns.push(*known),
        }
    }
    for required in ["payment_method", "amount", "currency", "payment_maker_name", "payment_date"] {
        if !columns.contains(&required) {
            faults.push(required, "is a required column");
        }
    }
    faults.finish(Some(columns))
}

/// The row as a payment that was sent; wrong where it has another number of fields than the header.
fn csv_body(columns: &[&'static str], record: &Record) -> Field<Object<PaymentBody>> {
    if record.fields.len() != columns.len() {
        return Field::wrong(format!("must have {} fields, not {}", columns.len(), record.fields.len()));
    }
    let cell = |name: &str| {
        let at = columns.iter().position(|column| *column == name)?;
        record.fields.get(at).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    };
    fn leaf<T: Readable>(cell: Option<&str>) -> Field<T> {
        cell.map_or(Field::Absent, |cell| T::read(Node::Text(cell.to_owned())))
    }
    Field::Given(Object(PaymentBody {
        payment_method: leaf(cell("payment_method")),
        authorization_number: leaf(cell("authorization_number")),
        transfer_id: leaf(cell("transfer_id")),
        amount: cell("amount").map_or(Field::Absent, amount_of_text),
        currency: leaf(cell("currency")),
        payment_maker_name: leaf(cell("payment_maker_name")),
        payment_date: leaf(cell("payment_date")),
        unknown: Unknown::default(),
    }))
}

fn amount_of_text(text: &str) -> Field<PositiveAmount> {
    match Money::parse_decimal(text, AMOUNT_DECIMALS_MAX) {
        Ok(amount) if amount > Money::ZERO => Field::Given(PositiveAmount(amount)),
        Ok(_) => Field::wrong("must be more than 0"),
        Err(error) => Field::wrong(error.to_string()),
    }
}

/// Converts the payments, and refuses one that stands there twice.
fn collect(
    bodies: impl Iterator<Item = (Option<usize>, usize, Field<Object<PaymentBody>>)>,
    mut faults: Faults,
) -> Result<Vec<PaymentRecord>, Problem> {
    let mut records: Vec<PaymentRecord> = Vec::new();
    let mut places: Map<PaymentRef, usize> = Map::new();
    for (line, index, body) in bodies {
        let before = faults.len();
        let record = faults.within_entry("payments", index, |faults| {
            let Object(body) = faults.required("", body)?;
            let record = read_payment(body, faults)?;
            if let Some(first) = places.insert(record.payment.clone(), index) {
                let name = record.payment.method.reference_field();
                faults.push(name, format!("is the same as that of payments[{first}]"));
            }
            Some(record)
        });
        if let Some(line) = line {
            faults.note_since(before, &format!("(line {line})"));
        }
        records.extend(record);
    }
    faults.finish(Some(records))
}

fn read_payment(body: PaymentBody, faults: &mut Faults) -> Option<PaymentRecord> {
    let payment = read_payment_ref(body.payment_method, body.authorization_number, body.transfer_id, faults);
    let amount = faults.required("amount", body.amount);
    let currency = faults.required("currency", body.currency);
    let payer = faults.required("payment_maker_name", body.payment_maker_name);
    let paid_on = faults.required("payment_date", body.payment_date);
    faults.unknown(&body.unknown);
    Some(PaymentRecord {
        payment: payment?,
        amount: amount?.0,
        currency: currency?.0,
        payer: payer?.0,
        paid_on: paid_on?.0,
    })
}
