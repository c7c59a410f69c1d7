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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_in_utc() {
        assert_eq!(Timestamp(Millis(1_756_015_199_999)).to_string(), "2025-08-24T05:59:59Z");
        assert_eq!(Timestamp(Millis(0)).to_string(), "1970-01-01T00:00:00Z");
    }
}
