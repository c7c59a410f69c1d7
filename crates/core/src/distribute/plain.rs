//! The plain program: a table over rooms left, types left and guests left. Slow, and short enough to be believed.
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use super::instance::{Guests, Instance, Kind};
use super::objective::Objective;
use crate::party::Occupancy;

/// The sums that the objective compares, in its order, and then the tie's: rooms of the types, negated so that more
/// of an earlier one is less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    sums: [i64; 6],
    types: [i128; 2],
}

impl Key {
    const ZERO: Self = Self { sums: [0; 6], types: [0; 2] };

    fn plus(mut self, other: &Self) -> Self {
        for (sum, more) in self.sums.iter_mut().zip(other.sums) {
            *sum = sum.saturating_add(more);
        }
        for (sum, more) in self.types.iter_mut().zip(other.types) {
            *sum = sum.saturating_add(more);
        }
        self
    }
}

/// The key of one room.
fn room_key(place: usize, kind: &Kind, guests: Guests, beds: u16, objective: Objective) -> Key {
    let [a, s, y] = guests.map(i64::from);
    let [rate_a, rate_s, rate_y] = kind.bands;
    let beds = i64::from(beds);
    let price = [kind.room, rate_a * a, rate_s * s, rate_y * y, kind.bed * beds].iter().sum();
    let n = a + s + y;
    let (n2, a2, s2) = (n * n, a * a, s * s);
    let sums = match objective {
        Objective::Even => [beds, 1, n2, a2, s2, price],
        Objective::Cheapest => [price, 1, beds, n2, a2, s2],
        Objective::FewestRooms => [1, price, beds, n2, a2, s2],
    };
    // Twenty types a word, each a digit below 32: there are at most 20 rooms.
    let mut types = [0; 2];
    types[place / 20] = -(1 << (5 * (19 - place % 20)));
    Key { sums, types }
}

/// The best key of every number of guests over some rooms: `None` where they cannot be placed.
type Table = Vec<Option<Key>>;

struct Plain<'a> {
    instance: &'a Instance,
    objective: Objective,
}

impl Plain<'_> {
    fn size(&self) -> usize {
        self.instance.guests.iter().map(|&g| usize::from(g) + 1).product()
    }

    fn at(&self, guests: Guests) -> usize {
        let [_, s, y] = self.instance.guests.map(|g| usize::from(g) + 1);
        let [a_, s_, y_] = guests.map(usize::from);
        (a_ * s + s_) * y + y_
    }

    fn all_guests(&self) -> Vec<Guests> {
        let [a, s, y] = self.instance.guests;
        let mut all = Vec::with_capacity(self.size());
        for a in 0..=a {
            for s in 0..=s {
                all.extend((0..=y).map(|y| [a, s, y]));
            }
        }
        all
    }

    /// Every way to fill a room of the type, the greatest first.
    fn fillings(&self, place: usize, kind: &Kind) -> Vec<(Guests, Key)> {
        let mut fillings: Vec<_> = self
            .all_guests()
            .into_iter()
            .filter(|&[a, ..]| a > 0)
            .filter_map(|g @ [a, s, y]| {
                let beds = kind.places.beds_needed(a, s + y);
                (beds <= kind.places.beds).then(|| (g, room_key(place, kind, g, beds, self.objective)))
            })
            .collect();
        fillings.reverse();
        fillings
    }

    /// From the table of the rooms behind, that of one more room before them.
    fn one_more(&self, fillings: &[(Guests, Key)], behind: &Table) -> Table {
        let mut table = vec![None; self.size()];
        for (to, guests) in table.iter_mut().zip(self.all_guests()) {
            for (filling, key) in fillings {
                if let Some(rest) = minus(guests, *filling)
                    && let Some(rest) = &behind[self.at(rest)]
                {
                    let whole = rest.plus(key);
                    if to.as_ref().is_none_or(|best| whole < *best) {
                        *to = Some(whole);
                    }
                }
            }
        }
        table
    }

    /// The best numbers of rooms of each type: `layers[r]` is the table of exactly `r` rooms.
    fn solve(&self) -> Option<Vec<(usize, Occupancy)>> {
        let (least, most) = self.instance.rooms;
        let mut nobody: Table = vec![None; self.size()];
        nobody[0] = Some(Key::ZERO);
        let mut layers: Vec<Table> = vec![vec![None; self.size()]; usize::from(most) + 1];
        layers[0] = nobody.clone();
        for (place, kind) in self.instance.kinds.iter().enumerate().rev() {
            let fillings = self.fillings(place, kind);
            let mut next: Vec<Table> = vec![vec![None; self.size()]; usize::from(most) + 1];
            for (rooms, behind) in layers.iter().enumerate() {
                let mut table = behind.clone();
                for own in 0..=usize::from(kind.most).min(usize::from(most) - rooms) {
                    if own > 0 {
                        table = self.one_more(&fillings, &table);
                    }
                    if own >= usize::from(kind.least) {
                        for (to, key) in next[rooms + own].iter_mut().zip(&table) {
                            if key.is_some() && (to.is_none() || key < to) {
                                *to = *key;
                            }
                        }
                    }
                }
            }
            layers = next;
        }
        let all = self.at(self.instance.guests);
        let best = (least..=most).filter_map(|r| layers[usize::from(r)][all]).min()?;
        Some(self.rooms(&best))
    }

    /// The rooms of the best key: its types are known, so they are filled one by one, each with the greatest
    /// filling that leaves the rest of the best key possible.
    fn rooms(&self, best: &Key) -> Vec<(usize, Occupancy)> {
        let places: Vec<usize> = (0..self.instance.kinds.len())
            .flat_map(|place| {
                let count = (-best.types[place / 20] >> (5 * (19 - place % 20))) & 31;
                std::iter::repeat_n(place, usize::try_from(count).unwrap_or(0))
            })
            .collect();
        let fillings: Vec<_> =
            self.instance.kinds.iter().enumerate().map(|(place, kind)| self.fillings(place, kind)).collect();
        let mut tables: Vec<Table> = vec![vec![None; self.size()]];
        tables[0][0] = Some(Key::ZERO);
        for &place in places.iter().rev() {
            tables.push(self.one_more(&fillings[place], &tables[tables.len() - 1]));
        }
        let (mut guests, mut left) = (self.instance.guests, *best);
        let mut rooms = Vec::with_capacity(places.len());
        for (&place, behind) in places.iter().zip(tables.iter().rev().skip(1)) {
            let found = fillings[place].iter().find_map(|(filling, key)| {
                let rest = minus(guests, *filling)?;
                let behind = behind[self.at(rest)]?;
                (behind.plus(key) == left).then_some((*filling, rest, behind))
            });
            let Some((filling, rest, behind)) = found else { return rooms };
            (guests, left) = (rest, behind);
            let [adults, children_6_10, children_0_5] = filling;
            let kind = &self.instance.kinds[place];
            rooms.push((kind.offer, Occupancy { adults, children_6_10, children_0_5 }));
        }
        rooms
    }
}

fn minus([a, s, y]: Guests, [b, t, z]: Guests) -> Option<Guests> {
    Some([a.checked_sub(b)?, s.checked_sub(t)?, y.checked_sub(z)?])
}

/// The best rooms in canonical order; `None` where there are none.
pub(super) fn solve(instance: &Instance, objective: Objective) -> Option<Vec<(usize, Occupancy)>> {
    Plain { instance, objective }.solve()
}
