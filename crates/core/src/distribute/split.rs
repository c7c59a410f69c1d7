//! A split that the caller gave: checked, not changed.

use super::instance::ROOMS_MAX;
use super::{Distribution, Room, TypeOffer};
use crate::money::Money;
use crate::party::{GUESTS_MAX, Occupancy};

/// A rule that a given split breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SplitRule {
    /// No room at all.
    NoRoom,
    /// More rooms than a booking may have.
    RoomsOverMax {
        /// Rooms of the split.
        rooms: usize,
        /// Rooms that a booking may have.
        most: u16,
    },
    /// More guests than a booking may have.
    GuestsOverMax {
        /// Guests of the split.
        guests: u32,
        /// Guests that a booking may have.
        most: u16,
    },
    /// The line is of a type that is not on offer.
    UnknownOffer,
    /// Guests without an adult, or nobody.
    NoAdult,
    /// The guests do not fit into a room of the type.
    OverLimits {
        /// Extra beds that they would need.
        beds_needed: u16,
        /// Extra beds that the room takes.
        beds_most: u16,
    },
    /// There are not as many rooms of the type free, or not as many asked for, as the split has.
    TypeNotFree {
        /// Rooms of the type in the split.
        rooms: u16,
        /// Rooms of the type that there may be.
        free: u16,
    },
    /// The price leaves the range of amounts.
    PriceOutOfRange,
}

/// What is wrong, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SplitFault {
    /// The line, from 0; `None` where the split as a whole is at fault.
    pub line: Option<usize>,
    /// The rule that it breaks.
    pub rule: SplitRule,
}

/// Checks a split that the caller gave: each line a room of the type at that place of the offers, with its guests.
/// The answer keeps the caller's order. Every adult of a line is taken to be one who can look after a room.
///
/// # Errors
/// Every rule that it breaks: first those of the whole, then by line. A type that has too few rooms is named at each
/// line beyond them.
///
/// ```
/// # use posada_core::{distribute::*, fixtures, party::Occupancy, price::StayRates};
/// let limits = fixtures::demo().room_types[0].limits;
/// let junior = TypeOffer { limits, rates: StayRates::default(), free: 1, exactly: None };
/// let child = Occupancy { children_6_10: 1, ..Occupancy::default() };
/// let faults = check_split(&[junior], &[(0, child)]).expect_err("a child alone");
/// assert_eq!(faults, [SplitFault { line: Some(0), rule: SplitRule::NoAdult }]);
/// ```
pub fn check_split(
    offers: &[TypeOffer],
    lines: &[(usize, Occupancy)],
) -> Result<Distribution, Vec<SplitFault>> {
    let mut faults = Vec::new();
    let mut fault = |line: Option<usize>, rule: SplitRule| faults.push(SplitFault { line, rule });
    if lines.is_empty() {
        fault(None, SplitRule::NoRoom);
    }
    if lines.len() > usize::from(ROOMS_MAX) {
        fault(None, SplitRule::RoomsOverMax { rooms: lines.len(), most: ROOMS_MAX });
    }
    let guests = lines.iter().fold(0_u32, |sum, (_, guests)| {
        let Occupancy { adults, children_6_10, children_0_5 } = *guests;
        [adults, children_6_10, children_0_5].into_iter().fold(sum, |sum, g| sum.saturating_add(g.into()))
    });
    if guests > u32::from(GUESTS_MAX) {
        fault(None, SplitRule::GuestsOverMax { guests, most: GUESTS_MAX });
    }
    let mut rooms = Vec::with_capacity(lines.len().min(usize::from(ROOMS_MAX)));
    let mut price = Some(Money::ZERO);
    for (line, (offer, guests)) in lines.iter().enumerate() {
        let at = Some(line);
        let Some(it) = offers.get(*offer) else {
            fault(at, SplitRule::UnknownOffer);
            continue;
        };
        if guests.adults == 0 {
            fault(at, SplitRule::NoAdult);
        }
        let free = it.exactly.map_or(it.free, |exactly| exactly.min(it.free));
        let same = lines.iter().filter(|(other, _)| other == offer);
        let before = same.clone().count().min(lines.iter().take(line).filter(|(o, _)| o == offer).count());
        if before >= usize::from(free) {
            let rooms = u16::try_from(same.count()).unwrap_or(u16::MAX);
            fault(at, SplitRule::TypeNotFree { rooms, free });
        }
        let Some(extra_beds) = it.limits.extra_beds(guests) else {
            let beds_needed = it.limits.extra_beds_needed(guests);
            fault(at, SplitRule::OverLimits { beds_needed, beds_most: it.limits.max_extra_beds });
            continue;
        };
        let own = it.rates.price(guests, extra_beds);
        price = price.zip(own).and_then(|(sum, own)| sum.checked_add(own));
        match (price, own) {
            (Some(_), Some(price)) => rooms.push(Room { offer: *offer, guests: *guests, extra_beds, price }),
            _ => fault(at, SplitRule::PriceOutOfRange),
        }
    }
    match price {
        Some(price) if faults.is_empty() => Ok(Distribution { rooms, price }),
        _ => Err(faults),
    }
}
