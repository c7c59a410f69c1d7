//! Telling the hotel's programs what happened: a signed webhook, as Standard Webhooks has it. One try; when the next
//! one is due, the core decides.

use posada_core::booking::effect::Failure;
use posada_wire::reservation_api::{Reply, retry_after_ms};
use posada_wire::webhook::{Event, parse_secrets, signatures};
use worker::Env;

use crate::host::{self, text};
use crate::outbound::{self, Outbound};
use crate::{config, log};

/// How long the receiver may take to answer.
const DEADLINE_MS: u64 = 10_000;
/// The status by which a receiver says that it wants no more of this.
const GONE: u16 = 410;

/// Whether this deployment tells anybody.
pub(crate) fn is_wanted(env: &Env) -> bool {
    text(env, "NOTIFY_URL").is_some()
}

/// What of the settings about webhooks is wrong.
pub(crate) fn check(env: &Env) -> Option<&'static str> {
    let url = text(env, "NOTIFY_URL")?;
    if !is_private(&url) {
        return Some("NOTIFY_URL must begin with https:// (or be http on this machine)");
    }
    let secrets = text(env, "NOTIFY_SECRET").and_then(|setting| parse_secrets(&setting));
    secrets.is_none().then_some("NOTIFY_SECRET must be set, to whsec_ and base64")
}

/// Sends an event once. What the receiver says beside its status is not read.
///
/// # Errors
/// [`Failure::Refused`] where it must not be sent again; [`Failure::Unknown`] where the receiver may have it.
pub(crate) async fn send(env: &Env, event: &Event<'_>) -> Result<(), Failure<String>> {
    let again = |what: &str| {
        // The address may hold a secret, so it is not said.
        log::failed(env, "notify", &what);
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
    let outbound = Outbound {
        traced: Some(env),
        method: "POST",
        url: &url,
        headers: &headers,
        body: Some(&body),
        deadline_ms: DEADLINE_MS,
        bytes_max: 0,
    };
    let Reply { status, retry_after, .. } = match outbound::send(&outbound).await {
        Ok(reply) => reply,
        Err(error) => {
            log::failed(env, "notify", &error);
            return Err(Failure::Unknown);
        }
    };
    if (200..300).contains(&status) {
        return Ok(());
    }
    let what = status.to_string();
    log::failed(env, "notify", &what);
    if status == GONE {
        return Err(Failure::Refused(what));
    }
    let now = config::now(env);
    Err(Failure::Retryable { after_ms: retry_after.and_then(|header| retry_after_ms(&header, now)) })
}

/// Whether nobody on the way can read what is sent there.
pub(crate) fn is_private(url: &str) -> bool {
    let is_local = |rest: &str| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
        matches!(host, "127.0.0.1" | "localhost" | "[::1]")
    };
    url.starts_with("https://") || url.strip_prefix("http://").is_some_and(is_local)
}
