//! What follows from what people decide: cancels and requests for them, what staff found out, reservations that nobody
//! owns.

use super::Rejection;
use crate::booking::effect::{Failure, INQUIRIES_MAX, Ownership, Reservation};
use crate::booking::journal::{Entry, Requester, StaffReason, Step};
use crate::booking::outcome::FailureCause;
use crate::booking::{Booking, Line, LineState, Phase};
use crate::ids::{LineNo, Millis, Reference, ReservationCode};
use crate::problem::Problem;
use crate::property::Property;

impl Booking {
    /// What cancels: reservations that there are, of a booking that ended. What was ordered before needs no order.
    pub(super) fn cancel_booked(&self, line: Option<LineNo>, by: String) -> Result<Vec<Entry>, Rejection> {
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
    pub(super) fn request_cancellation(
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
    pub(super) fn resolve(
        &self,
        line: Option<LineNo>,
        found: Option<Reservation>,
    ) -> Result<Vec<Entry>, Rejection> {
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

    /// The reference of a line that people are to find out about.
    #[must_use]
    pub fn asked_reference(&self, line: LineNo) -> Option<Reference> {
        match self.line(line)?.state {
            LineState::Unknown { generation, .. } => Some(Reference::new(&self.id, line, generation)),
            _ => None,
        }
    }

    /// Whether what people found can be the line's: it is what the reservation system has under the line's reference,
    /// or, where that is not known, in a room that the line may have.
    ///
    /// # Errors
    /// [`Problem::Invalid`] that names `found.reserva` or `found.room_number`.
    pub fn check_found(
        &self,
        line: LineNo,
        found: &Reservation,
        known: Option<&Reservation>,
        property: &Property,
    ) -> Result<(), Problem> {
        let wrong = |field, message: &[&str]| Err(Problem::field(field, message.concat()));
        if let Some(known) = known {
            if known == found {
                return Ok(());
            }
            let field = if known.code == found.code { "found.room_number" } else { "found.reserva" };
            return wrong(
                field,
                &["is not what the system has: ", known.code.as_str(), " in room ", known.room.as_str()],
            );
        }
        let has_it = |it: &Line| it.room() == Some(&found.room);
        if self.numbered().any(|(of, it)| of != line && has_it(it)) {
            return wrong("found.room_number", &["is another line's room"]);
        }
        let Some(it) = self.line(line) else { return Ok(()) };
        let room_type = &it.requested.room_type;
        let is_of_type = property.room_type(room_type).is_some_and(|it| it.rooms.contains(&found.room));
        // The one that was ordered may have left the settings since.
        if is_of_type || has_it(it) {
            return Ok(());
        }
        wrong("found.room_number", &["must be a room of the type ", room_type.as_str()])
    }

    /// A guest's request to cancel outlives the resolution of a case about the payment, which names no line either: staff
    /// have not looked at it with that.
    pub(super) fn still_asked(&self, line: Option<LineNo>) -> Option<Entry> {
        let is_payments = line.is_none() && self.staff.iter().any(|reason| reason.line().is_none());
        let asked = self.cancellation_requested().filter(|_| is_payments)?;
        Some(Entry::CancellationRequested { lines: asked.lines, reason: asked.reason, by: asked.by })
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
            Some(LineState::Booked { generation, .. }) if *generation == reference.generation => {
                Ownership::Disputed
            }
            Some(LineState::Failed { code: Some(own), .. }) if own == code => Ownership::Disputed,
            _ => Ownership::Stray,
        }
    }

    /// What is to be cancelled is written down before, once.
    pub(super) fn stray(&self, reference: &Reference, found: Reservation) -> Result<Vec<Entry>, Rejection> {
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
    pub(in crate::booking) fn must_have_ended(&self) -> Result<(), Rejection> {
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

    pub(super) fn cancelled(
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
}
