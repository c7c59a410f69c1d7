//! The OpenAPI document.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use posada_core::booking::outcome::FailureCause;
use posada_core::problem::Problem;
use posada_wire::describe::{Describe, PLACE, Schemas, TRIMMED};
use posada_wire::problem::ProblemDocument;
use posada_wire::signature::SIGNATURE;
use serde_json::{Map, Value, json};

use crate::bodies::{self, as_read, described, referred};
use crate::docs::Docs;
use crate::examples::{self, Example};
use crate::operations::{self, Operation, Who};
use crate::problems::{self, status_of};

/// What the whole is about; its first sentence stands by itself.
pub(crate) const ABOUT: &str = "Books several rooms of one hotel in one go. Amounts are numbers of at most two decimals in the \
hotel's currency, dates are the hotel's, instants UTC. Every problem is `application/problem+json` (RFC 9457): `code` \
is for programs, `customer_message` for the guest. 422 also answers what is well-formed and cannot be, such as a stay \
in the past or guests who do not fit. `null` is the same as leaving a member out.";

/// What stands in a key's place.
const SIGNED: &str = "Instead of a key: the request signed with the key's secret, `v1=` and HMAC-SHA-256 in hexadecimal \
digits over seven lines: `posada-request-v1`, method, path with query, `Posada-Timestamp`, `Posada-Nonce`, `Posada-Key`, \
and the body's SHA-256. With it go `Posada-Key` (the key's SHA-256), `Posada-Timestamp` (seconds since 1970, at most 300 \
away) and `Posada-Nonce` (16 to 64 letters, digits, `-` and `_`, new for every request).";

pub(crate) const TAGS: [(&str, &str); 5] = [
    ("Before booking", "The hotel, what is free, and what it costs."),
    ("Bookings", "Booking, and what becomes of it."),
    (
        "The assistant's tools",
        "What the hotel's assistant calls. Failures have `success: false` and `error` as well.",
    ),
    ("The assistant's documents", "What the assistant's program reads."),
    ("Staff", "What the hotel's staff load and look at."),
];

/// What every route may be, whatever it does: there are no settings yet, or the storage cannot be reached; or there are
/// too many requests, or an address that is too long.
const ALWAYS: [&str; 3] = ["storage_unavailable", "too_many_requests", "invalid"];

/// The document.
///
/// # Errors
/// Where something is not described, or an example is not of a route.
pub fn document() -> Result<Value> {
    let docs = Docs::read();
    let examples = examples::all()?;
    let mut known = Schemas::default();
    let mut requests = Map::new();
    let mut paths: Map<String, Value> = Map::new();
    let operations = operations::all();
    for example in &examples {
        if !operations.iter().any(|it| it.id == example.operation) {
            bail!("the example `{}` is of no route", example.name);
        }
    }
    let problem = ProblemDocument::describe(&mut known);
    for operation in &operations {
        let of_it: Vec<&Example> = examples.iter().filter(|it| it.operation == operation.id).collect();
        let said = operation_object(operation, &of_it, &docs, &problem, &mut known, &mut requests)?;
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method.to_lowercase()] = said;
    }
    let mut schemas = Map::new();
    for (name, schema) in known.0 {
        schemas.insert(name.clone(), answered(&name, schema, &docs)?);
    }
    for (name, mut schema) in requests {
        as_read(&mut schema);
        schemas.insert(name, schema);
    }
    for schema in schemas.values_mut() {
        without(schema, TRIMMED);
    }
    let bearer = |about: &str| json!({"type": "http", "scheme": "bearer", "description": about});
    let tag = |(name, description): &(&str, &str)| json!({"name": name, "description": description});
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Posada",
            "version": "1",
            "description": ABOUT,
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "This deployment"}],
        "tags": TAGS.iter().map(tag).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bookingToken": bearer("The `token` that a booking was answered with. It opens that booking alone."),
                "assistantKey": bearer("The assistant's key."),
                "staffKey": bearer("The staff's key."),
                "metricsKey": bearer("A key for the metrics alone."),
                "signature": {"type": "apiKey", "in": "header", "name": SIGNATURE, "description": SIGNED},
            },
        },
    }))
}

fn operation_object(
    operation: &Operation,
    examples: &[&Example],
    docs: &Docs,
    problem: &Value,
    known: &mut Schemas,
    requests: &mut Map<String, Value>,
) -> Result<Value> {
    let mut said = json!({
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
    });
    if !operation.about.is_empty() {
        said["description"] = json!(operation.about);
    }
    let scheme = |who: &Who| who.scheme().map_or_else(|| json!({}), |name| json!({name: []}));
    let mut security: Vec<Value> = operation.who.iter().map(scheme).collect();
    if operation.who.iter().any(|who| who.has_key()) {
        security.push(json!({"signature": []}));
    }
    said["security"] = Value::Array(security);
    if !operation.parameters.is_empty() {
        said["parameters"] = operation.parameters.iter().map(|it| parameter(it, examples)).collect();
    }
    if !operation.bodies.is_empty() {
        said["requestBody"] = request_body(operation, examples, docs, requests)?;
    }
    if let Some((media, schema)) = &operation.other_body {
        said["requestBody"] = json!({"required": true, "content": {*media: {"schema": schema}}});
    }
    let mut responses = Map::new();
    for answer in &operation.answers {
        let mut response = json!({"description": answer.about});
        if !answer.media.is_empty() {
            let mut content = json!({"schema": (answer.schema)(known)});
            let shown = shown(examples, answer.status, |it| it.answer.clone());
            if !shown.is_empty() && answer.media == "application/json" {
                content["examples"] = Value::Object(shown);
            }
            let before = responses.get(&answer.status.to_string()).map(|it: &Value| it["content"].clone());
            response["content"] = before.unwrap_or_else(|| json!({}));
            response["content"][answer.media] = content;
        }
        if answer.status == 202 && !answer.media.is_empty() {
            response["headers"] = json!({"Location": {"description": "Where to ask again.", "required": true,
                "schema": {"type": "string"}}});
        }
        responses.insert(answer.status.to_string(), response);
    }
    for (status, codes) in problems_of(operation)? {
        responses.insert(status.to_string(), problem_response(status, &codes, examples, problem));
    }
    said["responses"] = Value::Object(responses);
    Ok(said)
}

fn parameter(it: &operations::Parameter, examples: &[&Example]) -> Value {
    let mut said = json!({
        "name": it.name, "in": it.place, "required": it.is_required, "description": it.about, "schema": it.schema,
    });
    let place = if it.place == "header" { "headers" } else { it.place };
    let sent = examples.iter().find_map(|example| example.request[place].get(it.name).cloned());
    if let Some(example) = sent.or_else(|| it.example.map(|text| json!(text))) {
        said["example"] = example;
    }
    said
}

fn request_body(
    operation: &Operation,
    examples: &[&Example],
    docs: &Docs,
    requests: &mut Map<String, Value>,
) -> Result<Value> {
    let mut choices = Vec::new();
    for body in &operation.bodies {
        let (name, mut schemas) = bodies::schemas(body, docs)?;
        if let Some(schema) = schemas.get_mut(&name) {
            finish(&name, schema);
        }
        for (name, schema) in schemas {
            // Objects within bodies are the same for every route.
            if let Some(other) = requests.get(&name).filter(|other| **other != schema) {
                bail!("{name} is two things: {other}\n{schema}");
            }
            requests.insert(name, schema);
        }
        choices.push(json!({"$ref": format!("{PLACE}{name}")}));
    }
    if operation.id == "putPayments" {
        let list = json!({"$ref": format!("{PLACE}PaymentBody")});
        choices.push(json!({"type": "array", "items": list, "maxItems": 5_000}));
    }
    let schema = match <[Value; 1]>::try_from(choices) {
        Ok([one]) => one,
        Err(several) => json!({"anyOf": several}),
    };
    let mut content = json!({"schema": schema});
    let shown: Map<String, Value> = examples
        .iter()
        .filter(|it| it.request["body"].is_object())
        .map(|it| (slug(&it.name), json!({"summary": it.name, "value": it.request["body"]})))
        .collect();
    if !shown.is_empty() {
        content["examples"] = Value::Object(shown);
    }
    let about: Vec<&str> = operation.bodies.iter().map(|body| body.about).collect();
    let mut media = json!({"application/json": content});
    if operation.id == "putPayments" {
        media["text/csv"] = json!({"schema": {"type": "string"}});
    }
    Ok(json!({"required": true, "description": about.join(" "), "content": media}))
}

/// What a body's type cannot say by itself.
fn finish(name: &str, schema: &mut Value) {
    if name == "MakeBookingRequest" {
        // The list wins over the single form, whatever that is.
        for member in
            ["bungalow_type", "adults", "children_0_5", "children_6_10", "extra_beds", "extra_beds_cost"]
        {
            schema["properties"][member] = json!({"description": "Passed over, as there are `bookings`."});
        }
    }
    if name == "MakeSingleBookingRequest" {
        schema["properties"]["bookings"] = json!({"type": "null", "description": "Not in this form."});
    }
}

/// The problems of a route, by status.
fn problems_of(operation: &Operation) -> Result<BTreeMap<u16, Vec<&'static str>>> {
    let mut codes = operation.problems.clone();
    match operation.path {
        "/healthz" => codes.push("invalid"),
        "/reservar" => codes.extend(ALWAYS),
        _ => {
            codes.extend(ALWAYS);
            // A key that is not known, and one for something else.
            codes.extend(["unauthorized", "bad_signature", "forbidden"]);
        }
    }
    let mut found: BTreeMap<u16, Vec<&'static str>> = BTreeMap::new();
    for code in codes {
        let status = status_of(code).with_context(|| format!("there is no problem {code}"))?;
        let codes = found.entry(status).or_default();
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    Ok(found)
}

fn problem_response(status: u16, codes: &[&'static str], examples: &[&Example], problem: &Value) -> Value {
    let names: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
    let narrowed = json!({"properties": {"status": {"const": status}, "code": {"enum": codes}}});
    let mut content = json!({"schema": {"allOf": [problem, narrowed]}});
    let shown = shown(examples, status, |it| it.answer.clone());
    if !shown.is_empty() {
        content["examples"] = Value::Object(shown);
    }
    let mut response = json!({
        "description": names.join(", "),
        "content": {"application/problem+json": content},
    });
    let header =
        |about: &str, kind: &str| json!({"description": about, "required": true, "schema": {"type": kind}});
    if status == 401 {
        response["headers"] =
            json!({"WWW-Authenticate": header("`Bearer`, or `Posada-Signature`.", "string")});
    }
    if status == 429 || status == 503 {
        response["headers"] = json!({"Retry-After": header("When to try again, in seconds.", "integer")});
    }
    response
}

fn shown(examples: &[&Example], status: u16, value: fn(&Example) -> Value) -> Map<String, Value> {
    let these = examples.iter().filter(|it| it.status == status && !it.answer.is_null());
    these.map(|it| (slug(&it.name), json!({"summary": it.name, "value": value(it)}))).collect()
}

/// The name of an example as a key: letters and digits, joined by `-`.
fn slug(name: &str) -> String {
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("-")
}

/// An answer's schema with what its members mean.
fn answered(name: &str, schema: Value, docs: &Docs) -> Result<Value> {
    let mut schema = schema;
    let Some(properties) = schema["properties"].as_object_mut() else { return Ok(schema) };
    let documented = match name {
        "Problem" => "ProblemDocument",
        other => other,
    };
    for (member, value) in properties {
        if let Some(words) = words(name, member) {
            value["enum"] = json!(words);
        }
        let about = docs.member(documented, member).or_else(|| further(name, member));
        let about = about.with_context(|| format!("{name}.{member} has no documentation"))?;
        let mut value_described = value.clone();
        if referred(&value_described).is_none() || value_described.get("oneOf").is_some() {
            value_described = described(value_described, about);
        } else {
            value_described["description"] = json!(about);
        }
        *value = value_described;
    }
    Ok(schema)
}

/// The words that a text is one of, where its type does not say so.
fn words(name: &str, member: &str) -> Option<Vec<&'static str>> {
    Some(match (name, member) {
        ("Problem", "code") => problems::all().iter().map(Problem::code).collect(),
        ("FailedView", "code") => {
            let causes = [
                FailureCause::NoAvailability,
                FailureCause::Refused { error: String::new() },
                FailureCause::Unreachable,
                FailureCause::Unconfirmed,
                FailureCause::AllOrNothing,
                FailureCause::Cancelled,
            ];
            causes.iter().map(FailureCause::code).collect()
        }
        ("ProgressView", "state") => vec!["checking", "held", "booked", "failed"],
        ("NotificationView", "state") => vec!["pending", "delivered", "given_up"],
        _ => return None,
    })
}

/// Members that no struct has for itself.
fn further(name: &str, member: &str) -> Option<&'static str> {
    Some(match (name, member) {
        ("FieldFault", "field") => "The field as it was sent, such as `bookings[1].adults`.",
        ("FieldFault", "message") => "What is wrong with it, in English.",
        ("RedistributionOffer" | "RedistributionByStaff", "kind") => "Which of the two it is.",
        ("RedistributionOffer", "rooms") => "The rooms.",
        ("RedistributionOffer", "total_amount") => "What they cost together.",
        ("RedistributionOffer", "currency") => "In this currency.",
        ("RedistributionOffer", "quote") => "A signed quote for them.",
        ("RedistributionOffer", "expires_at") => "When its price is no longer kept.",
        ("RedistributionByStaff", "reason") => "Why nothing can be offered: a problem's code.",
        _ => return None,
    })
}

/// Takes a mark of ours out.
pub(crate) fn without(schema: &mut Value, mark: &str) {
    match schema {
        Value::Object(members) => {
            members.remove(mark);
            members.values_mut().for_each(|it| without(it, mark));
        }
        Value::Array(values) => values.iter_mut().for_each(|it| without(it, mark)),
        _ => {}
    }
}
