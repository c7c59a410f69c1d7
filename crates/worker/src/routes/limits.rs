//! The coarse limit of requests, by the platform's own counters: how many a minute wrangler.toml says. They are near the
//! caller and cost no call; what must be exact is counted where it is (payments' failures, rooms under way).

use posada_core::problem::Problem;
use worker::Env;
use worker::web_sys::Request;

use crate::auth::{Asker, Role, client};
use crate::host::{Result, is_within};
use crate::log;
use crate::respond::Refused;

/// When to try again, in seconds: the period that the counters have.
const RETRY_AFTER_S: u32 = 60;

/// Counts the request: of a known key by the key, else by the client. A deployment without such counters, and a caller
/// without an address, is not limited here.
///
/// # Errors
/// [`Problem::TooManyRequests`].
pub(super) async fn pass(
    env: &Env,
    request: &Request,
    asker: Option<&Asker>,
) -> std::result::Result<(), Refused> {
    let counted = match asker {
        Some(Asker { role: Role::Assistant | Role::Staff | Role::Metrics, key_hash }) => {
            Some(("KEY_LIMIT", key_hash.clone()))
        }
        Some(Asker { role: Role::Public | Role::Guest, .. }) | None => {
            client(request)?.map(|client| ("CLIENT_LIMIT", client))
        }
    };
    let Some((binding, subject)) = counted else { return Ok(()) };
    let answer: Result<bool> = is_within(env, binding, &subject).await;
    match answer {
        Ok(true) => Ok(()),
        Ok(false) => Err(Problem::TooManyRequests { retry_after_s: RETRY_AFTER_S }.into()),
        Err(error) => {
            // It is a coarse filter: where it fails, the exact limits still hold.
            log::failed(env, "limit", &error);
            Ok(())
        }
    }
}
