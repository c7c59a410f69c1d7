//! What is asked of the reservation system, read strictly: what is wrong is named.

use chrono::NaiveDate;
use posada_core::property::Property;
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::book::Nights;

/// The longest reference, in characters.
pub(crate) const REFERENCE_CHARS_MAX: usize = 60;
/// The longest text of an order, in characters; guests may write to the hotel at length.
const TEXT_CHARS_MAX: usize = 2_000;
const NIGHTS_MAX: i64 = 366;
const GUESTS_MAX: u16 = 60;
/// Members that name a person, or prove a payment: they are in no log.
const PERSONAL: [&str; 10] = [
    "customer_name",
    "email",
    "phone_number",
    "city",
    "dui_passport",
    "nationality",
    "authorization_number",
    "transfer_id",
    "payment_maker_name",
    "customer_instructions",
];

/// Why a call cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// No JSON at all, or a query that is none.
    Unreadable(String),
    /// A member is missing, of another kind, or not what it may be.
    Member {
        /// Its name.
        name: String,
        /// What is wrong with it.
        what: String,
    },
}

impl Wrong {
    pub(crate) fn member(name: &str, what: impl Into<String>) -> Self {
        Self::Member { name: name.to_owned(), what: what.into() }
    }
}

/// The body of `POST /reservations`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    pub(crate) reference: String,
    pub(crate) room_number: String,
    pub(crate) bungalow_type: String,
    #[serde(deserialize_with = "date")]
    pub(crate) check_in_date: NaiveDate,
    #[serde(deserialize_with = "date")]
    pub(crate) check_out_date: NaiveDate,
    package_type: String,
    adults: u16,
    children_0_5: u16,
    children_6_10: u16,
    extra_beds: u16,
    amount: f64,
    currency: String,
    customer_name: String,
    email: String,
    phone_number: String,
    city: String,
    dui_passport: String,
    nationality: String,
    payment_method: PaymentMethod,
    authorization_number: Option<String>,
    transfer_id: Option<String>,
    payment_maker_name: String,
    customer_instructions: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum PaymentMethod {
    CompraClick,
    #[serde(rename = "Depósito BAC")]
    DepositoBac,
}

/// An order that was read, and what may be told of it.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    pub(crate) order: Order,
    pub(crate) nights: Nights,
    /// Its members without those that name a person.
    pub(crate) shown: Value,
    /// SHA-256 of all its members, whatever their order and spacing.
    pub(crate) sha256: String,
}

/// Reads an order for the hotel.
pub(crate) fn read_order(bytes: &[u8], hotel: &Property, room_counts: bool) -> Result<Read, Wrong> {
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| Wrong::Unreadable(format!("not JSON: {error}")))?;
    if !value.is_object() {
        return Err(Wrong::Unreadable("must be an object".to_owned()));
    }
    let sha256 = sha256_of(&value);
    let order: Order = serde_path_to_error::deserialize(&value).map_err(|error| named(&error))?;
    let nights = Nights::new(order.check_in_date, order.check_out_date)?;
    check(&order, hotel, room_counts)?;
    let mut shown = value;
    if let Some(members) = shown.as_object_mut() {
        members.retain(|name, _| !PERSONAL.contains(&name.as_str()));
    }
    Ok(Read { order, nights, shown, sha256 })
}

/// An error that names the member: serde names missing and unknown ones in its message, others by their path.
fn named(error: &serde_path_to_error::Error<serde_json::Error>) -> Wrong {
    let message = error.inner().to_string();
    let path = error.path().to_string();
    let quoted = message.split('`').nth(1).unwrap_or_default();
    if message.starts_with("missing field") {
        Wrong::member(quoted, "is required")
    } else if message.starts_with("unknown field") {
        Wrong::member(quoted, "is not known")
    } else if path == "." {
        Wrong::Unreadable(message)
    } else {
        Wrong::member(&path, message)
    }
}

fn check(order: &Order, hotel: &Property, room_counts: bool) -> Result<(), Wrong> {
    check_reference("reference", &order.reference)?;
    let Some(room_type) = hotel.room_types.iter().find(|it| it.id.as_str() == order.bungalow_type) else {
        return Err(Wrong::member("bungalow_type", "is none of the hotel's"));
    };
    if room_counts && !room_type.rooms.iter().any(|room| room.as_str() == order.room_number) {
        return Err(Wrong::member("room_number", format!("is no room of the type {}", order.bungalow_type)));
    }
    if !hotel.packages.iter().any(|package| package.as_str() == order.package_type) {
        return Err(Wrong::member("package_type", "is none of the hotel's"));
    }
    if order.adults == 0 || order.adults > GUESTS_MAX {
        return Err(Wrong::member("adults", format!("must be 1 to {GUESTS_MAX}")));
    }
    for (name, count) in [
        ("children_0_5", order.children_0_5),
        ("children_6_10", order.children_6_10),
        ("extra_beds", order.extra_beds),
    ] {
        if count > GUESTS_MAX {
            return Err(Wrong::member(name, format!("must be at most {GUESTS_MAX}")));
        }
    }
    let cents = order.amount * 100.0;
    if !(0.0..1e12).contains(&cents) || (cents - cents.round()).abs() > 1e-4 {
        return Err(Wrong::member("amount", "must be an amount of at most two decimals, not below 0"));
    }
    if order.currency != hotel.currency {
        return Err(Wrong::member("currency", format!("must be {}", hotel.currency)));
    }
    check_texts(order)?;
    let (wanted, unwanted) = match order.payment_method {
        PaymentMethod::CompraClick => {
            (("authorization_number", &order.authorization_number), ("transfer_id", &order.transfer_id))
        }
        PaymentMethod::DepositoBac => {
            (("transfer_id", &order.transfer_id), ("authorization_number", &order.authorization_number))
        }
    };
    match (wanted, unwanted) {
        ((name, None), _) => Err(Wrong::member(name, "is required for this payment_method")),
        (_, (name, Some(_))) => Err(Wrong::member(name, "does not belong to this payment_method")),
        ((name, Some(text)), _) => check_text(name, text),
    }
}

fn check_texts(order: &Order) -> Result<(), Wrong> {
    for (name, text) in [
        ("customer_name", &order.customer_name),
        ("email", &order.email),
        ("phone_number", &order.phone_number),
        ("city", &order.city),
        ("dui_passport", &order.dui_passport),
        ("nationality", &order.nationality),
        ("payment_maker_name", &order.payment_maker_name),
    ] {
        check_text(name, text)?;
    }
    order.customer_instructions.as_ref().map_or(Ok(()), |text| check_text("customer_instructions", text))
}

fn check_text(name: &str, text: &str) -> Result<(), Wrong> {
    if text.trim().is_empty() || text.chars().count() > TEXT_CHARS_MAX {
        return Err(Wrong::member(name, format!("must be a text of 1 to {TEXT_CHARS_MAX} characters")));
    }
    Ok(())
}

/// Whether a reference is spelt as one.
pub(crate) fn check_reference(name: &str, reference: &str) -> Result<(), Wrong> {
    let spelt = reference.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if reference.is_empty() || reference.len() > REFERENCE_CHARS_MAX || !spelt {
        let what = format!("must be 1 to {REFERENCE_CHARS_MAX} of the characters A-Z a-z 0-9 _ -");
        return Err(Wrong::member(name, what));
    }
    Ok(())
}

impl Nights {
    /// The nights between two dates.
    pub(crate) fn new(check_in: NaiveDate, check_out: NaiveDate) -> Result<Self, Wrong> {
        let count = (check_out - check_in).num_days();
        if !(1..=NIGHTS_MAX).contains(&count) {
            return Err(Wrong::member("check_out_date", format!("must be 1 to {NIGHTS_MAX} nights later")));
        }
        Ok(Self { check_in, check_out })
    }
}

/// Reads a date of the form `YYYY-MM-DD`, and no other.
pub(crate) fn read_date(text: &str) -> Option<NaiveDate> {
    text.parse::<NaiveDate>().ok().filter(|date| date.to_string() == text)
}

fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let text = String::deserialize(deserializer)?;
    read_date(&text).ok_or_else(|| D::Error::custom("must be a date as YYYY-MM-DD"))
}

fn sha256_of(value: &Value) -> String {
    // serde_json's maps are sorted, so the spelling is one.
    Sha256::digest(value.to_string().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
