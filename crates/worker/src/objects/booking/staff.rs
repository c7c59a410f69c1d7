//! What staff and the sweeper ask of a booking, and do to it.

use std::rc::Rc;

use posada_core::booking::effect::{Failure, Input, Ownership, Reservation};
use posada_core::booking::{Booking, Rejection};
use posada_core::ids::{BookingId, Reference, ReservationCode};
use posada_core::message::Language;
use posada_core::problem::Problem;
use posada_wire::cases::StaffView;
use posada_wire::stored::to_text;
use worker::web_sys::Response;

use super::answer::{is_over, wait_until};
use super::{Inner, ResolveCall, Swept, Verdict, journal};
use crate::host::{self, Database, Result};
use crate::reservations::Reservations;
use crate::respond::{self, Answer, Tone};
use crate::{rows, settings};

fn tone(language: &str) -> Tone {
    Tone::new(Language::from_tag(language).unwrap_or_default(), false)
}

/// How the booking stands, for staff.
pub(super) fn look(inner: &Inner, language: &str, with_journal: bool) -> Result<Response> {
    let tone = tone(language);
    view(inner, tone, with_journal).or_else(|refused| respond::refused(&refused, tone))
}

fn view(inner: &Inner, tone: Tone, with_journal: bool) -> Answer {
    let entries = match inner.facts().filter(|_| with_journal) {
        Some(_) => Some(journal::entries(&inner.state.sql()?)?),
        None => None,
    };
    let view = inner.with_booking(|booking| StaffView::of(booking, tone.language, entries.as_deref()));
    let Some(view) = view.flatten() else { return Err(Problem::NotFound.into()) };
    Ok(respond::json(&view, 200)?)
}

/// Takes in what staff found out, and answers once what follows from it is done.
pub(super) async fn resolve(inner: &Rc<Inner>, call: ResolveCall) -> Result<Response> {
    let tone = tone(&call.language);
    match resolve_checked(inner, call, tone).await {
        Ok(response) => Ok(response),
        Err(refused) => respond::refused(&refused, tone),
    }
}

async fn resolve_checked(inner: &Rc<Inner>, call: ResolveCall, tone: Tone) -> Answer {
    let ResolveCall { line, mut found, note, by, .. } = call;
    let Some(facts) = inner.facts() else { return Err(Problem::NotFound.into()) };
    let hotel = settings::must(&inner.env).await?;
    if let Some(Reservation { code, .. }) = &mut found {
        // Staff read codes with the hotel's prefix everywhere, and write them so.
        let bare = code.as_str().strip_prefix(&hotel.property.policy.reservation_code_prefix);
        if let Some(bare) = bare.and_then(|bare| ReservationCode::parse(bare).ok()) {
            *code = bare;
        }
        if is_anothers(inner, &facts.booking, code).await? {
            return Err(Problem::field("found.reserva", "is another booking's").into());
        }
    }
    if let (Some(line), Some(found)) = (line, &found)
        && let Some(reference) = inner.with_booking(|it| it.asked_reference(line)).flatten()
    {
        let reservations = Reservations::of(&inner.env);
        let known = if reservations.capabilities().lookup {
            reservations.look_up(&inner.env, &reference).await.ok().flatten()
        } else {
            None
        };
        inner.with_booking(|it| it.check_found(line, found, known.as_ref(), &hotel.property)).transpose()?;
    }
    let is_asked = |booking: &Booking| booking.staff_reasons().iter().any(|reason| reason.line() == line);
    let (name, message) = match &found {
        Some(_) if inner.with_booking(is_asked).unwrap_or(false) => {
            ("found.reserva", "is not this line's: another line has it, or this one has another")
        }
        _ if line.is_some() => ("line", "is not one that staff are asked about"),
        _ => ("line", "is required: staff are not asked about this booking's payment, nor to cancel"),
    };
    match inner.step_in(Input::Resolve { line, found, note, by: Some(by) }).await? {
        Ok(()) => {}
        Err(Rejection::StillRunning) => return Err(Problem::BookingInProgress { retry_after_s: 5 }.into()),
        Err(_) => return Err(Problem::field(name, message).into()),
    }
    wait_until(inner, hotel.property.policy.wait_ms, is_over).await;
    view(inner, tone, false)
}

/// Whether another booking has the reservation, by the registry.
async fn is_anothers(inner: &Inner, own: &BookingId, code: &ReservationCode) -> Result<bool> {
    let statement = Database::of(&inner.env)?.prepare(
        "SELECT '1' AS json FROM bookings, json_each(codes) WHERE value = ?1 AND bookings.id != ?2 LIMIT 1",
        &[code.as_str().into(), own.as_str().into()],
    )?;
    let found: Vec<i64> = rows::answered(Some(&statement.run().await?))?;
    Ok(!found.is_empty())
}

fn swept(inner: &Inner, stray: Option<Verdict>) -> Result<Response> {
    host::answer(&to_text(&Swept { row: inner.row(), stray }), 200, "application/json")
}

/// Arms the alarm of a booking that goes on, which being asked has set going already.
pub(super) async fn sweep(inner: &Rc<Inner>) -> Result<Response> {
    if inner.with_booking(|booking| booking.deadline().is_some()).unwrap_or(false) {
        inner.arm().await?;
    }
    swept(inner, None)
}

/// Cancels a reservation that was made for the booking and is nobody's. It is written down before.
pub(super) async fn stray(inner: &Rc<Inner>, reference: Reference, found: Reservation) -> Result<Response> {
    let ownership = inner.with_booking(|booking| booking.ownership(&reference, &found.code));
    match ownership {
        Some(Ownership::Stray) => {}
        Some(Ownership::Disputed) => return swept(inner, Some(Verdict::Stands)),
        Some(Ownership::Owned | Ownership::Undecided) | None => return swept(inner, Some(Verdict::Left)),
    }
    let reservations = Reservations::of(&inner.env);
    if !reservations.capabilities().cancel {
        return swept(inner, Some(Verdict::Stands));
    }
    let code = found.code.clone();
    inner.feed(vec![Input::Stray(reference.clone(), found)])?;
    let verdict = match reservations.cancel(&inner.env, &reference, code, false).await {
        Ok(()) => Verdict::Cancelled,
        Err(Failure::Refused(_)) => Verdict::Stands,
        // Tried again by the next sweep.
        Err(Failure::Retryable { .. } | Failure::Unknown) => Verdict::Left,
    };
    swept(inner, Some(verdict))
}
