//! The routes: who may ask, what is asked, and what is answered.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Request, State, rejection::BytesRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use posada_core::payment::command::Command;
use posada_core::problem::{Problem, System};
use posada_wire::payments_api::{
    Operation, account_text, done_text, entries_text, page_text, read_ask, read_find, read_ledger, read_list,
    refusal_text,
};
use posada_wire::problem::CONTENT_TYPE;
use posada_wire::read::BODY_BYTES_MAX;
use posada_wire::token::are_equal;
use posada_wire::trace::{PARENT, Trace};
use tokio::{sync::Semaphore, time::timeout};

use crate::store::{Failure, Store};

/// How long a request may take, from its first byte to its answer.
const REQUEST_MS_MAX: u64 = 9_000;
/// How long the database may take to say that it is there.
const HEALTH_MS_MAX: u64 = 2_000;
/// The most requests at once; more are sent away.
const REQUESTS_MAX: usize = 512;
/// When to try again, in seconds.
const RETRY_AFTER_S: u32 = 2;

/// The gateway: the hotel's tables, and the key that callers must have.
#[derive(Debug)]
pub struct Gateway {
    store: Store,
    key: String,
    room: Semaphore,
}

impl Gateway {
    /// A gateway to these tables for callers with this key.
    #[must_use]
    pub fn new(store: Store, key: String) -> Arc<Self> {
        Arc::new(Self { store, key, room: Semaphore::new(REQUESTS_MAX) })
    }

    pub(crate) async fn close(&self) {
        self.store.close().await;
    }
}

pub(crate) fn router(gateway: Arc<Gateway>) -> Router {
    Router::new()
        .route(
            "/v1/payments/{operation}",
            post(payments).fallback(|| async { refused(&Problem::MethodNotAllowed) }),
        )
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn_with_state(Arc::clone(&gateway), within_limits))
        .route("/healthz", get(health))
        .fallback(|| async { refused(&Problem::NotFound) })
        .with_state(gateway)
}

/// Holds a request to its time, and as many to the most there may be.
async fn within_limits(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    let Ok(_place) = gateway.room.try_acquire() else {
        return refused(&Problem::Unavailable { system: System::Payments, retry_after_s: RETRY_AFTER_S });
    };
    match timeout(Duration::from_millis(REQUEST_MS_MAX), next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!("a request took too long");
            refused(&Problem::Uncertain { retry_after_s: RETRY_AFTER_S })
        }
    }
}

async fn health(State(gateway): State<Arc<Gateway>>) -> Response {
    let is_there = timeout(Duration::from_millis(HEALTH_MS_MAX), gateway.store.is_there()).await;
    let (status, body) = match is_there {
        Ok(true) => (StatusCode::OK, r#"{"status":"ok"}"#),
        Ok(false) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"unavailable"}"#),
    };
    answer(status, "application/json", body.to_owned())
}

async fn payments(
    State(gateway): State<Arc<Gateway>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let started = Instant::now();
    let mut about = About::default();
    let outcome = carry_out(&gateway, &name, &headers, body, &mut about).await;
    let (response, code) = match &outcome {
        Ok(text) => (answer(StatusCode::OK, "application/json", text.clone()), "ok"),
        Err(problem) => (refused(problem), problem.code()),
    };
    let parent = headers.get(PARENT).and_then(|value| value.to_str().ok());
    tracing::info!(
        traceparent = parent.filter(|parent| Trace::read(parent).is_some()),
        operation = about.operation,
        booking = about.booking,
        claim = about.claim,
        status = response.status().as_u16(),
        code,
        took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "payment"
    );
    response
}

/// What of a request is logged. Neither a reference nor a holder is: they lead to people.
#[derive(Debug, Default)]
struct About {
    operation: Option<&'static str>,
    booking: Option<String>,
    claim: Option<String>,
}

impl About {
    fn note(&mut self, command: &Command) {
        let (booking, claim) = match command {
            Command::Claim(it) => (None, Some(&it.claim)),
            Command::Attach(it) => (Some(&it.booking), Some(&it.claim)),
            Command::Settle { booking, claim, .. } => (Some(booking), Some(claim)),
            Command::Reverse { booking, .. } => (Some(booking), None),
            Command::Expire => (None, None),
        };
        self.booking = booking.map(ToString::to_string);
        self.claim = claim.map(ToString::to_string);
    }
}

async fn carry_out(
    gateway: &Gateway,
    name: &str,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
    about: &mut About,
) -> Result<String, Problem> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let sent = text(header::AUTHORIZATION).and_then(|it| it.strip_prefix("Bearer ")).unwrap_or_default();
    if !are_equal(&gateway.key, sent) {
        return Err(Problem::Unauthorized);
    }
    let operation = Operation::ALL.into_iter().find(|it| it.name() == name).ok_or(Problem::NotFound)?;
    about.operation = Some(operation.name());
    let media_type = text(header::CONTENT_TYPE).and_then(|it| it.split(';').next()).unwrap_or_default();
    if !media_type.trim().eq_ignore_ascii_case("application/json") {
        return Err(Problem::UnsupportedMediaType);
    }
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge { bytes_max: BODY_BYTES_MAX },
        _ => Problem::BadJson { detail: "it did not come whole".to_owned() },
    })?;
    let store = &gateway.store;
    let answered = match operation {
        Operation::Find => store.find(&read_find(&body)?).await.map(|account| account_text(&account)),
        Operation::List => store.list(&read_list(&body)?).await.map(|page| page_text(&page)),
        Operation::Ledger => store.entries(&read_ledger(&body)?).await.map(|page| entries_text(&page)),
        Operation::Claim
        | Operation::Attach
        | Operation::Settle
        | Operation::Release
        | Operation::Reverse
        | Operation::Expire => {
            let ask = read_ask(operation, &body)?;
            about.note(&ask.command);
            store.operate(&ask).await.map(|done| done_text(&done))
        }
    };
    answered.map_err(|failure| match failure {
        Failure::Refused(problem) => problem,
        Failure::Unavailable(reason) => {
            tracing::error!(reason, "the database cannot do it");
            Problem::Unavailable { system: System::Payments, retry_after_s: RETRY_AFTER_S }
        }
        Failure::Unknown(reason) => {
            tracing::error!(reason, "it is not known whether it was done");
            Problem::Uncertain { retry_after_s: RETRY_AFTER_S }
        }
    })
}

fn status(problem: &Problem) -> StatusCode {
    match problem {
        Problem::BadJson { .. } => StatusCode::BAD_REQUEST,
        Problem::Unauthorized => StatusCode::UNAUTHORIZED,
        Problem::NotFound | Problem::PaymentNotFound { .. } => StatusCode::NOT_FOUND,
        Problem::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Problem::PaymentUsed { .. } => StatusCode::CONFLICT,
        Problem::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Problem::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Problem::Uncertain { .. } | Problem::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        // What is wrong with what was asked; of the others none comes of a payment's operation.
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

fn refused(problem: &Problem) -> Response {
    let status = status(problem);
    let mut response = answer(status, CONTENT_TYPE, refusal_text(problem, status.as_u16()));
    let headers = response.headers_mut();
    match problem {
        Problem::Unauthorized => {
            drop(headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")))
        }
        Problem::Uncertain { retry_after_s } | Problem::Unavailable { retry_after_s, .. } => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(*retry_after_s));
        }
        Problem::MethodNotAllowed => drop(headers.insert(header::ALLOW, HeaderValue::from_static("POST"))),
        _ => {}
    }
    response
}

fn answer(status: StatusCode, content_type: &'static str, body: String) -> Response {
    let headers = [(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body).into_response()
}
