//! The embedded reservation book: what a reservation API does, for a hotel that has none.

use posada_core::booking::effect::{Reservation, RoomOrder};
use posada_core::booking::journal::HeldRoom;
use posada_core::ids::{Millis, Reference, ReservationCode};
use posada_core::property::Property;
use posada_wire::reservation_api::{ListedReservation, PAGE_LENGTH_MAX, Page};
use posada_wire::stored::to_text;
use posada_wire::stored_record;

use super::super::calls::PropertyReply;
use super::{holds, span};
use crate::host::{Result, Sql, number};
use crate::rows;

/// Books the room that the order's line holds. The same reference books once, however often it comes.
pub(super) fn book(sql: &Sql, property: &Property, order: &RoomOrder, now: Millis) -> Result<PropertyReply> {
    if let Some(reservation) = find(sql, &order.reference)? {
        return Ok(PropertyReply::Booked { reservation });
    }
    let Reference { booking, line, generation } = &order.reference;
    let (first, end) = span(&order.stay);
    let held: Vec<(ReservationCode, u16)> = rows::query(
        sql,
        "SELECT json_array(code, count(*)) AS json FROM nights
         WHERE room = ?1 AND night >= ?2 AND night < ?3 AND booking = ?4 AND line = ?5 AND generation = ?6
         GROUP BY code",
        &[
            order.room.to_string().into(),
            first.clone(),
            end.clone(),
            booking.to_string().into(),
            number(i64::from(line.0)),
            number(i64::from(*generation)),
        ],
    )?;
    let held = held.into_iter().find(|(_, nights)| *nights == order.stay.night_count());
    let code = match held {
        Some((code, _)) => Some(code),
        None => take_again(sql, property, order, now)?,
    };
    let Some(code) = code else {
        return Ok(PropertyReply::Refused {
            error: "the room is no longer held for this booking".to_owned(),
        });
    };
    // Both statements run before anything is durable, and neither can fail on what the first one has read.
    sql.exec(
        "INSERT INTO reservations
           (reference, code, booking, line, room, check_in, check_out, requested, reserved_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        &[
            order.reference.to_string().into(),
            code.to_string().into(),
            booking.to_string().into(),
            number(i64::from(line.0)),
            order.room.to_string().into(),
            first.clone(),
            end.clone(),
            to_text(order).into(),
            number(now.0),
        ],
    )?;
    sql.exec(
        "UPDATE nights SET expires_ms = NULL WHERE room = ?1 AND night >= ?2 AND night < ?3",
        &[order.room.to_string().into(), first, end],
    )?;
    Ok(PropertyReply::Booked { reservation: Reservation { code, room: order.room.clone() } })
}

/// Takes a room whose hold lapsed and was swept away, if nobody else has it: a hold that was late is no refusal.
/// The code that was set aside with it is gone, so it gets another.
fn take_again(
    sql: &Sql,
    property: &Property,
    order: &RoomOrder,
    now: Millis,
) -> Result<Option<ReservationCode>> {
    let (first, end) = span(&order.stay);
    let room = || order.room.to_string().into();
    let taken: Vec<String> = rows::query(
        sql,
        "SELECT json_quote(night) AS json FROM nights
         WHERE room = ?1 AND night >= ?2 AND night < ?3 AND (expires_ms IS NULL OR expires_ms > ?4)",
        &[room(), first.clone(), end.clone(), number(now.0)],
    )?;
    if !taken.is_empty() {
        return Ok(None);
    }
    sql.exec("DELETE FROM nights WHERE room = ?1 AND night >= ?2 AND night < ?3", &[room(), first, end])?;
    let Reference { booking, line, generation } = &order.reference;
    let code = holds::next_codes(sql, property, 1)?.to_string();
    let held = HeldRoom { line: *line, generation: *generation, room: order.room.clone() };
    holds::take(sql, booking, &order.stay, &[(&held, code.clone())], now)?;
    Ok(ReservationCode::parse(&code).ok())
}

/// The live reservation of a reference.
pub(super) fn find(sql: &Sql, reference: &Reference) -> Result<Option<Reservation>> {
    let found: Vec<Reservation> = rows::query(
        sql,
        "SELECT json_object('code', code, 'room', room) AS json
         FROM reservations WHERE reference = ?1 AND cancelled_ms IS NULL",
        &[reference.to_string().into()],
    )?;
    Ok(found.into_iter().next())
}

/// Cancels a reservation and frees its nights; cancelled before is cancelled.
pub(super) fn cancel(
    sql: &Sql,
    reference: &Reference,
    code: &ReservationCode,
    now: Millis,
) -> Result<PropertyReply> {
    let found: Vec<String> = rows::query(
        sql,
        "UPDATE reservations SET cancelled_ms = coalesce(cancelled_ms, ?3)
         WHERE reference = ?1 AND code = ?2 RETURNING json_quote(room) AS json",
        &[reference.to_string().into(), code.to_string().into(), number(now.0)],
    )?;
    if found.is_empty() {
        return Ok(PropertyReply::Refused { error: "there is no such reservation".to_owned() });
    }
    sql.exec(
        "DELETE FROM nights WHERE booking = ?1 AND line = ?2 AND code = ?3",
        &[reference.booking.to_string().into(), number(i64::from(reference.line.0)), code.to_string().into()],
    )?;
    Ok(PropertyReply::Done)
}

struct ListedRow {
    it: ListedReservation,
    cursor: String,
}

stored_record!(ListedRow { it, cursor });

/// Reservations made since then, oldest first, from the cursor on.
pub(super) fn list(sql: &Sql, made_since: Millis, after: Option<&str>) -> Result<Page> {
    // A cursor is the instant and the reference of the last one that was listed.
    let (since_ms, reference) = match after.and_then(|cursor| cursor.split_once(' ')) {
        Some((ms, reference)) => (ms.parse().unwrap_or(made_since.0), reference),
        None => (made_since.0, ""),
    };
    let listed: Vec<ListedRow> = rows::query(
        sql,
        "SELECT json_object(
             'it', json_object('reference', reference, 'reserva', code, 'room', room, 'made_at', reserved_ms,
                               'is_booked', json(iif(cancelled_ms IS NULL, 'true', 'false'))),
             'cursor', reserved_ms || ' ' || reference) AS json
         FROM reservations WHERE (reserved_ms, reference) > (?1, ?2)
         ORDER BY reserved_ms, reference LIMIT ?3",
        &[number(since_ms), reference.into(), number(PAGE_LENGTH_MAX as i64)],
    )?;
    let next = listed.last().filter(|_| listed.len() == PAGE_LENGTH_MAX).map(|row| row.cursor.clone());
    Ok(Page { reservations: listed.into_iter().map(|row| row.it).collect(), next })
}
