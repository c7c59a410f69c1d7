//! What may be asked before booking: the hotel, what is free, and what it would cost.

use std::rc::Rc;

use chrono::NaiveDate;
use posada_core::ids::{Millis, RoomNumber};
use posada_core::message::proposed_message;
use posada_core::problem::Problem;
use posada_core::proposal::{Placement, Proposal, QuoteRequest, count_free, propose};
use posada_core::quote::Quote;
use posada_core::sorted::Set;
use posada_core::stay::{Stay, local_date};
use posada_wire::proposal::{AvailabilityAnswer, FreeView, QuoteAnswer, Signing};
use posada_wire::public::{HotelView, PropertyView};
use posada_wire::quote::read_quote_request;
use posada_wire::stay::stay_of_query;
use posada_wire::time::Timestamp;
use posada_wire::token::sign_quote;

use super::{Ask, query};
use crate::auth::Role;
use crate::config;
use crate::reservations::Reservations;
use crate::respond::{self, Answer, Refused};
use crate::settings::{self, Loaded};

/// `GET /v1/property`
pub(crate) async fn property(ask: Ask) -> Answer {
    let loaded = settings::must(&ask.env).await?;
    let today = local_date(config::now(&ask.env), loaded.property.utc_offset_minutes);
    Ok(respond::json(&PropertyView::new(&loaded, today), 200)?)
}

/// What is free for a stay, with the settings that say so.
async fn free_rooms(ask: &Ask, stay: &Stay) -> Result<(Rc<Loaded>, Set<RoomNumber>), Problem> {
    let (loaded, free) = Reservations::of(&ask.env).free(&ask.env, stay, None).await?;
    Ok((loaded, free.rooms))
}

/// `GET /v1/availability?check_in_date&check_out_date`
pub(crate) async fn availability(ask: Ask) -> Answer {
    let (check_in, check_out) = (query(&ask.request, "check_in_date"), query(&ask.request, "check_out_date"));
    availability_of(ask, |today| stay_of_query(check_in.as_deref(), check_out.as_deref(), today)).await
}

/// What is free for the stay that is read, given the hotel's date.
pub(crate) async fn availability_of(
    ask: Ask,
    read: impl FnOnce(NaiveDate) -> Result<Stay, Problem>,
) -> Answer {
    let hotel = settings::must(&ask.env).await?;
    let now = config::now(&ask.env);
    let today = local_date(now, hotel.property.utc_offset_minutes);
    let stay = read(today).map_err(Refused::by(&hotel))?;
    let (hotel, free) = free_rooms(&ask, &stay).await.map_err(Refused::by(&hotel))?;
    let view = |it: &posada_core::property::RoomType| FreeView {
        bungalow_type: it.id.clone(),
        free: count_free(it, &free),
    };
    let answer = AvailabilityAnswer {
        check_in_date: stay.check_in(),
        check_out_date: stay.check_out(),
        rooms: hotel.property.room_types.iter().map(view).collect(),
        as_of: Timestamp(now),
        hotel: ask.tone.is_tool.then(|| HotelView::new(&hotel.property, today)),
    };
    Ok(respond::json(&answer, 200)?)
}

/// `POST /v1/quotes`, and the tool `quote_rooms`, which says the proposal in words.
pub(crate) async fn quote(ask: Ask) -> Answer {
    if ask.tone.is_tool {
        ask.must_be(&[Role::Assistant, Role::Staff])?;
    }
    let body = ask.body(&["application/json"]).await;
    let hotel = settings::must(&ask.env).await?;
    let now = config::now(&ask.env);
    let today = local_date(now, hotel.property.utc_offset_minutes);
    let request = body.and_then(|body| read_quote_request(&body, today)).map_err(Refused::by(&hotel))?;
    let (hotel, free) = free_rooms(&ask, &request.stay).await.map_err(Refused::by(&hotel))?;
    let proposal = propose(&hotel.property, &request, &free).map_err(Refused::by(&hotel))?;
    let answer = answer(&ask, &hotel, &request, &proposal, now).map_err(Refused::by(&hotel))?;
    Ok(respond::json(&answer, 200)?)
}

fn answer(
    ask: &Ask,
    hotel: &Loaded,
    request: &QuoteRequest,
    proposal: &Proposal,
    now: Millis,
) -> Result<QuoteAnswer, Problem> {
    let expires_at = now.plus(hotel.property.policy.quote_ttl_ms);
    let sign = |placement: &Placement| {
        let quote = Quote {
            stay: request.stay,
            package: request.package.clone(),
            rooms: placement.quoted(),
            tariff_version: hotel.tariff_version,
            expires_at,
        };
        sign_quote(ask.keys.signing.as_bytes(), &quote)
    };
    let signing = Signing { sign: &sign, expires_at: Timestamp(expires_at) };
    let mut answer = QuoteAnswer::new(&hotel.property.currency, proposal, &signing)?;
    answer.customer_message = ask
        .tone
        .is_tool
        .then(|| proposed_message(request.stay, proposal, &respond::voice(Some(hotel), ask.tone)));
    Ok(answer)
}
