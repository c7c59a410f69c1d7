//! The routes of staff.

use super::*;

/// Where a page of a list begins.
pub(super) fn after() -> Parameter {
    optional("after", json!({"type": "string", "pattern": "^[0-9]{1,15}:"}), "`next` of the page before.")
}

pub(super) fn case(known: &mut Schemas) -> Value {
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

/// What was counted and measured, over time.
fn history() -> Operation {
    let date = || json!({"type": "string", "pattern": r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"});
    Operation {
        method: "GET",
        path: "/v1/staff/metrics",
        id: "metricsHistory",
        tag: "Staff",
        summary: "What happened, in numbers over time",
        about: "By the hotel's own clock: hours of the last 35 days, days and months of the last 400. At once 7 days by \
                the hour, 100 by the day, 400 by the month.",
        who: STAFF,
        parameters: vec![
            optional("from", date(), "The first day; that of `to` unless it is said."),
            optional("to", date(), "The last day; today unless it is said."),
            optional(
                "step",
                json!({"type": "string", "enum": ["", "hour", "day", "month"]}),
                "Added up by what; `day` unless it is said.",
            ),
            optional("metric", json!({"type": "string"}), "This one alone, by its name at `/metrics`."),
        ],
        bodies: Vec::new(),
        other_body: None,
        answers: vec![json_answer(200, "What is known of these days.", |_| {
            let text = |about: &str| json!({"type": "string", "description": about});
            let series = object(
                json!({
                    "metric": text("Its name at `/metrics`."),
                    "kind": {"type": "string", "enum": ["counter", "gauge", "histogram"],
                        "description": "A counter is added up, of a gauge the highest value that was seen is told, and of a \
                                        histogram how many values fell into the bucket `le`, and into none below it."},
                    "labels": {"type": "object", "additionalProperties": {"type": "string"},
                        "description": "What it is told apart by."},
                    "values": {"type": "object", "additionalProperties": {"type": "number"},
                        "description": "The value by the step: `2026-12-01T14:00`, `2026-12-01` or `2026-12`. A step that is \
                                        not there had none of a counter; a gauge was not looked at."},
                }),
                &["metric", "kind", "labels", "values"],
            );
            object(
                json!({
                    "from": text("The first day."),
                    "to": text("The last day."),
                    "step": text("What it is added up by."),
                    "since": {"type": ["string", "null"], "description": "The first day that anything is known of."},
                    "buckets": {"type": "object", "description": "The upper bounds of each histogram's buckets.",
                        "additionalProperties": {"type": "array", "items": {"type": "string"}}},
                    "series": {"type": "array", "items": series, "description": "Each metric with its labels."},
                }),
                &["from", "to", "step", "since", "buckets", "series"],
            )
        })],
        problems: vec!["invalid"],
    }
}

pub(super) fn staff() -> Vec<Operation> {
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
                "A document with faults changes nothing; each is named by JSON pointer. Nor does one that lacks a room which \
                 somebody has from today on, unless `rooms_removed` names it.",
                vec![
                    optional(
                        "rooms_removed",
                        json!({"type": "string"}),
                        "Rooms that are to leave the settings although somebody has them, comma separated.",
                    ),
                    language(),
                ],
                json_answer(200, "They are loaded.", |_| {
                    let number = |about: &str| json!({"type": "integer", "description": about});
                    object(
                        json!({
                            "version": {"type": "string", "description": "The settings' version."},
                            "tariff_version": {"type": "string", "description": "The tariff's version."},
                            "room_types": number("Types in them."),
                            "rooms": number("Rooms in them."),
                            "tariff_rows": number("Rows of the tariff."),
                            "rooms_removed": {
                                "type": "array",
                                "description": "Rooms that they took away from under those who have them.",
                                "items": {"type": "string"},
                            },
                        }),
                        &["version", "tariff_version", "room_types", "rooms", "tariff_rows", "rooms_removed"],
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
                optional(
                    "code",
                    json!({"type": "string"}),
                    "Those that have, or had, a reservation of this code, with the hotel's prefix or without.",
                ),
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
                        "payments": {
                            "type": "array",
                            "description": "All payments that set money aside for it or paid it, by the ledger; none \
                                where that is the hotel's own database.",
                            "items": object(
                                json!({
                                    "payment_method": text("How it was paid."),
                                    "payment_reference": text("The payment's reference."),
                                }),
                                &["payment_method", "payment_reference"],
                            ),
                        },
                        "payment_under_way": {
                            "type": "boolean",
                            "description": "Whether a further payment is being claimed or settled, beside the state.",
                        },
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
                        "payments",
                        "payment_under_way",
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
        history(),
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
                        "payments_resumed": number("Payments waited for, looked for again."),
                        "more": {"type": "boolean", "description": "Whether there is more to do."},
                        "failed": list("Parts that could not be done."),
                    }),
                    &[
                        "resumed",
                        "repaired",
                        "cancelled",
                        "cases",
                        "freed",
                        "deleted",
                        "payments_resumed",
                        "more",
                        "failed",
                    ],
                )
            }),
            &[],
        ),
    ]
}
