//! What people do to a booking: staff cancel rooms, guests ask for it.

use std::rc::Rc;

use posada_core::booking::effect::Input;
use posada_core::booking::journal::Requester;
use posada_core::booking::{Booking, Rejection};
use posada_core::ids::LineNo;
use posada_core::message::{Language, NextStep, booking_message_with, cancellation_requested_message};
use posada_core::problem::Problem;
use posada_wire::answer::CancellationAnswer;
use posada_wire::command::Form;
use worker::web_sys::Response;

use super::answer::{Telling, is_over, must_see, tell, wait_until};
use super::{CancelCall, GetCall, Inner, RequestCall};
use crate::auth::Role;
use crate::host::{Result, clock, set_header};
use crate::respond::{self, Answer, Refused, Tone};
use crate::settings;

fn tone(who: &GetCall) -> Tone {
    Tone::new(Language::from_tag(&who.language).unwrap_or_default(), who.is_tool)
}

fn answered(answer: Answer, tone: Tone) -> Result<Response> {
    match answer {
        Ok(response) => Ok(response),
        Err(refused) => respond::refused(&refused, tone),
    }
}

/// Cancels rooms for staff, and answers the booking as it is then.
pub(super) async fn cancel(inner: &Rc<Inner>, call: &CancelCall) -> Result<Response> {
    let tone = tone(&call.who);
    answered(cancel_checked(inner, call, tone).await, tone)
}

async fn cancel_checked(inner: &Rc<Inner>, call: &CancelCall, tone: Tone) -> Answer {
    must_see(inner, &call.who)?;
    let hotel = settings::must(&inner.env).await?;
    let because = Refused::by(&hotel);
    must_have(inner, "n", call.line.as_slice()).map_err(&because)?;
    // Staff step in when nothing is under way; that may be a moment from now.
    let wait_ms = hotel.property.policy.wait_ms;
    let began = clock();
    wait_until(inner, wait_ms, is_over).await;
    match inner.step_in(Input::CancelBooked { line: call.line, by: call.key_id.clone() }).await? {
        Ok(()) => {}
        Err(Rejection::Impossible(problem)) => return Err(because(problem)),
        Err(Rejection::StillRunning) => return Err(because(Problem::BookingInProgress { retry_after_s: 5 })),
        Err(Rejection::AlreadyRequested | Rejection::Stale) => return Err(because(Problem::NotFound)),
    }
    let left_ms = wait_ms.saturating_sub(clock().0.saturating_sub(began.0));
    wait_until(inner, left_ms, is_over).await;
    tell(inner, Telling { tone, role: Role::Staff, form: Form::Many, token: None, is_existing: false }).await
}

/// Refuses rooms that the booking does not have.
fn must_have(inner: &Inner, field: &str, lines: &[LineNo]) -> std::result::Result<(), Problem> {
    let count = inner.with_booking(Booking::line_count).unwrap_or(0);
    if lines.iter().all(|line| line.index() < count) {
        return Ok(());
    }
    Err(Problem::field(field, format!("must be a room of the booking, 1 to {count}")))
}

/// Notes that a guest would like rooms cancelled, and says what comes next.
pub(super) async fn request_cancellation(inner: &Rc<Inner>, call: RequestCall) -> Result<Response> {
    let tone = tone(&call.who);
    answered(request_checked(inner, call, tone).await, tone)
}

async fn request_checked(inner: &Rc<Inner>, call: RequestCall, tone: Tone) -> Answer {
    let RequestCall { who, lines, reason } = call;
    must_see(inner, &who)?;
    let hotel = settings::must(&inner.env).await?;
    let because = Refused::by(&hotel);
    must_have(inner, "rooms", &lines).map_err(&because)?;
    let by = match who.role {
        Role::Staff => Requester::Staff,
        Role::Assistant => Requester::Assistant,
        Role::Guest | Role::Public | Role::Metrics => Requester::Guest,
    };
    match inner.step_in(Input::RequestCancellation { lines, reason, by }).await? {
        Ok(()) => {}
        Err(Rejection::Impossible(problem)) => return Err(because(problem)),
        // What was not accepted yet has nothing to cancel; a moment later it may.
        Err(_) => return Err(because(Problem::BookingInProgress { retry_after_s: 5 })),
    }
    let Some(facts) = inner.facts() else { return Err(because(Problem::NotFound)) };
    let request = inner.with_booking(Booking::cancellation_requested).flatten();
    let voice = respond::voice(Some(&hotel), tone);
    let message = match (&request, inner.with_booking(Booking::report)) {
        (Some(request), _) => cancellation_requested_message(request.lines.len(), &voice),
        (None, Some(report)) => booking_message_with(&report, NextStep::Usual, &voice),
        (None, None) => return Err(because(Problem::NotFound)),
    };
    let answer = CancellationAnswer::new(&facts.booking, request.as_ref(), message);
    let response = respond::json(&answer, 200)?;
    set_header(&response, "Content-Language", tone.language.tag())?;
    Ok(response)
}
