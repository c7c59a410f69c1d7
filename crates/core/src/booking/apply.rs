//! Taking an entry in: how the state follows from the journal, and from nothing else.

use super::journal::{Entry, HeldRoom, JOURNAL_VERSION, Stamped, Step};
use super::{Accepted, Booking, CancellationRequest, Deferral, Line, LineState, Paid, Phase};
use crate::ids::{LineNo, Millis};
use crate::money::Money;
use crate::sorted::sort_by;

/// Why an entry does not fit a booking.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// It is of a version that this program does not know.
    #[error("journal version {0} is not known here")]
    Version(u8),
    /// It contradicts the entries before it.
    #[error("the journal contradicts itself: {0}")]
    Contradiction(&'static str),
}

impl Booking {
    /// Takes one entry in.
    ///
    /// # Errors
    /// [`ReplayError`]; the booking must not be used further.
    pub fn apply(&mut self, stamped: &Stamped) -> Result<(), ReplayError> {
        if !(1..=JOURNAL_VERSION).contains(&stamped.v) {
            return Err(ReplayError::Version(stamped.v));
        }
        let before = self.ending();
        self.take(&stamped.entry, stamped.at, stamped.v)?;
        self.last_at = stamped.at;
        self.latest_at = self.latest_at.max(stamped.at);
        self.notice_change(before, stamped.at);
        Ok(())
    }

    fn take(&mut self, entry: &Entry, at: Millis, v: u8) -> Result<(), ReplayError> {
        match entry {
            Entry::Requested { request, terms } => {
                if !matches!(self.phase, Phase::New | Phase::Refused(_)) {
                    return Err(ReplayError::Contradiction("requested twice"));
                }
                if terms.prices.len() != request.rooms.len() {
                    return Err(ReplayError::Contradiction("as many prices as rooms"));
                }
                let line = |(requested, exact): (&super::RequestedRoom, &Money)| Line {
                    requested: requested.clone(),
                    exact: *exact,
                    share: Money::ZERO,
                    refused: Vec::new(),
                    is_held: false,
                    held_until: at,
                    is_cancel_wanted: false,
                    is_kept: false,
                    ledger: Paid::Nothing,
                    state: LineState::Waiting { generation: 1 },
                };
                self.lines = request.rooms.iter().zip(&terms.prices).map(line).collect();
                self.accepted =
                    Some(Accepted { request: (**request).clone(), terms: terms.clone(), claim: None });
                self.deferred.clear();
                self.further.clear();
                self.claim_unknown_at = None;
                // Up to version 2 what is followed was noted and not asked.
                let asks = v > 2 && request.follows.is_some();
                self.phase = if asks { Phase::Following } else { Phase::Claiming };
            }
            Entry::FollowTaken => {
                if self.phase != Phase::Following {
                    return Err(ReplayError::Contradiction("follows although it asked for nothing"));
                }
                self.phase = Phase::Claiming;
                self.deferred.remove(&Step::Follow);
            }
            Entry::FollowedBy { booking } => {
                let number = self.follower.as_ref().map_or(0, |(_, number)| *number);
                self.follower = Some((booking.clone(), number.saturating_add(1)));
            }
            Entry::Claimed { claim, amount, shares } => {
                let accepted = self.accepted.as_mut().filter(|_| self.phase == Phase::Claiming);
                let accepted =
                    accepted.ok_or(ReplayError::Contradiction("claimed before it was requested"))?;
                if shares.len() != self.lines.len() {
                    return Err(ReplayError::Contradiction("as many shares as rooms"));
                }
                accepted.claim = Some((claim.clone(), *amount));
                for (line, share) in self.lines.iter_mut().zip(shares) {
                    line.share = *share;
                }
                self.phase = Phase::Booking;
                self.deferred.remove(&Step::Claim);
            }
            Entry::AcceptedUnpaid
            | Entry::PaymentAdded { .. }
            | Entry::PaymentClaimed { .. }
            | Entry::PaymentRefused { .. }
            | Entry::PaymentSettled { .. } => self.take_further(entry, at)?,
            Entry::Refused { problem } => {
                if !matches!(self.phase, Phase::Following | Phase::Claiming) {
                    return Err(ReplayError::Contradiction("refused after it was accepted"));
                }
                self.phase = Phase::Refused(problem.clone());
                self.deferred.clear();
            }
            Entry::Held { rooms, expires_at } => {
                for HeldRoom { line, generation, room } in rooms {
                    let it = self.line_mut(*line)?;
                    match &it.state {
                        LineState::Waiting { generation: waiting } if waiting == generation => {
                            it.is_held = true;
                            it.held_until = *expires_at;
                            it.state = LineState::Assigned { generation: *generation, room: room.clone() };
                        }
                        LineState::Assigned { generation: of, room: held }
                        | LineState::Unknown { generation: of, room: held, .. }
                            if of == generation && held == room =>
                        {
                            it.held_until = *expires_at;
                        }
                        _ => return Err(ReplayError::Contradiction("held for a line that needs no room")),
                    }
                }
                self.deferred.remove(&Step::Hold);
            }
            Entry::Confirmed { line, generation, room, code } => {
                let it = self.line_mut(*line)?;
                match &it.state {
                    LineState::Assigned { generation: of, .. }
                    | LineState::Unknown { generation: of, .. }
                        if of == generation =>
                    {
                        it.is_held = false;
                        it.state = LineState::Booked {
                            generation: *generation,
                            room: room.clone(),
                            code: code.clone(),
                        };
                    }
                    _ => {
                        return Err(ReplayError::Contradiction("confirmed a line that was not to be booked"));
                    }
                }
                self.forget_line(*line);
            }
            Entry::AttemptRefused { line, generation, error: _ }
            | Entry::FoundAbsent { line, generation } => {
                let it = self.line_mut(*line)?;
                match &it.state {
                    LineState::Assigned { generation: of, room }
                    | LineState::Unknown { generation: of, room, .. }
                        if of == generation =>
                    {
                        it.refused.push(room.clone());
                        it.state = LineState::Waiting { generation: generation.saturating_add(1) };
                    }
                    _ => return Err(ReplayError::Contradiction("refused a line that was not to be booked")),
                }
                self.forget_line(*line);
            }
            Entry::OutcomeUnknown { line, generation } => {
                let it = self.line_mut(*line)?;
                match &it.state {
                    LineState::Assigned { generation: of, room } if of == generation => {
                        it.state =
                            LineState::Unknown { generation: *generation, room: room.clone(), since: at };
                    }
                    _ => {
                        return Err(ReplayError::Contradiction(
                            "unknown outcome of a line that was not called",
                        ));
                    }
                }
            }
            Entry::LineFailed { line, cause } => {
                let it = self.line_mut(*line)?;
                let room = match &it.state {
                    LineState::Waiting { .. } => it.refused.last().cloned(),
                    LineState::Assigned { room, .. } | LineState::Unknown { room, .. } => Some(room.clone()),
                    LineState::Booked { .. } | LineState::Failed { .. } => {
                        return Err(ReplayError::Contradiction("failed a line that had ended"));
                    }
                };
                it.state = LineState::Failed { room, code: None, cause: cause.clone() };
                self.forget_line(*line);
            }
            Entry::Cancelled { line, cause } => {
                let it = self.line_mut(*line)?;
                let LineState::Booked { room, code, .. } = &it.state else {
                    return Err(ReplayError::Contradiction("cancelled a line that was not booked"));
                };
                let (room, code) = (Some(room.clone()), Some(code.clone()));
                it.state = LineState::Failed { room, code, cause: cause.clone() };
                self.forget_line(*line);
            }
            Entry::CancelOrdered { lines, by: _ } => {
                for line in lines {
                    let it = self.line_mut(*line)?;
                    if !it.is_booked() {
                        return Err(ReplayError::Contradiction("ordered to cancel what is not booked"));
                    }
                    it.is_cancel_wanted = true;
                }
            }
            Entry::CancellationRequested { lines, reason, by } => {
                for line in lines {
                    self.line_mut(*line)?;
                }
                let before = self.cancellation.take();
                let (mut all, why) = before.map_or_else(Default::default, |it| (it.lines, it.reason));
                all.extend(lines);
                sort_by(&mut all, Ord::cmp);
                let reason = reason.clone().or(why);
                self.cancellation = Some(CancellationRequest { lines: all, reason, by: *by, at });
            }
            Entry::Deferred { step, until, unknown_at } => {
                match (step, unknown_at) {
                    // Claiming is only put off while it may have been done; version 1 did not say since when.
                    (Step::Claim, _) => {
                        self.claim_unknown_at = unknown_at.or(self.claim_unknown_at).or(Some(at))
                    }
                    (Step::ClaimFurther { part }, known) => self.further_deferred(*part, *known)?,
                    (Step::Book { line }, Some(known)) => {
                        if let LineState::Unknown { since, .. } = &mut self.line_mut(*line)?.state {
                            *since = *known;
                        }
                    }
                    // A cancel that failed comes later; one that staff ask for is due at once.
                    (Step::Cancel { line }, None) if *until <= at => {
                        self.line_mut(*line)?.is_cancel_wanted = true;
                    }
                    _ => {}
                }
                let earlier = self.deferred.get(step);
                let times = earlier.map_or(0, |deferral| deferral.times).saturating_add(1);
                let since = earlier.map_or(at, |deferral| deferral.since);
                self.deferred.insert(*step, Deferral { since, until: *until, times });
            }
            Entry::Settled => {
                if !matches!(self.phase, Phase::Booking | Phase::Settled) {
                    return Err(ReplayError::Contradiction("settled before it was booked"));
                }
                if self.numbered().any(|(line, it)| self.is_open(line, it)) {
                    return Err(ReplayError::Contradiction("settled before every line had ended"));
                }
                self.phase = Phase::Settled;
                let paid: Vec<Paid> = self.numbered().map(|(line, it)| self.to_be_paid(line, it)).collect();
                for (line, paid) in self.lines.iter_mut().zip(paid) {
                    line.ledger = paid;
                }
                self.deferred.remove(&Step::Settle);
            }
            Entry::HoldsReleased => {
                for line in &mut self.lines {
                    line.is_held = false;
                }
                self.deferred.remove(&Step::ReleaseHolds);
            }
            Entry::Notified => self.notices_end(None),
            Entry::NotifyGivenUp { error } => self.notices_end(Some(error.clone())),
            Entry::Escalated { reason } => {
                self.staff.push(reason.clone());
                self.escalated_at = self.escalated_at.or(Some(at));
            }
            Entry::StrayFound { code, .. } => self.strays.push(code.clone()),
            Entry::Resolved { note: _, line, by: _ } => {
                self.staff.retain(|reason| reason.line() != *line);
                if self.staff.is_empty() {
                    self.escalated_at = None;
                }
                if let Some(line) = line {
                    let it = self.line_mut(*line)?;
                    if matches!(it.state, LineState::Unknown { .. }) {
                        return Err(ReplayError::Contradiction("resolved a line that is still unknown"));
                    }
                    // What could not be cancelled and is still booked stays so.
                    it.is_kept = it.is_booked();
                    it.is_cancel_wanted = false;
                }
                // What was asked for is answered by it, one way or the other.
                if let Some(asked) = &mut self.cancellation {
                    asked.lines.retain(|of| line.is_some_and(|line| line != *of));
                }
            }
        }
        Ok(())
    }

    fn line_mut(&mut self, line: LineNo) -> Result<&mut Line, ReplayError> {
        self.lines.get_mut(line.index()).ok_or(ReplayError::Contradiction("there is no such line"))
    }

    /// What was put off for a line is no longer to be done once the line moved on.
    fn forget_line(&mut self, line: LineNo) {
        for step in [Step::Book { line }, Step::LookUp { line }, Step::Cancel { line }] {
            self.deferred.remove(&step);
        }
    }
}
