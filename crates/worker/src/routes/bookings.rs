//! Booking, and asking how a booking stands.

use posada_core::ids::{BookingId, WaId};
use posada_core::problem::{Problem, System};
use posada_wire::booking::{read_booking, read_make_booking};
use posada_wire::canonical::{Fingerprint, intent_fingerprint};
use posada_wire::command::BookingCommand;
use posada_wire::read::BODY_BYTES_MAX;
use posada_wire::token::booking_id_for;
use worker::{Response, Result};

use super::{Ask, context, query, read_body};
use crate::auth::Role;
use crate::objects::booking::{BookingCall, GetCall, SUPERSEDED_STATUS, StartCall};
use crate::objects::calls::post;
use crate::respond::{self, Tone};
use crate::{config, settings};

/// How often one intent may have been used up and begun anew.
const GENERATIONS_MAX: u32 = 50;
/// The longest idempotency key, in characters.
const KEY_CHARS_MAX: usize = 255;

/// `POST /v1/bookings`, and the tool `make_booking`.
pub(crate) async fn create(mut ask: Ask, is_tool: bool) -> Result<Response> {
    let tone = Tone::new(ask.language, is_tool);
    match create_checked(&mut ask, is_tool).await? {
        Ok(response) => Ok(response),
        Err(problem) => respond::problem(&problem, None, tone),
    }
}

async fn create_checked(ask: &mut Ask, is_tool: bool) -> Result<std::result::Result<Response, Problem>> {
    if is_tool && let Err(problem) = ask.asker.must_be(&[Role::Assistant, Role::Staff]) {
        return Ok(Err(problem));
    }
    let body = match read_body(&mut ask.request, &["application/json"], BODY_BYTES_MAX).await? {
        Ok(body) => body,
        Err(problem) => return Ok(Err(problem)),
    };
    let role = ask.asker.role;
    let read = if is_tool { read_make_booking } else { read_booking };
    let hotel = match settings::must(&ask.env).await {
        Ok(hotel) => hotel,
        Err(problem) => return Ok(Err(problem)),
    };
    let command = match read(&body, &context(&hotel, role, config::now(&ask.env))) {
        Ok(command) => command,
        Err(problem) => return Ok(Err(problem)),
    };
    let key = match idempotency_key(ask, is_tool, &command)? {
        Ok(key) => key,
        Err(problem) => return Ok(Err(problem)),
    };
    let scope = format!("{}:{}", role.scope(), if key.is_derived { "derived" } else { "key" });
    let mut call = StartCall {
        booking: BookingId::from_bits(0),
        body: String::from_utf8_lossy(&body).into_owned(),
        is_tool,
        is_derived_key: key.is_derived,
        role,
        client: client(ask)?,
        key_id: ask.asker.key_hash.clone(),
        language: ask.language.tag().to_owned(),
    };
    for generation in 0..GENERATIONS_MAX {
        let name = format!("{generation}:{}", key.text);
        call.booking = booking_id_for(ask.keys.signing.as_bytes(), &scope, &name);
        let id = call.booking.clone();
        let stub = ask.env.durable_object("BOOKING")?.get_by_name(id.as_str())?;
        let call_again = BookingCall::Start { call: Box::new(call) };
        // The object may have been restarted under the call; asked again it goes on where it was.
        let answer = match post(&stub, &call_again).await {
            Ok(response) => Ok(response),
            Err(_) => post(&ask.env.durable_object("BOOKING")?.get_by_name(id.as_str())?, &call_again).await,
        };
        let response = match answer {
            Ok(response) => response,
            Err(error) => return Ok(Err(respond::uncertain(&error))),
        };
        if response.status_code() != SUPERSEDED_STATUS {
            return Ok(Ok(response));
        }
        let BookingCall::Start { call: again } = call_again else { break };
        call = *again;
    }
    Ok(Err(Problem::KeyReused))
}

struct Key {
    text: String,
    is_derived: bool,
}

/// The header's key; the tool derives one from what is asked for where none is sent.
fn idempotency_key(
    ask: &Ask,
    is_tool: bool,
    command: &BookingCommand,
) -> Result<std::result::Result<Key, Problem>> {
    let sent = ask.request.headers().get("Idempotency-Key")?;
    Ok(match sent.as_deref().map(str::trim) {
        Some(key)
            if (1..=KEY_CHARS_MAX).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) =>
        {
            Ok(Key { text: key.to_owned(), is_derived: false })
        }
        Some(_) => {
            let message = format!("must be 1 to {KEY_CHARS_MAX} visible ASCII characters");
            Err(Problem::field("Idempotency-Key", message))
        }
        None if is_tool => {
            // Said again, it is the same other booking: however often it is sent, one more is made.
            let another = if command.confirm_another { "another" } else { "" };
            Ok(Key { text: format!("{another}:{}", intent_fingerprint(command).hex()), is_derived: true })
        }
        None => Err(Problem::field("Idempotency-Key", "is required")),
    })
}

/// A hash of the client's address: enough to count its failures by. Of an IPv6 address it is the network's part, as
/// the rest is the client's to choose.
fn client(ask: &Ask) -> Result<String> {
    let address = ask.request.headers().get("CF-Connecting-IP")?.unwrap_or_default();
    let network = if address.contains(':') {
        let head = address.split("::").next().unwrap_or_default();
        head.split(':').take(4).collect::<Vec<_>>().join(":")
    } else {
        address
    };
    Ok(Fingerprint::of(network.as_bytes()).hex())
}

/// `GET /v1/bookings/{id}`
pub(crate) async fn get(ask: Ask, id: &str) -> Result<Response> {
    let tone = Tone::new(ask.language, false);
    if let Err(problem) = ask.asker.must_be(&[Role::Guest, Role::Assistant, Role::Staff]) {
        return respond::problem(&problem, None, tone);
    }
    let sent = query(&ask.request, "wa_id");
    let wa_id = sent.as_deref().and_then(|text| WaId::parse(text.trim().trim_start_matches('+')).ok());
    if ask.asker.role == Role::Assistant && wa_id.is_none() {
        let problem =
            Problem::field("wa_id", "is required: the assistant asks only for the guest that it talks to");
        return respond::problem(&problem, None, tone);
    }
    let Some(id) = BookingId::parse(id).ok().filter(|id| id.as_str().len() == BookingId::CHARS_MAX) else {
        return respond::problem(&Problem::NotFound, None, tone);
    };
    let call = GetCall {
        role: ask.asker.role,
        token_hash: (ask.asker.role == Role::Guest).then(|| ask.asker.key_hash.clone()),
        wa_id,
        language: ask.language.tag().to_owned(),
    };
    let stub = ask.env.durable_object("BOOKING")?.get_by_name(id.as_str())?;
    match post(&stub, &BookingCall::Get { call }).await {
        Ok(response) => Ok(response),
        Err(error) => respond::problem(&respond::unavailable(System::Storage, &error), None, tone),
    }
}
