//! The node modules of package-lock.json.

use std::process::Command;

use anyhow::{Context, Result};

use super::prerequisites::Version;
use crate::{files, process, progress::Step, stamp::Stamp};

/// Installs them if the lock file is another one than at the last time.
pub(crate) fn ensure(node: &Version) -> Result<()> {
    let root = files::root();
    let kept = root.join("node_modules/.posada-stamp");
    let inputs = [root.join("package.json"), root.join("package-lock.json"), root.join(".npmrc")];
    let stamp = Stamp::of(&inputs, &[&node.to_string()]);
    if stamp.is_at(&kept) {
        return Ok(());
    }
    files::on_path(&["npm"])
        .context("npm is missing; bring it with: apt-get install npm (or see nodejs.org)")?;
    let mut step = Step::begin("setup: installing node modules");
    process::run(Command::new("npm").current_dir(&root).args(["ci", "--ignore-scripts"]), &mut step, |_| {
        false
    })?;
    step.end();
    stamp.keep_at(&kept)
}
