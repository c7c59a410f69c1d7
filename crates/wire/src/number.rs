//! Amounts on the wire: JSON numbers of at most two decimals; rates are decimal texts of at most three.

use crate::field::{Field, Message, Node, Readable};
use crate::stored::{Read, Write, write_text};
use posada_core::money::{Money, MoneyError};

/// The decimals of an amount.
pub const AMOUNT_DECIMALS_MAX: u8 = 2;
/// The decimals of a rate.
pub const RATE_DECIMALS_MAX: u8 = 3;

/// An amount of money, zero or more. Written as a whole number where it is one (`690`), else with its decimals
/// (`258.75`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(pub Money);

/// An amount of money above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PositiveAmount(pub Money);

/// A rate of the tariff: a decimal text such as `"43.125"`, zero or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate(pub Money);

/// The whole number that was sent; `None` where it is none, or not within what a float tells apart.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
pub(crate) fn whole(node: &Node) -> Option<i64> {
    const FLOAT_WHOLE_MAX: f64 = 9_007_199_254_740_992.0;
    match node {
        Node::Whole(number) => Some(*number),
        Node::Fraction(number) if number.abs() <= FLOAT_WHOLE_MAX && number.trunc() == *number => {
            Some(*number as i64)
        }
        Node::Fraction(_) | Node::Null | Node::Flag(_) | Node::Text(_) | Node::List(_) | Node::Object(_) => {
            None
        }
    }
}

fn say(error: MoneyError) -> Message {
    match error {
        MoneyError::NotANumber => "must be a number such as 690 or 86.25".into(),
        MoneyError::TooManyDecimals { .. } | MoneyError::TooLarge | MoneyError::Negative => {
            error.to_string().into()
        }
    }
}

/// The amount that a float of a JSON number stands for: the one of at most two decimals whose nearest float it is.
///
/// Below [`Money::MAX`] cents are much further apart than floats, so there is at most one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "the range is checked before: at most 10^11 cents, and floats count exactly to 2^53"
)]
fn amount_of_float(number: f64) -> Result<Money, MoneyError> {
    const UNITS_MAX: f64 = (Money::MAX.mills() / 1_000) as f64;
    if !number.is_finite() {
        return Err(MoneyError::NotANumber);
    }
    if number < 0.0 {
        return Err(MoneyError::Negative);
    }
    if number > UNITS_MAX {
        return Err(MoneyError::TooLarge);
    }
    let cents = (number * 100.0).round();
    if cents / 100.0 != number {
        return Err(MoneyError::TooManyDecimals { decimals_max: AMOUNT_DECIMALS_MAX });
    }
    Money::from_cents(cents as i64).ok_or(MoneyError::TooLarge)
}

fn amount(node: &Node) -> Result<Money, MoneyError> {
    match node {
        Node::Whole(number) if *number < 0 => Err(MoneyError::Negative),
        Node::Whole(number) => number
            .checked_mul(1_000)
            .map(Money::from_mills)
            .filter(|amount| *amount <= Money::MAX)
            .ok_or(MoneyError::TooLarge),
        Node::Fraction(number) => amount_of_float(*number),
        Node::Null | Node::Flag(_) | Node::Text(_) | Node::List(_) | Node::Object(_) => {
            Err(MoneyError::NotANumber)
        }
    }
}

impl Readable for Amount {
    fn read(node: Node) -> Field<Self> {
        match amount(&node) {
            Ok(amount) => Field::Given(Self(amount)),
            Err(error) => Field::Wrong(say(error)),
        }
    }
}

impl Readable for PositiveAmount {
    fn read(node: Node) -> Field<Self> {
        match amount(&node) {
            Ok(Money::ZERO) => Field::wrong("must be more than 0"),
            Ok(amount) => Field::Given(Self(amount)),
            Err(error) => Field::Wrong(say(error)),
        }
    }
}

impl Readable for Rate {
    fn read(node: Node) -> Field<Self> {
        let Node::Text(text) = node else {
            return Field::wrong("must be a decimal number as a text, such as \"43.125\"");
        };
        match Money::parse_decimal(&text, RATE_DECIMALS_MAX) {
            Ok(rate) if rate < Money::ZERO => Field::wrong(MoneyError::Negative.to_string()),
            Ok(rate) => Field::Given(Self(rate)),
            Err(error) => Field::wrong(error.to_string()),
        }
    }
}

impl Read for Amount {
    fn read(node: Node) -> Option<Self> {
        amount(&node).ok().map(Self)
    }
}

impl Write for Amount {
    fn write(&self, out: &mut String) {
        let cents = self.0.cents_half_up();
        let (units, rest) = (cents.div_euclid(100), cents.rem_euclid(100));
        units.write(out);
        if rest > 0 {
            let decimals = format!(".{rest:02}");
            out.push_str(decimals.trim_end_matches('0'));
        }
    }
}

/// Rates are written as the settings write them: the shortest text with at least two decimals (`"86.25"`).
impl Write for Rate {
    fn write(&self, out: &mut String) {
        write_text(&self.0.to_string(), out);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::read::parse;
    use crate::stored::to_text;

    fn read(json: &str) -> Field<Amount> {
        Field::of(parse(json.as_bytes(), 1_000).expect("JSON"))
    }

    #[track_caller]
    fn check(json: &str, expected: Result<i64, &str>) {
        let expected: Field<Amount> = match expected {
            Ok(mills) => Field::Given(Amount(Money::from_mills(mills))),
            Err(message) => Field::wrong(message.to_owned()),
        };
        assert_eq!(read(json), expected, "{json}");
    }

    #[test]
    fn amounts_have_at_most_two_decimals() {
        check("690", Ok(690_000));
        check("690.0", Ok(690_000));
        check("690.00", Ok(690_000));
        check("258.75", Ok(258_750));
        check("0.1", Ok(100));
        check("6.9e2", Ok(690_000));
        check("1e-2", Ok(10));
        check("-0", Ok(0));
        check("1000000000", Ok(1_000_000_000_000));
        check("999999999.99", Ok(999_999_999_990));
        check("43.125", Err("must have at most 2 decimals"));
        check("0.30000000000000004", Err("must have at most 2 decimals"));
        check("1e-9", Err("must have at most 2 decimals"));
        check("-1", Err("must not be negative"));
        check("-0.01", Err("must not be negative"));
        check("1000000000.01", Err("is too large"));
        check("1000000001", Err("is too large"));
        check("9223372036854775807", Err("is too large"));
        check("123456789012345678901234567890", Err("is too large"));
        check("1e300", Err("is too large"));
        for bad in ["\"690.00\"", "true", "[690]", "{}"] {
            check(bad, Err("must be a number such as 690 or 86.25"));
        }
        assert_eq!(PositiveAmount::read(Node::Fraction(0.0)), Field::wrong("must be more than 0"));
        assert_eq!(
            <Amount as Readable>::read(Node::Fraction(f64::NAN)),
            Field::wrong("must be a number such as 690 or 86.25")
        );
    }

    #[test]
    fn rates_are_texts_of_three_decimals() {
        let read = |json: &str| Field::<Rate>::of(parse(json.as_bytes(), 1_000).expect("JSON"));
        assert_eq!(read("\"43.125\""), Field::Given(Rate(Money::from_mills(43_125))));
        assert_eq!(read("\"0\""), Field::Given(Rate(Money::ZERO)));
        assert_eq!(read("\"-1\""), Field::wrong("must not be negative"));
        assert_eq!(read("\"43.1255\""), Field::wrong("must have at most 3 decimals"));
        assert_eq!(read("\"\""), Field::wrong("must be a decimal number such as 86.25"));
        assert_eq!(read("86.25"), Field::wrong("must be a decimal number as a text, such as \"43.125\""));
    }

    proptest! {
        #[test]
        fn amounts_come_back_as_they_were_written(cents in 0_i64..=100_000_000_000) {
            let amount = Amount(Money::from_cents(cents).expect("in range"));
            let json = to_text(&amount);
            prop_assert_eq!(read(&json), Field::Given(amount));
            // And it is the text that people would write.
            prop_assert_eq!(Money::parse_decimal(&json, 2).map(Amount), Ok(amount));
        }

        #[test]
        fn a_float_is_taken_exactly_where_its_shortest_text_is(number in 0.0_f64..2e9) {
            let by_text = Money::parse_decimal(&number.to_string(), 2);
            prop_assert_eq!(amount_of_float(number).ok(), by_text.ok());
        }

        #[test]
        fn three_decimals_are_refused_like_their_texts(mills in 0_i64..1_000_000_000_000) {
            let text = Money::from_mills(mills).to_string();
            let number: f64 = text.parse().expect("a number");
            prop_assert_eq!(amount_of_float(number).ok(), Money::parse_decimal(&text, 2).ok());
        }
    }
}
