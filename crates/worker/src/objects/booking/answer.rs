//! What a booking is answered: when it ends, or when the caller has waited long enough.

use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{Either, select};
use posada_core::booking::Booking;
use posada_core::booking::outcome::{Outcome, Report};
use posada_core::message::{Language, NextStep, booking_message_with, failure_message};
use posada_core::problem::Problem;
use posada_wire::answer::{BookingAnswer, Words};
use posada_wire::command::Form;
use posada_wire::progress::progress_of;
use posada_wire::token::are_equal;
use worker::Delay;
use worker::web_sys::Response;

use super::journal::Facts;
use super::offer::{self, After};
use super::{GetCall, Inner};
use crate::auth::Role;
use crate::host::{Result, set_header};
use crate::respond::{self, Answer, Refused, Tone};
use crate::{log, settings};

/// How a booking is to be told.
pub(super) struct Telling {
    pub(super) tone: Tone,
    pub(super) role: Role,
    pub(super) form: Form,
    /// The guest's token, where it may be said.
    pub(super) token: Option<String>,
    /// Whether it was made under another key than it is asked for with.
    pub(super) is_existing: bool,
}

/// Waits until the booking is as wanted, but no longer than `wait_ms`.
pub(super) async fn wait_until(inner: &Rc<Inner>, wait_ms: i64, is_reached: impl Fn(&Booking) -> bool) {
    let mut delay = Delay::from(Duration::from_millis(u64::try_from(wait_ms).unwrap_or(0)));
    while !inner.with_booking(&is_reached).unwrap_or(true) {
        match select(inner.changed(), delay).await {
            // Something was written down; it may not be what is waited for.
            Either::Left((_, rest)) => delay = rest,
            Either::Right(_) => return,
        }
    }
}

/// Whether the booking ended or was refused.
pub(super) fn is_over(booking: &Booking) -> bool {
    booking.outcome().is_some() || booking.refusal().is_some()
}

/// The booking as it stands, or the problem that it was refused for.
pub(super) async fn tell(inner: &Rc<Inner>, telling: Telling) -> Answer {
    let (answer, report) = compose(inner, &telling).await?;
    if let Some(facts) = inner.facts() {
        log::answered(facts.about(&inner.env), &report);
    }
    let goes_on = report.outcome == Outcome::InProgress;
    let response = respond::json(&answer, if goes_on { 202 } else { 200 })?;
    set_header(&response, "Content-Language", telling.tone.language.tag())?;
    if goes_on {
        set_header(&response, "Location", &format!("/v1/bookings/{}", answer.booking_id))?;
    }
    Ok(response)
}

/// The answer that the booking is, and the report that it is made of.
pub(super) async fn compose(
    inner: &Rc<Inner>,
    telling: &Telling,
) -> std::result::Result<(BookingAnswer, Report), Refused> {
    let Some(facts) = inner.facts() else { return Err(Problem::NotFound.into()) };
    let loaded = settings::at(&inner.env, &facts.settings_version).await;
    let loaded = loaded.map_err(|error| respond::uncertain(&error))?;
    let refuse = |problem| match &loaded {
        Some(loaded) => Refused::by(loaded)(problem),
        None => Refused::from(problem),
    };
    if let Some(problem) = inner.with_booking(|booking| booking.refusal().cloned()).flatten() {
        return Err(refuse(problem));
    }
    let Some(report) = inner.with_booking(Booking::report) else { return Err(refuse(Problem::NotFound)) };
    let voice = respond::voice(loaded.as_deref(), telling.tone);
    let after = offer::after(inner, &report).await;
    let next = match &after {
        After::Nothing => NextStep::Usual,
        After::Followed(_) => NextStep::Followed,
        After::Redistribution(redistribution, _) => NextStep::Redistribution(redistribution),
    };
    let words = Words {
        customer_message: booking_message_with(&report, next, &voice),
        reason: &|room| failure_message(room, &voice),
    };
    let mut answer = BookingAnswer::new(&facts.booking, &report, telling.form, telling.role.caller(), words);
    answer.token.clone_from(&telling.token);
    if report.outcome == Outcome::InProgress {
        answer.progress = inner.with_booking(progress_of);
    }
    if telling.role == Role::Staff {
        answer.notification = inner.with_booking(Booking::delivery).flatten().map(Into::into);
    }
    match after {
        After::Nothing => {}
        After::Followed(by) => answer.followed_by = Some(by),
        After::Redistribution(_, view) => answer.redistribution = Some(view),
    }
    answer.follows = inner.with_booking(|booking| booking.request()?.follows.clone()).flatten();
    let request = inner.with_booking(Booking::cancellation_requested).flatten();
    answer = answer.with_cancellation_requested(request.as_ref());
    if telling.is_existing {
        answer = answer.as_existing();
    }
    Ok((answer, report))
}

/// Answers a question about the booking: staff always, a guest by the booking's token, the assistant by the
/// `wa_id` that it talks to. To anyone else there is no such booking.
pub(super) async fn get(inner: &Rc<Inner>, call: &GetCall) -> Result<Response> {
    let tone = Tone::new(Language::from_tag(&call.language).unwrap_or_default(), call.is_tool);
    match get_checked(inner, call, tone).await {
        Ok(response) => Ok(response),
        Err(refused) => respond::refused(&refused, tone),
    }
}

async fn get_checked(inner: &Rc<Inner>, call: &GetCall, tone: Tone) -> Answer {
    must_see(inner, call)?;
    tell(inner, Telling { tone, role: call.role, form: Form::Many, token: None, is_existing: false }).await
}

/// What is kept of the booking, for who may see it; to anyone else there is none.
pub(super) fn must_see(inner: &Inner, call: &GetCall) -> std::result::Result<Facts, Problem> {
    let facts = inner.facts().ok_or(Problem::NotFound)?;
    let may = match call.role {
        Role::Staff => true,
        Role::Assistant => {
            let asked = call.wa_id.as_ref();
            asked.is_some()
                && inner.with_booking(|it| it.request().and_then(|r| r.wa_id.as_ref()) == asked) == Some(true)
        }
        Role::Guest => call.token_hash.as_ref().is_some_and(|hash| are_equal(&facts.token_hash, hash)),
        Role::Public | Role::Metrics => false,
    };
    if !may || inner.with_booking(|booking| booking.refusal().is_some()).unwrap_or(true) {
        return Err(Problem::NotFound);
    }
    Ok(facts)
}
