//! Five failures in a day close the public route, for a client and for a reference.
//!
//! An attempt is counted before it is looked at and forgiven once the evidence matched, so that many at once cannot
//! all be looked at before the first one is counted. Until then it is open: open ones close the route as well, but
//! only for moments.

use posada_core::ids::Millis;
use posada_wire::stored::to_text;

use crate::host::{Database, Result, number};
use crate::rows;

/// How many failures close the route.
const FAILURES_MAX: i64 = 5;
/// For how long a failure counts.
const WINDOW_MS: i64 = 24 * 3_600_000;
/// For how long an attempt may be open; one that is so for longer was interrupted, and counts as a failure.
const OPEN_MS: i64 = 60_000;
/// When to try again where only open attempts close the route, in seconds.
const OPEN_RETRY_S: u32 = 2;

/// An attempt that was let through.
pub(crate) struct Attempt {
    at: Millis,
    subjects: Vec<String>,
}

/// Counts an attempt of these subjects (hashes of the client and of the reference).
///
/// # Errors
/// `Ok(Err(seconds))` where the route is closed for one of them, for so long; an error where the database fails.
pub(crate) async fn attempt(
    db: &Database,
    subjects: Vec<String>,
    now: Millis,
) -> Result<std::result::Result<Attempt, u32>> {
    let list = to_text(&subjects);
    let since = now.0.saturating_sub(WINDOW_MS);
    let insert = db.prepare(
        "INSERT INTO evidence_failures (subject, at_ms, is_open)
             SELECT value, ?2, 1 FROM json_each(?1)
             WHERE NOT EXISTS (
               SELECT 1 FROM evidence_failures WHERE at_ms > ?3
                 AND subject IN (SELECT value FROM json_each(?1))
               GROUP BY subject HAVING count(*) >= ?4)",
        &[list.as_str().into(), number(now.0), number(since), number(FAILURES_MAX)],
    )?;
    // A subject is closed until the fifth of its failures, counted from the last, no longer counts.
    let closed = db.prepare(
        "SELECT CAST(max(at_ms) AS TEXT) AS json FROM (
           SELECT at_ms, row_number() OVER (PARTITION BY subject ORDER BY at_ms DESC) AS place
           FROM evidence_failures
           WHERE at_ms > ?2 AND (is_open = 0 OR at_ms <= ?3)
             AND subject IN (SELECT value FROM json_each(?1)))
         WHERE place = ?4 HAVING count(*) > 0",
        &[list.as_str().into(), number(since), number(now.0.saturating_sub(OPEN_MS)), number(FAILURES_MAX)],
    )?;
    let tidy = db.prepare("DELETE FROM evidence_failures WHERE at_ms <= ?1", &[number(since)])?;
    let answers = db.batch(vec![insert, closed, tidy]).await?;
    if rows::changes(answers.first()) > 0 {
        return Ok(Ok(Attempt { at: now, subjects }));
    }
    let closed: Vec<i64> = rows::answered(answers.get(1))?;
    let Some(fifth_ms) = closed.first() else { return Ok(Err(OPEN_RETRY_S)) };
    let seconds = fifth_ms.saturating_add(WINDOW_MS).saturating_sub(now.0).div_euclid(1_000).max(1);
    Ok(Err(u32::try_from(seconds).unwrap_or(u32::MAX)))
}

/// Ends a counted attempt: as a failure, or as none, and then it is taken back.
///
/// # Errors
/// Where the database fails; the attempt then counts as a failure.
pub(crate) async fn end(db: &Database, attempt: Attempt, failed: bool) -> Result<()> {
    let subjects = to_text(&attempt.subjects);
    let change =
        if failed { "UPDATE evidence_failures SET is_open = 0" } else { "DELETE FROM evidence_failures" };
    db.prepare(
        &format!(
            "{change} WHERE id IN (
           SELECT max(id) FROM evidence_failures
           WHERE at_ms = ?2 AND is_open = 1 AND subject IN (SELECT value FROM json_each(?1)) GROUP BY subject)"
        ),
        &[subjects.into(), number(attempt.at.0)],
    )?
    .run()
    .await?;
    Ok(())
}
