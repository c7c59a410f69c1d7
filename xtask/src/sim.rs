//! `cargo xtask sim`: the simulator, built with the optimiser and run with the arguments given.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use pico_args::Arguments;

use crate::files;

/// Runs it; it knows its arguments itself.
pub(crate) fn run(args: Arguments) -> Result<ExitCode> {
    let mut command = Command::new("cargo");
    command.current_dir(files::root());
    command.args(["run", "--quiet", "--locked", "--profile", "sim", "--package", "posada-sim", "--"]);
    let status = command.args(args.finish()).status().context("cannot start cargo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
