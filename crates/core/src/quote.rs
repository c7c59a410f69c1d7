//! Quotes: a price that is kept for a while, for exactly these rooms.

use crate::booking::request::RequestedRoom;
use crate::ids::{Millis, PackageId};
use crate::money::Money;
use crate::price::{PriceError, RoomPrice, price_room};
use crate::problem::Problem;
use crate::property::Property;
use crate::stay::Stay;

/// A room and its exact price for the stay.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct QuotedRoom {
    /// The room asked for.
    pub room: RequestedRoom,
    /// Its exact price, in thousandths.
    pub exact: Money,
}

impl QuotedRoom {
    /// The room's price in whole cents.
    #[must_use]
    pub fn amount(&self) -> Money {
        self.exact.round_half_up_to_cents()
    }
}

/// What a signed quote says. It holds a price, not a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// When.
    pub stay: Stay,
    /// The package.
    pub package: PackageId,
    /// The rooms; their order means nothing.
    pub rooms: Vec<QuotedRoom>,
    /// The version of the tariff that priced it, for people who look into a complaint.
    pub tariff_version: u64,
    /// When the price is no longer kept.
    pub expires_at: Millis,
}

/// What rooms cost, or why that cannot be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PricingError {
    /// The request is at fault.
    Problem(Problem),
    /// The quote has expired and the price is another: a new quote is to be signed from `rooms`.
    PriceChanged {
        /// What was quoted, in cents.
        quoted: Money,
        /// Today's price, in cents.
        current: Money,
        /// The rooms at today's price.
        rooms: Vec<QuotedRoom>,
    },
}

impl From<Problem> for PricingError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// The sum of the rooms' prices, each rounded to cents by itself.
#[must_use]
pub fn total(rooms: &[QuotedRoom]) -> Money {
    rooms.iter().map(QuotedRoom::amount).sum::<Option<Money>>().unwrap_or(Money::MAX)
}

/// Prices one room by today's tariff.
///
/// # Errors
/// [`Problem::RateMissing`] with the first night without a rate.
pub fn price_now(
    property: &Property,
    stay: &Stay,
    package: &PackageId,
    room: &RequestedRoom,
) -> Result<RoomPrice, Problem> {
    price_room(&property.tariff, &room.room_type, package, stay, &room.guests, room.extra_beds).map_err(
        |error| match error {
            PriceError::RateMissing { night } => {
                Problem::RateMissing { room_type: room.room_type.clone(), night }
            }
            PriceError::TooLarge => Problem::field("check_out_date", "makes the price too large"),
        },
    )
}

/// Prices the rooms of a booking, in their order: by the quote while it lives, else by today's tariff.
///
/// # Errors
/// - [`Problem::QuoteMismatch`] where the quote is for another stay, package or multiset of rooms;
/// - [`PricingError::PriceChanged`] where it has expired and today's total is another;
/// - [`Problem::RateMissing`] where today's tariff is needed and has a gap.
pub fn price_rooms(
    property: &Property,
    stay: &Stay,
    package: &PackageId,
    rooms: &[RequestedRoom],
    quote: Option<&Quote>,
    now: Millis,
) -> Result<Vec<QuotedRoom>, PricingError> {
    let quoted = match quote {
        None => None,
        Some(quote) => {
            let rooms = match_rooms(quote, stay, package, rooms)
                .map_err(|detail| Problem::QuoteMismatch { detail: detail.to_owned() })?;
            Some((rooms, quote.expires_at))
        }
    };
    if let Some((rooms, expires_at)) = &quoted
        && now < *expires_at
    {
        return Ok(rooms.clone());
    }
    let current: Vec<QuotedRoom> = rooms
        .iter()
        .map(|room| {
            let exact = price_now(property, stay, package, room)?.exact;
            Ok(QuotedRoom { room: room.clone(), exact })
        })
        .collect::<Result<_, Problem>>()?;
    match quoted {
        Some((rooms, _)) if total(&rooms) != total(&current) => Err(PricingError::PriceChanged {
            quoted: total(&rooms),
            current: total(&current),
            rooms: current,
        }),
        _ => Ok(current),
    }
}

/// The quote's rooms in the order of `rooms`, where they are the same multiset.
fn match_rooms(
    quote: &Quote,
    stay: &Stay,
    package: &PackageId,
    rooms: &[RequestedRoom],
) -> Result<Vec<QuotedRoom>, &'static str> {
    if quote.stay != *stay {
        return Err("it is for other dates");
    }
    if quote.package != *package {
        return Err("it is for another package");
    }
    let mut left = quote.rooms.clone();
    let mut matched = Vec::with_capacity(rooms.len());
    for room in rooms {
        let at =
            left.iter().position(|quoted| quoted.room == *room).ok_or("it is for other rooms or guests")?;
        matched.push(left.remove(at));
    }
    if left.is_empty() { Ok(matched) } else { Err("it is for more rooms") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;
    use crate::party::Occupancy;

    fn stay() -> Stay {
        let date = |text: &str| text.parse().expect("a date");
        Stay::new(date("2025-08-23"), date("2025-08-24")).expect("a stay")
    }

    fn room(adults: u16) -> RequestedRoom {
        RequestedRoom {
            room_type: fixtures::demo().room_types[0].id.clone(),
            guests: Occupancy { adults, ..Occupancy::default() },
            extra_beds: 0,
        }
    }

    fn quote(rooms: &[(u16, i64)]) -> Quote {
        Quote {
            stay: stay(),
            package: fixtures::demo().packages[0].clone(),
            rooms: rooms
                .iter()
                .map(|&(adults, mills)| QuotedRoom { room: room(adults), exact: Money::from_mills(mills) })
                .collect(),
            tariff_version: 1,
            expires_at: Millis(1_000),
        }
    }

    fn price(rooms: &[u16], quote: &Quote, now: i64) -> Result<Vec<i64>, PricingError> {
        let hotel = fixtures::demo();
        let rooms: Vec<RequestedRoom> = rooms.iter().map(|&adults| room(adults)).collect();
        price_rooms(&hotel, &stay(), &hotel.packages[0], &rooms, Some(quote), Millis(now))
            .map(|rooms| rooms.iter().map(|r| r.exact.mills()).collect())
    }

    #[test]
    fn a_living_quote_keeps_its_price_in_whatever_order() {
        let quote = quote(&[(3, 100_000), (3, 100_000), (2, 70_000)]);
        assert_eq!(price(&[3, 2, 3], &quote, 999), Ok(vec![100_000, 70_000, 100_000]));
    }

    #[test]
    fn an_expired_quote_goes_on_at_the_same_total_only() {
        let same = quote(&[(3, 258_750), (2, 172_500)]);
        assert_eq!(price(&[3, 2], &same, 1_000), Ok(vec![258_750, 172_500]));
        let other = quote(&[(3, 250_000), (2, 172_500)]);
        let Err(PricingError::PriceChanged { quoted, current, rooms }) = price(&[3, 2], &other, 1_000) else {
            panic!("the price is another")
        };
        assert_eq!((quoted.mills(), current.mills(), rooms.len()), (422_500, 431_250, 2));
    }

    #[test]
    fn other_rooms_are_a_mismatch() {
        let quote = quote(&[(3, 1), (3, 1), (2, 1)]);
        for rooms in [&[3, 3][..], &[3, 3, 3], &[3, 2, 2], &[3, 3, 2, 1]] {
            assert!(
                matches!(price(rooms, &quote, 0), Err(PricingError::Problem(Problem::QuoteMismatch { .. }))),
                "{rooms:?}"
            );
        }
    }

    #[test]
    fn the_seeds_two_prices_each_hold_under_their_own_tariff() {
        let rooms = [room(3), room(3), room(2)];
        let hotel = fixtures::demo();
        let priced =
            price_rooms(&hotel, &stay(), &hotel.packages[0], &rooms, None, Millis(0)).expect("prices");
        assert_eq!(total(&priced).to_string(), "690.00");
        let hotel = fixtures::priced_per_room();
        let priced =
            price_rooms(&hotel, &stay(), &hotel.packages[0], &rooms, None, Millis(0)).expect("prices");
        assert_eq!(total(&priced).to_string(), "258.75");
    }
}
