//! The same instances for Node, which times each call from outside. Natively there is nothing here.
#![cfg(target_arch = "wasm32")]

use posada_bench::{Instance, SIZES, instances};
use posada_core::distribute::{Objective, distribute};
use wasm_bindgen::prelude::wasm_bindgen;

/// The instances of one size.
#[wasm_bindgen]
pub struct Instances(Vec<Instance>);

#[wasm_bindgen]
impl Instances {
    /// Those of the size of this number.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(size: usize) -> Self {
        Self(instances(SIZES[size]))
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Solves one, and returns the price of the answer in thousandths.
    #[must_use]
    pub fn solve(&self, number: usize, objective: usize) -> f64 {
        let answer = distribute(&self.0[number].question(), Objective::ALL[objective]);
        answer.expect("every instance has an answer").price.mills() as f64
    }
}

/// How many sizes there are.
#[wasm_bindgen]
#[must_use]
pub fn sizes() -> usize {
    SIZES.len()
}
