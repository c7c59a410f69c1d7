//! Builds what the Worker serves as files: the booking element with its WebAssembly, and the pages that show it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    files, process,
    progress::Step,
    setup::{self, Needs, Tool},
    stamp::{Stamp, dep_info_files},
    worker,
};

const WASM: &str = "wasm32-unknown-unknown";
const CRATES_ABOUT: usize = 25;
/// Besides what `.cargo/config.toml` has: fewer functions are copied into others, which is 0.4 kB gzipped less. The Worker
/// would be slower for it.
const FLAGS: &str = "target.wasm32-unknown-unknown.rustflags=['-Cllvm-args=-inline-threshold=25']";
/// Functions that differ in constants alone become one, and the ways through each are laid out anew: 0.25 kB gzipped less.
const REWRITTEN_FIRST: [&str; 3] = ["--merge-similar-functions", "--flatten", "--rereloop"];
/// The version in the pinned address `/w/<version>/`.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The folder of the files that are served; wrangler.toml names it too.
pub(crate) fn folder() -> PathBuf {
    files::target().join("www")
}

/// The folder of the element's module and its JavaScript, as wasm-bindgen makes it.
fn module() -> PathBuf {
    files::target().join("widget")
}

/// Builds the files if anything that they are made of has changed, with all that this needs.
pub(crate) fn build() -> Result<()> {
    setup::setup(Needs::Worker)?;
    let kept = module().join(".posada-stamp");
    if folder().join("w/1/files.json").is_file() && stamp().is_some_and(|stamp| stamp.is_at(&kept)) {
        return Ok(());
    }
    // It would stand for older files if what follows fails halfway.
    let _ = fs::remove_file(&kept);

    let mut step = Step::begin("build: the booking element").counting("crates", CRATES_ABOUT);
    let mut cargo = Command::new("cargo");
    cargo.current_dir(files::root());
    cargo.args([
        "build",
        "--locked",
        "--profile",
        "widget",
        "-p",
        "posada-widget",
        "--target",
        WASM,
        "--config",
        FLAGS,
    ]);
    process::run(&mut cargo, &mut step, process::compiles)?;
    let wasm = files::target().join(WASM).join("widget/posada_widget.wasm");
    // For those who use the module by itself; and without a loader, for the element, which has its own.
    for (target, folder) in [("web", module()), ("bundler", module().join("bundler"))] {
        let mut bindgen = Command::new(setup::tool(Tool::WasmBindgen)?);
        bindgen.args(["--target", target, "--out-dir"]).arg(folder).arg(&wasm);
        process::run(&mut bindgen, &mut step, |_| false)?;
    }
    worker::optimise(&module().join("posada_widget_bg.wasm"), &REWRITTEN_FIRST, &mut step)?;
    let mut bundle = Command::new("node");
    bundle.current_dir(files::root()).arg("www/build.mjs");
    bundle.arg("--wasm").arg(module()).arg("--out").arg(folder()).args(["--version", VERSION]);
    process::run(&mut bundle, &mut step, |_| false)?;
    step.end();
    stamp().context("cargo left no list of the element's sources")?.keep_at(&kept)
}

/// Holds the committed declarations of the module against the generated ones. With `POSADA_GOLDEN=write` they are
/// written instead.
pub(crate) fn check_declarations() -> Result<()> {
    build()?;
    let generated = fs::read_to_string(module().join("posada_widget.d.ts"))?;
    let committed = files::root().join("crates/widget/posada_widget.d.ts");
    if env::var("POSADA_GOLDEN").as_deref() == Ok("write") {
        return fs::write(&committed, generated).context("cannot write the declarations");
    }
    if fs::read_to_string(&committed).unwrap_or_default() != generated {
        bail!("{} is not what is generated now; POSADA_GOLDEN=write writes it", committed.display());
    }
    Ok(())
}

/// The fingerprint of all that the files are made of; none before the first build.
fn stamp() -> Option<Stamp> {
    let root = files::root();
    let dep_info = files::target().join(WASM).join("widget/posada_widget.d");
    let mut inputs = dep_info_files(&fs::read_to_string(dep_info).ok()?);
    let alone =
        ["Cargo.toml", "Cargo.lock", ".cargo/config.toml", "package-lock.json", "crates/core/Cargo.toml"];
    inputs.extend(alone.map(|file| root.join(file)));
    inputs.extend(
        ["crates/widget/Cargo.toml", "xtask/src/page.rs", "xtask/src/worker.rs"].map(|it| root.join(it)),
    );
    // All of docs, of which www/build.mjs serves some.
    for folder in ["www", "docs", "tests/vectors"] {
        all_files(&root.join(folder), &mut inputs);
    }
    let rustc = process::output(Command::new("rustc").arg("--version")).ok()?;
    Some(Stamp::of(&inputs, &[VERSION, &rustc, &env::var("RUSTFLAGS").unwrap_or_default()]))
}

fn all_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { all_files(&path, found) } else { found.push(path) }
    }
}
