//! What pages and other programs ask, and documents.

use super::*;

/// What pages and other programs speak that is no JSON of ours.
pub(super) fn others() -> Vec<Operation> {
    let message = json!({
        "type": "object",
        "description": "A message of JSON-RPC 2.0.",
        "required": ["jsonrpc", "method"],
        "properties": {
            "jsonrpc": {"const": "2.0", "description": "Always `2.0`."},
            "id": {"type": ["string", "number"], "description": "What the answer is known by; a notification has none."},
            "method": {"type": "string", "description": "Such as `tools/call`."},
            "params": {"description": "What the method takes."},
        },
    });
    let answer = |_: &mut Schemas| {
        let fault = object(
            json!({
                "code": {"type": "integer", "description": "JSON-RPC's code."},
                "message": {"type": "string", "description": "What is wrong."},
            }),
            &["code", "message"],
        );
        object(
            json!({
                "jsonrpc": {"const": "2.0", "description": "Always `2.0`."},
                "id": {"type": ["string", "number", "null"], "description": "The call's."},
                "result": {"type": "object", "description": "What it came to."},
                "error": crate::bodies::described(fault, "Why it came to nothing."),
            }),
            &["jsonrpc", "id"],
        )
    };
    let page = |_: &mut Schemas| json!({"type": "string"});
    let form = |method, id, summary, other_body| Operation {
        method,
        path: "/reservar",
        id,
        tag: "Before booking",
        summary,
        about: "For guests without JavaScript; in the language that `lang` says or the browser prefers.",
        who: &[Who::Public],
        parameters: Vec::new(),
        bodies: Vec::new(),
        other_body,
        answers: vec![Success { status: 200, about: "A page.", media: "text/html", schema: page }],
        problems: Vec::new(),
    };
    let sent = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let media = "application/x-www-form-urlencoded";
    vec![
        Operation {
            parameters: vec![optional("lang", json!({"type": "string"}), "`es` or `en`.")],
            ..form("GET", "form", "A form: the stay, and with a stay the price", None)
        },
        Operation {
            problems: vec!["too_large", "unsupported_media_type"],
            ..form("POST", "sendForm", "Books by the form", Some((media, sent)))
        },
        Operation {
            method: "POST",
            path: "/mcp",
            id: "mcp",
            tag: "The assistant's documents",
            summary: "The tools over the Model Context Protocol",
            about: "Streamable HTTP without sessions: revisions 2025-11-25, 2025-06-18 and 2025-03-26.",
            who: &[Who::Assistant],
            parameters: vec![header(
                "MCP-Protocol-Version",
                false,
                json!({"type": "string", "enum": ["2025-11-25", "2025-06-18", "2025-03-26"]}),
                "The revision that was agreed on.",
            )],
            bodies: Vec::new(),
            other_body: Some(("application/json", message)),
            answers: vec![
                json_answer(200, "What the call came to, or its fault.", answer),
                Success {
                    status: 202,
                    about: "Taken; nothing is answered.",
                    media: "",
                    schema: |_| Value::Null,
                },
                json_answer(400, "This is no message, or of another revision.", answer),
            ],
            problems: vec!["forbidden", "too_large", "unsupported_media_type"],
        },
    ]
}

pub(super) fn documents() -> Vec<Operation> {
    let operation = |path, id, summary, parameters, answer, problems: &[&'static str]| Operation {
        method: "GET",
        path,
        id,
        tag: "The assistant's documents",
        summary,
        about: "",
        who: EVERYBODY,
        parameters,
        bodies: Vec::new(),
        other_body: None,
        answers: vec![answer],
        problems: problems.to_vec(),
    };
    vec![
        operation(
            "/v1/tools",
            "tools",
            "The tools as functions for a model, in strict form",
            Vec::new(),
            json_answer(200, "The functions.", |_| {
                json!({"type": "object", "required": ["tools"], "properties": {"tools": {"type": "array",
                    "description": "Each as it is handed to a model.", "items": {"type": "object"}}}})
            }),
            &[],
        ),
        operation(
            "/v1/assistant/instructions",
            "instructions",
            "The assistant's guidelines",
            vec![
                optional("lang", json!({"type": "string", "enum": ["es", "en"]}), "The language."),
                language(),
            ],
            Success {
                status: 200,
                about: "The guidelines, as Markdown.",
                media: "text/markdown",
                schema: |_| json!({"type": "string"}),
            },
            &["invalid"],
        ),
    ]
}
