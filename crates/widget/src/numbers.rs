//! Values in lists of numbers.

use chrono::{Datelike, NaiveDate, Weekday};
use posada_core::ids::{PackageId, RoomTypeId};
use posada_core::money::Money;
use posada_core::party::Occupancy;
use posada_core::property::Limits;
use posada_core::tariff::{Match, Rates, TariffRow, Weekdays};

/// A room type.
#[derive(Debug)]
pub(crate) struct RoomType {
    /// Its place, as an id.
    pub(crate) id: RoomTypeId,
    pub(crate) limits: Limits,
    /// The packages that it is sold in, as bits.
    packages: i64,
}

impl RoomType {
    pub(crate) fn is_sold_in(&self, package: u16) -> bool {
        self.packages.checked_shr(package.into()).unwrap_or(0) & 1 == 1
    }
}

/// The place of a type or package as an id of it: what they are called does not matter here.
pub(crate) fn id<T: TryFrom<String>>(place: u16) -> Option<T> {
    // One letter that every id may be of: the places are few.
    char::from_u32(u32::from(place).saturating_add(0x100)).and_then(|letter| T::try_from(letter.into()).ok())
}

/// Numbers that are read one after the other.
pub(crate) struct Numbers<'a>(std::slice::Iter<'a, f64>, u16);

impl<'a> Numbers<'a> {
    pub(crate) fn new(numbers: &'a [f64]) -> Self {
        Self(numbers.iter(), 0)
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.0.len() == 0
    }

    /// Everything that is left.
    pub(crate) fn all<T>(&mut self, read: fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut all = Vec::new();
        while !self.is_at_end() {
            all.push(read(self)?);
            self.1 = self.1.saturating_add(1);
        }
        Some(all)
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole numbers below 2^53; a cast out of range saturates"
    )]
    fn whole(&mut self) -> Option<i64> {
        self.0.next().map(|number| *number as i64)
    }

    /// A number that is not negative.
    pub(crate) fn count(&mut self) -> Option<u16> {
        u16::try_from(self.whole()?).ok()
    }

    pub(crate) fn day(&mut self) -> Option<NaiveDate> {
        NaiveDate::from_num_days_from_ce_opt(i32::try_from(self.whole()?).ok()?)
    }

    pub(crate) fn room_type(&mut self) -> Option<RoomType> {
        Some(RoomType {
            id: id(self.1)?,
            limits: Limits {
                max_adults: self.count()?,
                max_children: self.count()?,
                max_guests: self.count()?,
                max_extra_beds: self.count()?,
            },
            packages: self.whole()?,
        })
    }

    fn selected<T: TryFrom<String>>(&mut self) -> Option<Match<T>> {
        match self.whole()? {
            -1 => Some(Match::Any),
            place => id(u16::try_from(place).ok()?).map(Match::Only),
        }
    }

    pub(crate) fn row(&mut self) -> Option<TariffRow> {
        let room_type: Match<RoomTypeId> = self.selected()?;
        let package: Match<PackageId> = self.selected()?;
        let (from, to, bits) = (self.day()?, self.day()?, self.count()?);
        let days = (0..7_u8).filter(|day| bits >> day & 1 == 1).filter_map(|day| Weekday::try_from(day).ok());
        let mut rate = || self.whole().map(Money::from_mills);
        let rates = Rates {
            room: rate()?,
            adult: rate()?,
            children_0_5: rate()?,
            children_6_10: rate()?,
            extra_bed: rate()?,
        };
        Some(TariffRow { room_type, package, from, to, weekdays: Weekdays::of(days), rates })
    }

    pub(crate) fn split_room(&mut self) -> Option<(usize, Occupancy)> {
        let at = self.count()?;
        let (adults, children_0_5, children_6_10) = (self.count()?, self.count()?, self.count()?);
        Some((at.into(), Occupancy { adults, children_6_10, children_0_5 }))
    }
}

/// A count or a place.
#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
pub(crate) fn float(count: usize) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "an amount is below 2^53 cents")]
pub(crate) fn cents(amount: Money) -> f64 {
    amount.cents_half_up() as f64
}

pub(crate) fn put_cents(amount: Money, out: &mut Vec<f64>) {
    out.push(cents(amount));
}

pub(crate) fn put_guests(guests: &Occupancy, beds: u16, out: &mut Vec<f64>) {
    out.extend([guests.adults, guests.children_0_5, guests.children_6_10, beds].map(f64::from));
}

pub(crate) fn put_left_out(types: &[(usize, NaiveDate)], out: &mut Vec<f64>) {
    out.push(float(types.len()));
    for (at, night) in types {
        out.extend([float(*at), f64::from(night.num_days_from_ce())]);
    }
}
