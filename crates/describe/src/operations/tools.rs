//! The assistant's tools.

use super::*;

pub(super) fn tools() -> Vec<Operation> {
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
            "/v1/tools/pay_balance",
            "pay_balance",
            "Pays what is left of a booking of this guest",
            "As `POST /v1/bookings/{id}/payments`. A key is made of the payment and the amount: the same call is the same \
             payment.",
            pay_balance_body(),
            booking_answers(),
            &[
                "not_found",
                "booking_in_progress",
                "nothing_due",
                "key_reused",
                "payment_not_found",
                "payment_used",
                "payment_short",
                "payment_currency",
                "codreser_full",
                "too_many_requests",
                "uncertain",
                "payments_unavailable",
            ],
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
