//! How much one phone or one client may have under way at once, so that nobody holds the house: rooms of bookings that
//! were begun and have not come to their end. What is booked is paid for and counts no more.
//!
//! The first booking is never refused for its size, which a booking's own limits and its payment see to: only what is
//! begun beside it is.

use posada_core::ids::{BookingId, Millis};
use posada_core::property::Property;
use posada_core::stay::Stay;
use posada_wire::stored_record;

use super::super::calls::Whose;
use crate::host::{Result, Sql, number};
use crate::rows;

/// For how long a booking that was begun counts before it holds rooms; one that was refused is taken off at once.
const BEGUN_MS: i64 = 300_000;
/// The longest that a caller is told to wait, in milliseconds: what is under way ends in seconds as a rule.
const WAIT_MS_MAX: i64 = 60_000;

/// A booking under way.
struct UnderWay {
    is_phone: u8,
    is_client: u8,
    overlaps: u8,
    rooms: usize,
    until_ms: i64,
}

stored_record!(UnderWay { is_phone, is_client, overlaps, rooms, until_ms });

/// Counts a booking that is about to begin. Answers in how many seconds to try again where that is too much; then
/// nothing is counted.
pub(super) fn admit(
    sql: &Sql,
    property: &Property,
    booking: &BookingId,
    whose: &Whose,
    stay: &Stay,
    now: Millis,
) -> Result<Option<u32>> {
    let (first, end) = super::span(stay);
    sql.exec("DELETE FROM under_way WHERE until_ms <= ?1", &[number(now.0)])?;
    let beside: Vec<UnderWay> = rows::query(
        sql,
        "SELECT json_object('is_phone', phone = ?1, 'is_client', client = ?2 AND client <> '',
             'overlaps', check_in < ?4 AND check_out > ?3, 'rooms', rooms, 'until_ms', until_ms) AS json
         FROM under_way WHERE booking <> ?5 AND (phone = ?1 OR (client = ?2 AND client <> ''))",
        &[
            whose.phone.as_str().into(),
            whose.client.as_str().into(),
            first.clone(),
            end.clone(),
            booking.as_str().into(),
        ],
    )?;
    let policy = &property.policy;
    let all: usize = property.room_types.iter().map(|room_type| room_type.rooms.len()).sum();
    let share = all.saturating_mul(policy.share_percent_max.into()).div_euclid(100).max(1);
    let is_too_much = |counts: &dyn Fn(&UnderWay) -> bool, max: usize| {
        let rooms: usize = beside.iter().filter(|it| counts(it)).map(|it| it.rooms).sum();
        rooms > 0 && rooms.saturating_add(whose.rooms) > max
    };
    if is_too_much(&|it| it.is_phone == 1, policy.phone_rooms_max.into())
        || is_too_much(&|it| it.is_client == 1, policy.client_rooms_max.into())
        || is_too_much(&|it| it.is_phone == 1 && it.overlaps == 1, share)
        || is_too_much(&|it| it.is_client == 1 && it.overlaps == 1, share)
    {
        let until = beside.iter().map(|it| it.until_ms).min().unwrap_or(now.0);
        let wait_ms = until.saturating_sub(now.0).clamp(1_000, WAIT_MS_MAX);
        return Ok(Some(u32::try_from(wait_ms.div_euclid(1_000)).unwrap_or(u32::MAX)));
    }
    sql.exec(
        "INSERT INTO under_way (booking, phone, client, rooms, check_in, check_out, until_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (booking) DO UPDATE SET phone = ?2, client = ?3, rooms = ?4, check_in = ?5, check_out = ?6,
             until_ms = ?7",
        &[
            booking.as_str().into(),
            whose.phone.as_str().into(),
            whose.client.as_str().into(),
            number(i64::try_from(whose.rooms).unwrap_or(i64::MAX)),
            first,
            end,
            number(now.plus(BEGUN_MS).0),
        ],
    )?;
    Ok(None)
}

/// Counts what the booking still holds; one that holds nothing any more counts no longer. What the hotel's own system
/// booked stays held for a while (`outside`), and is booked none the less.
pub(super) fn count(sql: &Sql, booking: &BookingId) -> Result<()> {
    let rows = sql.exec(
        "UPDATE under_way SET (rooms, until_ms) =
             (SELECT count(DISTINCT line), coalesce(max(expires_ms), 0) FROM nights
              WHERE booking = ?1 AND expires_ms IS NOT NULL AND code NOT IN (SELECT code FROM outside_codes))
         WHERE booking = ?1 RETURNING 1 AS json",
        &[booking.as_str().into()],
    )?;
    if rows.length() > 0 {
        sql.exec("DELETE FROM under_way WHERE booking = ?1 AND rooms = 0", &[booking.as_str().into()])?;
    }
    Ok(())
}

/// How many rooms are held and not booked, whosever they are.
pub(super) fn held(sql: &Sql, now: Millis) -> Result<usize> {
    let lines: Vec<usize> = rows::query(
        sql,
        "SELECT CAST(count(*) AS TEXT) AS json FROM
           (SELECT DISTINCT booking, line FROM nights
            WHERE expires_ms > ?1 AND code NOT IN (SELECT code FROM outside_codes))",
        &[number(now.0)],
    )?;
    Ok(lines.first().copied().unwrap_or_default())
}
