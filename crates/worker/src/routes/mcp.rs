//! `/mcp`: the tools over the Model Context Protocol, by Streamable HTTP and without sessions. What a tool does its
//! route does; this hands the call on and the answer back.

use posada_core::problem::Problem;
use posada_wire::read::{BODY_BYTES_MAX, check_json};
use posada_wire::stored::to_text;
use wasm_bindgen::JsValue;
use worker::Env;
use worker::js_sys::{Array, JSON};
use worker::web_sys::{Request, Response};

use super::{Ask, cors};
use crate::auth::{Asker, Role};
use crate::host::{self, Result, asset, header, member, request_of, response_text};
use crate::respond::{self, Answer, Refused, Tone};

/// The revisions of the protocol that are spoken, the newest first.
const VERSIONS: [&str; 3] = ["2025-11-25", "2025-06-18", "2025-03-26"];

const PARSE_ERROR: i32 = -32_700;
const INVALID_REQUEST: i32 = -32_600;
const METHOD_NOT_FOUND: i32 = -32_601;
const INVALID_PARAMS: i32 = -32_602;
const RESOURCE_NOT_FOUND: i32 = -32_002;

/// A fault of a call: its code, and what is wrong.
struct Fault(i32, &'static str);

/// What a call comes to: the JSON of its result, or its fault.
type Called = std::result::Result<String, Fault>;

/// Answers a message of a client. `api` answers our own routes.
pub(crate) async fn mcp(
    request: Request,
    env: &Env,
    tone: Tone,
    id: &str,
    api: impl AsyncFn(Request, &str, Asker) -> Result<Response>,
) -> Answer {
    if let Some(origin) = header(&request, "Origin")?
        && cors::allowed_origin(&request, env)?.is_none()
        && !is_own(&request.url(), &origin)
    {
        return Err(Problem::Forbidden { detail: "This origin may not ask.".to_owned() }.into());
    }
    if request.method() != "POST" {
        return Err(Problem::MethodNotAllowed.into());
    }
    let ask = Ask::new(request, env.clone(), false, tone, None, id, BODY_BYTES_MAX).await?;
    ask.must_be(&[Role::Assistant])?;
    if let Some(version) = header(&ask.request, "MCP-Protocol-Version")?
        && !VERSIONS.contains(&version.as_str())
    {
        return Ok(refused(
            "null",
            &Fault(INVALID_REQUEST, "this version of the protocol is not spoken here"),
        )?);
    }
    let body = ask.body(&["application/json"]).await?;
    if check_json(&body, BODY_BYTES_MAX).is_err() {
        return Ok(refused("null", &Fault(PARSE_ERROR, "the body is no JSON that can be read"))?);
    }
    let message = JSON::parse(&String::from_utf8_lossy(&body)).unwrap_or(JsValue::NULL);
    let said = |name: &str| member(&message, name);
    let method = said("method").and_then(|method| method.as_string());
    let id = said("id").filter(|id| id.is_string() || id.as_f64().is_some());
    let is_message = message.is_object() && said("jsonrpc").is_some_and(|it| it == "2.0");
    let is_answer = said("result").is_some() || said("error").is_some();
    let has_right_id = id.is_some() || said("id").is_none();
    let (method, id) = match (method, id) {
        (Some(method), Some(id)) if is_message => (method, text_of(&id)),
        // A notification, or an answer to what was never asked: it is taken, and nothing follows from it.
        (Some(_), None) if is_message && has_right_id => return Ok(host::empty(202)?),
        (None, _) if is_message && is_answer => return Ok(host::empty(202)?),
        _ => return Ok(refused("null", &Fault(INVALID_REQUEST, "this is no message of JSON-RPC 2.0"))?),
    };
    let params = said("params").unwrap_or(JsValue::UNDEFINED);
    let called = match method.as_str() {
        "tools/call" => call(&ask, &params, api).await?,
        _ => tell(&ask, &method, &params).await?,
    };
    Ok(match called {
        Ok(result) => answered(&format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{result}}}"), 200),
        Err(fault) => answered(&error(&id, &fault), 200),
    }?)
}

/// Whether a page of our own asks.
fn is_own(url: &str, origin: &str) -> bool {
    url.strip_prefix(origin).is_some_and(|rest| rest.starts_with('/'))
}

fn text_of(value: &JsValue) -> String {
    JSON::stringify(value).map(String::from).unwrap_or_default()
}

fn error(id: &str, fault: &Fault) -> String {
    let (code, message) = (fault.0, to_text(&fault.1));
    format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"error\":{{\"code\":{code},\"message\":{message}}}}}")
}

fn refused(id: &str, fault: &Fault) -> Result<Response> {
    answered(&error(id, fault), 400)
}

fn answered(json: &str, status: u16) -> Result<Response> {
    respond::json_text(json, status)
}

/// A parameter that is a text.
fn named(params: &JsValue, name: &str) -> Option<String> {
    member(params, name).and_then(|value| value.as_string())
}

/// What is said without asking anybody.
async fn tell(ask: &Ask, method: &str, params: &JsValue) -> std::result::Result<Called, Refused> {
    let file = match method {
        "ping" => return Ok(Ok("{}".to_owned())),
        "initialize" => return Ok(Ok(initialized(params))),
        "tools/list" => "tools",
        "prompts/list" => "prompts",
        "resources/list" => "resources",
        "resources/templates/list" => return Ok(Ok("{\"resourceTemplates\":[]}".to_owned())),
        "prompts/get" => return prompt(ask, params).await,
        "resources/read" => return resource(ask, params).await,
        _ => return Ok(Err(Fault(METHOD_NOT_FOUND, "there is no such method"))),
    };
    Ok(Ok(asset(&ask.env, &format!("/described/mcp-{file}.json")).await?))
}

fn initialized(params: &JsValue) -> String {
    let asked = named(params, "protocolVersion").unwrap_or_default();
    let version = VERSIONS.iter().find(|version| **version == asked).unwrap_or(&VERSIONS[0]);
    format!(
        "{{\"protocolVersion\":\"{version}\",\"capabilities\":{{\"tools\":{{}},\"prompts\":{{}},\"resources\":{{}}}},\
         \"serverInfo\":{{\"name\":\"posada\",\"title\":\"Posada\",\"version\":\"{}\"}},\
         \"instructions\":\"Books rooms of one hotel. Read the prompt or resource `guidelines` first.\"}}",
        env!("CARGO_PKG_VERSION")
    )
}

/// The guidelines in a language.
async fn guidelines(ask: &Ask, language: &str) -> Result<String> {
    asset(&ask.env, &format!("/described/instructions.{language}.md")).await
}

fn language_of(tag: &str) -> Option<&'static str> {
    ["es", "en"].into_iter().find(|language| *language == tag)
}

async fn prompt(ask: &Ask, params: &JsValue) -> std::result::Result<Called, Refused> {
    if named(params, "name").as_deref() != Some("guidelines") {
        return Ok(Err(Fault(INVALID_PARAMS, "there is no such prompt")));
    }
    let asked = member(params, "arguments").and_then(|it| named(&it, "language"));
    let Some(language) = language_of(asked.as_deref().unwrap_or("es")) else {
        return Ok(Err(Fault(INVALID_PARAMS, "language must be es or en")));
    };
    let text = to_text(&guidelines(ask, language).await?);
    Ok(Ok(format!(
        "{{\"messages\":[{{\"role\":\"user\",\"content\":{{\"type\":\"text\",\"text\":{text}}}}}]}}"
    )))
}

async fn resource(ask: &Ask, params: &JsValue) -> std::result::Result<Called, Refused> {
    let uri = named(params, "uri").unwrap_or_default();
    let Some(language) = uri.strip_prefix("posada://guidelines/").and_then(language_of) else {
        return Ok(Err(Fault(RESOURCE_NOT_FOUND, "there is no such resource")));
    };
    let (uri, text) = (to_text(&uri), to_text(&guidelines(ask, language).await?));
    Ok(Ok(format!("{{\"contents\":[{{\"uri\":{uri},\"mimeType\":\"text/markdown\",\"text\":{text}}}]}}")))
}

/// Calls a tool by its route. What is wrong with what the model sent is a result that it can read, not a fault.
async fn call(
    ask: &Ask,
    params: &JsValue,
    api: impl AsyncFn(Request, &str, Asker) -> Result<Response>,
) -> std::result::Result<Called, Refused> {
    let path = format!("/v1/tools/{}", named(params, "name").unwrap_or_default());
    if !crate::is_tool(&path) {
        return Ok(Err(Fault(INVALID_PARAMS, "there is no such tool")));
    }
    let arguments = match member(params, "arguments") {
        None => "{}".to_owned(),
        Some(arguments) if arguments.is_object() && !Array::is_array(&arguments) => text_of(&arguments),
        Some(_) => return Ok(Err(Fault(INVALID_PARAMS, "arguments must be an object"))),
    };
    let language = header(&ask.request, "Accept-Language")?.unwrap_or_default();
    let request = request_of(&path, &arguments, &[("Accept-Language", &language)])?;
    let response = api(request, &path, ask.asker.clone()).await?;
    let is_error = response.status() >= 400;
    let answer = response_text(&response).await?;
    let text = to_text(&answer);
    Ok(Ok(format!(
        "{{\"content\":[{{\"type\":\"text\",\"text\":{text}}}],\"structuredContent\":{answer},\"isError\":{is_error}}}"
    )))
}
