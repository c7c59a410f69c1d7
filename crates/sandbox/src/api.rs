//! The five routes of the API, and what faults make of them.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Query as Pairs, State as Shared, rejection::QueryRejection},
    http::{HeaderMap, Method, Uri, header},
    response::Response,
    routing::{get, post},
};
use posada_wire::trace;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{
    answer::{Answer, Sending},
    book::Event,
    execute::{Done, Query, Request},
    fault::{Fault, Garbage, Plan, Route, Seen},
    garbage,
    log::Entry,
    order::{Wrong, check_reference, read_order},
    sandbox::{Sandbox, State, now_ms},
};

/// The largest body, in bytes.
const BODY_BYTES_MAX: usize = 64 * 1024;

type Asked = Result<Pairs<Vec<(String, String)>>, QueryRejection>;

pub(crate) fn router() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/availability", get(availability))
        .route("/reservations", post(book).get(list))
        .route("/reservations/{reference}", get(look_up).delete(cancel))
        .fallback(nowhere)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

async fn availability(Shared(sandbox): Shared<Arc<Sandbox>>, headers: HeaderMap, asked: Asked) -> Response {
    let request = query(asked, &["check_in_date", "check_out_date"])
        .and_then(|query| Ok(Request::Availability(query.nights()?)));
    call(sandbox, &headers, Route::Availability, request).await
}

async fn book(Shared(sandbox): Shared<Arc<Sandbox>>, headers: HeaderMap, body: Bytes) -> Response {
    let room_counts = !sandbox.state().book.capabilities.chooses_rooms;
    let request = read_order(&body, &sandbox.hotel, room_counts).and_then(|read| {
        let key = headers.get("idempotency-key").and_then(|value| value.to_str().ok());
        if key == Some(read.order.reference.as_str()) {
            Ok(Request::Book(Box::new(read)))
        } else {
            Err(Wrong::member("Idempotency-Key", "must be the reference"))
        }
    });
    call(sandbox, &headers, Route::Book, request).await
}

async fn list(Shared(sandbox): Shared<Arc<Sandbox>>, headers: HeaderMap, asked: Asked) -> Response {
    let request = query(asked, &["made_since", "after"])
        .and_then(|query| Ok(Request::List { made_since_ms: query.made_since_ms()?, after: query.after()? }));
    call(sandbox, &headers, Route::List, request).await
}

async fn look_up(
    Shared(sandbox): Shared<Arc<Sandbox>>,
    headers: HeaderMap,
    Path(reference): Path<String>,
) -> Response {
    let request = check_reference("reference", &reference).map(|()| Request::Lookup { reference });
    call(sandbox, &headers, Route::Lookup, request).await
}

async fn cancel(
    Shared(sandbox): Shared<Arc<Sandbox>>,
    headers: HeaderMap,
    Path(reference): Path<String>,
    asked: Asked,
) -> Response {
    let request = query(asked, &["reserva"]).and_then(|query| {
        check_reference("reference", &reference)?;
        Ok(Request::Cancel { reserva: query.get("reserva").map(str::to_owned), reference })
    });
    call(sandbox, &headers, Route::Cancel, request).await
}

/// Where nothing is, and where nothing may be done. That it was asked for is worth knowing.
async fn nowhere(Shared(sandbox): Shared<Arc<Sandbox>>, method: Method, uri: Uri) -> Response {
    let answer = Answer::raw(404, "text/plain", "Not Found");
    sandbox.state().log.add(Entry {
        at_ms: now_ms(),
        route: "other",
        request: json!({ "method": method.as_str(), "path": uri.path() }),
        answer: answer.shown(),
        ..Entry::default()
    });
    answer.into_response().await
}

fn query(asked: Asked, known: &[&str]) -> Result<Query, Wrong> {
    let Pairs(pairs) = asked.map_err(|error| Wrong::Unreadable(error.body_text()))?;
    Query::new(pairs, known)
}

/// Carries a call out in a task of its own: like any such system it goes on when the caller has gone.
async fn call(
    sandbox: Arc<Sandbox>,
    headers: &HeaderMap,
    route: Route,
    request: Result<Request, Wrong>,
) -> Response {
    let authorised = sandbox.key.as_ref().is_none_or(|key| {
        let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        sent.and_then(|text| text.strip_prefix("Bearer ")) == Some(key)
    });
    let sent = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (traceparent, tracestate) = (sent(trace::PARENT), sent(trace::STATE));
    let carried_out = tokio::spawn(async move {
        let started = Instant::now();
        let mut entry = Entry { route: route.name(), traceparent, tracestate, ..Entry::default() };
        let answer = answer(&sandbox, route, authorised, request, &mut entry).await;
        entry.at_ms = now_ms();
        entry.answer = answer.shown();
        entry.took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        sandbox.state().log.add(entry);
        answer
    });
    // It fails where the program ends, or by a bug, which is seen as a cut.
    carried_out.await.unwrap_or(Answer::Cut).into_response().await
}

async fn answer(
    sandbox: &Arc<Sandbox>,
    route: Route,
    authorised: bool,
    request: Result<Request, Wrong>,
    entry: &mut Entry,
) -> Answer {
    if let Some(answer) = not_there(sandbox, route) {
        return answer;
    }
    if !authorised {
        return Answer::error(401, "the key is missing or wrong");
    }
    let request = match request {
        Ok(request) => request,
        Err(wrong) => return Answer::wrong(&wrong),
    };
    entry.reference = request.reference().map(str::to_owned);
    entry.request = request.shown();
    if let Request::Book(read) = &request {
        entry.body_sha256 = Some(read.sha256.clone());
    }
    let (plan, latency_ms) = {
        let mut state = sandbox.state();
        let room_number = request.room_number(&state);
        let seen = Seen { route, reference: request.reference(), room_number: room_number.as_deref() };
        (state.faults.plan(seen), state.latency_ms)
    };
    entry.faults.clone_from(&plan.ids);
    pause(latency_ms.saturating_add(plan.before_ms)).await;
    let answer = faulty(sandbox, &request, &plan, entry);
    pause(plan.after_ms).await;
    answer
}

async fn pause(ms: u64) {
    if ms > 0 {
        sleep(Duration::from_millis(ms)).await;
    }
}

/// What a system without the capability answers: its router knows the path by another method, or does not know it.
fn not_there(sandbox: &Sandbox, route: Route) -> Option<Answer> {
    let can = sandbox.state().book.capabilities;
    let (there, path_is_known) = match route {
        Route::Availability | Route::Book => (true, true),
        Route::List => (can.list, true),
        Route::Lookup => (can.lookup, can.cancel),
        Route::Cancel => (can.cancel, can.lookup),
    };
    match (there, path_is_known) {
        (true, _) => None,
        (false, true) => Some(Answer::raw(405, "text/plain", "Method Not Allowed")),
        (false, false) => Some(Answer::raw(404, "text/plain", "Not Found")),
    }
}

/// Carries the call out, or does not, as its fault wants it.
fn faulty(sandbox: &Arc<Sandbox>, request: &Request, plan: &Plan, entry: &mut Entry) -> Answer {
    let Some(fault) = &plan.fault else { return whole(sandbox, request, entry) };
    match fault {
        // They are in the plan's times.
        Fault::Latency { .. } => whole(sandbox, request, entry),
        Fault::LostAnswer {} => {
            execute(sandbox, request, entry).map_or_else(|answer| answer, |_| Answer::Cut)
        }
        Fault::LateCommit { ms, silent } => {
            tokio::spawn(late(Arc::clone(sandbox), request.clone(), *ms, plan.ids.clone()));
            if *silent { Answer::Silent } else { Answer::Cut }
        }
        Fault::Status { status, retry_after } => {
            Answer::error(*status, "not now").with_retry_after(retry_after.clone())
        }
        Fault::StatusAfterCommit { status } => {
            let after = |_| Answer::error(*status, "something went wrong");
            execute(sandbox, request, entry).map_or_else(|answer| answer, after)
        }
        Fault::Garbage { garbage, commit } => spoilt(sandbox, request, *garbage, *commit, entry),
        Fault::Cut {} => Answer::Cut,
        Fault::CutInAnswer { bytes } => {
            whole(sandbox, request, entry).sent(Sending::CutAfter { bytes: *bytes })
        }
        Fault::SlowDrip { ms_per_byte } => {
            whole(sandbox, request, entry).sent(Sending::Drip { ms_per_byte: *ms_per_byte })
        }
        Fault::FrontDesk {} => {
            if let Request::Book(read) = request {
                let taken = Event::FrontDesk {
                    room_number: read.order.room_number.clone(),
                    nights: read.nights,
                    taken: true,
                };
                let mut state = sandbox.state();
                if let Ok(committed) = state.commit(&taken) {
                    state.log_control(committed);
                }
            }
            whole(sandbox, request, entry)
        }
        Fault::Redirect {} => Answer::raw(307, "text/plain", "").with_location("/elsewhere"),
        Fault::Refuse { error } => done(&Done::refused(error)),
        Fault::CancelFails {} => done(&Done::refused("the reservation cannot be cancelled any more")),
        Fault::Dialect {} => match execute(sandbox, request, entry) {
            Ok(Done { status, body, .. }) => Answer::json(status, &garbage::dialect(&body)),
            Err(answer) => answer,
        },
    }
}

fn whole(sandbox: &Sandbox, request: &Request, entry: &mut Entry) -> Answer {
    execute(sandbox, request, entry).map_or_else(|answer| answer, |it| done(&it))
}

fn done(done: &Done) -> Answer {
    Answer::json(done.status, &done.body)
}

fn execute(sandbox: &Sandbox, request: &Request, entry: &mut Entry) -> Result<Done, Answer> {
    let mut state = sandbox.state();
    match request.execute(sandbox, &mut state) {
        Ok(done) => {
            entry.committed = done.committed.clone();
            Ok(done)
        }
        // Nothing was changed that is not in the journal.
        Err(error) => Err(Answer::error(500, &format!("the journal cannot be written: {error}"))),
    }
}

fn spoilt(sandbox: &Sandbox, request: &Request, garbage: Garbage, commit: bool, entry: &mut Entry) -> Answer {
    let done = if commit {
        match execute(sandbox, request, entry) {
            Ok(done) => done,
            Err(answer) => return answer,
        }
    } else {
        // What would have been an answer.
        let body = json!({ "success": true, "reserva": "1", "room_number": "1" });
        Done { status: 200, body, committed: Value::Null }
    };
    let other_code = other_code(&sandbox.state(), request.reference());
    garbage::spoil(garbage, request.route(), done.status, &done.body, &other_code)
}

/// The code of the last reservation that another reference has.
fn other_code(state: &State, reference: Option<&str>) -> String {
    let others = state.book.reservations().iter().rev();
    others
        .into_iter()
        .find(|it| Some(it.reference.as_str()) != reference)
        .map_or_else(|| "1".to_owned(), |it| it.reserva.clone())
}

/// Carries a call out when nobody waits for it any more.
async fn late(sandbox: Arc<Sandbox>, request: Request, ms: u64, faults: Vec<String>) {
    let epoch = sandbox.state().epoch;
    pause(ms).await;
    if sandbox.state().epoch != epoch {
        return;
    }
    let mut entry = Entry {
        route: request.route().name(),
        reference: request.reference().map(str::to_owned),
        faults,
        late: true,
        ..Entry::default()
    };
    let answer = whole(&sandbox, &request, &mut entry);
    entry.at_ms = now_ms();
    entry.answer = json!({ "unsent": answer.shown() });
    entry.took_ms = ms;
    sandbox.state().log.add(entry);
}
