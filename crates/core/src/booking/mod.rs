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
pub mod journal;
pub mod notice;
pub mod outcome;
pub mod progress;
pub mod request;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

pub use apply::ReplayError;
pub use decide::Rejection;
use effect::{ABSENT_AFTER_MS, BOOK_CALLS_MAX, Effect, FollowWish, RoomNeed, RoomOrder};
use journal::{Entry, Requester, StaffReason, Stamped, Step, Terms};
use notice::Notices;
use outcome::{BookedRoom, FailedRoom, FailureCause, LineStanding, Outcome, Report};
use request::{BookingRequest, RequestedRoom};

use crate::ids::{BookingId, ClaimId, LineNo, Millis, Reference, ReservationCode, RoomNumber};
use crate::money::Money;
use crate::party::Occupancy;
use crate::payment::claim::ClaimWish;
use crate::payment::ledger::Holder;
use crate::payment::operation::{Payee, Payees};
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
    last_at: Millis,
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
            last_at: Millis(0),
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

    /// The steps to be carried out at `now` that are not put off: derived from the state, never stored.
    #[must_use]
    pub fn pending(&self, now: Millis) -> Vec<Effect> {
        let is_due = |effect: &Effect| self.deferred.get(&effect.step()).is_none_or(|d| d.until <= now);
        let renewal = self.renewal_due().filter(|due| *due <= now).and_then(|_| self.renewal());
        self.steps().into_iter().chain(renewal).chain(self.notify_effect()).filter(is_due).collect()
    }

    /// When the booking must be looked at again, whatever happens to its host; `None` once it ended and that is told.
    #[must_use]
    pub fn deadline(&self) -> Option<Millis> {
        let resume = self.last_at.plus(RESUME_AFTER_MS);
        let due = |effect: &Effect| self.deferred.get(&effect.step()).map_or(resume, |d| d.until);
        let renewal = self.renewal_due().map(|at| match self.deferred.get(&Step::Hold) {
            Some(deferral) => at.max(deferral.until),
            None => at,
        });
        self.steps().iter().chain(&self.notify_effect()).map(due).chain(renewal).min()
    }

    /// Since when a step of it cannot be carried out: the one that has waited longest.
    #[must_use]
    pub fn delayed_since(&self) -> Option<Millis> {
        self.steps().iter().filter_map(|effect| self.deferred.get(&effect.step())).map(|it| it.since).min()
    }

    /// The steps that cannot be carried out for now, and since when.
    #[must_use]
    pub fn delayed(&self) -> Vec<(Step, Millis)> {
        let of = |effect: &Effect| Some((effect.step(), self.deferred.get(&effect.step())?.since));
        self.steps().iter().filter_map(of).collect()
    }

    /// Since when people must look at it.
    #[must_use]
    pub fn escalated_at(&self) -> Option<Millis> {
        self.escalated_at
    }

    /// How much of the payment is set aside for it without having paid for a room.
    #[must_use]
    pub fn set_aside(&self) -> Money {
        let claimed = self.accepted.as_ref().and_then(|accepted| accepted.claim.as_ref());
        let Some((_, claimed)) = claimed.filter(|_| self.is_accepted()) else { return Money::ZERO };
        if self.phase == Phase::Booking {
            return *claimed;
        }
        let kept = self.lines.iter().filter(|line| line.ledger == Paid::SetAside).map(|line| line.share);
        kept.sum::<Option<Money>>().unwrap_or(*claimed)
    }

    /// How each line stands, for people.
    #[must_use]
    pub fn lines(&self) -> Vec<LineStanding> {
        let standing = |(line, it): (LineNo, &Line)| {
            let reference = |generation: u32| Some(Reference::new(&self.id, line, generation));
            let (state, reference, room, code) = match &it.state {
                LineState::Waiting { .. } => ("waiting", None, None, None),
                LineState::Assigned { generation, room } => {
                    ("held", reference(*generation), Some(room.clone()), None)
                }
                LineState::Unknown { generation, room, .. } => {
                    ("unknown", reference(*generation), Some(room.clone()), None)
                }
                LineState::Booked { generation, room, code } => {
                    ("booked", reference(*generation), Some(room.clone()), Some(code.clone()))
                }
                LineState::Failed { room, code, cause } => (cause.code(), None, room.clone(), code.clone()),
            };
            LineStanding {
                line,
                requested: it.requested.clone(),
                state,
                reference,
                room,
                code,
                amount: it.exact.round_half_up_to_cents(),
                share: it.share,
            }
        };
        self.numbered().map(standing).collect()
    }

    /// When something last happened to it.
    #[must_use]
    pub fn last_at(&self) -> Millis {
        self.last_at
    }

    /// How it stands, in line order.
    #[must_use]
    pub fn report(&self) -> Report {
        let outcome = self.stands();
        let (mut booked, mut failed) = (Vec::new(), Vec::new());
        // Of all or nothing nothing is said before it is all.
        let is_quiet = self.is_quiet();
        for (line, it) in self.numbered().filter(|_| !is_quiet) {
            let RequestedRoom { room_type, guests, extra_beds } = it.requested.clone();
            let amount = it.exact.round_half_up_to_cents();
            match &it.state {
                LineState::Booked { room, code, .. } => booked.push(BookedRoom {
                    line,
                    room: room.clone(),
                    room_type,
                    code: code.clone(),
                    guests,
                    extra_beds,
                    amount,
                    paid: it.share,
                }),
                LineState::Failed { room, code, cause } => {
                    let (room, code, cause) = (room.clone(), code.clone(), cause.clone());
                    let share = it.share;
                    failed.push(FailedRoom {
                        line,
                        room_type,
                        guests,
                        extra_beds,
                        room,
                        code,
                        amount,
                        share,
                        cause,
                    });
                }
                LineState::Unknown { room, .. } if outcome == Outcome::NeedsStaff => {
                    failed.push(FailedRoom {
                        line,
                        room_type,
                        guests,
                        extra_beds,
                        room: Some(room.clone()),
                        code: None,
                        amount,
                        share: it.share,
                        cause: FailureCause::Unconfirmed,
                    })
                }
                LineState::Waiting { .. } | LineState::Assigned { .. } | LineState::Unknown { .. } => {}
            }
        }
        let sum =
            |amounts: &mut dyn Iterator<Item = Money>| amounts.sum::<Option<Money>>().unwrap_or(Money::MAX);
        let total = sum(&mut booked.iter().map(|room| room.amount));
        let paid = sum(&mut booked.iter().map(|room| room.paid));
        Report { outcome, balance_due: total.minus_or_zero(paid), booked, failed, total }
    }

    /// How it stands, whether it ended or not.
    fn stands(&self) -> Outcome {
        self.outcome().unwrap_or(match self.phase {
            Phase::Refused(_) => Outcome::NotBooked,
            Phase::New | Phase::Following | Phase::Claiming | Phase::Booking | Phase::Settled => {
                Outcome::InProgress
            }
        })
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

    /// Holds of failed lines are let go of, except while another line's may be all that keeps its room.
    fn must_release_holds(&self) -> bool {
        let is_left = |line: &Line| line.is_held && matches!(line.state, LineState::Failed { .. });
        let is_unknown = |line: &Line| matches!(line.state, LineState::Unknown { .. });
        self.lines.iter().any(is_left) && !self.lines.iter().any(is_unknown)
    }

    /// Whether the rooms that are booked must be cancelled because another failed.
    fn must_compensate(&self) -> bool {
        let failed = |line: &Line| match &line.state {
            LineState::Failed { cause, .. } => *cause != FailureCause::Cancelled,
            _ => false,
        };
        self.request().is_some_and(|request| request.all_or_nothing) && self.lines.iter().any(failed)
    }

    /// Whether a line's reservation is to be cancelled, and can be.
    fn wants_cancel(&self, line: LineNo, it: &Line) -> bool {
        let is_wanted = it.is_cancel_wanted || (self.must_compensate() && !it.is_kept);
        it.is_booked() && is_wanted && !self.staff.contains(&StaffReason::CancelFailed { line })
    }

    /// What the ledger is to have for a line.
    fn to_be_paid(&self, line: LineNo, it: &Line) -> Paid {
        match it.state {
            LineState::Booked { .. } => Paid::Reservation,
            LineState::Unknown { .. } if self.is_stuck(line, it) => Paid::SetAside,
            _ => Paid::Nothing,
        }
    }

    /// Lines whose rooms are held and still to be booked.
    fn held_lines(&self) -> impl Iterator<Item = (LineNo, &Line)> {
        let is_waiting = |line, it: &Line| match it.state {
            LineState::Assigned { .. } => true,
            LineState::Unknown { .. } => !self.is_stuck(line, it),
            _ => false,
        };
        let is_booking = self.phase == Phase::Booking;
        self.numbered().filter(move |(line, it)| is_booking && it.is_held && is_waiting(*line, it))
    }

    /// When holds must be prolonged, lest they end before their rooms are booked.
    fn renewal_due(&self) -> Option<Millis> {
        let before = self.accepted.as_ref()?.terms.hold_ttl_ms.div_euclid(3);
        self.held_lines().map(|(_, it)| it.held_until.plus(before.saturating_neg())).min()
    }

    /// The step that prolongs them. Lines that need a room have precedence; they hold anew.
    fn renewal(&self) -> Option<Effect> {
        let need = |(line, it): (LineNo, &Line)| match &it.state {
            LineState::Assigned { generation, room } | LineState::Unknown { generation, room, .. } => {
                Some(self.need(line, it, *generation, Some(room.clone())))
            }
            _ => None,
        };
        let is_open = self.lines.iter().any(|line| matches!(line.state, LineState::Waiting { .. }));
        let needs: Vec<RoomNeed> = self.held_lines().filter_map(need).collect();
        if is_open || needs.is_empty() { None } else { self.hold_effect(needs) }
    }

    fn need(&self, line: LineNo, it: &Line, generation: u32, holds: Option<RoomNumber>) -> RoomNeed {
        let room_type = it.requested.room_type.clone();
        RoomNeed { line, generation, room_type, refused: it.refused.clone(), holds }
    }

    fn hold_effect(&self, needs: Vec<RoomNeed>) -> Option<Effect> {
        let Accepted { request, terms, .. } = self.accepted.as_ref()?;
        let (stay, package) = (request.stay, request.package.clone());
        Some(Effect::HoldRooms { stay, package, needs, ttl_ms: terms.hold_ttl_ms })
    }

    /// Whether a call under way at `since` may still have been carried out after this step was asked for, so that "no"
    /// is not to be believed. It counts when it was asked, not when the answer came: the host may have slept between.
    /// What is put off is not asked yet: an answer that comes all the same is an earlier one's duplicate.
    fn is_in_doubt(&self, step: Step, since: Millis, now: Millis) -> bool {
        let asked = self.deferred.get(&step).map(|deferral| deferral.until);
        asked.is_none_or(|asked| asked > now || asked < since.plus(ABSENT_AFTER_MS))
    }

    /// Every step that the state asks for, put off or not.
    fn steps(&self) -> Vec<Effect> {
        let Some(accepted) = &self.accepted else { return Vec::new() };
        match &self.phase {
            Phase::New | Phase::Refused(_) => Vec::new(),
            Phase::Following => follow_effect(&accepted.request).into_iter().collect(),
            Phase::Claiming => vec![self.claim_effect(accepted)],
            Phase::Booking => self.booking_steps(accepted),
            Phase::Settled => self.settled_steps(accepted),
        }
    }

    /// What is to be tidied up, and what follows from staff's decisions: cancel, and only then settle anew, so that
    /// nothing changes while the ledger is written.
    fn settled_steps(&self, accepted: &Accepted) -> Vec<Effect> {
        let cancels = self.numbered().filter(|(line, it)| self.wants_cancel(*line, it));
        let mut effects: Vec<Effect> =
            cancels.filter_map(|(line, it)| self.call_for(accepted, line, it)).take(BOOK_CALLS_MAX).collect();
        if effects.is_empty() && self.numbered().any(|(line, it)| it.ledger != self.to_be_paid(line, it)) {
            effects.extend(self.settle_effect(accepted));
        }
        if self.must_release_holds() {
            let failed = self.numbered().filter(|(_, it)| matches!(it.state, LineState::Failed { .. }));
            effects.push(Effect::ReleaseHolds { lines: failed.map(|(line, _)| line).collect() });
        }
        effects
    }

    fn settle_effect(&self, accepted: &Accepted) -> Option<Effect> {
        let (claim, _) = accepted.claim.as_ref()?;
        let payment = accepted.request.payment.payment.clone();
        Some(Effect::SettlePayment { payment, claim: claim.clone(), payees: self.payees() })
    }

    fn claim_effect(&self, accepted: &Accepted) -> Effect {
        let request = &accepted.request;
        let total = accepted.terms.prices.iter().map(|price| price.round_half_up_to_cents());
        Effect::ClaimPayment {
            payment: request.payment.payment.clone(),
            holder: request.wa_id.clone().map_or_else(|| Holder::Booking(self.id.clone()), Holder::Guest),
            named: request.payment.claim.clone(),
            wish: ClaimWish {
                total: total.sum::<Option<Money>>().unwrap_or(Money::MAX),
                required: accepted.terms.required,
                amount: accepted.terms.amount,
            },
            rooms: u16::try_from(self.lines.len()).unwrap_or(u16::MAX),
        }
    }

    fn booking_steps(&self, accepted: &Accepted) -> Vec<Effect> {
        let mut effects = Vec::new();
        let needs: Vec<RoomNeed> = self
            .numbered()
            .filter_map(|(line, it)| match it.state {
                LineState::Waiting { generation } => Some(self.need(line, it, generation, None)),
                _ => None,
            })
            .collect();
        if !needs.is_empty() {
            effects.extend(self.hold_effect(needs));
        }
        let calls = self.numbered().filter_map(|(line, it)| self.call_for(accepted, line, it));
        effects.extend(calls.take(BOOK_CALLS_MAX));
        let is_open = |(line, it): (LineNo, &Line)| {
            self.is_open(line, it) || (self.must_compensate() && self.wants_cancel(line, it))
        };
        if !self.numbered().any(is_open) {
            effects.extend(self.settle_effect(accepted));
        }
        effects
    }

    /// The call to the reservation API that a line is waiting for.
    fn call_for(&self, accepted: &Accepted, line: LineNo, it: &Line) -> Option<Effect> {
        let request = &accepted.request;
        let order = |generation, room: &RoomNumber| {
            Effect::BookRoom(Box::new(RoomOrder {
                reference: Reference::new(&self.id, line, generation),
                room: room.clone(),
                requested: it.requested.clone(),
                stay: request.stay,
                package: request.package.clone(),
                amount: it.exact.round_half_up_to_cents(),
                guest: request.guest.clone(),
                payment: request.payment.payment.clone(),
                payment_maker_name: request.payment.maker_name.clone(),
                customer_instructions: request.customer_instructions.clone(),
            }))
        };
        let capabilities = accepted.terms.capabilities;
        match &it.state {
            LineState::Assigned { generation, room } => Some(order(*generation, room)),
            LineState::Unknown { .. } if self.is_stuck(line, it) => None,
            // A call that was repeated and not answered well is looked up before it is repeated again.
            LineState::Unknown { generation, .. }
                if capabilities.lookup
                    && (!capabilities.idempotency
                        || self.times(Step::Book { line }) > self.times(Step::LookUp { line })) =>
            {
                Some(Effect::LookUp { reference: Reference::new(&self.id, line, *generation) })
            }
            LineState::Unknown { generation, room, .. } if capabilities.idempotency => {
                Some(order(*generation, room))
            }
            LineState::Booked { generation, code, .. } if self.wants_cancel(line, it) => {
                let reference = Reference::new(&self.id, line, *generation);
                Some(Effect::CancelReservation { reference, code: code.clone() })
            }
            LineState::Waiting { .. }
            | LineState::Unknown { .. }
            | LineState::Booked { .. }
            | LineState::Failed { .. } => None,
        }
    }

    fn payees(&self) -> Payees {
        let payee = |(line, it): (LineNo, &Line)| match &it.state {
            LineState::Booked { code, .. } => Some(Payee { line, code: code.clone(), amount: it.share }),
            LineState::Waiting { .. }
            | LineState::Assigned { .. }
            | LineState::Unknown { .. }
            | LineState::Failed { .. } => None,
        };
        let stuck = self.numbered().filter(|(line, it)| self.is_stuck(*line, it)).map(|(_, it)| it.share);
        let was_paid = |(_, it): &(LineNo, &Line)| it.ledger == Paid::Reservation && !it.is_booked();
        Payees {
            paid: self.numbered().filter_map(payee).collect(),
            kept: stuck.sum::<Option<Money>>().unwrap_or(Money::ZERO),
            reversed: self.numbered().filter(was_paid).map(|(line, _)| line).collect(),
        }
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

fn follow_effect(request: &BookingRequest) -> Option<Effect> {
    let guests = request.rooms.iter().fold(Occupancy::default(), |sum, room| sum.plus(&room.guests));
    let wish = FollowWish { stay: request.stay, package: request.package.clone(), guests };
    Some(Effect::Follow { followed: request.follows.clone()?, wish })
}

/// An entry for the journal, with the instant at which it was decided.
fn stamp(at: Millis, entries: Vec<Entry>) -> Vec<Stamped> {
    entries.into_iter().map(|entry| Stamped::new(at, entry)).collect()
}
