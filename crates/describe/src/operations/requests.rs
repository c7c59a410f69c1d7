//! The bodies that routes take, with their readers.

use super::*;

pub(super) fn pointed(field: &str) -> String {
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

pub(super) fn read_document(bytes: &[u8], _: Caller) -> Result<(), Problem> {
    read_settings(bytes).map(drop).map_err(|faults| Problem::Invalid {
        fields: faults.into_iter().map(|it| FieldFault::new(pointed(&it.pointer), it.message)).collect(),
    })
}

pub(super) fn quote_body(name: &'static str) -> Body {
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

/// The body of the tool `pay_balance`.
#[must_use]
pub fn pay_balance_body() -> Body {
    Body {
        name: "PayBalanceRequest",
        about: "A booking, its guest, and a payment towards what is left to pay.",
        describe: PayBalanceBody::describe,
        reader: |bytes, _| read_pay_balance(bytes).map(drop),
        samples: "pay_balance",
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
