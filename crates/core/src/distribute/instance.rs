//! A question made ready for the search: only the types that matter, and limits in their simplest equal form.

use super::{Question, TypeOffer};
use crate::money::Money;
use crate::property::{Limits, ROOMS_PER_BOOKING_MAX};

/// Guests by band: adults, children 6-10, children 0-5.
pub(super) type Guests = [u16; 3];

/// A room type in the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    /// Its place in the offers.
    pub(super) offer: usize,
    /// Places without extra beds, and extra beds.
    pub(super) places: Places,
    /// The stay's rates of an adult, a child 6-10, a child 0-5; of bands that do not travel, zero.
    pub(super) bands: [i64; 3],
    /// The stay's rate of the room.
    pub(super) room: i64,
    /// The stay's rate of an extra bed.
    pub(super) bed: i64,
    /// The fewest rooms of the type.
    pub(super) least: u16,
    /// The most rooms of the type.
    pub(super) most: u16,
}

/// A room's limits, tightened until each can be reached: `adults` and `children` are at most `guests`, and `guests`
/// is at most their sum. The extra beds of a room are then simply the most of 0 and each excess, which is what
/// makes beds additive over rooms (see `capacity`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) guests: u16,
    pub(super) adults: u16,
    pub(super) children: u16,
    pub(super) beds: u16,
}

impl Places {
    fn of(limits: &Limits, guests: Guests) -> Self {
        let [adults, c610, c05] = guests;
        let children = c610.saturating_add(c05);
        let party = adults.saturating_add(children);
        // Beyond the party's own numbers no limit can bind.
        let max_adults = limits.max_adults.min(adults);
        let max_children = limits.max_children.min(children);
        let all = limits.max_guests.min(max_adults.saturating_add(max_children)).min(party);
        Self {
            guests: all,
            adults: max_adults.min(all),
            children: max_children.min(all),
            beds: limits.max_extra_beds.min(party),
        }
    }

    /// Places that children can have where one at least is an adult's.
    pub(super) fn children_beside_adult(&self) -> u16 {
        self.children.min(self.guests.saturating_sub(1))
    }

    /// The extra beds that `adults` and `children` need in one room: [`Limits::extra_beds_needed`], for guests of
    /// the party.
    pub(super) fn beds_needed(&self, adults: u16, children: u16) -> u16 {
        let over = |count: u16, places: u16| count.saturating_sub(places);
        over(adults.saturating_add(children), self.guests)
            .max(over(adults, self.adults))
            .max(over(children, self.children))
    }
}

/// What the search is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Instance {
    pub(super) guests: Guests,
    /// The types that can have a room, in the order of the offers.
    pub(super) kinds: Vec<Kind>,
    /// The fewest and the most rooms.
    pub(super) rooms: (u16, u16),
}

/// The most rooms of one booking.
pub(super) const ROOMS_MAX: u16 = ROOMS_PER_BOOKING_MAX as u16;

/// The largest rate that an offer may have, so that no sum over a booking leaves its integer: 20 rooms, 60 guests
/// and 60 beds of it stay below 2^48.
const RATE_MAX: Money = Money::MAX;

impl Instance {
    /// The instance of a question; `None` where bounds alone make it impossible.
    pub(super) fn new(question: &Question<'_>) -> Option<Self> {
        let guests = bands(question);
        let wanted = |offer: &TypeOffer| offer.exactly.unwrap_or(0);
        if question.offers.iter().any(|it| wanted(it) > it.free || (wanted(it) > 0 && !is_usable(it))) {
            return None;
        }
        let kinds = Self::kinds_of(question.offers, guests);
        let sum = |count: fn(&Kind) -> u16| kinds.iter().map(count).fold(0_u16, u16::saturating_add);
        let (least, most) = (sum(|kind| kind.least), sum(|kind| kind.most));
        let most = most.min(ROOMS_MAX).min(question.party.guardians());
        let (least, most) = match question.rooms {
            Some(rooms) => (least.max(rooms).max(1), most.min(rooms)),
            None => (least.max(1), most),
        };
        (least <= most).then_some(Self { guests, kinds, rooms: (least, most) })
    }

    /// The types that can have a room, for a party of these guests.
    pub(super) fn kinds_of(offers: &[TypeOffer], guests: Guests) -> Vec<Kind> {
        // Rates of bands that do not travel are left out, so that types that differ in nothing else are equal.
        let rate = |rate: Money, guests: u16| if guests == 0 { 0 } else { rate.mills() };
        let [adults, c610, c05] = guests;
        let kind = |(offer, it): (usize, &TypeOffer)| {
            let rates = it.rates.rates();
            Kind {
                offer,
                places: Places::of(&it.limits, guests),
                bands: [
                    rate(rates.adult, adults),
                    rate(rates.children_6_10, c610),
                    rate(rates.children_0_5, c05),
                ],
                room: rates.room.mills(),
                bed: rates.extra_bed.mills(),
                least: it.exactly.unwrap_or(0),
                most: it.exactly.unwrap_or(it.free),
            }
        };
        offers.iter().enumerate().filter(|(_, it)| is_usable(it)).map(kind).filter(|it| it.most > 0).collect()
    }
}

/// The party by band.
pub(super) fn bands(question: &Question<'_>) -> Guests {
    let occupancy = question.party.occupancy();
    [occupancy.adults, occupancy.children_6_10, occupancy.children_0_5]
}

/// Whether a room of the type can take anyone at all, at a price in range.
pub(super) fn is_usable(offer: &TypeOffer) -> bool {
    let rates = offer.rates.rates();
    let in_range = [rates.room, rates.adult, rates.children_6_10, rates.children_0_5, rates.extra_bed]
        .iter()
        .all(|&rate| Money::ZERO <= rate && rate <= RATE_MAX);
    in_range && offer.limits.max_adults > 0 && offer.limits.max_guests > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::party::Occupancy;

    #[test]
    fn tightened_places_need_the_same_beds_as_the_limits() {
        let party = [5, 3, 2];
        for [max_adults, max_children, max_guests, max_extra_beds] in
            (0..7 * 7 * 7).map(|n| [1 + n % 7, n / 7 % 7, 1 + n / 49, 2])
        {
            let limits = Limits { max_adults, max_children, max_guests, max_extra_beds };
            let places = Places::of(&limits, party);
            for (adults, children) in (0..30).map(|n| (n % 5 + 1, n / 5)) {
                let guests = Occupancy { adults, children_6_10: children, children_0_5: 0 };
                let beds = places.beds_needed(adults, children);
                assert_eq!(beds, limits.extra_beds_needed(&guests), "{limits:?} {guests:?}");
            }
        }
    }
}
