//! The routes of the API: what each takes, who may ask, and what it answers.

pub(crate) mod bookings;
pub(crate) mod calendar;
pub(crate) mod cases;
pub(crate) mod cors;
pub(crate) mod form;
pub(crate) mod history;
mod limits;
pub(crate) mod mcp;
pub(crate) mod payments;
pub(crate) mod quotes;
pub(crate) mod reconciliation;
pub(crate) mod request_id;
pub(crate) mod staff;
pub(crate) mod tools;

use std::cell::RefCell;
use std::rc::Rc;

use posada_core::ids::Millis;
use posada_core::message::Language;
use posada_core::phone::{CallingCode, Phone};
use posada_core::problem::Problem;
use posada_core::stay::local_date;
use posada_wire::command::{Context, PhoneSource};
use worker::Env;
use worker::js_sys;
use worker::web_sys::Request;

use crate::auth::{Asker, Role, asker};
use crate::config::Keys;
use crate::host::{Body, Result, header, request_bytes};
use crate::respond::{Refused, Tone};
use crate::settings::Loaded;
use crate::signature;

/// A request being answered.
pub(crate) struct Ask {
    pub(crate) request: Request,
    pub(crate) env: Env,
    pub(crate) keys: Rc<Keys>,
    pub(crate) asker: Asker,
    pub(crate) tone: Tone,
    /// The request's id, for the log.
    pub(crate) id: String,
    /// The most bytes that its body may have.
    bytes_max: usize,
    /// The body of a signed request, which was read to check it.
    read: RefCell<Option<Vec<u8>>>,
}

impl Ask {
    /// Reads who asks, unless that is known within the program.
    ///
    /// # Errors
    /// The problem that the request's key is; that there are too many requests of it, or of the client.
    pub(crate) async fn new(
        request: Request,
        env: Env,
        takes_token: bool,
        tone: Tone,
        known: Option<Asker>,
        id: &str,
        bytes_max: usize,
    ) -> std::result::Result<Self, Refused> {
        let keys = Keys::of(&env)?;
        let (asker, read) = match known {
            Some(known) => (known, None),
            None => {
                let asked = match signature::read(&request, &keys, bytes_max).await {
                    Ok(None) => asker(&request, &keys, takes_token).map(|asker| (asker, None)),
                    Ok(Some(signed)) => Ok((signed.asker.clone(), Some(signed))),
                    Err(refused) => Err(refused),
                };
                // Keys that are guessed are counted as well, by the client.
                limits::pass(&env, &request, asked.as_ref().ok().map(|(asker, _)| asker)).await?;
                match asked? {
                    (asker, Some(signed)) => (asker, Some(signed.take(&env).await?)),
                    (asker, None) => (asker, None),
                }
            }
        };
        let (id, read) = (id.to_owned(), RefCell::new(read));
        Ok(Self { request, env, keys, asker, tone, id, bytes_max, read })
    }

    /// The body.
    ///
    /// # Errors
    /// As of [`read_body`].
    pub(crate) async fn body(&self, types: &[&str]) -> std::result::Result<Vec<u8>, Problem> {
        match self.read.take() {
            Some(read) => must_be_of(&self.request, types).map(|()| read),
            None => read_body(&self.request, types, self.bytes_max).await,
        }
    }

    /// Refuses who has no key, or one of another role.
    pub(crate) fn must_be(&self, roles: &[Role]) -> std::result::Result<(), Refused> {
        Ok(self.asker.must_be(roles)?)
    }
}

/// The language that the caller prefers; Spanish where none is said.
pub(crate) fn language(request: &Request) -> Result<Language> {
    let header = header(request, "Accept-Language")?;
    Ok(header.map_or_else(Language::default, |header| Language::from_accept_language(&header)))
}

/// How much of a body that is too large is read, and let go, before it is refused.
const DRAINED_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The body, of which no more than `bytes_max` is kept.
///
/// # Errors
/// [`Problem::UnsupportedMediaType`] where its type is none of `types`; [`Problem::TooLarge`]; [`Problem::BadJson`] where
/// it breaks off.
pub(crate) async fn read_body(
    request: &Request,
    types: &[&str],
    bytes_max: usize,
) -> std::result::Result<Vec<u8>, Problem> {
    must_be_of(request, types)?;
    body_bytes(request, bytes_max).await
}

/// Refuses a body of another type.
fn must_be_of(request: &Request, types: &[&str]) -> std::result::Result<(), Problem> {
    let content_type = header(request, "Content-Type").ok().flatten().unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim_ascii();
    let is_of = types.iter().any(|it| it.eq_ignore_ascii_case(media_type));
    if is_of { Ok(()) } else { Err(Problem::UnsupportedMediaType) }
}

/// The body, whatever its type.
///
/// # Errors
/// [`Problem::TooLarge`]; [`Problem::BadJson`] where it breaks off.
pub(crate) async fn body_bytes(request: &Request, bytes_max: usize) -> std::result::Result<Vec<u8>, Problem> {
    match kept_body(request, bytes_max).await {
        Ok(body) => body,
        // The sender broke off, or what it sent is no body.
        Err(_) => Err(Problem::BadJson { detail: "it could not be read to its end".to_owned() }),
    }
}

async fn kept_body(request: &Request, bytes_max: usize) -> Result<std::result::Result<Vec<u8>, Problem>> {
    // Of a length that is said, no more comes: then it is read in one piece.
    let length = header(request, "Content-Length")?.and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length <= bytes_max) {
        let body = request_bytes(request).await?;
        return Ok(if body.len() > bytes_max { Err(Problem::TooLarge { bytes_max }) } else { Ok(body) });
    }
    let mut body = Vec::new();
    let Some(stream) = Body::of(request) else { return Ok(Ok(body)) };
    let mut read: usize = 0;
    while let Some(chunk) = stream.next().await? {
        read = read.saturating_add(chunk.len());
        // A client that is still sending when it is answered hears a broken connection and not what is wrong, so a
        // body that is somewhat too large is read to its end, and not kept.
        if read > DRAINED_BYTES_MAX {
            stream.cancel().await?;
            break;
        }
        if read <= bytes_max {
            body.extend_from_slice(&chunk);
        }
    }
    if read > bytes_max {
        return Ok(Err(Problem::TooLarge { bytes_max }));
    }
    Ok(Ok(body))
}

/// What bodies are read with.
pub(crate) fn context(loaded: &Loaded, role: Role, now: Millis) -> Context<'_> {
    let today = local_date(now, loaded.property.utc_offset_minutes);
    Context { caller: role.caller(), property: &loaded.property, today, phone: &read_phone }
}

/// A telephone number in E.164.
fn read_phone(source: PhoneSource<'_>) -> std::result::Result<String, String> {
    let phone = match source {
        PhoneSource::WaId(wa_id) => Phone::from_wa_id(wa_id),
        PhoneSource::Number(text) => Phone::parse(text, CallingCode::EL_SALVADOR),
    };
    phone.map(|phone| phone.e164().to_owned()).map_err(|error| error.to_string())
}

/// A parameter of the query, decoded; the first where it stands there more than once.
pub(crate) fn query(request: &Request, name: &str) -> Option<String> {
    let url = request.url();
    let (_, query) = url.split('#').next()?.split_once('?')?;
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    let decoded = js_sys::decode_uri_component(&value.replace('+', " ")).ok()?;
    Some(decoded.into())
}
