//! Taking a request in: recognised if it came before, else checked, priced, and its payment claimed.

use std::rc::Rc;

use posada_core::booking::effect::Input;
use posada_core::booking::journal::Terms;
use posada_core::booking::outcome::Outcome;
use posada_core::booking::request::RequestedRoom;
use posada_core::booking::{Booking, Rejection};
use posada_core::ids::{Millis, RoomNumber};
use posada_core::message::Language;
use posada_core::money::Money;
use posada_core::payment::claim::required;
use posada_core::payment::method::PaymentRef;
use posada_core::problem::{Problem, System};
use posada_core::proposal::shortages;
use posada_core::quote::{PricingError, Quote, QuotedRoom, price_rooms, total};
use posada_core::sorted::Set;
use posada_core::stay::local_date;
use posada_wire::booking::{read_booking, read_make_booking};
use posada_wire::canonical::{Fingerprint, body_fingerprint};
use posada_wire::command::BookingCommand;
use posada_wire::token::{booking_id_for, hash_token, sign_quote, verify_quote};
use worker::web_sys::Response;

use super::answer::{Telling, is_over, tell, wait_until};
use super::journal::{self, Facts};
use super::{GetCall, Inner, SUPERSEDED_STATUS, StartCall, drive, same};
use crate::auth::Role;
use crate::config::{self, Keys};
use crate::host::{self, Database, Result};
use crate::log;
use crate::metrics::Sample;
use crate::objects::calls::Intent;
use crate::payments::{self, Attempt};
use crate::reservations::{Free, Reservations};
use crate::respond::{self, Answer, Refused, Tone};
use crate::routes::context;
use crate::settings::{self, Loaded};
use crate::webhook;

/// How long a chosen key is answered the same.
const KEY_LIVES_MS: i64 = 30 * 24 * 3_600_000;
/// How long it is waited for whether the payment can be claimed.
pub(super) const CLAIM_WAIT_MS: i64 = 10_000;

/// Answers a request for a booking.
pub(super) async fn start(inner: &Rc<Inner>, call: &StartCall) -> Result<Response> {
    let mut tone = Tone::new(Language::from_tag(&call.language).unwrap_or_default(), call.is_tool);
    match start_checked(inner, call, &mut tone).await {
        Ok(response) => Ok(response),
        Err(refused) => respond::refused(&refused, tone),
    }
}

async fn start_checked(inner: &Rc<Inner>, call: &StartCall, tone: &mut Tone) -> Answer {
    let hotel = settings::must(&inner.env).await?;
    let read = if call.is_tool { read_make_booking } else { read_booking };
    let context = context(&hotel, call.role, config::now(&inner.env));
    let command = read(call.body.as_bytes(), &context).map_err(Refused::by(&hotel))?;
    tone.reference = command.payment.payment.method.into();
    let form = command.form;
    let keys = Keys::of(&inner.env)?;
    let token = booking_id_for(keys.signing.as_bytes(), "token", call.booking.as_str()).to_string();
    let fingerprint = body_fingerprint(&command).hex();
    {
        let _taking_in = inner.intake.lock().await;
        match recognise(inner, call, &fingerprint) {
            Known::Superseded => return Ok(respond::json_text("", SUPERSEDED_STATUS)?),
            Known::Other => return Err(Problem::KeyReused.into()),
            Known::Same => {}
            Known::No => {
                let taken = take_in(inner, call, command, fingerprint, &token, &keys, *tone).await?;
                if let Some(other) = taken {
                    return Ok(other);
                }
            }
        }
    }
    if call.is_async {
        // Whether the payment is taken is part of the answer: until then the request may be refused.
        wait_until(inner, CLAIM_WAIT_MS, |booking| is_over(booking) || booking.is_accepted()).await;
    } else {
        wait_until(inner, hotel.property.policy.wait_ms, is_over).await;
    }
    tell(inner, Telling { tone: *tone, role: call.role, form, token: Some(token), is_existing: false }).await
}

enum Known {
    /// Nothing was asked yet, or it was refused: the intent may try again.
    No,
    Same,
    Other,
    Superseded,
}

fn recognise(inner: &Inner, call: &StartCall, fingerprint: &str) -> Known {
    if inner.is_spent.get() {
        return Known::Superseded;
    }
    let Some(facts) = inner.facts() else { return Known::No };
    let is_free = |booking: &Booking| booking.refusal().is_some() || booking.request().is_none();
    if inner.with_booking(is_free).unwrap_or(true) {
        return Known::No;
    }
    let age_ms = config::now(&inner.env).0.saturating_sub(facts.received_ms);
    let came_to_nothing = inner.with_booking(Booking::outcome).flatten() == Some(Outcome::NotBooked);
    // A derived key says what is asked for, and means its booking as long as that lives; a chosen one is forgotten.
    let is_over = if call.is_derived_key { came_to_nothing } else { age_ms > KEY_LIVES_MS };
    if is_over {
        return Known::Superseded;
    }
    // A derived key says itself what is the same; a chosen one stands for one body.
    if call.is_derived_key || facts.fingerprint == fingerprint { Known::Same } else { Known::Other }
}

/// How often it is looked for another booking of the same content, each time with those that were found to be over:
/// of so many keys at once, each can be refused and the next one still gets its turn.
const LOOKS_MAX: usize = 60;

/// What is free, and the hotel; or the answer of another booking of the same content that lives.
async fn look(
    inner: &Inner,
    reservations: &Reservations,
    call: &StartCall,
    command: &BookingCommand,
    intent: &mut Intent,
) -> std::result::Result<std::result::Result<(Rc<Loaded>, Free), Response>, Refused> {
    for _ in 0..LOOKS_MAX {
        let (loaded, free) = reservations.free(&inner.env, &command.stay, Some(intent)).await?;
        if free.others.is_empty() {
            return Ok(Ok((loaded, free)));
        }
        if intent.ended.is_empty() {
            // Not even that there is another is said to one who does not have the payment before them.
            same::prove(inner, call, command).await?;
        }
        for other in free.others {
            if let Some(response) = same::ask(inner, call, command, &other.booking).await? {
                return Ok(Err(response));
            }
            intent.ended.push(other);
        }
    }
    Err(respond::uncertain(&"others make the same booking again and again".into()).into())
}

/// Checks and prices a new request and starts its booking. Nothing is changed where it is refused. Answers for
/// another booking of the same content where one lives.
async fn take_in(
    inner: &Rc<Inner>,
    call: &StartCall,
    command: BookingCommand,
    fingerprint: String,
    token: &str,
    keys: &Keys,
    tone: Tone,
) -> std::result::Result<Option<Response>, Refused> {
    let now = config::now(&inner.env);
    let reservations = Reservations::of(&inner.env);
    let mut intent = same::intent_of(call, &command, keys);
    let asked = now;
    let looked = look(inner, &reservations, call, &command, &mut intent).await?;
    inner.count_call(Sample::reservations("availability", config::now(&inner.env).0.saturating_sub(asked.0)));
    let (loaded, free) = match looked {
        Ok(looked) => looked,
        Err(other) => return Ok(Some(other)),
    };
    let because = Refused::by(&loaded);
    let priced = check_and_price(&command, &loaded, &free.rooms, now, keys);
    let counted = match priced {
        Ok(priced) => count_attempt(inner, call, &command, now).await.map(|attempt| (priced, attempt)),
        Err(problem) => Err(problem),
    };
    let (priced, attempt) = match counted {
        Ok(counted) => counted,
        Err(problem) => {
            drive::let_go(inner, &call.booking).await;
            return Err(because(problem));
        }
    };
    let evidence = if call.role.is_public() { command.evidence } else { None };
    let terms = Terms {
        required: if command.force_process {
            Money::ZERO
        } else {
            required(total(&priced), loaded.property.policy.deposit_percent)
        },
        amount: command.payment.amount,
        prices: priced.iter().map(|room| room.exact).collect(),
        hold_ttl_ms: reservations.hold_ttl_ms(loaded.property.policy.hold_ttl_ms, &command.stay, now),
        capabilities: reservations.capabilities(),
        notify: webhook::is_wanted(&inner.env).then_some(tone.language),
        waits: command.force_process.then(|| loaded.property.policy.payment_checks.clone()),
    };
    let facts = Facts {
        booking: call.booking.clone(),
        fingerprint,
        token_hash: hash_token(token),
        received_ms: now.0,
        settings_version: loaded.version.clone(),
        evidence,
        forced_by: command.force_process.then(|| call.key_id.clone()),
        follows_as: command.follows.as_ref().map(|_| GetCall {
            role: call.role,
            token_hash: (call.role == Role::Guest).then(|| call.key_id.clone()),
            wa_id: command.wa_id.clone(),
            language: call.language.clone(),
            is_tool: false,
        }),
        content: Some(intent.content),
        request_id: Some(call.request_id.clone()),
    };
    let rooms: Vec<RequestedRoom> = priced.into_iter().map(|room| room.room).collect();
    log::started(call.about(&inner.env), rooms.len());
    let mut request = command.into_request(rooms);
    if call.role.is_public() {
        // A caller's word does not make them the holder of another's claim.
        request.wa_id = None;
    }
    *inner.listing.borrow_mut() = free.listing;
    begin(inner, facts, Input::Start { request: Box::new(request), terms }).await.map_err(&because)?;
    if let Some(attempt) = attempt {
        settle_attempt(inner, attempt).await;
    }
    Ok(None)
}

/// Writes the request down, sets the alarm, and goes on in the background.
async fn begin(inner: &Rc<Inner>, facts: Facts, input: Input) -> std::result::Result<(), Problem> {
    let storage = |error: host::Error| respond::unavailable(System::Storage, &error);
    let mut booking = match &*inner.kept.borrow() {
        Some((_, booking)) => booking.clone(),
        None => Booking::new(facts.booking.clone()),
    };
    let entries = booking.decide(input, config::now(&inner.env)).map_err(|rejection| match rejection {
        Rejection::Impossible(problem) => problem,
        Rejection::AlreadyRequested | Rejection::StillRunning | Rejection::Stale => Problem::KeyReused,
    })?;
    for entry in &entries {
        booking.apply(entry).map_err(|error| storage(error.to_string().into()))?;
    }
    let sql = inner.state.sql().map_err(storage)?;
    journal::keep(&sql, &facts).map_err(storage)?;
    journal::append(&sql, &entries).map_err(storage)?;
    log::entries(facts.about(&inner.env), &entries);
    *inner.kept.borrow_mut() = Some((facts, booking));
    // The alarm is there before anything is done, so that a kill at any moment from now on is survived.
    inner.arm().await.map_err(storage)?;
    let driven = Rc::clone(inner);
    inner.state.wait_until(async move { drive::drive(&driven).await }).map_err(storage)
}

/// Checks a request against the settings, its quote and what is free, and prices its rooms.
fn check_and_price(
    command: &BookingCommand,
    loaded: &Loaded,
    free: &Set<RoomNumber>,
    now: Millis,
    keys: &Keys,
) -> std::result::Result<Vec<QuotedRoom>, Problem> {
    let hotel = &loaded.property;
    let today = local_date(now, hotel.utc_offset_minutes);
    let rooms = command.check(hotel, today)?;
    let signing = keys.signing.as_bytes();
    let quote = command.quote.as_deref().map(|token| verify_quote(signing, token)).transpose()?;
    let priced = price_rooms(hotel, &command.stay, &command.package, &rooms, quote.as_ref(), now);
    let priced = priced.map_err(|error| match error {
        PricingError::Problem(problem) => problem,
        PricingError::PriceChanged { quoted, current, rooms } => {
            let quote = Quote {
                stay: command.stay,
                package: command.package.clone(),
                rooms,
                tariff_version: loaded.tariff_version,
                expires_at: now.plus(hotel.policy.quote_ttl_ms),
            };
            match sign_quote(signing, &quote) {
                Ok(quote) => Problem::PriceChanged { quoted, current, quote },
                Err(problem) => problem,
            }
        }
    })?;
    // A living quote was priced by its own tariff, beds and all.
    if quote.as_ref().is_none_or(|quote| quote.expires_at <= now) {
        check_bed_costs(command, loaded, &priced)?;
    }
    let short = shortages(hotel, &rooms, free);
    let none_can_be_had = rooms
        .iter()
        .all(|room| short.iter().any(|shortage| shortage.room_type == room.room_type && shortage.free == 0));
    if none_can_be_had || (command.all_or_nothing && !short.is_empty()) {
        return Err(Problem::NoAvailability { shortages: short });
    }
    Ok(priced)
}

/// What extra beds were said to cost must be what they do cost.
fn check_bed_costs(
    command: &BookingCommand,
    loaded: &Loaded,
    rooms: &[QuotedRoom],
) -> std::result::Result<(), Problem> {
    for (i, (said, room)) in command.extra_beds_costs.iter().zip(rooms).enumerate() {
        let Some(said) = said else { continue };
        let rates = posada_core::price::StayRates::of(
            &loaded.property.tariff,
            &room.room.room_type,
            &command.package,
            &command.stay,
        );
        let bed = rates.map(|rates| rates.rates().extra_bed).unwrap_or(Money::ZERO);
        let costs =
            bed.checked_mul(room.room.extra_beds.into()).unwrap_or(Money::MAX).round_half_up_to_cents();
        if costs != *said {
            let message =
                format!("is {said}, but the room's {} extra beds cost {costs}", room.room.extra_beds);
            let problem = Problem::field(format!("bookings[{i}].extra_beds_cost"), message);
            return Err(command.form.name_fields(problem));
        }
    }
    Ok(())
}

/// On the public route every attempt counts as a failure until its evidence matched.
pub(super) async fn count_attempt(
    inner: &Inner,
    call: &StartCall,
    command: &BookingCommand,
    now: Millis,
) -> std::result::Result<Option<Attempt>, Problem> {
    if !call.role.is_public() {
        return Ok(None);
    }
    attempt(inner, &call.client, &command.payment.payment, now).await.map(Some)
}

/// Counts an attempt of this client on this payment.
pub(super) async fn attempt(
    inner: &Inner,
    client: &str,
    payment: &PaymentRef,
    now: Millis,
) -> std::result::Result<Attempt, Problem> {
    let reference = Fingerprint::of(format!("{}\0{}", payment.method, payment.reference).as_bytes()).hex();
    let subjects = vec![format!("client:{client}"), format!("reference:{reference}")];
    let unreachable = |error: host::Error| respond::unavailable(System::Payments, &error);
    let db = Database::of(&inner.env).map_err(unreachable)?;
    match payments::attempt(&db, subjects, now).await.map_err(unreachable)? {
        Ok(attempt) => Ok(attempt),
        Err(retry_after_s) => Err(Problem::TooManyRequests { retry_after_s }),
    }
}

/// Ends an attempt once the payment is claimed or refused. Not found, which is what wrong evidence is answered, too,
/// is a failure.
async fn settle_attempt(inner: &Rc<Inner>, attempt: Attempt) {
    let is_known = |booking: &Booking| booking.is_accepted() || booking.refusal().is_some();
    wait_until(inner, CLAIM_WAIT_MS, is_known).await;
    let failed = inner.with_booking(|booking| match booking.refusal() {
        Some(problem) => Some(matches!(problem, Problem::PaymentNotFound { .. })),
        None => booking.is_accepted().then_some(false),
    });
    // While it is not known it stays open, and counts as a failure in the end.
    if let Some(Some(failed)) = failed {
        end_attempt(inner, attempt, failed).await;
    }
}

/// Ends an attempt whose outcome is known.
pub(super) async fn end_attempt(inner: &Inner, attempt: Attempt, failed: bool) {
    let ended = match Database::of(&inner.env) {
        Ok(db) => payments::end(&db, attempt, failed).await,
        Err(error) => Err(error),
    };
    if let Err(error) = ended {
        log::failed(&inner.env, "attempt", &error);
    }
}
