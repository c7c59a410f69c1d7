//! The journal: what happened to a booking, entry by entry. A booking is nothing but its journal.

use super::outcome::FailureCause;
use super::request::{BookingRequest, FurtherRequest};
use crate::ids::{BookingId, ClaimId, LineNo, Millis, ReservationCode, RoomNumber};
use crate::message::Language;
use crate::money::Money;
use crate::payment::pending::Schedule;
use crate::problem::Problem;

/// The version that entries are written in. A reader knows this one and all before it.
pub const JOURNAL_VERSION: u8 = 3;

/// What a reservation API can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// A call repeated with the same reference books once and answers the same.
    pub idempotency: bool,
    /// A reservation can be looked up by our reference.
    pub lookup: bool,
    /// A reservation can be cancelled.
    pub cancel: bool,
}

/// What a booking was accepted under. Settings that change later do not change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Each line's exact price, in thousandths: as quoted, or as of today's tariff.
    pub prices: Vec<Money>,
    /// The least that must be paid now, in cents.
    pub required: Money,
    /// What the guest said is to be taken of the payment.
    pub amount: Option<Money>,
    /// How long rooms are held at a time.
    pub hold_ttl_ms: i64,
    /// What the reservation API can do.
    pub capabilities: Capabilities,
    /// Whether the hotel's programs are told how it ends, and the language in which they then tell the guest.
    pub notify: Option<Language>,
    /// When its payment is looked for, where staff waive that it must be there when it is made.
    pub waits: Option<Schedule>,
}

/// A step of a booking that a host carries out. At most one of each is under way at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Ask the booking that this one follows.
    Follow,
    /// Claim the payment.
    Claim,
    /// Find and hold rooms.
    Hold,
    /// Book the line's room.
    Book {
        /// The line.
        line: LineNo,
    },
    /// Look the line's reservation up.
    LookUp {
        /// The line.
        line: LineNo,
    },
    /// Cancel the line's reservation.
    Cancel {
        /// The line.
        line: LineNo,
    },
    /// Settle the payment.
    Settle,
    /// Let go of rooms that were held and not booked.
    ReleaseHolds,
    /// Tell the hotel's programs how it ended.
    Notify,
    /// Claim a further payment.
    ClaimFurther {
        /// Which, from 1.
        part: u8,
    },
    /// Settle a further payment.
    SettleFurther {
        /// Which, from 1.
        part: u8,
    },
}

/// Why people must look at a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaffReason {
    /// It cannot be found out whether the line's room is booked.
    Unconfirmed {
        /// The line.
        line: LineNo,
    },
    /// The codes are in the ledger but do not fit the payment's row.
    CodreserFull,
    /// A reservation that should be cancelled could not be.
    CancelFailed {
        /// The line.
        line: LineNo,
    },
    /// The ledger refuses what the booking says.
    LedgerRefused {
        /// The problem's code.
        code: String,
    },
}

impl StaffReason {
    /// The stable name that programs tell reasons by.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unconfirmed { .. } => "unconfirmed",
            Self::CodreserFull => "codreser_full",
            Self::CancelFailed { .. } => "cancel_failed",
            Self::LedgerRefused { .. } => "ledger_refused",
        }
    }

    /// The line that they must look at; `None` where it is the payment.
    #[must_use]
    pub fn line(&self) -> Option<LineNo> {
        match self {
            Self::Unconfirmed { line } | Self::CancelFailed { line } => Some(*line),
            Self::CodreserFull | Self::LedgerRefused { .. } => None,
        }
    }
}

/// Who asks for a cancellation. Staff need not ask, but may note what they were told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requester {
    /// The guest, by the booking's token.
    Guest,
    /// The assistant, for the guest that it talks to.
    Assistant,
    /// Staff.
    Staff,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A checked and priced request came in.
    Requested {
        /// What was asked for.
        request: Box<BookingRequest>,
        /// Under what terms.
        terms: Terms,
    },
    /// The booking that this one follows takes it for its follower.
    FollowTaken,
    /// Another booking follows this one: it is for the guests of the rooms that failed here. It may be one that followed
    /// before and tries again.
    FollowedBy {
        /// The other booking.
        booking: BookingId,
    },
    /// The payment was claimed: the booking is accepted.
    Claimed {
        /// The claim.
        claim: ClaimId,
        /// How much, in cents.
        amount: Money,
        /// Each line's share of it, in cents.
        shares: Vec<Money>,
    },
    /// The payment is not there yet, and staff waive that it must be: the booking is accepted without, and its payment
    /// becomes the first further one.
    AcceptedUnpaid,
    /// A further payment is to be made; one that was refused is forgotten.
    PaymentAdded {
        /// What is asked for.
        request: Box<FurtherRequest>,
    },
    /// A further payment was claimed.
    PaymentClaimed {
        /// Which, from 1.
        part: u8,
        /// The claim.
        claim: ClaimId,
        /// How much, in cents.
        amount: Money,
        /// Each line's share of it, in cents.
        shares: Vec<Money>,
    },
    /// A further payment could not be claimed: nothing was done.
    PaymentRefused {
        /// Which, from 1.
        part: u8,
        /// Why.
        problem: Problem,
    },
    /// A further payment was settled: the ledger has it for what is booked.
    PaymentSettled {
        /// Which, from 1.
        part: u8,
    },
    /// The request was refused before anything was done; the same intent may try again.
    Refused {
        /// Why.
        problem: Problem,
    },
    /// Rooms were found and are held for their lines. It also says under which references they are booked: the
    /// booking, the line and its generation.
    Held {
        /// Which room for which line.
        rooms: Vec<HeldRoom>,
        /// Until when.
        expires_at: Millis,
    },
    /// The reservation API booked the line's room.
    Confirmed {
        /// The line.
        line: LineNo,
        /// Which try of it.
        generation: u32,
        /// The room really booked.
        room: RoomNumber,
        /// The reservation's code.
        code: ReservationCode,
    },
    /// The reservation API refused the line's room; another is to be tried.
    AttemptRefused {
        /// The line.
        line: LineNo,
        /// Which try of it.
        generation: u32,
        /// The API's own words.
        error: String,
    },
    /// It is not known whether the line's room is booked.
    OutcomeUnknown {
        /// The line.
        line: LineNo,
        /// Which try of it.
        generation: u32,
    },
    /// A look-up showed that the line's room is not booked.
    FoundAbsent {
        /// The line.
        line: LineNo,
        /// Which try of it.
        generation: u32,
    },
    /// The line finally failed.
    LineFailed {
        /// The line.
        line: LineNo,
        /// Why.
        cause: FailureCause,
    },
    /// The line's reservation was cancelled.
    Cancelled {
        /// The line.
        line: LineNo,
        /// Why.
        cause: FailureCause,
    },
    /// Staff want reservations of a booking that ended cancelled.
    CancelOrdered {
        /// The lines.
        lines: Vec<LineNo>,
        /// The digest of the key that ordered it.
        by: String,
    },
    /// The guest would like rooms cancelled: staff decide. It changes neither the outcome nor the money.
    CancellationRequested {
        /// The lines that were not asked for before.
        lines: Vec<LineNo>,
        /// Why, in the guest's words.
        reason: Option<String>,
        /// Who asks.
        by: Requester,
    },
    /// A step could not be carried out and is tried again; or, of a booked line's cancel and up to version 2, staff
    /// ask for it.
    Deferred {
        /// Which.
        step: Step,
        /// When.
        until: Millis,
        /// When it was last under way, where it is not known whether it was carried out after all.
        unknown_at: Option<Millis>,
    },
    /// The payment was settled: the ledger links what is booked, and the rest is free.
    Settled,
    /// Rooms that were held and not booked are free again.
    HoldsReleased,
    /// The hotel's programs know how it ended.
    Notified,
    /// They could not be told, and it is not tried any more.
    NotifyGivenUp {
        /// Why, for staff.
        error: String,
    },
    /// People must look at it.
    Escalated {
        /// Why.
        reason: StaffReason,
    },
    /// People looked at it.
    Resolved {
        /// What they found and did.
        note: String,
        /// The line that they looked at; the whole booking where none is named.
        line: Option<LineNo>,
        /// The digest of the key that they came with; version 2 did not say.
        by: Option<String>,
    },
    /// A reservation was found that was made for the booking and is not its own: it came after the booking had given
    /// it up. It is cancelled.
    StrayFound {
        /// The line that it was made for.
        line: LineNo,
        /// Which try of it.
        generation: u32,
        /// Its room.
        room: RoomNumber,
        /// Its code.
        code: ReservationCode,
    },
}

/// A room held for a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRoom {
    /// The line.
    pub line: LineNo,
    /// Which try of it, from 1.
    pub generation: u32,
    /// The room.
    pub room: RoomNumber,
}

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped {
    /// The version that it is written in.
    pub v: u8,
    /// When it was decided.
    pub at: Millis,
    /// What happened.
    pub entry: Entry,
}

impl Stamped {
    /// The entry in the present version.
    #[must_use]
    pub fn new(at: Millis, entry: Entry) -> Self {
        Self { v: JOURNAL_VERSION, at, entry }
    }
}
