//! Where a booking's journal is kept: appended to, and changed only to forget who the guest is.

use posada_core::booking::Booking;
use posada_core::booking::journal::Stamped;
use posada_core::ids::{BookingId, Millis};
use posada_wire::stored::to_text;
use posada_wire::stored_record;
use worker::Env;

use crate::host::{Result, Sql, number};
use crate::log::About;
use crate::rows;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS journal (seq INTEGER PRIMARY KEY AUTOINCREMENT, entry TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS intake (id INTEGER PRIMARY KEY CHECK (id = 1), facts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY CHECK (id = 1), are_under_way INTEGER NOT NULL);
";

/// What stands in a guest's place.
const GUEST_ERASED: &str = r#"{"customer_name": "erased", "email": "erased", "phone_number": "erased", "city": "erased",
    "dui_passport": "erased", "nationality": "erased"}"#;

/// What is kept beside the journal: to recognise a repeated request and its sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    /// The booking.
    pub(super) booking: BookingId,
    /// The digest of the body, as 64 hexadecimal digits.
    pub(super) fingerprint: String,
    /// The digest of the token that opens the booking to its guest.
    pub(super) token_hash: String,
    /// When the request came in, in epoch milliseconds.
    pub(super) received_ms: i64,
    /// The settings that it was accepted under.
    pub(super) settings_version: String,
    /// What the caller on the public route knows of the payment.
    pub(super) evidence: Option<posada_core::booking::request::Evidence>,
    /// The digest of the key that forced it, where one did.
    pub(super) forced_by: Option<String>,
    /// Who made a booking that follows another, which must be one who may see the other.
    pub(super) follows_as: Option<super::GetCall>,
    /// The keyed digest of what it is about; bookings of the first version have none.
    pub(super) content: Option<String>,
    /// The request that began it.
    pub(super) request_id: Option<String>,
}

impl Facts {
    /// For the log.
    pub(super) fn about<'a>(&'a self, env: &'a Env) -> About<'a> {
        About { env, booking: &self.booking, request: self.request_id.as_ref() }
    }
}

stored_record!(Facts {
    booking,
    fingerprint,
    token_hash,
    received_ms,
    settings_version,
    evidence,
    forced_by,
    follows_as,
    content,
    request_id,
});

/// What is kept of the booking; `None` where nothing was asked of it yet.
pub(super) fn load(sql: &Sql) -> Result<Option<(Facts, Booking)>> {
    // Who only asks for a booking that is not there leaves nothing behind.
    let kept = "SELECT '1' AS json FROM sqlite_master WHERE name = 'intake'";
    if rows::query::<i64>(sql, kept, &[])?.is_empty() {
        return Ok(None);
    }
    let facts: Vec<Facts> = rows::query(sql, "SELECT facts AS json FROM intake", &[])?;
    let Some(facts) = facts.into_iter().next() else { return Ok(None) };
    let booking =
        Booking::replay(facts.booking.clone(), &entries(sql)?).map_err(|error| error.to_string())?;
    Ok(Some((facts, booking)))
}

/// Whether the booking that was kept here has been forgotten.
pub(super) fn is_spent(sql: &Sql) -> Result<bool> {
    let marked = "SELECT '1' AS json FROM sqlite_master WHERE name = 'spent'";
    Ok(!rows::query::<i64>(sql, marked, &[])?.is_empty())
}

/// Writes down that a booking was kept here: all that is left of it.
pub(super) fn mark_spent(sql: &Sql) -> Result<()> {
    sql.exec("CREATE TABLE IF NOT EXISTS spent (id INTEGER PRIMARY KEY)", &[]).map(|_| ())
}

/// Whether calls were under way when the object last ran, as far as is known: then they may have been carried out.
pub(super) fn were_calls_under_way(sql: &Sql) -> Result<bool> {
    sql.exec(SCHEMA, &[])?;
    let noted: Vec<i64> = rows::query(sql, "SELECT CAST(are_under_way AS TEXT) AS json FROM calls", &[])?;
    Ok(noted.first() != Some(&0))
}

/// Notes whether calls are under way: before the first leaves, and with what the last was answered.
pub(super) fn note_calls(sql: &Sql, are_under_way: bool) -> Result<()> {
    sql.exec(SCHEMA, &[])?;
    sql.exec(
        "INSERT INTO calls (id, are_under_way) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET are_under_way = ?1",
        &[number(i64::from(are_under_way))],
    )
    .map(|_| ())
}

/// All entries, oldest first.
pub(super) fn entries(sql: &Sql) -> Result<Vec<Stamped>> {
    rows::query(sql, "SELECT entry AS json FROM journal ORDER BY seq", &[])
}

/// The entries after this number, each with its own.
pub(super) fn since(sql: &Sql, seq: i64) -> Result<Vec<(i64, Stamped)>> {
    let text = "SELECT '[' || seq || ',' || entry || ']' AS json FROM journal WHERE seq > ?1 ORDER BY seq";
    rows::query(sql, text, &[number(seq)])
}

/// Appends entries, all or none.
pub(super) fn append(sql: &Sql, entries: &Vec<Stamped>) -> Result<()> {
    sql.exec("INSERT INTO journal (entry) SELECT value FROM json_each(?1)", &[to_text(entries).into()])?;
    Ok(())
}

/// Keeps the facts of a request; those of an earlier one that was refused are replaced.
pub(super) fn keep(sql: &Sql, facts: &Facts) -> Result<()> {
    sql.exec(SCHEMA, &[])?;
    sql.exec(
        "INSERT INTO intake (id, facts) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET facts = ?1",
        &[to_text(facts).into()],
    )?;
    Ok(())
}

/// Writes the guest, their words and those about them over, in all entries and facts, and who ordered it when. The one
/// change that is ever made to a journal; no number, code or instant of it changes.
pub(super) fn erase_guest(sql: &Sql, now: Millis, by: &str) -> Result<()> {
    sql.exec(
        "UPDATE journal SET entry = json_set(json_remove(entry, '$.entry.requested.request.wa_id',
             '$.entry.requested.request.customer_instructions'),
             '$.entry.requested.request.payment.maker_name', 'erased', '$.entry.requested.request.guest', json(?1))
         WHERE json_type(entry, '$.entry.requested') = 'object'",
        &[GUEST_ERASED.into()],
    )?;
    sql.exec(
        "UPDATE journal SET entry = json_remove(entry, '$.entry.cancellation_requested.reason')
              WHERE json_type(entry, '$.entry.cancellation_requested') = 'object'",
        &[],
    )?;
    sql.exec(
        "UPDATE journal SET entry = json_replace(json_remove(entry, '$.entry.payment_added.request.evidence'),
             '$.entry.payment_added.request.payment.maker_name', 'erased')
              WHERE json_type(entry, '$.entry.payment_added') = 'object'",
        &[],
    )?;
    sql.exec(
        "UPDATE journal SET entry = json_replace(entry, '$.entry.resolved.note', 'erased')
              WHERE json_type(entry, '$.entry.resolved') = 'object'",
        &[],
    )?;
    sql.exec("UPDATE intake SET facts = json_remove(facts, '$.evidence', '$.follows_as', '$.content')", &[])?;
    sql.exec("CREATE TABLE IF NOT EXISTS erasures (at_ms INTEGER NOT NULL, key_id TEXT NOT NULL)", &[])?;
    sql.exec("INSERT INTO erasures (at_ms, key_id) VALUES (?1, ?2)", &[number(now.0), by.into()]).map(|_| ())
}
