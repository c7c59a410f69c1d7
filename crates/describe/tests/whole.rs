//! The description is whole: every route of the Worker is in it, every problem, every member, and the tools are as
//! strict as a model's provider asks.

use std::collections::BTreeSet;

use posada_core::message::Language;
use posada_describe::docs::Docs;
use posada_describe::{examples, guidelines, openapi, operations, problems, tools};
use serde_json::Value;

const WORKER: &str = include_str!("../../worker/src/lib.rs");
/// Routes for who operates it, which docs/api.md describes: they are no part of the API for programs.
const ELSEWHERE: [&str; 1] = ["/guest"];
/// Routes that the Worker answers beside its table.
const BESIDE: [&str; 3] = ["GET /reservar", "POST /reservar", "POST /mcp"];

/// The routes of the Worker's table, as `GET /v1/bookings/{}`.
fn routed() -> BTreeSet<String> {
    let table = WORKER.split_once("fn find(path: &str)").expect("the table of routes").1;
    let table = table.split_once("_ => return None").expect("its end").0;
    let mut found = BTreeSet::new();
    for entry in table.split("=>").zip(table.split("=>").skip(1)) {
        let pattern = entry.0.rsplit_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|(it, _)| it);
        let methods = entry
            .1
            .rsplit('"')
            .nth(1)
            .filter(|it| it.contains("GET") || it.contains('P') || it.contains('D'));
        let (Some(pattern), Some(methods)) = (pattern, methods_of(entry.1).or(methods.map(str::to_owned)))
        else {
            continue;
        };
        let segments: Vec<String> = pattern
            .split(',')
            .map(str::trim)
            .map(|it| {
                it.strip_prefix('"')
                    .and_then(|it| it.strip_suffix('"'))
                    .map_or("{}".to_owned(), str::to_owned)
            })
            .collect();
        for method in methods.split(", ") {
            found.insert(format!("{method} /{}", segments.join("/")));
        }
    }
    found
}

/// The methods in an arm: `(Route::Health, "GET")`.
fn methods_of(arm: &str) -> Option<String> {
    let text = arm.split('"').nth(1)?;
    text.split(", ").all(|it| ["GET", "POST", "PUT", "DELETE"].contains(&it)).then(|| text.to_owned())
}

#[test]
fn every_route_of_the_worker_is_described() {
    let nameless = |path: &str| {
        let segments = path.split('/').map(|it| if it.starts_with('{') { "{}" } else { it });
        segments.collect::<Vec<_>>().join("/")
    };
    let described: BTreeSet<String> =
        operations::all().iter().map(|it| format!("{} {}", it.method, nameless(it.path))).collect();
    let mut routed = routed();
    routed.retain(|route| !ELSEWHERE.iter().any(|it| route.ends_with(it)));
    assert!(routed.len() >= 27, "{routed:?}");
    for route in BESIDE {
        let (_, path) = route.split_once(' ').expect("a method");
        assert!(WORKER.contains(&format!("\"{path}\"")), "{path}");
        routed.insert(route.to_owned());
    }
    assert_eq!(described, routed);
}

#[test]
fn every_problem_is_of_some_route() {
    let mut known: BTreeSet<&str> = operations::all().iter().flat_map(|it| it.problems.clone()).collect();
    // Of every route, and of those for staff.
    known.extend(["unauthorized", "bad_signature", "forbidden", "storage_unavailable", "method_not_allowed"]);
    let all: BTreeSet<&'static str> = problems::all().iter().map(|it| it.code()).collect();
    assert_eq!(all.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new());
    assert!(known.is_subset(&all));
}

#[test]
fn every_route_has_an_example() {
    let shown: BTreeSet<String> =
        examples::all().expect("examples").into_iter().map(|it| it.operation).collect();
    let without: Vec<&str> =
        operations::all().iter().map(|it| it.id).filter(|id| !shown.contains(*id)).collect();
    assert_eq!(without, ["health", "metrics", "tools", "instructions", "form", "sendForm", "mcp"]);
}

/// Every object in a schema that has members, by where it is.
fn objects<'a>(schema: &'a Value, at: &str, found: &mut Vec<(String, &'a Value)>) {
    match schema {
        Value::Object(members) => {
            if members.get("properties").is_some_and(Value::is_object) {
                found.push((at.to_owned(), schema));
            }
            for (name, value) in members {
                objects(value, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                objects(value, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn every_member_says_what_it_means() {
    let document = openapi::document().expect("a document");
    let mut found = Vec::new();
    objects(&document, "", &mut found);
    assert!(found.len() > 60, "{}", found.len());
    let mut members = 0;
    for (at, schema) in found {
        if at.contains("/allOf/") {
            continue;
        }
        for (name, schema) in schema["properties"].as_object().expect("members") {
            let is_referred = schema.get("$ref").is_some();
            assert!(is_referred || schema["description"].is_string(), "{at}: {name} says nothing");
            members += 1;
        }
    }
    assert!(members > 350, "{members}");
}

/// What OpenAI's strict mode knows of JSON Schema.
const KEYWORDS: [&str; 17] = [
    "type",
    "properties",
    "required",
    "additionalProperties",
    "description",
    "enum",
    "const",
    "anyOf",
    "items",
    "minItems",
    "maxItems",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
];
const FORMATS: [&str; 9] =
    ["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"];

fn must_be_strict(schema: &Value, depth: usize, at: &str) -> usize {
    assert!(depth <= 10, "{at} is too deep");
    let members = schema.as_object().unwrap_or_else(|| panic!("{at} is no schema"));
    for keyword in members.keys() {
        assert!(KEYWORDS.contains(&keyword.as_str()), "{at}: {keyword} is not supported");
    }
    if let Some(format) = members.get("format").and_then(Value::as_str) {
        assert!(FORMATS.contains(&format), "{at}: {format}");
    }
    let mut count = 0;
    if let Some(properties) = members.get("properties").and_then(Value::as_object) {
        assert_eq!(schema["additionalProperties"], Value::Bool(false), "{at}");
        let required: BTreeSet<&str> =
            schema["required"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        assert_eq!(required, properties.keys().map(String::as_str).collect(), "{at}");
        for (name, schema) in properties {
            count += 1 + must_be_strict(schema, depth + 1, &format!("{at}.{name}"));
        }
    }
    for schema in members.get("items").into_iter().chain(schema["anyOf"].as_array().into_iter().flatten()) {
        count += must_be_strict(schema, depth + 1, at);
    }
    count
}

#[test]
fn tools_are_in_strict_form() {
    let docs = Docs::read();
    for tool in tools::all() {
        let schema = tools::parameters(&tool, &docs).expect("it is described");
        assert_eq!(schema["type"], "object", "{}", tool.name);
        assert!(schema.get("anyOf").is_none(), "the root is an object alone");
        let count = must_be_strict(&schema, 0, tool.name);
        assert!((2..=100).contains(&count), "{}: {count}", tool.name);
        for never in ["force_process", "payment_evidence", "extra_beds_cost", "price", "used"] {
            assert!(!schema.to_string().contains(&format!("\"{never}\"")), "{}: {never}", tool.name);
        }
        assert!(tool.about.len() <= 1_024, "{}", tool.name);
    }
}

#[test]
fn every_tool_is_a_route_of_its_name() {
    for tool in tools::all() {
        let path = format!("/v1/tools/{}", tool.name);
        assert!(operations::all().iter().any(|it| it.path == path && it.id == tool.name), "{path}");
    }
    let routes = operations::all().iter().filter(|it| it.path.starts_with("/v1/tools/")).count();
    assert_eq!(tools::all().len(), routes);
}

/// A model has its tools and the guidelines, and nothing else: neither speaks of routes, and each name in the guidelines
/// is one of the API.
#[test]
fn a_model_is_sent_to_nothing_that_it_does_not_have() {
    let functions = tools::functions(&Docs::read()).expect("functions").to_string();
    assert!(!functions.contains("/v1/"), "a route in a tool's description");
    let known = openapi::document().expect("a document").to_string();
    for language in [Language::Es, Language::En] {
        let text = guidelines::text(language).expect("guidelines");
        assert!(!text.contains("/v1/"), "a route in the guidelines");
        let prose: Vec<&str> = text.split("```").step_by(2).collect();
        let quoted: Vec<&str> = prose.iter().flat_map(|it| it.split('`').skip(1).step_by(2)).collect();
        assert!(quoted.len() > 60, "{}", quoted.len());
        let names = quoted.iter().flat_map(|it| it.split([':', '.', ' '])).filter(|it| !it.is_empty());
        for name in names.filter(|it| !["<", ">", "null", "true"].contains(it)) {
            assert!(known.contains(&format!("\"{name}\"")), "{language:?}: `{name}` is not in the API");
        }
    }
}
