//! `cargo xtask hostile`: hostile requests against the Worker in workerd (`tests/hostile`).

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use pico_args::Arguments;

use crate::{
    files,
    worker::{self, Profile},
};

/// How many requests are sent unless told otherwise.
const REQUESTS: u32 = 20_000;
const SEED: u32 = 1;

/// Sends them, and fails where a promise is broken.
pub(crate) fn run(mut args: Arguments) -> Result<ExitCode> {
    let requests: u32 = args.opt_value_from_str("--requests")?.unwrap_or(REQUESTS);
    let seed: u32 = args.opt_value_from_str("--seed")?.unwrap_or(SEED);
    crate::finish(args)?;
    worker::build(Profile::Release)?;
    let mut node = Command::new("node");
    node.current_dir(files::root()).arg("tests/hostile/run.mjs");
    node.args(["--requests", &requests.to_string(), "--seed", &seed.to_string()]);
    let status = node.status().context("cannot run node")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
