//! What a machine needs before Posada can be built and run here, brought where it is missing.
//!
//! Nothing is asked for twice: with all in place it takes a fraction of a second. Tools go to a folder per user
//! and version ([`files::cache`]), the rest into the repository; the system is only changed by
//! [`Needs::Browser`], which installs Debian's Chromium, by [`mariadb`], which installs Debian's MariaDB, and by the wasm32 target, which belongs to the Rust
//! toolchain.

mod browser;
mod debian;
mod mariadb;
mod node;
mod prerequisites;
mod tools;
mod wasm_target;

use std::{fs::File, path::PathBuf, process::Command};

use anyhow::{Context, Result};

pub(crate) use browser::Browser;
pub(crate) use tools::Tool;

use crate::{files, progress::say};

/// What a command needs; nothing else is installed for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// To build the Worker and to run it.
    Worker,
    /// Also to run tests in a browser.
    Browser,
    /// To fuzz, and nothing of the above.
    Fuzzer,
}

/// Brings what is missing.
pub(crate) fn setup(needs: Needs) -> Result<()> {
    // One at a time: they would install into the same places.
    let lock_path = files::cache()?.join("setup.lock");
    let lock = File::create(&lock_path).with_context(|| format!("cannot make {}", lock_path.display()))?;
    if lock.try_lock().is_err() {
        say("setup: waiting for another one on this machine to end");
        lock.lock().context("cannot wait for another setup")?;
    }

    let rustc = prerequisites::rustc()?;
    if needs == Needs::Fuzzer {
        return tools::ensure(needs);
    }
    let node = prerequisites::node()?;
    wasm_target::ensure(&rustc)?;
    tools::ensure(needs)?;
    node::ensure(&node)?;
    if needs == Needs::Browser {
        browser::ensure()?;
    }
    Ok(())
}

/// Brings MariaDB's server, for tests and benchmarks that start one of their own.
pub(crate) fn mariadb() -> Result<()> {
    mariadb::ensure()
}

/// The program of `tool` that [`setup`] installed or found.
pub(crate) fn tool(tool: Tool) -> Result<PathBuf> {
    tool.path()
}

/// A command that finds the tools of [`setup`] in place and does not try to bring others.
pub(crate) fn command_with_tools(program: impl AsRef<std::ffi::OsStr>) -> Result<Command> {
    let mut command = Command::new(program);
    command
        .env("WASM_BINDGEN_BIN", tool(Tool::WasmBindgen)?)
        .env("ESBUILD_BIN", files::node_bin("esbuild"))
        .env("WASM_OPT_BIN", files::node_bin("wasm-opt"));
    Ok(command)
}
