//! Which rooms new settings would take away from under those who have them.

use posada_core::ids::Millis;
use posada_core::property::Property;
use posada_core::stay::local_date;
use posada_wire::stored::to_text;

use super::super::calls::LostRoom;
use crate::host::{Result, Sql, number};
use crate::rows;

/// The rooms that the hotel has, would not have by its next settings, and that somebody has from today on.
pub(super) fn lost(sql: &Sql, present: &Property, next: &Property, now: Millis) -> Result<Vec<LostRoom>> {
    let rooms = |hotel: &Property| -> Vec<_> {
        hotel.room_types.iter().flat_map(|room_type| room_type.rooms.iter().cloned()).collect()
    };
    let kept = rooms(next);
    let mut gone = rooms(present);
    gone.retain(|room| !kept.contains(room));
    if gone.is_empty() {
        return Ok(Vec::new());
    }
    let today = local_date(now, present.utc_offset_minutes).to_string();
    rows::query(
        sql,
        "SELECT json_object('room_number', room, 'first_night', min(night), 'last_night', max(night),
                            'reservas', json_group_array(DISTINCT code) FILTER (WHERE code <> '')) AS json
         FROM nights WHERE room IN (SELECT value FROM json_each(?1)) AND night >= ?2
           AND (expires_ms IS NULL OR expires_ms > ?3)
         GROUP BY room ORDER BY room",
        &[to_text(&gone).into(), today.into(), number(now.0)],
    )
}
