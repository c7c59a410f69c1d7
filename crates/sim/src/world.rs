//! The world: a clock, a queue of what is to happen, and everyone in it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use chrono::{Days, NaiveDate};
use posada_core::booking::effect::{Effect, Failure, Input};
use posada_core::booking::journal::{Entry, Requester, StaffReason, Step};
use posada_core::booking::outcome::Outcome;
use posada_core::booking::{Booking, Rejection};
use posada_core::ids::{BookingId, LineNo, Millis};
use posada_core::payment::operation::Rules;
use posada_core::stay::Stay;

use crate::api::Api;
use crate::beyond::{Beyond, Noted};
use crate::calls::Call;
use crate::fate::{Fate, Occasions};
use crate::host::{Host, Memory};
use crate::hotel::Hotel;
use crate::mutation::{Mutation, Planted};
use crate::payments::Payments;
use crate::receiver::Receiver;
use crate::rng::Rng;
use crate::scenario::{Scenario, money};

/// 2025-08-20T00:00:00Z.
const EPOCH_MS: i64 = 1_755_648_000_000;
/// More happens in no world that ends.
const EVENTS_MAX: usize = 400_000;

/// Something that is to happen.
#[derive(Debug)]
pub(crate) enum Event {
    /// A guest sends the request of a host.
    Send { host: usize },
    /// A host's alarm, set for that instant.
    Alarm { host: usize, at: i64 },
    /// Someone asks how a booking stands, which wakes its object.
    Asked { host: usize },
    /// A call reaches whom it is for.
    Arrives { call: u64 },
    /// An answer reaches an instance of a host.
    /// It ends the step's call, unless it is a duplicate.
    Answered { host: usize, life: u32, step: Option<Step>, input: Box<Input> },
    /// The front desk takes a room.
    Desk,
    /// Another program of the hotel uses a payment.
    Outsider,
    /// The clock jumps forward.
    Jump { by: i64 },
    /// Staff cancel a line, or all.
    Cancel { host: usize, line: Option<u8> },
    /// A further payment is sent.
    Pay { host: usize, place: usize },
    /// The guest asks for that, which changes nothing.
    Ask { host: usize, line: Option<u8> },
    /// Staff work on a booking that needs them.
    Resolve { host: usize },
    /// The hotel's object is told what a request is about.
    Note { host: usize, life: u32, ended: Vec<Noted> },
    /// Bookings of the same content are asked whether they live.
    Same { host: usize, life: u32, others: Vec<Noted>, ended: Vec<Noted>, waits: u32 },
    /// A request is written down.
    TakenIn { host: usize, life: u32 },
    /// The sweeper runs.
    Sweep,
}

pub(crate) struct World {
    pub(crate) scenario: Rc<Scenario>,
    pub(crate) planted: Planted,
    pub(crate) rng: Rng,
    pub(crate) fate: Fate,
    pub(crate) so_far: Occasions,
    pub(crate) now: i64,
    queue: BTreeMap<(i64, u64), Event>,
    numbered: u64,
    pub(crate) calls: BTreeMap<u64, Call>,
    pub(crate) hosts: Vec<Host>,
    /// Which intent each host serves.
    pub(crate) intents: Vec<usize>,
    pub(crate) hotel: Hotel,
    pub(crate) api: Api,
    pub(crate) receiver: Receiver,
    pub(crate) payments: Payments,
    /// How each booking ended when it was first seen to.
    pub(crate) ended: BTreeMap<usize, Outcome>,
    /// Bookings that were cancelled, or that staff worked on, after they had ended.
    pub(crate) reopened: BTreeSet<usize>,
    /// How many cases staff worked off.
    pub(crate) cases: usize,
    pub(crate) beyond: Beyond,
    /// What a host could not read back or take in, where there was nobody to say it to.
    pub(crate) broken: Option<String>,
    pub(crate) trace: Option<Vec<String>>,
    pub(crate) events: usize,
}

impl World {
    pub(crate) fn new(
        scenario: Rc<Scenario>,
        rng: Rng,
        fate: Fate,
        planted: Planted,
        traced: bool,
        beyond: Beyond,
    ) -> Self {
        let mut world = Self {
            hotel: Hotel::new(scenario.property.clone(), planted),
            receiver: Receiver::default(),
            api: Api::new(scenario.property.clone(), scenario.capabilities, scenario.picks_rooms),
            payments: Payments::new(&scenario.payments, Rules::of(&scenario.property), planted),
            scenario,
            planted,
            rng,
            fate,
            so_far: Occasions::default(),
            now: EPOCH_MS,
            queue: BTreeMap::new(),
            numbered: 0,
            calls: BTreeMap::new(),
            hosts: Vec::new(),
            intents: Vec::new(),
            ended: BTreeMap::new(),
            reopened: BTreeSet::new(),
            cases: 0,
            beyond,
            broken: None,
            trace: traced.then(Vec::new),
            events: 0,
        };
        let scenario = Rc::clone(&world.scenario);
        for (i, intent) in scenario.intents.iter().enumerate() {
            let mut host = world.add_host(i);
            for (n, at) in intent.sent_ms.iter().enumerate() {
                if n > 0 && planted.is(Mutation::EveryTapBooks) {
                    host = world.add_host(i);
                }
                world.schedule(*at, Event::Send { host });
            }
            for (at, line) in &intent.cancels {
                world.schedule(*at, Event::Cancel { host, line: *line });
                world.schedule(at / 2, Event::Ask { host, line: *line });
            }
            for (place, (at, _)) in intent.pays.iter().enumerate() {
                world.schedule(*at, Event::Pay { host, place });
            }
        }
        for (intent, sent_ms) in world.beyond.second_keys.clone() {
            let host = world.add_host(intent);
            sent_ms.iter().for_each(|at| world.schedule(*at, Event::Send { host }));
        }
        for at in world.beyond.sweeps_ms.clone() {
            world.schedule(at, Event::Sweep);
        }
        scenario.desk_ms.iter().for_each(|at| world.schedule(*at, Event::Desk));
        scenario.outsider_ms.iter().for_each(|at| world.schedule(*at, Event::Outsider));
        scenario.jumps.iter().for_each(|(at, by)| world.schedule(*at, Event::Jump { by: *by }));
        world
    }

    fn add_host(&mut self, intent: usize) -> usize {
        let id = BookingId::from_bits(self.hosts.len() as u128 + 1);
        self.hosts.push(Host::new(id, self.planted));
        self.intents.push(intent);
        self.hosts.len() - 1
    }

    pub(crate) fn clock(&self) -> Millis {
        Millis(self.now)
    }

    /// Milliseconds since the world began.
    pub(crate) fn age(&self) -> i64 {
        self.now - EPOCH_MS
    }

    pub(crate) fn is_away(&self, away: Option<(i64, i64)>) -> bool {
        away.is_some_and(|(from, to)| (from..to).contains(&self.age()))
    }

    /// A number that nothing else has.
    pub(crate) fn number(&mut self) -> u64 {
        self.numbered += 1;
        self.numbered
    }

    pub(crate) fn schedule(&mut self, after_ms: i64, event: Event) {
        let number = self.number();
        self.queue.insert((self.now + after_ms.max(0), number), event);
    }

    pub(crate) fn note(&mut self, line: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>10} {}", self.now - EPOCH_MS, line()));
        }
    }

    /// Lets everything happen, and checks after every step and at the end.
    pub(crate) fn run(&mut self) -> Result<(), String> {
        loop {
            let Some(((at, _), event)) = self.queue.pop_first() else {
                if self.sweep_at_rest()? {
                    self.check_step()?;
                    continue;
                }
                break;
            };
            self.now = self.now.max(at);
            self.events += 1;
            if self.events > EVENTS_MAX {
                return Err("I5: the world does not come to rest".to_owned());
            }
            self.happen(event)?;
            self.check_step()?;
        }
        self.check_end()
    }

    fn happen(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Send { host } => self.sent(host),
            Event::Asked { host } => self.wake(host),
            Event::Alarm { host, at } => {
                if self.hosts[host].alarm != Some(at) {
                    return Ok(());
                }
                self.note(|| format!("{host}: alarm"));
                self.hosts[host].alarm = None;
                let comes_again = !self.planted.is(Mutation::AlarmOnce);
                if self.crashes(host) {
                    // An alarm runs at least once: one whose handler was killed comes again.
                    if comes_again {
                        self.arm(host, self.now + 2_000);
                    }
                    return Ok(());
                }
                self.wake(host)
            }
            Event::Arrives { call } => {
                self.arrive(call);
                Ok(())
            }
            Event::Answered { host, life, step, input } => self.answered(host, life, step, *input),
            Event::Desk => {
                let (room, stay) = self.desk_wish();
                let taken = !self.scenario.is_embedded && self.api.take(&room, stay);
                self.note(|| format!("front desk: room {room}, taken: {taken}"));
                Ok(())
            }
            Event::Outsider => {
                let place = self.rng.index(self.scenario.payments.len());
                let payment = self.scenario.payments[place].payment.clone();
                let amount = money(self.rng.between(1, 20_000));
                let code = format!("X{}", self.numbered);
                self.note(|| format!("another program uses {amount} of {} for {code}", payment.reference));
                self.payments.use_outside(&payment, amount, &code);
                Ok(())
            }
            Event::Jump { by } => {
                self.note(|| format!("the clock jumps by {by} ms"));
                // What is on its way arrives meanwhile: it was the host that slept.
                let landing: Vec<(i64, u64)> = self
                    .queue
                    .iter()
                    .take_while(|((at, _), _)| *at <= self.now + by)
                    .filter(|(_, event)| matches!(event, Event::Arrives { .. }))
                    .map(|(key, _)| *key)
                    .collect();
                for key in landing {
                    if let Some(Event::Arrives { call }) = self.queue.remove(&key) {
                        self.arrive(call);
                    }
                }
                self.now += by;
                Ok(())
            }
            Event::Cancel { host, line } => self.cancel_wished(host, line),
            Event::Ask { host, line } => self.cancel_asked(host, line),
            Event::Pay { host, place } => self.paid(host, place),
            Event::Resolve { host } => self.resolve(host),
            Event::Note { host, life, ended } => {
                self.note_intent(host, life, &ended);
                Ok(())
            }
            Event::Same { host, life, others, ended, waits } => {
                self.ask_same(host, life, others, ended, waits)
            }
            Event::TakenIn { host, life } => self.taken_in(host, life),
            Event::Sweep => self.sweep().map(drop),
        }
    }

    fn desk_wish(&mut self) -> (posada_core::ids::RoomNumber, Stay) {
        let junior = &self.scenario.property.room_types[0].rooms;
        let room = junior[self.rng.index(junior.len())].clone();
        let first = NaiveDate::from_ymd_opt(2025, 8, 23).expect("a date");
        let check_in = first + Days::new(self.rng.below(3));
        (room, Stay::new(check_in, check_in + Days::new(1)).expect("a stay"))
    }

    fn sent(&mut self, host: usize) -> Result<(), String> {
        let now = self.clock();
        self.hosts[host].load(now)?;
        let is_free = self.with(host, |it| it.request().is_none() || it.refusal().is_some());
        self.note(|| format!("{host}: the guest asks, new: {is_free}"));
        if !is_free {
            return self.drive(host);
        }
        if self.beyond.second_keys.contains_key(&self.intents[host]) {
            self.take_in(host);
            return Ok(());
        }
        self.begin(host)
    }

    /// Writes the request down and goes on.
    pub(crate) fn begin(&mut self, host: usize) -> Result<(), String> {
        let now = self.clock();
        let intent = &self.scenario.intents[self.intents[host]];
        let (request, terms) = (Box::new(intent.request.clone()), intent.terms.clone());
        let taken = self.hosts[host].feed(Input::Start { request, terms }, now)?;
        if let Err(rejection) = taken {
            self.note(|| format!("{host}: {rejection}"));
            return Ok(());
        }
        if !self.planted.is(Mutation::NoFirstAlarm) {
            self.arm_deadline(host);
        }
        if self.crashes(host) {
            return Ok(());
        }
        self.drive(host)
    }

    /// The object is loaded if it is not, and goes on.
    pub(crate) fn wake(&mut self, host: usize) -> Result<(), String> {
        let now = self.clock();
        let memory_was_lost = self.hosts[host].memory.is_none();
        self.hosts[host].load(now)?;
        if memory_was_lost && self.crashes(host) {
            self.arm(host, self.now + 2_000);
            return Ok(());
        }
        self.drive(host)
    }

    fn answered(&mut self, host: usize, life: u32, step: Option<Step>, input: Input) -> Result<(), String> {
        let now = self.clock();
        if self.hosts[host].life != life {
            self.note(|| format!("{host}: an answer to a former instance"));
            self.hosts[host].feed_old(input, now);
            return Ok(());
        }
        if self.crashes(host) {
            return Ok(());
        }
        if step.is_none() && self.is_anothers(host, &input) {
            self.note(|| format!("{host}: an answer that comes again is none to the call under way"));
            return Ok(());
        }
        if let (Some(memory), Some(step)) = (&mut self.hosts[host].memory, step) {
            memory.under_way.remove(&step);
        }
        let shown = self.trace.is_some().then(|| format!("{input:?}"));
        let before = self.hosts[host].journal.len();
        let input = self.misread(host, input);
        let unasked = self.unasked(host, &input);
        let written = self.planted.is(Mutation::StaleIsWritten).then(|| input.clone());
        let taken = match unasked {
            Some(entry) => Ok(self.hosts[host].write(entry, now)?),
            None => self.hosts[host].feed(input, now)?,
        };
        if let (Err(_), Some(Input::Book(reference, Ok(it)))) = (&taken, written) {
            let (line, generation) = (reference.line, reference.generation);
            let entry = Entry::Confirmed { line, generation, room: it.room, code: it.code };
            self.hosts[host].write(entry, now)?;
        }
        self.note(|| format!("{host}: {} -> {taken:?}", shown.unwrap_or_default()));
        self.show(host, before);
        if self.crashes(host) {
            return Ok(());
        }
        self.drive(host)
    }

    /// Whether a "no" that comes again would be taken for the answer to a later call for the very same try. An answer of
    /// HTTP is its own call's and no other's.
    fn is_anothers(&self, host: usize, input: &Input) -> bool {
        let (step, reference) = match input {
            Input::Book(reference, Err(Failure::Refused(_) | Failure::Retryable { .. })) => {
                (Step::Book { line: reference.line }, reference)
            }
            Input::LookUp(reference, Ok(None)) => (Step::LookUp { line: reference.line }, reference),
            _ => return false,
        };
        let is_under_way = |memory: &Memory| memory.under_way.contains(&step);
        self.hosts[host].memory.as_ref().is_some_and(is_under_way)
            && self.with(host, |it| {
                let is_same = |effect: &Effect| match effect {
                    Effect::BookRoom(order) => effect.step() == step && order.reference == *reference,
                    Effect::LookUp { reference: of } => effect.step() == step && of == reference,
                    _ => false,
                };
                it.pending(Millis(i64::MAX)).iter().any(is_same)
            })
    }

    /// Starts what is due; once nothing is under way, arms the alarm.
    pub(crate) fn drive(&mut self, host: usize) -> Result<(), String> {
        let now = self.clock();
        if self.planted.is(Mutation::ToldTooEarly) {
            self.tell_too_early(host);
        }
        for effect in self.hosts[host].start_due(now) {
            self.call(host, effect);
        }
        let is_idle = self.hosts[host].memory.as_ref().is_none_or(|memory| memory.under_way.is_empty());
        let forgets = self.planted.is(Mutation::DeadlineNotArmed);
        if !forgets && (is_idle || self.hosts[host].alarm.is_none()) {
            self.arm_deadline(host);
        }
        Ok(())
    }

    fn arm_deadline(&mut self, host: usize) {
        match self.with(host, Booking::deadline) {
            // A deadline that passed while calls are under way is looked at again when they are over.
            Some(deadline) => self.arm(host, deadline.0.max(self.now + 1_000)),
            None => self.hosts[host].alarm = None,
        }
    }

    pub(crate) fn arm(&mut self, host: usize, at: i64) {
        if self.beyond.loses_alarm() {
            self.note(|| format!("{host}: its alarm is lost"));
            self.hosts[host].alarm = None;
            return;
        }
        self.hosts[host].alarm = Some(at);
        self.schedule(at - self.now, Event::Alarm { host, at });
    }

    pub(crate) fn with<T>(&self, host: usize, read: impl FnOnce(&Booking) -> T) -> T {
        let nothing = Booking::new(self.hosts[host].id.clone());
        read(self.hosts[host].memory.as_ref().map_or(&nothing, |memory| &memory.booking))
    }

    /// Something that staff do. `false` where the core does not take it yet: it comes again later.
    fn staff(&mut self, host: usize, input: Input, again: Event) -> Result<bool, String> {
        let now = self.clock();
        self.hosts[host].load(now)?;
        let before = self.hosts[host].journal.len();
        let taken = self.hosts[host].feed(input, now)?;
        self.note(|| format!("{host}: staff: {again:?} -> {taken:?}"));
        let is_taken = taken.is_ok();
        if !is_taken {
            let goes_on = self.with(host, |it| it.is_accepted() && it.outcome().is_none());
            if goes_on {
                self.schedule(30_000, again);
            }
        } else if self.hosts[host].journal.len() > before {
            self.reopened.insert(host);
            self.ended.remove(&host);
        }
        self.show(host, before);
        // The alarm is set in the same write.
        self.arm_deadline(host);
        if self.crashes(host) {
            return Ok(is_taken);
        }
        self.drive(host).map(|()| is_taken)
    }

    fn cancel_wished(&mut self, host: usize, line: Option<u8>) -> Result<(), String> {
        let input = Input::CancelBooked { line: line.map(LineNo), by: "staff".to_owned() };
        self.staff(host, input, Event::Cancel { host, line }).map(drop)
    }

    /// A guest pays further, and comes again where the booking still runs.
    fn paid(&mut self, host: usize, place: usize) -> Result<(), String> {
        let now = self.clock();
        self.hosts[host].load(now)?;
        let request = self.scenario.intents[self.intents[host]].pays[place].1.clone();
        let before = self.hosts[host].journal.len();
        let taken = self.hosts[host].feed(Input::AddPayment(Box::new(request)), now)?;
        self.note(|| format!("{host}: further payment {place} -> {taken:?}"));
        if taken == Err(Rejection::StillRunning) && self.age() < 100_000_000 {
            self.schedule(60_000, Event::Pay { host, place });
        }
        self.show(host, before);
        self.arm_deadline(host);
        if self.crashes(host) {
            return Ok(());
        }
        self.drive(host)
    }

    /// The guest would like a line cancelled: it is written down, and nothing else is changed.
    fn cancel_asked(&mut self, host: usize, line: Option<u8>) -> Result<(), String> {
        let now = self.clock();
        self.hosts[host].load(now)?;
        let stands = |it: &Booking| (it.outcome(), it.report(), it.pending(now));
        let (before, entries) = (self.with(host, stands), self.hosts[host].journal.len());
        let lines = line.map(LineNo).into_iter().collect();
        let input = Input::RequestCancellation { lines, reason: None, by: Requester::Guest };
        let taken = self.hosts[host].feed(input, now)?;
        self.note(|| format!("{host}: the guest asks to cancel {line:?} -> {taken:?}"));
        self.show(host, entries);
        if self.with(host, stands) != before {
            return Err(format!("I6: booking {host} changed because a guest asked to cancel"));
        }
        if self.crashes(host) {
            return Ok(());
        }
        self.drive(host)
    }

    /// Staff take up the first reason why a booking needs them, and see what the hotel's systems really have.
    fn resolve(&mut self, host: usize) -> Result<(), String> {
        let now = self.clock();
        self.hosts[host].load(now)?;
        let reasons = self.with(host, |it| it.staff_reasons().to_vec());
        let line = match reasons.first() {
            None => return Ok(()),
            Some(StaffReason::Unconfirmed { line } | StaffReason::CancelFailed { line }) => Some(*line),
            Some(StaffReason::CodreserFull | StaffReason::LedgerRefused { .. }) => None,
        };
        let found = line.and_then(|line| self.really(host, line));
        self.cases += 1;
        let is_taken = self.staff(
            host,
            Input::Resolve { line, found, note: "visto".to_owned(), by: None },
            Event::Resolve { host },
        )?;
        // What was not taken comes again by itself: twice the cases each time would be cases without end.
        if is_taken && reasons.len() > 1 {
            self.schedule(60_000, Event::Resolve { host });
        }
        Ok(())
    }

    /// Shows what was appended since.
    pub(crate) fn show(&mut self, host: usize, before: usize) {
        for n in before..self.hosts[host].journal.len() {
            let entry = self.trace.is_some().then(|| self.hosts[host].journal[n].clone());
            self.note(|| format!("{host}:   + {}", entry.unwrap_or_default()));
        }
    }

    /// Whether the object is killed here; if so, it is.
    pub(crate) fn crashes(&mut self, host: usize) -> bool {
        let crashes = self.fate.crash(&mut self.rng, &mut self.so_far);
        if crashes {
            self.note(|| format!("{host}: KILLED"));
            self.abandon_calls(host);
            self.hosts[host].crash();
            self.beyond.taking.remove(&host);
            if self.rng.permille(300) {
                let after_ms = self.rng.between(0, 8_000);
                self.schedule(after_ms, Event::Asked { host });
            }
        }
        crashes
    }
}
