//! Other rooms for the guests of rooms that failed, among those that are free: any types, at today's price.

use crate::booking::outcome::{FailureCause, Outcome, Report};
use crate::distribute::{Objective, Question, distribute};
use crate::ids::{PackageId, RoomNumber};
use crate::party::{Occupancy, Party};
use crate::problem::Problem;
use crate::property::Property;
use crate::proposal::{Placement, QuoteRequest, RoomsWish, explain, offers, place};
use crate::sorted::Set;
use crate::stay::Stay;

/// What is offered to the guests of failed rooms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redistribution {
    /// Rooms for all of them.
    Offer(Placement),
    /// They cannot be given rooms of their own: people help.
    Staff {
        /// What stops it: [`Problem::ChildAlone`] where there are too few adults for the rooms that they need,
        /// [`Problem::NoAvailability`] where nothing is free, and whatever else stops a proposal.
        reason: Problem,
    },
}

impl FailureCause {
    /// Whether the room's guests were left without one, against their will and for certain.
    #[must_use]
    pub fn leaves_without_room(&self) -> bool {
        match self {
            Self::NoAvailability | Self::Refused { .. } | Self::Unreachable | Self::AllOrNothing => true,
            Self::Unconfirmed | Self::Cancelled => false,
        }
    }
}

impl Report {
    /// The guests who were left without a room by a booking that ended; `None` where nobody was, where the booking goes
    /// on, and where people must look at it first.
    #[must_use]
    pub fn left_without_room(&self) -> Option<Occupancy> {
        match self.outcome {
            Outcome::PartlyBooked | Outcome::NotBooked => {}
            Outcome::Booked | Outcome::NeedsStaff | Outcome::InProgress => return None,
        }
        let left = self.failed.iter().filter(|room| room.cause.leaves_without_room());
        let guests = left.fold(Occupancy::default(), |sum, room| sum.plus(&room.guests));
        (guests.guests() > 0).then_some(guests)
    }
}

/// Places these guests in rooms that are `free` for the whole stay, as evenly as can be. Booked rooms are not among
/// them and never change.
#[must_use]
pub fn redistribute(
    property: &Property,
    stay: Stay,
    package: &PackageId,
    guests: Occupancy,
    free: &Set<RoomNumber>,
) -> Redistribution {
    match find(property, stay, package, guests, free) {
        Ok(placement) => Redistribution::Offer(placement),
        Err(reason) => Redistribution::Staff { reason },
    }
}

fn find(
    property: &Property,
    stay: Stay,
    package: &PackageId,
    guests: Occupancy,
    free: &Set<RoomNumber>,
) -> Result<Placement, Problem> {
    let objective = Objective::default();
    let party = Party::counted(guests).map_err(|_| Problem::ChildAlone { room: None })?;
    let wish = RoomsWish::Any { rooms: None };
    let request = QuoteRequest { stay, package: package.clone(), party, wish, objective };
    let (types, offers, _) = offers(property, &request, free)?;
    let question = Question { party, offers: &offers, rooms: None };
    match distribute(&question, objective) {
        Ok(found) => place(property, &request, &types, objective, &found),
        Err(impossible) => Err(explain(&impossible, &types, "rooms")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    fn check(free: &[&str], guests: [u16; 3], expected: &str) {
        let hotel = fixtures::demo();
        let date = |text: &str| text.parse().expect("a date");
        let stay = Stay::new(date("2025-08-23"), date("2025-08-24")).expect("a stay");
        let free = free.iter().map(|room| RoomNumber::parse(room).expect("a room")).collect();
        let [adults, children_0_5, children_6_10] = guests;
        let guests = Occupancy { adults, children_6_10, children_0_5 };
        let found = match redistribute(&hotel, stay, &hotel.packages[0], guests, &free) {
            Redistribution::Offer(placement) => {
                let room = |it: &crate::proposal::ProposedRoom| {
                    let guests = &it.room.guests;
                    format!("{} {}+{}", it.room.room_type, guests.adults, guests.children())
                };
                let rooms: Vec<String> = placement.rooms.iter().map(room).collect();
                format!("{} = {}", rooms.join(", "), placement.total())
            }
            Redistribution::Staff { reason } => reason.code().to_owned(),
        };
        assert_eq!(found, expected, "{guests:?}");
    }

    #[test]
    fn guests_of_failed_rooms_are_placed_in_any_type_or_people_help() {
        check(&["12"], [2, 0, 0], "Familiar 2+0 = 172.50");
        check(&["54", "12"], [5, 0, 1], "Junior 3+0, Familiar 2+1 = 474.38");
        check(&["54", "56"], [1, 3, 0], "Junior 1+3 = 111.25");
        check(&["54", "56"], [1, 4, 0], "child_alone");
        check(&["54"], [7, 0, 0], "over_capacity");
        check(&[], [2, 0, 0], "no_availability");
        check(&["54"], [0, 0, 1], "child_alone");
    }
}
