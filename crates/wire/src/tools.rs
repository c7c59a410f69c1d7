//! Bodies of the assistant's tools that ask what other routes say in their address.

use chrono::NaiveDate;
use posada_core::ids::{BookingId, WaId};
use posada_core::problem::Problem;
use posada_core::stay::Stay;

use crate::faults::{Faults, Style};
use crate::field::body;
use crate::leaf::Date;
use crate::read;
use crate::stay::{check_bookable, read_stay};

body! {
    /// The body of the tool `check_availability`.
    pub struct AvailabilityBody {
        /// Arrival, in the hotel's calendar; today or later.
        check_in_date: Date,
        /// Departure, after the arrival; at most 30 nights.
        check_out_date: Date,
    }
}

/// Reads the body of `check_availability`.
///
/// # Errors
/// As [`read::read`]; [`Problem::Invalid`] with every fault.
pub fn read_availability(bytes: &[u8], today: NaiveDate) -> Result<Stay, Problem> {
    let body: AvailabilityBody = read::read(bytes, read::BODY_BYTES_MAX)?;
    let mut faults = Faults::new(Style::Dotted);
    let stay = read_stay(body.check_in_date, body.check_out_date, &mut faults);
    faults.unknown(&body.unknown);
    check_bookable(faults.finish(stay)?, today)
}

body! {
    /// The body of the tool `get_booking`.
    pub struct GetBookingBody {
        /// The booking.
        booking_id: BookingId,
        /// The WhatsApp id of its guest: the digits of an international number.
        wa_id: WaId,
    }
}

/// Reads the body of `get_booking`: the booking, and for whom it is asked.
///
/// # Errors
/// As [`read::read`]; [`Problem::Invalid`] with every fault.
pub fn read_get_booking(bytes: &[u8]) -> Result<(BookingId, WaId), Problem> {
    let body: GetBookingBody = read::read(bytes, read::BODY_BYTES_MAX)?;
    let mut faults = Faults::new(Style::Dotted);
    let id = faults.required("booking_id", body.booking_id);
    let wa_id = faults.required("wa_id", body.wa_id);
    faults.unknown(&body.unknown);
    faults.finish(id.zip(wa_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: std::fmt::Debug>(result: Result<T, Problem>, expected: &[&str]) {
        let fields = result.expect_err("refused").fields();
        assert_eq!(fields.iter().map(|it| it.field.as_str()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn every_fault_is_named() {
        let today = NaiveDate::from_ymd_opt(2026, 12, 1).expect("a date");
        let dates = br#"{"check_in_date": "2026-12-01", "check_out_date": "2026-12-03"}"#;
        assert_eq!(read_availability(dates, today).expect("a stay").nights().count(), 2);
        check(read_availability(b"{}", today), &["check_in_date", "check_out_date"]);
        check(
            read_availability(br#"{"check_in_date": "2026-12-01", "check_out_date": "x", "y": 1}"#, today),
            &["check_out_date", "y"],
        );
        check(
            read_get_booking(br#"{"booking_id": "x", "z": null, "y": 1}"#),
            &["booking_id", "wa_id", "z", "y"],
        );
    }
}
