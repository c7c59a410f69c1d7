//! What a room costs for a stay: every night by its own date, rounded once.

use chrono::NaiveDate;

use crate::ids::{PackageId, RoomTypeId};
use crate::money::Money;
use crate::party::Occupancy;
use crate::stay::Stay;
use crate::tariff::{Rates, Tariff};

/// A room's rates summed over the nights of a stay: prices are linear, so this is all that comparing needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct StayRates(Rates);

/// A night and what is shown for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NightPrice {
    /// The date on which the night begins.
    pub date: NaiveDate,
    /// Whole cents, such that the nights add up to the room.
    pub amount: Money,
}

/// What one room costs for a stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomPrice {
    /// Night by night.
    pub nights: Vec<NightPrice>,
    /// The exact sum, in thousandths: what prices are compared by.
    pub exact: Money,
}

/// Why a room has no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// No row of the tariff matches the night.
    #[error("there is no rate for the night of {night}")]
    RateMissing {
        /// The first night without a rate.
        night: NaiveDate,
    },
    /// The sum leaves the range of amounts.
    #[error("the price is too large")]
    TooLarge,
}

/// What the rates come to for these guests and beds.
fn linear(rates: &Rates, guests: &Occupancy, extra_beds: u16) -> Option<Money> {
    let Rates { room, adult, children_0_5, children_6_10, extra_bed } = *rates;
    [
        (room, 1),
        (adult, guests.adults),
        (children_0_5, guests.children_0_5),
        (children_6_10, guests.children_6_10),
        (extra_bed, extra_beds),
    ]
    .into_iter()
    .map(|(rate, count)| rate.checked_mul(i64::from(count)))
    .try_fold(Money::ZERO, |sum, part| sum.checked_add(part?))
}

impl StayRates {
    /// The sums of the rates of each night.
    ///
    /// # Errors
    /// [`PriceError::RateMissing`] with the first night that has no rate.
    pub fn of(
        tariff: &Tariff,
        room_type: &RoomTypeId,
        package: &PackageId,
        stay: &Stay,
    ) -> Result<Self, PriceError> {
        let mut sum = Rates::default();
        for night in stay.nights() {
            let rates = tariff.rates(room_type, package, night).ok_or(PriceError::RateMissing { night })?;
            let add = |a: Money, b: Money| a.checked_add(b).ok_or(PriceError::TooLarge);
            sum = Rates {
                room: add(sum.room, rates.room)?,
                adult: add(sum.adult, rates.adult)?,
                children_0_5: add(sum.children_0_5, rates.children_0_5)?,
                children_6_10: add(sum.children_6_10, rates.children_6_10)?,
                extra_bed: add(sum.extra_bed, rates.extra_bed)?,
            };
        }
        Ok(Self(sum))
    }

    /// The rates of a stay whose nights come to these sums.
    #[must_use]
    pub fn summed(rates: Rates) -> Self {
        Self(rates)
    }

    /// The summed rates.
    #[must_use]
    pub fn rates(&self) -> &Rates {
        &self.0
    }

    /// The exact price of the stay for these guests and beds; `None` where it leaves the range.
    #[must_use]
    pub fn price(&self, guests: &Occupancy, extra_beds: u16) -> Option<Money> {
        linear(&self.0, guests, extra_beds)
    }
}

/// Prices one room, night by night. What is shown for night i is round(sum to i) - round(sum to i-1), so that
/// nights add up to their room and rooms to the total.
///
/// # Errors
/// [`PriceError::RateMissing`] with the first night that has no rate.
///
/// ```
/// # use posada_core::{fixtures, party::Occupancy, price::price_room, stay::Stay};
/// let hotel = fixtures::demo();
/// let date = |text: &str| text.parse().expect("a date");
/// let stay = Stay::new(date("2025-08-23"), date("2025-08-24"))?;
/// let guests = Occupancy { adults: 3, children_6_10: 0, children_0_5: 0 };
/// let price = price_room(&hotel.tariff, &hotel.room_types[0].id, &hotel.packages[0], &stay, &guests, 0)?;
/// assert_eq!(price.amount().to_string(), "258.75");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn price_room(
    tariff: &Tariff,
    room_type: &RoomTypeId,
    package: &PackageId,
    stay: &Stay,
    guests: &Occupancy,
    extra_beds: u16,
) -> Result<RoomPrice, PriceError> {
    let mut exact = Money::ZERO;
    let mut nights = Vec::with_capacity(usize::from(stay.night_count()));
    for date in stay.nights() {
        let rates = tariff.rates(room_type, package, date).ok_or(PriceError::RateMissing { night: date })?;
        let night = linear(rates, guests, extra_beds).ok_or(PriceError::TooLarge)?;
        let sum = exact.checked_add(night).ok_or(PriceError::TooLarge)?;
        let amount = sum
            .round_half_up_to_cents()
            .checked_sub(exact.round_half_up_to_cents())
            .ok_or(PriceError::TooLarge)?;
        nights.push(NightPrice { date, amount });
        exact = sum;
    }
    if exact > Money::MAX {
        return Err(PriceError::TooLarge);
    }
    Ok(RoomPrice { nights, exact })
}

impl RoomPrice {
    /// The room's price in whole cents: what is asked for, paid and said.
    #[must_use]
    pub fn amount(&self) -> Money {
        self.exact.round_half_up_to_cents()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tariff::{Match, TariffRow};

    fn id() -> (RoomTypeId, PackageId) {
        (RoomTypeId::parse("Junior").expect("an id"), PackageId::parse("Hospedaje").expect("an id"))
    }

    fn season(from: &str, to: &str, rates: Rates) -> TariffRow {
        TariffRow {
            room_type: Match::Any,
            package: Match::Any,
            from: from.parse().expect("a date"),
            to: to.parse().expect("a date"),
            weekdays: None,
            rates,
        }
    }

    fn adult_rate(mills: i64) -> Rates {
        Rates { adult: Money::from_mills(mills), ..Rates::default() }
    }

    fn stay(check_in: &str, check_out: &str) -> Stay {
        Stay::new(check_in.parse().expect("a date"), check_out.parse().expect("a date")).expect("a stay")
    }

    #[test]
    fn thirty_nights_over_a_change_of_season_are_each_priced_by_their_date() {
        let tariff = Tariff::new(vec![
            season("2025-08-01", "2025-08-31", adult_rate(100_000)),
            season("2025-09-01", "2025-12-31", adult_rate(50_000)),
        ])
        .expect("a tariff");
        let (junior, package) = id();
        let guests = Occupancy { adults: 2, ..Occupancy::default() };
        let price = price_room(&tariff, &junior, &package, &stay("2025-08-17", "2025-09-16"), &guests, 0)
            .expect("a price");
        assert_eq!(price.nights.len(), 30);
        assert_eq!(price.exact, Money::from_mills(15 * 200_000 + 15 * 100_000));
        let missing = price_room(&tariff, &junior, &package, &stay("2025-12-31", "2026-01-02"), &guests, 0);
        let night = "2026-01-01".parse().expect("a date");
        assert_eq!(missing, Err(PriceError::RateMissing { night }));
    }

    #[test]
    fn half_cents_are_rounded_once_and_the_nights_add_up() {
        let tariff =
            Tariff::new(vec![season("2025-01-01", "2025-12-31", adult_rate(43_125))]).expect("a tariff");
        let (junior, package) = id();
        let guests = Occupancy { adults: 1, ..Occupancy::default() };
        let price = price_room(&tariff, &junior, &package, &stay("2025-08-01", "2025-08-04"), &guests, 0)
            .expect("a price");
        let nights: Vec<String> = price.nights.iter().map(|n| n.amount.to_string()).collect();
        assert_eq!(nights, ["43.13", "43.12", "43.13"]);
        assert_eq!(price.amount().to_string(), "129.38", "129.375 rounded half up, not three times 43.13");
    }

    proptest! {
        #[test]
        fn prices_are_additive_over_nights_and_guests(
            mills in proptest::array::uniform5(0_i64..200_000),
            (a, c6, c0, beds) in (0_u16..20, 0_u16..20, 0_u16..20, 0_u16..5),
            split in 1_u64..29,
        ) {
            let [room, adult, children_0_5, children_6_10, extra_bed] = mills.map(Money::from_mills);
            let rates = Rates { room, adult, children_0_5, children_6_10, extra_bed };
            let tariff = Tariff::new(vec![season("2025-01-01", "2025-12-31", rates)]).expect("a tariff");
            let (junior, package) = id();
            let guests = Occupancy { adults: a, children_6_10: c6, children_0_5: c0 };
            let whole = stay("2025-06-01", "2025-07-01");
            let middle = whole.check_in() + chrono::Days::new(split);
            let price = |stay: &Stay| price_room(&tariff, &junior, &package, stay, &guests, beds).expect("a price");
            let first = price(&Stay::new(whole.check_in(), middle).expect("a stay"));
            let second = price(&Stay::new(middle, whole.check_out()).expect("a stay"));
            let all = price(&whole);
            prop_assert_eq!(all.exact.mills(), first.exact.mills() + second.exact.mills());
            let shown: i64 = all.nights.iter().map(|n| n.amount.mills()).sum();
            prop_assert_eq!(shown, all.amount().mills());
            let sums = StayRates::of(&tariff, &junior, &package, &whole).expect("rates");
            prop_assert_eq!(sums.price(&guests, beds), Some(all.exact));
        }
    }
}
