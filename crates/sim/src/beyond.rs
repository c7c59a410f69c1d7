//! What no booking notices by itself: alarms that are lost for ever, calls that are carried out long after everybody gave
//! them up, the same intent under a second key; and the sweeper, which finds the first two.

use std::collections::{BTreeMap, BTreeSet};

use posada_core::booking::Booking;
use posada_core::booking::effect::{Input, Ownership, Reservation};
use posada_core::booking::journal::Step;
use posada_core::ids::{Reference, ReservationCode};

use crate::mutation::Mutation;
use crate::rng::Rng;
use crate::world::{Event, World};

/// How often the sweeper may have to run until nothing is left to find.
const SWEEPS_MAX: usize = 60;
/// How much time goes by between two runs once everything else is at rest.
const SWEEP_MS: i64 = 660_000;
/// For how long a booking may be overdue before it is set going.
const OVERDUE_MS: i64 = 60_000;
/// How long another request of the same content waits for a claim, in steps.
const CLAIM_WAITS_MAX: u32 = 20;

/// A host that was noted for an intent, and its how manieth try that was.
pub(crate) type Noted = (usize, u32);

#[derive(Debug)]
pub(crate) struct Beyond {
    rng: Rng,
    /// How often an alarm is lost, in thousandths, and how many may be.
    lost_alarms: (u32, u32),
    /// How often a call to book is carried out long after it was given up, and how many may be.
    very_late: (u32, u32),
    /// Intents that are sent under a second key: when.
    pub(crate) second_keys: BTreeMap<usize, Vec<i64>>,
    /// When the sweeper runs while other things go on.
    pub(crate) sweeps_ms: Vec<i64>,
    notes: BTreeMap<usize, Vec<Noted>>,
    pub(crate) taking: BTreeSet<usize>,
    /// Reservations that nobody owns and that cannot be cancelled: staff have them.
    pub(crate) stray_cases: BTreeSet<ReservationCode>,
    pub(crate) had_strays: bool,
    /// Whether there is a sweeper: without one every booking must end by itself.
    pub(crate) is_swept: bool,
    sweeps: usize,
}

impl Beyond {
    /// Nothing of this kind.
    pub(crate) fn none() -> Self {
        Self {
            rng: Rng::new(0),
            lost_alarms: (0, 0),
            very_late: (0, 0),
            second_keys: BTreeMap::new(),
            sweeps_ms: Vec::new(),
            notes: BTreeMap::new(),
            taking: BTreeSet::new(),
            stray_cases: BTreeSet::new(),
            had_strays: false,
            is_swept: false,
            sweeps: 0,
        }
    }

    /// What a seed has of it, drawn apart from everything else: half of the worlds have none.
    pub(crate) fn of(seed: u64, intents: usize) -> Self {
        let mut rng = Rng::new(seed ^ 0xbe70_0d00_0000_0000);
        let mut beyond = Self::none();
        if rng.permille(500) {
            return beyond;
        }
        beyond.is_swept = true;
        if rng.permille(500) {
            beyond.lost_alarms = (rng.pick(&[100, 400, 900]), rng.pick(&[1, 2, 5]));
        }
        if rng.permille(500) {
            beyond.very_late = (rng.pick(&[100, 300]), rng.pick(&[1, 2, 4]));
        }
        for intent in 0..intents {
            if rng.permille(350) {
                let longest = rng.pick(&[500, 5_000, 60_000]);
                let sent = (0..1 + rng.index(3)).map(|_| rng.between(0, longest)).collect();
                beyond.second_keys.insert(intent, sent);
            }
        }
        beyond.sweeps_ms = (0..rng.index(4)).map(|_| rng.between(0, 4_000_000)).collect();
        beyond.rng = rng;
        beyond
    }

    fn happens(rng: &mut Rng, (chance, left): &mut (u32, u32)) -> bool {
        let happens = *left > 0 && rng.permille(*chance);
        *left -= u32::from(happens);
        happens
    }

    /// Whether an alarm that is being set is lost.
    pub(crate) fn loses_alarm(&mut self) -> bool {
        Self::happens(&mut self.rng, &mut self.lost_alarms)
    }

    /// How long after it was given up a call of this step is carried out, where that is later than anybody believes.
    pub(crate) fn very_late_ms(&mut self, step: Step) -> Option<i64> {
        let is_it = matches!(step, Step::Book { .. }) && Self::happens(&mut self.rng, &mut self.very_late);
        self.had_strays |= is_it;
        is_it.then(|| self.rng.between(25_000, 3_600_000))
    }

    fn latency(&mut self) -> i64 {
        self.rng.between(1, 80)
    }
}

impl World {
    /// A request is taken in by an intent that is sent under two keys: first it is noted what it is about.
    pub(crate) fn take_in(&mut self, host: usize) {
        if self.beyond.taking.contains(&host) {
            // One request at a time.
            return self.schedule(200, Event::Send { host });
        }
        self.beyond.taking.insert(host);
        let (life, after_ms) = (self.hosts[host].life, self.beyond.latency());
        self.schedule(after_ms, Event::Note { host, life, ended: Vec::new() });
    }

    fn is_taking(&self, host: usize, life: u32) -> bool {
        self.hosts[host].life == life && self.beyond.taking.contains(&host)
    }

    /// The hotel's object notes the booking for its content, if no other may live.
    pub(crate) fn note_intent(&mut self, host: usize, life: u32, ended: &[Noted]) {
        let believes = self.planted.is(Mutation::EndedIsBelieved);
        let notes = self.beyond.notes.entry(self.intents[host]).or_default();
        notes.retain(|(of, tries)| !ended.iter().any(|(e, t)| e == of && (t == tries || believes)));
        let others: Vec<Noted> = notes.iter().filter(|(of, _)| *of != host).copied().collect();
        let goes_ahead = others.is_empty() || self.planted.is(Mutation::NewKeyBooksAgain);
        if goes_ahead {
            match notes.iter_mut().find(|(of, _)| *of == host) {
                Some((_, tries)) => *tries += 1,
                None => notes.push((host, 1)),
            }
        }
        self.note(|| format!("{host}: noted, others: {others:?}"));
        if !self.is_taking(host, life) {
            return;
        }
        let after_ms = self.beyond.latency();
        let event = if goes_ahead {
            Event::TakenIn { host, life }
        } else {
            Event::Same { host, life, others, ended: Vec::new(), waits: 0 }
        };
        self.schedule(after_ms, event);
    }

    /// Another booking of the same content is asked whether it lives.
    pub(crate) fn ask_same(
        &mut self,
        host: usize,
        life: u32,
        mut others: Vec<Noted>,
        mut ended: Vec<Noted>,
        waits: u32,
    ) -> Result<(), String> {
        if !self.is_taking(host, life) {
            return Ok(());
        }
        let after_ms = self.beyond.latency();
        let Some((other, tries)) = others.first().copied() else {
            self.schedule(after_ms, Event::Note { host, life, ended });
            return Ok(());
        };
        self.wake(other)?;
        let (is_live, is_claiming) = self.with(other, |it| {
            (it.is_live(), it.request().is_some() && it.refusal().is_none() && !it.is_accepted())
        });
        let is_busy = self.beyond.taking.contains(&other) || self.hosts[other].memory.is_none();
        if is_busy || (is_claiming && waits < CLAIM_WAITS_MAX) {
            self.schedule(500, Event::Same { host, life, others, ended, waits: waits + 1 });
        } else if is_live {
            self.note(|| format!("{host}: the booking of {other} is shown"));
            self.beyond.taking.remove(&host);
        } else {
            others.remove(0);
            ended.push((other, tries));
            self.schedule(after_ms, Event::Same { host, life, others, ended, waits: 0 });
        }
        Ok(())
    }

    /// The request is written down.
    pub(crate) fn taken_in(&mut self, host: usize, life: u32) -> Result<(), String> {
        if !self.is_taking(host, life) {
            return Ok(());
        }
        self.beyond.taking.remove(&host);
        let now = self.clock();
        self.hosts[host].load(now)?;
        self.begin(host)
    }

    /// Lets the sweeper run until it finds nothing more. `true` where it has set something going.
    pub(crate) fn sweep_at_rest(&mut self) -> Result<bool, String> {
        if !self.beyond.is_swept {
            return Ok(false);
        }
        // What is put off for hours is overdue only then.
        let mut at = self.now + SWEEP_MS;
        for host in &self.hosts {
            if let Some(deadline) = host.replayed()?.deadline() {
                at = at.max(deadline.0 + OVERDUE_MS);
            }
        }
        self.now = at;
        self.beyond.sweeps += 1;
        if self.beyond.sweeps > SWEEPS_MAX {
            return Err("I5: the sweeper finds something again and again".to_owned());
        }
        self.sweep()
    }

    /// One run of the sweeper. `true` where it found something to do.
    pub(crate) fn sweep(&mut self) -> Result<bool, String> {
        let mut found = false;
        for host in 0..self.hosts.len() {
            let overdue =
                self.hosts[host].replayed()?.deadline().is_some_and(|at| at.0 + OVERDUE_MS <= self.now);
            if overdue && !self.planted.is(Mutation::LostAlarmIsNotSwept) {
                self.note(|| format!("{host}: swept"));
                self.wake(host)?;
                found = true;
            }
        }
        for (reference, reservation) in self.reservations() {
            found |= self.sweep_reservation(&reference, reservation)?;
        }
        Ok(found)
    }

    fn sweep_reservation(&mut self, reference: &Reference, reservation: Reservation) -> Result<bool, String> {
        let code = reservation.code.clone();
        let Some(host) = self.hosts.iter().position(|host| host.id == reference.booking) else {
            return Ok(false);
        };
        let now = self.clock();
        self.hosts[host].load(now)?;
        let ownership = self.with(host, |it: &Booking| it.ownership(reference, &code));
        let is_stray = match ownership {
            Ownership::Stray => !self.planted.is(Mutation::StrayIsLeft),
            Ownership::Undecided => self.planted.is(Mutation::UndecidedIsCancelled),
            Ownership::Disputed => true,
            Ownership::Owned => false,
        };
        if !is_stray || self.beyond.stray_cases.contains(&code) {
            return Ok(false);
        }
        if ownership == Ownership::Disputed || !self.scenario.capabilities.cancel {
            self.beyond.stray_cases.insert(code);
            return Ok(true);
        }
        self.note(|| format!("{host}: the stray {code} is cancelled"));
        // Nothing is to follow from it but that it is written down.
        let _ = self.hosts[host].feed(Input::Stray(reference.clone(), reservation), now)?;
        if self.crashes(host) {
            return Ok(true);
        }
        let cancelled =
            if self.scenario.is_embedded { self.hotel.cancel(reference) } else { self.api.cancel(&code) };
        cancelled.map(|()| true)
    }
}
