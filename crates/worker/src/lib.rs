//! The Cloudflare host of Posada: routes, Durable Objects and D1. It decides nothing about rooms, prices or
//! payments; the core does, and this carries it out.
#![allow(missing_docs, reason = "durable_object writes public methods without documentation")]

mod auth;
mod challenge;
mod config;
mod effects;
mod findings;
mod host;
mod log;
mod metrics;
mod objects;
mod outbound;
mod payments;
mod registry;
mod reservations;
mod respond;
mod routes;
mod rows;
mod settings;
mod signature;
mod sweep;
mod trace;
mod webhook;

use posada_core::payment::method::PaymentMethod;
use posada_core::problem::Problem;
use posada_wire::import::PAYMENTS_BYTES_MAX;
use posada_wire::payment::{read_retry, read_validation};
use posada_wire::read::BODY_BYTES_MAX;
use posada_wire::settings::SETTINGS_BYTES_MAX;
use worker::web_sys::{Request, Response};
use worker::{Context, Env, ScheduleContext, ScheduledEvent, event};

use auth::{Asker, Role};
use host::Result;
use respond::{Answer, Refused, Tone};
use routes::{
    Ask, bookings, calendar, cases, cors, form, history, mcp, payments as payment_tools, quotes,
    reconciliation, request_id, staff, tools,
};

/// Answers every request that reaches the Worker. Nothing that a caller sends makes it fail: what fails is the
/// hotel's systems, and that is answered 503. The one place where refusals become answers.
#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    let path = path(&request.url()).to_owned();
    let (id, env) = request_id::begin(&request, &env)?;
    let origin = if cors::is_public(&path) { cors::allowed_origin(&request, &env)? } else { None };
    let response = if origin.is_some() && request.method() == "OPTIONS" {
        cors::preflight()?
    } else {
        answer(request, env, &path, &id).await?
    };
    let response = request_id::answer(response, &id)?;
    match origin {
        Some(origin) => cors::readable_by(&origin, &response),
        None => Ok(response),
    }
}

async fn answer(request: Request, env: Env, path: &str, id: &str) -> Result<Response> {
    if path != "/reservar" && path != "/mcp" {
        return api(request, env, path, None, id).await;
    }
    let started = host::clock();
    let tone = Tone::new(routes::language(&request).unwrap_or_default(), false);
    let (answer, methods) = if path == "/mcp" {
        let api = async |request: Request, path: &str, asker: Asker| {
            api(request, env.clone(), path, Some(asker), id).await
        };
        (mcp::mcp(request, &env, tone, id, api).await, "POST")
    } else {
        let api = async |request: Request, path: &str| {
            let asker = Asker::form(&request, path.starts_with(TOOLS))?;
            api(request, env.clone(), path, Some(asker), id).await
        };
        (form::form(&request, &env, tone, api).await, "GET, POST")
    };
    match answer {
        Ok(response) => Ok(response),
        Err(refused) => {
            let response = refuse(&refused, tone, Some(methods))?;
            let (name, problem) = (path.trim_start_matches('/'), Some(refused.problem().code()));
            let took_ms = host::clock().0.saturating_sub(started.0);
            log::request(&env, id, name, response.status(), problem, took_ms);
            Ok(response)
        }
    }
}

/// The answer to a request that is refused; where it is the method, with those that there are.
fn refuse(refused: &Refused, tone: Tone, methods: Option<&str>) -> Result<Response> {
    let response = respond::refused(refused, tone)?;
    if let (Problem::MethodNotAllowed, Some(methods)) = (refused.problem(), methods) {
        host::set_header(&response, "Allow", methods)?;
    }
    Ok(response)
}

/// Whether a tool has this path.
fn is_tool(path: &str) -> bool {
    path.starts_with(TOOLS) && find(path).is_some()
}

/// Where the assistant's tools are.
const TOOLS: &str = "/v1/tools/";

/// Answers for a route of the API; `known` is who asks, where that is known within the program.
async fn api(request: Request, env: Env, path: &str, known: Option<Asker>, id: &str) -> Result<Response> {
    let started = host::clock();
    let mut tone = Tone::new(routes::language(&request).unwrap_or_default(), path.starts_with(TOOLS));
    let found = find(path);
    if let Some((Route::Validate(method) | Route::Retry(method), _)) = found {
        tone.reference = method.into();
    }
    let (response, problem) = match route(request, env.clone(), found, tone, known, id).await {
        Ok(response) => (response, None),
        Err(refused) => {
            let response = refuse(&refused, tone, found.map(|(_, methods)| methods))?;
            (response, Some(refused.problem().code()))
        }
    };
    let route = found.map(|(route, _)| route);
    if response.status() >= 400 || !route.is_some_and(Route::is_question) {
        let took_ms = host::clock().0.saturating_sub(started.0);
        log::request(&env, id, route.map_or("none", Route::name), response.status(), problem, took_ms);
    }
    Ok(response)
}

/// `GET /healthz`: whether the deployment can serve; what of its settings is wrong is named.
fn health(env: &Env) -> Result<Response> {
    match config::faults(env) {
        faults if faults.is_empty() => respond::json_text("{\"status\":\"ok\"}", 200),
        faults => respond::json(&Unfit { status: "misconfigured", faults }, 503),
    }
}

struct Unfit {
    status: &'static str,
    faults: Vec<String>,
}

posada_wire::written!(Unfit { status, faults });

/// Sweeps, as often as wrangler.toml says.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    let env = trace::begun(&env);
    if let Err(error) = sweep::run(&env).await {
        log::failed(&env, "sweep", &error);
    }
}

/// The path of an address.
fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').and_then(|start| rest.get(start..)).unwrap_or("/");
    path.split(['?', '#']).next().unwrap_or_default()
}

/// The longest address that is looked at.
const URL_BYTES_MAX: usize = 4_096;

/// One route of the API.
#[derive(Clone, Copy)]
enum Route<'a> {
    Health,
    Property,
    Availability,
    Calendar,
    Quotes,
    QuoteRooms,
    CheckAvailability,
    GetBooking,
    PayBalance,
    RequestCancellation,
    Tools,
    Instructions,
    Bookings,
    MakeBooking,
    Booking(&'a str),
    BookingEvents(&'a str),
    BookingRoom(&'a str, &'a str),
    CancellationRequest(&'a str),
    BookingPayments(&'a str),
    FindPayment,
    Validate(PaymentMethod),
    Retry(PaymentMethod),
    StaffSettings,
    StaffPayments,
    StaffReconciliation,
    StaffCases,
    StaffResolve(&'a str),
    StaffBookings,
    StaffBooking(&'a str),
    StaffSweep,
    StaffGuest(&'a str),
    StaffMetrics,
    Metrics,
}

impl Route<'_> {
    /// The route for the log: what of the path callers choose is left out.
    fn name(self) -> &'static str {
        match self {
            Self::Health => "healthz",
            Self::Property => "property",
            Self::Availability => "availability",
            Self::Calendar => "calendar",
            Self::Quotes => "quotes",
            Self::QuoteRooms => "tools/quote_rooms",
            Self::CheckAvailability => "tools/check_availability",
            Self::GetBooking => "tools/get_booking",
            Self::PayBalance => "tools/pay_balance",
            Self::RequestCancellation => "tools/request_cancellation",
            Self::Tools => "tools",
            Self::Instructions => "assistant/instructions",
            Self::Bookings => "bookings",
            Self::MakeBooking => "tools/make_booking",
            Self::Booking(_) => "bookings/{id}",
            Self::BookingEvents(_) => "bookings/{id}/events",
            Self::BookingRoom(..) => "bookings/{id}/rooms/{n}",
            Self::BookingPayments(_) => "bookings/{id}/payments",
            Self::CancellationRequest(_) => "bookings/{id}/cancellation-request",
            Self::FindPayment => "tools/find_payment",
            Self::Validate(_) => "tools/validate",
            Self::Retry(_) => "tools/retry",
            Self::StaffSettings => "staff/settings",
            Self::StaffPayments => "staff/payments",
            Self::StaffReconciliation => "staff/reconciliation",
            Self::StaffCases => "staff/cases",
            Self::StaffResolve(_) => "staff/cases/{id}/resolve",
            Self::StaffBookings => "staff/bookings",
            Self::StaffBooking(_) => "staff/bookings/{id}",
            Self::StaffSweep => "staff/sweep",
            Self::StaffGuest(_) => "staff/bookings/{id}/guest",
            Self::StaffMetrics => "staff/metrics",
            Self::Metrics => "metrics",
        }
    }

    /// The most bytes of a body that it takes.
    fn bytes_max(self) -> usize {
        match self {
            Self::StaffSettings => SETTINGS_BYTES_MAX,
            Self::StaffPayments => PAYMENTS_BYTES_MAX,
            _ => BODY_BYTES_MAX,
        }
    }

    /// Whether it only asks, and so often that answers to it are not logged.
    fn is_question(self) -> bool {
        matches!(
            self,
            Self::Health
                | Self::Property
                | Self::Availability
                | Self::Calendar
                | Self::Quotes
                | Self::Tools
                | Self::Instructions
                | Self::Metrics
        )
    }
}

/// The route of a path and its methods.
fn find(path: &str) -> Option<(Route<'_>, &'static str)> {
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    Some(match segments.as_slice() {
        ["healthz"] => (Route::Health, "GET"),
        ["metrics"] => (Route::Metrics, "GET"),
        ["v1", "property"] => (Route::Property, "GET"),
        ["v1", "availability"] => (Route::Availability, "GET"),
        ["v1", "calendar"] => (Route::Calendar, "GET"),
        ["v1", "quotes"] => (Route::Quotes, "POST"),
        ["v1", "bookings"] => (Route::Bookings, "POST"),
        ["v1", "bookings", id] => (Route::Booking(id), "GET, DELETE"),
        ["v1", "bookings", id, "events"] => (Route::BookingEvents(id), "GET"),
        ["v1", "bookings", id, "rooms", n] => (Route::BookingRoom(id, n), "DELETE"),
        ["v1", "bookings", id, "payments"] => (Route::BookingPayments(id), "POST"),
        ["v1", "bookings", id, "cancellation-request"] => (Route::CancellationRequest(id), "POST"),
        ["v1", "tools", "quote_rooms"] => (Route::QuoteRooms, "POST"),
        ["v1", "tools", "check_availability"] => (Route::CheckAvailability, "POST"),
        ["v1", "tools", "get_booking"] => (Route::GetBooking, "POST"),
        ["v1", "tools", "pay_balance"] => (Route::PayBalance, "POST"),
        ["v1", "tools", "request_cancellation"] => (Route::RequestCancellation, "POST"),
        ["v1", "tools"] => (Route::Tools, "GET"),
        ["v1", "assistant", "instructions"] => (Route::Instructions, "GET"),
        ["v1", "tools", "make_booking"] => (Route::MakeBooking, "POST"),
        ["v1", "tools", "validate_compraclick_payment"] => {
            (Route::Validate(PaymentMethod::CompraClick), "POST")
        }
        ["v1", "tools", "validate_bank_transfer"] => (Route::Validate(PaymentMethod::DepositoBac), "POST"),
        ["v1", "tools", "find_payment"] => (Route::FindPayment, "POST"),
        ["v1", "tools", "retry_compraclick_payment"] => (Route::Retry(PaymentMethod::CompraClick), "POST"),
        ["v1", "tools", "retry_bank_transfer"] => (Route::Retry(PaymentMethod::DepositoBac), "POST"),
        ["v1", "staff", "settings"] => (Route::StaffSettings, "PUT"),
        ["v1", "staff", "payments"] => (Route::StaffPayments, "GET, PUT"),
        ["v1", "staff", "reconciliation"] => (Route::StaffReconciliation, "GET"),
        ["v1", "staff", "cases"] => (Route::StaffCases, "GET"),
        ["v1", "staff", "cases", id, "resolve"] => (Route::StaffResolve(id), "POST"),
        ["v1", "staff", "bookings"] => (Route::StaffBookings, "GET"),
        ["v1", "staff", "bookings", id] => (Route::StaffBooking(id), "GET"),
        ["v1", "staff", "bookings", id, "guest"] => (Route::StaffGuest(id), "DELETE"),
        ["v1", "staff", "sweep"] => (Route::StaffSweep, "POST"),
        ["v1", "staff", "metrics"] => (Route::StaffMetrics, "GET"),
        _ => return None,
    })
}

async fn route(
    request: Request,
    env: Env,
    found: Option<(Route<'_>, &str)>,
    tone: Tone,
    known: Option<Asker>,
    id: &str,
) -> Answer {
    if request.url().len() > URL_BYTES_MAX {
        return Err(Problem::field("url", format!("must have at most {URL_BYTES_MAX} characters")).into());
    }
    let Some((route, methods)) = found else { return Err(Problem::NotFound.into()) };
    let method = request.method();
    if !methods.split(", ").any(|it| it == method) {
        return Err(Problem::MethodNotAllowed.into());
    }
    if matches!(route, Route::Health) {
        return Ok(health(&env)?);
    }
    let takes_token = matches!(
        route,
        Route::Bookings
            | Route::Booking(_)
            | Route::BookingEvents(_)
            | Route::BookingPayments(_)
            | Route::CancellationRequest(_)
    );
    let ask = Ask::new(request, env, takes_token, tone, known, id, route.bytes_max()).await?;
    if matches!(route, Route::Metrics) {
        ask.must_be(&[Role::Metrics, Role::Staff])?;
    } else if ask.asker.role == Role::Metrics {
        ask.must_be(&[])?;
    }
    match route {
        Route::Health => Err(Problem::NotFound.into()),
        Route::Property => quotes::property(ask).await,
        Route::Availability => quotes::availability(ask).await,
        Route::Calendar => calendar::calendar(ask).await,
        Route::Quotes | Route::QuoteRooms => quotes::quote(ask).await,
        Route::CheckAvailability => tools::check_availability(ask).await,
        Route::GetBooking => tools::get_booking(ask).await,
        Route::PayBalance => tools::pay_balance(ask).await,
        Route::RequestCancellation => tools::request_cancellation(ask).await,
        Route::Tools => tools::list(ask).await,
        Route::Instructions => tools::instructions(ask).await,
        Route::Bookings | Route::MakeBooking => bookings::create(ask).await,
        Route::Booking(id) if method == "DELETE" => bookings::cancel(ask, id, None).await,
        Route::Booking(id) => bookings::get(ask, id).await,
        Route::BookingEvents(id) => bookings::events(ask, id).await,
        Route::BookingRoom(id, n) => bookings::cancel(ask, id, Some(n)).await,
        Route::BookingPayments(id) => bookings::pay(ask, id).await,
        Route::CancellationRequest(id) => bookings::request_cancellation(ask, id).await,
        Route::FindPayment => payment_tools::find(ask).await,
        Route::Validate(method) => payment_tools::validation(ask, method, read_validation).await,
        Route::Retry(method) => payment_tools::validation(ask, method, read_retry).await,
        Route::StaffSettings => staff::put_settings(ask).await,
        Route::StaffPayments if method == "PUT" => staff::put_payments(ask).await,
        Route::StaffPayments => reconciliation::payments(ask).await,
        Route::StaffReconciliation => reconciliation::reconciliation(ask).await,
        Route::StaffCases => cases::list(ask).await,
        Route::StaffResolve(id) => cases::resolve(ask, id).await,
        Route::StaffBookings => cases::bookings(ask).await,
        Route::StaffBooking(id) => cases::booking(ask, id).await,
        Route::StaffSweep => cases::sweep(ask).await,
        Route::StaffGuest(id) => cases::erase(ask, id).await,
        Route::StaffMetrics => history::history(ask).await,
        Route::Metrics => metrics::metrics(ask).await,
    }
}
