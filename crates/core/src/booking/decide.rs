//! What follows from an answer: which entries are to be appended. Pure, and the only place where it is decided.

use super::effect::{
    ABSENT_AFTER_MS, BOOK_ATTEMPTS_MAX, Failure, Holding, INQUIRIES_MAX, Input, Ownership, RETRIES_MAX,
    Reservation,
};
use super::journal::{Capabilities, Entry, HeldRoom, Requester, StaffReason, Stamped, Step, Terms};
use super::outcome::FailureCause;
use super::request::BookingRequest;
use super::{Booking, Line, LineState, Phase, RETRY_AFTER_MS, stamp};
use crate::ids::{ClaimId, LineNo, Millis, Reference, ReservationCode, RoomNumber};
use crate::money::Money;
use crate::payment::claim::allocate;
use crate::problem::{Problem, System};
use crate::sorted::sort_by;

/// Why an input is not taken. Nothing follows from it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// A request came for a booking that has one already.
    #[error("the booking was requested before")]
    AlreadyRequested,
    /// The request cannot be carried out with what the hotel's systems can do.
    #[error("the request cannot be carried out")]
    Impossible(Problem),
    /// People step in while steps are under way that their decision could cross; they can when the booking ended.
    #[error("the booking still runs")]
    StillRunning,
    /// An answer came that nothing waits for: a duplicate, or from before.
    #[error("nothing waits for this answer")]
    Stale,
}

impl Booking {
    /// The entries that follow from an input at `now`; they are to be appended and applied, all or none. No entry
    /// where the input changes nothing.
    ///
    /// # Errors
    /// [`Rejection`] where the input does not belong here.
    pub fn decide(&self, input: Input, now: Millis) -> Result<Vec<Stamped>, Rejection> {
        let mut entries = match input {
            Input::Start { request, terms } => self.start(request, terms)?,
            Input::Resumed => self.resumed(now),
            Input::Follow(answer) => self.follow_answered(answer, now)?,
            Input::FollowedBy { booking, wish, dead } => self.followed_by(booking, &wish, dead)?,
            Input::Claim(answer) => self.claimed(answer, now)?,
            Input::Hold(answer) => self.held(answer, now)?,
            Input::Book(reference, answer) => self.booked(&reference, answer, now)?,
            Input::LookUp(reference, answer) => self.looked_up(&reference, answer, now)?,
            Input::Cancel(reference, answer) => self.cancelled(&reference, answer, now)?,
            Input::Settle(answer) => self.settled(answer, now)?,
            Input::ReleaseHolds(answer) => match answer {
                Ok(()) => vec![Entry::HoldsReleased],
                // A hold that cannot be let go of now ends by itself; it is tried again all the same.
                Err(_) => vec![self.defer(Step::ReleaseHolds, None, now)],
            },
            Input::Notify(number, answer) => vec![self.notified(number, answer, now)?],
            Input::CancelBooked { line, by } => self.cancel_booked(line, by)?,
            Input::RequestCancellation { lines, reason, by } => {
                self.request_cancellation(lines, reason, by)?
            }
            Input::Resolve { line, found, note, by } => {
                let mut entries = self.resolve(line, found)?;
                entries.push(Entry::Resolved { note, line, by });
                entries
            }
            Input::Stray(reference, reservation) => self.stray(&reference, reservation)?,
            Input::AddPayment(request) => self.add_payment(request)?,
            Input::FurtherClaim(part, answer) => self.further_claimed(part, answer, now)?,
            Input::FurtherSettle(part, answer) => self.further_settlement_answered(part, answer, now)?,
        };
        self.unpaid_ending(&mut entries, now);
        Ok(stamp(now, entries))
    }

    fn start(&self, request: Box<BookingRequest>, terms: Terms) -> Result<Vec<Entry>, Rejection> {
        if !matches!(self.phase, Phase::New | Phase::Refused(_)) {
            return Err(Rejection::AlreadyRequested);
        }
        if request.all_or_nothing && !terms.capabilities.cancel {
            let message = "is not possible: this hotel's reservations cannot be cancelled by a program";
            return Err(Rejection::Impossible(Problem::field("all_or_nothing", message)));
        }
        if request.rooms.is_empty() || terms.prices.len() != request.rooms.len() {
            return Err(Rejection::Impossible(Problem::MissingBooking));
        }
        Ok(vec![Entry::Requested { request, terms }])
    }

    /// After a restart a call that was under way may have been carried out, or still be. Repeating it may be harmless,
    /// but until it can no longer come "no" is not to be believed. Of a line that was to be looked up, or whose call was
    /// put off until later, no call was under way: were it doubted anew, restarts could keep it from ever ending.
    fn resumed(&self, now: Millis) -> Vec<Entry> {
        if self.phase == Phase::Claiming {
            return vec![Entry::Deferred { step: Step::Claim, until: now, unknown_at: Some(now) }];
        }
        let mut entries = self.further_resumed(now);
        for (line, it) in self.numbered() {
            match it.state {
                LineState::Assigned { generation, .. } => entries.extend(self.unknown(line, generation)),
                LineState::Unknown { .. } if self.may_be_called(line, it, now) => {
                    let step = Step::Book { line };
                    entries.push(Entry::Deferred { step, until: now, unknown_at: Some(now) });
                }
                _ => {}
            }
        }
        entries
    }

    /// Whether the call that books a line's room is what it waits for, and due.
    fn may_be_called(&self, line: LineNo, it: &Line, now: Millis) -> bool {
        let call = self.accepted.as_ref().and_then(|accepted| self.call_for(accepted, line, it));
        let step = Step::Book { line };
        call.is_some_and(|call| call.step() == step)
            && self.deferred.get(&step).is_none_or(|it| it.until <= now)
    }

    /// What cancels: reservations that there are, of a booking that ended. What was ordered before needs no order.
    fn cancel_booked(&self, line: Option<LineNo>, by: String) -> Result<Vec<Entry>, Rejection> {
        if line.is_some_and(|line| self.line(line).is_none()) {
            return Err(Rejection::Stale);
        }
        let is_meant = |(of, it): &(LineNo, &Line)| {
            line.is_none_or(|line| line == *of)
                && it.is_booked()
                && !it.is_cancel_wanted
                && !self.staff.contains(&StaffReason::CancelFailed { line: *of })
        };
        let lines: Vec<LineNo> = self.numbered().filter(is_meant).map(|(line, _)| line).collect();
        if self.phase == Phase::Settled && lines.is_empty() {
            return Ok(Vec::new());
        }
        self.must_have_ended()?;
        let mut entries = Vec::new();
        if !self.capabilities().is_some_and(|capabilities| capabilities.cancel) {
            let escalated =
                |line: &LineNo| Entry::Escalated { reason: StaffReason::CancelFailed { line: *line } };
            entries.extend(lines.iter().map(escalated));
        }
        entries.insert(0, Entry::CancelOrdered { lines, by });
        Ok(entries)
    }

    /// What notes a guest's wish: rooms that are not asked for yet and did not fail.
    fn request_cancellation(
        &self,
        lines: Vec<LineNo>,
        reason: Option<String>,
        by: Requester,
    ) -> Result<Vec<Entry>, Rejection> {
        if !self.is_accepted() || lines.iter().any(|line| self.line(*line).is_none()) {
            return Err(Rejection::Stale);
        }
        let before = self.cancellation_requested();
        let asked = before.as_ref().map_or(&[][..], |it| &it.lines);
        let is_new = |(line, it): &(LineNo, &Line)| {
            (lines.is_empty() || lines.contains(line)) && !it.is_failed() && !asked.contains(line)
        };
        let new: Vec<LineNo> = self.numbered().filter(is_new).map(|(line, _)| line).collect();
        let says_more = reason.is_some() && before.as_ref().is_some_and(|it| it.reason != reason);
        if new.is_empty() && !says_more {
            return Ok(Vec::new());
        }
        Ok(vec![Entry::CancellationRequested { lines: new, reason, by }])
    }

    /// What follows from what staff found out about a line, or about the payment where none is named. Only what they
    /// were asked about can be resolved.
    fn resolve(&self, line: Option<LineNo>, found: Option<Reservation>) -> Result<Vec<Entry>, Rejection> {
        self.must_have_ended()?;
        // A guest's request to cancel is worked off with the booking as a whole: what it asks for is cancelled, or stays.
        let is_asked = line.is_none() && self.cancellation_requested().is_some();
        if !is_asked && !self.staff.iter().any(|reason| reason.line() == line) {
            return Err(Rejection::Stale);
        }
        let Some(line) = line else { return Ok(Vec::new()) };
        let it = self.line(line).ok_or(Rejection::Stale)?;
        Ok(match (&it.state, found) {
            (LineState::Unknown { .. }, Some(found)) if self.is_seen(line, &found) => {
                return Err(Rejection::Stale);
            }
            (LineState::Unknown { generation, .. }, Some(Reservation { code, room })) => {
                vec![Entry::Confirmed { line, generation: *generation, room, code }]
            }
            (LineState::Unknown { .. }, None) => {
                vec![Entry::LineFailed { line, cause: FailureCause::Unreachable }]
            }
            (LineState::Booked { .. }, None) => {
                vec![Entry::Cancelled { line, cause: self.cancel_cause(it) }]
            }
            (LineState::Booked { code, .. }, Some(found)) if *code == found.code => Vec::new(),
            _ => return Err(Rejection::Stale),
        })
    }

    /// Whose a reservation is that was made under this reference. A booking that goes on may still confirm it, and so
    /// may staff for a line that they are to find out about; everything else was given up for certain.
    #[must_use]
    pub fn ownership(&self, reference: &Reference, code: &ReservationCode) -> Ownership {
        let state = self.line(reference.line).map(|it| &it.state);
        let goes_on = self.outcome().is_none() && self.refusal().is_none();
        match state {
            Some(LineState::Booked { code: own, .. }) if own == code => Ownership::Owned,
            _ if goes_on || reference.booking != self.id => Ownership::Undecided,
            Some(LineState::Waiting { .. } | LineState::Assigned { .. } | LineState::Unknown { .. })
                if self.refusal().is_none() =>
            {
                Ownership::Undecided
            }
            _ => Ownership::Stray,
        }
    }

    /// What is to be cancelled is written down before, once.
    fn stray(&self, reference: &Reference, found: Reservation) -> Result<Vec<Entry>, Rejection> {
        if self.ownership(reference, &found.code) != Ownership::Stray {
            return Err(Rejection::Stale);
        }
        if self.strays.contains(&found.code) {
            return Ok(Vec::new());
        }
        let (line, generation) = (reference.line, reference.generation);
        Ok(vec![Entry::StrayFound { line, generation, room: found.room, code: found.code }])
    }

    /// People step in only where nothing is under way that their decision could cross.
    pub(super) fn must_have_ended(&self) -> Result<(), Rejection> {
        match self.phase {
            _ if self.outcome().is_some() && !self.is_paying() => Ok(()),
            Phase::Following | Phase::Claiming | Phase::Booking | Phase::Settled => {
                Err(Rejection::StillRunning)
            }
            Phase::New | Phase::Refused(_) => Err(Rejection::Stale),
        }
    }

    fn cancel_cause(&self, it: &Line) -> FailureCause {
        if it.is_cancel_wanted { FailureCause::Cancelled } else { FailureCause::AllOrNothing }
    }

    fn looks_up(&self) -> bool {
        self.capabilities().is_some_and(|capabilities| capabilities.lookup)
    }

    fn replays(&self) -> bool {
        self.capabilities().is_some_and(|capabilities| capabilities.idempotency)
    }

    fn claimed(
        &self,
        answer: Result<(ClaimId, Money), Failure<Problem>>,
        now: Millis,
    ) -> Result<Vec<Entry>, Rejection> {
        if self.phase != Phase::Claiming {
            return Err(Rejection::Stale);
        }
        Ok(match answer {
            Ok((claim, amount)) => {
                let prices: Vec<Money> =
                    self.lines.iter().map(|line| line.exact.round_half_up_to_cents()).collect();
                vec![Entry::Claimed { claim, amount, shares: allocate(amount, &prices) }]
            }
            // An earlier call may have claimed it, or still claim it: then a booking that was refused would keep money.
            Err(Failure::Refused(problem)) => match self.claim_unknown_at {
                Some(since) if self.is_in_doubt(Step::Claim, since, now) => {
                    vec![Entry::Deferred {
                        step: Step::Claim,
                        until: since.plus(ABSENT_AFTER_MS).max(now),
                        unknown_at: None,
                    }]
                }
                _ if matches!(problem, Problem::PaymentNotFound { .. }) && self.waits_for_payment() => {
                    vec![Entry::AcceptedUnpaid]
                }
                _ => vec![Entry::Refused { problem }],
            },
            Err(Failure::Retryable { after_ms }) if self.claim_unknown_at.is_some() => {
                vec![self.defer(Step::Claim, after_ms, now)]
            }
            // Nothing was done and the guest can try again: better said at once than left waiting.
            Err(Failure::Retryable { after_ms }) => {
                let seconds = after_ms.unwrap_or(RETRY_AFTER_MS.1).div_euclid(1_000).max(1);
                let retry_after_s = u32::try_from(seconds).unwrap_or(u32::MAX);
                vec![Entry::Refused {
                    problem: Problem::Unavailable { system: System::Payments, retry_after_s },
                }]
            }
            Err(Failure::Unknown) => vec![self.defer_unknown(Step::Claim, now)],
        })
    }

    fn held(&self, answer: Result<Holding, Failure<Problem>>, now: Millis) -> Result<Vec<Entry>, Rejection> {
        if self.phase != Phase::Booking {
            return Err(Rejection::Stale);
        }
        let holding = match answer {
            Ok(holding) => holding,
            Err(failure) => return Ok(self.not_held(&failure, now)),
        };
        if let Some(entries) = self.renewed(&holding, now) {
            return Ok(entries);
        }
        let waits = |line: &LineNo, generation: u32| {
            let state = self.line(*line).map(|it| &it.state);
            matches!(state, Some(LineState::Waiting { generation: of }) if *of == generation)
        };
        let asked: Vec<LineNo> = holding
            .asked
            .iter()
            .filter(|(line, generation)| waits(line, *generation))
            .map(|(l, _)| *l)
            .collect();
        if asked.is_empty() {
            return Err(Rejection::Stale);
        }
        let mut rooms = holding.rooms;
        rooms.retain(|held| asked.contains(&held.line) && waits(&held.line, held.generation));
        sort_by(&mut rooms, |a, b| a.line.cmp(&b.line));
        rooms.dedup_by_key(|held| held.line);
        // A room is one line's: what says otherwise is wrong, and the line has none.
        let mut taken: Vec<RoomNumber> = self.lines.iter().filter_map(Line::room).cloned().collect();
        rooms.retain(|held| {
            let is_free = !taken.contains(&held.room);
            taken.push(held.room.clone());
            is_free
        });
        let found: Vec<LineNo> = rooms.iter().map(|held| held.line).collect();
        let missing: Vec<LineNo> = asked.into_iter().filter(|line| !found.contains(line)).collect();
        let mut entries = Vec::new();
        if !rooms.is_empty() {
            entries.push(Entry::Held { rooms, expires_at: holding.expires_at });
        }
        let gives_up = !missing.is_empty() && self.request().is_some_and(|request| request.all_or_nothing);
        for line in missing {
            entries.push(Entry::LineFailed { line, cause: FailureCause::NoAvailability });
        }
        if gives_up {
            // All or nothing: a room that was not called for yet need not be booked only to be cancelled.
            for line in found {
                entries.push(Entry::LineFailed { line, cause: FailureCause::AllOrNothing });
            }
        }
        Ok(entries)
    }

    /// Rooms could not be looked for. Holds that are only to be prolonged are not worth giving up for.
    fn not_held(&self, failure: &Failure<Problem>, now: Millis) -> Vec<Entry> {
        let after_ms = match failure {
            Failure::Retryable { after_ms } => *after_ms,
            Failure::Refused(_) | Failure::Unknown => None,
        };
        let waiting = self.numbered().filter(|(_, it)| matches!(it.state, LineState::Waiting { .. }));
        let fails = |(line, _)| Entry::LineFailed { line, cause: FailureCause::Unreachable };
        let given_up: Vec<Entry> = waiting.map(fails).collect();
        if self.times(Step::Hold) < RETRIES_MAX || given_up.is_empty() {
            return vec![self.defer(Step::Hold, after_ms, now)];
        }
        given_up
    }

    /// What follows where holds were prolonged; `None` where that is not what was asked for.
    fn renewed(&self, holding: &Holding, now: Millis) -> Option<Vec<Entry>> {
        let holds = |held: &&HeldRoom| match self.line(held.line).map(|it| &it.state) {
            Some(LineState::Assigned { generation, room } | LineState::Unknown { generation, room, .. }) => {
                *generation == held.generation && *room == held.room
            }
            _ => false,
        };
        let is_renewal = |(line, generation): &(LineNo, u32)| match self.line(*line).map(|it| &it.state) {
            Some(LineState::Assigned { generation: of, .. } | LineState::Unknown { generation: of, .. }) => {
                of == generation
            }
            _ => false,
        };
        let is_waiting = self.lines.iter().any(|it| matches!(it.state, LineState::Waiting { .. }));
        if is_waiting || !holding.asked.iter().any(is_renewal) {
            return None;
        }
        let is_later = self.renewal_due().is_some_and(|due| {
            let before = self.accepted.as_ref().map_or(0, |it| it.terms.hold_ttl_ms.div_euclid(3));
            due < holding.expires_at.plus(before.saturating_neg())
        });
        let rooms: Vec<HeldRoom> = holding.rooms.iter().filter(holds).cloned().collect();
        Some(if rooms.is_empty() || !is_later {
            vec![self.defer(Step::Hold, None, now)]
        } else {
            vec![Entry::Held { rooms, expires_at: holding.expires_at }]
        })
    }

    fn booked(
        &self,
        reference: &Reference,
        answer: Result<Reservation, Failure<String>>,
        now: Millis,
    ) -> Result<Vec<Entry>, Rejection> {
        let (line, generation) = (reference.line, reference.generation);
        self.waits_for(reference)?;
        let step = Step::Book { line };
        let since = self.unknown_since(line);
        Ok(match answer {
            Ok(found) if !self.is_seen(line, &found) => Self::confirmed(reference, found),
            // A refusal says nothing of the earlier call; a look-up does.
            Err(Failure::Refused(_)) if since.is_some() && self.looks_up() => {
                vec![self.defer(step, None, now)]
            }
            Err(Failure::Refused(_)) if since.is_some_and(|since| self.is_in_doubt(step, since, now)) => {
                let until = since.unwrap_or(now).plus(ABSENT_AFTER_MS).max(now);
                vec![Entry::Deferred { step, until, unknown_at: None }]
            }
            Err(Failure::Refused(error)) if generation < BOOK_ATTEMPTS_MAX => {
                vec![Entry::AttemptRefused { line, generation, error }]
            }
            Err(Failure::Refused(error)) => {
                vec![Entry::LineFailed { line, cause: FailureCause::Refused { error } }]
            }
            Err(Failure::Retryable { .. }) if since.is_none() && self.times(step) >= RETRIES_MAX => {
                vec![Entry::LineFailed { line, cause: FailureCause::Unreachable }]
            }
            Ok(_) | Err(Failure::Retryable { .. } | Failure::Unknown)
                if self.times(step) >= INQUIRIES_MAX =>
            {
                vec![Entry::Escalated { reason: StaffReason::Unconfirmed { line } }]
            }
            Err(Failure::Retryable { after_ms }) => vec![self.defer(step, after_ms, now)],
            // A code or a room that a sibling has says nothing about this line.
            Ok(_) | Err(Failure::Unknown) => {
                let mut entries = self.unknown(line, generation);
                if self.replays() {
                    entries.push(self.defer_unknown(step, now));
                }
                entries
            }
        })
    }

    fn confirmed(reference: &Reference, found: Reservation) -> Vec<Entry> {
        let (line, generation) = (reference.line, reference.generation);
        vec![Entry::Confirmed { line, generation, room: found.room, code: found.code }]
    }

    /// Whether the code or the room is another line's.
    fn is_seen(&self, line: LineNo, found: &Reservation) -> bool {
        self.numbered().any(|(of, it)| match &it.state {
            LineState::Booked { code, room, .. } => {
                of != line && (*code == found.code || *room == found.room)
            }
            _ => false,
        })
    }

    fn unknown_since(&self, line: LineNo) -> Option<Millis> {
        match self.line(line)?.state {
            LineState::Unknown { since, .. } => Some(since),
            _ => None,
        }
    }

    fn looked_up(
        &self,
        reference: &Reference,
        answer: Result<Option<Reservation>, Failure<String>>,
        now: Millis,
    ) -> Result<Vec<Entry>, Rejection> {
        let (line, generation) = (reference.line, reference.generation);
        self.waits_for(reference)?;
        let step = Step::LookUp { line };
        let since = self.unknown_since(line);
        Ok(match answer {
            Ok(Some(found)) if !self.is_seen(line, &found) => Self::confirmed(reference, found),
            Ok(None) if since.is_some_and(|since| self.is_in_doubt(step, since, now)) => {
                vec![self.defer_no_longer(step, since.unwrap_or(now).plus(ABSENT_AFTER_MS), now)]
            }
            Ok(None) if generation < BOOK_ATTEMPTS_MAX => vec![Entry::FoundAbsent { line, generation }],
            Ok(None) => vec![Entry::LineFailed { line, cause: FailureCause::Unreachable }],
            Ok(Some(_)) | Err(_) if self.times(step) >= INQUIRIES_MAX => {
                vec![Entry::Escalated { reason: StaffReason::Unconfirmed { line } }]
            }
            Err(Failure::Retryable { after_ms }) => vec![self.defer(step, after_ms, now)],
            Ok(Some(_)) | Err(Failure::Refused(_) | Failure::Unknown) => vec![self.defer(step, None, now)],
        })
    }

    fn cancelled(
        &self,
        reference: &Reference,
        answer: Result<(), Failure<String>>,
        now: Millis,
    ) -> Result<Vec<Entry>, Rejection> {
        let line = reference.line;
        let step = Step::Cancel { line };
        let it = self.line(line).filter(|it| self.wants_cancel(line, it) && reference.booking == self.id);
        let it = it.ok_or(Rejection::Stale)?;
        let gives_up = self.times(step) >= INQUIRIES_MAX;
        Ok(match answer {
            Ok(()) => vec![Entry::Cancelled { line, cause: self.cancel_cause(it) }],
            Err(Failure::Refused(_)) => vec![Entry::Escalated { reason: StaffReason::CancelFailed { line } }],
            Err(_) if gives_up => vec![Entry::Escalated { reason: StaffReason::CancelFailed { line } }],
            Err(Failure::Retryable { after_ms }) => vec![self.defer(step, after_ms, now)],
            Err(Failure::Unknown) => vec![self.defer(step, None, now)],
        })
    }

    fn settled(&self, answer: Result<bool, Failure<Problem>>, now: Millis) -> Result<Vec<Entry>, Rejection> {
        if !self.steps().iter().any(|effect| effect.step() == Step::Settle) {
            return Err(Rejection::Stale);
        }
        let escalate = |reason| Entry::Escalated { reason };
        Ok(match answer {
            Ok(true) => vec![Entry::Settled],
            Ok(false) => vec![escalate(StaffReason::CodreserFull), Entry::Settled],
            // The ledger and the booking disagree, which only people can put right: the money stays where it is.
            Err(Failure::Refused(problem)) => {
                vec![escalate(StaffReason::LedgerRefused { code: problem.code().to_owned() }), Entry::Settled]
            }
            Err(Failure::Retryable { after_ms }) => vec![self.defer(Step::Settle, after_ms, now)],
            Err(Failure::Unknown) => vec![self.defer(Step::Settle, None, now)],
        })
    }

    /// The outcome of a call is not known, and cannot be found out where the API can neither replay nor look up.
    fn unknown(&self, line: LineNo, generation: u32) -> Vec<Entry> {
        let is_called =
            |it: &Line| matches!(it.state, LineState::Assigned { generation: of, .. } if of == generation);
        if !self.line(line).is_some_and(is_called) {
            return Vec::new();
        }
        let mut entries = vec![Entry::OutcomeUnknown { line, generation }];
        if !self.capabilities().is_some_and(|capabilities| capabilities.idempotency || capabilities.lookup) {
            entries.push(Entry::Escalated { reason: StaffReason::Unconfirmed { line } });
        }
        entries
    }

    fn waits_for(&self, reference: &Reference) -> Result<(), Rejection> {
        let state = self.line(reference.line).map(|it| &it.state);
        let waits = match state {
            Some(LineState::Assigned { generation, .. } | LineState::Unknown { generation, .. }) => {
                let is_stuck = self.line(reference.line).is_some_and(|it| self.is_stuck(reference.line, it));
                *generation == reference.generation && reference.booking == self.id && !is_stuck
            }
            Some(LineState::Waiting { .. } | LineState::Booked { .. } | LineState::Failed { .. }) | None => {
                false
            }
        };
        if waits { Ok(()) } else { Err(Rejection::Stale) }
    }

    /// Tries a step again later: after what the other side says, or twice as long as last time.
    pub(super) fn defer(&self, step: Step, after_ms: Option<i64>, now: Millis) -> Entry {
        let times = self.times(step).min(20);
        let (shortest, longest) = RETRY_AFTER_MS;
        let doubled = shortest.saturating_mul(1_i64.checked_shl(times).unwrap_or(i64::MAX));
        let until = now.plus(after_ms.unwrap_or(doubled).clamp(shortest, longest));
        Entry::Deferred { step, until, unknown_at: None }
    }

    /// The same, but no longer than until `latest`, where that is still to come.
    fn defer_no_longer(&self, step: Step, latest: Millis, now: Millis) -> Entry {
        match self.defer(step, None, now) {
            Entry::Deferred { step, until, unknown_at } => {
                Entry::Deferred { step, until: until.min(latest.max(now)), unknown_at }
            }
            other => other,
        }
    }

    /// The same for a step that may have been carried out, or may still be.
    pub(super) fn defer_unknown(&self, step: Step, now: Millis) -> Entry {
        match self.defer(step, None, now) {
            Entry::Deferred { step, until, .. } => Entry::Deferred { step, until, unknown_at: Some(now) },
            other => other,
        }
    }

    fn waits_for_payment(&self) -> bool {
        self.accepted.as_ref().is_some_and(|accepted| accepted.terms.waits.is_some())
    }

    fn line(&self, line: LineNo) -> Option<&Line> {
        self.lines.get(line.index())
    }

    fn capabilities(&self) -> Option<Capabilities> {
        self.accepted.as_ref().map(|accepted| accepted.terms.capabilities)
    }
}
