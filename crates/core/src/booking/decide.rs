//! What follows from an answer: which entries are to be appended. Pure, and the only place where it is decided.

mod rooms;
mod staff;

use super::effect::{ABSENT_AFTER_MS, Failure, Input};
use super::journal::{Capabilities, Entry, StaffReason, Stamped, Step, Terms};
use super::request::BookingRequest;
use super::{Booking, Line, LineState, Phase, RETRY_AFTER_MS, stamp};
use crate::ids::{ClaimId, LineNo, Millis};
use crate::money::Money;
use crate::payment::claim::allocate;
use crate::problem::{Problem, System};

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
                entries.extend(self.still_asked(line));
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
