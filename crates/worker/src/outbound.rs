//! Requests to programs elsewhere: each with a deadline from its start to the last byte of its answer, no redirect
//! followed, and no more of an answer read than it may have.

use std::time::Duration;

use futures_util::future::{Either, select};
use posada_wire::reservation_api::Reply;
use wasm_bindgen::prelude::*;
use worker::js_sys::Promise;
use worker::web_sys::{AbortController, AbortSignal, Headers, RequestInit, RequestRedirect, Response};
use worker::{Delay, Env};

use crate::host::{Body, Result, promised};
use crate::trace;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = fetch)]
    fn fetch(url: &str, init: &RequestInit) -> std::result::Result<Promise, JsValue>;
}

/// A request.
pub(crate) struct Outbound<'a> {
    /// The environment whose trace it says that it is part of; none where strangers are asked.
    pub(crate) traced: Option<&'a Env>,
    pub(crate) method: &'a str,
    pub(crate) url: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: Option<&'a str>,
    /// How long it may take, all in all.
    pub(crate) deadline_ms: u64,
    /// How much the answer may hold; of one that is to hold nothing, nothing is read.
    pub(crate) bytes_max: usize,
}

/// Sends a request and reads its answer.
///
/// # Errors
/// Where there is no whole answer in time: what was asked for may have been done.
pub(crate) async fn send(it: &Outbound<'_>) -> Result<Reply> {
    let controller = AbortController::new()?;
    let signal = controller.signal();
    let exchange = Box::pin(exchange(it, &signal));
    let answer = match select(exchange, Delay::from(Duration::from_millis(it.deadline_ms))).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err("the deadline has passed".into()),
    };
    if answer.is_err() {
        // What is still under way is given up, and its connection with it.
        controller.abort();
    }
    answer
}

async fn exchange(it: &Outbound<'_>, signal: &AbortSignal) -> Result<Reply> {
    let headers = Headers::new()?;
    for (name, value) in it.headers {
        headers.set(name, value)?;
    }
    for (name, value) in it.traced.map(trace::headers).unwrap_or_default() {
        headers.set(name, &value)?;
    }
    let init = RequestInit::new();
    init.set_method(it.method);
    init.set_headers(&headers);
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(signal));
    if let Some(body) = it.body {
        init.set_body(&JsValue::from_str(body));
    }
    let response: Response = promised(fetch(it.url, &init)).await?.unchecked_into();
    let mut reply = Reply {
        status: response.status(),
        retry_after: response.headers().get("Retry-After")?,
        body: Vec::new(),
    };
    let Some(stream) = Body::of_response(&response) else { return Ok(reply) };
    if it.bytes_max == 0 {
        // What cannot be let go of ends with the connection.
        let _ = stream.cancel().await;
        return Ok(reply);
    }
    while let Some(piece) = stream.next().await? {
        if reply.body.len().saturating_add(piece.len()) > it.bytes_max {
            return Err("the answer is too large".into());
        }
        reply.body.extend_from_slice(&piece);
    }
    Ok(reply)
}
