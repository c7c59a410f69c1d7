//! What comes after rooms that failed: another booking for their guests, or an offer of other rooms at today's price. It is
//! found out when it is told, and only where rooms failed.

use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{Either, select};
use posada_core::booking::outcome::Report;
use posada_core::ids::BookingId;
use posada_core::quote::Quote;
use posada_core::redistribution::{Redistribution, redistribute};
use posada_core::stay::local_date;
use posada_wire::number::Amount;
use posada_wire::proposal::{Redistribution as View, RoomView};
use posada_wire::time::Timestamp;
use posada_wire::token::sign_quote;
use worker::Delay;

use super::{Inner, follow};
use crate::config::{self, Keys};
use crate::host::Result;
use crate::reservations::Reservations;
use crate::{log, settings};

/// The longest that an answer waits for an offer; it is given without one after that.
const OFFER_WAIT: Duration = Duration::from_millis(3_000);

/// What comes after failed rooms.
pub(super) enum After {
    /// No room failed, or nothing can be said.
    Nothing,
    /// Another booking is for their guests.
    Followed(BookingId),
    /// Other rooms, or whom to ask.
    Redistribution(Redistribution, View),
}

/// What comes after the rooms that failed.
pub(super) async fn after(inner: &Rc<Inner>, report: &Report) -> After {
    if report.left_without_room().is_none() {
        return After::Nothing;
    }
    let found = Box::pin(find(inner, report));
    match select(found, Delay::from(OFFER_WAIT)).await {
        Either::Left((Ok(after), _)) => after,
        Either::Left((Err(error), _)) => {
            log::failed(&inner.env, "offer", &error);
            After::Nothing
        }
        Either::Right(_) => After::Nothing,
    }
}

async fn find(inner: &Rc<Inner>, report: &Report) -> Result<After> {
    let follower = inner.with_booking(|booking| booking.follower().map(|(by, _)| by.clone())).flatten();
    if let Some(by) = follower
        && follow::is_living(&inner.env, &by).await?
    {
        return Ok(After::Followed(by));
    }
    let asked = inner.with_booking(|it| it.request().map(|it| (it.stay, it.package.clone()))).flatten();
    let (Some((stay, package)), Some(guests)) = (asked, report.left_without_room()) else {
        return Ok(After::Nothing);
    };
    let now = config::now(&inner.env);
    let is_past = |offset| stay.check_in() < local_date(now, offset);
    let hotel = settings::any(&inner.env).await?;
    if hotel.is_none_or(|hotel| is_past(hotel.property.utc_offset_minutes)) {
        return Ok(After::Nothing);
    }
    let reservations = Reservations::of(&inner.env);
    let (hotel, free) =
        reservations.free(&inner.env, &stay, None).await.map_err(|problem| problem.detail())?;
    let found = redistribute(&hotel.property, stay, &package, guests, &free.rooms);
    let view = match &found {
        Redistribution::Staff { reason } => View::Staff { reason: reason.code() },
        Redistribution::Offer(placement) => {
            let expires_at = now.plus(hotel.property.policy.quote_ttl_ms);
            let quote = Quote {
                stay,
                package,
                rooms: placement.quoted(),
                tariff_version: hotel.tariff_version,
                expires_at,
            };
            let signed = sign_quote(Keys::of(&inner.env)?.signing.as_bytes(), &quote);
            View::Offer {
                rooms: placement.rooms.iter().map(|it| RoomView::new(&it.room, &it.price)).collect(),
                total_amount: Amount(placement.total()),
                currency: hotel.property.currency.clone(),
                quote: signed.map_err(|problem| problem.detail())?,
                expires_at: Timestamp(expires_at),
            }
        }
    };
    Ok(After::Redistribution(found, view))
}
