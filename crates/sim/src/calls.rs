//! Calls: how an effect travels to the hotel's systems and its answer back, and what happens to both on the way.

use posada_core::booking::effect::{Effect, Failure, Input};
use posada_core::booking::journal::Step;
use posada_core::ids::{ClaimId, RoomNumber};
use posada_core::payment::operation::{self, Attach, Payee};
use posada_core::problem::Problem;
use posada_core::sorted::Set;

use crate::fate::Fault;
use crate::mutation::Mutation;
use crate::payments::{Draft, TRIES_MAX};
use crate::world::{Event, World};

/// When a host gives a call up.
const CALL_DEADLINE_MS: i64 = 10_000;
/// How long after it was given up, or its caller was killed, a call may still be carried out. Shorter than the
/// time after which the core believes that nothing was done: without such a bound nothing could ever be believed.
const LATE_MS_MAX: i64 = 9_000;

/// A call on its way.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) host: usize,
    pub(crate) life: u32,
    pub(crate) effect: Effect,
    fault: Option<Fault>,
    pub(crate) stage: Stage,
    tries: u32,
    /// Not carried out before: its caller was killed, and the network kept it.
    not_before: i64,
}

/// How far a call is.
#[derive(Debug)]
pub(crate) enum Stage {
    Asking,
    /// The reservation API said what is free; now the hold table is asked.
    Holding(Set<RoomNumber>),
    /// The ledger was read; now it is written.
    Writing(Box<Draft>),
    /// The present follower was asked how it is; now the followed booking decides.
    Deciding(Option<u32>),
}

impl World {
    /// Sends an effect on its way.
    pub(crate) fn call(&mut self, host: usize, effect: Effect) {
        let step = effect.step();
        let fault = self.fate.fault(step, &mut self.rng, &mut self.so_far);
        self.note(|| format!("{host}: {step:?} goes out, {fault:?}"));
        if fault == Some(Fault::LostBefore) && !is_ledger(step) {
            let input = unknown(&effect);
            return self.answer_in(CALL_DEADLINE_MS, host, step, input);
        }
        let very_late_ms = if self.scenario.is_embedded { None } else { self.beyond.very_late_ms(step) };
        let fault = if very_late_ms.is_some() { Some(Fault::Late) } else { fault };
        if fault == Some(Fault::Late) {
            self.answer_in(CALL_DEADLINE_MS, host, step, unknown(&effect));
        }
        let after_ms = match (fault, very_late_ms) {
            (_, Some(later_ms)) => CALL_DEADLINE_MS + later_ms,
            (Some(Fault::Late), None) => CALL_DEADLINE_MS + self.rng.between(1, LATE_MS_MAX),
            _ => self.latency(),
        };
        self.send(host, effect, fault, after_ms);
    }

    fn send(&mut self, host: usize, effect: Effect, fault: Option<Fault>, after_ms: i64) {
        let life = self.hosts[host].life;
        let call = Call { host, life, effect, fault, stage: Stage::Asking, tries: 0, not_before: self.now };
        let number = self.number();
        self.calls.insert(number, call);
        self.schedule(after_ms, Event::Arrives { call: number });
    }

    fn latency(&mut self) -> i64 {
        if self.rng.permille(50) { self.rng.between(100, 4_500) } else { self.rng.between(1, 120) }
    }

    fn answer_in(&mut self, after_ms: i64, host: usize, step: Step, input: Input) {
        let life = self.hosts[host].life;
        self.schedule(after_ms, Event::Answered { host, life, step: Some(step), input: Box::new(input) });
    }

    /// The caller was killed. Some of its calls are lost, some are carried out later, and some that it was about to
    /// make are made by what is left of it.
    pub(crate) fn abandon_calls(&mut self, host: usize) {
        let life = self.hosts[host].life;
        let mine: Vec<u64> =
            self.calls.iter().filter(|(_, c)| c.host == host && c.life == life).map(|(n, _)| *n).collect();
        for number in mine {
            if self.rng.permille(300) {
                self.calls.remove(&number);
            } else if self.rng.permille(500) {
                let until = self.now + self.rng.between(1, LATE_MS_MAX);
                self.calls.get_mut(&number).expect("it was just seen").not_before = until;
            }
        }
        if self.rng.permille(250) {
            let now = self.clock();
            for effect in self.hosts[host].start_due(now) {
                let after_ms = self.rng.between(1, LATE_MS_MAX);
                self.note(|| format!("{host}: {:?} is still made by the killed instance", effect.step()));
                self.send(host, effect, None, after_ms);
            }
        }
    }

    /// A call arrives.
    pub(crate) fn arrive(&mut self, number: u64) {
        let Some(mut call) = self.calls.remove(&number) else { return };
        if call.not_before > self.now {
            let after_ms = call.not_before - self.now;
            self.calls.insert(number, call);
            return self.schedule(after_ms, Event::Arrives { call: number });
        }
        let Some(input) = self.carry_out(&mut call) else {
            let after_ms = self.latency();
            self.calls.insert(number, call);
            return self.schedule(after_ms, Event::Arrives { call: number });
        };
        let step = call.effect.step();
        self.note(|| format!("{}: {step:?} is carried out, {input:?}", call.host));
        let after_ms = self.latency();
        let (input, after_ms) = match call.fault {
            // The host gave it up and was told so.
            Some(Fault::Late) => return,
            Some(Fault::LostAfter | Fault::LostBefore) => (unknown(&call.effect), CALL_DEADLINE_MS),
            Some(Fault::Garbage) => (unknown(&call.effect), after_ms),
            Some(Fault::SeenCode) => (self.with_seen_code(&call, input), after_ms),
            _ => (input, after_ms),
        };
        let is_repeated = match call.fault {
            Some(Fault::Duplicated) => true,
            Some(Fault::Refused) => self.rng.permille(300),
            _ => false,
        };
        let (host, life) = (call.host, call.life);
        if is_repeated {
            // Half of them soon, while the next try is likely to be under way.
            let later_ms = self.rng.between(0, 20_000);
            let again_ms = after_ms + if later_ms % 2 == 0 { later_ms / 50 } else { later_ms };
            let input = Box::new(input.clone());
            self.schedule(again_ms, Event::Answered { host, life, step: None, input });
        }
        let input = Box::new(input);
        self.schedule(after_ms, Event::Answered { host, life, step: Some(step), input });
    }

    /// The answer, or `None` where the call goes on to its next stage.
    fn carry_out(&mut self, call: &mut Call) -> Option<Input> {
        let now = self.clock();
        let is_outside = !self.scenario.is_embedded;
        let step = call.effect.step();
        let asks_api = match step {
            Step::Book { .. } | Step::LookUp { .. } | Step::Cancel { .. } => is_outside,
            Step::Hold => is_outside && matches!(call.stage, Stage::Asking),
            Step::Follow
            | Step::Claim
            | Step::Settle
            | Step::ClaimFurther { .. }
            | Step::SettleFurther { .. }
            | Step::ReleaseHolds
            | Step::Notify => false,
        };
        if call.fault == Some(Fault::Unreachable) || (asks_api && self.is_away(self.scenario.api_away)) {
            return Some(failed(&call.effect, &Failure::Retryable { after_ms: None }));
        }
        if call.fault == Some(Fault::Limited) {
            return Some(failed(&call.effect, &Failure::Retryable { after_ms: Some(3_000) }));
        }
        if call.fault == Some(Fault::Refused) && !self.answers_the_same(&call.effect) {
            return Some(failed(&call.effect, &Failure::Refused("no se puede".to_owned())));
        }
        let refused = |error: String| Failure::Refused(error);
        match &call.effect {
            Effect::Follow { .. } => self.follow(call),
            Effect::ClaimPayment { .. } | Effect::SettlePayment { .. } => self.operate(call),
            Effect::HoldRooms { stay, needs, ttl_ms, .. } => {
                let outside = match &call.stage {
                    Stage::Asking if is_outside => {
                        call.stage = Stage::Holding(self.api.free(stay));
                        return None;
                    }
                    Stage::Holding(free) => Some(free),
                    Stage::Asking | Stage::Writing(_) | Stage::Deciding(_) => None,
                };
                let id = self.hosts[call.host].id.clone();
                Some(Input::Hold(Ok(self.hotel.hold(&id, stay, needs, now, *ttl_ms, outside))))
            }
            Effect::BookRoom(order) => {
                let mut sent = order.clone();
                if self.planted.is(Mutation::ReferenceNotKept) {
                    sent.reference.generation += 100 * call.life;
                }
                let booked = if is_outside { self.api.create(&sent) } else { self.hotel.book(&sent, now) };
                Some(Input::Book(order.reference.clone(), booked.map_err(refused)))
            }
            Effect::LookUp { reference } => {
                let found =
                    if is_outside { self.api.find(reference) } else { Ok(self.hotel.find(reference)) };
                Some(Input::LookUp(reference.clone(), found.map_err(refused)))
            }
            Effect::CancelReservation { reference, code } => {
                let done = if is_outside { self.api.cancel(code) } else { self.hotel.cancel(reference) };
                Some(Input::Cancel(reference.clone(), done.map_err(refused)))
            }
            Effect::ReleaseHolds { .. } => {
                let id = self.hosts[call.host].id.clone();
                self.hotel.release(&id);
                Some(Input::ReleaseHolds(Ok(())))
            }
            Effect::Notify(notice) => Some(Input::Notify(notice.number, self.receive(call.host, notice))),
        }
    }

    /// Reads the account and decides, and in the next stage writes, if nothing changed meanwhile.
    fn operate(&mut self, call: &mut Call) -> Option<Input> {
        let is_away = self.is_away(self.scenario.database_away);
        if let Stage::Writing(draft) = &call.stage {
            if is_away || call.fault == Some(Fault::LostBefore) {
                return Some(unknown(&call.effect));
            }
            if draft.entries.is_empty()
                || self.payments.write(draft)
                || self.planted.is(Mutation::LostRaceIsDone)
            {
                return Some(draft.answer.clone());
            }
            call.tries += 1;
            if call.tries > TRIES_MAX {
                return Some(failed(&call.effect, &Failure::Retryable { after_ms: None }));
            }
        } else if is_away {
            let away = if self.planted.is(Mutation::DatabaseAwayIsNotFound) {
                return Some(refused_by_ledger(
                    &call.effect,
                    Problem::PaymentNotFound { reference: "?".to_owned() },
                ));
            } else {
                Failure::Retryable { after_ms: None }
            };
            return Some(failed(&call.effect, &away));
        }
        match self.decide(call) {
            Ok(draft) => {
                call.stage = Stage::Writing(Box::new(draft));
                None
            }
            Err(problem) => Some(refused_by_ledger(&call.effect, problem)),
        }
    }

    fn decide(&mut self, call: &Call) -> Result<Draft, Problem> {
        let now = self.clock();
        let rules = self.payments.rules().clone();
        let id = self.hosts[call.host].id.clone();
        let read = |payment| self.payments.read(payment).map_err(|detail| Problem::BadJson { detail });
        match &call.effect {
            Effect::ClaimPayment { payment, part, holder, named, wish, rooms, evidence } => {
                if self.scenario.late.get(payment).is_some_and(|at| *at > self.age()) {
                    return Err(Problem::PaymentNotFound { reference: payment.reference.clone() });
                }
                let account = read(payment)?;
                let booking = if self.planted.is(Mutation::ClaimedTwice) {
                    posada_core::ids::BookingId::from_bits(1_000_000 + u128::from(self.rng.next()))
                } else {
                    id
                };
                let request = Attach {
                    claim: ClaimId::from_bits(u128::from(self.rng.next())),
                    booking,
                    part: *part,
                    holder: holder.clone(),
                    named: named.clone(),
                    wish: *wish,
                    rooms: *rooms,
                    evidence: *evidence,
                };
                let decision = operation::attach(&account, &rules, now, &request)?;
                let answer = |it: operation::Claimed| Input::claim(*part, Ok((it.claim, it.amount)));
                let mut draft = Draft::new(&account, decision, answer);
                if self.planted.is(Mutation::ClaimMadeUp) {
                    draft.entries.clear();
                }
                Ok(draft)
            }
            Effect::SettlePayment { payment, part, claim, payees } => {
                let account = read(payment)?;
                let mut payees = payees.clone();
                payees.paid = self.misdirected(payees.paid);
                let decision = operation::settle(&account, &rules, now, &id, claim, &payees)?;
                let mut draft = Draft::new(&account, decision, |it| Input::settle(*part, Ok(it.fits)));
                self.spoil_settlement(&mut draft);
                Ok(draft)
            }
            Effect::Follow { .. }
            | Effect::HoldRooms { .. }
            | Effect::BookRoom(_)
            | Effect::LookUp { .. }
            | Effect::CancelReservation { .. }
            | Effect::ReleaseHolds { .. }
            | Effect::Notify(_) => unreachable!("only these ask the ledger"),
        }
    }

    fn misdirected(&self, mut payees: Vec<Payee>) -> Vec<Payee> {
        if self.planted.is(Mutation::SharesSwapped) {
            let mut amounts: Vec<_> = payees.iter().map(|payee| payee.amount).collect();
            amounts.reverse();
            for (payee, amount) in payees.iter_mut().zip(amounts) {
                payee.amount = amount;
            }
        }
        if self.planted.is(Mutation::LastRoomNotPaid) {
            payees.pop();
        }
        payees
    }

    /// Whether all that the API can do is to recognise a reference; then it must do so.
    fn answers_the_same(&self, effect: &Effect) -> bool {
        let capabilities = self.scenario.capabilities;
        match effect {
            Effect::BookRoom(order) if capabilities.idempotency && !capabilities.lookup => {
                self.api.list.iter().any(|it| it.reference.as_ref() == Some(&order.reference))
            }
            _ => false,
        }
    }

    fn with_seen_code(&self, call: &Call, input: Input) -> Input {
        let Input::Book(reference, Ok(mut reservation)) = input.clone() else {
            return input;
        };
        // One that was seen before, which the host can know.
        let seen = self.with(call.host, |it| it.report().booked.first().map(|room| room.code.clone()));
        if let Some(code) = seen.filter(|_| call.life == self.hosts[call.host].life) {
            reservation.code = code;
        }
        Input::Book(reference, Ok(reservation))
    }
}

fn is_ledger(step: Step) -> bool {
    matches!(step, Step::Claim | Step::Settle | Step::ClaimFurther { .. } | Step::SettleFurther { .. })
}

fn refused_by_ledger(effect: &Effect, problem: Problem) -> Input {
    match effect {
        Effect::ClaimPayment { part, .. } => Input::claim(*part, Err(Failure::Refused(problem))),
        Effect::SettlePayment { part, .. } => Input::settle(*part, Err(Failure::Refused(problem))),
        _ => unreachable!("only these ask the ledger"),
    }
}

fn unknown(effect: &Effect) -> Input {
    failed(effect, &Failure::Unknown)
}

/// The answer that an effect was not carried out, or that nobody knows.
fn failed(effect: &Effect, failure: &Failure<String>) -> Input {
    let problem = |failure: &Failure<String>| match failure {
        Failure::Refused(detail) => Failure::Refused(Problem::BadJson { detail: detail.clone() }),
        Failure::Retryable { after_ms } => Failure::Retryable { after_ms: *after_ms },
        Failure::Unknown => Failure::Unknown,
    };
    match effect {
        Effect::Follow { .. } => Input::Follow(Err(problem(failure))),
        Effect::ClaimPayment { part, .. } => Input::claim(*part, Err(problem(failure))),
        Effect::HoldRooms { .. } => Input::Hold(Err(problem(failure))),
        Effect::BookRoom(order) => Input::Book(order.reference.clone(), Err(failure.clone())),
        Effect::LookUp { reference } => Input::LookUp(reference.clone(), Err(failure.clone())),
        Effect::CancelReservation { reference, .. } => Input::Cancel(reference.clone(), Err(failure.clone())),
        Effect::SettlePayment { part, .. } => Input::settle(*part, Err(problem(failure))),
        Effect::ReleaseHolds { .. } => Input::ReleaseHolds(Err(problem(failure))),
        Effect::Notify(notice) => Input::Notify(notice.number, Err(failure.clone())),
    }
}
