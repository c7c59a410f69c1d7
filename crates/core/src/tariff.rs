//! The tariff: which rates hold for a night.
//!
//! A row matches by season, weekday, room type and package. Of the rows that match a night the most
//! specific wins: exact room type before any, exact package before any, listed weekdays before any, then the
//! shorter season. Two rows that are equal in all of these and can match one night are refused when the
//! tariff is made, so that the answer never depends on the rows' order.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::ids::{PackageId, RoomTypeId};
use crate::money::Money;
use crate::sorted::sort_by;

/// The most rows of one tariff.
pub const TARIFF_ROWS_MAX: usize = 2_000;

/// What a room costs a night: `room + adults*adult + n05*children_0_5 + n610*children_6_10 + beds*extra_bed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Rates {
    /// For the room, whoever sleeps in it.
    pub room: Money,
    /// For each guest of 11 and more.
    pub adult: Money,
    /// For each child of 0 to 5.
    pub children_0_5: Money,
    /// For each child of 6 to 10.
    pub children_6_10: Money,
    /// For each extra bed.
    pub extra_bed: Money,
}

/// One value, or any (`*`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Match<T> {
    /// `*`
    Any,
    /// This one only.
    Only(T),
}

impl<T: PartialEq> Match<T> {
    fn matches(&self, value: &T) -> bool {
        match self {
            Match::Any => true,
            Match::Only(only) => only == value,
        }
    }

    fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Match::Only(a), Match::Only(b)) => a == b,
            (Match::Any, _) | (_, Match::Any) => true,
        }
    }

    fn is_exact(&self) -> bool {
        matches!(self, Match::Only(_))
    }
}

/// Some weekdays, as a set of seven bits with Monday the lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Weekdays(u8);

impl Weekdays {
    /// The set of these days; `None` where it would be empty.
    pub fn of(days: impl IntoIterator<Item = Weekday>) -> Option<Self> {
        let bits = days.into_iter().fold(0_u8, |bits, day| bits | Self::bit(day));
        (bits != 0).then_some(Self(bits))
    }

    fn bit(day: Weekday) -> u8 {
        1_u8.checked_shl(day.num_days_from_monday()).unwrap_or(0)
    }

    /// Whether the set holds the day.
    #[must_use]
    pub fn holds(self, day: Weekday) -> bool {
        self.0 & Self::bit(day) != 0
    }

    /// The days, from Monday.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun]
            .into_iter()
            .filter(move |&day| self.holds(day))
    }
}

/// One row of the tariff.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TariffRow {
    /// The room type that the row is for.
    pub room_type: Match<RoomTypeId>,
    /// The package that the row is for.
    pub package: Match<PackageId>,
    /// The season's first night.
    pub from: NaiveDate,
    /// The season's last night, itself included.
    pub to: NaiveDate,
    /// The nights' weekdays; `None` is any.
    pub weekdays: Option<Weekdays>,
    /// What the row says.
    pub rates: Rates,
}

/// How specific a row is; the greater wins.
type Specificity = (bool, bool, bool, std::cmp::Reverse<i64>);

impl TariffRow {
    fn specificity(&self) -> Specificity {
        let days = self.to.signed_duration_since(self.from).num_days();
        (self.room_type.is_exact(), self.package.is_exact(), self.weekdays.is_some(), std::cmp::Reverse(days))
    }

    fn matches(&self, room_type: &RoomTypeId, package: &PackageId, night: NaiveDate) -> bool {
        self.from <= night
            && night <= self.to
            && self.weekdays.is_none_or(|days| days.holds(night.weekday()))
            && self.room_type.matches(room_type)
            && self.package.matches(package)
    }

    /// Whether some night, type and package is matched by both rows.
    fn meets(&self, other: &Self) -> bool {
        if !self.room_type.overlaps(&other.room_type) || !self.package.overlaps(&other.package) {
            return false;
        }
        let (from, to) = (self.from.max(other.from), self.to.min(other.to));
        // Seven consecutive nights hold every weekday, so more need not be looked at.
        from.iter_days().take(7).take_while(|&night| night <= to).any(|night| {
            [self.weekdays, other.weekdays].iter().flatten().all(|days| days.holds(night.weekday()))
        })
    }
}

/// Why rows are not a tariff.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TariffError {
    /// The row's season ends before it begins.
    #[error("the season ends before it begins")]
    EmptySeason {
        /// The row, from 0.
        row: usize,
    },
    /// A rate below zero.
    #[error("{field} must not be negative")]
    NegativeRate {
        /// The row, from 0.
        row: usize,
        /// The rate's name.
        field: &'static str,
    },
    /// Two equally specific rows match one night.
    #[error("is as specific as row {other} and matches some of the same nights")]
    Ambiguous {
        /// The later row, from 0.
        row: usize,
        /// The earlier row, from 0.
        other: usize,
    },
    /// More than [`TARIFF_ROWS_MAX`] rows.
    #[error("a tariff has at most {TARIFF_ROWS_MAX} rows")]
    TooManyRows,
}

/// Rows that answer every question in one way.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Tariff {
    /// From the most specific on, so that the first match is the answer.
    rows: Vec<TariffRow>,
}

impl Tariff {
    /// The tariff of these rows.
    ///
    /// # Errors
    /// Every fault found, so that they can be mended at once.
    pub fn new(mut rows: Vec<TariffRow>) -> Result<Self, Vec<TariffError>> {
        if rows.len() > TARIFF_ROWS_MAX {
            return Err(vec![TariffError::TooManyRows]);
        }
        let mut faults = Vec::new();
        for (row, it) in rows.iter().enumerate() {
            if it.to < it.from {
                faults.push(TariffError::EmptySeason { row });
            }
            let Rates { room, adult, children_0_5, children_6_10, extra_bed } = it.rates;
            for (field, rate) in [
                ("room", room),
                ("adult", adult),
                ("children_0_5", children_0_5),
                ("children_6_10", children_6_10),
                ("extra_bed", extra_bed),
            ] {
                if rate < Money::ZERO {
                    faults.push(TariffError::NegativeRate { row, field });
                }
            }
            for (other, earlier) in rows.iter().enumerate().take(row) {
                if earlier.specificity() == it.specificity() && earlier.meets(it) {
                    faults.push(TariffError::Ambiguous { row, other });
                }
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        sort_by(&mut rows, |a, b| b.specificity().cmp(&a.specificity()));
        Ok(Self { rows })
    }

    /// The tariff of rows that [`Tariff::new`] accepted somewhere else, in the order of [`Tariff::rows`].
    #[must_use]
    pub fn known(rows: Vec<TariffRow>) -> Self {
        Self { rows }
    }

    /// The rates of one night, or `None` where no row matches it: never a default.
    #[must_use]
    pub fn rates(&self, room_type: &RoomTypeId, package: &PackageId, night: NaiveDate) -> Option<&Rates> {
        self.rows.iter().find(|row| row.matches(room_type, package, night)).map(|row| &row.rates)
    }

    /// The rows, from the most specific on.
    #[must_use]
    pub fn rows(&self) -> &[TariffRow] {
        &self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("the tests write dates right")
    }

    /// `type package from to weekdays adult-rate`, weekdays as `*` or `fri,sat`.
    fn row(text: &str) -> TariffRow {
        let words: Vec<&str> = text.split(' ').collect();
        let exact = |w: &str| (w != "*").then(|| w.to_owned());
        TariffRow {
            room_type: exact(words[0])
                .map_or(Match::Any, |w| Match::Only(RoomTypeId::parse(&w).expect("an id"))),
            package: exact(words[1])
                .map_or(Match::Any, |w| Match::Only(PackageId::parse(&w).expect("an id"))),
            from: date(words[2]),
            to: date(words[3]),
            weekdays: exact(words[4])
                .and_then(|w| Weekdays::of(w.split(',').map(|d| d.parse().expect("a weekday")))),
            rates: Rates { adult: Money::parse_decimal(words[5], 3).expect("a rate"), ..Rates::default() },
        }
    }

    #[track_caller]
    fn wins(rows: &[&str], night: &str, expected: Option<&str>) {
        let tariff = Tariff::new(rows.iter().map(|r| row(r)).collect()).expect("a tariff");
        let junior = RoomTypeId::parse("Junior").expect("an id");
        let package = PackageId::parse("Hospedaje").expect("an id");
        let rate = tariff.rates(&junior, &package, date(night)).map(|r| r.adult.to_string());
        assert_eq!(rate.as_deref(), expected);
    }

    #[test]
    fn the_most_specific_row_wins_whatever_the_order() {
        let year = "* * 2025-01-01 2025-12-31 * 1";
        let typed = "Junior * 2025-01-01 2025-12-31 * 2";
        let packaged = "* Hospedaje 2025-01-01 2025-12-31 * 3";
        let weekend = "* * 2025-01-01 2025-12-31 fri,sat 4";
        let august = "* * 2025-08-01 2025-08-31 * 5";
        // 2025-08-23 is a Saturday.
        wins(&[year, august], "2025-08-23", Some("5.00"));
        wins(&[august, weekend, year], "2025-08-23", Some("4.00"));
        wins(&[august, weekend, packaged], "2025-08-23", Some("3.00"));
        wins(&[packaged, weekend, typed, august], "2025-08-23", Some("2.00"));
        wins(&[year, weekend], "2025-08-24", Some("1.00"));
        wins(&[year], "2026-01-01", None);
        wins(&["Familiar * 2025-01-01 2025-12-31 * 1"], "2025-08-23", None);
        wins(&[year], "2025-12-31", Some("1.00"));
    }

    #[test]
    fn ambiguous_and_senseless_rows_are_all_named() {
        let faults = |rows: &[&str]| Tariff::new(rows.iter().map(|r| row(r)).collect()).map(|_| ());
        let whole = "* * 2025-01-01 2025-12-31 * 1";
        assert_eq!(faults(&[whole, whole]), Err(vec![TariffError::Ambiguous { row: 1, other: 0 }]));
        // Same length and overlapping.
        assert_eq!(
            faults(&["* * 2025-01-01 2025-01-10 * 1", "* * 2025-01-10 2025-01-19 * 1"]),
            Err(vec![TariffError::Ambiguous { row: 1, other: 0 }])
        );
        // Listed weekdays that never meet are no conflict, whatever the number of days listed.
        assert_eq!(
            faults(&["* * 2025-01-01 2025-12-31 fri,sat 1", "* * 2025-01-01 2025-12-31 sun 1"]),
            Ok(())
        );
        // Both list Tuesdays, but the one night that both seasons hold is Wednesday 8 January.
        assert_eq!(faults(&["* * 2025-01-01 2025-01-08 tue 1", "* * 2025-01-08 2025-01-15 tue 1"]), Ok(()));
        assert_eq!(
            faults(&["* * 2025-01-01 2025-01-08 tue,wed 1", "* * 2025-01-08 2025-01-15 wed 1"]),
            Err(vec![TariffError::Ambiguous { row: 1, other: 0 }])
        );
        assert_eq!(
            faults(&["* * 2025-02-01 2025-01-01 * -1"]),
            Err(vec![
                TariffError::EmptySeason { row: 0 },
                TariffError::NegativeRate { row: 0, field: "adult" }
            ])
        );
    }
}
