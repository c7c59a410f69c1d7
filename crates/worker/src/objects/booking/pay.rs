//! A further payment for the booking: asked for, carried out, and answered once it is known what came of it.

use std::rc::Rc;

use posada_core::booking::effect::Input;
use posada_core::booking::further::FurtherStanding;
use posada_core::booking::{Booking, Rejection};
use posada_core::message::Language;
use posada_core::problem::Problem;
use posada_wire::command::Form;
use worker::web_sys::Response;

use super::answer::{Telling, is_over, must_see, tell, wait_until};
use super::intake::{attempt, end_attempt};
use super::{Inner, PayCall};
use crate::auth::Role;
use crate::config;
use crate::host::{Result, clock};
use crate::respond::{self, Answer, Refused, Tone};
use crate::settings;

/// Takes a further payment in, and answers the booking as it is with it.
pub(super) async fn pay(inner: &Rc<Inner>, call: PayCall) -> Result<Response> {
    let mut tone = Tone::new(Language::from_tag(&call.who.language).unwrap_or_default(), call.who.is_tool);
    tone.reference = call.request.payment.payment.method.into();
    tone.is_balance = true;
    match pay_checked(inner, call, tone).await {
        Ok(response) => Ok(response),
        Err(refused) => respond::refused(&refused, tone),
    }
}

async fn pay_checked(inner: &Rc<Inner>, call: PayCall, tone: Tone) -> Answer {
    let PayCall { who, mut request, is_forced, client } = call;
    must_see(inner, &who)?;
    let hotel = settings::must(&inner.env).await?;
    let because = Refused::by(&hotel);
    let policy = &hotel.property.policy;
    request.checks = is_forced.then(|| policy.payment_checks.clone());
    let (began, now) = (clock(), config::now(&inner.env));
    // A token opens the booking, and no payment: who guesses is counted here as on the public route.
    let counted = match who.role {
        Role::Guest => Some(attempt(inner, &client, &request.payment.payment, now).await.map_err(&because)?),
        Role::Public | Role::Metrics | Role::Assistant | Role::Staff => None,
    };
    let (key, reference) = (request.key.clone(), request.payment.payment.reference.clone());
    wait_until(inner, policy.wait_ms, |booking| is_over(booking) && !booking.is_paying()).await;
    let taken = inner.step_in(Input::AddPayment(Box::new(request))).await?;
    let left_ms = policy.wait_ms.saturating_sub(clock().0.saturating_sub(began.0));
    let standing = |booking: &Booking| booking.further_standing(&key);
    if taken.is_ok() {
        wait_until(inner, left_ms, |it| standing(it) != Some(FurtherStanding::UnderWay)).await;
    }
    let standing = inner.with_booking(standing).flatten().filter(|_| taken.is_ok());
    if let Some(counted) = counted {
        // What is not known yet stays open, and counts as a failure in the end.
        match &standing {
            Some(FurtherStanding::UnderWay) => {}
            Some(FurtherStanding::Refused(Problem::PaymentNotFound { .. })) => {
                end_attempt(inner, counted, true).await;
            }
            _ => end_attempt(inner, counted, false).await,
        }
    }
    match taken {
        Ok(()) => {}
        Err(Rejection::Impossible(problem)) => return Err(because(problem)),
        Err(_) => return Err(because(Problem::BookingInProgress { retry_after_s: 5 })),
    }
    match standing {
        Some(FurtherStanding::Settled) => {}
        Some(FurtherStanding::Waits(at)) => {
            return Err(because(Problem::PaymentPending { reference, next_check_at: at.0 }));
        }
        Some(FurtherStanding::Refused(problem)) => return Err(because(problem)),
        // Asked again under its key, it is answered what came of it.
        Some(FurtherStanding::UnderWay) | None => {
            return Err(because(Problem::BookingInProgress { retry_after_s: 5 }));
        }
    }
    tell(inner, Telling { tone, role: who.role, form: Form::Many, token: None, is_existing: false }).await
}
