//! Booking, and asking how a booking stands.

use posada_core::booking::request::{FurtherRequest, PaymentIntent};
use posada_core::ids::{BookingId, WaId};
use posada_core::problem::Problem;
use posada_wire::booking::{is_follower, read_booking, read_make_booking};
use posada_wire::cancellation::{CancellationCommand, read_cancellation, read_place};
use posada_wire::canonical::{Fingerprint, intent_fingerprint};
use posada_wire::command::BookingCommand;
use posada_wire::payment::{FurtherPayment, read_further_payment};
use posada_wire::stored::to_text;
use posada_wire::token::booking_id_for;

use super::{Ask, context, query};
use crate::auth::{Role, client};
use crate::host::{header, post};
use crate::objects::booking::{
    BookingCall, CancelCall, GetCall, PayCall, RequestCall, SUPERSEDED_STATUS, StartCall,
};
use crate::respond::{self, Answer, Refused};
use crate::{challenge, config, settings};

/// How often one intent may have been used up and begun anew.
const GENERATIONS_MAX: u32 = 50;
/// The longest idempotency key, in characters.
const KEY_CHARS_MAX: usize = 255;

/// `POST /v1/bookings`, and the tool `make_booking`.
pub(crate) async fn create(ask: Ask) -> Answer {
    let is_tool = ask.tone.is_tool;
    if is_tool {
        ask.must_be(&[Role::Assistant, Role::Staff])?;
    }
    let role = ask.asker.role;
    let body = ask.body(&["application/json"]).await;
    let is_known = role != Role::Guest || body.as_ref().is_ok_and(|body| is_follower(body));
    if !is_known {
        // A booking's token is for a booking that follows it, and opens nothing else here.
        return Err(Problem::Unauthorized.into());
    }
    let body = body?;
    let read = if is_tool { read_make_booking } else { read_booking };
    let hotel = settings::must(&ask.env).await?;
    let command = read(&body, &context(&hotel, role, config::now(&ask.env)))?;
    if role == Role::Public && command.follows.is_some() {
        return Err(Problem::Unauthorized.into());
    }
    let key = idempotency_key(&ask, is_tool, &command)?;
    let scope = format!("{}:{}", role.scope(), if key.is_derived { "derived" } else { "key" });
    if role.is_public() {
        let id = booking_id_for(ask.keys.signing.as_bytes(), &scope, &key.text);
        challenge::pass(&ask.env, &ask.request, &id).await?;
    }
    let mut start = StartCall {
        booking: BookingId::from_bits(0),
        body: String::from_utf8_lossy(&body).into_owned(),
        is_tool,
        is_derived_key: key.is_derived,
        role,
        client: client(&ask.request)?.unwrap_or_default(),
        key_id: ask.asker.key_hash.clone(),
        language: ask.tone.language.tag().to_owned(),
        is_async: header(&ask.request, "Prefer")?.is_some_and(|it| it.contains("respond-async")),
        request_id: ask.id.clone(),
    };
    for generation in 0..GENERATIONS_MAX {
        let name = format!("{generation}:{}", key.text);
        start.booking = booking_id_for(ask.keys.signing.as_bytes(), &scope, &name);
        let call = BookingCall::Start { call: Box::new(start) };
        let BookingCall::Start { call: sent } = &call else { break };
        let json = to_text(&call);
        // The object may have been restarted under the call; asked again it goes on where it was.
        let response = match post(&ask.env, "BOOKING", sent.booking.as_str(), &json).await {
            Ok(response) => response,
            Err(_) => post(&ask.env, "BOOKING", sent.booking.as_str(), &json)
                .await
                .map_err(|error| respond::uncertain(&error))?,
        };
        if response.status() != SUPERSEDED_STATUS {
            return Ok(response);
        }
        let BookingCall::Start { call: again } = call else { break };
        start = *again;
    }
    Err(Problem::KeyReused.into())
}

struct Key {
    text: String,
    is_derived: bool,
}

/// The header's key, where one is sent.
fn sent_key(ask: &Ask) -> Result<Option<String>, Refused> {
    let Some(sent) = header(&ask.request, "Idempotency-Key")? else { return Ok(None) };
    let key = sent.trim();
    if (1..=KEY_CHARS_MAX).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(Some(key.to_owned()));
    }
    let message = format!("must be 1 to {KEY_CHARS_MAX} visible ASCII characters");
    Err(Problem::field("Idempotency-Key", message).into())
}

/// The header's key; the tool derives one from what is asked for where none is sent.
fn idempotency_key(ask: &Ask, is_tool: bool, command: &BookingCommand) -> Result<Key, Refused> {
    match sent_key(ask)? {
        Some(text) => Ok(Key { text, is_derived: false }),
        None if is_tool => {
            // Said again, it is the same other booking: however often it is sent, one more is made.
            let another = if command.confirm_another { "another" } else { "" };
            Ok(Key { text: format!("{another}:{}", intent_fingerprint(command).hex()), is_derived: true })
        }
        None => Err(Problem::field("Idempotency-Key", "is required").into()),
    }
}

/// The booking that a path names; what cannot be one is not found.
fn booking_id(id: &str) -> Result<BookingId, Problem> {
    let id = BookingId::parse(id).ok().filter(|id| id.as_str().len() == BookingId::CHARS_MAX);
    id.ok_or(Problem::NotFound)
}

/// Who asks for a booking: a guest by its token, the assistant for this guest.
fn who(ask: &Ask, wa_id: Option<WaId>) -> GetCall {
    let role = ask.asker.role;
    GetCall {
        role,
        token_hash: (role == Role::Guest).then(|| ask.asker.key_hash.clone()),
        wa_id,
        language: ask.tone.language.tag().to_owned(),
        is_tool: ask.tone.is_tool,
    }
}

async fn hand_on(ask: &Ask, id: &BookingId, call: &BookingCall) -> Answer {
    Ok(post(&ask.env, "BOOKING", id.as_str(), &to_text(call)).await?)
}

/// `GET /v1/bookings/{id}`
pub(crate) async fn get(ask: Ask, id: &str) -> Answer {
    let (id, call) = question(&ask, id)?;
    hand_on(&ask, &id, &BookingCall::Get { call }).await
}

/// `GET /v1/bookings/{id}/events`
pub(crate) async fn events(ask: Ask, id: &str) -> Answer {
    let (id, call) = question(&ask, id)?;
    let sent = header(&ask.request, "Last-Event-ID")?.unwrap_or_default();
    let after = match sent.trim() {
        "" => Some(0),
        text => text.parse::<u32>().ok(),
    };
    let after = after.ok_or_else(|| Problem::field("Last-Event-ID", "must be the id of an event"))?;
    hand_on(&ask, &id, &BookingCall::Events { call, after: after.into() }).await
}

/// Which booking is asked for, and by whom.
fn question(ask: &Ask, id: &str) -> Result<(BookingId, GetCall), Refused> {
    ask.must_be(&[Role::Guest, Role::Assistant, Role::Staff])?;
    let sent = query(&ask.request, "wa_id");
    let wa_id = sent.and_then(|text| WaId::parse(text.trim().trim_start_matches('+')).ok());
    if ask.asker.role == Role::Assistant && wa_id.is_none() {
        let message = "is required: the assistant asks only for the guest that it talks to";
        return Err(Problem::field("wa_id", message).into());
    }
    Ok((booking_id(id)?, who(ask, wa_id)))
}

/// `DELETE /v1/bookings/{id}`, and `DELETE /v1/bookings/{id}/rooms/{n}` for one of its rooms.
pub(crate) async fn cancel(ask: Ask, id: &str, n: Option<&str>) -> Answer {
    ask.must_be(&[Role::Staff])?;
    let id = booking_id(id)?;
    let line = n.map(read_place).transpose()?;
    let call = CancelCall { who: who(&ask, None), key_id: ask.asker.key_hash.clone(), line };
    hand_on(&ask, &id, &BookingCall::Cancel { call }).await
}

/// `POST /v1/bookings/{id}/payments`
pub(crate) async fn pay(ask: Ask, id: &str) -> Answer {
    ask.must_be(&[Role::Guest, Role::Assistant, Role::Staff])?;
    let body = ask.body(&["application/json"]).await?;
    let further = read_further_payment(&body, ask.asker.role.caller())?;
    let Some(key) = sent_key(&ask)? else {
        return Err(Problem::field("Idempotency-Key", "is required").into());
    };
    hand_payment_on(&ask, &booking_id(id)?, further, &key).await
}

/// A further payment by the tool: the same payment of the same amount is the same, as a key is made of them. It has a
/// space, which no key has that is sent.
pub(crate) async fn pay_balance(ask: &Ask, id: &BookingId, further: FurtherPayment) -> Answer {
    let PaymentIntent { payment, amount, .. } = &further.payment;
    let amount = amount.map(|it| it.mills().to_string()).unwrap_or_default();
    let key = [payment.method.as_str(), " ", &payment.reference, " ", &amount].concat();
    hand_payment_on(ask, id, further, &key).await
}

async fn hand_payment_on(ask: &Ask, id: &BookingId, further: FurtherPayment, key: &str) -> Answer {
    let role = ask.asker.role;
    let FurtherPayment { payment, evidence, wa_id, force_process } = further;
    let call = PayCall {
        who: who(ask, wa_id),
        request: FurtherRequest {
            payment,
            evidence: evidence.filter(|_| role == Role::Guest),
            key: Fingerprint::of(format!("{}:{key}", role.scope()).as_bytes()).hex(),
            checks: None,
        },
        is_forced: force_process,
        client: client(&ask.request)?.unwrap_or_default(),
    };
    hand_on(ask, id, &BookingCall::Pay { call: Box::new(call) }).await
}

/// `POST /v1/bookings/{id}/cancellation-request`
pub(crate) async fn request_cancellation(ask: Ask, id: &str) -> Answer {
    ask.must_be(&[Role::Guest, Role::Assistant, Role::Staff])?;
    let body = ask.body(&["application/json"]).await?;
    let command = read_cancellation(&body, ask.asker.role.caller())?;
    hand_request_on(&ask, &booking_id(id)?, command).await
}

/// Tells a booking what its guest asks to cancel.
pub(crate) async fn hand_request_on(ask: &Ask, id: &BookingId, command: CancellationCommand) -> Answer {
    let CancellationCommand { lines, reason, wa_id } = command;
    let call = RequestCall { who: who(ask, wa_id), lines, reason };
    hand_on(ask, id, &BookingCall::RequestCancellation { call }).await
}

/// How a booking stands, for this guest.
pub(crate) async fn look(ask: &Ask, id: &BookingId, wa_id: WaId) -> Answer {
    hand_on(ask, id, &BookingCall::Get { call: who(ask, Some(wa_id)) }).await
}
