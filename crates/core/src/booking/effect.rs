//! What a host is to carry out, and what it answers.

use super::journal::{HeldRoom, Requester, Step};
use super::notice::Notice;
use super::request::{Evidence, Guest, RequestedRoom};
use crate::ids::{
    BookingId, ClaimId, LineNo, Millis, PackageId, Reference, ReservationCode, RoomNumber, RoomTypeId,
};
use crate::money::Money;
use crate::party::Occupancy;
use crate::payment::claim::ClaimWish;
use crate::payment::ledger::Holder;
use crate::payment::method::PaymentRef;
use crate::payment::operation::Payees;
use crate::problem::Problem;
use crate::stay::Stay;

/// The most calls to the reservation API that one booking has under way.
pub const BOOK_CALLS_MAX: usize = 6;
/// How often a line's room is tried, each time another one.
pub const BOOK_ATTEMPTS_MAX: u32 = 3;
/// How often a step that can certainly not be carried out for now is tried; half an hour, all in all.
pub const RETRIES_MAX: u32 = 40;
/// How often the booking that is followed is asked; two minutes, all in all.
pub const FOLLOW_TRIES_MAX: u32 = 8;
/// How often it is tried to find out whether a room is booked, before people are asked; a day, all in all.
pub const INQUIRIES_MAX: u32 = 1_440;
/// How long after a call whose outcome is not known its absence is believed: until then it may still be carried out.
/// Longer than a host waits for a call and than the other side may take after that, whether the host lives or not.
pub const ABSENT_AFTER_MS: i64 = 20_000;

/// A line that needs a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomNeed {
    /// The line.
    pub line: LineNo,
    /// Which try of it, from 1.
    pub generation: u32,
    /// The type.
    pub room_type: RoomTypeId,
    /// Rooms that the reservation API refused for it.
    pub refused: Vec<RoomNumber>,
    /// The room that it holds already, where that hold is only to be prolonged: this room or none.
    pub holds: Option<RoomNumber>,
}

/// What the reservation API is told about one room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomOrder {
    /// The idempotency key: booking, line and generation.
    pub reference: Reference,
    /// The room.
    pub room: RoomNumber,
    /// What was asked for.
    pub requested: RequestedRoom,
    /// When.
    pub stay: Stay,
    /// The package.
    pub package: PackageId,
    /// Its price, in cents.
    pub amount: Money,
    /// Who books.
    pub guest: Guest,
    /// How it is paid.
    pub payment: PaymentRef,
    /// Who paid.
    pub payment_maker_name: String,
    /// What the guest asks of the hotel.
    pub customer_instructions: Option<String>,
}

/// What a booking that follows another is for: guests whom the other left without a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowWish {
    /// When.
    pub stay: Stay,
    /// The package.
    pub package: PackageId,
    /// Who.
    pub guests: Occupancy,
}

/// Something that a host is to carry out. Each can be repeated harmlessly, or is not repeated: see
/// [`super::journal::Capabilities`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Ask the booking that this one follows whether it may: there is one follower at a time.
    Follow {
        /// The booking that is followed.
        followed: BookingId,
        /// What for.
        wish: FollowWish,
    },
    /// Take the claim that pays for the booking.
    ClaimPayment {
        /// The payment.
        payment: PaymentRef,
        /// Which of the booking's payments it is: 0 is the one that it was made with, others came later.
        part: u8,
        /// Whose open claim may be taken.
        holder: Holder,
        /// The claim that the request names.
        named: Option<ClaimId>,
        /// How much.
        wish: ClaimWish,
        /// For how many rooms.
        rooms: u16,
        /// What shows that who asked for a further payment has it before them, where that is asked for.
        evidence: Option<Evidence>,
    },
    /// See what is free, pick rooms for these lines and hold them: all that can be had, in one go, never one
    /// that a sibling has.
    HoldRooms {
        /// When.
        stay: Stay,
        /// The package.
        package: PackageId,
        /// The lines.
        needs: Vec<RoomNeed>,
        /// For how long.
        ttl_ms: i64,
    },
    /// Book a held room.
    BookRoom(Box<RoomOrder>),
    /// Find out whether a room was booked.
    LookUp {
        /// The reference under which it would have been.
        reference: Reference,
    },
    /// Cancel a reservation.
    CancelReservation {
        /// The reference under which it was booked.
        reference: Reference,
        /// Its code.
        code: ReservationCode,
    },
    /// Turn the claim into payments for these reservations, give back what cancelled ones were paid, and free the
    /// rest.
    SettlePayment {
        /// The payment.
        payment: PaymentRef,
        /// Which of the booking's payments it is.
        part: u8,
        /// The claim.
        claim: ClaimId,
        /// What the claim comes to.
        payees: Payees,
    },
    /// Let go of the rooms that are held for these lines and not booked.
    ReleaseHolds {
        /// The lines that failed.
        lines: Vec<LineNo>,
    },
    /// Tell the hotel's programs how it ended.
    Notify(Box<Notice>),
}

impl Effect {
    /// Which step it is.
    #[must_use]
    pub fn step(&self) -> Step {
        match self {
            Self::Follow { .. } => Step::Follow,
            Self::ClaimPayment { part: 0, .. } => Step::Claim,
            Self::ClaimPayment { part, .. } => Step::ClaimFurther { part: *part },
            Self::HoldRooms { .. } => Step::Hold,
            Self::BookRoom(order) => Step::Book { line: order.reference.line },
            Self::LookUp { reference } => Step::LookUp { line: reference.line },
            Self::CancelReservation { reference, .. } => Step::Cancel { line: reference.line },
            Self::SettlePayment { part: 0, .. } => Step::Settle,
            Self::SettlePayment { part, .. } => Step::SettleFurther { part: *part },
            Self::ReleaseHolds { .. } => Step::ReleaseHolds,
            Self::Notify(_) => Step::Notify,
        }
    }
}

/// Why a step was not carried out: "no" is not "don't know".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure<R> {
    /// It was refused, and certainly not done.
    Refused(R),
    /// It was certainly not done, and may be tried again.
    Retryable {
        /// In how many milliseconds, where the other side says so.
        after_ms: Option<i64>,
    },
    /// It may or may not have been done.
    Unknown,
}

/// Rooms that were held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The lines that were asked for, with their generations.
    pub asked: Vec<(LineNo, u32)>,
    /// The rooms held; a line that is not here has no room.
    pub rooms: Vec<HeldRoom>,
    /// Until when.
    pub expires_at: Millis,
}

/// A reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// Its code.
    pub code: ReservationCode,
    /// The room really booked.
    pub room: RoomNumber,
}

/// What a host answers, or learns, and feeds back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A checked and priced request.
    Start {
        /// What is asked for.
        request: Box<super::request::BookingRequest>,
        /// Under what terms.
        terms: super::journal::Terms,
    },
    /// The host starts anew after it was stopped with effects under way: calls that were under way may have been carried out.
    Resumed,
    /// What the booking that is followed says.
    Follow(Result<(), Failure<Problem>>),
    /// Another booking wants to follow this one.
    FollowedBy {
        /// The other booking.
        booking: BookingId,
        /// What for.
        wish: FollowWish,
        /// The follower that came to nothing, by its number ([`super::Booking::follower`]), where the host asked it.
        dead: Option<u32>,
    },
    /// How claiming went: the claim and its amount.
    Claim(Result<(ClaimId, Money), Failure<Problem>>),
    /// How holding went.
    Hold(Result<Holding, Failure<Problem>>),
    /// How booking a room went; refusals in the API's own words.
    Book(Reference, Result<Reservation, Failure<String>>),
    /// What a look-up found; `None` where there is no such reservation.
    LookUp(Reference, Result<Option<Reservation>, Failure<String>>),
    /// How cancelling went.
    Cancel(Reference, Result<(), Failure<String>>),
    /// How settling went: whether the codes fit the payment's row.
    Settle(Result<bool, Failure<Problem>>),
    /// A further payment is to be made.
    AddPayment(Box<super::request::FurtherRequest>),
    /// How claiming went, of the booking's payment with this number.
    FurtherClaim(u8, Result<(ClaimId, Money), Failure<Problem>>),
    /// How settling went, of the booking's payment with this number.
    FurtherSettle(u8, Result<bool, Failure<Problem>>),
    /// How letting go of rooms went.
    ReleaseHolds(Result<(), Failure<Problem>>),
    /// How telling went, of the notice with this number; refused is what must not be tried again.
    Notify(u32, Result<(), Failure<String>>),
    /// Staff cancel a line of a booking that ended, or all that is booked.
    CancelBooked {
        /// The line; all of them where none is named.
        line: Option<LineNo>,
        /// The digest of the key that orders it.
        by: String,
    },
    /// A guest would like rooms cancelled.
    RequestCancellation {
        /// The lines; all of them where none is named.
        lines: Vec<LineNo>,
        /// Why, in the guest's words.
        reason: Option<String>,
        /// Who asks.
        by: Requester,
    },
    /// Staff found out how a line really stands.
    Resolve {
        /// The line; none where what they looked at is the payment.
        line: Option<LineNo>,
        /// The reservation that there is for it, if there is one.
        found: Option<Reservation>,
        /// What they found and did.
        note: String,
        /// The digest of the key that they came with.
        by: Option<String>,
    },
    /// A reservation was found that the booking does not own.
    Stray(Reference, Reservation),
}

/// Whose a reservation is that was made under one of a booking's references.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// The booking's.
    Owned,
    /// The booking, or staff for it, may still find that it is.
    Undecided,
    /// Nobody's: the booking gave it up for certain, and has ended.
    Stray,
    /// Not what the booking knows, and not given up by it either: its line is booked under this very reference with
    /// another code, or what it had cancelled stands. Somebody at the hotel may have done that, and people must look.
    Disputed,
}

impl Input {
    /// The answer to claiming the booking's payment with this number.
    #[must_use]
    pub fn claim(part: u8, answer: Result<(ClaimId, Money), Failure<Problem>>) -> Self {
        if part == 0 { Self::Claim(answer) } else { Self::FurtherClaim(part, answer) }
    }

    /// The answer to settling the booking's payment with this number.
    #[must_use]
    pub fn settle(part: u8, answer: Result<bool, Failure<Problem>>) -> Self {
        if part == 0 { Self::Settle(answer) } else { Self::FurtherSettle(part, answer) }
    }
}

impl Reference {
    /// The reference of a line's try.
    #[must_use]
    pub fn new(booking: &BookingId, line: LineNo, generation: u32) -> Self {
        Self { booking: booking.clone(), line, generation }
    }
}
