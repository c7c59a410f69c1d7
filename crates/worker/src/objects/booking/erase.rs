//! Forgetting who a booking's guest is, where staff say so: the booking, its money and its codes stay, the person goes.

use posada_core::booking::Booking;
use posada_core::problem::Problem;
use posada_wire::written;
use worker::web_sys::Response;

use super::{Inner, journal};
use crate::host::{Database, Result};
use crate::objects::calls::{PropertyCall, ask_property};
use crate::respond::{self, Answer, Tone};
use crate::{config, log};

/// What was done.
struct Erased<'a> {
    booking_id: &'a str,
    erased: bool,
}

written!(Erased<'_> { booking_id, erased });

/// Erases the guest of a booking that has ended, everywhere that Posada keeps them. Repeatable: what was interrupted is
/// done by asking again.
pub(super) async fn erase(inner: &Inner, key_id: &str) -> Result<Response> {
    match erase_checked(inner, key_id).await {
        Ok(response) => Ok(response),
        Err(refused) => {
            respond::refused(&refused, Tone::new(posada_core::message::Language::default(), false))
        }
    }
}

async fn erase_checked(inner: &Inner, key_id: &str) -> Answer {
    let Some(facts) = inner.facts() else { return Err(Problem::NotFound.into()) };
    let has_ended = |booking: &Booking| booking.deadline().is_none() && booking.staff_reasons().is_empty();
    if !inner.with_booking(has_ended).unwrap_or(false) {
        return Err(Problem::BookingInProgress { retry_after_s: 60 }.into());
    }
    ask_property(&inner.env, &PropertyCall::Erase { booking: facts.booking.clone() }).await?;
    let forget = "UPDATE bookings SET content = NULL WHERE id = ?1";
    Database::of(&inner.env)?.prepare(forget, &[facts.booking.as_str().into()])?.run().await?;
    journal::erase_guest(&inner.state.sql()?, config::now(&inner.env), key_id)?;
    // As it is written now; nothing is under way that would not be found again.
    *inner.kept.borrow_mut() = None;
    inner.is_loaded.set(false);
    inner.load()?;
    log::erased(facts.about(&inner.env));
    Ok(respond::json(&Erased { booking_id: facts.booking.as_str(), erased: true }, 200)?)
}
