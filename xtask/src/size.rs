//! What goes over the wire may not grow unnoticed: gzipped sizes and their budgets.

use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Command, ExitCode},
};

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};

use serde_json::Value;

use crate::{
    files, page, process,
    worker::{self, Profile},
};

/// Some files that are delivered together, and what they may weigh.
struct Budget {
    name: &'static str,
    files: Vec<PathBuf>,
    /// What is wanted.
    gzipped_bytes_max: usize,
    /// What was reached so far, a little rounded up: more than this is a step back.
    gzipped_bytes_reached: usize,
}

/// What files are held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// Their budget.
    Budget,
    /// What was reached, while that is above the budget: the tests see to it that nothing grows.
    Reached,
}

fn budgets() -> Result<Vec<Budget>> {
    let worker = Profile::Release.bundle();
    let mut budgets = vec![Budget {
        name: "Worker",
        files: vec![worker.join("index_bg.wasm"), worker.join("index.js")],
        gzipped_bytes_max: 150_000,
        gzipped_bytes_reached: 462_000,
    }];
    let element = page::folder().join("w/1");
    let about = fs::read(element.join("files.json")).context("the booking element was not built")?;
    let about: Value = serde_json::from_slice(&about)?;
    let files = |list: &Value| -> Vec<PathBuf> {
        list.as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(|name| element.join(name))
            .collect()
    };
    for (name, list, max) in [
        ("first paint", &about["first"], FIRST_PAINT_GZIPPED_BYTES_MAX),
        ("page, es", &about["all"]["es"], PAGE_GZIPPED_BYTES_MAX),
        ("page, en", &about["all"]["en"], PAGE_GZIPPED_BYTES_MAX),
    ] {
        budgets.push(Budget { name, files: files(list), gzipped_bytes_max: max, gzipped_bytes_reached: max });
    }
    Ok(budgets)
}

/// All that a hotel's page loads for the booking element: JavaScript, WebAssembly, style sheets.
const PAGE_GZIPPED_BYTES_MAX: usize = 60_000;
/// What of it the first paint needs.
const FIRST_PAINT_GZIPPED_BYTES_MAX: usize = 12_000;

/// What other booking widgets and date pickers weigh, from their packages: printed beside the element's size.
fn print_rivals() -> Result<()> {
    let source = files::root().join("xtask/rivals");
    let folder = files::scratch("rivals")?;
    for file in ["package.json", "measure.mjs"] {
        fs::copy(source.join(file), folder.join(file)).with_context(|| format!("cannot copy {file}"))?;
    }
    let mut npm = Command::new("npm");
    npm.current_dir(&folder).args([
        "install",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--legacy-peer-deps",
    ]);
    process::output(&mut npm)?;
    let mut node = Command::new("node");
    node.current_dir(&folder).arg("measure.mjs").env("POSADA_ROOT", files::root());
    let measured: Value = serde_json::from_str(&process::output(&mut node)?)?;
    for rival in measured.as_array().into_iter().flatten() {
        let bytes = rival["bytes"].as_u64().and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or_default();
        println!(
            "beside it    {:<26} {:>9} gzipped",
            rival["name"].as_str().unwrap_or_default(),
            kilobytes(bytes)
        );
    }
    Ok(())
}

/// Builds what is measured, and prints a line for each file and each sum.
pub(crate) fn run(hold: Hold) -> Result<ExitCode> {
    worker::build(Profile::Release)?;
    let mut all_within = true;
    for budget in budgets()? {
        let mut sum = 0;
        for file in &budget.files {
            let size = gzipped(&fs::read(file).with_context(|| format!("cannot read {}", file.display()))?)?;
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            println!("{:<12} {:<26} {:>9} gzipped", budget.name, name, kilobytes(size));
            sum += size;
        }
        let within = sum <= budget.gzipped_bytes_max;
        let verdict = if within { "within" } else { "ABOVE" };
        let max = kilobytes(budget.gzipped_bytes_max);
        println!(
            "{:<12} {:<26} {:>9} gzipped, {verdict} its budget of {max}",
            budget.name,
            "together",
            kilobytes(sum)
        );
        all_within &= match hold {
            Hold::Budget => within,
            Hold::Reached => sum <= budget.gzipped_bytes_reached.max(budget.gzipped_bytes_max),
        };
    }
    if hold == Hold::Budget {
        print_rivals()?;
    }
    Ok(if all_within { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn gzipped(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

/// Thousands of bytes, to a tenth.
fn kilobytes(bytes: usize) -> String {
    let tenths = (bytes + 50) / 100;
    format!("{}.{} kB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_what_gzip_makes_of_it() {
        let size = gzipped(&[b'a'; 10_000]).unwrap();
        assert!((20..100).contains(&size), "{size}");
    }

    #[test]
    fn shows_tenths_of_a_kilobyte() {
        assert_eq!(kilobytes(62_778), "62.8 kB");
        assert_eq!(kilobytes(150_000), "150.0 kB");
        assert_eq!(kilobytes(49), "0.0 kB");
    }
}
