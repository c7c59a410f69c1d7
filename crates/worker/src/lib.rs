//! The Cloudflare host of Posada: routes, Durable Objects and D1. It decides nothing about rooms, prices or
//! payments; the core does, and this carries it out.
#![allow(missing_docs, reason = "durable_object writes public methods without documentation")]

mod auth;
mod config;
mod effects;
mod findings;
mod host;
mod log;
mod objects;
mod outbound;
mod payments;
mod registry;
mod reservations;
mod respond;
mod routes;
mod rows;
mod settings;
mod sweep;
mod webhook;

use posada_core::payment::method::PaymentMethod;
use posada_core::problem::Problem;
use posada_wire::payment::{read_retry, read_validation};
use worker::web_sys::{Request, Response};
use worker::{Context, Env, ScheduleContext, ScheduledEvent, event};

use host::Result;
use respond::{Answer, Tone};
use routes::{
    Ask, bookings, calendar, cases, cors, form, payments as payment_tools, quotes, reconciliation, staff,
    tools,
};

/// Answers every request that reaches the Worker. Nothing that a caller sends makes it fail: what fails is the
/// hotel's systems, and that is answered 503. The one place where refusals become answers.
#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    let path = path(&request.url()).to_owned();
    let origin = if cors::is_public(&path) { cors::allowed_origin(&request, &env)? } else { None };
    let response = if origin.is_some() && request.method() == "OPTIONS" {
        cors::preflight()?
    } else {
        answer(request, env, &path).await?
    };
    match origin {
        Some(origin) => cors::readable_by(&origin, &response),
        None => Ok(response),
    }
}

async fn answer(request: Request, env: Env, path: &str) -> Result<Response> {
    if path == "/reservar" {
        let tone = Tone::new(routes::language(&request).unwrap_or_default(), false);
        let api = async |request: Request, path: &'static str| api(request, env.clone(), path).await;
        return match form::form(&request, &env, tone, api).await {
            Ok(response) => Ok(response),
            Err(refused) => respond::refused(&refused, tone),
        };
    }
    api(request, env, path).await
}

async fn api(request: Request, env: Env, path: &str) -> Result<Response> {
    let mut tone = Tone::new(routes::language(&request).unwrap_or_default(), path.starts_with("/v1/tools/"));
    let found = find(path);
    if let Some((Route::Validate(method) | Route::Retry(method), _)) = found {
        tone.reference = method.into();
    }
    match route(request, env, found, tone).await {
        Ok(response) => Ok(response),
        Err(refused) => {
            let response = respond::refused(&refused, tone)?;
            if let (Problem::MethodNotAllowed, Some((_, method))) = (refused.problem(), found) {
                host::set_header(&response, "Allow", method)?;
            }
            Ok(response)
        }
    }
}

/// Sweeps, as often as wrangler.toml says.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    if let Err(error) = sweep::run(&env).await {
        log::error("sweep", &error.to_string());
    }
}

/// The path of an address.
fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').and_then(|start| rest.get(start..)).unwrap_or("/");
    path.split(['?', '#']).next().unwrap_or_default()
}

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
    RequestCancellation,
    Tools,
    Instructions,
    Bookings,
    MakeBooking,
    Booking(&'a str),
    BookingEvents(&'a str),
    BookingRoom(&'a str, &'a str),
    CancellationRequest(&'a str),
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
}

/// The route of a path and its methods.
fn find(path: &str) -> Option<(Route<'_>, &'static str)> {
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    Some(match segments.as_slice() {
        ["healthz"] => (Route::Health, "GET"),
        ["v1", "property"] => (Route::Property, "GET"),
        ["v1", "availability"] => (Route::Availability, "GET"),
        ["v1", "calendar"] => (Route::Calendar, "GET"),
        ["v1", "quotes"] => (Route::Quotes, "POST"),
        ["v1", "bookings"] => (Route::Bookings, "POST"),
        ["v1", "bookings", id] => (Route::Booking(id), "GET, DELETE"),
        ["v1", "bookings", id, "events"] => (Route::BookingEvents(id), "GET"),
        ["v1", "bookings", id, "rooms", n] => (Route::BookingRoom(id, n), "DELETE"),
        ["v1", "bookings", id, "cancellation-request"] => (Route::CancellationRequest(id), "POST"),
        ["v1", "tools", "quote_rooms"] => (Route::QuoteRooms, "POST"),
        ["v1", "tools", "check_availability"] => (Route::CheckAvailability, "POST"),
        ["v1", "tools", "get_booking"] => (Route::GetBooking, "POST"),
        ["v1", "tools", "request_cancellation"] => (Route::RequestCancellation, "POST"),
        ["v1", "tools"] => (Route::Tools, "GET"),
        ["v1", "assistant", "instructions"] => (Route::Instructions, "GET"),
        ["v1", "tools", "make_booking"] => (Route::MakeBooking, "POST"),
        ["v1", "tools", "validate_compraclick_payment"] => {
            (Route::Validate(PaymentMethod::CompraClick), "POST")
        }
        ["v1", "tools", "validate_bank_transfer"] => (Route::Validate(PaymentMethod::DepositoBac), "POST"),
        ["v1", "tools", "retry_compraclick_payment"] => (Route::Retry(PaymentMethod::CompraClick), "POST"),
        ["v1", "tools", "retry_bank_transfer"] => (Route::Retry(PaymentMethod::DepositoBac), "POST"),
        ["v1", "staff", "settings"] => (Route::StaffSettings, "PUT"),
        ["v1", "staff", "payments"] => (Route::StaffPayments, "GET, PUT"),
        ["v1", "staff", "reconciliation"] => (Route::StaffReconciliation, "GET"),
        ["v1", "staff", "cases"] => (Route::StaffCases, "GET"),
        ["v1", "staff", "cases", id, "resolve"] => (Route::StaffResolve(id), "POST"),
        ["v1", "staff", "bookings"] => (Route::StaffBookings, "GET"),
        ["v1", "staff", "bookings", id] => (Route::StaffBooking(id), "GET"),
        ["v1", "staff", "sweep"] => (Route::StaffSweep, "POST"),
        _ => return None,
    })
}

async fn route(request: Request, env: Env, found: Option<(Route<'_>, &str)>, tone: Tone) -> Answer {
    let Some((route, methods)) = found else { return Err(Problem::NotFound.into()) };
    let method = request.method();
    if !methods.split(", ").any(|it| it == method) {
        return Err(Problem::MethodNotAllowed.into());
    }
    if matches!(route, Route::Health) {
        return Ok(respond::json_text("{\"status\":\"ok\"}", 200)?);
    }
    let takes_token = matches!(
        route,
        Route::Bookings | Route::Booking(_) | Route::BookingEvents(_) | Route::CancellationRequest(_)
    );
    let ask = Ask::new(request, env, takes_token, tone)?;
    match route {
        Route::Health => Err(Problem::NotFound.into()),
        Route::Property => quotes::property(ask).await,
        Route::Availability => quotes::availability(ask).await,
        Route::Calendar => calendar::calendar(ask).await,
        Route::Quotes | Route::QuoteRooms => quotes::quote(ask).await,
        Route::CheckAvailability => tools::check_availability(ask).await,
        Route::GetBooking => tools::get_booking(ask).await,
        Route::RequestCancellation => tools::request_cancellation(ask).await,
        Route::Tools => tools::list(ask).await,
        Route::Instructions => tools::instructions(ask).await,
        Route::Bookings | Route::MakeBooking => bookings::create(ask).await,
        Route::Booking(id) if method == "DELETE" => bookings::cancel(ask, id, None).await,
        Route::Booking(id) => bookings::get(ask, id).await,
        Route::BookingEvents(id) => bookings::events(ask, id).await,
        Route::BookingRoom(id, n) => bookings::cancel(ask, id, Some(n)).await,
        Route::CancellationRequest(id) => bookings::request_cancellation(ask, id).await,
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
    }
}
