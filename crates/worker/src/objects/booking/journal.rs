//! Where a booking's journal is kept: appended to, never changed.

use posada_core::booking::Booking;
use posada_core::booking::journal::Stamped;
use posada_core::ids::BookingId;
use posada_wire::stored::to_text;
use posada_wire::stored_record;

use crate::host::{Result, Sql, number};
use crate::log::About;
use crate::rows;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS journal (seq INTEGER PRIMARY KEY AUTOINCREMENT, entry TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS intake (id INTEGER PRIMARY KEY CHECK (id = 1), facts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY CHECK (id = 1), are_under_way INTEGER NOT NULL);
";

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
    pub(super) fn about(&self) -> About<'_> {
        About { booking: &self.booking, request: self.request_id.as_ref() }
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
