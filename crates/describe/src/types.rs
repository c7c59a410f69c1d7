//! The API's types for TypeScript: what pages that ask it send and are answered.

use std::fmt::Write;

use anyhow::{Context, Result};
use posada_wire::describe::PLACE;
use serde_json::Value;

const HEAD: &str = "\
// The API's types, version 1, for TypeScript. Written by `cargo xtask schema` from the wire types: not to be edited.
";

/// The declarations of every schema of the document.
///
/// # Errors
/// Where the document has no schemas.
pub fn declarations(document: &Value) -> Result<String> {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let mut out = HEAD.to_owned();
    for (name, schema) in schemas.context("the document has schemas")? {
        match schema.get("properties") {
            Some(_) => write!(out, "\nexport interface {name} {}\n", object(schema, 0))?,
            None => write!(out, "\nexport type {name} = {};\n", typed(schema, 0))?,
        }
    }
    Ok(out)
}

/// The type of a schema's values.
fn typed(schema: &Value, depth: usize) -> String {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        return name.trim_start_matches(PLACE).to_owned();
    }
    if let Some(value) = schema.get("const") {
        return value.to_string();
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return joined(values.iter().map(Value::to_string), " | ");
    }
    for (keyword, sign) in [("anyOf", " | "), ("oneOf", " | "), ("allOf", " & ")] {
        if let Some(choices) = schema.get(keyword).and_then(Value::as_array) {
            return joined(choices.iter().map(|choice| typed(choice, depth)), sign);
        }
    }
    match schema.get("type") {
        Some(Value::Array(kinds)) => {
            joined(kinds.iter().filter_map(Value::as_str).map(|kind| of_kind(kind, schema, depth)), " | ")
        }
        Some(Value::String(kind)) => of_kind(kind, schema, depth),
        _ => "unknown".to_owned(),
    }
}

fn joined(types: impl Iterator<Item = String>, sign: &str) -> String {
    types.collect::<Vec<_>>().join(sign)
}

fn of_kind(kind: &str, schema: &Value, depth: usize) -> String {
    match kind {
        "integer" | "number" => "number".to_owned(),
        "array" => {
            let items = schema.get("items").map_or("unknown".to_owned(), |items| typed(items, depth));
            if items.contains(" | ") || items.contains(" & ") {
                format!("({items})[]")
            } else {
                format!("{items}[]")
            }
        }
        "object" if schema.get("properties").is_some() => object(schema, depth),
        "object" => match schema.get("additionalProperties") {
            Some(values) if values.is_object() => format!("Record<string, {}>", typed(values, depth)),
            _ => "Record<string, unknown>".to_owned(),
        },
        other => other.to_owned(),
    }
}

fn object(schema: &Value, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let required = schema.get("required").and_then(Value::as_array);
    let mut out = "{\n".to_owned();
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(about) = member.get("description").and_then(Value::as_str) {
            out.push_str(&format!("{indent}  /** {about} */\n"));
        }
        let is_required = required.is_some_and(|all| all.iter().any(|it| it == name));
        let mark = if is_required { "" } else { "?" };
        out.push_str(&format!("{indent}  {name}{mark}: {};\n", typed(member, depth + 1)));
    }
    out.push_str(&format!("{indent}}}"));
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(schema: Value, expected: &str) {
        assert_eq!(typed(&schema, 0), expected);
    }

    #[test]
    fn schemas_are_types() {
        check(json!({"type": ["string", "null"], "maxLength": 3}), "string | null");
        check(json!({"type": "string", "enum": ["es", "en"]}), r#""es" | "en""#);
        check(json!({"type": ["array", "null"], "items": {"type": "integer"}}), "number[] | null");
        check(
            json!({"type": "array", "items": {"anyOf": [{"const": "*"}, {"type": "number"}]}}),
            r#"("*" | number)[]"#,
        );
        check(
            json!({"anyOf": [{"$ref": "#/components/schemas/LineBody"}, {"type": "null"}]}),
            "LineBody | null",
        );
        check(
            json!({"type": "object", "additionalProperties": {"type": "string"}}),
            "Record<string, string>",
        );
        check(json!({"description": "anything"}), "unknown");
        let object = json!({"type": "object", "required": ["a"],
            "properties": {"a": {"type": "integer", "description": "One."}, "b": {"type": "boolean"}}});
        check(object, "{\n  /** One. */\n  a: number;\n  b?: boolean;\n}");
    }
}
