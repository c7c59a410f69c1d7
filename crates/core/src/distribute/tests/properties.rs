//! What holds for every answer, whatever the size.

use proptest::prelude::*;

use super::cases::{Case, Random, Size};
use crate::distribute::{Distribution, Objective, Question, check_split, distribute};
use crate::party::Occupancy;

fn holds(question: &Question<'_>, answer: &Distribution) -> Result<(), TestCaseError> {
    prop_assert_eq!(answer.guests(), question.party.occupancy());
    prop_assert!(answer.rooms.len() <= 20);
    prop_assert!(answer.rooms.len() <= usize::from(question.party.guardians()));
    if let Some(rooms) = question.rooms {
        prop_assert_eq!(answer.rooms.len(), usize::from(rooms));
    }
    for (place, offer) in question.offers.iter().enumerate() {
        let count = answer.rooms.iter().filter(|room| room.offer == place).count();
        prop_assert!(count <= usize::from(offer.free));
        prop_assert!(offer.exactly.is_none_or(|exactly| count == usize::from(exactly)));
    }
    let order = |room: &crate::distribute::Room| (room.offer, std::cmp::Reverse(room.guests));
    prop_assert!(answer.rooms.is_sorted_by_key(order), "canonical order");
    // Limits, beds, an adult in each room and the price are those of the check of given splits.
    let lines: Vec<(usize, Occupancy)> = answer.rooms.iter().map(|room| (room.offer, room.guests)).collect();
    let checked = check_split(question.offers, &lines);
    prop_assert_eq!(checked.as_ref(), Ok(answer));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn answers_keep_every_rule(
        seed: u64,
        guests_most in 1_u16..=60,
        types_most in 1_u16..=8,
        free_most in 1_u16..=25,
        places_most in 1_u16..=6,
    ) {
        let size = Size { guests_most, types_most, free_most, places_most };
        let case = Case::random(&mut Random::new(seed), size);
        let question = case.question();
        let answers = Objective::ALL.map(|objective| distribute(&question, objective));
        for answer in &answers {
            match answer {
                Ok(answer) => holds(&question, answer)?,
                Err(impossible) => {
                    prop_assert!(answers.iter().all(|it| it.as_ref().err().map(|it| it.rule) == Some(impossible.rule)));
                    if let Some(nearest) = &impossible.nearest {
                        let party = question.party.part(nearest.guests).expect("part of the party");
                        let offers: Vec<_> = case.offers.iter().map(|&it| {
                            crate::distribute::TypeOffer { exactly: None, ..it }
                        }).collect();
                        holds(&Question { party, offers: &offers, rooms: None }, &nearest.distribution)?;
                    }
                }
            }
        }
        if let [Ok(even), Ok(cheapest), Ok(fewest)] = &answers {
            prop_assert!(even.extra_beds() <= cheapest.extra_beds().min(fewest.extra_beds()));
            prop_assert!(cheapest.price <= even.price.min(fewest.price));
            prop_assert!(fewest.rooms.len() <= even.rooms.len().min(cheapest.rooms.len()));
        }
    }

    #[test]
    fn more_rooms_free_are_never_worse(seed: u64) {
        let size = Size { guests_most: 30, types_most: 5, free_most: 8, places_most: 5 };
        let mut case = Case::random(&mut Random::new(seed), size);
        let before = Objective::ALL.map(|objective| distribute(&case.question(), objective).ok());
        for offer in &mut case.offers {
            offer.free += 1;
        }
        let after = Objective::ALL.map(|objective| distribute(&case.question(), objective).ok());
        for (before, after) in before.iter().zip(&after) {
            prop_assert!(before.is_none() || after.is_some());
        }
        if let ([Some(even), Some(cheapest), Some(fewest)], [Some(e), Some(c), Some(f)]) = (&before, &after) {
            prop_assert!(e.extra_beds() <= even.extra_beds());
            prop_assert!(c.price <= cheapest.price);
            prop_assert!(f.rooms.len() <= fewest.rooms.len());
        }
    }
}
