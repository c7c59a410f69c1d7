//! What a person has to bring: Rust and Node.

use std::{fmt, process::Command};

use anyhow::{Context, Result, bail};

use crate::process;

const RUSTC_MIN: Version = Version([1, 95, 0]);
/// wrangler's and miniflare's own minimum.
const NODE_MIN: Version = Version([20, 3, 0]);

/// A version of three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version([u32; 3]);

impl Version {
    /// Reads the first version that `text` names, such as in `rustc 1.95.0 (59807616e 2026-04-14)`, `v20.20.2`
    /// or `wasm-bindgen 0.2.130`.
    pub(crate) fn find(text: &str) -> Option<Self> {
        text.split_whitespace().find_map(|word| {
            let word = word.strip_prefix('v').unwrap_or(word);
            let word = word.split(['-', '+']).next()?;
            let mut numbers = word.split('.').map(str::parse);
            let version = Self([numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?]);
            numbers.next().is_none().then_some(version)
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

/// The version of the Rust compiler, if it will do.
pub(crate) fn rustc() -> Result<Version> {
    check("rustc", RUSTC_MIN, "rustup update stable")
}

/// The version of Node, if it will do.
pub(crate) fn node() -> Result<Version> {
    check("node", NODE_MIN, "apt-get install nodejs npm (or see nodejs.org)")
}

fn check(program: &str, min: Version, remedy: &str) -> Result<Version> {
    let text = process::output(Command::new(program).arg("--version"))
        .with_context(|| format!("{program} {min} or later is missing; bring it with: {remedy}"))?;
    let version = Version::find(&text).with_context(|| format!("{program} --version said: {text}"))?;
    if version < min {
        bail!("{program} is {version}, but {min} or later is needed; bring it with: {remedy}");
    }
    Ok(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_versions() {
        let cases = [
            ("rustc 1.95.0 (59807616e 2026-04-14)", Some([1, 95, 0])),
            ("rustc 1.97.0-nightly (abc 2026-06-01)", Some([1, 97, 0])),
            ("v20.20.2", Some([20, 20, 2])),
            ("wasm-bindgen 0.2.130", Some([0, 2, 130])),
            ("1.2", None),
            ("1.2.3.4", None),
            ("no version", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Version::find(text), expected.map(Version), "{text}");
        }
    }

    #[test]
    fn compares_by_number() {
        assert!(Version([1, 100, 0]) > Version([1, 95, 9]));
        assert!(Version::find("v9.11.2") < Version::find("v20.3.0"));
    }

    #[test]
    fn names_the_remedy() {
        let error = check("posada-no-such-program", NODE_MIN, "the remedy").unwrap_err();
        assert!(format!("{error:#}").contains("the remedy"));
        let error = check("rustc", Version([99, 0, 0]), "the remedy").unwrap_err();
        assert!(error.to_string().contains("the remedy"));
    }
}
