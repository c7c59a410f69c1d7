//! Answers that nobody can use, and one that can be used though it is spelt otherwise.

use serde_json::{Value, json};

use crate::{
    answer::Answer,
    fault::{Garbage, Route},
};

/// More than Posada reads of any answer.
const HUGE_BYTES: usize = 2 * 1024 * 1024 + 1;

/// The answer `body` (with `status`), spoilt. `other_code` is the code of another reservation.
pub(crate) fn spoil(garbage: Garbage, route: Route, status: u16, body: &Value, other_code: &str) -> Answer {
    match garbage {
        Garbage::NotJson => Answer::raw(200, "text/html", "<!doctype html><title>Mantenimiento</title>"),
        Garbage::Empty => Answer::raw(200, "application/json", ""),
        Garbage::WrongTypes => Answer::json(200, &wrong_types(route)),
        Garbage::MissingMembers => Answer::json(200, &missing_members(route)),
        Garbage::Truncated => {
            let text = body.to_string();
            // JSON of an object or a list is none without its last character.
            Answer::raw(status, "application/json", text[..text.len() - 1].to_owned())
        }
        Garbage::HugeBody => {
            let mut huge = if body.is_object() { body.clone() } else { json!({ "rooms": body }) };
            huge["padding"] = Value::String("x".repeat(HUGE_BYTES));
            Answer::json(status, &huge)
        }
        Garbage::UsedCode => Answer::json(status, &with_code(body, other_code)),
        Garbage::LongCode => Answer::json(status, &with_code(body, &"9".repeat(40))),
        Garbage::CommaCode => Answer::json(status, &with_code(body, "26181,26182")),
        Garbage::EmptyCode => Answer::json(status, &with_code(body, "")),
    }
}

fn wrong_types(route: Route) -> Value {
    match route {
        Route::Availability => json!({ "rooms": "all" }),
        Route::Book | Route::Lookup => {
            json!({ "success": "yes", "reserva": { "code": 26181 }, "room_number": ["54"], "status": 1 })
        }
        Route::Cancel => json!({ "success": "yes" }),
        Route::List => json!({ "reservations": { "0": "26181" }, "next": 5 }),
    }
}

fn missing_members(route: Route) -> Value {
    match route {
        Route::Availability => json!([{ "colour": "blue" }]),
        Route::Book | Route::Lookup => json!({ "success": true }),
        Route::Cancel => json!({ "deleted": true }),
        Route::List => json!({ "reservations": [{ "reserva": "26181" }] }),
    }
}

/// The answer with another code, wherever it names one.
fn with_code(body: &Value, code: &str) -> Value {
    let mut body = body.clone();
    each_object(&mut body, &mut |members| {
        if let Some(reserva) = members.get_mut("reserva") {
            *reserva = Value::String(code.to_owned());
        }
    });
    body
}

/// The same answer in another spelling: `number` for `room_number`, numbers for texts of digits, more members.
pub(crate) fn dialect(body: &Value) -> Value {
    let mut body = body.clone();
    each_object(&mut body, &mut |members| {
        if let Some(room) = members.remove("room_number") {
            members.insert("number".to_owned(), room);
        }
        for name in ["number", "reserva"] {
            if let Some(value) = members.get_mut(name)
                && let Some(number) = value.as_str().and_then(|text| text.parse::<u64>().ok())
                && number.to_string() == value.as_str().unwrap_or_default()
            {
                *value = json!(number);
            }
        }
        members.insert("floor".to_owned(), json!({ "name": "baja", "sea_view": true }));
    });
    body
}

fn each_object(value: &mut Value, change: &mut impl FnMut(&mut serde_json::Map<String, Value>)) {
    match value {
        Value::Array(entries) => entries.iter_mut().for_each(|entry| each_object(entry, change)),
        Value::Object(members) => {
            members.values_mut().for_each(|member| each_object(member, change));
            change(members);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
