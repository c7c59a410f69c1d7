//! What staff must look at, and what they found out; and the registry of bookings.

use posada_core::ids::{BookingId, Millis};
use posada_core::problem::Problem;
use posada_wire::cases::{Raw, read_resolution};
use posada_wire::leaf::Date;
use posada_wire::stored::to_text;
use posada_wire::time::Timestamp;
use posada_wire::{stored_record, written};
use wasm_bindgen::JsValue;

use super::{Ask, query};
use crate::auth::Role;
use crate::findings::{self, Kind};
use crate::host::{Database, number, post, response_text};
use crate::objects::booking::{BookingCall, ResolveCall};
use crate::respond::{self, Answer, Refused};
use crate::{config, rows, sweep};

/// A booking of which a step cannot be carried out for so long is a case.
pub(crate) const DELAYED_MS: i64 = 3_600_000;
/// A booking that nobody goes on with for so long is a case.
pub(crate) const OVERDUE_MS: i64 = 600_000;
/// How many cases or bookings one page has.
const PAGE: usize = 20;
/// States that the registry can be asked for.
const STATES: [&str; 6] = ["in_progress", "booked", "partly_booked", "not_booked", "needs_staff", "refused"];

struct Listed {
    at_ms: i64,
    id: String,
    kind: String,
    booking: Option<BookingId>,
    detail: Option<String>,
}

stored_record!(Listed { at_ms, id, kind, booking, detail });

struct CaseView {
    case: String,
    kind: String,
    since: Timestamp,
    text: Option<&'static str>,
    detail: Option<Raw>,
    booking_id: Option<BookingId>,
    booking: Option<Raw>,
}

written!(CaseView { case, kind, since, text, detail, booking_id, booking });

struct CasesView {
    cases: Vec<CaseView>,
    next: Option<String>,
}

written!(CasesView { cases, next });

struct BookingsView {
    bookings: Vec<Raw>,
    next: Option<String>,
}

written!(BookingsView { bookings, next });

/// The place behind which a page begins: an instant and an id.
fn after(ask: &Ask) -> Result<(i64, String), Problem> {
    let Some(text) = query(&ask.request, "after") else { return Ok((-1, String::new())) };
    let place = text.split_once(':').and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())));
    place.ok_or_else(|| Problem::field("after", "must be `next` of the page before"))
}

/// The page of what was asked for with one more, and the place of the next.
fn page<T>(all: &mut Vec<T>, place: impl Fn(&T) -> String) -> Option<String> {
    let is_more = all.len() > PAGE;
    all.truncate(PAGE);
    all.last().filter(|_| is_more).map(place)
}

fn page_limit() -> JsValue {
    number(i64::try_from(PAGE).unwrap_or(i64::MAX).saturating_add(1))
}

/// `GET /v1/staff/cases`
pub(crate) async fn list(ask: Ask) -> Answer {
    ask.must_be(&[Role::Staff])?;
    let (at, id) = after(&ask)?;
    let now = config::now(&ask.env);
    let statement = Database::of(&ask.env)?.prepare(
        "SELECT json_object('at_ms', at_ms, 'id', id, 'kind', kind, 'booking', booking, 'detail', detail) AS json
         FROM (
           SELECT created_ms AS at_ms, id, id AS booking, NULL AS detail,
               CASE WHEN state = 'needs_staff' THEN 'needs_staff'
                    WHEN cancel_asked_ms IS NOT NULL THEN 'cancellation_requested'
                    WHEN (state = 'in_progress' OR is_paying) AND delayed_ms <= ?1 THEN 'delayed' ELSE 'overdue' END AS kind
           FROM bookings WHERE state = 'needs_staff' OR cancel_asked_ms IS NOT NULL
             OR ((state = 'in_progress' OR is_paying) AND delayed_ms <= ?1) OR next_look_ms <= ?2
           UNION ALL
           SELECT found_ms, 'f' || id, booking, detail, kind FROM findings WHERE resolved_ms IS NULL)
         WHERE at_ms > ?3 OR (at_ms = ?3 AND id > ?4) ORDER BY at_ms, id LIMIT ?5",
        &[
            number(now.plus(-DELAYED_MS).0),
            number(now.plus(-OVERDUE_MS).0),
            number(at),
            id.into(),
            page_limit(),
        ],
    )?;
    let mut listed: Vec<Listed> = rows::answered(Some(&statement.run().await?))?;
    let next = page(&mut listed, |it| format!("{}:{}", it.at_ms, it.id));
    let mut cases = Vec::new();
    for it in listed {
        cases.push(case(&ask, it).await);
    }
    Ok(respond::json(&CasesView { cases, next }, 200)?)
}

/// A case with what its booking says of itself, where it can.
async fn case(ask: &Ask, it: Listed) -> CaseView {
    let kind: Option<Kind> = posada_wire::stored::from_text(&to_text(&it.kind));
    let booking = match &it.booking {
        Some(id) => look(ask, id, false).await.ok().flatten(),
        None => None,
    };
    CaseView {
        case: it.id,
        kind: it.kind,
        since: Timestamp(Millis(it.at_ms)),
        text: kind.map(|kind| kind.text(ask.tone.language)),
        detail: it.detail.map(findings::detail),
        booking_id: it.booking,
        booking,
    }
}

async fn look(ask: &Ask, id: &BookingId, with_journal: bool) -> crate::host::Result<Option<Raw>> {
    let language = ask.tone.language.tag().to_owned();
    let call = to_text(&BookingCall::Look { language, with_journal });
    let response = post(&ask.env, "BOOKING", id.as_str(), &call).await?;
    let text = response_text(&response).await?;
    Ok((response.status() == 200).then_some(Raw(text)))
}

fn booking_id(text: &str) -> Result<BookingId, Problem> {
    let id = BookingId::parse(text).ok().filter(|id| id.as_str().len() == BookingId::CHARS_MAX);
    id.ok_or(Problem::NotFound)
}

/// `POST /v1/staff/cases/{id}/resolve`
pub(crate) async fn resolve(ask: Ask, id: &str) -> Answer {
    ask.must_be(&[Role::Staff])?;
    let body = ask.body(&["application/json"]).await?;
    let resolution = read_resolution(&body)?;
    if let Some(number) = id.strip_prefix('f').and_then(|digits| digits.parse().ok()) {
        if resolution.line.is_some() {
            return Err(Problem::field("line", "has no meaning for this case").into());
        }
        let db = Database::of(&ask.env)?;
        let now = config::now(&ask.env);
        return match findings::resolve(&db, number, &resolution.note, &ask.asker.key_hash, now).await? {
            None => Err(Problem::NotFound.into()),
            Some(true) => Ok(respond::json_text("{\"resolved\":true}", 200)?),
            Some(false) => Err(Problem::field("case", "was resolved before").into()),
        };
    }
    let booking = booking_id(id)?;
    let call = ResolveCall {
        line: resolution.line,
        found: resolution.found,
        note: resolution.note,
        by: ask.asker.key_hash.clone(),
        language: ask.tone.language.tag().to_owned(),
    };
    let call = to_text(&BookingCall::Resolve { call });
    Ok(post(&ask.env, "BOOKING", booking.as_str(), &call)
        .await
        .map_err(|error| respond::uncertain(&error))?)
}

/// `GET /v1/staff/bookings?code&state&payment&from&to&after`
pub(crate) async fn bookings(ask: Ask) -> Answer {
    ask.must_be(&[Role::Staff])?;
    let (at, id) = after(&ask)?;
    let state = query(&ask.request, "state");
    if let Some(state) = &state
        && !STATES.contains(&state.as_str())
    {
        return Err(Problem::field("state", format!("must be one of: {}", STATES.join(", "))).into());
    }
    let date = |name: &str| match query(&ask.request, name) {
        Some(text) if Date::parse(&text).is_none() => {
            Err(Refused::from(Problem::field(name, "must be a date such as 2025-08-23")))
        }
        text => Ok(text.map_or(JsValue::NULL, JsValue::from)),
    };
    let (from, to) = (date("from")?, date("to")?);
    let or_null = |text: Option<String>| text.map_or(JsValue::NULL, JsValue::from);
    let code = query(&ask.request, "code").filter(|code| !code.is_empty());
    // A code is looked up by itself: the rows are not gone through.
    let of_code = match code {
        Some(_) => "id IN (SELECT booking FROM booking_codes WHERE code = ?8)",
        None => "?8 IS NULL",
    };
    let select = [
        "SELECT json_array(created_ms || ':' || id, json_object('booking_id', id, 'state', state,
             'created_at', strftime('%Y-%m-%dT%H:%M:%SZ', created_ms / 1000, 'unixepoch'),
             'updated_at', strftime('%Y-%m-%dT%H:%M:%SZ', updated_ms / 1000, 'unixepoch'),
             'check_in_date', check_in, 'check_out_date', check_out, 'rooms_asked', rooms_asked,
             'rooms_booked', rooms_booked, 'codes', json(codes), 'payment_method', method,
             'payment_reference', reference, 'payments', (SELECT json_group_array(json_object('payment_method', method,
                 'payment_reference', reference)) FROM (SELECT DISTINCT method, reference FROM ledger WHERE booking = bookings.id)),
             'payment_under_way', json(iif(is_paying, 'true', 'false'))) || '') AS json
         FROM bookings WHERE ",
        of_code,
        " AND (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR reference = ?2) AND (?3 IS NULL OR check_in >= ?3)
           AND (?4 IS NULL OR check_in <= ?4) AND (created_ms > ?5 OR (created_ms = ?5 AND id > ?6))
         ORDER BY created_ms, id LIMIT ?7",
    ];
    let statement = Database::of(&ask.env)?.prepare(
        &select.concat(),
        &[
            or_null(state),
            or_null(query(&ask.request, "payment")),
            from,
            to,
            number(at),
            id.into(),
            page_limit(),
            or_null(code),
        ],
    )?;
    let mut listed: Vec<(String, String)> = rows::answered(Some(&statement.run().await?))?;
    let next = page(&mut listed, |(place, _)| place.clone());
    let bookings = listed.into_iter().map(|(_, text)| Raw(text)).collect();
    Ok(respond::json(&BookingsView { bookings, next }, 200)?)
}

/// `GET /v1/staff/bookings/{id}`
pub(crate) async fn booking(ask: Ask, id: &str) -> Answer {
    ask.must_be(&[Role::Staff])?;
    match look(&ask, &booking_id(id)?, true).await? {
        Some(Raw(text)) => Ok(respond::json_text(&text, 200)?),
        None => Err(Problem::NotFound.into()),
    }
}

/// `DELETE /v1/staff/bookings/{id}/guest`
pub(crate) async fn erase(ask: Ask, id: &str) -> Answer {
    ask.must_be(&[Role::Staff])?;
    let booking = booking_id(id)?;
    let call = to_text(&BookingCall::Erase { key_id: ask.asker.key_hash.clone() });
    Ok(post(&ask.env, "BOOKING", booking.as_str(), &call)
        .await
        .map_err(|error| respond::uncertain(&error))?)
}

/// `POST /v1/staff/sweep`
pub(crate) async fn sweep(ask: Ask) -> Answer {
    ask.must_be(&[Role::Staff])?;
    let swept = sweep::run(&ask.env).await?;
    Ok(respond::json(&swept, 200)?)
}
