//! A proposal: who would sleep where in the rooms that are free, and what each night would cost.

mod explain;

use chrono::NaiveDate;

use crate::booking::request::{RequestedRoom, RoomWish, check_rooms, count_by_type};
use crate::distribute::{Distribution, Objective, Question, Room, TypeOffer};
use crate::distribute::{arrange, distribute};
use crate::ids::{PackageId, RoomNumber, RoomTypeId};
use crate::money::Money;
use crate::party::{Occupancy, Party};
use crate::price::{PriceError, RoomPrice, StayRates};
use crate::problem::{FieldFault, Problem, RoomAt, Shortage};
use crate::property::{Property, RoomType};
use crate::quote::{QuotedRoom, price_now};
use crate::sorted::Set;
use crate::stay::Stay;

pub(crate) use explain::explain;

/// What a caller says about the rooms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoomsWish {
    /// Any rooms, of this number where it is said.
    Any {
        /// How many.
        rooms: Option<u16>,
    },
    /// Rooms of one type only.
    OneType {
        /// The type.
        room_type: RoomTypeId,
        /// How many, where it is said.
        rooms: Option<u16>,
    },
    /// So many rooms of each of these types.
    Types(Vec<(RoomTypeId, u16)>),
    /// Exactly these rooms with exactly these guests: checked, not changed.
    Split(Vec<RoomWish>),
}

/// A request for a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteRequest {
    /// When.
    pub stay: Stay,
    /// The package.
    pub package: PackageId,
    /// Who.
    pub party: Party,
    /// What is said about the rooms.
    pub wish: RoomsWish,
    /// What is best.
    pub objective: Objective,
}

/// A room of a proposal and its price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedRoom {
    /// The room.
    pub room: RequestedRoom,
    /// Its price.
    pub price: RoomPrice,
}

/// Rooms that hold the party, and what they cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// What it is best for.
    pub objective: Objective,
    /// The rooms.
    pub rooms: Vec<ProposedRoom>,
}

impl Placement {
    /// What the rooms cost together, in cents.
    #[must_use]
    pub fn total(&self) -> Money {
        self.rooms.iter().map(|room| room.price.amount()).sum::<Option<Money>>().unwrap_or(Money::MAX)
    }

    /// The rooms as a quote has them.
    #[must_use]
    pub fn quoted(&self) -> Vec<QuotedRoom> {
        let quoted = |it: &ProposedRoom| QuotedRoom { room: it.room.clone(), exact: it.price.exact };
        self.rooms.iter().map(quoted).collect()
    }
}

/// What is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The rooms.
    pub placement: Placement,
    /// Whether no placement of the party in what is free is better for the objective. A split that the caller gave
    /// need not be.
    pub is_optimal: bool,
    /// What the other objectives prefer, where it differs.
    pub alternatives: Vec<Placement>,
    /// Types left out of a free search, each with the first night for which it has no rate.
    pub left_out: Vec<(RoomTypeId, NaiveDate)>,
}

/// Proposes rooms among those that are `free` for the whole stay.
///
/// # Errors
/// [`Problem::Invalid`] for an unknown package or type, or numbers that contradict each other;
/// [`Problem::RateMissing`] for a type asked for by name; [`Problem::NoAvailability`], [`Problem::OverCapacity`] or
/// [`Problem::ChildAlone`] with the rule that stops it and the nearest possible request.
pub fn propose(
    property: &Property,
    request: &QuoteRequest,
    free: &Set<RoomNumber>,
) -> Result<Proposal, Problem> {
    check_names(property, request)?;
    let (types, offers, left_out) = offers(property, request, free)?;
    let (rooms, count) = match request.wish {
        RoomsWish::Any { rooms } | RoomsWish::OneType { rooms, .. } => (rooms, "rooms"),
        RoomsWish::Types(_) => (None, "bungalow_types"),
        RoomsWish::Split(_) => (None, "split"),
    };
    let question = Question { party: request.party, offers: &offers, rooms };
    let place =
        |objective, distribution: &Distribution| place(property, request, &types, objective, distribution);
    let split = match &request.wish {
        RoomsWish::Split(wishes) => {
            let rooms = check_split(property, request, wishes, free)?;
            Some((as_distribution(&rooms, &types, &offers), rooms))
        }
        RoomsWish::Any { .. } | RoomsWish::OneType { .. } | RoomsWish::Types(_) => None,
    };
    let (split, given) = split.unzip();
    let Some(arrangement) = arrange(&question, request.objective, split) else {
        return Err(match distribute(&question, request.objective) {
            Err(impossible) => explain(&impossible, &types, count),
            Ok(_) => Problem::NoAvailability { shortages: Vec::new() },
        });
    };
    let placement = match given {
        Some(rooms) => Placement { objective: request.objective, rooms },
        None => place(request.objective, &arrangement.chosen)?,
    };
    let alternatives = arrangement.alternatives.iter().map(|(objective, answer)| place(*objective, answer));
    Ok(Proposal {
        placement,
        is_optimal: arrangement.is_optimal,
        alternatives: alternatives.collect::<Result<_, _>>()?,
        left_out,
    })
}

/// Priced rooms as a distribution over the offers.
fn as_distribution(rooms: &[ProposedRoom], types: &[&RoomType], offers: &[TypeOffer]) -> Distribution {
    let room = |it: &ProposedRoom| Room {
        offer: types.iter().position(|t| t.id == it.room.room_type).unwrap_or(offers.len()),
        guests: it.room.guests,
        extra_beds: it.room.extra_beds,
        price: it.price.exact,
    };
    let price = rooms.iter().map(|it| it.price.exact).sum::<Option<Money>>().unwrap_or(Money::MAX);
    Distribution { rooms: rooms.iter().map(room).collect(), price }
}

/// The types that the request names, with the field that names each.
fn named_types(wish: &RoomsWish) -> Vec<(String, &RoomTypeId)> {
    match wish {
        RoomsWish::Any { .. } => Vec::new(),
        RoomsWish::OneType { room_type, .. } => vec![("bungalow_type".to_owned(), room_type)],
        RoomsWish::Types(types) => types
            .iter()
            .enumerate()
            .map(|(i, (id, _))| (format!("bungalow_types[{i}].bungalow_type"), id))
            .collect(),
        RoomsWish::Split(rooms) => rooms
            .iter()
            .enumerate()
            .map(|(i, wish)| (format!("split[{i}].bungalow_type"), &wish.room_type))
            .collect(),
    }
}

fn check_names(property: &Property, request: &QuoteRequest) -> Result<(), Problem> {
    let mut faults = Vec::new();
    let list = |names: Vec<String>| format!("must be one of: {}", names.join(", "));
    if !property.packages.contains(&request.package) {
        let known = list(property.packages.iter().map(ToString::to_string).collect());
        faults.push(FieldFault::new("package_type", known));
    }
    let mut seen = Set::new();
    for (field, id) in named_types(&request.wish) {
        match property.room_type(id) {
            None => {
                let known = list(property.room_types.iter().map(|t| t.id.to_string()).collect());
                faults.push(FieldFault::new(field, known));
            }
            Some(room_type) if faults.is_empty() && !room_type.is_sold_in(&request.package) => {
                let message = format!("{id} is not sold in the package {}", request.package);
                faults.push(FieldFault::new(field, message));
            }
            Some(_) if matches!(request.wish, RoomsWish::Types(_)) && !seen.insert(id) => {
                faults.push(FieldFault::new(field, "names a type twice"));
            }
            Some(_) => {}
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Problem::Invalid { fields: faults }) }
}

pub(crate) type Offers<'a> = (Vec<&'a RoomType>, Vec<TypeOffer>, Vec<(RoomTypeId, NaiveDate)>);

/// What may be chosen from, in the order of the settings, and what had to be left out.
pub(crate) fn offers<'a>(
    property: &'a Property,
    request: &QuoteRequest,
    free: &Set<RoomNumber>,
) -> Result<Offers<'a>, Problem> {
    let named: Vec<&RoomTypeId> = named_types(&request.wish).into_iter().map(|(_, id)| id).collect();
    let (mut types, mut offers, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    for room_type in &property.room_types {
        let is_named = named.contains(&&room_type.id);
        let is_asked = match &request.wish {
            RoomsWish::Any { .. } | RoomsWish::Split(_) => room_type.is_sold_in(&request.package),
            RoomsWish::OneType { .. } | RoomsWish::Types(_) => is_named,
        };
        if !is_asked {
            continue;
        }
        let rates = match StayRates::of(&property.tariff, &room_type.id, &request.package, &request.stay) {
            Ok(rates) => rates,
            Err(PriceError::RateMissing { night }) if is_named => {
                return Err(Problem::RateMissing { room_type: room_type.id.clone(), night });
            }
            Err(PriceError::RateMissing { night }) => {
                left_out.push((room_type.id.clone(), night));
                continue;
            }
            Err(PriceError::TooLarge) => {
                return Err(Problem::field("check_out_date", "makes the price too large"));
            }
        };
        let exactly = match &request.wish {
            RoomsWish::Types(counts) => {
                counts.iter().find(|(id, _)| *id == room_type.id).map(|(_, count)| *count)
            }
            RoomsWish::Any { .. } | RoomsWish::OneType { .. } | RoomsWish::Split(_) => None,
        };
        types.push(room_type);
        offers.push(TypeOffer {
            limits: room_type.limits,
            rates,
            free: count_free(room_type, free),
            exactly,
        });
    }
    if offers.is_empty()
        && let Some((room_type, night)) = left_out.first().cloned()
    {
        // Rooms may be free, but none of them has a price.
        return Err(Problem::RateMissing { room_type, night });
    }
    Ok((types, offers, left_out))
}

/// How many of a type's rooms are free.
#[must_use]
pub fn count_free(room_type: &RoomType, free: &Set<RoomNumber>) -> u16 {
    u16::try_from(room_type.rooms.iter().filter(|room| free.contains(room)).count()).unwrap_or(u16::MAX)
}

pub(crate) fn place(
    property: &Property,
    request: &QuoteRequest,
    types: &[&RoomType],
    objective: Objective,
    distribution: &Distribution,
) -> Result<Placement, Problem> {
    let rooms = distribution.rooms.iter().map(|room| {
        let room_type = types.get(room.offer).map(|t| t.id.clone()).ok_or(Problem::NotFound)?;
        let room = RequestedRoom { room_type, guests: room.guests, extra_beds: room.extra_beds };
        let price = price_now(property, &request.stay, &request.package, &room)?;
        Ok(ProposedRoom { room, price })
    });
    Ok(Placement { objective, rooms: rooms.collect::<Result<_, Problem>>()? })
}

/// Checks a split that the caller gave.
fn check_split(
    property: &Property,
    request: &QuoteRequest,
    wishes: &[RoomWish],
    free: &Set<RoomNumber>,
) -> Result<Vec<ProposedRoom>, Problem> {
    let rooms = check_rooms(property, &request.package, wishes).map_err(|it| {
        it.map_fields(|field| field.replacen("bookings", "split", 1), |line| RoomAt::Split { line })
    })?;
    let placed = rooms.iter().fold(Occupancy::default(), |sum, room| sum.plus(&room.guests));
    if placed != request.party.occupancy() {
        return Err(Problem::field("split", "must place every guest of the party, and no other"));
    }
    if rooms.len() > usize::from(request.party.guardians()) {
        return Err(Problem::ChildAlone { room: None });
    }
    let shortages: Vec<Shortage> = shortages(property, &rooms, free);
    if !shortages.is_empty() {
        return Err(Problem::NoAvailability { shortages });
    }
    let priced = rooms.into_iter().map(|room| {
        let price = price_now(property, &request.stay, &request.package, &room)?;
        Ok(ProposedRoom { room, price })
    });
    priced.collect()
}

/// The types of which fewer rooms are free than these rooms need.
#[must_use]
pub fn shortages(property: &Property, rooms: &[RequestedRoom], free: &Set<RoomNumber>) -> Vec<Shortage> {
    let short = |(room_type, asked): (RoomTypeId, u16)| {
        let free = property.room_type(&room_type).map_or(0, |it| count_free(it, free));
        (free < asked).then_some(Shortage { room_type, asked, free })
    };
    count_by_type(rooms).into_iter().filter_map(short).collect()
}

#[cfg(test)]
mod tests;
