//! The same answer, to the room, from programs written differently.

use super::brute;
use super::cases::{Case, Random, Size};
use crate::distribute::{Objective, distribute};

/// Small enough to be counted through, large enough for every rule to bind.
const SMALL: Size = Size { guests_most: 6, types_most: 3, free_most: 3, places_most: 3 };

#[test]
fn every_small_answer_is_that_of_brute_force() {
    let mut random = Random::new(1);
    let (mut possible, mut impossible) = (0, 0);
    for number in 0..100_000 {
        let case = Case::random(&mut random, SMALL);
        let expected = brute::best(&case.question());
        for (objective, expected) in Objective::ALL.into_iter().zip(expected) {
            let answer = distribute(&case.question(), objective).ok();
            assert_eq!(answer, expected, "case {number}, {objective:?}: {case:#?}");
            if answer.is_some() { possible += 1 } else { impossible += 1 }
        }
    }
    assert!(possible > 100_000 && impossible > 30_000, "{possible} possible, {impossible} not");
}
