//! What a room costs at least, given a price that each guest of a band pays for being placed.
//!
//! With multipliers l for the bands, every distribution of the party costs at least `l * party` plus, for each of its
//! rooms, the least of `key - l * guests` over the ways to fill it: a bound for every number of rooms of every type
//! at once, whatever the multipliers are.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "the hot loop: children are at most the list's length; for the ranges of keys see `keys`"
)]

use super::fixed::Multipliers;
use super::instance::{Guests, Instance, Kind};
use super::keys::{Key, Order, PAIR, pairs};

/// The ways to fill a room of one type, without saying which children are of which band.
pub(super) struct Fillings {
    /// By adults from 1 on: the keys by number of children from 0 on, all taken to be of 0 to 5.
    by_adults: Vec<Vec<Key>>,
    /// What a child costs more for being of 6 to 10, squares aside.
    older: Key,
    pair: Key,
    children_most: usize,
}

impl Fillings {
    pub(super) fn of(instance: &Instance, kind: &Kind, order: Order) -> Self {
        let [adults, c610, c05] = instance.guests;
        let [rate_a, rate_s, rate_y] = kind.bands;
        let places = kind.places;
        let key = |a: u16, c: u16| {
            let needed = places.beds_needed(a, c);
            (needed <= places.beds).then(|| {
                let (bed_price, beds) = order.beds(kind, needed.into());
                let price = rate_a * i64::from(a) + rate_y * i64::from(c) + bed_price;
                let counted = PAIR[0] * pairs((a + c).into()) + PAIR[1] * pairs(a.into()) + beds;
                order.room(kind) + order.key(price, counted)
            })
        };
        let children = c610 + c05;
        let mut by_adults: Vec<Vec<Key>> = Vec::with_capacity(adults.into());
        for a in 1..=adults {
            let mut keys = Vec::with_capacity(usize::from(children) + 1);
            keys.extend((0..=children).map_while(|c| key(a, c)));
            if keys.is_empty() {
                break;
            }
            by_adults.push(keys);
        }
        let children_most = by_adults.iter().map(Vec::len).max().unwrap_or(0);
        Self { by_adults, older: order.key(rate_s - rate_y, 0), pair: order.key(0, PAIR[2]), children_most }
    }

    /// The least cost of a number of children's being of the older band, by number of children.
    fn older(&self, [_, l_s, l_y]: &Multipliers) -> Vec<Key> {
        let mut costs = Vec::with_capacity(self.children_most);
        let (mut cost, mut next) = (Key::ZERO, self.older - *l_s + *l_y);
        for _ in 0..self.children_most {
            costs.push(cost);
            if next < Key::ZERO {
                cost += next;
                next += self.pair;
            }
        }
        costs
    }

    /// The least that a room of the type costs.
    pub(super) fn least(&self, multipliers: &Multipliers) -> Key {
        let older = self.older(multipliers);
        let [l_a, _, l_y] = *multipliers;
        let (mut least, mut adults) = (Key::FAR_OFF, Key::ZERO);
        for keys in &self.by_adults {
            adults += l_a;
            let mut guests = adults;
            for (key, older) in keys.iter().zip(&older) {
                least = least.min(*key - guests + *older);
                guests += l_y;
            }
        }
        least
    }

    /// The fillings that cost `least`, the greatest first.
    pub(super) fn at(&self, multipliers: &Multipliers, least: Key, instance: &Instance) -> Vec<Guests> {
        let [_, c610, c05] = instance.guests;
        let [l_a, l_s, l_y] = *multipliers;
        let mut found = Vec::new();
        for (index, keys) in self.by_adults.iter().enumerate().rev() {
            let a = i64::try_from(index + 1).unwrap_or(0);
            for s in (0..=c610).rev() {
                for y in (0..=c05).rev() {
                    let Some(&key) = keys.get(usize::from(s + y)) else { continue };
                    let children =
                        (self.older - l_s + l_y).times(s.into()) + self.pair.times(pairs(s.into()));
                    let guests = l_a.times(a) + l_y.times(i64::from(s) + i64::from(y));
                    if key - guests + children == least {
                        found.push([u16::try_from(a).unwrap_or(0), s, y]);
                    }
                }
            }
        }
        found
    }
}
