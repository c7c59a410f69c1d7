//! What the deployment sets: keys, and (in tests only) the clock and the book's latency.

use posada_core::ids::Millis;
use worker::Env;

/// Secrets that must be set for the Worker to serve anything but `/healthz`.
pub(crate) struct Keys {
    pub(crate) assistant: String,
    pub(crate) staff: String,
    pub(crate) signing: String,
}

fn text(env: &Env, name: &str) -> Option<String> {
    let value = env.var(name).map(|var| var.to_string()).or_else(|_| env.secret(name).map(|s| s.to_string()));
    value.ok().filter(|value| !value.is_empty())
}

impl Keys {
    /// The keys of this deployment.
    ///
    /// # Errors
    /// The name of a secret that is not set or shorter than 16 characters.
    pub(crate) fn of(env: &Env) -> worker::Result<Self> {
        let key = |name: &str| {
            text(env, name)
                .filter(|key| key.len() >= 16)
                .ok_or_else(|| worker::Error::from(format!("{name} must be set, to 16 characters or more")))
        };
        Ok(Self { assistant: key("ASSISTANT_KEY")?, staff: key("STAFF_KEY")?, signing: key("SIGNING_KEY")? })
    }
}

/// The instant, as this deployment sees it: the system's clock, moved in tests by `POSADA_TEST_CLOCK_OFFSET_MS`.
pub(crate) fn now(env: &Env) -> Millis {
    let offset = text(env, "POSADA_TEST_CLOCK_OFFSET_MS").and_then(|ms| ms.parse::<i64>().ok()).unwrap_or(0);
    Millis(worker::Date::now().as_millis().cast_signed().saturating_add(offset))
}

/// How long tests make the embedded book take over line n: n times this, so that a kill can fall between two rooms.
pub(crate) fn test_book_latency_ms(env: &Env) -> u64 {
    text(env, "POSADA_TEST_BOOK_LATENCY_MS").and_then(|ms| ms.parse().ok()).unwrap_or(0)
}
