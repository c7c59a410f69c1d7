//! The assistant's tools that other routes answer in another form, and the documents about them.

use posada_core::message::Language;
use posada_core::problem::{Problem, System};
use posada_wire::cancellation::read_request_cancellation;
use posada_wire::payment::read_pay_balance;
use posada_wire::tools::{read_availability, read_get_booking};

use super::{Ask, bookings, query, quotes};
use crate::auth::Role;
use crate::host::{self, set_header};
use crate::respond::{self, Answer};

const JSON: [&str; 1] = ["application/json"];

/// `POST /v1/tools/check_availability`
pub(crate) async fn check_availability(ask: Ask) -> Answer {
    ask.must_be(&[Role::Assistant, Role::Staff])?;
    let body = ask.body(&JSON).await?;
    quotes::availability_of(ask, |today| read_availability(&body, today)).await
}

/// `POST /v1/tools/get_booking`
pub(crate) async fn get_booking(ask: Ask) -> Answer {
    ask.must_be(&[Role::Assistant, Role::Staff])?;
    let body = ask.body(&JSON).await?;
    let (id, wa_id) = read_get_booking(&body)?;
    bookings::look(&ask, &id, wa_id).await
}

/// `POST /v1/tools/pay_balance`
pub(crate) async fn pay_balance(ask: Ask) -> Answer {
    ask.must_be(&[Role::Assistant, Role::Staff])?;
    let body = ask.body(&JSON).await?;
    let (id, further) = read_pay_balance(&body)?;
    bookings::pay_balance(&ask, &id, further).await
}

/// `POST /v1/tools/request_cancellation`
pub(crate) async fn request_cancellation(ask: Ask) -> Answer {
    ask.must_be(&[Role::Assistant, Role::Staff])?;
    let body = ask.body(&JSON).await?;
    let (id, command) = read_request_cancellation(&body)?;
    bookings::hand_request_on(&ask, &id, command).await
}

/// `GET /v1/tools`: the functions, as an assistant's program hands them to its model.
pub(crate) async fn list(ask: Ask) -> Answer {
    file(&ask, "/described/tools.json", "application/json").await
}

/// `GET /v1/assistant/instructions?lang=es|en`
pub(crate) async fn instructions(ask: Ask) -> Answer {
    let language = match query(&ask.request, "lang").as_deref() {
        None => ask.tone.language,
        Some("es") => Language::Es,
        Some("en") => Language::En,
        Some(_) => return Err(Problem::field("lang", "must be es or en").into()),
    };
    let path = match language {
        Language::Es => "/described/instructions.es.md",
        Language::En => "/described/instructions.en.md",
    };
    let response = file(&ask, path, "text/markdown; charset=utf-8").await?;
    set_header(&response, "Content-Language", language.tag())?;
    Ok(response)
}

/// A file of the deployment, as it is served.
async fn file(ask: &Ask, path: &str, content_type: &str) -> Answer {
    let text =
        host::asset(&ask.env, path).await.map_err(|error| respond::unavailable(System::Storage, &error))?;
    let response = host::answer(&text, 200, content_type)?;
    set_header(&response, "Cache-Control", "public, max-age=300")?;
    set_header(&response, "X-Content-Type-Options", "nosniff")?;
    Ok(response)
}
