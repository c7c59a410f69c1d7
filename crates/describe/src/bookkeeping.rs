//! The routes for bookkeeping: payments with what their ledgers come to, and what does not agree.

use posada_core::payment::method::PaymentMethod;
use posada_wire::describe::Schemas;
use serde_json::{Value, json};

use crate::operations::{Operation, Parameter, STAFF, Success, object, optional};

fn text(about: &str) -> Value {
    json!({"type": "string", "description": about})
}

fn amount(about: &str) -> Value {
    json!({"type": "number", "minimum": 0, "description": about})
}

fn list(items: Value, about: &str) -> Value {
    json!({"type": "array", "items": items, "description": about})
}

fn difference() -> Value {
    object(
        json!({
            "code": text("What does not agree, for programs."),
            "booking_id": text("The booking, where it is about one."),
            "text": text("What does not agree, for people."),
        }),
        &["code", "text"],
    )
}

fn payment() -> Value {
    let room = object(
        json!({
            "code": text("The reservation's code, with the hotel's prefix."),
            "booking_id": text("Its booking."),
            "line": {"type": "integer", "description": "Its place in the booking, from 1."},
            "amount": amount("What was paid of it."),
        }),
        &["code", "booking_id", "line", "amount"],
    );
    let claim = object(
        json!({
            "claim": text("The claim."),
            "state": {"type": "string", "enum": ["open", "attached", "ended"], "description": "How it stands."},
            "amount": amount("How much it keeps."),
            "expires_at": {"type": "string", "format": "date-time", "description": "When it is released, if it is open."},
            "booking_id": text("Its booking, if it is attached."),
        }),
        &["claim", "state", "amount"],
    );
    object(
        json!({
            "payment_method": {"type": "string", "enum": PaymentMethod::ALL.map(PaymentMethod::as_str),
                "description": "How it was paid."},
            "authorization_number": text("The authorisation number, of a `CompraClick`."),
            "transfer_id": text("The transfer's number, of a `Depósito BAC`."),
            "amount": amount("How much was paid."),
            "currency": text("In this currency."),
            "payment_maker_name": text("Who paid."),
            "payment_date": {"type": ["string", "null"], "format": "date", "description": "When."},
            "used": amount("The column `used`."),
            "codreser": {"type": ["string", "null"], "description": "The column `codreser`."},
            "external_amount": amount("What other programs used."),
            "external_codes": text("The codes that other programs wrote."),
            "open_amount": amount("What is set aside for guests."),
            "attached_amount": amount("What is set aside for bookings."),
            "settled_amount": amount("What paid for rooms."),
            "free_amount": amount("What is left."),
            "difference": {"type": "number", "description": "The column `used` less the ledger."},
            "rooms": list(room, "The living reservations that it paid."),
            "claims": list(claim, "The claims that still keep money."),
            "differences": list(difference(), "What does not agree."),
        }),
        &[
            "payment_method",
            "amount",
            "currency",
            "payment_maker_name",
            "used",
            "external_amount",
            "external_codes",
            "open_amount",
            "attached_amount",
            "settled_amount",
            "free_amount",
            "difference",
            "rooms",
            "claims",
            "differences",
        ],
    )
}

fn page(_: &mut Schemas) -> Value {
    object(
        json!({
            "payments": list(payment(), "The payments, newest first."),
            "others": list(difference(), "What is about no payment."),
            "reservations_compared": {"type": "boolean",
                "description": "Whether the reservation system could be asked."},
            "next": text("Where the next page begins, if there is one."),
        }),
        &["payments"],
    )
}

fn parameters() -> Vec<Parameter> {
    let date = || json!({"type": "string", "pattern": r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"});
    let word = |words: &[&str]| json!({"type": "string", "enum": words});
    vec![
        optional("payment_method", word(&["", "CompraClick", "Depósito BAC"]), "Those of this method."),
        optional("reference", json!({"type": "string"}), "The one of this reference."),
        optional("from", date(), "Those paid on this date or later."),
        optional("to", date(), "Those paid on this date or earlier."),
        optional(
            "amount",
            json!({"type": "string", "pattern": r"^([0-9]{1,7}([.][0-9]{1,2})?)?$"}),
            "Those of exactly this amount.",
        ),
        optional(
            "payment_maker_name",
            json!({"type": "string"}),
            "Those in a name that has all these words, whatever their accents, case and order.",
        ),
        optional("differences", word(&["", "true", "false"]), "`true`: only those whose row does not agree."),
        optional("limit", json!({"type": "integer", "minimum": 1, "maximum": 100}), "How many a page has."),
        optional("after", json!({"type": "string"}), "`next` of the page before."),
        optional("format", word(&["", "json", "csv"]), "JSON, or a file for a spreadsheet."),
    ]
}

/// The routes.
#[must_use]
pub fn operations() -> Vec<Operation> {
    let operation = |path, id, summary, about| Operation {
        method: "GET",
        path,
        id,
        tag: "Staff",
        summary,
        about,
        who: STAFF,
        parameters: parameters(),
        bodies: Vec::new(),
        other_body: None,
        answers: vec![
            Success { status: 200, about: "A page of payments.", media: "application/json", schema: page },
            Success {
                status: 200,
                about: "A page of payments.",
                media: "text/csv",
                schema: |_| json!({"type": "string"}),
            },
        ],
        problems: vec!["invalid", "payments_unavailable", "reservations_unavailable"],
    };
    vec![
        operation(
            "/v1/staff/payments",
            "listPayments",
            "Payments with what their ledgers come to",
            "A page of those with differences may be short, even empty: go on while there is `next`.",
        ),
        operation(
            "/v1/staff/reconciliation",
            "reconciliation",
            "Payments, compared with the bookings and the reservation system",
            "Behind the last payment, where no filter is set, pages go on with what is about no payment.",
        ),
    ]
}
