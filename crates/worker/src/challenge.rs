//! Turnstile, where `TURNSTILE_SECRET` is set: the public books only with the token of a challenge just passed.

use posada_core::ids::BookingId;
use posada_core::problem::{Problem, System};
use posada_wire::stored::{from_text, to_text};
use posada_wire::{stored_record, written};
use worker::Env;
use worker::web_sys::Request;

use crate::host::{header, text};
use crate::outbound::{Outbound, send};
use crate::respond::unavailable;
use crate::webhook::is_private;

/// Where tokens are verified, unless `TURNSTILE_VERIFY_URL` says otherwise.
const VERIFY_URL: &str = "https://challenges.cloudflare.com/turnstile/v0/siteverify";
/// The header that the token is sent in.
pub(crate) const HEADER: &str = "Cf-Turnstile-Response";
/// The longest token, in characters, as Turnstile documents it.
const TOKEN_CHARS_MAX: usize = 2_048;
/// How long the verification may take.
const DEADLINE_MS: u64 = 5_000;
/// The most bytes of its answer.
const ANSWER_BYTES_MAX: usize = 16 * 1024;

struct Question<'a> {
    secret: &'a str,
    response: &'a str,
    idempotency_key: String,
    remoteip: Option<String>,
}

struct Verdict {
    success: bool,
}

written!(Question<'_> { secret, response, idempotency_key, remoteip });
stored_record!(Verdict { success });

/// What of the settings about Turnstile is wrong.
pub(crate) fn check(env: &Env) -> Option<&'static str> {
    let url = text(env, "TURNSTILE_VERIFY_URL")?;
    (!is_private(&url))
        .then_some("TURNSTILE_VERIFY_URL must begin with https:// (or be http on this machine)")
}

/// Refuses a request without a token that Turnstile vouches for, and every one while Turnstile cannot be asked. The
/// same token is good for the same booking, however often that is sent.
///
/// # Errors
/// [`Problem::ChallengeFailed`]; [`Problem::Unavailable`].
pub(crate) async fn pass(env: &Env, request: &Request, booking: &BookingId) -> Result<(), Problem> {
    let Some(secret) = text(env, "TURNSTILE_SECRET") else { return Ok(()) };
    let sent = |name| header(request, name).ok().flatten();
    let token = sent(HEADER).filter(|token| (1..=TOKEN_CHARS_MAX).contains(&token.len()));
    let token = token.ok_or(Problem::ChallengeFailed)?;
    let url = text(env, "TURNSTILE_VERIFY_URL").unwrap_or_else(|| VERIFY_URL.to_owned());
    let question = Question {
        secret: &secret,
        response: &token,
        idempotency_key: uuid(booking.as_str()),
        remoteip: sent("CF-Connecting-IP").filter(|address| !address.is_empty()),
    };
    let asked = Outbound {
        traced: None,
        method: "POST",
        url: &url,
        headers: &[("Content-Type", "application/json")],
        body: Some(&to_text(&question)),
        deadline_ms: DEADLINE_MS,
        bytes_max: ANSWER_BYTES_MAX,
    };
    let reply = send(&asked).await.map_err(|error| unavailable(System::Storage, &error))?;
    let verdict: Option<Verdict> = std::str::from_utf8(&reply.body).ok().and_then(from_text);
    match verdict {
        Some(Verdict { success: true }) if reply.status == 200 => Ok(()),
        Some(_) if reply.status < 500 => Err(Problem::ChallengeFailed),
        _ => Err(unavailable(System::Storage, &"Turnstile answers something else".into())),
    }
}

/// An id of 32 hexadecimal digits as a UUID is spelled.
fn uuid(id: &str) -> String {
    let mut text = String::with_capacity(36);
    for (i, digit) in id.chars().enumerate() {
        if matches!(i, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}
