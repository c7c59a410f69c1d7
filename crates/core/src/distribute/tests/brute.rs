//! Every distribution there is, one after another.

use std::cmp::Reverse;

use crate::distribute::{Distribution, Objective, Question, Room};
use crate::money::Money;
use crate::party::Occupancy;

/// What is compared: the objective's sums, then the tie's order.
pub(super) type Key = ([i64; 6], Vec<usize>, Vec<Reverse<Occupancy>>);

pub(super) fn key(rooms: &[Room], objective: Objective) -> Key {
    let sum = |of: &dyn Fn(&Room) -> i64| rooms.iter().map(of).sum::<i64>();
    let square = |n: u16| i64::from(n) * i64::from(n);
    let price = sum(&|room| room.price.mills());
    let beds = sum(&|room| room.extra_beds.into());
    let count = sum(&|_| 1);
    let [n2, a2, s2] = [
        sum(&|room| square(room.guests.guests())),
        sum(&|room| square(room.guests.adults)),
        sum(&|room| square(room.guests.children_6_10)),
    ];
    let sums = match objective {
        Objective::Even => [beds, count, n2, a2, s2, price],
        Objective::Cheapest => [price, count, beds, n2, a2, s2],
        Objective::FewestRooms => [count, price, beds, n2, a2, s2],
    };
    (sums, rooms.iter().map(|r| r.offer).collect(), rooms.iter().map(|r| Reverse(r.guests)).collect())
}

struct Brute<'a> {
    question: &'a Question<'a>,
    rooms: Vec<Room>,
    best: [Option<(Key, Vec<Room>)>; 3],
}

impl Brute<'_> {
    /// Fills rooms from the type `offer` on, of which `own` are filled and the last holds `last`.
    fn fill(&mut self, offer: usize, own: u16, last: Option<Occupancy>, left: Occupancy) {
        let Some(it) = self.question.offers.get(offer) else {
            let count = u16::try_from(self.rooms.len()).expect("few rooms");
            let counted = self.question.rooms.is_none_or(|rooms| rooms == count);
            if left == Occupancy::default() && counted && count <= self.question.party.guardians().min(20) {
                for (objective, best) in Objective::ALL.into_iter().zip(&mut self.best) {
                    let key = key(&self.rooms, objective);
                    if best.as_ref().is_none_or(|(other, _)| key < *other) {
                        *best = Some((key, self.rooms.clone()));
                    }
                }
            }
            return;
        };
        if it.exactly.is_none_or(|exactly| exactly == own) {
            self.fill(offer + 1, 0, None, left);
        }
        if own == it.free {
            return;
        }
        for adults in 1..=left.adults {
            for children_6_10 in 0..=left.children_6_10 {
                for children_0_5 in 0..=left.children_0_5 {
                    let guests = Occupancy { adults, children_6_10, children_0_5 };
                    if last.is_some_and(|last| guests > last) {
                        continue;
                    }
                    let Some(extra_beds) = it.limits.extra_beds(&guests) else { continue };
                    let price = it.rates.price(&guests, extra_beds).expect("small prices");
                    self.rooms.push(Room { offer, guests, extra_beds, price });
                    let left = Occupancy {
                        adults: left.adults - adults,
                        children_6_10: left.children_6_10 - children_6_10,
                        children_0_5: left.children_0_5 - children_0_5,
                    };
                    self.fill(offer, own + 1, Some(guests), left);
                    self.rooms.pop();
                }
            }
        }
    }
}

/// The best distributions by each objective.
pub(super) fn best(question: &Question<'_>) -> [Option<Distribution>; 3] {
    let mut brute = Brute { question, rooms: Vec::new(), best: [None, None, None] };
    brute.fill(0, 0, None, question.party.occupancy());
    brute.best.map(|best| {
        best.map(|(_, rooms)| {
            let price = rooms.iter().map(|room| room.price).sum::<Option<Money>>().expect("small prices");
            Distribution { rooms, price }
        })
    })
}
