//! The id of a request, by which its log lines are found: the caller's, or a new one.

use worker::Env;
use worker::web_sys::{Request, Response};

use crate::host::{Result, copy, header, set_header};
use crate::trace::{self, new_id};

/// The header that it is sent and answered in.
pub(crate) const HEADER: &str = "X-Request-Id";

/// The request's id, and its environment, which is in the caller's trace or in a new one. The id that was sent is taken
/// where it is a UUID or 32 hexadecimal digits: nothing else is taken into the log, where it could name somebody. Where
/// neither was sent, request and trace are one number.
pub(crate) fn begin(request: &Request, env: &Env) -> Result<(String, Env)> {
    let sent = header(request, HEADER)?.filter(|sent| is_id(sent));
    let is_sent = sent.is_some();
    let id = sent.unwrap_or_else(new_id);
    let env = trace::of_request(env, request, || if is_sent { new_id() } else { id.clone() });
    Ok((id, env))
}

fn is_id(text: &str) -> bool {
    let is_digits =
        |part: &str, digits: usize| part.len() == digits && part.bytes().all(|b| b.is_ascii_hexdigit());
    let parts: Vec<&str> = text.split('-').collect();
    match parts.as_slice() {
        [all] => is_digits(all, 32),
        [a, b, c, d, e] => {
            [(a, 8), (b, 4), (c, 4), (d, 4), (e, 12)].iter().all(|(part, n)| is_digits(part, *n))
        }
        _ => false,
    }
}

/// The answer with the request's id.
pub(crate) fn answer(response: Response, id: &str) -> Result<Response> {
    if set_header(&response, HEADER, id).is_ok() {
        return Ok(response);
    }
    // The headers of an object's answer cannot be set.
    let response = copy(&response)?;
    set_header(&response, HEADER, id)?;
    Ok(response)
}
