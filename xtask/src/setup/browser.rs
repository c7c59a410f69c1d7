//! Chromium and its driver.

use std::{path::PathBuf, process::Command};

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::{files, process, progress::Step};

const REMEDY: &str = "apt-get update && apt-get install --no-install-recommends chromium chromium-driver";

/// A browser that tests can drive.
#[derive(Debug)]
pub(crate) struct Browser {
    /// The browser itself.
    pub(crate) program: PathBuf,
    /// The WebDriver server.
    pub(crate) driver: PathBuf,
}

impl Browser {
    /// The browser of this machine, if there is one with its driver.
    pub(crate) fn find() -> Option<Self> {
        Some(Self {
            program: files::on_path(&["chromium", "chromium-browser", "google-chrome"])?,
            driver: files::on_path(&["chromedriver"])?,
        })
    }

    /// What a WebDriver session is to ask for: this browser, without a window, without a sandbox (which root may
    /// not use) and without anything that would reach for the network.
    pub(crate) fn capabilities(&self) -> Value {
        json!({ "goog:chromeOptions": { "binary": self.program, "args": [
            "headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
            "disable-component-update", "disable-sync", "disable-dev-shm-usage",
        ] } })
    }
}

/// Installs them where the system lets us, and says how to where it does not.
pub(crate) fn ensure() -> Result<()> {
    if Browser::find().is_some() {
        return Ok(());
    }
    let is_root = process::output(Command::new("id").arg("-u")).is_ok_and(|id| id == "0");
    if !is_root || files::on_path(&["apt-get"]).is_none() {
        bail!("Chromium and ChromeDriver are missing; bring them with: {REMEDY}");
    }
    let mut step = Step::begin("setup: installing Chromium and ChromeDriver").counting("packages", 0);
    process::run(
        Command::new("sh").args(["-c", &format!("{REMEDY} --yes")]).env("DEBIAN_FRONTEND", "noninteractive"),
        &mut step,
        |line| line.starts_with("Unpacking "),
    )?;
    if Browser::find().is_none() {
        bail!("Chromium and ChromeDriver were installed and are still not on PATH");
    }
    step.end();
    Ok(())
}
