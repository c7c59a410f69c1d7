//! Carrying out what is pending: each effect once at a time, each answer fed back.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{Either, join, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use futures_util::{FutureExt, poll};
use posada_core::booking::effect::{Effect, Input};
use posada_core::booking::journal::Step;
use posada_core::ids::BookingId;
use posada_core::sorted::Set;
use worker::Delay;

use super::{Inner, follow};
use crate::metrics::Sample;
use crate::reservations::Reservations;
use crate::{config, effects, log};

/// How often it is looked whether something that was put off is due.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

type Call = Pin<Box<dyn Future<Output = (Step, Input)>>>;

/// Goes on until nothing is pending or everything that is left was put off. Only one of these runs at a time.
pub(super) async fn drive(inner: &Rc<Inner>) {
    if inner.is_driving.replace(true) {
        return;
    }
    let mut calls: FuturesUnordered<Call> = FuturesUnordered::new();
    loop {
        if let Err(error) = inner.load() {
            log::failed(&inner.env, "journal", &error);
            break;
        }
        let due = start_due(inner);
        if let Err(error) = inner.note_calls() {
            // A call of which nobody would know after a restart is not made.
            log::failed(&inner.env, "journal", &error);
            *inner.under_way.borrow_mut() = Set::new();
            break;
        }
        for (step, effect) in due {
            let inner = Rc::clone(inner);
            calls.push(async move { (step, perform(&inner, effect).await) }.boxed_local());
        }
        let first = match select(calls.next(), Delay::from(LOOK_AGAIN)).await {
            Either::Left((Some(first), _)) => first,
            Either::Left((None, _)) => break,
            // Something that was put off may be due while other calls go on.
            Either::Right(_) => continue,
        };
        let mut answers = vec![first];
        // Answers that are there together share one write; none waits for another.
        while let std::task::Poll::Ready(Some(next)) = poll!(calls.next()) {
            answers.push(next);
        }
        {
            let mut under_way = inner.under_way.borrow_mut();
            for (step, _) in &answers {
                under_way.remove(step);
            }
        }
        if let Err(error) = inner.feed(answers.into_iter().map(|(_, input)| input).collect()) {
            // What was answered is not written down, and of the other calls no answer is heard: as after a restart the
            // journal is read again, and what was under way is in doubt.
            log::failed(&inner.env, "journal", &error);
            *inner.under_way.borrow_mut() = Set::new();
            inner.is_loaded.set(false);
            break;
        }
    }
    inner.is_driving.set(false);
    if let Err(error) = inner.arm().await {
        log::failed(&inner.env, "arm", &error);
    }
    if inner.with_booking(|booking| booking.refusal().is_some()).unwrap_or(false)
        && let Some(facts) = inner.facts()
    {
        let_go(inner, &facts.booking).await;
    }
    inner.register().await;
}

/// Says at the hotel's object that a booking which was refused has nothing under way any more; where that fails it
/// counts for a few minutes.
pub(super) async fn let_go(inner: &Inner, booking: &BookingId) {
    let _ = Reservations::of(&inner.env).release(&inner.env, booking, Vec::new()).await;
}

/// The effects that are due and not under way, which they now are.
fn start_due(inner: &Inner) -> Vec<(Step, Effect)> {
    let now = config::now(&inner.env);
    let due = inner.with_booking(|booking| booking.pending(now)).unwrap_or_default();
    let mut under_way = inner.under_way.borrow_mut();
    due.into_iter()
        .map(|effect| (effect.step(), effect))
        .filter(|(step, _)| under_way.insert(*step))
        .collect()
}

async fn perform(inner: &Inner, effect: Effect) -> Input {
    let Some(facts) = inner.facts() else {
        // Without facts there is no booking and hence no effect; nothing follows from this answer.
        return Input::Resumed;
    };
    if let Effect::Follow { followed, wish } = effect {
        return join(inner.register(), follow::ask(&inner.env, &facts, &followed, wish)).await.1;
    }
    let step = effect.step();
    let registers = matches!(step, Step::Claim | Step::ClaimFurther { .. } | Step::Notify);
    let started = config::now(&inner.env);
    // Rooms are picked once by what was free at the intake; later it is asked for anew.
    let listing = if matches!(effect, Effect::HoldRooms { .. }) { inner.listing.take() } else { None };
    let evidence = facts.evidence.as_ref();
    let (booking, version) = (&facts.booking, &facts.settings_version);
    let done = async {
        let input = effects::perform(&inner.env, booking, version, evidence, listing, effect).await;
        let took_ms = config::now(&inner.env).0.saturating_sub(started.0);
        log::step(facts.about(&inner.env), step, took_ms);
        if let Some(sample) = Sample::of(step, took_ms) {
            inner.count_call(sample);
        }
        input
    };
    if registers {
        // At the same time, so that nobody waits for it; the database takes it before the claim is written. What ended
        // is there before the receiver has answered.
        return join(inner.register(), done).await.1;
    }
    done.await
}
