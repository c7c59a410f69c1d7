//! Every problem that a guest may meet.

use posada_core::ids::{BookingId, LineNo, RoomTypeId};
use posada_core::message::{ReferenceKind, problem_message};
use posada_core::money::Money;
use posada_core::problem::{FieldFault, Problem, RoomAt, Shortage, System};

use super::Case;

/// How many variants [`Problem`] has; [`place`] counts them.
const VARIANTS: usize = 33;

/// A place for each variant: one that is new does not compile here, and its case is then missed below.
fn place(problem: &Problem) -> usize {
    match problem {
        Problem::BadJson { .. } => 0,
        Problem::Invalid { .. } => 1,
        Problem::MissingBooking => 2,
        Problem::OverCapacity { .. } => 3,
        Problem::ChildAlone { .. } => 4,
        Problem::NoAvailability { .. } => 5,
        Problem::RateMissing { .. } => 6,
        Problem::PriceChanged { .. } => 7,
        Problem::QuoteMismatch { .. } => 8,
        Problem::PaymentNotFound { .. } => 9,
        Problem::PaymentPending { .. } => 10,
        Problem::PaymentUsed { .. } => 11,
        Problem::PaymentShort { .. } => 12,
        Problem::PaymentCurrency { .. } => 13,
        Problem::CodreserFull => 14,
        Problem::KeyReused => 15,
        Problem::Unauthorized => 16,
        Problem::Forbidden { .. } => 17,
        Problem::ForceNotAllowed => 18,
        Problem::NotFound => 19,
        Problem::MethodNotAllowed => 20,
        Problem::TooLarge { .. } => 21,
        Problem::UnsupportedMediaType => 22,
        Problem::TooManyRequests { .. } => 23,
        Problem::Unavailable { system: System::Reservations | System::Payments, .. } => 24,
        Problem::Unavailable { system: System::Storage, .. } => 25,
        Problem::Uncertain { .. } => 26,
        Problem::DuplicateBooking => 27,
        Problem::BookingInProgress { .. } => 28,
        Problem::AlreadyFollowed { .. } => 29,
        Problem::ChallengeFailed => 30,
        Problem::NothingDue => 31,
        Problem::BadSignature { .. } => 32,
    }
}

fn room_type(id: &str) -> RoomTypeId {
    RoomTypeId::parse(id).expect("a type")
}

fn short(asked: u16, free: &[(&str, u16)]) -> Problem {
    Problem::NoAvailability {
        shortages: free
            .iter()
            .map(|&(id, free)| Shortage { room_type: room_type(id), asked, free })
            .collect(),
    }
}

fn invalid(fields: &[&str]) -> Problem {
    Problem::Invalid { fields: fields.iter().map(|&field| FieldFault::new(field, "INTERNAL")).collect() }
}

fn over(room: Option<RoomAt>, guests_max: u16) -> Problem {
    Problem::OverCapacity { room, guests_max, detail: "INTERNAL".to_owned() }
}

/// The room of this place.
fn at(line: u8) -> Option<RoomAt> {
    Some(RoomAt::Split { line: LineNo(line) })
}

fn unavailable(system: System, retry_after_s: u32) -> Problem {
    Problem::Unavailable { system, retry_after_s }
}

fn reference() -> String {
    "123456".to_owned()
}

/// 2025-08-23 at 10:35 and at 13:05 in El Salvador.
const MORNING_MS: i64 = 1_755_966_900_000;
const AFTERNOON_MS: i64 = 1_755_975_900_000;

fn problems() -> Vec<(&'static str, Problem)> {
    let money = Money::from_mills;
    let every_room: Vec<String> = (0..20)
        .flat_map(|line| ["bungalow_type", "adults", "children_0_5"].map(|f| format!("bookings[{line}].{f}")))
        .collect();
    let every_room: Vec<&str> = every_room.iter().map(String::as_str).collect();
    vec![
        ("bad_json", Problem::BadJson { detail: "INTERNAL".to_owned() }),
        ("invalid, one field", invalid(&["email"])),
        ("invalid, the dates", invalid(&["check_in_date", "check_out_date"])),
        ("invalid, several fields", invalid(&["check_in_date", "bookings[1].adults", "email"])),
        ("invalid, the party", invalid(&["party", "party.children[1]", "bookings"])),
        ("invalid, a room", invalid(&["bookings[0]", "customer_instructions"])),
        (
            "invalid, the payment",
            invalid(&["payment_method", "authorization_number", "payment_evidence.amount"]),
        ),
        ("invalid, what programs send", invalid(&["Idempotency-Key"])),
        ("invalid, without fields", invalid(&[])),
        ("invalid, 60 fields", invalid(&every_room)),
        ("missing_booking", Problem::MissingBooking),
        ("over_capacity, a room", over(at(1), 5)),
        ("over_capacity, a room for one", over(at(0), 1)),
        ("over_capacity, the only room", over(Some(RoomAt::Single), 5)),
        ("over_capacity, the hotel", over(None, 30)),
        ("over_capacity, nothing fits", over(None, 0)),
        ("child_alone, a room", Problem::ChildAlone { room: at(2) }),
        ("child_alone", Problem::ChildAlone { room: None }),
        ("no_availability, 2 left", short(3, &[("Junior", 2)])),
        ("no_availability, 1 left", short(3, &[("Familiar", 1)])),
        ("no_availability, none left", short(3, &[("Junior", 0)])),
        ("no_availability, two types", short(3, &[("Junior", 2), ("Familiar", 1)])),
        ("no_availability, one of two types gone", short(3, &[("Junior", 0), ("Familiar", 1)])),
        ("no_availability, both types gone", short(3, &[("Junior", 0), ("Familiar", 0)])),
        ("no_availability, a type without a name", short(3, &[("Deluxe", 2)])),
        ("no_availability", short(3, &[])),
        (
            "rate_missing",
            Problem::RateMissing {
                room_type: room_type("Junior"),
                night: "2028-01-01".parse().expect("a date"),
            },
        ),
        (
            "price_changed",
            Problem::PriceChanged {
                quoted: money(690_000),
                current: money(720_000),
                quote: "INTERNAL".to_owned(),
            },
        ),
        ("quote_mismatch", Problem::QuoteMismatch { detail: "INTERNAL".to_owned() }),
        ("payment_not_found", Problem::PaymentNotFound { reference: reference() }),
        (
            "payment_not_found, an endless reference",
            Problem::PaymentNotFound { reference: "9\n".repeat(3_000) },
        ),
        ("payment_pending", Problem::PaymentPending { reference: reference(), next_check_at: MORNING_MS }),
        (
            "payment_pending, at one",
            Problem::PaymentPending { reference: reference(), next_check_at: AFTERNOON_MS },
        ),
        ("nothing_due", Problem::NothingDue),
        ("payment_used", Problem::PaymentUsed { reference: reference() }),
        (
            "payment_short",
            Problem::PaymentShort {
                available: money(258_750),
                required: money(690_000),
                missing: money(431_250),
            },
        ),
        ("payment_currency", Problem::PaymentCurrency { payment: "GTQ".to_owned(), hotel: "USD".to_owned() }),
        ("codreser_full", Problem::CodreserFull),
        ("key_reused", Problem::KeyReused),
        ("booking_in_progress", Problem::BookingInProgress { retry_after_s: 5 }),
        ("already_followed", Problem::AlreadyFollowed { followed_by: BookingId::from_bits(0) }),
        ("duplicate_booking", Problem::DuplicateBooking),
        ("unauthorized", Problem::Unauthorized),
        ("bad_signature", Problem::BadSignature { fault: FieldFault::new("Posada-Nonce", "INTERNAL") }),
        ("forbidden", Problem::Forbidden { detail: "INTERNAL".to_owned() }),
        ("challenge_failed", Problem::ChallengeFailed),
        ("force_not_allowed", Problem::ForceNotAllowed),
        ("not_found", Problem::NotFound),
        ("method_not_allowed", Problem::MethodNotAllowed),
        ("too_large", Problem::TooLarge { bytes_max: 65_536 }),
        ("unsupported_media_type", Problem::UnsupportedMediaType),
        ("too_many_requests", Problem::TooManyRequests { retry_after_s: 30 }),
        ("too_many_requests, for a day", Problem::TooManyRequests { retry_after_s: 86_400 }),
        ("reservations_unavailable", unavailable(System::Reservations, 30)),
        ("payments_unavailable", unavailable(System::Payments, 60)),
        ("storage_unavailable", unavailable(System::Storage, 1)),
        ("uncertain", Problem::Uncertain { retry_after_s: 5 }),
    ]
}

pub(super) fn cases() -> Vec<Case> {
    let problems = problems();
    let mut covered = [false; VARIANTS];
    for (_, problem) in &problems {
        covered[place(problem)] = true;
    }
    assert!(covered.iter().all(|&c| c), "a problem has no case: {covered:?}");
    let mut cases: Vec<Case> = Vec::new();
    let short = Problem::PaymentShort {
        available: Money::from_mills(258_750),
        required: Money::from_mills(345_000),
        missing: Money::from_mills(86_250),
    };
    cases.push((
        "problem payment_short, for a balance".to_owned(),
        Box::new(move |voice| problem_message(&short, &voice.of_balance(true))),
    ));
    for (name, problem) in problems {
        cases.push((format!("problem {name}"), Box::new(move |voice| problem_message(&problem, voice))));
    }
    for (name, problem) in [
        ("payment_not_found", Problem::PaymentNotFound { reference: reference() }),
        ("payment_pending", Problem::PaymentPending { reference: reference(), next_check_at: MORNING_MS }),
    ] {
        cases.push((
            format!("problem {name}, a transfer"),
            Box::new(move |voice| problem_message(&problem, &voice.with_reference(ReferenceKind::Transfer))),
        ));
    }
    cases
}
