//! Problems, as a refused booking keeps its own.

use posada_core::problem::{FieldFault, Problem, RoomAt, Shortage, System};

use super::{Read, Write};
use crate::field::Node;
use crate::{stored_choice, stored_record};

stored_record!(FieldFault { field, message });
stored_record!(Shortage { room_type, asked, free });

stored_choice!(System {
    "reservations" = Reservations,
    "payments" = Payments,
    "storage" = Storage,
});

/// What is kept is about no room: what is wrong with one is said before a booking begins.
impl Write for RoomAt {
    fn write(&self, out: &mut String) {
        out.push_str("null");
    }
}

impl Read for RoomAt {
    fn read(_: Node) -> Option<Self> {
        None
    }
}

stored_choice!(Problem {
    "bad_json" = BadJson { detail },
    "invalid" = Invalid { fields },
    "missing_booking" = MissingBooking,
    "over_capacity" = OverCapacity { room, guests_max, detail },
    "child_alone" = ChildAlone { room },
    "no_availability" = NoAvailability { shortages },
    "rate_missing" = RateMissing { room_type, night },
    "price_changed" = PriceChanged { quoted, current, quote },
    "quote_mismatch" = QuoteMismatch { detail },
    "payment_not_found" = PaymentNotFound { reference },
    "payment_pending" = PaymentPending { reference, next_check_at },
    "nothing_due" = NothingDue,
    "payment_used" = PaymentUsed { reference },
    "payment_short" = PaymentShort { available, required, missing },
    "payment_currency" = PaymentCurrency { payment, hotel },
    "codreser_full" = CodreserFull,
    "key_reused" = KeyReused,
    "booking_in_progress" = BookingInProgress { retry_after_s },
    "already_followed" = AlreadyFollowed { followed_by },
    "duplicate_booking" = DuplicateBooking,
    "unauthorized" = Unauthorized,
    "bad_signature" = BadSignature { fault },
    "forbidden" = Forbidden { detail },
    "challenge_failed" = ChallengeFailed,
    "force_not_allowed" = ForceNotAllowed,
    "not_found" = NotFound,
    "method_not_allowed" = MethodNotAllowed,
    "too_large" = TooLarge { bytes_max },
    "unsupported_media_type" = UnsupportedMediaType,
    "too_many_requests" = TooManyRequests { retry_after_s },
    "uncertain" = Uncertain { retry_after_s },
    "unavailable" = Unavailable { system, retry_after_s },
});
