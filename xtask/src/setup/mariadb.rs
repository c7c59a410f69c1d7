//! MariaDB's server and client. None is started here, nor by their packages: these are the programs alone.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{files, process, progress::Step};

const REMEDY: &str =
    "apt-get update && apt-get install --no-install-recommends mariadb-server-core mariadb-client-core";

/// Where Debian puts a server's programs is not on everybody's PATH.
fn is_there() -> bool {
    let server =
        files::on_path(&["mariadbd"]).is_some() || std::path::Path::new("/usr/sbin/mariadbd").is_file();
    server && files::on_path(&["mariadb-install-db"]).is_some() && files::on_path(&["mariadb"]).is_some()
}

/// Installs it where the system lets us, and says how to where it does not.
pub(super) fn ensure() -> Result<()> {
    if is_there() {
        return Ok(());
    }
    let is_root = process::output(Command::new("id").arg("-u")).is_ok_and(|id| id == "0");
    if !is_root || files::on_path(&["apt-get"]).is_none() {
        bail!("MariaDB is missing; bring it with: {REMEDY}");
    }
    let mut step = Step::begin("setup: installing MariaDB").counting("packages", 0);
    process::run(
        Command::new("sh").args(["-c", &format!("{REMEDY} --yes")]).env("DEBIAN_FRONTEND", "noninteractive"),
        &mut step,
        |line| line.starts_with("Unpacking "),
    )?;
    if !is_there() {
        bail!("MariaDB was installed and is still not there");
    }
    step.end();
    Ok(())
}
