//! The Worker's API, as the hotel's WhatsApp assistant calls it.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use ureq::{Agent, Body, http::Response};

const LIMIT: Duration = Duration::from_secs(30);

/// A client with the assistant's key.
pub(crate) struct Api {
    agent: Agent,
    url: String,
    authorization: String,
}

impl Api {
    /// A client of the Worker at `url`.
    pub(crate) fn new(url: &str, key: &str) -> Self {
        // An error's answer is wanted whole: it says what was wrong.
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(LIMIT)).build();
        Self { agent: config.new_agent(), url: url.to_owned(), authorization: format!("Bearer {key}") }
    }

    /// Asks, and returns the answer's JSON.
    pub(crate) fn get(&self, path: &str) -> Result<Value> {
        let request =
            self.agent.get(format!("{}{path}", self.url)).header("authorization", &self.authorization);
        answer("GET", path, request.call())
    }

    /// Sends JSON, and returns the answer's.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let request = self
            .agent
            .post(format!("{}{path}", self.url))
            .header("authorization", &self.authorization)
            .header("content-type", "application/json");
        answer("POST", path, request.send(body.to_string()))
    }
}

fn answer(method: &str, path: &str, response: Result<Response<Body>, ureq::Error>) -> Result<Value> {
    let mut response = response.with_context(|| format!("{method} {path}"))?;
    let status = response.status();
    let text = response.body_mut().read_to_string().with_context(|| format!("{method} {path}"))?;
    if status != 200 {
        bail!("{method} {path} answered {status}: {text}");
    }
    serde_json::from_str(&text).with_context(|| format!("{method} {path} answered no JSON: {text}"))
}
