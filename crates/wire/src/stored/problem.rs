//! Problems, as a refused booking keeps its own.

use posada_core::problem::{FieldFault, Problem, Shortage, System};

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

/// A limit in bytes; those of this API are far below 32 bits.
impl Write for usize {
    fn write(&self, out: &mut String) {
        i64::try_from(*self).unwrap_or(i64::MAX).write(out);
    }
}

impl Read for usize {
    fn read(node: Node) -> Option<Self> {
        i64::read(node)?.try_into().ok()
    }
}

stored_choice!(Problem {
    "bad_json" = BadJson { detail },
    "invalid" = Invalid { fields },
    "missing_booking" = MissingBooking,
    "over_capacity" = OverCapacity { line, guests_max, detail },
    "child_alone" = ChildAlone { line },
    "no_availability" = NoAvailability { shortages },
    "rate_missing" = RateMissing { room_type, night },
    "price_changed" = PriceChanged { quoted, current, quote },
    "quote_mismatch" = QuoteMismatch { detail },
    "payment_not_found" = PaymentNotFound { reference },
    "payment_pending" = PaymentPending { reference, next_check_at },
    "payment_used" = PaymentUsed { reference },
    "payment_short" = PaymentShort { available, required, missing },
    "payment_currency" = PaymentCurrency { payment, hotel },
    "codreser_full" = CodreserFull,
    "key_reused" = KeyReused,
    "unauthorized" = Unauthorized,
    "forbidden" = Forbidden { detail },
    "force_not_allowed" = ForceNotAllowed,
    "not_found" = NotFound,
    "method_not_allowed" = MethodNotAllowed,
    "too_large" = TooLarge { bytes_max },
    "unsupported_media_type" = UnsupportedMediaType,
    "too_many_requests" = TooManyRequests { retry_after_s },
    "uncertain" = Uncertain { retry_after_s },
    "unavailable" = Unavailable { system, retry_after_s },
});
