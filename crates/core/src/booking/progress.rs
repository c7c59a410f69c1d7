//! How a booking is getting on, room by room, for the guest who waits.

use super::journal::{Entry, HeldRoom};
use super::outcome::Outcome;
use super::{Booking, LineState};
use crate::ids::{LineNo, ReservationCode, RoomNumber};

/// How far a requested room is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoomState {
    /// A room is being looked for.
    Checking,
    /// A room is held and being booked.
    Held,
    /// It is booked.
    Booked,
    /// It finally failed.
    Failed,
}

impl RoomState {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Checking => "checking",
            Self::Held => "held",
            Self::Booked => "booked",
            Self::Failed => "failed",
        }
    }
}

/// How far one requested room is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomProgress {
    /// Its place in the request.
    pub line: LineNo,
    /// How far it is.
    pub state: RoomState,
    /// The room that is held or booked for it; of a failed one that which was last tried.
    pub room: Option<RoomNumber>,
    /// Its reservation's code, once it is booked.
    pub code: Option<ReservationCode>,
}

/// What a journal entry tells the guest who waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Milestone {
    /// The payment is claimed, and the rooms are looked for.
    Accepted,
    /// It was refused before anything was done.
    Refused,
    /// Rooms are held.
    Held(Vec<LineNo>),
    /// A room is booked.
    Booked(LineNo),
    /// A room finally failed, or was cancelled.
    Failed(LineNo),
    /// The payment is settled.
    Settled,
}

impl Milestone {
    /// The name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Held(_) => "held",
            Self::Booked(_) => "booked",
            Self::Failed(_) => "failed",
            Self::Settled => "settled",
        }
    }

    /// The rooms that it is about; none where it is about all.
    #[must_use]
    pub fn lines(&self) -> &[LineNo] {
        match self {
            Self::Held(lines) => lines,
            Self::Booked(line) | Self::Failed(line) => std::slice::from_ref(line),
            Self::Accepted | Self::Refused | Self::Settled => &[],
        }
    }
}

impl Booking {
    /// How far each requested room is, in line order.
    #[must_use]
    pub fn progress(&self) -> Vec<RoomProgress> {
        // Of all or nothing nothing is said before it is all, as in the report.
        let is_quiet = self.is_quiet();
        let has_ended = self.outcome().is_some();
        let progress = |(line, it): (LineNo, &super::Line)| {
            let (state, room, code) = match &it.state {
                LineState::Waiting { .. } => (RoomState::Checking, None, None),
                LineState::Assigned { room, .. } => (RoomState::Held, Some(room), None),
                LineState::Unknown { room, .. } if has_ended => (RoomState::Failed, Some(room), None),
                LineState::Unknown { room, .. } => (RoomState::Held, Some(room), None),
                LineState::Booked { room, .. } if is_quiet => (RoomState::Held, Some(room), None),
                LineState::Booked { room, code, .. } => (RoomState::Booked, Some(room), Some(code)),
                LineState::Failed { .. } if is_quiet => (RoomState::Checking, None, None),
                LineState::Failed { room, .. } => (RoomState::Failed, room.as_ref(), None),
            };
            RoomProgress { line, state, room: room.cloned(), code: code.cloned() }
        };
        self.numbered().map(progress).collect()
    }

    /// What an entry that was just taken in tells the guest; `None` where it is the hotel's affair only.
    #[must_use]
    pub fn milestone(&self, entry: &Entry) -> Option<Milestone> {
        match entry {
            Entry::Claimed { .. } | Entry::AcceptedUnpaid => Some(Milestone::Accepted),
            Entry::Refused { .. } => Some(Milestone::Refused),
            Entry::Held { rooms, .. } => {
                Some(Milestone::Held(rooms.iter().map(|HeldRoom { line, .. }| *line).collect()))
            }
            Entry::Confirmed { line, .. } if !self.is_quiet() => Some(Milestone::Booked(*line)),
            Entry::LineFailed { line, .. } | Entry::Cancelled { line, .. } if !self.is_quiet() => {
                Some(Milestone::Failed(*line))
            }
            Entry::Settled => Some(Milestone::Settled),
            Entry::Requested { .. }
            | Entry::Confirmed { .. }
            | Entry::LineFailed { .. }
            | Entry::Cancelled { .. }
            | Entry::AttemptRefused { .. }
            | Entry::OutcomeUnknown { .. }
            | Entry::FoundAbsent { .. }
            | Entry::Deferred { .. }
            | Entry::HoldsReleased
            | Entry::Notified
            | Entry::NotifyGivenUp { .. }
            | Entry::FollowTaken
            | Entry::FollowedBy { .. }
            | Entry::CancelOrdered { .. }
            | Entry::CancellationRequested { .. }
            | Entry::StrayFound { .. }
            | Entry::PaymentAdded { .. }
            | Entry::PaymentClaimed { .. }
            | Entry::PaymentRefused { .. }
            | Entry::PaymentSettled { .. }
            | Entry::Escalated { .. }
            | Entry::Resolved { .. } => None,
        }
    }

    /// Whether rooms are not told of yet: all or nothing was asked for, and it goes on.
    pub(super) fn is_quiet(&self) -> bool {
        self.stands() == Outcome::InProgress && self.request().is_some_and(|it| it.all_or_nothing)
    }
}
