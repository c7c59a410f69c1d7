//! Payments that are not there yet when a guest asks for them: when each is looked for again, and what comes of it.
//!
//! A bank's file may come in hours after its transfers. Meanwhile the guest's wish is a pending payment: it is looked
//! for on the hotel's [`Schedule`], across restarts, until it is found and claimed, or given up. Looking for it is one
//! [`super::operation::validate`] under one claim's id, so that a look that is repeated claims once.

use super::method::PaymentRef;
use super::operation::Claimed;
use crate::booking::effect::Failure;
use crate::ids::{ClaimId, Millis, WaId};
use crate::message::Language;
use crate::money::Money;
use crate::problem::{Problem, System};

/// The most looks of a schedule.
pub const CHECKS_MAX: usize = 100;
/// The shortest time between two looks.
pub const CHECK_GAP_MS_MIN: i64 = 1_000;
/// How late the last look may be.
pub const CHECK_MS_MAX: i64 = 7 * 24 * 3_600_000;
/// How long after a look to which the payments gave no answer the next one is made: it doubles from one to the other.
pub const UNANSWERED_RETRY_MS: (i64, i64) = (30_000, 15 * 60_000);
/// How long after the schedule's end it is still tried to have an answer.
pub const UNANSWERED_MS_MAX: i64 = 24 * 3_600_000;

/// When a payment that is not there yet is looked for, counted from when it was first asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Schedule(Vec<i64>);

impl Default for Schedule {
    /// After 1, 5, 15 and 60 minutes, and then every hour up to a day.
    fn default() -> Self {
        let minutes = [1, 5, 15].into_iter().chain((1..=24_i64).map(|hour| hour.saturating_mul(60)));
        Self(minutes.map(|minute| minute.saturating_mul(60_000)).collect())
    }
}

impl Schedule {
    /// The schedule of these looks, in milliseconds.
    ///
    /// # Errors
    /// The place of the first that is wrong, if it is one, and how: there are 1 to [`CHECKS_MAX`], each at least
    /// [`CHECK_GAP_MS_MIN`] after the one before, and none later than [`CHECK_MS_MAX`].
    pub fn new(checks_ms: Vec<i64>) -> Result<Self, (Option<usize>, String)> {
        if checks_ms.is_empty() || checks_ms.len() > CHECKS_MAX {
            return Err((None, format!("must have 1 to {CHECKS_MAX} instants")));
        }
        let mut before = 0_i64;
        for (place, &check) in checks_ms.iter().enumerate() {
            let least = before.saturating_add(CHECK_GAP_MS_MIN);
            if !(least..=CHECK_MS_MAX).contains(&check) {
                return Err((Some(place), format!("must be {least} to {CHECK_MS_MAX}, in ascending order")));
            }
            before = check;
        }
        Ok(Self(checks_ms))
    }

    /// The looks, in milliseconds.
    #[must_use]
    pub fn checks_ms(&self) -> &[i64] {
        &self.0
    }

    /// The first look after `now` for what was first asked for at `since`; `None` where there is none left.
    pub(crate) fn next(&self, since: Millis, now: Millis) -> Option<Millis> {
        self.0.iter().map(|check| since.plus(*check)).find(|at| *at > now)
    }

    fn end(&self, since: Millis) -> Millis {
        since.plus(self.0.last().copied().unwrap_or(0))
    }
}

/// What a guest waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The payment.
    pub payment: PaymentRef,
    /// The guest for whom it is to be claimed.
    pub holder: WaId,
    /// How much of it.
    pub amount: Money,
    /// The language in which the guest is told.
    pub language: Language,
}

/// A payment that is waited for: one for each payment and guest, as there is one open claim at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// What for.
    pub wish: Wish,
    /// The id of the claim that is opened when it is found.
    pub claim: ClaimId,
    /// When it was first asked for.
    pub since: Millis,
    /// When it is looked for next.
    pub next_at: Millis,
    /// How many looks on end had no answer.
    pub unanswered: u32,
}

/// What comes of a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// It is waited for further.
    Waits(Pending),
    /// It is there, and claimed for the guest.
    Found(Claimed),
    /// It is there and paid for a booking of the guest's meanwhile: there is nothing to wait for, or to tell.
    Taken,
    /// It is not waited for any longer.
    GivenUp(Problem),
}

impl Pending {
    /// What was asked for and is not there.
    #[must_use]
    pub fn new(wish: Wish, claim: ClaimId, schedule: &Schedule, now: Millis) -> Self {
        let next_at = schedule.next(now, now).unwrap_or(now);
        Self { wish, claim, since: now, next_at, unanswered: 0 }
    }

    /// It is asked for again: the last wish holds. Neither the schedule nor the claim is another by that, unless another
    /// amount is to be claimed; `claim` is its id then.
    #[must_use]
    pub fn asked(self, wish: Wish, claim: ClaimId) -> Self {
        let claim = if wish.amount == self.wish.amount { self.claim } else { claim };
        Self { wish, claim, ..self }
    }

    /// What comes of a look at `now`, on schedule or not. Only a certain "no" counts as one of the schedule's: while the
    /// payments cannot be reached nothing is given up, for [`UNANSWERED_MS_MAX`] beyond its end.
    #[must_use]
    pub fn looked(self, answer: Result<Claimed, Failure<Problem>>, schedule: &Schedule, now: Millis) -> Next {
        let after_ms = match answer {
            Ok(claimed) if claimed.expires_at.is_none() => return Next::Taken,
            Ok(claimed) => return Next::Found(claimed),
            Err(Failure::Refused(problem @ Problem::PaymentNotFound { .. })) => {
                return match schedule.next(self.since, now) {
                    Some(next_at) => Next::Waits(Self { next_at, unanswered: 0, ..self }),
                    None => Next::GivenUp(problem),
                };
            }
            Err(Failure::Refused(problem)) => return Next::GivenUp(problem),
            Err(Failure::Retryable { after_ms }) => after_ms.unwrap_or(0),
            Err(Failure::Unknown) => 0,
        };
        let (least, most) = UNANSWERED_RETRY_MS;
        if now >= schedule.end(self.since).plus(UNANSWERED_MS_MAX) {
            let retry_after_s = u32::try_from(most.div_euclid(1_000)).unwrap_or(u32::MAX);
            return Next::GivenUp(Problem::Unavailable { system: System::Payments, retry_after_s });
        }
        let delay = least.saturating_mul(1_i64.checked_shl(self.unanswered.min(16)).unwrap_or(1));
        let next_at = now.plus(delay.max(after_ms).min(most));
        Next::Waits(Self { next_at, unanswered: self.unanswered.saturating_add(1), ..self })
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
