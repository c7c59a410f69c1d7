//! The standard library for wasm32-unknown-unknown.
//!
//! rustup brings it in seconds. Where its server cannot be reached, it is built from the very same source,
//! which Debian keeps as a package, and put where rustup would have put it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use super::{debian, prerequisites::Version};
use crate::{
    files, process,
    progress::{Step, say},
    stamp::Stamp,
};

const TARGET: &str = "wasm32-unknown-unknown";
const RUSTUP_LIMIT: Duration = Duration::from_secs(60);
const CRATES_ABOUT: usize = 27;
const SCRATCH_CRATE: &str = "posada_std_scratch";

/// Brings the target to the toolchain in use.
pub(crate) fn ensure(rustc: &Version) -> Result<()> {
    let sysroot = PathBuf::from(process::output(Command::new("rustc").args(["--print", "sysroot"]))?);
    if !is_installed(&sysroot) {
        bring(&sysroot, rustc)?;
    }
    forget_what_another_one_built(&sysroot)
}

fn bring(sysroot: &Path, rustc: &Version) -> Result<()> {
    say(format!("setup: the {TARGET} target is missing; asking rustup for it"));
    let why = match process::run_within(Command::new("rustup").args(["target", "add", TARGET]), RUSTUP_LIMIT)
    {
        Ok(finished) if finished.succeeded() && is_installed(sysroot) => return Ok(()),
        Ok(finished) if finished.status.is_none() => format!("no answer within {} s", RUSTUP_LIMIT.as_secs()),
        Ok(finished) => finished.lines.last().cloned().unwrap_or_default(),
        Err(error) => format!("{error:#}"),
    };
    say(format!("setup: rustup could not ({why}); building it from Debian's copy of its source"));
    build(sysroot, rustc).with_context(|| {
        format!("the {TARGET} target is missing and could not be built here; bring it with: rustup target add {TARGET}")
    })
}

/// Removes what was compiled against another standard library than the present one. Cargo would take it for fresh,
/// as the compiler is the same, and the compiler would then fail with riddles.
fn forget_what_another_one_built(sysroot: &Path) -> Result<()> {
    let built = files::target().join(TARGET);
    if !built.is_dir() {
        fs::create_dir_all(&built)?;
    }
    let mut names: Vec<String> = fs::read_dir(libraries(sysroot))?
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let stamp = Stamp::of(&[], &names.iter().map(String::as_str).collect::<Vec<_>>());
    let kept = built.join(".posada-std");
    if kept.is_file() && !stamp.is_at(&kept) {
        say(format!(
            "setup: the standard library for {TARGET} is another one; what was built with it is removed"
        ));
        fs::remove_dir_all(&built)?;
        fs::create_dir_all(&built)?;
    }
    if stamp.is_at(&kept) { Ok(()) } else { stamp.keep_at(&kept) }
}

fn is_installed(sysroot: &Path) -> bool {
    let Ok(entries) = fs::read_dir(libraries(sysroot)) else { return false };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
}

fn libraries(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(TARGET).join("lib")
}

fn build(sysroot: &Path, rustc: &Version) -> Result<()> {
    // Where cargo looks for the standard library's source; there already if rustup's rust-src is.
    let source = sysroot.join("lib/rustlib/src/rust/library");
    let borrowed = !source.join("Cargo.lock").is_file();
    if borrowed {
        debian::fetch_rust_library(&rustc.to_string(), &source)?;
    }
    let built = build_from_source(sysroot);
    if borrowed {
        fs::remove_dir_all(&source).with_context(|| format!("cannot remove {}", source.display()))?;
    }
    built
}

fn build_from_source(sysroot: &Path) -> Result<()> {
    let scratch = files::scratch("std")?;
    fs::create_dir_all(scratch.join("src"))?;
    fs::write(scratch.join("src/lib.rs"), "")?;
    fs::write(
        scratch.join("Cargo.toml"),
        format!(
            "[package]\nname = \"{SCRATCH_CRATE}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n"
        ),
    )?;

    let mut step =
        Step::begin("setup: building the standard library for wasm32").counting("crates", CRATES_ABOUT);
    process::run(
        Command::new("cargo")
            .current_dir(&scratch)
            .args([
                "build",
                "--release",
                "--target",
                TARGET,
                "-Zbuild-std=std,panic_abort,test",
                "--target-dir",
            ])
            .arg(scratch.join("target"))
            // Without the bitcode, link-time optimisation of what uses this library fails.
            .env("RUSTFLAGS", "-Cembed-bitcode=yes")
            // -Z is for nightly compilers only, unless this is said.
            .env("RUSTC_BOOTSTRAP", "1"),
        &mut step,
        process::compiles,
    )?;

    let target = libraries(sysroot);
    let fresh = target.with_extension("new");
    let _ = fs::remove_dir_all(&fresh);
    fs::create_dir_all(&fresh)
        .with_context(|| format!("cannot write to the toolchain: {}", fresh.display()))?;
    let mut copied = 0;
    for entry in fs::read_dir(scratch.join("target").join(TARGET).join("release/deps"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.contains(SCRATCH_CRATE) {
            fs::copy(&path, fresh.join(&name))?;
            copied += 1;
        }
    }
    if copied == 0 {
        bail!("cargo built no libraries");
    }
    // Left-overs beside the new files would make the compiler find two candidates for one crate.
    let _ = fs::remove_dir_all(&target);
    fs::rename(&fresh, &target)?;
    fs::remove_dir_all(&scratch)?;
    step.end();
    Ok(())
}
