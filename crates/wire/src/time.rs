//! Instants on the wire. Read by hand: the library's parsers would add more to the Worker than all else that reads the
//! reservation API's answers; tests compare the two.

use chrono::NaiveDate;
use posada_core::ids::Millis;
use posada_core::stay::local_time_text;

use crate::leaf::Date;
use crate::stored::{Write, write_text};

/// An instant as RFC 3339 in UTC and whole seconds, rounded down: `2026-11-25T18:00:00Z`. What expires is never
/// said to live longer than it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub Millis);

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}Z", local_time_text(self.0, 0).replace(' ', "T"))
    }
}

impl Write for Timestamp {
    fn write(&self, out: &mut String) {
        write_text(&self.to_string(), out);
    }
}

/// The instant of a text of RFC 3339, such as `2026-11-25T12:00:00-06:00`. Beyond milliseconds it is rounded down; a leap
/// second is none.
#[must_use]
pub fn parse_timestamp(text: &str) -> Option<Millis> {
    let date = Date::parse(text.get(..10)?)?;
    let clock = text.get(10..)?.strip_prefix(['T', 't', ' '])?;
    let (time, rest) = (clock.get(..8)?, clock.get(8..)?);
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at_checked(rest.bytes().take_while(u8::is_ascii_digit).count())?,
        None => ("0", rest),
    };
    let thousandths = fraction.chars().chain("000".chars()).take(3).collect::<String>();
    let offset_minutes = match (zone, zone.get(1..3), zone.get(3..4), zone.get(4..)) {
        ("Z" | "z", ..) => 0,
        (_, Some(hours), Some(":"), Some(minutes)) => {
            let minutes = digits(hours, 23)?.checked_mul(60)?.checked_add(digits(minutes, 59)?)?;
            match zone.get(..1)? {
                "+" => minutes,
                "-" => minutes.checked_neg()?,
                _ => return None,
            }
        }
        _ => return None,
    };
    let ms = thousandths.parse::<i64>().ok().filter(|_| !fraction.is_empty())?;
    Some(instant(date, time)?.plus(ms).plus(offset_minutes.checked_mul(-60_000)?))
}

/// The instant of an HTTP date (RFC 9110, 5.6.7, in the form that is to be sent): `Wed, 25 Nov 2026 18:00:00 GMT`. The
/// day of the week is not looked at.
#[must_use]
pub fn parse_http_date(text: &str) -> Option<Millis> {
    let mut words = text.get(3..)?.strip_prefix(", ")?.strip_suffix(" GMT")?.split(' ');
    let (day, month, year, time) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months.iter().position(|name| *name == month)?.checked_add(1)?;
    let date = Date::parse(&format!("{year}-{month:02}-{day}"))?;
    instant(date, time).filter(|_| words.next().is_none())
}

/// The number that two digits are, if it is no more than `most`.
fn digits(text: &str, most: i64) -> Option<i64> {
    let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_number && *number <= most)
}

/// The instant of a date and of a time as `18:00:00`, in UTC.
fn instant(date: NaiveDate, time: &str) -> Option<Millis> {
    let mut parts = time.split(':');
    let (hours, minutes, seconds) =
        (digits(parts.next()?, 23)?, digits(parts.next()?, 59)?, digits(parts.next()?, 59)?);
    let of_day = hours.checked_mul(3_600)?.checked_add(minutes.checked_mul(60)?)?.checked_add(seconds)?;
    let midnight = date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
    Some(Millis(midnight).plus(of_day.checked_mul(1_000)?)).filter(|_| parts.next().is_none())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;

    fn by_library(instant: Result<DateTime<chrono::FixedOffset>, chrono::ParseError>) -> Option<Millis> {
        instant.ok().map(|instant| Millis(instant.timestamp_millis()))
    }

    proptest! {
        #[test]
        fn instants_are_what_the_library_says(
            ms in -60_000_000_000_000_i64..200_000_000_000_000, minutes in -1_439_i32..1_440
        ) {
            let utc = DateTime::from_timestamp_millis(ms).expect("in range");
            let zone = chrono::FixedOffset::east_opt(minutes * 60).expect("less than a day");
            let text = utc.with_timezone(&zone).to_rfc3339();
            prop_assert_eq!(parse_timestamp(&text), Some(Millis(ms)), "{}", text);
            let http = utc.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
            prop_assert_eq!(parse_http_date(&http), by_library(DateTime::parse_from_rfc2822(&http)), "{}", http);
        }

        #[test]
        fn what_is_read_of_other_texts_the_library_reads_as_well(
            text in "[0-9]{4}-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,12})?([Zz]|[+-][0-2][0-9]:[0-6][0-9])?",
            any in ".{0,40}",
        ) {
            if let Some(read) = parse_timestamp(&text) {
                prop_assert_eq!(Some(read), by_library(DateTime::parse_from_rfc3339(&text)), "{}", text);
            }
            let _ = (parse_timestamp(&any), parse_http_date(&any));
        }
    }

    #[test]
    fn instants_are_read() {
        let noon = Some(Millis(1_795_629_600_000));
        assert_eq!(parse_timestamp("2026-11-25T18:00:00Z"), noon);
        assert_eq!(parse_timestamp("2026-11-25T12:00:00.000-06:00"), noon);
        assert_eq!(parse_http_date("Wed, 25 Nov 2026 18:00:00 GMT"), noon);
        for bad in ["", "2026-11-25", "2026-11-25T18:00:00", "2026-02-30T18:00:00Z", "noon"] {
            assert_eq!((parse_timestamp(bad), parse_http_date(bad)), (None, None), "{bad}");
        }
    }

    #[test]
    fn instants_are_written_in_utc() {
        assert_eq!(Timestamp(Millis(1_756_015_199_999)).to_string(), "2025-08-24T05:59:59Z");
        assert_eq!(Timestamp(Millis(0)).to_string(), "1970-01-01T00:00:00Z");
    }
}
