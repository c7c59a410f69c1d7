//! Who sleeps where: the best choice of rooms, and of guests for each, proved to be the best.
//!
//! Guests of one band are interchangeable and so are the rooms of one type, so a distribution is a number of
//! rooms of each type and the guests of each room. Its rules are constraints of the search, never checks after it:
//! a room's limits with its extra beds, at least one adult in every room, everyone placed, at most
//! [`ROOMS_PER_BOOKING_MAX`](crate::property::ROOMS_PER_BOOKING_MAX) rooms, and no more rooms than guests who can
//! look after one ([`Party::guardians`]).
//!
//! That last bound is all that a guest of 11 to 17 sent as a child needs: such a guest counts in the band of the
//! adults but may not stand in for the adult of a room. Guests of one band are interchangeable, so where every
//! room has someone of that band and there are no more rooms than guardians, swapping guests of the band puts one
//! guardian into each room; and where there are more rooms than guardians, some room has none.
//!
//! Equal questions have equal answers. Of the distributions with the best key ([`Objective`]) the one wins whose
//! rooms are of the earlier types in the order of the offers (more rooms of the first type, then of the second, and
//! so on), and of those the one whose rooms, in the canonical order of a [`Distribution`], have the greater
//! (adults, children 6-10, children 0-5), compared room by room.

mod bound;
mod capacity;
mod counts;
mod cuts;
mod fixed;
mod impossible;
mod instance;
mod keys;
mod objective;
mod plain;
mod solver;
mod split;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

pub use impossible::{Impossible, Nearest, Rule};
pub use objective::Objective;
pub use split::{SplitFault, SplitRule, check_split};

use crate::money::Money;
use crate::party::{Occupancy, Party};
use crate::price::StayRates;
use crate::property::Limits;
use crate::sorted::sort_by;
use instance::Instance;

/// A room type as a stay finds it: who fits, what it costs and how many rooms there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeOffer {
    /// Who fits in a room. A type without a place for an adult (which the settings refuse) takes nobody.
    pub limits: Limits,
    /// What a room costs for the stay; not negative, and no rate beyond [`Money::MAX`].
    pub rates: StayRates,
    /// Rooms free for the whole stay.
    pub free: u16,
    /// The number of rooms of the type that the caller asked for; `None` leaves it to the search. With types and
    /// counts given, a type that was not named has `Some(0)` or is left out of the offers.
    pub exactly: Option<u16>,
}

/// What is asked: these guests, over these rooms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question<'a> {
    /// Who travels.
    pub party: Party,
    /// What is free, in the order of the settings: it breaks the last tie.
    pub offers: &'a [TypeOffer],
    /// The number of rooms, where the caller fixed it.
    pub rooms: Option<u16>,
}

/// One room of a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Room {
    /// The room's type, as its place in the offers.
    pub offer: usize,
    /// Who sleeps in it.
    pub guests: Occupancy,
    /// Extra beds: exactly what these guests need ([`Limits::extra_beds`]).
    pub extra_beds: u16,
    /// The exact price of the stay, in thousandths; not rounded.
    pub price: Money,
}

/// Rooms that hold a party. Those that the solver makes are in canonical order: types in the order of the offers,
/// then rooms by adults, children 6-10 and children 0-5, descending.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Distribution {
    /// The rooms.
    pub rooms: Vec<Room>,
    /// The exact price of them all.
    pub price: Money,
}

impl Distribution {
    /// The extra beds of all rooms.
    #[must_use]
    pub fn extra_beds(&self) -> u16 {
        self.rooms.iter().fold(0, |sum, room| sum.saturating_add(room.extra_beds))
    }

    /// The guests of all rooms.
    #[must_use]
    pub fn guests(&self) -> Occupancy {
        self.rooms.iter().fold(Occupancy::default(), |sum, room| sum.plus(&room.guests))
    }
}

/// The best distribution of the party by the objective.
///
/// # Errors
/// [`Impossible`] says which rule stops it and which possible request is the nearest.
///
/// ```
/// # use posada_core::{distribute::*, fixtures, party::*, price::StayRates, stay::Stay};
/// let hotel = fixtures::demo();
/// let date = |text: &str| text.parse().expect("a date");
/// let stay = Stay::new(date("2025-08-23"), date("2025-08-24"))?;
/// let junior = &hotel.room_types[0];
/// let offer = TypeOffer {
///     limits: junior.limits,
///     rates: StayRates::of(&hotel.tariff, &junior.id, &hotel.packages[0], &stay)?,
///     free: 5,
///     exactly: Some(3),
/// };
/// let party = Party::counted(Occupancy { adults: 8, children_6_10: 0, children_0_5: 0 })?;
/// let question = Question { party, offers: &[offer], rooms: None };
/// let best = distribute(&question, Objective::Even).expect("eight adults fit in three rooms");
/// let adults: Vec<u16> = best.rooms.iter().map(|room| room.guests.adults).collect();
/// assert_eq!(adults, [3, 3, 2]);
/// assert_eq!(best.price.to_string(), "690.00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn distribute(question: &Question<'_>, objective: Objective) -> Result<Distribution, Impossible> {
    solve(question, objective).ok_or_else(|| impossible::explain(question, objective))
}

/// What is proposed for a question: the best rooms, or those that the caller chose, and what else there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrangement {
    /// The rooms.
    pub chosen: Distribution,
    /// Whether no distribution is better for the objective; one that the caller chose need not be the best.
    pub is_optimal: bool,
    /// The best by the objective, where the caller chose another, and what the other objectives prefer, where it
    /// differs.
    pub alternatives: Vec<(Objective, Distribution)>,
}

/// Arranges the party by the objective, or as in `split`, which was checked before. `None` where it is impossible; why,
/// [`distribute`] says.
#[must_use]
pub fn arrange(
    question: &Question<'_>,
    objective: Objective,
    split: Option<Distribution>,
) -> Option<Arrangement> {
    let best = solve(question, objective);
    let others = |best: &Distribution| {
        let others = Objective::ALL.into_iter().filter(|&other| other != objective);
        let mut answers = Vec::new();
        for other in others {
            if let Some(answer) = solve(question, other)
                && answer != *best
            {
                answers.push((other, answer));
            }
        }
        answers
    };
    let Some(chosen) = split else {
        let chosen = best?;
        return Some(Arrangement { is_optimal: true, alternatives: others(&chosen), chosen });
    };
    let mut alternatives = Vec::new();
    if let Some(best) = best {
        alternatives = others(&best);
        alternatives.insert(0, (objective, best));
    }
    // The caller's rooms are in an order of their own.
    let canonical = |rooms: &[Room]| {
        let mut rooms = rooms.to_vec();
        sort_by(&mut rooms, |a, b| (a.offer, a.guests).cmp(&(b.offer, b.guests)));
        rooms
    };
    let own = canonical(&chosen.rooms);
    let before = alternatives.first().map(|(first, _)| *first);
    alternatives.retain(|(_, answer)| canonical(&answer.rooms) != own);
    let is_optimal = before.is_some() && alternatives.first().map(|(first, _)| *first) != before;
    Some(Arrangement { chosen, is_optimal, alternatives })
}

/// The best distribution, `None` where there is none.
fn solve(question: &Question<'_>, objective: Objective) -> Option<Distribution> {
    solve_instance(question.offers, &Instance::new(question)?, objective)
}

fn solve_instance(offers: &[TypeOffer], instance: &Instance, objective: Objective) -> Option<Distribution> {
    price(offers, solver::solve(instance, objective)?)
}

/// Rooms with their beds and prices; `None` where a room does not fit or its price leaves the range, which the
/// problem excludes.
fn price(offers: &[TypeOffer], rooms: Vec<(usize, Occupancy)>) -> Option<Distribution> {
    let rooms = rooms
        .into_iter()
        .map(|(offer, guests)| {
            let it = offers.get(offer)?;
            let extra_beds = it.limits.extra_beds(&guests)?;
            Some(Room { offer, guests, extra_beds, price: it.rates.price(&guests, extra_beds)? })
        })
        .collect::<Option<Vec<Room>>>()?;
    let price = rooms.iter().map(|room| room.price).sum::<Option<Money>>()?;
    Some(Distribution { rooms, price })
}
