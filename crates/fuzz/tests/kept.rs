//! In every test run: the kept corpora and the inputs that failed once, and a bounded number of inputs made of them.
//! `POSADA_FUZZ_EXECUTIONS` says how many for each target.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use posada_fuzz::smoke::{Crash, Ran, once, run};
use posada_fuzz::{PLANTED, TARGETS, Target, target};

/// How many inputs of a target are run where nothing is said.
const EXECUTIONS: u64 = 2_000;
/// What the made inputs follow from.
const SEED: u64 = 1;
/// A corpus is kept small enough to be replayed every time.
const CORPUS_FILES_MAX: usize = 400;
const CORPUS_BYTES_MAX: usize = 400_000;

fn kept(folder: &str, target: &Target) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz").join(folder).join(target.name);
    let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), fs::read(path).expect("a file"))).collect()
}

fn inputs(target: &Target) -> Vec<Vec<u8>> {
    kept("corpus", target).into_iter().map(|(_, input)| input).collect()
}

fn fuzz(name: &str) {
    let target = target(name).expect("a target");
    let corpus = inputs(target);
    assert!((1..=CORPUS_FILES_MAX).contains(&corpus.len()), "{} inputs of {name}", corpus.len());
    let bytes: usize = corpus.iter().map(Vec::len).sum();
    assert!(bytes <= CORPUS_BYTES_MAX, "{bytes} bytes of {name}");
    let executions = env::var("POSADA_FUZZ_EXECUTIONS").ok().and_then(|it| it.parse().ok());
    let ran = run(target, &corpus, SEED, executions.unwrap_or(EXECUTIONS));
    let Ran { executions, well_formed } = ran.unwrap_or_else(|Crash { input, message, executions }| {
        panic!("{name}, execution {executions}: {message}\n{}", input.escape_ascii())
    });
    println!("fuzz {name}: {} inputs kept, {executions} executions, {well_formed} well-formed", corpus.len());
    assert!(
        well_formed * 100 > executions,
        "of {executions} inputs of {name} only {well_formed} are well-formed"
    );
}

#[test]
fn requests() {
    fuzz("request");
}

#[test]
fn imports() {
    fuzz("import");
}

#[test]
fn answers_of_a_reservation_api() {
    fuzz("reservation_api");
}

#[test]
fn journals() {
    fuzz("journal");
}

#[test]
fn sequences_of_steps() {
    fuzz("steps");
}

#[test]
fn quote_tokens() {
    fuzz("token");
}

#[test]
fn ledgers() {
    fuzz("ledger");
}

#[test]
fn every_target_is_run_here() {
    let source = include_str!("kept.rs");
    for target in TARGETS {
        assert!(source.contains(&format!("fuzz(\"{}\")", target.name)), "{} is not", target.name);
    }
}

#[test]
fn what_failed_once_fails_no_more() {
    let mut count = 0;
    for target in TARGETS {
        for (path, input) in kept("failures", &target) {
            if let Err(Crash { message, .. }) = once(&target, &input, 0) {
                panic!("{}: {message}", path.display());
            }
            count += 1;
        }
    }
    assert!(count > 0, "the kept failures are not found");
}

/// The control: a panic behind a well-formed body that the corpus does not have is found, and said with its input.
#[test]
fn a_planted_panic_is_found() {
    let corpus = inputs(target("request").expect("a target"));
    for input in &corpus {
        once(&PLANTED, input, 0).expect("the corpus does not have it");
    }
    let crash = run(&PLANTED, &corpus, SEED, 100_000).expect_err("it is planted");
    assert_eq!(crash.message, "this panic is planted");
    assert!(once(&PLANTED, &crash.input, 0).is_err(), "its input reproduces it");
}
