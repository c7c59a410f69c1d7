//! What core may not depend on: anything that belongs to a host.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{files, process};

const HOSTS_ONLY: [&str; 4] = ["wasm-bindgen", "js-sys", "worker", "getrandom"];

/// Checks core's dependency tree, and that the same check would have found something.
pub(crate) fn check() -> Result<()> {
    for target in [None, Some("wasm32-unknown-unknown")] {
        let found = hosts_only(&tree("posada-core", target)?);
        if !found.is_empty() {
            bail!("posada-core depends on {}, which only a host may", found.join(", "));
        }
    }
    // What guests download has not the table of the world's telephone numbers; the Worker has.
    let has_phones = |package| -> Result<bool> {
        let wasm = Some("wasm32-unknown-unknown");
        let tree = tree_as("{p} {f}", package, wasm)?;
        Ok(tree.lines().any(|line| line.starts_with("posada-core ") && line.contains("phone")))
    };
    if has_phones("posada-widget")? || !has_phones("posada-worker")? {
        bail!("posada-widget has the table of telephone numbers, or posada-worker has not");
    }
    let found = hosts_only(&tree("posada-worker", Some("wasm32-unknown-unknown"))?);
    if !found.contains(&"wasm-bindgen") {
        bail!("the check itself is broken: it finds no wasm-bindgen in posada-worker");
    }
    Ok(())
}

fn tree(package: &str, target: Option<&str>) -> Result<String> {
    tree_as("{p}", package, target)
}

/// The dependencies of a package, a line each in this format.
fn tree_as(format: &str, package: &str, target: Option<&str>) -> Result<String> {
    let mut command = Command::new("cargo");
    command.current_dir(files::root());
    command.args([
        "tree",
        "--locked",
        "--package",
        package,
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        format,
    ]);
    if let Some(target) = target {
        command.args(["--target", target]);
    }
    process::output(&mut command)
}

fn hosts_only(tree: &str) -> Vec<&'static str> {
    HOSTS_ONLY
        .into_iter()
        .filter(|name| tree.lines().any(|line| line.split_whitespace().next() == Some(name)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_whole_names_only() {
        assert_eq!(hosts_only("posada-core v0.1.0\nwasm-bindgen v0.2.130\nserde v1.0.0\n"), ["wasm-bindgen"]);
        assert!(hosts_only("posada-worker v0.1.0\nwasm-bindgen-shared v0.2.130\n").is_empty());
    }
}
