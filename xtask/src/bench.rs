//! `cargo xtask bench`: how long distribution takes natively and as WebAssembly in Node, and against OR-tools' CP-SAT
//! on the same instances in the same run; how many claims a second each store of payments takes; and how long bookings
//! take (crates/proofs). Nothing fails for being slow; another answer than CP-SAT's does.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context, Result, bail};
use pico_args::Arguments;
use serde_json::Value;

use crate::{
    files, process,
    progress::{Step, say},
    proofs,
    setup::{self, Browser, Needs, Tool},
    worker::{self, Profile},
};

/// The version of Python's `ortools` that is measured. It is needed for nothing else.
const ORTOOLS: &str = "9.14.6206";
/// The sizes, as `posada-bench` numbers them, with the medians that are aimed at: native (if any) and in Node. The
/// 99th percentiles may be ten times that.
const SIZES: [(&str, Option<f64>, f64); 2] = [
    ("20 guests over 30 rooms of 4 types", Some(0.1), 0.2),
    ("60 guests over 40 rooms of 6 types", None, 2.0),
];
/// What can be measured by itself.
const PARTS: [&str; 4] = ["distribution", "claims", "latency", "load"];
/// How much more processor time than the contender a quote may take.
const QUOTE_RATIO_MAX: f64 = 1.5;
const OBJECTIVES: [&str; 3] = ["even", "cheapest", "fewest_rooms"];
/// CP-SAT solves every so many-eth instance: about 60 of a size, of all three sorts.
const CP_SAT_EVERY: &str = "17";

/// Times by instance, and what was found.
struct Run {
    times_ns: Vec<u64>,
    numbers: Vec<usize>,
    sums: Vec<Value>,
}

/// The runs of one program by size and objective.
type Runs = BTreeMap<(usize, String), Run>;

/// Measures and prints.
pub(crate) fn run(mut args: Arguments) -> Result<ExitCode> {
    let without_cp_sat = args.contains("--without-cp-sat");
    let without_browser = args.contains("--without-browser");
    let only: Option<String> = args.opt_value_from_str("--only")?;
    let runs: Option<OsString> =
        args.opt_value_from_os_str("--runs", |text| Ok::<_, Infallible>(text.to_owned()))?;
    crate::finish(args)?;
    if let Some(part) = only.as_ref().filter(|part| !PARTS.contains(&part.as_str())) {
        bail!("there is no part `{part}`: the parts are {}", PARTS.join(", "));
    }
    let wants = |part: &str| only.as_deref().is_none_or(|only| only == part);
    let mut code = ExitCode::SUCCESS;
    if wants("distribution") {
        code = distribution(without_cp_sat, without_browser)?;
    }
    if wants("claims") {
        claims()?;
    }
    if wants("load") && load()? != ExitCode::SUCCESS {
        code = ExitCode::FAILURE;
    }
    if wants("latency") {
        let runs = runs.map(|runs| vec!["--runs".into(), runs]).unwrap_or_default();
        let latency = proofs::run("latency", runs, proofs::Runs::Worker)?;
        if latency != ExitCode::SUCCESS {
            code = latency;
        }
    }
    Ok(code)
}

fn distribution(without_cp_sat: bool, without_browser: bool) -> Result<ExitCode> {
    setup::setup(Needs::Worker)?;
    let program = native_program()?;
    let module = node_module()?;
    let python = if without_cp_sat { None } else { Some(python()?) };

    say("bench: native");
    let native = runs(&process::output(Command::new(&program).arg("native"))?, None)?;
    say("bench: in Node");
    let script = files::root().join("crates/bench/in_node.mjs");
    let node = runs(&process::output(Command::new("node").arg(script).arg(module))?, None)?;
    let mut cp_sat = Runs::new();
    if let Some(python) = python {
        for (size, (name, ..)) in SIZES.iter().enumerate() {
            say(format!("bench: CP-SAT, {name}"));
            let text = process::output(Command::new(&program).args(["text", &size.to_string()]))?;
            let instances = files::scratch("bench")?.join(format!("{size}.txt"));
            fs::write(&instances, text).with_context(|| format!("cannot write {}", instances.display()))?;
            let script = files::root().join("crates/bench/cpsat.py");
            let mut command = Command::new(&python);
            let found = process::output(command.arg(script).arg(instances).arg(CP_SAT_EVERY))?;
            cp_sat.append(&mut runs(&found, Some(size))?);
        }
    }
    let preview = if without_browser { None } else { Some(preview()?) };
    print(&native, &node, &cp_sat);
    if let Some(preview) = preview {
        let ms = |name: &str| preview[name].as_f64().unwrap_or(f64::NAN);
        println!(
            "\nFrom a stepper's change to the preview, 20 guests and 30 rooms, in Chromium (aim: median 16 ms):"
        );
        println!("median {:.1} ms, 99th percentile {:.1} ms", ms("median_ms"), ms("p99_ms"));
    }
    let differing = differing(&native, &cp_sat);
    for line in &differing {
        println!("{line}");
    }
    Ok(if differing.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Claims a second on each store, with the release builds of Worker and gateway.
fn claims() -> Result<()> {
    setup::mariadb()?;
    worker::build(Profile::Release)?;
    cargo("bench: building the gateway", "posada-gateway", &[])?;
    say("bench: claims a second on D1 and on MariaDB");
    let script = files::root().join("crates/bench/claims.mjs");
    let mut command = Command::new("node");
    command.current_dir(files::root()).arg(script).env("POSADA_GATEWAY_PROFILE", "release");
    let found = process::output(&mut command)?;
    println!(
        "\nClaims a second, over HTTP on this machine (600 claims each, on 200 payments where not on one)"
    );
    for line in found.lines() {
        let document: Value = serde_json::from_str(line).context("the benchmark printed no JSON")?;
        let text = |name: &str| document[name].as_str().unwrap_or_default().to_owned();
        let per_second = document["per_second"].as_f64().context("no number")?;
        println!("{:<40}{:<32}{per_second:>8.0}", text("store"), text("about"));
    }
    Ok(())
}

/// Processor time a request: a quote and a booking, beside Workers that do next to nothing.
fn load() -> Result<ExitCode> {
    worker::build(Profile::Release)?;
    let contender = worker::build_contender()?;
    say("bench: load, a few minutes");
    let mut node = Command::new("node");
    node.current_dir(files::root()).arg("crates/bench/load.mjs");
    node.arg("--posada").arg(Profile::Release.bundle()).arg("--contender").arg(contender);
    node.arg("--www").arg(crate::page::folder());
    let found: Value =
        serde_json::from_str(&process::output(&mut node)?).context("the benchmark printed no JSON")?;
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
    let cpu = |name: &str| number(&found["measured"][name]["cpu_us"]);
    println!("\nProcessor time of workerd and latency, a request; each in a process of its own, by turns");
    println!(
        "{:<26}{:>10}{:>9}{:>9}{:>9}{:>10}{:>14}{:>14}",
        "", "cpu, us", "p50, ms", "p95", "p99", "requests", "/ hello, Rust", "/ hello, JS"
    );
    for name in
        ["quote", "signed constant, Rust", "hello, Rust", "hello, JavaScript", "booking of three rooms"]
    {
        let it = &found["measured"][name];
        println!(
            "{name:<26}{:>10.0}{:>9.2}{:>9.2}{:>9.2}{:>10}{:>13.1}x{:>13.1}x",
            cpu(name),
            number(&it["p50_ms"]),
            number(&it["p95_ms"]),
            number(&it["p99_ms"]),
            it["requests"],
            cpu(name) / cpu("hello, Rust"),
            cpu(name) / cpu("hello, JavaScript"),
        );
    }
    let cold = |name: &str, what: &str| number(&found["cold"][name][what]);
    for (name, key) in [("Posada", "posada"), ("hello, Rust", "rust"), ("hello, JavaScript", "js")] {
        println!(
            "cold start, {name:<20}{:>8.0} ms, {:>4.0} ms of processor time, {:.1}x hello, JavaScript",
            cold(key, "ms"),
            cold(key, "cpu_ms"),
            cold(key, "ms") / cold("js", "ms"),
        );
    }
    let ratio = cpu("quote") / cpu("signed constant, Rust");
    let verdict = if ratio <= QUOTE_RATIO_MAX { "within" } else { "ABOVE" };
    println!(
        "a quote takes {ratio:.2} times the contender's processor time, {verdict} the {QUOTE_RATIO_MAX} aimed at"
    );
    Ok(if ratio <= QUOTE_RATIO_MAX { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The booking element's preview, timed in Chromium.
fn preview() -> Result<Value> {
    worker::build(Profile::Release)?;
    setup::setup(Needs::Browser)?;
    say("bench: the preview in Chromium");
    let mut node = Command::new("node");
    if let Some(browser) = Browser::find() {
        node.env("POSADA_CHROMIUM", browser.program);
    }
    let text = process::output(node.current_dir(files::root()).arg("tests/widget/preview.mjs"))?;
    serde_json::from_str(&text).context("the preview's time is no JSON")
}

fn cargo(label: &str, package: &str, arguments: &[&str]) -> Result<()> {
    let mut step = Step::begin(label).counting("crates", 0);
    let mut command = Command::new("cargo");
    command.current_dir(files::root()).args(["build", "--locked", "--release", "-p", package]);
    process::run(command.args(arguments), &mut step, process::compiles)?;
    step.end();
    Ok(())
}

fn native_program() -> Result<PathBuf> {
    cargo("bench: building it, native", "posada-bench", &[])?;
    Ok(files::target().join("release/posada-bench"))
}

fn node_module() -> Result<PathBuf> {
    const WASM: &str = "wasm32-unknown-unknown";
    cargo("bench: building it, wasm", "posada-bench", &["--target", WASM, "--example", "in_node"])?;
    let wasm = files::target().join(WASM).join("release/examples/in_node.wasm");
    let folder = files::scratch("bench")?.join("node");
    let mut command = Command::new(setup::tool(Tool::WasmBindgen)?);
    process::output(command.args(["--target", "nodejs", "--out-dir"]).arg(&folder).arg(wasm))?;
    // What is made for Node is CommonJS, which the repository's own package.json says its scripts are not.
    fs::write(folder.join("package.json"), r#"{"type":"commonjs"}"#)
        .with_context(|| format!("cannot write to {}", folder.display()))?;
    Ok(folder.join("in_node.js"))
}

/// A Python that has CP-SAT, kept between runs beside the other tools.
fn python() -> Result<PathBuf> {
    let folder = files::cache()?.join("tools").join(format!("ortools-{ORTOOLS}"));
    let python = folder.join("bin/python");
    if has_cp_sat(&python) {
        return Ok(python);
    }
    let step = Step::begin(format!("bench: installing Python's ortools {ORTOOLS}"));
    let advice = "CP-SAT needs Python 3 with venv and pip; `cargo xtask bench --without-cp-sat` does without";
    process::output(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder)).context(advice)?;
    let wanted = format!("ortools=={ORTOOLS}");
    let mut pip = Command::new(&python);
    process::output(pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--quiet", &wanted]))
        .context(advice)?;
    step.end();
    if !has_cp_sat(&python) {
        bail!("{} cannot load ortools. {advice}", python.display());
    }
    Ok(python)
}

fn has_cp_sat(python: &Path) -> bool {
    let check = "from ortools.sat.python import cp_model";
    python.is_file() && process::output(Command::new(python).args(["-c", check])).is_ok()
}

/// Reads a document a line.
fn runs(text: &str, size: Option<usize>) -> Result<Runs> {
    let mut runs = Runs::new();
    for line in text.lines() {
        let mut document: Value = serde_json::from_str(line).context("a benchmark printed no JSON")?;
        let size = size.or_else(|| usize::try_from(document["size"].as_u64()?).ok()).context("no size")?;
        let objective = document["objective"].as_str().context("no objective")?.to_owned();
        let times_ns: Vec<u64> = serde_json::from_value(document["times_ns"].take()).context("no times")?;
        let numbers = serde_json::from_value(document["numbers"].take());
        let numbers = numbers.unwrap_or_else(|_| (0..times_ns.len()).collect());
        let sums = serde_json::from_value(document["sums"].take()).unwrap_or_default();
        runs.insert((size, objective), Run { times_ns, numbers, sums });
    }
    Ok(runs)
}

/// The time in milliseconds that so many percent of the instances are within.
fn percentile_ms(times_ns: &[u64], percent: usize) -> f64 {
    let mut sorted = times_ns.to_vec();
    sorted.sort_unstable();
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).map_or(f64::NAN, |&ns| ns as f64 / 1e6)
}

fn print(native: &Runs, node: &Runs, cp_sat: &Runs) {
    println!(
        "Distribution, ms an instance: 1,000 seeded instances a size, a third each with mixed bands, scarce"
    );
    println!("rooms and beds needed; three bands, extra beds, number of rooms free.");
    for (size, (name, native_aim, node_aim)) in SIZES.iter().enumerate() {
        let native_aim = native_aim.map(|aim| format!("{aim} native, ")).unwrap_or_default();
        println!("\n{name} (aim: median {native_aim}{node_aim} in Node, 99th percentile ten times that)");
        println!("{:<14}{:>19}{:>19}{:>28}", "", "native", "in Node", "CP-SAT, one worker");
        println!(
            "{:<14}{:>10}{:>9}{:>10}{:>9}{:>10}{:>9}{:>9}",
            "", "median", "p99", "median", "p99", "median", "/native", "/Node"
        );
        for objective in OBJECTIVES {
            let key = (size, objective.to_owned());
            let (Some(native), Some(node)) = (native.get(&key), node.get(&key)) else { continue };
            let at = |run: &Run, percent| percentile_ms(&run.times_ns, percent);
            print!("{objective:<14}{:>10.4}{:>9.4}", at(native, 50), at(native, 99));
            print!("{:>10.4}{:>9.4}", at(node, 50), at(node, 99));
            if let Some(cp_sat) = cp_sat.get(&key) {
                let same = |run: &Run| -> Vec<u64> {
                    cp_sat.numbers.iter().filter_map(|&number| run.times_ns.get(number).copied()).collect()
                };
                let median = percentile_ms(&cp_sat.times_ns, 50);
                let ratio = |run: &Run| median / percentile_ms(&same(run), 50);
                let note = format!(" ({} of them)", cp_sat.numbers.len());
                print!("{median:>10.1}{:>8.0}x{:>8.0}x{note}", ratio(native), ratio(node));
            }
            println!();
        }
    }
}

/// Where CP-SAT found other sums, and how often it found none in time.
fn differing(native: &Runs, cp_sat: &Runs) -> Vec<String> {
    let mut lines = Vec::new();
    for (key, run) in cp_sat {
        let unfinished = run.sums.iter().filter(|sums| sums.is_null()).count();
        if unfinished > 0 {
            say(format!("CP-SAT did not finish {unfinished} instances of {} by {}", SIZES[key.0].0, key.1));
        }
        for (number, theirs) in run.numbers.iter().zip(&run.sums).filter(|(_, sums)| !sums.is_null()) {
            let ours = native.get(key).and_then(|run| run.sums.get(*number));
            if ours != Some(theirs) {
                lines.push(format!(
                    "{}, {}: instance {number}: {ours:?} here, {theirs} by CP-SAT",
                    SIZES[key.0].0, key.1
                ));
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_sorted_times() {
        let times: Vec<u64> = (1..=1_000).rev().map(|ms| ms * 1_000_000).collect();
        assert_eq!([50, 99, 100].map(|percent| percentile_ms(&times, percent)), [500.0, 990.0, 1_000.0]);
        assert!(percentile_ms(&[], 50).is_nan());
    }

    #[test]
    fn another_answer_is_told() {
        let line =
            |sums: &str| format!(r#"{{"size": 0, "objective": "even", "times_ns": [5, 6], "sums": {sums}}}"#);
        let ours = runs(&line("[[1, 2], [3, 4]]"), None).unwrap();
        assert!(differing(&ours, &runs(&line("[[1, 2], null]"), Some(0)).unwrap()).is_empty());
        assert_eq!(differing(&ours, &runs(&line("[[1, 2], [3, 5]]"), Some(0)).unwrap()).len(), 1);
    }
}
