//! The Cloudflare host of Posada: routes, Durable Objects and D1. It decides nothing about rooms, prices or
//! payments; the core does, and this carries it out.
#![allow(missing_docs, reason = "durable_object writes public methods without documentation")]

mod auth;
mod config;
mod effects;
mod log;
mod objects;
mod payments;
mod respond;
mod routes;
mod rows;
mod settings;

use posada_core::payment::method::PaymentMethod;
use posada_core::problem::{Problem, System};
use worker::{Context, Env, Method, Request, Response, Result, event};

use respond::Tone;
use routes::{Ask, bookings, payments as payment_tools, quotes, staff};

/// Answers every request that reaches the Worker. Nothing that a caller sends makes it fail: what fails is the
/// hotel's systems, and that is answered 503.
#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    let language = routes::language(&request).unwrap_or_default();
    let tone = Tone::new(language, request.path().starts_with("/v1/tools/"));
    match route(request, env).await {
        Ok(response) => Ok(response),
        Err(error) => respond::problem(&respond::unavailable(System::Storage, &error), None, tone),
    }
}

/// One route of the API.
#[derive(Clone, Copy)]
enum Route<'a> {
    Health,
    Property,
    Availability,
    Quotes,
    QuoteRooms,
    Bookings,
    MakeBooking,
    Booking(&'a str),
    Validate(PaymentMethod),
    StaffSettings,
    StaffPayments,
}

/// The route of a path and its method.
fn find(path: &str) -> Option<(Route<'_>, Method)> {
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    Some(match segments.as_slice() {
        ["healthz"] => (Route::Health, Method::Get),
        ["v1", "property"] => (Route::Property, Method::Get),
        ["v1", "availability"] => (Route::Availability, Method::Get),
        ["v1", "quotes"] => (Route::Quotes, Method::Post),
        ["v1", "bookings"] => (Route::Bookings, Method::Post),
        ["v1", "bookings", id] => (Route::Booking(id), Method::Get),
        ["v1", "tools", "quote_rooms"] => (Route::QuoteRooms, Method::Post),
        ["v1", "tools", "make_booking"] => (Route::MakeBooking, Method::Post),
        ["v1", "tools", "validate_compraclick_payment"] => {
            (Route::Validate(PaymentMethod::CompraClick), Method::Post)
        }
        ["v1", "tools", "validate_bank_transfer"] => {
            (Route::Validate(PaymentMethod::DepositoBac), Method::Post)
        }
        ["v1", "staff", "settings"] => (Route::StaffSettings, Method::Put),
        ["v1", "staff", "payments"] => (Route::StaffPayments, Method::Put),
        _ => return None,
    })
}

async fn route(request: Request, env: Env) -> Result<Response> {
    let path = request.path();
    let tone = Tone::new(routes::language(&request)?, path.starts_with("/v1/tools/"));
    let Some((route, method)) = find(&path) else { return respond::problem(&Problem::NotFound, None, tone) };
    if request.method() != method {
        let response = respond::problem(&Problem::MethodNotAllowed, None, tone)?;
        response.headers().set("Allow", method.as_ref())?;
        return Ok(response);
    }
    if matches!(route, Route::Health) {
        return respond::json(&serde_json::json!({ "status": "ok" }), 200);
    }
    let ask = match Ask::new(request, env, matches!(route, Route::Booking(_)))? {
        Ok(ask) => ask,
        Err(problem) => return respond::problem(&problem, None, tone),
    };
    match route {
        Route::Health => respond::problem(&Problem::NotFound, None, tone),
        Route::Property => quotes::property(ask).await,
        Route::Availability => quotes::availability(ask).await,
        Route::Quotes => quotes::quote(ask, false).await,
        Route::QuoteRooms => quotes::quote(ask, true).await,
        Route::Bookings => bookings::create(ask, false).await,
        Route::MakeBooking => bookings::create(ask, true).await,
        Route::Booking(id) => bookings::get(ask, id).await,
        Route::Validate(method) => payment_tools::validation(ask, method).await,
        Route::StaffSettings => staff::put_settings(ask).await,
        Route::StaffPayments => staff::put_payments(ask).await,
    }
}
