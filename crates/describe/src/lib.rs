//! What the API is, said once. OpenAPI, the functions of the assistant's tools and MCP's list come from the wire types:
//! what they look like is declared beside their readers, and what must be sent is asked of the readers themselves.

pub mod bodies;
pub mod bookkeeping;
pub mod docs;
pub mod examples;
pub mod guidelines;
pub mod llms;
pub mod openapi;
pub mod operations;
pub mod problems;
pub mod tools;
pub mod types;

use anyhow::Result;
use posada_core::message::Language;
use serde_json::Value;

/// The files that are made, by their paths in the repository.
///
/// # Errors
/// Where something is not described.
pub fn files() -> Result<Vec<(&'static str, String)>> {
    let docs = docs::Docs::read();
    let document = openapi::document()?;
    Ok(vec![
        ("www/site/llms.txt", llms::text()?),
        ("www/site/openapi.json", text(&document)?),
        ("www/site/described/api.d.ts", types::declarations(&document)?),
        ("www/site/described/tools.json", text(&tools::functions(&docs)?)?),
        ("www/site/described/mcp-tools.json", text(&tools::mcp(&docs)?)?),
        ("www/site/described/mcp-prompts.json", text(&tools::mcp_prompts())?),
        ("www/site/described/mcp-resources.json", text(&tools::mcp_resources())?),
        ("www/site/described/instructions.es.md", guidelines::text(Language::Es)?),
        ("www/site/described/instructions.en.md", guidelines::text(Language::En)?),
    ])
}

fn text(value: &Value) -> Result<String> {
    Ok(format!("{}\n", serde_json::to_string_pretty(value)?))
}
