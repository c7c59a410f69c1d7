//! Holding rooms: all that can be had for a booking's lines, in one transaction.

use std::collections::BTreeSet;

use posada_core::booking::effect::{Holding, RoomNeed};
use posada_core::booking::journal::HeldRoom;
use posada_core::ids::{BookingId, LineNo, Millis, RoomNumber};
use posada_core::property::Property;
use posada_core::select::assign_rooms;
use posada_core::stay::Stay;
use serde::Deserialize;
use worker::{Result, SqlStorage};

#[derive(Deserialize)]
struct HeldRow {
    line: u8,
    generation: u32,
    room: RoomNumber,
    expires_ms: Option<i64>,
}

#[derive(Deserialize)]
struct CounterRow {
    value: i64,
}

/// Picks rooms for the lines and holds them, each with a code set aside in line order. Asked again for the same
/// lines and tries (its answer was lost), it answers the same as before.
pub(super) fn hold(
    sql: &SqlStorage,
    property: &Property,
    booking: &BookingId,
    stay: &Stay,
    needs: &[RoomNeed],
    now: Millis,
    ttl_ms: i64,
) -> Result<Holding> {
    let asked: Vec<(LineNo, u32)> = needs.iter().map(|need| (need.line, need.generation)).collect();
    let expires_at = now.plus(ttl_ms);
    let own: Vec<HeldRow> = sql
        .exec(
            "SELECT DISTINCT line, generation, room, expires_ms FROM nights WHERE booking = ?1 ORDER BY line",
            vec![booking.to_string().into()],
        )?
        .to_array()?;
    let is_asked = |row: &HeldRow| asked.contains(&(LineNo(row.line), row.generation));
    let earlier: Vec<&HeldRow> = own.iter().filter(|row| is_asked(row)).collect();
    if let Some(expires_ms) = earlier.iter().filter_map(|row| row.expires_ms).min()
        && expires_ms > now.0
    {
        let rooms = earlier
            .iter()
            .map(|row| HeldRoom {
                line: LineNo(row.line),
                generation: row.generation,
                room: row.room.clone(),
            })
            .collect();
        return Ok(Holding { asked, rooms, expires_at: Millis(expires_ms) });
    }
    // Earlier tries of these lines are over: their rooms are free, for others at least.
    let lines: Vec<u8> = needs.iter().map(|need| need.line.0).collect();
    sql.exec(
        "DELETE FROM nights WHERE expires_ms IS NOT NULL AND
           (expires_ms <= ?1 OR (booking = ?2 AND line IN (SELECT value FROM json_each(?3))))",
        vec![now.0.into(), booking.to_string().into(), serde_json::to_string(&lines)?.into()],
    )?;
    let free = super::free_rooms(sql, property, stay, now)?;
    let rooms = assign_rooms(&property.room_types, needs, &free, &BTreeSet::new());
    if rooms.is_empty() {
        return Ok(Holding { asked, rooms, expires_at });
    }
    let first_code = next_codes(sql, property, rooms.len())?;
    let mut nights = Vec::with_capacity(rooms.len());
    for (held, code) in rooms.iter().zip(first_code..) {
        for night in stay.nights() {
            nights.push((&held.room, night, held.line, held.generation, code.to_string()));
        }
    }
    sql.exec(
        "INSERT INTO nights (room, night, booking, line, generation, code, expires_ms)
         SELECT value->>0, value->>1, ?2, value->>2, value->>3, value->>4, ?3 FROM json_each(?1)",
        vec![serde_json::to_string(&nights)?.into(), booking.to_string().into(), expires_at.0.into()],
    )?;
    Ok(Holding { asked, rooms, expires_at })
}

/// Takes `count` codes off the book's counter and answers the first.
fn next_codes(sql: &SqlStorage, property: &Property, count: usize) -> Result<i64> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let first = i64::from(property.policy.reservation_code_first);
    let row: CounterRow = sql
        .exec(
            "INSERT INTO counters (name, value) VALUES ('code', ?1 + ?2)
             ON CONFLICT (name) DO UPDATE SET value = max(value, ?1) + ?2 RETURNING value",
            vec![first.into(), count.into()],
        )?
        .one()?;
    Ok(row.value - count)
}

/// Lets go of what the booking holds and did not book.
pub(super) fn release(sql: &SqlStorage, booking: &BookingId) -> Result<()> {
    sql.exec(
        "DELETE FROM nights WHERE booking = ?1 AND expires_ms IS NOT NULL",
        vec![booking.to_string().into()],
    )?;
    Ok(())
}
