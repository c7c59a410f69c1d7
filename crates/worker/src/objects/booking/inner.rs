//! The booking in memory: replayed, decided on, written down, registered, and forgotten when its time has passed.

use std::rc::Rc;

use futures_util::future::join;
use posada_core::booking::effect::Input;
use posada_core::booking::journal::Stamped;
use posada_core::booking::{Booking, RESUME_AFTER_MS, Rejection};
use posada_core::ids::Millis;
use posada_wire::stored::to_text;

use super::journal::Facts;
use super::{Inner, drive, journal};
use crate::host::Result;
use crate::metrics::Sample;
use crate::registry::{self, Row};
use crate::{config, log};

/// How long a booking is kept after its guest left, and a refused request after it came. Then what is known of the
/// guest is deleted; the ledger, which names nobody, stays.
const KEPT_MS: i64 = 90 * 24 * 3_600_000;

impl Inner {
    /// Whether nothing is under way that has set its trace: neither calls nor a request that may set some going.
    pub(super) fn is_idle(&self) -> bool {
        !self.is_driving.get() && self.orders.get() == 0
    }

    /// Replays the journal, once for each life of the object and after a write that failed; calls that were under way may have been carried out.
    pub(super) fn load(&self) -> Result<()> {
        if self.is_loaded.get() {
            return Ok(());
        }
        let sql = self.state.sql()?;
        *self.kept.borrow_mut() = journal::load(&sql)?;
        self.is_spent.set(journal::is_spent(&sql)?);
        let goes_on = self.with_booking(|booking| booking.deadline().is_some()).unwrap_or(false);
        // An object that was only waiting is evicted as well. Were its steps doubted then, what is asked again because
        // of a doubt could be evicted and doubted for ever.
        if goes_on && journal::were_calls_under_way(&sql)? {
            self.noted.set(true);
            self.feed(vec![Input::Resumed])?;
        }
        // Only now: as long as it is not written down what is in doubt, nothing is asked for.
        self.is_loaded.set(true);
        Ok(())
    }

    /// Writes down whether calls are under way, where that has changed.
    pub(super) fn note_calls(&self) -> Result<()> {
        let are_under_way = !self.under_way.borrow().is_empty();
        if self.noted.replace(are_under_way) != are_under_way
            && let Err(error) = journal::note_calls(&self.state.sql()?, are_under_way)
        {
            self.noted.set(!are_under_way);
            return Err(error);
        }
        Ok(())
    }

    pub(super) fn with_booking<T>(&self, read: impl FnOnce(&Booking) -> T) -> Option<T> {
        self.kept.borrow().as_ref().map(|(_, booking)| read(booking))
    }

    pub(super) fn facts(&self) -> Option<Facts> {
        self.kept.borrow().as_ref().map(|(facts, _)| facts.clone())
    }

    /// Decides on answers that are there together, appends what follows in one write, and takes it in.
    pub(super) fn feed(&self, inputs: Vec<Input>) -> Result<()> {
        let now = config::now(&self.env);
        let Some(mut next) = self.with_booking(Booking::clone) else { return Ok(()) };
        let mut entries = Vec::new();
        for input in inputs {
            // A stale answer (a duplicate, or from before a restart) changes nothing.
            for entry in next.decide(input, now).unwrap_or_default() {
                next.apply(&entry).map_err(|error| error.to_string())?;
                entries.push(entry);
            }
        }
        self.keep(next, entries)
    }

    /// Decides on what people, or another booking, want; what follows from it is written down and carried out.
    pub(super) async fn step_in(self: &Rc<Self>, input: Input) -> Result<std::result::Result<(), Rejection>> {
        let Some(mut next) = self.with_booking(Booking::clone) else { return Ok(Err(Rejection::Stale)) };
        let entries = match next.decide(input, config::now(&self.env)) {
            Ok(entries) => entries,
            Err(rejection) => return Ok(Err(rejection)),
        };
        for entry in &entries {
            next.apply(entry).map_err(|error| error.to_string())?;
        }
        self.keep(next, entries)?;
        // In the same write, so that a kill at any moment from now on is survived.
        self.arm().await?;
        let driven = Rc::clone(self);
        self.state.wait_until(async move { drive::drive(&driven).await })?;
        Ok(Ok(()))
    }

    /// Appends entries, and takes the booking that they make.
    pub(super) fn keep(&self, next: Booking, entries: Vec<Stamped>) -> Result<()> {
        if !entries.is_empty() {
            journal::append(&self.state.sql()?, &entries)?;
        }
        if let Some((facts, booking)) = self.kept.borrow_mut().as_mut() {
            if !entries.is_empty() {
                log::entries(facts.about(&self.env), &entries);
            }
            *booking = next;
        }
        self.wake();
        Ok(())
    }

    /// What is heard when something is written down.
    pub(super) fn changed(&self) -> futures_channel::oneshot::Receiver<()> {
        let (sender, receiver) = futures_channel::oneshot::channel();
        let mut waiting = self.waiting.borrow_mut();
        // Who went away is forgotten here, not only when something happens.
        waiting.retain(|sender| !sender.is_canceled());
        waiting.push(sender);
        receiver
    }

    /// Writes the booking's row in the registry, if it is another than was last written. One that cannot be written
    /// now is repaired by the sweeper.
    pub(super) async fn register(&self) {
        let mut registered = self.registered.lock().await;
        let Some(row) = self.row().map(|row| to_text(&row)).filter(|row| *row != *registered) else { return };
        let samples = self.samples.take();
        match registry::put(&self.env, &row, &samples).await {
            Ok(()) => *registered = row,
            Err(error) => {
                self.samples.borrow_mut().extend(samples);
                log::failed(&self.env, "registry", &error);
            }
        }
    }

    /// Keeps how long a call took, to be counted with the registry's next row.
    pub(super) fn count_call(&self, sample: Sample) {
        self.samples.borrow_mut().push(sample);
    }

    pub(super) fn row(&self) -> Option<Row> {
        let facts = self.facts()?;
        self.with_booking(|booking| Row::of(booking, facts.received_ms, facts.content)).flatten()
    }

    /// Wakes those who wait for something to be written down.
    pub(super) fn wake(&self) {
        for waiting in self.waiting.borrow_mut().drain(..) {
            // One who no longer waits needs no waking.
            let _ = waiting.send(());
        }
    }

    /// Sets the alarm for when the booking must be looked at again, or none once it ended.
    pub(super) async fn arm(&self) -> Result<()> {
        let now = config::now(&self.env);
        let deadline = self.with_booking(Booking::deadline).flatten();
        match deadline {
            Some(deadline) => {
                // While calls are under way the alarm is there for a kill only, and not to come again and again.
                let least_ms = if self.is_driving.get() { RESUME_AFTER_MS } else { 1 };
                self.state.set_alarm(deadline.0.saturating_sub(now.0).max(least_ms)).await
            }
            None => match self.kept_until() {
                Some(until) => self.state.set_alarm(until.0.saturating_sub(now.0).max(1)).await,
                None => self.state.delete_alarm().await,
            },
        }
    }

    /// When what is kept of the booking is to be deleted.
    pub(super) fn kept_until(&self) -> Option<Millis> {
        let received = Millis(self.facts()?.received_ms);
        let left = self.with_booking(|booking| {
            let is_kept = booking.refusal().is_none();
            booking.request().filter(|_| is_kept).map(|request| midnight(request.stay.check_out()))
        });
        Some(left.flatten().map_or(received, |left| left.max(received)).plus(KEPT_MS))
    }

    /// Deletes all that is kept of a booking that ended and whose time has passed; `false` where it has not.
    pub(super) async fn forget_what_is_over(&self) -> Result<bool> {
        let has_ended = self.with_booking(|booking| booking.deadline().is_none()).unwrap_or(false);
        if !has_ended || self.kept_until().is_none_or(|until| until > config::now(&self.env)) {
            return Ok(false);
        }
        let facts = self.facts();
        // What was refused has left nothing anywhere.
        let is_spent = self.with_booking(|booking| booking.refusal().is_none()).unwrap_or(false);
        *self.kept.borrow_mut() = None;
        self.is_spent.set(is_spent);
        let mark = async { if is_spent { journal::mark_spent(&self.state.sql()?) } else { Ok(()) } };
        let (deleted, marked) = join(self.state.delete_all(), mark).await;
        deleted.and(marked)?;
        if let Some(facts) = facts
            && let Err(error) = registry::forget(&self.env, &facts.booking).await
        {
            // The sweeper deletes it.
            log::failed(&self.env, "registry", &error);
        }
        Ok(true)
    }
}

/// The instant at which a date begins, near enough for what is counted in months.
fn midnight(date: chrono::NaiveDate) -> Millis {
    Millis(date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis())
}
