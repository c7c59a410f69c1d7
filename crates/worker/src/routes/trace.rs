//! The id of a request, by which its log lines are found: the caller's, or a new one.

use worker::web_sys::{Request, Response};

use crate::host::{self, Result, copy, header, set_header};

/// The header that it is sent and answered in.
pub(crate) const HEADER: &str = "X-Request-Id";

/// The id that was sent, where it is a UUID or 32 hexadecimal digits: nothing else is taken into the log, where it could
/// name somebody.
pub(crate) fn id_of(request: &Request) -> Result<String> {
    let sent = header(request, HEADER)?.filter(|sent| is_id(sent));
    Ok(sent.unwrap_or_else(new_id))
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

fn new_id() -> String {
    let mut bits = [0; 16];
    if getrandom::fill(&mut bits).is_err() {
        bits = u128::from(host::clock().0.cast_unsigned()).to_be_bytes();
    }
    format!("{:032x}", u128::from_be_bytes(bits))
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
