//! The Cloudflare host of Posada.
#![allow(missing_docs, reason = "durable_object writes public methods without documentation")]

use serde_json::{Value, json};
use worker::{
    Context, DurableObject, Env, Request, Response, Result, SqlStorageValue, State, durable_object, event,
};

/// Answers every request that reaches the Worker.
#[event(fetch)]
async fn fetch(req: Request, env: Env, _ctx: Context) -> Result<Response> {
    match req.path().as_str() {
        "/healthz" => Response::from_json(&json!({ "status": "ok" })),
        "/v1/count" => env.durable_object("BOOKING")?.get_by_name("count")?.fetch_with_request(req).await,
        _ => Response::error("not found", 404),
    }
}

/// One booking.
#[durable_object(alarm)]
pub struct BookingObject {
    state: State,
}

impl DurableObject for BookingObject {
    fn new(state: State, _env: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, _req: Request) -> Result<Response> {
        let sql = self.state.storage().sql();
        sql.exec("CREATE TABLE IF NOT EXISTS calls (n INTEGER NOT NULL)", None)?;
        sql.exec("INSERT INTO calls (n) VALUES (?)", vec![SqlStorageValue::from(1)])?;
        let count: Value = sql.exec("SELECT count(*) AS n FROM calls", None)?.one()?;
        Response::from_json(&count)
    }

    async fn alarm(&self) -> Result<Response> {
        Response::empty()
    }
}

/// One hotel.
#[durable_object(alarm)]
pub struct PropertyObject {
    _state: State,
}

impl DurableObject for PropertyObject {
    fn new(state: State, _env: Env) -> Self {
        Self { _state: state }
    }

    async fn fetch(&self, _req: Request) -> Result<Response> {
        Response::empty()
    }

    async fn alarm(&self) -> Result<Response> {
        Response::empty()
    }
}
