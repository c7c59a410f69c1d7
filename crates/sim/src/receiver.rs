//! A model of who is told how bookings end: it keeps what it got, is away at times, and may want no more of it.

use std::collections::BTreeMap;

use posada_core::booking::Booking;
use posada_core::booking::effect::Failure;
use posada_core::booking::journal::{Entry, Stamped, Step};
use posada_core::booking::notice::{NOTIFY_DELAYS_MS, Notice};
use posada_core::booking::outcome::{Outcome, Report};
use posada_core::ids::BookingId;
use posada_wire::webhook::notice_id;

use crate::mutation::Mutation;
use crate::world::World;

/// When the receiver is not as it should be, in milliseconds since the world began.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Troubles {
    /// From when to when it is away.
    pub(crate) away: Option<(i64, i64)>,
    /// From when on it wants no more.
    pub(crate) gone: Option<i64>,
}

/// What was told of a booking, once or more often.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    number: u32,
    outcome: Outcome,
    codes: Vec<String>,
    /// All that was said.
    text: String,
}

#[derive(Debug, Default)]
pub(crate) struct Receiver {
    /// By the event's id.
    told: BTreeMap<String, Told>,
    /// How often something came.
    pub(crate) deliveries: usize,
}

fn codes(report: &Report) -> Vec<String> {
    report.booked.iter().map(|room| room.code.to_string()).collect()
}

impl World {
    /// A notice arrives at the receiver.
    pub(crate) fn receive(&mut self, host: usize, notice: &Notice) -> Result<(), Failure<String>> {
        if self.scenario.receiver.gone.is_some_and(|at| self.age() >= at) {
            return Err(Failure::Refused("410".to_owned()));
        }
        if self.is_away(self.scenario.receiver.away) {
            let after_ms = self.rng.permille(300).then(|| self.rng.between(0, 200_000_000));
            return Err(Failure::Retryable { after_ms });
        }
        self.receiver.deliveries += 1;
        let mut id = notice_id(&self.hosts[host].id, notice.number);
        if self.planted.is(Mutation::NoticeRenamed) {
            id = format!("{id}-{}", self.receiver.deliveries);
        }
        self.keep(host, id, notice);
        Ok(())
    }

    fn keep(&mut self, host: usize, id: String, notice: &Notice) {
        let Notice { number, report, .. } = notice;
        let told = Told {
            number: *number,
            outcome: report.outcome,
            codes: codes(report),
            text: format!("{notice:?}"),
        };
        let now_settled = self.hosts[host].journal.iter().any(|text| text.contains("\"settled\""));
        if !now_settled {
            let what = format!("I6: booking {host} was told before it was settled");
            self.broken.get_or_insert(what);
        }
        match self.receiver.told.get(&id) {
            Some(before) if before.text != told.text => {
                let what = format!("I4: {id} was told twice, and not the same");
                self.broken.get_or_insert(what);
            }
            _ => drop(self.receiver.told.insert(id, told)),
        }
    }

    /// A planted bug: as soon as all rooms are decided on it is told, settled or not.
    pub(crate) fn tell_too_early(&mut self, host: usize) {
        let early = self.with(host, |it| {
            let report = it.report();
            let is_decided = report.booked.len() + report.failed.len() == it.progress().len();
            (it.is_accepted() && it.outcome().is_none() && is_decided && !report.booked.is_empty())
                .then_some(report)
        });
        let language = self.scenario.intents[self.intents[host]].terms.notify;
        if let (Some(report), Some(language)) = (early, language) {
            let (at, staff_reasons) = (self.clock(), Vec::new());
            let notice = Notice { number: 0, at, language, wa_id: None, report, staff_reasons };
            self.keep(host, notice_id(&self.hosts[host].id, 0), &notice);
        }
    }

    /// I5: who wants to be told is told how it ended in the end, or the journal says that this was given up, and why
    /// that may be.
    pub(crate) fn check_told(&self, host: usize) -> Result<(), String> {
        let booking = self.hosts[host].replayed()?;
        let id: &BookingId = &self.hosts[host].id;
        let prefix = format!("{id}-");
        let told: Vec<(&String, &Told)> =
            self.receiver.told.iter().filter(|(id, _)| id.starts_with(&prefix)).collect();
        let is_wanted = self.scenario.intents[self.intents[host]].terms.notify.is_some();
        if !is_wanted || booking.outcome().is_none() {
            return match told.first() {
                None => Ok(()),
                Some((id, _)) => Err(format!("I5: {id} was told although nobody is to be")),
            };
        }
        if booking.deadline().is_some() {
            return Err(format!("I5: booking {host} ended and still has something to do"));
        }
        for (n, (id, first)) in told.iter().enumerate() {
            if let Some((other, _)) = told.iter().skip(n + 1).find(|(_, it)| it.number == first.number) {
                return Err(format!("I4: {id} and {other} are the same event under two ids"));
            }
        }
        let report = booking.report();
        let last = told.iter().map(|(_, it)| *it).max_by_key(|it| it.number);
        if last.is_some_and(|it| it.outcome == report.outcome && it.codes == codes(&report)) {
            return Ok(());
        }
        match self.given_up(host) {
            Some(tries) if self.scenario.receiver.gone.is_some() || tries >= NOTIFY_DELAYS_MS.len() => Ok(()),
            Some(tries) => Err(format!("I5: telling of booking {host} was given up after {tries} tries")),
            None => Err(format!("I5: of booking {host} nobody was told that it is {:?}", report.outcome)),
        }
    }

    /// How often the last notice had been put off when it was given up; `None` where it was not.
    fn given_up(&self, host: usize) -> Option<usize> {
        let mut booking = Booking::new(self.hosts[host].id.clone());
        let (mut tries, mut given_up, mut number) = (0, None, 0);
        for text in &self.hosts[host].journal {
            let stamped = posada_wire::stored::from_text::<Stamped>(text)?;
            booking.apply(&stamped).ok()?;
            match &stamped.entry {
                Entry::NotifyGivenUp { .. } => given_up = Some(tries),
                Entry::Deferred { step: Step::Notify, .. } => tries += 1,
                _ => {}
            }
            // What else is written down meanwhile (that the guest asks for a cancellation) changes no ending.
            if let Some((now, _)) = booking.delivery().filter(|(now, _)| *now != number) {
                (tries, given_up, number) = (0, None, now);
            }
        }
        given_up
    }
}
