//! `cargo xtask schemathesis`: thousands of requests that Schemathesis makes of the Worker's own /openapi.json, right and
//! wrong ones, with every check that it has.

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context, Result, bail};
use pico_args::Arguments;

use crate::{
    demo, files,
    host::Host,
    process,
    progress::{Step, say},
    worker::{self, Profile},
};

/// The version of Python's `schemathesis`. It is needed for nothing else.
const SCHEMATHESIS: &str = "4.32.5";
/// How many requests are made unless told otherwise.
const REQUESTS: u64 = 5_000;
/// How many a run of all tests makes, or a few more.
const REQUESTS_BRIEFLY: u64 = 1_000;
/// How many requests made at random each operation gets in a run; those that are thought out come first.
const EXAMPLES: &str = "12";
/// The instant on the Worker's clock, so that the examples' dates are ahead.
const NOW: &str = "2026-12-01T18:00:00Z";
/// Runs are given up after so many: something else is wrong.
const RUNS_MAX: u64 = 20;

/// What was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tried {
    requests: u64,
    succeeded: bool,
}

/// Reads the arguments and tries.
pub(crate) fn run(mut args: Arguments) -> Result<ExitCode> {
    let requests: Option<u64> = args.opt_value_from_str("--requests")?;
    let seed: Option<u64> = args.opt_value_from_str("--seed")?;
    crate::finish(args)?;
    attempt(requests.unwrap_or(REQUESTS), seed.unwrap_or(1))
}

/// Tries briefly, as a run of all tests does.
pub(crate) fn briefly() -> Result<ExitCode> {
    attempt(REQUESTS_BRIEFLY, 1)
}

fn attempt(requests: u64, first_seed: u64) -> Result<ExitCode> {
    worker::build(Profile::Release)?;
    let program = program()?;
    let mut sum = 0;
    for seed in (first_seed..).take(usize::try_from(RUNS_MAX)?) {
        // Each run has a hotel of its own: what the run before did is not in its way.
        let demo = files::root().join("demo");
        let mut host = Host::start_at(&demo.join("hotel.json"), &demo.join("payments.json"), NOW)?;
        let tried = one(&program, &host, seed)?;
        sum += tried.requests;
        let log = host.end();
        if !tried.succeeded {
            say(format!("schemathesis: seed {seed} found something; the Worker said:\n{}", last_lines(&log)));
            return Ok(ExitCode::FAILURE);
        }
        if sum >= requests {
            println!("{sum} requests by Schemathesis {SCHEMATHESIS}, every check, no failure");
            return Ok(ExitCode::SUCCESS);
        }
    }
    bail!("{RUNS_MAX} runs made only {sum} requests")
}

/// A run of all phases.
fn one(program: &Path, host: &Host, seed: u64) -> Result<Tried> {
    let mut command = Command::new(program);
    command
        .current_dir(files::scratch("schemathesis")?)
        .arg("--config-file")
        .arg(files::root().join("tests/schemathesis.toml"))
        .arg("run")
        .arg(format!("{}/openapi.json", host.url()))
        .args(["--checks", "all", "--max-examples", EXAMPLES, "--seed", &seed.to_string()])
        .args(["--generation-database", "none", "--continue-on-failure", "--no-color"])
        .env("POSADA_ASSISTANT_KEY", demo::dev_var("ASSISTANT_KEY")?)
        .env("POSADA_STAFF_KEY", demo::dev_var("STAFF_KEY")?);
    let finished = process::show(&mut command)?;
    let requests = finished.lines.iter().find_map(|line| generated(line)).unwrap_or(0);
    if finished.succeeded() && requests == 0 {
        bail!("Schemathesis did not say how much it tried");
    }
    Ok(Tried { requests, succeeded: finished.succeeded() })
}

/// The number of `3814 generated, 19 found 19 unique failures, 57 skipped` that were sent.
fn generated(line: &str) -> Option<u64> {
    let (generated, rest) = line.trim().split_once(" generated")?;
    let skipped = rest.split(", ").find_map(|part| part.strip_suffix(" skipped"));
    let skipped: u64 = skipped.and_then(|count| count.trim().parse().ok()).unwrap_or(0);
    generated.parse::<u64>().ok()?.checked_sub(skipped)
}

fn last_lines(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n")
}

/// Schemathesis, kept between runs beside the other tools.
fn program() -> Result<PathBuf> {
    let folder = files::cache()?.join("tools").join(format!("schemathesis-{SCHEMATHESIS}"));
    let program = folder.join("bin/schemathesis");
    if is_there(&program) {
        return Ok(program);
    }
    let step = Step::begin(format!("setup: installing Python's schemathesis {SCHEMATHESIS}"));
    let advice = "Schemathesis needs Python 3 with venv and pip";
    process::output(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder)).context(advice)?;
    let wanted = format!("schemathesis=={SCHEMATHESIS}");
    let mut pip = Command::new(folder.join("bin/python"));
    process::output(pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--quiet", &wanted]))
        .context(advice)?;
    step.end();
    if !is_there(&program) {
        bail!("{} cannot be run. {advice}", program.display());
    }
    Ok(program)
}

fn is_there(program: &Path) -> bool {
    let said = process::output(Command::new(program).arg("--version"));
    program.is_file() && said.is_ok_and(|text| text.contains(SCHEMATHESIS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_how_much_was_tried() {
        assert_eq!(generated("  3814 generated, 19 found 19 unique failures, 57 skipped"), Some(3_757));
        assert_eq!(generated("  3814 generated, 3814 passed"), Some(3_814));
        assert_eq!(generated("Seed: 1"), None);
        assert_eq!(generated("many generated"), None);
    }
}
