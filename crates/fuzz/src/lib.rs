//! What is fuzzed: each [`Target`] takes any bytes and panics where Posada would have, or where what it made of them
//! breaks a promise. `fuzz/` drives the targets by libFuzzer, for as long as one likes; [`smoke`] drives them in
//! every test run, for a bounded number of executions.
//!
//! The targets say by `assert!` what must hold beyond "no panic": reading is deterministic; what is written in other
//! words or read again is equal; money adds up to the cent; no answer blames Posada (invariant I7).

pub mod hotel;
pub mod import;
pub mod journal;
pub mod ledger;
pub mod mutate;
pub mod planted;
pub mod request;
pub mod reservation_api;
pub mod smoke;
pub mod steps;
pub mod token;
pub mod told;

pub use mutate::{Form, Mutator};

/// Something that is fuzzed.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name: that of its binary, its corpus and its failing inputs.
    pub name: &'static str,
    /// The form of its inputs, by which they are mutated.
    pub form: Form,
    /// Takes any bytes, and panics where something is wrong. Answers whether they were well-formed: so that one sees
    /// whether what is behind the first check is reached at all.
    pub run: fn(&[u8]) -> bool,
}

/// Everything that is fuzzed.
pub const TARGETS: [Target; 7] = [
    Target { name: "request", form: Form::Json, run: request::run },
    Target { name: "import", form: Form::Json, run: import::run },
    Target { name: "reservation_api", form: Form::Json, run: reservation_api::run },
    Target { name: "journal", form: Form::JsonLines, run: journal::run },
    Target { name: "steps", form: Form::Bytes, run: steps::run },
    Target { name: "token", form: Form::Bytes, run: token::run },
    Target { name: "ledger", form: Form::JsonLines, run: ledger::run },
];

/// A target with a planted panic. Whatever looks for failures must find it, or it finds nothing.
pub const PLANTED: Target = Target { name: "planted", form: Form::Json, run: planted::run };

/// The target of this name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().chain([&PLANTED]).find(|target| target.name == name)
}

/// The words that inputs are made of, as libFuzzer's dictionary has them.
const DICTIONARY: &str = include_str!("../../../fuzz/words.dict");

/// The words of the dictionary, without their quotes. (None of them needs an escape.)
#[must_use]
pub fn words() -> Vec<&'static str> {
    let word = |line: &'static str| line.trim().strip_prefix('"')?.strip_suffix('"');
    DICTIONARY.lines().filter_map(word).collect()
}
