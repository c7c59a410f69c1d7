//! The build tools that are Rust programs: installed once per user and version.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use super::{Needs, prerequisites::Version};
use crate::{files, process, progress::Step};

/// A tool that `cargo install` brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    /// Writes the JavaScript around a wasm module. Must be of the same version as the crate.
    WasmBindgen,
    /// Builds a Worker.
    WorkerBuild,
    /// Runs tests in a browser.
    WasmPack,
    /// Builds and runs fuzz targets.
    CargoFuzz,
}

/// All tools, in the order in which they are installed.
const TOOLS: [Tool; 4] = [Tool::WasmBindgen, Tool::WorkerBuild, Tool::WasmPack, Tool::CargoFuzz];

impl Tool {
    fn package(self) -> &'static str {
        match self {
            Self::WasmBindgen => "wasm-bindgen-cli",
            Self::WorkerBuild => "worker-build",
            Self::WasmPack => "wasm-pack",
            Self::CargoFuzz => "cargo-fuzz",
        }
    }

    fn binary(self) -> &'static str {
        match self {
            Self::WasmBindgen => "wasm-bindgen",
            Self::WorkerBuild => "worker-build",
            Self::WasmPack => "wasm-pack",
            Self::CargoFuzz => "cargo-fuzz",
        }
    }

    fn version(self) -> Result<String> {
        match self {
            Self::WasmBindgen => {
                let path = files::root().join("Cargo.lock");
                let text =
                    fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
                locked_version(&text, "wasm-bindgen").context("Cargo.lock names no wasm-bindgen")
            }
            Self::WorkerBuild => Ok("0.8.7".to_owned()),
            Self::WasmPack => Ok("0.15.1".to_owned()),
            Self::CargoFuzz => Ok("0.13.2".to_owned()),
        }
    }

    /// How many crates its installation compiles, where the others have been installed before.
    fn crates_about(self) -> usize {
        match self {
            Self::WasmBindgen => 161,
            Self::WorkerBuild => 180,
            Self::WasmPack => 148,
            Self::CargoFuzz => 56,
        }
    }

    fn is_needed_for(self, needs: Needs) -> bool {
        match self {
            Self::WasmBindgen | Self::WorkerBuild => needs != Needs::Fuzzer,
            Self::WasmPack => needs == Needs::Browser,
            Self::CargoFuzz => needs == Needs::Fuzzer,
        }
    }

    fn root(self) -> Result<PathBuf> {
        Ok(files::cache()?.join("tools").join(format!("{}-{}", self.package(), self.version()?)))
    }

    /// The program: ours, or else one of the same version that a person installed.
    pub(crate) fn path(self) -> Result<PathBuf> {
        self.find()?
            .with_context(|| format!("{} is missing; bring it with: cargo xtask setup", self.binary()))
    }

    fn find(self) -> Result<Option<PathBuf>> {
        let ours = self.root()?.join("bin").join(self.binary());
        if ours.is_file() {
            return Ok(Some(ours));
        }
        let Some(theirs) = files::on_path(&[self.binary()]) else { return Ok(None) };
        let said = process::output(Command::new(&theirs).arg("--version")).unwrap_or_default();
        Ok((Version::find(&said) == Version::find(&self.version()?)).then_some(theirs))
    }

    fn install(self, target: &Path) -> Result<()> {
        let version = self.version()?;
        let label = format!("setup: installing {} {version}", self.package());
        let mut step = Step::begin(label).counting("crates", self.crates_about());
        let mut command = Command::new("cargo");
        command
            .args(["install", self.package(), "--version", &format!("={version}"), "--root"])
            .arg(self.root()?);
        // Its lock file names a version that the registry does not have.
        if self != Self::WasmBindgen {
            command.arg("--locked");
        }
        // Unoptimised, they take half the time to install and a second more of each build. The target folder is
        // shared, as most of what they are made of is.
        command
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        process::run(&mut command, &mut step, process::compiles)?;
        step.end();
        Ok(())
    }
}

/// Installs the tools that are needed and missing.
pub(crate) fn ensure(needs: Needs) -> Result<()> {
    let mut missing = Vec::new();
    for tool in TOOLS.into_iter().filter(|tool| tool.is_needed_for(needs)) {
        if tool.find()?.is_none() {
            missing.push(tool);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let target = files::scratch("tools")?;
    missing.into_iter().try_for_each(|tool| tool.install(&target))
}

/// The version of `package` in a Cargo.lock.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    let version = lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_lock_file() {
        let lock = "version = 4\n\n[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"registry\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }

    #[test]
    fn fuzzing_needs_its_own_tool_only() {
        let needed: Vec<Tool> = TOOLS.into_iter().filter(|tool| tool.is_needed_for(Needs::Fuzzer)).collect();
        assert_eq!(needed, [Tool::CargoFuzz]);
    }

    #[test]
    fn a_demo_needs_no_browser_tools() {
        let needed: Vec<Tool> = TOOLS.into_iter().filter(|tool| tool.is_needed_for(Needs::Worker)).collect();
        assert_eq!(needed, [Tool::WasmBindgen, Tool::WorkerBuild]);
    }
}
