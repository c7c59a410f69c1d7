//! Dependencies under licences that we can live with: those allowed in deny.toml.

use std::{collections::BTreeSet, fs, process::Command};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{files, process};

/// Checks every package of Cargo.lock that is not ours, and says how many there are.
pub(crate) fn check() -> Result<usize> {
    let path = files::root().join("deny.toml");
    let allowed =
        allowed(&fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?);
    if allowed.is_empty() {
        bail!("deny.toml allows no licence");
    }
    let metadata = process::output(Command::new("cargo").current_dir(files::root()).args([
        "metadata",
        "--format-version",
        "1",
        "--locked",
    ]))?;
    let metadata: Value = serde_json::from_str(&metadata).context("cargo metadata wrote no JSON")?;
    let packages = metadata["packages"].as_array().context("cargo metadata names no packages")?;
    let foreign: Vec<&Value> = packages.iter().filter(|package| !package["source"].is_null()).collect();
    let refused: Vec<String> = foreign
        .iter()
        .filter_map(|package| {
            let licence = package["license"].as_str().unwrap_or("(none named)");
            let name = package["name"].as_str().unwrap_or("?");
            (!is_allowed(licence, &allowed)).then(|| format!("{name}: {licence}"))
        })
        .collect();
    if !refused.is_empty() {
        bail!("licences that deny.toml does not allow:\n{}", refused.join("\n"));
    }
    Ok(foreign.len())
}

/// The strings of `allow = [...]` in the section `[licenses]`.
fn allowed(deny: &str) -> BTreeSet<String> {
    let list = deny
        .split_once("[licenses]")
        .and_then(|(_, section)| section.split_once("allow = ["))
        .map(|(_, list)| list);
    let list = list.and_then(|list| list.split_once(']')).map_or("", |(list, _)| list);
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Whether an SPDX expression can be met with the allowed licences.
fn is_allowed(expression: &str, allowed: &BTreeSet<String>) -> bool {
    // An older spelling of OR.
    let expression = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = expression.split_whitespace().peekable();
    any(&mut words, allowed) && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> bool {
    let mut met = all(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        met |= all(words, allowed);
    }
    met
}

fn all(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> bool {
    let mut met = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words, allowed);
    }
    met
}

fn one(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> bool {
    match words.next() {
        None => false,
        Some("(") => {
            let met = any(words, allowed);
            words.next_if_eq(&")").is_some() && met
        }
        Some(licence) => match words.next_if_eq(&"WITH").and_then(|_| words.next()) {
            Some(exception) => allowed.contains(&format!("{licence} WITH {exception}")),
            None => allowed.contains(licence),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_expressions() {
        let allowed = allowed(
            "[bans]\nallow = [\"x\"]\n[licenses]\nallow = [\n  \"MIT\",\n  \"Apache-2.0 WITH LLVM-exception\", \"Zlib\",\n]\n",
        );
        assert_eq!(allowed.len(), 3);
        let cases = [
            ("MIT", true),
            ("GPL-3.0", false),
            ("MIT OR GPL-3.0", true),
            ("GPL-3.0/MIT", true),
            ("MIT AND GPL-3.0", false),
            ("(GPL-3.0 OR MIT) AND Zlib", true),
            ("(GPL-3.0 OR MIT) AND Unknown", false),
            ("GPL-3.0 OR MIT AND Zlib", true),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("Apache-2.0", false),
            ("MIT WITH nothing", false),
            ("(MIT", false),
            ("MIT MIT", false),
            ("", false),
        ];
        for (expression, expected) in cases {
            assert_eq!(is_allowed(expression, &allowed), expected, "{expression}");
        }
    }
}
