//! `cargo xtask deploy`: what would be sent to Cloudflare, checked; or all that a server of one's own needs.

use std::{
    fs,
    path::PathBuf,
    process::{Command, ExitCode},
};

use anyhow::{Context, Result, bail};
use pico_args::Arguments;

use crate::{
    files, page, process,
    progress::say,
    worker::{self, Profile},
};

/// Settings that tests make; a deployment must not have them.
const TEST_MARK: &str = "POSADA_TEST_";
/// The database's id before `wrangler d1 create` wrote a real one.
const NO_DATABASE: &str = "00000000-0000-0000-0000-000000000000";

/// Runs what was asked for.
pub(crate) fn run(mut args: Arguments) -> Result<ExitCode> {
    let is_dry = args.contains("--dry-run");
    let own: Option<PathBuf> = args.opt_value_from_str("--own")?;
    let settings: Option<PathBuf> = args.opt_value_from_str("--settings")?;
    crate::finish(args)?;
    if is_dry == own.is_some() {
        bail!("deploy wants --dry-run or --own DIR; it is sent by `npx wrangler deploy` (docs/deploy.md)");
    }
    worker::build(Profile::Release)?;
    match own {
        Some(folder) => lay_out(&folder),
        None => dry_run(settings),
    }
}

/// Lays out a server of one's own.
fn lay_out(folder: &std::path::Path) -> Result<ExitCode> {
    let mut node = Command::new("node");
    node.current_dir(files::root()).arg(files::root().join("xtask/own/make.mjs"));
    node.arg("--bundle").arg(Profile::Release.bundle()).arg("--www").arg(page::folder());
    node.arg("--out").arg(std::path::absolute(folder)?);
    process::output(&mut node)?;
    say(format!("deploy: {} has what workerd needs; run {0}/posada", folder.display()));
    Ok(ExitCode::SUCCESS)
}

/// Builds exactly what would be sent, sends nothing, and checks the settings.
fn dry_run(settings: Option<PathBuf>) -> Result<ExitCode> {
    let root = files::root();
    let toml = fs::read_to_string(root.join("wrangler.toml")).context("wrangler.toml")?;
    let faults = faults_of(&toml);
    for fault in &faults {
        say(format!("deploy: wrangler.toml: {fault}"));
    }
    let out = files::scratch("deploy")?;
    let mut wrangler = Command::new(files::node_bin("wrangler"));
    wrangler.current_dir(&root).args(["deploy", "--dry-run", "--outdir"]).arg(&out);
    wrangler.env("WRANGLER_SEND_METRICS", "false");
    let finished = process::show(&mut wrangler)?;
    let mut all_well = finished.succeeded() && faults.is_empty();
    let sent = Profile::Release.bundle().join("index_bg.wasm");
    let built = fs::read(&sent).with_context(|| sent.display().to_string())?;
    let is_there =
        fs::read_dir(&out)?.flatten().any(|it| fs::read(it.path()).is_ok_and(|bytes| bytes == built));
    if !is_there {
        say("deploy: what would be sent is not what was built");
        all_well = false;
    }
    let file = settings.unwrap_or_else(|| root.join("demo/hotel.json"));
    let document = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    for fault in hotel_faults(&document)? {
        say(format!("deploy: {}: {fault}", file.display()));
        all_well = false;
    }
    say(if all_well { "deploy: this can be sent" } else { "deploy: this must not be sent" });
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What must not be deployed.
fn faults_of(toml: &str) -> Vec<String> {
    let lines = || toml.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let mut faults: Vec<String> = Vec::new();
    if lines().any(|line| line.contains(NO_DATABASE)) {
        faults.push("has no database yet: `npx wrangler d1 create posada` says its id".to_owned());
    }
    if lines().any(|line| line.contains(TEST_MARK)) {
        faults.push(format!("has a variable {TEST_MARK}…, which only tests may set"));
    }
    for secret in ["ASSISTANT_KEY", "STAFF_KEY", "METRICS_KEY", "SIGNING_KEY", "_SECRET", "PAYMENTS_KEY"] {
        if lines().any(|line| line.contains(secret) && line.contains('=')) {
            faults.push(format!("names a secret ({secret}): secrets are put by `wrangler secret put`"));
        }
    }
    for binding in ["DB", "BOOKING", "PROPERTY", "PENDING_PAYMENT", "ASSETS", "CLIENT_LIMIT", "KEY_LIMIT"] {
        if !lines().any(|line| line.ends_with(&format!("= \"{binding}\""))) {
            faults.push(format!("the binding {binding} is missing"));
        }
    }
    faults
}

/// What is wrong with a hotel's settings, by the Worker's own reader.
fn hotel_faults(document: &[u8]) -> Result<Vec<String>> {
    let faults = posada_wire::settings::read_settings(document).err().unwrap_or_default();
    Ok(faults.into_iter().map(|fault| format!("{} {}", fault.pointer, fault.message)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_not_be_deployed_is_named() {
        let checked_in = fs::read_to_string(files::root().join("wrangler.toml")).unwrap();
        let faults = faults_of(&checked_in);
        assert!(matches!(faults.as_slice(), [only] if only.contains("d1 create")), "{faults:?}");
        let toml = checked_in.replace(NO_DATABASE, "0f6c3e9a-7d0b-4c52-9a53-2f1d7c1f8e10");
        assert_eq!(faults_of(&toml), Vec::<String>::new());
        let with = |more: &str| faults_of(&format!("{toml}\n[vars]\n{more}\n")).len();
        assert_eq!(with("POSADA_TEST_CLOCK_OFFSET_MS = \"1\""), 1);
        assert_eq!(with("STAFF_KEYS = \"ab\""), 1);
        assert_eq!(with("# STAFF_KEYS = \"ab\""), 0);
        assert_eq!(faults_of(&toml.replace("\"PENDING_PAYMENT\"", "\"OTHER\"")).len(), 1);
    }

    #[test]
    fn a_hotel_that_is_wrong_is_named() {
        let demo = fs::read(files::root().join("demo/hotel.json")).unwrap();
        assert_eq!(hotel_faults(&demo).unwrap(), Vec::<String>::new());
        assert!(hotel_faults(b"{}").unwrap().iter().any(|fault| fault == "/currency is required"));
    }
}
