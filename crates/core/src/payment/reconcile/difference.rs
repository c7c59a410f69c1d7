//! What can disagree, each by a name of its own.

use crate::ids::{BookingId, ClaimId, LineNo, Millis, ReservationCode};
use crate::money::Money;

/// Something that does not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The ledger cannot be read, or contradicts itself.
    LedgerBroken {
        /// The first entry that does not fit.
        seq: u32,
        /// How, in English, for who operates the system.
        detail: &'static str,
    },
    /// The column `used` has more than the ledger: another program used some, and no operation came by since.
    UsedAboveLedger {
        /// The column.
        recorded: Money,
        /// What the ledger comes to.
        ledger: Money,
    },
    /// The column `used` has less than the ledger: another program set it back.
    UsedBelowLedger {
        /// The column.
        recorded: Money,
        /// What the ledger comes to.
        ledger: Money,
    },
    /// More is used than was paid: the payment's amount was lowered.
    Overdrawn {
        /// What the ledger comes to.
        used: Money,
        /// What was paid.
        amount: Money,
    },
    /// A code in `codreser` that no entry of the ledger knows: another program's.
    ExternalCode {
        /// The code, as it stands there.
        code: String,
    },
    /// A code of the ledger that is not in `codreser`.
    CodeMissing {
        /// The code, with its prefix.
        code: String,
    },
    /// `codreser` has the ledger's codes in another order, or one twice.
    CodesMisplaced,
    /// An open claim whose time is over, and whose money is still set aside.
    ClaimExpired {
        /// The claim.
        claim: ClaimId,
        /// How much it keeps.
        amount: Money,
        /// Since when it should be free.
        expired_at: Millis,
    },
    /// A claim keeps money for a booking that has ended.
    ClaimLeft {
        /// The claim.
        claim: ClaimId,
        /// The booking.
        booking: BookingId,
        /// How much it keeps beyond what the booking may.
        amount: Money,
    },
    /// A claim of a booking that nobody knows.
    ClaimWithoutBooking {
        /// The claim.
        claim: ClaimId,
        /// The booking.
        booking: BookingId,
        /// How much it keeps.
        amount: Money,
    },
    /// A reservation is paid that its booking does not have.
    NotBooked {
        /// The booking.
        booking: BookingId,
        /// The booking's line.
        line: LineNo,
        /// The reservation's code.
        code: ReservationCode,
        /// What it is paid.
        amount: Money,
    },
    /// A booking has a room that no payment paid for.
    RoomUnpaid {
        /// The booking.
        booking: BookingId,
        /// The reservation's code.
        code: ReservationCode,
    },
    /// A room is paid another amount than its booking says.
    PaidOtherwise {
        /// The booking.
        booking: BookingId,
        /// The reservation's code.
        code: ReservationCode,
        /// What payments paid for it.
        paid: Money,
        /// What the booking says.
        due: Money,
    },
    /// A reservation is paid that was cancelled in the reservation system.
    ReservationCancelled {
        /// The booking.
        booking: BookingId,
        /// The reservation's code.
        code: ReservationCode,
    },
    /// A reservation is paid that the reservation system does not have.
    ReservationGone {
        /// The booking.
        booking: BookingId,
        /// The reservation's code.
        code: ReservationCode,
    },
    /// The reservation system has a reservation of ours that no payment paid for.
    ReservationUnpaid {
        /// The booking that its reference names.
        booking: BookingId,
        /// The reservation's code.
        code: ReservationCode,
    },
}

impl Difference {
    /// Its name, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::LedgerBroken { .. } => "ledger_broken",
            Self::UsedAboveLedger { .. } => "used_above_ledger",
            Self::UsedBelowLedger { .. } => "used_below_ledger",
            Self::Overdrawn { .. } => "overdrawn",
            Self::ExternalCode { .. } => "external_code",
            Self::CodeMissing { .. } => "code_missing",
            Self::CodesMisplaced => "codes_misplaced",
            Self::ClaimExpired { .. } => "claim_expired",
            Self::ClaimLeft { .. } => "claim_left",
            Self::ClaimWithoutBooking { .. } => "claim_without_booking",
            Self::NotBooked { .. } => "not_booked",
            Self::RoomUnpaid { .. } => "room_unpaid",
            Self::PaidOtherwise { .. } => "paid_otherwise",
            Self::ReservationCancelled { .. } => "reservation_cancelled",
            Self::ReservationGone { .. } => "reservation_gone",
            Self::ReservationUnpaid { .. } => "reservation_unpaid",
        }
    }

    /// The booking that it is about, where it is about one.
    #[must_use]
    pub fn booking(&self) -> Option<&BookingId> {
        match self {
            Self::ClaimLeft { booking, .. }
            | Self::ClaimWithoutBooking { booking, .. }
            | Self::NotBooked { booking, .. }
            | Self::RoomUnpaid { booking, .. }
            | Self::PaidOtherwise { booking, .. }
            | Self::ReservationCancelled { booking, .. }
            | Self::ReservationGone { booking, .. }
            | Self::ReservationUnpaid { booking, .. } => Some(booking),
            Self::LedgerBroken { .. }
            | Self::UsedAboveLedger { .. }
            | Self::UsedBelowLedger { .. }
            | Self::Overdrawn { .. }
            | Self::ExternalCode { .. }
            | Self::CodeMissing { .. }
            | Self::CodesMisplaced
            | Self::ClaimExpired { .. } => None,
        }
    }
}
