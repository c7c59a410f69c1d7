//! The kinds of single values that bodies hold, each with its limits in its type.

use chrono::NaiveDate;
use posada_core::ids::{
    BookingId, ClaimId, PackageId, PropertyId, ReservationCode, RoomNumber, RoomTypeId, WaId,
};
use posada_core::payment::ledger::Holder;
use posada_core::payment::method::PaymentMethod;

use crate::field::{Field, Node, Readable};

/// A line of text of at most `MAX` characters as sent, without white space at its ends. An empty one is the same as
/// not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text<const MAX: usize>(pub String);

/// Text of at most `MAX` characters that may have several lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph<const MAX: usize>(pub String);

/// Marks of writing direction that messengers wrap names in. They are invisible, and would let a name rearrange
/// what stands around it on the reception's screen.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Reads a text. Not inlined, nor generic: some forty fields are read by it, and bodies would be full of its copies.
#[inline(never)]
fn text(node: Node, chars_max: usize, allowed: fn(char) -> bool) -> Field<String> {
    let Node::Text(sent) = node else { return Field::wrong("must be a text") };
    // As sent, with all that is taken off: so it can be said in a schema.
    if sent.chars().count() > chars_max {
        return Field::wrong(format!("must have at most {chars_max} characters"));
    }
    let visible: String = sent.chars().filter(|&c| !is_direction_mark(c)).collect();
    let trimmed = visible.trim();
    if trimmed.is_empty() {
        return Field::Absent;
    }
    if !trimmed.chars().all(allowed) {
        return Field::wrong("holds a character that is not allowed");
    }
    Field::Given(trimmed.to_owned())
}

impl<const MAX: usize> Readable for Text<MAX> {
    fn read(node: Node) -> Field<Self> {
        text(node, MAX, |c| !c.is_control()).and_then(|text| Field::Given(Self(text)))
    }
}

impl<const MAX: usize> Readable for Paragraph<MAX> {
    fn read(node: Node) -> Field<Self> {
        let allowed: fn(char) -> bool = |c| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
        text(node, MAX, allowed).and_then(|text| Field::Given(Self(text)))
    }
}

/// An e-mail address that looks like one: mail tells the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(pub String);

impl Email {
    /// The most characters of an address (RFC 5321).
    pub const CHARS_MAX: usize = 254;

    fn is_plausible(text: &str) -> bool {
        let Some((local, domain)) = text.rsplit_once('@') else { return false };
        let plain = |c: char| {
            !c.is_whitespace() && !matches!(c, '@' | ',' | ';' | '<' | '>' | '(' | ')' | '"' | '\\')
        };
        (1..=64).contains(&local.len())
            && text.len() <= Self::CHARS_MAX
            && local.chars().all(plain)
            && domain.contains('.')
            && domain.split('.').all(|label| {
                !label.is_empty()
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            })
    }
}

impl Readable for Email {
    fn read(node: Node) -> Field<Self> {
        text(node, Self::CHARS_MAX, |c| !c.is_control()).and_then(|text| {
            if Self::is_plausible(&text) {
                Field::Given(Self(text))
            } else {
                Field::wrong("must be an e-mail address such as ana@example.com")
            }
        })
    }
}

/// A whole number from `MIN` to `MAX`. `2.0` is one: JSON does not tell it from 2, and some programs write it so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count<const MIN: i64, const MAX: i64>(i64);

impl<const MIN: i64, const MAX: i64> Count<MIN, MAX> {
    /// The number.
    #[must_use]
    pub fn get(self) -> i64 {
        self.0
    }

    /// The number where it counts guests, rooms or beds.
    #[must_use]
    pub fn small(self) -> u16 {
        u16::try_from(self.0).unwrap_or(u16::MAX)
    }
}

/// Reads a whole number.
#[inline(never)]
fn count(node: &Node, least: i64, most: i64) -> Field<i64> {
    match crate::number::whole(node) {
        Some(number) if (least..=most).contains(&number) => Field::Given(number),
        _ => Field::wrong(format!("must be a whole number from {least} to {most}")),
    }
}

impl<const MIN: i64, const MAX: i64> Readable for Count<MIN, MAX> {
    fn read(node: Node) -> Field<Self> {
        count(&node, MIN, MAX).and_then(|number| Field::Given(Self(number)))
    }
}

/// `true` or `false`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag(pub bool);

impl Readable for Flag {
    fn read(node: Node) -> Field<Self> {
        match node {
            Node::Flag(flag) => Field::Given(Self(flag)),
            Node::Null => Field::Absent,
            Node::Whole(_) | Node::Fraction(_) | Node::Text(_) | Node::List(_) | Node::Object(_) => {
                Field::wrong("must be true or false")
            }
        }
    }
}

/// A date as `2025-08-23`, and no other spelling of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

impl Date {
    /// The date of this text; `None` where it is none, such as 30 February.
    #[must_use]
    pub fn parse(text: &str) -> Option<NaiveDate> {
        let bytes = text.as_bytes();
        let is_right = bytes.len() == 10
            && bytes.iter().enumerate().all(|(i, byte)| match i {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !is_right {
            return None;
        }
        let year = text.get(0..4)?.parse().ok()?;
        NaiveDate::from_ymd_opt(year, text.get(5..7)?.parse().ok()?, text.get(8..10)?.parse().ok()?)
    }
}

impl Readable for Date {
    fn read(node: Node) -> Field<Self> {
        text(node, usize::MAX, |_| true).and_then(|text| match Self::parse(&text) {
            Some(date) => Field::Given(Self(date)),
            None => Field::wrong("must be a date such as 2025-08-23"),
        })
    }
}

impl Readable for PaymentMethod {
    fn read(node: Node) -> Field<Self> {
        let known = Self::ALL.map(Self::as_str).join(", ");
        text(node, usize::MAX, |_| true).and_then(|text| match Self::parse(&text) {
            Some(method) => Field::Given(method),
            None => Field::wrong(format!("must be one of: {known}")),
        })
    }
}

macro_rules! id_leaf {
    ($($id:ty),+) => {$(
        impl Readable for $id {
            fn read(node: Node) -> Field<Self> {
                text(node, usize::MAX, |_| true).and_then(|text| match Self::parse(&text) {
                    Ok(id) => Field::Given(id),
                    Err(error) => Field::wrong(error.to_string()),
                })
            }
        }
    )+};
}

id_leaf!(ClaimId, PackageId, PropertyId, ReservationCode, RoomNumber, RoomTypeId);

/// Guests and assistants have a reservation's code at hand before a booking's id, so that is named.
impl Readable for BookingId {
    fn read(node: Node) -> Field<Self> {
        text(node, usize::MAX, |_| true).and_then(|text| match Self::parse(&text) {
            Ok(id) if text.len() == Self::CHARS_MAX => Field::Given(id),
            _ => Field::wrong(
                "must be the booking_id of an answer, 32 hexadecimal digits, no reservation code",
            ),
        })
    }
}

/// `guest:50370001234`, or `booking:` and its id.
impl Readable for Holder {
    fn read(node: Node) -> Field<Self> {
        match <Self as crate::stored::Read>::read(node) {
            Some(holder) => Field::Given(holder),
            None => Field::wrong("must be guest: and a wa_id, or booking: and a booking's id"),
        }
    }
}

impl Readable for WaId {
    /// Digits; a `+` before them is taken off, since it is how people write the same number.
    fn read(node: Node) -> Field<Self> {
        text(node, usize::MAX, |_| true).and_then(|text| {
            match Self::parse(text.strip_prefix('+').unwrap_or(&text)) {
                Ok(id) => Field::Given(id),
                Err(_) => Field::wrong("must be the digits of an international number, such as 50370001234"),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: Readable + std::fmt::Debug + PartialEq>(sent: Node, expected: Field<T>) {
        assert_eq!(Field::<T>::of(sent), expected);
    }

    fn said(text: &str) -> Node {
        Node::Text(text.to_owned())
    }

    #[test]
    fn texts_lose_what_cannot_be_seen_at_their_ends() {
        check(said("  Ana  "), Field::Given(Text::<10>("Ana".to_owned())));
        check(said("\u{2068}Ana\u{2069}"), Field::Given(Text::<10>("Ana".to_owned())));
        check(said(" \u{feff} "), Field::<Text<10>>::Absent);
        check(said("ñandú"), Field::Given(Text::<5>("ñandú".to_owned())));
        check(said("ñandúes"), Field::<Text<5>>::wrong("must have at most 5 characters"));
        check(said("a\u{0}b"), Field::<Text<5>>::wrong("holds a character that is not allowed"));
        check(said("a\nb"), Field::<Text<5>>::wrong("holds a character that is not allowed"));
        check(said("a\nb"), Field::Given(Paragraph::<5>("a\nb".to_owned())));
        check(Node::Whole(1), Field::<Text<5>>::wrong("must be a text"));
    }

    #[test]
    fn whole_numbers_may_be_written_with_a_point() {
        let wrong = || Field::<Count<0, 60>>::wrong("must be a whole number from 0 to 60");
        check(Node::Whole(3), Field::Given(Count::<0, 60>(3)));
        check(Node::Fraction(2.0), Field::Given(Count::<0, 60>(2)));
        check(Node::Fraction(-0.0), Field::Given(Count::<0, 60>(0)));
        for bad in [
            Node::Whole(-1),
            Node::Whole(61),
            Node::Fraction(2.5),
            Node::Fraction(1e300),
            Node::Fraction(f64::NAN),
            said("3"),
            Node::Flag(true),
            Node::List(Vec::new()),
        ] {
            check(bad, wrong());
        }
    }

    #[test]
    fn dates_have_one_spelling() {
        assert_eq!(Date::parse("2024-02-29"), NaiveDate::from_ymd_opt(2024, 2, 29));
        for bad in
            ["2025-02-29", "2025-2-9", "23/08/2025", "2025-08-23T00:00:00Z", "+025-08-23", "2025‐08‐23", ""]
        {
            assert_eq!(Date::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn addresses_look_like_addresses() {
        for good in ["ana@example.com", "a.b+c@sub.example.com.sv", "josé@correo.example", "o'neil@a-b.co"] {
            assert!(Email::is_plausible(good), "{good}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        for bad in [
            "ana",
            "ana@",
            "@example.com",
            "ana@example",
            "a b@c.de",
            "a@b..c",
            "a@-b.com",
            "a@b@c.de",
            "<a@b.cd>",
            &long,
        ] {
            assert!(!Email::is_plausible(bad), "{bad}");
        }
    }

    #[test]
    fn names_of_methods_and_numbers_of_people() {
        check(said("Depósito BAC"), Field::Given(PaymentMethod::DepositoBac));
        check(said("Visa"), Field::<PaymentMethod>::wrong("must be one of: CompraClick, Depósito BAC"));
        check(said("+50370001234"), WaId::parse("50370001234").map_or(Field::Absent, Field::Given));
        check(
            said("503 7000"),
            Field::<WaId>::wrong("must be the digits of an international number, such as 50370001234"),
        );
        check(said("*"), Field::<RoomTypeId>::wrong("holds a character that is not allowed"));
        check(said(&"0a".repeat(16)), BookingId::parse(&"0a".repeat(16)).map_or(Field::Absent, Field::Given));
        for other in ["HR26181", "0a", &"0A".repeat(16)] {
            let say = "must be the booking_id of an answer, 32 hexadecimal digits, no reservation code";
            check(said(other), Field::<BookingId>::wrong(say));
        }
    }
}
