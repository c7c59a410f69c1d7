//! What follows from an answer: which entries are to be appended. Pure, and the only place where it is decided.

use super::effect::{BOOK_ATTEMPTS_MAX, Failure, Holding, Input, Reservation};
use super::journal::{Capabilities, Entry, StaffReason, Stamped, Step, Terms};
use super::outcome::FailureCause;
use super::request::BookingRequest;
use super::{Booking, Line, LineState, Phase, RETRY_AFTER_MS, stamp};
use crate::ids::{ClaimId, LineNo, Millis, Reference};
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
        let entries = match input {
            Input::Start { request, terms } => self.start(request, terms)?,
            Input::Resumed => self.resumed(now),
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
            Input::Notify(answer) => match answer {
                Ok(()) => vec![Entry::Notified],
                Err(_) => vec![self.defer(Step::Notify, None, now)],
            },
        };
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

    /// After a restart a call that was under way may have been carried out. Where repeating it is harmless it is
    /// simply pending again; else its outcome is unknown.
    fn resumed(&self, now: Millis) -> Vec<Entry> {
        if self.phase == Phase::Claiming {
            // It is written down that a claim may have been made: from now on only a clear "no" is one.
            return vec![Entry::Deferred { step: Step::Claim, until: now }];
        }
        if self.capabilities().is_none_or(|capabilities| capabilities.idempotency) {
            return Vec::new();
        }
        let mut entries = Vec::new();
        for (line, it) in self.numbered() {
            if let LineState::Assigned { generation, .. } = it.state {
                entries.extend(self.unknown(line, generation));
            }
        }
        entries
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
            Err(Failure::Refused(problem)) => vec![Entry::Refused { problem }],
            // Nothing was done by this call; it may have been by an earlier one whose answer was lost, and then the
            // claim must be found again, not left behind.
            Err(Failure::Retryable { after_ms }) if self.deferred.get(&Step::Claim).is_some() => {
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
            Err(Failure::Unknown) => vec![self.defer(Step::Claim, None, now)],
        })
    }

    fn held(&self, answer: Result<Holding, Failure<Problem>>, now: Millis) -> Result<Vec<Entry>, Rejection> {
        if self.phase != Phase::Booking {
            return Err(Rejection::Stale);
        }
        let holding = match answer {
            Ok(holding) => holding,
            Err(Failure::Retryable { after_ms }) => return Ok(vec![self.defer(Step::Hold, after_ms, now)]),
            Err(Failure::Refused(_) | Failure::Unknown) => {
                return Ok(vec![self.defer(Step::Hold, None, now)]);
            }
        };
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

    fn booked(
        &self,
        reference: &Reference,
        answer: Result<Reservation, Failure<String>>,
        now: Millis,
    ) -> Result<Vec<Entry>, Rejection> {
        let (line, generation) = (reference.line, reference.generation);
        self.waits_for(reference)?;
        Ok(match answer {
            Ok(Reservation { code, room }) => vec![Entry::Confirmed { line, generation, room, code }],
            Err(Failure::Refused(error)) if generation < BOOK_ATTEMPTS_MAX => {
                vec![Entry::AttemptRefused { line, generation, error }]
            }
            Err(Failure::Refused(error)) => {
                vec![Entry::LineFailed { line, cause: FailureCause::Refused { error } }]
            }
            Err(Failure::Retryable { after_ms }) => vec![self.defer(Step::Book { line }, after_ms, now)],
            Err(Failure::Unknown) => {
                let mut entries = self.unknown(line, generation);
                if self.capabilities().is_some_and(|capabilities| capabilities.idempotency) {
                    entries.push(self.defer(Step::Book { line }, None, now));
                }
                entries
            }
        })
    }

    fn looked_up(
        &self,
        reference: &Reference,
        answer: Result<Option<Reservation>, Failure<String>>,
        now: Millis,
    ) -> Result<Vec<Entry>, Rejection> {
        let (line, generation) = (reference.line, reference.generation);
        self.waits_for(reference)?;
        Ok(match answer {
            Ok(Some(Reservation { code, room })) => vec![Entry::Confirmed { line, generation, room, code }],
            Ok(None) if generation < BOOK_ATTEMPTS_MAX => vec![Entry::FoundAbsent { line, generation }],
            Ok(None) => vec![Entry::LineFailed { line, cause: FailureCause::Unreachable }],
            Err(Failure::Retryable { after_ms }) => vec![self.defer(Step::LookUp { line }, after_ms, now)],
            Err(Failure::Refused(_) | Failure::Unknown) => vec![self.defer(Step::LookUp { line }, None, now)],
        })
    }

    fn cancelled(
        &self,
        reference: &Reference,
        answer: Result<(), Failure<String>>,
        now: Millis,
    ) -> Result<Vec<Entry>, Rejection> {
        let line = reference.line;
        let is_booked = self.line(line).is_some_and(Line::is_booked);
        if !is_booked || reference.booking != self.id {
            return Err(Rejection::Stale);
        }
        Ok(match answer {
            Ok(()) => vec![Entry::Cancelled { line, cause: FailureCause::AllOrNothing }],
            Err(Failure::Refused(_)) => vec![Entry::Escalated { reason: StaffReason::CancelFailed { line } }],
            Err(Failure::Retryable { after_ms }) => vec![self.defer(Step::Cancel { line }, after_ms, now)],
            Err(Failure::Unknown) => vec![self.defer(Step::Cancel { line }, None, now)],
        })
    }

    fn settled(&self, answer: Result<bool, Failure<Problem>>, now: Millis) -> Result<Vec<Entry>, Rejection> {
        if self.phase != Phase::Booking {
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
                *generation == reference.generation && reference.booking == self.id
            }
            Some(LineState::Waiting { .. } | LineState::Booked { .. } | LineState::Failed { .. }) | None => {
                false
            }
        };
        if waits { Ok(()) } else { Err(Rejection::Stale) }
    }

    /// Tries a step again later: after what the other side says, or twice as long as last time.
    fn defer(&self, step: Step, after_ms: Option<i64>, now: Millis) -> Entry {
        let times = self.deferred.get(&step).map_or(0, |deferral| deferral.times).min(20);
        let (shortest, longest) = RETRY_AFTER_MS;
        let doubled = shortest.saturating_mul(1_i64.checked_shl(times).unwrap_or(i64::MAX));
        Entry::Deferred { step, until: now.plus(after_ms.unwrap_or(doubled).clamp(shortest, longest)) }
    }

    fn line(&self, line: LineNo) -> Option<&Line> {
        self.lines.get(line.index())
    }

    fn capabilities(&self) -> Option<Capabilities> {
        self.accepted.as_ref().map(|accepted| accepted.terms.capabilities)
    }
}
