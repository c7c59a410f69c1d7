//! Money: integer thousandths of the currency unit, checked, rounded once.

use std::fmt;
use std::iter::Sum;

/// Thousandths in a hundredth (a cent).
const MILLS_PER_CENT: i64 = 10;
/// Thousandths in a unit of the currency.
const MILLS_PER_UNIT: i64 = 1_000;

/// An amount in thousandths of the hotel's currency unit, so that half of 86.25 is exact.
///
/// Amounts are bounded by [`Money::MAX`], which leaves room for every sum that a booking can need; the
/// arithmetic is checked all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(i64);

/// Why a text or number is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a plain decimal number.
    #[error("must be a decimal number such as 86.25")]
    NotANumber,
    /// More decimals than the place allows.
    #[error("must have at most {decimals_max} decimals")]
    TooManyDecimals {
        /// How many decimals are allowed here.
        decimals_max: u8,
    },
    /// Beyond [`Money::MAX`].
    #[error("is too large")]
    TooLarge,
    /// Below zero where only amounts of zero and more make sense.
    #[error("must not be negative")]
    Negative,
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount that may enter: a thousand million units. (Two decimals of it fit a float's 53 bits.)
    pub const MAX: Self = Self(1_000_000_000 * MILLS_PER_UNIT);

    /// `mills` thousandths of the unit.
    #[must_use]
    pub const fn from_mills(mills: i64) -> Self {
        Self(mills)
    }

    /// `cents` hundredths of the unit; `None` where that leaves the range.
    #[must_use]
    pub fn from_cents(cents: i64) -> Option<Self> {
        cents.checked_mul(MILLS_PER_CENT).map(Self)
    }

    /// Thousandths of the unit.
    #[must_use]
    pub const fn mills(self) -> i64 {
        self.0
    }

    /// Hundredths of the unit, rounded half up (away from zero below zero never happens: a price is not negative).
    #[must_use]
    pub fn cents_half_up(self) -> i64 {
        self.0.saturating_add(MILLS_PER_CENT / 2).div_euclid(MILLS_PER_CENT)
    }

    /// Hundredths of the unit, rounded up: what must at least be paid.
    #[must_use]
    pub fn cents_up(self) -> i64 {
        self.0.saturating_add(MILLS_PER_CENT - 1).div_euclid(MILLS_PER_CENT)
    }

    /// Hundredths of the unit where it is a whole number of them.
    #[must_use]
    pub fn cents_exact(self) -> Option<i64> {
        (self.0.rem_euclid(MILLS_PER_CENT) == 0).then(|| self.0.div_euclid(MILLS_PER_CENT))
    }

    /// The amount rounded half up to cents: done once, at a room's total for the stay.
    #[must_use]
    pub fn round_half_up_to_cents(self) -> Self {
        Self(self.cents_half_up().saturating_mul(MILLS_PER_CENT))
    }

    /// The sum; `None` where it leaves the range.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference; `None` where it leaves the range.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// `times` the amount; `None` where it leaves the range.
    #[must_use]
    pub fn checked_mul(self, times: i64) -> Option<Self> {
        self.0.checked_mul(times).map(Self)
    }

    /// The difference, or nothing where it would be below zero.
    #[must_use]
    pub fn minus_or_zero(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0).max(0))
    }

    /// Reads a plain decimal text (`690`, `86.25`, `-1.5`) of at most `decimals_max` (0 to 3) decimals.
    ///
    /// # Errors
    /// [`MoneyError`] says what is wrong; more decimals than allowed are refused, not rounded.
    pub fn parse_decimal(text: &str, decimals_max: u8) -> Result<Self, MoneyError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || digits.ends_with('.') {
            return Err(MoneyError::NotANumber);
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > usize::from(decimals_max.min(3)) {
            return Err(MoneyError::TooManyDecimals { decimals_max });
        }
        let whole = whole.trim_start_matches('0');
        if whole.len() > 10 {
            return Err(MoneyError::TooLarge);
        }
        let mut mills: i64 = 0;
        let padding = "000".bytes().skip(fraction.len());
        for digit in whole.bytes().chain(fraction.bytes()).chain(padding) {
            let digit = i64::from(digit.saturating_sub(b'0'));
            mills = mills.checked_mul(10).and_then(|m| m.checked_add(digit)).ok_or(MoneyError::TooLarge)?;
        }
        if mills > Self::MAX.0 {
            return Err(MoneyError::TooLarge);
        }
        Ok(Self(if negative { mills.saturating_neg() } else { mills }))
    }
}

/// The plain decimal, with two decimals and a third only where it is not zero: `690.00`, `43.125`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let mills = self.0.unsigned_abs();
        let (unit, rest) = (mills / 1_000, mills % 1_000);
        if rest.is_multiple_of(10) {
            write!(f, "{sign}{unit}.{:02}", rest / 10)
        } else {
            write!(f, "{sign}{unit}.{rest:03}")
        }
    }
}

/// Sums, `None` where the sum leaves the range.
impl Sum<Money> for Option<Money> {
    fn sum<I: Iterator<Item = Money>>(mut iter: I) -> Self {
        iter.try_fold(Money::ZERO, Money::checked_add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, decimals_max: u8, expected: Result<i64, MoneyError>) {
        assert_eq!(Money::parse_decimal(text, decimals_max).map(Money::mills), expected, "{text}");
    }

    #[test]
    fn decimals_are_read_exactly_or_refused() {
        check("690", 2, Ok(690_000));
        check("690.00", 2, Ok(690_000));
        check("690.000", 2, Ok(690_000));
        check("86.25", 2, Ok(86_250));
        check("43.125", 3, Ok(43_125));
        check("43.125", 2, Err(MoneyError::TooManyDecimals { decimals_max: 2 }));
        check("0", 2, Ok(0));
        check("00012.5", 2, Ok(12_500));
        check("-1.5", 2, Ok(-1_500));
        check("1000000000", 2, Ok(1_000_000_000_000));
        check("1000000000.01", 2, Err(MoneyError::TooLarge));
        check("99999999999", 2, Err(MoneyError::TooLarge));
        for bad in ["", ".", "1.", ".5", "1e3", "1,5", " 1", "+1", "--1", "NaN", "١"] {
            check(bad, 3, Err(MoneyError::NotANumber));
        }
    }

    #[test]
    fn halves_round_up_once() {
        assert_eq!(Money::from_mills(43_125).round_half_up_to_cents(), Money::from_mills(43_130));
        assert_eq!(Money::from_mills(43_124).round_half_up_to_cents(), Money::from_mills(43_120));
        assert_eq!(Money::from_mills(86_250).cents_exact(), Some(8_625));
        assert_eq!(Money::from_mills(43_125).cents_exact(), None);
        assert_eq!(Money::from_mills(43_121).cents_up(), 4_313);
    }

    #[test]
    fn shown_with_two_decimals_or_three() {
        assert_eq!(Money::from_mills(690_000).to_string(), "690.00");
        assert_eq!(Money::from_mills(43_125).to_string(), "43.125");
        assert_eq!(Money::from_mills(-1_005).to_string(), "-1.005");
    }
}
