//! The same intent under a new key: the booking that lives already is shown, unless another is meant.

use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{Either, select};
use posada_core::booking::Booking;
use posada_core::booking::request::Evidence;
use posada_core::ids::BookingId;
use posada_core::message::Language;
use posada_core::payment::operation::evidence_matches;
use posada_core::problem::{Problem, System};
use posada_wire::command::{BookingCommand, Form};
use posada_wire::stored::to_text;
use posada_wire::token::booking_id_for;
use worker::Delay;
use worker::web_sys::Response;

use super::answer::{Telling, is_over, tell, wait_until};
use super::intake::{CLAIM_WAIT_MS, count_attempt};
use super::{BookingCall, Inner, SUPERSEDED_STATUS, SameCall, StartCall};
use crate::auth::Role;
use crate::config::{self, Keys};
use crate::host::{Database, Result, post};
use crate::objects::calls::{Intent, Whose};
use crate::payments::{self, Payments};
use crate::respond::{self, Answer, Refused, Tone};
use crate::{log, settings};

/// How long it is waited for a request that is being taken in. Two that wait for each other, as two keys can whose
/// earlier bodies were each other's, both let go then.
const INTAKE_WAIT: Duration = Duration::from_secs(5);

/// The note that a booking of this command is about to be made.
pub(super) fn intent_of(call: &StartCall, command: &BookingCommand, keys: &Keys) -> Intent {
    let content = posada_wire::canonical::content_fingerprint(command, call.role.caller()).hex();
    Intent {
        // The digest of what is known about a person could be guessed; a keyed one cannot.
        content: booking_id_for(keys.signing.as_bytes(), "content", &content).to_string(),
        booking: call.booking.clone(),
        ended: Vec::new(),
        is_another: command.confirm_another,
        whose: (call.role != Role::Staff).then(|| Whose {
            phone: booking_id_for(keys.signing.as_bytes(), "phone", &command.guest.phone_number).to_string(),
            // The assistant's address is no guest's.
            client: if call.role.is_public() { call.client.clone() } else { String::new() },
            rooms: command.wishes.len(),
        }),
    }
}

/// Asks another booking of the same content. `None` where it came to nothing.
pub(super) async fn ask(
    inner: &Inner,
    call: &StartCall,
    command: &BookingCommand,
    other: &BookingId,
) -> std::result::Result<Option<Response>, Refused> {
    let same = SameCall {
        role: call.role,
        is_tool: call.is_tool,
        is_single: command.form == Form::Single,
        language: call.language.clone(),
    };
    let json = to_text(&BookingCall::Same { call: same });
    let asked = post(&inner.env, "BOOKING", other.as_str(), &json).await;
    let response = asked.map_err(|error| respond::uncertain(&error))?;
    if response.status() == SUPERSEDED_STATUS {
        return Ok(None);
    }
    log::existing(call.about(&inner.env), other);
    Ok(Some(response))
}

/// Refuses a caller on the public route whose evidence does not match, and counts that.
pub(super) async fn prove(
    inner: &Inner,
    call: &StartCall,
    command: &BookingCommand,
) -> std::result::Result<(), Problem> {
    if !call.role.is_public() {
        return Ok(());
    }
    let attempt = count_attempt(inner, call, command, config::now(&inner.env)).await?;
    let matches = match &command.evidence {
        Some(evidence) => has_evidence(inner, command, evidence).await,
        None => Ok(false),
    };
    let matches = matches.map_err(|error| respond::unavailable(System::Payments, &error))?;
    if let Some(attempt) = attempt {
        let ended = match Database::of(&inner.env) {
            Ok(db) => payments::end(&db, attempt, !matches).await,
            Err(error) => Err(error),
        };
        if let Err(error) = ended {
            log::failed(&inner.env, "attempt", &error);
        }
    }
    let reference = command.payment.payment.reference.clone();
    if matches { Ok(()) } else { Err(Problem::PaymentNotFound { reference }) }
}

async fn has_evidence(inner: &Inner, command: &BookingCommand, evidence: &Evidence) -> Result<bool> {
    let account = Payments::of(&inner.env)?.find(&command.payment.payment).await?;
    Ok(account.is_some_and(|account| evidence_matches(&account, evidence)))
}

/// Answers a request of another key that is about the same as this booking, if this one lives.
pub(super) async fn answer(inner: &Rc<Inner>, call: &SameCall) -> Result<Response> {
    let tone = Tone::new(Language::from_tag(&call.language).unwrap_or_default(), call.is_tool);
    match answer_checked(inner, call, tone).await {
        Ok(response) => Ok(response),
        Err(refused) => respond::refused(&refused, tone),
    }
}

async fn answer_checked(inner: &Rc<Inner>, call: &SameCall, tone: Tone) -> Answer {
    // A request that is being taken in is either refused or written down when it lets go.
    match select(inner.intake.lock(), Delay::from(INTAKE_WAIT)).await {
        Either::Left((taken_in, _)) => drop(taken_in),
        Either::Right(_) => {
            return Err(respond::uncertain(&"another request is being taken in".into()).into());
        }
    }
    let is_known = |booking: &Booking| booking.is_accepted() || booking.refusal().is_some();
    wait_until(inner, CLAIM_WAIT_MS, is_known).await;
    let lives = || inner.with_booking(Booking::is_live).unwrap_or(false);
    if lives() && call.role.is_public() {
        // It is said that there is one, and nothing of it.
        return Err(Problem::DuplicateBooking.into());
    }
    if lives() {
        let hotel = settings::must(&inner.env).await?;
        wait_until(inner, hotel.property.policy.wait_ms, is_over).await;
    }
    let Some(facts) = inner.facts().filter(|_| lives()) else {
        return Ok(respond::json_text("", SUPERSEDED_STATUS)?);
    };
    let keys = Keys::of(&inner.env)?;
    let token = booking_id_for(keys.signing.as_bytes(), "token", facts.booking.as_str()).to_string();
    let form = if call.is_single { Form::Single } else { Form::Many };
    tell(inner, Telling { tone, role: call.role, form, token: Some(token), is_existing: true }).await
}
