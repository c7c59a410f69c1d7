//! A Worker beside which the real one is measured: `/hello` says so, and everything else makes the call to the hotel's
//! object that a quote makes, and signs a constant. Its calls to the platform are the Worker's own files.
#![allow(missing_docs, reason = "durable_object writes public methods without documentation")]
#![allow(dead_code, unused_imports, reason = "of the Worker's files it uses a part")]

#[path = "../../worker/src/objects/calls.rs"]
mod calls;
#[path = "../../worker/src/host/mod.rs"]
mod host;
#[path = "../../worker/src/rows.rs"]
mod rows;
#[path = "../../worker/src/trace.rs"]
mod trace;

use posada_core::booking::request::RequestedRoom;
use posada_core::ids::{Millis, PackageId, RoomNumber, RoomTypeId};
use posada_core::money::Money;
use posada_core::party::Occupancy;
use posada_core::quote::{Quote, QuotedRoom};
use posada_core::stay::Stay;
use posada_wire::stored::to_text;
use posada_wire::token::sign_quote;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use worker::js_sys::{Promise, futures::future_to_promise};
use worker::web_sys::{Request, Response};
use worker::worker_sys::types::DurableObjectState;
use worker::{Context, Env, event};

use calls::{Availability, PropertyCall, PropertyReply, ask_property};
use host::{Result, State, answer, number, request_text};

const KEY: &[u8] = b"a signing key of the contender's own";

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    if request.url().ends_with("/hello") {
        return answer("hello", 200, "text/plain");
    }
    // The body is read, as it would be.
    let _ = request_text(&request).await?;
    let quote = constant().ok_or("there is no constant")?;
    let call = PropertyCall::Availability { stay: quote.stay, intent: None };
    let PropertyReply::Availability { availability } = ask_property(&env, &call).await? else {
        return Err("the object answered something else".into());
    };
    let signed = sign_quote(KEY, &quote).map_err(|_| "the constant cannot be signed")?;
    answer(
        &format!("{{\"free\":{},\"quote\":\"{signed}\"}}", availability.free.len()),
        200,
        "application/json",
    )
}

/// Three rooms for eight.
fn constant() -> Option<Quote> {
    let room = |adults| {
        let guests = Occupancy { adults, ..Occupancy::default() };
        let room = RequestedRoom { room_type: RoomTypeId::parse("Junior").ok()?, guests, extra_beds: 0 };
        Some(QuotedRoom { room, exact: Money::from_mills(86_250) })
    };
    Some(Quote {
        stay: Stay::new("2027-08-21".parse().ok()?, "2027-08-22".parse().ok()?).ok()?,
        package: PackageId::parse("Hospedaje").ok()?,
        rooms: [3, 3, 2].into_iter().map(room).collect::<Option<Vec<_>>>()?,
        tariff_version: 1,
        expires_at: Millis(1_800_000_000_000),
    })
}

/// The object, which answers what the hotel's does by the same query.
#[wasm_bindgen]
pub struct PropertyObject {
    state: Rc<State>,
}

#[wasm_bindgen]
impl PropertyObject {
    /// The object, as the platform makes it.
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, _env: Env) -> Self {
        Self { state: Rc::new(State::new(state)) }
    }

    /// Answers a call.
    pub fn fetch(&self, request: Request) -> Promise {
        let state = Rc::clone(&self.state);
        future_to_promise(async move { Ok(free(&state, &request).await?.into()) })
    }
}

async fn free(state: &State, request: &Request) -> Result<Response> {
    let call: PropertyCall = calls::read(&request_text(request).await?)?;
    let PropertyCall::Availability { stay, .. } = call else { return Err("that is not asked here".into()) };
    let sql = state.sql()?;
    sql.exec(
        "CREATE TABLE IF NOT EXISTS nights (room TEXT NOT NULL, night TEXT NOT NULL, expires_ms INTEGER,
             PRIMARY KEY (room, night)) WITHOUT ROWID",
        &[],
    )?;
    let taken: Vec<RoomNumber> = rows::query(
        &sql,
        "SELECT DISTINCT json_quote(room) AS json FROM nights
         WHERE night >= ?1 AND night < ?2 AND (expires_ms IS NULL OR expires_ms > ?3)",
        &[stay.check_in().to_string().into(), stay.check_out().to_string().into(), number(host::clock().0)],
    )?;
    let free = ["54", "56", "57", "58", "59", "12", "14", "16"]
        .into_iter()
        .filter_map(|room| RoomNumber::parse(room).ok());
    let free = free.filter(|room| !taken.contains(room)).collect();
    let availability =
        Availability { settings_version: "0".repeat(64), free, others: Vec::new(), retry_after_s: None };
    answer(&to_text(&PropertyReply::Availability { availability }), 200, "application/json")
}
