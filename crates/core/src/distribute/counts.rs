//! How many rooms of each type: a search through the numbers, pruned by bounds that hold for all of them.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "the hot loop: tables are of the types' and the rooms' size; for the ranges of keys see `keys`"
)]

use super::bound::Fillings;
use super::capacity::{Cover, Supply};
use super::fixed::{self, Multipliers};
use super::instance::Instance;
use super::keys::{Key, Order};

/// A bound for every choice of numbers of rooms: `constant` and for every room its type's `rooms`.
struct Cut {
    multipliers: Multipliers,
    constant: Key,
    rooms: Vec<Key>,
    /// For the types from each place on, the least of any allowed number of rooms, by how many rooms there may be.
    behind: Vec<Vec<Key>>,
}

/// The best found.
#[derive(Clone)]
pub(super) struct Best {
    pub(super) key: Key,
    pub(super) counts: Vec<u16>,
    pub(super) multipliers: Multipliers,
}

pub(super) struct Search<'a> {
    instance: &'a Instance,
    order: Order,
    /// Rooms in all, the fewest and the most.
    rooms: (u16, u16),
    cover: &'a Cover,
    need: Supply,
    pub(super) fillings: Vec<Fillings>,
    /// For each type the nearest earlier one that is equal in everything and free to choose.
    same: Vec<Option<usize>>,
    cuts: Vec<Cut>,
    counts: Vec<u16>,
    best: Option<Best>,
    pub(super) solved: usize,
    pub(super) nodes: usize,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        instance: &'a Instance,
        order: Order,
        rooms: (u16, u16),
        cover: &'a Cover,
        need: Supply,
    ) -> Self {
        let kinds = &instance.kinds;
        let fillings = kinds.iter().map(|kind| Fillings::of(instance, kind, order)).collect();
        let same = kinds
            .iter()
            .enumerate()
            .map(|(place, kind)| {
                let is_same = |other: &usize| {
                    let it = &kinds[*other];
                    (it.places, it.bands, it.room, it.bed) == (kind.places, kind.bands, kind.room, kind.bed)
                        && it.least == 0
                        && kind.least == 0
                };
                (0..place).rev().find(is_same)
            })
            .collect();
        let counts = vec![0; kinds.len()];
        let (cuts, best) = (Vec::new(), None);
        Self {
            instance,
            order,
            rooms,
            cover,
            need,
            fillings,
            same,
            cuts,
            counts,
            best,
            solved: 0,
            nodes: 0,
        }
    }

    /// Solves the numbers of rooms; remembers a better answer, and the bound that it gives.
    fn solve(&mut self, counts: &[u16]) -> Option<()> {
        self.solved += 1;
        let fixed = fixed::solve(self.instance, self.order, counts)?;
        let better = match &self.best {
            None => true,
            Some(best) => fixed.key < best.key || (fixed.key == best.key && counts > best.counts.as_slice()),
        };
        if better {
            let multipliers = fixed.multipliers;
            self.best = Some(Best { key: fixed.key, counts: counts.to_vec(), multipliers });
        }
        let cut = self.cut(fixed.multipliers);
        let bound = counts.iter().zip(&cut.rooms).fold(cut.constant, |sum, (&n, r)| sum + r.times(n.into()));
        debug_assert_eq!(bound, fixed.key, "{counts:?} {:?} {:?}", self.instance, fixed.multipliers);
        self.cuts.push(cut);
        Some(())
    }

    fn cut(&self, multipliers: Multipliers) -> Cut {
        let rooms: Vec<Key> = self.fillings.iter().map(|it| it.least(&multipliers)).collect();
        let guests = self.instance.guests;
        let constant = multipliers.iter().zip(guests).fold(Key::ZERO, |sum, (l, n)| sum + l.times(n.into()));
        let (least, most) = self.rooms;
        let width = usize::from(most) + 1;
        // The cheapest rooms of the types behind, in order, beside those that must be.
        let mut cheapest: Vec<Key> = Vec::with_capacity(width);
        let (mut must, mut must_key) = (0, Key::ZERO);
        let far = Key::FAR.times(1 << 10);
        let row = |cheapest: &[Key], must: usize, must_key: Key| {
            let mut row = vec![far; width];
            let mut key = must_key;
            for (n, to) in row.iter_mut().enumerate().skip(must) {
                if n > must {
                    match cheapest.get(n - must - 1) {
                        Some(next) => key += *next,
                        None => break,
                    }
                }
                *to = key;
            }
            if least < most {
                let mut best = far;
                for to in &mut row {
                    best = best.min(*to);
                    *to = best;
                }
            }
            row
        };
        let mut behind = vec![row(&cheapest, must, must_key)];
        for (kind, &room) in self.instance.kinds.iter().zip(&rooms).rev() {
            must += usize::from(kind.least);
            must_key += room.times(kind.least.into());
            let at = cheapest.partition_point(|it| *it < room);
            let more = usize::from(kind.most - kind.least).min(width - 1);
            cheapest.splice(at..at, std::iter::repeat_n(room, more));
            cheapest.truncate(width);
            behind.push(row(&cheapest, must, must_key));
        }
        behind.reverse();
        Cut { multipliers, constant, rooms, behind }
    }

    /// The numbers of rooms with the best key, the greatest of equals.
    pub(super) fn run(mut self) -> Option<(Best, Vec<Fillings>, usize, usize)> {
        let start = self.cover.first(self.rooms, self.need)?;
        self.solve(&start)?;
        self.climb();
        let sums: Vec<Key> = Vec::new();
        self.descend(0, 0, self.need, sums)?;
        Some((self.best?, self.fillings, self.solved, self.nodes))
    }

    fn bound(&self, counts: &[u16]) -> Key {
        let of = |cut: &Cut| {
            counts.iter().zip(&cut.rooms).fold(cut.constant, |sum, (&n, r)| sum + r.times(n.into()))
        };
        self.cuts.iter().map(of).max().unwrap_or(Key::FAR.times(-(1 << 10)))
    }

    /// Moves a room from one type to another, or takes one more or one less, as long as the bounds promise something.
    fn climb(&mut self) {
        loop {
            let Some(best) = &self.best else { return };
            let from = best.counts.clone();
            let key = best.key;
            let mut promising: Option<(Key, Vec<u16>)> = None;
            let types = from.len();
            for less in 0..=types {
                for more in 0..=types {
                    if less == more {
                        continue;
                    }
                    let mut counts = from.clone();
                    if less < types {
                        if counts[less] <= self.instance.kinds[less].least {
                            continue;
                        }
                        counts[less] -= 1;
                    }
                    if more < types {
                        if counts[more] >= self.instance.kinds[more].most {
                            continue;
                        }
                        counts[more] += 1;
                    }
                    let rooms: u16 = counts.iter().sum();
                    if rooms < self.rooms.0 || rooms > self.rooms.1 || !self.cover.holds(&counts, self.need) {
                        continue;
                    }
                    let bound = self.bound(&counts);
                    if bound < key && promising.as_ref().is_none_or(|(other, _)| bound < *other) {
                        promising = Some((bound, counts));
                    }
                }
            }
            let Some((_, counts)) = promising else { return };
            if self.solve(&counts).is_none() {
                return;
            }
        }
    }

    fn descend(&mut self, place: usize, used: u16, need: Supply, sums: Vec<Key>) -> Option<()> {
        self.nodes += 1;
        let left = usize::from(self.rooms.1 - used);
        if place == self.counts.len() {
            if used < self.rooms.0 || need != [0; 4] {
                return Some(());
            }
            let counts = self.counts.clone();
            let Some(best) = &self.best else { return None };
            let bound = self.bound(&counts);
            if bound > best.key || (bound == best.key && counts <= best.counts) {
                return Some(());
            }
            return self.solve(&counts);
        }
        let _ = sums;
        let kind = &self.instance.kinds[place];
        let blocked = self.same[place].is_some_and(|o| self.counts[o] < self.instance.kinds[o].most);
        let most = if blocked { 0 } else { kind.most.min(self.rooms.1 - used) };
        let least = kind.least;
        for own in (least..=most).rev() {
            self.counts[place] = own;
            let best = self.best.as_ref()?;
            let behind = left - usize::from(own);
            let prune = self.cuts.iter().any(|cut| {
                let sum = self.counts[..=place]
                    .iter()
                    .zip(&cut.rooms)
                    .fold(cut.constant, |sum, (&n, r)| sum + r.times(n.into()));
                let bound = sum + cut.behind[place + 1][behind];
                bound > best.key || (bound == best.key && self.counts[..=place] < best.counts[..=place])
            });
            if prune {
                continue;
            }
            let Some(need) = self.cover.after(place, own, used, self.rooms, need) else { continue };
            self.descend(place + 1, used + own, need, Vec::new())?;
        }
        self.counts[place] = 0;
        Some(())
    }
}
