//! The routes before a booking, and of bookings.

use super::*;

pub(super) fn before() -> Vec<Operation> {
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
pub(super) fn event() -> Value {
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

pub(super) fn bookings() -> Vec<Operation> {
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
