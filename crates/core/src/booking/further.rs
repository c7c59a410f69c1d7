//! Further payments: towards what is still to be paid for a booking that has ended, and the payment of one that staff
//! made before it was there.
//!
//! They stand beside the booking, whose outcome stays what it is while they are claimed, and change it once they are
//! settled: the ending is another then, and is told again. Each is a claim of its own, spread over the rooms by what is
//! left to pay of each. While one is being settled nobody steps in; while rooms are being cancelled none is begun.

use super::effect::{ABSENT_AFTER_MS, Effect, Failure};
use super::journal::{Entry, StaffReason, Step};
use super::request::FurtherRequest;
use super::{Booking, Line, LineState, Phase, RETRY_AFTER_MS, Rejection, ReplayError};
use crate::ids::{ClaimId, LineNo, Millis};
use crate::money::Money;
use crate::payment::claim::{ClaimWish, allocate};
use crate::payment::method::PaymentRef;
use crate::payment::operation::{Payee, Payees};
use crate::problem::{Problem, System};

/// The most further payments of one booking. One that was refused makes room for the next.
pub const FURTHER_MAX: usize = 20;

/// How a further payment is getting on.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// It is to be claimed. When that was last under way without its outcome being known.
    Claiming { unknown_at: Option<Millis> },
    /// It is claimed and to be settled.
    Claimed { claim: ClaimId, shares: Vec<Money> },
    /// It paid its shares, of those lines which the ledger has it for.
    Settled { claim: ClaimId, shares: Vec<Money>, in_ledger: Vec<bool> },
    /// It could not be claimed.
    Refused(Problem),
}

/// A further payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Further {
    request: FurtherRequest,
    since: Millis,
    state: State,
}

/// How a further payment stands, for who asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FurtherStanding {
    /// It is being claimed or settled.
    UnderWay,
    /// It is not there yet, and looked for again then.
    Waits(Millis),
    /// It is paid.
    Settled,
    /// It could not be claimed.
    Refused(Problem),
}

/// The number of a further payment, from 1, by its place.
fn part_at(place: usize) -> u8 {
    u8::try_from(place).unwrap_or(u8::MAX).saturating_add(1)
}

impl Booking {
    fn numbered_further(&self) -> impl Iterator<Item = (u8, &Further)> {
        self.further.iter().enumerate().map(|(place, it)| (part_at(place), it))
    }

    fn further(&self, part: u8) -> Option<&Further> {
        self.further.get(usize::from(part.checked_sub(1)?))
    }

    fn further_mut(&mut self, part: u8) -> Result<&mut Further, ReplayError> {
        let place = usize::from(part).checked_sub(1);
        let it = place.and_then(|place| self.further.get_mut(place));
        it.ok_or(ReplayError::Contradiction("there is no such further payment"))
    }

    /// How the payment stands that was asked for by this key.
    #[must_use]
    pub fn further_standing(&self, key: &str) -> Option<FurtherStanding> {
        // The last of it: one that was refused while others came behind it stays where it is.
        let (part, it) = self.numbered_further().filter(|(_, it)| it.request.key == key).last()?;
        Some(match &it.state {
            State::Refused(problem) => FurtherStanding::Refused(problem.clone()),
            State::Settled { .. } => FurtherStanding::Settled,
            State::Claiming { .. } | State::Claimed { .. } => {
                let deferred = self.deferred.get(&Step::ClaimFurther { part });
                match deferred.filter(|_| it.waits()) {
                    Some(deferral) => FurtherStanding::Waits(deferral.until),
                    None => FurtherStanding::UnderWay,
                }
            }
        })
    }

    /// How many further payments have paid: what an ending is told apart from another by.
    pub(super) fn further_settled(&self) -> usize {
        self.further.iter().filter(|it| matches!(it.state, State::Settled { .. })).count()
    }

    /// Whether a further payment is under way that rooms must not be cancelled under.
    #[must_use]
    pub fn is_paying(&self) -> bool {
        self.further.iter().any(|it| match it.state {
            State::Claiming { .. } => !it.waits(),
            State::Claimed { .. } => true,
            State::Settled { .. } | State::Refused(_) => false,
        })
    }

    /// What further payments paid for a line, or had paid before it was cancelled.
    pub(super) fn further_paid(&self, line: LineNo) -> Money {
        let share = |it: &Further| match &it.state {
            State::Settled { shares, .. } => shares.get(line.index()).copied(),
            State::Claiming { .. } | State::Claimed { .. } | State::Refused(_) => None,
        };
        self.further.iter().filter_map(share).sum::<Option<Money>>().unwrap_or(Money::MAX)
    }

    /// What further payments set aside and have not paid.
    pub(super) fn further_set_aside(&self) -> Money {
        let shares = |it: &Further| match &it.state {
            State::Claimed { shares, .. } => shares.iter().copied().sum::<Option<Money>>(),
            State::Claiming { .. } | State::Settled { .. } | State::Refused(_) => None,
        };
        self.further.iter().filter_map(shares).sum::<Option<Money>>().unwrap_or(Money::MAX)
    }

    /// What is left to pay of each line, besides what is about to be paid.
    fn left_to_pay(&self) -> Vec<Money> {
        let left = |(line, it): (LineNo, &Line)| {
            if !it.is_booked() {
                return Money::ZERO;
            }
            let shares = self.further.iter().map(|further| further.share(line));
            let paid = shares.chain([it.share]).sum::<Option<Money>>().unwrap_or(Money::MAX);
            it.exact.round_half_up_to_cents().minus_or_zero(paid)
        };
        self.numbered().map(left).collect()
    }

    fn balance(&self) -> Money {
        self.left_to_pay().into_iter().sum::<Option<Money>>().unwrap_or(Money::MAX)
    }

    /// What follows from a request for a further payment: said again it is the same, unless it was refused.
    pub(super) fn add_payment(&self, request: Box<FurtherRequest>) -> Result<Vec<Entry>, Rejection> {
        let is_same = |it: &&Further| it.request.key == request.key && !matches!(it.state, State::Refused(_));
        if let Some(earlier) = self.further.iter().find(is_same) {
            let is_equal = earlier.request.payment == request.payment;
            return if is_equal { Ok(Vec::new()) } else { Err(Rejection::Impossible(Problem::KeyReused)) };
        }
        self.must_have_ended()?;
        if self.balance() == Money::ZERO {
            return Err(Rejection::Impossible(Problem::NothingDue));
        }
        let refused = self.further.last().is_some_and(|it| matches!(it.state, State::Refused(_)));
        if self.further.len() >= FURTHER_MAX && !refused {
            let message = format!("is not possible: a booking has at most {FURTHER_MAX} further payments");
            return Err(Rejection::Impossible(Problem::field("payment_method", message)));
        }
        Ok(vec![Entry::PaymentAdded { request }])
    }

    /// The steps of further payments: none while the booking itself goes on.
    pub(super) fn further_steps(&self) -> Vec<Effect> {
        if self.further.is_empty() || self.outcome().is_none() {
            return Vec::new();
        }
        self.numbered_further()
            .filter_map(|(part, it)| match &it.state {
                // Also where nothing is left to pay any more: a call may be under way, and what it claimed must be found
                // out. Then nothing more is claimed by it.
                State::Claiming { .. } => Some(self.further_claim(part, it)),
                State::Claimed { claim, .. } => Some(self.further_settlement(part, it, claim)),
                State::Settled { .. } | State::Refused(_) => None,
            })
            .collect()
    }

    /// The settlements that give back what cancelled rooms were paid by further payments.
    pub(super) fn further_reversals(&self) -> impl Iterator<Item = Effect> {
        self.numbered_further().filter_map(|(part, it)| {
            let State::Settled { claim, in_ledger, .. } = &it.state else { return None };
            let differs = self.numbered().any(|(line, of)| {
                let is_paid = in_ledger.get(line.index()).copied().unwrap_or(false);
                is_paid != it.pays(line, of)
            });
            differs.then(|| self.further_settlement(part, it, claim))
        })
    }

    fn further_claim(&self, part: u8, it: &Further) -> Effect {
        let FurtherRequest { payment, evidence, .. } = &it.request;
        let total = self.balance();
        // What staff waive is that it must be there, and then whatever is left of it will do.
        let required =
            if it.waits() { Money::ZERO } else { payment.amount.map_or(total, |amount| amount.min(total)) };
        Effect::ClaimPayment {
            payment: payment.payment.clone(),
            part,
            holder: self.holder(),
            named: payment.claim.clone(),
            wish: ClaimWish { total, required, amount: payment.amount.filter(|_| !it.waits()) },
            // The same each time, whatever was cancelled between: a claim whose answer was lost is known by it.
            rooms: u16::try_from(self.lines.len()).unwrap_or(u16::MAX),
            evidence: *evidence,
        }
    }

    fn further_settlement(&self, part: u8, it: &Further, claim: &ClaimId) -> Effect {
        let payment: PaymentRef = it.request.payment.payment.clone();
        let payee = |(line, of): (LineNo, &Line)| match &of.state {
            LineState::Booked { code, .. } if it.pays(line, of) => {
                Some(Payee { line, code: code.clone(), amount: it.share(line) })
            }
            _ => None,
        };
        let was_paid = |(line, of): &(LineNo, &Line)| match &it.state {
            State::Settled { in_ledger, .. } => in_ledger.get(line.index()) == Some(&true) && !of.is_booked(),
            _ => false,
        };
        let payees = Payees {
            paid: self.numbered().filter_map(payee).collect(),
            kept: Money::ZERO,
            reversed: self.numbered().filter(was_paid).map(|(line, _)| line).collect(),
        };
        Effect::SettlePayment { payment, part, claim: claim.clone(), payees }
    }

    pub(super) fn further_claimed(
        &self,
        part: u8,
        answer: Result<(ClaimId, Money), Failure<Problem>>,
        now: Millis,
    ) -> Result<Vec<Entry>, Rejection> {
        let it = self.further(part).ok_or(Rejection::Stale)?;
        let State::Claiming { unknown_at } = it.state else { return Err(Rejection::Stale) };
        let step = Step::ClaimFurther { part };
        let (since, checks) = (it.since, it.request.checks.as_ref());
        Ok(match answer {
            Ok((claim, amount)) => {
                let shares = allocate(amount, &self.left_to_pay());
                vec![Entry::PaymentClaimed { part, claim, amount, shares }]
            }
            Err(Failure::Refused(problem)) => match (unknown_at, checks) {
                // An earlier call may have claimed it, or still claim it.
                (Some(known), _) if self.is_in_doubt(step, known, now) => {
                    let until = known.plus(ABSENT_AFTER_MS).max(now);
                    vec![Entry::Deferred { step, until, unknown_at: None }]
                }
                // Another payment came first, or the rooms were cancelled: nobody waits for this one any more.
                (_, Some(_)) if self.balance() == Money::ZERO => {
                    vec![Entry::PaymentRefused { part, problem: Problem::NothingDue }]
                }
                (_, Some(checks)) => match checks.next(since, now) {
                    Some(until) if matches!(problem, Problem::PaymentNotFound { .. }) => {
                        vec![Entry::Deferred { step, until, unknown_at: None }]
                    }
                    // Staff counted on it.
                    _ => {
                        let reason = StaffReason::LedgerRefused { code: problem.code().to_owned() };
                        vec![Entry::PaymentRefused { part, problem }, Entry::Escalated { reason }]
                    }
                },
                (_, None) => vec![Entry::PaymentRefused { part, problem }],
            },
            Err(Failure::Retryable { after_ms }) if unknown_at.is_some() || checks.is_some() => {
                vec![self.defer(step, after_ms, now)]
            }
            Err(Failure::Retryable { after_ms }) => {
                let seconds = after_ms.unwrap_or(RETRY_AFTER_MS.1).div_euclid(1_000).max(1);
                let retry_after_s = u32::try_from(seconds).unwrap_or(u32::MAX);
                let problem = Problem::Unavailable { system: System::Payments, retry_after_s };
                vec![Entry::PaymentRefused { part, problem }]
            }
            Err(Failure::Unknown) => vec![self.defer_unknown(step, now)],
        })
    }

    pub(super) fn further_settlement_answered(
        &self,
        part: u8,
        answer: Result<bool, Failure<Problem>>,
        now: Millis,
    ) -> Result<Vec<Entry>, Rejection> {
        let step = Step::SettleFurther { part };
        let mut asked = self.steps().into_iter().chain(self.further_steps());
        if !asked.any(|effect| effect.step() == step) {
            return Err(Rejection::Stale);
        }
        let escalate = |reason| Entry::Escalated { reason };
        let settled = Entry::PaymentSettled { part };
        Ok(match answer {
            Ok(true) => vec![settled],
            Ok(false) => vec![escalate(StaffReason::CodreserFull), settled],
            Err(Failure::Refused(problem)) => {
                vec![escalate(StaffReason::LedgerRefused { code: problem.code().to_owned() }), settled]
            }
            Err(Failure::Retryable { after_ms }) => vec![self.defer(step, after_ms, now)],
            Err(Failure::Unknown) => vec![self.defer(step, None, now)],
        })
    }

    /// After a restart a claim that was under way may have been carried out, or still be.
    pub(super) fn further_resumed(&self, now: Millis) -> Vec<Entry> {
        // Also where rooms are being cancelled, which may have been ordered while it was under way.
        if self.phase != Phase::Settled {
            return Vec::new();
        }
        let is_due = |step: &Step| self.deferred.get(step).is_none_or(|it| it.until <= now);
        self.numbered_further()
            .filter(|(_, it)| matches!(it.state, State::Claiming { .. }))
            .map(|(part, _)| Step::ClaimFurther { part })
            .filter(is_due)
            .map(|step| Entry::Deferred { step, until: now, unknown_at: Some(now) })
            .collect()
    }

    pub(super) fn take_further(&mut self, entry: &Entry, at: Millis) -> Result<(), ReplayError> {
        match entry {
            Entry::AcceptedUnpaid => {
                let accepted = self.accepted.as_ref().filter(|_| self.phase == Phase::Claiming);
                let accepted =
                    accepted.ok_or(ReplayError::Contradiction("accepted before it was requested"))?;
                let request = FurtherRequest {
                    payment: accepted.request.payment.clone(),
                    evidence: None,
                    // What the booking was made with has no key of its own.
                    key: String::new(),
                    checks: accepted.terms.waits.clone(),
                };
                let state = State::Claiming { unknown_at: None };
                self.further.push(Further { request, since: at, state });
                self.phase = Phase::Booking;
                self.deferred.remove(&Step::Claim);
            }
            Entry::PaymentAdded { request } => {
                if self.phase != Phase::Settled {
                    return Err(ReplayError::Contradiction("paid further before it had ended"));
                }
                if self.further.last().is_some_and(|it| matches!(it.state, State::Refused(_))) {
                    self.further.pop();
                }
                let state = State::Claiming { unknown_at: None };
                self.further.push(Further { request: (**request).clone(), since: at, state });
            }
            Entry::PaymentClaimed { part, claim, amount: _, shares } => {
                if shares.len() != self.lines.len() {
                    return Err(ReplayError::Contradiction("as many shares as rooms"));
                }
                let it = self.further_mut(*part)?;
                it.must_be_claiming()?;
                it.state = State::Claimed { claim: claim.clone(), shares: shares.clone() };
                self.deferred.remove(&Step::ClaimFurther { part: *part });
            }
            Entry::PaymentRefused { part, problem } => {
                let it = self.further_mut(*part)?;
                it.must_be_claiming()?;
                it.state = State::Refused(problem.clone());
                self.deferred.remove(&Step::ClaimFurther { part: *part });
            }
            Entry::PaymentSettled { part } => {
                let (claim, shares) = match &self.further_mut(*part)?.state {
                    State::Claimed { claim, shares } | State::Settled { claim, shares, .. } => {
                        (claim.clone(), shares.clone())
                    }
                    State::Claiming { .. } | State::Refused(_) => {
                        return Err(ReplayError::Contradiction(
                            "settled a further payment before it was claimed",
                        ));
                    }
                };
                let pays = |it: &Line, share: &Money| it.is_booked() && *share > Money::ZERO;
                let in_ledger = self.lines.iter().zip(&shares).map(|(it, share)| pays(it, share)).collect();
                self.further_mut(*part)?.state = State::Settled { claim, shares, in_ledger };
                self.deferred.remove(&Step::SettleFurther { part: *part });
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes in that a claim was put off.
    pub(super) fn further_deferred(&mut self, part: u8, known: Option<Millis>) -> Result<(), ReplayError> {
        if let State::Claiming { unknown_at } = &mut self.further_mut(part)?.state {
            *unknown_at = known.or(*unknown_at);
        }
        Ok(())
    }

    /// Of a booking without a payment there is nothing to settle: it ends with its last line.
    pub(super) fn unpaid_ending(&self, entries: &mut Vec<Entry>, now: Millis) {
        let may_be =
            self.phase == Phase::Booking && self.accepted.as_ref().is_some_and(|it| it.claim.is_none());
        if !may_be {
            return;
        }
        let mut next = self.clone();
        let are_taken =
            entries.iter().all(|entry| next.apply(&super::journal::Stamped::new(now, entry.clone())).is_ok());
        if are_taken && next.phase == Phase::Booking && next.has_nothing_open() {
            entries.push(Entry::Settled);
        }
    }
}

impl Further {
    /// Whether it need not be there yet.
    fn waits(&self) -> bool {
        self.request.checks.is_some()
    }

    fn share(&self, line: LineNo) -> Money {
        match &self.state {
            State::Claimed { shares, .. } | State::Settled { shares, .. } => {
                shares.get(line.index()).copied().unwrap_or(Money::ZERO)
            }
            State::Claiming { .. } | State::Refused(_) => Money::ZERO,
        }
    }

    /// Whether the ledger is to have it for a line.
    fn pays(&self, line: LineNo, of: &Line) -> bool {
        of.is_booked() && self.share(line) > Money::ZERO
    }

    fn must_be_claiming(&self) -> Result<(), ReplayError> {
        match self.state {
            State::Claiming { .. } => Ok(()),
            _ => Err(ReplayError::Contradiction("a further payment that was not to be claimed")),
        }
    }
}
