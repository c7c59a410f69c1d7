//! The runners, one function each.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context, Result, bail};

use super::{
    counts::{self, Counts},
    privacy,
};
use crate::{
    files, licences, page,
    process::{self, Finished},
    progress::say,
    schema, schemathesis,
    setup::{self, Browser, Needs, Tool},
    size,
    worker::{self, Profile},
};

const WASM: &str = "wasm32-unknown-unknown";

/// Whether a run without any test is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    Some,
    PerhapsNone,
}

/// Whether the code is laid out as rustfmt would.
pub(crate) fn format() -> Result<Counts> {
    checked(&mut cargo(["fmt", "--all", "--check"]))
}

/// What clippy has to say about all that runs natively.
pub(crate) fn clippy_native() -> Result<Counts> {
    let scope = [
        "clippy",
        "--workspace",
        "--exclude",
        "posada-worker",
        "--exclude",
        "posada-widget",
        "--exclude",
        "posada-contender",
        "--all-targets",
    ];
    checked(cargo(scope).args(["--locked", "--", "-D", "warnings"]))
}

/// The same for all that runs as wasm.
pub(crate) fn clippy_wasm() -> Result<Counts> {
    setup::setup(Needs::Worker)?;
    let packages = ["posada-core", "posada-wire", "posada-worker", "posada-widget", "posada-contender"];
    let mut command = cargo(["clippy", "--target", WASM, "--locked"]);
    command.args(packages.iter().flat_map(|package| ["-p", package]));
    checked(command.args(["--", "-D", "warnings"]))
}

/// The tests of a native crate.
pub(crate) fn native(package: &str) -> Result<Counts> {
    if files::on_path(&["cargo-nextest"]).is_some() {
        let mut command = cargo(["nextest", "run", "--locked", "--no-fail-fast", "--package", package]);
        // Its colours would hide what is looked for.
        command.args(["--color", "never", "--status-level", "slow", "--final-status-level", "fail"]);
        return tests(&mut command, counts::nextest, Expect::Some);
    }
    let mut command = cargo(["test", "--locked", "--no-fail-fast", "--package", package, "--all-targets"]);
    tests(&mut command, counts::cargo_test, Expect::Some)
}

/// That what describes the API is what would be written now.
pub(crate) fn described() -> Result<Counts> {
    let is_same = schema::run(schema::Goal::Check)? == ExitCode::SUCCESS;
    Ok(if is_same { Counts::ONE } else { Counts::FAILURE })
}

/// Requests that are made of the description, against the Worker.
pub(crate) fn schemathesis() -> Result<Counts> {
    Ok(if schemathesis::briefly()? == ExitCode::SUCCESS { Counts::ONE } else { Counts::FAILURE })
}

/// The simulator: more seeds than its tests run by themselves.
pub(crate) fn simulator() -> Result<Counts> {
    let mut command =
        cargo(["test", "--locked", "--no-fail-fast", "--package", "posada-sim", "--all-targets"]);
    tests(command.env("POSADA_SIM_SEEDS", "20000"), counts::cargo_test, Expect::Some)
}

/// The examples in core's documentation.
pub(crate) fn core_documentation() -> Result<Counts> {
    tests(
        &mut cargo(["test", "--locked", "--doc", "--package", "posada-core"]),
        counts::cargo_test,
        Expect::Some,
    )
}

/// The examples in wire's documentation, if there are any.
pub(crate) fn wire_documentation() -> Result<Counts> {
    let mut command = cargo(["test", "--locked", "--doc", "--package", "posada-wire"]);
    tests(&mut command, counts::cargo_test, Expect::PerhapsNone)
}

/// Which licences the dependencies have.
pub(crate) fn dependencies() -> Result<Counts> {
    say(format!("{} dependencies, all under licences that deny.toml allows", licences::check()?));
    Ok(Counts::ONE)
}

/// What core depends on.
pub(crate) fn layering() -> Result<Counts> {
    super::layering::check()?;
    say("posada-core depends on no host's library, and the check finds them in posada-worker");
    Ok(Counts::ONE)
}

/// Whether each failure in the documentation has its test.
pub(crate) fn failures() -> Result<Counts> {
    say(format!("{} failures, each with a test that is there", super::failures::check()?));
    Ok(Counts::ONE)
}

/// Bookings in a seeded world with faults, crashes and lost answers, checked after every step.
pub(crate) fn schedules() -> Result<Counts> {
    let simulator = ["run", "--quiet", "--locked", "--profile", "sim", "--package", "posada-sim", "--"];
    checked(cargo(simulator).args(["--seeds", "20000"]))
}

/// The fuzz targets in this process: their kept inputs, and inputs made of them.
pub(crate) fn fuzz() -> Result<Counts> {
    let run = ["test", "--locked", "--no-fail-fast", "--profile", "sim", "--package", "posada-fuzz"];
    let mut command = cargo(run);
    // So that the executions are printed.
    command.args(["--all-targets", "--", "--nocapture"]).env("POSADA_FUZZ_EXECUTIONS", "10000");
    tests(&mut command, counts::cargo_test, Expect::Some)
}

/// That the delivered files weigh no more than was reached. (`cargo xtask size` holds them to their budget.)
pub(crate) fn sizes() -> Result<Counts> {
    Ok(if size::run(size::Hold::Reached)? == ExitCode::SUCCESS { Counts::ONE } else { Counts::FAILURE })
}

/// HTTP against the Worker in workerd.
pub(crate) fn end_to_end() -> Result<Counts> {
    worker::build(Profile::Release)?;
    process::output(&mut cargo(["build", "--quiet", "--locked", "--package", "posada-sandbox"]))?;
    node_tests(|path| !path.starts_with(element_tests()) && !path.starts_with(gateway_tests()))
}

/// The same payment cases on the hotel's own MariaDB behind the gateway, and the gateway's API.
pub(crate) fn gateway() -> Result<Counts> {
    setup::mariadb()?;
    worker::build(Profile::Release)?;
    process::output(&mut cargo(["build", "--quiet", "--locked", "--package", "posada-gateway"]))?;
    node_tests(|path| path.starts_with(gateway_tests()))
}

fn gateway_tests() -> PathBuf {
    files::root().join("tests/gateway")
}

/// The booking element, in Chromium against the Worker in workerd. What it looked like stays in `widget-shots` of the
/// target folder.
pub(crate) fn element() -> Result<Counts> {
    worker::build(Profile::Release)?;
    setup::setup(Needs::Browser)?;
    process::output(&mut cargo(["build", "--quiet", "--locked", "--package", "posada-sandbox"]))?;
    node_tests(|path| path.starts_with(element_tests()))
}

/// The demo, which checks by itself what it shows.
pub(crate) fn demo() -> Result<Counts> {
    checked(Command::new(env::current_exe()?).arg("demo"))
}

/// That none of the programs that were started has logged who somebody is.
pub(crate) fn privacy() -> Result<Counts> {
    privacy::check()?;
    Ok(Counts::ONE)
}

fn element_tests() -> PathBuf {
    files::root().join("tests/widget")
}

/// What is generated for those who use the module.
pub(crate) fn declarations() -> Result<Counts> {
    page::check_declarations()?;
    say("crates/widget/posada_widget.d.ts is what is generated");
    Ok(Counts::ONE)
}

fn node_tests(is_chosen: impl Fn(&Path) -> bool) -> Result<Counts> {
    let mut files = Vec::new();
    test_files(&files::root().join("tests"), &mut files)?;
    files.retain(|path| is_chosen(path));
    files.sort();
    let mut command = Command::new("node");
    // Files mostly wait: for alarms, for answers. Node would leave one processor free.
    let at_once = std::thread::available_parallelism().map_or(1, usize::from);
    command.current_dir(files::root()).args(["--test", "--test-reporter=spec"]);
    command.arg(format!("--test-concurrency={at_once}")).args(files);
    command.env("POSADA_SHOTS", files::target().join("widget-shots"));
    command.env("POSADA_WIDGET", files::target().join("widget"));
    if let Some(browser) = Browser::find() {
        command.env("POSADA_CHROMIUM", browser.program);
    }
    tests(&mut command, counts::node, Expect::Some)
}

/// Short proofs against workerd, and that the audit finds what is wrong.
pub(crate) fn proofs() -> Result<Counts> {
    worker::build(Profile::Release)?;
    process::output(&mut cargo(["build", "--quiet", "--locked", "--package", "posada-sandbox"]))?;
    let mut command =
        cargo(["test", "--locked", "--no-fail-fast", "--package", "posada-proofs", "--all-targets"]);
    command.env("POSADA_WORKER_BUNDLE", Profile::Release.bundle());
    command.env("POSADA_SANDBOX", files::target().join("debug/posada-sandbox"));
    tests(&mut command, counts::cargo_test, Expect::Some)
}

/// Core's golden tests, in a browser.
pub(crate) fn browser() -> Result<Counts> {
    let package = files::root().join("crates/core");
    let sources = fs::read_dir(package.join("tests")).into_iter().flatten().flatten();
    let targets: Vec<String> = sources
        .filter_map(|entry| entry.file_name().into_string().ok()?.strip_suffix(".rs").map(str::to_owned))
        .filter(|name| name.starts_with("browser") || name.starts_with("golden"))
        .collect();
    if targets.is_empty() {
        bail!("crates/core has no tests/browser*.rs or tests/golden*.rs");
    }
    let targets: Vec<&str> = targets.iter().flat_map(|target| ["--test", target.as_str()]).collect();
    in_browser(&package, &targets)
}

/// The widget's tests, in a browser.
pub(crate) fn widget_in_browser() -> Result<Counts> {
    in_browser(&files::root().join("crates/widget"), &["--lib"])
}

/// Tests of a package by wasm-pack; `arguments` are those of cargo.
fn in_browser(package: &Path, arguments: &[&str]) -> Result<Counts> {
    setup::setup(Needs::Browser)?;
    let browser = Browser::find().context("there is no browser")?;
    let capabilities = files::scratch("browser")?.join("webdriver.json");
    fs::write(&capabilities, browser.capabilities().to_string())?;
    let wasm_bindgen = setup::tool(Tool::WasmBindgen)?;
    let mut command = Command::new(setup::tool(Tool::WasmPack)?);
    command
        .current_dir(files::root())
        // Where wasm-pack looks for wasm-bindgen before it would fetch one.
        .env("PATH", with_first(wasm_bindgen.parent().unwrap_or(Path::new("")))?)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &capabilities);
    command.args(["test", "--headless", "--chrome", "--chromedriver"]).arg(&browser.driver).arg(package);
    command.args(arguments);
    tests(&mut command, counts::cargo_test, Expect::Some)
}

fn cargo<const N: usize>(arguments: [&str; N]) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(files::root()).args(arguments);
    command
}

/// A command that is one check.
fn checked(command: &mut Command) -> Result<Counts> {
    let finished = process::show(command.env(privacy::VARIABLE, privacy::folder()))?;
    Ok(if finished.succeeded() { Counts::ONE } else { Counts::FAILURE })
}

/// A command that runs tests.
fn tests(command: &mut Command, count: fn(&[String]) -> Counts, expect: Expect) -> Result<Counts> {
    let finished = process::show(command.env(privacy::VARIABLE, privacy::folder()))?;
    judge(&finished, count(&finished.lines), expect)
}

fn judge(finished: &Finished, counts: Counts, expect: Expect) -> Result<Counts> {
    let ran = counts.passed + counts.failed;
    if finished.succeeded() && ran == 0 && expect == Expect::Some {
        bail!("no test was run");
    }
    // Where nothing could be compiled, no test says that it failed.
    Ok(if !finished.succeeded() && counts.failed == 0 { Counts { failed: 1, ..counts } } else { counts })
}

fn test_files(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            test_files(&path, found)?;
        } else if path.to_string_lossy().ends_with(".test.mjs") {
            found.push(path);
        }
    }
    Ok(())
}

/// PATH, with a folder before all others.
fn with_first(folder: &Path) -> Result<std::ffi::OsString> {
    let present = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(env::split_paths(&present));
    env::join_paths(folders).context("PATH cannot hold the tools' folder")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(code: &str) -> Finished {
        process::run_within(Command::new("sh").args(["-c", code]), std::time::Duration::from_secs(9)).unwrap()
    }

    #[test]
    fn no_test_is_a_failure_unless_allowed() {
        let none = Counts::default();
        assert!(judge(&finished("exit 0"), none, Expect::Some).is_err());
        assert_eq!(judge(&finished("exit 0"), none, Expect::PerhapsNone).unwrap(), none);
    }

    #[test]
    fn a_broken_run_is_a_failure() {
        assert_eq!(judge(&finished("exit 1"), Counts::default(), Expect::Some).unwrap(), Counts::FAILURE);
        let some = Counts { passed: 3, failed: 2, skipped: 0 };
        assert_eq!(judge(&finished("exit 1"), some, Expect::Some).unwrap(), some);
        let unsaid = Counts { passed: 3, failed: 0, skipped: 0 };
        assert_eq!(judge(&finished("exit 1"), unsaid, Expect::Some).unwrap().failed, 1);
    }
}
