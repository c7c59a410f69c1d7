//! Quotes in the guest's browser, by the core that the Worker quotes by: the same tariff, the same search, the same
//! cents.
//!
//! What goes in and comes out are lists of numbers. JSON and named faults would be more than half of what a guest
//! downloads; `www/booking/later/quotes.js` makes these lists of the API's answers, and of these lists what `POST /v1/quotes`
//! answers. `tests/vectors/quotes.json` holds both to the same bytes.

mod numbers;
#[cfg(all(test, target_arch = "wasm32"))]
mod tests;

use chrono::NaiveDate;
use posada_core::distribute::{Distribution, Objective, Question, Room, TypeOffer, arrange};
use posada_core::ids::PackageId;
use posada_core::money::Money;
use posada_core::party::{Occupancy, Party};
use posada_core::price::{PriceError, RoomPrice, StayRates, price_room};
use posada_core::stay::Stay;
use posada_core::tariff::Tariff;
use wasm_bindgen::prelude::*;

use numbers::{Numbers, RoomType, id, put_cents, put_guests};

/// What the first number of an answer says: nothing is possible, or only what is no request can be.
const IMPOSSIBLE: f64 = 0.0;
/// A quote follows.
const QUOTE: f64 = 1.0;
/// The rooms of the split follow, each by itself: together they are no quote.
const SPLIT: f64 = 2.0;

/// A hotel as its guests may know it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Hotel {
    types: Vec<RoomType>,
    tariff: Tariff,
}

#[wasm_bindgen]
impl Hotel {
    /// The hotel of `GET /v1/property`.
    ///
    /// `types` has for each room type `max_adults`, `max_children`, `max_guests`, `max_extra_beds`, and the packages
    /// that it is sold in as bits, the first of the hotel's packages the lowest.
    ///
    /// `rows` has for each row of the tariff, in the answer's order: the type's place (-1 for any), the package's place
    /// (-1 for any), first and last night, the weekdays as bits from Monday (0 for any), and in thousandths `room`,
    /// `adult`, `children_0_5`, `children_6_10`, `extra_bed`. A day is counted from 1 January of year 1, which is 1.
    ///
    /// Nothing where the lists are something else.
    #[wasm_bindgen]
    #[must_use]
    pub fn of(types: &[f64], rows: &[f64]) -> Option<Self> {
        let types = Numbers::new(types).all(Numbers::room_type)?;
        let tariff = Tariff::known(Numbers::new(rows).all(Numbers::row)?);
        Some(Self { types, tariff })
    }

    /// A quote for `ask`: check-in, check-out, the package's place, the objective's place (even, cheapest, fewest rooms),
    /// the number of rooms (0 leaves it open), `adults`, the number of children and their ages; then for each type the
    /// rooms free (-1 where it is not asked for) and the number wanted (-1 leaves it open); then, for a split, for each
    /// room the type's place, `adults`, `children_0_5`, `children_6_10`.
    ///
    /// The answer begins with what it is:
    /// - 0: impossible.
    /// - 1: a quote. Whether it is optimal; the number of types left out, each with its place and the night without a
    ///   rate; the number of placements, the proposed one first, each with its objective, its total in cents, its number
    ///   of rooms, and for each room the type, `adults`, `children_0_5`, `children_6_10`, extra beds, its amount in cents
    ///   and that of each night.
    /// - 2: a split that cannot be booked. For each room what is wrong (0 nothing, 1 too many guests, 2 no adult, 3
    ///   nobody), extra beds, and where nothing is wrong with it its amount in cents.
    #[must_use]
    pub fn quote(&self, ask: &[f64]) -> Vec<f64> {
        self.answer(Numbers::new(ask)).unwrap_or_else(|| vec![IMPOSSIBLE])
    }
}

/// What is asked for, but for the rooms.
struct Ask {
    stay: Stay,
    package: PackageId,
    party: Party,
}

impl Hotel {
    fn answer(&self, mut ask: Numbers<'_>) -> Option<Vec<f64>> {
        let stay = Stay::new(ask.day()?, ask.day()?).ok()?;
        let package = ask.count()?;
        let objective = *Objective::ALL.get(usize::from(ask.count()?))?;
        let rooms = Some(ask.count()?).filter(|rooms| *rooms > 0);
        let adults = ask.count()?;
        let mut ages = Vec::new();
        for _ in 0..ask.count()? {
            ages.push(u8::try_from(ask.count()?).ok()?);
        }
        let asked = Ask { stay, package: id(package)?, party: Party::aged(adults, &ages).ok()? };
        let mut offers = Vec::new();
        let mut left_out = Vec::new();
        // The types that are offered, by their places in the offers.
        let mut offered = Vec::new();
        for (at, room_type) in self.types.iter().enumerate() {
            let (free, exactly) = (ask.count(), ask.count());
            let Some(free) = free.filter(|_| room_type.is_sold_in(package)) else { continue };
            match StayRates::of(&self.tariff, &room_type.id, &asked.package, &stay) {
                Ok(rates) => {
                    offered.push(at);
                    offers.push(TypeOffer { limits: room_type.limits, rates, free, exactly });
                }
                Err(PriceError::RateMissing { night }) => left_out.push((at, night)),
                Err(PriceError::TooLarge) => return None,
            }
        }
        let question = Question { party: asked.party, offers: &offers, rooms };
        let split = if ask.is_at_end() { None } else { Some(ask.all(Numbers::split_room)?) };
        let given = match &split {
            None => None,
            Some(split) => match check(&question, &offered, split) {
                Some(given) => Some(given),
                None => return self.each_room(&asked, split),
            },
        };
        let arrangement = arrange(&question, objective, given)?;
        self.quote_of(&asked, objective, &arrangement, &offered, &left_out)
    }

    fn quote_of(
        &self,
        asked: &Ask,
        objective: Objective,
        arrangement: &posada_core::distribute::Arrangement,
        offered: &[usize],
        left_out: &[(usize, NaiveDate)],
    ) -> Option<Vec<f64>> {
        let mut out = vec![QUOTE, f64::from(u8::from(arrangement.is_optimal))];
        numbers::put_left_out(left_out, &mut out);
        out.push(numbers::float(arrangement.alternatives.len().saturating_add(1)));
        self.put(asked, objective, &arrangement.chosen, offered, &mut out)?;
        for (objective, distribution) in &arrangement.alternatives {
            self.put(asked, *objective, distribution, offered, &mut out)?;
        }
        Some(out)
    }

    /// Writes a placement.
    fn put(
        &self,
        asked: &Ask,
        objective: Objective,
        distribution: &Distribution,
        offered: &[usize],
        out: &mut Vec<f64>,
    ) -> Option<()> {
        out.push(f64::from(objective as u8));
        let total_at = out.len();
        out.push(0.0);
        out.push(numbers::float(distribution.rooms.len()));
        let mut total = Money::ZERO;
        for Room { offer, guests, extra_beds, .. } in &distribution.rooms {
            let at = *offered.get(*offer)?;
            let price = self.price(asked, at, guests, *extra_beds)?;
            total = total.checked_add(price.amount())?;
            out.push(numbers::float(at));
            put_guests(guests, *extra_beds, out);
            put_cents(price.amount(), out);
            price.nights.iter().for_each(|night| put_cents(night.amount, out));
        }
        let slot = out.get_mut(total_at)?;
        *slot = numbers::cents(total);
        Some(())
    }

    fn price(&self, asked: &Ask, at: usize, guests: &Occupancy, beds: u16) -> Option<RoomPrice> {
        price_room(&self.tariff, &self.types.get(at)?.id, &asked.package, &asked.stay, guests, beds).ok()
    }

    /// The rooms of a split that cannot be booked.
    fn each_room(&self, asked: &Ask, split: &[(usize, Occupancy)]) -> Option<Vec<f64>> {
        let mut out = vec![SPLIT];
        for (at, guests) in split {
            let beds = self.types.get(*at)?.limits.extra_beds(guests);
            let wrong = match beds {
                _ if guests.guests() == 0 => 3.0,
                _ if guests.adults == 0 => 2.0,
                None => 1.0,
                Some(_) => 0.0,
            };
            out.extend([wrong, f64::from(beds.unwrap_or(0))]);
            let price = beds.and_then(|beds| self.price(asked, *at, guests, beds));
            put_cents(price.map_or(Money::ZERO, |price| price.amount()), &mut out);
        }
        Some(out)
    }
}

/// A split as a distribution over the offers; `None` where it breaks a rule. Core says which rules: naming them would be
/// half a kilobyte more of what a guest downloads.
fn check(question: &Question<'_>, offered: &[usize], split: &[(usize, Occupancy)]) -> Option<Distribution> {
    let mut rooms = Vec::new();
    let (mut placed, mut price) = (Occupancy::default(), Money::ZERO);
    for (at, guests) in split {
        let offer = offered.iter().position(|known| known == at)?;
        let it = question.offers.get(offer)?;
        let extra_beds = it.limits.extra_beds(guests).filter(|_| guests.adults > 0)?;
        let own = it.rates.price(guests, extra_beds)?;
        placed = placed.plus(guests);
        price = price.checked_add(own)?;
        rooms.push(Room { offer, guests: *guests, extra_beds, price: own });
        let same = rooms.iter().filter(|room| room.offer == offer).count();
        if same > usize::from(it.free) {
            return None;
        }
    }
    let is_right =
        placed == question.party.occupancy() && rooms.len() <= usize::from(question.party.guardians());
    is_right.then_some(Distribution { rooms, price })
}

/// Small: a quote's lists are few and live for its time only.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());
