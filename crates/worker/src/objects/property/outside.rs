//! Holds where rooms are booked in the hotel's own system, behind its reservation API.
//!
//! What is free is what the API lists, without what Posada holds. Its list may be older than what was booked through
//! it since, so a booked room stays held for a while; after that the list alone counts, and a reservation that the
//! hotel cancelled in its own system frees its room here as well.

use chrono::NaiveDate;
use posada_core::ids::{Millis, Reference, ReservationCode, RoomNumber};
use posada_core::property::Property;
use posada_core::sorted::Set;
use posada_wire::reservation_api::{ListedRoom, known_rooms};
use posada_wire::stored::to_text;

use super::super::calls::PropertyReply;
use crate::host::{Result, Sql, number};
use crate::{log, rows};

/// How long the API may take until a room that was booked is no longer listed as free.
pub(super) const STALE_AVAILABILITY_MS: i64 = 5 * 60_000;

/// The listed rooms that are the hotel's, by its settings.
pub(super) fn known(listed: &[ListedRoom], property: &Property) -> Set<RoomNumber> {
    let (known, contradicting) = known_rooms(listed, &property.room_types);
    for room in contradicting {
        log::error("reservation_api", &format!("room {room} is listed with another type than the settings'"));
    }
    known
}

/// Has the line's hold follow what was really booked: its room, until the list is sure to show it. Refused where
/// another reservation has that room, or, of an API that does not choose rooms, another hold.
pub(super) fn follow(
    sql: &Sql,
    reference: &Reference,
    code: &ReservationCode,
    room: &RoomNumber,
    is_choice: bool,
    now: Millis,
) -> Result<PropertyReply> {
    let booking = || reference.booking.to_string().into();
    let line = || number(i64::from(reference.line.0));
    let own: Vec<NaiveDate> = rows::query(
        sql,
        "SELECT json_quote(night) AS json FROM nights WHERE booking = ?1 AND line = ?2",
        &[booking(), line()],
    )?;
    let nights = || to_text(&own).into();
    // A hold without a code is of a room that is still to be booked: what is booked comes first.
    let others: Vec<String> = rows::query(
        sql,
        "SELECT json_quote(booking) AS json FROM nights
         WHERE room = ?1 AND night IN (SELECT value FROM json_each(?2)) AND NOT (booking = ?3 AND line = ?4)
           AND (expires_ms IS NULL OR (expires_ms > ?5 AND (code <> '' OR ?6 = 0)))",
        &[room.to_string().into(), nights(), booking(), line(), number(now.0), number(i64::from(is_choice))],
    )?;
    if !others.is_empty() {
        return Ok(PropertyReply::Refused { error: "another reservation has the room".to_owned() });
    }
    sql.exec(
        "DELETE FROM nights WHERE (booking = ?3 AND line = ?4)
            OR (room = ?1 AND night IN (SELECT value FROM json_each(?2)))",
        &[room.to_string().into(), nights(), booking(), line()],
    )?;
    sql.exec(
        "INSERT INTO nights (room, night, booking, line, generation, code, expires_ms)
         SELECT ?1, value, ?3, ?4, ?5, ?6, ?7 FROM json_each(?2)",
        &[
            room.to_string().into(),
            nights(),
            booking(),
            line(),
            number(i64::from(reference.generation)),
            code.to_string().into(),
            number(now.plus(STALE_AVAILABILITY_MS).0),
        ],
    )?;
    Ok(PropertyReply::Done)
}
