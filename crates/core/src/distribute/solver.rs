//! The solver: numbers of rooms, then who sleeps in each.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "the hot loop: tables are of the types' and the rooms' size; for the ranges of keys see `keys`"
)]

use super::bound::Fillings;
use super::capacity::{self, Cover, Supply};
use super::counts::{Best, Search, Uncertain};
use super::instance::{Guests, Instance, Kind};
use super::keys::Order;
use super::objective::Objective;
use super::plain;
use crate::party::Occupancy;

/// The best rooms in canonical order; `None` where there are none.
pub(super) fn solve(instance: &Instance, objective: Objective) -> Option<Vec<(usize, Occupancy)>> {
    let (_, most) = instance.rooms;
    let (supply, is_even): (fn(&Kind) -> Supply, bool) = match objective {
        Objective::Even => (capacity::without_beds, true),
        Objective::Cheapest | Objective::FewestRooms => (capacity::with_beds, false),
    };
    let cover = Cover::new(&instance.kinds, most, supply);
    let (rooms, beds) = if is_even {
        let (beds, rooms) = capacity::fewest_beds_then_rooms(&cover, instance)?;
        ((rooms, rooms), beds)
    } else {
        let fewest = capacity::fewest_rooms_of(&cover, instance)?;
        ((fewest, if objective == Objective::Cheapest { most } else { fewest }), 0)
    };
    let order = Order::of(objective);
    let fillings: Vec<Fillings> =
        instance.kinds.iter().map(|kind| Fillings::of(instance, kind, order)).collect();
    let need = capacity::need(instance, beds);
    let search = Search { instance, order, rooms, cover: &cover, need, fillings: &fillings };
    let filled = match search.run() {
        Ok(None) => return None,
        Ok(Some(best)) => fill(instance, &best, &fillings),
        Err(Uncertain) => None,
    };
    debug_assert!(filled.is_some(), "a certificate did not come out: {objective:?} {instance:?}");
    filled.or_else(|| plain::solve(instance, objective))
}

/// The least and the most of the seven sums of bands.
type Sums = [i32; 7];

fn sums([a, s, y]: Guests) -> Sums {
    let [a, s, y] = [a, s, y].map(i32::from);
    [a, s, y, a + s, a + y, s + y, a + s + y]
}

/// Fills the rooms one by one, each with the greatest filling that leaves the rest of the best possible. The fillings
/// of the best key are those that cost each room the least, and which totals some of them have is a question about
/// sums of bands only: they are integral generalised polymatroids, which add (see `capacity`).
fn fill(instance: &Instance, best: &Best, fillings: &[Fillings]) -> Option<Vec<(usize, Occupancy)>> {
    let at: Vec<Vec<Guests>> = fillings
        .iter()
        .zip(&best.counts)
        .map(|(it, &count)| {
            if count == 0 {
                return Vec::new();
            }
            it.at(&best.multipliers, it.least(&best.multipliers), instance)
        })
        .collect();
    let ranges: Vec<(Sums, Sums)> = at
        .iter()
        .map(|fillings| {
            let mut range = ([i32::MAX; 7], [0; 7]);
            for sums in fillings.iter().map(|&guests| sums(guests)) {
                for (i, sum) in sums.into_iter().enumerate() {
                    range.0[i] = range.0[i].min(sum);
                    range.1[i] = range.1[i].max(sum);
                }
            }
            range
        })
        .collect();
    let (mut low, mut high) = ([0; 7], [0; 7]);
    for (range, &count) in ranges.iter().zip(&best.counts).filter(|(_, count)| **count > 0) {
        for i in 0..7 {
            low[i] += range.0[i] * i32::from(count);
            high[i] += range.1[i] * i32::from(count);
        }
    }
    let mut left = sums(instance.guests);
    let mut rooms = Vec::with_capacity(best.counts.iter().map(|&n| usize::from(n)).sum());
    for (place, &count) in best.counts.iter().enumerate() {
        let mut from = 0;
        for _ in 0..count {
            for i in 0..7 {
                low[i] -= ranges[place].0[i];
                high[i] -= ranges[place].1[i];
            }
            let fits = |guests: &Guests| {
                let own = sums(*guests);
                (0..7).all(|i| (low[i]..=high[i]).contains(&(left[i] - own[i])))
            };
            from += at[place][from..].iter().position(fits)?;
            let guests @ [adults, children_6_10, children_0_5] = at[place][from];
            for (left, own) in left.iter_mut().zip(sums(guests)) {
                *left -= own;
            }
            rooms.push((instance.kinds[place].offer, Occupancy { adults, children_6_10, children_0_5 }));
        }
    }
    (left == [0; 7]).then_some(rooms)
}
