//! Telling the hotel's programs how a booking ended, and again when that changes. It delays nobody: the booking has its
//! outcome before anything is told.

use super::effect::{Effect, Failure};
use super::journal::{Entry, StaffReason, Step};
use super::outcome::{Outcome, Report};
use super::{Booking, Rejection};
use crate::ids::{Millis, WaId};
use crate::message::Language;

/// How long after each failed try the next one is made; the schedule that Standard Webhooks suggests. After the last
/// it is given up: three days, all in all.
pub const NOTIFY_DELAYS_MS: [i64; 9] = [
    5_000,
    5 * 60_000,
    30 * 60_000,
    2 * 3_600_000,
    5 * 3_600_000,
    10 * 3_600_000,
    14 * 3_600_000,
    20 * 3_600_000,
    24 * 3_600_000,
];
/// The longest time for which a receiver is left alone where it asks for that.
pub const NOTIFY_RETRY_AFTER_MAX_MS: i64 = 24 * 3_600_000;

/// What the hotel's programs are told. The same number always says the same, so that what is told twice is seen to be
/// the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Counts the booking's endings, from 1: of two notices the one with the higher number holds.
    pub number: u32,
    /// When it ended so.
    pub at: Millis,
    /// The language in which the guest is told.
    pub language: Language,
    /// The WhatsApp id that the assistant talks to.
    pub wa_id: Option<WaId>,
    /// How it ended.
    pub report: Report,
    /// Why people must look at it; empty where they need not.
    pub staff_reasons: Vec<StaffReason>,
}

/// How the telling of a booking's present ending stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// It is told, and tried again as long as it must.
    Pending,
    /// The hotel's programs know.
    Delivered,
    /// They could not be told.
    GivenUp {
        /// Why, for staff.
        error: String,
    },
}

/// What is known of a booking's notices.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Notices {
    /// How often it ended, each time otherwise.
    endings: u32,
    /// When it last did.
    ended_at: Option<Millis>,
    /// The ending that need not be told any more.
    over: u32,
    /// Why the last one was given up, if it was.
    given_up: Option<String>,
}

/// An outcome, how many cases for staff, and how many further payments.
pub(super) type Ending = (Outcome, usize, usize);

impl Booking {
    /// What an ending is told apart from another by.
    pub(super) fn ending(&self) -> Option<Ending> {
        self.outcome().map(|outcome| (outcome, self.staff.len(), self.further_settled()))
    }

    /// Takes in that the booking ended, or ended otherwise. What was not told of the ending before is not told any
    /// more: the new one says all.
    pub(super) fn notice_change(&mut self, before: Option<Ending>, at: Millis) {
        let now = self.ending();
        if now.is_some() && now != before {
            self.notices.endings = self.notices.endings.saturating_add(1);
            self.notices.ended_at = Some(at);
            self.notices.given_up = None;
            self.deferred.remove(&Step::Notify);
        }
    }

    /// Takes in that the present ending need not be told any more.
    pub(super) fn notices_end(&mut self, given_up: Option<String>) {
        self.notices.over = self.notices.endings;
        self.notices.given_up = given_up;
        self.deferred.remove(&Step::Notify);
    }

    /// What is to be told, if anything is.
    #[must_use]
    pub fn notice(&self) -> Option<Notice> {
        let accepted = self.accepted.as_ref()?;
        let language = accepted.terms.notify?;
        if self.notices.over == self.notices.endings || self.outcome().is_none() {
            return None;
        }
        Some(Notice {
            number: self.notices.endings,
            at: self.notices.ended_at?,
            language,
            wa_id: accepted.request.wa_id.clone(),
            report: self.report(),
            staff_reasons: self.staff.clone(),
        })
    }

    /// How often the booking ended, each time otherwise, and how the telling of the last ending stands; `None` where
    /// it goes on or nobody is to be told.
    #[must_use]
    pub fn delivery(&self) -> Option<(u32, Delivery)> {
        self.accepted.as_ref()?.terms.notify?;
        self.outcome()?;
        let delivery = match &self.notices.given_up {
            Some(error) => Delivery::GivenUp { error: error.clone() },
            None if self.notices.over == self.notices.endings => Delivery::Delivered,
            None => Delivery::Pending,
        };
        Some((self.notices.endings, delivery))
    }

    pub(super) fn notify_effect(&self) -> Option<Effect> {
        self.notice().map(|notice| Effect::Notify(Box::new(notice)))
    }

    /// What follows from a try to tell.
    pub(super) fn notified(
        &self,
        number: u32,
        answer: Result<(), Failure<String>>,
        now: Millis,
    ) -> Result<Entry, Rejection> {
        let notice = self.notice().filter(|notice| notice.number == number);
        notice.ok_or(Rejection::Stale)?;
        let failure = match answer {
            Ok(()) => return Ok(Entry::Notified),
            Err(Failure::Refused(error)) => return Ok(Entry::NotifyGivenUp { error }),
            Err(failure) => failure,
        };
        let deferral = self.deferred.get(&Step::Notify);
        // What is put off is not tried yet: this is the duplicate of an earlier answer.
        if deferral.is_some_and(|deferral| deferral.until > now) {
            return Err(Rejection::Stale);
        }
        Ok(match next_try(self.times(Step::Notify), failure, now) {
            Ok(until) => Entry::Deferred { step: Step::Notify, until, unknown_at: None },
            Err(error) => Entry::NotifyGivenUp { error },
        })
    }
}

/// When something is told again that could not be told, where `times` tries had failed before this one.
///
/// # Errors
/// Why it is not told any more.
pub fn next_try(times: u32, failure: Failure<String>, now: Millis) -> Result<Millis, String> {
    let after_ms = match failure {
        Failure::Refused(error) => return Err(error),
        Failure::Retryable { after_ms } => after_ms.unwrap_or(0),
        Failure::Unknown => 0,
    };
    let delay_ms = usize::try_from(times).ok().and_then(|times| NOTIFY_DELAYS_MS.get(times));
    match delay_ms {
        Some(delay_ms) => Ok(now.plus(after_ms.min(NOTIFY_RETRY_AFTER_MAX_MS).max(*delay_ms))),
        None => Err(format!("not delivered in {} tries", NOTIFY_DELAYS_MS.len().saturating_add(1))),
    }
}
