//! What a booking came to: what the answer, the message and the ledger all say.

use super::request::RequestedRoom;
use crate::ids::{LineNo, Reference, ReservationCode, RoomNumber, RoomTypeId};
use crate::money::Money;
use crate::party::Occupancy;

/// How a booking stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Every room is booked, paid and linked.
    Booked,
    /// Some rooms are booked, paid and linked; the others finally failed.
    PartlyBooked,
    /// No room is booked, and the money is free again.
    NotBooked,
    /// People must look at it: what is known is in the report.
    NeedsStaff,
    /// It goes on.
    InProgress,
}

impl Outcome {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::PartlyBooked => "partly_booked",
            Self::NotBooked => "not_booked",
            Self::NeedsStaff => "needs_staff",
            Self::InProgress => "in_progress",
        }
    }
}

/// Why a line of a booking has no room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FailureCause {
    /// No room of the type was free.
    NoAvailability,
    /// The reservation API refused.
    Refused {
        /// Its own words, for staff; never shown to the guest.
        error: String,
    },
    /// The reservation API could not be reached, and it is certain that nothing was booked.
    Unreachable,
    /// It is not known whether the room is booked: staff find out, and the money stays set aside.
    Unconfirmed,
    /// The room was booked and cancelled again because another failed and all or nothing was asked for.
    AllOrNothing,
    /// The room was booked and cancelled later.
    Cancelled,
}

impl FailureCause {
    /// The stable name that programs tell causes by.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoAvailability => "no_availability",
            Self::Refused { .. } => "refused",
            Self::Unreachable => "unreachable",
            Self::Unconfirmed => "unconfirmed",
            Self::AllOrNothing => "all_or_nothing",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A room that is booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookedRoom {
    /// Its place in the request.
    pub line: LineNo,
    /// The room really booked.
    pub room: RoomNumber,
    /// Its type, as sent.
    pub room_type: RoomTypeId,
    /// The reservation API's code, without prefix.
    pub code: ReservationCode,
    /// Who sleeps in it.
    pub guests: Occupancy,
    /// Extra beds in it.
    pub extra_beds: u16,
    /// Its price for the stay, in cents.
    pub amount: Money,
    /// What the payment paid of it, in cents.
    pub paid: Money,
}

/// A requested room that is not booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedRoom {
    /// Its place in the request.
    pub line: LineNo,
    /// The type asked for.
    pub room_type: RoomTypeId,
    /// Who was to sleep in it.
    pub guests: Occupancy,
    /// Extra beds that they need.
    pub extra_beds: u16,
    /// The room last tried, or the one that was cancelled, where there was one.
    pub room: Option<RoomNumber>,
    /// The code of the reservation that was cancelled, where there was one.
    pub code: Option<ReservationCode>,
    /// Its price for the stay, in cents.
    pub amount: Money,
    /// Its share of the payment that is free again (or, unconfirmed, still set aside), in cents.
    pub share: Money,
    /// Why.
    pub cause: FailureCause,
}

/// How a line stands, for people who look at the booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineStanding {
    /// Its place in the request.
    pub line: LineNo,
    /// What was asked for.
    pub requested: RequestedRoom,
    /// `waiting`, `held`, `unknown`, `booked`, or the code of why it failed.
    pub state: &'static str,
    /// The reference under which the reservation system knows it, or may.
    pub reference: Option<Reference>,
    /// Its room, where it has or had one.
    pub room: Option<RoomNumber>,
    /// Its reservation's code, without prefix.
    pub code: Option<ReservationCode>,
    /// Its price for the stay, in cents.
    pub amount: Money,
    /// Its share of the payment, in cents.
    pub share: Money,
}

/// All that is said about a booking, in line order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// How it stands.
    pub outcome: Outcome,
    /// Rooms booked.
    pub booked: Vec<BookedRoom>,
    /// Rooms not booked.
    pub failed: Vec<FailedRoom>,
    /// The price of the rooms booked, in cents.
    pub total: Money,
    /// What is still to be paid for them, in cents.
    pub balance_due: Money,
}

impl Report {
    /// Whether at least one room is booked.
    #[must_use]
    pub fn is_success(&self) -> bool {
        !self.booked.is_empty()
    }

    /// The shares of the payment that failed rooms no longer need, in cents.
    #[must_use]
    pub fn released(&self) -> Money {
        self.shares(false)
    }

    /// The shares that wait for rooms of which nobody knows yet whether they are booked, in cents.
    #[must_use]
    pub fn set_aside(&self) -> Money {
        self.shares(true)
    }

    fn shares(&self, is_unconfirmed: bool) -> Money {
        let failed = self.failed.iter();
        let chosen = failed.filter(|room| (room.cause == FailureCause::Unconfirmed) == is_unconfirmed);
        chosen.map(|room| room.share).sum::<Option<Money>>().unwrap_or(Money::ZERO)
    }
}
