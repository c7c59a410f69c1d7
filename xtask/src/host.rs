//! The Worker, running on this machine (xtask/host/serve.mjs), for as long as a [`Host`] lives.

use std::{
    io::{BufRead, BufReader, Read, Write},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::files;

const READY_LIMIT: Duration = Duration::from_secs(60);
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
const END_LIMIT: Duration = Duration::from_secs(10);

/// The command that runs the Worker; what it prints and reads is described in the script.
pub(crate) fn serve() -> Command {
    let mut command = Command::new("node");
    command.current_dir(files::root()).arg(files::root().join("xtask/host/serve.mjs"));
    command
}

/// A Worker on a free port, with a data folder that is removed at the end. Dropping it ends it and all that it
/// started.
pub(crate) struct Host {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    log: Option<JoinHandle<String>>,
    questions: u64,
    url: String,
}

impl Host {
    /// Starts the Worker with a hotel's settings and payments, and waits until it answers.
    pub(crate) fn start(settings: &Path, payments: &Path) -> Result<Self> {
        let mut command = serve();
        command.arg("--settings").arg(settings).arg("--payments").arg(payments);
        Self::start_command(command)
    }

    /// The same, with this instant (RFC 3339) on its clock.
    pub(crate) fn start_at(settings: &Path, payments: &Path, now: &str) -> Result<Self> {
        let mut command = serve();
        command.arg("--settings").arg(settings).arg("--payments").arg(payments);
        command.env("POSADA_TEST_NOW", now);
        Self::start_command(command)
    }

    fn start_command(mut command: Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A group of its own, so that it can be ended with all that it started.
            .process_group(0)
            .spawn()
            .context("cannot run node")?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().context("node has no standard output")?;
        let mut stderr = child.stderr.take().context("node has no standard error")?;
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let log = thread::spawn(move || {
            let mut text = Vec::new();
            // What was read until an error is still worth showing.
            let _ = stderr.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        let mut host = Self { child, stdin, lines, log: Some(log), questions: 0, url: String::new() };
        match host
            .lines
            .recv_timeout(READY_LIMIT)
            .ok()
            .as_deref()
            .and_then(|line| line.strip_prefix("ready "))
        {
            Some(url) => host.url = url.to_owned(),
            None => bail!("the Worker did not start:\n{}", host.end().trim_end()),
        }
        Ok(host)
    }

    /// Where it answers, without a slash at the end.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Rows of the hotel's tables, read beside the API.
    pub(crate) fn sql(&mut self, sql: &str, params: &[&str]) -> Result<Vec<Value>> {
        self.questions += 1;
        let id = self.questions;
        let stdin = self.stdin.as_mut().context("the Worker has ended")?;
        writeln!(stdin, "{}", json!({ "id": id, "sql": sql, "params": params }))?;
        stdin.flush()?;
        let line = self.lines.recv_timeout(ANSWER_LIMIT).context("the hotel's tables gave no answer")?;
        let answer: Value = serde_json::from_str(&line).with_context(|| format!("not an answer: {line}"))?;
        match (&answer["id"], &answer["rows"]) {
            (Value::Number(number), Value::Array(rows)) if number.as_u64() == Some(id) => Ok(rows.clone()),
            _ => bail!("{sql}: {}", answer["error"]),
        }
    }

    /// Ends it, and returns what it had to say meanwhile.
    pub(crate) fn end(&mut self) -> String {
        // The end of its input tells it to end; it then leaves nothing behind.
        drop(self.stdin.take());
        let asked = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if asked.elapsed() > END_LIMIT {
                let group = format!("-{}", self.child.id());
                // Where this fails there is no such group any more.
                let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
                let _ = self.child.wait();
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
        self.log.take().and_then(|log| log.join().ok()).unwrap_or_default()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn asks_and_ends() {
        let script = r#"echo "ready http://127.0.0.1:1"; read question; echo '{"id":1,"rows":[{"n":1}]}';
                        read question; echo '{"id":2,"error":"no such table"}'; cat; echo bye >&2"#;
        let mut host = Host::start_command(sh(script)).unwrap();
        assert_eq!(host.url(), "http://127.0.0.1:1");
        assert_eq!(host.sql("SELECT 1", &[]).unwrap(), [json!({ "n": 1 })]);
        assert!(host.sql("SELECT 1 FROM nowhere", &[]).unwrap_err().to_string().contains("no such table"));
        assert_eq!(host.end(), "bye\n");
        assert!(host.sql("SELECT 1", &[]).is_err());
    }

    #[test]
    fn shows_why_it_did_not_start() {
        let error = Host::start_command(sh("echo 'no Worker was built' >&2; exit 1")).err().unwrap();
        assert!(error.to_string().contains("no Worker was built"));
    }
}
