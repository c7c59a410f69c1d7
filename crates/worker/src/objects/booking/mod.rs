//! One booking: takes the request in, keeps the journal, carries out what the core decides, and answers.

mod answer;
mod call;
mod drive;
mod erase;
mod events;
mod follow;
mod inner;
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
use posada_core::booking::Booking;
use posada_core::booking::journal::Step;
use posada_core::sorted::Set;
use wasm_bindgen::prelude::*;
use worker::Env;
use worker::js_sys::{Promise, futures::future_to_promise};
use worker::web_sys::{Request, Response};
use worker::worker_sys::types::DurableObjectState;

use super::calls;
use crate::host::{Result, State, request_text};
use crate::metrics::Sample;
use crate::reservations::Listing;
use crate::{log, respond, trace};
pub(crate) use call::{
    BookingCall, CancelCall, FollowCall, GetCall, PayCall, RequestCall, ResolveCall, SUPERSEDED_STATUS,
    SameCall, StartCall, Swept, Verdict,
};
use journal::Facts;

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
    /// Whether a booking was kept here and was forgotten: its references are known elsewhere, and are not used again.
    is_spent: Cell<bool>,
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
    /// How many requests are being answered that may set something going.
    orders: Cell<usize>,
}

/// That a request which may set something going is being answered, until this is let go of.
struct Order(Rc<Inner>);

impl Order {
    fn begun(inner: &Rc<Inner>) -> Self {
        inner.orders.set(inner.orders.get().saturating_add(1));
        Self(Rc::clone(inner))
    }
}

impl Drop for Order {
    fn drop(&mut self) {
        self.0.orders.set(self.0.orders.get().saturating_sub(1));
    }
}

#[wasm_bindgen]
impl BookingObject {
    /// The object, as the platform makes it.
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        let inner = Inner {
            state: State::new(state),
            env: trace::own(&env),
            kept: RefCell::default(),
            is_loaded: Cell::new(false),
            is_spent: Cell::new(false),
            intake: Mutex::new(()),
            is_driving: Cell::new(false),
            under_way: RefCell::default(),
            noted: Cell::new(false),
            waiting: RefCell::default(),
            listeners: Cell::new(0),
            listing: RefCell::default(),
            samples: RefCell::default(),
            registered: Mutex::new(String::new()),
            orders: Cell::new(0),
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
                log::failed(&inner.env, "alarm", &error);
                inner.state.set_alarm(RETRY_ALARM_MS).await?;
            }
            Ok(JsValue::UNDEFINED)
        })
    }
}

async fn fetch(inner: &Rc<Inner>, request: &Request) -> Result<Response> {
    let call: BookingCall = calls::read(&request_text(request).await?)?;
    if inner.is_idle() {
        trace::join(&inner.env, request, trace::new_id);
    }
    let _answered = call.is_order().then(|| Order::begun(inner));
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
    if inner.is_idle() {
        // Nobody waits for it: it is a trace of its own, and its lines name the booking and the request that began it.
        trace::begin(&inner.env);
    }
    inner.load()?;
    if inner.forget_what_is_over().await? {
        return Ok(());
    }
    drive::drive(inner).await;
    inner.arm().await
}

/// When an alarm that failed comes again.
const RETRY_ALARM_MS: i64 = 10_000;
