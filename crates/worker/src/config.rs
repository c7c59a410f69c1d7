//! What the deployment sets: keys, and (in tests only) the clock, the book's latency and the API's deadlines.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use posada_core::ids::Millis;
use posada_wire::signature::is_hex;
use worker::Env;

use crate::host::{Result, clock, text};
use crate::log;
use crate::signature::Signing;

/// The fewest characters of `SIGNING_KEY`.
const SIGNING_KEY_CHARS_MIN: usize = 16;

/// What callers' keys are compared with, and what quotes and ids are signed with. Of callers' keys the deployment has
/// the digests only.
pub(crate) struct Keys {
    pub(crate) assistant: Vec<String>,
    pub(crate) staff: Vec<String>,
    pub(crate) metrics: Vec<String>,
    pub(crate) signing: String,
    pub(crate) signatures: Signing,
}

/// The parts of a setting that is a list, parted by commas or white space.
pub(crate) fn parts(setting: &str) -> impl Iterator<Item = &str> {
    setting.split([',', ' ', '\n', '\r', '\t']).filter(|part| !part.is_empty())
}

/// The digests that a setting lists, parted by commas or white space; each may have a name before it, as in
/// `reception:<digest>`.
fn digests(env: &Env, name: &str, faults: &mut Vec<String>) -> Vec<String> {
    let setting = text(env, name).unwrap_or_default();
    let mut all = Vec::new();
    for part in parts(&setting) {
        let digest = part.rsplit_once(':').map_or(part, |(_, digest)| digest).to_ascii_lowercase();
        if is_hex(&digest) {
            all.push(digest);
        } else {
            faults.push(format!("{name} must list SHA-256 digests of keys, each of 64 digits"));
        }
    }
    all
}

thread_local! {
    /// The deployment's settings do not change while the program lives.
    static CHECKED: RefCell<Option<Rc<Checked>>> = const { RefCell::new(None) };
    /// So is where tests move the clock to, which is asked at every turn.
    static CLOCK_OFFSET_MS: Cell<Option<i64>> = const { Cell::new(None) };
}

/// The settings of the deployment, and what is wrong with them.
struct Checked {
    keys: Rc<Keys>,
    faults: Vec<String>,
}

fn checked(env: &Env) -> Rc<Checked> {
    if let Some(known) = CHECKED.with(|checked| checked.borrow().clone()) {
        return known;
    }
    let checked = Rc::new(check(env));
    for fault in &checked.faults {
        log::error("settings", fault);
    }
    CHECKED.with(|kept| *kept.borrow_mut() = Some(Rc::clone(&checked)));
    checked
}

fn check(env: &Env) -> Checked {
    let mut faults = Vec::new();
    let mut keys = Keys {
        assistant: digests(env, "ASSISTANT_KEYS", &mut faults),
        staff: digests(env, "STAFF_KEYS", &mut faults),
        metrics: digests(env, "METRICS_KEYS", &mut faults),
        signing: text(env, "SIGNING_KEY").unwrap_or_default(),
        signatures: Signing::default(),
    };
    keys.signatures = Signing::read(env, &keys, &mut faults);
    for (name, digests) in [("ASSISTANT_KEYS", &keys.assistant), ("STAFF_KEYS", &keys.staff)] {
        if digests.is_empty() {
            faults.push(format!("{name} must be set"));
        }
    }
    let is_shared = |digest| keys.assistant.contains(digest) || keys.metrics.contains(digest);
    if keys.staff.iter().any(is_shared) || keys.metrics.iter().any(|it| keys.assistant.contains(it)) {
        faults.push("ASSISTANT_KEYS, STAFF_KEYS and METRICS_KEYS must not share a key".to_owned());
    }
    if keys.signing.len() < SIGNING_KEY_CHARS_MIN {
        faults.push(format!("SIGNING_KEY must have {SIGNING_KEY_CHARS_MIN} characters or more"));
        keys.signing.clear();
    }
    for origin in text(env, "ALLOWED_ORIGINS").unwrap_or_default().split(',').map(str::trim) {
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        if !matches!(origin, "" | "*") && host.is_none_or(|host| host.is_empty() || host.contains('/')) {
            faults.push("ALLOWED_ORIGINS must list origins such as https://hotel.example".to_owned());
        }
    }
    let parts = [crate::reservations::check(env), crate::payments::check(env)];
    faults.extend(parts.into_iter().flatten().map(|error| error.to_string()));
    faults.extend(crate::webhook::check(env).into_iter().map(str::to_owned));
    faults.extend(crate::challenge::check(env).into_iter().map(str::to_owned));
    for name in ["DB", "BOOKING", "PROPERTY", "PENDING_PAYMENT"] {
        if crate::host::member(env, name).is_none() {
            faults.push(format!("the binding {name} is missing"));
        }
    }
    Checked { keys: Rc::new(keys), faults }
}

/// What is wrong with the deployment's settings, by their names and without their values.
pub(crate) fn faults(env: &Env) -> Vec<String> {
    checked(env).faults.clone()
}

impl Keys {
    /// The keys of this deployment.
    ///
    /// # Errors
    /// What of the deployment's settings is wrong: nothing is served then.
    pub(crate) fn of(env: &Env) -> Result<Rc<Self>> {
        let checked = checked(env);
        match checked.faults.first() {
            None => Ok(Rc::clone(&checked.keys)),
            Some(fault) => Err(fault.as_str().into()),
        }
    }
}

/// A number that only tests set.
fn test_number(env: &Env, name: &str) -> i64 {
    text(env, name).and_then(|ms| ms.parse().ok()).unwrap_or(0)
}

/// The instant, as this deployment sees it: the system's clock, moved in tests by `POSADA_TEST_CLOCK_OFFSET_MS`.
pub(crate) fn now(env: &Env) -> Millis {
    let offset_ms = CLOCK_OFFSET_MS.get().unwrap_or_else(|| test_number(env, "POSADA_TEST_CLOCK_OFFSET_MS"));
    CLOCK_OFFSET_MS.set(Some(offset_ms));
    clock().plus(offset_ms)
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
