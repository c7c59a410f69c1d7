//! Holding rooms: all that can be had for a booking's lines, in one transaction.

use chrono::NaiveDate;
use posada_core::booking::effect::{Holding, RoomNeed};
use posada_core::booking::journal::HeldRoom;
use posada_core::ids::{BookingId, LineNo, Millis, RoomNumber};
use posada_core::property::Property;
use posada_core::select::assign_rooms;
use posada_core::sorted::Set;
use posada_core::stay::Stay;
use posada_wire::stored::to_text;
use posada_wire::stored_record;

use crate::host::{Result, Sql, number};
use crate::rows;

struct HeldRow {
    line: LineNo,
    generation: u32,
    room: RoomNumber,
    expires_ms: Option<i64>,
}

struct NightRow {
    room: RoomNumber,
    night: NaiveDate,
    line: LineNo,
    generation: u32,
    code: String,
}

stored_record!(HeldRow { line, generation, room, expires_ms });
stored_record!(NightRow { room, night, line, generation, code });

/// Picks rooms for the lines and holds them, each with a code set aside in line order. Asked again for the same
/// lines and tries (its answer was lost), it answers the same as before.
pub(super) fn hold(
    sql: &Sql,
    property: &Property,
    booking: &BookingId,
    stay: &Stay,
    needs: &[RoomNeed],
    now: Millis,
    ttl_ms: i64,
) -> Result<Holding> {
    let asked: Vec<(LineNo, u32)> = needs.iter().map(|need| (need.line, need.generation)).collect();
    let expires_at = now.plus(ttl_ms);
    let own: Vec<HeldRow> = rows::query(
        sql,
        "SELECT DISTINCT json_object('line', line, 'generation', generation, 'room', room,
                                     'expires_ms', expires_ms) AS json
         FROM nights WHERE booking = ?1 ORDER BY line",
        &[booking.to_string().into()],
    )?;
    let is_asked = |row: &HeldRow| asked.contains(&(row.line, row.generation));
    let earlier: Vec<&HeldRow> = own.iter().filter(|row| is_asked(row)).collect();
    if let Some(expires_ms) = earlier.iter().filter_map(|row| row.expires_ms).min()
        && expires_ms > now.0
    {
        let rooms = earlier
            .iter()
            .map(|row| HeldRoom { line: row.line, generation: row.generation, room: row.room.clone() })
            .collect();
        // Lines that were not among those asked for then are asked for anew.
        let asked = earlier.iter().map(|row| (row.line, row.generation)).collect();
        return Ok(Holding { asked, rooms, expires_at: Millis(expires_ms) });
    }
    // Earlier tries of these lines are over: their rooms are free, for others at least.
    let (first, end) = super::span(stay);
    let lines: Vec<LineNo> = needs.iter().map(|need| need.line).collect();
    sql.exec(
        "DELETE FROM nights WHERE expires_ms IS NOT NULL AND
           ((expires_ms <= ?1 AND night >= ?4 AND night < ?5)
            OR (booking = ?2 AND line IN (SELECT value FROM json_each(?3))))",
        &[number(now.0), booking.to_string().into(), to_text(&lines).into(), first, end],
    )?;
    let free = super::free_rooms(sql, property, stay, now)?;
    let rooms = assign_rooms(&property.room_types, needs, &free, &Set::new());
    if rooms.is_empty() {
        return Ok(Holding { asked, rooms, expires_at });
    }
    let first_code = next_codes(sql, property, rooms.len())?;
    let mut nights = Vec::new();
    for (held, code) in rooms.iter().zip(first_code..) {
        let HeldRoom { line, generation, room } = held.clone();
        let code = code.to_string();
        nights.extend(stay.nights().map(|night| NightRow {
            room: room.clone(),
            night,
            line,
            generation,
            code: code.clone(),
        }));
    }
    sql.exec(
        "INSERT INTO nights (room, night, booking, line, generation, code, expires_ms)
         SELECT value->>'room', value->>'night', ?2, value->>'line', value->>'generation', value->>'code', ?3
         FROM json_each(?1)",
        &[to_text(&nights).into(), booking.to_string().into(), number(expires_at.0)],
    )?;
    Ok(Holding { asked, rooms, expires_at })
}

/// Takes `count` codes off the book's counter and answers the first.
pub(super) fn next_codes(sql: &Sql, property: &Property, count: usize) -> Result<i64> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let first = i64::from(property.policy.reservation_code_first);
    let after: Vec<i64> = rows::query(
        sql,
        "INSERT INTO counters (name, value) VALUES ('code', ?1 + ?2)
         ON CONFLICT (name) DO UPDATE SET value = max(value, ?1) + ?2 RETURNING CAST(value AS TEXT) AS json",
        &[number(first), number(count)],
    )?;
    Ok(after.first().copied().unwrap_or(count) - count)
}

/// Lets go of what the booking holds and did not book.
pub(super) fn release(sql: &Sql, booking: &BookingId) -> Result<()> {
    sql.exec(
        "DELETE FROM nights WHERE booking = ?1 AND expires_ms IS NOT NULL",
        &[booking.to_string().into()],
    )?;
    Ok(())
}
