//! Builds the Worker: a wasm module and the JavaScript around it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{
    files, names, page, process,
    progress::Step,
    setup::{self, Needs, Tool},
    stamp::{Stamp, dep_info_files},
};

/// The features that rustc's output uses. Named one by one, so that no newer encoding gets in that workerd does
/// not know.
const WASM_FEATURES: [&str; 7] = [
    "mutable-globals",
    "sign-ext",
    "nontrapping-float-to-int",
    "bulk-memory",
    "multivalue",
    "reference-types",
    "exception-handling",
];

const CRATES_ABOUT: usize = 75;

/// How the Worker is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// For delivery, and for tests: what is tested is what is delivered.
    Release,
    /// Quickly, with the names of functions in stack traces.
    Dev,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Dev => "dev",
        }
    }

    /// Where the built Worker is; the release's is named in wrangler.toml too.
    pub(crate) fn bundle(self) -> PathBuf {
        files::target().join(match self {
            Self::Release => "worker",
            Self::Dev => "worker-dev",
        })
    }

    /// The files that cargo read for the last build.
    fn dep_info(self) -> PathBuf {
        files::target().join("wasm32-unknown-unknown").join(match self {
            Self::Release => "release/posada_worker.d",
            Self::Dev => "debug/posada_worker.d",
        })
    }
}

/// Builds the Worker and the files that it serves, where anything that they are made of has changed, with all that this
/// needs.
pub(crate) fn build(profile: Profile) -> Result<()> {
    build_module(profile)?;
    page::build()
}

fn build_module(profile: Profile) -> Result<()> {
    setup::setup(Needs::Worker)?;
    let bundle = profile.bundle();
    let kept = bundle.join(".posada-stamp");
    if bundle.join("index_bg.wasm").is_file() && stamp(profile).is_some_and(|stamp| stamp.is_at(&kept)) {
        return Ok(());
    }
    // It would stand for an older Worker if what follows fails halfway.
    let _ = fs::remove_file(&kept);

    let mut step =
        Step::begin(format!("build: the Worker ({})", profile.name())).counting("crates", CRATES_ABOUT);
    let mut command = setup::command_with_tools(setup::tool(Tool::WorkerBuild)?)?;
    command
        .current_dir(files::root().join("crates/worker"))
        .arg(format!("--{}", profile.name()))
        // wasm-opt runs once, below, with our own options.
        .args(["--no-opt", "--out-dir"])
        .arg(&bundle);
    process::run(&mut command, &mut step, process::compiles)?;
    if profile == Profile::Release {
        make_small(&bundle, &mut step)?;
    }
    step.end();
    stamp(profile).context("cargo left no list of the Worker's sources")?.keep_at(&kept)
}

/// Builds the Worker that a quote is measured against, in the same way as the real one, and says where it is.
pub(crate) fn build_contender() -> Result<PathBuf> {
    setup::setup(Needs::Worker)?;
    let bundle = files::target().join("contender");
    let mut step = Step::begin("build: the contender").counting("crates", CRATES_ABOUT);
    let mut command = setup::command_with_tools(setup::tool(Tool::WorkerBuild)?)?;
    command.current_dir(files::root().join("crates/contender"));
    command.args(["--release", "--no-opt", "--out-dir"]).arg(&bundle);
    process::run(&mut command, &mut step, process::compiles)?;
    make_small(&bundle, &mut step)?;
    step.end();
    Ok(bundle)
}

fn make_small(bundle: &Path, step: &mut Step) -> Result<()> {
    let module = bundle.join("index_bg.wasm");
    optimise(&module, &[], step)?;
    names::shorten(&module, &bundle.join("index.js"))
}

/// Makes the module small, by the passes `first` before all others. What is stripped goes last: wasm-bindgen has read it by then.
pub(crate) fn optimise(module: &Path, first: &[&str], step: &mut Step) -> Result<()> {
    let optimised = module.with_extension("small.wasm");
    let mut command = Command::new(files::node_bin("wasm-opt"));
    // Nothing of Rust's is at the lowest addresses: the stack ends there. Functions of one kind lie together by name,
    // which gzip finds; small ones stay calls, for it has those once. Those of one caller do not: to call them cost a
    // quote a tenth of its processor time.
    command.args(first).args(["-Oz", "--converge", "--low-memory-unused"]);
    command.args(["--always-inline-max-function-size", "0"]);
    command.args(["--reorder-functions-by-name", "--strip-debug", "--strip-producers"]);
    command.args(WASM_FEATURES.map(|feature| format!("--enable-{feature}")));
    process::run(command.arg(module).arg("-o").arg(&optimised), step, |_| false)?;
    fs::rename(&optimised, module).with_context(|| format!("cannot write {}", module.display()))
}

/// The fingerprint of the Worker's inputs; none before its first build.
fn stamp(profile: Profile) -> Option<Stamp> {
    let mut inputs = dep_info_files(&fs::read_to_string(profile.dep_info()).ok()?);
    let root = files::root();
    inputs.extend(
        [
            "Cargo.toml",
            "Cargo.lock",
            ".cargo/config.toml",
            "rust-toolchain.toml",
            "package-lock.json",
            "crates/core/Cargo.toml",
            "crates/wire/Cargo.toml",
            "crates/worker/Cargo.toml",
            "xtask/src/names.rs",
            "xtask/src/worker.rs",
        ]
        .map(|file| root.join(file)),
    );
    let rustc = process::output(Command::new("rustc").arg("--version")).ok()?;
    let flags = std::env::var("RUSTFLAGS").unwrap_or_default();
    Some(Stamp::of(&inputs, &[profile.name(), &rustc, &flags]))
}
