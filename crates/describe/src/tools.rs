//! The tools as functions for a model: OpenAI's strict form, and the list that MCP answers. What a model must not say
//! (prices, evidence, `force_process`) is in none of them.

use anyhow::{Context, Result};
use posada_core::payment::method::PaymentMethod;
use posada_wire::describe::TRIMMED;
use serde_json::{Map, Value, json};

use crate::bodies::{self, Body, referred};
use crate::docs::Docs;
use crate::openapi::without;
use crate::operations;

/// A tool.
pub struct Tool {
    /// Its name: that of its route, too.
    pub name: &'static str,
    /// What people read.
    pub title: &'static str,
    /// What the model is told.
    pub about: &'static str,
    /// What it takes.
    pub body: Body,
    /// Members of the body that a model has nothing to say about.
    pub left_out: &'static [&'static str],
    /// Whether nothing is changed by it.
    pub is_read_only: bool,
    /// Whether what it does cannot be taken back by the caller.
    pub is_destructive: bool,
}

const OF_STAFF: &[&str] = &["payment_evidence", "force_process", "extra_beds", "extra_beds_cost"];

/// All of them.
#[must_use]
pub fn all() -> Vec<Tool> {
    let [make_booking, _] = operations::make_booking_bodies();
    let tool = |name, title, about, body| Tool {
        name,
        title,
        about,
        body,
        left_out: OF_STAFF,
        is_read_only: true,
        is_destructive: false,
    };
    let validation = |name, title, method| Tool {
        is_read_only: false,
        ..tool(
            name,
            title,
            "Checks that the guest's payment exists and has so much left, and sets that aside for the guest. Call it \
             before make_booking, once, with the total of all rooms together. Said again with the same amount it \
             changes nothing.",
            operations::validation_body(method),
        )
    };
    let retry = |name, title, method| Tool {
        is_read_only: false,
        ..tool(
            name,
            title,
            "Looks once more for a payment that was payment_pending, which the system also does by itself. Call it only \
             if the guest insists or sends the receipt. stop: true only if the guest no longer wants it looked for.",
            operations::retry_body(method),
        )
    };
    vec![
        tool(
            "quote_rooms",
            "Quote rooms",
            "Proposes who sleeps in which room and what it costs, with a signed quote that keeps the price. \
             customer_message is the proposal in words: show it to the guest. If the guest said how to distribute \
             them, send split; otherwise party, and the guests are spread evenly. It holds no room.",
            operations::quote_rooms_body(),
        ),
        tool(
            "check_availability",
            "Check availability",
            "How many rooms of each type are free for the whole stay; and in hotel, to be asked for first: today's date and \
             weekday, packages, room types with what each holds, the deposit, how to reach the reception. For prices use \
             quote_rooms.",
            operations::availability_body(),
        ),
        validation("validate_compraclick_payment", "Validate a card payment", PaymentMethod::CompraClick),
        validation("validate_bank_transfer", "Validate a bank transfer", PaymentMethod::DepositoBac),
        retry("retry_compraclick_payment", "Look again for a card payment", PaymentMethod::CompraClick),
        retry("retry_bank_transfer", "Look again for a bank transfer", PaymentMethod::DepositoBac),
        tool(
            "find_payment",
            "Look for a payment without reference",
            "Whether exactly one payment fits amount, date and name. Use it only if the guest cannot say the reference; it \
             does not say which payment it is and sets nothing aside. Ask the guest for the reference either way.",
            operations::find_payment_body(),
        ),
        Tool {
            is_read_only: false,
            is_destructive: true,
            ..tool(
                "make_booking",
                "Book rooms",
                "Books all rooms of the guest in one call, paid by one payment: one entry of bookings for each room. \
                 Call it only after the guest has agreed to rooms and price and the payment is validated. Send quote \
                 to keep the quoted price. The same call is the same booking. Tell the guest customer_message, with \
                 every code.",
                make_booking,
            )
        },
        tool(
            "get_booking",
            "See a booking",
            "How a booking of this guest stands: rooms, codes, what failed, what is still to be paid.",
            operations::get_booking_body(),
        ),
        Tool {
            is_read_only: false,
            ..tool(
                "pay_balance",
                "Pay what is left",
                "Pays with another payment what is left of a booking of this guest (balance_due), after the payment was \
                 validated for that amount. The same call is the same payment. Tell the guest customer_message.",
                operations::pay_balance_body(),
            )
        },
        Tool {
            is_read_only: false,
            ..tool(
                "request_cancellation",
                "Ask for a cancellation",
                "Asks the hotel's staff to cancel rooms of a booking of this guest. It cancels nothing by itself.",
                operations::request_cancellation_body(),
            )
        },
    ]
}

/// The schema of what a tool takes, in strict form: every member required, `null` for what is left out, no others.
///
/// # Errors
/// Where something is not described.
pub fn parameters(tool: &Tool, docs: &Docs) -> Result<Value> {
    let (name, schemas) = bodies::schemas(&tool.body, docs)?;
    let mut schema = schemas.get(&name).context("the body is described")?.clone();
    strict(&mut schema, &schemas, tool.left_out);
    without(&mut schema, TRIMMED);
    Ok(schema)
}

/// Makes it strict, with the objects in it in their places.
fn strict(schema: &mut Value, schemas: &Map<String, Value>, left_out: &[&str]) {
    if let Some(within) = referred(schema).and_then(|name| schemas.get(name)) {
        let about = schema.get("description").cloned();
        *schema = within.clone();
        if let (Some(members), Some(about)) = (schema.as_object_mut(), about) {
            members.insert("description".to_owned(), about);
        }
    }
    let Some(members) = schema.as_object_mut() else { return };
    members.remove("maxLength");
    members.remove("minLength");
    if let Some(Value::String(about)) = members.get_mut("description") {
        *about = about.replace("`GET /v1/property`", "`check_availability`");
    }
    if let Some(properties) = members.get_mut("properties").and_then(Value::as_object_mut) {
        for name in left_out {
            properties.shift_remove(*name);
        }
        properties.values_mut().for_each(|it| strict(it, schemas, left_out));
        let required: Vec<String> = properties.keys().cloned().collect();
        members.insert("required".to_owned(), json!(required));
        members.insert("additionalProperties".to_owned(), json!(false));
    }
    if let Some(items) = members.get_mut("items") {
        strict(items, schemas, left_out);
    }
    for choice in members.get_mut("anyOf").and_then(Value::as_array_mut).into_iter().flatten() {
        strict(choice, schemas, left_out);
    }
}

/// What `GET /v1/tools` answers.
///
/// # Errors
/// Where something is not described.
pub fn functions(docs: &Docs) -> Result<Value> {
    let function = |tool: Tool| -> Result<Value> {
        Ok(json!({
            "type": "function",
            "name": tool.name,
            "description": tool.about,
            "strict": true,
            "parameters": parameters(&tool, docs)?,
        }))
    };
    Ok(json!({"tools": all().into_iter().map(function).collect::<Result<Vec<_>>>()?}))
}

/// What MCP's `tools/list` answers.
///
/// # Errors
/// Where something is not described.
pub fn mcp(docs: &Docs) -> Result<Value> {
    let described = |tool: Tool| -> Result<Value> {
        Ok(json!({
            "name": tool.name,
            "title": tool.title,
            "description": tool.about,
            "inputSchema": parameters(&tool, docs)?,
            "annotations": {
                "title": tool.title,
                "readOnlyHint": tool.is_read_only,
                "destructiveHint": tool.is_destructive,
                "idempotentHint": true,
                "openWorldHint": false,
            },
        }))
    };
    Ok(json!({"tools": all().into_iter().map(described).collect::<Result<Vec<_>>>()?}))
}

/// What MCP's `prompts/list` answers.
#[must_use]
pub fn mcp_prompts() -> Value {
    json!({"prompts": [{
        "name": "guidelines",
        "title": "How to book rooms for guests",
        "description": "The assistant's guidelines, with examples. To be read before any tool is called.",
        "arguments": [{"name": "language", "description": "es (unless told otherwise) or en", "required": false}],
    }]})
}

/// What MCP's `resources/list` answers.
#[must_use]
pub fn mcp_resources() -> Value {
    let resource = |language: &str, title: &str| {
        json!({
            "uri": format!("posada://guidelines/{language}"),
            "name": format!("guidelines.{language}"),
            "title": title,
            "description": "The assistant's guidelines, with examples.",
            "mimeType": "text/markdown",
        })
    };
    json!({"resources": [
        resource("es", "Guía para reservar habitaciones"),
        resource("en", "Guidelines for booking rooms"),
    ]})
}
