//! Every route of the Worker: who may, what it takes, what it answers, and the problems that it can be.

mod bookings;
mod pages;
mod requests;
mod staff;
mod tools;

use posada_core::payment::method::PaymentMethod;
use posada_core::problem::{FieldFault, Problem};
use posada_wire::answer::{BookingAnswer, CancellationAnswer};
use posada_wire::booking::{BookingBody, read_booking, read_make_booking};
use posada_wire::cancellation::{
    CancellationBody, RequestCancellationBody, read_cancellation, read_request_cancellation,
};
use posada_wire::cases::{ResolutionBody, StaffView, read_resolution};
use posada_wire::command::Caller;
use posada_wire::describe::{Describe, Schemas};
use posada_wire::import::{ImportAnswer, PaymentsBody, read_payments_json};
use posada_wire::payment::{
    FindPaymentAnswer, FindPaymentBody, FurtherPaymentBody, PayBalanceBody, RetryBody, StopAnswer,
    ValidationAnswer, ValidationBody, read_find_payment, read_further_payment, read_pay_balance, read_retry,
    read_validation,
};
use posada_wire::proposal::{AvailabilityAnswer, CalendarAnswer, QuoteAnswer};
use posada_wire::public::PropertyView;
use posada_wire::quote::{QuoteBody, read_quote_request};
use posada_wire::settings::{SettingsBody, read_settings};
use posada_wire::tools::{AvailabilityBody, GetBookingBody, read_availability, read_get_booking};
use serde_json::{Value, json};

use crate::bodies::{Body, today, with_context};

use bookings::{before, bookings};
use pages::{documents, others};
pub use requests::*;
use staff::staff;
use tools::tools;

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody, without a key.
    Public,
    /// Who has the token of the booking.
    Token,
    /// The assistant's key.
    Assistant,
    /// The staff's key.
    Staff,
    /// A key for the metrics.
    Metrics,
}

impl Who {
    /// The security scheme.
    #[must_use]
    pub fn scheme(self) -> Option<&'static str> {
        match self {
            Self::Public => None,
            Self::Token => Some("bookingToken"),
            Self::Assistant => Some("assistantKey"),
            Self::Staff => Some("staffKey"),
            Self::Metrics => Some("metricsKey"),
        }
    }
}

impl Who {
    /// Whether it is the holder of a key, who may sign instead of sending it.
    #[must_use]
    pub fn has_key(self) -> bool {
        matches!(self, Self::Assistant | Self::Staff | Self::Metrics)
    }
}

/// A parameter of the address or a header.
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// `path`, `query` or `header`.
    pub place: &'static str,
    /// Whether it must be sent.
    pub is_required: bool,
    /// Its schema.
    pub schema: Value,
    /// What it means.
    pub about: &'static str,
    /// A value for the examples.
    pub example: Option<&'static str>,
}

/// What a route answers when it does what was asked.
pub struct Success {
    /// The status.
    pub status: u16,
    /// What it means.
    pub about: &'static str,
    /// The media type.
    pub media: &'static str,
    /// The schema.
    pub schema: fn(&mut Schemas) -> Value,
}

/// A route and its method.
pub struct Operation {
    /// The method.
    pub method: &'static str,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Its name.
    pub id: &'static str,
    /// The group that it stands in.
    pub tag: &'static str,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// What else is to be known.
    pub about: &'static str,
    /// Who may.
    pub who: &'static [Who],
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// The bodies that it takes, any one of them.
    pub bodies: Vec<Body>,
    /// A body that is none of the API's own: its media type and schema.
    pub other_body: Option<(&'static str, Value)>,
    /// What it answers.
    pub answers: Vec<Success>,
    /// The codes of the problems that it can be.
    pub problems: Vec<&'static str>,
}

const EVERYBODY: &[Who] = &[Who::Public, Who::Assistant, Who::Staff];
const BOOKER: &[Who] = &[Who::Public, Who::Token, Who::Assistant, Who::Staff];
const OF_THE_BOOKING: &[Who] = &[Who::Token, Who::Assistant, Who::Staff];
const TOOLS: &[Who] = &[Who::Assistant, Who::Staff];
pub(crate) const STAFF: &[Who] = &[Who::Staff];

/// What the problems of every route with a body are.
const OF_BODIES: [&str; 4] = ["bad_json", "too_large", "unsupported_media_type", "invalid"];
/// What a booking can be refused for.
const OF_BOOKINGS: [&str; 23] = [
    "missing_booking",
    "over_capacity",
    "child_alone",
    "rate_missing",
    "no_availability",
    "price_changed",
    "quote_mismatch",
    "payment_not_found",
    "payment_used",
    "payment_short",
    "payment_currency",
    "codreser_full",
    "key_reused",
    "duplicate_booking",
    "already_followed",
    "booking_in_progress",
    "challenge_failed",
    "force_not_allowed",
    "too_many_requests",
    "not_found",
    "uncertain",
    "reservations_unavailable",
    "payments_unavailable",
];

fn json_answer(status: u16, about: &'static str, schema: fn(&mut Schemas) -> Value) -> Success {
    Success { status, about, media: "application/json", schema }
}

fn date(name: &'static str, about: &'static str, example: &'static str) -> Parameter {
    let schema = json!({"type": "string", "format": "date"});
    Parameter { name, place: "query", is_required: true, schema, about, example: Some(example) }
}

pub(crate) fn optional(name: &'static str, schema: Value, about: &'static str) -> Parameter {
    Parameter { name, place: "query", is_required: false, schema, about, example: None }
}

fn in_path(name: &'static str, schema: Value, about: &'static str) -> Parameter {
    Parameter { name, place: "path", is_required: true, schema, about, example: None }
}

fn booking_id() -> Parameter {
    in_path("id", json!({"type": "string", "pattern": "^[0-9a-f]{32}$"}), "The booking.")
}

fn wa_id() -> Parameter {
    let schema = json!({"type": "string"});
    optional("wa_id", schema, "The WhatsApp id of the booking's guest; required of the assistant.")
}

fn header(name: &'static str, is_required: bool, schema: Value, about: &'static str) -> Parameter {
    Parameter { name, place: "header", is_required, schema, about, example: None }
}

fn language() -> Parameter {
    let schema = json!({"type": "string"});
    let about = "The language of what guests are told: English where it is preferred, else Spanish.";
    Parameter { example: Some("es"), ..header("Accept-Language", false, schema, about) }
}

/// A route that answers the state of a booking, or goes on with it.
fn booking_answers() -> Vec<Success> {
    let running = "It still runs; ask again at `Location`.";
    vec![
        json_answer(200, "The booking.", BookingAnswer::describe),
        json_answer(202, running, BookingAnswer::describe),
    ]
}

fn tool(
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    about: &'static str,
    body: Body,
    answers: Vec<Success>,
    problems: &[&'static str],
) -> Operation {
    Operation {
        method: "POST",
        path,
        id,
        tag: "The assistant's tools",
        summary,
        about,
        who: TOOLS,
        parameters: vec![language()],
        bodies: vec![body],
        other_body: None,
        answers,
        problems: [&OF_BODIES[..], problems].concat(),
    }
}

/// Every route there is.
#[must_use]
pub fn all() -> Vec<Operation> {
    [before(), bookings(), tools(), documents(), others(), staff(), crate::bookkeeping::operations()]
        .into_iter()
        .flatten()
        .collect()
}

pub(crate) fn object(properties: Value, required: &[&str]) -> Value {
    json!({"type": "object", "properties": properties, "required": required})
}
