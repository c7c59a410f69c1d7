//! The control routes: what tests do to the system beside the API. They ask for no key.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Query as Pairs, State as Shared},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    book::{Capabilities, Event, Nights, Reservation},
    fault::Rule,
    order::Wrong,
    sandbox::Sandbox,
};

type Refusal = (StatusCode, Json<Value>);

pub(crate) fn router() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/control/faults", get(faults).post(add_fault).delete(remove_faults))
        .route("/control/capabilities", get(capabilities).put(set_capabilities))
        .route("/control/latency", put(set_latency))
        .route("/control/front-desk", post(front_desk))
        .route("/control/rename", post(rename))
        .route("/control/log", get(log))
        .route("/control/reservations", get(reservations))
        .route("/control/reset", post(reset))
}

fn refusal(error: impl Into<String>) -> Refusal {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": error.into() })))
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    let mut json = serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(&mut json).map_err(|error| refusal(error.to_string()))
}

async fn faults(Shared(sandbox): Shared<Arc<Sandbox>>) -> Response {
    Json(json!({ "faults": sandbox.state().faults.rules() })).into_response()
}

/// One rule, or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum RuleOrRules {
    Many(Vec<Value>),
    One(Value),
}

async fn add_fault(Shared(sandbox): Shared<Arc<Sandbox>>, body: Bytes) -> Result<Response, Refusal> {
    let rules = match read(&body)? {
        RuleOrRules::Many(rules) => rules,
        RuleOrRules::One(rule) => vec![rule],
    };
    let rules: Vec<Rule> = rules
        .into_iter()
        .map(|rule| serde_path_to_error::deserialize(rule).map_err(|error| refusal(error.to_string())))
        .collect::<Result<_, _>>()?;
    let mut state = sandbox.state();
    let ids: Vec<String> =
        rules.into_iter().map(|rule| state.faults.add(rule).map_err(refusal)).collect::<Result<_, _>>()?;
    Ok((StatusCode::CREATED, Json(json!({ "ids": ids }))).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    id: Option<String>,
}

async fn remove_faults(Shared(sandbox): Shared<Arc<Sandbox>>, Pairs(which): Pairs<Which>) -> Response {
    let removed = sandbox.state().faults.remove(which.id.as_deref());
    Json(json!({ "removed": removed })).into_response()
}

async fn capabilities(Shared(sandbox): Shared<Arc<Sandbox>>) -> Response {
    Json(sandbox.state().book.capabilities).into_response()
}

async fn set_capabilities(Shared(sandbox): Shared<Arc<Sandbox>>, body: Bytes) -> Result<Response, Refusal> {
    let capabilities: Capabilities = read(&body)?;
    commit(&sandbox, &Event::Capabilities { capabilities })
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Latency {
    ms: u64,
}

async fn set_latency(Shared(sandbox): Shared<Arc<Sandbox>>, body: Bytes) -> Result<Response, Refusal> {
    let latency: Latency = read(&body)?;
    sandbox.state().latency_ms = latency.ms;
    Ok(Json(latency).into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    Take,
    Release,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontDesk {
    action: Action,
    room_number: String,
    check_in_date: NaiveDate,
    check_out_date: NaiveDate,
}

/// The front desk takes a room for those of the nights for which it is free, or gives back those that it has.
async fn front_desk(Shared(sandbox): Shared<Arc<Sandbox>>, body: Bytes) -> Result<Response, Refusal> {
    let FrontDesk { action, room_number, check_in_date, check_out_date } = read(&body)?;
    let nights = Nights::new(check_in_date, check_out_date).map_err(|wrong| match wrong {
        Wrong::Unreadable(what) => refusal(what),
        Wrong::Member { name, what } => refusal(format!("{name}: {what}")),
    })?;
    if !sandbox.state().book.has_room(&room_number) {
        return Err(refusal("room_number: is none of the hotel's"));
    }
    commit(&sandbox, &Event::FrontDesk { room_number, nights, taken: matches!(action, Action::Take) })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rename {
    reserva: String,
    to: String,
}

/// The front desk gives a reservation another code.
async fn rename(Shared(sandbox): Shared<Arc<Sandbox>>, body: Bytes) -> Result<Response, Refusal> {
    let Rename { reserva, to } = read(&body)?;
    let is_code = |code: &str| sandbox.state().book.reservations().iter().any(|it| it.reserva == code);
    if !is_code(&reserva) {
        return Err(refusal("reserva: there is no such reservation"));
    }
    if is_code(&to) {
        return Err(refusal("to: is another reservation's"));
    }
    commit(&sandbox, &Event::Renamed { reserva, to })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct After {
    #[serde(default)]
    after: u64,
}

async fn log(Shared(sandbox): Shared<Arc<Sandbox>>, Pairs(after): Pairs<After>) -> Response {
    let state = sandbox.state();
    let (entries, last) = state.log.after(after.after);
    Json(json!({ "entries": entries, "last": last })).into_response()
}

#[derive(Serialize)]
struct All<'a> {
    reservations: &'a [Reservation],
    front_desk: Vec<Value>,
}

async fn reservations(Shared(sandbox): Shared<Arc<Sandbox>>) -> Response {
    let state = sandbox.state();
    let nights = state.book.front_desk().map(|(room, night)| json!({ "room_number": room, "night": night }));
    let front_desk = nights.collect();
    Json(All { reservations: state.book.reservations(), front_desk }).into_response()
}

/// Forgets reservations, the front desk's nights, faults and late commits. The log stays, and says so.
async fn reset(Shared(sandbox): Shared<Arc<Sandbox>>) -> Result<Response, Refusal> {
    {
        let mut state = sandbox.state();
        state.epoch += 1;
        state.faults.remove(None);
    }
    commit(&sandbox, &Event::Reset)
}

fn commit(sandbox: &Sandbox, event: &Event) -> Result<Response, Refusal> {
    let mut state = sandbox.state();
    let committed = state.commit(event).map_err(|error| refusal(format!("the journal: {error}")))?;
    state.log_control(committed.clone());
    Ok(Json(committed).into_response())
}
