//! What the five calls do to the book, and what they answer, when nothing goes wrong.

use std::io;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::{
    book::{Booking, Event, Nights, Reservation, Status, Wish},
    fault::Route,
    order::{self, Wrong, read_date},
    sandbox::{Sandbox, State, now_ms},
};

/// A call that was understood.
#[derive(Debug, Clone)]
pub(crate) enum Request {
    Availability(Nights),
    Book(Box<order::Read>),
    Lookup { reference: String },
    Cancel { reference: String, reserva: Option<String> },
    List { made_since_ms: i64, after: usize },
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Done {
    pub(crate) status: u16,
    pub(crate) body: Value,
    /// What changed in the book; `null` where nothing did.
    pub(crate) committed: Value,
}

impl Done {
    fn answer(status: u16, body: Value) -> Self {
        Self { status, body, committed: Value::Null }
    }

    pub(crate) fn refused(error: &str) -> Self {
        Self::answer(200, json!({ "success": false, "error": error }))
    }

    fn none() -> Self {
        Self::answer(404, json!({ "success": false, "error": "there is no such reservation" }))
    }
}

impl Request {
    pub(crate) fn route(&self) -> Route {
        match self {
            Self::Availability(_) => Route::Availability,
            Self::Book(_) => Route::Book,
            Self::Lookup { .. } => Route::Lookup,
            Self::Cancel { .. } => Route::Cancel,
            Self::List { .. } => Route::List,
        }
    }

    pub(crate) fn reference(&self) -> Option<&str> {
        match self {
            Self::Book(read) => Some(&read.order.reference),
            Self::Lookup { reference } | Self::Cancel { reference, .. } => Some(reference),
            Self::Availability(_) | Self::List { .. } => None,
        }
    }

    /// The room that it is about.
    pub(crate) fn room_number(&self, state: &State) -> Option<String> {
        match self {
            Self::Book(read) => Some(read.order.room_number.clone()),
            Self::Lookup { reference } | Self::Cancel { reference, .. } => {
                state.book.latest(reference).map(|it| it.room_number.clone())
            }
            Self::Availability(_) | Self::List { .. } => None,
        }
    }

    /// What the log shows of it.
    pub(crate) fn shown(&self) -> Value {
        match self {
            Self::Availability(nights) => json!(nights),
            Self::Book(read) => read.shown.clone(),
            Self::Lookup { .. } => Value::Null,
            Self::Cancel { reserva, .. } => json!({ "reserva": reserva }),
            Self::List { made_since_ms, after } => json!({ "made_since_ms": made_since_ms, "after": after }),
        }
    }

    /// Does it.
    pub(crate) fn execute(&self, sandbox: &Sandbox, state: &mut State) -> io::Result<Done> {
        Ok(match self {
            Self::Availability(nights) => {
                let rooms = state.book.free(*nights);
                let rooms =
                    rooms.map(|room| json!({ "room_number": room.number, "bungalow_type": room.room_type }));
                Done::answer(200, rooms.collect())
            }
            Self::Book(read) => return book(read, state),
            Self::Lookup { reference } => state.book.latest(reference).map_or_else(Done::none, |it| {
                Done::answer(
                    200,
                    json!({ "success": true, "reserva": it.reserva, "room_number": it.room_number, "status": it.status }),
                )
            }),
            Self::Cancel { reference, reserva } => return cancel(reference, reserva.as_deref(), state),
            Self::List { made_since_ms, after } => {
                Done::answer(200, list(state.book.reservations(), *made_since_ms, *after, sandbox.list_page))
            }
        })
    }
}

fn book(read: &order::Read, state: &mut State) -> io::Result<Done> {
    let order = &read.order;
    let wish = Wish {
        reference: &order.reference,
        room_number: &order.room_number,
        bungalow_type: &order.bungalow_type,
        nights: read.nights,
        body_sha256: &read.sha256,
    };
    Ok(match state.book.book(wish, now_ms()) {
        Booking::New(event) => {
            let committed = state.commit(&event)?;
            match &event {
                Event::Booked { reservation } => Done { committed, ..booked(reservation) },
                Event::Cancelled { .. }
                | Event::FrontDesk { .. }
                | Event::Capabilities { .. }
                | Event::Renamed { .. }
                | Event::Reset => Done::none(),
            }
        }
        Booking::Known(reservation) => booked(&reservation),
        Booking::Refused(error) => Done::refused(&error),
        // Neither yes nor no: what is booked under the reference is not what was asked for.
        Booking::OtherBody => {
            let error = format!("the reference {} was sent with another body before", order.reference);
            Done::answer(422, json!({ "error": error }))
        }
    })
}

fn booked(reservation: &Reservation) -> Done {
    let Reservation { reserva, room_number, .. } = reservation;
    Done::answer(200, json!({ "success": true, "reserva": reserva, "room_number": room_number }))
}

/// Cancels what stands under the reference: the reservation named, or all.
fn cancel(reference: &str, reserva: Option<&str>, state: &mut State) -> io::Result<Done> {
    let meant = state.book.of(reference).filter(|it| reserva.is_none_or(|code| it.reserva == code));
    let meant: Vec<(String, Status)> = meant.map(|it| (it.reserva.clone(), it.status)).collect();
    if meant.is_empty() {
        return Ok(Done::none());
    }
    let mut committed = Vec::new();
    for (reserva, status) in meant {
        if status == Status::Booked {
            state.commit(&Event::Cancelled { reserva: reserva.clone() })?;
            committed.push(reserva);
        }
    }
    let committed = if committed.is_empty() { Value::Null } else { json!({ "cancelled": committed }) };
    Ok(Done { committed, ..Done::answer(200, json!({ "success": true })) })
}

fn list(all: &[Reservation], made_since_ms: i64, after: usize, page: usize) -> Value {
    let mut left = all.iter().enumerate().skip(after).filter(|(_, it)| it.made_at_ms >= made_since_ms);
    let shown: Vec<(usize, &Reservation)> = left.by_ref().take(page).collect();
    let next = left.next().and_then(|_| shown.last()).map(|(place, _)| (place + 1).to_string());
    let entries: Vec<Value> = shown
        .iter()
        .map(|(_, it)| {
            json!({
                "reference": it.reference,
                "reserva": it.reserva,
                "room_number": it.room_number,
                "status": it.status,
                "made_at": rfc3339(it.made_at_ms),
            })
        })
        .collect();
    json!({ "reservations": entries, "next": next })
}

fn rfc3339(ms: i64) -> String {
    let instant = DateTime::<Utc>::from_timestamp_millis(ms).unwrap_or_default();
    instant.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The members of a query, each at most once and all of them known.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn new(pairs: Vec<(String, String)>, known: &[&str]) -> Result<Self, Wrong> {
        for (place, (name, _)) in pairs.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                return Err(Wrong::member(name, "is not known"));
            }
            if pairs[..place].iter().any(|(before, _)| before == name) {
                return Err(Wrong::member(name, "is there twice"));
            }
        }
        Ok(Self(pairs))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn nights(&self) -> Result<Nights, Wrong> {
        let date = |name| {
            let text = self.get(name).ok_or_else(|| Wrong::member(name, "is required"))?;
            read_date(text).ok_or_else(|| Wrong::member(name, "must be a date as YYYY-MM-DD"))
        };
        Nights::new(date("check_in_date")?, date("check_out_date")?)
    }

    /// The instant of `made_since`; that of the first reservation where it is not there.
    pub(crate) fn made_since_ms(&self) -> Result<i64, Wrong> {
        let Some(text) = self.get("made_since") else { return Ok(i64::MIN) };
        let instant = DateTime::parse_from_rfc3339(text)
            .map_err(|_| Wrong::member("made_since", "must be an instant as in RFC 3339"))?;
        Ok(instant.timestamp_millis())
    }

    pub(crate) fn after(&self) -> Result<usize, Wrong> {
        let text = self.get("after").unwrap_or("0");
        text.parse().map_err(|_| Wrong::member("after", "must be the `next` of an answer"))
    }
}
