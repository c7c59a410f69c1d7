//! `cargo xtask fuzz`: the fuzz targets, driven by libFuzzer through cargo-fuzz.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use pico_args::Arguments;

use crate::{
    files,
    process::{self, Finished},
    progress::{Step, say, seconds},
    setup::{self, Needs, Tool},
};

/// How long a target is fuzzed where nothing is said.
const MINUTES: u64 = 10;
/// A program that has not ended so long after its time is ended.
const OVERTIME: Duration = Duration::from_secs(120);
/// An input that takes so long is a failure, as a panic is.
const INPUT_TIMEOUT_S: u32 = 20;
/// The target with a planted panic.
const PLANTED: &str = "planted";
/// The program that compiles libFuzzer, under its usual names.
const CPP_COMPILERS: [&str; 3] = ["c++", "g++", "clang++"];

/// What came of fuzzing a target.
#[derive(Debug, Default, PartialEq, Eq)]
struct Stats {
    executions: u64,
    executions_per_s: u64,
    /// Places in the code that were reached, and how often each, in libFuzzer's own count.
    coverage: u64,
    features: u64,
    /// Inputs in the corpus.
    inputs: u64,
}

/// Fuzzes, and fails where a target did.
pub(crate) fn run(mut args: Arguments) -> Result<ExitCode> {
    let minutes: Option<u64> = args.opt_value_from_str("--minutes")?;
    let named: Vec<String> = args.values_from_str("--target")?;
    let (keep, planted) = (args.contains("--keep"), args.contains("--planted"));
    crate::finish(args)?;
    let known = targets()?;
    if let Some(name) = named.iter().find(|name| !known.contains(name)) {
        bail!("there is no target `{name}`, but {}", known.join(", "));
    }
    setup::setup(Needs::Fuzzer)?;
    if std::env::var_os("CXX").is_none() && files::on_path(&CPP_COMPILERS).is_none() {
        bail!("a C++ compiler is missing, which libFuzzer is compiled by; in Debian: apt-get install g++");
    }
    build()?;
    if planted {
        return find_planted();
    }
    let time = Duration::from_secs(minutes.unwrap_or(MINUTES) * 60);
    let mut failed = Vec::new();
    println!(
        "{:<18}{:>12}{:>8}{:>10}{:>10}{:>8}  result",
        "target", "executions", "per s", "coverage", "features", "inputs"
    );
    for target in if named.is_empty() { known } else { named } {
        say(format!("fuzzing {target} for {}", seconds(time)));
        let kept = files::root().join("fuzz/corpus").join(&target);
        let finished = fuzz(&target, &[&work(&target)?, &kept], time)?;
        let stats = stats(&finished.lines);
        let result = if finished.succeeded() { "ok" } else { "FAILED" };
        println!(
            "{target:<18}{:>12}{:>8}{:>10}{:>10}{:>8}  {result}",
            stats.executions, stats.executions_per_s, stats.coverage, stats.features, stats.inputs
        );
        if finished.succeeded() && stats.executions == 0 {
            bail!("{target} executed nothing:\n{}", finished.tail());
        }
        if !finished.succeeded() {
            say(format!("{}\n{}", failure(&finished), how_to_go_on(&target)));
            failed.push(target);
        } else if keep {
            minimise(&target)?;
        }
    }
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The targets that there is a program for.
fn targets() -> Result<Vec<String>> {
    let manifest = files::root().join("fuzz/Cargo.toml");
    let text =
        fs::read_to_string(&manifest).with_context(|| format!("cannot read {}", manifest.display()))?;
    Ok(programs(&text).into_iter().filter(|name| name != PLANTED).collect())
}

/// The names behind `[[bin]]` in a Cargo.toml.
fn programs(manifest: &str) -> Vec<String> {
    let sections = manifest.split("[[bin]]").skip(1);
    let name = |section: &str| {
        let line = section.lines().find_map(|line| line.strip_prefix("name = "))?;
        Some(line.trim().trim_matches('"').to_owned())
    };
    sections.filter_map(name).collect()
}

fn cargo_fuzz(subcommand: &str) -> Result<Command> {
    let mut command = Command::new(setup::tool(Tool::CargoFuzz)?);
    // Without a sanitizer it builds on the stable compiler: there is no unsafe code here that one could watch over.
    command.current_dir(files::root()).args([subcommand, "--fuzz-dir", "fuzz", "--sanitizer", "none"]);
    command.arg("--target-dir").arg(files::target().join("fuzz"));
    Ok(command)
}

fn build() -> Result<()> {
    let mut step = Step::begin("fuzz: building the targets");
    process::run(&mut cargo_fuzz("build")?, &mut step, process::compiles)?;
    step.end();
    Ok(())
}

/// Where a target's inputs are gathered; other than those in the repository they come and go.
fn work(target: &str) -> Result<PathBuf> {
    let folder = files::target().join("fuzz/corpus").join(target);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// Runs a target: new inputs go into the first folder, and all others are read.
fn fuzz(target: &str, folders: &[&Path], time: Duration) -> Result<Finished> {
    let mut command = cargo_fuzz("run")?;
    command.arg(target).args(folders).arg("--");
    command.arg(format!("-max_total_time={}", time.as_secs()));
    command.arg(format!("-timeout={INPUT_TIMEOUT_S}"));
    command.arg(format!("-dict={}", files::root().join("fuzz/words.dict").display()));
    command.arg("-print_final_stats=1");
    process::run_within(&mut command, time + OVERTIME)
}

/// Replaces the kept inputs by the fewest that reach everything that the kept and the gathered ones do.
fn minimise(target: &str) -> Result<()> {
    let kept = files::root().join("fuzz/corpus").join(target);
    let fewest = files::target().join("fuzz/fewest").join(target);
    let _none_yet = fs::remove_dir_all(&fewest);
    fs::create_dir_all(&fewest)?;
    // What a person named stays.
    for file in fs::read_dir(&kept)? {
        let file = file?;
        if !is_made(&file.file_name().to_string_lossy()) {
            fs::copy(file.path(), fewest.join(file.file_name()))?;
        }
    }
    let mut command = cargo_fuzz("run")?;
    command.arg(target).args([&fewest, &kept, &work(target)?]).arg("--");
    // Only which places are reached counts: how often, and what is compared there, would keep thousands of inputs.
    command.args(["-set_cover_merge=1", "-use_counters=0", "-use_cmp=0"]);
    let mut step = Step::begin(format!("fuzz: the fewest inputs of {target}"));
    process::run(&mut command, &mut step, |_| false)?;
    step.end();
    fs::remove_dir_all(&kept)?;
    fs::create_dir_all(&kept)?;
    for file in fs::read_dir(&fewest)? {
        let file = file?;
        fs::copy(file.path(), kept.join(file.file_name()))?;
    }
    Ok(())
}

/// Whether libFuzzer named the file: by the SHA-1 of what is in it.
fn is_made(name: &str) -> bool {
    name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The control of all this: a panic behind a well-formed body is found and its input kept.
fn find_planted() -> Result<ExitCode> {
    say("looking for the planted panic");
    let folder = work(PLANTED)?;
    let kept = files::root().join("fuzz/corpus/request");
    let finished = fuzz(PLANTED, &[&folder, &kept], Duration::from_secs(300))?;
    let is_found = finished.lines.iter().any(|line| line.contains("this panic is planted"));
    if finished.succeeded() || !is_found {
        bail!("the planted panic was not found:\n{}", finished.tail());
    }
    println!("the planted panic was found after {} executions", stats(&finished.lines).executions);
    fs::remove_dir_all(files::root().join("fuzz/artifacts").join(PLANTED))?;
    Ok(ExitCode::SUCCESS)
}

/// By libFuzzer's lines: `stat::number_of_executed_units: 17844`, and `#7 DONE cov: 5 ft: 9 corp: 3/12Kb ...`.
fn stats(lines: &[String]) -> Stats {
    let last = |name: &str| {
        let number = |line: &String| line.strip_prefix(name)?.trim_start_matches([':', ' ']).parse().ok();
        lines.iter().rev().find_map(number).unwrap_or(0)
    };
    let of_pulse = |name: &str| {
        let number = |line: &String| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let at = words.iter().position(|word| *word == name)?;
            words.get(at + 1)?.split('/').next()?.parse().ok()
        };
        lines.iter().rev().filter(|line| line.starts_with('#')).find_map(number).unwrap_or(0)
    };
    Stats {
        executions: last("stat::number_of_executed_units"),
        executions_per_s: last("stat::average_exec_per_sec"),
        coverage: of_pulse("cov:"),
        features: of_pulse("ft:"),
        inputs: of_pulse("corp:"),
    }
}

/// What a failing target said, without what libFuzzer says on the way.
fn failure(finished: &Finished) -> String {
    let tells = |line: &&String| !line.starts_with('#') && !line.starts_with("stat::");
    let lines: Vec<&str> = finished.lines.iter().filter(tells).map(String::as_str).collect();
    lines[lines.len().saturating_sub(40)..].join("\n")
}

fn how_to_go_on(target: &str) -> String {
    format!(
        "The input is in fuzz/artifacts/{target}. Copy it to fuzz/failures/{target} under a name that says what was \
         wrong: it is then run in every test run."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libfuzzers_figures_are_read() {
        let text = "INFO: Seed: 1\n#23\tINITED cov: 4000 ft: 9000 corp: 20/12Kb exec/s: 0 rss: 33Mb\n\
                    #17844\tDONE   cov: 5369 ft: 14611 corp: 865/459Kb lim: 4096 exec/s: 1115 rss: 33Mb\n\
                    Done 17844 runs in 16 second(s)\nstat::number_of_executed_units: 17844\n\
                    stat::average_exec_per_sec:     1115\n";
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let expected = Stats {
            executions: 17_844,
            executions_per_s: 1_115,
            coverage: 5_369,
            features: 14_611,
            inputs: 865,
        };
        assert_eq!(stats(&lines), expected);
        assert_eq!(stats(&[]), Stats::default());
    }

    #[test]
    fn every_target_has_a_program() {
        assert_eq!(
            programs("[lib]\nname = \"x\"\n[[bin]]\nname = \"a\"\n\n[[bin]]\nname = \"b\"\n"),
            ["a", "b"]
        );
        let targets = targets().unwrap();
        let corpora = fs::read_dir(files::root().join("fuzz/corpus")).unwrap();
        let mut corpora: Vec<String> =
            corpora.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        corpora.sort();
        let mut sorted = targets.clone();
        sorted.sort();
        assert_eq!(sorted, corpora);
    }
}
