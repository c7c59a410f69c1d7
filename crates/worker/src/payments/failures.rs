//! Five failures in a day close the public route, for a client and for a reference.
//!
//! An attempt is counted before it is looked at and forgiven once the evidence matched, so that many at once cannot
//! all be looked at before the first one is counted.

use posada_core::ids::Millis;
use posada_wire::stored::to_text;

use crate::host::{Database, Result, number};
use crate::rows;

/// How many failures close the route.
const FAILURES_MAX: i64 = 5;
/// For how long a failure counts.
const WINDOW_MS: i64 = 24 * 3_600_000;

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
        "INSERT INTO evidence_failures (subject, at_ms)
             SELECT value, ?2 FROM json_each(?1)
             WHERE NOT EXISTS (
               SELECT 1 FROM evidence_failures WHERE at_ms > ?3
                 AND subject IN (SELECT value FROM json_each(?1))
               GROUP BY subject HAVING count(*) >= ?4)",
        &[list.as_str().into(), number(now.0), number(since), number(FAILURES_MAX)],
    )?;
    let oldest = db.prepare(
        "SELECT CAST(min(at_ms) AS TEXT) AS json FROM evidence_failures
             WHERE at_ms > ?2 AND subject IN (SELECT value FROM json_each(?1)) HAVING count(*) > 0",
        &[list.as_str().into(), number(since)],
    )?;
    let tidy = db.prepare("DELETE FROM evidence_failures WHERE at_ms <= ?1", &[number(since)])?;
    let answers = db.batch(vec![insert, oldest, tidy]).await?;
    if rows::changes(answers.first()) > 0 {
        return Ok(Ok(Attempt { at: now, subjects }));
    }
    let oldest: Vec<i64> = rows::answered(answers.get(1))?;
    let opens_ms = oldest.first().copied().unwrap_or(now.0).saturating_add(WINDOW_MS);
    let seconds = opens_ms.saturating_sub(now.0).div_euclid(1_000).max(1);
    Ok(Err(u32::try_from(seconds).unwrap_or(u32::MAX)))
}

/// Takes a counted attempt back: it was no failure.
///
/// # Errors
/// Where the database fails; the attempt then goes on counting.
pub(crate) async fn forgive(db: &Database, attempt: Attempt) -> Result<()> {
    let subjects = to_text(&attempt.subjects);
    db.prepare(
        "DELETE FROM evidence_failures WHERE id IN (
           SELECT max(id) FROM evidence_failures
           WHERE at_ms = ?2 AND subject IN (SELECT value FROM json_each(?1)) GROUP BY subject)",
        &[subjects.into(), number(attempt.at.0)],
    )?
    .run()
    .await?;
    Ok(())
}
