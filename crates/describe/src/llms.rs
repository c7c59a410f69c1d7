//! `/llms.txt`, as llmstxt.org has it: what a model is told first of a deployment, and where the rest is.

use std::fmt::Write;

use anyhow::{Context, Result};

use crate::openapi::{ABOUT, TAGS};
use crate::operations::{self, Who};
use crate::tools::{self, Tool};

/// Where the files that describe the API are.
const PLACE: &str = "/described/";

/// Pages of the documentation that `www/build.mjs` lays beside them, and what they say.
const API: (&str, &str) = ("api.md", "every route, with real answers, and every problem by its code");
const WEBHOOKS: (&str, &str) =
    ("webhooks.md", "what the hotel's programs are told, how it is signed and how often it is tried");
const SIGNATURES: (&str, &str) =
    ("signatures.md", "signing requests instead of sending a key, with clients to copy");

/// The first sentence.
fn first(text: &str) -> &str {
    text.split_inclusive(". ").next().unwrap_or(text).trim_end()
}

/// Names of tools that say the same of themselves, together.
fn grouped(tools: &[Tool]) -> Vec<(String, &str)> {
    let mut groups: Vec<(String, &str)> = Vec::new();
    for tool in tools {
        let name = format!("`{}`", tool.name);
        match groups.iter_mut().find(|(_, about)| *about == first(tool.about)) {
            Some((names, _)) => names.push_str(&format!(", {name}")),
            None => groups.push((name, first(tool.about))),
        }
    }
    groups
}

/// A route that anybody may ask, by its name, with what it is.
fn open(id: &str) -> Result<(&'static str, &'static str)> {
    let all = operations::all();
    let found = all.iter().find(|it| it.id == id).with_context(|| format!("there is no route {id}"))?;
    anyhow::ensure!(found.method == "GET" && found.who.contains(&Who::Public), "{id} is not open");
    Ok((found.path, found.summary))
}

/// The text of `/llms.txt`.
///
/// # Errors
/// Where a route that it names is not described.
pub fn text() -> Result<String> {
    let mut out = String::new();
    let summary = TAGS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    writeln!(out, "# Posada\n")?;
    writeln!(out, "> {}\n", first(ABOUT))?;
    writeln!(
        out,
        "This deployment is one hotel. {} Guests are written to in Spanish or English. The API has these parts: {summary}.\n",
        ABOUT.trim_start_matches(first(ABOUT)).trim()
    )?;
    let tools = tools::all();
    writeln!(
        out,
        "An assistant has {} tools, at `POST /v1/tools/<name>` and, with the same schemas, over the Model Context Protocol at \
         `POST /mcp` (Streamable HTTP). Both take the assistant's key, as `Authorization: Bearer` or by a signed request:\n",
        tools.len()
    )?;
    for (names, about) in grouped(&tools) {
        writeln!(out, "- {names}: {about}")?;
    }
    let mut section = |title: &str, links: &[(&str, &str, &str)]| -> Result<()> {
        writeln!(out, "\n## {title}\n")?;
        for (name, address, about) in links {
            writeln!(out, "- [{name}]({address}): {about}")?;
        }
        Ok(())
    };
    let page = |name: &str| format!("{PLACE}{name}");
    let (functions, functions_about) = open("tools")?;
    let (instructions, instructions_about) = open("instructions")?;
    let (property, property_about) = open("property")?;
    section(
        "For an assistant",
        &[
            ("Instructions in Spanish", &format!("{instructions}?lang=es"), instructions_about),
            ("Instructions in English", &format!("{instructions}?lang=en"), instructions_about),
            ("Functions", functions, functions_about),
            ("MCP tools", &page("mcp-tools.json"), "the same as MCP lists them"),
        ],
    )?;
    section(
        "For programs",
        &[
            ("OpenAPI", "/openapi.json", "every route, body, answer and problem, with examples"),
            ("The API in words", &page(API.0), API.1),
            ("Types for TypeScript", &page("api.d.ts"), "bodies and answers"),
            ("Signed requests", &page(SIGNATURES.0), SIGNATURES.1),
            ("Webhooks", &page(WEBHOOKS.0), WEBHOOKS.1),
            ("Property", property, property_about),
        ],
    )?;
    section(
        "For pages",
        &[
            ("The booking element", "/widget", "`<posada-booking>`: how it is put into a hotel's own page"),
            ("The form without JavaScript", "/reservar", "the same booking in plain HTML"),
        ],
    )?;
    section("Optional", &[("The API drawn for people", "/docs", "the OpenAPI document to read and search")])?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_short_and_as_the_convention_has_it() {
        let text = text().expect("a text");
        assert!(text.starts_with("# Posada\n\n> "), "{text}");
        assert!(text.len() < 4_500, "{} bytes", text.len());
        let mut is_behind_headings = false;
        for line in text.lines() {
            is_behind_headings |= line.starts_with("## ");
            assert!(!line.starts_with("###"), "{line}");
            if is_behind_headings && !line.is_empty() && !line.starts_with("## ") {
                assert!(line.starts_with("- [") && line.contains("]("), "{line}");
            }
        }
        for tool in tools::all() {
            assert!(text.contains(&format!("`{}`", tool.name)));
        }
    }
}
