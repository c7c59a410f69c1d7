//! Pages of other origins: those that `ALLOWED_ORIGINS` names may use the public routes.

use worker::Env;
use worker::web_sys::{Request, Response};

use crate::host::{Result, answer, copy, header, set_header, text};

/// Whether guests' pages use the route.
pub(crate) fn is_public(path: &str) -> bool {
    ["/v1/property", "/v1/availability", "/v1/calendar", "/v1/quotes", "/v1/bookings"]
        .iter()
        .any(|route| path.strip_prefix(route).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// The origin that asks, where it may: one of the list in `ALLOWED_ORIGINS`, which is separated by commas.
pub(crate) fn allowed_origin(request: &Request, env: &Env) -> Result<Option<String>> {
    let Some(origin) = header(request, "Origin")? else { return Ok(None) };
    let allowed = text(env, "ALLOWED_ORIGINS").unwrap_or_default();
    let is_allowed = allowed.split(',').map(str::trim).any(|it| it == origin || it == "*");
    Ok(is_allowed.then_some(origin))
}

/// The answer to a browser that asks whether it may ask.
pub(crate) fn preflight() -> Result<Response> {
    let response = answer("", 200, "text/plain")?;
    set_header(&response, "Access-Control-Allow-Methods", "GET, POST")?;
    let headers = "Accept-Language, Authorization, Cf-Turnstile-Response, Content-Type, Idempotency-Key, \
                   Last-Event-ID, Prefer, Traceparent, Tracestate, X-Request-Id";
    set_header(&response, "Access-Control-Allow-Headers", headers)?;
    set_header(&response, "Access-Control-Max-Age", "600")?;
    Ok(response)
}

/// The same answer, for a page of this origin to read.
pub(crate) fn readable_by(origin: &str, response: &Response) -> Result<Response> {
    let response = copy(response)?;
    set_header(&response, "Access-Control-Allow-Origin", origin)?;
    set_header(
        &response,
        "Access-Control-Expose-Headers",
        "Content-Language, Location, Retry-After, X-Request-Id",
    )?;
    set_header(&response, "Vary", "Origin")?;
    Ok(response)
}
