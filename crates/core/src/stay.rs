//! A stay: a night or more between two dates of the hotel's calendar.

use crate::ids::Millis;
use chrono::{Datelike, Days, NaiveDate, Timelike};

/// The most nights of one stay.
pub const NIGHTS_MAX: u16 = 30;
/// How far ahead a stay may begin, in days: a date beyond it is a typing error more often than a plan.
pub const DAYS_AHEAD_MAX: u64 = 3 * 366;

/// Check-in and check-out dates; check-out is the morning after the last night.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stay {
    check_in: NaiveDate,
    nights: u16,
}

/// Why two dates are not a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StayError {
    /// Check-out on or before check-in.
    #[error("check-out must be after check-in")]
    NoNight,
    /// More than [`NIGHTS_MAX`] nights.
    #[error("a stay has at most {NIGHTS_MAX} nights")]
    TooLong,
    /// Check-in before the hotel's today.
    #[error("check-in must not be in the past")]
    InThePast,
    /// Check-in further ahead than [`DAYS_AHEAD_MAX`].
    #[error("check-in is too far ahead")]
    TooFarAhead,
}

impl Stay {
    /// A stay of at least one and at most [`NIGHTS_MAX`] nights.
    ///
    /// # Errors
    /// [`StayError::NoNight`] or [`StayError::TooLong`].
    pub fn new(check_in: NaiveDate, check_out: NaiveDate) -> Result<Self, StayError> {
        let nights = check_out.signed_duration_since(check_in).num_days();
        if nights < 1 {
            return Err(StayError::NoNight);
        }
        match u16::try_from(nights) {
            Ok(nights) if nights <= NIGHTS_MAX => Ok(Self { check_in, nights }),
            _ => Err(StayError::TooLong),
        }
    }

    /// The same stay, if it can be booked on the hotel's `today`: check-in today is allowed.
    ///
    /// # Errors
    /// [`StayError::InThePast`] or [`StayError::TooFarAhead`].
    pub fn bookable_on(self, today: NaiveDate) -> Result<Self, StayError> {
        if self.check_in < today {
            return Err(StayError::InThePast);
        }
        match today.checked_add_days(Days::new(DAYS_AHEAD_MAX)) {
            Some(last) if self.check_in <= last => Ok(self),
            _ => Err(StayError::TooFarAhead),
        }
    }

    /// The first night's date.
    #[must_use]
    pub fn check_in(&self) -> NaiveDate {
        self.check_in
    }

    /// The date of leaving, the day after the last night.
    #[must_use]
    pub fn check_out(&self) -> NaiveDate {
        self.check_in.checked_add_days(Days::new(u64::from(self.nights))).unwrap_or(NaiveDate::MAX)
    }

    /// How many nights, at least 1.
    #[must_use]
    pub fn night_count(&self) -> u16 {
        self.nights
    }

    /// The dates of the nights, in order; the night of 23 August is the one that begins on it.
    pub fn nights(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        self.check_in.iter_days().take(usize::from(self.nights))
    }
}

/// The hotel's local date at `now`. The offset is fixed: El Salvador is UTC-6 all year.
#[must_use]
pub fn local_date(now: Millis, utc_offset_minutes: i32) -> NaiveDate {
    local_time(now, utc_offset_minutes).date()
}

/// The hotel's local date and time at `now`, at the ends of the calendar where `now` lies beyond it.
#[must_use]
pub fn local_time(now: Millis, utc_offset_minutes: i32) -> chrono::NaiveDateTime {
    let local_ms = now.0.saturating_add(i64::from(utc_offset_minutes).saturating_mul(60_000));
    chrono::DateTime::from_timestamp_millis(local_ms)
        .map_or(chrono::NaiveDateTime::MAX, |instant| instant.naive_utc())
}

/// A date as `2025-08-23`.
#[must_use]
pub fn date_text(date: NaiveDate) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// The hotel's local date and time at `now`, as payment tables spell it: `2025-08-23 18:05:00`.
#[must_use]
pub fn local_time_text(now: Millis, utc_offset_minutes: i32) -> String {
    let local = local_time(now, utc_offset_minutes);
    let time = local.time();
    format!("{} {:02}:{:02}:{:02}", date_text(local.date()), time.hour(), time.minute(), time.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("the tests write dates right")
    }

    #[test]
    fn nights_are_the_days_before_check_out() {
        let stay = Stay::new(date("2025-12-30"), date("2026-01-02")).expect("three nights");
        let nights: Vec<String> = stay.nights().map(|n| n.to_string()).collect();
        assert_eq!(nights, ["2025-12-30", "2025-12-31", "2026-01-01"]);
        assert_eq!(stay.check_out(), date("2026-01-02"));
    }

    #[test]
    fn impossible_stays_are_refused() {
        let d = date("2025-08-23");
        assert_eq!(Stay::new(d, d), Err(StayError::NoNight));
        assert_eq!(Stay::new(d, date("2025-08-22")), Err(StayError::NoNight));
        assert_eq!(Stay::new(d, date("2025-09-23")), Err(StayError::TooLong));
        assert_eq!(Stay::new(d, date("2025-09-22")).map(|s| s.night_count()), Ok(30));
        let stay = Stay::new(d, date("2025-08-24")).expect("one night");
        assert_eq!(stay.bookable_on(date("2025-08-23")), Ok(stay));
        assert_eq!(stay.bookable_on(date("2025-08-24")), Err(StayError::InThePast));
        assert_eq!(stay.bookable_on(date("2020-08-24")), Err(StayError::TooFarAhead));
        assert_eq!(Stay::new(NaiveDate::MIN, NaiveDate::MAX), Err(StayError::TooLong));
    }

    #[test]
    fn the_hotels_day_begins_six_hours_after_utc() {
        // 2025-08-24T05:59:59Z is still the 23rd in El Salvador.
        assert_eq!(local_date(Millis(1_756_015_199_000), -360), date("2025-08-23"));
        assert_eq!(local_date(Millis(1_756_015_200_000), -360), date("2025-08-24"));
        assert_eq!(local_date(Millis(i64::MAX), 840), NaiveDate::MAX);
        assert_eq!(local_time_text(Millis(1_756_015_199_000), -360), "2025-08-23 23:59:59");
    }
}
