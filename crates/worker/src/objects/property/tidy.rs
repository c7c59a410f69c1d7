//! What the sweeper deletes at the hotel's object.

use posada_core::ids::Millis;
use posada_core::property::Property;
use posada_core::stay::local_date;
use posada_wire::stored::to_text;

use super::super::calls::{LISTED_MAX, Noted, PropertyReply};
use crate::host::{Result, Sql, number};
use crate::rows;

/// For how long an expired hold is left: its booking may be about to prolong it, and then keeps its code.
const LAPSED_MS: i64 = 60_000;
/// The most rows that are deleted at a time, of each kind.
const DELETED_MAX: i64 = 500;

fn listed_max() -> wasm_bindgen::JsValue {
    number(i64::try_from(LISTED_MAX).unwrap_or(i64::MAX))
}

fn deleted(sql: &Sql, statement: &str, values: &[wasm_bindgen::JsValue]) -> Result<usize> {
    let rows: Vec<i64> = rows::query(sql, statement, values)?;
    Ok(rows.len())
}

/// Deletes expired holds and notes of no use, and answers notes that may be of none.
pub(super) fn tidy(
    sql: &Sql,
    property: &Property,
    ended: &Vec<Noted>,
    noted_before: i64,
    now: Millis,
) -> Result<PropertyReply> {
    let today = local_date(now, property.utc_offset_minutes).to_string();
    let mut count = deleted(
        sql,
        "DELETE FROM nights WHERE (room, night) IN
           (SELECT room, night FROM nights WHERE expires_ms <= ?1 LIMIT ?2) RETURNING '1' AS json",
        &[number(now.plus(-LAPSED_MS).0), number(DELETED_MAX)],
    )?;
    count += deleted(
        sql,
        "DELETE FROM intents WHERE (content, booking) IN
           (SELECT content, booking FROM intents WHERE check_out < ?1 LIMIT ?2) RETURNING '1' AS json",
        &[today.into(), number(DELETED_MAX)],
    )?;
    count += deleted(
        sql,
        "DELETE FROM intents WHERE (booking, tries) IN
           (SELECT value->>'booking', value->>'tries' FROM json_each(?1)) RETURNING '1' AS json",
        &[to_text(ended).into()],
    )?;
    // Any of them: those of living bookings stay, and must not stand in front of the others for ever.
    let notes = rows::query(
        sql,
        "SELECT json_object('booking', booking, 'tries', tries) AS json FROM intents
         WHERE noted_ms < ?1 ORDER BY random() LIMIT ?2",
        &[number(noted_before), listed_max()],
    )?;
    Ok(PropertyReply::Tidied { deleted: count, notes })
}
