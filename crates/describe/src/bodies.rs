//! The bodies of requests: their schema from the wire types, and what those do not say from the readers. Which members
//! must be sent, and which lists may not be empty, is found by taking them out of bodies that the reader accepts.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use posada_core::phone::{CallingCode, Phone};
use posada_core::problem::Problem;
use posada_wire::command::{self, Caller, PhoneSource};
use posada_wire::describe::{PLACE, Schemas, TRIMMED};
use posada_wire::settings::{Settings, read_settings};
use serde_json::{Map, Value, json};

use crate::docs::Docs;

/// The demo hotel's settings, which everything is tried with.
pub const HOTEL: &str = include_str!("../../../demo/hotel.json");
/// The hotel's date in tests and examples.
pub const TODAY: (i32, u32, u32) = (2026, 12, 1);

/// Reads a body as the route does.
pub type Reader = fn(&[u8], Caller) -> std::result::Result<(), Problem>;

/// A body that a route takes.
pub struct Body {
    /// The component that it becomes.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// Its schema by its type.
    pub describe: fn(&mut Schemas) -> Value,
    /// Its reader.
    pub reader: Reader,
    /// The name of the list of accepted bodies in `bodies.json`.
    pub samples: &'static str,
}

/// The demo hotel's settings.
///
/// # Panics
/// Where they are wrong, which a test of theirs would show first.
#[must_use]
pub fn hotel() -> Settings {
    read_settings(HOTEL.as_bytes()).expect("the demo hotel's settings are right")
}

/// The hotel's date.
///
/// # Panics
/// Never: it is a date.
#[must_use]
pub fn today() -> chrono::NaiveDate {
    let (year, month, day) = TODAY;
    chrono::NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

fn phone(source: PhoneSource<'_>) -> std::result::Result<String, String> {
    let phone = match source {
        PhoneSource::WaId(wa_id) => Phone::from_wa_id(wa_id),
        PhoneSource::Number(text) => Phone::parse(text, CallingCode::EL_SALVADOR),
    };
    phone.map(|phone| phone.e164().to_owned()).map_err(|error| error.to_string())
}

/// Reads a booking with what the hotel's settings and the caller have to say.
pub fn with_context<T>(
    caller: Caller,
    read: impl FnOnce(&command::Context<'_>) -> std::result::Result<T, Problem>,
) -> std::result::Result<(), Problem> {
    let settings = hotel();
    let context = command::Context { caller, property: &settings.property, today: today(), phone: &phone };
    read(&context).map(drop)
}

/// A body that the reader accepts, and who sends it.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Who.
    pub caller: Caller,
    /// The body.
    pub body: Value,
}

/// The accepted bodies of a route.
///
/// # Errors
/// Where there are none, or the reader does not accept them.
pub fn samples(body: &Body) -> Result<Vec<Sample>> {
    let all: Value = serde_json::from_str(include_str!("../bodies.json")).context("bodies.json")?;
    let mut found = Vec::new();
    for (caller, word) in
        [(Caller::Public, "public"), (Caller::Assistant, "assistant"), (Caller::Staff, "staff")]
    {
        for sample in all[body.samples][word].as_array().into_iter().flatten() {
            let sample = Sample { caller, body: sample.clone() };
            if let Err(problem) = try_body(body, &sample, &sample.body) {
                bail!("{}: a body is refused: {}\n{}", body.samples, problem.detail(), sample.body);
            }
            found.push(sample);
        }
    }
    if found.is_empty() {
        bail!("bodies.json has no `{}`", body.samples);
    }
    Ok(found)
}

/// Reads the body in place of the sample.
///
/// # Errors
/// The problem that it is.
pub fn try_body(body: &Body, sample: &Sample, json: &Value) -> std::result::Result<(), Problem> {
    (body.reader)(json.to_string().as_bytes(), sample.caller)
}

/// A place in a body: members' names and places in lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    Entry(usize),
}

impl Place {
    fn with(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// As faults name it.
    #[must_use]
    pub fn name(&self) -> String {
        self.0.iter().fold(String::new(), |name, step| match step {
            Step::Member(member) if name.is_empty() => member.clone(),
            Step::Member(member) => format!("{name}.{member}"),
            Step::Entry(index) => format!("{name}[{index}]"),
        })
    }

    /// The value there.
    pub fn of<'a>(&self, body: &'a mut Value) -> Option<&'a mut Value> {
        self.0.iter().try_fold(body, |value, step| match step {
            Step::Member(member) => value.get_mut(member),
            Step::Entry(index) => value.get_mut(index),
        })
    }
}

/// Where a sample has a member, or an object that could have it.
#[derive(Debug, Clone)]
pub struct Occurrence {
    /// The sample's place in the list.
    pub sample: usize,
    /// The object.
    pub object: Place,
}

/// The objects of each type in the samples.
pub type Occurrences = BTreeMap<String, Vec<Occurrence>>;

/// Finds where the samples have objects of each type.
pub fn occurrences(root: &Value, known: &Schemas, samples: &[Sample]) -> Occurrences {
    let mut found = Occurrences::new();
    for (index, sample) in samples.iter().enumerate() {
        walk(root, known, &sample.body, &Occurrence { sample: index, object: Place(Vec::new()) }, &mut found);
    }
    found
}

fn walk(schema: &Value, known: &Schemas, value: &Value, at: &Occurrence, found: &mut Occurrences) {
    if let Some(name) = referred(schema) {
        let Value::Object(members) = value else { return };
        found.entry(name.to_owned()).or_default().push(at.clone());
        let properties = known.0.get(name).and_then(|it| it["properties"].as_object());
        for (member, schema) in properties.into_iter().flatten() {
            if let Some(value) = members.get(member) {
                let object = at.object.with(Step::Member(member.clone()));
                walk(schema, known, value, &Occurrence { object, ..*at }, found);
            }
        }
    } else if let (Some(items), Value::Array(values)) = (schema.get("items"), value) {
        for (index, value) in values.iter().enumerate() {
            let object = at.object.with(Step::Entry(index));
            walk(items, known, value, &Occurrence { object, ..*at }, found);
        }
    }
}

/// The type that a schema refers to.
#[must_use]
pub fn referred(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix(PLACE)
}

/// A member of an occurrence: where it is, with a body that has another value there, or nothing.
#[must_use]
pub fn replaced(
    samples: &[Sample],
    at: &Occurrence,
    member: &str,
    by: Option<Value>,
) -> Option<(Value, String)> {
    let mut body = samples.get(at.sample)?.body.clone();
    let object = at.object.of(&mut body)?.as_object_mut()?;
    match by {
        Some(value) => object.insert(member.to_owned(), value),
        None => Some(object.remove(member)?),
    };
    Some((body, at.object.with(Step::Member(member.to_owned())).name()))
}

/// Whether the problem is one of this field.
#[must_use]
pub fn names(problem: &Problem, field: &str) -> bool {
    problem.fields().iter().any(|fault| fault.field == field)
}

/// The schemas of a route's body: its own and those of the objects in it, by name.
///
/// # Errors
/// Where a sample is not accepted.
pub fn schemas(body: &Body, docs: &Docs) -> Result<(String, Map<String, Value>)> {
    let mut known = Schemas::default();
    let root = (body.describe)(&mut known);
    let root_name = referred(&root).context("a body is an object")?.to_owned();
    let samples = samples(body)?;
    let occurrences = occurrences(&root, &known, &samples);
    let mut all = Map::new();
    for (name, schema) in &known.0 {
        let at = occurrences.get(name).map_or(&[][..], Vec::as_slice);
        let mut properties = Map::new();
        let mut required = Vec::new();
        for (member, schema) in schema["properties"].as_object().into_iter().flatten() {
            if !at.iter().any(|at| replaced(&samples, at, member, None).is_some()) {
                // No accepted body has it: it belongs to another route of the same type.
                continue;
            }
            let refused = |by: Option<&Value>, at: &Occurrence| {
                let Some((json, field)) = replaced(&samples, at, member, by.cloned()) else { return false };
                let sample = &samples[at.sample];
                try_body(body, sample, &json).is_err_and(|problem| names(&problem, &field))
            };
            let is_required = at.iter().all(|at| refused(None, at));
            let mut schema = schema.clone();
            let may_not_be_empty = |at: &Occurrence| {
                replaced(&samples, at, member, None).is_some() && refused(Some(&json!([])), at)
            };
            if schema.get("type") == Some(&json!("array")) && at.iter().any(may_not_be_empty) {
                schema["minItems"] = json!(1);
            }
            if is_required {
                required.push(member.clone());
                if schema.get(TRIMMED).is_some() && schema.get("maxLength").is_some() {
                    schema["minLength"] = json!(1);
                }
            } else {
                schema = nullable(schema);
            }
            let about = docs.member(name, member).filter(|about| !about.is_empty());
            let about = about.with_context(|| format!("{name}.{member} has no documentation"))?;
            properties.insert(member.clone(), described(schema, about));
        }
        let object = json!({
            "type": "object", "properties": properties, "required": required, "additionalProperties": false,
        });
        all.insert(if *name == root_name { body.name.to_owned() } else { name.clone() }, object);
    }
    // What only other routes of the type have.
    let mut kept = BTreeSet::new();
    keep(body.name, &all, &mut kept);
    all.retain(|name, _| kept.contains(name));
    Ok((body.name.to_owned(), all))
}

fn keep(name: &str, all: &Map<String, Value>, kept: &mut BTreeSet<String>) {
    if !kept.insert(name.to_owned()) {
        return;
    }
    let text = all.get(name).map(Value::to_string).unwrap_or_default();
    for other in all.keys() {
        if text.contains(&format!("\"{PLACE}{other}\"")) {
            keep(other, all, kept);
        }
    }
}

/// The schema with what it means.
#[must_use]
pub fn described(schema: Value, about: &str) -> Value {
    let mut with = schema;
    if let Some(members) = with.as_object_mut() {
        members.insert("description".to_owned(), json!(about));
    }
    with
}

/// The schema of a member that may be left out: `null` is the same.
fn nullable(mut schema: Value) -> Value {
    if schema.get("$ref").is_some() || schema.get("anyOf").is_some() {
        return json!({"anyOf": [schema, {"type": "null"}]});
    }
    let kind = schema["type"].clone();
    schema["type"] = json!([kind, "null"]);
    if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        values.push(Value::Null);
    }
    schema
}

/// As the reader takes texts: white space at their ends is passed over, and an empty text is the same as none where
/// none must be sent.
pub fn as_read(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            let is_optional = members.get("type").is_some_and(Value::is_array);
            let is_trimmed = members.remove(TRIMMED).is_some();
            if let (true, Some(Value::String(pattern))) = (is_trimmed, members.get_mut("pattern")) {
                let inner = pattern.trim_start_matches('^').trim_end_matches('$');
                let may_be_empty = is_optional && !inner.ends_with('*');
                *pattern = match may_be_empty {
                    true => format!(r"^\s*(?:{inner})?\s*$"),
                    false => format!(r"^\s*{inner}\s*$"),
                };
            }
            members.values_mut().for_each(as_read);
        }
        Value::Array(values) => values.iter_mut().for_each(as_read),
        _ => {}
    }
}
