//! Instants on the wire.

use posada_core::ids::Millis;
use posada_core::stay::local_time_text;

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

/// The instant of a text of RFC 3339, such as `2026-11-25T12:00:00-06:00`.
#[must_use]
pub fn parse_timestamp(text: &str) -> Option<Millis> {
    chrono::DateTime::parse_from_rfc3339(text).ok().map(|instant| Millis(instant.timestamp_millis()))
}

/// The instant of an HTTP date (RFC 9110, 5.6.7, in the form that is to be sent): `Wed, 25 Nov 2026 18:00:00 GMT`.
#[must_use]
pub fn parse_http_date(text: &str) -> Option<Millis> {
    chrono::DateTime::parse_from_rfc2822(text).ok().map(|instant| Millis(instant.timestamp_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

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
