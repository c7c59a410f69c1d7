//! Holds where rooms are booked in the hotel's own system, behind its reservation API.
//!
//! What is free is what the API lists, without what Posada holds. Its list may be older than what was booked through
//! it since, so a booked room stays held for a while; after that the list alone counts, and a reservation that the
//! hotel cancelled in its own system frees its room here as well.

use chrono::NaiveDate;
use posada_core::ids::{Millis, Reference, ReservationCode, RoomNumber};
use posada_core::property::Property;
use posada_core::sorted::Set;
use posada_core::stay::local_date;
use posada_wire::reservation_api::{ListedRoom, known_rooms};
use posada_wire::stored::to_text;

use super::super::calls::PropertyReply;
use crate::host::{Result, Sql, number};
use crate::{log, rows};

/// How long the API may take until a room that was booked is no longer listed as free.
const STALE_AVAILABILITY_MS: i64 = 5 * 60_000;
/// How long the code of a reservation is remembered whose nights are not known any more.
const UNHELD_MS: i64 = 30 * 24 * 3_600_000;

/// The listed rooms that are the hotel's, by its settings.
pub(super) fn known(listed: &[ListedRoom], property: &Property) -> Set<RoomNumber> {
    let (known, contradicting) = known_rooms(listed, &property.room_types);
    for room in contradicting {
        log::error(
            "reservation_api",
            &format_args!("room {room} is listed with another type than the settings'"),
        );
    }
    known
}

/// Writes down what was booked for a line: its code, and the room until the list is sure to show it. Refused where
/// another reservation has the code or the room, or, of an API that does not choose rooms, another hold the room.
pub(super) fn record(
    sql: &Sql,
    reference: &Reference,
    code: &ReservationCode,
    room: &RoomNumber,
    is_choice: bool,
    now: Millis,
) -> Result<PropertyReply> {
    let booking = || reference.booking.to_string().into();
    let line = || number(i64::from(reference.line.0));
    let name = || reference.to_string().into();
    let code = || code.to_string().into();
    let room = || room.to_string().into();
    let own: Vec<NaiveDate> = rows::query(
        sql,
        "SELECT json_quote(night) AS json FROM nights WHERE booking = ?1 AND line = ?2 ORDER BY night",
        &[booking(), line()],
    )?;
    let nights = || to_text(&own).into();
    // Whose guests have left gives its code free.
    let today = local_date(now, 0).to_string();
    sql.exec("DELETE FROM outside_codes WHERE last_night < ?1", &[today.into()])?;
    // A hold without a code is of a room that is still to be booked: what is booked comes first.
    let others: Vec<String> = rows::query(
        sql,
        "SELECT json_quote(booking) AS json FROM nights
         WHERE room = ?1 AND night IN (SELECT value FROM json_each(?2)) AND NOT (booking = ?3 AND line = ?4)
           AND (expires_ms IS NULL OR (expires_ms > ?5 AND (code <> '' OR ?6 = 0)))
         UNION ALL
         SELECT json_quote(reference) FROM outside_codes WHERE code = ?7 AND reference <> ?8",
        &[room(), nights(), booking(), line(), number(now.0), number(i64::from(is_choice)), code(), name()],
    )?;
    if !others.is_empty() {
        return Ok(PropertyReply::Refused {
            error: "another reservation has the code or the room".to_owned(),
        });
    }
    // A hold that ended before its room was booked has left no nights; the list shows the room by itself then.
    let last_night = own.last().copied().unwrap_or_else(|| local_date(now.plus(UNHELD_MS), 0));
    sql.exec(
        "INSERT INTO outside_codes (code, reference, last_night) VALUES (?1, ?2, ?3)
         ON CONFLICT (code) DO UPDATE SET reference = ?2, last_night = ?3",
        &[code(), name(), last_night.to_string().into()],
    )?;
    sql.exec(
        "DELETE FROM nights WHERE (booking = ?3 AND line = ?4)
            OR (room = ?1 AND night IN (SELECT value FROM json_each(?2)))",
        &[room(), nights(), booking(), line()],
    )?;
    sql.exec(
        "INSERT INTO nights (room, night, booking, line, generation, code, expires_ms)
         SELECT ?1, value, ?3, ?4, ?5, ?6, ?7 FROM json_each(?2)",
        &[
            room(),
            nights(),
            booking(),
            line(),
            number(i64::from(reference.generation)),
            code(),
            number(now.plus(STALE_AVAILABILITY_MS).0),
        ],
    )?;
    Ok(PropertyReply::Done)
}

/// Lets go of the room of a reservation that was cancelled, unless the line has another try's by now.
pub(super) fn unrecord(sql: &Sql, reference: &Reference) -> Result<()> {
    sql.exec(
        "DELETE FROM nights WHERE booking = ?1 AND line = ?2 AND generation = ?3 AND expires_ms IS NOT NULL",
        &[
            reference.booking.to_string().into(),
            number(i64::from(reference.line.0)),
            number(i64::from(reference.generation)),
        ],
    )?;
    Ok(())
}
