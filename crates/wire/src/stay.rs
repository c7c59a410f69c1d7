//! Dates of a stay.

use chrono::NaiveDate;
use posada_core::problem::Problem;
use posada_core::stay::{Stay, StayError};

use crate::faults::{Faults, Style};
use crate::field::{Field, Node};
use crate::leaf::Date;

/// The field that a fault of a stay is a fault of.
fn field_of(error: StayError) -> &'static str {
    match error {
        StayError::NoNight | StayError::TooLong => "check_out_date",
        StayError::InThePast | StayError::TooFarAhead => "check_in_date",
    }
}

/// Reads the members `check_in_date` and `check_out_date`.
pub(crate) fn read_stay(check_in: Field<Date>, check_out: Field<Date>, faults: &mut Faults) -> Option<Stay> {
    let check_in = faults.required("check_in_date", check_in);
    let check_out = faults.required("check_out_date", check_out);
    match Stay::new(check_in?.0, check_out?.0) {
        Ok(stay) => Some(stay),
        Err(error) => {
            faults.push(field_of(error), error.to_string());
            None
        }
    }
}

/// Refuses a stay that cannot be booked on the hotel's `today`.
///
/// # Errors
/// [`Problem::Invalid`] that names `check_in_date`.
pub fn check_bookable(stay: Stay, today: NaiveDate) -> Result<Stay, Problem> {
    stay.bookable_on(today).map_err(|error| Problem::field(field_of(error), error.to_string()))
}

/// Reads a stay from the parameters of a query, and refuses one that cannot be booked on the hotel's `today`.
///
/// # Errors
/// [`Problem::Invalid`] with each date that is missing or wrong.
pub fn stay_of_query(
    check_in: Option<&str>,
    check_out: Option<&str>,
    today: NaiveDate,
) -> Result<Stay, Problem> {
    let date = |text: Option<&str>| text.map_or(Field::Absent, |text| Field::of(Node::Text(text.to_owned())));
    let mut faults = Faults::new(Style::Dotted);
    let stay = read_stay(date(check_in), date(check_out), &mut faults);
    check_bookable(faults.finish(stay)?, today)
}
