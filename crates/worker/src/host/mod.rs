//! The platform, in the few calls that this Worker makes of it.
//!
//! They go straight to the platform's JavaScript, with an error of one word: the Worker library's own wrappers carry
//! an error of every kind that there is through every `?`, and read rows and settings with serde, which together
//! would be a third of the bundle.

mod http;
mod storage;
mod stream;

use std::fmt;
use std::time::Duration;

use posada_core::ids::Millis;
use wasm_bindgen::prelude::*;
use worker::js_sys::{self, Promise, Reflect, futures::JsFuture};
use worker::worker_sys::types as sys;
use worker::{Delay, Env, web_sys, web_sys::Response};

pub(crate) use http::{
    answer, copy, empty, header, request_bytes, request_of, request_text, response_text, set_header,
};
pub(crate) use storage::{Answered, Database, Sql, State, Statement};
pub(crate) use stream::{Body, EventWriter};

/// What the platform threw, or a fault of ours in its place.
#[derive(Debug)]
pub(crate) struct Error(JsValue);

/// What the platform's calls answer.
pub(crate) type Result<T> = std::result::Result<T, Error>;

impl From<JsValue> for Error {
    fn from(thrown: JsValue) -> Self {
        Self(thrown)
    }
}

impl From<&str> for Error {
    fn from(message: &str) -> Self {
        Self(js_sys::Error::new(message).into())
    }
}

impl From<String> for Error {
    fn from(message: String) -> Self {
        message.as_str().into()
    }
}

impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        error.0
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = member(&self.0, "message").and_then(|message| message.as_string());
        f.write_str(&message.or_else(|| self.0.as_string()).unwrap_or_else(|| "unknown error".to_owned()))
    }
}

/// A member of a JavaScript object; `None` where it has none of that name.
pub(crate) fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &JsValue::from_str(name)).ok().filter(|value| !value.is_undefined())
}

/// Waits for what a call promised.
pub(crate) async fn promised(promise: std::result::Result<Promise, JsValue>) -> Result<JsValue> {
    Ok(JsFuture::from(promise?).await?)
}

/// A number that JavaScript holds exactly: amounts and instants are far below 2^53.
#[expect(clippy::cast_precision_loss, reason = "values are bounded by Money::MAX and by the calendar")]
pub(crate) fn number(value: i64) -> JsValue {
    JsValue::from_f64(value as f64)
}

/// The system's clock.
#[expect(clippy::cast_possible_truncation, reason = "an instant is far below 2^53")]
pub(crate) fn clock() -> Millis {
    Millis(js_sys::Date::now() as i64)
}

/// Writes a line for operators.
pub(crate) fn console_log(line: &str) {
    web_sys::console::log_1(&JsValue::from_str(line));
}

/// Waits for so many milliseconds.
pub(crate) async fn wait(ms: u64) {
    Delay::from(Duration::from_millis(ms)).await;
}

/// A variable or secret of the deployment; `None` where it is not set or empty.
pub(crate) fn text(env: &Env, name: &str) -> Option<String> {
    member(env, name)?.as_string().filter(|text| !text.is_empty())
}

fn binding<T: JsCast>(env: &Env, name: &str) -> Result<T> {
    match member(env, name) {
        Some(binding) => Ok(binding.unchecked_into()),
        None => Err(format!("the binding {name} is missing").into()),
    }
}

/// Posts JSON to the object of this name.
///
/// # Errors
/// Where the object cannot be reached or its answer is lost.
pub(crate) async fn post(env: &Env, namespace: &str, name: &str, json: &str) -> Result<Response> {
    let stub = binding::<sys::DurableObjectNamespace>(env, namespace)?.get_by_name(name)?;
    send(env, &stub, json).await
}

/// Posts JSON to the object of this id.
///
/// # Errors
/// Where it is no id of this namespace, the object cannot be reached or its answer is lost.
pub(crate) async fn post_to_id(env: &Env, namespace: &str, id: &str, json: &str) -> Result<Response> {
    let namespace = binding::<sys::DurableObjectNamespace>(env, namespace)?;
    let stub = namespace.get(&namespace.id_from_string(id)?)?;
    send(env, &stub, json).await
}

async fn send(env: &Env, stub: &sys::DurableObject, json: &str) -> Result<Response> {
    let trace = crate::trace::headers(env);
    let trace: Vec<(&str, &str)> = trace.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let request = request_of("/", json, &trace)?;
    Ok(promised(stub.fetch_with_request(&request)).await?.unchecked_into())
}

#[wasm_bindgen]
extern "C" {
    type RateLimit;

    #[wasm_bindgen(method, catch)]
    fn limit(this: &RateLimit, of: &JsValue) -> std::result::Result<Promise, JsValue>;
}

/// Counts one more of this subject; `false` where that is more than the platform's counter of this name allows.
///
/// # Errors
/// Where the counter fails. A deployment without it allows everything.
pub(crate) async fn is_within(env: &Env, counter: &str, subject: &str) -> Result<bool> {
    let Some(counter) = member(env, counter) else { return Ok(true) };
    let of = js_sys::Object::new();
    Reflect::set(&of, &"key".into(), &subject.into())?;
    let answer = promised(counter.unchecked_into::<RateLimit>().limit(&of)).await?;
    Ok(member(&answer, "success").is_none_or(|success| success.is_truthy()))
}

#[wasm_bindgen]
extern "C" {
    type Assets;

    #[wasm_bindgen(method, catch)]
    fn fetch(this: &Assets, url: &str) -> std::result::Result<Promise, JsValue>;
}

/// The text of one of the files that the deployment serves.
///
/// # Errors
/// Where there is none.
pub(crate) async fn asset(env: &Env, path: &str) -> Result<String> {
    let assets: Assets = binding(env, "ASSETS")?;
    let response: Response = promised(assets.fetch(&format!("https://posada{path}"))).await?.unchecked_into();
    if !response.ok() {
        return Err(format!("there is no file {path}").into());
    }
    response_text(&response).await
}
