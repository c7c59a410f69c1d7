//! The same answer, to the room, from programs written differently.

use super::brute;
use super::cases::{Case, Random, Size};
use crate::distribute::instance::Instance;
use crate::distribute::{Objective, arrange, distribute, plain, price};

/// Small enough to be counted through, large enough for every rule to bind.
const SMALL: Size = Size { guests_most: 6, types_most: 3, free_most: 3, places_most: 3 };
/// What the plain program takes a moment for.
const MEDIUM: Size = Size { guests_most: 16, types_most: 5, free_most: 6, places_most: 4 };
/// Whole coaches in large rooms.
const WIDE: Size = Size { guests_most: 22, types_most: 3, free_most: 5, places_most: 9 };

/// Random questions in each of the two tests; together more than 100,000 have an answer, by every objective.
const CASES: u32 = 110_000;

/// The solver's answers equal brute force's on `cases` random questions, for every objective.
fn equals_brute_force(seed: u64, cases: u32) {
    let mut random = Random::new(seed);
    let (mut possible, mut impossible) = (0, 0);
    for number in 0..cases {
        let case = Case::random(&mut random, SMALL);
        let question = case.question();
        let expected = brute::best(&question);
        for (objective, expected) in Objective::ALL.into_iter().zip(&expected) {
            let answer = distribute(&question, objective).ok();
            assert_eq!(answer, *expected, "case {number}, {objective:?}: {case:#?}");
            if answer.is_some() { possible += 1 } else { impossible += 1 }
        }
        if number % 16 == 0 {
            let differ: Vec<_> = Objective::ALL.into_iter().zip(&expected).skip(1).collect();
            let differ = differ.into_iter().filter(|(_, answer)| **answer != expected[0]);
            let differ: Vec<_> =
                differ.map(|(o, answer)| (o, answer.clone().expect("all or none"))).collect();
            let arranged = arrange(&question, Objective::Even, None).map(|it| it.alternatives);
            assert_eq!(arranged.unwrap_or_default(), differ, "case {number}: {case:#?}");
        }
    }
    assert!(possible / 3 >= 52_000 && impossible / 3 > 20_000, "{possible} possible, {impossible} not");
}

#[test]
fn small_answers_are_those_of_brute_force() {
    equals_brute_force(1, CASES);
}

#[test]
fn more_small_answers_are_those_of_brute_force() {
    equals_brute_force(2, CASES);
}

fn equals_the_plain_program(seed: u64, size: Size, cases: u32) {
    let mut random = Random::new(seed);
    let mut possible = 0;
    for number in 0..cases {
        let case = Case::random(&mut random, size);
        for objective in Objective::ALL {
            let answer = distribute(&case.question(), objective).ok();
            let plain = Instance::new(&case.question()).and_then(|it| plain::solve(&it, objective));
            let plain = plain.map(|rooms| price(&case.offers, rooms).expect("rooms that fit"));
            assert_eq!(answer, plain, "case {number}, {objective:?}: {case:#?}");
            possible += u32::from(answer.is_some());
        }
    }
    assert!(possible > cases, "{possible} possible of {}", 3 * cases);
}

#[test]
fn answers_for_medium_parties_are_those_of_the_plain_program() {
    equals_the_plain_program(3, MEDIUM, 300);
}

#[test]
fn answers_in_large_rooms_are_those_of_the_plain_program() {
    equals_the_plain_program(4, WIDE, 150);
}
