//! Requests and answers: their headers, their texts, and what every answer says to browsers.

use wasm_bindgen::prelude::*;
use worker::js_sys::{self, Reflect};
use worker::web_sys::{self, Headers, RequestInit, Response, ResponseInit};

use super::{Result, promised};

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
pub(super) fn init(status: u16) -> ResponseInit {
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

/// An answer without a body.
pub(crate) fn empty(status: u16) -> Result<Response> {
    Ok(Response::new_with_opt_str_and_init(None, &init(status))?)
}
