//! A bounded run of a target in this process: the kept corpus, then inputs made of it.
//!
//! It is no replacement for libFuzzer, which sees which code an input reaches. It needs no instrumented build, so that
//! every test run can afford it, and it is the same each time.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{Mutator, Target};

/// The largest input that is made.
const BYTES_MAX: usize = 16 * 1024;
/// How often a made input is changed again before one of the corpus is taken.
const CHANGES_MAX: usize = 3;

/// An input that a target did not survive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crash {
    /// The input.
    pub input: Vec<u8>,
    /// What the panic said.
    pub message: String,
    /// How many inputs went before.
    pub executions: u64,
}

/// What was run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ran {
    /// How many inputs.
    pub executions: u64,
    /// How many of them were well-formed.
    pub well_formed: u64,
}

impl Ran {
    fn take(&mut self, target: &Target, input: &[u8]) -> Result<bool, Crash> {
        let is_well_formed = once(target, input, self.executions)?;
        self.well_formed += u64::from(is_well_formed);
        self.executions += 1;
        Ok(is_well_formed)
    }
}

/// Runs the target on an input. Answers whether it was well-formed.
///
/// # Errors
/// [`Crash`] where it panicked.
pub fn once(target: &Target, input: &[u8], executions: u64) -> Result<bool, Crash> {
    catch_unwind(AssertUnwindSafe(|| (target.run)(input))).map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let message = text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()));
        Crash { input: input.to_vec(), message: message.unwrap_or_default(), executions }
    })
}

/// Runs the target on the whole corpus and then on made inputs, until `executions` are done.
///
/// # Errors
/// [`Crash`] at the first input that it did not survive.
pub fn run(target: &Target, corpus: &[Vec<u8>], seed: u64, executions: u64) -> Result<Ran, Crash> {
    let mut ran = Ran { executions: 0, well_formed: 0 };
    let mut well_formed = Vec::new();
    for input in corpus {
        if ran.take(target, input)? {
            well_formed.push(input);
        }
    }
    let mut mutator = Mutator::new(target.form, seed);
    let empty = Vec::new();
    while ran.executions < executions {
        let mut pick = || corpus.get(mutator.index(corpus.len().max(1))).unwrap_or(&empty);
        let (any, other) = (pick(), pick());
        // A corpus of what reaches all code is mostly of what is refused in one way or another.
        let first = match mutator.index(2) {
            0 if !well_formed.is_empty() => well_formed[mutator.index(well_formed.len())],
            _ => any,
        };
        let mut input = first.clone();
        for _ in 0..=mutator.index(CHANGES_MAX) {
            input = mutator.mutate(&input, other, BYTES_MAX);
            ran.take(target, &input)?;
        }
    }
    Ok(ran)
}
