//! Every problem there is, with the status that it is answered with.

use posada_core::ids::BookingId;
use posada_core::ids::RoomTypeId;
use posada_core::money::Money;
use posada_core::problem::{FieldFault, Problem, System};
use posada_wire::problem::status;

/// One problem of every code.
///
/// # Panics
/// Where a type's id could not be read, which it can.
#[must_use]
pub fn all() -> Vec<Problem> {
    let text = String::new;
    let retry_after_s = 5;
    let unavailable = |system| Problem::Unavailable { system, retry_after_s };
    let room_type = RoomTypeId::parse("Junior").expect("it is one");
    let all = vec![
        Problem::BadJson { detail: text() },
        Problem::Invalid { fields: Vec::new() },
        Problem::MissingBooking,
        Problem::OverCapacity { room: None, guests_max: 4, detail: text() },
        Problem::ChildAlone { room: None },
        Problem::NoAvailability { shortages: Vec::new() },
        Problem::RateMissing { room_type, night: chrono::NaiveDate::MIN },
        Problem::PriceChanged { quoted: Money::ZERO, current: Money::ZERO, quote: text() },
        Problem::QuoteMismatch { detail: text() },
        Problem::PaymentNotFound { reference: text() },
        Problem::PaymentPending { reference: text(), next_check_at: 0 },
        Problem::NothingDue,
        Problem::PaymentUsed { reference: text() },
        Problem::PaymentShort { available: Money::ZERO, required: Money::ZERO, missing: Money::ZERO },
        Problem::PaymentCurrency { payment: text(), hotel: text() },
        Problem::CodreserFull,
        Problem::BookingInProgress { retry_after_s },
        Problem::AlreadyFollowed { followed_by: BookingId::from_bits(0) },
        Problem::KeyReused,
        Problem::DuplicateBooking,
        Problem::Unauthorized,
        Problem::BadSignature { fault: FieldFault::new("", "") },
        Problem::Forbidden { detail: text() },
        Problem::ChallengeFailed,
        Problem::ForceNotAllowed,
        Problem::NotFound,
        Problem::MethodNotAllowed,
        Problem::TooLarge { bytes_max: 0 },
        Problem::UnsupportedMediaType,
        Problem::TooManyRequests { retry_after_s },
        Problem::Uncertain { retry_after_s },
        unavailable(System::Reservations),
        unavailable(System::Payments),
        unavailable(System::Storage),
    ];
    all.iter().for_each(must_be_listed);
    all
}

/// Does not compile until a new problem stands here, and so reminds of the list above.
fn must_be_listed(problem: &Problem) {
    match problem {
        Problem::BadJson { .. }
        | Problem::Invalid { .. }
        | Problem::MissingBooking
        | Problem::OverCapacity { .. }
        | Problem::ChildAlone { .. }
        | Problem::NoAvailability { .. }
        | Problem::RateMissing { .. }
        | Problem::PriceChanged { .. }
        | Problem::QuoteMismatch { .. }
        | Problem::PaymentNotFound { .. }
        | Problem::PaymentPending { .. }
        | Problem::NothingDue
        | Problem::PaymentUsed { .. }
        | Problem::PaymentShort { .. }
        | Problem::PaymentCurrency { .. }
        | Problem::CodreserFull
        | Problem::BookingInProgress { .. }
        | Problem::AlreadyFollowed { .. }
        | Problem::KeyReused
        | Problem::DuplicateBooking
        | Problem::Unauthorized
        | Problem::BadSignature { .. }
        | Problem::Forbidden { .. }
        | Problem::ChallengeFailed
        | Problem::ForceNotAllowed
        | Problem::NotFound
        | Problem::MethodNotAllowed
        | Problem::TooLarge { .. }
        | Problem::UnsupportedMediaType
        | Problem::TooManyRequests { .. }
        | Problem::Uncertain { .. }
        | Problem::Unavailable { .. } => {}
    }
}

/// The status of the problem of this code; none where there is no such problem.
#[must_use]
pub fn status_of(code: &str) -> Option<u16> {
    all().iter().find(|problem| problem.code() == code).map(status)
}
