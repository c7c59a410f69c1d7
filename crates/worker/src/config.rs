//! What the deployment sets: keys, and (in tests only) the clock, the book's latency and the API's deadlines.

use posada_core::ids::Millis;
use worker::Env;

use crate::host::{Result, clock, text};

/// Secrets that must be set for the Worker to serve anything but `/healthz`.
pub(crate) struct Keys {
    pub(crate) assistant: String,
    pub(crate) staff: String,
    pub(crate) signing: String,
}

fn key(env: &Env, name: &str) -> Result<String> {
    match text(env, name).filter(|key| key.len() >= 16) {
        Some(key) => Ok(key),
        None => Err(format!("{name} must be set, to 16 characters or more").into()),
    }
}

impl Keys {
    /// The keys of this deployment.
    ///
    /// # Errors
    /// The name of a secret that is not set or shorter than 16 characters.
    pub(crate) fn of(env: &Env) -> Result<Self> {
        Ok(Self {
            assistant: key(env, "ASSISTANT_KEY")?,
            staff: key(env, "STAFF_KEY")?,
            signing: key(env, "SIGNING_KEY")?,
        })
    }
}

/// A number that only tests set.
fn test_number(env: &Env, name: &str) -> i64 {
    text(env, name).and_then(|ms| ms.parse().ok()).unwrap_or(0)
}

/// The instant, as this deployment sees it: the system's clock, moved in tests by `POSADA_TEST_CLOCK_OFFSET_MS`.
pub(crate) fn now(env: &Env) -> Millis {
    clock().plus(test_number(env, "POSADA_TEST_CLOCK_OFFSET_MS"))
}

/// How often tests have a listener written to, where they set it.
pub(crate) fn test_keep_alive_ms(env: &Env) -> Option<u64> {
    u64::try_from(test_number(env, "POSADA_TEST_KEEP_ALIVE_MS")).ok().filter(|ms| *ms > 0)
}

/// How soon the alarm of a payment that is waited for comes at the latest: tests set the clock, and alarms do not know it.
pub(crate) fn test_alarm_ms_max(env: &Env) -> i64 {
    match test_number(env, "POSADA_TEST_ALARM_MS_MAX") {
        0 => i64::MAX,
        ms => ms,
    }
}

/// How long tests make the embedded book take over line n: n times this, so that a kill can fall between two rooms.
pub(crate) fn test_book_latency_ms(env: &Env) -> u64 {
    u64::try_from(test_number(env, "POSADA_TEST_BOOK_LATENCY_MS")).unwrap_or(0)
}

/// How long tests give every call to the reservation API, instead of 10 s and 5 s.
pub(crate) fn test_api_deadline_ms(env: &Env) -> Option<u64> {
    u64::try_from(test_number(env, "POSADA_TEST_API_DEADLINE_MS")).ok().filter(|ms| *ms > 0)
}
