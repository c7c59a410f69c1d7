//! The booking: a pure state machine over an append-only journal.
//!
//! A host's whole contract: [`Booking::decide`] on an input, append the entries durably, [`Booking::apply`] each, arm
//! the alarm for [`Booking::deadline`], carry out [`Booking::pending`] effects that are not under way yet, and
//! feed each answer back as an input. A host that was killed replays the journal, feeds
//! [`effect::Input::Resumed`] where effects were under way, and goes on. One that only waited feeds nothing.

mod apply;
mod decide;
pub mod effect;
mod follow;
pub mod further;
pub mod journal;
pub mod notice;
pub mod outcome;
pub mod progress;
pub mod request;
mod standing;
mod steps;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

pub use apply::ReplayError;
pub use decide::Rejection;
use journal::{Entry, Requester, StaffReason, Stamped, Step, Terms};
use notice::Notices;
use outcome::{FailureCause, Outcome};
use request::{BookingRequest, RequestedRoom};

use crate::ids::{BookingId, ClaimId, LineNo, Millis, ReservationCode, RoomNumber};
use crate::money::Money;
use crate::problem::Problem;
use crate::sorted::Map;

/// How long after its last entry a booking with steps under way is looked at again, in case its host was killed.
pub const RESUME_AFTER_MS: i64 = 5_000;
/// The shortest and longest time after which a failed step is tried again; it doubles from one to the other.
pub const RETRY_AFTER_MS: (i64, i64) = (500, 60_000);

/// How one requested room stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum LineState {
    /// It needs a room.
    Waiting { generation: u32 },
    /// Its room is held and to be booked.
    Assigned { generation: u32, room: RoomNumber },
    /// Whether its room is booked is not known since its call was last under way.
    Unknown { generation: u32, room: RoomNumber, since: Millis },
    /// Its room is booked.
    Booked { generation: u32, room: RoomNumber, code: ReservationCode },
    /// It finally failed; with the code of its reservation where that was cancelled.
    Failed { room: Option<RoomNumber>, code: Option<ReservationCode>, cause: FailureCause },
}

/// One requested room.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    requested: RequestedRoom,
    exact: Money,
    share: Money,
    refused: Vec<RoomNumber>,
    /// Whether a room is still held for it without being booked.
    is_held: bool,
    /// Until when.
    held_until: Millis,
    /// Whether staff want its reservation cancelled.
    is_cancel_wanted: bool,
    /// Whether staff want its reservation to stay although it could not be cancelled.
    is_kept: bool,
    /// What the ledger has for it.
    ledger: Paid,
    state: LineState,
}

/// What the ledger has for a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Paid {
    /// Nothing, since the claim was settled; before that, its share of it.
    Nothing,
    /// Its share stays set aside.
    SetAside,
    /// Its reservation is paid.
    Reservation,
}

/// Where a booking is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Phase {
    /// Nothing was asked yet.
    New,
    /// The booking that it follows is asked.
    Following,
    /// The payment is being claimed.
    Claiming,
    /// Rooms are being held and booked.
    Booking,
    /// The payment is settled; what is left is to tidy up, or to follow what staff decide.
    Settled,
    /// Refused before anything was done.
    Refused(Problem),
}

/// An accepted request.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Accepted {
    request: BookingRequest,
    terms: Terms,
    claim: Option<(ClaimId, Money)>,
}

/// A step that failed for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Deferral {
    /// When it was put off first.
    since: Millis,
    until: Millis,
    times: u32,
}

/// What a guest would like cancelled, and staff have not decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancellationRequest {
    /// The rooms, in line order.
    pub lines: Vec<LineNo>,
    /// Why, in the guest's words.
    pub reason: Option<String>,
    /// Who asked last.
    pub by: Requester,
    /// When.
    pub at: Millis,
}

/// A booking, as its journal has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    id: BookingId,
    phase: Phase,
    accepted: Option<Accepted>,
    lines: Vec<Line>,
    deferred: Map<Step, Deferral>,
    staff: Vec<StaffReason>,
    escalated_at: Option<Millis>,
    /// What a guest asked to cancel. A line that was cancelled since stands here, too.
    cancellation: Option<CancellationRequest>,
    /// Which booking follows it, and how many entries have said so.
    follower: Option<(BookingId, u32)>,
    /// Codes of reservations that were found and are not its own.
    strays: Vec<ReservationCode>,
    /// When claiming was last under way without its outcome being known.
    claim_unknown_at: Option<Millis>,
    notices: Notices,
    /// Payments that came after the one that it was made with.
    further: Vec<further::Further>,
    last_at: Millis,
    /// The latest instant of its journal, which is not its last one's where a clock was set back.
    latest_at: Millis,
}

impl Booking {
    /// A booking of which nothing is known yet.
    #[must_use]
    pub fn new(id: BookingId) -> Self {
        Self {
            id,
            phase: Phase::New,
            accepted: None,
            lines: Vec::new(),
            deferred: Map::new(),
            staff: Vec::new(),
            escalated_at: None,
            cancellation: None,
            follower: None,
            strays: Vec::new(),
            claim_unknown_at: None,
            notices: Notices::default(),
            further: Vec::new(),
            last_at: Millis(0),
            latest_at: Millis(0),
        }
    }

    /// The booking that these entries make.
    ///
    /// # Errors
    /// [`ReplayError`] at the first entry that does not fit: the journal is damaged or of a later version.
    pub fn replay(id: BookingId, journal: &[Stamped]) -> Result<Self, ReplayError> {
        let mut booking = Self::new(id);
        for stamped in journal {
            booking.apply(stamped)?;
        }
        Ok(booking)
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &BookingId {
        &self.id
    }

    /// What was asked for, once it was.
    #[must_use]
    pub fn request(&self) -> Option<&BookingRequest> {
        self.accepted.as_ref().map(|accepted| &accepted.request)
    }

    /// Why it was refused, if it was.
    #[must_use]
    pub fn refusal(&self) -> Option<&Problem> {
        match &self.phase {
            Phase::Refused(problem) => Some(problem),
            Phase::New | Phase::Following | Phase::Claiming | Phase::Booking | Phase::Settled => None,
        }
    }

    /// Whether its payment was claimed: from then on the intent is bound to it.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        matches!(self.phase, Phase::Booking | Phase::Settled)
    }

    /// Whether the same intent is to find this booking instead of making another: it goes on, or has rooms, or people
    /// must look at it. One that was refused or came to nothing stands in nobody's way, and no longer
    /// follows another.
    #[must_use]
    pub fn is_live(&self) -> bool {
        match self.phase {
            Phase::New | Phase::Refused(_) => false,
            Phase::Following | Phase::Claiming | Phase::Booking => true,
            Phase::Settled => self.outcome() != Some(Outcome::NotBooked),
        }
    }

    /// Why people must look at it; empty where they need not.
    #[must_use]
    pub fn staff_reasons(&self) -> &[StaffReason] {
        &self.staff
    }

    /// What a guest would like cancelled, as long as staff have neither cancelled it nor looked at it. It is no reason
    /// why a booking needs staff: its outcome stays what it was.
    #[must_use]
    pub fn cancellation_requested(&self) -> Option<CancellationRequest> {
        let mut request = self.cancellation.clone()?;
        request.lines.retain(|line| self.lines.get(line.index()).is_some_and(|it| !it.is_failed()));
        (!request.lines.is_empty()).then_some(request)
    }

    /// Which booking follows it, and the number of that follower, which is another each time that one is taken.
    #[must_use]
    pub fn follower(&self) -> Option<(&BookingId, u32)> {
        self.follower.as_ref().map(|(booking, number)| (booking, *number))
    }

    /// Of how many rooms it is; 0 before anything was asked.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// How it ended; `None` while it goes on, and before it was accepted.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        match self.phase {
            Phase::New | Phase::Following | Phase::Claiming | Phase::Refused(_) | Phase::Booking => None,
            Phase::Settled if !self.steps().is_empty() => None,
            Phase::Settled if !self.staff.is_empty() => Some(Outcome::NeedsStaff),
            Phase::Settled => {
                let booked = self.lines.iter().filter(|line| line.is_booked()).count();
                Some(match booked {
                    0 => Outcome::NotBooked,
                    n if n == self.lines.len() => Outcome::Booked,
                    _ => Outcome::PartlyBooked,
                })
            }
        }
    }

    /// Since when people must look at it.
    #[must_use]
    pub fn escalated_at(&self) -> Option<Millis> {
        self.escalated_at
    }

    /// When something last happened to it. Never earlier than it was before, whatever was done to the clock: by it a later
    /// state is told from an earlier one.
    #[must_use]
    pub fn latest_at(&self) -> Millis {
        self.latest_at
    }

    /// How often a step was put off.
    fn times(&self, step: Step) -> u32 {
        self.deferred.get(&step).map_or(0, |deferral| deferral.times)
    }

    fn numbered(&self) -> impl Iterator<Item = (LineNo, &Line)> {
        // A booking has at most 20 lines.
        self.lines.iter().enumerate().map(|(i, line)| (LineNo(u8::try_from(i).unwrap_or(u8::MAX)), line))
    }

    /// Whether it is not known yet how a line ends, and people are not asked.
    fn is_open(&self, line: LineNo, it: &Line) -> bool {
        match it.state {
            LineState::Waiting { .. } | LineState::Assigned { .. } => true,
            LineState::Unknown { .. } => !self.is_stuck(line, it),
            LineState::Booked { .. } | LineState::Failed { .. } => false,
        }
    }

    /// Whether only people can find out how a line stands.
    fn is_stuck(&self, line: LineNo, it: &Line) -> bool {
        let is_unknown = matches!(it.state, LineState::Unknown { .. });
        is_unknown && self.staff.contains(&StaffReason::Unconfirmed { line })
    }
}

impl Line {
    /// The room that it has, or may have.
    fn room(&self) -> Option<&RoomNumber> {
        match &self.state {
            LineState::Assigned { room, .. }
            | LineState::Unknown { room, .. }
            | LineState::Booked { room, .. } => Some(room),
            LineState::Waiting { .. } | LineState::Failed { .. } => None,
        }
    }

    fn is_booked(&self) -> bool {
        matches!(self.state, LineState::Booked { .. })
    }

    fn is_failed(&self) -> bool {
        matches!(self.state, LineState::Failed { .. })
    }
}

/// An entry for the journal, with the instant at which it was decided.
fn stamp(at: Millis, entries: Vec<Entry>) -> Vec<Stamped> {
    entries.into_iter().map(|entry| Stamped::new(at, entry)).collect()
}
