//! The description and the readers agree: what the one calls wrong the other refuses, naming the member.

use std::collections::BTreeSet;

use posada_describe::bodies::{
    Body, Sample, names, occurrences, referred, replaced, samples, schemas, try_body,
};
use posada_describe::docs::Docs;
use posada_describe::operations;
use posada_wire::describe::Schemas;
use serde_json::{Value, json};

/// Values that the schema of a member does not allow.
fn wrong_values(schema: &Value, right: &Value) -> Vec<Value> {
    let mut wrong = Vec::new();
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let is = |kind: &str| kinds.contains(&kind);
    if !kinds.is_empty() {
        if !is("string") {
            wrong.push(json!("text"));
        }
        if !is("integer") && !is("number") {
            wrong.push(json!(7));
        }
        if !is("boolean") {
            wrong.push(json!(true));
        }
        if !is("array") {
            wrong.push(json!([1]));
        }
        if !is("object") {
            wrong.push(json!({"a": 1}));
        }
        if !is("null") {
            wrong.push(Value::Null);
        }
    }
    if is("integer") {
        wrong.push(json!(1.5));
    }
    if let Some(least) = schema.get("minimum").and_then(Value::as_i64) {
        wrong.push(json!(least - 1));
    }
    if let Some(least) = schema.get("exclusiveMinimum").and_then(Value::as_i64) {
        wrong.push(json!(least));
    }
    if let Some(most) = schema.get("maximum").and_then(Value::as_i64) {
        wrong.push(json!(most + 1));
    }
    if let Some(most) = schema.get("maxLength").and_then(Value::as_u64) {
        wrong.push(json!("a".repeat(usize::try_from(most).unwrap() + 1)));
    }
    if schema.get("minLength").is_some() {
        wrong.push(json!(""));
    }
    if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
        wrong.push(json!("a\u{7}b"));
        let class = pattern.split_once("]{1,");
        if let Some(most) = class
            .and(pattern.rsplit_once(','))
            .filter(|_| !pattern.contains('.'))
            .and_then(|(_, rest)| rest.split_once('}'))
        {
            wrong.extend(most.0.parse::<usize>().ok().map(|most| json!("1".repeat(most + 1))));
        }
    }
    if let Some(format) = schema.get("format").and_then(Value::as_str) {
        wrong.push(json!(match format {
            "date" => "21/08/2027",
            "email" => "ana",
            other => panic!("how is {other} wrong?"),
        }));
    }
    if schema.get("enum").is_some() {
        wrong.push(json!("no such"));
    }
    if schema.get("minItems").is_some() {
        wrong.push(json!([]));
    }
    if let (Some(most), Some(first)) = (schema.get("maxItems").and_then(Value::as_u64), right.get(0)) {
        wrong.push(json!(vec![first; usize::try_from(most).unwrap() + 1]));
    }
    wrong
}

fn sent(samples: &[Sample], body: &Body, name: &str) -> (usize, usize) {
    let mut known = Schemas::default();
    let root = (body.describe)(&mut known);
    let (root_name, all) = schemas(body, &Docs::read()).expect("it is described");
    let own = referred(&root).expect("an object").to_owned();
    let found = occurrences(&root, &known, samples);
    let (mut refused, mut accepted) = (0, 0);
    for (kind, at) in &found {
        let described = &all[if *kind == own { root_name.as_str() } else { kind.as_str() }];
        for (member, schema) in described["properties"].as_object().expect("members") {
            for at in at {
                let Some((_, field)) = replaced(samples, at, member, None) else { continue };
                let right = at.object.of(&mut samples[at.sample].body.clone()).map(|it| it[member].clone());
                for wrong in wrong_values(schema, &right.unwrap_or_default()) {
                    let (json, _) = replaced(samples, at, member, Some(wrong.clone())).expect("it is there");
                    let Err(problem) = try_body(body, &samples[at.sample], &json) else {
                        panic!("{name}: {field} may be {wrong}, which the schema {schema} does not say")
                    };
                    let is_named = problem.fields().iter().any(|fault| fault.field.starts_with(&field));
                    assert!(is_named, "{name}: {field} = {wrong} is refused as {problem:?}");
                    refused += 1;
                }
                let is_optional = !described["required"].as_array().expect("a list").contains(&json!(member));
                if is_optional && right_without(samples, at, member, body) {
                    accepted += 1;
                }
            }
        }
        for at in at {
            let (json, field) = replaced(samples, at, "no_such_member", Some(json!(1))).expect("an object");
            let problem = try_body(body, &samples[at.sample], &json).expect_err("no other members");
            assert!(names(&problem, &field), "{name}: {problem:?}");
            refused += 1;
        }
    }
    (refused, accepted)
}

/// Whether a member that need not be sent may be `null`, at least where the others do not ask for it.
fn right_without(
    samples: &[Sample],
    at: &posada_describe::bodies::Occurrence,
    member: &str,
    body: &Body,
) -> bool {
    let (without, _) = replaced(samples, at, member, None).expect("it is there");
    let (null, _) = replaced(samples, at, member, Some(Value::Null)).expect("it is there");
    let (without, null) =
        (try_body(body, &samples[at.sample], &without), try_body(body, &samples[at.sample], &null));
    assert_eq!(without, null, "{member}: null is the same as not sent");
    null.is_ok()
}

#[test]
fn what_a_schema_does_not_allow_is_refused_by_name() {
    let (mut bodies, mut all) = (0, (0, 0));
    for operation in operations::all() {
        for body in &operation.bodies {
            let samples = samples(body).expect("samples");
            let (refused, accepted) = sent(&samples, body, operation.id);
            assert!(refused >= 10, "{}: {refused}", operation.id);
            bodies += 1;
            all = (all.0 + refused, all.1 + accepted);
        }
    }
    println!("{bodies} bodies: {} wrong ones refused, {} members left out as null", all.0, all.1);
    assert!(bodies >= 12 && all.0 >= 900 && all.1 >= 50, "{bodies} bodies, {all:?}");
}

#[test]
fn what_must_be_sent_is_what_the_reader_asks_for() {
    let required = |id: &str| {
        let operation = operations::all().into_iter().find(|it| it.id == id).expect("a route");
        let (name, all) = schemas(&operation.bodies[0], &Docs::read()).expect("it is described");
        all[&name]["required"].clone()
    };
    assert_eq!(required("quote"), json!(["check_in_date", "check_out_date", "package_type"]));
    assert_eq!(required("get_booking"), json!(["booking_id", "wa_id"]));
    assert_eq!(required("resolveCase"), json!(["note"]));
    assert_eq!(required("requestCancellation"), json!([]));
    assert_eq!(
        required("make_booking"),
        json!([
            "customer_name",
            "email",
            "city",
            "dui_passport",
            "nationality",
            "check_in_date",
            "check_out_date",
            "package_type",
            "bookings",
            "payment_method",
            "payment_maker_name",
            "wa_id"
        ])
    );
}

/// What no accepted body has is left out of the description: so each member of each type stands in one of some route.
#[test]
fn every_member_is_in_a_body_of_some_route() {
    let (mut all, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for body in operations::all().iter().flat_map(|it| &it.bodies) {
        let mut known = Schemas::default();
        let root = (body.describe)(&mut known);
        let samples = samples(body).expect("accepted bodies");
        let found = occurrences(&root, &known, &samples);
        for (name, schema) in &known.0 {
            for member in schema["properties"].as_object().expect("members").keys() {
                let is_sent = |at| replaced(&samples, at, member, None).is_some();
                if found.get(name).is_some_and(|at| at.iter().any(is_sent)) {
                    seen.insert(format!("{name}.{member}"));
                }
                all.insert(format!("{name}.{member}"));
            }
        }
    }
    assert!(all.len() > 80, "{}", all.len());
    assert_eq!(all.difference(&seen).collect::<Vec<_>>(), Vec::<&String>::new());
}
