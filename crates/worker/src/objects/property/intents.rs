//! Which bookings are about the same: of two keys at the same moment one makes the booking, and the other finds it.

use posada_core::ids::Millis;
use posada_core::property::Property;
use posada_core::stay::Stay;
use posada_wire::stored::to_text;

use super::super::calls::{Intent, Noted};
use super::limits;
use crate::host::{Result, Sql, number};
use crate::rows;

/// Notes the intent, if no other booking of the same content may live or another is meant; else answers those others.
/// That a booking ended counts only as long as it was not tried again since. Nor is it noted where who books has too
/// much under way: then it is answered when to try again, in seconds.
pub(super) fn note(
    sql: &Sql,
    property: &Property,
    intent: &Intent,
    stay: &Stay,
    now: Millis,
) -> Result<(Vec<Noted>, Option<u32>)> {
    let content = || intent.content.as_str().into();
    if !intent.ended.is_empty() {
        sql.exec(
            "DELETE FROM intents WHERE content = ?1 AND (booking, tries) IN
               (SELECT value->>'booking', value->>'tries' FROM json_each(?2))",
            &[content(), to_text(&intent.ended).into()],
        )?;
    }
    if !intent.is_another {
        let others: Vec<Noted> = rows::query(
            sql,
            "SELECT json_object('booking', booking, 'tries', tries) AS json FROM intents
             WHERE content = ?1 AND booking <> ?2 ORDER BY noted_ms, booking",
            &[content(), intent.booking.as_str().into()],
        )?;
        if !others.is_empty() {
            return Ok((others, None));
        }
    }
    if let Some(whose) = &intent.whose
        && let Some(retry_after_s) = limits::admit(sql, property, &intent.booking, whose, stay, now)?
    {
        return Ok((Vec::new(), Some(retry_after_s)));
    }
    sql.exec(
        "INSERT INTO intents (content, booking, tries, check_out, noted_ms) VALUES (?1, ?2, 1, ?3, ?4)
         ON CONFLICT (content, booking) DO UPDATE SET tries = tries + 1, noted_ms = ?4",
        &[content(), intent.booking.as_str().into(), stay.check_out().to_string().into(), number(now.0)],
    )?;
    Ok((Vec::new(), None))
}
