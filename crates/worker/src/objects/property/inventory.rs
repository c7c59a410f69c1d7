//! Which rooms new settings would take away from under those who have them.

use posada_core::ids::Millis;
use posada_core::property::Property;
use posada_core::stay::local_date;

use crate::host::{Result, Sql, number};
use crate::rows;

/// The rooms that the hotel has, would not have by this document, and that somebody has from today on; each with its
/// nights and codes.
pub(super) fn lost(sql: &Sql, document: &str, next: &Property, now: Millis) -> Result<Vec<String>> {
    rows::query(
        sql,
        "SELECT json_quote(room || ', which is booked or held from ' || min(night) || ' to ' || max(night)
                || coalesce(' (' || substr(group_concat(DISTINCT ?4 || nullif(code, '')), 1, 200) || ')', '')) AS json
         FROM nights WHERE night >= ?2 AND (expires_ms IS NULL OR expires_ms > ?3)
           AND room IN (SELECT room.value FROM settings, json_each(document, '$.room_types') AS of,
                        json_each(of.value, '$.rooms') AS room)
           AND room NOT IN (SELECT room.value FROM json_each(?1, '$.room_types') AS of,
                            json_each(of.value, '$.rooms') AS room)
         GROUP BY room ORDER BY room",
        &[
            document.into(),
            local_date(now, next.utc_offset_minutes).to_string().into(),
            number(now.0),
            next.policy.reservation_code_prefix.as_str().into(),
        ],
    )
}
