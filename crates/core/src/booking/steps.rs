//! What is to be done next: derived from the state, never stored.

use super::effect::{ABSENT_AFTER_MS, BOOK_CALLS_MAX, Effect, FollowWish, RoomNeed, RoomOrder};
use super::journal::{StaffReason, Step};
use super::outcome::FailureCause;
use super::request::BookingRequest;
use super::{Accepted, Booking, Line, LineState, Paid, Phase, RESUME_AFTER_MS};
use crate::ids::{LineNo, Millis, Reference, RoomNumber};
use crate::money::Money;
use crate::party::Occupancy;
use crate::payment::claim::ClaimWish;
use crate::payment::ledger::Holder;
use crate::payment::operation::{Payee, Payees};

impl Booking {
    /// The steps to be carried out at `now` that are not put off: derived from the state, never stored.
    #[must_use]
    pub fn pending(&self, now: Millis) -> Vec<Effect> {
        let is_due = |effect: &Effect| self.deferred.get(&effect.step()).is_none_or(|d| d.until <= now);
        let renewal = self.renewal_due().filter(|due| *due <= now).and_then(|_| self.renewal());
        self.steps()
            .into_iter()
            .chain(self.further_steps())
            .chain(renewal)
            .chain(self.notify_effect())
            .filter(is_due)
            .collect()
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
        self.steps()
            .iter()
            .chain(&self.further_steps())
            .chain(&self.notify_effect())
            .map(due)
            .chain(renewal)
            .min()
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
    pub(super) fn wants_cancel(&self, line: LineNo, it: &Line) -> bool {
        let is_wanted = it.is_cancel_wanted || (self.must_compensate() && !it.is_kept);
        it.is_booked() && is_wanted && !self.staff.contains(&StaffReason::CancelFailed { line })
    }

    /// What the ledger is to have for a line.
    pub(super) fn to_be_paid(&self, line: LineNo, it: &Line) -> Paid {
        match it.state {
            // What was not claimed pays for nothing.
            LineState::Booked { .. } if self.has_no_claim() => Paid::Nothing,
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
    pub(super) fn renewal_due(&self) -> Option<Millis> {
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
    pub(super) fn is_in_doubt(&self, step: Step, since: Millis, now: Millis) -> bool {
        let asked = self.deferred.get(&step).map(|deferral| deferral.until);
        asked.is_none_or(|asked| asked > now || asked < since.plus(ABSENT_AFTER_MS))
    }

    /// Every step that the state asks for, put off or not.
    pub(super) fn steps(&self) -> Vec<Effect> {
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
        if !self.numbered().any(|(line, it)| self.wants_cancel(line, it)) {
            effects.extend(self.further_reversals());
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
        Some(Effect::SettlePayment { payment, part: 0, claim: claim.clone(), payees: self.payees() })
    }

    fn claim_effect(&self, accepted: &Accepted) -> Effect {
        let request = &accepted.request;
        let total = accepted.terms.prices.iter().map(|price| price.round_half_up_to_cents());
        Effect::ClaimPayment {
            payment: request.payment.payment.clone(),
            part: 0,
            holder: self.holder(),
            named: request.payment.claim.clone(),
            wish: ClaimWish {
                total: total.sum::<Option<Money>>().unwrap_or(Money::MAX),
                required: accepted.terms.required,
                amount: accepted.terms.amount,
            },
            rooms: u16::try_from(self.lines.len()).unwrap_or(u16::MAX),
            evidence: None,
        }
    }

    /// Whose open claims it may take.
    pub(super) fn holder(&self) -> Holder {
        let wa_id = self.request().and_then(|request| request.wa_id.clone());
        wa_id.map_or_else(|| Holder::Booking(self.id.clone()), Holder::Guest)
    }

    fn has_no_claim(&self) -> bool {
        self.accepted.as_ref().is_some_and(|accepted| accepted.claim.is_none())
    }

    /// Whether all rooms are booked, failed or cancelled, as they are to be.
    pub(super) fn has_nothing_open(&self) -> bool {
        let is_open = |(line, it): (LineNo, &Line)| {
            self.is_open(line, it) || (self.must_compensate() && self.wants_cancel(line, it))
        };
        !self.numbered().any(is_open)
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
        if self.has_nothing_open() {
            effects.extend(self.settle_effect(accepted));
        }
        effects
    }

    /// The call to the reservation API that a line is waiting for.
    pub(super) fn call_for(&self, accepted: &Accepted, line: LineNo, it: &Line) -> Option<Effect> {
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
            LineState::Unknown { generation, .. }
                if capabilities.lookup && (!capabilities.idempotency || self.is_looked_up_first(line)) =>
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

    /// Whether a call whose outcome is not known is looked up before it is repeated: always once between two calls, and
    /// while the next call is put off for longer than looking it up is.
    fn is_looked_up_first(&self, line: LineNo) -> bool {
        let (book, look_up) = (Step::Book { line }, Step::LookUp { line });
        let until = |step| self.deferred.get(&step).map(|deferral| deferral.until);
        self.times(book) > self.times(look_up) || until(look_up).is_some_and(|at| Some(at) < until(book))
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

fn follow_effect(request: &BookingRequest) -> Option<Effect> {
    let guests = request.rooms.iter().fold(Occupancy::default(), |sum, room| sum.plus(&room.guests));
    let wish = FollowWish { stay: request.stay, package: request.package.clone(), guests };
    Some(Effect::Follow { followed: request.follows.clone()?, wish })
}
