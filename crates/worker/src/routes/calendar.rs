//! `GET /v1/calendar`: which nights have a free room, and from what price on.

use posada_core::money::Money;
use posada_core::party::Occupancy;
use posada_core::price::StayRates;
use posada_core::problem::{Problem, System};
use posada_core::property::Property;
use posada_core::stay::local_date;
use posada_wire::leaf::Date;
use posada_wire::number::Amount;
use posada_wire::proposal::{CalendarAnswer, DayView};

use super::{Ask, query};
use crate::objects::calls::{PropertyCall, PropertyReply, ask_property};
use crate::reservations::Reservations;
use crate::respond::{self, Answer, Refused};
use crate::{config, settings};

/// The most nights that are told at once: two months.
const NIGHTS_MAX: i64 = 62;
/// The guests that prices are for.
const ADULTS: u16 = 2;

/// `GET /v1/calendar?from_date&to_date`, both inclusive.
pub(crate) async fn calendar(ask: Ask) -> Answer {
    let hotel = settings::must(&ask.env).await?;
    let because = Refused::by(&hotel);
    let today = local_date(config::now(&ask.env), hotel.property.utc_offset_minutes);
    let day = |name: &'static str| {
        let text = query(&ask.request, name).unwrap_or_default();
        Date::parse(&text).ok_or_else(|| because(Problem::field(name, "must be a date such as 2027-08-21")))
    };
    let (from, to) = (day("from_date")?, day("to_date")?);
    if from < today {
        return Err(because(Problem::field("from_date", "must not be in the past")));
    }
    let nights = to.signed_duration_since(from).num_days().saturating_add(1);
    let Some(nights) = u16::try_from(nights).ok().filter(|_| (1..=NIGHTS_MAX).contains(&nights)) else {
        let message = "must not be before from_date, nor more than 61 days after it";
        return Err(because(Problem::field("to_date", message)));
    };
    let known = match Reservations::of(&ask.env) {
        Reservations::Book => true,
        // The hotel's own system tells what is free by stay, and would be asked sixty times here.
        Reservations::Api(_) | Reservations::Unusable => false,
    };
    let free = if known {
        match ask_property(&ask.env, &PropertyCall::Calendar { from, nights }).await {
            Ok(PropertyReply::Calendar { free }) => free,
            Ok(_) => return Err(because(respond::unavailable(System::Reservations, &"no calendar".into()))),
            Err(error) => return Err(because(respond::unavailable(System::Reservations, &error))),
        }
    } else {
        vec![vec![1; hotel.property.room_types.len()]; usize::from(nights)]
    };
    let days = from.iter_days().zip(&free).map(|(date, free)| DayView {
        date,
        free_rooms: known.then(|| free.iter().fold(0_u16, |sum, count| sum.saturating_add(*count))),
        from_amount: lowest(&hotel.property, date, free).map(Amount),
    });
    Ok(respond::json(&CalendarAnswer { adults: ADULTS, days: days.collect() }, 200)?)
}

/// The lowest price of the night: of a free room that takes the guests without an extra bed, in any package.
fn lowest(hotel: &Property, night: chrono::NaiveDate, free: &[u16]) -> Option<Money> {
    let guests = Occupancy { adults: ADULTS, ..Occupancy::default() };
    let mut lowest: Option<Money> = None;
    for (room_type, _) in hotel.room_types.iter().zip(free).filter(|(_, free)| **free > 0) {
        if room_type.limits.extra_beds_needed(&guests) > 0 {
            continue;
        }
        for package in hotel.packages.iter().filter(|package| room_type.is_sold_in(package)) {
            let rates = hotel.tariff.rates(&room_type.id, package, night);
            let price = rates.and_then(|rates| StayRates::summed(*rates).price(&guests, 0));
            lowest = price.into_iter().chain(lowest).min();
        }
    }
    lowest.map(Money::round_half_up_to_cents)
}
