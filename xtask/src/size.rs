//! What goes over the wire may not grow unnoticed: gzipped sizes and their budgets.

use std::{fs, io::Write, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};

use crate::worker::{self, Profile};

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

fn budgets() -> Vec<Budget> {
    let worker = Profile::Release.bundle();
    vec![Budget {
        name: "Worker",
        files: vec![worker.join("index_bg.wasm"), worker.join("index.js")],
        gzipped_bytes_max: 150_000,
        gzipped_bytes_reached: 360_000,
    }]
}

/// Builds what is measured, and prints a line for each file and each sum.
pub(crate) fn run(hold: Hold) -> Result<ExitCode> {
    worker::build(Profile::Release)?;
    let mut all_within = true;
    for budget in budgets() {
        let mut sum = 0;
        for file in &budget.files {
            let size = gzipped(&fs::read(file).with_context(|| format!("cannot read {}", file.display()))?)?;
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            println!("{:<8} {:<16} {:>9} gzipped", budget.name, name, kilobytes(size));
            sum += size;
        }
        let within = sum <= budget.gzipped_bytes_max;
        let verdict = if within { "within" } else { "ABOVE" };
        let max = kilobytes(budget.gzipped_bytes_max);
        println!(
            "{:<8} {:<16} {:>9} gzipped, {verdict} its budget of {max}",
            budget.name,
            "together",
            kilobytes(sum)
        );
        all_within &= match hold {
            Hold::Budget => within,
            Hold::Reached => sum <= budget.gzipped_bytes_reached.max(budget.gzipped_bytes_max),
        };
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
