//! A booking's object: its journal survives it, what it has in memory does not. With the semantics of the Worker's
//! `BookingObject`.

use std::collections::BTreeSet;

use posada_core::booking::effect::{Effect, Input};
use posada_core::booking::journal::{Entry, Stamped, Step};
use posada_core::booking::{Booking, Rejection};
use posada_core::ids::{BookingId, Millis};
use posada_wire::stored::{from_text, to_text};

use crate::mutation::{Mutation, Planted};

/// What a crash takes.
#[derive(Debug, Clone)]
pub(crate) struct Memory {
    pub(crate) booking: Booking,
    pub(crate) under_way: BTreeSet<Step>,
    /// Decided but not in the journal, which is a bug by itself.
    unwritten: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) id: BookingId,
    /// As stored: JSON texts.
    pub(crate) journal: Vec<String>,
    pub(crate) memory: Option<Memory>,
    /// The instance before the last crash, which may not know that it was replaced.
    pub(crate) old: Option<Memory>,
    /// Counts instances: answers to an earlier one are lost.
    pub(crate) life: u32,
    pub(crate) alarm: Option<i64>,
    pub(crate) appends: usize,
    pub(crate) was_restarted: bool,
    planted: Planted,
}

impl Host {
    pub(crate) fn new(id: BookingId, planted: Planted) -> Self {
        Self {
            id,
            journal: Vec::new(),
            memory: None,
            old: None,
            life: 0,
            alarm: None,
            appends: 0,
            was_restarted: false,
            planted,
        }
    }

    /// Replays the journal, once in each life.
    pub(crate) fn load(&mut self, now: Millis) -> Result<(), String> {
        if self.memory.is_some() {
            return Ok(());
        }
        if self.planted.is(Mutation::JournalTruncated) && self.life > 0 && self.journal.len() > 1 {
            self.journal.pop();
        }
        let mut booking = Booking::new(self.id.clone());
        for text in &self.journal {
            let entry: Stamped = from_text(text).ok_or_else(|| format!("I7: cannot be read back: {text}"))?;
            booking.apply(&entry).map_err(|error| format!("I5: the journal cannot be replayed: {error}"))?;
        }
        if self.planted.is(Mutation::NoticeLostInCrash) && self.life > 0 && booking.notice().is_some() {
            let stamped = Stamped::new(now, Entry::Notified);
            self.journal.push(to_text(&stamped));
            booking.apply(&stamped).map_err(|error| error.to_string())?;
        }
        let resumes = booking.deadline().is_some();
        self.memory = Some(Memory { booking, under_way: BTreeSet::new(), unwritten: Vec::new() });
        self.was_restarted |= self.life > 0;
        if resumes && !self.planted.is(Mutation::ResumedNotSaid) {
            // Nothing may follow from it.
            let _ = self.feed(Input::Resumed, now)?;
        }
        Ok(())
    }

    /// Decides, writes down, takes in. `Ok(Err(..))` where the core takes the input for none of its own.
    pub(crate) fn feed(&mut self, input: Input, now: Millis) -> Result<Result<(), Rejection>, String> {
        let Some(memory) = &mut self.memory else { return Ok(Ok(())) };
        let entries = match memory.booking.decide(input, now) {
            Ok(entries) => entries,
            Err(rejection) => return Ok(Err(rejection)),
        };
        if entries.is_empty() {
            return Ok(Ok(()));
        }
        self.appends += 1;
        let is_late = self.planted.is(Mutation::JournalLate);
        self.journal.append(&mut memory.unwritten);
        for stamped in &entries {
            let applied = memory.booking.apply(stamped);
            applied.map_err(|error| format!("I7: a decided entry does not fit: {error}: {stamped:?}"))?;
            let kept = if is_late && !matches!(stamped.entry, Entry::Requested { .. }) {
                &mut memory.unwritten
            } else {
                &mut self.journal
            };
            kept.push(to_text(stamped));
        }
        Ok(Ok(()))
    }

    /// Writes an entry that the core did not decide.
    pub(crate) fn write(&mut self, entry: Entry, now: Millis) -> Result<(), String> {
        let Some(memory) = &mut self.memory else { return Ok(()) };
        let stamped = Stamped::new(now, entry);
        self.journal.push(to_text(&stamped));
        memory.booking.apply(&stamped).map_err(|error| format!("I5: the journal is broken: {error}"))
    }

    /// An answer reaches an instance that was replaced: the platform refuses its writes.
    pub(crate) fn feed_old(&mut self, input: Input, now: Millis) {
        let is_fenced = !self.planted.is(Mutation::OldInstanceWrites);
        let Some(old) = &mut self.old else { return };
        for stamped in old.booking.decide(input, now).unwrap_or_default() {
            // It stops at the first write that is refused.
            if is_fenced || old.booking.apply(&stamped).is_err() {
                self.old = None;
                return;
            }
            self.journal.push(to_text(&stamped));
        }
    }

    /// The effects that are due and not under way, which they now are.
    pub(crate) fn start_due(&mut self, now: Millis) -> Vec<Effect> {
        let Some(memory) = &mut self.memory else { return Vec::new() };
        let mut due = memory.booking.pending(now);
        if self.planted.is(Mutation::ChangesAreNotTold) {
            due.retain(|effect| !matches!(effect, Effect::Notify(notice) if notice.number > 1));
        }
        due.retain(|effect| memory.under_way.insert(effect.step()));
        due
    }

    /// What was begun and what was about to be begun is lost; the alarm and the journal stay.
    pub(crate) fn crash(&mut self) {
        self.old = self.memory.take();
        self.life += 1;
    }

    /// The booking as its journal has it.
    pub(crate) fn replayed(&self) -> Result<Booking, String> {
        let entries: Option<Vec<Stamped>> = self.journal.iter().map(|text| from_text(text)).collect();
        let entries = entries.ok_or("I7: the journal cannot be read back")?;
        Booking::replay(self.id.clone(), &entries).map_err(|error| format!("I5: no replay: {error}"))
    }
}
