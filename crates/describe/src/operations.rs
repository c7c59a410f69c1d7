//! Every route of the Worker: who may, what it takes, what it answers, and the problems that it can be.

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
    FindPaymentAnswer, FindPaymentBody, FurtherPaymentBody, RetryBody, StopAnswer, ValidationAnswer,
    ValidationBody, read_find_payment, read_further_payment, read_retry, read_validation,
};
use posada_wire::proposal::{AvailabilityAnswer, CalendarAnswer, QuoteAnswer};
use posada_wire::public::PropertyView;
use posada_wire::quote::{QuoteBody, read_quote_request};
use posada_wire::settings::{SettingsBody, read_settings};
use posada_wire::tools::{AvailabilityBody, GetBookingBody, read_availability, read_get_booking};
use serde_json::{Value, json};

use crate::bodies::{Body, today, with_context};

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

fn pointed(field: &str) -> String {
    let mut name = String::new();
    for part in field.split('/').filter(|part| !part.is_empty()) {
        if part.bytes().all(|byte| byte.is_ascii_digit()) {
            name.push_str(&format!("[{part}]"));
        } else {
            name.push_str(if name.is_empty() { "" } else { "." });
            name.push_str(part);
        }
    }
    name
}

fn read_document(bytes: &[u8], _: Caller) -> Result<(), Problem> {
    read_settings(bytes).map(drop).map_err(|faults| Problem::Invalid {
        fields: faults.into_iter().map(|it| FieldFault::new(pointed(&it.pointer), it.message)).collect(),
    })
}

fn quote_body(name: &'static str) -> Body {
    Body {
        name,
        about: "For whom, when, and what is wished for about the rooms.",
        describe: QuoteBody::describe,
        reader: |bytes, _| read_quote_request(bytes, today()).map(drop),
        samples: "quotes",
    }
}

/// The bodies of `make_booking`: of several rooms, and of one.
#[must_use]
pub fn make_booking_bodies() -> [Body; 2] {
    let body = |name, about, samples| Body {
        name,
        about,
        describe: BookingBody::describe,
        reader: |bytes, caller| with_context(caller, |context| read_make_booking(bytes, context)),
        samples,
    };
    [
        body("MakeBookingRequest", "One room or several, as a list.", "make_booking"),
        body("MakeSingleBookingRequest", "One room, its members among the others.", "make_booking_single"),
    ]
}

/// The body of a tool that validates a payment of this method.
#[must_use]
pub fn validation_body(method: PaymentMethod) -> Body {
    match method {
        PaymentMethod::CompraClick => Body {
            name: "ValidateCompraClickRequest",
            about: "A payment by card, and how much of it.",
            describe: ValidationBody::describe,
            reader: |bytes, _| read_validation(bytes, PaymentMethod::CompraClick).map(drop),
            samples: "validate_compraclick_payment",
        },
        PaymentMethod::DepositoBac => Body {
            name: "ValidateBankTransferRequest",
            about: "A transfer, and how much of it.",
            describe: ValidationBody::describe,
            reader: |bytes, _| read_validation(bytes, PaymentMethod::DepositoBac).map(drop),
            samples: "validate_bank_transfer",
        },
    }
}

/// The body of the tool that hurries a payment of this method that is waited for, or stops it.
#[must_use]
pub fn retry_body(method: PaymentMethod) -> Body {
    match method {
        PaymentMethod::CompraClick => Body {
            name: "RetryCompraClickRequest",
            about: "A payment by card that is waited for, and how much of it.",
            describe: RetryBody::describe,
            reader: |bytes, _| read_retry(bytes, PaymentMethod::CompraClick).map(drop),
            samples: "retry_compraclick_payment",
        },
        PaymentMethod::DepositoBac => Body {
            name: "RetryBankTransferRequest",
            about: "A transfer that is waited for, and how much of it.",
            describe: RetryBody::describe,
            reader: |bytes, _| read_retry(bytes, PaymentMethod::DepositoBac).map(drop),
            samples: "retry_bank_transfer",
        },
    }
}

/// The body of the tool `quote_rooms`.
#[must_use]
pub fn quote_rooms_body() -> Body {
    quote_body("QuoteRoomsRequest")
}

/// The body of the tool `find_payment`.
#[must_use]
pub fn find_payment_body() -> Body {
    Body {
        name: "FindPaymentRequest",
        about: "What the guest knows of a payment without its reference.",
        describe: FindPaymentBody::describe,
        reader: |bytes, _| read_find_payment(bytes).map(drop),
        samples: "find_payment",
    }
}

/// The body of the tool `check_availability`.
#[must_use]
pub fn availability_body() -> Body {
    Body {
        name: "CheckAvailabilityRequest",
        about: "A stay.",
        describe: AvailabilityBody::describe,
        reader: |bytes, _| read_availability(bytes, today()).map(drop),
        samples: "check_availability",
    }
}

/// The body of the tool `get_booking`.
#[must_use]
pub fn get_booking_body() -> Body {
    Body {
        name: "GetBookingRequest",
        about: "A booking, and its guest.",
        describe: GetBookingBody::describe,
        reader: |bytes, _| read_get_booking(bytes).map(drop),
        samples: "get_booking",
    }
}

/// The body of the tool `request_cancellation`.
#[must_use]
pub fn request_cancellation_body() -> Body {
    Body {
        name: "RequestCancellationRequest",
        about: "A booking, its guest, and which rooms of it.",
        describe: RequestCancellationBody::describe,
        reader: |bytes, _| read_request_cancellation(bytes).map(drop),
        samples: "request_cancellation",
    }
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

fn before() -> Vec<Operation> {
    let tag = "Before booking";
    let of_quotes =
        ["over_capacity", "child_alone", "no_availability", "rate_missing", "reservations_unavailable"];
    let operation = |path, id, summary, about, parameters, answer, problems: &[&'static str]| Operation {
        method: "GET",
        path,
        id,
        tag,
        summary,
        about,
        who: EVERYBODY,
        parameters,
        bodies: Vec::new(),
        other_body: None,
        answers: vec![answer],
        problems: problems.to_vec(),
    };
    let fit = json_answer(200, "It can.", |_| {
        object(json!({"status": {"const": "ok", "description": "Always `ok`."}}), &["status"])
    });
    let unfit = json_answer(503, "A setting of the deployment is wrong.", |_| {
        let faults = json!({"type": "array", "items": {"type": "string"}, "description": "What is wrong."});
        let status = json!({"const": "misconfigured", "description": "Always `misconfigured`."});
        object(json!({"status": status, "faults": faults}), &["status", "faults"])
    });
    let metrics = Success {
        status: 200,
        about: "The metrics, in Prometheus' text format.",
        media: "text/plain",
        schema: |_| json!({"type": "string"}),
    };
    vec![
        Operation {
            who: &[Who::Public],
            answers: vec![fit, unfit],
            ..operation(
                "/healthz",
                "health",
                "Whether the deployment can serve",
                "",
                Vec::new(),
                json_answer(200, "It can.", |_| Value::Null),
                &[],
            )
        },
        Operation {
            who: &[Who::Staff, Who::Metrics],
            tag: "Staff",
            ..operation("/metrics", "metrics", "What happened, in numbers", "", Vec::new(), metrics, &[])
        },
        operation(
            "/v1/property",
            "property",
            "The hotel: types, limits, packages, tariff",
            "The public part of the settings.",
            Vec::new(),
            json_answer(200, "The hotel.", PropertyView::describe),
            &[],
        ),
        operation(
            "/v1/availability",
            "availability",
            "Rooms free for a whole stay, by type",
            "",
            vec![
                date("check_in_date", "Arrival; today or later.", "2027-08-21"),
                date("check_out_date", "Departure; at most 30 nights after the arrival.", "2027-08-22"),
            ],
            json_answer(200, "What is free.", AvailabilityAnswer::describe),
            &["invalid", "reservations_unavailable"],
        ),
        operation(
            "/v1/calendar",
            "calendar",
            "Rooms free and the lowest price, night by night",
            "Both dates included, at most 62 nights. A hotel with a reservation system of its own has no `free_rooms` here.",
            vec![
                date("from_date", "The first night; today or later.", "2027-08-20"),
                date("to_date", "The last night.", "2027-08-22"),
            ],
            json_answer(200, "The nights.", CalendarAnswer::describe),
            &["invalid", "reservations_unavailable"],
        ),
        Operation {
            method: "POST",
            parameters: vec![language()],
            bodies: vec![quote_body("QuoteRequest")],
            ..operation(
                "/v1/quotes",
                "quote",
                "Who sleeps where, and what it costs",
                "The quote is signed and keeps its price until `expires_at`; it holds no room.",
                Vec::new(),
                json_answer(200, "A proposal.", QuoteAnswer::describe),
                &[&OF_BODIES[..], &of_quotes].concat(),
            )
        },
    ]
}

/// One event; its `data` are JSON.
fn event() -> Value {
    let names = ["accepted", "held", "booked", "failed", "settled", "finished", "refused"];
    object(
        json!({
            "id": {"type": "string", "description": "What `Last-Event-ID` names it by."},
            "event": {"type": "string", "enum": names, "description": "What happened."},
            "data": {"type": "string", "contentMediaType": "application/json",
                "description": "`booking_id`, `at`, `outcome`, `lines`, `progress`, and at the end `answer` or `code`."},
            "retry": {"type": "integer", "description": "When to come again, in milliseconds."},
        }),
        &[],
    )
}

fn bookings() -> Vec<Operation> {
    let tag = "Bookings";
    let key = json!({"type": "string", "pattern": "^[!-~]{1,255}$"});
    let of_cancelling = ["invalid", "not_found", "booking_in_progress", "uncertain"];
    let operation =
        |method, path, id, summary, about, who, parameters, answers, problems: &[&'static str]| Operation {
            method,
            path,
            id,
            tag,
            summary,
            about,
            who,
            parameters,
            bodies: Vec::new(),
            other_body: None,
            answers,
            problems: problems.to_vec(),
        };
    vec![
        Operation {
            bodies: vec![Body {
                name: "BookingRequest",
                about: "Who books, when, which rooms, and how they are paid.",
                describe: BookingBody::describe,
                reader: |bytes, caller| with_context(caller, |context| read_booking(bytes, context)),
                samples: "bookings",
            }],
            ..operation(
                "POST",
                "/v1/bookings",
                "book",
                "Books rooms by one payment",
                "The same key with the same body is the same booking. The public must send `payment_evidence`, the \
                 assistant `wa_id`.",
                BOOKER,
                vec![
                    header("Idempotency-Key", true, key.clone(), "One for each booking that is meant."),
                    header(
                        "Prefer",
                        false,
                        json!({"type": "string", "enum": ["respond-async"]}),
                        "`respond-async`: answer as soon as the payment is taken.",
                    ),
                    header(
                        "Cf-Turnstile-Response",
                        false,
                        json!({"type": "string"}),
                        "Of the public, where the deployment asks for it: Turnstile's token.",
                    ),
                    language(),
                ],
                booking_answers(),
                &[&OF_BODIES[..], &OF_BOOKINGS].concat(),
            )
        },
        operation(
            "GET",
            "/v1/bookings/{id}",
            "booking",
            "How a booking stands",
            "While it goes on, `progress` says how far each room is.",
            OF_THE_BOOKING,
            vec![booking_id(), wa_id(), language()],
            booking_answers(),
            &["invalid", "not_found"],
        ),
        operation(
            "DELETE",
            "/v1/bookings/{id}",
            "cancelBooking",
            "Cancels all rooms of a booking",
            "",
            STAFF,
            vec![booking_id(), language()],
            booking_answers(),
            &of_cancelling,
        ),
        operation(
            "GET",
            "/v1/bookings/{id}/events",
            "bookingEvents",
            "The progress of a booking, as server-sent events",
            "From the beginning, or behind the event that `Last-Event-ID` names.",
            OF_THE_BOOKING,
            vec![
                booking_id(),
                wa_id(),
                header(
                    "Last-Event-ID",
                    false,
                    json!({"type": "string", "pattern": r"^\s*([0-9]{1,9})?\s*$"}),
                    "The last event that is known.",
                ),
                language(),
            ],
            vec![
                Success {
                    status: 200,
                    about: "The events.",
                    media: "text/event-stream",
                    schema: |_| event(),
                },
                Success { status: 204, about: "Everything was told.", media: "", schema: |_| Value::Null },
            ],
            &["invalid", "not_found", "too_many_requests"],
        ),
        operation(
            "DELETE",
            "/v1/bookings/{id}/rooms/{n}",
            "cancelRoom",
            "Cancels one room of a booking",
            "",
            STAFF,
            vec![
                booking_id(),
                in_path("n", json!({"type": "integer", "minimum": 1, "maximum": 20}), "The room's `line`."),
                language(),
            ],
            booking_answers(),
            &of_cancelling,
        ),
        Operation {
            bodies: vec![Body {
                name: "FurtherPaymentRequest",
                about: "A payment, and how much of it.",
                describe: FurtherPaymentBody::describe,
                reader: |bytes, caller| read_further_payment(bytes, caller).map(drop),
                samples: "further_payment",
            }],
            ..operation(
                "POST",
                "/v1/bookings/{id}/payments",
                "pay",
                "Pays towards what is still to be paid",
                "Spread over the rooms by what is left to pay of each. The same key is the same payment.",
                OF_THE_BOOKING,
                vec![booking_id(), header("Idempotency-Key", true, key, "A key of one's own."), language()],
                vec![json_answer(200, "The booking.", BookingAnswer::describe)],
                &[
                    &OF_BODIES[..],
                    &[
                        "not_found",
                        "payment_not_found",
                        "payment_pending",
                        "payment_used",
                        "payment_short",
                        "payment_currency",
                        "nothing_due",
                        "codreser_full",
                        "key_reused",
                        "booking_in_progress",
                        "force_not_allowed",
                        "too_many_requests",
                        "uncertain",
                        "payments_unavailable",
                    ],
                ]
                .concat(),
            )
        },
        Operation {
            bodies: vec![Body {
                name: "CancellationRequest",
                about: "Which rooms, and why.",
                describe: CancellationBody::describe,
                reader: |bytes, caller| read_cancellation(bytes, caller).map(drop),
                samples: "cancellation",
            }],
            ..operation(
                "POST",
                "/v1/bookings/{id}/cancellation-request",
                "requestCancellation",
                "Asks staff to cancel rooms",
                "It is noted and changes nothing else.",
                OF_THE_BOOKING,
                vec![booking_id(), language()],
                vec![json_answer(200, "It is noted.", CancellationAnswer::describe)],
                &[&OF_BODIES[..], &["not_found", "booking_in_progress", "uncertain"]].concat(),
            )
        },
    ]
}

fn tools() -> Vec<Operation> {
    let of_quotes =
        ["over_capacity", "child_alone", "no_availability", "rate_missing", "reservations_unavailable"];
    let of_payments = [
        "payment_not_found",
        "payment_pending",
        "payment_used",
        "payment_short",
        "payment_currency",
        "booking_in_progress",
        "too_many_requests",
        "uncertain",
        "payments_unavailable",
    ];
    let retried = || {
        let either = |schemas: &mut Schemas| json!({"anyOf": [ValidationAnswer::describe(schemas), StopAnswer::describe(schemas)]});
        vec![json_answer(200, "So much of it is set aside; or it is waited for no longer.", either)]
    };
    let validated = || vec![json_answer(200, "So much of it is set aside.", ValidationAnswer::describe)];
    let key = json!({"type": "string", "pattern": "^[!-~]{1,255}$"});
    let mut make_booking = tool(
        "/v1/tools/make_booking",
        "make_booking",
        "Books rooms by one payment",
        "Without a key, one is derived from dates, package, payment, `wa_id` and rooms: the same call is the same \
         booking.",
        quote_rooms_body(),
        booking_answers(),
        &OF_BOOKINGS,
    );
    make_booking.parameters.push(header("Idempotency-Key", false, key, "A key of one's own."));
    make_booking.bodies = make_booking_bodies().into();
    vec![
        tool(
            "/v1/tools/quote_rooms",
            "quote_rooms",
            "Who sleeps where, and what it costs, in words too",
            "As `POST /v1/quotes`, with `customer_message`.",
            quote_rooms_body(),
            vec![json_answer(200, "A proposal.", QuoteAnswer::describe)],
            &of_quotes,
        ),
        tool(
            "/v1/tools/check_availability",
            "check_availability",
            "Rooms free for a whole stay, by type",
            "As `GET /v1/availability`.",
            availability_body(),
            vec![json_answer(200, "What is free.", AvailabilityAnswer::describe)],
            &["reservations_unavailable"],
        ),
        tool(
            "/v1/tools/validate_compraclick_payment",
            "validate_compraclick_payment",
            "Checks a payment by card, and sets so much of it aside",
            "Said again with the same amount it is the same claim; with another amount it changes it. One that is not \
             there yet is waited for.",
            validation_body(PaymentMethod::CompraClick),
            validated(),
            &of_payments,
        ),
        tool(
            "/v1/tools/validate_bank_transfer",
            "validate_bank_transfer",
            "Checks a transfer, and sets so much of it aside",
            "Said again with the same amount it is the same claim; with another amount it changes it. One that is not \
             there yet is waited for.",
            validation_body(PaymentMethod::DepositoBac),
            validated(),
            &of_payments,
        ),
        tool(
            "/v1/tools/find_payment",
            "find_payment",
            "Whether exactly one payment is as the guest says, who has no reference",
            "Names are compared without accents, case and order. Which payment it is is not told, and nothing is set \
             aside of it: ask the guest for the reference. Staff see candidates by `GET /v1/staff/payments`.",
            find_payment_body(),
            vec![json_answer(200, "Whether there is one.", FindPaymentAnswer::describe)],
            &["payments_unavailable"],
        ),
        tool(
            "/v1/tools/retry_compraclick_payment",
            "retry_compraclick_payment",
            "Looks again for a payment by card that is waited for, or stops waiting",
            "As `validate_compraclick_payment`; with `stop` it is waited for no longer.",
            retry_body(PaymentMethod::CompraClick),
            retried(),
            &of_payments,
        ),
        tool(
            "/v1/tools/retry_bank_transfer",
            "retry_bank_transfer",
            "Looks again for a transfer that is waited for, or stops waiting",
            "As `validate_bank_transfer`; with `stop` it is waited for no longer.",
            retry_body(PaymentMethod::DepositoBac),
            retried(),
            &of_payments,
        ),
        make_booking,
        tool(
            "/v1/tools/get_booking",
            "get_booking",
            "How a booking of this guest stands",
            "As `GET /v1/bookings/{id}`.",
            get_booking_body(),
            booking_answers(),
            &["not_found"],
        ),
        tool(
            "/v1/tools/request_cancellation",
            "request_cancellation",
            "Asks staff to cancel rooms of a booking of this guest",
            "As `POST /v1/bookings/{id}/cancellation-request`.",
            request_cancellation_body(),
            vec![json_answer(200, "It is noted.", CancellationAnswer::describe)],
            &["not_found", "booking_in_progress", "uncertain"],
        ),
    ]
}

/// What pages and other programs speak that is no JSON of ours.
fn others() -> Vec<Operation> {
    let message = json!({
        "type": "object",
        "description": "A message of JSON-RPC 2.0.",
        "required": ["jsonrpc", "method"],
        "properties": {
            "jsonrpc": {"const": "2.0", "description": "Always `2.0`."},
            "id": {"type": ["string", "number"], "description": "What the answer is known by; a notification has none."},
            "method": {"type": "string", "description": "Such as `tools/call`."},
            "params": {"description": "What the method takes."},
        },
    });
    let answer = |_: &mut Schemas| {
        let fault = object(
            json!({
                "code": {"type": "integer", "description": "JSON-RPC's code."},
                "message": {"type": "string", "description": "What is wrong."},
            }),
            &["code", "message"],
        );
        object(
            json!({
                "jsonrpc": {"const": "2.0", "description": "Always `2.0`."},
                "id": {"type": ["string", "number", "null"], "description": "The call's."},
                "result": {"type": "object", "description": "What it came to."},
                "error": crate::bodies::described(fault, "Why it came to nothing."),
            }),
            &["jsonrpc", "id"],
        )
    };
    let page = |_: &mut Schemas| json!({"type": "string"});
    let form = |method, id, summary, other_body| Operation {
        method,
        path: "/reservar",
        id,
        tag: "Before booking",
        summary,
        about: "For guests without JavaScript; in the language that `lang` says or the browser prefers.",
        who: &[Who::Public],
        parameters: Vec::new(),
        bodies: Vec::new(),
        other_body,
        answers: vec![Success { status: 200, about: "A page.", media: "text/html", schema: page }],
        problems: Vec::new(),
    };
    let sent = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let media = "application/x-www-form-urlencoded";
    vec![
        Operation {
            parameters: vec![optional("lang", json!({"type": "string"}), "`es` or `en`.")],
            ..form("GET", "form", "A form: the stay, and with a stay the price", None)
        },
        Operation {
            problems: vec!["too_large", "unsupported_media_type"],
            ..form("POST", "sendForm", "Books by the form", Some((media, sent)))
        },
        Operation {
            method: "POST",
            path: "/mcp",
            id: "mcp",
            tag: "The assistant's documents",
            summary: "The tools over the Model Context Protocol",
            about: "Streamable HTTP without sessions: revisions 2025-11-25, 2025-06-18 and 2025-03-26.",
            who: &[Who::Assistant],
            parameters: vec![header(
                "MCP-Protocol-Version",
                false,
                json!({"type": "string", "enum": ["2025-11-25", "2025-06-18", "2025-03-26"]}),
                "The revision that was agreed on.",
            )],
            bodies: Vec::new(),
            other_body: Some(("application/json", message)),
            answers: vec![
                json_answer(200, "What the call came to, or its fault.", answer),
                Success {
                    status: 202,
                    about: "Taken; nothing is answered.",
                    media: "",
                    schema: |_| Value::Null,
                },
                json_answer(400, "This is no message, or of another revision.", answer),
            ],
            problems: vec!["forbidden", "too_large", "unsupported_media_type"],
        },
    ]
}

fn documents() -> Vec<Operation> {
    let operation = |path, id, summary, parameters, answer, problems: &[&'static str]| Operation {
        method: "GET",
        path,
        id,
        tag: "The assistant's documents",
        summary,
        about: "",
        who: EVERYBODY,
        parameters,
        bodies: Vec::new(),
        other_body: None,
        answers: vec![answer],
        problems: problems.to_vec(),
    };
    vec![
        operation(
            "/v1/tools",
            "tools",
            "The tools as functions for a model, in strict form",
            Vec::new(),
            json_answer(200, "The functions.", |_| {
                json!({"type": "object", "required": ["tools"], "properties": {"tools": {"type": "array",
                    "description": "Each as it is handed to a model.", "items": {"type": "object"}}}})
            }),
            &[],
        ),
        operation(
            "/v1/assistant/instructions",
            "instructions",
            "The assistant's guidelines",
            vec![
                optional("lang", json!({"type": "string", "enum": ["es", "en"]}), "The language."),
                language(),
            ],
            Success {
                status: 200,
                about: "The guidelines, as Markdown.",
                media: "text/markdown",
                schema: |_| json!({"type": "string"}),
            },
            &["invalid"],
        ),
    ]
}

/// Where a page of a list begins.
fn after() -> Parameter {
    optional("after", json!({"type": "string", "pattern": "^[0-9]{1,15}:"}), "`next` of the page before.")
}

pub(crate) fn object(properties: Value, required: &[&str]) -> Value {
    json!({"type": "object", "properties": properties, "required": required})
}

fn case(known: &mut Schemas) -> Value {
    let booking = StaffView::describe(known);
    object(
        json!({
            "case": {"type": "string", "description": "The case."},
            "kind": {"type": "string", "description": "What kind of case it is.", "enum": [
                "needs_staff", "cancellation_requested", "delayed", "overdue", "unreadable", "lost",
                "claim_without_booking", "claim_left", "reservation_without_booking", "stray_reservation",
                "notice_given_up", "stray_cancelled"]},
            "since": {"type": "string", "format": "date-time", "description": "Since when."},
            "text": {"type": "string", "description": "What was found and is to be done, for people."},
            "detail": {"type": "object", "description": "What was found, for programs."},
            "booking_id": {"type": "string", "description": "The booking, where it is one's."},
            "booking": booking,
        }),
        &["case", "kind", "since"],
    )
}

fn staff() -> Vec<Operation> {
    let operation =
        |method, path, id, summary, about, parameters, answer, problems: &[&'static str]| Operation {
            method,
            path,
            id,
            tag: "Staff",
            summary,
            about,
            who: STAFF,
            parameters,
            bodies: Vec::new(),
            other_body: None,
            answers: vec![answer],
            problems: problems.to_vec(),
        };
    let states = ["in_progress", "booked", "partly_booked", "not_booked", "needs_staff", "refused"];
    vec![
        Operation {
            bodies: vec![Body {
                name: "SettingsDocument",
                about: "The hotel's settings.",
                describe: SettingsBody::describe,
                reader: read_document,
                samples: "settings",
            }],
            ..operation(
                "PUT",
                "/v1/staff/settings",
                "putSettings",
                "Loads the hotel's settings",
                "A document with faults changes nothing; each is named by JSON pointer.",
                vec![language()],
                json_answer(200, "They are loaded.", |_| {
                    let number = |about: &str| json!({"type": "integer", "description": about});
                    object(
                        json!({
                            "version": {"type": "string", "description": "The settings' version."},
                            "tariff_version": {"type": "string", "description": "The tariff's version."},
                            "room_types": number("Types in them."),
                            "rooms": number("Rooms in them."),
                            "tariff_rows": number("Rows of the tariff."),
                        }),
                        &["version", "tariff_version", "room_types", "rooms", "tariff_rows"],
                    )
                }),
                &OF_BODIES,
            )
        },
        Operation {
            bodies: vec![Body {
                name: "PaymentsFile",
                about: "Payments as they came in.",
                describe: PaymentsBody::describe,
                reader: |bytes, _| read_payments_json(bytes).map(drop),
                samples: "payments",
            }],
            ..operation(
                "PUT",
                "/v1/staff/payments",
                "putPayments",
                "Takes in payments",
                "All of the file or nothing. The bare list is taken as well, and `text/csv` with these names in the \
                 first line.",
                vec![language()],
                json_answer(200, "They are taken in.", ImportAnswer::describe),
                &[&OF_BODIES[..], &["payments_unavailable"]].concat(),
            )
        },
        operation(
            "GET",
            "/v1/staff/cases",
            "cases",
            "What people must look at, oldest first",
            "",
            vec![after(), language()],
            json_answer(200, "A page of cases.", |known| {
                let cases = json!({"type": "array", "items": case(known), "description": "The cases."});
                let next =
                    json!({"type": "string", "description": "Where the next page begins, if there is one."});
                object(json!({"cases": cases, "next": next}), &["cases"])
            }),
            &["invalid"],
        ),
        Operation {
            bodies: vec![Body {
                name: "Resolution",
                about: "What staff found out.",
                describe: ResolutionBody::describe,
                reader: |bytes, _| read_resolution(bytes).map(drop),
                samples: "resolve",
            }],
            ..operation(
                "POST",
                "/v1/staff/cases/{id}/resolve",
                "resolveCase",
                "Says what became of a case",
                "Answered with the booking as it then stands, or `resolved` for what the sweeper found.",
                vec![in_path("id", json!({"type": "string", "minLength": 1}), "The case."), language()],
                json_answer(200, "It is noted.", |known| {
                    let resolved = json!({"resolved": {"const": true, "description": "It is noted."}});
                    json!({"anyOf": [StaffView::describe(known), object(resolved, &["resolved"])]})
                }),
                &[&OF_BODIES[..], &["not_found", "booking_in_progress", "uncertain"]].concat(),
            )
        },
        operation(
            "GET",
            "/v1/staff/bookings",
            "staffBookings",
            "The registry of bookings, oldest first",
            "",
            vec![
                optional("state", json!({"type": "string", "enum": states}), "Those in this state."),
                optional("payment", json!({"type": "string"}), "Those paid by this reference."),
                optional(
                    "from",
                    json!({"type": "string", "format": "date"}),
                    "Arrival on this date or later.",
                ),
                optional(
                    "to",
                    json!({"type": "string", "format": "date"}),
                    "Arrival on this date or earlier.",
                ),
                after(),
                language(),
            ],
            json_answer(200, "A page of bookings.", |_| {
                let text = |about: &str| json!({"type": "string", "description": about});
                let number = |about: &str| json!({"type": "integer", "description": about});
                let booking = object(
                    json!({
                        "booking_id": text("The booking."),
                        "state": text("How it stands."),
                        "created_at": text("When it was asked for."),
                        "updated_at": text("When something last happened to it."),
                        "check_in_date": text("Arrival."),
                        "check_out_date": text("Departure."),
                        "rooms_asked": number("Rooms asked for."),
                        "rooms_booked": number("Rooms booked."),
                        "codes": {"type": "array", "items": {"type": "string"}, "description": "Their codes."},
                        "payment_method": text("How it is paid."),
                        "payment_reference": text("The payment's reference."),
                    }),
                    &[
                        "booking_id",
                        "state",
                        "created_at",
                        "updated_at",
                        "check_in_date",
                        "check_out_date",
                        "rooms_asked",
                        "rooms_booked",
                        "codes",
                        "payment_method",
                        "payment_reference",
                    ],
                );
                let bookings = json!({"type": "array", "items": booking, "description": "The bookings."});
                object(
                    json!({"bookings": bookings, "next": text("Where the next page begins, if there is one.")}),
                    &["bookings"],
                )
            }),
            &["invalid"],
        ),
        operation(
            "GET",
            "/v1/staff/bookings/{id}",
            "staffBooking",
            "A booking with its journal",
            "",
            vec![booking_id(), language()],
            json_answer(200, "The booking.", StaffView::describe),
            &["not_found"],
        ),
        operation(
            "POST",
            "/v1/staff/sweep",
            "sweep",
            "Runs the sweeper now",
            "",
            vec![language()],
            json_answer(200, "What it found and did.", |_| {
                let list =
                    |about: &str| json!({"type": "array", "items": {"type": "string"}, "description": about});
                let number = |about: &str| json!({"type": "integer", "description": about});
                object(
                    json!({
                        "resumed": list("Bookings set going again."),
                        "repaired": list("Bookings whose row was not as it should be."),
                        "cancelled": list("Reservations cancelled that came too late."),
                        "cases": number("Cases that are new."),
                        "freed": number("Claims and holds freed."),
                        "deleted": number("What was deleted as its time had passed."),
                        "more": {"type": "boolean", "description": "Whether there is more to do."},
                        "failed": list("Parts that could not be done."),
                    }),
                    &["resumed", "repaired", "cancelled", "cases", "freed", "deleted", "more", "failed"],
                )
            }),
            &[],
        ),
    ]
}
