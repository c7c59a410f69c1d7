//! Identifiers: one newtype each, with one spelling each.
//!
//! Every textual id is parsed once, where it enters, and cannot be empty, over-long or hold control
//! characters afterwards. Its text is shared: ids are copied into journals, effects and answers all the time.

use std::fmt;
use std::sync::Arc;

/// Why a text is not an identifier of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing, or only white space, was given.
    #[error("must not be empty")]
    Empty,
    /// More characters than the named limit of its kind.
    #[error("must have at most {max} characters")]
    TooLong {
        /// The limit of this kind of id, in characters.
        max: usize,
    },
    /// A character that this kind of id may not hold.
    #[error("holds a character that is not allowed")]
    BadCharacter,
}

/// Refuses what is empty, longer than `chars_max` or holds a character that `allowed` rejects.
fn check(text: &str, chars_max: usize, allowed: fn(char) -> bool) -> Result<(), IdError> {
    if text.trim().is_empty() {
        return Err(IdError::Empty);
    }
    if text.chars().count() > chars_max {
        return Err(IdError::TooLong { max: chars_max });
    }
    if !text.chars().all(allowed) || text.trim() != text {
        return Err(IdError::BadCharacter);
    }
    Ok(())
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $max:expr, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The most characters that this id may have.
            pub const CHARS_MAX: usize = $max;

            /// Reads the id.
            ///
            /// # Errors
            /// [`IdError`] where the text is empty, too long or holds a character not allowed here.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                check(text, Self::CHARS_MAX, $allowed)?;
                Ok(Self(text.into()))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.as_ref().to_owned()
            }
        }
    };
}

fn visible(c: char) -> bool {
    !c.is_control()
}

text_id!(
    /// A hotel. One deployment is one hotel.
    PropertyId, 40, |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_'
);
text_id!(
    /// A type of room as the hotel's programs spell it (`bungalow_type` on the wire), such as `Junior`.
    RoomTypeId, 40, |c: char| visible(c) && c != '*'
);
text_id!(
    /// The name of one room, such as `54`. Names have no order: that is their place in the type's list.
    RoomNumber, 20, |c: char| visible(c) && c != ','
);
text_id!(
    /// A package that stays are sold in (`package_type` on the wire), such as `Todo incluido`.
    PackageId, 60, |c: char| visible(c) && c != '*'
);
text_id!(
    /// The reservation API's own code, without the hotel's prefix: `26181`, shown as `HR26181`.
    ReservationCode, 20, |c: char| !c.is_control() && !c.is_whitespace() && c != ','
);
text_id!(
    /// A WhatsApp id: the digits of an international number.
    WaId, 20, |c: char| c.is_ascii_digit()
);
text_id!(
    /// A booking: 128 bits as 32 lower-case hexadecimal digits. One intent is one booking.
    BookingId, 32, |c: char| matches!(c, '0'..='9' | 'a'..='f')
);
text_id!(
    /// A claim on a payment: 128 bits as 32 lower-case hexadecimal digits.
    ClaimId, 32, |c: char| matches!(c, '0'..='9' | 'a'..='f')
);
text_id!(
    /// What makes one ledger operation harmless to repeat: `claim:<id>`, `settle:<booking>` and the like.
    OperationId, 120, |c: char| c.is_ascii_graphic()
);

/// The 32 digits of 128 bits.
fn hexadecimal(bits: u128) -> Arc<str> {
    format!("{bits:032x}").into()
}

impl BookingId {
    /// The id made of these 128 bits.
    #[must_use]
    pub fn from_bits(bits: u128) -> Self {
        Self(hexadecimal(bits))
    }
}

impl ClaimId {
    /// The id made of these 128 bits.
    #[must_use]
    pub fn from_bits(bits: u128) -> Self {
        Self(hexadecimal(bits))
    }
}

/// A place in a booking's list of requested rooms, counted from 0 (shown to people from 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineNo(pub u8);

impl LineNo {
    /// The line's index into lists in line order.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl fmt::Display for LineNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Which try of which line of which booking a call to the reservation API belongs to. It travels as the
/// idempotency key, so that a repeated call is recognised, and is what an unknown outcome is looked up by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The booking.
    pub booking: BookingId,
    /// The line within it.
    pub line: LineNo,
    /// Counted up with every new room tried for the line, from 1.
    pub generation: u32,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.booking, self.line, self.generation)
    }
}

impl Reference {
    /// The reference that this text is; `None` where it is none of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (booking, line, generation) = (parts.next()?, parts.next()?, parts.next()?);
        let reference = Self {
            booking: BookingId::parse(booking).ok()?,
            line: LineNo(line.parse().ok()?),
            generation: generation.parse().ok()?,
        };
        // One spelling: no sign, no zeros in front, nothing behind.
        (reference.to_string() == text).then_some(reference)
    }
}

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(pub i64);

impl Millis {
    /// This instant and `ms` milliseconds, at the end of the range where it would pass it.
    #[must_use]
    pub fn plus(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_refuses_what_it_may_not_hold() {
        assert_eq!(ReservationCode::parse("26,181"), Err(IdError::BadCharacter));
        assert_eq!(ReservationCode::parse(""), Err(IdError::Empty));
        assert_eq!(ReservationCode::parse(&"1".repeat(21)), Err(IdError::TooLong { max: 20 }));
        assert_eq!(RoomTypeId::parse("*"), Err(IdError::BadCharacter));
        assert_eq!(RoomTypeId::parse(" Junior"), Err(IdError::BadCharacter));
        assert_eq!(WaId::parse("+503"), Err(IdError::BadCharacter));
        assert_eq!(
            RoomTypeId::parse("Familiar de lujo").map(String::from),
            Ok("Familiar de lujo".to_owned())
        );
    }

    #[test]
    fn a_reference_names_booking_line_and_generation() {
        let reference = Reference { booking: BookingId::from_bits(255), line: LineNo(2), generation: 1 };
        let text = format!("{}ff-2-1", "0".repeat(30));
        assert_eq!(reference.to_string(), text);
        assert_eq!(Reference::parse(&text), Some(reference));
        for bad in ["", "ff", "ff-2", "ff-2-1-1", "ff-02-1", "ff-2-+1", "FF-2-1", "ff-300-1", "ff-2-1 "] {
            assert_eq!(Reference::parse(bad), None, "{bad}");
        }
    }
}
