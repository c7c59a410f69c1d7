//! `POST /v1/quotes`: for whom, when, and what is wished for about the rooms.

use chrono::NaiveDate;
use posada_core::booking::request::RoomWish;
use posada_core::distribute::Objective;
use posada_core::ids::{PackageId, RoomTypeId};
use posada_core::party::{GUESTS_MAX, Occupancy, Party, PartyError};
use posada_core::problem::Problem;
use posada_core::property::{ROOM_TYPES_MAX, ROOMS_PER_BOOKING_MAX};
use posada_core::proposal::{QuoteRequest, RoomsWish};

use crate::faults::{Faults, Style};
use crate::field::{Field, List, Node, Object, Readable, body};
use crate::leaf::{Count, Date};
use crate::read;
use crate::stay::{check_bookable, read_stay};

impl Readable for Objective {
    fn read(node: Node) -> Field<Self> {
        let named = match &node {
            Node::Text(name) => Self::named(name),
            _ => None,
        };
        match named {
            Some(objective) => Field::Given(objective),
            None => Field::wrong(format!("must be one of: {}", Self::ALL.map(Self::name).join(", "))),
        }
    }
}

/// A number of guests of one band.
pub(crate) type GuestCount = Count<0, { GUESTS_MAX as i64 }>;
/// A number of rooms.
type RoomCount = Count<1, { ROOMS_PER_BOOKING_MAX as i64 }>;

body! {
    /// A party as it is sent: counted by band, or children by age.
    pub struct PartyBody {
        /// Guests of 11 years and more.
        adults: GuestCount,
        /// Children of 0 to 5 years; left out, none.
        children_0_5: GuestCount,
        /// Children of 6 to 10 years; left out, none.
        children_6_10: GuestCount,
        /// The children's ages, 0 to 17, instead of the two counts, which are left out or 0 then. One of 11 or more pays
        /// as an adult.
        children: List<Count<0, 120>, { GUESTS_MAX as usize }>,
    }
}

body! {
    /// So many rooms of a type, as it is sent.
    pub struct TypeCountBody {
        /// The type.
        bungalow_type: RoomTypeId,
        /// So many rooms of it.
        count: RoomCount,
    }
}

body! {
    /// One room of an exact split, as it is sent.
    pub struct SplitRoomBody {
        /// The room's type.
        bungalow_type: RoomTypeId,
        /// Guests of 11 years and more who sleep in it.
        adults: GuestCount,
        /// Children of 0 to 5 years.
        children_0_5: GuestCount,
        /// Children of 6 to 10 years.
        children_6_10: GuestCount,
    }
}

body! {
    /// The body of `POST /v1/quotes`.
    pub struct QuoteBody {
        /// Arrival, in the hotel's calendar; today or later.
        check_in_date: Date,
        /// Departure, after the arrival; at most 30 nights.
        check_out_date: Date,
        /// The package, as `GET /v1/property` spells it.
        package_type: PackageId,
        /// Who comes: counted by band, or children by age. May be left out with `split`.
        party: Object<PartyBody>,
        /// How many rooms; alone, or with `bungalow_type`.
        rooms: RoomCount,
        /// Rooms of this type only.
        bungalow_type: RoomTypeId,
        /// Exactly these rooms: so many of each type.
        bungalow_types: List<Object<TypeCountBody>, ROOM_TYPES_MAX>,
        /// Exactly this distribution, room by room: it is checked and priced, not changed.
        split: List<Object<SplitRoomBody>, ROOMS_PER_BOOKING_MAX>,
        /// What is best: guests spread evenly (the default), the lowest price, or the fewest rooms.
        objective: Objective,
    }
}

/// Reads the body of `POST /v1/quotes` or of the tool `quote_rooms`.
///
/// # Errors
/// As [`read::read`]; [`Problem::Invalid`] with every fault.
pub fn read_quote_request(bytes: &[u8], today: NaiveDate) -> Result<QuoteRequest, Problem> {
    let body: QuoteBody = read::read(bytes, read::BODY_BYTES_MAX)?;
    let mut faults = Faults::new(Style::Dotted);
    let request = convert(body, today, &mut faults);
    faults.finish(request)
}

fn convert(body: QuoteBody, today: NaiveDate, faults: &mut Faults) -> Option<QuoteRequest> {
    let stay = read_stay(body.check_in_date, body.check_out_date, faults);
    if let Some(Err(problem)) = stay.map(|stay| check_bookable(stay, today)) {
        faults.insert(faults.len(), problem.fields());
    }
    let package = faults.required("package_type", body.package_type);
    let party = if body.party.is_absent() && !body.split.is_absent() {
        None
    } else {
        let party = faults.required("party", body.party);
        party.and_then(|Object(party)| faults.within("party", |faults| read_party(party, faults)))
    };
    let combined = combination(&[
        ("bungalow_type", body.bungalow_type.is_absent()),
        ("bungalow_types", body.bungalow_types.is_absent()),
        ("split", body.split.is_absent()),
    ])
    .or_else(|| {
        let rooms = ("rooms", body.rooms.is_absent());
        combination(&[rooms, ("bungalow_types", body.bungalow_types.is_absent())])
            .or_else(|| combination(&[rooms, ("split", body.split.is_absent())]))
    });
    if let Some((second, first)) = combined {
        faults.push(second, format!("cannot be sent together with {first}"));
    }
    let rooms = faults.optional("rooms", body.rooms).map(RoomCount::small);
    let one = faults.optional("bungalow_type", body.bungalow_type);
    let types = faults.optional("bungalow_types", body.bungalow_types);
    let types = types.map(|List(types)| read_types(types, faults));
    let split = faults.optional("split", body.split).map(|List(split)| read_split(split, faults));
    let objective = faults.optional("objective", body.objective).unwrap_or_default();
    faults.unknown(&body.unknown);
    let party = match (&split, party) {
        (Some(split), party) if faults.is_empty() => party_of_split(split, party, faults),
        (_, party) => party,
    };
    let wish = match (split, types, one) {
        (Some(split), _, _) => RoomsWish::Split(split),
        (None, Some(types), _) => RoomsWish::Types(types),
        (None, None, Some(room_type)) => RoomsWish::OneType { room_type, rooms },
        (None, None, None) => RoomsWish::Any { rooms },
    };
    Some(QuoteRequest { stay: stay?, package: package?, party: party?, wish, objective })
}

/// The second and the first of the members that were sent, where two were.
fn combination(members: &[(&'static str, bool)]) -> Option<(&'static str, &'static str)> {
    let mut sent = members.iter().filter(|(_, absent)| !absent).map(|(name, _)| *name);
    let first = sent.next()?;
    sent.next().map(|second| (second, first))
}

/// Reads a party: by band (a band not sent is nobody), or children by age, but not both. Nobody may be said of either.
fn read_party(body: PartyBody, faults: &mut Faults) -> Option<Party> {
    let before = faults.len();
    let adults = faults.required("adults", body.adults);
    let children_0_5 = faults.optional("children_0_5", body.children_0_5).map_or(0, GuestCount::small);
    let children_6_10 = faults.optional("children_6_10", body.children_6_10).map_or(0, GuestCount::small);
    let List(ages) = faults.optional("children", body.children).unwrap_or(List(Vec::new()));
    let mut read = Vec::with_capacity(ages.len());
    for (index, age) in ages.into_iter().enumerate() {
        let age = faults.within_entry("children", index, |faults| faults.required("", age));
        read.extend(age.and_then(|age| u8::try_from(age.get()).ok()));
    }
    let by_age = !read.is_empty();
    if by_age && children_0_5.max(children_6_10) > 0 {
        faults.push("children", "cannot be sent together with children_0_5 and children_6_10");
    }
    faults.unknown(&body.unknown);
    if faults.len() > before {
        return None;
    }
    let adults = adults?.small();
    let party = if by_age {
        Party::aged(adults, &read)
    } else {
        Party::counted(Occupancy { adults, children_6_10, children_0_5 })
    };
    take_party(party, faults)
}

fn take_party(party: Result<Party, PartyError>, faults: &mut Faults) -> Option<Party> {
    match party {
        Ok(party) => Some(party),
        Err(error) => {
            match error {
                PartyError::Nobody | PartyError::NoAdult => faults.push("adults", "must be at least 1"),
                PartyError::TooMany => faults.push("", format!("must have at most {GUESTS_MAX} guests")),
                PartyError::NotAChild { index } => {
                    faults.within_entry("children", index, |faults| faults.push("", error.to_string()));
                }
            }
            None
        }
    }
}

fn read_types(bodies: Vec<Field<Object<TypeCountBody>>>, faults: &mut Faults) -> Vec<(RoomTypeId, u16)> {
    let mut types: Vec<(RoomTypeId, u16)> = Vec::with_capacity(bodies.len());
    for (index, body) in bodies.into_iter().enumerate() {
        faults.within_entry("bungalow_types", index, |faults| {
            let Some(Object(body)) = faults.required("", body) else { return };
            let room_type = faults.required("bungalow_type", body.bungalow_type);
            let count = faults.required("count", body.count);
            faults.unknown(&body.unknown);
            let (Some(room_type), Some(count)) = (room_type, count) else { return };
            if types.iter().any(|(known, _)| *known == room_type) {
                faults.push("bungalow_type", "is named a second time");
            }
            types.push((room_type, count.small()));
        });
    }
    let rooms: usize = types.iter().map(|(_, count)| usize::from(*count)).sum();
    if rooms > ROOMS_PER_BOOKING_MAX {
        faults.push("bungalow_types", format!("must have at most {ROOMS_PER_BOOKING_MAX} rooms together"));
    }
    if types.is_empty() && faults.is_empty() {
        faults.push("bungalow_types", "must have at least one type");
    }
    types
}

fn read_split(bodies: Vec<Field<Object<SplitRoomBody>>>, faults: &mut Faults) -> Vec<RoomWish> {
    let mut split = Vec::with_capacity(bodies.len());
    if bodies.is_empty() {
        faults.push("split", "must have at least one room");
    }
    for (index, body) in bodies.into_iter().enumerate() {
        let wish = faults.within_entry("split", index, |faults| {
            let Object(body) = faults.required("", body)?;
            let room_type = faults.required("bungalow_type", body.bungalow_type);
            let adults = faults.required("adults", body.adults);
            let children_0_5 = faults.required("children_0_5", body.children_0_5);
            let children_6_10 = faults.required("children_6_10", body.children_6_10);
            faults.unknown(&body.unknown);
            let guests = Occupancy {
                adults: adults?.small(),
                children_6_10: children_6_10?.small(),
                children_0_5: children_0_5?.small(),
            };
            Some(RoomWish { room_type: room_type?, guests, extra_beds: None })
        });
        split.extend(wish);
    }
    split
}

/// The party that an exact split places: the one sent, where it is the same, else the split's own.
fn party_of_split(split: &[RoomWish], party: Option<Party>, faults: &mut Faults) -> Option<Party> {
    let placed = split.iter().fold(Occupancy::default(), |sum, room| sum.plus(&room.guests));
    match party {
        // A room without an adult is told by its place, like those that the hotel's rules refuse.
        None if placed.adults == 0 => {
            faults.push("split[0].adults", "must be at least 1");
            None
        }
        None => faults.within("split", |faults| take_party(Party::counted(placed), faults)),
        Some(party) if party.occupancy() == placed => Some(party),
        Some(_) => {
            faults.push("split", "must place exactly the guests of the party");
            None
        }
    }
}
