//! Requests and what the Worker really answered to them: recorded, and compared again, by `tests/e2e/described.test.mjs`.

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// A request and its answer. In a request `{{name of an example/member}}` is what that example was answered.
#[derive(Debug, Clone)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// The operation's name.
    pub operation: String,
    /// What is sent: `path`, `query`, `headers`, `body`, as they are needed.
    pub request: Value,
    /// The status of the answer.
    pub status: u16,
    /// The answer; null where it has no JSON.
    pub answer: Value,
}

/// All of them, in the order in which they are sent.
///
/// # Errors
/// Where the file is not what it must be, or refers to what was not answered.
pub fn all() -> Result<Vec<Example>> {
    let file: Value = serde_json::from_str(include_str!("../examples.json")).context("examples.json")?;
    let mut found: Vec<Example> = Vec::new();
    for (index, entry) in file.as_array().context("examples.json is a list")?.iter().enumerate() {
        let text = |name: &str| {
            let text = entry[name].as_str().map(str::to_owned);
            text.with_context(|| format!("example {index} has no {name}"))
        };
        let mut request = entry.clone();
        if let Some(members) = request.as_object_mut() {
            for name in ["name", "operation", "status", "answer"] {
                members.remove(name);
            }
        }
        fill(&mut request, &found)?;
        let status = entry["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(200);
        let (name, operation) = (text("name")?, text("operation")?);
        found.push(Example { name, operation, request, status, answer: entry["answer"].clone() });
    }
    Ok(found)
}

/// Puts in what earlier examples were answered.
fn fill(value: &mut Value, before: &[Example]) -> Result<()> {
    match value {
        Value::String(text) => {
            while let Some((head, rest)) = text.split_once("{{") {
                let (reference, tail) = rest.split_once("}}").context("a reference ends with }}")?;
                let (name, member) = reference.split_once('/').context("a reference names a member")?;
                let Some(example) = before.iter().find(|it| it.name == name) else {
                    bail!("there is no example `{name}` before")
                };
                let found = example.answer.pointer(&format!("/{member}")).and_then(Value::as_str);
                // Nothing is there before the first recording.
                *text = format!("{head}{}{tail}", found.unwrap_or("0"));
            }
        }
        Value::Array(values) => values.iter_mut().try_for_each(|it| fill(it, before))?,
        Value::Object(members) => members.values_mut().try_for_each(|it| fill(it, before))?,
        _ => {}
    }
    Ok(())
}
