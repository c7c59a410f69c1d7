//! One booking: takes the request in, keeps the journal, carries out what the core decides, and answers.

mod answer;
mod drive;
mod erase;
mod events;
mod follow;
mod intake;
mod journal;
mod offer;
mod pay;
mod people;
mod same;
mod staff;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_util::lock::Mutex;
use posada_core::booking::effect::{FollowWish, Input, Reservation};
use posada_core::booking::journal::{Stamped, Step};
use posada_core::booking::request::FurtherRequest;
use posada_core::booking::{Booking, RESUME_AFTER_MS, Rejection};
use posada_core::ids::{BookingId, LineNo, Millis, Reference, WaId};
use posada_core::sorted::Set;
use posada_wire::stored::to_text;
use posada_wire::{stored_choice, stored_record};
use wasm_bindgen::prelude::*;
use worker::Env;
use worker::js_sys::{Promise, futures::future_to_promise};
use worker::web_sys::{Request, Response};
use worker::worker_sys::types::DurableObjectState;

use super::calls;
use crate::auth::Role;
use crate::host::{Result, State, request_text};
use crate::metrics::Sample;
use crate::registry::{self, Row};
use crate::reservations::Listing;
use crate::{config, log, respond};
use journal::Facts;

/// A request for a booking, as the route hands it on.
pub(crate) struct StartCall {
    /// The booking that this intent is.
    pub(crate) booking: BookingId,
    /// The body as it came.
    pub(crate) body: String,
    /// Whether it came by the assistant's tool, which takes both forms.
    pub(crate) is_tool: bool,
    /// Whether a booking that came to nothing may be replaced: the key was derived, not chosen.
    pub(crate) is_derived_key: bool,
    /// Who asks.
    pub(crate) role: Role,
    /// A hash of the client, for the public route's limits; empty where it is not known.
    pub(crate) client: String,
    /// A hash of the key, for what only staff may do.
    pub(crate) key_id: String,
    /// The language that the guest is answered in.
    pub(crate) language: String,
    /// Whether the caller would rather be answered at once, and ask again.
    pub(crate) is_async: bool,
    /// The request, for the log.
    pub(crate) request_id: String,
}

impl StartCall {
    /// For the log.
    fn about(&self) -> log::About<'_> {
        log::About { booking: &self.booking, request: Some(&self.request_id) }
    }
}

/// A question about a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GetCall {
    /// Who asks; a guest by the booking's token.
    pub(crate) role: Role,
    /// The digest of the token that was sent, where one was.
    pub(crate) token_hash: Option<String>,
    /// The WhatsApp id that the assistant asks for.
    pub(crate) wa_id: Option<WaId>,
    /// The language that the guest is answered in.
    pub(crate) language: String,
    /// Whether a tool's caller asks.
    pub(crate) is_tool: bool,
}

/// Staff cancel rooms.
pub(crate) struct CancelCall {
    /// Who.
    pub(crate) who: GetCall,
    /// A hash of their key.
    pub(crate) key_id: String,
    /// The room; all of them where none is named.
    pub(crate) line: Option<LineNo>,
}

/// A guest would like rooms cancelled.
pub(crate) struct RequestCall {
    /// Who asks.
    pub(crate) who: GetCall,
    /// The rooms; all of them where none is named.
    pub(crate) lines: Vec<LineNo>,
    /// Why, in the guest's words.
    pub(crate) reason: Option<String>,
}

/// A further payment is to be made.
pub(crate) struct PayCall {
    /// Who asks.
    pub(crate) who: GetCall,
    /// What is asked for; when it is looked for, the settings say.
    pub(crate) request: FurtherRequest,
    /// Whether staff waive that it must be there already.
    pub(crate) is_forced: bool,
    /// A hash of the client, for the limit of wrong evidence.
    pub(crate) client: String,
}

/// Another booking wants to follow this one.
pub(crate) struct FollowCall {
    /// The other booking.
    pub(crate) booking: BookingId,
    /// Who made it, and so must be one who may see this one.
    pub(crate) who: GetCall,
    /// What it is for.
    pub(crate) wish: FollowWish,
}

/// A request of another key that is about the same as this booking.
pub(crate) struct SameCall {
    /// Who asks.
    pub(crate) role: Role,
    /// Whether it came by the assistant's tool.
    pub(crate) is_tool: bool,
    /// Whether it came in the form of a single room.
    pub(crate) is_single: bool,
    /// The language that the guest is answered in.
    pub(crate) language: String,
}

/// What staff found out about a case.
pub(crate) struct ResolveCall {
    pub(crate) line: Option<LineNo>,
    pub(crate) found: Option<Reservation>,
    pub(crate) note: String,
    /// A hash of the key that they came with.
    pub(crate) by: String,
    pub(crate) language: String,
}

/// What a booking's object is asked for.
pub(crate) enum BookingCall {
    Start {
        call: Box<StartCall>,
    },
    Get {
        call: GetCall,
    },
    Events {
        call: GetCall,
        after: i64,
    },
    Cancel {
        call: CancelCall,
    },
    RequestCancellation {
        call: RequestCall,
    },
    Pay {
        call: Box<PayCall>,
    },
    Follow {
        call: FollowCall,
    },
    /// Whether the booking goes on or came to something.
    IsLiving,
    Same {
        call: SameCall,
    },
    /// How it stands, for staff; with its journal where that is wanted.
    Look {
        language: String,
        with_journal: bool,
    },
    Resolve {
        call: ResolveCall,
    },
    /// Forget who the guest is; ordered by who has this key.
    Erase {
        key_id: String,
    },
    /// Go on if you do not, and say how you stand.
    Sweep,
    /// This reservation was made under one of your references: whose is it? A stray is cancelled.
    Stray {
        reference: Reference,
        reservation: Reservation,
    },
}

/// How a booking stands, for the sweeper.
pub(crate) struct Swept {
    /// As the registry should have it; none where nothing is known of the booking.
    pub(crate) row: Option<Row>,
    /// Of a reservation that was asked about, what came of it.
    pub(crate) stray: Option<Verdict>,
}

/// What came of a reservation that was found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is the booking's, or may still be.
    Left,
    /// It was nobody's and is cancelled.
    Cancelled,
    /// It is nobody's and could not be cancelled.
    Stands,
}

stored_choice!(Verdict { "left" = Left, "cancelled" = Cancelled, "stands" = Stands });
stored_record!(Swept { row, stray });
stored_record!(ResolveCall { line, found, note, by, language });

stored_record!(StartCall {
    booking,
    body,
    is_tool,
    is_derived_key,
    role,
    client,
    key_id,
    language,
    is_async,
    request_id
});
stored_record!(GetCall { role, token_hash, wa_id, language, is_tool });
stored_record!(CancelCall { who, key_id, line });
stored_record!(RequestCall { who, lines, reason });
stored_record!(PayCall { who, request, is_forced, client });
stored_record!(FollowCall { booking, who, wish });
stored_record!(SameCall { role, is_tool, is_single, language });
stored_choice!(BookingCall {
    "start" = Start { call },
    "get" = Get { call },
    "events" = Events { call, after },
    "cancel" = Cancel { call },
    "request_cancellation" = RequestCancellation { call },
    "pay" = Pay { call },
    "follow" = Follow { call },
    "is_living" = IsLiving,
    "same" = Same { call },
    "look" = Look { language, with_journal },
    "resolve" = Resolve { call },
    "erase" = Erase { key_id },
    "sweep" = Sweep,
    "stray" = Stray { reference, reservation },
});

/// Said instead of an answer where the booking is over, or there is none, and another is to take its place.
pub(crate) const SUPERSEDED_STATUS: u16 = 410;

/// One booking.
#[wasm_bindgen]
pub struct BookingObject {
    inner: Rc<Inner>,
}

/// What futures that outlive a request share.
struct Inner {
    state: State,
    env: Env,
    kept: RefCell<Option<(Facts, Booking)>>,
    is_loaded: Cell<bool>,
    /// Held while a request is taken in, so that of fifty at once one is and the others find it.
    intake: Mutex<()>,
    is_driving: Cell<bool>,
    under_way: RefCell<Set<Step>>,
    /// Whether it is written down that calls are under way.
    noted: Cell<bool>,
    waiting: RefCell<Vec<futures_channel::oneshot::Sender<()>>>,
    /// How many follow its events.
    listeners: Cell<usize>,
    /// What the reservation API listed as free when the request was checked.
    listing: RefCell<Option<Listing>>,
    /// How long calls took, until the registry's row is written and they are counted with it.
    samples: RefCell<Vec<Sample>>,
    /// The registry's row as it was last written, held while it is.
    registered: Mutex<String>,
}

#[wasm_bindgen]
impl BookingObject {
    /// The object, as the platform makes it.
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        let inner = Inner {
            state: State::new(state),
            env,
            kept: RefCell::default(),
            is_loaded: Cell::new(false),
            intake: Mutex::new(()),
            is_driving: Cell::new(false),
            under_way: RefCell::default(),
            noted: Cell::new(false),
            waiting: RefCell::default(),
            listeners: Cell::new(0),
            listing: RefCell::default(),
            samples: RefCell::default(),
            registered: Mutex::new(String::new()),
        };
        Self { inner: Rc::new(inner) }
    }

    /// Answers a call.
    pub fn fetch(&self, request: Request) -> Promise {
        let inner = Rc::clone(&self.inner);
        future_to_promise(async move { Ok(fetch(&inner, &request).await?.into()) })
    }

    /// Goes on with what a kill or an eviction interrupted, or what was put off. It never fails: it re-arms.
    pub fn alarm(&self) -> Promise {
        let inner = Rc::clone(&self.inner);
        future_to_promise(async move {
            if let Err(error) = go_on(&inner).await {
                log::error("alarm", &error.to_string());
                inner.state.set_alarm(RETRY_ALARM_MS).await?;
            }
            Ok(JsValue::UNDEFINED)
        })
    }
}

async fn fetch(inner: &Rc<Inner>, request: &Request) -> Result<Response> {
    let call: BookingCall = calls::read(&request_text(request).await?)?;
    inner.load()?;
    inner.forget_what_is_over().await?;
    if inner.with_booking(|booking| booking.deadline().is_some()).unwrap_or(false) {
        // An object that was restarted goes on when it is asked, not only when its alarm comes.
        let driven = Rc::clone(inner);
        inner.state.wait_until(async move { drive::drive(&driven).await })?;
    }
    match call {
        BookingCall::Start { call } => intake::start(inner, &call).await,
        BookingCall::Get { call } => answer::get(inner, &call).await,
        BookingCall::Events { call, after } => events::listen(inner, &call, after).await,
        BookingCall::Cancel { call } => people::cancel(inner, &call).await,
        BookingCall::RequestCancellation { call } => people::request_cancellation(inner, call).await,
        BookingCall::Pay { call } => pay::pay(inner, *call).await,
        BookingCall::Follow { call } => follow::take(inner, call).await,
        BookingCall::IsLiving => {
            let is_living = inner.with_booking(Booking::is_live).unwrap_or(false);
            respond::json(&is_living, 200)
        }
        BookingCall::Same { call } => same::answer(inner, &call).await,
        BookingCall::Look { language, with_journal } => staff::look(inner, &language, with_journal),
        BookingCall::Resolve { call } => staff::resolve(inner, call).await,
        BookingCall::Erase { key_id } => erase::erase(inner, &key_id).await,
        BookingCall::Sweep => staff::sweep(inner).await,
        BookingCall::Stray { reference, reservation } => staff::stray(inner, reference, reservation).await,
    }
}

async fn go_on(inner: &Rc<Inner>) -> Result<()> {
    inner.load()?;
    if inner.forget_what_is_over().await? {
        return Ok(());
    }
    drive::drive(inner).await;
    inner.arm().await
}

/// When an alarm that failed comes again.
const RETRY_ALARM_MS: i64 = 10_000;
/// How long a booking is kept after its guest left, and a refused request after it came. Then what is known of the
/// guest is deleted; the ledger, which names nobody, stays.
const KEPT_MS: i64 = 90 * 24 * 3_600_000;

impl Inner {
    /// Replays the journal, once for each life of the object; calls that were under way may have been carried out.
    fn load(&self) -> Result<()> {
        if self.is_loaded.get() {
            return Ok(());
        }
        let sql = self.state.sql()?;
        *self.kept.borrow_mut() = journal::load(&sql)?;
        self.is_loaded.set(true);
        let goes_on = self.with_booking(|booking| booking.deadline().is_some()).unwrap_or(false);
        // An object that was only waiting is evicted as well. Were its steps doubted then, what is asked again because
        // of a doubt could be evicted and doubted for ever.
        if goes_on && journal::were_calls_under_way(&sql)? {
            self.noted.set(true);
            self.feed(vec![Input::Resumed])?;
        }
        Ok(())
    }

    /// Writes down whether calls are under way, where that has changed.
    fn note_calls(&self) -> Result<()> {
        let are_under_way = !self.under_way.borrow().is_empty();
        if self.noted.replace(are_under_way) != are_under_way
            && let Err(error) = journal::note_calls(&self.state.sql()?, are_under_way)
        {
            self.noted.set(!are_under_way);
            return Err(error);
        }
        Ok(())
    }

    fn with_booking<T>(&self, read: impl FnOnce(&Booking) -> T) -> Option<T> {
        self.kept.borrow().as_ref().map(|(_, booking)| read(booking))
    }

    fn facts(&self) -> Option<Facts> {
        self.kept.borrow().as_ref().map(|(facts, _)| facts.clone())
    }

    /// Decides on answers that are there together, appends what follows in one write, and takes it in.
    fn feed(&self, inputs: Vec<Input>) -> Result<()> {
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
    async fn step_in(self: &Rc<Self>, input: Input) -> Result<std::result::Result<(), Rejection>> {
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
    fn keep(&self, next: Booking, entries: Vec<Stamped>) -> Result<()> {
        if !entries.is_empty() {
            journal::append(&self.state.sql()?, &entries)?;
        }
        if let Some((facts, booking)) = self.kept.borrow_mut().as_mut() {
            if !entries.is_empty() {
                log::entries(facts.about(), &entries);
            }
            *booking = next;
        }
        self.wake();
        Ok(())
    }

    /// What is heard when something is written down.
    fn changed(&self) -> futures_channel::oneshot::Receiver<()> {
        let (sender, receiver) = futures_channel::oneshot::channel();
        let mut waiting = self.waiting.borrow_mut();
        // Who went away is forgotten here, not only when something happens.
        waiting.retain(|sender| !sender.is_canceled());
        waiting.push(sender);
        receiver
    }

    /// Writes the booking's row in the registry, if it is another than was last written. One that cannot be written
    /// now is repaired by the sweeper.
    async fn register(&self) {
        let mut registered = self.registered.lock().await;
        let Some(row) = self.row().map(|row| to_text(&row)).filter(|row| *row != *registered) else { return };
        let samples = self.samples.take();
        match registry::put(&self.env, &row, &samples).await {
            Ok(()) => *registered = row,
            Err(error) => {
                self.samples.borrow_mut().extend(samples);
                log::error("registry", &error.to_string());
            }
        }
    }

    /// Keeps how long a call took, to be counted with the registry's next row.
    fn count_call(&self, sample: Sample) {
        self.samples.borrow_mut().push(sample);
    }

    fn row(&self) -> Option<Row> {
        let facts = self.facts()?;
        self.with_booking(|booking| Row::of(booking, facts.received_ms, facts.content)).flatten()
    }

    /// Wakes those who wait for something to be written down.
    fn wake(&self) {
        for waiting in self.waiting.borrow_mut().drain(..) {
            // One who no longer waits needs no waking.
            let _ = waiting.send(());
        }
    }

    /// Sets the alarm for when the booking must be looked at again, or none once it ended.
    async fn arm(&self) -> Result<()> {
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
    fn kept_until(&self) -> Option<Millis> {
        let received = Millis(self.facts()?.received_ms);
        let left = self.with_booking(|booking| {
            let is_kept = booking.refusal().is_none();
            booking.request().filter(|_| is_kept).map(|request| midnight(request.stay.check_out()))
        });
        Some(left.flatten().map_or(received, |left| left.max(received)).plus(KEPT_MS))
    }

    /// Deletes all that is kept of a booking that ended and whose time has passed; `false` where it has not.
    async fn forget_what_is_over(&self) -> Result<bool> {
        let has_ended = self.with_booking(|booking| booking.deadline().is_none()).unwrap_or(false);
        if !has_ended || self.kept_until().is_none_or(|until| until > config::now(&self.env)) {
            return Ok(false);
        }
        let facts = self.facts();
        *self.kept.borrow_mut() = None;
        self.state.delete_all().await?;
        if let Some(facts) = facts
            && let Err(error) = registry::forget(&self.env, &facts.booking).await
        {
            // The sweeper deletes it.
            log::error("registry", &error.to_string());
        }
        Ok(true)
    }
}

/// The instant at which a date begins, near enough for what is counted in months.
fn midnight(date: chrono::NaiveDate) -> Millis {
    Millis(date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis())
}
