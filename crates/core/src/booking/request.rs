//! What a guest asks for: rooms, guests, dates and the payment, checked against the hotel's settings.

use crate::ids::{BookingId, ClaimId, LineNo, PackageId, RoomTypeId, WaId};
use crate::money::Money;
use crate::party::{GUESTS_MAX, Occupancy};
use crate::payment::method::PaymentRef;
use crate::payment::pending::Schedule;
use crate::problem::{FieldFault, Problem, RoomAt};
use crate::property::{Property, ROOMS_PER_BOOKING_MAX};
use crate::sorted::Map;
use crate::stay::Stay;
use chrono::NaiveDate;

/// Who books. Kept for the reservation API and for people; never logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// Full name.
    pub customer_name: String,
    /// E-mail address.
    pub email: String,
    /// Telephone number in E.164 (`+50370001234`).
    pub phone_number: String,
    /// City.
    pub city: String,
    /// Identity document (DUI) or passport number.
    pub dui_passport: String,
    /// Nationality.
    pub nationality: String,
}

/// One requested room.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestedRoom {
    /// The type, as sent.
    pub room_type: RoomTypeId,
    /// Who is to sleep in it.
    pub guests: Occupancy,
    /// Extra beds: exactly what the guests need.
    pub extra_beds: u16,
}

/// What shows that a caller on the public route has the payment before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Evidence {
    /// The amount paid.
    pub amount: Money,
    /// The date it was paid on.
    pub date: NaiveDate,
}

/// How the rooms are to be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentIntent {
    /// The payment.
    pub payment: PaymentRef,
    /// How much of it to claim; the total where it is not said.
    pub amount: Option<Money>,
    /// Who paid, as the guest says it.
    pub maker_name: String,
    /// The claim that a validation opened, where it is named.
    pub claim: Option<ClaimId>,
}

/// A further payment towards what is still to be paid for a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FurtherRequest {
    /// The payment.
    pub payment: PaymentIntent,
    /// What shows that the caller has the payment before them, where that is asked for.
    pub evidence: Option<Evidence>,
    /// What the request is known by: said again it is the same.
    pub key: String,
    /// When it is looked for, where staff waive that it must be there already.
    pub checks: Option<Schedule>,
}

/// A request for several rooms of one stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingRequest {
    /// Who books.
    pub guest: Guest,
    /// The WhatsApp id that the assistant talks to.
    pub wa_id: Option<WaId>,
    /// When.
    pub stay: Stay,
    /// The package.
    pub package: PackageId,
    /// The rooms, in line order.
    pub rooms: Vec<RequestedRoom>,
    /// How they are paid.
    pub payment: PaymentIntent,
    /// The booking whose failed rooms these replace.
    pub follows: Option<BookingId>,
    /// Whether to cancel all where one finally fails.
    pub all_or_nothing: bool,
    /// What the guest asks of the hotel.
    pub customer_instructions: Option<String>,
}

/// A requested room before its extra beds are settled, as a caller sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomWish {
    /// The type, as sent.
    pub room_type: RoomTypeId,
    /// Who is to sleep in it.
    pub guests: Occupancy,
    /// Extra beds, where the caller says a number other than 0: it must be exactly what the guests need.
    pub extra_beds: Option<u16>,
}

/// Checks rooms against the hotel's types and limits, and says how many extra beds each needs.
///
/// # Errors
/// Faults of fields first, all of them ([`Problem::Invalid`]: unknown types, a package in which a type is not sold,
/// extra beds other than needed, too many rooms or guests); then the first room without an adult, or beyond its
/// limits.
pub fn check_rooms(
    property: &Property,
    package: &PackageId,
    wishes: &[RoomWish],
) -> Result<Vec<RequestedRoom>, Problem> {
    let mut faults = Vec::new();
    if wishes.is_empty() {
        return Err(Problem::MissingBooking);
    }
    if wishes.len() > ROOMS_PER_BOOKING_MAX {
        let message = format!("must have at most {ROOMS_PER_BOOKING_MAX} rooms");
        return Err(Problem::field("bookings", message));
    }
    if !property.packages.contains(package) {
        faults.push(FieldFault::new("package_type", one_of(&property.packages)));
    }
    let guests = wishes.iter().fold(Occupancy::default(), |sum, wish| sum.plus(&wish.guests));
    if guests.guests() > GUESTS_MAX {
        faults.push(FieldFault::new("bookings", format!("must have at most {GUESTS_MAX} guests together")));
    }
    for (i, wish) in wishes.iter().enumerate() {
        let Some(room_type) = property.room_type(&wish.room_type) else {
            let known = one_of(property.room_types.iter().map(|t| &t.id));
            faults.push(FieldFault::new(format!("bookings[{i}].bungalow_type"), known));
            continue;
        };
        if !room_type.is_sold_in(package) && property.packages.contains(package) {
            let message = format!("{} is not sold in the package {package}", wish.room_type);
            faults.push(FieldFault::new(format!("bookings[{i}].bungalow_type"), message));
        }
        if wish.guests.guests() == 0 {
            faults.push(FieldFault::new(format!("bookings[{i}].adults"), "must be at least 1"));
        }
        let needed = room_type.limits.extra_beds_needed(&wish.guests);
        if let Some(sent) = wish.extra_beds
            && sent != needed
            && needed <= room_type.limits.max_extra_beds
        {
            let message = format!("must be {needed}, which is what these guests need, not {sent}");
            faults.push(FieldFault::new(format!("bookings[{i}].extra_beds"), message));
        }
    }
    if !faults.is_empty() {
        return Err(Problem::Invalid { fields: faults });
    }
    let settle = |(i, wish): (usize, &RoomWish)| {
        let room = Some(RoomAt::Bookings { line: LineNo(u8::try_from(i).unwrap_or(u8::MAX)) });
        if wish.guests.adults == 0 {
            return Err(Problem::ChildAlone { room });
        }
        let limits = property.room_type(&wish.room_type).map(|t| t.limits).ok_or(Problem::NotFound)?;
        let extra_beds = limits.extra_beds(&wish.guests).ok_or_else(|| Problem::OverCapacity {
            room,
            // Each guest of these who stays away needs one bed less.
            guests_max: wish
                .guests
                .guests()
                .saturating_sub(limits.extra_beds_needed(&wish.guests).saturating_sub(limits.max_extra_beds)),
            detail: format!(
                "a room of type {} takes {} adults, {} children and {} guests, and {} extra beds",
                wish.room_type,
                limits.max_adults,
                limits.max_children,
                limits.max_guests,
                limits.max_extra_beds
            ),
        })?;
        Ok(RequestedRoom { room_type: wish.room_type.clone(), guests: wish.guests, extra_beds })
    };
    wishes.iter().enumerate().map(settle).collect()
}

fn one_of<'a, T: std::fmt::Display + 'a>(known: impl IntoIterator<Item = &'a T>) -> String {
    let known: Vec<String> = known.into_iter().map(ToString::to_string).collect();
    format!("must be one of: {}", known.join(", "))
}

/// How many rooms of each type are asked for.
#[must_use]
pub fn count_by_type(rooms: &[RequestedRoom]) -> Map<RoomTypeId, u16> {
    let mut counts: Map<RoomTypeId, u16> = Map::new();
    for room in rooms {
        match counts.get_mut(&room.room_type) {
            Some(count) => *count = count.saturating_add(1),
            None => drop(counts.insert(room.room_type.clone(), 1)),
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    fn wish(
        room_type: &str,
        adults: u16,
        children_6_10: u16,
        children_0_5: u16,
        beds: Option<u16>,
    ) -> RoomWish {
        RoomWish {
            room_type: RoomTypeId::parse(room_type).expect("an id"),
            guests: Occupancy { adults, children_6_10, children_0_5 },
            extra_beds: beds,
        }
    }

    fn check(package: &str, wishes: &[RoomWish]) -> Result<Vec<u16>, Problem> {
        let package = PackageId::parse(package).expect("an id");
        check_rooms(&fixtures::demo(), &package, wishes)
            .map(|rooms| rooms.iter().map(|room| room.extra_beds).collect())
    }

    #[test]
    fn extra_beds_are_settled_or_the_fault_is_named() {
        let asked = [wish("Junior", 3, 0, 0, None), wish("Junior", 4, 0, 0, Some(1))];
        assert_eq!(check("Hospedaje", &asked), Ok(vec![0, 1]));
        let asked =
            [wish("Suite", 2, 0, 0, None), wish("Junior", 3, 0, 0, Some(1)), wish("Junior", 0, 0, 0, None)];
        let Err(Problem::Invalid { fields }) = check("Media pensión", &asked) else { panic!("four faults") };
        let names: Vec<&str> = fields.iter().map(|f| f.field.as_str()).collect();
        assert_eq!(
            names,
            ["package_type", "bookings[0].bungalow_type", "bookings[1].extra_beds", "bookings[2].adults"]
        );
        assert_eq!(
            check("Hospedaje", &[wish("Junior", 2, 0, 0, None), wish("Junior", 0, 1, 0, None)]),
            Err(Problem::ChildAlone { room: Some(RoomAt::Bookings { line: LineNo(1) }) })
        );
        // Four adults with a bed, and five guests with one: which of them it is the guests decide.
        for (guests, most) in [((5, 0, 0), 4), ((8, 0, 0), 4), ((1, 5, 0), 4), ((3, 0, 3), 5), ((4, 0, 4), 5)]
        {
            let (adults, children_0_5, children_6_10) = guests;
            let Err(Problem::OverCapacity { room, guests_max, .. }) =
                check("Hospedaje", &[wish("Junior", adults, children_0_5, children_6_10, None)])
            else {
                panic!("{guests:?} do not fit")
            };
            assert_eq!((room.and_then(RoomAt::line), guests_max), (Some(LineNo(0)), most), "{guests:?}");
        }
        assert_eq!(check("Hospedaje", &[]), Err(Problem::MissingBooking));
    }

    #[test]
    fn no_more_than_twenty_rooms_and_sixty_guests() {
        assert!(check("Hospedaje", &vec![wish("Junior", 3, 0, 0, None); 20]).is_ok());
        let Err(Problem::Invalid { fields }) = check("Hospedaje", &vec![wish("Junior", 1, 0, 0, None); 21])
        else {
            panic!("21 rooms")
        };
        assert_eq!(fields[0].field, "bookings");
        assert!(check("Hospedaje", &vec![wish("Junior", 4, 0, 0, None); 16]).is_err(), "64 guests");
    }
}
