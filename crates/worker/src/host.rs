//! The platform, in the few calls that this Worker makes of it.
//!
//! They go straight to the platform's JavaScript, with an error of one word: the Worker library's own wrappers carry
//! an error of every kind that there is through every `?`, and read rows and settings with serde, which together
//! would be a third of the bundle.

use std::fmt;
use std::time::Duration;

use futures_util::future::{Either, select};
use posada_core::ids::Millis;
use wasm_bindgen::prelude::*;
use worker::js_sys::{self, Array, Promise, Reflect, futures::JsFuture};
use worker::web_sys::{self, Headers, RequestInit, ResponseInit};
use worker::worker_sys::types as sys;
use worker::{Delay, Env, web_sys::Response};

/// How long a stream's reader may take to read its end.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);

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

/// The value of a request's header.
pub(crate) fn header(request: &web_sys::Request, name: &str) -> Result<Option<String>> {
    Ok(request.headers().get(name)?)
}

/// The text of a request between objects.
pub(crate) async fn request_text(request: &web_sys::Request) -> Result<String> {
    Ok(promised(request.text()).await?.as_string().unwrap_or_default())
}

/// The whole body of a request.
pub(crate) async fn request_bytes(request: &web_sys::Request) -> Result<Vec<u8>> {
    let buffer = promised(request.array_buffer()).await?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// The text of an answer between objects.
pub(crate) async fn response_text(response: &Response) -> Result<String> {
    Ok(promised(response.text()).await?.as_string().unwrap_or_default())
}

/// What every answer says to browsers: kept nowhere, nothing else than it says it is, and nothing to show, to frame or
/// to run.
const SECURITY_HEADERS: [(&str, &str); 7] = [
    ("Cache-Control", "no-store"),
    (
        "Content-Security-Policy",
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("Strict-Transport-Security", "max-age=31536000"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
];

thread_local! {
    static SECURITY: js_sys::Object = security();
}

fn security() -> js_sys::Object {
    let headers = js_sys::Object::new();
    for (name, value) in SECURITY_HEADERS {
        // A new object takes every member.
        let _ = Reflect::set(&headers, &name.into(), &value.into());
    }
    headers
}

/// How an answer begins: its status, and the headers of every answer.
fn init(status: u16) -> ResponseInit {
    let init = ResponseInit::new();
    init.set_status(status);
    SECURITY.with(|headers| init.set_headers(headers));
    init
}

/// An answer of this text, which is of this type.
pub(crate) fn answer(text: &str, status: u16, content_type: &str) -> Result<Response> {
    let init = init(status);
    let response = Response::new_with_opt_str_and_init(Some(text), &init)?;
    set_header(&response, "Content-Type", content_type)?;
    Ok(response)
}

#[wasm_bindgen]
extern "C" {
    /// `Response`, made of a body and of another one.
    #[wasm_bindgen(js_name = Response)]
    type Copied;

    #[wasm_bindgen(constructor, js_class = "Response", catch)]
    fn new(body: &JsValue, like: &Response) -> std::result::Result<Copied, JsValue>;
}

/// The answer with headers that can be set: those of an object's answer cannot.
pub(crate) fn copy(response: &Response) -> Result<Response> {
    let body = response.body().map_or(JsValue::NULL, JsValue::from);
    Ok(Copied::new(&body, response)?.unchecked_into())
}

/// Sets a header of an answer.
pub(crate) fn set_header(response: &Response, name: &str, value: &str) -> Result<()> {
    Ok(response.headers().set(name, value)?)
}

/// A request of JSON to one of our own routes.
pub(crate) fn request_of(path: &str, json: &str, sent: &[(&str, &str)]) -> Result<web_sys::Request> {
    let headers = Headers::new()?;
    headers.set("Content-Type", "application/json")?;
    for (name, value) in sent {
        headers.set(name, value)?;
    }
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&JsValue::from_str(json));
    Ok(web_sys::Request::new_with_str_and_init(&format!("https://posada{path}"), &init)?)
}

/// Posts JSON to the object of this name.
///
/// # Errors
/// Where the object cannot be reached or its answer is lost.
pub(crate) async fn post(env: &Env, namespace: &str, name: &str, json: &str) -> Result<Response> {
    let stub = binding::<sys::DurableObjectNamespace>(env, namespace)?.get_by_name(name)?;
    send(&stub, json).await
}

/// Posts JSON to the object of this id.
///
/// # Errors
/// Where it is no id of this namespace, the object cannot be reached or its answer is lost.
pub(crate) async fn post_to_id(env: &Env, namespace: &str, id: &str, json: &str) -> Result<Response> {
    let namespace = binding::<sys::DurableObjectNamespace>(env, namespace)?;
    let stub = namespace.get(&namespace.id_from_string(id)?)?;
    send(&stub, json).await
}

async fn send(stub: &sys::DurableObject, json: &str) -> Result<Response> {
    let request = request_of("/", json, &[])?;
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

#[wasm_bindgen]
extern "C" {
    type Reader;

    #[wasm_bindgen(method, catch)]
    fn read(this: &Reader) -> std::result::Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn cancel(this: &Reader) -> std::result::Result<Promise, JsValue>;

    type IdentityTransformStream;

    #[wasm_bindgen(constructor, catch)]
    fn new() -> std::result::Result<IdentityTransformStream, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn readable(this: &IdentityTransformStream) -> web_sys::ReadableStream;

    #[wasm_bindgen(method, getter)]
    fn writable(this: &IdentityTransformStream) -> Writable;

    type Writable;

    #[wasm_bindgen(method, catch, js_name = getWriter)]
    fn get_writer(this: &Writable) -> std::result::Result<Writer, JsValue>;

    type Writer;

    #[wasm_bindgen(method, catch)]
    fn write(this: &Writer, bytes: js_sys::Uint8Array) -> std::result::Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn close(this: &Writer) -> std::result::Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn abort(this: &Writer) -> std::result::Result<Promise, JsValue>;
}

/// An answer without a body.
pub(crate) fn empty(status: u16) -> Result<Response> {
    Ok(Response::new_with_opt_str_and_init(None, &init(status))?)
}

/// Where server-sent events are written.
pub(crate) struct EventWriter(Writer);

impl EventWriter {
    /// A stream of events, and the answer that it is.
    pub(crate) fn open() -> Result<(Self, Response)> {
        let stream = IdentityTransformStream::new()?;
        let writer = stream.writable().get_writer()?;
        let response = Response::new_with_opt_readable_stream_and_init(Some(&stream.readable()), &init(200))?;
        set_header(&response, "Content-Type", "text/event-stream")?;
        Ok((Self(writer), response))
    }

    /// Writes; `false` where nobody reads it, or not in time.
    pub(crate) async fn write(&self, text: &str, within: Duration) -> bool {
        let Ok(written) = self.0.write(js_sys::Uint8Array::from(text.as_bytes())) else { return false };
        match select(JsFuture::from(written), Delay::from(within)).await {
            Either::Left((written, _)) => written.is_ok(),
            Either::Right(_) => false,
        }
    }

    /// Ends the stream; one that nobody reads is thrown away.
    pub(crate) async fn close(&self) {
        let closed = self.0.close().map(JsFuture::from);
        let Ok(closed) = closed else { return };
        if let Either::Right(_) = select(closed, Delay::from(CLOSE_WITHIN)).await
            && let Ok(aborted) = self.0.abort()
        {
            let _ = JsFuture::from(aborted).await;
        }
    }
}

/// The body of a request or an answer, in the pieces that it comes in.
pub(crate) struct Body(Reader);

impl Body {
    /// A request's body; `None` where there is none.
    pub(crate) fn of(request: &web_sys::Request) -> Option<Self> {
        request.body().map(|stream| Self(stream.get_reader().unchecked_into()))
    }

    /// An answer's body; `None` where there is none.
    pub(crate) fn of_response(response: &Response) -> Option<Self> {
        response.body().map(|stream| Self(stream.get_reader().unchecked_into()))
    }

    /// The next piece; `None` at the end.
    pub(crate) async fn next(&self) -> Result<Option<Vec<u8>>> {
        let chunk = promised(self.0.read()).await?;
        Ok(member(&chunk, "value").map(|bytes| js_sys::Uint8Array::unchecked_from_js(bytes).to_vec()))
    }

    /// Lets go of the rest.
    pub(crate) async fn cancel(&self) -> Result<()> {
        promised(self.0.cancel()).await.map(drop)
    }
}

/// The values that a statement is given, in the order of its `?1`, `?2`.
fn values(bound: &[JsValue]) -> Array {
    let array = Array::new();
    for value in bound {
        array.push(value);
    }
    array
}

/// The SQL of an object's own storage.
pub(crate) struct Sql(sys::SqlStorage);

impl Sql {
    /// Runs a statement and answers its rows.
    pub(crate) fn exec(&self, text: &str, bound: &[JsValue]) -> Result<Array> {
        Ok(self.0.exec(text, values(bound))?.to_array())
    }
}

/// What the platform gives an object: its storage, its alarm, and leave to go on after an answer.
pub(crate) struct State(sys::DurableObjectState);

impl State {
    pub(crate) fn new(state: sys::DurableObjectState) -> Self {
        Self(state)
    }

    pub(crate) fn sql(&self) -> Result<Sql> {
        Ok(Sql(self.0.storage()?.sql()))
    }

    /// The object's id, which says nothing of its name.
    pub(crate) fn id(&self) -> Result<String> {
        Ok(self.0.id()?.to_string()?)
    }

    /// Sets the alarm for so many milliseconds from now.
    pub(crate) async fn set_alarm(&self, after_ms: i64) -> Result<()> {
        let at = js_sys::Date::new(&number(clock().plus(after_ms).0));
        promised(self.0.storage()?.set_alarm(at, JsValue::NULL.into())).await.map(drop)
    }

    pub(crate) async fn delete_alarm(&self) -> Result<()> {
        promised(self.0.storage()?.delete_alarm(JsValue::NULL.into())).await.map(drop)
    }

    /// Deletes all that the object keeps.
    pub(crate) async fn delete_all(&self) -> Result<()> {
        promised(self.0.storage()?.delete_all()).await.map(drop)
    }

    /// Goes on with `work` after the answer.
    pub(crate) fn wait_until(&self, work: impl Future<Output = ()> + 'static) -> Result<()> {
        let promise = js_sys::futures::future_to_promise(async move {
            work.await;
            Ok(JsValue::UNDEFINED)
        });
        Ok(self.0.wait_until(&promise)?)
    }
}

/// A D1 database.
pub(crate) struct Database(sys::D1Database);

/// A statement with its values.
pub(crate) struct Statement(sys::D1PreparedStatement);

/// What a statement of D1 answered: rows, and how many it changed.
pub(crate) struct Answered(JsValue);

impl Database {
    /// The database that this deployment keeps settings and payments in.
    pub(crate) fn of(env: &Env) -> Result<Self> {
        binding(env, "DB").map(Self)
    }

    /// A statement of these values.
    pub(crate) fn prepare(&self, text: &str, bound: &[JsValue]) -> Result<Statement> {
        Ok(Statement(self.0.prepare(text)?.bind(values(bound))?))
    }

    /// Runs statements in one transaction.
    pub(crate) async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Answered>> {
        let all = Array::new();
        for statement in statements {
            all.push(&statement.0);
        }
        let answers: Array = promised(self.0.batch(all)).await?.unchecked_into();
        Ok(answers.iter().map(Answered).collect())
    }
}

impl Statement {
    /// Runs the statement by itself.
    pub(crate) async fn run(&self) -> Result<Answered> {
        promised(self.0.all()).await.map(Answered)
    }
}

impl Answered {
    /// The rows.
    pub(crate) fn rows(&self) -> Array {
        member(&self.0, "results").map_or_else(Array::new, JsCast::unchecked_into)
    }

    /// How many rows the statement changed.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a count")]
    pub(crate) fn changes(&self) -> usize {
        let changes = member(&self.0, "meta").and_then(|meta| member(&meta, "changes"));
        changes.and_then(|changes| changes.as_f64()).unwrap_or(0.0) as usize
    }
}
