//! Other programs: run quietly, run with progress, or run for all to see.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::progress::Step;

/// How much of a failed program's output is shown.
const LINES_SHOWN_MAX: usize = 100;

/// A program's end and all that it said.
pub(crate) struct Finished {
    /// How it ended; `None` if it took too long and was ended.
    pub(crate) status: Option<ExitStatus>,
    /// Its lines of both outputs, in the order in which they came.
    pub(crate) lines: Vec<String>,
}

impl Finished {
    /// Whether it ended well.
    pub(crate) fn succeeded(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// The last lines that it said, without those that only tell how far it was.
    pub(crate) fn tail(&self) -> String {
        let telling: Vec<&str> =
            self.lines.iter().map(String::as_str).filter(|line| !is_progress(line)).collect();
        telling[telling.len().saturating_sub(LINES_SHOWN_MAX)..].join("\n")
    }
}

/// Runs a program and returns its standard output, trimmed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot run {shown}"))?;
    if !output.status.success() {
        bail!("{shown} failed ({}):\n{}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a program quietly as (a part of) `step`, counting the lines that `counts` picks; fails with the end
/// of its output if it fails.
pub(crate) fn run(command: &mut Command, step: &mut Step, counts: fn(&str) -> bool) -> Result<()> {
    let shown = shown(command);
    let finished = watch(without_backtraces(command), None, |line| {
        match line {
            Some(line) if counts(line) => step.count(),
            _ => {}
        }
        step.tick();
    })?;
    if !finished.succeeded() {
        bail!("{shown} failed:\n{}", finished.tail());
    }
    Ok(())
}

/// Runs a program quietly, and ends it if it takes longer than `limit`.
pub(crate) fn run_within(command: &mut Command, limit: Duration) -> Result<Finished> {
    watch(without_backtraces(command), Some(limit), |_| {})
}

/// Runs a program, showing its output on standard error as it comes.
pub(crate) fn show(command: &mut Command) -> Result<Finished> {
    watch(command, None, |line| {
        if let Some(line) = line {
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    })
}

/// Whether a line of cargo's tells that one more crate is being compiled.
pub(crate) fn compiles(line: &str) -> bool {
    line.trim_start().starts_with("Compiling ")
}

/// What a tool says of its own insides would push what it says of our code out of sight.
fn without_backtraces(command: &mut Command) -> &mut Command {
    command.env("RUST_BACKTRACE", "0")
}

fn is_progress(line: &str) -> bool {
    let word = line.split_whitespace().next().unwrap_or_default();
    ["Compiling", "Checking", "Downloading", "Downloaded", "Locking", "Updating", "Adding", "Fresh"]
        .contains(&word)
}

/// A command line as a person would type it.
pub(crate) fn shown(command: &Command) -> String {
    let mut line = command.get_program().display().to_string();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.display().to_string());
    }
    line
}

/// Calls `each` with every line, and with `None` at least once a second.
fn watch(
    command: &mut Command,
    limit: Option<Duration>,
    mut each: impl FnMut(Option<&str>),
) -> Result<Finished> {
    let shown = shown(command);
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {shown}"))?;
    let mut child = EndOnDrop(child);
    let lines = lines_of(&mut child.0);
    let started = Instant::now();
    let mut said = Vec::new();
    loop {
        if limit.is_some_and(|limit| started.elapsed() > limit) {
            return Ok(Finished { status: None, lines: said });
        }
        match lines.recv_timeout(Duration::from_secs(1)) {
            Ok(line) => {
                each(Some(&line));
                said.push(line);
            }
            Err(RecvTimeoutError::Timeout) => each(None),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = child.0.wait().with_context(|| format!("cannot wait for {shown}"))?;
    Ok(Finished { status: Some(status), lines: said })
}

fn lines_of(child: &mut Child) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        forward(stdout, sender.clone());
    }
    if let Some(stderr) = child.stderr.take() {
        forward(stderr, sender);
    }
    receiver
}

fn forward(stream: impl Read + Send + 'static, sender: Sender<String>) {
    thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        let mut line = Vec::new();
        while stream.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            if sender.send(text).is_err() {
                return;
            }
            line.clear();
        }
    });
}

/// Ends the program where its runner gives up early.
struct EndOnDrop(Child);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        // Both fail where it has ended already, which is well.
        let _ = self.0.kill();
        let _ = self.0.wait();
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
    fn returns_what_a_program_says() {
        assert_eq!(output(&mut sh("echo one; echo two >&2")).unwrap(), "one");
        let error = output(&mut sh("echo broken >&2; exit 3")).unwrap_err().to_string();
        assert!(error.contains("broken"), "{error}");
        assert!(output(&mut Command::new("posada-no-such-program")).is_err());
    }

    #[test]
    fn counts_lines_and_reports_failures() {
        let mut step = Step::begin("a test's step").counting("crates", 0);
        run(
            &mut sh("echo '   Compiling a v1'; echo '   Compiling b v1' >&2; echo done"),
            &mut step,
            compiles,
        )
        .unwrap();
        let error = run(&mut sh("echo '   Compiling c v1'; echo 'error: c'; exit 1"), &mut step, compiles)
            .unwrap_err();
        assert!(error.to_string().ends_with("failed:\nerror: c"), "{error}");
    }

    #[test]
    fn ends_what_takes_too_long() {
        let started = Instant::now();
        let finished = run_within(&mut sh("exec sleep 30"), Duration::from_millis(10)).unwrap();
        assert!(finished.status.is_none());
        assert!(!finished.succeeded());
        assert!(started.elapsed() < Duration::from_secs(10));
    }
}
