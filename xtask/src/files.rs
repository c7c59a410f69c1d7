//! Where things are: the repository, its build folder, and the cache that all clones of one user share.

use std::{env, fs, path::PathBuf};

use anyhow::{Context, Result};

/// The repository's root folder.
pub(crate) fn root() -> PathBuf {
    let package = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("xtask is a folder of the repository").to_owned()
}

/// Cargo's build folder.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// A folder for what setting up leaves behind; `cargo clean` may take it.
pub(crate) fn scratch(name: &str) -> Result<PathBuf> {
    created(target().join("setup").join(name))
}

/// The per-user folder for tools, shared by all clones.
pub(crate) fn cache() -> Result<PathBuf> {
    let base = match env::var_os("XDG_CACHE_HOME") {
        Some(folder) if !folder.is_empty() => PathBuf::from(folder),
        _ => env::home_dir().context("there is no home folder; set XDG_CACHE_HOME")?.join(".cache"),
    };
    created(base.join("posada"))
}

/// The first of `names` that is on PATH.
pub(crate) fn on_path(names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file()))
}

/// A program that npm installed.
pub(crate) fn node_bin(name: &str) -> PathBuf {
    root().join("node_modules/.bin").join(name)
}

fn created(folder: PathBuf) -> Result<PathBuf> {
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}
