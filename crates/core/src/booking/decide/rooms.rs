//! What follows from the answers about rooms: held, booked, looked up. "No" is believed only once no earlier call can still
//! be carried out.

use super::Rejection;
use crate::booking::effect::{
    ABSENT_AFTER_MS, BOOK_ATTEMPTS_MAX, Failure, Holding, INQUIRIES_MAX, RETRIES_MAX, Reservation,
};
use crate::booking::journal::{Entry, HeldRoom, StaffReason, Step};
use crate::booking::outcome::FailureCause;
use crate::booking::{Booking, Line, LineState, Phase};
use crate::ids::{LineNo, Millis, Reference, RoomNumber};
use crate::problem::Problem;
use crate::sorted::sort_by;

impl Booking {
    fn looks_up(&self) -> bool {
        self.capabilities().is_some_and(|capabilities| capabilities.lookup)
    }

    fn replays(&self) -> bool {
        self.capabilities().is_some_and(|capabilities| capabilities.idempotency)
    }

    pub(super) fn held(
        &self,
        answer: Result<Holding, Failure<Problem>>,
        now: Millis,
    ) -> Result<Vec<Entry>, Rejection> {
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

    pub(super) fn booked(
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
    pub(super) fn is_seen(&self, line: LineNo, found: &Reservation) -> bool {
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

    pub(super) fn looked_up(
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

    /// The outcome of a call is not known, and cannot be found out where the API can neither replay nor look up.
    pub(super) fn unknown(&self, line: LineNo, generation: u32) -> Vec<Entry> {
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
}
