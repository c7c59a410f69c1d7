//! `cargo xtask schema`: what describes the API, made by `crates/describe` from the wire types and the core.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::{files, process};

/// What becomes of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// They are written.
    Write,
    /// It is said which are not as they would be written.
    Check,
}

/// Makes the files anew.
pub(crate) fn run(goal: Goal) -> Result<ExitCode> {
    let word = match goal {
        Goal::Write => "write",
        Goal::Check => "check",
    };
    let mut cargo = Command::new("cargo");
    cargo.current_dir(files::root());
    cargo.args(["run", "--quiet", "--locked", "--package", "posada-describe", "--", word]).arg(files::root());
    Ok(if process::show(&mut cargo)?.succeeded() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
