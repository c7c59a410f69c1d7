//! Holding rooms: all that can be had for a booking's lines, in one transaction.

use chrono::NaiveDate;
use posada_core::booking::effect::{Holding, RoomNeed};
use posada_core::booking::journal::HeldRoom;
use posada_core::ids::{BookingId, LineNo, Millis, RoomNumber};
use posada_core::property::Property;
use posada_core::select::assign_rooms;
use posada_core::sorted::Set;
use posada_core::stay::Stay;
use posada_wire::reservation_api::ListedRoom;
use posada_wire::stored::to_text;
use posada_wire::stored_record;

use super::outside;
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

struct NightOwner {
    is_own: u8,
    code: String,
    expires_ms: Option<i64>,
}

stored_record!(NightOwner { is_own, code, expires_ms });
stored_record!(HeldRow { line, generation, room, expires_ms });
stored_record!(NightRow { room, night, line, generation, code });

/// What is to be held.
pub(super) struct Asked {
    pub(super) booking: BookingId,
    pub(super) stay: Stay,
    pub(super) needs: Vec<RoomNeed>,
    pub(super) now: Millis,
    pub(super) ttl_ms: i64,
    /// The rooms that the reservation API lists as free; `None` where the embedded book says what is.
    pub(super) listed: Option<Vec<ListedRoom>>,
}

impl Asked {
    /// Codes for so many rooms, in line order. An outside system gives its own.
    fn codes(&self, sql: &Sql, property: &Property, count: usize) -> Result<Vec<String>> {
        if self.listed.is_some() {
            return Ok(vec![String::new(); count]);
        }
        let first = next_codes(sql, property, count)?;
        Ok((first..).take(count).map(|code| code.to_string()).collect())
    }
}

/// Picks rooms for the lines and holds them, in the embedded book each with a code set aside in line order. Asked
/// again for the same lines and tries (its answer was lost), it answers the same as before.
pub(super) fn hold(sql: &Sql, property: &Property, it: &Asked) -> Result<Holding> {
    let Asked { booking, stay, needs, now, .. } = it;
    let asked: Vec<(LineNo, u32)> = needs.iter().map(|need| (need.line, need.generation)).collect();
    let expires_at = now.plus(it.ttl_ms);
    if needs.iter().any(|need| need.holds.is_some()) {
        let rooms = prolong(sql, property, it)?;
        return Ok(Holding { asked, rooms, expires_at });
    }
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
    let mut free = super::free_rooms(sql, property, stay, *now)?;
    if let Some(listed) = &it.listed {
        let known = outside::known(listed, property);
        free = free.iter().filter(|room| known.contains(room)).cloned().collect();
    }
    let rooms = assign_rooms(&property.room_types, needs, &free, &Set::new());
    if rooms.is_empty() {
        return Ok(Holding { asked, rooms, expires_at });
    }
    let coded: Vec<(&HeldRoom, String)> = rooms.iter().zip(it.codes(sql, property, rooms.len())?).collect();
    take(sql, booking, stay, &coded, expires_at)?;
    Ok(Holding { asked, rooms, expires_at })
}

/// Writes rooms down as held, each with its code, in one statement: all or none.
pub(super) fn take(
    sql: &Sql,
    booking: &BookingId,
    stay: &Stay,
    rooms: &[(&HeldRoom, String)],
    expires_at: Millis,
) -> Result<()> {
    let mut nights = Vec::new();
    for (held, code) in rooms {
        nights.extend(stay.nights().map(|night| NightRow {
            room: held.room.clone(),
            night,
            line: held.line,
            generation: held.generation,
            code: code.clone(),
        }));
    }
    sql.exec(
        "INSERT INTO nights (room, night, booking, line, generation, code, expires_ms)
         SELECT value->>'room', value->>'night', ?2, value->>'line', value->>'generation', value->>'code', ?3
         FROM json_each(?1)",
        &[to_text(&nights).into(), booking.to_string().into(), number(expires_at.0)],
    )?;
    Ok(())
}

/// Holds rooms for longer, each as the line has it; one that went to others meanwhile is left out.
fn prolong(sql: &Sql, property: &Property, it: &Asked) -> Result<Vec<HeldRoom>> {
    let Asked { booking, stay, needs, now, .. } = it;
    let expires_at = now.plus(it.ttl_ms);
    let mut rooms = Vec::new();
    for RoomNeed { line, generation, holds, .. } in needs {
        let Some(room) = holds else { continue };
        let held = HeldRoom { line: *line, generation: *generation, room: room.clone() };
        let (first, end) = super::span(stay);
        // Whose the room's nights are: this try's or not, with its code, and whether they are a reservation's.
        let live: Vec<NightOwner> = rows::query(
            sql,
            "SELECT DISTINCT json_object(
                 'is_own', CASE WHEN booking = ?4 AND line = ?5 AND generation = ?6 THEN 1 ELSE 0 END,
                 'code', code, 'expires_ms', expires_ms) AS json
             FROM nights WHERE room = ?1 AND night >= ?2 AND night < ?3
               AND (expires_ms IS NULL OR expires_ms > ?7 OR (booking = ?4 AND line = ?5 AND generation = ?6))",
            &[
                room.to_string().into(),
                first.clone(),
                end.clone(),
                booking.to_string().into(),
                number(i64::from(line.0)),
                number(i64::from(*generation)),
                number(now.0),
            ],
        )?;
        if live.iter().any(|owner| owner.is_own == 0) {
            continue;
        }
        if live.iter().all(|owner| owner.expires_ms.is_some()) {
            let code = match live.into_iter().next() {
                Some(owner) => owner.code,
                None => it.codes(sql, property, 1)?.pop().unwrap_or_default(),
            };
            sql.exec(
                "DELETE FROM nights WHERE room = ?1 AND night >= ?2 AND night < ?3",
                &[room.to_string().into(), first, end],
            )?;
            take(sql, booking, stay, &[(&held, code)], expires_at)?;
        }
        rooms.push(held);
    }
    Ok(rooms)
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

/// Lets go of what the booking holds for these lines and did not book.
pub(super) fn release(sql: &Sql, booking: &BookingId, lines: &Vec<LineNo>) -> Result<()> {
    sql.exec(
        "DELETE FROM nights
         WHERE booking = ?1 AND line IN (SELECT value FROM json_each(?2)) AND expires_ms IS NOT NULL",
        &[booking.to_string().into(), to_text(lines).into()],
    )?;
    Ok(())
}
