//! A payment for one guest, as long as it is not there yet: validated here, one request at a time, so that none crosses
//! a look that is under way; looked for again by the alarm, across restarts; and told when that ends. When and whether
//! the core decides. Nothing is kept where nothing is waited for.

mod call;
mod kept;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_util::lock::Mutex;
use posada_core::booking::effect::Failure;
use posada_core::booking::notice::next_try;
use posada_core::ids::{ClaimId, Millis};
use posada_core::message::{given_up_message, not_sought_message, validation_message};
use posada_core::payment::command::{Command, Done};
use posada_core::payment::ledger::Holder;
use posada_core::payment::operation::{Claimed, Validate};
use posada_core::payment::pending::{Next, Pending, Wish};
use posada_core::problem::{Problem, System};
use posada_wire::cases::Raw;
use posada_wire::number::Amount;
use posada_wire::payment::{StopAnswer, ValidationAnswer, found_text, given_up_text};
use posada_wire::stored::to_text;
use posada_wire::time::Timestamp;
use posada_wire::webhook::Event;
use wasm_bindgen::prelude::*;
use worker::Env;
use worker::js_sys::{Promise, futures::future_to_promise};
use worker::web_sys::{Request, Response};
use worker::worker_sys::types::DurableObjectState;

use super::calls;
use crate::effects::{new_claim, operate};
use crate::findings::{self, Kind};
use crate::host::{Database, Result, State, request_text};
use crate::registry::{self, Waited};
use crate::respond::{self, Answer, Refused, Tone};
use crate::settings::{self, Loaded};
use crate::{config, log, trace, webhook};
use kept::{Kept, Told};

pub(crate) use call::{AskCall, PendingCall, ask};

/// When an alarm comes again whose work a kill or an error has cut short.
const RESUME_MS: i64 = 30_000;

/// A payment that may be waited for, for one guest.
#[wasm_bindgen]
pub struct PendingPaymentObject {
    inner: Rc<Inner>,
}

struct Inner {
    state: State,
    env: Env,
    kept: RefCell<Kept>,
    is_loaded: Cell<bool>,
    /// The row that the registry has, where this life of the object wrote one.
    noted: RefCell<Option<Waited>>,
    /// Held while the payment is looked for.
    turn: Mutex<()>,
}

#[wasm_bindgen]
impl PendingPaymentObject {
    /// The object, as the platform makes it.
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        let (kept, is_loaded) = (RefCell::default(), Cell::new(false));
        let (noted, turn) = (RefCell::default(), Mutex::new(()));
        let inner = Inner { state: State::new(state), env, kept, is_loaded, noted, turn };
        Self { inner: Rc::new(inner) }
    }

    /// Answers a call.
    pub fn fetch(&self, request: Request) -> Promise {
        let inner = Rc::clone(&self.inner);
        future_to_promise(async move { Ok(inner.fetch(&request).await?.into()) })
    }

    /// Looks again, and tells what ended. It never fails: it re-arms.
    pub fn alarm(&self) -> Promise {
        let inner = Rc::clone(&self.inner);
        future_to_promise(async move {
            inner.state.set_alarm(RESUME_MS).await?;
            if let Err(error) = inner.go_on().await {
                log::failed(&inner.env, "pending", &error);
            }
            Ok(JsValue::UNDEFINED)
        })
    }
}

impl Inner {
    async fn fetch(&self, request: &Request) -> Result<Response> {
        let call = match calls::read(&request_text(request).await?)? {
            PendingCall::Ask { call } => call,
            PendingCall::Sweep => return self.swept().await,
        };
        let env = trace::of_request(&self.env, request, trace::new_id);
        let mut tone = Tone::new(call.wish.language, true);
        tone.reference = call.wish.payment.method.into();
        match self.asked(&env, call, tone).await {
            Ok(response) => Ok(response),
            Err(refused) => respond::refused(&refused, tone),
        }
    }

    async fn asked(&self, env: &Env, AskCall { wish, is_stop }: AskCall, tone: Tone) -> Answer {
        let _turn = self.turn.lock().await;
        self.load()?;
        let hotel = settings::must(&self.env).await?;
        let waited = self.kept.borrow().pending.clone();
        if is_stop {
            if let Some(waited) = &waited {
                log::pending(env, &waited.claim, "stopped");
                self.keep(None, None).await?;
            }
            let voice = respond::voice(Some(&hotel), tone);
            let customer_message = not_sought_message(&wish.payment.reference, &voice);
            let answer = StopAnswer { success: true, stopped: waited.is_some(), customer_message };
            return Ok(respond::json(&answer, 200)?);
        }
        let waited = match waited {
            Some(waited) => {
                let waited = waited.asked(wish.clone(), new_claim());
                // Should the host be killed from here on, this is what is looked for.
                self.keep(Some(waited.clone()), None).await?;
                Some(waited)
            }
            None => None,
        };
        let answer = self.look(env, &hotel, &wish, new_claim(), None).await;
        let now = config::now(&self.env);
        let is_waited = waited.is_some();
        let next = match (waited, &answer) {
            (Some(waited), answer) => {
                Some(waited.looked(answer.clone(), &hotel.property.policy.payment_checks, now))
            }
            (None, Err(Failure::Refused(Problem::PaymentNotFound { .. }))) => {
                let checks = &hotel.property.policy.payment_checks;
                Some(Next::Waits(Pending::new(wish.clone(), new_claim(), checks, now)))
            }
            (None, _) => None,
        };
        if let Some(next) = next {
            if let Next::Waits(waits) = &next {
                let (reference, next_check_at) = (wish.payment.reference.clone(), waits.next_at.0);
                if !is_waited {
                    log::pending(env, &waits.claim, "waiting");
                }
                self.take(env, &hotel, next).await?;
                return Err(Refused::by(&hotel)(Problem::PaymentPending { reference, next_check_at }));
            }
            self.take(env, &hotel, next).await?;
        }
        let claimed = answer.map_err(|failure| Refused::by(&hotel)(problem_of(failure)))?;
        let answer = validated(&claimed, &hotel, tone, now);
        Ok(respond::json(&answer, 200)?)
    }

    /// Sets the alarm anew: what is due is done at once, by the alarm.
    async fn swept(&self) -> Result<Response> {
        self.load()?;
        let due = self.kept.borrow().waited().map(|it| it.next_at);
        if let Some(due) = due {
            self.set_alarm(due).await?;
        }
        respond::json_text(&to_text(&due), 200)
    }

    async fn look(
        &self,
        env: &Env,
        hotel: &Loaded,
        wish: &Wish,
        claim: ClaimId,
        waited_since: Option<Millis>,
    ) -> std::result::Result<Claimed, Failure<Problem>> {
        let holder = Holder::Guest(wish.holder.clone());
        let request = Command::Claim(Validate { claim, holder, amount: wish.amount, waited_since });
        match operate(env, &hotel.version, &wish.payment, request).await? {
            Done::Claimed(claimed) => Ok(claimed),
            Done::Settled(_) | Done::Reversed | Done::Expired => Err(Failure::Unknown),
        }
    }

    /// Takes in what came of a look: whether it is waited for further, and what is to be told.
    async fn take(&self, env: &Env, hotel: &Loaded, next: Next) -> Result<()> {
        let Some(before) = self.kept.borrow().pending.clone() else {
            let Next::Waits(waits) = next else { return Ok(()) };
            return self.keep(Some(waits), None).await;
        };
        let mut tone = Tone::new(before.wish.language, true);
        tone.reference = before.wish.payment.method.into();
        let voice = respond::voice(Some(hotel), tone);
        let now = config::now(&self.env);
        let (end, data) = match next {
            Next::Waits(waits) => return self.keep(Some(waits), None).await,
            Next::Taken => {
                log::pending(env, &before.claim, "taken");
                return self.keep(None, None).await;
            }
            Next::Found(claimed) => {
                let message = validated(&claimed, hotel, tone, now).customer_message;
                ("found", found_text(&before.wish, &claimed, &message))
            }
            Next::GivenUp(problem) => {
                let message = given_up_message(&problem, &voice);
                ("given_up", given_up_text(&before.wish, &problem, &message))
            }
        };
        log::pending(env, &before.claim, end);
        let told = webhook::is_wanted(&self.env).then(|| Told {
            id: format!("{}-{end}", before.claim),
            kind: format!("payment.{end}"),
            at: now,
            data,
            times: 0,
            due: now,
        });
        self.keep(None, told).await
    }

    /// The alarm's work.
    async fn go_on(&self) -> Result<()> {
        // Nobody waits for it: it is a trace of its own, and its lines name the claim.
        let env = &trace::begun(&self.env);
        {
            let _turn = self.turn.lock().await;
            self.load()?;
            let waited = self.kept.borrow().pending.clone();
            if let Some(waited) = waited.filter(|it| it.next_at <= config::now(&self.env))
                && let Some(hotel) = settings::any(&self.env).await?
            {
                let (claim, since) = (waited.claim.clone(), Some(waited.since));
                let answer = self.look(env, &hotel, &waited.wish, claim, since).await;
                let checks = &hotel.property.policy.payment_checks;
                let next = waited.looked(answer, checks, config::now(&self.env));
                self.take(env, &hotel, next).await?;
            }
        }
        let notices = self.kept.borrow().notices.clone();
        for told in notices.into_iter().filter(|it| it.due <= config::now(&self.env)) {
            self.tell(env, told).await?;
        }
        let _turn = self.turn.lock().await;
        self.arm().await
    }

    /// Sends an event once, and keeps what is left to be done for it.
    async fn tell(&self, env: &Env, told: Told) -> Result<()> {
        let Told { id, kind, at, data, times, .. } = told;
        let data = Raw(data);
        let event = Event { id: id.clone(), kind: &kind, at, data: &data };
        let sent = webhook::send(env, &event).await;
        let now = config::now(&self.env);
        let again = match sent {
            Ok(()) => None,
            Err(failure) => match next_try(times, failure, now) {
                Ok(due) => Some(due),
                Err(error) => {
                    let detail: [(&str, &dyn posada_wire::stored::Write); 3] =
                        [("type", &kind), ("error", &error), ("data", &data)];
                    let db = Database::of(&self.env)?;
                    findings::found(&db, Kind::PaymentNoticeGivenUp, &id, None, &detail, now).await?;
                    None
                }
            },
        };
        let notices = &mut self.kept.borrow_mut().notices;
        match again {
            Some(due) => {
                for it in notices.iter_mut().filter(|it| it.id == id) {
                    it.times = it.times.saturating_add(1);
                    it.due = due;
                }
            }
            None => notices.retain(|it| it.id != id),
        }
        Ok(())
    }

    /// Reads what is kept, once for each life of the object.
    fn load(&self) -> Result<()> {
        if self.is_loaded.get() {
            return Ok(());
        }
        *self.kept.borrow_mut() = Kept::read(&self.state.sql()?)?;
        self.is_loaded.set(true);
        Ok(())
    }

    /// Keeps what is waited for now and what is to be told besides, with the alarm for it, in one write.
    async fn keep(&self, pending: Option<Pending>, told: Option<Told>) -> Result<()> {
        self.kept.borrow_mut().put(pending, told);
        self.arm().await
    }

    /// Writes down what there is to do, and sets the alarm for it; where there is nothing, nothing is left. One at a time:
    /// the turn is held.
    async fn arm(&self) -> Result<()> {
        let Some(waited) = self.kept.borrow().waited() else {
            self.state.delete_alarm().await?;
            self.state.delete_all().await?;
            // Last, so that a kill before it leaves a row that the sweeper finds to be of no use.
            self.note(None).await;
            return Ok(());
        };
        let due = waited.next_at;
        // First, so that a kill behind it leaves nothing that the sweeper does not know of.
        self.note(Some(waited)).await;
        self.kept.borrow().write(&self.state.sql()?)?;
        self.set_alarm(due).await
    }

    async fn set_alarm(&self, due: Millis) -> Result<()> {
        let after_ms = due.0.saturating_sub(config::now(&self.env).0).max(1);
        self.state.set_alarm(after_ms.min(config::test_alarm_ms_max(&self.env))).await
    }

    /// Writes the registry's row, if it is to be another. One that cannot be written keeps nobody waiting: the alarm does
    /// not need it.
    async fn note(&self, waited: Option<Waited>) {
        if waited.is_some() && *self.noted.borrow() == waited {
            return;
        }
        let object = match self.state.id() {
            Ok(id) => id,
            Err(error) => return log::failed(&self.env, "pending", &error),
        };
        let written = match &waited {
            Some(waited) => registry::put_waited(&self.env, &object, waited).await,
            None => registry::forget_waited(&self.env, &object).await,
        };
        match written {
            Ok(()) => *self.noted.borrow_mut() = waited,
            Err(error) => log::failed(&self.env, "pending", &error),
        }
    }
}

/// What a look that came to nothing is answered where nothing is waited for.
fn problem_of(failure: Failure<Problem>) -> Problem {
    match failure {
        Failure::Refused(problem) => problem,
        Failure::Retryable { .. } => Problem::Unavailable { system: System::Payments, retry_after_s: 5 },
        Failure::Unknown => Problem::Uncertain { retry_after_s: 5 },
    }
}

fn validated(claimed: &Claimed, hotel: &Loaded, tone: Tone, now: Millis) -> ValidationAnswer {
    let expires_at = claimed.expires_at.unwrap_or(now);
    let words = posada_core::message::Validation {
        claimed: claimed.amount,
        available: claimed.available,
        expires_at,
    };
    ValidationAnswer {
        success: true,
        claim: claimed.claim.clone(),
        claimed_amount: Amount(claimed.amount),
        available_amount: Amount(claimed.available),
        expires_at: Timestamp(expires_at),
        customer_message: validation_message(&words, &respond::voice(Some(hotel), tone)),
    }
}
