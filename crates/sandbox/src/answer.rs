//! Answers, and the ways in which they come or do not.

use std::{convert::Infallible, io, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use futures_util::stream;
use serde_json::{Value, json};

use crate::order::Wrong;

/// How long a caller is left without an answer at most.
const SILENT_MS_MAX: u64 = 120_000;
/// How much of a body the log shows, in bytes.
const SHOWN_BYTES_MAX: usize = 4_096;

/// Marks a response that is not to be sent: the connection is cut instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cut;

/// How the body is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    Whole,
    /// Byte by byte.
    Drip {
        ms_per_byte: u64,
    },
    /// Cut after so many bytes.
    CutAfter {
        bytes: usize,
    },
}

/// What a caller gets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    Sent {
        status: u16,
        content_type: &'static str,
        body: Bytes,
        retry_after: Option<String>,
        location: Option<&'static str>,
        sending: Sending,
    },
    /// The connection is cut.
    Cut,
    /// Nothing comes until the caller goes.
    Silent,
}

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::raw(status, "application/json", body.to_string())
    }

    pub(crate) fn raw(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self::Sent {
            status,
            content_type,
            body: body.into(),
            retry_after: None,
            location: None,
            sending: Sending::Whole,
        }
    }

    /// Something went wrong, and it is not said whether the call was carried out.
    pub(crate) fn error(status: u16, error: &str) -> Self {
        Self::json(status, &json!({ "error": error }))
    }

    /// What is wrong with a call.
    pub(crate) fn wrong(wrong: &Wrong) -> Self {
        match wrong {
            Wrong::Unreadable(error) => Self::json(400, &json!({ "success": false, "error": error })),
            Wrong::Member { name, what } => {
                Self::json(422, &json!({ "success": false, "error": format!("{name}: {what}") }))
            }
        }
    }

    pub(crate) fn sent(mut self, how: Sending) -> Self {
        if let Self::Sent { sending, .. } = &mut self {
            *sending = how;
        }
        self
    }

    pub(crate) fn with_retry_after(mut self, seconds: Option<String>) -> Self {
        if let Self::Sent { retry_after, .. } = &mut self {
            *retry_after = seconds;
        }
        self
    }

    pub(crate) fn with_location(mut self, to: &'static str) -> Self {
        if let Self::Sent { location, .. } = &mut self {
            *location = Some(to);
        }
        self
    }

    /// What the log says of it.
    pub(crate) fn shown(&self) -> Value {
        match self {
            Self::Cut => json!({ "cut": true }),
            Self::Silent => json!({ "silent": true }),
            Self::Sent { status, body, retry_after, sending, .. } => {
                let mut shown = json!({ "status": status });
                shown["body"] = serde_json::from_slice(body)
                    .ok()
                    .filter(|_| body.len() <= SHOWN_BYTES_MAX)
                    .unwrap_or_else(|| {
                        let start = &body[..body.len().min(SHOWN_BYTES_MAX)];
                        Value::String(String::from_utf8_lossy(start).into_owned())
                    });
                if let Some(retry_after) = retry_after {
                    shown["retry_after"] = json!(retry_after);
                }
                match sending {
                    Sending::Whole => {}
                    Sending::Drip { ms_per_byte } => shown["ms_per_byte"] = json!(ms_per_byte),
                    Sending::CutAfter { bytes } => shown["cut_after_bytes"] = json!(bytes),
                }
                shown
            }
        }
    }

    /// Sends it, or does not.
    pub(crate) async fn into_response(self) -> Response {
        let (status, content_type, body, retry_after, location, sending) = match self {
            Self::Sent { status, content_type, body, retry_after, location, sending } => {
                (status, content_type, body, retry_after, location, sending)
            }
            Self::Cut => return cut(),
            Self::Silent => {
                tokio::time::sleep(Duration::from_millis(SILENT_MS_MAX)).await;
                return cut();
            }
        };
        let length = body.len();
        let mut response = Response::new(match sending {
            Sending::Whole => Body::from(body),
            Sending::Drip { ms_per_byte } => drip(body, ms_per_byte),
            Sending::CutAfter { bytes } => cut_after(&body, bytes),
        });
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        if let Some(location) = location {
            headers.insert(header::LOCATION, HeaderValue::from_static(location));
        }
        if let Some(value) = retry_after.and_then(|text| HeaderValue::from_str(&text).ok()) {
            headers.insert(header::RETRY_AFTER, value);
        }
        response
    }
}

fn cut() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(Cut);
    response
}

fn drip(body: Bytes, ms_per_byte: u64) -> Body {
    let bytes = stream::unfold(0, move |place| {
        let body = body.clone();
        async move {
            if place == body.len() {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(ms_per_byte)).await;
            Some((Ok::<_, Infallible>(body.slice(place..=place)), place + 1))
        }
    });
    Body::from_stream(bytes)
}

fn cut_after(body: &Bytes, bytes: usize) -> Body {
    let start = body.slice(..bytes.min(body.len().saturating_sub(1)));
    let parts = stream::unfold(Some(start), |part| async move {
        match part {
            Some(start) if !start.is_empty() => Some((Ok(start), Some(Bytes::new()))),
            // What was sent so far is to arrive before the connection ends.
            Some(_) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
                Some((Err(io::Error::other("cut on purpose")), None))
            }
            None => None,
        }
    });
    Body::from_stream(parts)
}
