//! `cargo xtask audit`, `kill`, `lastroom` and the latency part of `bench`: posada-proofs, with the programs that it
//! runs built first.

use std::{
    ffi::OsString,
    process::{Command, ExitCode},
};

use anyhow::{Context, Result};

use crate::{
    files, process,
    progress::Step,
    worker::{self, Profile},
};

/// What of a proof's is built: overflow checks and assertions stay on, as in the simulator.
const PROFILE: &str = "sim";

/// Whether a command runs the Worker, or only looks at what one left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runs {
    Worker,
    Nothing,
}

/// Runs a command of posada-proofs; it knows its arguments itself.
pub(crate) fn run(command: &str, arguments: Vec<OsString>, runs: Runs) -> Result<ExitCode> {
    let mut packages = vec!["posada-proofs"];
    if runs == Runs::Worker {
        packages.push("posada-sandbox");
        worker::build(Profile::Release)?;
    }
    let mut step = Step::begin(format!("{command}: building what it runs")).counting("crates", 0);
    let mut cargo = Command::new("cargo");
    cargo.current_dir(files::root()).args(["build", "--locked", "--profile", PROFILE]);
    cargo.args(packages.iter().flat_map(|package| ["--package", package]));
    process::run(&mut cargo, &mut step, process::compiles)?;
    step.end();
    let built = files::target().join(PROFILE);
    let mut proofs = Command::new(built.join("posada-proofs"));
    proofs.arg(command);
    if runs == Runs::Worker {
        proofs.arg("--bundle").arg(Profile::Release.bundle());
        proofs.arg("--sandbox").arg(built.join("posada-sandbox"));
    }
    let status = proofs.args(arguments).status().context("cannot start posada-proofs")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
