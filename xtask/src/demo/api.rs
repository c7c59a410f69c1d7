//! The Worker's API, as the hotel's WhatsApp assistant calls it.

use std::{fs, time::Duration};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use ureq::{Agent, Body, http::Response};

use crate::files;

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

/// A key of this machine's `.dev.vars`, which the first start made.
pub(crate) fn dev_var(name: &str) -> Result<String> {
    let path = files::root().join(".dev.vars");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    find_var(&text, name).with_context(|| format!("{} holds no {name}", path.display()))
}

fn find_var(text: &str, name: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (found, value) = line.split_once('=')?;
        (found.trim() == name).then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_keys() {
        assert_eq!(find_var("# keys\nA_KEY = \"x\"\nSTAFF_KEY=abc\n", "STAFF_KEY").as_deref(), Some("abc"));
        assert_eq!(find_var("A_KEY = \"x\"\n", "A_KEY").as_deref(), Some("x"));
        assert_eq!(find_var("STAFF_KEY_2=abc\n", "STAFF_KEY"), None);
    }
}
