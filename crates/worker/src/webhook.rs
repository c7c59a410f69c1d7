//! Telling the hotel's programs what happened: a signed webhook, as Standard Webhooks has it. One try; when the next
//! one is due, the core decides.

use posada_core::booking::effect::Failure;
use posada_core::ids::Millis;
use posada_wire::webhook::{Event, parse_secrets, retry_after_ms, signatures};
use worker::Env;
use worker::js_sys;

use crate::host::{self, Outgoing, text};
use crate::{config, log};

/// How long the receiver may take to answer.
const DEADLINE_MS: u32 = 10_000;
/// The status by which a receiver says that it wants no more of this.
const GONE: u16 = 410;

/// Whether this deployment tells anybody.
pub(crate) fn is_wanted(env: &Env) -> bool {
    text(env, "NOTIFY_URL").is_some()
}

/// Sends an event once. What the receiver says beside its status is not read.
///
/// # Errors
/// [`Failure::Refused`] where it must not be sent again; [`Failure::Unknown`] where the receiver may have it.
pub(crate) async fn send(env: &Env, event: &Event<'_>) -> Result<(), Failure<String>> {
    let again = |what: &str| {
        // The address may hold a secret, so it is not said.
        log::error("notify", what);
        Failure::Retryable { after_ms: None }
    };
    let url = text(env, "NOTIFY_URL").filter(|url| is_private(url));
    let url = url.ok_or_else(|| again("NOTIFY_URL must be set, to https (or http on this machine)"))?;
    let secrets = text(env, "NOTIFY_SECRET").and_then(|setting| parse_secrets(&setting));
    let secrets = secrets.ok_or_else(|| again("NOTIFY_SECRET must be set, to whsec_ and base64"))?;
    let body = event.body();
    // The receiver compares it with its own clock, so it is the system's, not the one that tests set.
    let timestamp_s = host::clock().0.div_euclid(1_000);
    let signature = signatures(&secrets, &event.id, timestamp_s, &body);
    let timestamp = timestamp_s.to_string();
    let headers = [
        ("Content-Type", "application/json"),
        ("webhook-id", event.id.as_str()),
        ("webhook-timestamp", timestamp.as_str()),
        ("webhook-signature", signature.as_str()),
    ];
    let sent =
        host::send(&Outgoing { url: &url, headers: &headers, body: &body, deadline_ms: DEADLINE_MS }).await;
    let response = match sent {
        Ok(response) => response,
        Err(error) => {
            log::error("notify", &error.to_string());
            return Err(Failure::Unknown);
        }
    };
    let status = response.status();
    let asked = response.headers().get("Retry-After").ok().flatten();
    host::discard(&response).await;
    if (200..300).contains(&status) {
        return Ok(());
    }
    let what = status.to_string();
    log::error("notify", &what);
    if status == GONE {
        return Err(Failure::Refused(what));
    }
    let now = config::now(env);
    Err(Failure::Retryable { after_ms: asked.and_then(|header| after_ms(&header, now)) })
}

/// Whether nobody on the way can read what is sent there.
fn is_private(url: &str) -> bool {
    let is_local = |rest: &str| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
        matches!(host, "127.0.0.1" | "localhost" | "[::1]")
    };
    url.starts_with("https://") || url.strip_prefix("http://").is_some_and(is_local)
}

/// `Retry-After`, in either of its forms.
#[expect(clippy::cast_possible_truncation, reason = "an instant is far below 2^53, and NaN becomes 0")]
fn after_ms(header: &str, now: Millis) -> Option<i64> {
    retry_after_ms(header).or_else(|| Some((js_sys::Date::parse(header) as i64).saturating_sub(now.0)))
}
