//! `cargo xtask test`: every test there is, and a total of all runners as the last line.

mod counts;
mod failures;
mod layering;
mod privacy;
mod steps;

use std::{
    io::Write,
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use pico_args::Arguments;

use crate::progress::{say, seconds};
use counts::Counts;

/// One runner.
struct Step {
    group: &'static str,
    name: &'static str,
    run: fn() -> Result<Counts>,
}

/// The last group, which looks at what the others left.
const PRIVACY: &str = "privacy";

/// All of them; the quick ones first.
const STEPS: &[Step] = &[
    Step { group: "lint", name: "layout of the code", run: steps::format },
    Step { group: "layering", name: "what core depends on", run: steps::layering },
    Step { group: "licences", name: "licences of the dependencies", run: steps::dependencies },
    Step { group: "lint", name: "tests of the failures", run: steps::failures },
    Step { group: "lint", name: "clippy, native", run: steps::clippy_native },
    Step { group: "xtask", name: "xtask", run: || steps::native("xtask") },
    Step { group: "core", name: "core", run: || steps::native("posada-core") },
    Step { group: "core", name: "core's documentation", run: steps::core_documentation },
    Step { group: "core", name: "the benchmark's instances", run: || steps::native("posada-bench") },
    Step { group: "wire", name: "wire", run: || steps::native("posada-wire") },
    Step { group: "wire", name: "wire's documentation", run: steps::wire_documentation },
    Step { group: "schema", name: "what is described", run: steps::described },
    Step { group: "schema", name: "the description", run: || steps::native("posada-describe") },
    Step { group: "sandbox", name: "the sandbox", run: || steps::native("posada-sandbox") },
    Step { group: "sim", name: "the simulator", run: steps::simulator },
    Step { group: "sim", name: "20,000 seeded schedules", run: steps::schedules },
    Step { group: "fuzz", name: "fuzz targets, briefly", run: steps::fuzz },
    Step { group: "lint", name: "clippy, wasm32", run: steps::clippy_wasm },
    Step { group: "size", name: "size of what is delivered", run: steps::sizes },
    Step { group: "e2e", name: "the Worker over HTTP", run: steps::end_to_end },
    Step { group: "schemathesis", name: "requests by the description", run: steps::schemathesis },
    Step { group: "gateway", name: "the gateway's own", run: || steps::native("posada-gateway") },
    Step { group: "gateway", name: "payments in MariaDB", run: steps::gateway },
    Step { group: "proofs", name: "proofs against workerd", run: steps::proofs },
    Step { group: "browser", name: "core in a browser", run: steps::browser },
    Step { group: "browser", name: "quotes in a browser", run: steps::widget_in_browser },
    Step { group: "widget", name: "declarations of the module", run: steps::declarations },
    Step { group: "widget", name: "the booking element", run: steps::element },
    Step { group: "demo", name: "the demo", run: steps::demo },
    Step { group: PRIVACY, name: "nobody's name in any log", run: steps::privacy },
];

/// Runs the tests of all groups or of those asked for. The total is the last thing said.
pub(crate) fn run(mut args: Arguments) -> Result<ExitCode> {
    let only: Vec<String> = args.values_from_str("--only")?;
    crate::finish(args)?;
    if let Some(group) = only.iter().find(|group| STEPS.iter().all(|step| step.group != **group)) {
        bail!("there is no group `{group}`");
    }
    let chosen = STEPS.iter().filter(|step| only.is_empty() || only.iter().any(|group| group == step.group));

    privacy::collect(only != [PRIVACY])?;
    let mut total = Counts::default();
    let mut results = Vec::new();
    for step in chosen {
        say(format!("\n=== {}", step.name));
        let started = Instant::now();
        let counts = result_of(step);
        total.add(counts);
        results.push((step.name, counts, started.elapsed()));
    }
    say(format!("\n{}", table(&results)));
    println!("{} passed, {} failed", total.passed, total.failed);
    std::io::stdout().flush()?;
    Ok(if total.failed == 0 && total.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A runner that breaks is one failure, and the others go on.
fn result_of(step: &Step) -> Counts {
    match catch_unwind(AssertUnwindSafe(step.run)) {
        Ok(Ok(counts)) => counts,
        Ok(Err(error)) => {
            say(format!("error: {error:#}"));
            Counts::FAILURE
        }
        Err(_) => Counts::FAILURE,
    }
}

fn table(results: &[(&str, Counts, Duration)]) -> String {
    let mut lines = vec![format!("{:<32}{:>8}{:>8}{:>9}{:>14}", "", "passed", "failed", "skipped", "time")];
    for (name, counts, elapsed) in results {
        let time = seconds(*elapsed);
        lines.push(format!(
            "{name:<32}{:>8}{:>8}{:>9}{time:>14}",
            counts.passed, counts.failed, counts.skipped
        ));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_breaks_is_a_failure() {
        let step = |run| Step { group: "lint", name: "a test's step", run };
        assert_eq!(result_of(&step(|| Ok(Counts::ONE))), Counts::ONE);
        assert_eq!(result_of(&step(|| bail!("broken"))), Counts::FAILURE);
        assert_eq!(result_of(&step(|| panic!("a panic that this test wants"))), Counts::FAILURE);
    }

    #[test]
    fn results_are_a_table() {
        let counts = Counts { passed: 12, failed: 1, skipped: 0 };
        let text = table(&[("core", counts, Duration::from_secs(61))]);
        assert!(text.ends_with("12       1        0    1 min 01 s"), "{text}");
    }
}
